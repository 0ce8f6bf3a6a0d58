//! What an incoming message makes of its lead: the next state, and what is stored with it in one commit.

use super::context::Done;
use super::merging_lead_update::MergingLeadUpdate;
use super::{hands, lease};
use crate::amend;
use crate::identity::merging_lead::MergingLead;
use crate::model::closing::close_open;
use crate::model::config::Config;
use crate::model::conversation::Speaker;
use crate::model::event::{Incoming, MessageReceived, Purpose};
use crate::model::ids::{CustomerAddress, LeadKey};
use crate::model::lead_state::State;
use crate::model::marketing::{self, Marketing};
use crate::model::message::{End, Message, MessageKey};
use crate::model::model_outage::ModelOutage;
use crate::model::notice::Notice;
use crate::model::session::{OpenSession, Resume, Session};
use crate::model::timer::TimerFired;
use crate::model::write::Write;
use crate::timer::ScheduledTimer;
use jiff::{SignedDuration, Timestamp};
use zikaron_memory::handover::Cause;
use zikaron_memory::resume;
use zikaron_memory::session::{Channel, SessionId, idle_elapsed};
use zikaron_memory::settings::Settings;

/// The next state of the lead and what is stored with it.
pub(super) struct Plan {
    pub(super) state: State,
    pub(super) items: Vec<Write>,
    /// What is written with other leads: those that are being merged into it, and who had the number before.
    pub(super) others: Vec<(LeadKey, Vec<Write>)>,
    pub(super) timer: Option<ScheduledTimer>,
    pub(super) done: Option<Done>,
    /// Who holds the lease, if this invocation took it.
    pub(super) holder: String,
}

/// A message with everything the plan is made from.
pub(super) struct Arriving<'a> {
    pub(super) received: &'a MessageReceived,
    /// The state as it stands; none for a customer nobody knows.
    pub(super) stands: Option<State>,
    pub(super) settings: &'a Settings,
    pub(super) config: &'a Config,
    pub(super) now: Timestamp,
    pub(super) new_session: SessionId,
    pub(super) holder: String,
    /// The customer's new names, if it is the notice of such.
    pub(super) moved_to: Option<CustomerAddress>,
    /// When an earlier record of the customer was erased.
    pub(super) erased_at: Option<Timestamp>,
    /// The message it changes, if it changes one and that is here.
    pub(super) target: Option<amend::Target>,
    /// The changes of it that came before it.
    pub(super) early: Vec<Message>,
    /// Leads that are being merged into this one, each with the changes of this message that came to it before.
    pub(super) merging_leads: Vec<(MergingLead, Vec<Message>)>,
}

impl Arriving<'_> {
    fn incoming(&self) -> &Incoming {
        &self.received.message
    }

    fn is_customers(&self) -> bool {
        self.incoming().speaker == Speaker::Customer
    }
}

pub(super) fn plan(key: &LeadKey, mut arriving: Arriving<'_>) -> Plan {
    let now = arriving.now;
    let stands = arriving.stands.take();
    let mut state = stands.unwrap_or_else(|| State::new(arriving.received.customer.clone(), now)).next();
    let mut message = message(&arriving);
    let mut items = amend::catch_up(&mut state, &mut message, std::mem::take(&mut arriving.early));
    let mut merging_leads: Vec<MergingLeadUpdate> =
        std::mem::take(&mut arriving.merging_leads).into_iter().map(MergingLeadUpdate::new).collect();
    merging_leads.iter_mut().for_each(|merging_lead| merging_lead.catch_up(&mut message));
    hands::change(&mut state, arriving.received);
    message.end = end_of(&state, &message, &arriving);
    let is_said = arriving.incoming().purpose.is_said() && !message.revoked;
    if is_said {
        items.extend(turn_over_session(&mut state, &arriving, message.end));
        state.record_interaction(arriving.incoming().sent_at, Channel::Whatsapp);
    }
    if message.end == Some(End::Stale) && !state.is_with_person(now) {
        // Nobody will answer it: a person is told. What an outage held back comes all at once; they are told once. Behind
        // the session that closes by it, which it is none of.
        state.add_notice(Notice::Handover { cause: Cause::Unanswered, code: None });
    }
    if message.is_missed_call() {
        state.record_interaction(message.key.sent_at, Channel::Call);
        state.listed_at = now;
        state.add_notice(Notice::MissedCall { message: message.key.id.clone(), at: message.key.sent_at });
    }
    state.erased_at = arriving.erased_at;
    state.arrivals += 1;
    message.arrival = state.arrivals;
    address(&mut state, &arriving);
    state.take_marketing(Marketing::of(arriving.incoming()));
    let may_be_sent = state.marketing.is_none_or(|said| said.wanted) && !state.handed_over.contains(&Cause::OptOut);
    if arriving.settings.enable_actions && may_be_sent && marketing::is_unclear(arriving.incoming()) {
        state.add_notice(Notice::Handover { cause: Cause::OptOut, code: None });
    }
    if is_said {
        join_session(&mut state, &arriving);
        choose_fresh(&mut state, &arriving, &message);
    }
    message.session = state.session.as_ref().map(|open| open.id.clone());
    let target = arriving.target.take();
    let anew = match target.as_ref().and_then(|target| {
        merging_leads.iter_mut().find(|merging_lead| target.merging_lead.as_ref() == Some(&merging_lead.key.lead))
    }) {
        Some(merging_lead) => {
            merging_lead.items.extend(amend::amend(&mut merging_lead.state, &mut message, target, now));
            amend::timer(&merging_lead.key, &merging_lead.items, now)
        }
        None => {
            items.extend(amend::amend(&mut state, &mut message, target, now));
            amend::timer(key, &items, now)
        }
    };
    if matches!(message.end, Some(End::HumanMode | End::Stale)) && message.is_unheard() && arriving.settings.hears() {
        state.leave_unheard(message.key.clone(), now);
    }
    let done = take_up(&mut state, &message, &arriving, is_said);
    for merging_lead in &mut merging_leads {
        merging_lead.leave_to_person(&state);
        merging_lead.take_marketing(&state);
    }
    let timer = if is_said { idle_timer(key, &mut state, &message, &arriving) } else { anew };
    items.push(Write::Message(message));
    items.push(Write::State(state.clone()));
    let others = merging_leads.into_iter().filter_map(MergingLeadUpdate::written).collect();
    Plan { state, items, others, timer, done, holder: arriving.holder }
}

/// The message as it comes in: its number, its session and its end are not known yet.
fn message(arriving: &Arriving<'_>) -> Message {
    let incoming = arriving.incoming();
    let amends = if let Purpose::Amend(amends) = &incoming.purpose { Some(amends.clone()) } else { None };
    let key = MessageKey { sent_at: incoming.sent_at, id: incoming.id.clone() };
    Message {
        text: incoming.text.clone().unwrap_or_default(),
        enclosed: incoming.enclosed.clone(),
        quotes: incoming.quotes.clone(),
        amends,
        remembered: arriving.settings.enable_customer_service,
        ..Message::incoming(key, incoming.speaker, incoming.kind.clone())
    }
}

fn end_of(state: &State, message: &Message, arriving: &Arriving<'_>) -> Option<End> {
    let incoming = arriving.incoming();
    match incoming.purpose {
        _ if message.revoked => Some(End::Revoked),
        Purpose::Amend(_) | Purpose::Moved { .. } | Purpose::Marketing { .. } => Some(End::NotNeeded),
        Purpose::Control { .. } | Purpose::Notice => Some(End::NotNeeded),
        // What staff write waits for nothing and needs no end.
        _ if !arriving.is_customers() => None,
        Purpose::Tell => Some(End::HumanMode),
        Purpose::Ask if is_stale(arriving) => Some(End::Stale),
        // At another number than the one it was written to, the conversation may be ours.
        Purpose::Ask => {
            let is_elsewhere = state.elsewhere.since(&arriving.received.line).is_some();
            (is_elsewhere || state.is_with_staff(arriving.now)).then_some(End::HumanMode)
        }
    }
}

fn is_stale(arriving: &Arriving<'_>) -> bool {
    let age = arriving.now.duration_since(arriving.incoming().sent_at);
    age > arriving.config.stale_after
}

/// Closes a session whose time has passed before its timer said so, and opens one where none is open
/// (docs/rules.md#c3).
fn turn_over_session(state: &mut State, arriving: &Arriving<'_>, end: Option<End>) -> Vec<Write> {
    let Arriving { settings, config, now, .. } = *arriving;
    let sent_at = arriving.incoming().sent_at;
    let mut items = Vec::new();
    if state.session.as_ref().is_some_and(|open| idle_elapsed(open.last_at, sent_at, config.idle)) {
        items.extend(close_open(state, now).map(Write::Session));
    }
    if state.session.is_some() {
        return items;
    }
    let due = settings.enable_customer_service
        && end.is_none()
        && arriving.is_customers()
        && resume::is_due(state.last_interaction_at, sent_at, config.idle, settings.resume_max_gap_days);
    let id = arriving.new_session.clone();
    items.push(Write::Session(Session::open(id.clone(), now)));
    state.listed_at = now;
    let open = OpenSession::begin(id, now, sent_at, state.arrivals + 1);
    state.session = Some(OpenSession { resume: if due { Resume::Due } else { Resume::No }, ..open });
    items
}

/// From where the customer is answered, and under which names they are reached.
fn address(state: &mut State, arriving: &Arriving<'_>) {
    let received = arriving.received;
    let sent_at = received.message.sent_at;
    if received.message.purpose == Purpose::Ask {
        let is_other = state.line.as_ref().is_some_and(|line| *line != received.line);
        state.waits_on_two_lines = state.pending > 0 && (state.waits_on_two_lines || is_other);
    }
    // The channel's clock has whole seconds.
    let is_newest = state.line_at.is_none_or(|at| at.as_second() <= sent_at.as_second());
    // What another application is asked at another number, or was asked before, does not move what waits here.
    let is_apart = state.pending > 0 && state.elsewhere.since(&received.line).is_some();
    // What the channel tells of a customer comes by any of the business's numbers, whichever they write to.
    if arriving.is_customers() && received.message.purpose.is_written() && is_newest && !is_apart {
        state.line_at = Some(sent_at);
        state.username = received.username.clone().or_else(|| state.username.take());
        state.line = Some(received.line.clone());
    }
    if state.line.is_none() {
        state.line = Some(received.line.clone());
    }
    state.take_names(&received.customer, arriving.moved_to.as_ref(), &received.line.connection, sent_at);
    state.take_parent(received.parents.now.as_ref(), sent_at);
}

fn join_session(state: &mut State, arriving: &Arriving<'_>) {
    let sent_at = arriving.incoming().sent_at;
    let remembers = arriving.settings.enable_customer_service && arriving.is_customers();
    let Some(open) = &mut state.session else { return };
    open.first_sent_at = open.first_sent_at.min(sent_at);
    open.last_at = open.last_at.max(sent_at);
    open.remembered += u32::from(remembers);
}

/// Whether the message answers the question to a returning customer, and how (docs/rules.md#e4). The choice is state.
fn choose_fresh(state: &mut State, arriving: &Arriving<'_>, message: &Message) {
    let incoming = arriving.incoming();
    let number = state.arrivals;
    let Some(open) = &mut state.session else { return };
    if !arriving.settings.enable_customer_service || message.end == Some(End::Stale) || !arriving.is_customers() {
        return;
    }
    let button = incoming.button.as_deref();
    let taps = matches!(button, Some(resume::FRESH_BUTTON | resume::CONTINUE_BUTTON));
    let quotes =
        incoming.quotes.is_some() && state.asked.as_ref().is_some_and(|asked| asked.channel_id == incoming.quotes);
    // The channel's clock has whole seconds: an answer may seem to stand before the question by less than one.
    let answers =
        state.asked.as_ref().is_some_and(|asked| asked.open && incoming.sent_at.as_second() >= asked.at.as_second());
    let may_choose = quotes || answers || open.opened_by == number || open.resume == Resume::Due;
    let says_fresh = || may_choose && !taps && message.own_words().is_some_and(resume::wants_fresh);
    if button == Some(resume::FRESH_BUTTON) || says_fresh() {
        open.fresh_from = Some(number);
        open.resume = Resume::No;
    } else if taps || quotes {
        open.resume = Resume::No;
        if button == Some(resume::CONTINUE_BUTTON) {
            open.fresh_from = None;
        }
    }
    if (taps || quotes || answers)
        && let Some(asked) = &mut state.asked
    {
        asked.open = false;
        // The model may understand what they chose.
        asked.answered_by = (!taps && open.fresh_from.is_none()).then_some(number);
    }
}

/// Who deals with the message: nobody any more, the turn that is under way, or this invocation, which then holds the
/// lease (none).
fn take_up(state: &mut State, message: &Message, arriving: &Arriving<'_>, is_said: bool) -> Option<Done> {
    let now = arriving.now;
    if !arriving.is_customers() {
        // What waits is a person's now, and somebody has to write that down.
        let is_staffs = arriving.incoming().speaker == Speaker::Staff;
        if !is_said || !is_staffs || !steps_back(state, arriving) || !state.has_work(now, arriving.config) {
            return Some(Done::NoAnswerNeeded);
        }
    } else if message.end.is_some() {
        // Who has the conversation changed: what waits comes to its end, and the business is told.
        let changes_hands = matches!(arriving.incoming().purpose, Purpose::Control { .. });
        let is_news = changes_hands || message.is_missed_call() || state.is_unheard(&message.key);
        if !is_news || !state.has_work(now, arriving.config) {
            return Some(Done::NoAnswerNeeded);
        }
    } else {
        await_answer(state, arriving.incoming(), now);
    }
    if state.is_leased(now) {
        return Some(Done::LeftToHolder);
    }
    lease::grant(state, &arriving.holder, now, arriving.config);
    None
}

/// A person of the business wrote from the phone app: the AI leaves the conversation to them for a while, counted from
/// when they wrote (docs/rules.md#h4). False where that while is over.
fn steps_back(state: &mut State, arriving: &Arriving<'_>) -> bool {
    let minutes = i64::from(arriving.settings.step_back_minutes);
    let until = arriving.incoming().sent_at + SignedDuration::from_mins(minutes);
    if until <= arriving.now {
        return false;
    }
    state.ai_paused_until = state.ai_paused_until.max(Some(until));
    state.leave_to_others();
    true
}

fn await_answer(state: &mut State, incoming: &Incoming, now: Timestamp) {
    let sent_at = incoming.sent_at;
    state.newest = Some(incoming.id.clone());
    if state.pending == 0 {
        state.model_outage = ModelOutage::begun_anew(state.model_outage);
    }
    state.pending += 1;
    state.pending_since = Some(state.pending_since.map_or(sent_at, |since| since.min(sent_at)));
    state.pending_at = Some(now);
}

/// The timer is set here when the session has none yet, or when no turn will follow that sets it (docs/rules.md#c2).
fn idle_timer(key: &LeadKey, state: &mut State, message: &Message, arriving: &Arriving<'_>) -> Option<ScheduledTimer> {
    let answered_by_turn = message.needs_answer();
    let open = state.session.as_mut()?;
    if !arriving.settings.enable_customer_service || (open.armed && answered_by_turn) {
        return None;
    }
    let first = !std::mem::replace(&mut open.armed, true);
    let fire = TimerFired { key: key.clone(), session: open.id.clone(), generation: open.generation };
    Some(ScheduledTimer { fire, at: open.last_at + arriving.config.idle, first })
}
