//! What came with a message is fetched from a server that answers over real HTTP.

use crate::graph::{Secrets, client, line};
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::{header, header_exists, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};
use zikaron_memory::content;
use zikaron_protocol::ports::{Media, MediaError, MediaFile};

const BEARER: &str = "Bearer demo-access-token";
const VOICE: &[u8] = include_bytes!("../../../../events/voice-he.ogg");
const OPUS: &str = "audio/ogg; codecs=opus";

fn description(url: &str, bytes: usize) -> Value {
    json!({"messaging_product": "whatsapp", "url": url, "mime_type": OPUS, "sha256": "00", "file_size": bytes, "id": "7"})
}

fn refused(status: u16, code: i64) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({"error": {"message": "x", "code": code}}))
}

/// The description of file `7`, which the server answers so often.
async fn describes(server: &MockServer, answer: ResponseTemplate, times: u64) {
    Mock::given(method("GET"))
        .and(path("/v26.0/7"))
        .and(query_param("phone_number_id", "100000000000001"))
        .and(header("authorization", BEARER))
        .respond_with(answer)
        .expect(times)
        .mount(server)
        .await;
}

/// What its URL answers.
async fn holds(server: &MockServer, answer: ResponseTemplate, times: u64) {
    Mock::given(method("GET"))
        .and(path("/file"))
        .and(header("authorization", BEARER))
        .and(header_exists("user-agent"))
        .respond_with(answer)
        .expect(times)
        .mount(server)
        .await;
}

fn described(server: &MockServer, bytes: usize) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(description(&format!("{}/file", server.uri()), bytes))
}

fn file(bytes: &[u8]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(bytes.to_vec(), OPUS)
}

async fn fetch(server: &MockServer, secrets: Secrets, id: &str, most: usize) -> Result<MediaFile, MediaError> {
    client(&format!("{}/v26.0", server.uri()), secrets).fetch(&line(), &told(id, None), most).await
}

/// What a webhook tells of a file.
fn told(id: &str, url: Option<String>) -> content::Media {
    content::Media { id: id.to_owned(), mime_type: Some(OPUS.to_owned()), sha256: None, url }
}

fn word(outcome: &Result<MediaFile, MediaError>) -> &'static str {
    match outcome {
        Ok(_) => "file",
        Err(MediaError::Gone) => "gone",
        Err(MediaError::TooLarge) => "too large",
        Err(MediaError::Unavailable(_)) => "unavailable",
    }
}

#[tokio::test]
async fn a_voice_note_is_described_and_then_downloaded_with_the_same_token() {
    let server = MockServer::start().await;
    describes(&server, described(&server, VOICE.len()), 1).await;
    holds(&server, file(VOICE), 1).await;
    let fetched = fetch(&server, Secrets::Known, "7", VOICE.len()).await.unwrap();
    assert_eq!((fetched.bytes.as_slice(), fetched.mime_type.as_str()), (VOICE, OPUS));
    assert!(!format!("{fetched:?}").contains("79, 103"), "a file does not print itself");
}

#[tokio::test]
async fn a_url_of_the_webhook_saves_the_description_while_it_is_good() {
    let table = [
        (file(b"abc"), 9, "file", 0),
        (file(b"0123456789"), 9, "too large", 0),
        (ResponseTemplate::new(404), 9, "file", 1),
        (ResponseTemplate::new(401), 9, "file", 1),
        (ResponseTemplate::new(500), 9, "file", 1),
        (ResponseTemplate::new(200).set_body_raw("<html>", "text/html"), 9, "file", 1),
        (file(b""), 9, "file", 1),
        (file(b"late").set_delay(Duration::from_secs(30)), 9, "file", 1),
    ];
    for (place, (answer, most, expected, descriptions)) in table.into_iter().enumerate() {
        let server = MockServer::start().await;
        let of_webhook = Mock::given(method("GET")).and(path("/told")).and(header("authorization", BEARER));
        of_webhook.respond_with(answer).expect(1).mount(&server).await;
        describes(&server, described(&server, 3), descriptions).await;
        holds(&server, file(b"abc"), descriptions).await;
        let told = told("7", Some(format!("{}/told", server.uri())));
        let fetched = client(&format!("{}/v26.0", server.uri()), Secrets::Known).fetch(&line(), &told, most).await;
        assert_eq!(word(&fetched), expected, "{place}");
        assert!(
            fetched.is_err() || fetched.is_ok_and(|file| file.mime_type == OPUS && file.bytes == b"abc"),
            "{place}"
        );
    }
}

#[tokio::test]
async fn a_webhook_s_url_that_leads_elsewhere_is_left_alone() {
    let elsewhere = MockServer::start().await;
    Mock::given(method("GET")).respond_with(file(b"x")).expect(0).mount(&elsewhere).await;
    for url in [format!("{}/file", elsewhere.uri()), "no url".to_owned(), String::new()] {
        let server = MockServer::start().await;
        describes(&server, described(&server, 3), 1).await;
        holds(&server, file(b"abc"), 1).await;
        let graph = client(&format!("{}/v26.0", server.uri()), Secrets::Known);
        assert_eq!(word(&graph.fetch(&line(), &told("7", Some(url)), 9).await), "file");
    }
}

#[tokio::test]
async fn an_expired_url_is_asked_for_once_more_and_no_more() {
    let server = MockServer::start().await;
    describes(&server, described(&server, 3), 2).await;
    Mock::given(path("/file")).respond_with(ResponseTemplate::new(404)).up_to_n_times(1).mount(&server).await;
    holds(&server, file(b"abc"), 1).await;
    assert_eq!(word(&fetch(&server, Secrets::Known, "7", 9).await), "file");
    let server = MockServer::start().await;
    describes(&server, described(&server, 3), 2).await;
    holds(&server, ResponseTemplate::new(404), 2).await;
    assert_eq!(word(&fetch(&server, Secrets::Known, "7", 9).await), "gone");
}

#[tokio::test]
async fn a_refusal_says_whether_another_try_is_worth_anything() {
    let table = [
        (refused(400, 100), "gone"),
        (refused(404, 100), "gone"),
        (refused(400, 131_052), "gone"),
        (ResponseTemplate::new(404).set_body_string("<html>"), "gone"),
        (refused(401, 190), "unavailable"),
        (refused(400, 10), "unavailable"),
        (refused(429, 4), "unavailable"),
        (refused(400, 130_429), "unavailable"),
        (refused(500, 1), "unavailable"),
        (refused(500, 100), "unavailable"),
        (ResponseTemplate::new(502).set_body_string("<html>"), "unavailable"),
        (ResponseTemplate::new(200).set_body_string("<html>"), "unavailable"),
        (ResponseTemplate::new(200).set_body_json(json!({})), "unavailable"),
        (ResponseTemplate::new(200).set_body_json(json!({"url": "no url"})), "unavailable"),
        (ResponseTemplate::new(302), "unavailable"),
        (ResponseTemplate::new(200).set_body_string("x".repeat(100_000)), "unavailable"),
    ];
    for (place, (answer, expected)) in table.into_iter().enumerate() {
        let server = MockServer::start().await;
        describes(&server, answer, 1).await;
        assert_eq!(word(&fetch(&server, Secrets::Known, "7", 9).await), expected, "{place}");
    }
}

#[tokio::test]
async fn what_is_no_file_is_not_taken_for_one() {
    let page = || ResponseTemplate::new(200).set_body_raw("<html>", "text/html; charset=utf-8");
    let error = || ResponseTemplate::new(200).set_body_raw("{\"error\": {}}", "application/json");
    for (answer, expected) in [
        (page(), "unavailable"),
        (error(), "unavailable"),
        (ResponseTemplate::new(401), "unavailable"),
        (ResponseTemplate::new(500), "unavailable"),
        (ResponseTemplate::new(302), "unavailable"),
        (file(b""), "gone"),
    ] {
        let server = MockServer::start().await;
        describes(&server, described(&server, 3), 1).await;
        holds(&server, answer, 1).await;
        assert_eq!(word(&fetch(&server, Secrets::Known, "7", 9).await), expected);
    }
}

#[tokio::test]
async fn no_more_is_read_than_was_asked_for() {
    let server = MockServer::start().await;
    describes(&server, described(&server, 10), 1).await;
    holds(&server, file(b"0123456789"), 0).await;
    assert_eq!(word(&fetch(&server, Secrets::Known, "7", 9).await), "too large", "the description says so");
    let server = MockServer::start().await;
    describes(&server, described(&server, 1), 2).await;
    holds(&server, file(b"0123456789"), 2).await;
    assert_eq!(word(&fetch(&server, Secrets::Known, "7", 9).await), "too large", "it is longer than described");
    assert_eq!(word(&fetch(&server, Secrets::Known, "7", 10).await), "file");
}

#[tokio::test]
async fn the_token_goes_nowhere_but_to_meta() {
    let elsewhere = MockServer::start().await;
    Mock::given(method("GET")).respond_with(file(b"x")).expect(0).mount(&elsewhere).await;
    let port = elsewhere.address().port();
    for url in [
        format!("{}/file", elsewhere.uri()),
        format!("http://localhost:{port}/file"),
        format!("http://lookaside.fbsbx.com@127.0.0.1:{port}/file"),
        format!("https://127.0.0.1:{port}/file"),
        "https://lookaside.fbsbx.com:8443/file".to_owned(),
        "https://notfbsbx.com/file".to_owned(),
        "https://fbsbx.com.example/file".to_owned(),
        "http://lookaside.fbsbx.com/file".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let server = MockServer::start().await;
        describes(&server, ResponseTemplate::new(200).set_body_json(description(&url, 1)), 1).await;
        let begun = std::time::Instant::now();
        let outcome = fetch(&server, Secrets::Known, "7", 9).await.unwrap_err();
        assert!(outcome.to_string().contains("leads elsewhere"), "{url}: {outcome}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{url}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_of_meta_s_is_not_asked_for() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(file(b"x")).expect(0).mount(&server).await;
    for id in ["", "..", "7/../me", "7?fields=x", "א"] {
        assert_eq!(word(&fetch(&server, Secrets::Known, id, 9).await), "gone", "{id}");
    }
    for secrets in [Secrets::Absent, Secrets::Down, Secrets::Hanging] {
        assert_eq!(word(&fetch(&server, secrets, "7", 9).await), "unavailable");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_or_hangs_is_another_try_s_business() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let broken = format!("http://{}/file", listener.local_addr().unwrap());
    let cut = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        socket.readable().await.unwrap();
    });
    let outcome = client(&broken, Secrets::Known).fetch(&line(), &told("7", None), 9).await;
    assert_eq!(word(&outcome), "unavailable");
    cut.await.unwrap();
    let server = MockServer::start().await;
    describes(&server, described(&server, 3), 1).await;
    holds(&server, file(b"abc").set_delay(Duration::from_secs(30)), 1).await;
    let begun = std::time::Instant::now();
    assert_eq!(word(&fetch(&server, Secrets::Known, "7", 9).await), "unavailable");
    assert!(begun.elapsed() < Duration::from_secs(17));
}
