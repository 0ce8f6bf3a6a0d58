//! The leads: names, state, memory, sessions, messages, calls, and commits of them.

use super::{DynamoStore, commit, find, item, key};
use jiff::Timestamp;
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
use zikaron_protocol::ports::store::{CommitError, Reading, Store};

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
    ) -> Result<AliasLookup, Unavailable> {
        Ok(self.look_up(business, customer, at, None).await?.0)
    }

    async fn find_lead(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> Result<(AliasLookup, Option<State>), Unavailable> {
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

    async fn read_messages(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        reading: Reading,
    ) -> Result<Vec<Message>, Unavailable> {
        let from = from.map_or_else(|| "MSG#".to_owned(), |from| format!("MSG#{}#", key::time(from)));
        // `~` sorts behind every character of a key.
        let to = to.map_or_else(|| "MSG#~".to_owned(), |to| format!("MSG#{}#~", key::time(to)));
        self.range(key, from, to, key::Order::NewestFirst, reading).await
    }

    async fn messages_from(
        &self,
        key: &LeadKey,
        from: Option<Timestamp>,
        after: Option<&MessageKey>,
        most: usize,
    ) -> Result<Vec<Message>, Unavailable> {
        let from = match (after, from) {
            // No id holds a space: this stands right behind the one row, and before every other.
            (Some(after), _) => format!("{} ", key::message(after)),
            (None, Some(from)) => format!("MSG#{}#", key::time(from)),
            (None, None) => "MSG#".to_owned(),
        };
        self.range(key, from, "MSG#~".to_owned(), key::Order::OldestFirst, Reading::PassOver(most)).await
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

    async fn commit(&self, key: &LeadKey, items: Vec<Write>) -> Result<(), CommitError> {
        let named = find::named(&items);
        commit::commit(&self.client, &self.table, self.kept, key, items).await?;
        named.iter().for_each(|customer| self.remember(key, customer));
        Ok(())
    }

    async fn commit_all(&self, leads: Vec<(LeadKey, Vec<Write>)>) -> Result<(), CommitError> {
        commit::commit_all(&self.client, &self.table, self.kept, &leads).await
    }

    async fn spent(&self, of: &BudgetDay) -> Result<Spent, Unavailable> {
        Ok(self.get(key::figures_of(&of.business), key::spent(of)).await?.unwrap_or_default())
    }

    async fn spend(&self, of: &BudgetDay, more: Spent) -> Result<(), Unavailable> {
        self.add_spent(of, more).await
    }

    async fn redirect_of(&self, key: &LeadKey) -> Result<Option<LeadId>, Unavailable> {
        let joined: Option<item::Joined> = self.get(key::lead(key), item::JOINED.to_owned()).await?;
        Ok(joined.map(|joined| joined.to))
    }
}
