//! Whether a customer asks for no more messages that they did not ask for (docs/rules.md#m5), in four languages.

use crate::lexicon::intent::Part;
use crate::lexicon::optout::LEXICON;
use crate::reset_intent::is_refusal;

/// How a message asks for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptOut {
    /// It says nothing else: every word of it is the request or politeness.
    Plain,
    /// It says more, which may mean something else: a channel, a list of this business's, a moment. A person decides.
    Unclear,
}

/// Whether a message asks for that, and how. An opt-out cannot be undone by what the customer does not know.
#[must_use]
pub fn opt_out(text: &str) -> Option<OptOut> {
    let clauses = LEXICON.read(text);
    let is_whole = !text.contains(['?', '؟']) && clauses.iter().all(Option::is_some);
    let of_all = clauses.iter().flatten().any(|clause| clause.contains(&Part::Whereabouts));
    let asked: Vec<OptOut> = clauses
        .iter()
        .enumerate()
        .filter_map(|(index, clause)| {
            let refused = clauses.get(index + 1).and_then(Option::as_deref).is_some_and(is_refusal);
            asks(clause.as_deref().filter(|_| !refused)?, of_all)
        })
        .collect();
    if is_whole && asked.contains(&OptOut::Plain) {
        return Some(OptOut::Plain);
    }
    // "Stop" beside other words is not about messages.
    let of_messages = |clause: &&Vec<Part>| clause.contains(&Part::Unsubscribe);
    let is_named = clauses.iter().flatten().any(|clause| of_messages(&clause));
    (is_named && !asked.is_empty()).then_some(OptOut::Unclear)
}

/// `is_somewhere`: the message has a word of a place or a moment.
fn asks(clause: &[Part], is_somewhere: bool) -> Option<OptOut> {
    let has = |part| clause.contains(&part);
    if has(Part::Not) || has(Part::No) {
        return None;
    }
    match (has(Part::Unsubscribe), has(Part::Whereabouts)) {
        (true, true) => Some(OptOut::Unclear),
        (true, false) => Some(OptOut::Plain),
        // "I want to stop" may be a membership, "stop here" a taxi, "stop that" anything.
        (false, _) => {
            let is_bare = has(Part::Stop) && !has(Part::Wish) && !has(Part::Speaker) && !is_somewhere;
            is_bare.then_some(OptOut::Plain)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;
    use crate::lexicon::optout::FILES;

    #[test]
    fn every_part_has_a_sentence_it_hits_and_one_it_does_not() {
        assert_sentences(FILES, |text| opt_out(text) == Some(OptOut::Plain));
    }

    #[test]
    fn who_says_more_with_it_is_left_to_a_person_and_who_means_something_else_to_nobody() {
        for text in [
            "please stop messaging me, I'm not interested",
            "Unsubscribe. Wrong person",
            "Could it be? Unsubscribe me?",
            "do not contact me by phone",
            "תפסיקו לשלוח לי הודעות, זה מעצבן",
            "отпишите меня от рассылки, надоело",
            "احذفوني من القائمة، رقم غلط",
        ] {
            assert_eq!(opt_out(text), Some(OptOut::Unclear), "{text}");
        }
        for text in [
            "STOP. How much is a haircut?",
            "I quit",
            "stop it",
            "I don't want to unsubscribe",
            "Don't text me now please",
            "אל תכתבו לי עכשיו",
            "не пишите мне сейчас",
            "لا تتصلوا بي الآن",
            "הסר את זה",
        ] {
            assert_eq!(opt_out(text), None, "{text}");
        }
        for text in [
            "Hi there, please unsubscribe me",
            "רגע, תסירו אותי מהרשימה בבקשה",
            "pls stop sending me msgs",
            "удалите меня из базы",
            "بكفي رسائل",
        ] {
            assert_eq!(opt_out(text), Some(OptOut::Plain), "{text}");
        }
    }
}
