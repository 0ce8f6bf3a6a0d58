//! What the pure paths of a message are given: the same where allocations are counted and where time is taken
//! (`bench/benches/hot.rs`).

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use zikaron_memory::evidence::{About, Extracted, Meant, Said};
use zikaron_memory::profile::{Candidate, Confidence, Source};
use zikaron_memory::session::SessionId;

pub(crate) const SENTENCE: &str = "היי, אני נועה מחיפה, מעדיפה בוקר, ואשמח לתור לתספורת בשבוע הבא. ";
const FIELDS: [&str; 5] = ["name", "city", "service_interest", "preferences", "notes"];

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 50) + SignedDuration::from_mins(minutes)
}

/// One POST of so many messages.
pub(crate) fn post(messages: u64) -> Vec<u8> {
    let message = |n: u64| {
        json!({"from": format!("97255{n:07}"), "id": format!("wamid.{n}"), "timestamp": "1794816000",
            "type": "text", "text": {"body": SENTENCE}})
    };
    let value = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"},
        "messages": (0..messages).map(message).collect::<Vec<Value>>()});
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages",
        "value": value}]}]})
    .to_string()
    .into_bytes()
}

/// So many, the first of session `from`.
pub(crate) fn candidates(from: i64, count: i64) -> Vec<Candidate> {
    let candidate = |(n, field): (i64, &&str)| Candidate {
        field: (*field).to_owned(),
        value: Some(format!("ערך מספר {n}")),
        source: Source::AiExtraction,
        confidence: Confidence::Medium,
        at: at(n),
        session: SessionId::new(format!("s{n}")),
        position: 0,
        taken_back: None,
        transcribed: false,
        valid_until: None,
    };
    (from..from + count).zip(FIELDS.iter().cycle()).map(candidate).collect()
}

/// One claim for each field, of a value that may be one.
pub(crate) fn claims() -> Vec<Extracted> {
    let claim = |field: &str| Extracted {
        field: field.to_owned(),
        value: match field {
            "name" => "נועה",
            "city" => "חיפה",
            _ => "בוקר",
        }
        .to_owned(),
        line: None,
        quote: "אני נועה מחיפה, מעדיפה בוקר".to_owned(),
        span: None,
        about: Some(About::Customer),
        meant: Some(Meant::States),
        until: None,
        confidence: Some(Confidence::High),
    };
    FIELDS.map(claim).into()
}

/// A session of so many messages.
pub(crate) fn said(messages: u32) -> Vec<Said> {
    (0..messages).map(|n| Said::new(format!("{n} {SENTENCE}"), at(n.into()), n)).collect()
}
