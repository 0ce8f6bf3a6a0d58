//! The words that start a conversation fresh (spec E), in every language of the product.

use crate::text::{self, Phrases};

/// Whether a message asks to start fresh: a reset word in it, not inside another word, not negated, and not said of
/// something else, such as a password.
#[must_use]
pub fn wants_fresh(text: &str) -> bool {
    let clauses = clauses(text);
    let alone = |word: &str| matches!(clauses.as_slice(), [only] if matches!(only.as_slice(), [w] if w == word));
    if ALONE.iter().any(|word| alone(word)) {
        return true;
    }
    clauses.iter().enumerate().any(|(index, clause)| {
        let refused_next = clauses.get(index + 1).is_some_and(|next| is_refusal(next));
        asks(clause) && !refused_next
    })
}

/// The clauses of a text, each as its words.
pub(crate) fn clauses(text: &str) -> Vec<Vec<String>> {
    let parts = text.split(['.', ',', '!', '?', ';', ':', '\n', '،', '؟', '…', '—', '–']);
    parts.map(text::words).filter(|words| !words.is_empty()).collect()
}

/// Whether a clause holds a reset word that is meant as one.
fn asks(clause: &[String]) -> bool {
    PHRASES.iter().any(|phrase| {
        let places = clause.windows(phrase.len()).enumerate();
        places.filter(|(_, window)| matches_phrase(window, phrase)).any(|(at, window)| {
            let (before, after) = (clause.get(..at), clause.get(at + window.len()..));
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            let back_then = SINCE_THEN.iter().any(|since| since == phrase)
                && before.iter().any(|word| BACK_THEN.contains(&word.as_str()));
            !negated(before) && !is_refusal(after) && !back_then && !is_about_something_else(before, after)
        })
    })
}

/// Equal words; the first may carry the Hebrew "and" or "that".
fn matches_phrase(window: &[String], phrase: &[String]) -> bool {
    let (Some((first, rest)), Some((expected, others))) = (window.split_first(), phrase.split_first()) else {
        return false;
    };
    let bare = first.strip_prefix(['ו', 'ש']).unwrap_or(first);
    (first == expected || bare == expected) && rest == others
}

/// A negation within four words before, unless the sentence turned in between ("no thanks let's start over").
fn negated(before: &[String]) -> bool {
    let near = before.iter().rev().take(4);
    near.take_while(|word| !TURNS.contains(&word.as_str())).any(|word| NEGATIONS.contains(&word.as_str()))
}

/// Words that are nothing but a "no".
pub(crate) fn is_refusal(words: &[String]) -> bool {
    let (no, politeness) = (["לא", "no", "nope"], ["תודה", "thanks", "thank", "you"]);
    words.first().is_some_and(|first| no.contains(&first.as_str()))
        && words.iter().skip(1).all(|word| politeness.contains(&word.as_str()))
}

/// "Reset my password", "a password reset".
fn is_about_something_else(before: &[String], after: &[String]) -> bool {
    let near = after.iter().take(3).take_while(|word| !TURNS.contains(&word.as_str()));
    near.chain(before.last()).any(|word| OTHER_THINGS.contains(&word.as_str()))
}

// Words stand in the form of `text::words`: lower case, no final letters, no apostrophes. Phrases may be written freely.

static PHRASES: Phrases = Phrases::new(&[
    "מהתחלה",
    "מההתחלה",
    "מהתחלא",
    "מאפס",
    "ריסט",
    "ריסטארט",
    "רסטארט",
    "התחל מחדש",
    "התחלה מחדש",
    "התחילי מחדש",
    "התחילו מחדש",
    "תתחיל מחדש",
    "תתחילי מחדש",
    "תתחילו מחדש",
    "להתחיל מחדש",
    "נתחיל מחדש",
    "מתחיל מחדש",
    "מתחילה מחדש",
    "מתחילים מחדש",
    "אתחיל מחדש",
    "להתחיל שוב",
    "נתחיל שוב",
    "התחלה חדשה",
    "שיחה חדשה",
    "דף חדש",
    "איפוס",
    "לאפס",
    "תאפס",
    "תאפסי",
    "נאפס",
    "אפס הכל",
    "לאתחל",
    "אתחול",
    "נתחיל הכל מחדש",
    "להתחיל הכל מחדש",
    "start over",
    "start again",
    "start fresh",
    "start afresh",
    "starting over",
    "restart",
    "reset",
    "from the beginning",
    "from the start",
    "from scratch",
    "fresh start",
    "begin again",
    "start anew",
    "startover",
    "from zero",
    "clean slate",
    "new conversation",
    "new chat",
    "сначала",
    "заново",
    "с начала",
    "من البداية",
    "من جديد",
    "من الأول",
]);
/// These also tell since when something is so: not after what was said or done back then.
static SINCE_THEN: Phrases = Phrases::new(&["מהתחלה", "מההתחלה", "from the beginning", "from the start", "من البداية"]);
const BACK_THEN: [&str; 18] = [
    "אמרתי",
    "אמרת",
    "אמרתמ",
    "ידעתי",
    "ביקשתי",
    "רציתי",
    "סיפרתי",
    "הסברתי",
    "כתבתי",
    "היה",
    "said",
    "told",
    "knew",
    "asked",
    "wanted",
    "wrote",
    "explained",
    "was",
];
/// Enough only as the whole message.
const ALONE: [&str; 4] = ["מחדש", "אפס", "fresh", "חדש"];
pub(crate) const NEGATIONS: [&str; 20] = [
    "לא", "אל", "בלי", "ללא", "אינ", "ולא", "שלא", "не", "لا", "مش", "not", "no", "dont", "never", "without", "doesnt",
    "didnt", "wont", "cant", "isnt",
];
pub(crate) const TURNS: [&str; 21] = [
    "תודה",
    "בוא",
    "בואי",
    "בואו",
    "אבל",
    "אלא",
    "רק",
    "כנ",
    "בבקשה",
    "עדיפ",
    "נמשיכ",
    "להמשיכ",
    "ממשיכימ",
    "but",
    "rather",
    "lets",
    "please",
    "thanks",
    "yes",
    "continue",
    "and",
];
const OTHER_THINGS: [&str; 12] =
    ["סיסמה", "הסיסמה", "סיסמא", "הסיסמא", "קוד", "הקוד", "המכשיר", "password", "passcode", "pin", "device", "phone"];
