//! Which of the model's prompts was about a customer. A request does not say: it is found by what it shows.

use super::phone::{sent_to, written_by};
use crate::state::{AiRequest, Contact, SimulatorState, text_of};
use serde_json::{Value, json};

/// The newest prompt for an answer to the customer and the newest for their memory, each with what the model answered.
pub(crate) fn view(state: &SimulatorState, number: &str, customer: &Contact) -> Value {
    let said: Vec<String> = written_by(state, number, customer).map(|m| m.text.trim().to_owned()).collect();
    let newest = |kind: &str| {
        let mut newest_first = state.ai_requests.iter().rev().filter(|request| request.kind == kind);
        newest_first.find(|request| shows(request, &said) && !is_anothers(state, number, customer, request))
    };
    json!({"reply": newest("reply").map(shown), "digest": newest("digest").map(shown)})
}

fn shown(request: &AiRequest) -> Value {
    json!({
        "at": request.at, "model": request.model, "messages": request.messages, "answer": request.answer,
        "status": request.status,
    })
}

/// Whether everything a customer says in the request may be this one's. What is no text, such as a picture, stands
/// there as a description in brackets.
fn shows(request: &AiRequest, said: &[String]) -> bool {
    let mut pieces = spoken(request).into_iter().peekable();
    let holds = |piece: &str| said.iter().any(|text| !text.is_empty() && piece.contains(one_line(text).as_str()));
    !said.is_empty()
        && pieces.peek().is_some()
        && pieces.all(|piece| piece.trim_start().starts_with('[') || holds(&piece))
}

/// The customer's part of a request, each piece on one line: of a digest, the lines of the conversation it quotes.
fn spoken(request: &AiRequest) -> Vec<String> {
    let contents = request.messages.iter().filter(|message| message["role"] == "user");
    let contents = contents.filter_map(text_of);
    if request.kind != "digest" {
        return contents.map(one_line).collect();
    }
    let lines = contents.flat_map(str::lines).filter(|line| line.starts_with('['));
    let said = lines.filter_map(|line| line.split_once(": ").filter(|(who, _)| who.ends_with(" customer")));
    said.map(|(_, said)| one_line(said)).collect()
}

/// A text of several lines on one, as a digest shows it.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" / ")
}

/// Two customers may say the same words. Then the request was about the one who got its answer.
fn is_anothers(state: &SimulatorState, number: &str, customer: &Contact, request: &AiRequest) -> bool {
    let verdict = serde_json::from_str::<Value>(&request.answer).ok();
    let answer = verdict.as_ref().and_then(|verdict| verdict["answer"].as_str()).unwrap_or(&request.answer);
    let gave = |text: &str| !answer.is_empty() && (text.contains(answer) || answer.contains(text));
    let mut later = state.sent.iter().filter(|sent| sent.number == number && sent.at >= request.at);
    let Some(first) = later.find(|sent| request.kind == "reply" && gave(&sent.text)) else { return false };
    !sent_to(state, number, customer).any(|sent| sent.wamid == first.wamid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Say, Sent};
    use jiff::Timestamp;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_794_816_000 + second).unwrap()
    }

    fn customer(id: &str) -> Contact {
        Contact { phone: None, bsuid: Some(id.to_owned()) }
    }

    fn request(kind: &str, second: i64, user: &str, answer: &str) -> AiRequest {
        AiRequest {
            at: at(second),
            kind: kind.to_owned(),
            model: "m".to_owned(),
            messages: vec![json!({"role": "system", "content": "s"}), json!({"role": "user", "content": user})],
            response_format: Value::Null,
            status: 200,
            answer: answer.to_owned(),
        }
    }

    fn state_of(said: &[(&str, &str)]) -> SimulatorState {
        let mut state = SimulatorState::default();
        for (who, text) in said {
            let say = Say { text: Some((*text).to_owned()), ..Say::default() };
            state.note_written(&say, "1", &customer(who), &format!("{who} {text}"), at(0));
        }
        state
    }

    fn send(state: &mut SimulatorState, to: &str, second: i64, text: &str) {
        let sent = json!({"wamid": format!("{to} {second}"), "number": "1", "to": to, "type": "text", "text": text,
                          "buttons": [], "tag": null, "at": at(second), "statuses": []});
        state.sent.push(serde_json::from_value::<Sent>(sent).unwrap());
    }

    fn reply_of(state: &SimulatorState, who: &str) -> Value {
        view(state, "1", &customer(who))["reply"]["at"].clone()
    }

    #[test]
    fn a_prompt_belongs_to_the_customer_whose_words_it_shows() {
        let mut state = state_of(&[("IL.1", "היי\nמה שלומך"), ("IL.1", "כמה עולה?"), ("IL.2", "שלום")]);
        state.ai_requests.push(request("reply", 1, "היי\nמה שלומך\nכמה עולה?", "80"));
        state.ai_requests.push(request("reply", 2, "שלום", "היי"));
        state.ai_requests.push(request(
            "digest",
            3,
            "{}\n[1] 10:05 customer: היי / מה שלומך\n[2] 10:05 assistant: שלום",
            "{}",
        ));
        assert_eq!(reply_of(&state, "IL.1"), json!(at(1)));
        assert_eq!(reply_of(&state, "IL.2"), json!(at(2)));
        assert_eq!(view(&state, "1", &customer("IL.1"))["digest"]["at"], json!(at(3)));
        assert!(view(&state, "1", &customer("IL.2"))["digest"].is_null());
        assert!(reply_of(&state, "IL.3").is_null());
    }

    #[test]
    fn the_same_words_of_two_customers_are_told_apart_by_who_got_the_answer() {
        let mut state = state_of(&[("IL.1", "היי"), ("IL.2", "היי")]);
        state.ai_requests.push(request("reply", 1, "היי", r#"{"answer": "שלום לך", "handover": false}"#));
        send(&mut state, "IL.1", 2, "שלום לך\n\nרוצה שנמשיך?");
        state.ai_requests.push(request("reply", 3, "היי", "שלום לך"));
        send(&mut state, "IL.2", 4, "שלום לך");
        assert_eq!(reply_of(&state, "IL.1"), json!(at(1)));
        assert_eq!(reply_of(&state, "IL.2"), json!(at(3)));
    }
}
