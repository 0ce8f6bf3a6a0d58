//! A store in which something happens between what was read and a commit.

use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Mutex;
use zikaron_memory::note::Note;
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::alias::{AliasLookup, AliasRecord};
use zikaron_protocol::model::call::{Call, CallKey, CallName};
use zikaron_protocol::model::ids::{BusinessId, CustomerAddress, LeadId, LeadKey, Line};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::listed::Listed;
use zikaron_protocol::model::message::{Message, MessageKey};
use zikaron_protocol::model::session::Session;
use zikaron_protocol::model::spent::{BudgetDay, Spent};
use zikaron_protocol::model::write::{Memory, Write};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::business_store::{LeadCollections, Page};
use zikaron_protocol::ports::store::{CommitError, Cursor, Reading, Store};
use zikaron_protocol::testing::in_memory_store::InMemory;

type Happening<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
type Read<T> = Result<T, Unavailable>;

pub(crate) struct Meanwhile<'a> {
    store: &'a InMemory,
    happens: Mutex<Option<Happening<'a>>>,
    /// Before the first commit with such an item.
    before: fn(&Write) -> bool,
}

impl<'a> Meanwhile<'a> {
    pub(crate) fn new(store: &'a InMemory, happens: impl Future<Output = ()> + Send + 'a) -> Self {
        Self::at_a_commit_with(store, |_| true, happens)
    }

    pub(crate) fn at_a_commit_with(
        store: &'a InMemory,
        before: fn(&Write) -> bool,
        happens: impl Future<Output = ()> + Send + 'a,
    ) -> Self {
        Self { store, happens: Mutex::new(Some(Box::pin(happens))), before }
    }
}

impl Store for Meanwhile<'_> {
    async fn commit(&self, key: &LeadKey, items: Vec<Write>) -> Result<(), CommitError> {
        self.commit_all(vec![(key.clone(), items)]).await
    }

    async fn commit_all(&self, leads: Vec<(LeadKey, Vec<Write>)>) -> Result<(), CommitError> {
        let is_it = leads.iter().flat_map(|(_, items)| items).any(self.before);
        let happens = self.happens.lock().unwrap().take_if(|_| is_it);
        if let Some(happens) = happens {
            happens.await;
        }
        self.store.commit_all(leads).await
    }

    async fn route(&self, line: &Line) -> Read<Option<BusinessId>> {
        self.store.route(line).await
    }

    async fn settings(&self, business: &BusinessId) -> Read<Settings> {
        self.store.settings(business).await
    }

    async fn find(&self, business: &BusinessId, customer: &CustomerAddress, at: Timestamp) -> Read<AliasLookup> {
        self.store.find(business, customer, at).await
    }

    async fn find_lead(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> Read<(AliasLookup, Option<State>)> {
        self.store.find_lead(business, customer, at).await
    }

    async fn erased_at(&self, business: &BusinessId, names: &[String]) -> Read<Option<Timestamp>> {
        self.store.erased_at(business, names).await
    }

    async fn state(&self, key: &LeadKey) -> Read<Option<State>> {
        self.store.state(key).await
    }

    async fn memory(&self, key: &LeadKey) -> Read<Memory> {
        self.store.memory(key).await
    }

    async fn state_and_memory(&self, key: &LeadKey) -> Read<(Option<State>, Memory)> {
        self.store.state_and_memory(key).await
    }

    async fn message(&self, key: &LeadKey, message: &MessageKey) -> Read<Option<Message>> {
        self.store.message(key, message).await
    }

    async fn read_messages(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        reading: Reading,
    ) -> Read<Vec<Message>> {
        self.store.read_messages(key, from, to, reading).await
    }

    async fn messages_from(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        after: Option<&MessageKey>,
        most: usize,
    ) -> Read<Vec<Message>> {
        self.store.messages_from(key, from, after, most).await
    }

    async fn find_call(&self, business: &BusinessId, call: &CallName) -> Read<Option<(LeadId, CallKey)>> {
        self.store.find_call(business, call).await
    }

    async fn call(&self, key: &LeadKey, call: &CallKey) -> Read<Option<Call>> {
        self.store.call(key, call).await
    }

    async fn session(&self, key: &LeadKey, session: &SessionId) -> Read<Option<Session>> {
        self.store.session(key, session).await
    }

    async fn spent(&self, of: &BudgetDay) -> Read<Spent> {
        self.store.spent(of).await
    }

    async fn spend(&self, of: &BudgetDay, more: Spent) -> Read<()> {
        self.store.spend(of, more).await
    }

    async fn redirect_of(&self, key: &LeadKey) -> Read<Option<LeadId>> {
        self.store.redirect_of(key).await
    }
}

impl LeadCollections for Meanwhile<'_> {
    async fn page<T: Listed>(&self, key: &LeadKey, before: Option<&Cursor>, most: usize) -> Read<Page<T>> {
        self.store.page(key, before, most).await
    }

    async fn names_of(&self, key: &LeadKey) -> Read<BTreeMap<String, AliasRecord>> {
        self.store.names_of(key).await
    }

    async fn forget_names(&self, key: &LeadKey) -> Read<()> {
        self.store.forget_names(key).await
    }

    async fn note(&self, key: &LeadKey, at: Timestamp, id: &str) -> Read<Option<Note>> {
        self.store.note(key, at, id).await
    }

    async fn everything(&self, key: &LeadKey, most: usize) -> Read<Option<BTreeMap<String, Value>>> {
        self.store.everything(key, most).await
    }
}
