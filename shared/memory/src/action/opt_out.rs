//! Whether a customer asks for no more messages that they did not ask for (docs/rules.md#m5), in four languages.

use crate::lexicon::intent::Part;
use crate::lexicon::optout::LEXICON;
use crate::reset_intent::is_refusal;

/// Whether a message asks for that and nothing else: every word of it is the request or politeness. It cannot be undone by
/// what the customer does not know, so what may be meant otherwise is left to whoever holds the conversation.
#[must_use]
pub fn opts_out(text: &str) -> bool {
    if text.contains(['?', '؟']) {
        return false;
    }
    let clauses = LEXICON.read(text);
    // "Stop here", "don't text me, call me": whoever says more than that means something else by it, or more.
    let is_whole =
        clauses.iter().all(|clause| clause.as_ref().is_some_and(|clause| !clause.contains(&Part::Whereabouts)));
    is_whole
        && clauses.iter().enumerate().any(|(index, clause)| {
            let refused = clauses.get(index + 1).and_then(Option::as_deref).is_some_and(is_refusal);
            clause.as_deref().is_some_and(|clause| !refused && asks(clause))
        })
}

fn asks(clause: &[Part]) -> bool {
    let has = |part| clause.contains(&part);
    let denied = has(Part::Not) || has(Part::No);
    // "I want to stop" may be a membership.
    !denied && (has(Part::Unsubscribe) || (has(Part::Stop) && !has(Part::Wish)))
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
