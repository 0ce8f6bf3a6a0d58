//! What the simulator posts as WhatsApp, kept in `tests/bodies`: `tests/pywa` puts it before somebody else's reader.

use crate::harness::{Harness, NUMBER, TOKEN, simulator, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const CUSTOMER: &str = "972555000001";
/// Someone who shows no number.
const USER_ID: &str = "IL.77";
/// When everything is said.
const AT: i64 = 1_794_816_000;

/// What only WhatsApp itself tells, as the sample has it.
fn told(sample: &str) -> Value {
    let path = format!("{}/../../../events/whatsapp-{sample}.json", env!("CARGO_MANIFEST_DIR"));
    let sample: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let change = &sample["entry"][0]["changes"][0];
    json!({"field": change["field"], "body": change["value"]})
}

/// What is said, each under the name of its file.
fn said() -> Vec<(&'static str, Value)> {
    let card = json!([{"origin": "contact_request", "name": {"formatted_name": "דנה", "first_name": "דנה"},
        "phones": [{"phone": "+972555000001", "wa_id": "972555000001", "type": "CELL"}]}]);
    let place = json!({"latitude": 32.0775, "longitude": 34.774, "address": "רחוב דיזנגוף 50"});
    let edit = json!({"original_message_id": "wamid.text", "message": {"type": "text", "text": {"body": "מחר"}}});
    let number = json!({"body": "User changed from 972555000001 to 972555000002", "type": "user_changed_number",
        "wa_id": "972555000002"});
    vec![
        ("text", json!({"text": "שלום 🙏"})),
        ("user-id-alone", json!({"from": null, "bsuid": USER_ID, "text": "בלי מספר"})),
        ("username", json!({"from": null, "bsuid": USER_ID, "username": "dana.levi", "text": "היי"})),
        ("quote", json!({"text": "כן", "quotes": "wamid.Q"})),
        ("forwarded", json!({"text": "קרא את זה", "more": {"context": {"forwarded": true}}})),
        ("button", json!({"button": {"id": "resume", "title": "כן"}, "quotes": "wamid.Q"})),
        ("picture", json!({"media": {"file": "picture.png"}, "text": "ככה"})),
        ("voice-note", json!({"media": {"file": "voice-he.ogg"}})),
        ("contact-card", json!({"type": "contacts", "body": card, "quotes": "wamid.Q"})),
        ("location", json!({"type": "location", "body": place})),
        ("reaction", json!({"type": "reaction", "body": {"message_id": "wamid.Q", "emoji": "👍"}})),
        ("edit", json!({"type": "edit", "body": edit})),
        ("revoke", json!({"type": "revoke", "body": {"original_message_id": "wamid.text"}})),
        ("number-changed", json!({"type": "system", "body": number})),
        ("standby", json!({"field": "standby", "text": "לאחרים"})),
        ("echo", json!({"field": "smb_message_echoes", "text": "מהמספרה"})),
        ("call-missed", told("call-missed")),
        ("preferences", told("user-preferences")),
        ("user-id-update", told("user-id-update")),
    ]
}

/// A body without what is another each time: ids of answers and of files, times of statuses and of templates.
fn settled(body: &[u8]) -> Value {
    let mut body: Value = serde_json::from_slice(body).unwrap();
    let entry = &mut body["entry"][0];
    if let Some(time) = entry.get_mut("time") {
        *time = json!(AT);
    }
    let value = &mut entry["changes"][0]["value"];
    for status in value.get_mut("statuses").and_then(Value::as_array_mut).into_iter().flatten() {
        status["id"] = json!("wamid.ANSWER");
        status["timestamp"] = json!(AT.to_string());
    }
    for message in value.get_mut("messages").and_then(Value::as_array_mut).into_iter().flatten() {
        for kind in ["image", "audio"] {
            if let Some(file) = message.get_mut(kind) {
                file["id"] = json!("300000000000001");
                file["url"] = json!("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=300000000000001");
            }
        }
    }
    body
}

/// What was posted from there on.
fn since(simulator: &Harness, before: usize) -> Vec<Value> {
    simulator.webhook.taken().iter().skip(before).map(|body| settled(body)).collect()
}

/// The statuses that follow one send.
async fn statuses(simulator: &Harness, to: &str, body: &Value, statuses: &[&str]) -> Vec<Value> {
    let before = simulator.webhook.taken().len();
    let script = json!({"to": to, "steps": [{"statuses": statuses}]});
    assert_eq!(simulator.post("/graph/script", &script).await.0, 204);
    assert_eq!(simulator.send(NUMBER, TOKEN, body).await.0, 200);
    simulator.taken(before + statuses.len()).await;
    since(simulator, before)
}

/// Everything the simulator posts, by the names of the files.
async fn posted() -> BTreeMap<String, Value> {
    let simulator = simulator().await;
    let mut posted = BTreeMap::new();
    for (name, special) in said() {
        let mut say = json!({"from": CUSTOMER, "name": "דנה", "at": AT, "id": format!("wamid.{name}")});
        say.as_object_mut().unwrap().extend(special.as_object().unwrap().clone());
        let before = simulator.webhook.taken().len();
        simulator.say(say).await;
        posted.insert(name.to_owned(), since(&simulator, before).remove(0));
    }
    let before = simulator.webhook.taken().len();
    let template = json!({"name": "visit_reminder", "language": "he", "text": "מחכים לך", "status": "approved"});
    assert_eq!(simulator.post("/templates", &template).await.0, 204);
    posted.insert("template-approved".to_owned(), since(&simulator, before).remove(0));
    let before = simulator.webhook.taken().len();
    let mut template = template;
    template["category"] = json!("marketing");
    assert_eq!(simulator.post("/templates", &template).await.0, 204);
    posted.insert("template-category".to_owned(), since(&simulator, before).remove(0));

    // Said now, so that they may be answered.
    simulator.say(json!({"from": CUSTOMER, "text": "x"})).await;
    simulator.say(json!({"bsuid": USER_ID, "text": "x"})).await;
    let answer = text(CUSTOMER, "תשובה");
    let names = ["sent", "delivered", "read"];
    let well = statuses(&simulator, CUSTOMER, &answer, &names).await;
    posted.extend(names.iter().map(|name| format!("status-{name}")).zip(well));
    let badly = statuses(&simulator, CUSTOMER, &answer, &["failed"]).await.remove(0);
    posted.insert("status-failed".to_owned(), badly);
    let template = json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": "template",
        "template": {"name": "visit_reminder", "language": {"code": "he"}}});
    let of_template = statuses(&simulator, CUSTOMER, &template, &["sent"]).await.remove(0);
    posted.insert("status-of-a-template".to_owned(), of_template);
    let hidden = json!({"messaging_product": "whatsapp", "recipient": USER_ID, "type": "text", "text": {"body": "x"}});
    let to_hidden = statuses(&simulator, USER_ID, &hidden, &["delivered"]).await.remove(0);
    posted.insert("status-to-a-user-id".to_owned(), to_hidden);
    posted
}

/// With `WRITE_BODIES` set the files are written first.
#[tokio::test]
async fn what_the_simulator_posts_stands_in_the_files_that_pywa_reads() {
    let posted = posted().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bodies");
    if std::env::var_os("WRITE_BODIES").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        for (name, body) in &posted {
            let pretty = serde_json::to_string_pretty(body).unwrap() + "\n";
            std::fs::write(folder.join(format!("{name}.json")), pretty).unwrap();
        }
    }
    let mut kept = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let body: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        kept.insert(name, body);
    }
    assert!(posted.keys().eq(kept.keys()), "{:?}, {:?}", posted.keys(), kept.keys());
    for (name, body) in &posted {
        assert_eq!(body, &kept[name], "{name}");
    }
}
