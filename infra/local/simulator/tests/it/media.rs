use crate::harness::{Harness, NUMBER, TOKEN, simulator};
use reqwest::header::USER_AGENT;
use serde_json::{Value, json};

const CUSTOMER: &str = "972555000001";
const VOICE: &[u8] = include_bytes!("../../../../../events/voice-he.ogg");
const WORDS: &str = "היי, רציתי לומר שאני אלרגי לאמוניה. אפשר תור מחר בערב?";

/// Says a file; answers the webhook's message.
async fn said(simulator: &Harness, media: Value) -> Value {
    simulator.say(json!({"from": CUSTOMER, "media": media})).await;
    let taken = simulator.webhook.values();
    taken.iter().rev().find(|value| value["messages"].is_array()).unwrap()["messages"][0].clone()
}

async fn described(simulator: &Harness, path: &str, token: &str) -> (u16, Value) {
    let answer = simulator.http.get(format!("{}/graph/{path}", simulator.url)).bearer_auth(token).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Status, type and bytes; none where the connection broke.
async fn downloaded(simulator: &Harness, url: &str, token: &str) -> Option<(u16, String, Vec<u8>)> {
    let request = simulator.http.get(url).bearer_auth(token).header(USER_AGENT, "test");
    let answer = request.send().await.ok()?;
    let (status, kind) = (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap().to_owned());
    Some((status, kind, answer.bytes().await.ok()?.to_vec()))
}

#[tokio::test]
async fn a_voice_note_is_told_by_its_id_and_fetched_by_its_url() {
    let simulator = simulator().await;
    let message = said(&simulator, json!({"file": "voice-he.ogg"})).await;
    let audio = &message["audio"];
    assert_eq!((&message["type"], &audio["voice"]), (&json!("audio"), &json!(true)));
    assert_eq!(audio["mime_type"], "audio/ogg; codecs=opus");
    let id = audio["id"].as_str().unwrap();
    let (status, description) = described(&simulator, &format!("{id}?phone_number_id={NUMBER}"), TOKEN).await;
    assert_eq!((status, &description["file_size"], &description["id"]), (200, &json!(VOICE.len()), &json!(id)));
    let url = description["url"].as_str().unwrap();
    assert!(url.starts_with(&simulator.url), "{url}");
    let (status, kind, bytes) = downloaded(&simulator, url, TOKEN).await.unwrap();
    assert_eq!((status, kind.as_str(), bytes.as_slice()), (200, "audio/ogg; codecs=opus", VOICE));
    let nameless = simulator.http.get(url).bearer_auth(TOKEN).send().await.unwrap();
    assert!(nameless.headers()["content-type"].to_str().unwrap().starts_with("text/html"), "a client without a name");
}

#[tokio::test]
async fn a_picture_has_its_caption_and_no_voice() {
    let simulator = simulator().await;
    let media = json!({"data": "/9j/", "mime_type": "image/jpeg"});
    simulator.say(json!({"from": CUSTOMER, "type": "image", "text": "ככה", "media": media})).await;
    let message = simulator.taken(1).await[0]["messages"][0].clone();
    assert_eq!((&message["image"]["caption"], &message["image"]["voice"]), (&json!("ככה"), &Value::Null));
    let (status, refused) = simulator.post("/say", &json!({"from": CUSTOMER, "media": {"file": "x.ogg"}})).await;
    assert_eq!(status, 400, "{refused}");
}

#[tokio::test]
async fn a_sample_picture_is_an_image_and_fetched_as_one() {
    let simulator = simulator().await;
    for (name, kind, first) in [("picture.png", "image/png", 0x89), ("picture.jpg", "image/jpeg", 0xff)] {
        let message = said(&simulator, json!({"file": name})).await;
        assert_eq!((&message["type"], &message["image"]["mime_type"]), (&json!("image"), &json!(kind)));
        let (_, description) = described(&simulator, message["image"]["id"].as_str().unwrap(), TOKEN).await;
        let (status, came, bytes) = downloaded(&simulator, description["url"].as_str().unwrap(), TOKEN).await.unwrap();
        assert_eq!((status, came.as_str(), bytes[0]), (200, kind, first));
    }
}

#[tokio::test]
async fn what_meta_would_not_hand_out_is_not_handed_out() {
    let simulator = simulator().await;
    simulator.driver.connect(&simulator.connection("100000000000002", "s2", "token-of-two")).await.unwrap();
    let message = said(&simulator, json!({"file": "voice-he.ogg"})).await;
    let id = message["audio"]["id"].as_str().unwrap();
    for (path, token, status, code) in [
        (id.to_owned(), "", 401, 190),
        (id.to_owned(), "token-of-two", 401, 190),
        (format!("{id}?phone_number_id=100000000000002"), TOKEN, 400, 100),
        ("123".to_owned(), TOKEN, 400, 100),
    ] {
        let (answered, refusal) = described(&simulator, &path, token).await;
        assert_eq!((answered, &refusal["error"]["code"]), (status, &json!(code)), "{path}");
    }
    let (_, description) = described(&simulator, id, TOKEN).await;
    let url = description["url"].as_str().unwrap();
    assert_eq!(downloaded(&simulator, url, "token-of-two").await.unwrap().0, 401);
    assert_eq!(downloaded(&simulator, &url.replace("&ext=", "&ext=9"), TOKEN).await.unwrap().0, 404, "made by hand");
}

#[tokio::test]
async fn faults_are_those_of_meta() {
    let simulator = simulator().await;
    for (fault, refused) in [("gone", 400), ("unavailable", 500)] {
        let message = said(&simulator, json!({"file": "voice-he.ogg", "faults": [fault, "none"]})).await;
        let id = message["audio"]["id"].as_str().unwrap();
        assert_eq!(described(&simulator, id, TOKEN).await.0, refused, "{fault}");
        assert_eq!(described(&simulator, id, TOKEN).await.0, 200, "{fault} once");
    }
    for fault in ["expired", "too_large", "wrong_type", "cut"] {
        let message = said(&simulator, json!({"file": "voice-he.ogg", "faults": [fault]})).await;
        let (_, description) = described(&simulator, message["audio"]["id"].as_str().unwrap(), TOKEN).await;
        let answer = downloaded(&simulator, description["url"].as_str().unwrap(), TOKEN).await;
        let size = description["file_size"].as_u64().unwrap();
        match fault {
            "expired" => assert_eq!(answer.unwrap().0, 404),
            "too_large" => assert!(size > 16 * 1024 * 1024 && answer.unwrap().2.len() > 16 * 1024 * 1024),
            "wrong_type" => assert!(answer.unwrap().1.starts_with("text/html")),
            _ => assert_eq!(answer, None, "the connection breaks"),
        }
    }
}

async fn heard(simulator: &Harness, name: &str, bytes: &[u8]) -> (u16, String) {
    let mut body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n\
         --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request = simulator.http.post(format!("{}/ai/v1/audio/transcriptions", simulator.url)).body(body);
    let answer = request.header("content-type", "multipart/form-data; boundary=x").send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    let told = serde_json::from_str::<Value>(&text).ok().and_then(|told| told["text"].as_str().map(str::to_owned));
    (status, told.unwrap_or_default())
}

#[tokio::test]
async fn the_offline_transcriber_reads_what_a_file_was_made_from_or_what_was_said_of_it() {
    let simulator = simulator().await;
    assert_eq!(heard(&simulator, "voice.ogg", VOICE).await, (200, WORDS.to_owned()));
    assert_eq!(heard(&simulator, "voice.webm", b"abc").await, (200, String::new()), "nobody said what is in it");
    said(&simulator, json!({"data": "YWJj", "mime_type": "audio/webm;codecs=opus", "says": "שלום"})).await;
    assert_eq!(heard(&simulator, "voice.webm", b"abc").await, (200, "שלום".to_owned()));
    assert_eq!(heard(&simulator, "voice.bin", VOICE).await.0, 400, "an end that no endpoint knows");
    assert_eq!(simulator.post("/ai/v1/audio/transcriptions", &json!({})).await.0, 400);
    let asked = simulator.driver.ai_requests("transcription", "אלרגי").await.unwrap();
    let told: Vec<(u16, &str)> = asked.iter().map(|asked| (asked.status, asked.answer.as_str())).collect();
    assert_eq!(told, [(200, WORDS), (400, "")]);
    assert_eq!((asked[0].model.as_str(), &asked[0].messages[0]["file"]), ("whisper-1", &json!("voice.ogg")));
}

#[tokio::test]
async fn the_transcriber_misbehaves_as_it_is_told() {
    let simulator = simulator().await;
    let steps = json!([{"status": 429}, {"status": 500}, {"garbage": true}, "", "Something else", {"delay_ms": 300}]);
    let script = json!({"for": "אלרגי", "replies": [], "digests": [], "transcriptions": steps});
    simulator.driver.script(&serde_json::from_value(script).unwrap()).await.unwrap();
    let expected = [(429, ""), (500, ""), (200, ""), (200, ""), (200, "Something else"), (200, WORDS)];
    for (status, text) in expected {
        assert_eq!(heard(&simulator, "voice.ogg", VOICE).await, (status, text.to_owned()));
    }
}
