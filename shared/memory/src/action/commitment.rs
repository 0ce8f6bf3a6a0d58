//! What a conversation leaves to be done: commitments that cannot be invented (docs/rules.md#m1). The model claims, and
//! says of each the customer's words; code holds them against what the customer said, as it does with facts, and reads
//! the time in them. What is in doubt is not done by itself: a person of the business says when.

use super::ActionKind;
use super::when::{self, Due};
use crate::evidence::once;
use crate::extracted::{About, Meant};
use crate::field::Kind;
use crate::heard::{Heard, Said, last_question, named_first, newest_first, position, without_speaker};
use crate::lexicon::assent::is_bare_yes;
use crate::lexicon::boundary::Boundary;
use crate::lexicon::intent::Part;
use crate::lexicon::statement::LEXICON;
use crate::reason::Reason;
use crate::settings::Settings;
use crate::stance::Stance;
use crate::text::words;
use crate::{prompt_injection, text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The most commitments that a conversation leaves: more are a flood.
pub const MAX_COMMITMENTS: usize = 3;
/// The longest text of what is to be done, in characters.
const MAX_WHAT_CHARS: usize = 200;

/// What the model claims is to be done. Nothing in it is trusted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// The number of the line the words stand in.
    #[serde(default)]
    pub line: Option<u32>,
    /// The customer's words that ask for it.
    pub quote: String,
    /// A call or a message.
    pub kind: ActionKind,
    /// The customer's words in the same message that say when; none where they say nothing of it.
    #[serde(default)]
    pub when: Option<String>,
    /// What is to be done, in the model's words.
    pub what: String,
    /// Whom the model says it is for.
    #[serde(default)]
    pub about: Option<About>,
    /// How the model says it is meant; taken back or denied, it is called off.
    #[serde(default)]
    pub meant: Option<Meant>,
}

/// Something the customer asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// A call or a message.
    pub kind: ActionKind,
    /// What is to be done, at most 200 characters.
    pub what: String,
    /// The customer's words that ask for it.
    pub quote: String,
    /// Their words that say when, as they stand in the message; empty where there are none.
    pub when: String,
    /// When it is to be done; none where that, or whether it was meant, is in doubt.
    pub due: Option<Due>,
    /// When they said so.
    pub at: Timestamp,
    /// Where within the session; no two of a session stand at one place.
    pub position: u32,
}

/// The customer called off what they had asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// A call or a message.
    pub kind: ActionKind,
    /// What is not to be done, in the model's words, at most 200 characters.
    pub what: String,
    /// The customer's words that call it off.
    pub quote: String,
    /// When they said so: what they asked for before is not wanted.
    pub at: Timestamp,
    /// Where within the session.
    pub position: u32,
}

/// What is left of the model's claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// What is to be done.
    pub kept: Vec<Commitment>,
    /// What is called off, of this session and of earlier ones.
    pub withdrawn: Vec<Withdrawn>,
    /// Why the others count for nothing.
    pub dropped: Vec<Reason>,
}

/// Judges what the model claims against what the customer said; times are those of the business's place and hours. What
/// they called off later in the session is not kept.
#[must_use]
pub fn judge(said: &[Said], claims: &[Claimed], settings: &Settings) -> Judged {
    let heard = newest_first(said);
    let mut judged = Judged::default();
    for claim in claims.iter().take(MAX_COMMITMENTS) {
        match found(&heard, claim) {
            Ok(found) if matches!(claim.meant, Some(Meant::Denies | Meant::TakesBack)) => {
                let Found { said, place, what, .. } = found;
                let quote = said.text.get(place.clone()).unwrap_or_default().to_owned();
                let (at, position) = (said.at, position(said, place.start));
                once(&mut judged.withdrawn, Withdrawn { kind: claim.kind, what, quote, at, position });
            }
            Ok(found) => {
                let commitment = commitment(claim, &found, settings);
                // One call is enough at a time; of messages each may hold something else.
                let is_known = |other: &Commitment| {
                    let same_call =
                        other.kind == ActionKind::Call && other.due.is_some() && other.due == commitment.due;
                    other.kind == commitment.kind && (other.position == commitment.position || same_call)
                };
                if !judged.kept.iter().any(is_known) {
                    judged.kept.push(commitment);
                }
            }
            Err(reason) => judged.dropped.push(reason),
        }
    }
    let Judged { kept, withdrawn, dropped } = &mut judged;
    kept.retain(|kept| {
        let is_later = |back: &Withdrawn| back.kind == kept.kind && (back.at, back.position) > (kept.at, kept.position);
        let is_wanted = !withdrawn.iter().any(is_later);
        dropped.extend((!is_wanted).then_some(Reason::NotStated));
        is_wanted
    });
    // Two asked for with the same words are told apart by their order.
    for at in 1..kept.len() {
        let (before, rest) = kept.split_at_mut(at);
        if let Some(this) = rest.first_mut() {
            while before.iter().any(|other| other.position == this.position) {
                this.position = this.position.saturating_add(1);
            }
        }
    }
    judged
}

/// Where the customer asks for it.
struct Found<'a> {
    said: &'a Said,
    /// The quote within the message.
    place: Range<usize>,
    /// The text that says when: the message itself, or the question it is a yes to.
    timed: &'a str,
    /// The words of it that do, if any are claimed and stand there.
    when: Option<Range<usize>>,
    /// What is to be done.
    what: String,
}

/// An error says why the claim counts for nothing.
fn found<'a>(heard: &[Heard<'a>], claim: &Claimed) -> Result<Found<'a>, Reason> {
    match claim.about {
        Some(About::SomeoneElse | About::Business) => return Err(Reason::NotTheirs),
        Some(About::Customer | About::Unclear) | None => {}
    }
    if matches!(claim.meant, Some(Meant::Past | Meant::If | Meant::Quotes | Meant::Joke)) {
        return Err(Reason::NotStated);
    }
    let what = what(claim)?;
    let quote = without_speaker(&claim.quote);
    let places = named_first(heard, claim.line).filter_map(|message| Some((message, message.find(quote).pop()?)));
    let mut reason = Reason::NoEvidence;
    for (message, place) in places {
        let text = message.said.text.as_str();
        if is_bare_yes(text) {
            // The customer's words hold nothing: the question before them has to.
            let Some(asked) = message.said.answers.as_deref().and_then(last_question) else { continue };
            let question = Said::new(asked, message.said.at, message.said.position);
            let when = words_of_time(&Heard::new(&question), claim);
            return Ok(Found { said: message.said, place, timed: asked, when, what });
        }
        if prompt_injection::looks_like_instruction(text.get(place.clone()).unwrap_or_default()) {
            reason = Reason::Instruction;
            continue;
        }
        let when = words_of_time(message, claim);
        return Ok(Found { said: message.said, place, timed: text, when, what });
    }
    Err(reason)
}

fn words_of_time(message: &Heard<'_>, claim: &Claimed) -> Option<Range<usize>> {
    message.find(claim.when.as_deref()?).pop()
}

/// What is to be done, as it may be shown to staff and to the model.
fn what(claim: &Claimed) -> Result<String, Reason> {
    let what = text::cut(&text::clean_line(&claim.what), MAX_WHAT_CHARS).to_owned();
    if what.is_empty() {
        return Err(Reason::Empty);
    }
    if prompt_injection::looks_like_instruction(&what) {
        return Err(Reason::Instruction);
    }
    if prompt_injection::claims_privilege(&what) {
        return Err(Reason::Privilege);
    }
    Ok(what)
}

fn commitment(claim: &Claimed, found: &Found<'_>, settings: &Settings) -> Commitment {
    let Found { said, place, timed, when, what } = found;
    let words = when.clone().and_then(|when| timed.get(when)).unwrap_or_default();
    let is_sure = claim.about == Some(About::Customer)
        && matches!(claim.meant, Some(Meant::States | Meant::Asks))
        && (is_bare_yes(&said.text) || is_plain(&said.text, place, when.as_ref()));
    Commitment {
        kind: claim.kind,
        what: what.clone(),
        quote: said.text.get(place.clone()).unwrap_or_default().to_owned(),
        when: words.to_owned(),
        due: if is_sure { due(claim, found, words, settings) } else { None },
        at: said.at,
        position: position(said, place.start),
    }
}

/// Whether the words that ask for it are no denial, no condition and no doubt: at those of the time, and at the last word.
fn is_plain(text: &str, quote: &Range<usize>, when: Option<&Range<usize>>) -> bool {
    let words = text.get(quote.clone()).unwrap_or_default().trim_end();
    let start = words.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8());
    let last = quote.start + start..quote.end;
    let sentence = Boundary::Sentence.around(text, &last);
    let is_question = text.get(sentence.end..).is_some_and(|rest| rest.starts_with(['?', '؟']));
    let is_plain = |place: &Range<usize>| {
        let words = text.get(place.clone()).unwrap_or_default();
        Stance::of(Kind::Interest, words, text, place).is_plain(is_question)
    };
    !is_off(text, &sentence, &last) && is_plain(&last) && when.is_none_or(is_plain)
}

/// "Call me if it is ready", "no need to call me", "call me tomorrow; no, forget it": whatever else is meant, a person asks.
fn is_off(text: &str, sentence: &Range<usize>, last: &Range<usize>) -> bool {
    let clause = Boundary::Clause.around(text, last);
    let says = |range: Range<usize>, is: fn(Part) -> bool| {
        let said = words(text.get(range).unwrap_or_default());
        LEXICON.among(&said).iter().any(|(.., part)| is(*part))
    };
    says(sentence.clone(), |part| part == Part::If)
        || says(clause.start..last.end, Part::denies)
        || says(last.end..sentence.end, |part| part.denies() || part == Part::Correction)
        || is_taken_back(text.get(sentence.end..).unwrap_or_default())
}

/// Whether what comes next begins with a "no", or takes back what was said.
fn is_taken_back(behind: &str) -> bool {
    let next = Boundary::Sentence.pieces(behind).map(words).find(|words| !words.is_empty()).unwrap_or_default();
    LEXICON.among(&next).first().is_some_and(|(at, _, part)| *at == 0 && (part.denies() || *part == Part::Correction))
}

/// When it is due: by the words of the time, or, where the customer gave no time, at once.
fn due(claim: &Claimed, found: &Found<'_>, words: &str, settings: &Settings) -> Option<Due> {
    let is_claimed = claim.when.as_deref().is_some_and(|when| !when.trim().is_empty());
    if !words.is_empty() {
        return when::resolve(words, &settings.zone().at(found.said.at), &settings.quiet_hours);
    }
    // What the model left out, or made up, is not to be passed over.
    let is_said = when::names_time(found.timed);
    (!is_claimed && !is_said).then_some(Due { at: found.said.at, until: None })
}
