//! Phone calls: every provider's signatures and payloads, against `events/call-*.json`.

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};
use zikaron_channels::calls::{
    Account, CallSecret, Delivered, Malformed, Read, WebhookKind, answer, is_genuine, read, sign, starting,
};
use zikaron_memory::document::LeadMemory;
use zikaron_protocol::call::start::Recalled;
use zikaron_protocol::model::call::{CallCompleted, Direction, Provider, Voice};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::ConnectionId;

pub(crate) fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/../../events/call-{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn connection() -> ConnectionId {
    ConnectionId::parse("calls").unwrap()
}

pub(crate) fn now() -> Timestamp {
    "2026-11-16T09:00:00Z".parse().unwrap()
}

pub(crate) fn parsed(provider: Provider, body: &[u8]) -> Read {
    read(provider, &connection(), body, now()).unwrap()
}

fn call(provider: Provider, name: &str) -> CallCompleted {
    match parsed(provider, &sample(name)) {
        Read::Call(call) => *call,
        other => panic!("{name}: {other:?}"),
    }
}

pub(crate) fn customer(call: &CallCompleted) -> Option<&str> {
    call.customer.as_ref().map(|number| number.expose())
}

fn secret(provider: Provider) -> CallSecret {
    let (signing_secret, token) = (Some(SecretString::from("key-one")), Some(SecretString::from("token-one")));
    // Vapi takes either: here, its HMAC.
    let token = token.filter(|_| provider != Provider::Vapi);
    CallSecret { provider, signing_secret, token, api_key: None, account: Account::default() }
}

pub(crate) fn accepted(
    kind: WebhookKind,
    secret: &CallSecret,
    headers: &[(&str, String)],
    body: &[u8],
    now: Timestamp,
) -> bool {
    let find = |name: &str| headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
    // The headers outlive the request.
    let delivered = Delivered::new(&find, body);
    is_genuine(kind, secret, &delivered, now)
}

const SAMPLES: [(Provider, &str); 5] = [
    (Provider::ElevenLabs, "elevenlabs"),
    (Provider::Vapi, "vapi"),
    (Provider::Retell, "retell-ended"),
    (Provider::Bland, "bland"),
    (Provider::Generic, "generic"),
];

#[test]
fn a_signature_holds_for_these_bytes_and_this_key() {
    for (provider, name) in SAMPLES {
        let (body, secret) = (sample(name), secret(provider));
        let headers = sign(WebhookKind::End, &secret, &body, now());
        let check = |secret: &CallSecret, headers: &[(&str, String)], body: &[u8]| {
            accepted(WebhookKind::End, secret, headers, body, now())
        };
        assert!(check(&secret, &headers, &body), "{provider:?}");
        let mut changed = body.clone();
        *changed.last_mut().unwrap() = b' ';
        assert!(!check(&secret, &headers, &changed), "{provider:?}: changed byte");
        let longer = [body.as_slice(), b" "].concat();
        assert!(!check(&secret, &headers, &longer), "{provider:?}: added byte");
        let other = CallSecret { signing_secret: Some(SecretString::from("key-two")), ..secret.clone() };
        assert!(!check(&other, &headers, &body), "{provider:?}: wrong key");
        let none = CallSecret { signing_secret: None, ..secret.clone() };
        assert!(!check(&none, &headers, &body), "{provider:?}: no key");
        assert!(!check(&secret, &[], &body), "{provider:?}: no header");
        for (place, (header, value)) in headers.iter().enumerate() {
            for wrong in [String::new(), value[..value.len() - 2].to_owned(), format!("{value}00"), "zz".to_owned()] {
                let mut spoilt = headers.clone();
                spoilt[place] = (*header, wrong.clone());
                assert!(!check(&secret, &spoilt, &body), "{provider:?}: {header}: {wrong}");
            }
        }
    }
}

#[test]
fn a_signature_is_good_for_the_documented_time_and_not_before() {
    for (provider, name, minutes) in [
        (Provider::ElevenLabs, "elevenlabs", 30),
        (Provider::Retell, "retell-ended", 5),
        (Provider::Generic, "generic", 5),
    ] {
        let (body, secret) = (sample(name), secret(provider));
        let headers = sign(WebhookKind::End, &secret, &body, now());
        let check = |at: Timestamp| accepted(WebhookKind::End, &secret, &headers, &body, at);
        let (tolerance, second) = (SignedDuration::from_mins(minutes), SignedDuration::from_secs(1));
        assert!(check(now() + tolerance), "{provider:?}: sent again in time, it is the same call");
        assert!(!check(now() + tolerance + second), "{provider:?}: old, or a replay");
        assert!(check(now() - tolerance), "{provider:?}: our clock is behind");
        assert!(!check(now() - tolerance - second), "{provider:?}: made for the future");
    }
}

#[test]
fn the_time_of_a_signature_cannot_be_changed() {
    let later = now() + SignedDuration::from_hours(2);
    let at = |time: Timestamp, millis: bool| {
        if millis { time.as_millisecond().to_string() } else { time.as_second().to_string() }
    };
    for (provider, name) in SAMPLES.into_iter().filter(|(provider, _)| *provider != Provider::Bland) {
        let (body, secret) = (sample(name), secret(provider));
        let millis = provider == Provider::Retell;
        let headers: Vec<_> = sign(WebhookKind::End, &secret, &body, now())
            .into_iter()
            .map(|(header, value)| (header, value.replace(&at(now(), millis), &at(later, millis))))
            .collect();
        let signs_no_time = provider == Provider::Vapi;
        assert_eq!(accepted(WebhookKind::End, &secret, &headers, &body, later), signs_no_time, "{provider:?}");
    }
}

#[test]
fn signatures_made_by_another_implementation_are_accepted() {
    // printf '1794816000.{"a":"\\u05e9"}' | openssl dgst -sha256 -hmac key-one, and the same for the other forms.
    let body = br#"{"a":"\u05e9"}"#;
    let at: Timestamp = "2026-11-16T08:00:00Z".parse().unwrap();
    let timed = "67384b28c00181c1f984937a4a1271d421956c6257e188b65734199cf3eadaf8";
    let retell = "c4d4838fda35ec50dc8c68bc9169a893e83870905438c5cb66a7cd617970e693";
    let plain = "1ee3167d30c65bb738fdd4ab065d418fd93a6ae1bb64f693251e3786488f2b5c";
    for (provider, headers) in [
        (Provider::ElevenLabs, vec![("elevenlabs-signature", format!("t=1794816000,v0={timed}"))]),
        (Provider::Vapi, vec![("x-vapi-signature", plain.to_owned())]),
        (Provider::Vapi, vec![("x-signature", timed.to_owned()), ("x-timestamp", "1794816000".to_owned())]),
        (Provider::Retell, vec![("x-retell-signature", format!("v=1794816000000,d={retell}"))]),
        (Provider::Bland, vec![("x-webhook-signature", plain.to_owned())]),
        (
            Provider::Generic,
            vec![("x-zikaron-timestamp", "1794816000".to_owned()), ("x-zikaron-signature", timed.to_owned())],
        ),
    ] {
        assert!(accepted(WebhookKind::End, &secret(provider), &headers, body, at), "{provider:?} {headers:?}");
    }
}

#[test]
fn vapi_may_send_a_token_instead_of_a_signature_and_elevenlabs_does_at_the_start() {
    let token =
        CallSecret { signing_secret: None, token: Some(SecretString::from("token-one")), ..secret(Provider::Vapi) };
    let elevenlabs = secret(Provider::ElevenLabs);
    let retell = secret(Provider::Retell);
    for (kind, secret, header, value, expected) in [
        (WebhookKind::End, &token, "authorization", "Bearer token-one", true),
        (WebhookKind::Start, &token, "authorization", "bearer token-one", true),
        (WebhookKind::End, &token, "x-vapi-secret", "token-one", true),
        (WebhookKind::End, &token, "x-vapi-secret", "token-two", false),
        (WebhookKind::End, &token, "authorization", "Basic token-one", false),
        (WebhookKind::End, &token, "authorization", "Bearer ", false),
        (WebhookKind::Start, &elevenlabs, "authorization", "Bearer token-one", true),
        (WebhookKind::End, &elevenlabs, "authorization", "Bearer token-one", false),
        (WebhookKind::Start, &elevenlabs, "authorization", "Bearer key-one", false),
        (WebhookKind::Start, &retell, "authorization", "Bearer token-one", false),
    ] {
        let headers = [(header, value.to_owned())];
        assert_eq!(accepted(kind, secret, &headers, b"{}", now()), expected, "{kind:?} {header}: {value}");
    }
    let signed = sign(WebhookKind::End, &elevenlabs, b"{}", now());
    assert!(!accepted(WebhookKind::Start, &elevenlabs, &signed, b"{}", now()), "the start has a proof of its own");
}

#[test]
fn the_documented_payload_of_every_provider_is_the_same_call() {
    for (provider, name) in SAMPLES {
        let call = call(provider, name);
        assert_eq!(call.key.name.provider, provider);
        assert_eq!(call.key.ended_at.to_string(), "2026-11-16T08:03:00Z", "{name}");
        assert_eq!(call.report.started_at.to_string(), "2026-11-16T08:00:00Z", "{name}");
        let number = if provider == Provider::Generic { "055-500-0001" } else { "+972555000001" };
        assert_eq!(customer(&call), Some(number), "{name}");
        assert!(call.routes.iter().any(|route| route.as_str() == "+12025550100"), "{name}: {:?}", call.routes);
        let outbound = provider == Provider::Bland;
        assert_eq!(call.report.direction == Direction::Outbound, outbound, "{name}");
        let said: Vec<_> = call.report.transcript.iter().filter(|turn| turn.voice == Voice::Customer).collect();
        assert_eq!(said.len(), 1, "{name}");
        assert_eq!(said[0].text, "היי, מדבר יוסי כהן. עדיף לי בערב, אחרי שש");
        assert_eq!(said[0].second, (provider != Provider::Bland).then_some(6), "{name}");
        assert!(call.report.transcript.iter().all(|turn| turn.voice != Voice::Unknown), "{name}: no machinery");
        let summary = (provider != Provider::Retell).then_some("The caller prefers evenings.");
        assert_eq!(call.report.summary.as_deref(), summary, "{name}");
        assert!(call.report.has_customer());
    }
}

#[test]
fn the_two_events_of_a_retell_call_are_one_call() {
    let (ended, analyzed) = (call(Provider::Retell, "retell-ended"), call(Provider::Retell, "retell-analyzed"));
    assert_eq!(ended.key.name, analyzed.key.name);
    let whole = ended.report.with(&analyzed.report);
    assert_eq!(whole.summary.as_deref(), Some("The caller prefers evenings."));
    assert_eq!(whole.transcript, ended.report.transcript);
}

#[test]
fn messages_of_other_types_are_taken_and_left() {
    for (provider, name, kind) in [
        (Provider::Vapi, "vapi-status-update", "status-update"),
        (Provider::Retell, "retell-started", "call_started"),
        (Provider::ElevenLabs, "elevenlabs-audio", "post_call_audio"),
    ] {
        assert_eq!(parsed(provider, &sample(name)), Read::Other(kind.to_owned()));
    }
    assert_eq!(parsed(Provider::Vapi, b"{}"), Read::Other("without a type".to_owned()));
    assert_eq!(parsed(Provider::Bland, br#"{"category":"info<script>"}"#), Read::Other("infoscript".to_owned()));
}

#[test]
fn nulls_wrong_types_and_unknown_fields_cost_only_themselves() {
    let table = [
        (Provider::ElevenLabs, "elevenlabs-odd", "conv_0003", None, 0),
        (Provider::Vapi, "vapi-odd", "vapi-0003", None, 1),
        (Provider::Retell, "retell-odd", "call_0002", None, 0),
        (Provider::Bland, "bland-odd", "b1a2d000-0002", Some("0555000001"), 0),
        (Provider::Generic, "generic-odd", "4711", None, 0),
    ];
    for (provider, name, id, number, turns) in table {
        let call = call(provider, name);
        assert_eq!(call.key.name.call_id.as_str(), id);
        assert_eq!((customer(&call), call.report.transcript.len()), (number, turns), "{name}");
        assert!(!call.report.has_customer(), "{name}: nothing of the customer");
        assert!(call.report.started_at <= call.key.ended_at && call.key.ended_at <= now());
    }
    assert!(call(Provider::Vapi, "vapi-odd").report.voicemail);
    assert!(call(Provider::Bland, "bland-odd").report.voicemail);
}

#[test]
fn a_conversation_without_a_phone_number_is_a_call_of_nobody() {
    assert_eq!(customer(&call(Provider::ElevenLabs, "elevenlabs-web")), None);
    assert_eq!(customer(&call(Provider::Generic, "generic-withheld")), Some("anonymous"), "whoever stores it decides");
}

#[test]
fn a_transcript_may_be_a_text_with_names() {
    let vapi = call(Provider::Vapi, "vapi-text");
    assert_eq!(vapi.report.direction, Direction::Outbound);
    let generic = call(Provider::Generic, "generic-text");
    assert_eq!(customer(&generic), Some("+972555000001"), "called on an outbound call");
    for call in [vapi, generic] {
        let said: Vec<_> = call.report.transcript.iter().filter(|turn| turn.voice == Voice::Customer).collect();
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].text, "עדיף לי בערב");
    }
}

#[test]
fn a_call_without_an_id_or_a_business_is_set_aside() {
    for (provider, body) in [
        (Provider::Generic, json!({"to": "+12025550100", "transcript": "x"})),
        (Provider::Generic, json!({"call_id": "a", "from": "+972555000001"})),
        (Provider::Retell, json!({"event": "call_ended", "call": null})),
        (Provider::ElevenLabs, json!({"type": "post_call_transcription"})),
        (Provider::Vapi, json!({"message": {"type": "end-of-call-report", "call": {"id": "v"}}})),
        (Provider::Bland, json!({"call_length": 1, "from": {}, "to": []})),
    ] {
        let found = parsed(provider, body.to_string().as_bytes());
        assert!(matches!(found, Read::SetAside(_)), "{provider:?} {body}: {found:?}");
    }
    let strange = json!({"call_id": "a b#c", "to": "+12025550100"}).to_string();
    let Read::Call(call) = parsed(Provider::Generic, strange.as_bytes()) else { panic!() };
    assert_eq!(call.key.name.call_id.as_str().len(), 64, "an id that cannot stand in a key is hashed");
}

#[test]
fn no_call_ends_in_the_future() {
    let body = json!({"call_id": "a", "to": "+12025550100", "started_at": "2126-01-01T00:00:00Z",
                      "ended_at": "2126-01-01T00:10:00Z", "transcript": "User: hi"});
    let Read::Call(call) = parsed(Provider::Generic, body.to_string().as_bytes()) else { panic!() };
    assert_eq!((call.key.ended_at, call.report.started_at), (now(), now()));
}

#[test]
fn only_what_is_no_object_is_malformed() {
    // Twilio posts forms, and every text is one.
    for provider in Provider::ALL.into_iter().filter(|provider| *provider != Provider::Twilio) {
        for body in ["", "[]", "null", "{", "{} {}", "<xml/>"] {
            assert_eq!(read(provider, &connection(), body.as_bytes(), now()), Err(Malformed), "{body}");
        }
    }
}

/// A body of each provider with this many turns of this text of the customer.
pub(crate) fn long(provider: Provider, turns: usize, text: &str) -> Value {
    let list = |role: &str, key: &str, name: &str| {
        let turn = json!({ role: name, key: text });
        Value::Array(vec![turn; turns])
    };
    match provider {
        Provider::ElevenLabs => json!({"type": "post_call_transcription", "data": {"agent_id": "agent_demo",
            "conversation_id": "c", "transcript": list("role", "message", "user")}}),
        Provider::Vapi => json!({"message": {"type": "end-of-call-report", "call": {"id": "c", "assistantId": "a"},
            "artifact": {"messages": list("role", "message", "user")}}}),
        Provider::Retell => json!({"event": "call_ended", "call": {"call_id": "c", "agent_id": "a",
            "transcript_object": list("role", "content", "user")}}),
        Provider::Bland => json!({"call_id": "c", "call_length": 1, "from": "+12025550100",
            "transcripts": list("user", "text", "user")}),
        // What Twilio posts holds no transcript.
        Provider::Twilio | Provider::Generic => json!({"call_id": "c", "to": "+12025550100",
            "transcript": list("speaker", "text", "customer")}),
    }
}

#[test]
fn two_megabytes_are_cut_in_the_middle_and_fit_the_bus() {
    for provider in Provider::ALL.into_iter().filter(|provider| *provider != Provider::Twilio) {
        // What JSON writes with the most bytes: quotes and backslashes; control characters are none of the customer's.
        for (turns, text) in
            [(20_000, "שלום ומה שלומך היום, רציתי תור 👋🏽"), (1, &*"\"\\\u{1}".repeat(700_000)), (60_000, "x")]
        {
            let body = long(provider, turns, text).to_string();
            assert!(body.len() > 1_500_000, "{}", body.len());
            let Read::Call(call) = parsed(provider, body.as_bytes()) else { panic!("{provider:?}") };
            let bytes: usize = call.report.transcript.iter().map(|turn| turn.text.len()).sum();
            assert!(bytes <= 256 * 1024, "{provider:?}: {bytes}");
            let marks = call.report.transcript.iter().filter(|turn| turn.text.starts_with("[… ")).count();
            assert_eq!(marks, 1, "{provider:?}");
            let event = Event::CallCompleted(call).detail().unwrap();
            assert!(event.len() < 700_000, "{provider:?}: {} bytes on the bus", event.len());
        }
    }
}

#[test]
fn a_call_never_prints_a_number() {
    for (provider, name) in SAMPLES {
        let printed = format!("{:?}", call(provider, name).customer);
        assert!(!printed.contains("5500"), "{printed}");
    }
}

#[test]
fn the_start_of_a_call_names_caller_and_business() {
    for (provider, name) in [
        (Provider::ElevenLabs, "start-elevenlabs"),
        (Provider::Vapi, "start-vapi"),
        (Provider::Retell, "start-retell"),
        (Provider::Generic, "start-generic"),
    ] {
        let call = starting(provider, &connection(), &sample(name)).unwrap();
        let digits: String = call.customer.unwrap().expose().chars().filter(char::is_ascii_digit).collect();
        assert!(digits.ends_with("555000001"), "{name}");
        assert!(call.routes.iter().any(|route| route.as_str() == "+12025550100"), "{name}");
    }
    assert_eq!(
        starting(Provider::Vapi, &connection(), &sample("vapi-status-update")).unwrap().customer,
        None,
        "no call begins"
    );
    assert_eq!(starting(Provider::Retell, &connection(), b"[]"), Err(Malformed));
}

#[test]
fn every_provider_is_answered_in_its_own_format() {
    let known = Recalled {
        text: "🧠 זיכרון".to_owned(),
        values: vec![("customer_name".to_owned(), "יוסי".to_owned()), ("last_summary".to_owned(), String::new())],
        document: Some(LeadMemory::default()),
    };
    let variables = json!({"memory": "🧠 זיכרון", "customer_name": "יוסי", "last_summary": ""});
    let table = [
        (Provider::ElevenLabs, json!({"type": "conversation_initiation_client_data", "dynamic_variables": variables})),
        (Provider::Vapi, json!({"assistantId": "asst", "assistantOverrides": {"variableValues": variables}})),
        (Provider::Retell, json!({"call_inbound": {"dynamic_variables": variables}})),
        (
            Provider::Generic,
            json!({"memory": {"customer_profile_json": {}, "last_summary": null, "summary_updated_at": null, "notes": []}, "text": "🧠 זיכרון", "variables": variables}),
        ),
    ];
    for (provider, expected) in table {
        assert_eq!(answer(provider, &known, Some("asst")), expected);
    }
    let stranger = answer(Provider::Retell, &Recalled::default(), None);
    assert_eq!(stranger, json!({"call_inbound": {"dynamic_variables": {"memory": ""}}}));
}

pub(crate) fn told(provider: Provider, body: &Value) -> CallCompleted {
    match parsed(provider, &serde_json::to_vec(body).unwrap()) {
        Read::Call(call) => *call,
        other => panic!("{other:?}"),
    }
}
