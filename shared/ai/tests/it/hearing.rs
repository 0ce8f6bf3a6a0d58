//! The transcriber's client against an endpoint that answers over real HTTP.

use secrecy::SecretString;
use serde_json::json;
use std::time::Duration;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};
use zikaron_ai::config::InvalidChatConfig;
use zikaron_ai::transcriber::HttpTranscriber;
use zikaron_protocol::ports::{Hints, MediaFile, Transcribed, Transcriber, TranscriberError};

const NOTE: &[u8] = include_bytes!("../../../../events/voice-he.ogg");
const WORDS: &str = "היי, רציתי לומר שאני אלרגי לאמוניה. אפשר תור מחר בערב?";

#[expect(clippy::disallowed_methods, reason = "a test has no process-wide client")]
fn transcriber_at(base: &str, key: Option<&str>) -> HttpTranscriber<Option<SecretString>> {
    let transcriber = HttpTranscriber::new(reqwest::Client::new, base, key.map(SecretString::from)).unwrap();
    transcriber.with_timeout(Duration::from_millis(500))
}

fn note() -> MediaFile {
    MediaFile { bytes: NOTE.to_vec(), mime_type: "audio/ogg; codecs=opus".to_owned() }
}

fn hints() -> Hints {
    let words = ["יוסי כהן", "מספרת דמו"].map(str::to_owned).to_vec();
    Hints { model: "whisper-1".to_owned(), language: Some("he"), words }
}

async fn endpoint(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/v1/audio/transcriptions")).respond_with(answer).mount(&server).await;
    server
}

async fn outcome(answer: ResponseTemplate) -> Result<Transcribed, TranscriberError> {
    let server = endpoint(answer).await;
    transcriber_at(&format!("{}/v1/", server.uri()), None).transcribe(&note(), &hints()).await
}

fn heard(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"text": text}))
}

/// The parts of a form: name, the rest of the head, bytes.
fn parts(request: &Request) -> Vec<(String, String, Vec<u8>)> {
    let kind = request.headers["content-type"].to_str().unwrap();
    let boundary = format!("--{}", kind.strip_prefix("multipart/form-data; boundary=").unwrap());
    let find = |bytes: &[u8], wanted: &[u8]| bytes.windows(wanted.len()).position(|part| part == wanted);
    let (mut rest, mut found) = (request.body.as_slice(), Vec::new());
    loop {
        rest = rest.strip_prefix(boundary.as_bytes()).unwrap();
        if rest == b"--\r\n" {
            return found;
        }
        rest = rest.strip_prefix(b"\r\n").unwrap();
        let body = find(rest, b"\r\n\r\n").unwrap();
        let head = String::from_utf8(rest[..body].to_vec()).unwrap();
        let end = find(rest, format!("\r\n{boundary}").as_bytes()).unwrap();
        let name = head.split("name=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        found.push((name, head, rest[body + 4..end].to_vec()));
        rest = &rest[end + 2..];
    }
}

#[tokio::test]
async fn a_note_goes_out_as_a_form_and_comes_back_as_words() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/audio/transcriptions"))
        .and(header("authorization", "Bearer sk-demo"))
        .respond_with(heard(&format!(" {WORDS}\n")))
        .expect(1)
        .mount(&server)
        .await;
    let transcriber = transcriber_at(&format!("{}/v1", server.uri()), Some("sk-demo"));
    let transcribed = transcriber.transcribe(&note(), &hints()).await.unwrap();
    assert_eq!(transcribed, Transcribed { text: WORDS.to_owned(), seconds: None });
    let request = server.received_requests().await.unwrap().remove(0);
    let parts = parts(&request);
    let texts: Vec<(&str, &str)> = parts[..parts.len() - 1]
        .iter()
        .map(|(name, _, bytes)| (name.as_str(), std::str::from_utf8(bytes).unwrap()))
        .collect();
    let prompt = "מספרת דמו, יוסי כהן";
    assert_eq!(texts, [("model", "whisper-1"), ("response_format", "json"), ("language", "he"), ("prompt", prompt)]);
    let (name, head, bytes) = parts.last().unwrap();
    assert_eq!((name.as_str(), bytes.as_slice()), ("file", NOTE));
    assert!(head.contains("filename=\"voice.ogg\"\r\ncontent-type:"), "{head}");
}

#[tokio::test]
async fn what_is_not_known_is_not_said() {
    let server = endpoint(heard("x")).await;
    let hints = Hints { model: "m".to_owned(), language: None, words: Vec::new() };
    let file = MediaFile { bytes: b"abc\r\n--zikaron-form-0--".to_vec(), mime_type: "audio/mpeg".to_owned() };
    transcriber_at(&format!("{}/v1", server.uri()), None).transcribe(&file, &hints).await.unwrap();
    let request = server.received_requests().await.unwrap().remove(0);
    assert!(!request.headers.contains_key("authorization"));
    let parts = parts(&request);
    let names: Vec<&str> = parts.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["model", "response_format", "file"]);
    assert!(parts[2].1.contains("voice.mp3") && parts[2].2 == file.bytes);
}

#[tokio::test]
async fn the_answer_says_how_long_the_note_is_where_it_does() {
    let answer = |body| ResponseTemplate::new(200).set_body_json(body);
    for (body, expected) in [
        (json!({"text": "x", "duration": 3.5, "segments": []}), 3.5),
        (json!({"text": "x", "duration": "3.5"}), 3.5),
        (json!({"text": "x", "usage": {"type": "duration", "seconds": 6}}), 6.0),
        (json!({"text": "", "duration": 2}), 2.0),
    ] {
        assert_eq!(outcome(answer(body)).await.unwrap().seconds, Some(expected));
    }
    let tokens = json!({"text": "x", "usage": {"type": "tokens", "total_tokens": 14}, "duration": -1});
    assert_eq!(outcome(answer(tokens)).await.unwrap().seconds, None);
    assert_eq!(outcome(heard(" \n")).await.unwrap().text, "", "nothing was said");
}

#[tokio::test]
async fn a_refusal_is_the_file_s_or_another_time_s() {
    let error = |status: u16, code: &str| {
        ResponseTemplate::new(status).set_body_json(json!({"error": {"message": WORDS, "code": code}}))
    };
    let plain = |status: u16| ResponseTemplate::new(status).set_body_string("<html>");
    let table = [
        (error(400, "invalid_file_format"), "unusable"),
        (error(400, "audio_too_short"), "unusable"),
        (error(413, ""), "unusable"),
        (plain(415), "unusable"),
        (plain(422), "unusable"),
        (error(403, "content_filter"), "unusable"),
        (error(401, "invalid_api_key"), "unavailable"),
        (error(403, "model_not_permitted"), "unavailable"),
        (error(404, "model_not_found"), "unavailable"),
        (error(429, "rate_limit_exceeded"), "unavailable"),
        (error(429, "insufficient_quota"), "unavailable"),
        (plain(500), "unavailable"),
        (plain(503), "unavailable"),
        (plain(302), "unavailable"),
        (plain(200), "unavailable"),
        (ResponseTemplate::new(200).set_body_json(json!({"error": {"message": "x"}})), "unavailable"),
        (ResponseTemplate::new(200).set_body_json(json!({"text": 7})), "unavailable"),
        (heard("x").set_delay(Duration::from_secs(5)), "unavailable"),
    ];
    for (place, (answer, expected)) in table.into_iter().enumerate() {
        let error = outcome(answer).await.unwrap_err();
        let word = match &error {
            TranscriberError::Unusable(_) => "unusable",
            TranscriberError::Unavailable(_) => "unavailable",
        };
        assert_eq!(word, expected, "{place}: {error}");
        assert!(!error.to_string().contains("אלרגי"), "an error tells nothing of what the endpoint wrote: {error}");
    }
}

#[tokio::test]
async fn nobody_there_is_another_time_s_business_too() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = transcriber_at(&nobody, None).transcribe(&note(), &hints()).await.unwrap_err();
    assert!(matches!(error, TranscriberError::Unavailable(_)), "{error}");
    assert!(!error.to_string().contains("127.0.0.1"), "{error}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test has no process-wide client")]
fn a_base_url_that_is_none_is_refused_at_the_start() {
    for base in ["", "api.openai.com/v1", "file:///x"] {
        let transcriber = HttpTranscriber::new(reqwest::Client::new, base, None::<SecretString>);
        assert_eq!(transcriber.err(), Some(InvalidChatConfig::BaseUrl), "{base}");
    }
}
