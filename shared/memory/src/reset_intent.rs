//! The words that start a conversation fresh (docs/rules.md#e), in every language of the product.

use crate::lexicon::boundary::request_clauses;
use crate::lexicon::negation::{is_refusal, negates_request, turns_request};
use crate::lexicon::reset::{ALONE, BACK_THEN, OTHER_THINGS, PHRASES, SINCE_THEN};

/// Whether a message asks to start fresh: a reset word in it, not inside another word, not negated, and not said of
/// something else, such as a password.
#[must_use]
pub fn wants_fresh(text: &str) -> bool {
    let clauses = request_clauses(text);
    let alone = |word: &str| matches!(clauses.as_slice(), [only] if matches!(only.as_slice(), [w] if w == word));
    if ALONE.iter().any(|word| alone(word)) {
        return true;
    }
    clauses.iter().enumerate().any(|(index, clause)| {
        let refused_next = clauses.get(index + 1).is_some_and(|next| is_refusal(next));
        asks(clause) && !refused_next
    })
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
    near.take_while(|word| !turns_request(word)).any(|word| negates_request(word))
}

/// "Reset my password", "a password reset".
fn is_about_something_else(before: &[String], after: &[String]) -> bool {
    let near = after.iter().take(3).take_while(|word| !turns_request(word));
    near.chain(before.last()).any(|word| OTHER_THINGS.contains(&word.as_str()))
}
