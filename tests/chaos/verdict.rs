//! The promises (docs/rules.md#j), read from the table and from what the customer got.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use zikaron_simulator::Sent;

/// How a case is to end for the message it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// One answer reached the customer.
    Answered,
    /// WhatsApp refused the answer for good, and a person was asked to look.
    Refused,
    /// The sender never learnt what became of the answer (spec J2's open window): the message is answered again in
    /// the customer's next turn.
    Uncertain,
}

impl fmt::Display for End {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Uncertain => "uncertain",
        })
    }
}

/// What still hangs in the air; empty when all is quiet.
pub(crate) fn open_ends(lead: &Value) -> Vec<&'static str> {
    let state = &lead["state"];
    let sessions = list(&lead["sessions"]);
    let checks = [
        ("pending", state["pending"] != 0),
        ("unsettled", !list(&state["unsettled"]).is_empty()),
        ("lease", !state["lease"].is_null()),
        ("open session", !state["session"].is_null()),
        ("undigested session", sessions.is_empty() || sessions.iter().any(|one| one["stage"] != "digested")),
    ];
    checks.into_iter().filter(|(_, open)| *open).map(|(name, _)| name).collect()
}

/// Whether the table holds all of these messages.
pub(crate) fn stores(lead: &Value, said: &[String]) -> bool {
    said.iter().all(|id| list(&lead["messages"]).iter().any(|message| message["id"] == id.as_str()))
}

/// Every promise that was broken, in words. `said` are the ids of what the customer wrote; `end` holds for the last.
pub(crate) fn broken(lead: &Value, inbox: &[Sent], said: &[String], about: &str, end: End) -> Vec<String> {
    let mut broken: Vec<String> = open_ends(lead).into_iter().map(|what| format!("left open: {what}")).collect();
    let answers = answers(lead);
    for sending in answers.values().flatten() {
        let times = reached(inbox, sending);
        if times > 1 {
            broken.push(format!("one outgoing id reached the customer {times} times"));
        }
        if times > 0 && sending["sending"]["state"] == "refused" {
            broken.push("an answer that reached the customer is written down as refused".to_owned());
        }
    }
    let known = answers.values().flatten().map(|sending| reached(inbox, sending)).sum::<usize>();
    if known != inbox.len() {
        broken.push(format!("{} messages reached the customer, the table knows {known}", inbox.len()));
    }
    for id in said {
        let end = if id == about { end } else { End::Answered };
        broken.extend(of_message(lead, inbox, &answers, id, end));
    }
    broken.extend(digests(lead));
    broken
}

/// The parts of each answer, by the arrival number of its first.
fn answers(lead: &Value) -> BTreeMap<u64, Vec<&Value>> {
    let mut answers: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for message in list(&lead["messages"]) {
        if let Some(answer) = message["sending"]["answer"].as_u64() {
            answers.entry(answer).or_default().push(message);
        }
    }
    answers
}

fn reached(inbox: &[Sent], sending: &Value) -> usize {
    let Some(id) = sending["id"].as_str() else { return 0 };
    inbox.iter().filter(|sent| sent.tag.as_deref().is_some_and(|tag| tag.ends_with(id))).count()
}

fn of_message(
    lead: &Value,
    inbox: &[Sent],
    answers: &BTreeMap<u64, Vec<&Value>>,
    id: &str,
    end: End,
) -> Option<String> {
    let stored: Vec<_> = list(&lead["messages"]).iter().filter(|message| message["id"] == id).collect();
    let [message] = stored[..] else { return Some(format!("a message is stored {} times", stored.len())) };
    if !message["end"].is_null() {
        return Some(format!("a message ended as {} although it was answerable", message["end"]));
    }
    let arrival = message["arrival"].as_u64();
    if lead["state"]["answered"].as_u64() < arrival {
        return Some("a message counts as unanswered".to_owned());
    }
    let names = |sending: &&Value| list(&sending["sending"]["answers"]).iter().any(|one| one.as_u64() == arrival);
    let of_it: Vec<_> = answers.values().filter(|parts| parts.iter().any(names)).collect();
    let accepted = of_it.iter().filter(|parts| parts.iter().any(|part| reached(inbox, part) > 0)).count();
    let states: Vec<_> = of_it.iter().flat_map(|parts| parts.iter().map(|part| &part["sending"]["state"])).collect();
    let settled = |state: &&&Value| matches!(state.as_str(), Some("sent" | "refused" | "uncertain"));
    let right = match end {
        End::Answered => accepted == 1 && states.iter().all(|state| **state == "sent"),
        End::Refused => accepted == 0 && states.iter().any(|state| **state == "refused"),
        End::Uncertain => {
            (1..=2).contains(&accepted)
                && states.iter().any(|state| **state == "uncertain")
                && states.iter().any(|state| **state == "sent")
        }
    };
    let whole = right && states.iter().filter(settled).count() == states.len();
    (!whole).then(|| format!("a message that was to be {end:?} got {accepted} answers, written down as {states:?}"))
}

/// Every session with a customer's message is digested exactly once.
fn digests(lead: &Value) -> Option<String> {
    let customer = list(&lead["messages"]).iter().filter(|message| message["speaker"] == "customer");
    let sessions: BTreeSet<_> = customer.filter_map(|message| message["session"].as_str()).collect();
    let notes = list(&lead["notes"]).iter().filter(|note| note["kind"] == "conversation_summary").count();
    (notes != sessions.len()).then(|| format!("{} sessions have {notes} summaries", sessions.len()))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Two messages, one answer to both, one session with its summary.
    fn good() -> Value {
        json!({
            "state": {"pending": 0, "answered": 2},
            "sessions": [{"id": "s", "stage": "digested"}],
            "notes": [{"kind": "conversation_summary"}],
            "messages": [
                {"id": "a", "arrival": 1, "speaker": "customer", "session": "s"},
                {"id": "b", "arrival": 2, "speaker": "customer", "session": "s"},
                answer("x", 3, "sent"),
            ],
        })
    }

    fn answer(id: &str, arrival: u64, state: &str) -> Value {
        let sending = json!({"state": state, "answers": [1, 2], "answer": arrival});
        json!({"id": id, "arrival": arrival, "speaker": "assistant", "session": "s", "sending": sending})
    }

    fn got(ids: &[&str]) -> Vec<Sent> {
        let sent = |id: &&str| {
            json!({"wamid": "w", "number": "1", "to": "972555000001", "type": "text", "text": "x", "buttons": [],
                   "tag": format!("zk1:lead:1:{id}"), "at": "2026-11-22T10:00:00Z", "statuses": []})
        };
        ids.iter().map(|id| serde_json::from_value(sent(id)).unwrap()).collect()
    }

    fn judge(lead: &Value, inbox: &[Sent], end: End) -> Vec<String> {
        broken(lead, inbox, &["a".to_owned(), "b".to_owned()], "b", end)
    }

    #[test]
    fn a_conversation_that_keeps_every_promise_is_not_complained_of() {
        assert_eq!(judge(&good(), &got(&["x"]), End::Answered), Vec::<String>::new());
    }

    #[test]
    fn every_broken_promise_is_seen() {
        let with = |change: &dyn Fn(&mut Value)| {
            let mut lead = good();
            change(&mut lead);
            lead
        };
        let add = |lead: &mut Value, list: &str, what: Value| lead[list].as_array_mut().unwrap().push(what);
        let summary = || json!({"kind": "conversation_summary"});
        let table: [(&str, Value, &[&str]); 13] = [
            ("two answers", with(&|l| add(l, "messages", answer("y", 4, "sent"))), &["x", "y"]),
            ("one outgoing id twice", good(), &["x", "x"]),
            ("no answer reached anybody", good(), &[]),
            ("something the table does not know", good(), &["x", "z"]),
            ("stored twice", with(&|l| l["messages"][1]["id"] = json!("a")), &["x"]),
            ("unanswered", with(&|l| l["state"]["answered"] = json!(1)), &["x"]),
            ("dropped as stale", with(&|l| l["messages"][0]["end"] = json!("stale")), &["x"]),
            ("not settled", with(&|l| l["messages"][2]["sending"]["state"] = json!("unknown")), &["x"]),
            ("pending", with(&|l| l["state"]["pending"] = json!(1)), &["x"]),
            ("leased", with(&|l| l["state"]["lease"] = json!({"holder": "h"})), &["x"]),
            ("not digested", with(&|l| l["sessions"][0]["stage"] = json!("closing")), &["x"]),
            ("digested twice", with(&|l| add(l, "notes", summary())), &["x"]),
            ("open", with(&|l| l["state"]["session"] = json!({"id": "s"})), &["x"]),
        ];
        for (what, lead, inbox) in table {
            assert!(!judge(&lead, &got(inbox), End::Answered).is_empty(), "{what}");
        }
    }
}
