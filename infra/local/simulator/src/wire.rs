//! Bytes as Meta puts them on the wire, and their signature
//! (<https://developers.facebook.com/docs/graph-api/webhooks/getting-started>).

use anyhow::{Result, ensure};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::fmt::Write as _;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "X-Hub-Signature-256";

/// JSON as Meta writes it: everything outside ASCII as `\uXXXX`, and `/ < % @` escaped. A receiver that parses and
/// writes it again gets other bytes, and so another signature.
#[must_use]
pub fn escaped(value: &Value) -> Vec<u8> {
    let plain = value.to_string();
    let mut text = String::with_capacity(plain.len());
    // None of these characters stands outside of a string in JSON.
    for c in plain.chars() {
        match c {
            '/' => text.push_str("\\/"),
            '<' | '%' | '@' => unicode_escape(&mut text, c),
            c if c.is_ascii() => text.push(c),
            c => unicode_escape(&mut text, c),
        }
    }
    text.into_bytes()
}

fn unicode_escape(text: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a String does not fail.
        let _ = write!(text, "\\u{unit:04x}");
    }
}

/// The value of [`SIGNATURE_HEADER`] for exactly these bytes.
///
/// # Errors
/// When the secret is empty: anybody could make that signature.
pub fn sign(app_secret: &str, body: &[u8]) -> Result<String> {
    ensure!(!app_secret.is_empty(), "the app secret is empty");
    let mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes())?;
    Ok(format!("sha256={}", hex::encode(mac.chain_update(body).finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_body_is_escaped_as_meta_does_and_still_says_the_same() {
        let value = json!({"text": "שלום 🙏 50% <a@b/c> \"\\/\""});
        let body = escaped(&value);
        assert_eq!(
            String::from_utf8(body.clone()).unwrap(),
            r#"{"text":"\u05e9\u05dc\u05d5\u05dd \ud83d\ude4f 50\u0025 \u003ca\u0040b\/c> \"\\\/\""}"#
        );
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), value);
    }

    #[test]
    fn a_signature_is_the_one_another_implementation_makes() {
        // printf '{"a":"\\u05e9"}' | openssl dgst -sha256 -hmac demo-app-secret
        let header = "sha256=8ed20b2f43cb62ee027e2458888717a99f239a1e3f9f8a9f751453e7e3876ae3";
        assert_eq!(sign("demo-app-secret", br#"{"a":"\u05e9"}"#).unwrap(), header);
        assert!(sign("", b"{}").is_err());
    }
}
