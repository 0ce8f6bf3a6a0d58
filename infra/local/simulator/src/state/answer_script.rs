//! What a test wants the offline model to answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::VecDeque;

/// Answers of the offline model, each given once, in this order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// Only for requests that hold this text, so that tests beside each other keep apart.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// What still waits for the same requests is forgotten first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub forget: bool,
    /// To customers.
    pub replies: Vec<Step>,
    /// Of conversations.
    pub digests: Vec<Step>,
    /// Of voice notes: the content is what is heard.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transcriptions: Vec<Step>,
}

/// One answer. A plain text is the content; an object that is no step is content too, as JSON. A step without
/// content, error or garbage is answered by the model's own rules.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Step {
    /// The content of the completion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Why it stopped writing (`length`, `content_filter`); `stop` without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    /// The HTTP status; an error unless it is 2xx.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The body in place of a completion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// How long the answer takes, in milliseconds.
    pub delay_ms: u64,
    /// Something that is not JSON in place of a completion.
    pub garbage: bool,
}

impl Step {
    /// An answer with this content.
    pub fn content(text: impl Into<String>) -> Self {
        Self { content: Some(text.into()), ..Self::default() }
    }

    /// An error.
    #[must_use]
    pub fn error(status: u16) -> Self {
        Self { status: Some(status), ..Self::default() }
    }
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct Parts {
    content: Option<String>,
    finish_reason: Option<String>,
    status: Option<u16>,
    body: Option<Value>,
    delay_ms: u64,
    garbage: bool,
}

impl TryFrom<Value> for Step {
    type Error = serde_json::Error;

    fn try_from(value: Value) -> Result<Self, serde_json::Error> {
        const NAMES: [&str; 6] = ["content", "finish_reason", "status", "body", "delay_ms", "garbage"];
        if let Value::String(text) = value {
            return Ok(Self::content(text));
        }
        if !NAMES.iter().any(|name| value.get(name).is_some()) {
            return Ok(Self::content(value.to_string()));
        }
        let Parts { content, finish_reason, status, body, delay_ms, garbage } = serde_json::from_value(value)?;
        Ok(Self { content, finish_reason, status, body, delay_ms, garbage })
    }
}

/// Scripted answers that still wait for their request, each with the text its request must hold.
#[derive(Default)]
pub(crate) struct AnswerQueue {
    replies: VecDeque<(Option<String>, Step)>,
    digests: VecDeque<(Option<String>, Step)>,
    transcriptions: VecDeque<(Option<String>, Step)>,
}

impl AnswerQueue {
    pub(crate) fn add(&mut self, script: Script) {
        if script.forget {
            for queue in [&mut self.replies, &mut self.digests, &mut self.transcriptions] {
                queue.retain(|(only, _)| *only != script.only);
            }
        }
        let step = |step| (script.only.clone(), step);
        self.replies.extend(script.replies.into_iter().map(step));
        self.digests.extend(script.digests.into_iter().map(step));
        self.transcriptions.extend(script.transcriptions.into_iter().map(step));
    }

    /// The next answer to a request of this kind (`reply`, `digest`, `transcription`); `holds` says whether the request holds a text.
    pub(crate) fn take(&mut self, kind: &str, holds: impl Fn(&str) -> bool) -> Option<Step> {
        let queue = match kind {
            "digest" => &mut self.digests,
            "transcription" => &mut self.transcriptions,
            _ => &mut self.replies,
        };
        let fits = |(only, _): &(Option<String>, Step)| only.as_ref().is_none_or(|text| holds(text));
        let place = queue.iter().position(fits)?;
        queue.remove(place).map(|(_, step)| step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_waits_for_a_text_can_be_forgotten() {
        let mut queue = AnswerQueue::default();
        for text in ["א", "ב"] {
            queue.add(Script { only: Some(text.to_owned()), replies: vec![Step::error(429); 2], ..Script::default() });
        }
        queue.add(Script { only: Some("א".to_owned()), forget: true, ..Script::default() });
        assert_eq!(queue.take("reply", |text| text == "א"), None);
        assert_eq!(queue.take("reply", |text| text == "ב"), Some(Step::error(429)));
    }

    #[test]
    fn a_step_is_a_text_a_digest_or_a_fault() {
        let step = |value: Value| serde_json::from_value::<Step>(value);
        assert_eq!(step(json!("שלום")).unwrap(), Step::content("שלום"));
        let digest = json!({"summary": "x", "changes": []});
        assert_eq!(step(digest.clone()).unwrap(), Step::content(digest.to_string()));
        assert_eq!(step(json!({"status": 503})).unwrap(), Step::error(503));
        assert!(step(json!({"garbage": true})).unwrap().garbage);
        let cut = step(json!({"content": "חצי מש", "finish_reason": "length"})).unwrap();
        assert_eq!((cut.content.as_deref(), cut.finish_reason.as_deref()), (Some("חצי מש"), Some("length")));
        assert!(step(json!({"status": 503, "oops": 1})).is_err());
        let slow = Step { delay_ms: 5, ..Step::content("x") };
        assert_eq!(step(serde_json::to_value(&slow).unwrap()).unwrap(), slow);
    }
}
