//! Transcripts of past calls.

use crate::town::{NOW, Town};
use jiff::Timestamp;
use zikaron_import::calls::read;
use zikaron_memory::note::NoteKind;
use zikaron_memory::profile::Confidence;
use zikaron_memory::session::Channel;

/// A call of customer 1, an hour before now.
fn a_call(more: &str) -> String {
    let at = |seconds: i64| Timestamp::from_second(NOW - 3_600 + seconds).unwrap();
    format!(
        r#"{{"phone": "+972555000001", "started_at": "{}", "ended_at": "{}", "direction": "inbound", {more}
            "transcript": [{{"voice": "agent", "text": "שלום, מי מדבר?", "second": 1}},
                           {{"voice": "customer", "text": "קוראים לי דנה לוי", "second": 4}}]}}"#,
        at(0),
        at(60)
    )
    .replace('\n', " ")
}

#[tokio::test]
async fn past_calls_are_stored_and_digested_once() {
    let town = Town::new();
    let first = town.import_calls(&a_call(""), 0).await;
    assert_eq!((first.sessions, first.left, town.lead(1).calls.len()), (0, 1, 1), "stored, not paid for");
    let paid = town.import_calls(&a_call(""), u64::MAX).await;
    assert_eq!((paid.sessions, town.value(1, "name").as_deref()), (1, Some("דנה לוי")));
    let confidence = town.lead(1).memory.document.customer_profile_json.get("name").unwrap().confidence();
    assert_eq!(confidence, Confidence::Medium, "what was heard is never sure");
    let lead = town.lead(1);
    assert_eq!(lead.notes[0].kind, NoteKind::CallSummary);
    assert_eq!(lead.state.as_ref().unwrap().last_channel, Some(Channel::Call));
    let again = town.import_calls(&a_call(""), u64::MAX).await;
    assert_eq!((again.sessions, town.lead(1).calls.len(), town.lead(1).state), (0, 1, lead.state));
    // One with an id of its own is another call.
    town.import_calls(&a_call(r#""call_id": "c7", "provider": "retell","#), u64::MAX).await;
    assert_eq!((town.lead(1).calls.len(), town.lead(1).notes.len()), (2, 2));
    assert!(town.ports.timer.schedules().is_empty() && town.ports.messenger.taken().is_empty());
}

#[test]
fn a_line_that_is_no_call_is_named() {
    let now = Timestamp::from_second(NOW).unwrap();
    let refusal = |line: &str| read(&format!("\n{line}"), now).unwrap_err().to_string();
    assert_eq!(refusal("{}"), "line 2: missing field `phone` at line 1 column 2");
    let spelt = a_call(r#""comment": "x","#);
    assert!(refusal(&spelt).starts_with("line 2: unknown field `comment`"), "{}", refusal(&spelt));
    assert!(refusal(&a_call("").replace("+972555000001", "055-500-0001")).starts_with("line 2: phone: '+' and 7"));
    let later = a_call("").replace("\"voice\": \"customer\"", "\"voice\": \"דנה\"");
    assert!(refusal(&later).starts_with("line 2: unknown variant"), "{}", refusal(&later));
    assert!(!read(&a_call(""), now).unwrap().is_empty());
    let to_come = Timestamp::from_second(NOW - 7_200).unwrap();
    assert!(read(&a_call(""), to_come).is_err());
}
