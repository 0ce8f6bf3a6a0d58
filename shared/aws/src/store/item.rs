//! Items as rows of the table.

use super::key::{self, Row};
use crate::unavailable::unreadable;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zikaron_memory::merge::Verdict;
use zikaron_memory::note::Note;
use zikaron_memory::profile::Field;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::alias::AliasRecord;
use zikaron_protocol::model::call::{Call, CallKey};
use zikaron_protocol::model::figures::{Count, KEPT_DAYS, Period};
use zikaron_protocol::model::ids::{BusinessId, LeadId, LeadKey, Line};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::session::Session;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::business_store::HeldSettings;
use zikaron_protocol::ports::store::cursor_at;

/// How many shards the index of open sessions has: each takes 1,000 writes a second.
pub(super) const SHARDS: u8 = 8;
/// The sort key of a redirect.
pub(super) const JOINED: &str = "JOINED";
/// The attribute the table's time to live goes by.
pub(super) const EXPIRES: &str = "expires_at";
const DAY_SECONDS: i64 = 24 * 3_600;

/// How many days items are kept after the time they tell of; none: for ever. DynamoDB removes them some time after
/// that, so nothing relies on it.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Messages.
    pub messages: Option<u32>,
    /// Why the profile is what it is.
    pub changes: Option<u32>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { messages: None, changes: Some(400) }
    }
}

/// Where a line leads, or whom a connection belongs to.
#[derive(Serialize, Deserialize)]
pub(super) struct Route {
    pub(super) business: BusinessId,
}

/// Settings as stored.
#[derive(Serialize, Deserialize)]
pub(super) struct Held {
    #[serde(default)]
    pub(super) version: u64,
    pub(super) settings: Settings,
}

/// Whom a name means.
#[derive(Deserialize)]
pub(super) struct Alias {
    #[serde(flatten)]
    pub(super) named: AliasRecord,
}

/// Where what was here is found.
#[derive(Serialize, Deserialize)]
pub(super) struct Joined {
    pub(super) to: LeadId,
}

/// Where a call was stored.
#[derive(Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) lead: LeadId,
    #[serde(flatten)]
    pub(super) call: CallKey,
}

pub(super) fn read<T: DeserializeOwned>(what: &'static str, row: Row) -> Result<T, Unavailable> {
    serde_dynamo::from_item(row).map_err(|error| unreadable(what, &error))
}

fn write<T: Serialize>(value: &T, pk: String, sk: String) -> Result<Row, Unavailable> {
    let mut row: Row = serde_dynamo::to_item(value).map_err(|error| unreadable("PutItem", &error))?;
    row.extend(key::row(pk, sk));
    Ok(row)
}

fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

pub(super) fn route(line: &Line, business: &BusinessId) -> Row {
    let mut row = key::row(key::route(line), "ROUTE".to_owned());
    row.insert("business".to_owned(), text(business));
    row
}

pub(super) fn line(line: &Line, business: &BusinessId) -> Row {
    let mut row = key::row(key::business(business), key::line(line));
    row.insert("connection".to_owned(), text(&line.connection));
    row.insert("number".to_owned(), text(&line.number));
    row
}

pub(super) fn settings(business: &BusinessId, held: &HeldSettings) -> Result<Row, Unavailable> {
    let held = Held { version: held.version, settings: held.settings.clone() };
    write(&held, key::business(business), "SETTINGS".to_owned())
}

pub(super) fn alias(business: &BusinessId, name: &str, named: &AliasRecord) -> Result<Row, Unavailable> {
    write(named, key::alias(business, name), "ALIAS".to_owned())
}

pub(super) fn joined(key: &LeadKey, to: &LeadId) -> Result<Row, Unavailable> {
    write(&Joined { to: to.clone() }, key::lead(key), JOINED.to_owned())
}

/// The way back from a lead to a name of it.
pub(super) fn name(key: &LeadKey, name: &str) -> Row {
    let mut row = key::row(key::lead(key), key::name(name));
    row.insert("name".to_owned(), text(name));
    row
}

pub(super) fn state(key: &LeadKey, state: &State) -> Result<Row, Unavailable> {
    let mut row = write(state, key::lead(key), "STATE".to_owned())?;
    // One that is being joined into another is listed as that one.
    if state.joined_to.is_none() {
        row.insert("leads_pk".to_owned(), text(key::business(&key.business)));
        row.insert("leads_sk".to_owned(), text(format!("{}#{}", key::time(state.listed_at), key.lead)));
    }
    Ok(row)
}

pub(super) fn memory(key: &LeadKey, memory: &zikaron_protocol::model::write::Memory) -> Result<Row, Unavailable> {
    let mut row = write(memory, key::lead(key), "MEMORY".to_owned())?;
    if let Some(name) = memory.document.customer_profile_json.get("name").and_then(Field::value) {
        row.insert("name_pk".to_owned(), text(key::named(&key.business, name)));
        row.insert("name_sk".to_owned(), text(&key.lead));
    }
    Ok(row)
}

/// The row with the attribute the table's time to live goes by (`expires_at`, seconds since 1970); without days, for
/// ever. Messages and changes are kept as [`Retention`] says; requests are forgotten after a day, tombstones when nothing
/// from before can come any more: WhatsApp repeats a webhook for a week, a parked event waits for two and may be sent back
/// once for two more.
pub(super) fn expiring(mut row: Row, from: Timestamp, days: Option<u32>) -> Row {
    if let Some(days) = days {
        let expires_at = from.as_second() + i64::from(days) * DAY_SECONDS;
        row.insert(EXPIRES.to_owned(), AttributeValue::N(expires_at.to_string()));
    }
    row
}

/// Any value as a row.
pub(super) fn any<T: Serialize>(value: &T, pk: String, sk: &str) -> Result<Row, Unavailable> {
    write(value, pk, sk.to_owned())
}

/// A session about which something is still to be done stands in the sweep's index, one that was counted under its day.
pub(super) fn session(key: &LeadKey, session: &Session) -> Result<Row, Unavailable> {
    let mut row = write(session, key::lead(key), key::session(&session.id))?;
    if session.is_unfinished() {
        row.insert("open_pk".to_owned(), text(key::shard(shard(key))));
        row.insert("open_sk".to_owned(), text(format!("{}#{}", cursor_at(session.swept_from()), session.id)));
    } else if let Some(counted) = &session.counted {
        row.insert("open_pk".to_owned(), text(key::sessions_of(&key.business, counted.day)));
        row.insert("open_sk".to_owned(), text(format!("{}#{}", cursor_at(session.opened_at), session.id)));
    }
    Ok(row)
}

/// Numbers that are added to the figures of a business. Those of one day stand in as many rows as the sweep's index has
/// shards, by lead, so that digests at one moment seldom meet.
pub(super) fn count(key: &LeadKey, count: &Count) -> Row {
    let sk = key::figures(count.of, shard(key));
    let mut row = key::row(key::figures_of(&key.business), sk);
    row.extend(count.tally.iter().map(|(name, number)| (name.to_owned(), AttributeValue::N(number.to_string()))));
    match count.of {
        Period::Day(day) => expiring(row, midnight(day), Some(KEPT_DAYS)),
        Period::Now => row,
    }
}

pub(super) fn message(
    key: &LeadKey,
    message: &zikaron_protocol::model::message::Message,
    kept: Retention,
) -> Result<Row, Unavailable> {
    let row = write(message, key::lead(key), key::message(&message.key))?;
    Ok(expiring(row, message.key.sent_at, kept.messages))
}

/// Kept as long as a message: it is what was said.
pub(super) fn call(key: &LeadKey, call: &Call, kept: Retention) -> Result<Row, Unavailable> {
    let row = write(call, key::lead(key), key::call(&call.key))?;
    Ok(expiring(row, call.key.ended_at, kept.messages))
}

/// Kept as long as its call: nothing would find it afterwards, an erasure neither.
pub(super) fn place(key: &LeadKey, call: &CallKey, kept: Retention) -> Result<Row, Unavailable> {
    let place = Place { lead: key.lead.clone(), call: call.clone() };
    let row = write(&place, key::call_name(&key.business, &call.name), "ALIAS".to_owned())?;
    Ok(expiring(row, call.ended_at, kept.messages))
}

pub(super) fn note(key: &LeadKey, note: &Note) -> Result<Row, Unavailable> {
    write(note, key::lead(key), key::note(note.at, &note.id))
}

/// The hash tells two changes of one field in one moment apart, and makes a repeated one the same row.
pub(super) fn change(key: &LeadKey, change: &Verdict, kept: Retention) -> Result<Row, Unavailable> {
    let content = serde_json::to_vec(change).map_err(|error| unreadable("PutItem", &error))?;
    let hash = hex::encode(&Sha256::digest(&content)[..6]);
    let sk = format!("CHANGE#{}#{}#{hash}", key::time(change.at), change.field);
    Ok(expiring(write(change, key::lead(key), sk)?, change.at, kept.changes))
}

/// When a day begins, within a day.
pub(super) fn midnight(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |day| day.timestamp())
}

fn shard(key: &LeadKey) -> u8 {
    Sha256::digest(key::lead(key)).first().map_or(0, |byte| byte % SHARDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn key() -> LeadKey {
        serde_json::from_value(json!({"business": "demo-salon", "lead": "01LEAD"})).unwrap()
    }

    fn expiry(row: &Row) -> Option<String> {
        row.get("expires_at").map(|at| at.as_n().unwrap().clone())
    }

    #[test]
    fn messages_and_changes_expire_their_days_after_the_time_they_tell_of() {
        let said = json!({
            "sent_at": "2026-11-16T08:00:00Z", "id": "wamid.1", "version": 1, "arrival": 1, "speaker": "customer",
            "kind": "text", "text": "שלום", "remembered": true,
        });
        let said = serde_json::from_value(said).unwrap();
        let learnt = json!({
            "field": "city", "old": null, "new": "חיפה", "source": "ai_extraction", "confidence": "high",
            "accepted": true, "reason": "new", "session": "01SESSION", "at": "2026-11-16T08:00:00Z",
        });
        let learnt = serde_json::from_value(learnt).unwrap();
        let rows = |kept| (message(&key(), &said, kept).unwrap(), change(&key(), &learnt, kept).unwrap());
        let (said_row, learnt_row) = rows(Retention { messages: Some(30), changes: Some(1) });
        assert_eq!(expiry(&said_row), Some((1_794_816_000 + 30 * DAY_SECONDS).to_string()));
        assert_eq!(expiry(&learnt_row), Some((1_794_816_000 + DAY_SECONDS).to_string()));
        let (said_row, learnt_row) = rows(Retention { messages: None, changes: None });
        assert_eq!((expiry(&said_row), expiry(&learnt_row)), (None, None));
    }

    #[test]
    fn a_calls_place_expires_with_its_call_for_nothing_finds_it_later() {
        let call = json!({"ended_at": "2026-11-16T08:00:00Z", "provider": "generic", "call_id": "c1"});
        let call: CallKey = serde_json::from_value(call).unwrap();
        let row = |messages| place(&key(), &call, Retention { messages, changes: None }).unwrap();
        assert_eq!(expiry(&row(Some(30))), Some((1_794_816_000 + 30 * DAY_SECONDS).to_string()));
        assert_eq!(expiry(&row(None)), None);
    }
}
