//! The store in memory behind calls that take a few milliseconds, with an index of open sessions in shards.

use super::ports::Lean;
use super::shared::Index;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::ops::Bound;
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
use zikaron_protocol::ports::store::{CommitError, Cursor, OpenPage, OpenSessions, Reading, Store, cursor_at};

/// How many shards the index has: as many as the table's.
pub(super) const SHARDS: u8 = 8;

fn shard_of(key: &LeadKey) -> u8 {
    let sum = key.lead.as_str().bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    u8::try_from((sum >> 7) % u32::from(SHARDS)).unwrap_or(0)
}

/// Keeps the index as the table does.
fn note(index: &mut Index, key: &LeadKey, session: &Session) {
    let place = (shard_of(key), format!("{}#{}", cursor_at(session.opened_at), session.id));
    if session.is_unfinished() {
        index.insert(place, (key.clone(), session.id.clone()));
    } else {
        index.remove(&place);
    }
}

impl Store for Lean {
    async fn route(&self, line: &Line) -> Result<Option<BusinessId>, Unavailable> {
        self.traffic.store.route(line).await
    }
    async fn settings(&self, business: &BusinessId) -> Result<Settings, Unavailable> {
        self.traffic.store.settings(business).await
    }
    async fn find(&self, of: &BusinessId, who: &CustomerAddress, at: Timestamp) -> Result<AliasLookup, Unavailable> {
        self.call().await;
        self.traffic.store.find(of, who, at).await
    }
    async fn find_lead(
        &self,
        of: &BusinessId,
        who: &CustomerAddress,
        at: Timestamp,
    ) -> Result<(AliasLookup, Option<State>), Unavailable> {
        self.call().await;
        self.traffic.store.find_lead(of, who, at).await
    }
    async fn erased_at(&self, business: &BusinessId, names: &[String]) -> Result<Option<Timestamp>, Unavailable> {
        self.call().await;
        self.traffic.store.erased_at(business, names).await
    }
    async fn state(&self, key: &LeadKey) -> Result<Option<State>, Unavailable> {
        self.call().await;
        self.traffic.store.state(key).await
    }
    async fn memory(&self, key: &LeadKey) -> Result<Memory, Unavailable> {
        self.call().await;
        self.traffic.store.memory(key).await
    }
    async fn state_and_memory(&self, key: &LeadKey) -> Result<(Option<State>, Memory), Unavailable> {
        self.call().await;
        self.traffic.store.state_and_memory(key).await
    }
    async fn message(&self, key: &LeadKey, message: &MessageKey) -> Result<Option<Message>, Unavailable> {
        self.call().await;
        self.traffic.store.message(key, message).await
    }
    async fn read_messages(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        reading: Reading,
    ) -> Result<Vec<Message>, Unavailable> {
        self.call().await;
        self.traffic.store.read_messages(key, from, to, reading).await
    }
    async fn messages_from(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        after: Option<&MessageKey>,
        most: usize,
    ) -> Result<Vec<Message>, Unavailable> {
        self.call().await;
        self.traffic.store.messages_from(key, from, after, most).await
    }
    async fn find_call(&self, of: &BusinessId, call: &CallName) -> Result<Option<(LeadId, CallKey)>, Unavailable> {
        self.traffic.store.find_call(of, call).await
    }
    async fn call(&self, key: &LeadKey, call: &CallKey) -> Result<Option<Call>, Unavailable> {
        self.traffic.store.call(key, call).await
    }
    async fn session(&self, key: &LeadKey, session: &SessionId) -> Result<Option<Session>, Unavailable> {
        self.call().await;
        self.traffic.store.session(key, session).await
    }
    async fn commit(&self, key: &LeadKey, items: Vec<Write>) -> Result<(), CommitError> {
        self.commit_all(vec![(key.clone(), items)]).await
    }
    async fn commit_all(&self, leads: Vec<(LeadKey, Vec<Write>)>) -> Result<(), CommitError> {
        self.call().await;
        let sessions: Vec<_> =
            leads.iter().flat_map(|(key, items)| items.iter().map(move |item| (key, item))).collect();
        let sessions = sessions.into_iter().filter_map(|(key, item)| match item {
            Write::Session(session) => Some((key.clone(), session.clone())),
            _ => None,
        });
        let sessions: Vec<_> = sessions.collect();
        self.traffic.store.commit_all(leads).await?;
        let now = self.traffic.elapsed();
        let mut live = self.traffic.live();
        for (key, session) in sessions {
            note(&mut live.open, &key, &session);
            live.closes(&session, now);
        }
        live.most_open = live.most_open.max(live.open.len());
        Ok(())
    }
    async fn spent(&self, of: &BudgetDay) -> Result<Spent, Unavailable> {
        self.traffic.store.spent(of).await
    }
    async fn spend(&self, of: &BudgetDay, more: Spent) -> Result<(), Unavailable> {
        self.traffic.store.spend(of, more).await
    }
    async fn redirect_of(&self, key: &LeadKey) -> Result<Option<LeadId>, Unavailable> {
        self.traffic.store.redirect_of(key).await
    }
}

impl LeadCollections for Lean {
    async fn page<T: Listed>(&self, of: &LeadKey, to: Option<&Cursor>, most: usize) -> Result<Page<T>, Unavailable> {
        self.call().await;
        self.traffic.store.page(of, to, most).await
    }
    async fn names_of(&self, key: &LeadKey) -> Result<BTreeMap<String, AliasRecord>, Unavailable> {
        self.call().await;
        self.traffic.store.names_of(key).await
    }
    async fn forget_names(&self, key: &LeadKey) -> Result<(), Unavailable> {
        self.traffic.store.forget_names(key).await
    }
    async fn note(&self, key: &LeadKey, at: Timestamp, id: &str) -> Result<Option<Note>, Unavailable> {
        self.traffic.store.note(key, at, id).await
    }
    async fn everything(
        &self,
        key: &LeadKey,
        most: usize,
    ) -> Result<Option<BTreeMap<String, serde_json::Value>>, Unavailable> {
        self.traffic.store.everything(key, most).await
    }
}

impl OpenSessions for Lean {
    fn shards(&self) -> u8 {
        SHARDS
    }
    async fn open_sessions(&self, shard: u8, after: Option<&Cursor>, most: usize) -> Result<OpenPage, Unavailable> {
        self.call().await;
        let live = self.traffic.live();
        let from =
            after.map_or(Bound::Included((shard, Cursor::new())), |after| Bound::Excluded((shard, after.clone())));
        let behind = live.open.range((from, Bound::Excluded((shard + 1, Cursor::new())))).take(most);
        let found: Vec<_> = behind.collect();
        let next = found.last().filter(|_| found.len() == most).map(|((_, place), _)| place.clone());
        Ok((found.into_iter().map(|(_, session)| session.clone()).collect(), next))
    }
    async fn cursors(&self) -> Result<BTreeMap<u8, Cursor>, Unavailable> {
        self.traffic.store.cursors().await
    }
    async fn put_cursors(&self, cursors: &BTreeMap<u8, Cursor>) -> Result<(), Unavailable> {
        self.traffic.store.put_cursors(cursors).await
    }
}
