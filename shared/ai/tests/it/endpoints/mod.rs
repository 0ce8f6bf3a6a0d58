//! Does the door get on with every endpoint it is made for? Each is played by a server over real HTTP that checks what it
//! is sent as that endpoint would, and answers as it does.

mod table;

use crate::{completion, conversation, question};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use table::Endpoint;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};
use zikaron_ai::config::ChatConfig;
use zikaron_ai::model::ChatModel;
use zikaron_protocol::model::conversation::{Speaker, Utterance};
use zikaron_protocol::ports::{DigestRequest, Model, ModelError, ReplyRequest};

/// Under which name an endpoint takes the bound on an answer's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    Either,
    /// `max_completion_tokens`; the other is refused.
    New,
    /// `max_tokens`; the other is refused.
    OldOnly,
    /// `max_tokens`; the other goes unheeded, and so does the bound.
    OldIgnoresNew,
}

/// What a refusal comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    Unavailable,
    Refused,
    Unusable,
}

/// The most tokens of a prompt the played models read, by a rough measure.
const WINDOW_CHARS: usize = 20_000;

/// An endpoint, playing; what it finds wrong with a request it keeps.
#[derive(Clone)]
struct Played {
    endpoint: Arc<Endpoint>,
    wrong: Arc<Mutex<Vec<String>>>,
}

impl Respond for Played {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Value = request.body_json().unwrap();
        for wrong in self.wrongs(request, &body) {
            self.wrong.lock().unwrap().push(format!("{}: {wrong}", self.endpoint.name));
        }
        let refuses = |(status, body): (u16, Value)| ResponseTemplate::new(status).set_body_json(body);
        self.refusal(&body).map_or_else(|| answer(&body), refuses)
    }
}

/// An answer that fits reply and digest, in the shape of those who say most about themselves.
fn answer(body: &Value) -> ResponseTemplate {
    let content =
        json!({"summary": "נושא: תור", "changes": [], "answer": "פתוח בשישי.", "handover": false}).to_string();
    let parts =
        json!([{"type": "thinking", "thinking": [{"type": "text", "text": "…"}]}, {"type": "text", "text": content}]);
    // A model that thinks answers in parts.
    let content = if body["max_completion_tokens"].is_null() { json!(content) } else { parts };
    completion(&content)
}

impl Played {
    /// What no endpoint would put up with, and what only this one looks at.
    fn wrongs(&self, request: &Request, body: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        let header = |name: &str| request.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        if request.url.path() != format!("{}/chat/completions", self.endpoint.path) || request.method != "POST" {
            wrong.push(format!("{} {}", request.method, request.url));
        }
        if header("authorization") != self.endpoint.key.map(|key| format!("Bearer {key}")) {
            wrong.push("the key".to_owned());
        }
        let azure = self.endpoint.key.filter(|_| self.endpoint.name == "Azure");
        if header("api-key").as_deref() != azure || header("content-type").as_deref() != Some("application/json") {
            wrong.push("headers".to_owned());
        }
        let known =
            ["model", "messages", "response_format", "max_tokens", "max_completion_tokens", "frequency_penalty"];
        wrong.extend(body.as_object().unwrap().keys().filter(|name| !known.contains(&name.as_str())).cloned());
        // https://platform.openai.com/docs/api-reference/chat/create: from -2 to 2.
        let penalty = &body["frequency_penalty"];
        if !penalty.is_null() && !penalty.as_f64().is_some_and(|penalty| penalty.abs() <= 2.0) {
            wrong.push("a penalty that is none".to_owned());
        }
        if body["max_tokens"].is_u64() == body["max_completion_tokens"].is_u64() {
            wrong.push("no bound, or two".to_owned());
        }
        if self.endpoint.limit == Limit::OldIgnoresNew && body["max_tokens"].is_null() {
            wrong.push("a bound that goes unheeded".to_owned());
        }
        if body["messages"].as_array().unwrap().iter().any(|message| text(message).is_empty()) {
            wrong.push("an empty message".to_owned());
        }
        let format = &body["response_format"];
        // https://platform.openai.com/docs/guides/structured-outputs: JSON mode wants the word in the prompt.
        if format["type"] == "json_object" && !body["messages"].to_string().contains("JSON") {
            wrong.push("JSON mode without the word JSON".to_owned());
        }
        if format["type"] == "json_schema" {
            wrong.extend(not_strict(&format["json_schema"]["schema"]));
        }
        wrong
    }

    /// What this endpoint says to such a request, where it does not answer it.
    fn refusal(&self, body: &Value) -> Option<(u16, Value)> {
        let messages = body["messages"].as_array().unwrap();
        let roles: Vec<&str> = messages.iter().map(|message| message["role"].as_str().unwrap()).collect();
        let turns = ["user", "assistant"].iter().cycle();
        let in_order =
            roles.last() == Some(&"user") && roles.iter().skip(1).zip(turns).all(|(role, turn)| role == turn);
        if let Some(says) = self.endpoint.disorder.filter(|_| !in_order) {
            return Some((400, says()));
        }
        if messages.iter().any(|message| message["content"].is_array()) {
            return Some(self.endpoint.blind.clone());
        }
        let extra = |name| json!({"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["body", name]}]}});
        match self.endpoint.limit {
            Limit::New if !body["max_tokens"].is_null() => return Some((400, extra("max_tokens"))),
            Limit::OldOnly if !body["max_completion_tokens"].is_null() => {
                return Some((422, extra("max_completion_tokens")));
            }
            _ => {}
        }
        if let Some(refusal) = self.endpoint.penalty.clone().filter(|_| !body["frequency_penalty"].is_null()) {
            return Some(refusal);
        }
        let chars = messages.iter().map(|message| text(message).chars().count()).sum::<usize>();
        if chars > WINDOW_CHARS {
            return Some(self.endpoint.too_long.clone());
        }
        let format = body["response_format"]["type"].as_str();
        let says = |message: &str| Some((400, json!({"error": {"message": message, "type": "invalid_request_error"}})));
        match (self.endpoint.schema, format) {
            (Some(false), Some("json_schema")) => says("This model does not support response format `json_schema`"),
            (None, Some(_)) => Some((
                404,
                json!({"error": {"code": 404,
                "message": "No endpoints found that can handle the requested parameters: response_format"}}),
            )),
            _ => None,
        }
    }
}

/// The text of a message: all of its content, or the part before its pictures.
fn text(message: &Value) -> &str {
    let content = &message["content"];
    content.as_str().or_else(|| content[0]["text"].as_str()).unwrap()
}

/// Where a schema is not one of OpenAI's strict mode.
fn not_strict(schema: &Value) -> Vec<String> {
    match schema["type"].as_str() {
        Some("object") => {
            let named = |names: &Value| names.as_array().map(|names| names.iter().map(Value::to_string).collect());
            let required: BTreeSet<String> = named(&schema["required"]).unwrap_or_default();
            let properties = schema["properties"].as_object().unwrap();
            let names: BTreeSet<String> = properties.keys().map(|name| json!(name).to_string()).collect();
            let open = schema["additionalProperties"] != false || names != required;
            let inner = properties.values().flat_map(not_strict);
            open.then(|| "an open object".to_owned()).into_iter().chain(inner).collect()
        }
        Some("array") => not_strict(&schema["items"]),
        Some("string" | "boolean" | "integer") => Vec::new(),
        other => vec![format!("a schema of {other:?}")],
    }
}

/// Names lead to this machine; the port is that of the URL.
#[expect(clippy::disallowed_methods, reason = "a test has no process-wide client")]
fn client() -> reqwest::Client {
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let hosts = table::all().into_iter().map(|endpoint| endpoint.host);
    hosts.fold(reqwest::Client::builder(), |builder, host| builder.resolve(host, here)).build().unwrap()
}

fn model_of(endpoint: &Endpoint, server: &MockServer) -> ChatModel<Option<SecretString>> {
    let (host, port, path) = (endpoint.host, server.address().port(), endpoint.path);
    let mut config = ChatConfig::new(format!("http://{host}:{port}{path}"), "demo-model");
    (config.reply_timeout, config.digest_timeout) = (Duration::from_secs(5), Duration::from_secs(5));
    ChatModel::new(client, &config, endpoint.key.map(SecretString::from)).unwrap()
}

/// The endpoint, answering.
async fn play(endpoint: Endpoint) -> (MockServer, Played) {
    let server = MockServer::start().await;
    let played = Played { endpoint: Arc::new(endpoint), wrong: Arc::default() };
    Mock::given(any()).respond_with(played.clone()).mount(&server).await;
    (server, played)
}

/// Conversations of one to twenty messages, as the protocol may hand them on.
fn conversations() -> impl Iterator<Item = ReplyRequest> {
    let said = |n: usize| {
        let speaker = [Speaker::Customer, Speaker::Assistant, Speaker::Customer, Speaker::Staff][n % 4];
        Utterance {
            speaker,
            text: if n == 6 { " ".to_owned() } else { format!("הודעה {n}") },
            at: Timestamp::UNIX_EPOCH,
        }
    };
    let all: Vec<Utterance> = (0..20).map(said).collect();
    (0..all.len())
        .map(move |last| ReplyRequest { conversation: all[last.saturating_sub(11)..=last].to_vec(), ..question() })
}

#[tokio::test]
async fn every_endpoint_answers_replies_and_digests_and_finds_nothing_wrong_with_them() {
    for endpoint in table::all() {
        let (server, played) = play(endpoint).await;
        let model = model_of(&played.endpoint, &server);
        for request in conversations() {
            let reply = model.reply(&request).await.unwrap_or_else(|error| panic!("{}: {error}", played.endpoint.name));
            assert_eq!(reply.text, "פתוח בשישי.");
        }
        assert!(model.digest(&conversation()).await.is_ok(), "{}", played.endpoint.name);
        assert_eq!(*played.wrong.lock().unwrap(), Vec::<String>::new());
        let refused = match played.endpoint.schema {
            Some(true) => 0,
            // What it does not know it is asked once for replies, once for digests.
            Some(false) => 2,
            None => 4,
        };
        let asked = server.received_requests().await.unwrap().len();
        assert_eq!(asked, 21 + refused, "{}", played.endpoint.name);
    }
}

#[tokio::test]
async fn every_endpoint_that_refuses_pictures_answers_the_text_and_is_sent_none_for_a_while() {
    for endpoint in table::all() {
        let (server, played) = play(endpoint).await;
        let model = model_of(&played.endpoint, &server);
        // What it knows of formats is asked first.
        model.reply(&question()).await.unwrap();
        let before = server.received_requests().await.unwrap().len();
        for _ in 0..2 {
            let reply = model.reply(&crate::pictures::seeing()).await;
            let reply = reply.unwrap_or_else(|error| panic!("{}: {error}", played.endpoint.name));
            assert_eq!(reply.text, "פתוח בשישי.");
        }
        let asked = server.received_requests().await.unwrap().split_off(before);
        let sees = |request: &Request| String::from_utf8_lossy(&request.body).contains("image_url");
        assert_eq!(asked.iter().map(sees).collect::<Vec<_>>(), [true, false, false], "{}", played.endpoint.name);
    }
}

#[tokio::test]
async fn every_endpoint_whose_model_goes_in_circles_is_asked_once_more_with_a_penalty_or_without() {
    for endpoint in table::all() {
        let (server, played) = play(endpoint).await;
        let model = model_of(&played.endpoint, &server);
        // What it knows of formats is asked first.
        model.digest(&conversation()).await.unwrap();
        let before = server.received_requests().await.unwrap().len();
        for _ in 0..2 {
            let circles = completion(&json!(json!({"summary": "round ".repeat(100), "changes": []}).to_string()));
            Mock::given(any()).respond_with(circles).up_to_n_times(1).with_priority(1).mount(&server).await;
            let digest = model.digest(&conversation()).await;
            assert!(digest.is_ok_and(|digest| digest.summary.is_some()), "{}", played.endpoint.name);
        }
        let asked = server.received_requests().await.unwrap().split_off(before);
        let penalised = |request: &Request| request.body_json::<Value>().unwrap()["frequency_penalty"].is_number();
        let expected: &[bool] = match played.endpoint.penalty {
            Some(_) => &[false, true, false, false, false],
            None => &[false, true, false, true],
        };
        assert_eq!(asked.iter().map(penalised).collect::<Vec<_>>(), expected, "{}", played.endpoint.name);
        assert_eq!(*played.wrong.lock().unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn every_endpoint_digests_a_conversation_longer_than_its_model_reads() {
    for endpoint in table::all() {
        let (server, played) = play(endpoint).await;
        let long = Utterance { speaker: Speaker::Customer, text: "מילה ".repeat(100), at: Timestamp::UNIX_EPOCH };
        let request = DigestRequest { transcript: vec![long; 200], ..conversation() };
        let digest = model_of(&played.endpoint, &server).digest(&request).await;
        assert!(digest.is_ok_and(|digest| digest.summary.is_some()), "{}", played.endpoint.name);
    }
}

#[tokio::test]
async fn every_refusal_of_every_endpoint_means_what_it_should_and_repeats_nothing() {
    for endpoint in table::all() {
        for (status, body, means) in &endpoint.refusals {
            let server = MockServer::start().await;
            let refusal = ResponseTemplate::new(*status).set_body_json(body);
            Mock::given(any()).respond_with(refusal).mount(&server).await;
            let model = model_of(&endpoint, &server);
            let errors =
                [model.reply(&question()).await.unwrap_err(), model.digest(&conversation()).await.unwrap_err()];
            for error in errors {
                let meant = match &error {
                    ModelError::Unavailable(_) => Means::Unavailable,
                    ModelError::Refused(_) => Means::Refused,
                    ModelError::Unusable(_) => Means::Unusable,
                };
                assert_eq!(meant, *means, "{}: {status} {body}", endpoint.name);
                assert!(!error.to_string().contains("demo"), "neither key nor model nor message: {error}");
            }
            // One for each, and a second for a customer where the endpoint broke.
            let asked = server.received_requests().await.unwrap().len();
            assert!(asked <= 3, "{}: {status} {body}: {asked} requests", endpoint.name);
        }
    }
}
