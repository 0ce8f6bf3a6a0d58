//! The words that start a conversation fresh (docs/rules.md#e5), in every language of the product.

use crate::lexicon::intent::Part;
use crate::lexicon::reset::LEXICON;

/// Whether a message asks to start fresh and nothing else: every word of the clause is the reset or politeness. What
/// may also be said of an appointment or a treatment ("from the beginning") has to be the whole message. Memory that is
/// hidden by mistake is worse than a question that is asked once more, so in doubt it is no reset.
#[must_use]
pub fn wants_fresh(text: &str) -> bool {
    let clauses = LEXICON.read(text);
    let goes_on = clauses.iter().flatten().any(|clause| goes_on(clause));
    let is_whole = clauses.iter().all(Option::is_some) && !text.contains(['?', '؟']);
    !goes_on
        && clauses.iter().enumerate().any(|(index, clause)| {
            let refused = clauses.get(index + 1).and_then(Option::as_deref).is_some_and(is_refusal);
            clause.as_deref().is_some_and(|clause| !refused && asks(clause, is_whole))
        })
}

fn asks(clause: &[Part], is_whole: bool) -> bool {
    let has = |part| clause.contains(&part);
    let starts = has(Part::Start) && (has(Part::Again) || has(Part::Anew));
    // "You just ignore my messages", "I forget everything" tell of somebody.
    let at = |wanted: Part| clause.iter().position(|part| *part == wanted);
    let tells = at(Part::Speaker) < at(Part::Forget) && has(Part::Speaker) && !has(Part::Wish);
    let forgets = has(Part::Forget) && !tells;
    let enough = has(Part::Reset) || starts || (forgets && has(Part::All));
    // "Drop this chat, call me instead".
    let of_chat = is_whole && forgets && has(Part::Chat);
    !is_negated(clause) && (enough || of_chat || (is_whole && has(Part::Anew)))
}

/// Whether what is negated is anything but going on: "not from the beginning", but "not to continue, start over".
fn is_negated(clause: &[Part]) -> bool {
    let denies = |at: usize| {
        let mut behind = clause.iter().skip(at + 1);
        behind.find(|part| !matches!(part, Part::Polite | Part::Thanks | Part::Wish | Part::Speaker))
            != Some(&Part::Continue)
    };
    clause.iter().enumerate().any(|(at, part)| *part == Part::Not && denies(at))
}

fn goes_on(clause: &[Part]) -> bool {
    clause.contains(&Part::Continue) && (!clause.contains(&Part::Not) || is_negated(clause))
}

/// A "no" and nothing else.
pub(crate) fn is_refusal(clause: &[Part]) -> bool {
    clause.iter().any(|part| matches!(part, Part::Not | Part::No))
        && clause.iter().all(|part| matches!(part, Part::Not | Part::No | Part::Polite | Part::Thanks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;
    use crate::lexicon::reset::FILES;

    #[test]
    fn every_part_has_a_sentence_it_hits_and_one_it_does_not() {
        assert_sentences(FILES, wants_fresh);
    }
}
