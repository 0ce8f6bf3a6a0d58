//! Twilio.
//!
//! Sources: [signature](https://www.twilio.com/docs/usage/webhooks/webhooks-security), [status of a
//! call](https://www.twilio.com/docs/voice/api/call-resource#statuscallback), [a conversation's
//! webhooks](https://www.twilio.com/docs/conversations/orchestrator/webhooks).
//!
//! `X-Twilio-Signature: <base64>`: HMAC-SHA1 over the address that was posted to and, for a form, its parameters sorted by
//! name, one behind the other; for JSON the address holds the body's SHA-256 as `bodySHA256`. A key of one's own signs by the
//! algorithm that `X-Twilio-Webhooks-Signature-Settings` names. No time is signed, so an old request can be sent again: it
//! tells of what is stored already, and changes nothing.
//!
//! Twilio pushes no transcript. The status of a call comes as a form without one; that a conversation of its Conversation
//! Orchestrator closed is told as JSON, and what was said in its calls is fetched ([`super::twilio_calls`]). Both name the
//! call by its `CallSid`, so that they are one call. Twilio asks nothing when a call begins.

use super::object::Object;
use super::on_the_line::{direction, sides};
use super::proof::Delivered;
use super::provider::{CallProvider, ProviderMessage, ProviderReport, WebhookKind, type_for_log};
use super::secret::CallSecret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

const HEADER: &str = "x-twilio-signature";
const SETTINGS: &str = "x-twilio-webhooks-signature-settings";
const BODY_HASH: &str = "bodySHA256";
/// What answered is no person: <https://www.twilio.com/docs/voice/answering-machine-detection>.
const MACHINES: [&str; 2] = ["machine", "fax"];

pub(super) struct Twilio;

impl CallProvider for Twilio {
    fn proof_headers(&self) -> &'static [&'static str] {
        &[HEADER]
    }

    fn is_genuine(&self, _kind: WebhookKind, secret: &CallSecret, delivered: &Delivered<'_>, _now: Timestamp) -> bool {
        let given = delivered.header(HEADER).and_then(|digest| STANDARD.decode(digest).ok());
        let (Some(given), Some(algorithm)) = (given, algorithm(delivered.header(SETTINGS))) else { return false };
        let (seen, query) = delivered.url().split_once('?').unwrap_or((delivered.url(), ""));
        // A query that was entered with the address arrives with the request, and behind it what Twilio adds.
        let entered = secret.account.webhook_url.as_deref();
        let address = entered.map_or(seen, |url| url.split_once('?').map_or(url, |(address, _)| address));
        let url = if query.is_empty() { address.to_owned() } else { format!("{address}?{query}") };
        let parameters = if is_json(delivered) {
            // Without its hash the body would be signed by nothing.
            if !holds_hash_of(query, delivered.body()) {
                return false;
            }
            String::new()
        } else {
            parameters(delivered.body())
        };
        let key = secret.signing_secret.as_ref();
        spellings(&url).iter().any(|url| is_signed(algorithm, key, &[url.as_bytes(), parameters.as_bytes()], &given))
    }

    /// To the address the secret names, from which a test posts.
    fn sign(
        &self,
        _kind: WebhookKind,
        secret: &CallSecret,
        body: &[u8],
        _now: Timestamp,
    ) -> Vec<(&'static str, String)> {
        let address = secret.account.webhook_url.as_deref().unwrap_or_default();
        let (url, parameters) = if body.first() == Some(&b'{') {
            let joint = if address.contains('?') { '&' } else { '?' };
            (format!("{address}{joint}{BODY_HASH}={}", hex::encode(Sha256::digest(body))), String::new())
        } else {
            (address.to_owned(), parameters(body))
        };
        let signed = mac::<Hmac<Sha1>>(secret.signing_secret.as_ref(), &[url.as_bytes(), parameters.as_bytes()]);
        let digest = signed.map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default();
        vec![(HEADER, digest)]
    }

    /// A form as an object of texts.
    fn json<'a>(&self, body: &'a [u8]) -> Cow<'a, [u8]> {
        if body.trim_ascii_start().first() == Some(&b'{') {
            return Cow::Borrowed(body);
        }
        let parameter =
            |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), Value::String(value.into_owned()));
        let form: Map<String, Value> = form_urlencoded::parse(body).map(parameter).collect();
        Cow::Owned(Value::Object(form).to_string().into_bytes())
    }

    fn message(&self, whole: &Object<'_>) -> ProviderMessage {
        if let Some(event) = whole.text("eventType") {
            let conversation = whole.object("data");
            let is_closed = conversation.text("status").as_deref() == Some("CLOSED");
            return match conversation.text("id") {
                // What is inactive may go on, and what is fetched is fetched once.
                Some(id) if event.eq_ignore_ascii_case("conversation_updated") && is_closed => ProviderMessage::Due(id),
                _ => ProviderMessage::Other(type_for_log(Some(event))),
            };
        }
        let status = whole.text("CallStatus");
        if status.as_deref() != Some("completed") {
            return ProviderMessage::Other(type_for_log(status));
        }
        let direction = direction(whole.text("Direction").as_deref());
        let (customer, own) = sides(direction, whole.text("From"), whole.text("To"));
        let answered_by = whole.text("AnsweredBy").unwrap_or_default();
        ProviderMessage::Ended(Box::new(ProviderReport {
            call_id: whole.text("CallSid"),
            agent: None,
            customer,
            own,
            direction,
            started: None,
            ended: whole.time("Timestamp"),
            lasted: whole.lasting("CallDuration", 1.0),
            transcript: Vec::new(),
            voicemail: MACHINES.iter().any(|machine| answered_by.starts_with(machine)),
            summary: None,
            recording_url: whole.text("RecordingUrl"),
            ended_because: None,
            tag: None,
        }))
    }
}

#[derive(Clone, Copy)]
enum Algorithm {
    Sha1,
    Sha256,
}

/// By what is signed; none where it is by something unknown.
fn algorithm(settings: Option<&str>) -> Option<Algorithm> {
    let named = settings.into_iter().flat_map(|settings| super::proof::parts(settings, "algorithm")).next();
    match named.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "" | "hmac_sha1" => Some(Algorithm::Sha1),
        "hmac_sha256" => Some(Algorithm::Sha256),
        _ => None,
    }
}

fn mac<M: Mac + KeyInit>(key: Option<&SecretString>, parts: &[&[u8]]) -> Option<M> {
    let key = key.map(ExposeSecret::expose_secret).filter(|key| !key.is_empty())?;
    let mac = <M as KeyInit>::new_from_slice(key.as_bytes()).ok()?;
    Some(parts.iter().fold(mac, |mac, part| mac.chain_update(part)))
}

/// Compares in constant time.
fn is_signed(algorithm: Algorithm, key: Option<&SecretString>, parts: &[&[u8]], given: &[u8]) -> bool {
    match algorithm {
        Algorithm::Sha1 => mac::<Hmac<Sha1>>(key, parts).is_some_and(|mac| mac.verify_slice(given).is_ok()),
        Algorithm::Sha256 => mac::<Hmac<Sha256>>(key, parts).is_some_and(|mac| mac.verify_slice(given).is_ok()),
    }
}

fn is_json(delivered: &Delivered<'_>) -> bool {
    let kind = delivered.header("content-type").unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Whether a query, which is signed, holds the hash of these bytes.
fn holds_hash_of(query: &str, body: &[u8]) -> bool {
    let hash = hex::encode(Sha256::digest(body));
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.any(|(name, value)| name == BODY_HASH && value.eq_ignore_ascii_case(&hash))
}

/// A form's parameters as they are signed: each name with each of its values, sorted.
fn parameters(form: &[u8]) -> String {
    let mut sorted: BTreeMap<Cow<'_, str>, BTreeSet<Cow<'_, str>>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(form) {
        sorted.entry(name).or_default().insert(value);
    }
    sorted.iter().flat_map(|(name, values)| values.iter().map(move |value| format!("{name}{value}"))).collect()
}

/// An address with its port and without: Twilio signs now the one, now the other, as its own libraries know.
fn spellings(url: &str) -> [String; 2] {
    let Some((scheme, rest)) = url.split_once("://") else { return [url.to_owned(), url.to_owned()] };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit());
    let port = if scheme == "http" { "80" } else { "443" };
    match authority.rsplit_once(':').filter(|(_, port)| is_port(port)) {
        Some((host, _)) => [url.to_owned(), format!("{scheme}://{host}{path}")],
        None => [url.to_owned(), format!("{scheme}://{authority}:{port}{path}")],
    }
}
