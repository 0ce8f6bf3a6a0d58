//! Whether a message reads as if more were to come at once (docs/rules.md#j3).

use crate::lexicon::intent::Part;
use crate::lexicon::reset::LEXICON;

/// What a writer does not end with who is at an end.
const OPEN_ENDS: [char; 9] = [',', ';', ':', '…', '-', '–', '—', '،', '('];

/// Whether more is likely to follow within a second or two: a greeting alone, or words that stop in their middle. A wrong
/// yes costs the customer the wait for quiet, a wrong no costs one answer of the model that nobody gets.
#[must_use]
pub fn is_unfinished(text: &str) -> bool {
    let text = text.trim_end();
    text.ends_with(OPEN_ENDS) || text.ends_with("..") || (!text.contains(['?', '؟']) && is_greeting(text))
}

/// Nothing but politeness.
fn is_greeting(text: &str) -> bool {
    let clauses = LEXICON.read(text);
    let is_polite = |part: &Part| matches!(part, Part::Polite | Part::Speaker);
    clauses.iter().all(|clause| clause.as_ref().is_some_and(|parts| parts.iter().all(is_polite)))
}

#[cfg(test)]
mod tests {
    use super::is_unfinished;

    #[test]
    fn greetings_and_open_ends_wait_for_more() {
        for text in [
            "היי",
            "שלום",
            "בוקר טוב",
            "Hi",
            "hello there",
            "Good morning!",
            "Привет",
            "Здравствуйте",
            "مرحبا",
            "רציתי לשאול,",
            "I have a question:",
            "у меня вопрос...",
            "كم السعر…",
            "",
            "👋",
        ] {
            assert!(is_unfinished(text), "{text}");
        }
    }

    #[test]
    fn what_says_something_is_answered_at_once() {
        for text in [
            "כמה עולה תספורת?",
            "קוראים לי דנה",
            "Can I come tomorrow at 10?",
            "Hi, how much is a haircut?",
            "Dana Levi",
            "Сколько стоит стрижка",
            "Добрый день, вы открыты сегодня?",
            "كم سعر القص؟",
            "16:00",
            "ok?",
        ] {
            assert!(!is_unfinished(text), "{text}");
        }
    }
}
