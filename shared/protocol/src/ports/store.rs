//! The store: the items of a lead, and one way to write them.
//!
//! Every item that decides something carries a `version`, and a write replaces the item whole: version 1 only if there
//! is none yet, version n only if version n-1 stands. One commit writes several items or none of them. What this buys:
//! the protocol's steps are plain functions from items to items, every race shows as a [`CommitError::Conflict`], and
//! both stores are short enough to read.

use super::error::Unavailable;
use crate::model::alias::AliasLookup;
use crate::model::call::{Call, CallKey, CallName};
use crate::model::ids::{BusinessId, CustomerAddress, LeadId, LeadKey, Line};
use crate::model::lead_state::State;
use crate::model::message::{Message, MessageKey};
use crate::model::session::Session;
use crate::model::spent::{BudgetDay, Spent};
use crate::model::write::{Memory, Write};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::future::Future;
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody wrote first: read again. The message is the item's own condition that failed, where the store says so;
    /// a message that is there already outranks every other reason.
    #[error("{0:?} was written by somebody else")]
    Conflict(ConflictingItem),
    /// The store did not answer, or answered an error: it may have been written or not.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// The item whose condition failed; where several did, the first in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConflictingItem {
    /// A message: stored already, or changed.
    Message,
    /// A call: stored already, or changed.
    Call,
    /// An alias points to a lead already.
    Alias,
    /// A session: not in the version that was read.
    Session,
    /// The memory: not in the version that was read.
    Memory,
    /// The state: not in the version that was read, or the lead is gone.
    State,
}

/// How many items are read, and what becomes of one that this code cannot read, for newer code wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// So many, and an error where one cannot be read: for what must not leave any out.
    All(usize),
    /// So many of those that can be read; the others are logged.
    PassOver(usize),
}

/// Reads the items of leads and commits changes to them. Reads are consistent: they see every commit that was answered
/// before.
pub trait Store: Send + Sync {
    /// The business a line belongs to; none for a number of another connection or of nobody.
    fn route(&self, line: &Line) -> impl Future<Output = Result<Option<BusinessId>, Unavailable>> + Send;

    /// The settings of a business; the defaults where none were written. May be a little old (cached).
    fn settings(&self, business: &BusinessId) -> impl Future<Output = Result<Settings, Unavailable>> + Send;

    /// The leads the names of an address point to, for something sent at `at`; [`Timestamp::MAX`] for what is now.
    fn find(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> impl Future<Output = Result<AliasLookup, Unavailable>> + Send;

    /// The same, with the state of the lead to use; none for one that is not there (any more). The two may be read in
    /// any order.
    fn find_lead(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> impl Future<Output = Result<(AliasLookup, Option<State>), Unavailable>> + Send;

    /// When a lead of any of these names was last erased: what was sent before is not taken in.
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

    /// The message of this place.
    fn message(
        &self,
        key: &LeadKey,
        message: &MessageKey,
    ) -> impl Future<Output = Result<Option<Message>, Unavailable>> + Send;

    /// Messages sent from `from` to `to` (both included), newest first.
    fn read_messages(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        reading: Reading,
    ) -> impl Future<Output = Result<Vec<Message>, Unavailable>> + Send;

    /// Up to `most` of them, without those that cannot be read: one must not mute the whole lead.
    fn messages(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        most: usize,
    ) -> impl Future<Output = Result<Vec<Message>, Unavailable>> + Send {
        self.read_messages(key, from, to, Reading::PassOver(most))
    }

    /// Up to `most` messages sent from `from` on, oldest first; where `after` is given, those behind it. One that cannot
    /// be read is passed over, as for [`Self::messages`].
    fn messages_from(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        after: Option<&MessageKey>,
        most: usize,
    ) -> impl Future<Output = Result<Vec<Message>, Unavailable>> + Send;

    /// The lead a call was stored with, and its place there.
    fn find_call(
        &self,
        business: &BusinessId,
        call: &CallName,
    ) -> impl Future<Output = Result<Option<(LeadId, CallKey)>, Unavailable>> + Send;

    /// The call of this place.
    fn call(&self, key: &LeadKey, call: &CallKey) -> impl Future<Output = Result<Option<Call>, Unavailable>> + Send;

    /// The session of this id.
    fn session(
        &self,
        key: &LeadKey,
        session: &SessionId,
    ) -> impl Future<Output = Result<Option<Session>, Unavailable>> + Send;

    /// Writes all items or none. A commit without a state is refused for a lead that is not there ([`crate::model::write::needs_lead`]): an
    /// update must not revive what was erased.
    fn commit(&self, key: &LeadKey, items: Vec<Write>) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// The same over several leads of one business at once, each with its own items.
    fn commit_all(&self, leads: Vec<(LeadKey, Vec<Write>)>) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// What a business has spent on a day.
    fn spent(&self, of: &BudgetDay) -> impl Future<Output = Result<Spent, Unavailable>> + Send;

    /// Adds to what a business has spent on a day; where `told`, the business was told.
    fn spend(&self, of: &BudgetDay, more: Spent) -> impl Future<Output = Result<(), Unavailable>> + Send;

    /// The lead this one was merged into, once nothing is left here.
    fn redirect_of(&self, key: &LeadKey) -> impl Future<Output = Result<Option<LeadId>, Unavailable>> + Send;
}

/// A place in the index of open sessions, as the store writes it: it begins with when the session was opened, as
/// [`cursor_at`] writes it, and so sorts by that.
pub type Cursor = String;

/// The place in front of every session that was opened at this time.
#[must_use]
pub fn cursor_at(opened_at: Timestamp) -> Cursor {
    format!("{opened_at:.3}")
}

/// Some of many, and where the next page begins if there are more.
pub type Page<T> = (Vec<T>, Option<Cursor>);

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

    /// Stores where a sweep stopped.
    fn put_cursors(&self, cursors: &BTreeMap<u8, Cursor>) -> impl Future<Output = Result<(), Unavailable>> + Send;
}
