//! A commit: one conditional write, or one transaction.

use super::item::{self, Retention, Row};
use super::key;
use crate::unavailable::unavailable;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, ConditionCheck, Delete, Put, TransactWriteItem};
use zikaron_protocol::ids::LeadKey;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::store::{CommitError, Item, Part, names};

const WHAT: &str = "TransactWriteItems";

/// A row, the part of the lead it is, and what must stand for it to be written.
struct Write {
    row: Row,
    part: Part,
    condition: Condition,
}

enum Condition {
    /// The row goes, if it is there; it is nothing but its key.
    Gone,
    /// Written over whatever stands.
    None,
    /// Nothing stands under its key.
    Absent,
    /// What stands has this version.
    Version(u64),
}

impl Condition {
    fn before(version: u64) -> Self {
        if version <= 1 { Self::Absent } else { Self::Version(version - 1) }
    }

    fn expression(&self) -> Option<&'static str> {
        match self {
            Self::Gone | Self::None => None,
            Self::Absent => Some("attribute_not_exists(pk)"),
            Self::Version(_) => Some("version = :version"),
        }
    }

    fn values(&self) -> Option<std::collections::HashMap<String, AttributeValue>> {
        match self {
            Self::Version(version) => Some([(":version".to_owned(), AttributeValue::N(version.to_string()))].into()),
            _ => None,
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
    let checks_lead = !items.iter().any(|item| matches!(item, Item::State(_)));
    let mut writes = Vec::with_capacity(items.len() + 1);
    for item in &items {
        writes.extend(rows(key, item, kept)?);
    }
    match (checks_lead, writes.len()) {
        (false, 1) => match writes.pop() {
            // Half the price of a transaction.
            Some(write) => put(client, table, write).await,
            None => Ok(()),
        },
        _ => transact(client, table, key, writes, checks_lead).await,
    }
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
            let mut writes = vec![Write { row: item::call(key, call, kept)?, part: Part::Call, condition }];
            if call.version <= 1 {
                let row = item::place(key, &call.key, kept)?;
                writes.push(Write { row, part: Part::Call, condition: Condition::Absent });
            }
            return Ok(writes);
        }
        Item::Note(note) => (item::note(key, note)?, Part::State, Condition::None),
        Item::Change(change) => (item::change(key, change, kept)?, Part::State, Condition::None),
        Item::NoteGone { at, id } => (key::row(key::lead(key), key::note(*at, id)), Part::State, Condition::Gone),
        Item::Alias(customer) => {
            // Both ways: an erasure must find every name that leads here.
            let alias = |name: String| {
                let back = Write { row: item::name(key, &name), part: Part::State, condition: Condition::None };
                let there = item::alias(key, &name);
                [Write { row: there, part: Part::Alias, condition: Condition::Absent }, back]
            };
            return Ok(names(customer).into_iter().flatten().flat_map(alias).collect());
        }
    };
    Ok(vec![Write { row, part, condition }])
}

async fn put(client: &Client, table: &str, write: Write) -> Result<(), CommitError> {
    let request = client
        .put_item()
        .table_name(table)
        .set_condition_expression(write.condition.expression().map(str::to_owned))
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

async fn transact(
    client: &Client,
    table: &str,
    key: &LeadKey,
    writes: Vec<Write>,
    checks_lead: bool,
) -> Result<(), CommitError> {
    let malformed = |error: BuildError| Unavailable { what: WHAT, reason: error.to_string() };
    let mut parts = Vec::with_capacity(writes.len() + 1);
    let mut items = Vec::with_capacity(writes.len() + 1);
    for write in writes {
        parts.push(write.part);
        if matches!(write.condition, Condition::Gone) {
            let delete = Delete::builder().table_name(table).set_key(Some(write.row)).build().map_err(malformed)?;
            items.push(TransactWriteItem::builder().delete(delete).build());
            continue;
        }
        let put = Put::builder()
            .table_name(table)
            .set_condition_expression(write.condition.expression().map(str::to_owned))
            .set_expression_attribute_values(write.condition.values())
            .set_item(Some(write.row))
            .build()
            .map_err(malformed)?;
        items.push(TransactWriteItem::builder().put(put).build());
    }
    if checks_lead {
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
