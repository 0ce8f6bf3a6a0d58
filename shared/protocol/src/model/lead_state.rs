//! The hot item of a lead: everything a turn decides on, small enough (under 1 KB) that writing it costs one unit.

use super::action::Action;
use super::config::Config;
use super::elsewhere::Elsewhere;
use super::ids::{Bsuid, ConnectionId, CustomerAddress, LeadId, Line, MessageId, Username};
use super::message::MessageKey;
use super::model_outage::ModelOutage;
use super::notice::Notice;
use super::outbox::{self, InFlight, Leftover, Unsettled};
use crate::model::marketing::Marketing;
use crate::model::session::{OpenSession, ResumeQuestion};
use crate::model::unheard::Unheard;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zikaron_memory::action::rules::Facts;
use zikaron_memory::handover::Cause;
use zikaron_memory::session::Channel;

/// The state of a lead. Every write replaces it whole and raises `version`, on the condition that nobody else did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Counts the writes of this item; see [`crate::model::write::Write`].
    pub version: u64,
    /// The number of the message stored last, of either direction.
    pub arrivals: u64,
    /// Every message that needed an answer, up to this number, has come to its end.
    pub answered: u64,
    /// How many messages above `answered` wait for an answer.
    pub pending: u32,
    /// No waiting message was sent before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_since: Option<Timestamp>,
    /// When the last waiting message was stored, by the clock of whoever stored it: the burst wait counts from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_at: Option<Timestamp>,
    /// The waiting message stored last: what the read mark and the typing indicator name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<MessageId>,
    /// Raised by every taker of the lease; only the holder of the highest one may write as such.
    pub fence: u64,
    /// The turn that is under way; one whose time is over counts as none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    /// The open session; none while nobody writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<OpenSession>,
    /// Who answers, the AI or a person; see `ai_paused_until` too.
    pub mode: Mode,
    /// Time of the last message or call; never moves backwards (docs/rules.md#a3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_interaction_at: Option<Timestamp>,
    /// The channel of that message or call (docs/rules.md#a3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_channel: Option<Channel>,
    /// Where the customer last wrote, and so from where they are answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    /// When what came in there was sent: what is older does not move it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_at: Option<Timestamp>,
    /// By what they can be reached.
    pub customer: CustomerAddress,
    /// Their user id as each connection names them: such ids are
    /// [scoped to a business portfolio](https://developers.facebook.com/docs/whatsapp/business-scoped-user-ids), so that
    /// one person has another one for each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub user_ids: BTreeMap<ConnectionId, Bsuid>,
    /// Their id in all linked portfolios, where there are such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Bsuid>,
    /// The username their newest message came with; not a name of theirs in the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// When they last changed their number or user id: what was sent before names them by the old one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_at: Option<Timestamp>,
    /// What the customer last told WhatsApp of marketing messages; none where they never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketing: Option<Marketing>,
    /// When they were last sent something they had not asked for (docs/rules.md#m).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unasked_at: Option<Timestamp>,
    /// Outgoing messages whose end is not known yet, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsettled: Vec<Unsettled>,
    /// Messages whose answer may never have reached the customer: they count as unanswered again in the customer's next
    /// turn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reopened: Vec<ArrivalRange>,
    /// Events the business has not heard of yet; see [`Notice`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// How many notices were told and struck out: the first that stands is the next one's number.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub told: u64,
    /// Why a person was asked for since the last conversation closed, each cause once: counted with the next one that does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed_over: Vec<Cause>,
    /// How often an edit or a revocation has changed a message: a turn that has read others starts over.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub amended: u64,
    /// Changes of messages that are not here yet, oldest first; at most [`MAX_PENDING_AMENDMENTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub early: Vec<PendingAmendment>,
    /// A person of the business wrote from the phone app: until then the AI leaves the conversation to them.
    #[serde(default, rename = "stepped_back_until", skip_serializing_if = "Option::is_none")]
    pub ai_paused_until: Option<Timestamp>,
    /// Numbers at which another application has the conversation: what waits is its, until the customer writes to us again
    /// or it is passed back.
    #[serde(default, skip_serializing_if = "Elsewhere::is_empty")]
    pub elsewhere: Elsewhere,
    /// Whether what waits came by more than one of the business's numbers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waits_on_two_lines: bool,
    /// Whether the model has failed this lead; none where it did not, or that is long over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_outage: Option<ModelOutage>,
    /// The question last put to the customer when they returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<ResumeQuestion>,
    /// How much the customer has lately written several messages for one answer; 0: not at all.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bursts: u8,
    /// How much of the customer's voice was listened to on the last day anything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<HeardOn>,
    /// Voice notes nobody answers and nobody has listened to yet; none where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unheard: Option<Unheard>,
    /// Whether the customer has been told that an AI answers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ai_disclosed: bool,
    /// The message that told them: if it did not arrive, they have not been told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disclosed_by: Option<MessageId>,
    /// Whether the customer has been asked for their phone number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub number_asked: bool,
    /// The customer's earlier record was erased then: what they wrote up to that second is not taken in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
    /// Leads of the same person that are being merged into this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joining: Vec<LeadId>,
    /// The lead of the same person this one is being merged into: what comes for its names is stored there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_to: Option<LeadId>,
    /// The key in the index of leads by activity; changes when a session opens or closes, not with every message.
    pub listed_at: Timestamp,
}

/// More changes than these are not kept for messages that did not come yet: the oldest are forgotten.
pub const MAX_PENDING_AMENDMENTS: usize = 8;

/// A change that came before the message it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingAmendment {
    /// The channel's id of that message.
    pub target: MessageId,
    /// The change, as it is stored.
    pub by: MessageKey,
}

/// How much of a customer's voice was listened to in a day (docs/rules.md#p3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeardOn {
    /// The day, by the business's time zone.
    pub day: Date,
    /// In seconds.
    pub seconds: u32,
}

/// Who answers the customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The AI.
    #[default]
    Ai,
    /// A person of the business.
    Human,
}

/// The right to answer a lead, for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Until when, by the holder's clock.
    pub until: Timestamp,
    /// A ULID of the holder's: tells its own write from another's when the answer to a commit was lost.
    pub holder: String,
}

/// Messages by arrival number: those after `after`, up to `through`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrivalRange {
    /// The number before the first.
    pub after: u64,
    /// The last.
    pub through: u64,
}

fn is_zero<T: Default + PartialEq>(number: &T) -> bool {
    *number == T::default()
}

impl ArrivalRange {
    /// Whether a message is one of them.
    #[must_use]
    pub fn holds(self, arrival: u64) -> bool {
        self.after < arrival && arrival <= self.through
    }
}

impl State {
    /// Whether the customer may be asked for their number: they came with a user id alone, and were not asked yet.
    #[must_use]
    pub fn may_ask_number(&self) -> bool {
        !self.number_asked && self.customer.phone.is_none() && self.customer.bsuid.is_some()
    }

    /// A lead nobody has heard of before.
    #[must_use]
    pub fn new(customer: CustomerAddress, now: Timestamp) -> Self {
        let parent_id = customer.bsuid.clone().filter(Bsuid::is_parent);
        Self {
            version: 0,
            arrivals: 0,
            answered: 0,
            pending: 0,
            pending_since: None,
            pending_at: None,
            newest: None,
            fence: 0,
            lease: None,
            session: None,
            mode: Mode::Ai,
            last_interaction_at: None,
            last_channel: None,
            line: None,
            line_at: None,
            customer,
            user_ids: BTreeMap::new(),
            parent_id,
            username: None,
            marketing: None,
            unasked_at: None,
            moved_at: None,
            unsettled: Vec::new(),
            reopened: Vec::new(),
            notices: Vec::new(),
            told: 0,
            handed_over: Vec::new(),
            amended: 0,
            early: Vec::new(),
            ai_paused_until: None,
            elsewhere: Elsewhere::default(),
            waits_on_two_lines: false,
            model_outage: None,
            asked: None,
            bursts: 0,
            heard: None,
            unheard: None,
            ai_disclosed: false,
            disclosed_by: None,
            number_asked: false,
            erased_at: None,
            joining: Vec::new(),
            joined_to: None,
            listed_at: now,
        }
    }

    /// The same state as the next write of it.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    /// Whether a turn is under way.
    #[must_use]
    pub fn is_leased(&self, now: Timestamp) -> bool {
        self.lease.as_ref().is_some_and(|lease| now < lease.until)
    }

    /// Whether the turn under way is this holder's, be its time over or not: nobody has taken it away.
    #[must_use]
    pub fn is_held_by(&self, holder: &str) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.holder == holder)
    }

    /// Whether a person answers: they took over, wrote from the phone app a while ago, or the conversation is another
    /// application's at the number the customer would be answered from.
    #[must_use]
    pub fn is_with_person(&self, now: Timestamp) -> bool {
        let is_elsewhere = self.line.as_ref().is_some_and(|line| self.elsewhere.since(line).is_some());
        is_elsewhere || self.is_with_staff(now)
    }

    /// Whether a person of the business answers, at whatever number.
    #[must_use]
    pub fn is_with_staff(&self, now: Timestamp) -> bool {
        self.mode == Mode::Human || self.ai_paused_until.is_some_and(|until| now < until)
    }

    /// Takes the names a message of `at` tells by this connection, unless they have moved since; `to`: the names they have
    /// moved to with it.
    pub fn take_names(
        &mut self,
        names: &CustomerAddress,
        to: Option<&CustomerAddress>,
        connection: &ConnectionId,
        at: Timestamp,
    ) {
        let mut named = to.map_or_else(|| names.clone(), |to| to.or(names));
        let is_new = to.is_some_and(|to| to.bsuid.is_some());
        if !is_new && self.customer.bsuid.is_some() && named.bsuid.as_ref().is_some_and(Bsuid::is_parent) {
            // The id of one portfolio is the better known of the two.
            named.bsuid = None;
        }
        // The channel's clock has whole seconds: what is of the same second as the notice may have been sent before it.
        let is_newer = |moved: Timestamp| match to {
            Some(_) => at.as_second() >= moved.as_second(),
            None => at.as_second() > moved.as_second(),
        };
        if self.moved_at.is_none_or(is_newer) {
            if to.is_some_and(|to| to.phone.is_some()) {
                // With a new number comes a new user id in every portfolio: the others are not known yet.
                self.user_ids.clear();
                self.parent_id = None;
                if !is_new {
                    // Nor is this one: whoever writes with the new number and another id is still the same person.
                    (named.bsuid, self.customer.bsuid) = (None, None);
                }
            }
            if let Some(id) = &named.bsuid {
                self.user_ids.insert(connection.clone(), id.clone());
            }
            self.customer = named.or(&self.customer);
        }
        if to.is_some() {
            self.moved_at = self.moved_at.max(Some(at));
        }
    }

    /// Somebody else has the conversation: the AI says nothing more to what was said until now.
    pub fn leave_to_others(&mut self) {
        self.drop_unsent();
        self.reopened.clear();
    }

    /// Takes the id by which something of this time names the customer in all linked portfolios.
    pub fn take_parent(&mut self, parent: Option<&Bsuid>, at: Timestamp) {
        if self.moved_at.is_none_or(|moved| at.as_second() >= moved.as_second()) {
            self.parent_id = parent.cloned().or_else(|| self.parent_id.take());
        }
    }

    /// Takes what the customer says of messages they do not ask for. Where they want none, what actions have left to be
    /// sent is not sent.
    pub fn take_marketing(&mut self, said: Option<Marketing>) {
        if said <= self.marketing {
            return;
        }
        self.marketing = said;
        if said.is_some_and(|said| !said.wanted) {
            self.unsettled.iter_mut().filter(|entry| entry.until.is_some()).for_each(Unsettled::drop_unsent);
        }
    }

    /// What is known of the customer and of an action for them, for the rules.
    #[must_use]
    pub fn facts(&self, action: &Action, budget_is_spent: bool) -> Facts {
        Facts {
            asked: action.asked.is_some(),
            made_at: action.made_at,
            latest: action.latest,
            opted_out_at: self.marketing.filter(|said| !said.wanted).map(|said| said.at),
            unasked_at: self.unasked_at,
            budget_is_spent,
        }
    }

    /// What the AI wrote and was certainly not sent is never sent; what staff wrote stays.
    pub fn drop_unsent(&mut self) {
        self.unsettled.iter_mut().filter(|entry| !entry.staff).for_each(Unsettled::drop_unsent);
    }

    /// Whether a turn has something to do: messages wait (for an answer or, where a person answers, for their end), an
    /// outgoing one wants to be dealt with, a notice is to be published, or a voice note is to be listened to.
    #[must_use]
    pub fn has_work(&self, now: Timestamp, config: &Config) -> bool {
        if !self.notices.is_empty() || self.unheard.as_ref().is_some_and(|unheard| unheard.at <= now) {
            return true;
        }
        let waits = self.pending > 0;
        match self.leftover(now, config) {
            Some(Leftover::InFlight) => false,
            Some(Leftover::Send(_, at)) => waits || at <= now,
            Some(_) => true,
            None => waits,
        }
    }

    /// Whether nothing is to be done but to ask a model again that has failed.
    #[must_use]
    pub fn waits_for_model(&self, now: Timestamp, config: &Config) -> bool {
        let is_out = matches!(self.model_outage, Some(ModelOutage::Lasts { .. }));
        let is_persons = self.is_with_person(now) || self.pending_since.is_some_and(|at| at < now - config.stale_after);
        is_out && !is_persons && self.notices.is_empty() && self.leftover(now, config).is_none()
    }

    /// The next thing to do about earlier outgoing messages, in their order.
    #[must_use]
    pub fn leftover(&self, now: Timestamp, config: &Config) -> Option<Leftover> {
        outbox::next(&self.unsettled, now, config)
    }

    /// Whether a message waits for an answer, or for another one because the first may not have arrived.
    #[must_use]
    pub fn awaits(&self, arrival: u64) -> bool {
        arrival > self.answered || self.reopened.iter().any(|range| range.holds(arrival))
    }

    /// How many messages [`State::awaits`] is true of.
    #[must_use]
    pub fn awaiting(&self) -> u64 {
        let again = |range: &ArrivalRange| range.through.min(self.answered).saturating_sub(range.after);
        u64::from(self.pending) + self.reopened.iter().map(again).sum::<u64>()
    }

    /// Whether a message of a person waits to be sent: it goes before anything the AI says.
    #[must_use]
    pub fn staff_waits(&self) -> bool {
        self.unsettled.iter().any(|entry| entry.staff && entry.stage == InFlight::Waiting)
    }

    /// Has the business told of it, once: a notice that stands already is not added.
    pub fn add_notice(&mut self, notice: Notice) {
        if let Notice::Handover { cause, .. } = &notice
            && !self.handed_over.contains(cause)
        {
            self.handed_over.push(*cause);
        }
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// The customer's user id as this connection names them; none where it never did.
    #[must_use]
    pub fn user_id(&self, connection: &ConnectionId) -> Option<&Bsuid> {
        let is_theirs = |line: &Line| self.user_ids.is_empty() && line.connection == *connection;
        let only = || self.customer.bsuid.as_ref().filter(|_| self.line.as_ref().is_some_and(is_theirs));
        self.user_ids.get(connection).or_else(only)
    }

    /// By what the customer can be reached from this line.
    #[must_use]
    pub fn address_from(&self, line: &Line) -> CustomerAddress {
        let CustomerAddress { bsuid, phone } = &self.customer;
        let another = bsuid.as_ref().filter(|_| self.user_ids.is_empty() || phone.is_none());
        CustomerAddress { bsuid: self.user_id(&line.connection).or(another).cloned(), phone: phone.clone() }
    }

    /// A voice note has come to its end without an answer, and somebody is to listen to it.
    pub fn leave_unheard(&mut self, note: MessageKey, now: Timestamp) {
        self.unheard = Some(Unheard::with(self.unheard.take(), note, now));
    }

    /// Whether somebody is still to listen to this one.
    #[must_use]
    pub fn is_unheard(&self, note: &MessageKey) -> bool {
        self.unheard.as_ref().is_some_and(|unheard| unheard.notes.contains(note))
    }

    /// Counts what was heard on this day.
    pub fn count_heard(&mut self, day: Date, seconds: u32) {
        if seconds > 0 {
            let before = self.heard.filter(|heard| heard.day == day).map_or(0, |heard| heard.seconds);
            self.heard = Some(HeardOn { day, seconds: before.saturating_add(seconds) });
        }
    }

    /// Counts a message or call as the last interaction, unless a later one is known: `last_interaction_at` never moves
    /// backwards, and `last_channel` goes with it.
    pub fn record_interaction(&mut self, at: Timestamp, channel: Channel) {
        if self.last_interaction_at.is_none_or(|last| last <= at) {
            self.last_interaction_at = Some(at);
            self.last_channel = Some(channel);
        }
    }
}
