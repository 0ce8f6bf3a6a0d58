//! Returning customers (spec E): when they are asked whether to go on, in what words, and what they answered.

use crate::language::Language;
use crate::text;
use jiff::{SignedDuration, Timestamp};

pub use crate::fresh::wants_fresh;

/// The id of the reply button that starts fresh.
pub const FRESH_BUTTON: &str = "resume.fresh";
/// The id of the reply button that goes on.
pub const CONTINUE_BUTTON: &str = "resume.continue";

/// The longest name the question greets with, in characters; a longer one is no name.
const MAX_NAME_CHARS: usize = 40;

/// The question to a returning customer, with the name if there is one.
#[must_use]
pub fn question(name: Option<&str>, language: Language) -> String {
    format!("{} {}", greeting(name, language), language.words().question)
}

fn greeting(name: Option<&str>, language: Language) -> String {
    let hello = language.words().greeting;
    match name.map(text::clean_line) {
        Some(name) if !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS => {
            format!("{hello} {name}!")
        }
        _ => format!("{hello}!"),
    }
}

/// What stands on the two buttons, going on and starting fresh: at most 20 characters each (WhatsApp's limit).
#[must_use]
pub fn button_titles(language: Language) -> (&'static str, &'static str) {
    (language.words().continue_title, language.words().fresh_title)
}

/// Whether a message of `message_at` that opens a session is answered with the question: `idle` or more after the last
/// interaction on any channel, and at most `max_gap_days` after it. Whether there is a memory is the caller's to know.
#[must_use]
pub fn is_due(
    last_interaction_at: Option<Timestamp>,
    message_at: Timestamp,
    idle: SignedDuration,
    max_gap_days: u32,
) -> bool {
    let oldest = SignedDuration::from_hours(24 * i64::from(max_gap_days));
    last_interaction_at.map(|last| message_at.duration_since(last)).is_some_and(|gap| gap >= idle && gap <= oldest)
}

/// What the AI is told when the question is due: the question follows its answer by itself.
#[must_use]
pub fn instruction(name: Option<&str>, language: Language) -> String {
    language.words().instruction.replace("{question}", &question(name, language))
}

/// Whether the answer already ends with the question, in the model's own words.
#[must_use]
pub fn contains_question(answer: &str, language: Language) -> bool {
    question_start(answer, language).is_some()
}

/// The answer without the question and its greeting at the end; the answer itself if they are not there. Empty if the
/// answer was nothing else.
#[must_use]
pub fn strip_question(answer: &str, name: Option<&str>, language: Language) -> String {
    let Some(start) = question_start(answer, language) else {
        return answer.to_owned();
    };
    let kept = answer.get(..start).unwrap_or_default().trim_end();
    let last = sentences(kept).last().copied().unwrap_or_default();
    let greetings = [greeting(name, language), greeting(None, language)];
    let greets = greetings.iter().any(|greeting| text::key(greeting) == text::key(last));
    let kept = if greets { kept.strip_suffix(last).unwrap_or(kept) } else { kept };
    kept.trim_end().to_owned()
}

/// Where the last sentence that says something begins, if it is the question. An emoji after it says nothing.
fn question_start(answer: &str, language: Language) -> Option<usize> {
    let mut start = answer.len();
    for sentence in sentences(answer).into_iter().rev() {
        start -= sentence.len();
        let words = text::words(sentence);
        if words.is_empty() {
            continue;
        }
        let asks = |signs: &&[&str]| signs.iter().all(|sign| words.iter().any(|word| word.contains(sign)));
        let blank = sentence.len() - sentence.trim_start().len();
        return language.words().question_signs.iter().any(asks).then_some(start + blank);
    }
    None
}

/// The sentences of a text, each with the marks and spaces that end it; together they are the text. A full stop inside
/// a number or an address ends nothing.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let (mut start, mut ended) = (0, false);
    for (at, c) in text.char_indices() {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let stops = c == '.' && !rest.starts_with(char::is_alphanumeric);
        let ends = stops || matches!(c, '!' | '?' | '…' | '\n');
        if ended && !ends && !c.is_whitespace() {
            sentences.extend(text.get(start..at));
            start = at;
        }
        ended = ends || (ended && c.is_whitespace());
    }
    sentences.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    sentences
}
