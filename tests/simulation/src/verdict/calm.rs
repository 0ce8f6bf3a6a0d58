//! Where nothing fails and no clock is wrong, everything comes in time and the sweep has nothing to do.

use super::answers::answers;
use super::case::Case;
use crate::universe::Accepted;
use crate::words;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use zikaron_protocol::model::action::is_action;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::message::{Message, Tag};

/// How long a customer waits at most.
const PATIENCE: Duration = Duration::from_secs(60);

/// Messages that come closer than this are in the table before the customer counts as quiet: an eighth less than the 1.5 s of
/// the settings, and what it takes to store one.
const CLOSE: Duration = Duration::from_millis(1_150);

/// From the delivery of a note until it is stored, at most, where the turn does not wait for something else.
const HEARD: Duration = Duration::from_secs(8);

/// A burst of a customer's.
#[derive(Default)]
struct Burst<'a> {
    /// The leads it came to.
    leads: BTreeSet<&'a LeadKey>,
    answers: BTreeSet<u64>,
    /// When each of its messages came.
    came: BTreeSet<Duration>,
}

impl Burst<'_> {
    fn is_close(&self) -> bool {
        self.came.iter().zip(self.came.iter().skip(1)).all(|(one, next)| next.saturating_sub(*one) <= CLOSE)
    }
}

pub(super) fn check(case: &mut Case<'_>) {
    // An action that is entered, and one that has become a message, are hinted at by themselves.
    let is_swept = |event: &Event| match event {
        Event::TurnDue(hint) => hint.swept,
        Event::SessionDue(hint) => hint.generation > 0 || !is_action(&hint.session),
        _ => false,
    };
    let hints = case.live.events.iter().filter(|(_, event)| is_swept(event));
    let hints: Vec<_> = hints.map(|(at, event)| format!("{} at {at:?}", event.name())).collect();
    // Without a memory no schedule is made, and the sweep closes the sessions.
    // Nor where a note that a person reads was not heard at once.
    let finds_nothing = case.universe.plan.remembers && case.live.unheard.is_empty();
    if let Some(hint) = hints.first().filter(|_| finds_nothing) {
        case.broken("the sweep finds nothing where nothing fails", hint.clone());
    }
    for (note, times) in case.live.transcribed.iter().filter(|(_, times)| **times > 1) {
        if *times > 2 || !may_be_cut_off(case, note) {
            case.broken("a voice note is heard once where nothing fails", format!("{note}: {times} times"));
        }
    }
    let at: BTreeMap<_, _> =
        case.live.channel.accepted.iter().filter_map(|taken| Some((Tag::parse(&taken.tag)?.key, taken.at))).collect();
    let mut bursts: BTreeMap<(usize, u32), Burst<'_>> = BTreeMap::new();
    for accepted in &case.live.accepted {
        for (key, lead) in case.apart {
            let Some(message) = lead.messages.values().find(|message| message.key.id == accepted.id) else { continue };
            unheard(case, message);
            let first = answers(lead, message.arrival).next();
            let (None, Some((out, sending))) = (message.end, first) else { continue };
            if at.get(&out.key).is_none_or(|at| *at > accepted.delivered + PATIENCE) {
                case.broken("an answer comes within a minute where nothing fails", accepted.id.to_string());
            }
            if let Some(burst) = accepted.burst {
                let burst = bursts.entry((accepted.customer, burst)).or_default();
                burst.leads.insert(key);
                burst.answers.insert(sending.answer);
                burst.came.insert(accepted.delivered);
            }
        }
    }
    // Under two names it is two, and what is left of it under one may be further apart than a burst.
    for (name, burst) in bursts {
        if burst.leads.len() == 1 && burst.answers.len() > 1 && burst.is_close() {
            case.broken("a burst gets one answer where nothing fails", format!("{name:?}: {:?}", burst.answers));
        }
    }
}

/// Whether a turn that read on since an earlier message of the same customer, or since it started over with that, may have
/// come to its end just as this note was heard, and before it was stored.
fn may_be_cut_off(case: &Case<'_>, note: &str) -> bool {
    let hearing = Config::default().hearing.unsigned_abs();
    let is_note = |accepted: &&Accepted| words::mark(note).is_some_and(|mark| accepted.id.as_str().ends_with(mark));
    let Some(note) = case.live.accepted.iter().find(is_note) else { return false };
    let before = |accepted: &Accepted| note.delivered.saturating_sub(accepted.delivered);
    let of_them = case.live.accepted.iter().filter(|accepted| accepted.customer == note.customer);
    of_them.map(before).any(|before| before < 2 * hearing && before + HEARD > hearing)
}

/// Who wrote to a person is heard all the same: staff and the digest read what they said. Where the AI answered, it may
/// have come too late to be heard in time, and the answer says so.
fn unheard(case: &mut Case<'_>, message: &Message) {
    let hears = case.universe.plan.settings.hears();
    let hung = message.enclosed.media.as_ref().is_some_and(|media| {
        let mark = media.id.trim_start_matches("voice.");
        case.live.unheard.iter().any(|said| words::mark(said) == Some(mark))
    });
    if hears && message.end.is_some() && message.is_unheard() && !hung {
        case.broken(
            "a voice note to a person is heard where nothing fails",
            format!("{} {:?}", message.key.id, message.end),
        );
    }
}
