//! The providers' signatures, written here once more from their descriptions. The simulator shares no code with the
//! product: a mistake in shared code would be made by the signer and the checker alike, and nobody would see it.

use super::accounts::Accounts;
use super::provider::Provider;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

/// The headers a provider proves a body with. ElevenLabs:
/// <https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks>; Vapi:
/// <https://docs.vapi.ai/server-url/server-authentication>; Retell:
/// <https://docs.retellai.com/features/secure-webhook>; Bland:
/// <https://docs.bland.ai/tutorials/webhook-signing>.
pub(super) fn headers(
    provider: Provider,
    start: bool,
    accounts: &Accounts,
    body: &[u8],
    now: Timestamp,
) -> Vec<(&'static str, String)> {
    let secret = &accounts.signing_secret;
    let (seconds, millis) = (now.as_second().to_string(), now.as_millisecond().to_string());
    let timed = || hmac(secret, &[seconds.as_bytes(), b".", body]);
    match provider {
        Provider::ElevenLabs if start => vec![("Authorization", format!("Bearer {}", accounts.token))],
        Provider::ElevenLabs => vec![("ElevenLabs-Signature", format!("t={seconds},v0={}", timed()))],
        Provider::Vapi => vec![("Authorization", format!("Bearer {}", accounts.token))],
        Provider::Retell => {
            let digest = hmac(secret, &[body, millis.as_bytes()]);
            vec![("X-Retell-Signature", format!("v={millis},d={digest}"))]
        }
        Provider::Bland => vec![("X-Webhook-Signature", hmac(secret, &[body]))],
        Provider::Generic => {
            let digest = timed();
            vec![("X-Zikaron-Timestamp", seconds), ("X-Zikaron-Signature", digest)]
        }
    }
}

/// HMAC-SHA256 of the parts one after the other, in hex. A key may have any length, so that the error never comes.
fn hmac(secret: &str, parts: &[&[u8]]) -> String {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    let mac = parts.iter().fold(mac, |mac, part| mac.chain_update(part));
    hex::encode(mac.finalize().into_bytes())
}
