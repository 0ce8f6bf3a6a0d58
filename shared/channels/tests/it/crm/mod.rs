//! A CRM is told of what became of a conversation (docs/rules.md#n9), against a HubSpot that holds us to its documentation.

mod contacts;
mod mapping;

use crate::hubspot::{Fault, HubSpot, TOKEN};
use crate::lines::Lines;
use crate::webhook::Letters;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use zikaron_channels::webhook::{HttpReceiver, Targets, WebhookSecrets};
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::model::webhook::{Crm, DeliveryId, Outcome, SealedToken, SecretId};
use zikaron_protocol::ports::{Post, Receiver};

const PHONE: &str = "+972555000001";

/// A conversation on this channel, as the courier tells of it.
fn told(channel: &str, customer: Value) -> Value {
    let ended_at = "2026-09-21T14:13:20Z";
    let data = json!({"business": "salon", "lead": "01LEAD", "session": "01SESSION", "opened_at": ended_at,
        "ended_at": ended_at, "channel": channel});
    json!({"type": "session.closed", "timestamp": "2026-09-21T14:30:00Z", "data": data, "customer": customer})
}

fn dana() -> Value {
    let values = json!({"name": "דנה לוי", "city": "חיפה"});
    told("whatsapp", json!({"phone": PHONE, "summary": "רוצה תור ליום ראשון", "values": values}))
}

/// A CRM of this mapping whose token is sealed by one secret and opened by another.
async fn crm(mapping: &str, token: &str, sealed_by: &str, opened_by: &str) -> Crm {
    let (business, key) = (BusinessId::parse("salon").unwrap(), SecretId::parse(opened_by).unwrap());
    let seals = Letters.webhook_secret(&business, &SecretId::parse(sealed_by).unwrap()).await.unwrap();
    let text = seals.seal(&SecretString::from(token)).unwrap();
    Crm { mapping: mapping.to_owned(), token: SealedToken { key, text } }
}

fn receiver() -> HttpReceiver<Letters> {
    HttpReceiver::new(Letters, Targets::Any).unwrap()
}

async fn post_as(receiver: &HttpReceiver<Letters>, crm: &Crm, hubspot: &HubSpot, payload: &Value) -> Outcome {
    let (business, id) = (BusinessId::parse("salon").unwrap(), DeliveryId::parse("msg_1").unwrap());
    let (at, url, body) = (Timestamp::from_second(1_790_000_000).unwrap(), hubspot.server.uri(), payload.to_string());
    let post = Post { business: &business, url: &url, id: &id, at, body: &body, secrets: &[], crm: Some(crm) };
    receiver.post(post).await.unwrap()
}

async fn post(receiver: &HttpReceiver<Letters>, hubspot: &HubSpot, payload: &Value) -> Outcome {
    let crm = crm("hubspot", TOKEN, "key", "key").await;
    post_as(receiver, &crm, hubspot, payload).await
}

fn counts(hubspot: &HubSpot) -> (usize, usize, usize) {
    (hubspot.all("contacts").len(), hubspot.all("communications").len(), hubspot.all("calls").len())
}

#[tokio::test]
async fn a_contact_is_created_and_the_conversation_logged_and_told_again_neither_is_there_twice() {
    let receiver = receiver();
    let hubspot = HubSpot::open().await;
    for _ in 0..3 {
        assert!(post(&receiver, &hubspot, &dana()).await.is_success());
    }
    assert_eq!(counts(&hubspot), (1, 1, 0));
    let contact = Value::Object(hubspot.all("contacts").remove(0).properties);
    assert_eq!(contact, json!({"phone": PHONE, "firstname": "דנה לוי", "city": "חיפה"}));
    let logged = hubspot.all("communications").remove(0);
    let expected = json!({"hs_communication_channel_type": "WHATS_APP", "hs_communication_logged_from": "CRM",
        "hs_communication_body": "רוצה תור ליום ראשון", "hs_timestamp": "1790000000000"});
    assert_eq!(Value::Object(logged.properties), expected);
    assert_eq!(logged.contact.as_deref(), Some("1000"));
}

#[tokio::test]
async fn a_contact_is_found_however_its_number_is_written_and_nothing_a_person_entered_is_overwritten() {
    let receiver = receiver();
    for (name, number) in [("phone", "055-500-0001"), ("mobilephone", "+972 55 500 0001"), ("phone", PHONE)] {
        let hubspot = HubSpot::open().await;
        hubspot.enter(&json!({name: number, "firstname": "Dana", "email": "dana@example.com"}));
        assert!(post(&receiver, &hubspot, &dana()).await.is_success(), "{number}");
        assert_eq!(counts(&hubspot), (1, 1, 0), "{number}");
        let contact = hubspot.all("contacts").remove(0).properties;
        let shown = ["firstname", "city", name].map(|name| contact[name].as_str().unwrap().to_owned());
        assert_eq!(shown, ["Dana", "חיפה", number]);
    }
}

#[tokio::test]
async fn the_same_digits_in_another_country_are_somebody_else() {
    let receiver = receiver();
    let hubspot = HubSpot::open().await;
    hubspot.enter(&json!({"phone": "+1 555000001", "firstname": "Dan"}));
    assert!(post(&receiver, &hubspot, &dana()).await.is_success());
    assert_eq!(counts(&hubspot), (2, 1, 0));
    assert_eq!(hubspot.all("communications").remove(0).contact.as_deref(), Some("1001"));
}

#[tokio::test]
async fn what_is_not_known_is_not_told_and_a_call_is_logged_as_one() {
    let receiver = receiver();
    let hubspot = HubSpot::open().await;
    let bare = told("call", json!({"phone": PHONE, "summary": null, "values": {}}));
    assert!(post(&receiver, &hubspot, &bare).await.is_success());
    assert_eq!(counts(&hubspot), (1, 0, 1));
    let contact = Value::Object(hubspot.all("contacts").remove(0).properties);
    assert_eq!(contact, json!({"phone": PHONE, "lastname": PHONE}));
    let call = hubspot.all("calls").remove(0);
    assert_eq!((&call.properties["hs_call_body"], call.contact.as_deref()), (&json!("A phone call."), Some("1000")));
    for nobody in [Value::Null, json!({"phone": null, "summary": "x", "values": {}})] {
        hubspot.account().requests = 0;
        assert_eq!(post(&receiver, &hubspot, &told("whatsapp", nobody)).await, Outcome::Answered(204));
        assert_eq!(hubspot.account().requests, 0, "whoever has no number is told to nobody");
    }
}

#[tokio::test]
async fn whatever_breaks_off_is_finished_by_the_next_post_and_nothing_is_there_twice() {
    let receiver = receiver();
    let statuses = [401, 403, 404, 409, 423, 429, 500, 502, 503, 504].map(Fault::Status);
    for fault in statuses.into_iter().chain([Fault::Lost, Fault::Half]) {
        for number in 1..=4 {
            let hubspot = HubSpot::open().await;
            hubspot.break_at(number, fault);
            let first = post(&receiver, &hubspot, &dana()).await;
            match fault {
                Fault::Status(status) => assert_eq!(first, Outcome::Answered(status), "{number}"),
                Fault::Lost => assert_eq!(first, Outcome::Answered(502), "{number}"),
                // Of the last answer nothing is needed.
                Fault::Half | Fault::Slow => assert_eq!(first == Outcome::Unreachable, number < 4, "{number}"),
            }
            assert!(!first.is_final(), "{fault:?}: it is tried again");
            assert!(post(&receiver, &hubspot, &dana()).await.is_success(), "{fault:?} at {number}");
            assert_eq!(counts(&hubspot), (1, 1, 0), "{fault:?} at {number}");
        }
    }
}

#[tokio::test]
async fn what_hubspot_finds_wrong_is_never_told_again_but_a_search_that_it_refuses_is_tried_again() {
    let receiver = receiver();
    // A search says nothing of the event: an account that hides a property refuses every one of them.
    for (number, is_final) in [(1, false), (2, true), (3, false), (4, true)] {
        for status in [400, 414] {
            let hubspot = HubSpot::open().await;
            hubspot.break_at(number, Fault::Status(status));
            let outcome = post(&receiver, &hubspot, &dana()).await;
            let expected = if is_final { Outcome::Refused(status) } else { Outcome::Answered(status) };
            assert_eq!((outcome, outcome.is_final()), (expected, is_final), "{number}");
            assert_eq!(hubspot.account().requests, number, "and nothing after it");
        }
    }
}

#[tokio::test]
async fn all_requests_of_an_event_have_the_time_of_one_post() {
    let hubspot = HubSpot::open().await;
    hubspot.break_at(2, Fault::Slow);
    let hasty = receiver().within(Duration::from_secs(1));
    assert_eq!(post(&hasty, &hubspot, &dana()).await, Outcome::TimedOut);
    let receiver = receiver();
    assert!(post(&receiver, &hubspot, &dana()).await.is_success());
    assert_eq!(counts(&hubspot), (1, 1, 0));
}

#[tokio::test]
async fn a_customer_s_words_stay_words() {
    let receiver = receiver();
    let words = "\"}],\"limit\":0,{customer.phone} {found}\u{0}\n<a href='https://example.com/?a=1&b'>link</a> ../../contacts ❤ רוצה";
    let summary = words.repeat(200);
    let hubspot = HubSpot::open().await;
    let customer = json!({"phone": PHONE, "summary": summary, "values": {"name": words, "city": "'|{"}});
    assert!(post(&receiver, &hubspot, &told("whatsapp", customer)).await.is_success());
    let contact = Value::Object(hubspot.all("contacts").remove(0).properties);
    assert_eq!(contact, json!({"phone": PHONE, "firstname": words, "city": "'|{"}));
    let logged = hubspot.all("communications").remove(0).properties;
    // What was said in a conversation is read as HTML there.
    let signs = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;"), ("\n", "<br>")];
    let shown = signs.iter().fold(summary, |text, (sign, html)| text.replace(sign, html));
    assert_eq!(logged["hs_communication_body"], shown);
}

#[tokio::test]
async fn a_test_shows_whether_the_token_is_good_and_writes_nothing() {
    let receiver = receiver();
    let hubspot = HubSpot::open().await;
    let test = json!({"type": "webhook.test", "timestamp": "2026-09-21T14:30:00Z", "data": {"test": "01TEST"},
        "customer": null});
    assert_eq!(post(&receiver, &hubspot, &test).await, Outcome::Answered(200));
    let outcomes = [
        (crm("hubspot", "pat-eu1-revoked", "key", "key").await, Outcome::Answered(401)),
        (crm("hubspot", TOKEN, "key", "other").await, Outcome::NotAllowed),
        (crm("no-such-crm", TOKEN, "key", "key").await, Outcome::NotAllowed),
    ];
    for (crm, expected) in outcomes {
        let outcome = post_as(&receiver, &crm, &hubspot, &test).await;
        assert_eq!(outcome, expected, "{}", crm.mapping);
    }
    assert_eq!(counts(&hubspot), (0, 0, 0));
}

#[tokio::test]
async fn the_log_names_the_step_and_neither_customer_nor_token() {
    let receiver = receiver();
    let (lines, _guard) = Lines::kept();
    for (number, fault) in [(1, Fault::Status(400)), (2, Fault::Half), (3, Fault::Status(500)), (4, Fault::Lost)] {
        let hubspot = HubSpot::open().await;
        hubspot.break_at(number, fault);
        post(&receiver, &hubspot, &dana()).await;
    }
    let text = lines.text();
    assert!(text.contains("find the contact") && text.contains("log the conversation"), "{text}");
    for secret in ["555000001", TOKEN, "דנה", "רוצה תור"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
