//! Calls that we have placed: every provider's own API, against a server that answers over real HTTP.

use crate::calls::{now, sample};
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};
use zikaron_channels::calls::{Account, CallClient, CallSecret, CallSecrets, InvalidBaseUrl, Read, read};
use zikaron_protocol::model::call::{CallName, Provider};
use zikaron_protocol::model::ids::{CallId, ConnectionId, E164, NumberId};
use zikaron_protocol::ports::{Caller, OutgoingCall, SendError, Unavailable};

/// What the store of secrets says.
enum Secrets {
    Of(Provider),
    WithoutKey,
    Absent,
    Down,
}

impl CallSecrets for Secrets {
    async fn call_connection(&self, _: &ConnectionId) -> Result<Option<CallSecret>, Unavailable> {
        let (provider, key) = match self {
            Self::Of(provider) => (*provider, Some(SecretString::from("demo-api-key"))),
            Self::WithoutKey => (Provider::Retell, None),
            Self::Absent => return Ok(None),
            Self::Down => return Err(Unavailable { what: "secret", reason: "throttled".to_owned() }),
        };
        let token = Some(SecretString::from("demo-token"));
        Ok(Some(CallSecret { provider, signing_secret: None, token, api_key: key, account: Account::default() }))
    }
}

const TAG: &str = "action-1";
const REPORTS: &str = "https://api.example/webhooks/calls/";

#[expect(clippy::disallowed_methods, reason = "a test has no process-wide client")]
fn client(base: &str, secrets: Secrets) -> CallClient<Secrets> {
    CallClient::new(reqwest::Client::new, secrets, REPORTS, Some(base)).unwrap()
}

async fn place(client: &impl Caller, from: &str) -> Result<CallName, SendError> {
    let variables = [("memory".to_owned(), "רצה תור".to_owned()), ("customer_city".to_owned(), String::new())];
    let call = OutgoingCall {
        connection: &ConnectionId::parse("calls-main").unwrap(),
        agent: &NumberId::parse("agent-1").unwrap(),
        from: &NumberId::parse(from).unwrap(),
        to: &E164::parse("+972555000001").unwrap(),
        variables: &variables,
        tag: TAG,
    };
    client.call(call).await
}

/// Whether the provider is asked exactly so, and its answer understood.
async fn asks(provider: Provider, from: &str, wanted: (&str, &str, &str), body: Value, answer: (u16, Value)) {
    let (at, name, key) = wanted;
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path(format!("/{}{at}", provider.as_str())))
        .and(header(name, key))
        .and(body_json(body))
        .respond_with(ResponseTemplate::new(answer.0).set_body_json(answer.1))
        .expect(1)
        .mount(&server)
        .await;
    let placed = place(&client(&server.uri(), Secrets::Of(provider)), from).await.unwrap();
    assert_eq!(placed, CallName { provider, call_id: CallId::parse("call-1").unwrap() });
}

fn variables() -> Value {
    json!({"memory": "רצה תור", "customer_city": ""})
}

#[tokio::test]
async fn retell_is_asked_as_it_describes() {
    let body = json!({"from_number": "+12025550100", "to_number": "+972555000001", "override_agent_id": "agent-1",
        "retell_llm_dynamic_variables": variables(), "metadata": {"zikaron_tag": TAG}});
    let answer = json!({"call_id": "call-1", "call_type": "phone_call", "call_status": "registered"});
    let wanted = ("/v2/create-phone-call", "authorization", "Bearer demo-api-key");
    asks(Provider::Retell, "+12025550100", wanted, body, (201, answer)).await;
}

#[tokio::test]
async fn vapi_is_asked_as_it_describes() {
    let body = json!({"assistantId": "agent-1", "phoneNumberId": "number-1", "customer": {"number": "+972555000001"},
        "assistantOverrides": {"variableValues": variables(), "metadata": {"zikaron_tag": TAG}}});
    let answer = json!({"id": "call-1", "type": "outboundPhoneCall", "status": "queued"});
    let wanted = ("/call", "authorization", "Bearer demo-api-key");
    asks(Provider::Vapi, "number-1", wanted, body, (201, answer)).await;
}

#[tokio::test]
async fn elevenlabs_is_asked_as_it_describes_by_twilio_and_over_a_trunk() {
    for (from, at) in [("phnum-1", "twilio"), ("sip:phnum-1", "sip-trunk")] {
        let mut variables = variables();
        variables["zikaron_tag"] = json!(TAG);
        let body = json!({"agent_id": "agent-1", "agent_phone_number_id": "phnum-1", "to_number": "+972555000001",
            "conversation_initiation_client_data": {"dynamic_variables": variables}});
        let answer = json!({"success": true, "message": "ok", "conversation_id": "call-1", "callSid": "CA1"});
        let at = format!("/v1/convai/{at}/outbound-call");
        asks(Provider::ElevenLabs, from, (&at, "xi-api-key", "demo-api-key"), body, (200, answer)).await;
    }
}

#[tokio::test]
async fn bland_is_asked_as_it_describes_and_told_where_to_report() {
    let body = json!({"phone_number": "+972555000001", "from": "+12025550100", "pathway_id": "agent-1",
        "request_data": variables(), "metadata": {"zikaron_tag": TAG},
        "webhook": "https://api.example/webhooks/calls/bland/calls-main"});
    let answer = json!({"status": "success", "call_id": "call-1", "batch_id": null});
    asks(Provider::Bland, "+12025550100", ("/v1/calls", "authorization", "demo-api-key"), body, (200, answer)).await;
}

#[tokio::test]
async fn a_refusal_is_told_apart_from_a_call_that_may_have_been_placed() {
    let json = |status, body: Value| ResponseTemplate::new(status).set_body_json(body);
    let html = |status| ResponseTemplate::new(status).set_body_string("<html>");
    let unknown = |reason: &str| SendError::Unknown { reason: reason.to_owned() };
    let table = [
        (json(401, json!({"detail": {"status": "invalid_api_key"}})), SendError::RefusedUntilMended { code: 401 }),
        (json(402, json!({"status": "error"})), SendError::RefusedUntilMended { code: 402 }),
        (html(403), SendError::RefusedUntilMended { code: 403 }),
        (json(404, json!({"message": "no such agent"})), SendError::RefusedUntilMended { code: 404 }),
        (html(429), SendError::RefusedForNow { code: 429 }),
        (json(400, json!({"status": "error", "message": "…"})), SendError::RefusedForGood { code: 400 }),
        (json(422, json!({"detail": []})), SendError::RefusedForGood { code: 422 }),
        // An id in a refusal is not a call.
        (json(400, json!({"call_id": "call-1"})), SendError::RefusedForGood { code: 400 }),
        (json(200, json!({"success": false, "conversation_id": null})), SendError::RefusedForGood { code: 200 }),
        (json(200, json!({"status": "error", "message": "…"})), SendError::RefusedForGood { code: 200 }),
        (html(408), unknown("HTTP 408")),
        (html(500), unknown("HTTP 500")),
        (json(504, json!({"status": "error"})), unknown("HTTP 504")),
        (html(302), unknown("HTTP 302")),
        (html(200), unknown("HTTP 200")),
        (json(201, json!({"call_id": ""})), unknown("HTTP 201")),
        (ResponseTemplate::new(201).set_body_string("x".repeat(100_000)), unknown("the answer does not end")),
    ];
    // What names no provider is as Retell says it.
    let table = table.map(|(answer, expected)| (Provider::Retell, answer, expected)).into_iter().chain([
        // An id beside a no is not a call either.
        (
            Provider::ElevenLabs,
            json(200, json!({"success": false, "conversation_id": "conv_1"})),
            SendError::RefusedForGood { code: 200 },
        ),
        (
            Provider::Bland,
            json(200, json!({"status": "error", "call_id": "c"})),
            SendError::RefusedForGood { code: 200 },
        ),
    ]);
    for (provider, answer, expected) in table {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(answer).expect(1).mount(&server).await;
        let client = client(&server.uri(), Secrets::Of(provider));
        assert_eq!(place(&client, "+12025550100").await.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn a_connection_cut_after_the_request_may_have_been_a_call() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let cut = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        socket.readable().await.unwrap();
    });
    let end = place(&client(&base, Secrets::Of(Provider::Vapi)), "number-1").await;
    assert_eq!(end.unwrap_err(), SendError::Unknown { reason: "the connection broke".to_owned() });
    cut.await.unwrap();
}

#[tokio::test]
async fn what_never_left_this_process_is_no_call() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let end = place(&client(&nobody, Secrets::Of(Provider::Bland)), "+12025550100").await;
    assert_eq!(end.unwrap_err(), SendError::RefusedForNow { code: 0 });
    let until_mended = SendError::RefusedUntilMended { code: 0 };
    for (secrets, expected) in [
        (Secrets::Absent, until_mended.clone()),
        (Secrets::WithoutKey, until_mended.clone()),
        // Who signs for themselves has no API of ours to be asked by.
        (Secrets::Of(Provider::Generic), until_mended),
        (Secrets::Down, SendError::RefusedForNow { code: 0 }),
    ] {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(ResponseTemplate::new(201)).expect(0).mount(&server).await;
        assert_eq!(place(&client(&server.uri(), secrets), "+12025550100").await.unwrap_err(), expected);
    }
}

#[test]
fn the_report_of_a_call_gives_the_tag_back() {
    let tagged: Map<String, Value> = [("zikaron_tag".to_owned(), json!(TAG))].into_iter().collect();
    let places = [
        (Provider::Retell, "retell-ended", "/call", json!({"metadata": tagged})),
        (Provider::Vapi, "vapi", "/message/call", json!({"assistantOverrides": {"metadata": tagged}})),
        (
            Provider::ElevenLabs,
            "elevenlabs",
            "/data",
            json!({"conversation_initiation_client_data": {"dynamic_variables": tagged}}),
        ),
        (Provider::Bland, "bland", "", json!({"metadata": tagged})),
        (Provider::Bland, "bland", "", json!({"variables": {"metadata": tagged}})),
        (Provider::Generic, "generic", "", json!(tagged)),
    ];
    for (provider, name, at, more) in places {
        let tag_of = |body: &Value| {
            let connection = ConnectionId::parse("calls").unwrap();
            match read(provider, &connection, body.to_string().as_bytes(), now()).unwrap() {
                Read::Call(call) => call.tag,
                other => panic!("{name}: {other:?}"),
            }
        };
        let mut body: Value = serde_json::from_slice(&sample(name)).unwrap();
        assert_eq!(tag_of(&body), None, "{name}: a call nobody here asked for");
        let whole = body.pointer_mut(at).unwrap().as_object_mut().unwrap();
        whole.extend(more.as_object().unwrap().clone());
        assert_eq!(tag_of(&body).as_deref(), Some(TAG), "{name}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test has no process-wide client")]
fn a_stand_in_that_is_no_url_is_refused_at_the_start() {
    for base in ["", "calls.example", "file:///x"] {
        let made = CallClient::new(reqwest::Client::new, Secrets::Absent, REPORTS, Some(base));
        assert_eq!(made.err(), Some(InvalidBaseUrl), "{base}");
    }
}
