//! Carries out what a mapping says of an event: one request after the other, until one is not taken.

use super::mapping::{Mapping, Method, Step};
use super::template::{fill, render};
use reqwest::header::HeaderValue;
use reqwest::{Client, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tracing::warn;
use zikaron_memory::country::Country;
use zikaron_protocol::model::webhook::{DeliveryId, Outcome};

/// A few found records are some kilobytes; more than this is not read.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// Tells a CRM of one event.
pub(crate) struct Run<'a> {
    /// By this client.
    pub(crate) http: &'a Client,
    /// The address its API is at.
    pub(crate) base: Url,
    /// What lets us in.
    pub(crate) token: &'a SecretString,
    /// The event.
    pub(crate) delivery: &'a DeliveryId,
}

impl Run<'_> {
    /// Makes the requests of the event in `payload`. Done where all were taken, or none was due: 204 then.
    ///
    /// # Errors
    /// No answer came, or it broke off.
    pub(crate) async fn all(&self, mapping: &Mapping, payload: &str) -> reqwest::Result<Outcome> {
        let mut known = known(payload, self.delivery);
        let event = known["type"].as_str().unwrap_or_default().to_owned();
        let mut outcome = Outcome::Answered(204);
        for step in mapping.steps(&event) {
            if !step.is_due(&known) {
                continue;
            }
            outcome = self.one(mapping, step, &mut known).await?;
            if !outcome.is_success() {
                // What the answer says may hold what was sent, and with it a number.
                warn!(delivery = %self.delivery, step = step.name, ?outcome, "a CRM did not take a step");
                break;
            }
        }
        Ok(outcome)
    }

    async fn one(&self, mapping: &Mapping, step: &Step, known: &mut Value) -> reqwest::Result<Outcome> {
        let Some((url, credential)) = address(&self.base, step, known).zip(self.credential(mapping)) else {
            return Ok(Outcome::NotAllowed);
        };
        let mut request = self.http.request(step.method.into(), url).header(&mapping.credential.header, credential);
        if let Some(body) = &step.body {
            request = request.json(&fill(body, known));
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        if step.never.contains(&status) {
            return Ok(Outcome::Refused(status));
        }
        let is_done = Outcome::Answered(status).is_success();
        if is_done && step.takes() && !step.keep(&read(answer).await?, known) {
            // Half an answer. Whatever it was made of is found again by the next post of the event.
            return Ok(Outcome::Unreachable);
        }
        Ok(Outcome::Answered(status))
    }

    /// The header that shows the token; none where it cannot stand in one.
    fn credential(&self, mapping: &Mapping) -> Option<HeaderValue> {
        let text = format!("{}{}", mapping.credential.prefix, self.token.expose_secret());
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Patch => Self::PATCH,
        }
    }
}

/// The address of a step; none where a part of it is not known, or is `.` or `..`: those are left out of an address
/// (<https://url.spec.whatwg.org/#path-state>), and the request would go to another one.
fn address(base: &Url, step: &Step, known: &Value) -> Option<Url> {
    let parts = step.path.trim_start_matches('/').split('/').map(|part| render(part, known));
    let parts: Vec<String> =
        parts.map(|part| part.filter(|part| part != "." && part != "..")).collect::<Option<_>>()?;
    let mut url = base.clone();
    url.set_query(None);
    url.path_segments_mut().ok()?.pop_if_empty().extend(&parts);
    for (name, template) in &step.query {
        // Without it a search would find whatever there is.
        url.query_pairs_mut().append_pair(name, &render(template, known)?);
    }
    Some(url)
}

/// What the templates know: the payload, its id, and the customer's number without the code of its country, where that is
/// one of those whose numbers are known.
fn known(payload: &str, delivery: &DeliveryId) -> Value {
    let mut known: Value = serde_json::from_str(payload).unwrap_or_default();
    known["id"] = Value::from(delivery.as_str());
    let phone = known.pointer("/customer/phone").and_then(Value::as_str);
    if let Some(national) = phone.and_then(national).map(str::to_owned) {
        known["customer"]["phone_national"] = Value::from(national);
    }
    known
}

fn national(phone: &str) -> Option<&str> {
    let digits = phone.strip_prefix('+')?;
    digits.strip_prefix(Country::of_digits(digits)?.calling_code())
}

/// The body of an answer; null where it is no JSON, or does not end.
async fn read(mut answer: Response) -> reqwest::Result<Value> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_ANSWER_BYTES {
            return Ok(Value::Null);
        }
    }
    Ok(serde_json::from_slice(&bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_filled_into_a_path_stays_one_part_of_it() {
        let base = Url::parse("https://api.example.com/eu/?a=b").unwrap();
        let table = [
            ("101", Some("https://api.example.com/eu/v1/101/notes")),
            ("../a b/?c#d", Some("https://api.example.com/eu/v1/..%2Fa%20b%2F%3Fc%23d/notes")),
            ("%2e%2e", Some("https://api.example.com/eu/v1/%252e%252e/notes")),
            (".", None),
            ("..", None),
            ("", None),
        ];
        for (id, expected) in table {
            let address = address(&base, &step(&json!({})), &json!({"id": id}));
            assert_eq!(address.as_ref().map(Url::as_str), expected, "{id}");
        }
    }

    #[test]
    fn what_is_filled_into_a_query_stays_one_value_of_it_and_nothing_is_asked_without_it() {
        let base = Url::parse("https://api.example.com").unwrap();
        let known = json!({"id": "+1 a&b=c#d"});
        let asked = address(&base, &step(&json!({"fields": "phone", "term": "{id}"})), &known).unwrap();
        assert_eq!(asked.query(), Some("fields=phone&term=%2B1+a%26b%3Dc%23d"));
        assert_eq!(address(&base, &step(&json!({"term": "{city}"})), &known), None);
    }

    fn step(query: &Value) -> Step {
        let step = json!({"name": "read", "method": "GET", "path": "/v1/{id}/notes", "query": query});
        serde_json::from_value(step).unwrap()
    }
}
