//! The structured profile of a customer (docs/rules.md#b).

use crate::field::FieldList;
use crate::items::items;
use crate::reason::Reason;
use crate::session::SessionId;
use crate::text;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A profile with everything it remembers is never longer, in bytes of JSON: summary and notes need room beside it in
/// an item, and [DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html) takes
/// items of at most 400 KB.
pub const MAX_PROFILE_BYTES: usize = 300_000;

/// Who says so; a later variant is stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The AI read it in a conversation.
    AiExtraction,
    /// It came with an import.
    Import,
    /// The customer gave it in a form or with a button.
    Customer,
    /// A person of the business entered it.
    Manual,
}

/// How sure it is; a later variant is surer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess.
    Low,
    /// Supported by what was said.
    Medium,
    /// Said in so many words.
    High,
}

/// A value somebody offers for a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The name of the field, as in [`crate::field::FieldSpec`].
    pub field: String,
    /// The value; none is a deletion.
    pub value: Option<String>,
    /// Who says so: decides before anything else which candidate wins.
    pub source: Source,
    /// How sure it is: decides between two of one source.
    pub confidence: Confidence,
    /// Event time: of the message the evidence stands in, never of processing.
    pub at: Timestamp,
    /// The session, call or edit in which it was said: a second one can corroborate what was unsure.
    pub session: SessionId,
    /// The place of the evidence within the session: orders what was said in one second.
    #[serde(default)]
    pub position: u32,
    /// Of a deletion: only these items of a list, which the customer took back; all there is where it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<String>,
    /// Whether a machine heard it in a voice note.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub transcribed: bool,
    /// From when on it is not so any more, by the customer's own words: "until Sunday" (docs/rules.md#k2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
}

/// What candidates are sorted by before they are folded: event time, session, position, value; the rest only makes the
/// order total.
type SortKey<'a> =
    (Timestamp, &'a SessionId, u32, Option<&'a str>, Source, Confidence, Option<&'a str>, bool, Option<Timestamp>);

impl Candidate {
    pub(crate) fn sort_key(&self) -> SortKey<'_> {
        let Self { at, session, position, value, source, confidence, taken_back, transcribed, .. } = self;
        let (value, taken_back) = (value.as_deref(), taken_back.as_deref());
        (*at, session, *position, value, *source, *confidence, taken_back, *transcribed, self.valid_until)
    }

    /// What a person of the business entered at `at`; no value is a deletion.
    #[must_use]
    pub fn manual(field: impl Into<String>, value: Option<String>, at: Timestamp, edit: SessionId) -> Self {
        Self {
            field: field.into(),
            value,
            source: Source::Manual,
            confidence: Confidence::High,
            at,
            session: edit,
            position: 0,
            taken_back: None,
            transcribed: false,
            valid_until: None,
        }
    }
}

/// Whether two values of a field are the same (docs/rules.md#b1); of a field nobody has, whether two texts are.
#[must_use]
pub fn same_value(fields: &FieldList, field: &str, a: &str, b: &str) -> bool {
    match fields.get(field) {
        Some(spec) => items(spec, Some(a)) == items(spec, Some(b)),
        None => text::key(a) == text::key(b),
    }
}

/// A value that lost and waits beside the field for a person to accept or dismiss it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The value offered, as it would be kept; none where the customer took back what stands.
    pub value: Option<String>,
    /// The items of a list that the customer took back: the value is what is left of it without them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<String>,
    /// Who offers it.
    pub source: Source,
    /// How sure it is.
    pub confidence: Confidence,
    /// Event time of its newest evidence.
    pub at: Timestamp,
    /// The session, call or edit of that evidence.
    pub session: SessionId,
    /// Why it lost; never a reason that [accepts](Reason::accepts).
    pub reason: Reason,
    /// Whether a machine heard it in a voice note.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub transcribed: bool,
}

/// A person's "no" to a suggestion: it holds against evidence up to `at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissal {
    /// The value dismissed, in the spelling of the suggestion; none for a value taken back.
    pub value: Option<String>,
    /// Of a list: the items taken back that are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<String>,
    /// The event time of the newest evidence it covers.
    pub at: Timestamp,
}

/// What is known of one field. Everything except `candidates` and `dismissals` follows from those two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub(crate) value: Option<String>,
    pub(crate) source: Source,
    pub(crate) confidence: Confidence,
    pub(crate) updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) previous_value: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) suggestions: Vec<Suggestion>,
    #[serde(default)]
    pub(crate) candidates: Vec<Candidate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) dismissals: Vec<Dismissal>,
}

impl Dismissal {
    /// In the order in which a field remembers them: the newest first; the rest only makes the order total.
    pub(crate) fn sort_key(&self) -> (std::cmp::Reverse<Timestamp>, Option<&str>, Option<&str>) {
        (std::cmp::Reverse(self.at), self.value.as_deref(), self.taken_back.as_deref())
    }
}

impl Field {
    /// What stands; none if a person deleted it, the customer took it back, or there are only suggestions.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// The strongest source that says so.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// How sure it is.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// Event time of the candidate that last changed value, source or confidence.
    #[must_use]
    pub fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// The value before this one.
    #[must_use]
    pub fn previous_value(&self) -> Option<&str> {
        self.previous_value.as_deref()
    }

    /// What lost and was not dismissed, newest evidence first.
    #[must_use]
    pub fn suggestions(&self) -> &[Suggestion] {
        &self.suggestions
    }

    /// Whether what stands was heard by a machine in a voice note.
    #[must_use]
    pub fn is_transcribed(&self) -> bool {
        self.candidate_that_stands().is_some_and(|candidate| candidate.transcribed)
    }

    /// Who last made or confirmed what it says.
    pub(crate) fn candidate_that_stands(&self) -> Option<&Candidate> {
        self.candidates.iter().rev().find(|c| c.source == self.source && c.at == self.updated_at)
    }

    /// What the field was folded from, in fold order.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// What staff said no to.
    #[must_use]
    pub fn dismissals(&self) -> &[Dismissal] {
        &self.dismissals
    }
}

/// The profile of a customer, by field name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Profile(pub(crate) BTreeMap<String, Field>);

impl Profile {
    /// The field of that name, also if it was deleted or holds suggestions only.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Field> {
        self.0.get(name)
    }

    /// Every field with its name, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.0.iter().map(|(name, field)| (name.as_str(), field))
    }

    /// Whether no field has a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|field| field.value.is_none())
    }

    /// What staff and integrations see: the profile (docs/rules.md#b) with suggestions, without candidates. A
    /// deleted field has the value `null`.
    #[must_use]
    pub fn to_public_json(&self) -> serde_json::Value {
        let fields = self.0.iter().map(|(name, field)| (name.clone(), shown(field)));
        serde_json::Value::Object(fields.collect())
    }
}

/// What two values have in common that are the same but for case, spacing, punctuation and niqqud.
#[must_use]
pub fn search_key(value: &str) -> String {
    text::search_key(value)
}

fn shown(field: &Field) -> serde_json::Value {
    let mut shown = serde_json::json!({
        "value": field.value,
        "source": field.source,
        "confidence": field.confidence,
        "updated_at": field.updated_at,
    });
    if field.is_transcribed() {
        shown["transcribed"] = serde_json::json!(true);
    }
    if let Some(previous) = &field.previous_value {
        shown["previous_value"] = serde_json::json!(previous);
    }
    if !field.suggestions.is_empty() {
        shown["suggestions"] = serde_json::json!(field.suggestions);
    }
    shown
}
