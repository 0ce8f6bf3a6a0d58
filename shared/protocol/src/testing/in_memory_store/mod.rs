//! The store in this process's memory, for tests and the simulation; also the shortest statement of what a store must
//! do.

mod business_store;
mod chat_imports;
mod conditions;
mod contents;
mod figures;
mod webhooks;

pub use contents::Lead;

use self::conditions::{is_row_of, refusal};
use self::contents::Contents;
use crate::model::alias::{AliasLookup, alias_keys};
use crate::model::call::{Call, CallKey, CallName};
use crate::model::figures::{Period, Tally};
use crate::model::ids::{BusinessId, ConnectionId, CustomerAddress, LeadId, LeadKey, Line, MessageId};
use crate::model::lead_state::State;
use crate::model::message::{Message, MessageKey};
use crate::model::session::Session;
use crate::model::spent::{BudgetDay, Spent};
use crate::model::write::{Memory, Write};
use crate::ports::business_store::HeldSettings;
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, ConflictingItem, Cursor, OpenPage, OpenSessions, Reading, Store, cursor_at};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;

/// A store in memory.
#[derive(Default)]
pub struct InMemory(Mutex<Contents>);

impl InMemory {
    fn contents(&self) -> MutexGuard<'_, Contents> {
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

    /// From now on the state of this lead cannot be read: a row that newer code wrote, a partition that is throttled.
    pub fn make_unreadable(&self, lead: LeadId) {
        self.contents().unreadable.insert(lead);
    }

    /// From now on every message can be read again: the newer code is back.
    pub fn make_messages_readable(&self) {
        self.contents().unreadable_messages.clear();
    }

    /// From now on this message cannot be read: newer code wrote it.
    pub fn make_message_unreadable(&self, message: MessageId) {
        self.contents().unreadable_messages.insert(message);
    }

    /// From now on the table does not answer what it is asked of this lead's state: its partition is throttled.
    pub fn throttle(&self, lead: LeadId) {
        self.contents().throttled.insert(lead);
    }

    /// From now on the table does not answer where the last sweep stopped.
    pub fn throttle_cursors(&self) {
        self.contents().cursors_throttled = true;
    }

    /// From now on a write of one item meets itself: its first answer is lost, and the SDK sends it again.
    pub fn repeat_lone_writes(&self, repeats: bool) {
        self.contents().repeats_lone_writes = repeats;
    }

    /// The next commit with such an item answers an error: after it took effect, or in place of it.
    pub fn break_next(&self, of: fn(&Write) -> bool, takes_effect: bool) {
        self.contents().breaks = Some((of, takes_effect));
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

    /// A copy of all figures.
    #[must_use]
    pub fn all_figures(&self) -> BTreeMap<(BusinessId, Period), Tally> {
        self.contents().figures.clone()
    }

    fn read<T: Default>(&self, key: &LeadKey, of: impl FnOnce(&Lead) -> T) -> T {
        self.contents().leads.get(key).map(of).unwrap_or_default()
    }
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
        if self.contents().unreadable.contains(&key.lead) {
            return Err(Unavailable::unreadable("state", &"of newer code"));
        }
        if self.contents().throttled.contains(&key.lead) {
            return Err(Unavailable { what: "state", reason: "throttled".to_owned() });
        }
        Ok(self.read(key, |lead| lead.state.clone()))
    }

    async fn memory(&self, key: &LeadKey) -> Result<Memory, Unavailable> {
        Ok(self.read(key, |lead| lead.memory.clone()))
    }

    async fn state_and_memory(&self, key: &LeadKey) -> Result<(Option<State>, Memory), Unavailable> {
        Ok(self.read(key, |lead| (lead.state.clone(), lead.memory.clone())))
    }

    async fn message(&self, key: &LeadKey, message: &MessageKey) -> Result<Option<Message>, Unavailable> {
        if self.contents().unreadable_messages.contains(&message.id) {
            return Err(Unavailable::unreadable("message", &"of newer code"));
        }
        Ok(self.read(key, |lead| lead.messages.get(message).cloned()))
    }

    async fn read_messages(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        reading: Reading,
    ) -> Result<Vec<Message>, Unavailable> {
        let hidden = self.contents().unreadable_messages.clone();
        let is_hidden = |message: &Message| hidden.contains(&message.key.id);
        let within = |at: Timestamp| from.is_none_or(|from| from <= at) && to.is_none_or(|to| at <= to);
        let (most, passes_over) = match reading {
            Reading::All(most) => (most, false),
            Reading::PassOver(most) => (most, true),
        };
        let is_found = |m: &&Message| within(m.key.sent_at) && !(passes_over && is_hidden(m));
        let found: Vec<Message> =
            self.read(key, |lead| lead.messages.values().rev().filter(is_found).take(most).cloned().collect());
        if found.iter().any(is_hidden) {
            return Err(Unavailable::unreadable("messages", &"of newer code"));
        }
        Ok(found)
    }

    async fn messages_from(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        after: Option<&MessageKey>,
        most: usize,
    ) -> Result<Vec<Message>, Unavailable> {
        let hidden = self.contents().unreadable_messages.clone();
        let is_behind = |message: &Message| {
            from.is_none_or(|from| from <= message.key.sent_at)
                && after.is_none_or(|after| *after < message.key)
                && !hidden.contains(&message.key.id)
        };
        Ok(self.read(key, |lead| lead.messages.values().filter(|m| is_behind(m)).take(most).cloned().collect()))
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
        let breaks = contents.breaks.take_if(|(of, _)| leads.iter().flat_map(|(_, items)| items).any(*of));
        let broken = || Err(Unavailable { what: "commit", reason: "broken by a test".to_owned() }.into());
        if matches!(breaks, Some((_, false))) {
            return broken();
        }
        let lone = leads.first().filter(|(_, items)| leads.len() == 1 && items.len() == 1);
        let met = lone.filter(|_| contents.repeats_lone_writes).map(|_| ConflictingItem::State);
        for (key, items) in leads {
            items.into_iter().for_each(|item| contents.write(&key, item));
        }
        if breaks.is_some() {
            return broken();
        }
        met.map_or(Ok(()), |part| Err(CommitError::Conflict(part)))
    }

    async fn spent(&self, of: &BudgetDay) -> Result<Spent, Unavailable> {
        Ok(self.contents().spent.get(of).copied().unwrap_or_default())
    }

    async fn spend(&self, of: &BudgetDay, more: Spent) -> Result<(), Unavailable> {
        let mut contents = self.contents();
        let spent = contents.spent.entry(of.clone()).or_default();
        let (messages, tokens) = (spent.messages + more.messages, spent.tokens + more.tokens);
        *spent = Spent { messages, tokens, told: spent.told || more.told };
        Ok(())
    }

    async fn redirect_of(&self, key: &LeadKey) -> Result<Option<LeadId>, Unavailable> {
        Ok(self.contents().redirects.get(key).cloned())
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
            .map(|(key, session)| (format!("{}#{}", cursor_at(session.swept_from()), session.id), key, &session.id))
            .filter(|(place, ..)| after.is_none_or(|after| place > after))
            .collect();
        open.sort();
        let next = open.get(most.saturating_sub(1)).map(|(place, ..)| place.clone());
        Ok((open.into_iter().take(most).map(|(_, key, id)| (key.clone(), id.clone())).collect(), next))
    }

    async fn cursors(&self) -> Result<BTreeMap<u8, Cursor>, Unavailable> {
        let contents = self.contents();
        if contents.cursors_throttled {
            return Err(Unavailable { what: "cursors", reason: "throttled".to_owned() });
        }
        Ok(contents.cursors.clone())
    }

    async fn put_cursors(&self, cursors: &BTreeMap<u8, Cursor>) -> Result<(), Unavailable> {
        self.contents().cursors.clone_from(cursors);
        Ok(())
    }
}
