//! What only people's work needs of the store: lists, pages, a business's own items, remembered answers, erasure.
//! Everything is read and written below a business; there is no way to ask across businesses.

use super::error::Unavailable;
use super::store::{CommitError, Cursor, Store};
use crate::model::alias::AliasRecord;
use crate::model::ids::{BusinessId, ConnectionId, LeadId, LeadKey, Line};
use crate::model::lead_state::State;
use crate::model::listed::Listed;
use crate::model::timer::TimerFired;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::future::Future;
use zikaron_memory::note::Note;
use zikaron_memory::settings::Settings;

/// Some of many, and where to go on if there are more.
pub type Page<T> = (Vec<T>, Option<Cursor>);

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
    /// Those whose session opened or closed last first; may be a moment behind.
    fn leads(
        &self,
        business: &BusinessId,
        before: Option<&Cursor>,
        most: usize,
    ) -> impl Future<Output = Result<Page<LeadId>, Unavailable>> + Send;

    /// Those of this very name, but for case, spacing and punctuation; may be a moment behind.
    fn named(
        &self,
        business: &BusinessId,
        name: &str,
        after: Option<&Cursor>,
        most: usize,
    ) -> impl Future<Output = Result<Page<LeadId>, Unavailable>> + Send;
}

/// What a lead has many of.
pub trait LeadCollections: Send + Sync {
    /// Up to `most` items of one kind, newest first, from behind `before` on.
    fn page<T: Listed>(
        &self,
        key: &LeadKey,
        before: Option<&Cursor>,
        most: usize,
    ) -> impl Future<Output = Result<Page<T>, Unavailable>> + Send;

    /// The names that lead to a lead, as [`crate::model::alias::alias_keys`] writes them; those it has given up too,
    /// until another has them.
    fn names_of(
        &self,
        key: &LeadKey,
    ) -> impl Future<Output = Result<BTreeMap<String, AliasRecord>, Unavailable>> + Send;

    /// One note.
    fn note(
        &self,
        key: &LeadKey,
        at: Timestamp,
        id: &str,
    ) -> impl Future<Output = Result<Option<Note>, Unavailable>> + Send;

    /// Every item of a lead as it is stored, by its place; none when it is more than `most` bytes.
    fn everything(
        &self,
        key: &LeadKey,
        most: usize,
    ) -> impl Future<Output = Result<Option<BTreeMap<String, Value>>, Unavailable>> + Send;
}

/// A request that must take effect once. It holds no answer, and so nothing of a person. While it is not known to be
/// done, a repetition acts again as of the first time, with the same ids, and finds what it did; afterwards it does
/// nothing and answers with what stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyRecord {
    /// What was asked for: the same name with another one is a mistake of the caller's.
    pub fingerprint: String,
    /// When it was first asked for.
    pub at: Timestamp,
    /// Whether it has taken effect.
    #[serde(default)]
    pub done: bool,
}

/// IdempotencyStore that must take effect once; forgotten after a day.
pub trait IdempotencyStore: Send + Sync {
    /// Notes a request unless one of this name stands; answers the one that stands then.
    fn first(
        &self,
        business: &BusinessId,
        name: &str,
        request: &IdempotencyRecord,
    ) -> impl Future<Output = Result<IdempotencyRecord, Unavailable>> + Send;

    /// Writes down that a request has taken effect.
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
    /// How many names led to it.
    pub names: u64,
    /// The schedules that may still stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fires: Vec<TimerFired>,
    /// Leads that were being joined into it: they are erased with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joining: Vec<LeadId>,
    /// How many schedules were deleted.
    #[serde(default)]
    pub schedules: u64,
    /// Whether everything is gone and the business was told.
    #[serde(default)]
    pub finished: bool,
}

/// The end of a lead.
pub trait Erasing: Send + Sync {
    /// One commit, if `state` still stands: the state and the names are gone, each name has a tombstone, and the lead
    /// a receipt. From here on nothing can be written to it.
    fn begin_erasure(
        &self,
        key: &LeadKey,
        state: &State,
        names: &[String],
        receipt: &ErasureReceipt,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// The receipt of a lead.
    fn erasure_receipt(
        &self,
        key: &LeadKey,
    ) -> impl Future<Output = Result<Option<ErasureReceipt>, Unavailable>> + Send;

    /// Writes down how far an erasure is, if the version before stands.
    fn put_erasure_receipt(
        &self,
        key: &LeadKey,
        receipt: &ErasureReceipt,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// How many items of each kind are left of a erased lead, the receipt apart.
    fn count_items(&self, key: &LeadKey) -> impl Future<Output = Result<BTreeMap<String, u64>, Unavailable>> + Send;

    /// Removes what is left of a erased lead, the receipt apart. Each call leaves a tombstone of its name.
    fn delete_items(&self, key: &LeadKey) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// All of it.
pub trait StaffStore: Store + BusinessStore + LeadIndex + LeadCollections + IdempotencyStore + Erasing {}

impl<S: Store + BusinessStore + LeadIndex + LeadCollections + IdempotencyStore + Erasing> StaffStore for S {}
