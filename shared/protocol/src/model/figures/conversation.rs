//! What a conversation on WhatsApp is counted as, by its messages and what was noted of it.

use super::{Choice, Course, Tally, bucket, name_of};
use crate::model::conversation::Speaker;
use crate::model::message::{End, Message, Sending};
use crate::model::usage::Usage;
use zikaron_memory::asked::asks_for;
use zikaron_memory::mention::Mentions;
use zikaron_memory::profile::{Field, Profile};

/// Upper bounds of the answer time, in seconds.
pub const ANSWER_SECONDS: [i64; 9] = [2, 5, 10, 20, 40, 60, 120, 600, 3_600];

/// Counts a conversation: `messages` are those of its session, in any order; `known` is the profile as it stood before
/// it was digested. What nobody wrote an answer to is none, and its messages cost all the same.
#[must_use]
pub fn conversation(messages: &[&Message], course: &Course, known: &Profile) -> Tally {
    let mut tally = Tally::default();
    let is_conversation = messages.iter().any(|message| message.speaker == Speaker::Customer && message.remembered);
    let is_said = |message: &&&Message| message.is_part_of_conversation() && !message.revoked;
    let of = |speaker: Speaker| messages.iter().filter(is_said).filter(move |message| message.speaker == speaker);
    let customers = of(Speaker::Customer).filter(|message| message.remembered).count();
    let staffs = of(Speaker::Staff).count();
    tally.add("messages_in", number(customers));
    tally.add("messages_staff", number(staffs));
    let answers: Vec<&Message> = of(Speaker::Assistant).filter(|message| message.sending.is_some()).copied().collect();
    tally.add("messages_ai", number(answers.len()));
    let firsts: Vec<(&Message, &Sending)> =
        answers.iter().filter_map(|m| Some((*m, m.sending.as_ref()?))).filter(|(m, s)| s.answer == m.arrival).collect();
    tally.add("answers", number(firsts.len()));
    for sent in messages.iter().filter(|message| is_said(message) && message.sending.is_some()) {
        tally.add(sent.pricing.clone().unwrap_or_default().figure(), 1);
    }
    for seconds in firsts.iter().filter_map(|(answer, sending)| waited(messages, answer, sending)) {
        tally.add(bucket("answer_s", seconds, &ANSWER_SECONDS), 1);
    }
    for used in messages.iter().filter_map(|message| message.spent) {
        tally.extend(&tokens(used));
    }
    if is_conversation {
        tally.add("conversations", 1);
        handed_over(&mut tally, messages, course, firsts.is_empty() || staffs > 0);
        returning(&mut tally, course.choice);
    }
    let asks = |text: &str| known.iter().any(|(name, field)| field.value().is_some() && asks_for(text, name));
    tally.add("asked_again", number(answers.iter().filter(|part| asks(&part.text)).count()));
    tally.add("used", number(firsts.iter().filter(|(first, _)| uses(&answers, first, known)).count()));
    tally
}

/// What a request to the model used.
#[must_use]
pub fn tokens(used: Usage) -> Tally {
    let names = [("tokens_in", used.tokens_in), ("tokens_cached", used.tokens_cached), ("tokens_out", used.tokens_out)];
    names.into_iter().map(|(name, tokens)| (name, i64::try_from(tokens).unwrap_or(i64::MAX))).collect()
}

/// How long the customer waited: from the newest message an answer is to, as the channel dates it, to its claim.
fn waited(messages: &[&Message], answer: &Message, sending: &Sending) -> Option<i64> {
    let last = sending.answers.last()?;
    let is_it =
        |m: &&&Message| m.arrival == *last && m.joined_from == answer.joined_from && m.speaker == Speaker::Customer;
    let asked = messages.iter().find(is_it)?;
    Some(answer.key.sent_at.duration_since(asked.key.sent_at).as_secs().max(0))
}

fn handed_over(tally: &mut Tally, messages: &[&Message], course: &Course, others: bool) {
    for cause in &course.handed_over {
        tally.add(format!("handed_over.{}", name_of(cause)), 1);
    }
    let is_persons = |message: &&&Message| matches!(message.end, Some(End::HumanMode | End::Escalated));
    let persons = messages.iter().any(|message| is_persons(&message));
    tally.add_if(!course.handed_over.is_empty(), "handed_over");
    tally.add_if(persons, "with_person");
    tally.add_if(!others && !persons && course.handed_over.is_empty(), "ai_alone");
}

fn returning(tally: &mut Tally, choice: Option<Choice>) {
    let Some(choice) = choice else { return };
    tally.add("returning", 1);
    let name = match choice {
        Choice::Continued => "continued",
        Choice::Fresh => "started_fresh",
        Choice::None => "no_choice",
    };
    tally.add(name, 1);
}

/// Whether a value that is known stands in any part of an answer.
fn uses(answers: &[&Message], first: &Message, known: &Profile) -> bool {
    let mut values = known.iter().filter_map(|(_, field)| Field::value(field)).peekable();
    if values.peek().is_none() {
        return false;
    }
    let of_it = answers.iter().filter(|part| {
        part.joined_from == first.joined_from && part.sending.as_ref().is_some_and(|s| s.answer == first.arrival)
    });
    let said: Vec<Mentions> = of_it.map(|part| Mentions::of(&part.text)).collect();
    values.any(|value| said.iter().any(|part| part.says(value)))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
