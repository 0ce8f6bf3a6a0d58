//! The store of an instance: the shared one in memory, behind calls that can fail; every commit is witnessed.

use crate::instance::{Instance, LOST};
use crate::trace::brief;
use crate::witness::{self, Commit, MergingLeads};
use jiff::Timestamp;
use std::collections::BTreeMap;
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::alias::AliasLookup;
use zikaron_protocol::model::call::{Call, CallKey, CallName};
use zikaron_protocol::model::ids::{BusinessId, CustomerAddress, LeadId, LeadKey, Line};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::message::{Message, MessageKey};
use zikaron_protocol::model::session::Session;
use zikaron_protocol::model::spent::{BudgetDay, Spent};
use zikaron_protocol::model::write::{Memory, Write};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::store::{CommitError, ConflictingItem, Cursor, OpenSessions, Reading, Store};
use zikaron_protocol::testing::in_memory_store::InMemory;

impl Store for Instance {
    async fn route(&self, line: &Line) -> Result<Option<BusinessId>, Unavailable> {
        self.table("route", self.universe.store.route(line), |_| String::new()).await?
    }

    /// Up to a minute old, as the cache of a function may be.
    async fn settings(&self, _business: &BusinessId) -> Result<Settings, Unavailable> {
        let effect = async {
            let now = self.universe.elapsed();
            let mut live = self.universe.live();
            let age = live.chance.seconds(0, 60);
            let known = live.settings.iter().rev().find(|(since, _)| *since + age <= now);
            known.or_else(|| live.settings.first()).map(|(_, settings)| settings.clone()).unwrap_or_default()
        };
        self.table("settings", effect, |settings| format!("memory on: {}", settings.enable_customer_service)).await
    }

    async fn find(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> Result<AliasLookup, Unavailable> {
        self.table("find", self.universe.store.find(business, customer, at), |_| String::new()).await?
    }

    /// Names and state are two reads of one round trip: either may come first, and others write in between.
    async fn find_lead(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> Result<(AliasLookup, Option<State>), Unavailable> {
        let of =
            |found: &AliasLookup| found.lead().map(|lead| LeadKey { business: business.clone(), lead: lead.clone() });
        let guess = of(&self.universe.store.find(business, customer, at).await?);
        let along = match &guess {
            Some(guess) if self.universe.live().chance.is(0.5) => Some(self.state(guess).await?),
            _ => None,
        };
        let found = self.find(business, customer, at).await?;
        let state = match (of(&found), along) {
            (Some(key), Some(state)) if guess.as_ref() == Some(&key) => state,
            (Some(key), _) => self.state(&key).await?,
            (None, _) => None,
        };
        Ok((found, state))
    }

    async fn erased_at(&self, business: &BusinessId, names: &[String]) -> Result<Option<Timestamp>, Unavailable> {
        let effect = self.universe.store.erased_at(business, names);
        self.table("erased at", effect, |at| format!("{at:?}")).await?
    }

    async fn state(&self, key: &LeadKey) -> Result<Option<State>, Unavailable> {
        self.row(key, "state", self.universe.store.state(key), told).await?
    }

    async fn memory(&self, key: &LeadKey) -> Result<Memory, Unavailable> {
        self.row(key, "memory", self.universe.store.memory(key), |_| String::new()).await?
    }

    async fn state_and_memory(&self, key: &LeadKey) -> Result<(Option<State>, Memory), Unavailable> {
        self.row(key, "state+memory", self.universe.store.state_and_memory(key), |read| match read {
            Ok((state, _)) => brief(state.as_ref()),
            Err(_) => String::new(),
        })
        .await?
    }

    async fn message(&self, key: &LeadKey, message: &MessageKey) -> Result<Option<Message>, Unavailable> {
        self.row(key, "message", self.universe.store.message(key, message), |_| String::new()).await?
    }

    async fn read_messages(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        reading: Reading,
    ) -> Result<Vec<Message>, Unavailable> {
        let effect = self.universe.store.read_messages(key, from, to, reading);
        self.row(key, "messages", effect, |found| format!("{} found", found.as_ref().map_or(0, Vec::len))).await?
    }

    async fn messages_from(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        after: Option<&MessageKey>,
        most: usize,
    ) -> Result<Vec<Message>, Unavailable> {
        let effect = self.universe.store.messages_from(key, from, after, most);
        self.row(key, "messages from", effect, |found| format!("{} found", found.as_ref().map_or(0, Vec::len))).await?
    }

    async fn find_call(
        &self,
        business: &BusinessId,
        call: &CallName,
    ) -> Result<Option<(LeadId, CallKey)>, Unavailable> {
        let effect = self.universe.store.find_call(business, call);
        self.table("find call", effect, |found| format!("{}", matches!(found, Ok(Some(_))))).await?
    }

    async fn call(&self, key: &LeadKey, call: &CallKey) -> Result<Option<Call>, Unavailable> {
        self.row(key, "call", self.universe.store.call(key, call), |_| String::new()).await?
    }

    async fn session(&self, key: &LeadKey, session: &SessionId) -> Result<Option<Session>, Unavailable> {
        self.row(key, "session", self.universe.store.session(key, session), |found| match found {
            Ok(Some(session)) => format!("{} {:?} v{}", session.id, session.stage, session.version),
            _ => "none".to_owned(),
        })
        .await?
    }

    async fn commit(&self, key: &LeadKey, items: Vec<Write>) -> Result<(), CommitError> {
        self.commit_all(vec![(key.clone(), items)]).await
    }

    async fn commit_all(&self, leads: Vec<(LeadKey, Vec<Write>)>) -> Result<(), CommitError> {
        let keys: Vec<_> = leads.iter().map(|(key, _)| key.clone()).collect();
        let is_lone = matches!(&leads[..], [(_, items)] if items.len() == 1);
        let effect = async {
            let store = &self.universe.store;
            let mut before = Vec::with_capacity(leads.len());
            for (key, _) in &leads {
                let state = store.state(key).await?;
                let merging = state.as_ref().and_then(|state| merging_leads(store, key, state));
                before.push((state, merging));
            }
            let written = leads.clone();
            store.commit_all(leads).await?;
            let told = written.iter().zip(&before).map(|((key, items), (state, merging))| {
                let (before, joining) = (state.as_ref(), merging.as_ref());
                witness::committed(&Commit { instance: self, key, before, joining, items })
            });
            Ok::<_, CommitError>(told.collect::<Vec<_>>().join(" + "))
        };
        let told = |done: &Result<String, CommitError>| match done {
            Ok(told) => told.clone(),
            Err(error) => format!("{error}"),
        };
        match self.rows(&keys, "commit", effect, told).await {
            // The SDK sends it again, and the second one meets the first. A transaction is known by its token.
            Err(Unavailable { reason, .. }) if is_lone && reason == LOST && self.universe.live().chance.is(0.5) => {
                self.trace(|| "the same commit again: it meets itself".to_owned());
                Err(CommitError::Conflict(ConflictingItem::State))
            }
            done => done?.map(drop),
        }
    }

    async fn spent(&self, of: &BudgetDay) -> Result<Spent, Unavailable> {
        self.table("spent", self.universe.store.spent(of), |spent| format!("{spent:?}")).await?
    }

    async fn spend(&self, of: &BudgetDay, more: Spent) -> Result<(), Unavailable> {
        self.table("spend", self.universe.store.spend(of, more), |_| format!("{more:?}")).await?
    }

    async fn redirect_of(&self, key: &LeadKey) -> Result<Option<LeadId>, Unavailable> {
        self.row(key, "redirect", self.universe.store.redirect_of(key), |_| String::new()).await?
    }
}

/// A lead and those that are merged into it, as they stand; none where none is.
fn merging_leads(store: &InMemory, key: &LeadKey, state: &State) -> Option<MergingLeads> {
    if state.joining.is_empty() {
        return None;
    }
    let all = store.leads();
    let stands = |lead: &LeadId| all.get(&LeadKey { business: key.business.clone(), lead: lead.clone() });
    let merging = state.joining.iter().filter_map(stands).cloned().collect();
    Some((all.get(key).cloned().unwrap_or_default(), merging))
}

fn told(state: &Result<Option<State>, Unavailable>) -> String {
    state.as_ref().map_or_else(|_| String::new(), |state| brief(state.as_ref()))
}

impl OpenSessions for Instance {
    fn shards(&self) -> u8 {
        self.universe.store.shards()
    }

    async fn open_sessions(
        &self,
        shard: u8,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<(Vec<(LeadKey, SessionId)>, Option<Cursor>), Unavailable> {
        let effect = self.universe.store.open_sessions(shard, after, most);
        self.table("open sessions", effect, |found| format!("{}", found.as_ref().map_or(0, |(found, _)| found.len())))
            .await?
    }

    async fn cursors(&self) -> Result<BTreeMap<u8, Cursor>, Unavailable> {
        self.table("cursors", self.universe.store.cursors(), |_| String::new()).await?
    }

    async fn put_cursors(&self, cursors: &BTreeMap<u8, Cursor>) -> Result<(), Unavailable> {
        self.table("put cursors", self.universe.store.put_cursors(cursors), |_| String::new()).await?
    }
}
