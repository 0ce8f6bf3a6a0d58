//! The figures of a business, read.

use super::item::midnight;
use super::{DynamoStore, item, key};
use crate::unavailable::unavailable;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::civil::Date;
use std::collections::BTreeMap;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::figures::Tally;
use zikaron_protocol::model::ids::{BusinessId, LeadKey};
use zikaron_protocol::model::spent::{BudgetDay, Spent};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::business_store::Page;
use zikaron_protocol::ports::figures::Figures;
use zikaron_protocol::ports::store::Cursor;

/// How long after its day what was spent is kept.
const SPENT_SECONDS: i64 = 7 * 24 * 3_600;

impl Figures for DynamoStore {
    async fn figures_of_days(
        &self,
        business: &BusinessId,
        from: Date,
        to: Date,
    ) -> Result<BTreeMap<Date, Tally>, Unavailable> {
        let mut days: BTreeMap<Date, Tally> = BTreeMap::new();
        // `~` sorts behind every shard.
        for row in self.counted(business, format!("DAY#{from}#"), format!("DAY#{to}#~")).await? {
            let place = row.get("sk").and_then(|sk| sk.as_s().ok()).and_then(|sk| sk.split('#').nth(1)?.parse().ok());
            if let Some(day) = place {
                days.entry(day).or_default().extend(&tally(&row));
            }
        }
        days.retain(|_, tally| !tally.is_empty());
        Ok(days)
    }

    async fn figures_now(&self, business: &BusinessId) -> Result<Tally, Unavailable> {
        let mut sum = Tally::default();
        for row in self.counted(business, "NOW#".to_owned(), "NOW#~".to_owned()).await? {
            sum.extend(&tally(&row));
        }
        Ok(sum)
    }

    async fn sessions_of_day(
        &self,
        business: &BusinessId,
        day: Date,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<(LeadKey, SessionId)>, Unavailable> {
        self.sessions_listed("Query (day)", key::sessions_of(business, day), after, most).await
    }
}

impl DynamoStore {
    /// Adds to what was spent on a day: one unit, and no condition. Kept as long as a day's budget may matter.
    pub(super) async fn add_spent(&self, of: &BudgetDay, more: Spent) -> Result<(), Unavailable> {
        let number = |number: u64| AttributeValue::N(number.to_string());
        let expires = midnight(of.day).as_second() + SPENT_SECONDS;
        let told = if more.told { ", told = :told" } else { "" };
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(key::figures_of(&of.business)))
            .key("sk", AttributeValue::S(key::spent(of)))
            .update_expression(format!("ADD messages :messages, tokens :tokens SET {} = :expires{told}", item::EXPIRES))
            .expression_attribute_values(":messages", number(more.messages))
            .expression_attribute_values(":tokens", number(more.tokens))
            .expression_attribute_values(":expires", AttributeValue::N(expires.to_string()));
        let request =
            if more.told { request.expression_attribute_values(":told", AttributeValue::Bool(true)) } else { request };
        request.send().await.map(drop).map_err(|error| unavailable("UpdateItem", &error))
    }

    /// The rows of what is counted, from one place to another.
    async fn counted(&self, business: &BusinessId, from: String, to: String) -> Result<Vec<key::Row>, Unavailable> {
        let (mut rows, mut start) = (Vec::new(), None);
        loop {
            let request = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":pk", AttributeValue::S(key::figures_of(business)))
                .expression_attribute_values(":from", AttributeValue::S(from.clone()))
                .expression_attribute_values(":to", AttributeValue::S(to.clone()))
                .consistent_read(true)
                .set_exclusive_start_key(start);
            let answer = request.send().await.map_err(|error| unavailable("Query (figures)", &error))?;
            rows.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(rows);
            }
        }
    }
}

/// The numbers of a row.
fn tally(row: &key::Row) -> Tally {
    let numbers = row.iter().filter(|(name, _)| *name != item::EXPIRES);
    numbers.filter_map(|(name, value)| Some((name.clone(), value.as_n().ok()?.parse().ok()?))).collect()
}
