//! The cases of `tests/language`: what stands in one, where it counts, and which of them are a sample.

use crate::ask::Outcome;
use serde::Deserialize;
use serde_json::Value;
use zikaron_memory::evidence::Extracted;
use zikaron_memory::field::{FieldList, FieldSpec};
use zikaron_memory::language::Language;
use zikaron_memory::profile::Confidence;

/// What a customer wrote, and what a careful reader makes of it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) lang: String,
    group: String,
    #[serde(flatten)]
    pub(crate) run: Run,
    expected: Vec<Value>,
    /// Careful readers may differ: it counts in no figure.
    #[serde(default)]
    debatable: bool,
}

/// What is asked of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "run", content = "input", rename_all = "lowercase")]
pub(crate) enum Run {
    /// What becomes of this claim.
    Evidence(Claimed),
    /// Whether they choose to start afresh.
    Fresh(Text),
    /// Whether they want a person.
    Handover(Text),
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Claimed {
    messages: Messages,
    /// What the assistant had asked, where they answer that.
    pub(crate) asked: Option<String>,
    /// The most the channel allows.
    pub(crate) cap: Option<Confidence>,
    #[serde(flatten)]
    pub(crate) claim: Extracted,
}

impl Claimed {
    pub(crate) fn messages(&self) -> &[String] {
        match &self.messages {
            Messages::One(text) => std::slice::from_ref(text),
            Messages::Several(texts) => texts,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Messages {
    One(String),
    Several(Vec<String>),
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Text {
    pub(crate) text: String,
}

/// Where a case counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A fact of the customer's.
    True,
    /// What is none: of somebody else, past, denied, …
    False,
    /// Said with a doubt of just this.
    Doubted,
    /// Said with a doubt of something else, or politely, and plain.
    Plain,
    /// A wish to start afresh, and what only looks like one.
    Fresh,
    NotFresh,
    /// A wish for a person, and what only looks like one.
    Person,
    NoPerson,
}

impl Case {
    /// None where it counts in no figure.
    pub(crate) fn kind(&self) -> Option<Kind> {
        let dropped = self.expected == ["dropped"];
        Some(match self.group.as_str() {
            // A value in another script than the words cannot be told from another value.
            "accept-other-script" => return None,
            _ if self.debatable => return None,
            "fresh-yes" => Kind::Fresh,
            "fresh-no" => Kind::NotFresh,
            "person-yes" => Kind::Person,
            "person-no" => Kind::NoPerson,
            "hedge-lower" => Kind::Doubted,
            "hedge-keep" if self.expected == ["high"] => Kind::Plain,
            "policy" if !dropped => Kind::True,
            group if group.starts_with("accept-") || group.starts_with("keep-") => Kind::True,
            group if group.starts_with("drop-") => Kind::False,
            _ => return None,
        })
    }

    /// Whether a careful reader would say the same.
    pub(crate) fn expects(&self, outcome: Outcome) -> bool {
        let outcome = match outcome {
            Outcome::Claim { kept: None, .. } => "dropped".into(),
            Outcome::Claim { kept: Some(confidence), .. } => serde_json::json!(confidence),
            Outcome::Wish { seen, .. } => seen.into(),
        };
        self.expected.contains(&outcome)
    }

    /// The language of a business that has such customers.
    pub(crate) fn business(&self) -> Language {
        if matches!(self.lang.as_str(), "he" | "mix") { Language::Hebrew } else { Language::English }
    }
}

/// Those that count in a figure.
pub(crate) fn all() -> Result<Vec<Case>, serde_json::Error> {
    let mut cases: Vec<Case> = serde_json::from_str(include_str!("../../../../tests/language/evidence.json"))?;
    cases.extend(serde_json::from_str::<Vec<Case>>(include_str!("../../../../tests/language/requests.json"))?);
    cases.retain(|case| case.kind().is_some());
    Ok(cases)
}

/// So many of them, always the same: of each group and language every k-th, as many as its share is.
pub(crate) fn sample(mut cases: Vec<Case>, size: usize) -> Vec<Case> {
    cases.sort_by(|a, b| (&a.group, &a.lang).cmp(&(&b.group, &b.lang)));
    let (all, size) = (cases.len(), size.min(cases.len()));
    // The middle of each stretch: beginnings would favour the language that is first in the alphabet.
    let chosen = (0..size).map(|nth| (2 * nth + 1) * all / (2 * size));
    chosen.filter_map(|place| cases.get(place).cloned()).collect()
}

/// The standard fields, and those the cases have beside them.
pub(crate) fn fields(language: Language) -> Result<FieldList, String> {
    let more: Vec<FieldSpec> = serde_json::from_str(include_str!("../../../../tests/language/fields.json"))
        .map_err(|error| format!("tests/language/fields.json: {error}"))?;
    let specs = Vec::from(FieldList::standard(language)).into_iter().chain(more).collect();
    FieldList::new(specs).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn shares(cases: &[Case]) -> BTreeMap<(String, String), usize> {
        let mut shares = BTreeMap::new();
        for case in cases {
            *shares.entry((case.group.clone(), case.lang.clone())).or_default() += 1;
        }
        shares
    }

    #[test]
    fn a_sample_holds_of_each_group_and_language_its_share() {
        let cases = all().unwrap();
        let whole = shares(&cases);
        for size in [1, 40, 100, cases.len(), 10_000] {
            let sample = sample(cases.clone(), size);
            assert_eq!(sample.len(), size.min(cases.len()));
            for (cell, count) in shares(&sample) {
                let share = whole[&cell] * sample.len();
                assert!(count * cases.len() < share + cases.len(), "{cell:?} has {count} of {size}");
            }
        }
        let ids = |cases: Vec<Case>| cases.into_iter().map(|case| case.id).collect::<Vec<_>>();
        assert_eq!(ids(sample(cases.clone(), 40)), ids(sample(cases, 40)));
    }

    #[test]
    fn every_case_counts_where_its_group_says_so() {
        let kinds: BTreeMap<String, Kind> =
            all().unwrap().iter().map(|case| (case.group.clone(), case.kind().unwrap())).collect();
        for (group, kind) in [
            ("accept-plain", Kind::True),
            ("keep-question", Kind::True),
            ("policy", Kind::True),
            ("drop-past", Kind::False),
            ("hedge-lower", Kind::Doubted),
            ("hedge-keep", Kind::Plain),
            ("fresh-no", Kind::NotFresh),
            ("person-yes", Kind::Person),
        ] {
            assert_eq!(kinds[group], kind, "{group}");
        }
        assert!(all().unwrap().iter().all(|case| !case.debatable));
    }

    #[test]
    fn every_claim_is_of_a_field_the_model_is_shown() {
        for language in [Language::Hebrew, Language::English] {
            let fields = fields(language).unwrap();
            assert_eq!(fields.iter().count(), 12);
            for case in all().unwrap() {
                let Run::Evidence(claimed) = &case.run else { continue };
                assert!(fields.get(&claimed.claim.field).is_some(), "{}", case.id);
            }
        }
    }
}
