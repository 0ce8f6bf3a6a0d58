//! The store: the items of a lead, and one way to write them.
//!
//! Every item that decides something carries a `version`, and a write replaces the item whole: version 1 only if
//! there is none yet, version n only if version n-1 stands. One commit writes several items or none of them. What
//! this buys: the protocol's steps are plain functions from items to items, every race shows as a
//! [`CommitError::Conflict`], and both stores are short enough to read.

pub mod in_memory;
pub mod staff;

use crate::call::{Call, CallKey, CallName};
use crate::ids::{BusinessId, CustomerAddress, LeadId, LeadKey, Line};
use crate::message::{Message, MessageKey};
use crate::phone;
use crate::ports::Unavailable;
use crate::session::Session;
use crate::state::State;
use crate::teeth::{Bug, has};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::future::Future;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::merge::Verdict;
use zikaron_memory::note::Note;
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;

/// The memory of a lead with the count of its writes; version 0 is one that was never written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// Counts the writes of this item.
    pub version: u64,
    /// The memory.
    #[serde(flatten)]
    pub document: LeadMemory,
}

/// Something to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// The lead's state; versioned.
    State(State),
    /// The lead's memory; versioned.
    Memory(Box<Memory>),
    /// A session; versioned.
    Session(Session),
    /// A message; versioned.
    Message(Message),
    /// A call; versioned. Its first write takes the call's name, under which it is found whoever made it.
    Call(Box<Call>),
    /// A note; written over whatever stands under its time and id.
    Note(Note),
    /// This note goes.
    NoteGone {
        /// When it was written.
        at: Timestamp,
        /// Its id.
        id: String,
    },
    /// Why the profile is what it is: what became of one candidate; expires.
    Change(Verdict),
    /// Makes the customer's address point to the lead, if nothing of it points anywhere yet.
    Alias(CustomerAddress),
    /// Makes a name point here that points to another lead.
    Renamed {
        /// The name, as [`names`] writes it.
        name: String,
        /// The lead it points to; nothing is written if that is another one by now.
        from: LeadId,
        /// Whom it means from now on, and meant.
        to: Named,
    },
    /// The name, which points here or nowhere, points here for what is of up to then, and to nobody for what is later.
    Retired {
        /// The name, as [`names`] writes it.
        name: String,
        /// Up to when.
        until: Timestamp,
    },
    /// This item comes from another lead, as it stands there, if nothing stands in its place.
    Came(Box<Self>),
    /// This item goes, if this version of it stands; of a memory version 0: if there is none.
    Gone(Box<Self>),
    /// The way back from here to a name that points elsewhere goes.
    NameGone(String),
    /// What was here is found with that lead from now on.
    Went(LeadId),
}

impl Item {
    /// Whether it writes the state, or takes it away, on the condition that it is there.
    #[must_use]
    pub fn decides_state(&self) -> bool {
        match self {
            Self::State(_) => true,
            Self::Gone(item) => matches!(**item, Self::State(_)),
            _ => false,
        }
    }
}

/// Whether these are written only where the lead's state stands, though none of them writes it: nothing may be kept of
/// one who was erased. A session that is over was there before, so it goes with the lead, and nothing follows from it;
/// looking at the lead as well makes it a transaction, of five units instead of two.
#[must_use]
pub fn needs_lead(items: &[Item]) -> bool {
    let is_over = matches!(items, [Item::Session(session)] if session.version > 1 && !session.is_unfinished());
    !is_over && !items.iter().any(Item::decides_state)
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody wrote first: read again. The message is the item's own condition that failed, where the store says
    /// so; a message that is there already outranks every other reason.
    #[error("{0:?} was written by somebody else")]
    Conflict(Part),
    /// The store did not answer, or answered an error: it may have been written or not.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Which item's condition failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A message: stored already, or changed.
    Message,
    /// A call: the same.
    Call,
    /// An alias points to a lead already.
    Alias,
    /// A session.
    Session,
    /// The memory.
    Memory,
    /// The state, or the lead is gone.
    State,
}

/// Who had a name up to when: phone numbers are given up, and get other owners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Whom it led to.
    pub lead: LeadId,
    /// The last second of that.
    pub until: Timestamp,
}

/// Whom a name leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its last owner.
    pub lead: LeadId,
    /// Set when that one gave it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Who had it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Holder>,
}

impl Named {
    /// A name nobody had before.
    #[must_use]
    pub fn new(lead: LeadId) -> Self {
        Self { lead, until: None, before: None }
    }

    /// The name for who has it now, when `before` had it.
    #[must_use]
    pub fn after(lead: LeadId, before: Holder) -> Self {
        Self { before: Some(before), ..Self::new(lead) }
    }

    /// The lead something of this time belongs to.
    #[must_use]
    pub fn at(&self, at: Timestamp) -> Option<&LeadId> {
        let within = |until: Timestamp| at.as_second() <= until.as_second() && !has(Bug::GivenUpForgotten);
        match (&self.before, self.until) {
            (Some(before), _) if within(before.until) => Some(&before.lead),
            (_, Some(until)) if !within(until) => None,
            _ => Some(&self.lead),
        }
    }

    /// Who has given the name up, if it is free at this time.
    #[must_use]
    pub fn given_up(&self, at: Timestamp) -> Option<Holder> {
        let holder = Holder { lead: self.lead.clone(), until: self.until? };
        self.at(at).is_none().then_some(holder)
    }
}

/// Leads an address points to; two when its parts were first seen apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// By the business-scoped user id.
    pub by_bsuid: Option<LeadId>,
    /// By the phone number.
    pub by_phone: Option<LeadId>,
    /// Who has given that number up, where it is free.
    pub given_up: Option<Holder>,
    /// It is another lead's by now: if the one that had it before is not there, it was erased.
    pub is_past: bool,
}

impl Found {
    /// What the names of an address lead to, for something of this time.
    #[must_use]
    pub fn of(bsuid: Option<&Named>, phone: Option<&Named>, at: Timestamp) -> Self {
        let lead = |named: Option<&Named>| named.and_then(|named| named.at(at)).cloned();
        let by_phone = lead(phone);
        Self {
            by_bsuid: lead(bsuid),
            given_up: phone.and_then(|named| named.given_up(at)),
            is_past: phone.is_some_and(|named| by_phone.as_ref().is_some_and(|lead| *lead != named.lead)),
            by_phone,
        }
    }

    /// What makes names that lead to nobody lead to `lead`: a number may have been somebody else's before.
    #[must_use]
    pub fn naming(&self, lead: &LeadId, mut customer: CustomerAddress) -> Vec<Item> {
        let mut items = Vec::new();
        if let Some(before) = self.given_up.clone().filter(|_| customer.phone.is_some()) {
            let number = CustomerAddress { bsuid: None, phone: customer.phone.take() };
            let to = Named::after(lead.clone(), before.clone());
            let renamed = |name| Item::Renamed { name, from: before.lead.clone(), to: to.clone() };
            items.extend(names(&number).into_iter().flatten().map(renamed));
        }
        items.extend((customer != CustomerAddress::default()).then_some(Item::Alias(customer)));
        items
    }

    /// The lead to use: the user id is the more stable of the two names.
    #[must_use]
    pub fn lead(&self) -> Option<&LeadId> {
        self.by_bsuid.as_ref().or(self.by_phone.as_ref())
    }
}

/// The store. Reads are consistent: they see every commit that was answered before.
pub trait Store: Send + Sync {
    /// The business a line belongs to; none for a number of another connection or of nobody.
    fn route(&self, line: &Line) -> impl Future<Output = Result<Option<BusinessId>, Unavailable>> + Send;

    /// The settings of a business; the defaults where none were written. May be a little old (cached).
    fn settings(&self, business: &BusinessId) -> impl Future<Output = Result<Settings, Unavailable>> + Send;

    /// Whom an address points to, for something of the time `at`; [`Timestamp::MAX`] for what is now.
    fn find(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> impl Future<Output = Result<Found, Unavailable>> + Send;

    /// Whom an address points to, and the state of the lead to use; none for one that is not there (any more). The two
    /// may be read in any order.
    fn find_lead(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> impl Future<Output = Result<(Found, Option<State>), Unavailable>> + Send;

    /// When what any of these names led to was last erased: what is of before is not taken in.
    fn erased_at(
        &self,
        business: &BusinessId,
        names: &[String],
    ) -> impl Future<Output = Result<Option<Timestamp>, Unavailable>> + Send;

    /// The state; none for a lead that is not there.
    fn state(&self, key: &LeadKey) -> impl Future<Output = Result<Option<State>, Unavailable>> + Send;

    /// The memory; version 0 and empty where none was written.
    fn memory(&self, key: &LeadKey) -> impl Future<Output = Result<Memory, Unavailable>> + Send;

    /// State and memory in one round trip.
    fn state_and_memory(
        &self,
        key: &LeadKey,
    ) -> impl Future<Output = Result<(Option<State>, Memory), Unavailable>> + Send;

    /// One message.
    fn message(
        &self,
        key: &LeadKey,
        message: &MessageKey,
    ) -> impl Future<Output = Result<Option<Message>, Unavailable>> + Send;

    /// Up to `most` messages sent from `from` to `to` (both included), newest first.
    fn messages(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        most: usize,
    ) -> impl Future<Output = Result<Vec<Message>, Unavailable>> + Send;

    /// Where a call was stored, and with whom.
    fn find_call(
        &self,
        business: &BusinessId,
        call: &CallName,
    ) -> impl Future<Output = Result<Option<(LeadId, CallKey)>, Unavailable>> + Send;

    /// One call.
    fn call(&self, key: &LeadKey, call: &CallKey) -> impl Future<Output = Result<Option<Call>, Unavailable>> + Send;

    /// One session.
    fn session(
        &self,
        key: &LeadKey,
        session: &SessionId,
    ) -> impl Future<Output = Result<Option<Session>, Unavailable>> + Send;

    /// Writes all items or none. A commit without a state is refused for a lead that is not there ([`needs_lead`]): an
    /// update must not revive what was erased.
    fn commit(&self, key: &LeadKey, items: Vec<Item>) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// The same over several leads at once, each with its own items.
    fn commit_all(&self, leads: Vec<(LeadKey, Vec<Item>)>) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// The lead this one was joined into, once nothing is left here.
    fn went_to(&self, key: &LeadKey) -> impl Future<Output = Result<Option<LeadId>, Unavailable>> + Send;
}

/// A place in the index of open sessions, as the store writes it.
pub type Cursor = String;

/// Sessions, and where to go on, if there may be more.
pub type OpenPage = (Vec<(LeadKey, SessionId)>, Option<Cursor>);

/// The sparse index of sessions that are open or not digested yet, in shards. May be a moment behind.
pub trait OpenSessions: Send + Sync {
    /// How many shards there are.
    fn shards(&self) -> u8;

    /// Up to `most` sessions of a shard, those opened first before the others, from behind `after` on.
    fn open_sessions(
        &self,
        shard: u8,
        after: Option<&Cursor>,
        most: usize,
    ) -> impl Future<Output = Result<OpenPage, Unavailable>> + Send;

    /// Where earlier sweeps stopped, by shard.
    fn cursors(&self) -> impl Future<Output = Result<BTreeMap<u8, Cursor>, Unavailable>> + Send;

    /// Notes where a sweep stopped.
    fn put_cursors(&self, cursors: &BTreeMap<u8, Cursor>) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// The name of a call, as the store keys it.
#[must_use]
pub fn call_name(call: &CallName) -> String {
    format!("call#{call}")
}

/// The names an address gives a lead, as the store keys them: user id, then phone number in its one spelling.
#[must_use]
pub fn names(customer: &CustomerAddress) -> [Option<String>; 2] {
    [
        customer.bsuid.as_ref().map(|id| format!("bsuid#{}", id.expose())),
        customer.phone.as_ref().map(|number| format!("phone#{}", phone::canonical(number))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn session(version: u64, stage: &str, untold: bool) -> Item {
        let mut session = json!({"id": "s1", "version": version, "stage": stage, "opened_at": "2026-11-16T08:00:00Z"});
        if untold {
            session["untold"] = json!([]);
        }
        Item::Session(serde_json::from_value(session).unwrap())
    }

    #[test]
    fn only_a_session_that_was_there_and_is_over_is_written_without_a_look_at_its_lead() {
        assert!(!needs_lead(&[session(4, "digested", false)]));
        assert!(needs_lead(&[session(1, "digested", false)]), "it would be new");
        assert!(needs_lead(&[session(4, "digested", true)]), "the business is to be told");
        assert!(needs_lead(&[session(4, "closing", false)]), "a schedule may follow");
        assert!(needs_lead(&[session(4, "digested", false), session(4, "digested", false)]), "more than one item");
        assert!(needs_lead(&[]));
    }
}
