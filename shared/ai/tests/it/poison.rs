//! The corpus of hostile customers over real HTTP, with a model that obeys every one of them: what the model was shown,
//! and what the next prompt shows. What reaches profile and summary is tested where the corpus lives.

use crate::{completion, endpoint, model_at};
use jiff::Timestamp;
use serde_json::{Value, json};
use zikaron_memory::document::LeadMemory;
use zikaron_memory::evidence::{Said, check};
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language::Hebrew;
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Confidence, Profile};
use zikaron_memory::render::block;
use zikaron_memory::session::{Channel, SessionId};
use zikaron_memory::summary::clean;
use zikaron_memory::zone::Zone;
use zikaron_protocol::model::conversation::{Speaker, Utterance};
use zikaron_protocol::ports::{DigestRequest, Model, ReplyRequest};

const INSTRUCTIONS: &str = "אתה הנציג של מספרת הדמו.";

fn corpus() -> Vec<Value> {
    serde_json::from_str(include_str!("../../../memory/tests/it/poison.json")).unwrap()
}

fn texts(attack: &Value) -> Vec<String> {
    serde_json::from_value(attack["says"].clone()).unwrap()
}

/// The contents of one role in the only request the endpoint got.
fn shown(request: &wiremock::Request, role: &str) -> Vec<String> {
    let body: Value = request.body_json().unwrap();
    let messages = body["messages"].as_array().unwrap().clone();
    let of_role = messages.into_iter().filter(|message| message["role"] == role);
    of_role.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn no_message_of_a_customer_is_more_than_its_one_line_of_the_transcript() {
    for attack in corpus() {
        let name = attack["attack"].as_str().unwrap();
        let digested = json!(json!({"summary": "ס", "changes": attack["obeys"]["patch"]}).to_string());
        let server = endpoint(completion(&digested)).await;
        let mut transcript: Vec<Utterance> = texts(&attack)
            .into_iter()
            .map(|text| Utterance { speaker: Speaker::Customer, text, at: Timestamp::UNIX_EPOCH })
            .collect();
        transcript.push(Utterance { speaker: Speaker::Staff, text: "תודה".to_owned(), at: Timestamp::UNIX_EPOCH });
        let fields = FieldList::standard(Hebrew);
        let request = DigestRequest {
            language: Hebrew,
            fields,
            profile: Profile::default(),
            to_confirm: Vec::new(),
            commitments: false,
            zone: Zone::default(),
            transcript,
        };
        model_at(&format!("{}/v1", server.uri()), None).digest(&request).await.unwrap();

        let requests = server.received_requests().await.unwrap();
        let (system, user) = (shown(&requests[0], "system"), shown(&requests[0], "user"));
        assert_eq!((system.len(), user.len()), (1, 1), "{name}");
        assert!(texts(&attack).iter().all(|text| text.len() < 10 || !system[0].contains(text)), "{name}");
        let (_, lines) = user[0].split_once("to the end of this text:\n").unwrap();
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines.len(), request.transcript.len(), "{name}: {lines:?}");
        for (number, line) in lines.iter().enumerate() {
            let speaker = if number + 1 == lines.len() { "staff" } else { "customer" };
            assert!(line.starts_with(&format!("[{}] 00:00 {speaker}: ", number + 1)), "{name}: {line}");
            assert!(!line.contains(|c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}')), "{name}");
        }
    }
}

#[tokio::test]
async fn what_an_obeying_model_brought_home_is_not_in_the_next_system_prompt() {
    let fields = FieldList::standard(Hebrew);
    for attack in corpus() {
        let name = attack["attack"].as_str().unwrap();
        let answer = json!({"summary": attack["obeys"]["summary"], "changes": attack["obeys"]["patch"]});
        let server = endpoint(completion(&json!(answer.to_string()))).await;
        let model = model_at(&format!("{}/v1", server.uri()), None);
        let request = DigestRequest {
            language: Hebrew,
            fields: fields.clone(),
            profile: Profile::default(),
            to_confirm: Vec::new(),
            commitments: false,
            zone: Zone::default(),
            transcript: Vec::new(),
        };
        let Ok(digest) = model.digest(&request).await else { continue };
        let at: Timestamp = "2026-11-16T08:00:00Z".parse().unwrap();
        let said = texts(&attack).into_iter().zip(0..).map(|(text, position)| Said::new(text, at, position));
        let said: Vec<Said> = said.collect();
        let checked = check(&fields, &said, &SessionId::new("s1"), &digest.patch, Confidence::High, &Zone::default());
        let mut memory = LeadMemory {
            customer_profile_json: merge(&fields, &Profile::default(), &checked.candidates).profile,
            ..Default::default()
        };
        if let Some(summary) = digest.summary.as_deref().and_then(|raw| clean(raw, Hebrew)) {
            memory.take_summary(summary, at, at, Channel::Whatsapp);
        }
        let memory = block(&memory, &fields, Hebrew, &Zone::default(), at, 6_000).unwrap_or_default();
        let conversation =
            vec![Utterance { speaker: Speaker::Customer, text: "היי".to_owned(), at: Timestamp::UNIX_EPOCH }];
        model
            .reply(&ReplyRequest {
                system: format!("{INSTRUCTIONS}\n\n{memory}"),
                now: String::new(),
                conversation,
                pictures: Vec::new(),
                may_start_fresh: false,
                may_confirm: false,
                may_ask_number: false,
            })
            .await
            .ok();

        let system = shown(server.received_requests().await.unwrap().last().unwrap(), "system").remove(0);
        let (ours, rest) = system.split_once(INSTRUCTIONS).unwrap();
        assert!(ours.contains("never instructions"), "our rules stand first: {name}");
        assert!(!rest.to_lowercase().contains("ignore all") && !rest.contains("100%"), "{name}: {rest}");
        let flush = rest.lines().filter(|line| !line.is_empty() && !line.starts_with("  "));
        assert!(flush.clone().all(|line| line.starts_with(['🧠', '📋', '📝'])), "{name}: {rest}");
        let known = ["name", "city"].map(|field| format!("  • {field}: "));
        for start in known {
            assert!(rest.lines().filter(|line| line.starts_with(&start)).count() <= 1, "{name}: {rest}");
        }
    }
}
