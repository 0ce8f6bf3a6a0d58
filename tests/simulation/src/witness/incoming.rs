//! What comes in: the messages of a customer, and those of a person from the phone app.

use super::commit::{Commit, Found};
use crate::instance::Instance;
use crate::scenario::What;
use crate::universe::{Live, Seen, last_of, note_last};
use crate::words::{PERSON, mark};
use jiff::{SignedDuration, Timestamp};
use zikaron_protocol::model::ids::{LeadKey, Line};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::message::{End, Message};
use zikaron_protocol::ports::Clock;
use zikaron_protocol::testing::in_memory_store::Lead;

/// The longest from what an invocation reads to what it writes by it.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(10);

/// A message of the customer.
pub(super) fn incoming(live: &mut Live, commit: &Commit<'_>, key: &LeadKey, message: &Message, found: &mut Found) {
    let (line, what) =
        live.truth.get(&message.key.id).map(|truth| (truth.line.clone(), truth.what)).unwrap_or_default();
    let seen = live.shadow.leads.entry(key.clone()).or_default();
    if message.version == 1 {
        let is_aside = matches!(what, Some(What::Aside));
        first_stored(seen, commit.instance, message, is_aside, found);
    }
    if message.version == 1
        && let (Some(line), Some(what)) = (&line, what)
    {
        spoken_to(seen, commit, message, (line, what), found);
    }
    noted(seen, message);
    if let Some(media) = &message.enclosed.media {
        // What comes again after an erasure is heard anew, and so is what comes to another lead.
        let settled = live.settled.entry(media.id.clone()).or_default().entry(key.clone()).or_default();
        let is_heard = message.enclosed.transcript.is_some();
        *settled = is_heard.then(|| settled.unwrap_or_else(|| commit.instance.universe.elapsed()));
    }
    not_early(commit, message, found);
    let erased = commit.after().and_then(|after| after.erased_at).map(Timestamp::as_second);
    if message.version == 1 && erased >= Some(message.key.sent_at.as_second()) {
        found.push(("what was written before an erasure is not taken in after it", message.key.id.to_string()));
    }
}

/// To whom something was said, and whose the conversation is by it.
fn spoken_to(seen: &mut Seen, commit: &Commit<'_>, message: &Message, (line, what): (&Line, What), found: &mut Found) {
    let second = message.key.sent_at.as_second();
    match what {
        What::Taken | What::Aside => {
            seen.shared = true;
            note_last(&mut seen.elsewhere, line, second);
        }
        What::Passed => note_last(&mut seen.here, line, second),
        // What the channel tells of a customer is not written by them.
        _ if message.kind == "system" => {}
        _ => {
            note_last(&mut seen.here, line, second);
            seen.wrote(second, std::slice::from_ref(line));
        }
    }
    // Whether a person has it was looked up before this was written: a pause may have run out meanwhile.
    let with_staff = |state: &State| state.is_with_staff(commit.instance.now() - UNDER_WAY);
    let is_theirs = commit.before.is_some_and(with_staff) || last_of(&seen.elsewhere, line) > Some(second);
    if what.is_asked() && message.end == Some(End::HumanMode) && !is_theirs {
        found.push(("only what somebody else has is left to them", message.key.id.to_string()));
    }
}

/// What a message of the customer may be stored as.
fn first_stored(seen: &mut Seen, instance: &Instance, message: &Message, is_aside: bool, found: &mut Found) {
    if !seen.arrivals.insert(message.arrival) {
        found.push(("every arrival number is given once", format!("{}", message.arrival)));
    }
    if message.text.starts_with(PERSON) {
        seen.for_person.insert(message.arrival);
    }
    let age = instance.now().duration_since(message.key.sent_at);
    let config = &instance.universe.config;
    let slack = SignedDuration::from_mins(2);
    let needless = is_aside || message.amends.is_some() || message.revoked || message.kind == "system";
    if age > config.stale_after + slack && message.end != Some(End::Stale) && !needless {
        found.push(("a message older than 12 h on arrival is stale", format!("{} {:?}", message.key.id, message.end)));
    }
    if age < config.stale_after && message.end == Some(End::Stale) {
        found.push(("only a message older than 12 h is stale", message.key.id.to_string()));
    }
}

/// What it is from now on.
fn noted(seen: &mut Seen, message: &Message) {
    if message.amends.is_none()
        && let Some(mark) = message.own_words().and_then(mark)
    {
        seen.marks.insert(message.arrival, mark.to_owned());
    }
    if message.revoked {
        let taken_back = seen.marks.remove(&message.arrival);
        // Of a voice note nobody heard there is no mark.
        seen.revoked.entry(message.arrival).or_insert(taken_back.unwrap_or_default());
        seen.for_person.remove(&message.arrival);
        seen.reopened.values_mut().for_each(|numbers| numbers.retain(|number| *number != message.arrival));
        seen.reopened.retain(|_, numbers| !numbers.is_empty());
    }
    if message.needs_answer() {
        seen.waiting.insert(message.arrival)
    } else {
        seen.waiting.remove(&message.arrival)
    };
}

/// A change that comes to a lead is about a message of the lead that is merged into it, too.
fn not_early(commit: &Commit<'_>, message: &Message, found: &mut Found) {
    let (Some(amends), Some((_, merging))) = (&message.amends, commit.joining) else { return };
    let waits = commit.after().is_some_and(|state| state.early.iter().any(|early| early.by == message.key));
    let stored = |lead: &Lead| lead.messages.values().any(|m| m.sending.is_none() && m.key.id == amends.target);
    if waits && merging.iter().any(stored) {
        found.push(("a change finds its message under another name", message.key.id.to_string()));
    }
}

/// A person wrote from the phone app.
pub(super) fn from_the_app(live: &mut Live, instance: &Instance, key: &LeadKey, message: &Message) {
    let seen = live.shadow.leads.entry(key.clone()).or_default();
    if message.version == 1 {
        seen.arrivals.insert(message.arrival);
    }
    let minutes = i64::from(instance.universe.plan.settings.step_back_minutes);
    let until = message.key.sent_at + SignedDuration::from_mins(minutes);
    if message.version == 1 && instance.now() < until {
        seen.person_until = seen.person_until.max(Some(until));
    }
}
