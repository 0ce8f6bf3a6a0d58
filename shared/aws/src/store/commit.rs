//! A commit: one conditional write, or one transaction.

use super::item::{self, Retention};
use super::key;
use super::transaction::{Condition, RowWrite, put, transact};
use aws_sdk_dynamodb::Client;
use zikaron_protocol::model::alias::{AliasRecord, alias_keys};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::write::{Write, needs_lead};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::store::{CommitError, ConflictingItem};

pub(super) async fn commit(
    client: &Client,
    table: &str,
    kept: Retention,
    key: &LeadKey,
    items: Vec<Write>,
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
    leads: &[(LeadKey, Vec<Write>)],
) -> Result<(), CommitError> {
    let (mut writes, mut checks) = (Vec::new(), Vec::new());
    for (key, items) in leads {
        for item in items {
            writes.extend(rows(key, item, kept)?);
        }
        checks.extend((!items.iter().any(Write::decides_state)).then(|| lead_is_there(key)));
    }
    writes.extend(checks);
    transact(client, table, writes).await
}

/// A write to a lead must not bring back one that was erased.
fn lead_is_there(key: &LeadKey) -> RowWrite {
    RowWrite::check(key::row(key::lead(key), "STATE".to_owned()), ConflictingItem::State)
}

fn delete(key: &LeadKey, place: String) -> RowWrite {
    RowWrite::delete(key::row(key::lead(key), place), ConflictingItem::State, Condition::None)
}

fn rows(key: &LeadKey, item: &Write, kept: Retention) -> Result<Vec<RowWrite>, Unavailable> {
    let (row, part, condition) = match item {
        Write::State(state) => (item::state(key, state)?, ConflictingItem::State, Condition::before(state.version)),
        Write::Memory(memory) => {
            (item::memory(key, memory)?, ConflictingItem::Memory, Condition::before(memory.version))
        }
        Write::Session(session) => {
            (item::session(key, session)?, ConflictingItem::Session, Condition::before(session.version))
        }
        Write::Message(message) => {
            (item::message(key, message, kept)?, ConflictingItem::Message, Condition::before(message.version))
        }
        Write::Call(call) => {
            let condition = Condition::before(call.version);
            let mut writes = vec![RowWrite::put(item::call(key, call, kept)?, ConflictingItem::Call, condition)];
            if call.version <= 1 {
                writes.push(RowWrite::put(
                    item::place(key, &call.key, kept)?,
                    ConflictingItem::Call,
                    Condition::Absent,
                ));
            }
            return Ok(writes);
        }
        Write::Note(note) => (item::note(key, note)?, ConflictingItem::State, Condition::None),
        Write::Change(change) => (item::change(key, change, kept)?, ConflictingItem::State, Condition::None),
        Write::DeleteNote { at, id } => return Ok(vec![delete(key, key::note(*at, id))]),
        Write::Alias(customer) => {
            let named = AliasRecord::new(key.lead.clone());
            let mut writes = Vec::new();
            for name in alias_keys(customer).into_iter().flatten() {
                writes.extend(name_rows(key, &name, &named, Condition::Absent)?);
            }
            return Ok(writes);
        }
        Write::RepointAlias { name, from, to } => return name_rows(key, name, to, Condition::leads_to(from)),
        Write::ExpireAlias { name, until } => {
            let named = AliasRecord { until: Some(*until), ..AliasRecord::new(key.lead.clone()) };
            return name_rows(key, name, &named, Condition::AbsentOrHas("lead", key.lead.to_string()));
        }
        Write::MoveIn(item) => return moved_in(key, item, kept),
        Write::Count(count) => return Ok(vec![RowWrite::add(item::count(key, count))]),
        Write::Delete(item) => return deleted(key, item, kept),
        Write::Redirect(to) => (item::joined(key, to)?, ConflictingItem::State, Condition::None),
    };
    Ok(vec![RowWrite::put(row, part, condition)])
}

/// A name, both ways: an erasure must find every name that leads here.
fn name_rows(
    key: &LeadKey,
    name: &str,
    named: &AliasRecord,
    condition: Condition,
) -> Result<Vec<RowWrite>, Unavailable> {
    let there = RowWrite::put(item::alias(&key.business, name, named)?, ConflictingItem::Alias, condition);
    Ok(vec![there, RowWrite::put(item::name(key, name), ConflictingItem::State, Condition::None)])
}

/// An item from another lead, in whatever version it stands.
fn moved_in(key: &LeadKey, item: &Write, kept: Retention) -> Result<Vec<RowWrite>, Unavailable> {
    let mut writes = rows(key, item, kept)?;
    writes.truncate(1);
    for write in &mut writes {
        if !matches!(write.condition, Condition::None) {
            write.condition = Condition::Absent;
        }
    }
    if let Write::Call(call) = item {
        writes.push(RowWrite::put(item::place(key, &call.key, kept)?, ConflictingItem::Call, Condition::None));
    }
    Ok(writes)
}

/// An item that goes, in the version it is given in.
fn deleted(key: &LeadKey, item: &Write, kept: Retention) -> Result<Vec<RowWrite>, Unavailable> {
    let mut writes = rows(key, item, kept)?;
    writes.truncate(1);
    let version = match item {
        Write::State(state) => Some(state.version),
        Write::Memory(memory) => Some(memory.version),
        Write::Session(session) => Some(session.version),
        Write::Message(message) => Some(message.version),
        Write::Call(call) => Some(call.version),
        _ => None,
    };
    let deletion = |write: RowWrite| write.into_deletion(version.map_or(Condition::None, Condition::stands));
    Ok(writes.into_iter().map(deletion).collect())
}
