//! The webhook as Lambda calls it: whole API Gateway events in, responses out.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use jiff::Timestamp;
use lambda_http::http::Uri;
use lambda_http::{Body, Request, RequestExt, Response, request};
use secrecy::SecretString;
use serde_json::{Value, json};
use zikaron_channels::calls::{Account, CallSecret, CallSecrets, WebhookKind, sign};
use zikaron_channels::connection::{ConnectionSecret, ConnectionSecrets};
use zikaron_channels::signature::AppSignature;
use zikaron_protocol::model::call::Provider;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::ports::{Clock, Unavailable};
use zikaron_testing::bus::RecordingBus;
use zikaron_testing::clock::ManualClock;
use zikaron_webhook::Webhook;

/// One connection, `demo`; or a secret store that is out of order.
struct Secrets {
    down: bool,
}

impl ConnectionSecrets for Secrets {
    async fn connection(&self, connection: &ConnectionId) -> Result<Option<ConnectionSecret>, Unavailable> {
        if self.down {
            return Err(Unavailable { what: "secret", reason: "throttled".to_owned() });
        }
        Ok((connection.as_str() == "demo").then(|| ConnectionSecret {
            app_secret: SecretString::from("demo-app-secret"),
            verify_token: SecretString::from("demo-verify-token"),
            access_token: SecretString::from("demo-access-token"),
        }))
    }
}

impl CallSecrets for Secrets {
    async fn call_connection(&self, connection: &ConnectionId) -> Result<Option<CallSecret>, Unavailable> {
        if self.down {
            return Err(Unavailable { what: "secret", reason: "throttled".to_owned() });
        }
        let provider = connection.as_str().strip_prefix("calls-").and_then(Provider::parse);
        let value = || Some(SecretString::from("demo-calls-secret"));
        Ok(provider.map(|provider| CallSecret {
            provider,
            signing_secret: value(),
            token: value(),
            api_key: None,
            account: Account::default(),
        }))
    }
}

/// An hour after the calls of the samples began.
fn noon() -> ManualClock {
    ManualClock::at_second("2026-11-16T09:00:00Z".parse::<Timestamp>().unwrap().as_second())
}

fn sample(name: &str) -> Value {
    let path = format!("{}/../../events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

fn lambda(event: &Value) -> Request {
    request::from_str(&event.to_string()).unwrap()
}

/// A POST of `body` with its right signature.
fn signed(body: &[u8]) -> Request {
    let signature = AppSignature::new(&SecretString::from("demo-app-secret")).unwrap().sign(body);
    let mut request = lambda(&sample("webhook-whatsapp-text-hebrew"));
    request.headers_mut().insert("x-hub-signature-256", signature.parse().unwrap());
    *request.body_mut() = Body::Binary(body.to_vec());
    request
}

async fn handle(request: Request) -> (u16, Vec<Event>) {
    let bus = RecordingBus::default();
    let response = Webhook::new(Secrets { down: false }, &bus, noon()).handle(request).await;
    let published = bus.events();
    (response.status().as_u16(), published)
}

async fn ask(query: &str, connection: &str) -> Response<Body> {
    let mut event = sample("webhook-handshake");
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    event["queryStringParameters"] =
        pairs.map(|(k, v)| (k.to_owned(), json!(v))).collect::<serde_json::Map<_, _>>().into();
    event["rawQueryString"] = json!(query);
    event["pathParameters"]["connection"] = json!(connection);
    Webhook::new(Secrets { down: false }, &RecordingBus::default(), noon()).handle(lambda(&event)).await
}

#[tokio::test]
async fn the_handshake_answers_the_bare_challenge() {
    let bus = RecordingBus::default();
    let webhook = Webhook::new(Secrets { down: false }, &bus, noon());
    let response = webhook.handle(lambda(&sample("webhook-handshake"))).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.body().as_ref(), b"1158201444");
    assert_eq!(response.headers()["content-type"], "text/plain");
}

#[tokio::test]
async fn a_handshake_without_the_right_token_is_forbidden() {
    let right = "hub.mode=subscribe&hub.challenge=1&hub.verify_token=demo-verify-token";
    assert_eq!(ask(right, "demo").await.status(), 200);
    for (query, connection) in [
        ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=other", "demo"),
        ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=", "demo"),
        ("hub.mode=subscribe&hub.challenge=1", "demo"),
        ("hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=demo-verify-token", "demo"),
        ("hub.challenge=1&hub.verify_token=demo-verify-token", "demo"),
        ("hub.mode=subscribe&hub.verify_token=demo-verify-token", "demo"),
        ("", "demo"),
        (right, "another"),
        (right, "not a connection"),
    ] {
        let response = ask(query, connection).await;
        assert_eq!((response.status().as_u16(), response.body().as_ref()), (403, &b""[..]), "{query} {connection}");
    }
}

#[tokio::test]
async fn a_signed_message_is_published_as_the_sample_event_of_the_bus() {
    let (status, published) = handle(lambda(&sample("webhook-whatsapp-text-hebrew"))).await;
    assert_eq!(status, 200);
    let expected = sample("reply-message-received");
    let published = serde_json::to_value(&published).unwrap();
    assert_eq!(published, json!([{"detail-type": expected["detail-type"], "detail": expected["detail"]}]));
}

#[tokio::test]
async fn a_signed_status_is_published_as_the_sample_event_of_the_bus() {
    let (status, published) = handle(lambda(&sample("webhook-whatsapp-status-delivered"))).await;
    assert_eq!(status, 200);
    let expected = sample("reply-message-status");
    let published = serde_json::to_value(&published).unwrap();
    assert_eq!(published, json!([{"detail-type": expected["detail-type"], "detail": expected["detail"]}]));
}

#[tokio::test]
async fn bad_items_are_set_aside_and_the_rest_is_published() {
    let (status, published) = handle(lambda(&sample("webhook-whatsapp-batch-with-bad-item"))).await;
    // Four of its items; a `read` status is no bad one, and settles nothing.
    assert_eq!((status, published.len()), (200, 4));
}

#[tokio::test]
async fn an_unknown_connection_and_a_bad_signature_look_the_same() {
    let right = || sample("webhook-whatsapp-text-hebrew");
    let with = |key: &str, value: Value| {
        let mut event = right();
        *event.pointer_mut(key).unwrap() = value;
        event
    };
    let mut unsigned = right();
    unsigned["headers"].as_object_mut().unwrap().remove("x-hub-signature-256");
    let refused = [
        sample("webhook-wrong-signature"),
        unsigned,
        with("/headers/x-hub-signature-256", json!("")),
        with("/pathParameters/connection", json!("another")),
        with("/pathParameters/connection", json!("not a connection")),
        with("/pathParameters/connection", json!("")),
        with("/body", json!(format!("{} ", right()["body"].as_str().unwrap()))),
    ];
    for event in refused {
        let bus = RecordingBus::default();
        let response = Webhook::new(Secrets { down: false }, &bus, noon()).handle(lambda(&event)).await;
        assert_eq!((response.status().as_u16(), response.body().as_ref()), (401, &b""[..]), "{event}");
        assert!(response.headers().is_empty());
        assert!(bus.events().is_empty());
    }
}

/// Whoever asks for a secret here is answered 503.
#[tokio::test]
async fn no_secret_is_fetched_for_what_cannot_be_a_signature() {
    let right = sample("webhook-whatsapp-text-hebrew");
    let whole = right["headers"]["x-hub-signature-256"].as_str().unwrap().to_owned();
    let digits = whole.trim_start_matches("sha256=").to_owned();
    let table = [
        (String::new(), 401),
        ("x".to_owned(), 401),
        (digits.clone(), 401),
        (format!("sha1={digits}"), 401),
        (format!("sha256={}", &digits[1..]), 401),
        (format!("{whole}0"), 401),
        (format!("sha256={}", "g".repeat(64)), 401),
        (format!("sha256={}", "0".repeat(64)), 503),
        (whole, 503),
    ];
    for (header, expected) in table {
        for connection in ["demo", "another"] {
            let mut event = right.clone();
            event["headers"]["x-hub-signature-256"] = json!(header);
            event["pathParameters"]["connection"] = json!(connection);
            let bus = RecordingBus::default();
            let response = Webhook::new(Secrets { down: true }, &bus, noon()).handle(lambda(&event)).await;
            assert_eq!(response.status().as_u16(), expected, "{header:?} at {connection}");
        }
    }
}

#[tokio::test]
async fn the_connection_is_read_from_the_path_where_the_route_gives_no_parameter() {
    for (path, expected) in [
        ("/webhooks/whatsapp/demo", 200),
        ("/webhooks/whatsapp/demo/", 200),
        ("/webhooks/whatsapp/another", 401),
        ("/webhooks/whatsapp/", 401),
        ("/webhooks/whatsapp/demo/more", 401),
        ("/", 401),
    ] {
        let mut event = sample("webhook-whatsapp-text-hebrew");
        event.as_object_mut().unwrap().remove("pathParameters");
        let request = lambda(&event).with_raw_http_path(path);
        assert_eq!(handle(request).await.0, expected, "{path}");
    }
}

#[tokio::test]
async fn a_base64_body_is_verified_and_read_as_its_bytes() {
    let (status, published) = handle(lambda(&sample("webhook-whatsapp-base64"))).await;
    assert_eq!((status, published.len()), (200, 1));
}

#[tokio::test]
async fn a_signed_body_nobody_can_read_is_answered_with_200() {
    for body in [&b"not json"[..], b"[]", b"", b"\xFF\xFE", b"{\"entry\":[]}"] {
        assert_eq!(handle(signed(body)).await, (200, vec![]), "{body:?}");
    }
}

#[tokio::test]
async fn more_than_three_megabytes_are_refused_unread() {
    assert_eq!(handle(signed(&vec![b' '; 3 * 1024 * 1024])).await.0, 200);
    assert_eq!(handle(signed(&vec![b' '; 3 * 1024 * 1024 + 1])).await.0, 413);
}

#[tokio::test]
async fn a_failed_publication_or_an_unreadable_secret_makes_meta_repeat() {
    let event = sample("webhook-whatsapp-text-hebrew");
    let bus = RecordingBus::refusing();
    assert_eq!(Webhook::new(Secrets { down: false }, &bus, noon()).handle(lambda(&event)).await.status(), 503);
    let bus = RecordingBus::default();
    assert_eq!(Webhook::new(Secrets { down: true }, &bus, noon()).handle(lambda(&event)).await.status(), 503);
    let handshake = lambda(&sample("webhook-handshake"));
    assert_eq!(Webhook::new(Secrets { down: true }, &bus, noon()).handle(handshake).await.status(), 503);
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let mut request = lambda(&sample("webhook-handshake"));
    *request.method_mut() = "DELETE".parse().unwrap();
    assert_eq!(handle(request).await.0, 405);
}

#[tokio::test]
async fn the_samples_of_the_schedule_and_of_staff_are_what_the_summarizer_reads() {
    serde_json::from_value::<zikaron_protocol::model::timer::TimerFired>(sample("summarizer-fire")).unwrap();
    serde_json::from_value::<Event>(sample("summarizer-session-close")).unwrap();
    serde_json::from_value::<Event>(sample("summarizer-call-completed")).unwrap();
    serde_json::from_value::<Event>(sample("reply-message-received")).unwrap();
    serde_json::from_value::<Event>(sample("reply-message-status")).unwrap();
}

/// A POST of a call provider with its right signature.
fn call(provider: Provider, connection: &str, body: &[u8]) -> Request {
    post(WebhookKind::End, provider, connection, body)
}

fn post(kind: WebhookKind, provider: Provider, connection: &str, body: &[u8]) -> Request {
    let value = || Some(SecretString::from("demo-calls-secret"));
    let account = Account::default();
    let secret = CallSecret { provider, signing_secret: value(), token: value(), api_key: None, account };
    let mut event = sample("webhook-whatsapp-text-hebrew");
    let end = if kind == WebhookKind::Tool { "/remember" } else { "" };
    let path = format!("/webhooks/calls/{}/{connection}{end}", provider.as_str());
    event["rawPath"] = json!(path);
    event["requestContext"]["http"]["path"] = json!(path);
    event["pathParameters"] = json!({"provider": provider.as_str(), "connection": connection});
    let mut request = lambda(&event);
    request.headers_mut().clear();
    for (name, value) in sign(kind, &secret, body, noon().now()) {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    *request.body_mut() = Body::Text(String::from_utf8(body.to_vec()).unwrap());
    request
}

fn call_sample(name: &str) -> Vec<u8> {
    serde_json::to_vec_pretty(&sample(name)).unwrap()
}

const CALLS: [(Provider, &str); 5] = [
    (Provider::ElevenLabs, "call-elevenlabs"),
    (Provider::Vapi, "call-vapi"),
    (Provider::Retell, "call-retell-ended"),
    (Provider::Bland, "call-bland"),
    (Provider::Generic, "call-generic"),
];

#[tokio::test]
async fn a_signed_call_of_every_provider_becomes_one_event() {
    for (provider, name) in CALLS {
        let connection = format!("calls-{}", provider.as_str());
        let (status, published) = handle(call(provider, &connection, &call_sample(name))).await;
        let [Event::CallCompleted(call)] = published.as_slice() else { panic!("{name}: {published:?}") };
        assert_eq!((status, call.connection.as_str()), (200, connection.as_str()));
        assert_eq!(call.key.name.provider, provider);
    }
}

#[tokio::test]
async fn the_sample_of_a_whole_request_is_signed() {
    let (status, published) = handle(lambda(&sample("webhook-call-bland"))).await;
    assert_eq!((status, published.len()), (200, 1));
}

#[tokio::test]
async fn a_call_is_taken_only_at_its_own_connection_s_address() {
    for (provider, name) in CALLS {
        let body = call_sample(name);
        let other = if provider == Provider::Bland { "calls-retell" } else { "calls-bland" };
        for connection in [other, "demo", "nobody", "a%20b", ""] {
            let (status, published) = handle(call(provider, connection, &body)).await;
            assert_eq!((status, published.len()), (401, 0), "{name} at {connection}");
        }
        let mut changed = call(provider, &format!("calls-{}", provider.as_str()), &body);
        changed.headers_mut().clear();
        assert_eq!(handle(changed).await.0, 401, "{name} unsigned");
    }
}

#[tokio::test]
async fn a_message_that_tells_of_no_finished_call_is_taken_and_left() {
    for (provider, body) in [
        (Provider::Vapi, call_sample("call-vapi-status-update")),
        (Provider::Retell, call_sample("call-retell-started")),
        (Provider::Generic, b"{}".to_vec()),
        (Provider::Generic, b"not JSON".to_vec()),
    ] {
        let request = call(provider, &format!("calls-{}", provider.as_str()), &body);
        assert_eq!(handle(request).await, (200, Vec::new()));
    }
}

#[tokio::test]
async fn a_provider_is_asked_to_repeat_what_could_not_be_checked_or_published() {
    let request = || call(Provider::Bland, "calls-bland", &call_sample("call-bland"));
    let bus = RecordingBus::refusing();
    assert_eq!(Webhook::new(Secrets { down: false }, &bus, noon()).handle(request()).await.status(), 503);
    assert_eq!(
        Webhook::new(Secrets { down: true }, &RecordingBus::default(), noon()).handle(request()).await.status(),
        503
    );
}

/// What each provider's tool sends.
fn remarks() -> [(Provider, Value); 5] {
    let (from, to, fact) = ("+972555000001", "+12025550100", "מבקשת חניה");
    let call = json!({"call_id": "c1", "direction": "inbound", "from_number": from, "to_number": to});
    let vapi = json!({"type": "tool-calls", "call": {"id": "c1", "customer": {"number": from}}, "phoneNumber": {"number": to},
        "toolCallList": [{"id": "t1", "name": "remember", "arguments": {"fact": fact}}]});
    [
        (Provider::ElevenLabs, json!({"fact": fact, "from": from, "to": to, "conversation_id": "c1"})),
        (Provider::Vapi, json!({"message": vapi})),
        (Provider::Retell, json!({"name": "remember", "args": {"fact": fact}, "call": call})),
        (Provider::Bland, json!({"fact": fact, "from": from, "to": to, "inbound": true, "call_id": "c1"})),
        (Provider::Generic, json!({"fact": fact, "from": from, "to": to, "call_id": "c1"})),
    ]
}

async fn remembered(webhook: &RecordingBus, provider: Provider, body: &Value) -> (u16, Value) {
    let request =
        post(WebhookKind::Tool, provider, &format!("calls-{}", provider.as_str()), body.to_string().as_bytes());
    let response = Webhook::new(Secrets { down: false }, webhook, noon()).handle(request).await;
    let Body::Text(text) = response.body() else { return (response.status().as_u16(), Value::Null) };
    (response.status().as_u16(), serde_json::from_str(text).unwrap_or(Value::Null))
}

#[tokio::test]
async fn what_a_voice_agent_notes_is_an_event_and_the_agent_hears_so_in_its_provider_s_format() {
    for (provider, body) in remarks() {
        let bus = RecordingBus::default();
        let (status, told) = remembered(&bus, provider, &body).await;
        let at = if provider == Provider::Vapi { "/results/0/result" } else { "/result" };
        assert_eq!((status, told.pointer(at)), (200, Some(&json!("Noted."))), "{provider:?}: {told}");
        let published = bus.events();
        let [Event::CallNoted(noted)] = published.as_slice() else { panic!("{provider:?}: {published:?}") };
        assert_eq!(
            (noted.name.to_string(), noted.remark.as_str()),
            (format!("{}:c1", provider.as_str()), "מבקשת חניה")
        );
        assert_eq!(noted.customer.as_ref().map(|number| number.expose()), Some("+972555000001"));
        assert_eq!(noted.routes.last().map(|route| route.as_str()), Some("+12025550100"));
        // Refused at once, a bus that does not answer is told to the agent, who is on the phone.
        let (status, told) = remembered(&RecordingBus::refusing(), provider, &body).await;
        assert_eq!((status, told.pointer(at)), (200, Some(&json!("This could not be noted."))));
        let connection = format!("calls-{}", provider.as_str());
        let mut unsigned = post(WebhookKind::Tool, provider, &connection, body.to_string().as_bytes());
        unsigned.headers_mut().clear();
        assert_eq!(handle(unsigned).await, (401, Vec::new()));
    }
}

#[tokio::test]
async fn each_of_vapi_s_calls_has_its_result_be_it_that_nothing_was_noted() {
    let made = |number: usize| match number {
        1 => json!({"id": "t1", "name": "remember", "arguments": {}}),
        _ => json!({"id": format!("t{number}"), "name": "remember", "arguments": {"fact": format!("fact {number}")}}),
    };
    let calls: Vec<Value> = (0..6).map(made).collect();
    let body = json!({"message": {"type": "tool-calls", "call": {"id": "c1", "customer": {"number": "+972555000001"}},
        "phoneNumber": {"number": "+12025550100"}, "toolCallList": calls}});
    let bus = RecordingBus::default();
    let (_, told) = remembered(&bus, Provider::Vapi, &body).await;
    let (noted, not) = ("Noted.", "This could not be noted.");
    let results = [noted, not, noted, noted, not, not].into_iter().enumerate();
    let expected: Vec<_> = results.map(|(at, text)| json!({"toolCallId": format!("t{at}"), "result": text})).collect();
    assert_eq!((told, bus.events().len()), (json!({"results": expected}), 3));
}

#[tokio::test]
async fn a_remark_without_its_call_or_of_a_provider_without_tools_is_no_event() {
    let bus = RecordingBus::default();
    let (_, told) =
        remembered(&bus, Provider::Generic, &json!({"fact": "x", "from": "+972555000001", "to": "+12025550100"})).await;
    assert_eq!(told["result"], "This could not be noted.");
    assert_eq!(remembered(&bus, Provider::Generic, &json!([])).await.0, 400);
    assert_eq!(remembered(&bus, Provider::Twilio, &json!({"fact": "x"})).await.0, 401);
    assert_eq!(bus.events(), []);
}

/// A POST of Twilio's to the address of the API, signed. The function sees path and query of it, and the host as a
/// header.
fn twilio(query: &str, content_type: &str, body: &str) -> Request {
    let mut event = sample("webhook-whatsapp-text-hebrew");
    let path = "/webhooks/calls/twilio/calls-twilio";
    event["rawPath"] = json!(path);
    event["rawQueryString"] = json!(query);
    event["requestContext"]["http"]["path"] = json!(path);
    event["pathParameters"] = json!({"provider": "twilio", "connection": "calls-twilio"});
    let mut request = lambda(&event);
    *request.uri_mut() = Uri::from(request.uri().path_and_query().unwrap().clone());
    let host = event["headers"]["host"].as_str().unwrap();
    let webhook_url = Some(format!("https://{host}{path}"));
    let account = Account { webhook_url, ..Account::default() };
    let signing_secret = Some(SecretString::from("demo-calls-secret"));
    let secret = CallSecret { provider: Provider::Twilio, signing_secret, token: None, api_key: None, account };
    request.headers_mut().insert("content-type", content_type.parse().unwrap());
    for (name, value) in sign(WebhookKind::End, &secret, body.as_bytes(), noon().now()) {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    *request.body_mut() = Body::Text(body.to_owned());
    request
}

#[tokio::test]
async fn twilio_s_status_of_a_call_is_an_event_and_so_is_a_conversation_that_closed() {
    let form =
        "CallSid=CA1&CallStatus=completed&CallDuration=60&Direction=inbound&From=%2B972555000001&To=%2B12025550100";
    let (status, published) = handle(twilio("", "application/x-www-form-urlencoded", form)).await;
    let [Event::CallCompleted(call)] = published.as_slice() else { panic!("{published:?}") };
    assert_eq!((status, call.key.name.to_string().as_str()), (200, "twilio:CA1"));

    let closed = r#"{"eventType":"CONVERSATION_UPDATED","data":{"id":"conv_1","status":"CLOSED"}}"#;
    // printf '%s' '…' | sha256sum
    let query = "bodySHA256=65ff0aa5f6f311cd60947c81f595603419e69752d1d8a79873b0a19aa39b2dce";
    let (status, published) = handle(twilio(query, "application/json", closed)).await;
    let [Event::CallsDue(due)] = published.as_slice() else { panic!("{published:?}") };
    assert_eq!((status, due.conversation.as_str(), due.connection.as_str()), (200, "conv_1", "calls-twilio"));
    let unhashed = handle(twilio("", "application/json", closed)).await;
    assert_eq!(unhashed, (401, Vec::new()), "nothing signs such a body");
}
