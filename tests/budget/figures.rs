//! What figures cost (docs/metrics.md#what-they-cost): the write units of a digest, beside those of the same digest
//! without them.

use super::{Conversation, digits};
use anyhow::{Context, Result};
use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextMut;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::put_item::PutItemInput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsInput;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::Timestamp;
use std::collections::HashMap;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::event::SessionClose;
use zikaron_protocol::model::figures::{Period, Tally, counts};
use zikaron_protocol::model::ids::{BusinessId, LeadKey};
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::session::close;
use zikaron_protocol::session::outcome::{Digested, Ended};

/// From so many messages of the customer on, figures cost a unit a message at most: two for the day, two for what
/// stands, one for the list.
const MESSAGES: u8 = 5;
/// The same where the row of the day is above one KB.
const MESSAGES_OF_A_FULL_DAY: u8 = 7;
/// So many names of eight letters are above one KB with what a digest counts, and below two.
const NAMES_OF_A_FULL_DAY: u8 = 90;

/// Takes out of every commit what is there for the figures alone: the counts, what a session was counted as, and its
/// place in the list of the day.
#[derive(Debug)]
pub(super) struct WithoutFigures;

impl Intercept for WithoutFigures {
    fn name(&self) -> &'static str {
        "WithoutFigures"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input_mut();
        if let Some(put) = input.downcast_mut::<PutItemInput>() {
            put.item.iter_mut().for_each(uncounted);
        } else if let Some(transaction) = input.downcast_mut::<TransactWriteItemsInput>() {
            let items = transaction.transact_items.get_or_insert_default();
            items.retain(|item| !is_count(item));
            items.iter_mut().filter_map(|item| item.put.as_mut()).for_each(|put| uncounted(&mut put.item));
        }
        Ok(())
    }
}

fn is_count(item: &TransactWriteItem) -> bool {
    item.update.as_ref().is_some_and(|update| text(&update.key, "pk").ends_with("#F"))
}

fn uncounted(row: &mut HashMap<String, AttributeValue>) {
    row.remove("counted");
    if text(row, "open_pk").contains("#D#") {
        row.remove("open_pk");
        row.remove("open_sk");
    }
}

fn text<'a>(row: &'a HashMap<String, AttributeValue>, name: &str) -> &'a str {
    row.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

/// The units that closing and digesting a conversation costs in a fresh business, in which so many other names were
/// counted that day.
async fn digest(with_figures: bool, names: u8) -> Result<f64> {
    let business = format!("figures-{}", digits());
    let conversation = Conversation::of(&business, &digits(), with_figures).await?;
    for _ in 1..MESSAGES {
        conversation.exchange().await?;
    }
    let (world, business) = (&conversation.world, BusinessId::parse(business)?);
    let found = world.store.find(&business, &conversation.customer, Timestamp::MAX).await?;
    let key = LeadKey { business, lead: found.lead().context("the customer is no lead")?.clone() };
    let today = Settings::default().zone().at(world.clock.now()).date();
    // Midnight may pass meanwhile.
    for day in [today, today.tomorrow()?] {
        let tally: Tally = (0..names).map(|number| (format!("name.{number:03}"), 1)).collect();
        if let Some(count) = counts::write(Period::Day(day), tally) {
            world.store.commit(&key, vec![count]).await?;
        }
    }
    conversation.meter.take();
    let asked = SessionClose { key, session: None };
    assert_eq!(Box::pin(close::close_now(world, &asked)).await?, Ended::Closed(Digested::Written));
    Ok(conversation.meter.take().write_units)
}

#[tokio::test]
async fn figures_cost_a_unit_a_message_at_most_from_five_messages_on() -> Result<()> {
    let without = digest(false, 0).await?;
    let figures = digest(true, 0).await? - without;
    let full = digest(true, NAMES_OF_A_FULL_DAY).await? - without;
    println!("a digest: {without} write units; its figures: {figures}, where the day's row is above one KB {full}");
    assert!(without > 0.0 && figures > 0.0 && full > figures, "{without}, {figures}, {full}");
    assert!(figures <= f64::from(MESSAGES), "{figures}");
    assert!(full <= f64::from(MESSAGES_OF_A_FULL_DAY), "{full}");
    Ok(())
}
