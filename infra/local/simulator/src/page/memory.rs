//! What the business remembers of a customer, as the operator's command shows it.

use crate::admin::is_heard;
use crate::operator_view::OperatorView;
use crate::state::OFFLINE_MODEL;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The newest lines of the change log are shown, at most so many.
const MAX_CHANGES: usize = 20;

/// What was read, and whether more is to be expected soon.
pub(crate) struct MemoryView {
    pub(crate) view: Value,
    /// Whether it is about to change: a session is open or not digested yet, or a message waits.
    pub(crate) expects_more: bool,
}

impl MemoryView {
    /// What a simulator without a stack shows.
    pub(crate) fn without_stack() -> Self {
        Self { view: json!({"error": "the simulator was started without a stack"}), expects_more: false }
    }
}

/// The business and the model; none while the stack does not answer.
pub(crate) async fn about(operator: &OperatorView) -> Option<Value> {
    let settings: Value = serde_json::from_str(&operator.admin.run(&["settings", "get"]).await.ok()?).ok()?;
    Some(json!({
        "business": settings["name"],
        "remembers": settings["enable_customer_service"],
        "model": operator.model,
        "is_offline": operator.model == OFFLINE_MODEL,
        "idle_seconds": operator.idle.as_secs(),
    }))
}

/// Reads the customer's memory anew. An error is part of the view: the page shows it.
pub(crate) async fn read(operator: &OperatorView, flag: &[String; 2]) -> MemoryView {
    match operator.admin.find_lead(flag).await {
        Ok(Some(lead)) => MemoryView { view: view(&lead, operator.idle), expects_more: expects_more(&lead) },
        Ok(None) => MemoryView { view: json!({"known": false}), expects_more: false },
        Err(error) => MemoryView { view: json!({"error": error.to_string()}), expects_more: false },
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[][..], Vec::as_slice)
}

fn expects_more(lead: &Value) -> bool {
    let state = &lead["state"];
    let waits = state["pending"].as_u64().unwrap_or_default() > 0;
    waits || !state["session"].is_null() || undigested(lead).next().is_some()
}

/// Sessions that are over and not in the memory yet.
fn undigested(lead: &Value) -> impl Iterator<Item = &Value> {
    list(&lead["sessions"]).iter().filter(|session| session["stage"] == "closing")
}

fn view(lead: &Value, idle: Duration) -> Value {
    let (state, memory) = (&lead["state"], &lead["memory"]);
    json!({
        "known": true,
        "mode": state["mode"],
        "last_interaction_at": state["last_interaction_at"],
        "last_channel": state["last_channel"],
        "session": session(&state["session"], idle),
        "digesting": undigested(lead).count(),
        "failed_digests": undigested(lead).filter_map(|session| session["tries"].as_u64()).max().unwrap_or_default(),
        "profile": profile(&memory["customer_profile_json"]),
        "last_summary": memory["last_summary"],
        "summary_updated_at": memory["summary_updated_at"],
        "summary_channel": memory["summary_channel"],
        "notes": memory["notes"],
        "changes": changes(lead),
    })
}

fn session(session: &Value, idle: Duration) -> Option<Value> {
    let last: Timestamp = session["last_at"].as_str()?.parse().ok()?;
    let closes_at = last.checked_add(idle).ok()?;
    Some(json!({"opened_at": session["opened_at"], "closes_at": closes_at, "idle_seconds": idle.as_secs()}))
}

/// The fields without the candidates they were merged from.
fn profile(profile: &Value) -> Map<String, Value> {
    const SHOWN: [&str; 6] = ["value", "source", "confidence", "updated_at", "previous_value", "suggestions"];
    let of = |field: &Value| {
        let own = SHOWN.iter().map(|name| ((*name).to_owned(), field[name].clone()));
        own.chain([("heard".to_owned(), json!(is_heard(field)))]).collect::<Map<_, _>>()
    };
    let fields = profile.as_object().into_iter().flatten();
    fields.map(|(name, field)| (name.clone(), Value::Object(of(field)))).collect()
}

/// The change log, newest first.
fn changes(lead: &Value) -> Vec<&Value> {
    let mut changes: Vec<&Value> = list(&lead["changes"]).iter().collect();
    changes.sort_by(|a, b| b["at"].as_str().cmp(&a["at"].as_str()));
    changes.truncate(MAX_CHANGES);
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(session: &Value, stage: &str, pending: u64) -> Value {
        json!({"state": {"session": session, "mode": "ai", "pending": pending},
               "sessions": [{"stage": "digested"}, {"stage": stage, "tries": 2}],
               "memory": {"customer_profile_json": {"name": {"value": "דנה", "source": "manual", "candidates": [1]}}},
               "changes": [{"at": "2026-11-01T10:00:00Z"}, {"at": "2026-11-02T10:00:00Z"}]})
    }

    #[test]
    fn a_session_closes_when_it_has_been_silent_for_the_idle_time() {
        let open = json!({"opened_at": "2026-11-01T10:00:00Z", "last_at": "2026-11-01T10:05:00Z"});
        let shown = view(&lead(&open, "open", 0), Duration::from_secs(900));
        assert_eq!(shown["session"]["closes_at"], "2026-11-01T10:20:00Z");
        assert!(view(&lead(&Value::Null, "digested", 0), Duration::from_secs(900))["session"].is_null());
    }

    #[test]
    fn the_view_holds_what_is_remembered_and_not_what_it_was_folded_from() {
        let shown = view(&lead(&Value::Null, "closing", 0), Duration::ZERO);
        assert_eq!((&shown["digesting"], &shown["failed_digests"]), (&json!(1), &json!(2)));
        assert_eq!(shown["profile"]["name"]["value"], "דנה");
        assert!(shown["profile"]["name"].get("candidates").is_none());
        assert_eq!(shown["changes"][0]["at"], "2026-11-02T10:00:00Z");
    }

    #[test]
    fn what_a_machine_heard_is_marked_where_it_is_what_stands() {
        let of = |at: &str, transcribed: bool| json!({"source": "ai_extraction", "at": at, "transcribed": transcribed});
        let field = |candidates: Value| json!({"source": "ai_extraction", "updated_at": "2", "candidates": candidates});
        let shown = profile(&json!({
            "heard": field(json!([of("1", false), of("2", true)])),
            "written": field(json!([of("1", true), of("2", false)])),
        }));
        assert_eq!((&shown["heard"]["heard"], &shown["written"]["heard"]), (&json!(true), &json!(false)));
    }

    #[test]
    fn more_is_expected_while_a_session_is_open_or_undigested_or_a_message_waits() {
        let open = json!({"last_at": "2026-11-01T10:05:00Z"});
        let table = [
            (lead(&open, "open", 0), true),
            (lead(&Value::Null, "closing", 0), true),
            (lead(&Value::Null, "digested", 1), true),
            (lead(&Value::Null, "digested", 0), false),
        ];
        for (lead, expected) in table {
            assert_eq!(expects_more(&lead), expected, "{lead}");
        }
    }
}
