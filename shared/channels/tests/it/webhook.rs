//! Posts to webhooks, against a real HTTP server and against addresses nobody may be posted to (docs/rules.md#n6).

use jiff::Timestamp;
use secrecy::ExposeSecret;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};
use zikaron_channels::webhook::{HttpReceiver, TargetError, Targets, WebhookSecret, WebhookSecrets, WebhookTargets};
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::model::webhook::{DeliveryId, Outcome, SecretId};
use zikaron_protocol::ports::{Post, Receiver, Unavailable};

/// Secrets whose bytes are all the first letter of their id; one that begins with `x` cannot be had.
pub(crate) struct Letters;

impl WebhookSecrets for Letters {
    async fn webhook_secret(&self, _: &BusinessId, id: &SecretId) -> Result<WebhookSecret, Unavailable> {
        match id.as_str().bytes().next() {
            Some(b'x') | None => Err(Unavailable { what: "secret", reason: "gone".to_owned() }),
            Some(letter) => Ok(WebhookSecret::from_bytes([letter; 32])),
        }
    }
}

async fn post(targets: Targets, url: &str, secrets: &[&str]) -> Result<Outcome, Unavailable> {
    let secrets: Vec<_> = secrets.iter().map(|id| SecretId::parse(*id).unwrap()).collect();
    let (business, id) = (BusinessId::parse("salon").unwrap(), DeliveryId::parse("msg_1").unwrap());
    let at = Timestamp::from_second(1_790_000_000).unwrap();
    let post = Post { business: &business, url, id: &id, at, body: "{}", secrets: &secrets, crm: None };
    HttpReceiver::new(Letters, targets).unwrap().post(post).await
}

#[tokio::test]
async fn a_post_has_id_time_and_a_signature_for_each_secret() {
    let server = MockServer::start().await;
    let sign = |letter| {
        let secret = WebhookSecret::from_bytes([letter; 32]);
        assert!(secret.to_text().expose_secret().starts_with("whsec_"));
        secret.sign("msg_1", Timestamp::from_second(1_790_000_000).unwrap(), "{}").unwrap()
    };
    Mock::given(path("/hook")).respond_with(ResponseTemplate::new(202)).expect(1).mount(&server).await;
    let outcome = post(Targets::Any, &format!("{}/hook", server.uri()), &["new", "old"]).await.unwrap();
    let received = server.received_requests().await.unwrap().remove(0);
    let header = |name: &str| received.headers[name].to_str().unwrap().to_owned();
    let shown = ["content-type", "webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
    let both = format!("{} {}", sign(b'n'), sign(b'o'));
    assert_eq!(shown, ["application/json", "msg_1", "1790000000", &both]);
    assert_eq!((received.method.as_str(), &received.body[..]), ("POST", &b"{}"[..]));
    assert_eq!(outcome, Outcome::Answered(202));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_a_way() {
    let server = MockServer::start().await;
    let elsewhere = format!("{}/elsewhere", server.uri());
    let moved = ResponseTemplate::new(307).insert_header("location", elsewhere.as_str());
    Mock::given(path("/hook")).respond_with(moved).mount(&server).await;
    Mock::given(path("/elsewhere")).respond_with(ResponseTemplate::new(200)).expect(0).mount(&server).await;
    let outcome = post(Targets::Any, &format!("{}/hook", server.uri()), &["a"]).await.unwrap();
    assert_eq!(outcome, Outcome::Answered(307));
}

#[tokio::test]
async fn nothing_is_sent_to_an_address_that_is_not_everybody_s_by_whatever_name() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).expect(0).mount(&server).await;
    let port = server.address().port();
    // A name that leads to this machine stands for one that was changed after it was entered.
    for host in ["localhost", "127.0.0.1", "[::1]", "0x7f000001"] {
        let outcome = post(Targets::Public, &format!("https://{host}:{port}/"), &["a"]).await.unwrap();
        assert_eq!(outcome, Outcome::NotAllowed, "{host}");
    }
    let plain = post(Targets::Public, &server.uri(), &["a"]).await.unwrap();
    assert_eq!(plain, Outcome::NotAllowed, "no plain http");
    assert_eq!(Targets::Public.check("https://localhost/").await, Err(TargetError::NotPublic));
}

#[tokio::test]
async fn nobody_at_home_is_an_outcome_and_a_secret_that_cannot_be_had_is_our_own_failure() {
    let outcome = post(Targets::Any, "http://127.0.0.1:1/", &["a"]).await.unwrap();
    assert_eq!(outcome, Outcome::Unreachable);
    assert!(post(Targets::Any, "http://127.0.0.1:1/", &["a", "x"]).await.is_err());
}
