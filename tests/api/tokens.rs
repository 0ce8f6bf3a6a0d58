//! Tokens that are not good enough.

use super::door::Door;
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use zikaron_simulator::issuer::Issuer;
use zikaron_simulator::now;

/// One of each kind, all of them with the claims of a good one otherwise.
pub(crate) async fn bad(door: &Door, claims: &Value) -> Result<Vec<(&'static str, Option<String>)>> {
    let now = now().as_second();
    let but = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let good = door.token(claims.clone()).await?;
    let stranger = Issuer::new("https://stranger.example")?;
    let of_stranger = stranger.token(claims.as_object().context("claims")?)?;
    // The right key's id, the right issuer's name, the wrong signature.
    let posing = stranger.signed(&head(&good)?, &payload(&good)?)?;
    Ok(vec![
        ("no token", None),
        ("an empty token", Some(String::new())),
        ("no token at all", Some("not-a-token".to_owned())),
        ("an expired one", Some(door.token(but("exp", json!(now - 60))).await?)),
        ("one without an end", Some(door.token(but("exp", json!(null))).await?)),
        ("one whose end is no number", Some(door.token(but("exp", json!("never"))).await?)),
        ("one of the future", Some(door.token(but("nbf", json!(now + 3_600))).await?)),
        ("another audience", Some(door.token(but("aud", json!("somebody-else"))).await?)),
        ("no audience", Some(door.token(but("aud", json!(null))).await?)),
        ("another issuer by name", Some(door.token(but("iss", json!("https://stranger.example"))).await?)),
        ("another issuer", Some(of_stranger)),
        ("another issuer's signature", Some(posing)),
        ("an identity token", Some(door.token(but("token_use", json!("id"))).await?)),
        ("alg none", Some(unsigned(&good)?)),
        ("HS256 with the public key", Some(hs256(door, &good).await?)),
        ("claims that were changed", Some(changed(&good)?)),
    ])
}

fn part(token: &str, number: usize) -> Result<Value> {
    let part = token.split('.').nth(number).context("not a token")?;
    Ok(serde_json::from_slice(&BASE64.decode(part)?)?)
}

fn head(token: &str) -> Result<Value> {
    part(token, 0)
}

fn payload(token: &str) -> Result<Value> {
    part(token, 1)
}

fn unsigned(good: &str) -> Result<String> {
    let mut head = head(good)?;
    head["alg"] = json!("none");
    Ok(format!("{}.{}.", BASE64.encode(head.to_string()), BASE64.encode(payload(good)?.to_string())))
}

/// Who takes the public key for a shared secret lets anybody sign.
async fn hs256(door: &Door, good: &str) -> Result<String> {
    let mut head = head(good)?;
    head["alg"] = json!("HS256");
    let jwks = door.jwks().await?;
    let key = BASE64.decode(jwks["keys"][0]["n"].as_str().context("no key")?)?;
    let text = format!("{}.{}", BASE64.encode(head.to_string()), BASE64.encode(payload(good)?.to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice(&key)?;
    mac.update(text.as_bytes());
    Ok(format!("{text}.{}", BASE64.encode(mac.finalize().into_bytes())))
}

/// A good signature under other claims.
fn changed(good: &str) -> Result<String> {
    let mut payload = payload(good)?;
    payload["exp"] = json!(payload["exp"].as_i64().context("no end")? + 1);
    let mut parts = good.split('.');
    let (head, signature) = (parts.next().context("head")?, parts.nth(1).context("signature")?);
    Ok(format!("{head}.{}.{signature}", BASE64.encode(payload.to_string())))
}

#[tokio::test]
async fn good_tokens_come_in_whatever_form_their_claims_have() -> Result<()> {
    for door in [Door::function()?, Door::deployed()?] {
        let business = "token-forms";
        for (claims, status) in [
            (json!({"role": "viewer"}), 200),
            (json!({"role": ["nobody", "viewer"]}), 200),
            (json!({"role": "viewer", "aud": ["another", "zikaron-staff"]}), 200),
            // As Cognito's access tokens are.
            (json!({"role": "viewer", "aud": null, "client_id": "zikaron-staff", "token_use": "access"}), 200),
            (json!({"role": "viewer", "business": null}), 403),
            (json!({"role": "viewer", "business": "not/a business"}), 403),
        ] {
            let mut all = json!({"business": business});
            all.as_object_mut().context("claims")?.extend(claims.as_object().context("claims")?.clone());
            let token = door.token(all).await?;
            let answer = door.ask(&super::door::Ask::new(axum::http::Method::GET, "/settings", &token)).await?;
            assert_eq!(answer.status, status, "{claims}: {answer:?}");
        }
    }
    Ok(())
}
