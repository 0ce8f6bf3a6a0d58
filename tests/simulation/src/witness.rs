//! The witness: looks at every commit as it takes effect and at every invocation that ends well.

use crate::customer::PERSON;
use crate::instance::{Cause, Instance};
use crate::invocation::Work;
use crate::store::brief;
use crate::universe::{Live, Universe};
use crate::verdict::memory;
use crate::{channel, model};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use zikaron_memory::handover;
use zikaron_memory::language::Language;
use zikaron_memory::note::NoteKind;
use zikaron_memory::session::{Channel, SessionId, idle_elapsed};
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::conversation::{Body, Speaker};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::{LeadKey, MessageId};
use zikaron_protocol::model::lead_state::{Lease, Leftover, Mode, State};
use zikaron_protocol::model::message::{End, Message, MessageKey, SendState, Sending};
use zikaron_protocol::model::notice::Notice;
use zikaron_protocol::model::session::{Session, Stage};
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::testing::in_memory_store::Lead;

/// What the witness remembers.
#[derive(Debug, Default)]
pub(crate) struct Shadow {
    leads: BTreeMap<LeadKey, Seen>,
    /// Messages the business was to be told of: escalated, or refused.
    refused: BTreeSet<MessageId>,
    /// Outgoing messages that were uncertain at some time.
    pub(crate) ever_uncertain: BTreeSet<MessageId>,
    /// How often each session was digested, and by which summary.
    pub(crate) digests: BTreeMap<SessionId, Vec<String>>,
    /// When each memory was written last.
    remembered: BTreeMap<LeadKey, Duration>,
    /// What the business had to be told, and since when.
    pub(crate) noticed: Vec<(Duration, LeadKey, Notice)>,
}

/// What the witness remembers of a lead.
#[derive(Debug, Default)]
struct Seen {
    /// Messages of the customer without an end of their own, by arrival.
    waiting: BTreeSet<u64>,
    /// Every arrival number given out.
    arrivals: BTreeSet<u64>,
    /// The marks of the customer's messages, by arrival.
    marks: BTreeMap<u64, String>,
    /// What uncertain answers were to, since the last claim.
    reopened: BTreeMap<MessageId, Vec<u64>>,
    /// The marks of what was taken back.
    revoked: BTreeMap<u64, String>,
    /// Messages that ask for a person.
    for_person: BTreeSet<u64>,
    /// A person wrote from the phone app: until then the AI leaves the conversation to him.
    person_until: Option<Timestamp>,
    /// Sessions whose question was asked.
    asked: BTreeSet<SessionId>,
    /// When a lease was last given back, or the last message on its way settled.
    freed: Option<Duration>,
}

impl Shadow {
    /// Whether these messages wait for the lead's next turn because their answer is uncertain.
    pub(crate) fn is_reopened(&self, key: &LeadKey, outgoing: &MessageId) -> bool {
        self.leads.get(key).is_some_and(|seen| seen.reopened.contains_key(outgoing))
    }
}

type AliasLookup = Vec<(&'static str, String)>;

/// A lead, and those that are being joined into it, as they stood.
pub(crate) type Joining = (Lead, Vec<Lead>);

/// A change that comes to a lead is about a message of the merging lead's, too.
fn not_early(after: Option<&State>, joining: Option<&Joining>, message: &Message, found: &mut AliasLookup) {
    let (Some(amends), Some((_, merging_leads))) = (&message.amends, joining) else { return };
    let waits = after.is_some_and(|state| state.early.iter().any(|early| early.by == message.key));
    let stored =
        |merging_lead: &Lead| merging_lead.messages.values().any(|m| m.sending.is_none() && m.key.id == amends.target);
    if waits && merging_leads.iter().any(stored) {
        found.push(("a change finds its message under another name", message.key.id.to_string()));
    }
}

/// What the merging lead knows best, where nobody has written to either memory for a while: the newest summary of both.
fn newest_of_merging_lead(
    remembered: &BTreeMap<LeadKey, Duration>,
    commit: &Commit<'_>,
    key: &LeadKey,
) -> Option<String> {
    let (ours, merging_leads) = commit.joining?;
    let [merging_lead] = &merging_leads[..] else { return None };
    let from = ours.state.as_ref()?.joining.first()?.clone();
    let quiet = |key: &LeadKey| {
        let at = remembered.get(key).copied().unwrap_or_default();
        commit.elapsed > at + Duration::from_secs(120)
    };
    let fresh = ours.state.as_ref()?.session.as_ref().is_some_and(|open| open.fresh_from.is_some());
    if fresh || !quiet(key) || !quiet(&LeadKey { lead: from, ..key.clone() }) {
        return None;
    }
    let note = merging_lead.memory.document.notes.first().filter(|note| note.kind != NoteKind::Note)?;
    let newest = ours.memory.document.notes.first().is_none_or(|ours| ours.at < note.at);
    newest.then(|| memory::name_of(&note.text).map(str::to_owned)).flatten()
}

/// A commit has taken effect. Answers its line of the trace.
pub(crate) fn committed(
    instance: &Instance,
    key: &LeadKey,
    before: Option<&State>,
    joining: Option<&Joining>,
    items: &[Write],
) -> String {
    let mut found = AliasLookup::new();
    let most = instance.universe.config.turn_most;
    let after = items.iter().find_map(|item| if let Write::State(state) = item { Some(state) } else { None });
    {
        let mut live = instance.universe.live();
        let live = &mut *live;
        for item in items {
            let key = &of_whom(key, item);
            match item {
                Write::Message(message) if message.speaker == Speaker::Customer => {
                    incoming(live, instance, key, message, &mut found);
                    not_early(after, joining, message, &mut found);
                    let erased = after.and_then(|after| after.erased_at).map(Timestamp::as_second);
                    if message.version == 1 && erased >= Some(message.key.sent_at.as_second()) {
                        found.push((
                            "what was written before an erasure is not taken in after it",
                            message.key.id.to_string(),
                        ));
                    }
                }
                Write::Message(message) if message.speaker == Speaker::Staff && message.sending.is_none() => {
                    from_the_app(live, instance, key, message);
                }
                Write::Message(message) => {
                    let elapsed = instance.universe.elapsed();
                    let commit = Commit { before, after, joining, now: instance.now(), elapsed, most };
                    outgoing(live, &commit, key, message, &mut found);
                }
                Write::Memory(_) => drop(live.shadow.remembered.insert(key.clone(), instance.universe.elapsed())),
                Write::Session(session) if session.stage == Stage::Digested => {
                    let stands = instance.universe.store.leads().remove(key).unwrap_or_default();
                    digested(live, session, &stands, items, &mut found)
                }
                _ => {}
            }
        }
        if let (Some(before), Some(after)) = (before, after) {
            joined(live, instance, before, after);
            moved(live, instance, before, after, items, &mut found);
            if before.ai_paused_until.is_some() && after.ai_paused_until.is_none() {
                live.shadow.leads.entry(key.clone()).or_default().person_until = None;
            }
            let gave_back = before.lease.is_some() && after.lease.is_none();
            let settles = !before.unsettled.is_empty() && after.unsettled.is_empty();
            if gave_back || settles {
                live.shadow.leads.entry(key.clone()).or_default().freed = Some(instance.universe.elapsed());
            }
        }
        if let Some(after) = after {
            noticed(live, instance, key, before, after, items, &mut found);
            counted(live, key, after, &mut found);
        }
    }
    if let (Some(before), Some(after)) = (before, after) {
        closed(instance, before, after, items, &mut found);
    }
    for (invariant, detail) in found {
        instance.universe.broken(invariant, detail);
    }
    line(items, after)
}

/// Numbers of a message that was moved are of the lead it was stored with.
fn of_whom(key: &LeadKey, item: &Write) -> LeadKey {
    let from = if let Write::Message(message) = item { message.joined_from.clone() } else { None };
    LeadKey { business: key.business.clone(), lead: from.unwrap_or_else(|| key.lead.clone()) }
}

/// One lead was found to be another.
fn joined(live: &mut Live, instance: &Instance, before: &State, after: &State) {
    if before.joined_to.is_some() || after.joined_to.is_none() {
        return;
    }
    live.counts.joins += 1;
    let amid = before.is_leased(instance.now()) || before.session.is_some() || before.pending > 0;
    live.counts.joins_amid += u64::from(amid || !before.unsettled.is_empty());
}

/// What a message of the customer may be stored as.
fn incoming(live: &mut Live, instance: &Instance, key: &LeadKey, message: &Message, found: &mut AliasLookup) {
    let seen = live.shadow.leads.entry(key.clone()).or_default();
    if message.version == 1 {
        if !seen.arrivals.insert(message.arrival) {
            found.push(("every arrival number is given once", format!("{}", message.arrival)));
        }
        if message.text.starts_with(PERSON) {
            seen.for_person.insert(message.arrival);
        }
        let age = instance.now().duration_since(message.key.sent_at);
        let config = &instance.universe.config;
        let slack = SignedDuration::from_mins(2);
        let needless = message.amends.is_some() || message.revoked || message.kind == "system";
        if age > config.stale_after + slack && message.end != Some(End::Stale) && !needless {
            found.push((
                "a message older than 12 h on arrival is stale",
                format!("{} {:?}", message.key.id, message.end),
            ));
        }
        if age < config.stale_after && message.end == Some(End::Stale) {
            found.push(("only a message older than 12 h is stale", message.key.id.to_string()));
        }
    }
    if message.amends.is_none()
        && let Some(mark) = model::mark(&message.text)
    {
        seen.marks.insert(message.arrival, mark.to_owned());
    }
    if message.revoked {
        let taken_back = seen.marks.remove(&message.arrival);
        seen.revoked.extend(taken_back.map(|mark| (message.arrival, mark)));
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

/// What the business must know stands in the commit that makes it true.
fn noticed(
    live: &mut Live,
    instance: &Instance,
    key: &LeadKey,
    before: Option<&State>,
    after: &State,
    items: &[Write],
    found: &mut AliasLookup,
) {
    let fresh = |notice: &&Notice| before.is_none_or(|state| !state.notices.contains(notice));
    let at = instance.universe.elapsed();
    live.shadow.noticed.extend(after.notices.iter().filter(fresh).map(|notice| (at, key.clone(), notice.clone())));
    for item in items {
        let Write::Message(message) = item else { continue };
        let of_the_channel = |sending: &Sending| sending.code.is_some_and(|code| channel::FOR_GOOD.contains(&code));
        let told = match &message.sending {
            None if message.end != Some(End::Escalated) => true,
            Some(sending) if sending.state == SendState::Uncertain => {
                after.notices.contains(&Notice::Uncertain(message.key.id.clone()))
            }
            Some(sending) if sending.state != SendState::Refused || !of_the_channel(sending) => true,
            // It may be changed later: it was told by then.
            _ if !live.shadow.refused.insert(message.key.id.clone()) => true,
            _ => after.notices.iter().any(|notice| matches!(notice, Notice::Handover { .. })),
        };
        if !told {
            found.push(("what the business must know is written with it", message.key.id.to_string()));
        }
    }
}

/// A person wrote from the phone app.
fn from_the_app(live: &mut Live, instance: &Instance, key: &LeadKey, message: &Message) {
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

/// The commit an outgoing message is part of.
struct Commit<'a> {
    before: Option<&'a State>,
    after: Option<&'a State>,
    joining: Option<&'a Joining>,
    now: Timestamp,
    elapsed: Duration,
    /// How many messages one turn takes.
    most: usize,
}

/// What may be claimed, and what becomes of it.
fn outgoing(live: &mut Live, commit: &Commit<'_>, key: &LeadKey, message: &Message, found: &mut AliasLookup) {
    let Some(sending) = &message.sending else { return };
    let seen = live.shadow.leads.entry(key.clone()).or_default();
    if sending.state == SendState::Uncertain {
        let open: Vec<_> =
            sending.answers.iter().copied().filter(|number| !seen.revoked.contains_key(number)).collect();
        if !open.is_empty() {
            seen.reopened.insert(message.key.id.clone(), open);
        }
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
    if message.speaker == Speaker::Staff {
        live.counts.by_staff += 1;
        return;
    }
    if commit.before.is_some_and(|state| state.is_with_person(commit.now)) {
        found.push(("nothing is claimed while a person answers", message.key.id.to_string()));
    }
    let speaks = |merging_lead: &State| {
        merging_lead.pending > 0 || merging_lead.leftover(commit.now, &Config::default()) == Some(Leftover::InFlight)
    };
    let states = commit
        .joining
        .iter()
        .flat_map(|(_, merging_leads)| merging_leads)
        .filter_map(|merging_lead| merging_lead.state.as_ref());
    if let Some(merging_lead) = states.clone().find(|state| speaks(state)) {
        found.push(("what came under another name is answered first", brief(Some(merging_lead))));
    }
    if seen.person_until.is_some_and(|until| commit.now < until) {
        found.push(("a person who writes from the phone app is left alone", message.key.id.to_string()));
    }
    if let (Body::Buttons { .. }, Some(session)) = (&sending.body, &message.session)
        && !seen.asked.insert(session.clone())
    {
        found.push(("a returning customer is asked once", session.to_string()));
    }
    if message.arrival != sending.answer {
        return;
    }
    live.counts.turns += 1;
    live.counts.coalesced += u64::from(sending.answers.len() > 1);
    // One turn takes so many, the oldest first.
    let full = sending.answers.len() >= commit.most;
    for (outgoing, mut numbers) in std::mem::take(&mut seen.reopened) {
        numbers.retain(|number| !sending.answers.contains(number));
        if full && numbers.iter().all(|number| Some(number) > sending.answers.last()) && !numbers.is_empty() {
            seen.reopened.insert(outgoing, numbers);
        } else if !numbers.is_empty() {
            found.push(("what an uncertain answer was to is in the next turn", format!("{outgoing} {numbers:?}")));
        }
    }
    let is_farewell = Language::ALL.iter().any(|language| sending.body.text() == handover::farewell(*language));
    let asked = sending.answers.iter().any(|number| seen.for_person.contains(number));
    let told = |state: &State| state.notices.iter().any(|notice| matches!(notice, Notice::Handover { .. }));
    let human = commit.after.is_some_and(|state| state.mode == Mode::Human && told(state));
    if (asked && !is_farewell) || (is_farewell && !human) {
        found.push(("who asks for a person gets one", message.key.id.to_string()));
    }
    if sending.answers.iter().any(|number| seen.revoked.contains_key(number)) {
        found.push(("what was taken back is not answered", message.key.id.to_string()));
    }
    if is_farewell {
        // The model was not asked, or its answer not used.
        return;
    }
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

/// A session came to its digest, which has read its messages as they stand at this moment and nothing else.
fn digested(live: &mut Live, session: &Session, stands: &Lead, items: &[Write], found: &mut AliasLookup) {
    let note = items.iter().find_map(|item| match item {
        Write::Note(note) if note.kind != NoteKind::Note => Some((note.kind, note.text.clone())),
        _ => None,
    });
    let Some((kind, note)) = note else { return };
    if (kind == NoteKind::CallSummary) != (session.channel() == Channel::Call) {
        found.push(("a note says what it sums up", format!("{}: {kind:?}", session.id)));
    }
    let id = &session.id;
    live.counts.digested += 1;
    let marks: BTreeSet<String> = memory::remembered(stands, id)
        .filter(|m| !m.revoked)
        .filter_map(|m| model::mark(&m.text))
        .map(str::to_owned)
        .collect();
    let seen = memory::name_of(&note).and_then(|name| live.seen.get(name)).cloned().unwrap_or_default();
    if !session.is_call() && seen != marks {
        let (missed, foreign): (Vec<_>, Vec<_>) =
            (marks.difference(&seen).collect(), seen.difference(&marks).collect());
        found.push((
            "a digest has read all of its session and nothing else",
            format!("{id}: missed {missed:?}, foreign {foreign:?}"),
        ));
    }
    let digests = live.shadow.digests.entry(id.clone()).or_default();
    digests.push(note);
    if digests.len() > 1 {
        found.push(("a session is digested once", id.to_string()));
    }
}

/// What never goes back, and who may take the lease.
fn moved(
    live: &mut Live,
    instance: &Instance,
    before: &State,
    after: &State,
    items: &[Write],
    found: &mut AliasLookup,
) {
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

/// `pending` is what it says it is.
fn counted(live: &mut Live, key: &LeadKey, after: &State, found: &mut AliasLookup) {
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
fn closed(instance: &Instance, before: &State, after: &State, items: &[Write], found: &mut AliasLookup) {
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
    let late = instance.universe.now().duration_since(open.last_at) - config.idle;
    let timed = instance.universe.plan.calm
        && instance.universe.plan.remembers
        && open.armed
        && instance.cause == Cause::TimerFired;
    if timed && late > SignedDuration::from_secs(90) {
        found.push(("a session closes within 90 s of idle", format!("{} {late:?} late", open.id)));
    }
}

/// A delivery was answered with success: then somebody answers its message, or it is at its end.
pub(crate) async fn ended_well(instance: &Instance, work: &Work) {
    let Work::Event(Event::MessageReceived(received)) = work else { return };
    let universe = &instance.universe;
    let place = MessageKey { sent_at: received.message.sent_at, id: received.message.id.clone() };
    let Ok(found) = universe.store.find(&crate::cast::business(), &received.customer, place.sent_at).await else {
        return;
    };
    let Some(lead) = found.lead() else { return };
    let key = stored_with(universe, LeadKey { business: crate::cast::business(), lead: lead.clone() }, &place).await;
    let (Ok(Some(state)), Ok(message)) = (universe.store.state(&key).await, universe.store.message(&key, &place).await)
    else {
        return;
    };
    let Some(message) = message else {
        // Our own message, echoed, is stored already; and one may have been stored with a lead that was erased since.
        if received.message.speaker == Speaker::Customer && universe.live().erased_customers.is_empty() {
            universe.broken("what was taken in is stored", place.id.to_string());
        }
        return;
    };
    let now = instance.now();
    let waits = message.needs_answer() && message.arrival > state.answered && !state.is_with_person(now);
    // By the slowest clock: the holder's may be that one.
    let slowest = universe.now() + SignedDuration::from_millis(universe.plan.skews.iter().min().copied().unwrap_or(0));
    let lasts = |lease: &Lease| slowest < lease.until + SignedDuration::from_secs(15);
    let held = state.lease.as_ref().is_some_and(lasts);
    let freed = universe.live().shadow.leads.get(&key).and_then(|seen| seen.freed);
    // Who gave the lease back, or settled what was on its way, a moment ago takes up what waits or is delivered again.
    let attended = held || freed.is_some_and(|freed| universe.elapsed() < freed + Duration::from_secs(15));
    if waits && !attended && state.leftover(now, &universe.config) != Some(Leftover::InFlight) {
        universe.broken("no delivery ends well while its message waits for nobody", place.id.to_string());
    }
}

/// The lead a message of this lead stands with: it may be one that is being joined into it.
async fn stored_with(universe: &Universe, key: LeadKey, place: &MessageKey) -> LeadKey {
    let mut ahead = vec![key.clone()];
    while let Some(lead) = ahead.pop() {
        if matches!(universe.store.message(&lead, place).await, Ok(Some(_))) {
            return lead;
        }
        let Ok(Some(state)) = universe.store.state(&lead).await else { continue };
        ahead.extend(state.joining.into_iter().map(|lead| LeadKey { business: key.business.clone(), lead }));
    }
    key
}

fn line(items: &[Write], after: Option<&State>) -> String {
    let item = |item: &Write| match item {
        Write::Message(m) => match &m.sending {
            Some(s) => format!("out {} v{} {:?} of {} to {:?}", m.arrival, m.version, s.state, s.answer, s.answers),
            None => format!("in {} {} v{} {:?}", m.arrival, m.key.id, m.version, m.end),
        },
        Write::Session(s) => format!("session {} {:?} v{}", s.id, s.stage, s.version),
        Write::Memory(memory) => format!("memory v{}", memory.version),
        Write::Note(note) => format!("note {:?}", note.kind),
        Write::DeleteNote { id, .. } => format!("note {id} gone"),
        Write::Change(verdict) => format!("change {} {:?}", verdict.field, verdict.reason),
        Write::Call(call) => format!("call {} v{} digest {:?}", call.key.name, call.version, call.session),
        Write::Alias(_) | Write::RepointAlias { .. } | Write::ExpireAlias { .. } => "alias".to_owned(),
        Write::MoveIn(item) => format!("came: {}", line(std::slice::from_ref(item), None)),
        Write::Delete(item) => format!("gone: {}", line(std::slice::from_ref(item), None)),
        Write::DeletePastAlias(_) => "name gone".to_owned(),
        Write::Redirect(to) => format!("went to {to}"),
        Write::State(_) => String::new(),
    };
    let items: Vec<_> = items.iter().map(item).filter(|told| !told.is_empty()).collect();
    format!("[{}] {}", items.join("; "), after.map_or_else(String::new, |state| brief(Some(state))))
}
