//! Whether a customer asks for no more messages that they did not ask for (docs/rules.md#m5), in four languages.

use crate::lexicon::intent::Part;
use crate::lexicon::optout::LEXICON;
use crate::reset_intent::is_refusal;

/// Whether a message asks for that and nothing else: every word of the clause is the request or politeness. "Stop" alone
/// has to be the whole message, for it may be said of anything.
#[must_use]
pub fn opts_out(text: &str) -> bool {
    if text.contains(['?', '؟']) {
        return false;
    }
    let clauses = LEXICON.read(text);
    let is_whole = clauses.iter().all(Option::is_some);
    clauses.iter().enumerate().any(|(index, clause)| {
        let refused = clauses.get(index + 1).and_then(Option::as_deref).is_some_and(is_refusal);
        clause.as_deref().is_some_and(|clause| !refused && asks(clause, is_whole))
    })
}

fn asks(clause: &[Part], is_whole: bool) -> bool {
    let has = |part| clause.contains(&part);
    let denied = has(Part::Not) || has(Part::No);
    !denied && (has(Part::Unsubscribe) || (is_whole && has(Part::Stop)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;
    use crate::lexicon::optout::FILES;

    #[test]
    fn every_part_has_a_sentence_it_hits_and_one_it_does_not() {
        assert_sentences(FILES, opts_out);
    }
}
