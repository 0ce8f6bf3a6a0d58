//! What one message costs: AWS calls, round trips that wait for each other, write units and rows read, counted at the
//! real SDK clients against the local stack's table, bus and scheduler. A budget, not a timing: it does not depend on
//! the machine.

#[path = "budget/figures.rs"]
mod figures;
#[path = "budget/meter.rs"]
mod meter;

use anyhow::{Context, Result};
use figures::WithoutFigures;
use jiff::{SignedDuration, Timestamp};
use meter::{Count, GRAPH, Happened, Meter, Spent};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::{SystemClock, Ulids};
use zikaron_aws::config::{self, TimerConfig};
use zikaron_aws::sdk;
use zikaron_aws::store::DynamoStore;
use zikaron_aws::timer::Timer;
use zikaron_aws::tombstone_key::TombstoneKey;
use zikaron_memory::content::Attachments;
use zikaron_memory::evidence::Extracted;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{DeliveryStatus, Event, Incoming, MessageReceived, MessageStatus, Purpose};
use zikaron_protocol::model::ids::{
    BusinessId, ConnectionId, CustomerAddress, E164, Line, MessageId, NumberId, ParentIds,
};
use zikaron_protocol::ports::{
    Clock, Digest, DigestRequest, EventBus, Ids, Messenger, Model, ModelError, Outgoing, PortBundle, Reply,
    ReplyRequest, SendError,
};
use zikaron_protocol::status;
use zikaron_protocol::turn::{self, Outcome};
use zikaron_testing::media::KeptMedia;
use zikaron_testing::transcriber::ScriptedTranscriber;

const MAX_CALLS: usize = 8;
const MAX_WRITE_UNITS: f64 = 14.0;
/// Round trips one behind the other, from the bus to the question to the model, and from its answer on; the send is
/// one of those.
const MAX_TRIPS: (usize, usize) = (3, 3);

/// Two names or one, the state twice, the memory, and a page of messages.
const MAX_ROWS: usize = 30;

struct Answers(Meter);

impl Model for Answers {
    async fn reply(&self, _: &ReplyRequest) -> Result<Reply, ModelError> {
        self.0.note(Happened::Asked);
        let text = "בשמחה! יש לנו תור פנוי ביום שלישי בעשר בבוקר. לקבוע?".to_owned();
        Ok(Reply { text, ..Reply::default() })
    }

    async fn digest(&self, _: &DigestRequest) -> Result<Digest, ModelError> {
        let learnt = Extracted {
            field: "service_interest".to_owned(),
            value: "תספורת".to_owned(),
            line: None,
            quote: "לקבוע תור לתספורת".to_owned(),
            span: None,
            about: None,
            meant: None,
            until: None,
            confidence: None,
        };
        let summary = Some("הלקוחה ביקשה תור לתספורת בשבוע הבא.".to_owned());
        Ok(Digest { summary, patch: vec![learnt], ..Digest::default() })
    }
}

/// The time with three digits behind the second, never fewer: what is stored is as long in every run.
struct EvenClock;

impl Clock for EvenClock {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        let even = now.as_millisecond() - now.as_millisecond().rem_euclid(10) + 1;
        Timestamp::from_millisecond(even).unwrap_or(now)
    }

    async fn sleep(&self, duration: SignedDuration) {
        SystemClock.sleep(duration).await;
    }
}

/// Accepts everything.
struct Accepts(Mutex<Vec<String>>, Meter);

impl Messenger for Accepts {
    async fn send(&self, outgoing: Outgoing<'_>) -> Result<MessageId, SendError> {
        self.1.note(Happened::Began(GRAPH));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(outgoing.tag.to_owned());
        self.1.note(Happened::Ended);
        MessageId::parse(format!("wamid.{}", Ulids.ulid())).map_err(|e| SendError::Unknown { reason: e.to_string() })
    }

    async fn show_typing(&self, _: &Line, _: &MessageId) -> Result<(), SendError> {
        Ok(())
    }
}

fn received(line: &Line, customer: &CustomerAddress, purpose: Purpose) -> Result<MessageReceived> {
    let text: String = "אשמח לקבוע תור לתספורת בשבוע הבא ".chars().cycle().take(200).collect();
    let message = Incoming {
        id: MessageId::parse(format!("wamid.{}", Ulids.ulid()))?,
        sent_at: Timestamp::from_second(SystemClock.now().as_second())?,
        speaker: Speaker::Customer,
        kind: "text".to_owned(),
        text: Some(text),
        enclosed: Attachments::default(),
        button: None,
        quotes: None,
        purpose,
    };
    Ok(MessageReceived {
        line: line.clone(),
        customer: customer.clone(),
        parents: ParentIds::default(),
        profile_name: Some("דנה".to_owned()),
        username: None,
        message,
    })
}

type Ours = PortBundle<DynamoStore, Bus, Timer, Answers, Accepts, KeptMedia, ScriptedTranscriber, EvenClock, Ulids>;

/// A business with a customer in mid-session, and an instance that knows both.
struct Conversation {
    world: Ours,
    meter: Meter,
    line: Line,
    customer: CustomerAddress,
}

/// As many as no other run has.
fn digits() -> String {
    Ulids.ulid().bytes().rev().take(8).map(|b| char::from(b'0' + b % 10)).collect()
}

impl Conversation {
    async fn under_way() -> Result<Self> {
        Self::of("budget", "1", true).await
    }

    /// With the business of this line; its figures are written, or not.
    async fn of(business: &str, number: &str, with_figures: bool) -> Result<Self> {
        let meter = Meter::default();
        let aws = sdk::load().await;
        let count = |service| Count(service, meter.clone());
        let dynamo = aws_sdk_dynamodb::config::Builder::from(&aws).interceptor(count("dynamodb"));
        let dynamo = if with_figures { dynamo } else { dynamo.interceptor(WithoutFigures) }.build();
        let events = aws_sdk_eventbridge::config::Builder::from(&aws).interceptor(count("eventbridge")).build();
        let scheduler = aws_sdk_scheduler::config::Builder::from(&aws).interceptor(count("scheduler")).build();
        let dynamo = aws_sdk_dynamodb::Client::from_conf(dynamo);
        let store = DynamoStore::new(dynamo, config::table_name()?, Duration::from_secs(60)).with_tombstone_key(
            TombstoneKey::new(aws_sdk_secretsmanager::Client::new(&aws), &config::secret_prefix()?),
        );
        let business = BusinessId::parse(business)?;
        let line = Line { connection: ConnectionId::parse("budget")?, number: NumberId::parse(number)? };
        store.put_route(&line, &business).await?;
        let settings = Settings { enable_customer_service: true, quiet_ms: 0, ..Settings::default() };
        store.put_settings(&business, &settings).await?;
        let world = PortBundle {
            store,
            bus: Bus::new(aws_sdk_eventbridge::Client::from_conf(events), config::bus_name()?),
            timer: Timer::new(aws_sdk_scheduler::Client::from_conf(scheduler), TimerConfig::from_env()?),
            model: Answers(meter.clone()),
            messenger: Accepts(Mutex::default(), meter.clone()),
            media: KeptMedia::default(),
            transcriber: ScriptedTranscriber::default(),
            clock: EvenClock,
            ids: Ulids,
            config: zikaron_protocol::model::config::Config::default(),
        };
        let customer = CustomerAddress { bsuid: None, phone: Some(E164::parse(format!("+97255{}", digits()))?) };
        let conversation = Self { world, meter, line, customer };
        conversation.exchange().await?;
        Ok(conversation)
    }

    /// What the answer to one message costs behind the bus.
    async fn exchange(&self) -> Result<Spent> {
        let message = received(&self.line, &self.customer, Purpose::Ask)?;
        self.meter.take();
        assert_eq!(Box::pin(turn::answer(&self.world, &message)).await?, Outcome::Answered);
        Ok(self.meter.take())
    }
}

#[tokio::test]
async fn one_message_in_mid_session_stays_within_its_budget() -> Result<()> {
    let conversation = Conversation::under_way().await?;
    let (world, meter) = (&conversation.world, &conversation.meter);
    // The webhook's one call. On a line of nobody, so that the deployed functions do not answer as well.
    let line_of_nobody = Line { connection: ConnectionId::parse("nobody")?, ..conversation.line.clone() };
    let copy = received(&line_of_nobody, &conversation.customer, Purpose::Ask)?;
    meter.take();
    world.bus.publish(&[Event::MessageReceived(copy)]).await?;
    let webhook = meter.take().calls().len();
    let spent = conversation.exchange().await?;
    let calls = webhook + spent.calls().len();
    let (before, after) = spent.trips();
    println!("one message: {calls} AWS calls {:?}, {} write units", spent.calls(), spent.write_units);
    println!("{} rows read; {before} round trips before the model, {after} after it", spent.rows);
    assert!(calls <= MAX_CALLS, "{spent:?}");
    assert!(spent.write_units > 0.0 && spent.write_units <= MAX_WRITE_UNITS, "{spent:?}");
    assert!(before > 0 && before <= MAX_TRIPS.0, "{spent:?}");
    assert!(after > 0 && after <= MAX_TRIPS.1, "{spent:?}");

    let tag = world.messenger.0.lock().unwrap_or_else(PoisonError::into_inner).last().cloned();
    for state in [DeliveryStatus::Sent, DeliveryStatus::Delivered] {
        let status = MessageStatus {
            line: conversation.line.clone(),
            id: MessageId::parse("wamid.status")?,
            status: state,
            at: SystemClock.now(),
            tag: Some(tag.clone().context("nothing was sent")?),
            recipient: None,
            recipient_parent: None,
            errors: Vec::new(),
            pricing: None,
        };
        Box::pin(status::settle(world, &status)).await?;
    }
    let spent = meter.take();
    println!("its statuses: {} AWS calls, {} write units", spent.calls().len(), spent.write_units);
    assert!(spent.calls().len() <= 2 && spent.write_units == 0.0, "{spent:?}");
    Ok(())
}

#[tokio::test]
async fn what_a_message_costs_does_not_grow_with_what_was_said_before() -> Result<()> {
    let conversation = Conversation::under_way().await?;
    let say = async |messages: usize| {
        for _ in 0..messages {
            let said = received(&conversation.line, &conversation.customer, Purpose::Tell)?;
            Box::pin(turn::answer(&conversation.world, &said)).await?;
        }
        conversation.exchange().await
    };
    let page = zikaron_protocol::model::config::Config::default().turn_most;
    let (short, long) = (say(page).await?, say(2 * page).await?);
    println!("{} rows read after {page} messages, {} after {}", short.rows, long.rows, 3 * page);
    assert!(short.rows > 0 && short.rows <= MAX_ROWS, "{short:?}");
    assert_eq!(short.rows, long.rows);
    assert_eq!(short.write_units, long.write_units);
    assert_eq!(short.calls(), long.calls());
    Ok(())
}
