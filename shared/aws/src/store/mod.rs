//! The store on DynamoDB: one table, keys `pk` and `sk`.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | where a line of a connection leads | `ROUTE#<connection>#<number>` | `ROUTE` |
//! | a connection's owner, where it has one | `ROUTE#<connection>` | `OWNER` |
//! | settings | `B#<business>` | `SETTINGS` |
//! | a line that leads to the business | `B#<business>` | `LINE#<connection>#<number>` |
//! | whom a name means | `B#<business>#A#<kind>#<value>` | `ALIAS` |
//! | where a call is stored | `B#<business>#A#call#<provider>:<call id>` | `ALIAS`; TTL |
//! | tombstone of a name | `B#<business>#T#<hmac of it>` | `ERASED`; TTL |
//! | request that takes effect once | `B#<business>#R#<hash of its key>` | `ONCE`; TTL |
//! | state | `B#<business>#L#<lead>` | `STATE` |
//! | memory | `B#<business>#L#<lead>` | `MEMORY` |
//! | session | `B#<business>#L#<lead>` | `SES#<id>` (a ULID: sorts by opening) |
//! | message | `B#<business>#L#<lead>` | `MSG#<sent_at>#<id>`; TTL |
//! | call | `B#<business>#L#<lead>` | `CALL#<ended_at>#<provider>:<call id>`; TTL |
//! | note | `B#<business>#L#<lead>` | `NOTE#<at>#<id>` |
//! | change of the profile | `B#<business>#L#<lead>` | `CHANGE#<at>#<field>#<hash>`; TTL |
//! | name of the lead | `B#<business>#L#<lead>` | `ALIAS#<kind>#<value>` |
//! | lead this one was joined into | `B#<business>#L#<lead>` | `JOINED` |
//! | receipt of an erasure | `B#<business>#L#<lead>` | `ERASED` |
//! | where the sweep stopped | `SWEEP` | `CURSORS` |
//!
//! An item with a TTL has `expires_at`, in seconds since 1970; messages and calls have one only where [`Retention`] says
//! so.
//!
//! Three sparse indexes hold keys only: `leads` (leads of a business by last opening or closing of a session), `names`
//! (leads of a business by name) and `open` (sessions not digested yet, in shards, for the sweep). No index key changes
//! with a message.

mod business_store;
mod collections;
mod commit;
mod erasure;
mod find;
mod item;
mod key;
mod open;
mod transaction;

use crate::cache::Cache;
use crate::tombstone_key::TombstoneKey;
use crate::unavailable::{unavailable, unreadable};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
pub use item::Retention;
use jiff::Timestamp;
use key::Row;
use serde::de::DeserializeOwned;
use std::time::Duration;
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;
use zikaron_protocol::call::{Call, CallKey, CallName};
use zikaron_protocol::ids::{BusinessId, ConnectionId, CustomerAddress, LeadId, LeadKey, Line};
use zikaron_protocol::message::{Message, MessageKey};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::session::Session;
use zikaron_protocol::state::State;
use zikaron_protocol::store::staff::{HeldSettings, Office};
use zikaron_protocol::store::{CommitError, Found, Item, Memory, Store};

/// How often keys that a batch read left out are asked for again.
const BATCH_ROUNDS: usize = 4;

/// The kinds of items a lead has many of.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Sessions.
    Session,
    /// Messages.
    Message,
    /// Notes.
    Note,
    /// Changes of the profile.
    Change,
    /// Phone calls.
    Call,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Session => "SES",
            Self::Message => "MSG",
            Self::Note => "NOTE",
            Self::Change => "CHANGE",
            Self::Call => "CALL",
        }
    }
}

/// The table of a stack.
pub struct DynamoStore {
    client: Client,
    table: String,
    kept: Retention,
    /// Every message needs its route, and routes change when an operator changes them: an old one holds for `keep`.
    routes: Cache<Line, BusinessId>,
    /// Every turn needs the settings of its business: a change of them takes effect when `keep` has passed.
    settings: Cache<BusinessId, Settings>,
    /// Whom an alias last led to: a guess that saves a round trip, never what is decided on; see `find`.
    leads: Cache<String, LeadId>,
    tombstone_key: Option<TombstoneKey>,
}

impl std::fmt::Debug for DynamoStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DynamoStore").field("table", &self.table).finish_non_exhaustive()
    }
}

impl DynamoStore {
    /// The table `table`; settings and routes are kept for `keep`.
    #[must_use]
    pub fn new(client: Client, table: String, keep: Duration) -> Self {
        Self {
            client,
            table,
            kept: Retention::default(),
            routes: Cache::new(keep),
            settings: Cache::new(keep),
            leads: Cache::new(find::GUESSED),
            tombstone_key: None,
        }
    }

    /// Writes messages and changes so that they are kept for this long.
    #[must_use]
    pub fn with_retention(self, kept: Retention) -> Self {
        Self { kept, ..self }
    }

    /// With the key of tombstones: whatever lets new customers in, or erases, needs it.
    #[must_use]
    pub fn with_tombstone_key(self, key: TombstoneKey) -> Self {
        Self { tombstone_key: Some(key), ..self }
    }

    async fn get<T: DeserializeOwned>(&self, pk: String, sk: String) -> Result<Option<T>, Unavailable> {
        const WHAT: &str = "GetItem";
        let request = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(pk))
            .key("sk", AttributeValue::S(sk))
            .consistent_read(true);
        let answer = request.send().await.map_err(|error| unavailable(WHAT, &error))?;
        answer.item.map(|row| item::read(WHAT, row)).transpose()
    }

    /// Several items in one round trip, in no particular order.
    async fn batch(&self, keys: Vec<Row>) -> Result<Vec<Row>, Unavailable> {
        const WHAT: &str = "BatchGetItem";
        let mut rows = Vec::with_capacity(keys.len());
        let mut left = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(true)
            .build()
            .map_err(|error| unreadable(WHAT, &error))?;
        for _ in 0..BATCH_ROUNDS {
            let request = self.client.batch_get_item().request_items(&self.table, left);
            let mut answer = request.send().await.map_err(|error| unavailable(WHAT, &error))?;
            rows.extend(answer.responses.as_mut().and_then(|tables| tables.remove(&self.table)).unwrap_or_default());
            match answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.table)) {
                Some(more) if !more.keys.is_empty() => left = more,
                _ => return Ok(rows),
            }
        }
        Err(Unavailable { what: WHAT, reason: "keys stay unprocessed".to_owned() })
    }

    /// Lets a line lead to a business (operators; see `infra/admin`), whomever it led to before.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn put_route(&self, line: &Line, business: &BusinessId) -> Result<(), Unavailable> {
        if let Some(before) = self.get::<item::Route>(key::route(line), "ROUTE".to_owned()).await? {
            self.drop_line(line, &before.business).await?;
        }
        self.put_line(line, business).await.map(drop)
    }

    /// Gives a connection as a whole to a business, whose staff may then set its lines.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn put_owner(&self, connection: &ConnectionId, business: &BusinessId) -> Result<(), Unavailable> {
        let owner = item::Route { business: business.clone() };
        self.put(item::any(&owner, key::connection(connection), "OWNER")?).await
    }

    /// Writes the settings of a business over whatever stands. Functions see them when their cache has run out.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn put_settings(&self, business: &BusinessId, settings: &Settings) -> Result<(), Unavailable> {
        let version = self.held_settings(business).await?.version + 1;
        let row = item::settings(business, &HeldSettings { version, settings: settings.clone() })?;
        self.put(row).await
    }

    /// Everything of one kind about a lead, newest first, at most `most`.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn list<T: DeserializeOwned>(
        &self,
        key: &LeadKey,
        kind: Kind,
        most: usize,
    ) -> Result<Vec<T>, Unavailable> {
        let prefix = kind.prefix();
        self.range(key, format!("{prefix}#"), format!("{prefix}#~"), most).await
    }

    /// Puts one row if its condition holds.
    async fn put_if(&self, write: transaction::RowWrite) -> Result<(), CommitError> {
        transaction::put(&self.client, &self.table, write).await
    }

    async fn put(&self, row: Row) -> Result<(), Unavailable> {
        let request = self.client.put_item().table_name(&self.table).set_item(Some(row));
        request.send().await.map(drop).map_err(|error| unavailable("PutItem", &error))
    }

    /// The items of a lead whose sort keys lie between `from` and `to`, last first, read page by page.
    async fn range<T: DeserializeOwned>(
        &self,
        key: &LeadKey,
        from: String,
        to: String,
        most: usize,
    ) -> Result<Vec<T>, Unavailable> {
        const WHAT: &str = "Query";
        let mut found = Vec::new();
        let mut start = None;
        loop {
            let left = i32::try_from(most - found.len()).unwrap_or(i32::MAX);
            let request = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":pk", AttributeValue::S(key::lead(key)))
                .expression_attribute_values(":from", AttributeValue::S(from.clone()))
                .expression_attribute_values(":to", AttributeValue::S(to.clone()))
                .scan_index_forward(false)
                .consistent_read(true)
                .limit(left)
                .set_exclusive_start_key(start);
            let answer = request.send().await.map_err(|error| unavailable(WHAT, &error))?;
            for row in answer.items.unwrap_or_default() {
                found.push(item::read(WHAT, row)?);
            }
            start = answer.last_evaluated_key;
            if start.is_none() || found.len() >= most {
                return Ok(found);
            }
        }
    }
}

impl Store for DynamoStore {
    async fn route(&self, line: &Line) -> Result<Option<BusinessId>, Unavailable> {
        if let Some(business) = self.routes.get(line) {
            return Ok(Some(business));
        }
        let route: Option<item::Route> = self.get(key::route(line), "ROUTE".to_owned()).await?;
        let business = route.map(|route| route.business);
        if let Some(business) = &business {
            self.routes.put(line.clone(), business.clone());
        }
        Ok(business)
    }

    async fn settings(&self, business: &BusinessId) -> Result<Settings, Unavailable> {
        if let Some(settings) = self.settings.get(business) {
            return Ok(settings);
        }
        let held: Option<item::Held> = self.get(key::business(business), "SETTINGS".to_owned()).await?;
        let settings = held.map(|held| held.settings).unwrap_or_default();
        self.settings.put(business.clone(), settings.clone());
        Ok(settings)
    }

    async fn find(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> Result<Found, Unavailable> {
        Ok(self.look_up(business, customer, at, None).await?.0)
    }

    async fn find_lead(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> Result<(Found, Option<State>), Unavailable> {
        self.find_with_state(business, customer, at).await
    }

    async fn erased_at(&self, business: &BusinessId, names: &[String]) -> Result<Option<Timestamp>, Unavailable> {
        self.newest_tombstone(business, names).await
    }

    async fn state(&self, key: &LeadKey) -> Result<Option<State>, Unavailable> {
        self.get(key::lead(key), "STATE".to_owned()).await
    }

    async fn memory(&self, key: &LeadKey) -> Result<Memory, Unavailable> {
        Ok(self.get(key::lead(key), "MEMORY".to_owned()).await?.unwrap_or_default())
    }

    async fn state_and_memory(&self, key: &LeadKey) -> Result<(Option<State>, Memory), Unavailable> {
        let pk = key::lead(key);
        let keys = ["STATE", "MEMORY"].map(|sk| key::row(pk.clone(), sk.to_owned()));
        let (mut state, mut memory) = (None, None);
        for row in self.batch(keys.into()).await? {
            let is_state = row.get("sk").and_then(|sk| sk.as_s().ok()).is_some_and(|sk| sk == "STATE");
            if is_state {
                state = Some(item::read("BatchGetItem", row)?);
            } else {
                memory = Some(item::read("BatchGetItem", row)?);
            }
        }
        Ok((state, memory.unwrap_or_default()))
    }

    async fn message(&self, key: &LeadKey, message: &MessageKey) -> Result<Option<Message>, Unavailable> {
        self.get(key::lead(key), key::message(message)).await
    }

    async fn messages(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        most: usize,
    ) -> Result<Vec<Message>, Unavailable> {
        let from = from.map_or_else(|| "MSG#".to_owned(), |from| format!("MSG#{}#", key::time(from)));
        // `~` sorts behind every character of a key.
        let to = to.map_or_else(|| "MSG#~".to_owned(), |to| format!("MSG#{}#~", key::time(to)));
        self.range(key, from, to, most).await
    }

    async fn find_call(
        &self,
        business: &BusinessId,
        call: &CallName,
    ) -> Result<Option<(LeadId, CallKey)>, Unavailable> {
        let place: Option<item::Place> = self.get(key::call_name(business, call), "ALIAS".to_owned()).await?;
        Ok(place.map(|place| (place.lead, place.call)))
    }

    async fn call(&self, key: &LeadKey, call: &CallKey) -> Result<Option<Call>, Unavailable> {
        self.get(key::lead(key), key::call(call)).await
    }

    async fn session(&self, key: &LeadKey, session: &SessionId) -> Result<Option<Session>, Unavailable> {
        self.get(key::lead(key), key::session(session)).await
    }

    async fn commit(&self, key: &LeadKey, items: Vec<Item>) -> Result<(), CommitError> {
        let named = find::named(&items);
        commit::commit(&self.client, &self.table, self.kept, key, items).await?;
        named.iter().for_each(|customer| self.remember(key, customer));
        Ok(())
    }

    async fn commit_all(&self, leads: Vec<(LeadKey, Vec<Item>)>) -> Result<(), CommitError> {
        commit::commit_all(&self.client, &self.table, self.kept, &leads).await
    }

    async fn went_to(&self, key: &LeadKey) -> Result<Option<LeadId>, Unavailable> {
        let joined: Option<item::Joined> = self.get(key::lead(key), item::JOINED.to_owned()).await?;
        Ok(joined.map(|joined| joined.to))
    }
}
