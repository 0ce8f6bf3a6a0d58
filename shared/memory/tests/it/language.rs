//! What becomes of true and false claims about natural messages, with a model that judges honestly, one that says
//! nothing of how they are meant, and one that says of everything that the customer states it.

use serde::Deserialize;
use zikaron_memory::evidence::{About, Extracted, Meant, Said, check};
use zikaron_memory::field::FieldList;
use zikaron_memory::profile::Confidence::{self, High, Low};
use zikaron_memory::session::SessionId;
use zikaron_memory::zone::Zone;

use crate::support::{minute, more_fields};

#[derive(Deserialize)]
struct Case {
    id: String,
    lang: String,
    group: String,
    input: Input,
    expected: Vec<String>,
    #[serde(default)]
    debatable: bool,
}

#[derive(Deserialize)]
struct Input {
    messages: Messages,
    #[serde(default)]
    cap: Option<Confidence>,
    #[serde(flatten)]
    claim: Extracted,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Messages {
    One(String),
    Several(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Model {
    Honest,
    Silent,
    Lying,
}

impl Case {
    fn is_true(&self) -> bool {
        let group = self.group.as_str();
        group.starts_with("accept") || group.starts_with("keep") || (group == "policy" && self.expected != ["dropped"])
    }

    /// How an honest model judges it.
    fn judged(&self) -> (About, Meant) {
        match self.group.as_str() {
            "drop-negated" => (About::Customer, Meant::Denies),
            "drop-third-person" => (About::SomeoneElse, Meant::States),
            "drop-question" => (About::Business, Meant::Asks),
            "drop-hypothetical" => (About::Customer, Meant::If),
            "drop-past" => (About::Customer, Meant::Past),
            "drop-corrected" => (About::Customer, Meant::TakesBack),
            "drop-sarcasm" => (About::Customer, Meant::Joke),
            "drop-quoted" => (About::Business, Meant::Quotes),
            "hedge-lower" => (About::Customer, Meant::Unsure),
            _ => (About::Customer, Meant::States),
        }
    }

    fn outcome(&self, fields: &FieldList, model: Model) -> Option<Confidence> {
        let (about, meant) = match model {
            Model::Honest => Some(self.judged()),
            Model::Silent => None,
            Model::Lying => Some((About::Customer, Meant::States)),
        }
        .unzip();
        let texts = match &self.input.messages {
            Messages::One(text) => std::slice::from_ref(text),
            Messages::Several(texts) => texts,
        };
        let said = texts.iter().zip(0_u32..);
        let said: Vec<Said> =
            said.map(|(text, position)| Said::new(text.as_str(), minute(position.into()), position)).collect();
        let claim = Extracted { about, meant, ..self.input.claim.clone() };
        let checked =
            check(fields, &said, &SessionId::new("s"), &[claim], self.input.cap.unwrap_or(High), &Zone::default());
        checked.candidates.first().map(|candidate| candidate.confidence)
    }
}

/// So many of a hundred of these cases are so with this model, and which are not.
fn share(name: &str, model: Model, of: impl Fn(&Case) -> bool, holds: impl Fn(Option<Confidence>) -> bool) -> f64 {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../../tests/language/evidence.json")).unwrap();
    let fields = more_fields();
    let of: Vec<&Case> = cases.iter().filter(|case| !case.debatable && of(case)).collect();
    let (so, other): (Vec<&Case>, Vec<&Case>) = of.iter().partition(|case| holds(case.outcome(&fields, model)));
    let share = 100.0 * so.len() as f64 / of.len() as f64;
    println!("{name}, {model:?}: {} of {}, {share:.1} %", so.len(), of.len());
    println!("  the rest: {}", other.iter().map(|case| case.id.as_str()).collect::<Vec<_>>().join(" "));
    share
}

fn is_false(case: &Case) -> bool {
    case.group.starts_with("drop")
}

/// What an honest model does not claim at all, and code sees only by the words beside it: another sense of the word,
/// another field. "I'm Jewish" and "I'm Danish Cohen" look the same.
fn is_of_sense(case: &Case) -> bool {
    ["drop-homograph", "drop-wrong-field"].contains(&case.group.as_str())
}

#[test]
fn true_facts_are_kept() {
    let sure = |outcome: Option<Confidence>| outcome.is_some_and(|confidence| confidence > Low);
    assert!(share("true at medium or high", Model::Honest, Case::is_true, sure) >= 97.0);
    assert!(share("true at medium or high", Model::Silent, Case::is_true, sure) >= 95.0);
    assert!(share("true and lost", Model::Honest, Case::is_true, |outcome| outcome.is_none()) <= 1.0);
    for model in [Model::Honest, Model::Silent] {
        as_in_hebrew("true", model, Case::is_true, sure);
    }
}

/// No language has less than nine tenths of what Hebrew has.
fn as_in_hebrew(name: &str, model: Model, of: fn(&Case) -> bool, holds: fn(Option<Confidence>) -> bool) {
    let [hebrew, others @ ..] = ["he", "en", "ru", "ar"]
        .map(|lang| (lang, share(&format!("{name}, {lang}"), model, |case| of(case) && case.lang == lang, holds)));
    for (lang, other) in others {
        assert!(other >= 0.9 * hebrew.1, "{lang}: {other:.1} against {:.1}", hebrew.1);
    }
}

/// Whole messages as people write them to a restaurant, a bank, a clinic, a garage: what stands in them is neither lost
/// nor doubted.
#[test]
fn natural_text_keeps_what_it_says() {
    let natural = |case: &Case| case.group == "accept-natural";
    let literal = |case: &Case| case.group == "accept-natural" && case.expected == ["high"];
    let lost = |outcome: Option<Confidence>| outcome.is_none();
    let lowered = |outcome: Option<Confidence>| outcome.is_some_and(|confidence| confidence < High);
    assert!(share("natural and lost", Model::Honest, natural, lost) <= 2.0);
    assert!(share("natural and lowered", Model::Honest, literal, lowered) <= 4.5);
    as_in_hebrew("natural", Model::Honest, literal, |outcome| outcome == Some(High));
}

#[test]
fn false_claims_are_dropped_or_at_least_not_sure() {
    let high = |outcome: Option<Confidence>| outcome == Some(High);
    assert!(share("false at high", Model::Lying, is_false, high) <= 12.0);
    let seen = |case: &Case| is_false(case) && !is_of_sense(case);
    assert!(share("false and dropped", Model::Honest, seen, |outcome| outcome.is_none()) >= 99.0);
    // What is left are words that nothing tells from a name: "любовь к собакам".
    assert!(share("false and dropped", Model::Honest, is_false, |outcome| outcome.is_none()) >= 98.0);
    as_in_hebrew("false and dropped", Model::Honest, is_false, |outcome| outcome.is_none());
    assert!(share("of another sense", Model::Honest, is_of_sense, |outcome| outcome.is_none()) >= 96.0);
}

#[test]
fn a_doubt_lowers_what_it_is_of_and_nothing_else() {
    let high = |outcome: Option<Confidence>| outcome == Some(High);
    let doubted = |case: &Case| case.group == "hedge-lower";
    assert!(share("doubted at high", Model::Lying, doubted, high) <= 5.0);
    assert!(share("doubted at high", Model::Honest, doubted, high) <= 1.0);
    let plain = |case: &Case| case.group == "hedge-keep" && case.expected == ["high"];
    assert!(share("not doubted and lowered", Model::Honest, plain, |outcome| !high(outcome)) <= 5.0);
}
