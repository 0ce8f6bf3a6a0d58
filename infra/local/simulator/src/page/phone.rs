//! What a customer's phone shows.

use crate::state::{AmendmentKind, Contact, Sent, SimulatorState, Written};
use crate::whatsapp::NUMBER_REQUEST;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// The newest messages are shown, at most so many.
const MAX_MESSAGES: usize = 200;
/// How long the typing indicator stays unless an answer comes
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators>).
const TYPING_SHOWN: SignedDuration = SignedDuration::from_secs(25);

/// The conversation of one customer, oldest first, and until when somebody is seen writing.
pub(crate) fn view(state: &SimulatorState, number: &str, customer: &Contact, now: Timestamp) -> Value {
    let written: Vec<&Written> = written_by(state, number, customer).collect();
    let sent: Vec<&Sent> = sent_to(state, number, customer).collect();
    // A read mark also counts for everything written before.
    let is_read = |id: &str| state.typing.iter().any(|mark| mark.message_id == id);
    let read = written.iter().rposition(|message| is_read(&message.id)).map_or(0, |last| last + 1);
    let mut all: Vec<(Timestamp, Value)> = Vec::new();
    for (place, message) in written.iter().enumerate() {
        let mut shown = if message.echo { echoed(message) } else { own(message, place < read) };
        if let Some(file) = state.files.iter().find(|file| message.file.as_ref() == Some(&file.id)) {
            shown["file"] = json!({"id": file.id, "mime_type": file.mime_type, "heard": file.heard});
        }
        all.push((message.at, shown));
    }
    for message in &sent {
        let tapped = written.iter().filter(|own| own.quotes.as_deref() == Some(message.wamid.as_str()));
        let tapped = tapped.filter_map(|own| tapped_by(own)).next_back();
        all.push((message.at, received(message, tapped)));
    }
    // A message may be said with a time of its own: it stands where that time puts it.
    all.sort_by_key(|(at, _)| *at);
    for message in &written {
        amend(&mut all, message);
    }
    let shown = all.split_off(all.len().saturating_sub(MAX_MESSAGES));
    let messages: Vec<Value> = shown.into_iter().map(|(_, message)| message).collect();
    json!({"messages": messages, "typing_until": typing_until(state, &written, &sent, now)})
}

/// The button a message answers: its own, or WhatsApp's for sharing one's card.
fn tapped_by(own: &Written) -> Option<&str> {
    let button = own.button.as_ref().map(|button| button.id.as_str());
    button.or_else(|| (own.kind == "contacts").then_some(NUMBER_REQUEST))
}

/// What one customer wrote.
pub(crate) fn written_by<'a>(
    state: &'a SimulatorState,
    number: &'a str,
    customer: &'a Contact,
) -> impl DoubleEndedIterator<Item = &'a Written> {
    state.written.iter().filter(move |m| m.number == number && m.contact.bsuid == customer.bsuid)
}

/// What one customer was sent: by user id, or by a phone number of theirs.
pub(crate) fn sent_to<'a>(
    state: &'a SimulatorState,
    number: &'a str,
    customer: &'a Contact,
) -> impl DoubleEndedIterator<Item = &'a Sent> {
    let is_theirs = |to: &String| {
        let is_own = Some(to) == customer.phone.as_ref() || Some(to) == customer.bsuid.as_ref();
        is_own || (customer.bsuid.is_some() && state.user_id(number, to) == customer.bsuid)
    };
    state.sent.iter().filter(move |m| m.number == number && is_theirs(&m.to))
}

fn own(message: &Written, read: bool) -> Value {
    let progress = match message.status {
        _ if read => "read",
        None => "on_its_way",
        Some(200) => "delivered",
        Some(_) => "refused",
    };
    json!({
        "id": message.id, "mine": true, "kind": message.kind, "text": message.text, "quotes": message.quotes,
        "at": message.at, "progress": progress, "refusal": message.status.filter(|status| *status != 200),
    })
}

/// What the business wrote from the phone app.
fn echoed(message: &Written) -> Value {
    json!({
        "id": message.id, "mine": false, "kind": message.kind, "text": message.text, "at": message.at,
        "progress": "from the phone app",
    })
}

/// Shows an amendment in the message it is about, as a phone does, and not by itself. One whose message is not here
/// stays.
fn amend(all: &mut Vec<(Timestamp, Value)>, message: &Written) {
    let Some(amendment) = &message.amendment else { return };
    let mut shown = all.iter_mut().map(|(_, shown)| shown);
    let Some(shown) = shown.find(|shown| shown["id"] == amendment.message_id.as_str()) else { return };
    match &amendment.kind {
        // Nothing brings back what was taken back.
        _ if shown["kind"] == "revoked" => {}
        AmendmentKind::Edit(words) => {
            shown["text"] = json!(words);
            shown["edited"] = json!(true);
        }
        AmendmentKind::Revoke => {
            shown["kind"] = json!("revoked");
            shown["text"] = json!("");
        }
        AmendmentKind::React(emoji) => shown["reaction"] = json!(emoji),
    }
    all.retain(|(_, shown)| shown["id"] != message.id.as_str());
}

fn received(message: &Sent, tapped: Option<&str>) -> Value {
    json!({
        "id": message.wamid, "mine": false, "kind": message.kind, "text": message.text, "buttons": message.buttons,
        "tapped": tapped, "at": message.at, "progress": message.statuses.last(),
    })
}

fn typing_until(state: &SimulatorState, written: &[&Written], sent: &[&Sent], now: Timestamp) -> Option<Timestamp> {
    let is_theirs = |id: &String| written.iter().any(|message| message.id == *id);
    let newest = state.typing.iter().rev().find(|mark| mark.typing && is_theirs(&mark.message_id))?;
    let answered = sent.iter().map(|message| message.at).max().is_some_and(|at| at >= newest.at);
    let until = newest.at.checked_add(TYPING_SHOWN).ok()?;
    (!answered && now < until).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Button, Say, Typing};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_794_816_000 + second).unwrap()
    }

    fn customer() -> Contact {
        Contact { phone: Some("972555000001".to_owned()), bsuid: Some("IL.1".to_owned()) }
    }

    fn write(state: &mut SimulatorState, id: &str, second: i64) {
        let say = Say { text: Some(id.to_owned()), ..Say::default() };
        state.note_written(&say, "1", &customer(), id, at(second));
    }

    fn sent(wamid: &str, to: &str, second: i64) -> Sent {
        let button = Button { id: "fresh".to_owned(), title: "מחדש".to_owned() };
        let (number, kind) = ("1".to_owned(), "interactive".to_owned());
        Sent {
            wamid: wamid.to_owned(),
            number,
            to: to.to_owned(),
            kind,
            text: "?".to_owned(),
            template: None,
            buttons: vec![button],
            tag: None,
            at: at(second),
            statuses: vec!["sent".to_owned()],
        }
    }

    fn mark(state: &mut SimulatorState, id: &str, second: i64) {
        let message_id = id.to_owned();
        state.typing.push(Typing { number: "1".to_owned(), message_id, typing: true, at: at(second) });
    }

    #[test]
    fn ticks_follow_the_webhook_and_the_read_mark() {
        let mut state = SimulatorState::default();
        for (second, id) in ["a", "b", "c", "d"].into_iter().enumerate() {
            write(&mut state, id, i64::try_from(second).unwrap());
        }
        state.note_webhook_status("c", 200);
        state.note_webhook_status("d", 503);
        mark(&mut state, "b", 4);
        let shown = view(&state, "1", &customer(), at(5));
        let progress: Vec<_> = (0..4).map(|place| shown["messages"][place]["progress"].clone()).collect();
        assert_eq!(progress, ["read", "read", "delivered", "refused"]);
        assert_eq!(shown["messages"][3]["refusal"], 503);
    }

    #[test]
    fn changes_show_in_the_message_they_are_about() {
        let mut state = SimulatorState::default();
        write(&mut state, "a", 0);
        write(&mut state, "b", 1);
        state.sent.push(sent("x", "IL.1", 2));
        let new = json!({"type": "text", "text": {"body": "ב"}});
        let changes = [
            ("edit", json!({"original_message_id": "a", "message": new})),
            ("revoke", json!({"original_message_id": "b"})),
            ("edit", json!({"original_message_id": "b", "message": new})),
            ("reaction", json!({"message_id": "x", "emoji": "❤️"})),
            ("revoke", json!({"original_message_id": "not here"})),
        ];
        for (second, (kind, body)) in changes.into_iter().enumerate() {
            let say = Say { kind: Some(kind.to_owned()), body: Some(body), ..Say::default() };
            state.note_written(&say, "1", &customer(), &format!("c{second}"), at(3));
        }
        let echo = Say { field: Some("smb_message_echoes".to_owned()), text: Some("e".to_owned()), ..Say::default() };
        state.note_written(&echo, "1", &customer(), "e", at(4));
        let shown = view(&state, "1", &customer(), at(5));
        let all = shown["messages"].as_array().unwrap();
        let told: Vec<_> = all.iter().map(|m| (m["id"].as_str(), m["kind"].as_str(), m["text"].as_str())).collect();
        let expected = [
            ("a", "text", "ב"),
            ("b", "revoked", ""),
            ("x", "interactive", "?"),
            ("c4", "revoke", ""),
            ("e", "text", "e"),
        ];
        assert_eq!(told, expected.map(|(id, kind, text)| (Some(id), Some(kind), Some(text))));
        assert_eq!((&all[0]["edited"], &all[2]["reaction"]), (&json!(true), &json!("❤️")));
        assert_eq!((&all[4]["mine"], &all[0]["mine"]), (&json!(false), &json!(true)));
    }

    #[test]
    fn somebody_is_seen_writing_until_the_answer_comes_or_the_time_is_over() {
        let mut state = SimulatorState::default();
        write(&mut state, "a", 0);
        assert!(view(&state, "1", &customer(), at(1))["typing_until"].is_null());
        mark(&mut state, "a", 2);
        assert_eq!(view(&state, "1", &customer(), at(3))["typing_until"], json!(at(27)));
        assert!(view(&state, "1", &customer(), at(27))["typing_until"].is_null());
        state.sent.push(sent("w", "IL.1", 4));
        assert!(view(&state, "1", &customer(), at(5))["typing_until"].is_null());
    }

    #[test]
    fn an_answer_reaches_the_phone_by_number_and_by_user_id_and_shows_what_was_tapped() {
        let mut state = SimulatorState::default();
        state.sent.extend([sent("x", "972555000001", 1), sent("y", "IL.1", 2), sent("z", "972555000002", 3)]);
        let tap =
            Say { button: Some(state.sent[0].buttons[0].clone()), quotes: Some("x".to_owned()), ..Say::default() };
        state.note_written(&tap, "1", &customer(), "tap", at(4));
        let shown = view(&state, "1", &customer(), at(5));
        let ids: Vec<_> = shown["messages"].as_array().unwrap().iter().map(|message| message["id"].clone()).collect();
        assert_eq!(ids, ["x", "y", "tap"]);
        assert_eq!((&shown["messages"][0]["tapped"], &shown["messages"][1]["tapped"]), (&json!("fresh"), &Value::Null));
        assert_eq!(shown["messages"][2]["text"], "מחדש");
        let card = Say { kind: Some("contacts".to_owned()), quotes: Some("y".to_owned()), ..Say::default() };
        state.note_written(&card, "1", &customer(), "card", at(6));
        assert_eq!(view(&state, "1", &customer(), at(7))["messages"][1]["tapped"], NUMBER_REQUEST);
    }
}
