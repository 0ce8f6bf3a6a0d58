//! The Graph client against a server that answers over real HTTP.

use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};
use zikaron_channels::connection::{ConnectionSecret, ConnectionSecrets};
use zikaron_channels::whatsapp::graph::{GraphClient, InvalidBaseUrl};
use zikaron_memory::handover::ChannelFailure;
use zikaron_protocol::model::conversation::{Body, Button};
use zikaron_protocol::model::ids::{Bsuid, ConnectionId, CustomerAddress, E164, Line, MessageId, NumberId};
use zikaron_protocol::ports::{Messenger, Outgoing, SendError, Unavailable};

/// What the store of secrets says.
pub(crate) enum Secrets {
    Known,
    Absent,
    Down,
    Hanging,
}

impl ConnectionSecrets for Secrets {
    async fn connection(&self, _: &ConnectionId) -> Result<Option<ConnectionSecret>, Unavailable> {
        match self {
            Self::Known => Ok(Some(ConnectionSecret {
                app_secret: SecretString::from("demo-app-secret"),
                verify_token: SecretString::from("demo-verify-token"),
                access_token: SecretString::from("demo-access-token"),
            })),
            Self::Absent => Ok(None),
            Self::Down => Err(Unavailable { what: "secret", reason: "throttled".to_owned() }),
            Self::Hanging => std::future::pending().await,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test has no process-wide client")]
pub(crate) fn client(base: &str, secrets: Secrets) -> GraphClient<Secrets> {
    GraphClient::new(reqwest::Client::new, secrets, base).unwrap()
}

pub(crate) fn line() -> Line {
    Line { connection: ConnectionId::parse("demo").unwrap(), number: NumberId::parse("100000000000001").unwrap() }
}

pub(crate) fn both() -> CustomerAddress {
    CustomerAddress {
        bsuid: Some(Bsuid::parse("IL.13491208655302741918").unwrap()),
        phone: Some(E164::parse("+972555000001").unwrap()),
    }
}

pub(crate) async fn send(client: &impl Messenger, to: &CustomerAddress, body: &Body) -> Result<MessageId, SendError> {
    client.send(Outgoing { line: &line(), to, body, quotes: None, tag: "out-1" }).await
}

fn text(text: &str) -> Body {
    Body::Text(text.to_owned())
}

pub(crate) fn accepted() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"messaging_product": "whatsapp",
        "contacts": [{"input": "+972555000001", "wa_id": "972555000001"}], "messages": [{"id": "wamid.OUT1"}]}))
}

/// A server that answers every send the same way, and the outcome of one send.
async fn outcome(answer: ResponseTemplate) -> Result<MessageId, SendError> {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(answer).expect(1).mount(&server).await;
    send(&client(&server.uri(), Secrets::Known), &both(), &text("x")).await
}

pub(crate) async fn accepts_exactly(to: &CustomerAddress, body: &Body, expected: Value) {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v26.0/100000000000001/messages"))
        .and(header("authorization", "Bearer demo-access-token"))
        .and(body_json(expected))
        .respond_with(accepted())
        .expect(1)
        .mount(&server)
        .await;
    let client = client(&format!("{}/v26.0/", server.uri()), Secrets::Known);
    assert_eq!(send(&client, to, body).await.unwrap().as_str(), "wamid.OUT1");
}

#[tokio::test]
async fn a_text_goes_to_the_phone_number_with_our_tag() {
    let expected = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+972555000001",
        "type": "text", "text": {"preview_url": false, "body": "שלום"}, "biz_opaque_callback_data": "out-1"});
    accepts_exactly(&both(), &text("שלום"), expected).await;
}

#[tokio::test]
async fn a_customer_without_a_phone_number_is_the_recipient_and_never_in_to() {
    let expected = json!({"messaging_product": "whatsapp", "recipient_type": "individual",
        "recipient": "IL.13491208655302741918", "type": "text", "text": {"preview_url": false, "body": "x"},
        "biz_opaque_callback_data": "out-1"});
    accepts_exactly(&CustomerAddress { phone: None, ..both() }, &text("x"), expected).await;
}

#[tokio::test]
async fn buttons_are_reply_buttons() {
    let buttons = vec![
        Button { id: "resume.continue".to_owned(), title: "להמשיך".to_owned() },
        Button { id: "resume.fresh".to_owned(), title: "להתחיל מחדש".to_owned() },
    ];
    let expected = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+972555000001",
        "type": "interactive", "biz_opaque_callback_data": "out-1",
        "interactive": {"type": "button", "body": {"text": "?"}, "action": {"buttons": [
            {"type": "reply", "reply": {"id": "resume.continue", "title": "להמשיך"}},
            {"type": "reply", "reply": {"id": "resume.fresh", "title": "להתחיל מחדש"}}]}}});
    accepts_exactly(&both(), &Body::Buttons { text: "?".to_owned(), buttons }, expected).await;
}

#[tokio::test]
async fn a_request_for_the_number_is_whatsapp_s_own() {
    let expected = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "recipient": "IL.13491208655302741918",
        "type": "interactive", "biz_opaque_callback_data": "out-1",
        "interactive": {"type": "request_contact_info", "body": {"text": "?"},
            "action": {"name": "request_contact_info"}}});
    let hidden = CustomerAddress { phone: None, ..both() };
    accepts_exactly(&hidden, &Body::NumberRequest { text: "?".to_owned() }, expected).await;
}

#[tokio::test]
async fn typing_marks_the_message_as_read() {
    let server = MockServer::start().await;
    let expected = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.TEXT1",
        "typing_indicator": {"type": "text"}});
    let ok = ResponseTemplate::new(200).set_body_json(json!({"success": true}));
    Mock::given(path("/100000000000001/messages"))
        .and(body_json(expected))
        .respond_with(ok)
        .expect(1)
        .mount(&server)
        .await;
    let message = MessageId::parse("wamid.TEXT1").unwrap();
    client(&server.uri(), Secrets::Known).show_typing(&line(), &message).await.unwrap();
}

#[tokio::test]
async fn a_refusal_is_told_apart_from_an_uncertain_end() {
    let error = |status, code: i64| ResponseTemplate::new(status).set_body_json(json!({"error": {"code": code}}));
    let unknown = |reason: &str| SendError::Unknown { reason: reason.to_owned() };
    let table = [
        (error(400, 131_056), SendError::RefusedForNow { code: 131_056 }),
        (error(429, 4), SendError::RefusedForNow { code: 4 }),
        (error(401, 190), SendError::RefusedUntilMended { code: 190 }),
        (error(403, 10), SendError::RefusedUntilMended { code: 10 }),
        (error(400, 131_005), SendError::RefusedUntilMended { code: 131_005 }),
        (ResponseTemplate::new(401).set_body_string("<html>"), SendError::RefusedUntilMended { code: 401 }),
        (error(400, 131_047), SendError::RefusedForGood { code: 131_047 }),
        (error(400, 131_000), unknown("HTTP 400, code 131000")),
        (error(500, 131_026), unknown("HTTP 500, code 131026")),
        (ResponseTemplate::new(404).set_body_string("<html>"), SendError::RefusedForGood { code: 404 }),
        (ResponseTemplate::new(502).set_body_string("<html>"), unknown("HTTP 502, code 502")),
        (ResponseTemplate::new(200).set_body_string("<html>"), unknown("HTTP 200, code 200")),
        (ResponseTemplate::new(200).set_body_json(json!({"messages": []})), unknown("HTTP 200, code 200")),
        (error(200, 131_026), SendError::RefusedForGood { code: 131_026 }),
        (ResponseTemplate::new(200).set_body_string("x".repeat(100_000)), unknown("the answer does not end")),
    ];
    for (answer, expected) in table {
        assert_eq!(outcome(answer).await.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn no_answer_in_time_may_have_been_sent() {
    let slow = accepted().set_delay(Duration::from_secs(30));
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(slow).mount(&server).await;
    let client = client(&server.uri(), Secrets::Known);
    let begun = tokio::time::Instant::now();
    let (to, body) = (both(), text("x"));
    let end = tokio::time::timeout(Duration::from_secs(16), send(&client, &to, &body)).await.unwrap();
    assert_eq!(end.unwrap_err(), SendError::Unknown { reason: "no answer in time".to_owned() });
    assert!(begun.elapsed() <= Duration::from_secs(15));
}

#[tokio::test]
async fn a_connection_cut_after_the_request_may_have_been_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let cut = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        socket.readable().await.unwrap();
    });
    let end = send(&client(&base, Secrets::Known), &both(), &text("x")).await;
    assert_eq!(end.unwrap_err(), SendError::Unknown { reason: "the connection broke".to_owned() });
    cut.await.unwrap();
}

#[tokio::test]
async fn what_never_left_this_process_may_be_sent_later() {
    let not_reached = SendError::RefusedForNow { code: 0 };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(send(&client(&nobody, Secrets::Known), &both(), &text("x")).await.unwrap_err(), not_reached);
    for secrets in [Secrets::Absent, Secrets::Down, Secrets::Hanging] {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(accepted()).expect(0).mount(&server).await;
        assert_eq!(send(&client(&server.uri(), secrets), &both(), &text("x")).await.unwrap_err(), not_reached);
    }
}

#[tokio::test]
async fn what_meta_would_refuse_is_not_sent() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(accepted()).expect(2).mount(&server).await;
    let client = client(&server.uri(), Secrets::Known);
    let titled = |title: &str| Button { id: "b".to_owned(), title: title.to_owned() };
    let buttons = |text: &str, buttons: Vec<Button>| Body::Buttons { text: text.to_owned(), buttons };
    let refused = [
        text(""),
        text(" \n"),
        text(&"א".repeat(4097)),
        buttons("?", vec![]),
        buttons("?", vec![titled("a"), titled("b"), titled("c"), titled("d")]),
        buttons("?", vec![titled("")]),
        buttons("?", vec![titled(&"א".repeat(21))]),
        buttons("?", vec![Button { id: String::new(), title: "a".to_owned() }]),
        buttons(&"א".repeat(1025), vec![titled("a")]),
        buttons("", vec![titled("a")]),
        Body::NumberRequest { text: "א".repeat(1025) },
    ];
    let for_good = SendError::RefusedForGood { code: 100 };
    for body in refused {
        assert_eq!(send(&client, &both(), &body).await.unwrap_err(), for_good, "{body:?}");
    }
    assert_eq!(send(&client, &CustomerAddress::default(), &text("x")).await.unwrap_err(), for_good);
    let tag = "x".repeat(513);
    let long_tag = Outgoing { line: &line(), to: &both(), body: &text("x"), quotes: None, tag: &tag };
    assert_eq!(client.send(long_tag).await.unwrap_err(), for_good);
    send(&client, &both(), &text(&"א".repeat(4096))).await.unwrap();
    send(&client, &both(), &buttons(&"א".repeat(1024), vec![titled(&"א".repeat(20))])).await.unwrap();
}

#[test]
fn the_client_knows_what_an_error_code_means() {
    let client = client("https://graph.example", Secrets::Known);
    assert_eq!(client.failure(131_047), ChannelFailure::WindowClosed);
    assert_eq!(client.failure(777_777), ChannelFailure::Other);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test has no process-wide client")]
fn a_base_url_that_is_none_is_refused_at_the_start() {
    for base in ["", "graph.facebook.com/v26.0", "file:///x"] {
        assert_eq!(GraphClient::new(reqwest::Client::new, Secrets::Known, base).err(), Some(InvalidBaseUrl), "{base}");
    }
}
