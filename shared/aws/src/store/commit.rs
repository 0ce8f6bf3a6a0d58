//! A commit: one conditional write, or one transaction.

use super::item::{self, Retention};
use super::key;
use super::transaction::{Condition, RowWrite, put, transact};
use aws_sdk_dynamodb::Client;
use zikaron_protocol::model::alias::{Named, names};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::write::{Item, needs_lead};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::store::{CommitError, Part};

pub(super) async fn commit(
    client: &Client,
    table: &str,
    kept: Retention,
    key: &LeadKey,
    items: Vec<Item>,
) -> Result<(), CommitError> {
    let checks_lead = needs_lead(&items);
    let mut writes = Vec::with_capacity(items.len() + 1);
    for item in &items {
        writes.extend(rows(key, item, kept)?);
    }
    match writes.pop() {
        // One write unit for each KB; in a transaction it would be two.
        Some(write) if writes.is_empty() && !checks_lead && write.is_put() => put(client, table, write).await,
        last => {
            writes.extend(last);
            writes.extend(checks_lead.then(|| lead_is_there(key)));
            transact(client, table, writes).await
        }
    }
}

/// Several leads in one transaction.
pub(super) async fn commit_all(
    client: &Client,
    table: &str,
    kept: Retention,
    leads: &[(LeadKey, Vec<Item>)],
) -> Result<(), CommitError> {
    let (mut writes, mut checks) = (Vec::new(), Vec::new());
    for (key, items) in leads {
        for item in items {
            writes.extend(rows(key, item, kept)?);
        }
        checks.extend((!items.iter().any(Item::decides_state)).then(|| lead_is_there(key)));
    }
    writes.extend(checks);
    transact(client, table, writes).await
}

/// A write to a lead must not bring back one that was erased.
fn lead_is_there(key: &LeadKey) -> RowWrite {
    RowWrite::check(key::row(key::lead(key), "STATE".to_owned()), Part::State)
}

fn delete(key: &LeadKey, place: String) -> RowWrite {
    RowWrite::delete(key::row(key::lead(key), place), Part::State, Condition::None)
}

fn rows(key: &LeadKey, item: &Item, kept: Retention) -> Result<Vec<RowWrite>, Unavailable> {
    let (row, part, condition) = match item {
        Item::State(state) => (item::state(key, state)?, Part::State, Condition::before(state.version)),
        Item::Memory(memory) => (item::memory(key, memory)?, Part::Memory, Condition::before(memory.version)),
        Item::Session(session) => (item::session(key, session)?, Part::Session, Condition::before(session.version)),
        Item::Message(message) => {
            (item::message(key, message, kept)?, Part::Message, Condition::before(message.version))
        }
        Item::Call(call) => {
            let condition = Condition::before(call.version);
            let mut writes = vec![RowWrite::put(item::call(key, call, kept)?, Part::Call, condition)];
            if call.version <= 1 {
                writes.push(RowWrite::put(item::place(key, &call.key, kept)?, Part::Call, Condition::Absent));
            }
            return Ok(writes);
        }
        Item::Note(note) => (item::note(key, note)?, Part::State, Condition::None),
        Item::Change(change) => (item::change(key, change, kept)?, Part::State, Condition::None),
        Item::NoteGone { at, id } => return Ok(vec![delete(key, key::note(*at, id))]),
        Item::Alias(customer) => {
            let named = Named::new(key.lead.clone());
            let mut writes = Vec::new();
            for name in names(customer).into_iter().flatten() {
                writes.extend(name_rows(key, &name, &named, Condition::Absent)?);
            }
            return Ok(writes);
        }
        Item::Renamed { name, from, to } => return name_rows(key, name, to, Condition::leads_to(from)),
        Item::Retired { name, until } => {
            let named = Named { until: Some(*until), ..Named::new(key.lead.clone()) };
            return name_rows(key, name, &named, Condition::AbsentOrHas("lead", key.lead.to_string()));
        }
        Item::Came(item) => return came(key, item, kept),
        Item::Gone(item) => return gone(key, item, kept),
        Item::NameGone(name) => return Ok(vec![delete(key, key::name(name))]),
        Item::Went(to) => (item::joined(key, to)?, Part::State, Condition::None),
    };
    Ok(vec![RowWrite::put(row, part, condition)])
}

/// A name, both ways: an erasure must find every name that leads here.
fn name_rows(key: &LeadKey, name: &str, named: &Named, condition: Condition) -> Result<Vec<RowWrite>, Unavailable> {
    let there = RowWrite::put(item::alias(&key.business, name, named)?, Part::Alias, condition);
    Ok(vec![there, RowWrite::put(item::name(key, name), Part::State, Condition::None)])
}

/// An item from another lead, in whatever version it stands.
fn came(key: &LeadKey, item: &Item, kept: Retention) -> Result<Vec<RowWrite>, Unavailable> {
    let mut writes = rows(key, item, kept)?;
    writes.truncate(1);
    for write in &mut writes {
        if !matches!(write.condition, Condition::None) {
            write.condition = Condition::Absent;
        }
    }
    if let Item::Call(call) = item {
        writes.push(RowWrite::put(item::place(key, &call.key, kept)?, Part::Call, Condition::None));
    }
    Ok(writes)
}

/// An item that goes, in the version it is given in.
fn gone(key: &LeadKey, item: &Item, kept: Retention) -> Result<Vec<RowWrite>, Unavailable> {
    let mut writes = rows(key, item, kept)?;
    writes.truncate(1);
    let version = match item {
        Item::State(state) => Some(state.version),
        Item::Memory(memory) => Some(memory.version),
        Item::Session(session) => Some(session.version),
        Item::Message(message) => Some(message.version),
        Item::Call(call) => Some(call.version),
        _ => None,
    };
    let deletion = |write: RowWrite| write.into_deletion(version.map_or(Condition::None, Condition::stands));
    Ok(writes.into_iter().map(deletion).collect())
}
