//! What the staff API needs of the store beyond [`Store`], as five traits:
//!
//! - [`BusinessStore`]: settings and lines of a business;
//! - [`LeadIndex`]: the leads of a business, by activity or name;
//! - [`LeadCollections`]: what a lead has many of, page by page;
//! - [`IdempotencyStore`]: requests that must take effect once;
//! - [`Erasing`]: the end of a lead.
//!
//! What is counted stands in [`Figures`], what is posted to other systems in [`WebhookStore`],
//! imports of chats in [`ImportStore`].
//!
//! Everything is read and written below a business; there is no way to ask across businesses.

use super::chat_import::ImportStore;
use super::error::Unavailable;
use super::figures::Figures;
use super::store::{CommitError, Cursor, Store};
use super::webhook::WebhookStore;
use crate::model::alias::AliasRecord;
use crate::model::ids::{BusinessId, ConnectionId, LeadId, LeadKey, Line};
use crate::model::lead_state::State;
use crate::model::listed::Listed;
use crate::model::timer::TimerFired;
use crate::model::write::Memory;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::future::Future;
use zikaron_memory::note::Note;
use zikaron_memory::settings::Settings;

pub use super::store::Page;

/// The settings of a business with the count of their writes; version 0 are the defaults, never written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldSettings {
    /// Counts the writes of this item.
    pub version: u64,
    /// The settings.
    pub settings: Settings,
}

/// The settings and lines of businesses, as they stand and not from a cache.
pub trait BusinessStore: Send + Sync {
    /// The settings of a business.
    fn held_settings(&self, business: &BusinessId) -> impl Future<Output = Result<HeldSettings, Unavailable>> + Send;

    /// Writes the settings if the version before stands.
    fn write_settings(
        &self,
        business: &BusinessId,
        held: &HeldSettings,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// The lines that lead to a business, at most 100.
    fn lines(&self, business: &BusinessId) -> impl Future<Output = Result<Vec<Line>, Unavailable>> + Send;

    /// The business a connection belongs to as a whole; none where the operator gave it to nobody.
    fn owner(&self, connection: &ConnectionId) -> impl Future<Output = Result<Option<BusinessId>, Unavailable>> + Send;

    /// Lets a line lead to a business. False, and nothing is changed, when it leads to another one.
    fn put_line(&self, line: &Line, business: &BusinessId) -> impl Future<Output = Result<bool, Unavailable>> + Send;

    /// Takes a line away from a business. False when it did not lead there.
    fn drop_line(&self, line: &Line, business: &BusinessId) -> impl Future<Output = Result<bool, Unavailable>> + Send;
}

/// The leads of a business.
pub trait LeadIndex: Send + Sync {
    /// Up to `most` leads, the one whose session opened or closed last first; may be a moment behind.
    fn leads(
        &self,
        business: &BusinessId,
        before: Option<&Cursor>,
        most: usize,
    ) -> impl Future<Output = Result<Page<LeadId>, Unavailable>> + Send;

    /// Up to `most` leads whose profile has this name, case, spacing and punctuation apart; may be a moment behind.
    fn named(
        &self,
        business: &BusinessId,
        name: &str,
        after: Option<&Cursor>,
        most: usize,
    ) -> impl Future<Output = Result<Page<LeadId>, Unavailable>> + Send;
}

/// What a lead has many of: messages, calls, sessions, notes, changes, names.
pub trait LeadCollections: Send + Sync {
    /// Up to `most` items of one kind, newest first, from behind `before` on.
    fn page<T: Listed>(
        &self,
        key: &LeadKey,
        before: Option<&Cursor>,
        most: usize,
    ) -> impl Future<Output = Result<Page<T>, Unavailable>> + Send;

    /// The names that lead to a lead, as [`alias_keys`](crate::model::alias::alias_keys) writes them; also those it has
    /// given up, until another lead has them.
    fn names_of(
        &self,
        key: &LeadKey,
    ) -> impl Future<Output = Result<BTreeMap<String, AliasRecord>, Unavailable>> + Send;

    /// Removes what a lead itself keeps of names that lead to another one by now, or will: nothing finds them there once
    /// it is gone.
    fn forget_names(&self, key: &LeadKey) -> impl Future<Output = Result<(), Unavailable>> + Send;

    /// The note of this time and id; none where it was deleted.
    fn note(
        &self,
        key: &LeadKey,
        at: Timestamp,
        id: &str,
    ) -> impl Future<Output = Result<Option<Note>, Unavailable>> + Send;

    /// Every item of a lead as it is stored, by its sort key; none when that is more than `most` bytes.
    fn everything(
        &self,
        key: &LeadKey,
        most: usize,
    ) -> impl Future<Output = Result<Option<BTreeMap<String, Value>>, Unavailable>> + Send;
}

/// A request that must take effect once (docs/rules.md#h7). It holds no answer, and so nothing of a person. While it is
/// not known to be done, a repetition acts again as of the first time, with the same ids, and finds what the first one
/// wrote; afterwards it does nothing and answers with what stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyRecord {
    /// A keyed hash of what was asked for: the same key with another one is a mistake of the caller's.
    pub fingerprint: String,
    /// When it was first asked for.
    pub at: Timestamp,
    /// Whether it has taken effect.
    #[serde(default)]
    pub done: bool,
}

/// Remembers requests that must take effect once, for a day.
pub trait IdempotencyStore: Send + Sync {
    /// Stores a request unless one of this name stands; answers the one that stands then.
    fn first(
        &self,
        business: &BusinessId,
        name: &str,
        request: &IdempotencyRecord,
    ) -> impl Future<Output = Result<IdempotencyRecord, Unavailable>> + Send;

    /// Marks a request as done.
    fn done(
        &self,
        business: &BusinessId,
        name: &str,
        request: &IdempotencyRecord,
    ) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// What remains of an erased lead under its id, which names nobody: the receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureReceipt {
    /// Counts the writes of this item: two who erase at once must not undo each other's count.
    #[serde(default)]
    pub version: u64,
    /// When it was erased. What a customer wrote before is not taken in any more.
    pub erased_at: Timestamp,
    /// How many items of each kind were removed; none until they were counted, which is before any of them goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<BTreeMap<String, u64>>,
    /// How far the count has come that is not done yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counting: Option<CountedItems>,
    /// How many names led to it.
    pub names: u64,
    /// The schedules that may still stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fires: Vec<TimerFired>,
    /// Leads that were being merged into it: they are erased with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joining: Vec<LeadId>,
    /// The lead it was being merged into, and is erased with: who asks for this one again goes on there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_to: Option<LeadId>,
    /// How many schedules were deleted.
    #[serde(default)]
    pub schedules: u64,
    /// Whether everything is gone and `lead.erased` is published.
    #[serde(default)]
    pub finished: bool,
}

/// A count of items by kind, and how far it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedItems {
    /// How many of each kind.
    pub by_kind: BTreeMap<String, u64>,
    /// The sort key of the last item that is counted; none before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<String>,
}

/// Erases a lead, in steps that can each be repeated.
pub trait Erasing: Send + Sync {
    /// One commit, if `state` and `memory` still stand: the state and the names are gone, each name has a tombstone, the
    /// lead a receipt, and what the memory counts for is taken off the figures. From here on nothing can be written to it.
    fn begin_erasure(
        &self,
        key: &LeadKey,
        state: &State,
        memory: &Memory,
        names: &[String],
        receipt: &ErasureReceipt,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// The receipt of a lead; none where no erasure has begun.
    fn erasure_receipt(
        &self,
        key: &LeadKey,
    ) -> impl Future<Output = Result<Option<ErasureReceipt>, Unavailable>> + Send;

    /// Stores how far an erasure is, if the version before stands.
    fn put_erasure_receipt(
        &self,
        key: &LeadKey,
        receipt: &ErasureReceipt,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// Goes on counting what is left of an erased lead, the receipt apart. True when nothing is left to be counted; a lead
    /// of gigabytes takes several calls.
    fn count_items(
        &self,
        key: &LeadKey,
        counted: &mut CountedItems,
    ) -> impl Future<Output = Result<bool, Unavailable>> + Send;

    /// Removes what is left of an erased lead, the receipt apart. Each call leaves a tombstone of its name.
    fn delete_items(&self, key: &LeadKey) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// All that the staff API needs.
pub trait StaffStore:
    Store + BusinessStore + LeadIndex + LeadCollections + IdempotencyStore + Erasing + Figures + WebhookStore + ImportStore
{
}

impl<S> StaffStore for S where
    S: Store
        + BusinessStore
        + LeadIndex
        + LeadCollections
        + IdempotencyStore
        + Erasing
        + Figures
        + WebhookStore
        + ImportStore
{
}
