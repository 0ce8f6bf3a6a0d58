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
//! | figures of a day, in shards | `B#<business>#F` | `DAY#<day>#<shard>`; TTL |
//! | figures of what stands now, in shards | `B#<business>#F` | `NOW#<shard>` |
//! | what was spent of the budget of a day | `B#<business>#F` | `SPENT#<day>`; TTL |
//! | webhook of a business | `B#<business>` | `WEBHOOK` |
//! | event posted to it, or to be | `B#<business>#W` | `<id>`; TTL |
//! | import of chats through the API, the last one | `B#<business>` | `IMPORT`; TTL |
//! | where the sweep stopped | `SWEEP` | `CURSORS` |
//!
//! An item with a TTL has `expires_at`, in seconds since 1970; messages and calls have one only where [`Retention`] says
//! so.
//!
//! Three sparse indexes hold keys only: `leads` (leads of a business by last opening or closing of a session), `names`
//! (leads of a business by name) and `open` (sessions not digested yet, in shards, for the sweep; the others under the day
//! they were counted on; events posted to a webhook, by time). No index key changes with a message.

mod adding;
mod business_store;
mod chat_imports;
mod collections;
mod commit;
mod erasure;
mod figures;
mod find;
mod item;
mod key;
mod lead_store;
mod open;
mod rows;
mod transaction;
mod webhooks;

use crate::cache::Cache;
use crate::tombstone_key::TombstoneKey;
use aws_sdk_dynamodb::Client;
pub use item::Retention;
use serde::de::DeserializeOwned;
use std::time::Duration;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::ids::{BusinessId, ConnectionId, LeadId, LeadKey, Line};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::business_store::{BusinessStore, HeldSettings};
use zikaron_protocol::ports::store::Reading;

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

    /// Lets a line lead to a business (operators; see `infra/admin`), whomever it led to before.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn put_route(&self, line: &Line, business: &BusinessId) -> Result<(), Unavailable> {
        let before: Option<item::Route> = self.get(key::route(line), "ROUTE".to_owned()).await?;
        match before.filter(|before| before.business != *business) {
            // In one step: what came while the line led to nobody would be set aside for good.
            Some(before) => self.move_line(line, &before.business, business).await,
            None => self.put_line(line, business).await,
        }?
        .then_some(())
        .ok_or_else(|| Unavailable { what: "routes", reason: "somebody else wrote it meanwhile".to_owned() })
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
        self.range(key, format!("{prefix}#"), format!("{prefix}#~"), key::Order::NewestFirst, Reading::All(most)).await
    }
}
