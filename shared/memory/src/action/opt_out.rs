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

/// What a clause asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// "Stop", of what it does not say.
    Stop,
    /// No more messages.
    Messages,
    /// No more calls, or no messages at a place or a moment.
    Unclear,
}

/// Whether a message asks for that, and how. An opt-out cannot be undone by what the customer does not know.
#[must_use]
pub fn opt_out(text: &str) -> Option<OptOut> {
    let clauses = LEXICON.read(text);
    let of = |index: usize| clauses.get(index).and_then(Option::as_deref);
    // "Unsubscribe? No." takes it back, "unsubscribe, no thanks" does not.
    let is_refused = |index: usize| of(index + 1).is_some_and(|next| is_refusal(next) && !next.contains(&Part::No));
    let asked: Vec<Option<Asked>> =
        (0..clauses.len()).map(|index| of(index).and_then(asks).filter(|_| !is_refused(index))).collect();
    let first = asked.iter().position(Option::is_some)?;
    let names_messages = asked.iter().flatten().any(|asked| *asked != Asked::Stop);
    // "One moment, unsubscribe me" says nothing more; "don't text me, only here" does, and so does "one moment, stop".
    let is_idle = |index: usize| {
        of(index).is_some_and(|clause| {
            clause.iter().all(|part| match part {
                Part::Polite | Part::Thanks | Part::No => true,
                Part::Whereabouts => names_messages && index < first,
                _ => false,
            })
        })
    };
    let is_all = |(index, asked): (usize, &Option<Asked>)| match asked {
        Some(asked) => *asked != Asked::Unclear,
        None => is_idle(index),
    };
    if !text.contains(['?', '؟']) && asked.iter().enumerate().all(is_all) {
        return Some(OptOut::Plain);
    }
    // "Stop" beside other words is not about messages.
    names_messages.then_some(OptOut::Unclear)
}

fn asks(clause: &[Part]) -> Option<Asked> {
    let has = |part| clause.contains(&part);
    if names_messages(clause) || (!has(Part::Not) && (has(Part::Unsubscribe) || has(Part::Calls))) {
        // "Delete my details" may be of more than messages.
        let is_of_the_number = has(Part::Number) && !has(Part::List) && !has(Part::Messages) && !has(Part::Unsubscribe);
        let is_unclear = has(Part::Calls) || has(Part::Whereabouts) || is_of_the_number;
        return Some(if is_unclear { Asked::Unclear } else { Asked::Messages });
    }
    if has(Part::Not) {
        return None;
    }
    // "I want to stop" may be a membership, "stop here" a taxi, "stop that" anything.
    let is_more =
        [Part::No, Part::Wish, Part::Request, Part::Speaker, Part::Whereabouts, Part::Fine].into_iter().any(has);
    (has(Part::Stop) && !is_more).then_some(Asked::Stop)
}

/// Whether a clause says of messages that there are to be no more: "stop sending", "enough of sending me ads", "don't text
/// me again", "I don't want to get offers", "take my number off the list". Who gets none, or wants none of something else,
/// says nothing of that.
fn names_messages(clause: &[Part]) -> bool {
    let at = |wanted: Part| clause.iter().position(|part| *part == wanted);
    let has = |part| clause.contains(&part);
    let before = |first: Part, second: Part| at(first).is_some() && at(first) < at(second);
    // "Don't send it again" is of a thing.
    if has(Part::Fine) && !has(Part::Messages) {
        return false;
    }
    let of_messages = has(Part::Send) || has(Part::Messages);
    let is_stopped = [Part::Stop, Part::Cease].into_iter().any(|stops| {
        let is_denied = before(Part::Not, stops);
        let is_complaint = has(Part::Receive) && !has(Part::Wish) && !has(Part::Request);
        at(stops).is_some() && of_messages && !is_complaint && !is_denied
    });
    let is_enough = before(Part::Enough, Part::Send) && has(Part::Messages) && !has(Part::Not);
    // "No, I want to get them" wants none of nothing.
    let denies = |part: Part| {
        let between = at(Part::Not).zip(at(part)).and_then(|(not, at)| clause.get(not + 1..at));
        between.is_some_and(|between| between.iter().all(|part| *part == Part::Polite || *part == Part::Again))
    };
    let is_refused = (denies(Part::Request) && has(Part::Messages))
        || ((denies(Part::Send) || before(Part::Again, Part::Not))
            && has(Part::Send)
            && (has(Part::Again) || has(Part::Messages))
            // "You never send me offers", "I can't send messages".
            && !before(Part::Speaker, Part::Send));
    let removes = has(Part::Remove) || has(Part::Stop);
    let is_taken_off = removes
        && !has(Part::Not)
        && (((has(Part::List) || has(Part::Messages)) && has(Part::Object)) || has(Part::Number));
    is_stopped || is_enough || is_refused || is_taken_off
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
            "stop calling me",
            "Stop calling me, only here please",
            "Don't text me, by phone only",
            "Don't text me now please",
            "אל תכתבו לי עכשיו",
            "אל תתקשרו אליי יותר, רק כאן בבקשה",
            "не пишите мне сейчас",
            "Не звоните мне больше, только здесь",
            "لا تتصلوا بي الآن",
        ] {
            assert_eq!(opt_out(text), Some(OptOut::Unclear), "{text}");
        }
        for text in [
            "STOP. How much is a haircut?",
            "I quit",
            "stop it",
            "I don't want to unsubscribe",
            "הסר את זה",
            "Stop, I want it now",
            "Стоп, можно сейчас",
            "כן, הסירו לי",
            "Sorry, no messages",
            "Unsubscribe me. Nope",
            "הסירו אותי. לא לא",
            "רגע, עצור",
        ] {
            assert_eq!(opt_out(text), None, "{text}");
        }
        for text in [
            "Hi there, please unsubscribe me",
            "Unsubscribe, no thanks",
            "STOP. No thanks",
            "unsubscribe me now",
            "take me off your mailing list",
            "Stop promotions",
            "רגע, תסירו אותי מהרשימה בבקשה",
            "pls stop sending me msgs",
            "удалите меня из базы",
            "بكفي رسائل",
        ] {
            assert_eq!(opt_out(text), Some(OptOut::Plain), "{text}");
        }
    }
}
