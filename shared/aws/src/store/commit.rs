//! A commit: one conditional write, or one transaction.

use super::item::{self, Retention};
use super::key::{self, Row};
use crate::unavailable::unavailable;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, ConditionCheck, Delete, Put, TransactWriteItem};
use std::collections::HashMap;
use zikaron_protocol::ids::{LeadId, LeadKey};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::store::{CommitError, Item, Named, Part, names, needs_lead};

const WHAT: &str = "TransactWriteItems";

/// A row, the part of the lead it is, and what must stand for it to be written.
struct Write {
    row: Row,
    part: Part,
    condition: Condition,
    /// The row is taken away, and is nothing but its key.
    goes: bool,
}

impl Write {
    fn put(row: Row, part: Part, condition: Condition) -> Self {
        Self { row, part, condition, goes: false }
    }

    fn delete(key: &LeadKey, place: String) -> Self {
        Self { row: key::row(key::lead(key), place), part: Part::State, condition: Condition::None, goes: true }
    }
}

enum Condition {
    /// Written over whatever stands, or taken away if it is there.
    None,
    /// Nothing stands under its key.
    Absent,
    /// What stands has this version.
    Version(u64),
    /// The name that stands leads to this lead …
    LeadsTo(LeadId),
    /// … or none stands.
    LeadsNowhereElse(LeadId),
}

impl Condition {
    fn before(version: u64) -> Self {
        if version <= 1 { Self::Absent } else { Self::Version(version - 1) }
    }

    fn stands(version: u64) -> Self {
        if version == 0 { Self::Absent } else { Self::Version(version) }
    }

    fn expression(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Absent => Some("attribute_not_exists(pk)".to_owned()),
            Self::Version(_) => Some("version = :version".to_owned()),
            Self::LeadsTo(_) => Some("#lead = :lead".to_owned()),
            Self::LeadsNowhereElse(_) => Some("attribute_not_exists(pk) OR #lead = :lead".to_owned()),
        }
    }

    /// A reserved word is named.
    fn names(&self) -> Option<HashMap<String, String>> {
        let named = matches!(self, Self::LeadsTo(_) | Self::LeadsNowhereElse(_));
        named.then(|| [("#lead".to_owned(), "lead".to_owned())].into())
    }

    fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        match self {
            Self::Version(version) => Some([(":version".to_owned(), AttributeValue::N(version.to_string()))].into()),
            Self::LeadsTo(lead) | Self::LeadsNowhereElse(lead) => {
                Some([(":lead".to_owned(), AttributeValue::S(lead.to_string()))].into())
            }
            Self::None | Self::Absent => None,
        }
    }
}

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
        // Half the price of a transaction.
        Some(write) if writes.is_empty() && !checks_lead && !write.goes => put(client, table, write).await,
        last => {
            writes.extend(last);
            transact(client, table, checks_lead.then_some(key).into_iter().collect(), writes).await
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
    let (mut writes, mut checked) = (Vec::new(), Vec::new());
    for (key, items) in leads {
        for item in items {
            writes.extend(rows(key, item, kept)?);
        }
        checked.extend((!items.iter().any(Item::decides_state)).then_some(key));
    }
    transact(client, table, checked, writes).await
}

fn rows(key: &LeadKey, item: &Item, kept: Retention) -> Result<Vec<Write>, Unavailable> {
    let (row, part, condition) = match item {
        Item::State(state) => (item::state(key, state)?, Part::State, Condition::before(state.version)),
        Item::Memory(memory) => (item::memory(key, memory)?, Part::Memory, Condition::before(memory.version)),
        Item::Session(session) => (item::session(key, session)?, Part::Session, Condition::before(session.version)),
        Item::Message(message) => {
            (item::message(key, message, kept)?, Part::Message, Condition::before(message.version))
        }
        Item::Call(call) => {
            let condition = Condition::before(call.version);
            let mut writes = vec![Write::put(item::call(key, call, kept)?, Part::Call, condition)];
            if call.version <= 1 {
                writes.push(Write::put(item::place(key, &call.key, kept)?, Part::Call, Condition::Absent));
            }
            return Ok(writes);
        }
        Item::Note(note) => (item::note(key, note)?, Part::State, Condition::None),
        Item::Change(change) => (item::change(key, change, kept)?, Part::State, Condition::None),
        Item::NoteGone { at, id } => return Ok(vec![Write::delete(key, key::note(*at, id))]),
        Item::Alias(customer) => {
            let named = Named::new(key.lead.clone());
            let mut writes = Vec::new();
            for name in names(customer).into_iter().flatten() {
                writes.extend(name_rows(key, &name, &named, Condition::Absent)?);
            }
            return Ok(writes);
        }
        Item::Renamed { name, from, to } => return name_rows(key, name, to, Condition::LeadsTo(from.clone())),
        Item::Retired { name, until } => {
            let named = Named { until: Some(*until), ..Named::new(key.lead.clone()) };
            return name_rows(key, name, &named, Condition::LeadsNowhereElse(key.lead.clone()));
        }
        Item::Came(item) => return came(key, item, kept),
        Item::Gone(item) => return gone(key, item, kept),
        Item::NameGone(name) => return Ok(vec![Write::delete(key, key::name(name))]),
        Item::Went(to) => (item::joined(key, to)?, Part::State, Condition::None),
    };
    Ok(vec![Write::put(row, part, condition)])
}

/// A name, both ways: an erasure must find every name that leads here.
fn name_rows(key: &LeadKey, name: &str, named: &Named, condition: Condition) -> Result<Vec<Write>, Unavailable> {
    let there = Write::put(item::alias(&key.business, name, named)?, Part::Alias, condition);
    Ok(vec![there, Write::put(item::name(key, name), Part::State, Condition::None)])
}

/// An item from another lead, in whatever version it stands.
fn came(key: &LeadKey, item: &Item, kept: Retention) -> Result<Vec<Write>, Unavailable> {
    let mut writes = rows(key, item, kept)?;
    writes.truncate(1);
    for write in &mut writes {
        if !matches!(write.condition, Condition::None) {
            write.condition = Condition::Absent;
        }
    }
    if let Item::Call(call) = item {
        writes.push(Write::put(item::place(key, &call.key, kept)?, Part::Call, Condition::None));
    }
    Ok(writes)
}

/// An item that goes, in the version it is given in.
fn gone(key: &LeadKey, item: &Item, kept: Retention) -> Result<Vec<Write>, Unavailable> {
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
    for write in &mut writes {
        write.row.retain(|name, _| name == "pk" || name == "sk");
        write.goes = true;
        write.condition = version.map_or(Condition::None, Condition::stands);
    }
    Ok(writes)
}

async fn put(client: &Client, table: &str, write: Write) -> Result<(), CommitError> {
    let request = client
        .put_item()
        .table_name(table)
        .set_condition_expression(write.condition.expression())
        .set_expression_attribute_values(write.condition.values())
        .set_item(Some(write.row));
    let Err(error) = request.send().await else { return Ok(()) };
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(_) | PutItemError::TransactionConflictException(_)) => {
            Err(CommitError::Conflict(write.part))
        }
        _ => Err(unavailable("PutItem", &error).into()),
    }
}

async fn transact(client: &Client, table: &str, checked: Vec<&LeadKey>, writes: Vec<Write>) -> Result<(), CommitError> {
    let malformed = |error: BuildError| Unavailable { what: WHAT, reason: error.to_string() };
    let mut parts = Vec::with_capacity(writes.len() + checked.len());
    let mut items = Vec::with_capacity(writes.len() + checked.len());
    for write in writes {
        parts.push(write.part);
        if write.goes {
            let delete = Delete::builder()
                .table_name(table)
                .set_condition_expression(write.condition.expression())
                .set_expression_attribute_values(write.condition.values())
                .set_key(Some(write.row))
                .build()
                .map_err(malformed)?;
            items.push(TransactWriteItem::builder().delete(delete).build());
            continue;
        }
        let put = Put::builder()
            .table_name(table)
            .set_condition_expression(write.condition.expression())
            .set_expression_attribute_names(write.condition.names())
            .set_expression_attribute_values(write.condition.values())
            .set_item(Some(write.row))
            .build()
            .map_err(malformed)?;
        items.push(TransactWriteItem::builder().put(put).build());
    }
    for key in checked {
        parts.push(Part::State);
        let check = ConditionCheck::builder()
            .table_name(table)
            .set_key(Some(key::row(key::lead(key), "STATE".to_owned())))
            .condition_expression("attribute_exists(pk)")
            .build()
            .map_err(malformed)?;
        items.push(TransactWriteItem::builder().condition_check(check).build());
    }
    let Err(error) = client.transact_write_items().set_transact_items(Some(items)).send().await else { return Ok(()) };
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            Err(conflict(&parts, cancelled.cancellation_reasons()))
        }
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => Err(CommitError::Conflict(Part::State)),
        _ => Err(unavailable(WHAT, &error).into()),
    }
}

/// Which condition failed, by the rank of [`Part`]; else whether somebody else wrote at the same moment.
pub(super) fn conflict(parts: &[Part], reasons: &[CancellationReason]) -> CommitError {
    let code = |reason: &CancellationReason| reason.code().unwrap_or_default().to_owned();
    let failed = parts.iter().zip(reasons).filter(|(_, reason)| code(reason) == "ConditionalCheckFailed");
    if let Some((part, _)) = failed.min_by_key(|(part, _)| **part) {
        return CommitError::Conflict(*part);
    }
    if reasons.iter().any(|reason| code(reason) == "TransactionConflict") {
        return CommitError::Conflict(Part::State);
    }
    let reason = reasons.iter().map(code).find(|code| code != "None" && !code.is_empty());
    CommitError::Unavailable(Unavailable { what: WHAT, reason: reason.unwrap_or_else(|| "cancelled".to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(codes: &[&str]) -> Vec<CancellationReason> {
        codes.iter().map(|code| CancellationReason::builder().code(*code).build()).collect()
    }

    #[test]
    fn a_message_that_is_there_already_outranks_every_other_reason() {
        let parts = [Part::State, Part::Message];
        let both = conflict(&parts, &reasons(&["ConditionalCheckFailed", "ConditionalCheckFailed"]));
        assert!(matches!(both, CommitError::Conflict(Part::Message)));
        let state = conflict(&parts, &reasons(&["ConditionalCheckFailed", "None"]));
        assert!(matches!(state, CommitError::Conflict(Part::State)));
    }

    #[test]
    fn a_throttled_transaction_is_unavailable_and_a_racing_one_is_a_conflict() {
        let parts = [Part::State, Part::Message];
        let throttled = conflict(&parts, &reasons(&["None", "ThrottlingError"]));
        assert!(matches!(throttled, CommitError::Unavailable(error) if error.reason == "ThrottlingError"));
        let racing = conflict(&parts, &reasons(&["TransactionConflict", "None"]));
        assert!(matches!(racing, CommitError::Conflict(Part::State)));
    }
}
