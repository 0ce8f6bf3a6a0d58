//! Returning customers (docs/rules.md#e): when they are asked whether to go on, in what words, and what they answered.

use crate::language::Language;
use crate::lexicon::boundary::Boundary;
use crate::lexicon::intent::Part;
use crate::lexicon::reset::LEXICON;
use crate::spoken::Spoken;
use crate::text;
use jiff::{SignedDuration, Timestamp};

pub use crate::reset_intent::wants_fresh;

/// The id of the reply button that starts fresh.
pub const FRESH_BUTTON: &str = "resume.fresh";
/// The id of the reply button that goes on.
pub const CONTINUE_BUTTON: &str = "resume.continue";

/// Parts of words that, all of one group in one question, speak of where a conversation stopped, in every language.
const STOPPED: [&[&str]; 7] = [
    &["where", "left", "off"],
    &["מאיפה", "עצרנו"],
    &["מהמקומ", "עצרנו"],
    &["מהנקודה", "עצרנו"],
    &["продолж", "мест", "останов"],
    &["نكمل", "وين", "وقفنا"],
    &["نكمل", "حيث", "توقفنا"],
];

/// The longest name the question greets with, in characters; a longer one is no name.
const MAX_NAME_CHARS: usize = 40;

/// The question to a returning customer, with the name if there is one.
#[must_use]
pub fn question(name: Option<&str>, language: impl Into<Spoken>) -> String {
    let language = language.into();
    format!("{} {}", greeting(name, language), language.words().question)
}

fn greeting(name: Option<&str>, language: Spoken) -> String {
    let hello = language.words().greeting;
    match name.map(text::clean_line) {
        Some(name) if !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS => {
            format!("{hello} {name}!")
        }
        _ => format!("{hello}!"),
    }
}

/// What stands on the two buttons, going on and starting fresh: at most 20 characters each
/// ([WhatsApp's limit](https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages)).
#[must_use]
pub fn button_titles(language: impl Into<Spoken>) -> (&'static str, &'static str) {
    let language = language.into();
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

/// What the AI is told when the question is due, in the language of the business: the question follows its answer by
/// itself.
#[must_use]
pub fn instruction(question: &str, language: Language) -> String {
    language.words().instruction.replace("{question}", question)
}

/// The answer without the question, wherever the model asked it in its own words, and without the greeting before it;
/// the answer itself if it is not there. Empty if the answer was nothing else.
#[must_use]
pub fn strip_question(answer: &str, name: Option<&str>, language: Language) -> String {
    let sentences = Boundary::Prose.whole_pieces(answer);
    let asks = |at: usize| sentences.get(at).is_some_and(|sentence| is_question(sentence));
    if !(0..sentences.len()).any(asks) {
        return answer.to_owned();
    }
    let greetings =
        [greeting(name, language.into()), greeting(None, language.into())].map(|greeting| text::key(&greeting));
    let goes = |at: usize, sentence: &str| {
        let greets = greetings.contains(&text::key(sentence)) && asks(at + 1);
        // An emoji after the question belongs to it.
        let trails = at > 0 && asks(at - 1) && text::words(sentence).is_empty();
        asks(at) || greets || trails
    };
    let kept =
        sentences.iter().enumerate().filter(|(at, sentence)| !goes(*at, sentence)).map(|(_, sentence)| *sentence);
    kept.collect::<String>().trim().to_owned()
}

/// Whether a sentence asks to go on or to begin anew, and of nothing else: a course of treatments can be begun anew, too. A
/// model asks in the customer's language.
fn is_question(sentence: &str) -> bool {
    if !sentence.contains(['?', '؟']) {
        return false;
    }
    let words = text::words(sentence);
    let stopped = |signs: &&[&str]| signs.iter().all(|sign| words.iter().any(|word| word.contains(sign)));
    STOPPED.iter().any(stopped) || offers_choice(sentence)
}

fn offers_choice(sentence: &str) -> bool {
    let Some(clauses) = LEXICON.read(sentence).into_iter().collect::<Option<Vec<_>>>() else { return false };
    let has = |wanted: &[Part]| clauses.iter().flatten().any(|part| wanted.contains(part));
    let is_new = || has(&[Part::Again]) && has(&[Part::Start, Part::Chat, Part::All]);
    has(&[Part::Continue]) && (has(&[Part::Anew, Part::Reset]) || is_new())
}
