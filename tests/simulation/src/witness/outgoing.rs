//! What goes out: what may be claimed, what it must have read, and what becomes of it.

use super::commit::{Commit, Found};
use crate::digests::name_of;
use crate::trace::brief;
use crate::universe::{Live, Seen, last_of};
use crate::words::DISCLOSURE;
use std::collections::BTreeMap;
use std::time::Duration;
use zikaron_memory::handover;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::spoken::Spoken;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::conversation::{Body, Speaker};
use zikaron_protocol::model::ids::{LeadKey, Line};
use zikaron_protocol::model::lead_state::{Mode, State};
use zikaron_protocol::model::message::{Message, SendState, Sending};
use zikaron_protocol::model::notice::Notice;
use zikaron_protocol::model::outbox::Leftover;
use zikaron_protocol::ports::Clock;

/// A message that goes out, or one of which more is known by now.
pub(super) fn outgoing(live: &mut Live, commit: &Commit<'_>, key: &LeadKey, message: &Message, found: &mut Found) {
    let Some(sending) = &message.sending else { return };
    let seen = live.shadow.leads.entry(key.clone()).or_default();
    if matches!(sending.state, SendState::Refused | SendState::Uncertain) {
        seen.disclosed.remove(&message.key.id);
    }
    if sending.state == SendState::Refused && matches!(sending.body, Body::NumberRequest { .. }) {
        seen.number_asked = false;
    }
    if sending.state == SendState::Uncertain {
        reopened(seen, message, sending);
        live.shadow.ever_uncertain.insert(message.key.id.clone());
        return;
    }
    if sending.state == SendState::Sent {
        // It did arrive: whatever else was said to the same messages.
        seen.reopened.values_mut().for_each(|numbers| numbers.retain(|number| !sending.answers.contains(number)));
        seen.reopened.retain(|_, numbers| !numbers.is_empty());
    }
    if message.version != 1 {
        return;
    }
    if !seen.arrivals.insert(message.arrival) {
        found.push(("every arrival number is given once", format!("{}", message.arrival)));
    }
    // What an action says answers nothing, whoever wrote it.
    if message.speaker == Speaker::Staff || sending.answers.is_empty() {
        live.counts.by_staff += 1;
        return;
    }
    claimed(seen, commit, message, sending, found);
    if message.arrival != sending.answer {
        return;
    }
    live.counts.turns += 1;
    live.counts.coalesced += u64::from(sending.answers.len() > 1);
    let hidden = live.hidden.as_ref().filter(|hidden| hidden.lead == *key).map(|hidden| hidden.arrival);
    taken_up(seen, hidden, commit, sending, found);
    let is_farewell = Spoken::ALL.iter().any(|spoken| sending.body.text().starts_with(handover::farewell(*spoken)));
    answers(seen, commit, message, sending, is_farewell, found);
    disclosed(seen, commit, message, sending, is_farewell, found);
    // Of a farewell the model was not asked, or its answer not used.
    if !is_farewell {
        has_read(live, commit, key, message, sending, found);
    }
}

/// Nobody knows whether it arrived: what it was to waits for the next turn, but for what was taken back.
fn reopened(seen: &mut Seen, message: &Message, sending: &Sending) {
    let open: Vec<_> = sending.answers.iter().copied().filter(|number| !seen.revoked.contains_key(number)).collect();
    if !open.is_empty() {
        seen.reopened.insert(message.key.id.clone(), open);
    }
}

/// What may be claimed at this moment.
fn claimed(seen: &mut Seen, commit: &Commit<'_>, message: &Message, sending: &Sending, found: &mut Found) {
    let now = commit.instance.now();
    if commit.before.is_some_and(|state| state.is_with_person(now)) {
        found.push(("nothing is claimed while a person answers", message.key.id.to_string()));
    }
    let speaks = |lead: &State| lead.pending > 0 || lead.leftover(now, &Config::default()) == Some(Leftover::InFlight);
    let mut states = commit.joining.iter().flat_map(|(_, merging)| merging).filter_map(|lead| lead.state.as_ref());
    if let Some(lead) = states.find(|state| speaks(state)) {
        found.push(("what came under another name is answered first", brief(Some(lead))));
    }
    let line = commit.after().and_then(|after| after.line.as_ref());
    // What was asked of another before staff handed that back, and came only then, takes nothing again.
    let ours = |line: &Line| last_of(&seen.here, line).max(last_of(&seen.handed_back, line));
    let is_held = |line: &Line| last_of(&seen.elsewhere, line) > ours(line);
    if line.is_some_and(is_held) {
        found.push(("what another application has is left to it", message.key.id.to_string()));
    }
    // Where that is another application's, they are answered where they wrote before.
    if line.is_some_and(|line| !seen.wrote_to.1.contains(line)) && !seen.shared {
        found.push(("an answer leaves by the number the customer wrote to last", message.key.id.to_string()));
    }
    if seen.person_until.is_some_and(|until| now < until) {
        found.push(("a person who writes from the phone app is left alone", message.key.id.to_string()));
    }
    let may_ask = commit.before.is_none_or(State::may_ask_number);
    if matches!(sending.body, Body::NumberRequest { .. })
        && (!may_ask || std::mem::replace(&mut seen.number_asked, true))
    {
        found.push(("a customer who hides their number is asked for it once", message.key.id.to_string()));
    }
    if let (Body::Buttons { .. }, Some(session)) = (&sending.body, &message.session)
        && !seen.asked.insert(session.clone())
    {
        found.push(("a returning customer is asked once", session.to_string()));
    }
}

/// An answer takes up what uncertain ones were to: one turn takes so many messages, the oldest first.
fn taken_up(seen: &mut Seen, hidden: Option<u64>, commit: &Commit<'_>, sending: &Sending, found: &mut Found) {
    let full = sending.answers.len() >= commit.instance.universe.config.turn_most;
    for (outgoing, mut numbers) in std::mem::take(&mut seen.reopened) {
        // One that cannot be read any more cannot be taken up.
        numbers.retain(|number| !sending.answers.contains(number) && Some(*number) != hidden);
        if full && numbers.iter().all(|number| Some(number) > sending.answers.last()) && !numbers.is_empty() {
            seen.reopened.insert(outgoing, numbers);
        } else if !numbers.is_empty() {
            found.push(("what an uncertain answer was to is in the next turn", format!("{outgoing} {numbers:?}")));
        }
    }
}

/// To whom an answer may be, and who gets a farewell instead.
fn answers(
    seen: &Seen,
    commit: &Commit<'_>,
    message: &Message,
    sending: &Sending,
    is_farewell: bool,
    found: &mut Found,
) {
    let asked = sending.answers.iter().any(|number| seen.for_person.contains(number));
    let told = |state: &State| state.notices.iter().any(|notice| matches!(notice, Notice::Handover { .. }));
    let human = commit.after().is_some_and(|state| state.mode == Mode::Human && told(state));
    if (asked && !is_farewell) || (is_farewell && !human) {
        found.push(("who asks for a person gets one", message.key.id.to_string()));
    }
    if sending.answers.iter().any(|number| seen.revoked.contains_key(number)) {
        found.push(("what was taken back is not answered", message.key.id.to_string()));
    }
}

/// The AI's first answer that arrives says that an AI answers, and none behind it does.
fn disclosed(
    seen: &mut Seen,
    commit: &Commit<'_>,
    message: &Message,
    sending: &Sending,
    is_farewell: bool,
    found: &mut Found,
) {
    // A lead that was merged into this one may have said so after the merge began.
    let told = !seen.disclosed.is_empty() || commit.before.is_some_and(|state| state.ai_disclosed);
    let wanted = commit.instance.universe.plan.settings.disclose_ai && !told && !is_farewell;
    let says = sending.body.text().starts_with(DISCLOSURE);
    if says != wanted {
        found.push(("a customer is told once that an AI answers", format!("{} says so: {says}", message.key.id)));
    }
    if says {
        seen.disclosed.insert(message.key.id.clone());
    }
}

/// What an answer must have read, and what it may not have.
fn has_read(live: &Live, commit: &Commit<'_>, key: &LeadKey, message: &Message, sending: &Sending, found: &mut Found) {
    let Some(seen) = live.shadow.leads.get(key) else { return };
    let read = sending.body.text().split_once('.').and_then(|(head, _)| head.rsplit_once(' ')).map(|(_, name)| name);
    let newest = newest_of_merging_lead(&live.shadow.remembered, commit, key).filter(|_| message.remembered);
    if let (Some(newest), Some(known)) = (newest, read.and_then(|name| live.known.get(name)))
        && !known.contains(&newest)
    {
        found.push(("the memory is one from the first moment", format!("{} knows not {newest}", message.key.id)));
    }
    let read = read.and_then(|name| live.seen.get(name));
    let marks = sending.answers.iter().filter_map(|number| seen.marks.get(number));
    let missed: Vec<_> = marks.filter(|mark| !read.is_some_and(|read| read.contains(*mark))).collect();
    if !missed.is_empty() {
        found.push(("an answer has read everything it answers", format!("{} missed {missed:?}", message.key.id)));
    }
    let gone: Vec<_> = seen.revoked.values().filter(|mark| read.is_some_and(|read| read.contains(*mark))).collect();
    if !gone.is_empty() {
        found.push(("an answer has not read what was taken back", format!("{} read {gone:?}", message.key.id)));
    }
}

/// What the lead that is merged into this one knows best, where nobody has written to either memory for a while: the
/// newest summary of both.
fn newest_of_merging_lead(
    remembered: &BTreeMap<LeadKey, Duration>,
    commit: &Commit<'_>,
    key: &LeadKey,
) -> Option<String> {
    let (ours, merging) = commit.joining?;
    let [lead] = &merging[..] else { return None };
    // A third that is being merged into it may know better still: after an outage all of it comes at once.
    if lead.state.as_ref().is_some_and(|state| !state.joining.is_empty()) {
        return None;
    }
    let from = ours.state.as_ref()?.joining.first()?.clone();
    let elapsed = commit.instance.universe.elapsed();
    let quiet = |key: &LeadKey| {
        let at = remembered.get(key).copied().unwrap_or_default();
        elapsed > at + Duration::from_secs(120)
    };
    let fresh = ours.state.as_ref()?.session.as_ref().is_some_and(|open| open.fresh_from.is_some());
    // What has come since the answer read may be the wish to go on where they were.
    if commit.after()?.pending > 0 {
        return None;
    }
    if fresh || !quiet(key) || !quiet(&LeadKey { lead: from, ..key.clone() }) {
        return None;
    }
    let is_summary = |note: &&Note| matches!(note.kind, NoteKind::ConversationSummary | NoteKind::CallSummary);
    let note = lead.memory.document.notes.first().filter(is_summary)?;
    let newest = ours.memory.document.notes.first().is_none_or(|ours| ours.at < note.at);
    newest.then(|| name_of(&note.text).map(str::to_owned)).flatten()
}
