//! The providers' signatures, written here once more from their descriptions. The simulator shares no code with the
//! product: a mistake in shared code would be made by the signer and the checker alike, and nobody would see it.

use super::When;
use super::accounts::Accounts;
use super::provider::Provider;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The headers a provider proves a body with. ElevenLabs:
/// <https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks>; Vapi:
/// <https://docs.vapi.ai/server-url/server-authentication>; Retell:
/// <https://docs.retellai.com/features/secure-webhook>; Bland:
/// <https://docs.bland.ai/tutorials/webhook-signing>.
pub(super) fn headers(
    provider: Provider,
    when: When,
    accounts: &Accounts,
    body: &[u8],
    now: Timestamp,
) -> Vec<(&'static str, String)> {
    let secret = &accounts.signing_secret;
    let (seconds, millis) = (now.as_second().to_string(), now.as_millisecond().to_string());
    let timed = || hmac(secret, &[seconds.as_bytes(), b".", body]);
    match provider {
        Provider::ElevenLabs if when != When::End => vec![("Authorization", format!("Bearer {}", accounts.token))],
        Provider::Bland if when != When::End => vec![("Authorization", format!("Bearer {}", accounts.token))],
        Provider::ElevenLabs => vec![("ElevenLabs-Signature", format!("t={seconds},v0={}", timed()))],
        Provider::Vapi => vec![("Authorization", format!("Bearer {}", accounts.token))],
        Provider::Retell => {
            let digest = hmac(secret, &[body, millis.as_bytes()]);
            vec![("X-Retell-Signature", format!("v={millis},d={digest}"))]
        }
        Provider::Bland => vec![("X-Webhook-Signature", hmac(secret, &[body]))],
        // It signs its address too: see `twilio`.
        Provider::Twilio => Vec::new(),
        Provider::Generic => {
            let digest = timed();
            vec![("X-Zikaron-Timestamp", seconds), ("X-Zikaron-Signature", digest)]
        }
    }
}

/// The address Twilio posts a body to, and the header that proves both: with JSON the address holds the body's hash, of a
/// form the parameters are signed, sorted (<https://www.twilio.com/docs/usage/webhooks/webhooks-security>).
pub(super) fn twilio(url: &str, json: bool, accounts: &Accounts, body: &[u8]) -> (String, Vec<(&'static str, String)>) {
    let url = if json { format!("{url}?bodySHA256={}", hex::encode(Sha256::digest(body))) } else { url.to_owned() };
    let mut parameters: Vec<_> = if json { Vec::new() } else { form_urlencoded::parse(body).collect() };
    parameters.sort();
    let signed = parameters.iter().fold(url.clone(), |signed, (name, value)| signed + name + value);
    let Ok(mac) = Hmac::<Sha1>::new_from_slice(accounts.signing_secret.as_bytes()) else { return (url, Vec::new()) };
    let digest = STANDARD.encode(mac.chain_update(signed).finalize().into_bytes());
    (url, vec![("X-Twilio-Signature", digest)])
}

/// HMAC-SHA256 of the parts one after the other, in hex. A key may have any length, so that the error never comes.
fn hmac(secret: &str, parts: &[&[u8]]) -> String {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    let mac = parts.iter().fold(mac, |mac, part| mac.chain_update(part));
    hex::encode(mac.finalize().into_bytes())
}
