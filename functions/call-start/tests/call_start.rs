//! The function as Lambda calls it: whole API Gateway events in, responses out.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use jiff::{SignedDuration, Timestamp};
use lambda_http::{Body, Request, request};
use secrecy::SecretString;
use serde_json::{Value, json};
use zikaron_call_start::{CallStart, Callers};
use zikaron_channels::calls::{Account, CallSecret, CallSecrets, WebhookKind, sign};
use zikaron_protocol::call::ask::Answer;
use zikaron_protocol::call::start::Recalled;
use zikaron_protocol::model::call::Provider;
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::model::ongoing_call::OngoingCall;
use zikaron_protocol::ports::{Clock, Unavailable};

/// What a dependency does.
#[derive(Clone, Copy, PartialEq)]
enum Works {
    Well,
    Slowly,
    Badly,
}

impl Works {
    async fn work(self) -> Result<(), Unavailable> {
        match self {
            Self::Well => Ok(()),
            Self::Slowly => std::future::pending().await,
            Self::Badly => Err(Unavailable { what: "table", reason: "throttled".to_owned() }),
        }
    }
}

struct Secrets(Works);

fn secret(provider: Provider) -> CallSecret {
    let value = || Some(SecretString::from("demo-calls-secret"));
    CallSecret { provider, signing_secret: value(), token: value(), api_key: None, account: Account::default() }
}

impl CallSecrets for Secrets {
    async fn call_connection(&self, connection: &ConnectionId) -> Result<Option<CallSecret>, Unavailable> {
        self.0.work().await?;
        Ok(connection.as_str().strip_prefix("calls-").and_then(Provider::parse).map(secret))
    }
}

/// Knows one customer.
struct Memory(Works);

impl Callers for Memory {
    async fn ask(&self, call: &OngoingCall, questions: &[String], _now: Timestamp) -> Result<Vec<Answer>, Unavailable> {
        self.0.work().await?;
        let number = call.customer.as_ref().map(|number| number.expose());
        let is_known = number.is_some_and(|number| number.ends_with("0001"));
        let text =
            |question: &String| if is_known { format!("{question} → ערב\nבוקר") } else { String::new() };
        Ok(questions.iter().map(|question| Answer { text: text(question), ..Answer::default() }).collect())
    }

    async fn recall(&self, call: &OngoingCall, _now: Timestamp) -> Result<Recalled, Unavailable> {
        self.0.work().await?;
        let number = call.customer.as_ref().map(|number| number.expose());
        Ok(if number.is_some_and(|number| number.ends_with("0001")) {
            let values = vec![("customer_name".to_owned(), "יוסי".to_owned())];
            Recalled { text: "🧠 זיכרון".to_owned(), values, document: None }
        } else {
            Recalled { values: vec![("customer_name".to_owned(), String::new())], ..Recalled::default() }
        })
    }
}

#[derive(Clone, Copy)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-11-16T09:00:00Z".parse().unwrap()
    }

    /// Time passes at once, and is over when nothing else can be done. An agent is answered within 800 ms, of which 100
    /// are for the gateway.
    async fn sleep(&self, duration: SignedDuration) {
        assert!(duration <= SignedDuration::from_millis(700), "the caller waits {duration:?}");
    }
}

fn sample(name: &str) -> Value {
    let path = format!("{}/../../events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

const STARTS: [(Provider, &str); 4] = [
    (Provider::ElevenLabs, "call-start-elevenlabs"),
    (Provider::Vapi, "call-start-vapi"),
    (Provider::Retell, "call-start-retell"),
    (Provider::Generic, "call-start-generic"),
];

fn asks(provider: Provider, connection: &str, body: &str, proof: bool) -> Request {
    request_to(WebhookKind::Start, provider, connection, body, proof)
}

fn request_to(kind: WebhookKind, provider: Provider, connection: &str, body: &str, proof: bool) -> Request {
    let mut event = sample("webhook-call-bland");
    let what = if kind == WebhookKind::Tool { "recall" } else { "start" };
    let path = format!("/webhooks/calls/{}/{connection}/{what}", provider.as_str());
    event["rawPath"] = json!(path);
    event["requestContext"]["http"]["path"] = json!(path);
    event["rawQueryString"] = json!("assistant=asst-1");
    event["queryStringParameters"] = json!({"assistant": "asst-1"});
    let mut request = request::from_str(&event.to_string()).unwrap();
    request.headers_mut().clear();
    if proof {
        for (name, value) in sign(kind, &secret(provider), body.as_bytes(), Noon.now()) {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
    }
    *request.body_mut() = Body::Text(body.to_owned());
    request
}

async fn ask(secrets: Works, memory: Works, request: Request) -> (u16, Value) {
    let response = CallStart::new(Secrets(secrets), Memory(memory), Noon).handle(request).await;
    let body = match response.body() {
        Body::Text(text) => serde_json::from_str(text).unwrap(),
        _ => Value::Null,
    };
    (response.status().as_u16(), body)
}

/// The answer in each provider's format.
fn expected(provider: Provider, memory: &str, name: &str) -> Value {
    let variables = json!({"memory": memory, "customer_name": name});
    match provider {
        Provider::ElevenLabs => {
            json!({"type": "conversation_initiation_client_data", "dynamic_variables": variables})
        }
        Provider::Vapi => json!({"assistantId": "asst-1", "assistantOverrides": {"variableValues": variables}}),
        Provider::Retell => json!({"call_inbound": {"dynamic_variables": variables}}),
        _ => json!({"memory": null, "text": memory, "variables": variables}),
    }
}

#[tokio::test]
async fn a_known_caller_is_told_of_in_the_provider_s_own_format() {
    for (provider, name) in STARTS {
        let request = asks(provider, &format!("calls-{}", provider.as_str()), &sample(name).to_string(), true);
        let answer = ask(Works::Well, Works::Well, request).await;
        assert_eq!(answer, (200, expected(provider, "🧠 זיכרון", "יוסי")));
    }
}

#[tokio::test]
async fn a_stranger_gets_a_valid_answer_with_empty_variables() {
    for (provider, name) in STARTS {
        let body = sample(name).to_string().replace("0001", "0002");
        let request = asks(provider, &format!("calls-{}", provider.as_str()), &body, true);
        assert_eq!(ask(Works::Well, Works::Well, request).await, (200, expected(provider, "", "")));
    }
}

#[tokio::test]
async fn a_slow_or_failing_table_or_secret_store_gives_a_valid_empty_answer_within_700_ms() {
    for (secrets, memory) in [
        (Works::Well, Works::Slowly),
        (Works::Well, Works::Badly),
        (Works::Slowly, Works::Well),
        (Works::Badly, Works::Well),
    ] {
        for (provider, name) in STARTS {
            let request = asks(provider, &format!("calls-{}", provider.as_str()), &sample(name).to_string(), true);
            let (status, body) = ask(secrets, memory, request).await;
            assert_eq!(status, 200);
            let told = body.to_string();
            assert!(!told.contains("יוסי") && told.contains("\"customer_name\":\"\""), "{provider:?}: {told}");
        }
    }
}

#[tokio::test]
async fn whoever_proves_nothing_is_told_nothing() {
    for (provider, name) in STARTS {
        let body = sample(name).to_string();
        let right = format!("calls-{}", provider.as_str());
        for (connection, proof) in [(right.as_str(), false), ("calls-bland", true), ("demo", true), ("", true)] {
            let answer = ask(Works::Well, Works::Well, asks(provider, connection, &body, proof)).await;
            assert_eq!(answer, (401, Value::Null), "{provider:?} {connection} {proof}");
        }
        let mut changed = asks(provider, &right, &body, true);
        if provider != Provider::ElevenLabs && provider != Provider::Vapi {
            *changed.body_mut() = Body::Text(body.replace("0001", "0003"));
            assert_eq!(ask(Works::Well, Works::Well, changed).await.0, 401, "{provider:?}");
        }
    }
    let bland = asks(Provider::Bland, "calls-bland", "{}", true);
    assert_eq!(ask(Works::Well, Works::Well, bland).await.0, 401, "Bland asks nothing");
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_as_a_stranger() {
    for body in ["[]", "not JSON", "{}"] {
        let (status, answer) = ask(Works::Well, Works::Well, asks(Provider::Retell, "calls-retell", body, true)).await;
        assert_eq!((status, answer["call_inbound"]["dynamic_variables"]["memory"].as_str()), (200, Some("")));
    }
}

/// What each provider's tool sends in the course of a call.
fn tools() -> [(Provider, Value); 5] {
    let (from, to) = ("+972555000001", "+12025550100");
    let question = "מתי נוח לה?";
    let call = json!({"call_id": "c", "direction": "outbound", "from_number": to, "to_number": from});
    [
        (Provider::ElevenLabs, json!({"question": question, "from": from, "to": to, "agent_id": "a"})),
        (
            Provider::Vapi,
            json!({"message": {"type": "tool-calls", "call": {"customer": {"number": from}}, "phoneNumber": {"number": to},
                "toolCallList": [{"id": "t1", "name": "recall", "arguments": {"question": question}}]}}),
        ),
        (Provider::Retell, json!({"name": "recall", "args": {"question": question}, "call": call})),
        (Provider::Bland, json!({"question": question, "from": to, "to": from, "inbound": false})),
        (Provider::Generic, json!({"question": question, "from": from, "to": to})),
    ]
}

fn asks_tool(provider: Provider, body: &Value, proof: bool) -> Request {
    request_to(WebhookKind::Tool, provider, &format!("calls-{}", provider.as_str()), &body.to_string(), proof)
}

/// The words the agent reads.
fn result(provider: Provider, answer: &Value) -> String {
    let at = if provider == Provider::Vapi { "/results/0/result" } else { "/result" };
    answer.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_question_in_mid_call_is_answered_in_the_provider_s_own_format() {
    for (provider, body) in tools() {
        let (status, answer) = ask(Works::Well, Works::Well, asks_tool(provider, &body, true)).await;
        let told = if provider == Provider::Vapi {
            "מתי נוח לה? → ערב; בוקר"
        } else {
            "מתי נוח לה? → ערב\nבוקר"
        };
        assert_eq!((status, result(provider, &answer).as_str()), (200, told), "{provider:?}: {answer}");
        let stranger: Value = serde_json::from_str(&body.to_string().replace("0001", "0002")).unwrap();
        let (status, answer) = ask(Works::Well, Works::Well, asks_tool(provider, &stranger, true)).await;
        assert_eq!(status, 200);
        assert!(result(provider, &answer).starts_with("Nothing that is stored"), "{provider:?}: {answer}");
    }
}

#[tokio::test]
async fn what_vapi_s_agent_asks_at_once_is_answered_each_by_its_id_however_it_is_written() {
    let asked = |id: &str, arguments: Value| json!({"id": id, "type": "function", "function": {"name": "recall", "arguments": arguments}});
    let body = json!({"message": {"type": "tool-calls", "call": {"customer": {"number": "+972555000001"}},
        "phoneNumber": {"number": "+12025550100"}, "toolCallList": [
            asked("t1", json!({"question": "א"})), asked("t2", json!("{\"question\":\"ב\"}")), asked("t3", json!({})),
            asked("t4", json!({"question": "ד"})), asked("t5", json!({"question": "ה"}))]}});
    let (_, answer) = ask(Works::Well, Works::Well, asks_tool(Provider::Vapi, &body, true)).await;
    let result = |id: &str, question: &str| json!({"toolCallId": id, "result": format!("{question} → ערב; בוקר")});
    let results = [result("t1", "א"), result("t2", "ב"), result("t3", ""), result("t4", "ד"), result("t5", "")];
    assert_eq!(answer, json!({"results": results}), "also what asks nothing, or one too many");
}

#[tokio::test]
async fn a_memory_that_does_not_answer_in_time_is_said_to_be_out_of_reach_and_not_to_be_empty() {
    for works in [Works::Slowly, Works::Badly] {
        for (provider, body) in tools() {
            let (status, answer) = ask(Works::Well, works, asks_tool(provider, &body, true)).await;
            assert_eq!(status, 200);
            assert!(result(provider, &answer).contains("cannot be reached"), "{provider:?}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_question_that_proves_nothing_is_refused_and_so_is_one_of_twilio_s() {
    for (provider, body) in tools() {
        assert_eq!(ask(Works::Well, Works::Well, asks_tool(provider, &body, false)).await, (401, Value::Null));
    }
    let body = json!({"question": "x"});
    assert_eq!(ask(Works::Well, Works::Well, asks_tool(Provider::Twilio, &body, true)).await.0, 401);
    // What proves the end of a call at ElevenLabs and Bland proves no tool: only a token does.
    for provider in [Provider::ElevenLabs, Provider::Bland] {
        let mut request = asks_tool(provider, &body, false);
        for (name, value) in sign(WebhookKind::End, &secret(provider), body.to_string().as_bytes(), Noon.now()) {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        assert_eq!(ask(Works::Well, Works::Well, request).await.0, 401, "{provider:?}");
    }
}
