//! Hostile customers, and a model that obeys them fully: what of it reaches the memory. The corpus is `poison.json`:
//! what the customer `says`, what the model then returns (`obeys`), and what may come of it: the `candidates` with
//! evidence, the values that stand in the `profile` besides those from before, the `summary`, and what must `never` be
//! read in the next prompt.

use crate::support::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::evidence::{About, Checked, Extracted, Meant, Said, check};
use zikaron_memory::language::Language;
use zikaron_memory::merge::merge;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::Confidence::{self, High};
use zikaron_memory::profile::{Candidate, Profile, Source};
use zikaron_memory::render::block;
use zikaron_memory::session::{Channel, SessionId};
use zikaron_memory::summary::clean;
use zikaron_memory::zone::Zone;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attack {
    attack: String,
    says: Vec<String>,
    obeys: Obeys,
    expect: Expect,
}

/// What the model returns.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Obeys {
    patch: Vec<Extracted>,
    summary: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    candidates: Vec<Kept>,
    /// Value, source and confidence by field.
    profile: BTreeMap<String, (String, Source, Confidence)>,
    summary: Option<String>,
    never: Vec<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    field: String,
    value: String,
    confidence: Confidence,
}

fn corpus() -> Vec<Attack> {
    serde_json::from_str(include_str!("poison.json")).unwrap()
}

/// The customer as known before: a name from staff, a city from the AI.
fn known() -> Profile {
    let name = Candidate { field: "name".into(), ..manual("יוסי כהן", -20) };
    merge(&fields(), &Profile::default(), &[name, ai("חיפה", High, "s0", -10)]).profile
}

impl Attack {
    fn checked(&self) -> Checked {
        let said = |(text, position): (&String, u32)| Said::new(text.as_str(), minute(position.into()), position);
        let said: Vec<Said> = self.says.iter().zip(0..).map(said).collect();
        // A model that obeys says of everything that the customer states it.
        let states = |claim: &Extracted| {
            let (about, meant) = (claim.about.or(Some(About::Customer)), claim.meant.or(Some(Meant::States)));
            Extracted { about, meant, ..claim.clone() }
        };
        let patch: Vec<Extracted> = self.obeys.patch.iter().map(states).collect();
        check(&fields(), &said, &SessionId::new("s1"), &patch, High, &Zone::default())
    }

    /// The memory after the digest of the attacker's session, as a digest writes it.
    fn memory(&self) -> LeadMemory {
        let profile = merge(&fields(), &known(), &self.checked().candidates).profile;
        let mut memory = LeadMemory { customer_profile_json: profile, ..Default::default() };
        if let Some(summary) = clean(&self.obeys.summary, Language::Hebrew) {
            memory.add_note(Note {
                id: "n1".into(),
                kind: NoteKind::ConversationSummary,
                text: summary.clone(),
                at: minute(9),
            });
            memory.take_summary(summary, minute(9), minute(10), Channel::Whatsapp);
        }
        memory
    }
}

#[test]
fn the_corpus_holds_at_least_forty_different_attacks() {
    let mut names: Vec<String> = corpus().into_iter().map(|attack| attack.attack).collect();
    names.sort();
    names.dedup();
    assert!(names.len() >= 40 && names.len() == corpus().len(), "{}", names.len());
}

#[test]
fn a_claim_counts_only_where_its_evidence_stands_and_no_more_than_is_due() {
    let mut wrong = Vec::new();
    for attack in corpus() {
        let kept = attack.checked().candidates.into_iter().map(|candidate| {
            assert_eq!(candidate.source, Source::AiExtraction, "{}", attack.attack);
            Kept { field: candidate.field, value: candidate.value.unwrap(), confidence: candidate.confidence }
        });
        let kept: Vec<Kept> = kept.collect();
        if kept != attack.expect.candidates {
            wrong.push(format!("{}: {kept:?}", attack.attack));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_hostile_customer_changes_nothing_in_the_profile_beyond_what_they_said_of_themselves() {
    for mut attack in corpus() {
        let profile = attack.memory().customer_profile_json;
        let before = [("name", "יוסי כהן", Source::Manual), ("city", "חיפה", Source::AiExtraction)];
        for (field, value, source) in before {
            attack.expect.profile.entry(field.to_owned()).or_insert((value.to_owned(), source, High));
        }
        let stands = profile.iter().map(|(name, field)| {
            (name.to_owned(), (field.value().unwrap().to_owned(), field.source(), field.confidence()))
        });
        assert_eq!(stands.collect::<BTreeMap<_, _>>(), attack.expect.profile, "{}", attack.attack);
        assert!(serde_json::to_string(&profile).unwrap().len() < 20_000, "{}", attack.attack);
    }
}

#[test]
fn no_order_of_a_customer_stands_in_the_summary() {
    let mut wrong = Vec::new();
    for attack in corpus() {
        let summary = attack.memory().last_summary;
        if summary != attack.expect.summary {
            wrong.push(format!("{}: {summary:?}", attack.attack));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_hostile_is_read_in_the_next_prompt_and_no_line_of_it_is_forged() {
    for attack in corpus() {
        for language in Language::ALL {
            // The same words as the last summary, and as a note once another conversation has followed.
            let memory = attack.memory();
            let later = LeadMemory { last_summary: None, ..memory.clone() };
            for memory in [memory, later] {
                let block = block(&memory, &fields(), language, &Zone::default(), minute(9), 6000).unwrap();
                for never in &attack.expect.never {
                    assert!(!block.contains(never.as_str()), "{}: {never:?} in\n{block}", attack.attack);
                }
                assert_shape(&attack, &block);
            }
        }
    }
}

/// At most one heading of each kind, in their order, every other line indented, one line a field, nothing unseen.
fn assert_shape(attack: &Attack, block: &str) {
    let headings: String = block.chars().filter(|c| ['🧠', '📋', '📝', '📚'].contains(c)).collect();
    assert!(["🧠📋", "🧠📋📝", "🧠📋📚"].contains(&headings.as_str()), "{}: {block}", attack.attack);
    let flush = block.lines().filter(|line| !line.is_empty() && !line.starts_with("  "));
    assert_eq!(flush.count(), headings.chars().count(), "{}: {block}", attack.attack);
    for spec in &fields() {
        let start = format!("  • {}: ", spec.name);
        assert!(block.lines().filter(|line| line.starts_with(&start)).count() <= 1, "{}: {block}", attack.attack);
    }
    let unseen = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{E0000}'..='\u{E0FFF}')
    };
    assert!(!block.contains(unseen), "{}: {block:?}", attack.attack);
    assert!(block.chars().count() <= 6000);
}
