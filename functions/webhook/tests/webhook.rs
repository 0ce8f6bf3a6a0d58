//! The webhook as Lambda calls it: whole API Gateway events in, responses out.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use jiff::{SignedDuration, Timestamp};
use lambda_http::{Body, Request, RequestExt, Response, request};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::sync::Mutex;
use zikaron_channels::calls::{CallSecret, CallSecrets, WebhookKind, sign};
use zikaron_channels::connection::{ConnectionSecret, ConnectionSecrets};
use zikaron_channels::signature::AppSignature;
use zikaron_protocol::model::call::Provider;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::ports::{Clock, EventBus, Unavailable};
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
        Ok(provider.map(|provider| CallSecret { provider, signing_secret: value(), token: value() }))
    }
}

/// An hour after the calls of the samples began.
#[derive(Clone, Copy)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-11-16T09:00:00Z".parse().unwrap()
    }

    async fn sleep(&self, _: SignedDuration) {}
}

/// Keeps what is published; or refuses it.
#[derive(Default)]
struct Bus {
    down: bool,
    published: Mutex<Vec<Event>>,
}

impl EventBus for &Bus {
    async fn publish(&self, events: &[Event]) -> Result<(), Unavailable> {
        if self.down {
            return Err(Unavailable { what: "bus", reason: "throttled".to_owned() });
        }
        self.published.lock().unwrap().extend_from_slice(events);
        Ok(())
    }
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
    let bus = Bus::default();
    let response = Webhook::new(Secrets { down: false }, &bus, Noon).handle(request).await;
    let published = std::mem::take(&mut *bus.published.lock().unwrap());
    (response.status().as_u16(), published)
}

async fn ask(query: &str, connection: &str) -> Response<Body> {
    let mut event = sample("webhook-handshake");
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    event["queryStringParameters"] =
        pairs.map(|(k, v)| (k.to_owned(), json!(v))).collect::<serde_json::Map<_, _>>().into();
    event["rawQueryString"] = json!(query);
    event["pathParameters"]["connection"] = json!(connection);
    Webhook::new(Secrets { down: false }, &Bus::default(), Noon).handle(lambda(&event)).await
}

#[tokio::test]
async fn the_handshake_answers_the_bare_challenge() {
    let bus = Bus::default();
    let webhook = Webhook::new(Secrets { down: false }, &bus, Noon);
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
        let bus = Bus::default();
        let response = Webhook::new(Secrets { down: false }, &bus, Noon).handle(lambda(&event)).await;
        assert_eq!((response.status().as_u16(), response.body().as_ref()), (401, &b""[..]), "{event}");
        assert!(response.headers().is_empty());
        assert!(bus.published.lock().unwrap().is_empty());
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
    let bus = Bus { down: true, ..Bus::default() };
    assert_eq!(Webhook::new(Secrets { down: false }, &bus, Noon).handle(lambda(&event)).await.status(), 503);
    let bus = Bus::default();
    assert_eq!(Webhook::new(Secrets { down: true }, &bus, Noon).handle(lambda(&event)).await.status(), 503);
    let handshake = lambda(&sample("webhook-handshake"));
    assert_eq!(Webhook::new(Secrets { down: true }, &bus, Noon).handle(handshake).await.status(), 503);
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
    let value = || Some(SecretString::from("demo-calls-secret"));
    let secret = CallSecret { provider, signing_secret: value(), token: value() };
    let mut event = sample("webhook-whatsapp-text-hebrew");
    let path = format!("/webhooks/calls/{}/{connection}", provider.as_str());
    event["rawPath"] = json!(path);
    event["requestContext"]["http"]["path"] = json!(path);
    event["pathParameters"] = json!({"provider": provider.as_str(), "connection": connection});
    let mut request = lambda(&event);
    request.headers_mut().clear();
    for (name, value) in sign(WebhookKind::End, &secret, body, Noon.now()) {
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
    let bus = Bus { down: true, ..Bus::default() };
    assert_eq!(Webhook::new(Secrets { down: false }, &bus, Noon).handle(request()).await.status(), 503);
    assert_eq!(Webhook::new(Secrets { down: true }, &Bus::default(), Noon).handle(request()).await.status(), 503);
}
