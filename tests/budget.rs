//! What one message costs: AWS calls and write units, counted at the real SDK clients against the local stack's table,
//! bus and scheduler. A budget, not a timing: it does not depend on the machine.

use anyhow::{Context, Result};
use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
    BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::put_item::{PutItemInput, PutItemOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use jiff::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::{SystemClock, Ulids};
use zikaron_aws::config::{self, TimerConfig};
use zikaron_aws::sdk;
use zikaron_aws::seal::Seal;
use zikaron_aws::store::DynamoStore;
use zikaron_aws::timer::Timer;
use zikaron_memory::content::Enclosed;
use zikaron_memory::settings::Settings;
use zikaron_protocol::event::{DeliveryStatus, Event, Incoming, MessageReceived, MessageStatus, Purpose};
use zikaron_protocol::ids::{BusinessId, ConnectionId, CustomerAddress, E164, Line, MessageId, NumberId};
use zikaron_protocol::ports::{
    Clock, Digest, DigestRequest, EventBus, Ids, Messenger, Model, ModelError, Outgoing, Reply, ReplyRequest,
    SendError, Speaker,
};
use zikaron_protocol::status;
use zikaron_protocol::turn::{self, Outcome};
use zikaron_protocol::world::World;

const CALLS_MOST: usize = 10;
const WRITE_UNITS_MOST: f64 = 18.0;

/// What was spent since it was last taken.
#[derive(Clone, Debug, Default)]
struct Spent {
    calls: Vec<&'static str>,
    write_units: f64,
}

#[derive(Clone, Debug, Default)]
struct Meter(Arc<Mutex<Spent>>);

impl Meter {
    fn take(&self) -> Spent {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Counts the calls of one service, and asks DynamoDB what they cost.
#[derive(Debug)]
struct Count(&'static str, Meter);

impl Intercept for Count {
    fn name(&self) -> &'static str {
        "Count"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let total = Some(ReturnConsumedCapacity::Total);
        if let Some(input) = context.input_mut().downcast_mut::<PutItemInput>() {
            input.return_consumed_capacity = total;
        } else if let Some(input) = context.input_mut().downcast_mut::<TransactWriteItemsInput>() {
            input.return_consumed_capacity = total;
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.1.0.lock().unwrap_or_else(PoisonError::into_inner).calls.push(self.0);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else { return Ok(()) };
        let consumed: Vec<ConsumedCapacity> = if let Some(put) = output.downcast_ref::<PutItemOutput>() {
            put.consumed_capacity().cloned().into_iter().collect()
        } else if let Some(transaction) = output.downcast_ref::<TransactWriteItemsOutput>() {
            transaction.consumed_capacity().to_vec()
        } else {
            return Ok(());
        };
        let units: f64 = consumed.iter().filter_map(ConsumedCapacity::capacity_units).sum();
        self.1.0.lock().unwrap_or_else(PoisonError::into_inner).write_units += units;
        Ok(())
    }
}

struct Answers;

impl Model for Answers {
    async fn reply(&self, _: &ReplyRequest) -> Result<Reply, ModelError> {
        let text = "בשמחה! יש לנו תור פנוי ביום שלישי בעשר בבוקר. לקבוע?".to_owned();
        Ok(Reply { text, handover: false })
    }

    async fn digest(&self, _: &DigestRequest) -> Result<Digest, ModelError> {
        Err(ModelError::Refused("not asked here".to_owned()))
    }
}

/// Accepts everything.
struct Accepts(Mutex<Vec<String>>);

impl Messenger for Accepts {
    async fn send(&self, outgoing: Outgoing<'_>) -> Result<MessageId, SendError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(outgoing.tag.to_owned());
        MessageId::parse(format!("wamid.{}", Ulids.ulid())).map_err(|e| SendError::Unknown { reason: e.to_string() })
    }

    async fn show_typing(&self, _: &Line, _: &MessageId) -> Result<(), SendError> {
        Ok(())
    }
}

fn received(line: &Line, customer: &CustomerAddress) -> Result<MessageReceived> {
    let text: String = "אשמח לקבוע תור לתספורת בשבוע הבא ".chars().cycle().take(200).collect();
    let message = Incoming {
        id: MessageId::parse(format!("wamid.{}", Ulids.ulid()))?,
        sent_at: Timestamp::from_second(SystemClock.now().as_second())?,
        speaker: Speaker::Customer,
        kind: "text".to_owned(),
        text: Some(text),
        enclosed: Enclosed::default(),
        button: None,
        quotes: None,
        purpose: Purpose::Ask,
    };
    Ok(MessageReceived {
        line: line.clone(),
        customer: customer.clone(),
        profile_name: Some("דנה".to_owned()),
        message,
    })
}

#[tokio::test]
async fn one_message_in_mid_session_stays_within_its_budget() -> Result<()> {
    let meter = Meter::default();
    let aws = sdk::load().await;
    let count = |service| Count(service, meter.clone());
    let dynamo = aws_sdk_dynamodb::config::Builder::from(&aws).interceptor(count("dynamodb")).build();
    let events = aws_sdk_eventbridge::config::Builder::from(&aws).interceptor(count("eventbridge")).build();
    let scheduler = aws_sdk_scheduler::config::Builder::from(&aws).interceptor(count("scheduler")).build();
    let store =
        DynamoStore::new(aws_sdk_dynamodb::Client::from_conf(dynamo), config::table_name()?, Duration::from_secs(60))
            .sealed(Seal::new(aws_sdk_secretsmanager::Client::new(&aws), &config::secret_prefix()?));
    let business = BusinessId::parse("budget")?;
    let line = Line { connection: ConnectionId::parse("budget")?, number: NumberId::parse("1")? };
    store.put_route(&line, &business).await?;
    let settings = Settings { enable_customer_service: true, quiet_ms: 0, ..Settings::default() };
    store.put_settings(&business, &settings).await?;
    let world = World {
        store,
        bus: Bus::new(aws_sdk_eventbridge::Client::from_conf(events), config::bus_name()?),
        timer: Timer::new(aws_sdk_scheduler::Client::from_conf(scheduler), TimerConfig::from_env()?),
        model: Answers,
        messenger: Accepts(Mutex::default()),
        clock: SystemClock,
        ids: Ulids,
        config: zikaron_protocol::config::Config::default(),
    };
    let digits: String = Ulids.ulid().bytes().rev().take(8).map(|b| char::from(b'0' + b % 10)).collect();
    let customer = CustomerAddress { bsuid: None, phone: Some(E164::parse(format!("+97255{digits}"))?) };

    // The first message opens the session and fills the caches.
    assert_eq!(Box::pin(turn::answer(&world, &received(&line, &customer)?)).await?, Outcome::Answered);
    meter.take();
    let message = received(&line, &customer)?;
    // The webhook's one call. On a line of nobody, so that the deployed functions do not answer as well.
    let line_of_nobody = Line { connection: ConnectionId::parse("nobody")?, ..line.clone() };
    let copy = MessageReceived { line: line_of_nobody, ..message.clone() };
    world.bus.publish(&[Event::MessageReceived(copy)]).await?;
    assert_eq!(Box::pin(turn::answer(&world, &message)).await?, Outcome::Answered);
    let spent = meter.take();
    println!("one message: {} AWS calls {:?}, {} write units", spent.calls.len(), spent.calls, spent.write_units);
    assert!(spent.calls.len() <= CALLS_MOST, "{spent:?}");
    assert!(spent.write_units > 0.0 && spent.write_units <= WRITE_UNITS_MOST, "{spent:?}");

    let tag = world.messenger.0.lock().unwrap_or_else(PoisonError::into_inner).last().cloned();
    for state in [DeliveryStatus::Sent, DeliveryStatus::Delivered, DeliveryStatus::Read] {
        let status = MessageStatus {
            line: line.clone(),
            id: MessageId::parse("wamid.status")?,
            status: state,
            at: SystemClock.now(),
            tag: Some(tag.clone().context("nothing was sent")?),
            errors: Vec::new(),
        };
        Box::pin(status::settle(&world, &status)).await?;
    }
    let spent = meter.take();
    println!("its three statuses: {} AWS calls, {} write units", spent.calls.len(), spent.write_units);
    assert!(spent.calls.len() <= 3 && spent.write_units == 0.0, "{spent:?}");
    Ok(())
}
