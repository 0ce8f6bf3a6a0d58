//! The table's keys. Identifiers hold no `#`, so none can forge another's key.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use zikaron_memory::profile::search_key;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::call::{CallKey, CallName};
use zikaron_protocol::model::figures::Period;
use zikaron_protocol::model::ids::{BusinessId, ConnectionId, LeadId, LeadKey, Line};
use zikaron_protocol::model::message::MessageKey;
use zikaron_protocol::model::spent::BudgetDay;

/// A row of the table: its attributes by name. A key alone is one too.
pub(super) type Row = HashMap<String, AttributeValue>;

/// In which order rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    OldestFirst,
    NewestFirst,
}

/// Fixed width, so that times sort as text.
pub(super) fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

pub(super) fn row(pk: String, sk: String) -> Row {
    Row::from([("pk".to_owned(), AttributeValue::S(pk)), ("sk".to_owned(), AttributeValue::S(sk))])
}

pub(super) fn route(line: &Line) -> String {
    format!("ROUTE#{}#{}", line.connection, line.number)
}

pub(super) fn business(business: &BusinessId) -> String {
    format!("B#{business}")
}

pub(super) fn alias(business: &BusinessId, name: &str) -> String {
    format!("B#{business}#A#{name}")
}

pub(super) fn call_name(business: &BusinessId, name: &CallName) -> String {
    alias(business, &format!("call#{name}"))
}

pub(super) fn lead(key: &LeadKey) -> String {
    format!("B#{}#L#{}", key.business, key.lead)
}

/// The lead of a partition key that [`lead`] made.
pub(super) fn parse_lead(pk: &str) -> Option<LeadKey> {
    let (business, lead) = pk.strip_prefix("B#")?.split_once("#L#")?;
    Some(LeadKey { business: BusinessId::parse(business).ok()?, lead: LeadId::parse(lead).ok()? })
}

pub(super) fn shard(number: u8) -> String {
    format!("OPEN#{number}")
}

pub(super) fn session(id: &SessionId) -> String {
    format!("SES#{id}")
}

/// What is counted of a business.
pub(super) fn figures_of(business: &BusinessId) -> String {
    format!("B#{business}#F")
}

/// One of the rows of a day, or of what stands now.
pub(super) fn figures(of: Period, shard: u8) -> String {
    match of {
        Period::Day(day) => format!("DAY#{day}#{shard}"),
        Period::Now => format!("NOW#{shard}"),
    }
}

/// What was spent of the budget of a day.
pub(super) fn spent(of: &BudgetDay) -> String {
    format!("SPENT#{}", of.day)
}

/// The sessions that were counted on a day, in the index.
pub(super) fn sessions_of(business: &BusinessId, day: Date) -> String {
    format!("B#{business}#D#{day}")
}

/// The events that were posted to the webhook of a business, or are to be; of the table and of the index.
pub(super) fn deliveries_of(business: &BusinessId) -> String {
    format!("B#{business}#W")
}

/// The way back to a name.
pub(super) fn name(name: &str) -> String {
    format!("ALIAS#{name}")
}

pub(super) fn note(at: Timestamp, id: &str) -> String {
    format!("NOTE#{}#{id}", time(at))
}

/// The operator's word on whom a connection belongs to.
pub(super) fn connection(connection: &ConnectionId) -> String {
    format!("ROUTE#{connection}")
}

/// What a business knows of its own lines.
pub(super) fn line(line: &Line) -> String {
    format!("LINE#{}#{}", line.connection, line.number)
}

/// Leads of one name: a hash, for a name may be longer than a key.
pub(super) fn named(business: &BusinessId, name: &str) -> String {
    format!("B#{business}#N#{}", hex::encode(&Sha256::digest(search_key(name))[..16]))
}

/// A request that must take effect once.
pub(super) fn request(business: &BusinessId, name: &str) -> String {
    format!("B#{business}#R#{name}")
}

/// What remains of a name.
pub(super) fn tombstone(business: &BusinessId, hash: &str) -> String {
    format!("B#{business}#T#{hash}")
}

pub(super) fn message(key: &MessageKey) -> String {
    format!("MSG#{}#{}", time(key.sent_at), key.id)
}

pub(super) fn call(key: &CallKey) -> String {
    format!("CALL#{}#{}", time(key.ended_at), key.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_sort_as_text() {
        let at = |text: &str| time(text.parse().unwrap());
        assert_eq!(at("2026-11-22T10:00:00Z"), "2026-11-22T10:00:00.000Z");
        assert!(at("2026-11-22T10:00:00.999Z") < at("2026-11-22T10:00:01Z"));
    }
}
