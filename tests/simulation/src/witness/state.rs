//! What the state of a lead may become.

use super::commit::{Commit, Found};
use crate::instance::Cause;
use crate::trace::brief;
use crate::universe::{Live, note_last};
use jiff::{SignedDuration, Timestamp};
use zikaron_memory::session::idle_elapsed;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::lead_state::{Mode, State};
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::Clock;

/// One lead was found to be another.
pub(super) fn joined(live: &mut Live, Commit { instance, key, .. }: &Commit<'_>, before: &State, after: &State) {
    let Some(to) = after.joined_to.clone().filter(|_| before.joined_to.is_none()) else { return };
    let theirs = live.shadow.leads.entry((*key).clone()).or_default();
    let ((second, lines), disclosed) = (theirs.wrote_to.clone(), theirs.disclosed.clone());
    let (elsewhere, here, shared) = (theirs.elsewhere.clone(), theirs.here.clone(), theirs.shared);
    let handed_back = theirs.handed_back.clone();
    let (marketing, unasked_on) = (theirs.marketing, theirs.unasked_on);
    let ours = live.shadow.leads.entry(LeadKey { lead: to, ..(*key).clone() }).or_default();
    ours.wrote(second, &lines);
    ours.disclosed.extend(disclosed);
    ours.shared |= shared;
    ours.marketing = ours.marketing.max(marketing);
    ours.unasked_on = ours.unasked_on.max(unasked_on);
    let wanted = ours.marketing;
    elsewhere.iter().for_each(|(line, second)| note_last(&mut ours.elsewhere, line, *second));
    here.iter().for_each(|(line, second)| note_last(&mut ours.here, line, *second));
    handed_back.iter().for_each(|(line, second)| note_last(&mut ours.handed_back, line, *second));
    live.shadow.leads.entry((*key).clone()).or_default().marketing = wanted;
    live.counts.joins += 1;
    let amid = before.is_leased(instance.now()) || before.session.is_some() || before.pending > 0;
    live.counts.joins_amid += u64::from(amid || !before.unsettled.is_empty());
}

/// What never goes back, and who may take the lease.
pub(super) fn moved(live: &mut Live, commit: &Commit<'_>, before: &State, after: &State, found: &mut Found) {
    let Commit { instance, items, .. } = *commit;
    if after.fence < before.fence {
        found.push(("the fence only grows", format!("{} -> {}", before.fence, after.fence)));
    }
    if after.answered < before.answered {
        found.push(("answered never goes back", format!("{} -> {}", before.answered, after.answered)));
    }
    if after.last_interaction_at < before.last_interaction_at {
        found.push(("last_interaction_at never goes back", format!("v{}", after.version)));
    }
    let is_call = items.iter().any(|item| matches!(item, Write::Call(_)));
    if is_call && before.session != after.session {
        found.push(("a call does not touch the open session", format!("v{}", after.version)));
    }
    let (held, holds) = (before.lease.as_ref(), after.lease.as_ref());
    if let Some(new) = holds.filter(|new| held.is_none_or(|old| old.holder != new.holder)) {
        if after.fence <= before.fence {
            found.push(("a new holder raises the fence", new.holder.clone()));
        }
        if held.is_some_and(|old| old.until > instance.now()) {
            found.push(("the lease is taken only when it is free", new.holder.clone()));
        }
    }
    let renewed = matches!((held, holds), (Some(old), Some(new)) if old.holder == new.holder && old.until < new.until);
    let same = State { version: before.version, lease: before.lease.clone(), ..after.clone() } == *before;
    live.counts.supersedes += u64::from(renewed && same && items.len() == 1);
}

/// Notes what is over: a person at the phone app, a lease, what was on its way.
pub(super) fn given_back(live: &mut Live, commit: &Commit<'_>, before: &State, after: &State) {
    if before.ai_paused_until.is_some() && after.ai_paused_until.is_none() {
        live.shadow.leads.entry(commit.key.clone()).or_default().person_until = None;
    }
    // Staff hand back what anybody has.
    if commit.instance.cause == Cause::Staff && after.elsewhere.is_empty() && after.mode == Mode::Ai {
        let seen = live.shadow.leads.entry(commit.key.clone()).or_default();
        for (line, second) in std::mem::take(&mut seen.elsewhere) {
            note_last(&mut seen.handed_back, &line, second);
        }
    }
    let gave_back = before.lease.is_some() && after.lease.is_none();
    let settles = !before.unsettled.is_empty() && after.unsettled.is_empty();
    if gave_back || settles {
        live.shadow.leads.entry(commit.key.clone()).or_default().freed = Some(commit.instance.universe.elapsed());
    }
}

/// `pending` is what it says it is.
pub(super) fn counted(live: &mut Live, key: &LeadKey, after: &State, found: &mut Found) {
    if live.hidden.is_some() && live.struck.contains(key) {
        // What cannot be read is not found when they are counted.
        return;
    }
    let seen = live.shadow.leads.entry(key.clone()).or_default();
    let waiting = seen.waiting.range(after.answered + 1..).count();
    if waiting != after.pending as usize {
        found.push((
            "pending counts the messages that wait",
            format!("{waiting} wait, pending {}: {}", after.pending, brief(Some(after))),
        ));
    }
    let last = seen.arrivals.last().copied().unwrap_or(0);
    if last != after.arrivals {
        found.push(("a number and its message are one commit", format!("{last} stored, {} given out", after.arrivals)));
    }
}

/// A session ends only by silence or by hand.
pub(super) fn closed(commit: &Commit<'_>, before: &State, after: &State, found: &mut Found) {
    let Commit { instance, items, .. } = *commit;
    let Some(open) = &before.session else { return };
    if after.session.as_ref().is_some_and(|now| now.id == open.id) {
        return;
    }
    let config = &instance.universe.config;
    let now = match instance.cause {
        Cause::Close => return,
        Cause::Message => items.iter().find_map(|item| match item {
            Write::Message(message) => Some(message.key.sent_at),
            _ => None,
        }),
        _ => Some(instance.now()),
    };
    if !now.is_some_and(|now| idle_elapsed(open.last_at, now, config.idle)) {
        found.push(("a session closes no earlier than idle", format!("{} last {}", open.id, open.last_at)));
    }
    let late = instance.universe.now().duration_since(due(commit, open.last_at + config.idle));
    let timed = instance.universe.plan.calm
        && instance.universe.plan.remembers
        && open.armed
        && instance.cause == Cause::TimerFired;
    if timed && late > SignedDuration::from_secs(90) {
        found.push(("a session closes within 90 s of idle", format!("{} {late:?} late", open.id)));
    }
}

/// When the schedule of a session that is idle from then on is due: a turn that ends later, or shortly before, sets it
/// anew, for the earliest time a scheduler takes.
fn due(commit: &Commit<'_>, idle_at: Timestamp) -> Timestamp {
    let universe = &commit.instance.universe;
    let freed = universe.live().shadow.leads.get(commit.key).and_then(|seen| seen.freed);
    let set_anew = freed.map(|freed| universe.now() - (universe.elapsed() - freed) + universe.config.timer_lead);
    set_anew.map_or(idle_at, |set_anew| set_anew.max(idle_at))
}

/// A person takes the conversation over, or writes, or another application has it: what uncertain answers were to is theirs,
/// and the AI leaves it alone.
pub(super) fn left_to_person(live: &mut Live, commit: &Commit<'_>, before: &State, after: &State) {
    let answers = |item: &Write| matches!(item, Write::Message(out) if out.speaker == Speaker::Assistant);
    let emptied = !before.reopened.is_empty() && after.reopened.is_empty();
    let is_persons = after.mode == Mode::Human && after.pending == 0;
    // Of one of two numbers, perhaps by a word of before what the other was taken by.
    let is_left = after.ai_paused_until > before.ai_paused_until || after.elsewhere != before.elsewhere;
    if emptied && (is_persons || is_left) && !commit.items.iter().any(answers) {
        let seen = live.shadow.leads.entry(commit.key.clone()).or_default();
        seen.left_to_person.extend(std::mem::take(&mut seen.reopened).into_keys());
    }
}

/// Whose the lease is from now on.
pub(super) fn taken(live: &mut Live, commit: &Commit<'_>, after: &State) {
    let holder = |state: &State| state.lease.as_ref().map(|lease| lease.holder.clone());
    if holder(after).is_some() && commit.before.and_then(holder) != holder(after) {
        live.shadow.leads.entry(commit.key.clone()).or_default().leased_by = Some(commit.instance.number);
    }
}
