//! Twilio: what it signs, what it tells of, and what is fetched from it.

use crate::calls::{customer, parsed};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use wiremock::matchers::{basic_auth, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};
use zikaron_channels::calls::{
    Account, CallSecret, CallSecrets, Delivered, DueCalls, Read, TwilioCalls, WebhookKind, is_genuine, sign,
};
use zikaron_protocol::model::call::{CallCompleted, CallsDue, Direction, Provider, Voice};
use zikaron_protocol::model::ids::{CallId, ConnectionId};
use zikaron_protocol::ports::{Clock, Unavailable};

#[derive(Deserialize)]
struct Vectors {
    twilio: Vec<Posted>,
}

#[derive(Clone, Debug, Deserialize)]
struct Posted {
    key: String,
    url: String,
    content_type: String,
    body: String,
    header: String,
    settings: Option<String>,
}

fn secret(key: &str, account: Account) -> CallSecret {
    let api_key = Some(SecretString::from("secret"));
    CallSecret {
        provider: Provider::Twilio,
        signing_secret: Some(SecretString::from(key)),
        token: None,
        api_key,
        account,
    }
}

fn accepted(posted: &Posted, secret: &CallSecret) -> bool {
    let find = |name: &str| match name {
        "x-twilio-signature" => Some(posted.header.as_str()),
        "x-twilio-webhooks-signature-settings" => posted.settings.as_deref(),
        "content-type" => Some(posted.content_type.as_str()),
        _ => None,
    };
    let delivered = Delivered::new(&find, posted.body.as_bytes()).at(&posted.url);
    is_genuine(WebhookKind::End, secret, &delivered, Timestamp::UNIX_EPOCH)
}

#[test]
fn what_its_own_sdk_signs_is_accepted_as_it_is_and_in_no_other_way() {
    let vectors: Vectors = serde_json::from_str(include_str!("../vectors/signatures.json")).unwrap();
    assert!(vectors.twilio.len() >= 144);
    for posted in vectors.twilio {
        let right = secret(&posted.key, Account::default());
        assert!(accepted(&posted, &right), "{posted:?}");
        assert!(
            !accepted(&posted, &secret(&format!("{}x", posted.key), Account::default())),
            "{posted:?}: another key"
        );
        let (body, url) = (format!("{}+", posted.body), format!("{}x", posted.url));
        let other = if posted.settings.is_some() { None } else { Some("key=k,algorithm=HMAC_SHA256".to_owned()) };
        for spoilt in [
            Posted { body, ..posted.clone() },
            Posted { url, ..posted.clone() },
            Posted { settings: other, ..posted.clone() },
            Posted { settings: Some("key=k,algorithm=none".to_owned()), ..posted.clone() },
            Posted { header: posted.header[2..].to_owned(), ..posted.clone() },
        ] {
            assert!(!accepted(&spoilt, &right), "{spoilt:?}");
        }
    }
}

#[test]
fn json_whose_hash_stands_in_no_signed_address_proves_nothing() {
    let account = Account { webhook_url: Some("https://example.com/x".to_owned()), ..Account::default() };
    let secret = secret("key-one", account);
    // As a form this body is signed; called JSON, nothing signs it.
    let headers = sign(WebhookKind::End, &secret, b"a=1", Timestamp::UNIX_EPOCH);
    let of = |kind: &str, body: &str| Posted {
        key: String::new(),
        url: "https://example.com/x".to_owned(),
        content_type: kind.to_owned(),
        body: body.to_owned(),
        header: headers[0].1.clone(),
        settings: None,
    };
    assert!(accepted(&of("application/x-www-form-urlencoded", "a=1"), &secret));
    for body in ["a=1", "{}", ""] {
        assert!(!accepted(&of("application/json; charset=utf-8", body), &secret), "{body}");
    }
}

#[test]
fn the_address_that_was_entered_counts_where_a_proxy_stands_before_the_function() {
    let entered = Some("https://calls.example.com/twilio".to_owned());
    let secret = secret("key-one", Account { webhook_url: entered, ..Account::default() });
    let body = r#"{"eventType":"CONVERSATION_UPDATED"}"#;
    let header = sign(WebhookKind::End, &secret, body.as_bytes(), Timestamp::UNIX_EPOCH).remove(0).1;
    let hash = "2a2ec12b7f4ae3e5d16cc1d1ba7a2c2b38a7c3ee8ae2c9ad9a5f4c6fbb9f7e7c";
    let seen = |hash: &str| Posted {
        key: String::new(),
        url: format!("https://x.execute-api.example.com/webhooks/calls/twilio/salon?bodySHA256={hash}"),
        content_type: "application/json".to_owned(),
        body: body.to_owned(),
        header: header.clone(),
        settings: None,
    };
    assert!(accepted(&seen(&sha256(body)), &secret));
    assert!(!accepted(&seen(hash), &secret), "the hash of something else");
}

#[test]
fn a_query_that_was_entered_with_the_address_is_signed_once() {
    let entered = Some("https://calls.example.com/twilio?salon=1".to_owned());
    let secret = secret("key-one", Account { webhook_url: entered, ..Account::default() });
    let body = r#"{"eventType":"CONVERSATION_UPDATED"}"#;
    for (content_type, body, query) in [
        ("application/json", body, format!("salon=1&bodySHA256={}", sha256(body))),
        ("application/x-www-form-urlencoded", "CallSid=CA1", "salon=1".to_owned()),
    ] {
        let posted = Posted {
            key: String::new(),
            url: format!("https://x.execute-api.example.com/webhooks/calls/twilio/salon?{query}"),
            content_type: content_type.to_owned(),
            body: body.to_owned(),
            header: sign(WebhookKind::End, &secret, body.as_bytes(), Timestamp::UNIX_EPOCH).remove(0).1,
            settings: None,
        };
        assert!(accepted(&posted, &secret), "{content_type}");
    }
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(text))
}

#[test]
fn a_completed_call_is_read_from_the_form_of_its_status() {
    let form = "CallSid=CA1&CallStatus=completed&CallDuration=75&Direction=inbound&From=%2B972555000001&To=%2B12025550100\
        &Timestamp=Mon%2C+16+Nov+2026+08%3A03%3A00+%2B0000&RecordingUrl=https%3A%2F%2Fexample.com%2Fr";
    let Read::Call(call) = parsed(Provider::Twilio, form.as_bytes()) else { panic!() };
    assert_eq!((call.key.name.to_string().as_str(), customer(&call)), ("twilio:CA1", Some("+972555000001")));
    let at = |at: Timestamp| at.to_string();
    assert_eq!(
        (at(call.report.started_at), at(call.key.ended_at)),
        ("2026-11-16T08:01:45Z".into(), "2026-11-16T08:03:00Z".into())
    );
    assert_eq!((call.report.direction, call.report.voicemail), (Direction::Inbound, false));
    assert!(call.report.transcript.is_empty() && call.report.recording_url.is_some());

    let outbound = form.replace("=inbound", "=outbound-api").replace("&To", "&AnsweredBy=machine_end_beep&To");
    let Read::Call(call) = parsed(Provider::Twilio, outbound.as_bytes()) else { panic!() };
    assert_eq!((call.report.direction, call.report.voicemail), (Direction::Outbound, true));
    assert_eq!(customer(&call), Some("+12025550100"), "who was called");
    for status in ["ringing", "in-progress", "no-answer", "busy", "failed", ""] {
        let other = parsed(Provider::Twilio, form.replace("completed", status).as_bytes());
        assert!(matches!(other, Read::Other(_)), "{status}: {other:?}");
    }
}

#[test]
fn a_conversation_that_closed_is_one_whose_calls_are_due_and_no_other_event_is() {
    let event = |event: &str, status: &str| {
        json!({"eventType": event, "data": {"id": "conv_conversation_1", "status": status}}).to_string()
    };
    let Read::Due(due) = parsed(Provider::Twilio, event("CONVERSATION_UPDATED", "CLOSED").as_bytes()) else { panic!() };
    assert_eq!((due.provider, due.conversation.as_str()), (Provider::Twilio, "conv_conversation_1"));
    for (name, status) in
        [("CONVERSATION_UPDATED", "INACTIVE"), ("CONVERSATION_CREATED", "ACTIVE"), ("COMMUNICATION_CREATED", "")]
    {
        assert_eq!(parsed(Provider::Twilio, event(name, status).as_bytes()), Read::Other(name.to_owned()));
    }
    let nameless = json!({"eventType": "CONVERSATION_UPDATED", "data": {"status": "CLOSED"}}).to_string();
    assert!(matches!(parsed(Provider::Twilio, nameless.as_bytes()), Read::Other(_)));
}

struct Secrets(Option<&'static str>);

impl CallSecrets for Secrets {
    async fn call_connection(&self, _: &ConnectionId) -> Result<Option<CallSecret>, Unavailable> {
        let account = Account { api_user: self.0.map(str::to_owned), webhook_url: None };
        Ok(Some(secret("key-one", account)))
    }
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-11-16T12:00:00Z".parse().unwrap()
    }

    async fn sleep(&self, _: SignedDuration) {}
}

fn due() -> CallsDue {
    CallsDue {
        provider: Provider::Twilio,
        connection: ConnectionId::parse("salon").unwrap(),
        conversation: CallId::parse("conv_1").unwrap(),
    }
}

#[expect(clippy::disallowed_methods, reason = "a test has no process-wide client")]
async fn fetched(server: &MockServer, key: Option<&'static str>) -> Result<Vec<CallCompleted>, Unavailable> {
    let calls = TwilioCalls::new(reqwest::Client::new, Secrets(key), Noon, Some(&server.uri())).unwrap();
    calls.calls(&due()).await
}

async fn answers(server: &MockServer, list: &str, token: Option<&str>, page: Value) {
    let at = Mock::given(method("GET"))
        .and(path(format!("/twilio/v2/Conversations/conv_1/{list}")))
        .and(basic_auth("SK1", "secret"));
    let at = match token {
        Some(token) => at.and(query_param("pageToken", token)),
        None => at.and(query_param_is_missing("pageToken")),
    };
    at.respond_with(ResponseTemplate::new(200).set_body_json(page)).mount(server).await;
}

/// Somebody on the phone.
fn side(who: &str) -> Value {
    let address = if who == "customer" { "+972555000001" } else { "+12025550100" };
    json!({"address": address, "channel": "VOICE", "participantId": format!("part_{who}")})
}

fn said(who: &str, call: &str, at: &str, text: &str) -> Value {
    json!({"id": "c", "author": side(who), "recipients": [], "channelId": call, "occurredAt": at,
        "content": {"type": "TRANSCRIPTION", "text": text}})
}

/// A customer, a voice agent and a person to whom the call was handed, and two calls with a text message between them.
async fn conversation() -> MockServer {
    let server = MockServer::start().await;
    let participant =
        |who: &str, kind: &str| json!({"id": format!("part_{who}"), "type": kind, "addresses": [side(who)]});
    let first = json!({"participants": [participant("customer", "CUSTOMER")], "meta": {"nextToken": "2"}});
    let second = json!({"participants": [participant("agent", "AI_AGENT"), participant("ruth", "HUMAN_AGENT")],
        "meta": {"nextToken": null}});
    answers(&server, "Participants", None, first).await;
    answers(&server, "Participants", Some("2"), second).await;
    let mut written = said("customer", "SM1", "2026-11-16T08:30:00Z", "על מה דיברנו?");
    written["author"]["channel"] = json!("SMS");
    written["content"] = json!({"type": "TEXT", "text": "על מה דיברנו?"});
    let of_two_calls = json!({"communications": [
        said("customer", "CA1", "2026-11-16T08:00:06Z", "עדיף לי בערב"),
        said("agent", "CA1", "2026-11-16T08:00:00Z", "שלום"),
        said("nobody", "CA1", "2026-11-16T08:00:09Z", "?"),
        written,
        said("agent", "CA2", "2026-11-16T09:00:00Z", "שוב שלום"),
    ], "meta": {"nextToken": "next"}});
    let rest = json!({"communications": [said("ruth", "CA2", "2026-11-16T09:00:05Z", "כאן רותי")], "meta": {}});
    answers(&server, "Communications", None, of_two_calls).await;
    answers(&server, "Communications", Some("next"), rest).await;
    server
}

#[tokio::test]
async fn a_closed_conversation_is_its_calls_with_everybody_s_words_under_their_name() {
    let calls = fetched(&conversation().await, Some("SK1")).await.unwrap();
    let ids: Vec<_> = calls.iter().map(|call| call.key.name.to_string()).collect();
    assert_eq!(ids, ["twilio:CA1", "twilio:CA2"], "what was written is no call");
    let turns = |call: &CallCompleted| -> Vec<(Voice, String, Option<u32>)> {
        call.report.transcript.iter().map(|said| (said.voice, said.text.clone(), said.second)).collect()
    };
    let turn = |voice, text: &str, second| (voice, text.to_owned(), Some(second));
    let first = [turn(Voice::Agent, "שלום", 0), turn(Voice::Customer, "עדיף לי בערב", 6), turn(Voice::Unknown, "?", 9)];
    assert_eq!(turns(&calls[0]), first);
    assert_eq!(turns(&calls[1]), [turn(Voice::Agent, "שוב שלום", 0), turn(Voice::Staff, "כאן רותי", 5)]);
    assert_eq!(customer(&calls[0]), Some("+972555000001"));
    assert_eq!(calls[0].routes[0].as_str(), "+12025550100");
    assert_eq!(calls[0].key.ended_at.to_string(), "2026-11-16T08:00:09Z");
}

#[tokio::test]
async fn a_conversation_that_is_gone_has_no_calls_and_one_that_cannot_be_had_is_asked_for_again() {
    let gone = MockServer::start().await;
    assert_eq!(fetched(&gone, Some("SK1")).await.unwrap(), []);
    for status in [401, 403, 429, 500, 503] {
        let server = MockServer::start().await;
        Mock::given(method("GET")).respond_with(ResponseTemplate::new(status)).mount(&server).await;
        assert!(fetched(&server, Some("SK1")).await.is_err(), "{status}");
    }
    assert!(fetched(&conversation().await, None).await.is_err(), "no key in the secret: an operator can mend it");
    let endless = MockServer::start().await;
    for token in [None, Some("again")] {
        answers(&endless, "Participants", token, json!({"participants": [], "meta": {"nextToken": "again"}})).await;
    }
    assert!(fetched(&endless, Some("SK1")).await.is_err());
}
