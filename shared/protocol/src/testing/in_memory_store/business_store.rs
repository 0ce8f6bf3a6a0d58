//! The store in memory, as the staff API uses it.

use super::InMemory;
use super::conditions::follows;
use super::contents::{Contents, Lead};
use crate::model::alias::{AliasRecord, call_name};
use crate::model::figures::standing::erased;
use crate::model::ids::{BusinessId, ConnectionId, LeadId, LeadKey, Line};
use crate::model::lead_state::State;
use crate::model::listed::{ItemKind, Listed};
use crate::model::write::{Memory, Write};
use crate::ports::business_store::{
    BusinessStore, CountedItems, Erasing, ErasureReceipt, HeldSettings, IdempotencyRecord, IdempotencyStore,
    LeadCollections, LeadIndex, Page,
};
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, ConflictingItem, Cursor};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Bound;
use zikaron_memory::note::Note;
use zikaron_memory::profile::search_key;

/// So few that a count of everything is seldom done in one call.
const COUNTED_AT_ONCE: usize = 3;

/// The first `most` of what is sorted already, and where to go on.
pub(super) fn cut<T>(mut found: Vec<(Cursor, T)>, most: usize) -> Page<T> {
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().map(|(place, _)| place.clone()).filter(|_| more);
    (found.into_iter().map(|(_, item)| item).collect(), next)
}

impl BusinessStore for InMemory {
    async fn held_settings(&self, business: &BusinessId) -> Result<HeldSettings, Unavailable> {
        Ok(self.contents().settings.get(business).cloned().unwrap_or_default())
    }

    async fn write_settings(&self, business: &BusinessId, held: &HeldSettings) -> Result<(), CommitError> {
        let mut contents = self.contents();
        if !follows(contents.settings.get(business).map(|stands| stands.version), held.version) {
            return Err(CommitError::Conflict(ConflictingItem::State));
        }
        contents.settings.insert(business.clone(), held.clone());
        Ok(())
    }

    async fn lines(&self, business: &BusinessId) -> Result<Vec<Line>, Unavailable> {
        let contents = self.contents();
        let of_it = contents.routes.iter().filter(|(_, owner)| *owner == business);
        Ok(of_it.map(|(line, _)| line.clone()).take(100).collect())
    }

    async fn owner(&self, connection: &ConnectionId) -> Result<Option<BusinessId>, Unavailable> {
        Ok(self.contents().owners.get(connection).cloned())
    }

    async fn put_line(&self, line: &Line, business: &BusinessId) -> Result<bool, Unavailable> {
        let mut contents = self.contents();
        let free = contents.routes.get(line).is_none_or(|owner| owner == business);
        if free {
            contents.routes.insert(line.clone(), business.clone());
        }
        Ok(free)
    }

    async fn drop_line(&self, line: &Line, business: &BusinessId) -> Result<bool, Unavailable> {
        let mut contents = self.contents();
        let leads_there = contents.routes.get(line) == Some(business);
        if leads_there {
            contents.routes.remove(line);
        }
        Ok(leads_there)
    }
}

impl Contents {
    fn states(&self, business: &BusinessId) -> impl Iterator<Item = (&LeadId, &Lead, &State)> {
        let of_it = self.leads.iter().filter(move |(key, _)| key.business == *business);
        // A lead that is being merged into another is listed as that one.
        of_it.filter_map(|(key, lead)| {
            let state = lead.state.as_ref().filter(|state| state.joined_to.is_none())?;
            Some((&key.lead, lead, state))
        })
    }
}

impl LeadIndex for InMemory {
    async fn leads(
        &self,
        business: &BusinessId,
        before: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<LeadId>, Unavailable> {
        let contents = self.contents();
        let place = |lead: &LeadId, state: &State| format!("{:.3}#{lead}", state.listed_at);
        let placed = contents.states(business).map(|(lead, _, state)| (place(lead, state), lead.clone()));
        let mut found: Vec<_> = placed.filter(|(place, _)| before.is_none_or(|before| place < before)).collect();
        found.sort_by(|a, b| b.cmp(a));
        Ok(cut(found, most))
    }

    async fn named(
        &self,
        business: &BusinessId,
        name: &str,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<LeadId>, Unavailable> {
        let contents = self.contents();
        let wanted = search_key(name);
        let is_named = |lead: &Lead| {
            let name = lead.memory.document.customer_profile_json.get("name").and_then(|field| field.value());
            name.is_some_and(|name| search_key(name) == wanted)
        };
        let named = contents.states(business).filter(|(_, lead, _)| is_named(lead));
        let placed = named.map(|(lead, ..)| (lead.to_string(), lead.clone()));
        Ok(cut(placed.filter(|(place, _)| after.is_none_or(|after| place > after)).collect(), most))
    }
}

impl LeadCollections for InMemory {
    async fn page<T: Listed>(
        &self,
        key: &LeadKey,
        before: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<T>, Unavailable> {
        let mut found = self.read(key, listed::<T>);
        found.retain(|(place, _)| before.is_none_or(|before| place < before));
        found.sort_by(|(a, _), (b, _)| b.cmp(a));
        let hidden = self.contents().unreadable_messages.clone();
        let is_hidden = |place: &Cursor| hidden.iter().any(|id| place.ends_with(&format!("#{id}")));
        if T::KIND == ItemKind::Message && found.iter().take(most).any(|(place, _)| is_hidden(place)) {
            return Err(Unavailable::unreadable("page", &"of newer code"));
        }
        Ok(cut(found, most))
    }

    async fn names_of(&self, key: &LeadKey) -> Result<BTreeMap<String, AliasRecord>, Unavailable> {
        let contents = self.contents();
        let of_business = contents.aliases.iter().filter(|((owner, _), _)| *owner == key.business);
        let of_it = of_business.filter(|(_, named)| named.lead == key.lead);
        Ok(of_it.map(|((_, name), named)| (name.clone(), named.clone())).collect())
    }

    async fn forget_names(&self, key: &LeadKey) -> Result<(), Unavailable> {
        if let Some(lead) = self.contents().leads.get_mut(key) {
            lead.names.clear();
        }
        Ok(())
    }

    async fn note(&self, key: &LeadKey, at: Timestamp, id: &str) -> Result<Option<Note>, Unavailable> {
        Ok(self.read(key, |lead| lead.notes.iter().find(|note| note.at == at && note.id == id).cloned()))
    }

    async fn everything(&self, key: &LeadKey, most: usize) -> Result<Option<BTreeMap<String, Value>>, Unavailable> {
        let contents = self.contents();
        let mut all = contents.leads.get(key).map(whole).unwrap_or_default();
        let names =
            contents.aliases.iter().filter(|((owner, _), named)| *owner == key.business && named.lead == key.lead);
        all.extend(names.map(|((_, name), _)| (format!("ALIAS#{name}"), json!({"name": name}))));
        let bytes: usize = all.values().map(|item| item.to_string().len()).sum();
        Ok(Some(all).filter(|_| bytes <= most))
    }
}

/// Every item of a lead by its sort key.
fn whole(lead: &Lead) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    all.extend(lead.state.as_ref().map(|state| ("STATE".to_owned(), json!(state))));
    if lead.memory.version > 0 {
        all.insert("MEMORY".to_owned(), json!(lead.memory));
    }
    for kind in [ItemKind::Session, ItemKind::Message, ItemKind::Call, ItemKind::Note, ItemKind::Change] {
        let placed = lead.listed(kind).into_iter();
        all.extend(placed.map(|(place, item)| (format!("{}#{place}", kind.prefix()), as_stored(&item))));
    }
    all
}

fn listed<T: Listed>(lead: &Lead) -> Vec<(Cursor, T)> {
    let placed = lead.listed(T::KIND).into_iter();
    placed.filter_map(|(place, item)| Some((place, T::from_item(&item)?))).collect()
}

fn as_stored(item: &Write) -> Value {
    match item {
        Write::Session(session) => json!(session),
        Write::Message(message) => json!(message),
        Write::Call(call) => json!(call),
        Write::Note(note) => json!(note),
        Write::Change(change) => json!(change),
        _ => Value::Null,
    }
}

impl IdempotencyStore for InMemory {
    async fn first(
        &self,
        business: &BusinessId,
        name: &str,
        request: &IdempotencyRecord,
    ) -> Result<IdempotencyRecord, Unavailable> {
        let mut contents = self.contents();
        Ok(contents.requests.entry((business.clone(), name.to_owned())).or_insert_with(|| request.clone()).clone())
    }

    async fn done(&self, business: &BusinessId, name: &str, request: &IdempotencyRecord) -> Result<(), Unavailable> {
        let done = IdempotencyRecord { done: true, ..request.clone() };
        self.contents().requests.insert((business.clone(), name.to_owned()), done);
        Ok(())
    }
}

impl Erasing for InMemory {
    async fn begin_erasure(
        &self,
        key: &LeadKey,
        state: &State,
        memory: &Memory,
        names: &[String],
        receipt: &ErasureReceipt,
    ) -> Result<(), CommitError> {
        let mut contents = self.contents();
        let stands = contents.leads.get(key).and_then(|lead| Some((lead.state.as_ref()?.version, lead.memory.version)));
        match stands {
            Some((of_state, _)) if of_state != state.version => {
                return Err(CommitError::Conflict(ConflictingItem::State));
            }
            None => return Err(CommitError::Conflict(ConflictingItem::State)),
            Some((_, of_memory)) if of_memory != memory.version => {
                return Err(CommitError::Conflict(ConflictingItem::Memory));
            }
            Some(_) => {}
        }
        if let Some(gone) = erased(memory) {
            contents.write(key, Write::Count(gone));
        }
        if let Some(lead) = contents.leads.get_mut(key) {
            lead.state = None;
        }
        for name in names {
            let place = (key.business.clone(), name.clone());
            contents.aliases.remove(&place);
            contents.tombstones.insert(place, receipt.erased_at);
        }
        contents.receipts.insert(key.clone(), receipt.clone());
        Ok(())
    }

    async fn erasure_receipt(&self, key: &LeadKey) -> Result<Option<ErasureReceipt>, Unavailable> {
        Ok(self.contents().receipts.get(key).cloned())
    }

    async fn put_erasure_receipt(&self, key: &LeadKey, receipt: &ErasureReceipt) -> Result<(), CommitError> {
        let mut contents = self.contents();
        if !follows(contents.receipts.get(key).map(|stands| stands.version), receipt.version) {
            return Err(CommitError::Conflict(ConflictingItem::State));
        }
        contents.receipts.insert(key.clone(), receipt.clone());
        Ok(())
    }

    async fn count_items(&self, key: &LeadKey, counted: &mut CountedItems) -> Result<bool, Unavailable> {
        let contents = self.contents();
        let all = contents.leads.get(key).map(whole).unwrap_or_default();
        let after = counted.up_to.take().map_or(Bound::Unbounded, Bound::Excluded);
        let mut left = all.range((after, Bound::Unbounded)).map(|(place, _)| place);
        for place in left.by_ref().take(COUNTED_AT_ONCE) {
            let kind = place.split('#').next().unwrap_or_default().to_owned();
            *counted.by_kind.entry(kind).or_default() += 1;
            counted.up_to = Some(place.clone());
        }
        let is_done = left.next().is_none();
        Ok(is_done)
    }

    async fn delete_items(&self, key: &LeadKey) -> Result<(), Unavailable> {
        let mut contents = self.contents();
        let erased_at = contents.receipts.get(key).map(|receipt| receipt.erased_at);
        let lead = contents.leads.remove(key).unwrap_or_default();
        for call in lead.calls.into_keys() {
            let tombstone = (key.business.clone(), call_name(&call.name));
            contents.tombstones.extend(erased_at.map(|at| (tombstone, at)));
            contents.calls.remove(&(key.business.clone(), call.name));
        }
        Ok(())
    }
}
