//! Signatures of the providers' own SDKs: `tests/sdks/signatures.py` makes them, and a test beside it holds them against
//! the SDKs that are installed. Ours are the same to the byte, so that either side accepts the other's.

use crate::calls::accepted;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use zikaron_channels::calls::{Account, CallSecret, WebhookKind, sign};
use zikaron_protocol::model::call::Provider;

#[derive(Deserialize)]
struct Vectors {
    signed: Vec<Signed>,
}

#[derive(Debug, Deserialize)]
struct Signed {
    provider: Provider,
    key: String,
    body: String,
    at_millis: i64,
    header: String,
}

#[test]
fn what_the_sdks_sign_is_accepted_and_what_we_sign_is_the_same() {
    let vectors: Vectors = serde_json::from_str(include_str!("../vectors/signatures.json")).unwrap();
    assert!(vectors.signed.len() >= 32);
    for signed in vectors.signed {
        let (body, now) = (signed.body.as_bytes(), Timestamp::from_millisecond(signed.at_millis).unwrap());
        let key = SecretString::from(signed.key.clone());
        let secret = CallSecret {
            provider: signed.provider,
            signing_secret: Some(key),
            token: None,
            api_key: None,
            account: Account::default(),
        };
        let ours = sign(WebhookKind::End, &secret, body, now);
        let theirs = [(ours[0].0, signed.header.clone())];
        assert_eq!(ours, theirs, "{signed:?}");
        assert!(accepted(WebhookKind::End, &secret, &theirs, body, now), "{signed:?}");
        let longer = [body, b" "].concat();
        assert!(!accepted(WebhookKind::End, &secret, &theirs, &longer, now), "{signed:?}");
    }
}
