//! The store in this process's memory, for tests and the simulation; also the shortest statement of what a store must
//! do.

use crate::model::alias::{AliasLookup, AliasRecord, alias_keys};
use crate::model::call::{Call, CallKey, CallName};
use crate::model::ids::{BusinessId, ConnectionId, CustomerAddress, LeadId, LeadKey, Line};
use crate::model::lead_state::State;
use crate::model::listed::ItemKind;
use crate::model::message::{Message, MessageKey};
use crate::model::session::Session;
use crate::model::write::{Memory, Write, needs_lead};
use crate::ports::business_store::{ErasureReceipt, HeldSettings, IdempotencyRecord};
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, ConflictingItem, Cursor, OpenPage, OpenSessions, Store};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use zikaron_memory::merge::Verdict;
use zikaron_memory::note::Note;
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;

/// Everything there is about one lead.
#[derive(Clone, Debug, Default)]
pub struct Lead {
    /// Its state; none where the lead is not there, or only a part of it was written.
    pub state: Option<State>,
    /// Its memory; version 0 where none was written.
    pub memory: Memory,
    /// Its sessions by id.
    pub sessions: BTreeMap<SessionId, Session>,
    /// Its messages in the order they were sent.
    pub messages: BTreeMap<MessageKey, Message>,
    /// Its calls in the order they ended.
    pub calls: BTreeMap<CallKey, Call>,
    /// Its notes in the order they were written.
    pub notes: Vec<Note>,
    /// The log of its changes, oldest first.
    pub changes: Vec<Verdict>,
}

#[derive(Default)]
pub(super) struct Contents {
    pub(super) routes: BTreeMap<Line, BusinessId>,
    pub(super) owners: HashMap<ConnectionId, BusinessId>,
    pub(super) settings: HashMap<BusinessId, HeldSettings>,
    pub(super) requests: HashMap<(BusinessId, String), IdempotencyRecord>,
    pub(super) tombstones: HashMap<(BusinessId, String), Timestamp>,
    pub(super) receipts: HashMap<LeadKey, ErasureReceipt>,
    pub(super) aliases: HashMap<(BusinessId, String), AliasRecord>,
    pub(super) redirects: HashMap<LeadKey, LeadId>,
    pub(super) calls: HashMap<(BusinessId, CallName), (LeadId, CallKey)>,
    pub(super) leads: BTreeMap<LeadKey, Lead>,
    pub(super) cursors: BTreeMap<u8, Cursor>,
}

/// A store in memory.
#[derive(Default)]
pub struct InMemory(Mutex<Contents>);

/// Whether a write may take place: version 1 where nothing stands, a later one where exactly the one before stands.
pub(super) fn follows(stands: Option<u64>, next: u64) -> bool {
    stands.unwrap_or(0) + 1 == next
}

impl InMemory {
    pub(super) fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a line lead to a business.
    pub fn put_route(&self, line: Line, business: BusinessId) {
        self.contents().routes.insert(line, business);
    }

    /// Writes the settings of a business.
    pub fn put_settings(&self, business: BusinessId, settings: Settings) {
        let mut contents = self.contents();
        let held = contents.settings.entry(business).or_default();
        *held = HeldSettings { version: held.version + 1, settings };
    }

    /// Gives a connection as a whole to a business.
    pub fn put_owner(&self, connection: ConnectionId, business: BusinessId) {
        self.contents().owners.insert(connection, business);
    }

    /// A copy of all leads with everything about them.
    #[must_use]
    pub fn leads(&self) -> BTreeMap<LeadKey, Lead> {
        self.contents().leads.clone()
    }

    /// The leads that were merged into others, each with the one it is found under now.
    #[must_use]
    pub fn redirects(&self) -> HashMap<LeadKey, LeadId> {
        self.contents().redirects.clone()
    }

    pub(super) fn read<T: Default>(&self, key: &LeadKey, of: impl FnOnce(&Lead) -> T) -> T {
        self.contents().leads.get(key).map(of).unwrap_or_default()
    }
}

fn refusal(contents: &Contents, key: &LeadKey, items: &[Write]) -> Option<ConflictingItem> {
    let nobody = Lead::default();
    let lead = contents.leads.get(key).unwrap_or(&nobody);
    let failed = items.iter().filter_map(|item| {
        let (holds, part) = match item {
            Write::State(new) => (follows(lead.state.as_ref().map(|s| s.version), new.version), ConflictingItem::State),
            Write::Memory(new) => (follows(Some(lead.memory.version), new.version), ConflictingItem::Memory),
            Write::Session(new) => {
                (follows(lead.sessions.get(&new.id).map(|s| s.version), new.version), ConflictingItem::Session)
            }
            Write::Message(new) => {
                (follows(lead.messages.get(&new.key).map(|m| m.version), new.version), ConflictingItem::Message)
            }
            Write::Call(new) => {
                let taken = contents.calls.contains_key(&(key.business.clone(), new.key.name.clone()));
                let stands = lead.calls.get(&new.key).map(|call| call.version);
                (follows(stands, new.version) && (new.version > 1 || !taken), ConflictingItem::Call)
            }
            Write::Alias(customer) => {
                let free = |name| !contents.aliases.contains_key(&(key.business.clone(), name));
                (alias_keys(customer).into_iter().flatten().all(free), ConflictingItem::Alias)
            }
            Write::RepointAlias { name, from, .. } => {
                (owner(contents, key, name) == Some(from), ConflictingItem::Alias)
            }
            Write::ExpireAlias { name, .. } => {
                (owner(contents, key, name).is_none_or(|lead| *lead == key.lead), ConflictingItem::Alias)
            }
            Write::MoveIn(item) => moved_in(lead, item),
            Write::Delete(item) => deleted(lead, item),
            Write::Note(_)
            | Write::DeleteNote { .. }
            | Write::Change(_)
            | Write::DeletePastAlias(_)
            | Write::Redirect(_) => (true, ConflictingItem::State),
        };
        (!holds).then_some(part)
    });
    let no_lead = (needs_lead(items) && lead.state.is_none()).then_some(ConflictingItem::State);
    failed.chain(no_lead).min()
}

fn owner<'a>(contents: &'a Contents, key: &LeadKey, name: &str) -> Option<&'a LeadId> {
    Some(&contents.aliases.get(&(key.business.clone(), name.to_owned()))?.lead)
}

/// Whether nothing stands in the place of an item from another lead.
fn moved_in(lead: &Lead, item: &Write) -> (bool, ConflictingItem) {
    match item {
        Write::Message(message) => (!lead.messages.contains_key(&message.key), ConflictingItem::Message),
        Write::Call(call) => (!lead.calls.contains_key(&call.key), ConflictingItem::Call),
        Write::Session(session) => (!lead.sessions.contains_key(&session.id), ConflictingItem::Session),
        _ => (true, ConflictingItem::State),
    }
}

/// Whether an item that goes stands in this version.
fn deleted(lead: &Lead, item: &Write) -> (bool, ConflictingItem) {
    match item {
        Write::State(old) => (lead.state.as_ref().map(|s| s.version) == Some(old.version), ConflictingItem::State),
        Write::Memory(old) => (lead.memory.version == old.version, ConflictingItem::Memory),
        Write::Message(old) => {
            (lead.messages.get(&old.key).map(|m| m.version) == Some(old.version), ConflictingItem::Message)
        }
        Write::Call(old) => {
            (lead.calls.get(&old.key).map(|call| call.version) == Some(old.version), ConflictingItem::Call)
        }
        Write::Session(old) => {
            (lead.sessions.get(&old.id).map(|s| s.version) == Some(old.version), ConflictingItem::Session)
        }
        _ => (true, ConflictingItem::State),
    }
}

/// Whether both would be written under one key, which DynamoDB refuses in one transaction. Only a change's key is made
/// of its content.
fn is_row_of(one: &Write, other: &Write) -> bool {
    matches!((one, other), (Write::Change(one), Write::Change(other)) if one == other)
}

impl Store for InMemory {
    async fn route(&self, line: &Line) -> Result<Option<BusinessId>, Unavailable> {
        Ok(self.contents().routes.get(line).cloned())
    }

    async fn settings(&self, business: &BusinessId) -> Result<Settings, Unavailable> {
        Ok(self.contents().settings.get(business).cloned().unwrap_or_default().settings)
    }

    async fn find(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> Result<AliasLookup, Unavailable> {
        let contents = self.contents();
        let named = |name: Option<String>| contents.aliases.get(&(business.clone(), name?));
        let [bsuid, phone] = alias_keys(customer).map(named);
        Ok(AliasLookup::of(bsuid, phone, at))
    }

    async fn find_lead(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> Result<(AliasLookup, Option<State>), Unavailable> {
        let found = self.find(business, customer, at).await?;
        let key = found.lead().map(|lead| LeadKey { business: business.clone(), lead: lead.clone() });
        let state = key.and_then(|key| self.read(&key, |lead| lead.state.clone()));
        Ok((found, state))
    }

    async fn erased_at(&self, business: &BusinessId, names: &[String]) -> Result<Option<Timestamp>, Unavailable> {
        let contents = self.contents();
        let of = |name: &String| contents.tombstones.get(&(business.clone(), name.clone())).copied();
        Ok(names.iter().filter_map(of).max())
    }

    async fn state(&self, key: &LeadKey) -> Result<Option<State>, Unavailable> {
        Ok(self.read(key, |lead| lead.state.clone()))
    }

    async fn memory(&self, key: &LeadKey) -> Result<Memory, Unavailable> {
        Ok(self.read(key, |lead| lead.memory.clone()))
    }

    async fn state_and_memory(&self, key: &LeadKey) -> Result<(Option<State>, Memory), Unavailable> {
        Ok(self.read(key, |lead| (lead.state.clone(), lead.memory.clone())))
    }

    async fn message(&self, key: &LeadKey, message: &MessageKey) -> Result<Option<Message>, Unavailable> {
        Ok(self.read(key, |lead| lead.messages.get(message).cloned()))
    }

    async fn messages(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        most: usize,
    ) -> Result<Vec<Message>, Unavailable> {
        let within = |at: Timestamp| from.is_none_or(|from| from <= at) && to.is_none_or(|to| at <= to);
        Ok(self.read(key, |lead| {
            lead.messages.values().rev().filter(|m| within(m.key.sent_at)).take(most).cloned().collect()
        }))
    }

    async fn find_call(
        &self,
        business: &BusinessId,
        call: &CallName,
    ) -> Result<Option<(LeadId, CallKey)>, Unavailable> {
        Ok(self.contents().calls.get(&(business.clone(), call.clone())).cloned())
    }

    async fn call(&self, key: &LeadKey, call: &CallKey) -> Result<Option<Call>, Unavailable> {
        Ok(self.read(key, |lead| lead.calls.get(call).cloned()))
    }

    async fn session(&self, key: &LeadKey, session: &SessionId) -> Result<Option<Session>, Unavailable> {
        Ok(self.read(key, |lead| lead.sessions.get(session).cloned()))
    }

    async fn commit(&self, key: &LeadKey, items: Vec<Write>) -> Result<(), CommitError> {
        self.commit_all(vec![(key.clone(), items)]).await
    }

    async fn commit_all(&self, leads: Vec<(LeadKey, Vec<Write>)>) -> Result<(), CommitError> {
        let repeated = |items: &[Write]| {
            items.iter().enumerate().any(|(at, item)| items.iter().take(at).any(|earlier| is_row_of(earlier, item)))
        };
        if leads.iter().any(|(_, items)| repeated(items)) {
            return Err(Unavailable { what: "commit", reason: "one row is written twice".to_owned() }.into());
        }
        let mut contents = self.contents();
        if let Some(part) = leads.iter().filter_map(|(key, items)| refusal(&contents, key, items)).min() {
            return Err(CommitError::Conflict(part));
        }
        for (key, items) in leads {
            items.into_iter().for_each(|item| contents.write(&key, item));
        }
        Ok(())
    }

    async fn redirect_of(&self, key: &LeadKey) -> Result<Option<LeadId>, Unavailable> {
        Ok(self.contents().redirects.get(key).cloned())
    }
}

impl Contents {
    fn write(&mut self, key: &LeadKey, item: Write) {
        let place = |name: &str| (key.business.clone(), name.to_owned());
        match &item {
            Write::Alias(customer) => {
                for name in alias_keys(customer).into_iter().flatten() {
                    self.aliases.insert(place(&name), AliasRecord::new(key.lead.clone()));
                }
                return;
            }
            Write::RepointAlias { name, to, .. } => {
                self.aliases.insert(place(name), to.clone());
                return;
            }
            Write::ExpireAlias { name, until } => {
                self.aliases
                    .insert(place(name), AliasRecord { until: Some(*until), ..AliasRecord::new(key.lead.clone()) });
                return;
            }
            Write::Redirect(to) => drop(self.redirects.insert(key.clone(), to.clone())),
            Write::Call(call) => {
                self.calls.insert((key.business.clone(), call.key.name.clone()), (key.lead.clone(), call.key.clone()));
            }
            Write::MoveIn(item) => return self.write(key, *item.clone()),
            _ => {}
        }
        self.leads.entry(key.clone()).or_default().write(item);
    }
}

impl Lead {
    /// All items of a kind with their places, which sort by time.
    pub(super) fn listed(&self, kind: ItemKind) -> Vec<(Cursor, Write)> {
        let timed = |at: Timestamp, id: &dyn std::fmt::Display| format!("{at:.3}#{id}");
        match kind {
            ItemKind::Message => {
                let messages = self.messages.values();
                messages.map(|m| (timed(m.key.sent_at, &m.key.id), Write::Message(m.clone()))).collect()
            }
            ItemKind::Call => {
                let calls = self.calls.values().cloned().map(Box::new);
                calls.map(|call| (timed(call.key.ended_at, &call.key.name), Write::Call(call))).collect()
            }
            ItemKind::Session => {
                let sessions = self.sessions.values();
                sessions.map(|session| (session.id.to_string(), Write::Session(session.clone()))).collect()
            }
            ItemKind::Note => {
                self.notes.iter().map(|note| (timed(note.at, &note.id), Write::Note(note.clone()))).collect()
            }
            ItemKind::Change => {
                let place = |number, change: &Verdict| format!("{}#{number:06}", timed(change.at, &change.field));
                let changes = self.changes.iter().enumerate();
                changes.map(|(number, change)| (place(number, change), Write::Change(change.clone()))).collect()
            }
        }
    }

    fn write(&mut self, item: Write) {
        match item {
            Write::State(state) => self.state = Some(state),
            Write::Memory(memory) => self.memory = *memory,
            Write::Session(session) => drop(self.sessions.insert(session.id.clone(), session)),
            Write::Message(message) => drop(self.messages.insert(message.key.clone(), message)),
            Write::Call(call) => drop(self.calls.insert(call.key.clone(), *call)),
            Write::Note(note) => {
                self.notes.retain(|other| other.id != note.id);
                self.notes.push(note);
            }
            Write::DeleteNote { id, .. } => self.notes.retain(|other| other.id != id),
            Write::Change(verdict) => self.changes.push(verdict),
            Write::Delete(item) => self.remove(&item),
            _ => {}
        }
    }

    fn remove(&mut self, item: &Write) {
        match item {
            Write::State(_) => self.state = None,
            Write::Memory(_) => self.memory = Memory::default(),
            Write::Session(old) => drop(self.sessions.remove(&old.id)),
            Write::Message(old) => drop(self.messages.remove(&old.key)),
            Write::Call(old) => drop(self.calls.remove(&old.key)),
            Write::Note(old) => self.notes.retain(|note| note != old),
            Write::Change(old) => self.changes.retain(|change| change != old),
            _ => {}
        }
    }
}

impl OpenSessions for InMemory {
    fn shards(&self) -> u8 {
        1
    }

    async fn open_sessions(&self, _shard: u8, after: Option<&Cursor>, most: usize) -> Result<OpenPage, Unavailable> {
        let contents = self.contents();
        let mut open: Vec<_> = contents
            .leads
            .iter()
            .flat_map(|(key, lead)| lead.sessions.values().map(move |session| (key, session)))
            .filter(|(_, session)| session.is_unfinished())
            .map(|(key, session)| (format!("{:.3}#{}", session.opened_at, session.id), key, &session.id))
            .filter(|(place, ..)| after.is_none_or(|after| place > after))
            .collect();
        open.sort();
        let next = open.get(most.saturating_sub(1)).map(|(place, ..)| place.clone());
        Ok((open.into_iter().take(most).map(|(_, key, id)| (key.clone(), id.clone())).collect(), next))
    }

    async fn cursors(&self) -> Result<BTreeMap<u8, Cursor>, Unavailable> {
        Ok(self.contents().cursors.clone())
    }

    async fn put_cursors(&self, cursors: &BTreeMap<u8, Cursor>) -> Result<(), Unavailable> {
        self.contents().cursors.clone_from(cursors);
        Ok(())
    }
}
