//! Conditional writes of rows: one by itself, or several that hold together or not at all.
//!
//! A transaction takes at most 100 rows
//! (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>) and costs twice the write
//! units of the same rows written one by one (two for each KB instead of one).

use super::adding::added;
use super::key::Row;
use crate::unavailable::unavailable;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, ConditionCheck, Delete, Put, TransactWriteItem};
use std::collections::HashMap;
use zikaron_protocol::model::ids::LeadId;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::store::{CommitError, ConflictingItem};

const WHAT: &str = "TransactWriteItems";

/// What happens to one row, and what must stand for it to happen.
pub(super) struct RowWrite {
    /// The whole row; of a deletion or a check, its key.
    pub(super) row: Row,
    /// What is said to be in conflict where the condition does not hold.
    pub(super) part: ConflictingItem,
    pub(super) condition: Condition,
    action: Action,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Put,
    Delete,
    /// Nothing is written.
    Check,
    /// Each number is added to what stands under its name.
    Add,
}

impl RowWrite {
    pub(super) fn put(row: Row, part: ConflictingItem, condition: Condition) -> Self {
        Self { row, part, condition, action: Action::Put }
    }

    pub(super) fn delete(key: Row, part: ConflictingItem, condition: Condition) -> Self {
        Self { row: key, part, condition, action: Action::Delete }
    }

    /// The row is there.
    pub(super) fn check(key: Row, part: ConflictingItem) -> Self {
        Self::check_that(key, part, Condition::Present)
    }

    /// The condition holds.
    pub(super) fn check_that(key: Row, part: ConflictingItem, condition: Condition) -> Self {
        Self { row: key, part, condition, action: Action::Check }
    }

    /// The row's numbers are added to those that stand; `expires_at` is set. Two at once conflict like any two writes, as
    /// of the state: whoever lost reads again.
    pub(super) fn add(row: Row) -> Self {
        Self { row, part: ConflictingItem::State, condition: Condition::None, action: Action::Add }
    }

    /// The same row, taken away.
    pub(super) fn into_deletion(mut self, condition: Condition) -> Self {
        self.row.retain(|name, _| name == "pk" || name == "sk");
        Self { condition, action: Action::Delete, ..self }
    }

    pub(super) fn is_put(&self) -> bool {
        self.action == Action::Put
    }

    fn item(self, table: &str) -> Result<TransactWriteItem, BuildError> {
        let (expression, names, values) =
            (self.condition.expression(), self.condition.names(), self.condition.values());
        let item = TransactWriteItem::builder();
        let item = match self.action {
            Action::Put => item.put(
                Put::builder()
                    .table_name(table)
                    .set_condition_expression(expression)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .set_item(Some(self.row))
                    .build()?,
            ),
            Action::Add => item.update(added(table, self.row)?),
            Action::Delete => item.delete(
                Delete::builder()
                    .table_name(table)
                    .set_condition_expression(expression)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .set_key(Some(self.row))
                    .build()?,
            ),
            Action::Check => item.condition_check(
                ConditionCheck::builder()
                    .table_name(table)
                    .set_condition_expression(expression)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .set_key(Some(self.row))
                    .build()?,
            ),
        };
        Ok(item.build())
    }
}

/// What must stand under a row's key.
pub(super) enum Condition {
    /// Anything, or nothing.
    None,
    /// Nothing.
    Absent,
    /// Something.
    Present,
    /// A row of this version.
    Version(u64),
    /// A row whose attribute has this text …
    Has(&'static str, String),
    /// … or nothing.
    AbsentOrHas(&'static str, String),
}

impl Condition {
    /// What stands is the version before this one; versions begin with 1.
    pub(super) fn before(version: u64) -> Self {
        if version <= 1 { Self::Absent } else { Self::Version(version - 1) }
    }

    /// What stands is this version; 0 is nothing.
    pub(super) fn stands(version: u64) -> Self {
        if version == 0 { Self::Absent } else { Self::Version(version) }
    }

    /// The name that stands leads to this lead.
    pub(super) fn leads_to(lead: &LeadId) -> Self {
        Self::Has("lead", lead.to_string())
    }

    fn expression(&self) -> Option<String> {
        let text = match self {
            Self::None => return None,
            Self::Absent => "attribute_not_exists(pk)",
            Self::Present => "attribute_exists(pk)",
            Self::Version(_) => "version = :wanted",
            Self::Has(..) => "#attribute = :wanted",
            Self::AbsentOrHas(..) => "attribute_not_exists(pk) OR #attribute = :wanted",
        };
        Some(text.to_owned())
    }

    /// By a name of ours, for it may be a reserved word.
    fn names(&self) -> Option<HashMap<String, String>> {
        match self {
            Self::Has(attribute, _) | Self::AbsentOrHas(attribute, _) => {
                Some([("#attribute".to_owned(), (*attribute).to_owned())].into())
            }
            _ => None,
        }
    }

    fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        let wanted = match self {
            Self::Version(version) => AttributeValue::N(version.to_string()),
            Self::Has(_, text) | Self::AbsentOrHas(_, text) => AttributeValue::S(text.clone()),
            Self::None | Self::Absent | Self::Present => return None,
        };
        Some([(":wanted".to_owned(), wanted)].into())
    }
}

/// Puts one row, by itself.
pub(super) async fn put(client: &Client, table: &str, write: RowWrite) -> Result<(), CommitError> {
    let request = client
        .put_item()
        .table_name(table)
        .set_condition_expression(write.condition.expression())
        .set_expression_attribute_names(write.condition.names())
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

/// All of it, if every condition holds.
pub(super) async fn transact(client: &Client, table: &str, writes: Vec<RowWrite>) -> Result<(), CommitError> {
    let parts: Vec<ConflictingItem> = writes.iter().map(|write| write.part).collect();
    let items: Result<Vec<_>, _> = writes.into_iter().map(|write| write.item(table)).collect();
    let items = items.map_err(|error| Unavailable { what: WHAT, reason: error.to_string() })?;
    let Err(error) = client.transact_write_items().set_transact_items(Some(items)).send().await else { return Ok(()) };
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            Err(conflict(&parts, cancelled.cancellation_reasons()))
        }
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => {
            Err(CommitError::Conflict(ConflictingItem::State))
        }
        _ => Err(unavailable(WHAT, &error).into()),
    }
}

/// Which condition failed, by the rank of [`Part`]; else whether somebody else wrote at the same moment.
fn conflict(parts: &[ConflictingItem], reasons: &[CancellationReason]) -> CommitError {
    let code = |reason: &CancellationReason| reason.code().unwrap_or_default().to_owned();
    let failed = parts.iter().zip(reasons).filter(|(_, reason)| code(reason) == "ConditionalCheckFailed");
    if let Some((part, _)) = failed.min_by_key(|(part, _)| **part) {
        return CommitError::Conflict(*part);
    }
    if reasons.iter().any(|reason| code(reason) == "TransactionConflict") {
        return CommitError::Conflict(ConflictingItem::State);
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
        let parts = [ConflictingItem::State, ConflictingItem::Message];
        let both = conflict(&parts, &reasons(&["ConditionalCheckFailed", "ConditionalCheckFailed"]));
        assert!(matches!(both, CommitError::Conflict(ConflictingItem::Message)));
        let state = conflict(&parts, &reasons(&["ConditionalCheckFailed", "None"]));
        assert!(matches!(state, CommitError::Conflict(ConflictingItem::State)));
    }

    #[test]
    fn a_throttled_transaction_is_unavailable_and_a_racing_one_is_a_conflict() {
        let parts = [ConflictingItem::State, ConflictingItem::Message];
        let throttled = conflict(&parts, &reasons(&["None", "ThrottlingError"]));
        assert!(matches!(throttled, CommitError::Unavailable(error) if error.reason == "ThrottlingError"));
        let racing = conflict(&parts, &reasons(&["TransactionConflict", "None"]));
        assert!(matches!(racing, CommitError::Conflict(ConflictingItem::State)));
    }

    fn row() -> Row {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        [("pk", "B#salon#L#dana"), ("sk", "STATE"), ("mode", "ai")].map(|(k, v)| (k.to_owned(), text(v))).into()
    }

    #[test]
    fn a_row_is_written_taken_away_or_looked_at_under_its_condition() {
        let item = |write: RowWrite| write.item("table").unwrap();
        let put = item(RowWrite::put(row(), ConflictingItem::State, Condition::before(3))).put.unwrap();
        assert_eq!(put.condition_expression(), Some("version = :wanted"));
        assert_eq!(put.expression_attribute_values().unwrap()[":wanted"], AttributeValue::N("2".to_owned()));
        assert_eq!((put.table_name(), put.item()), ("table", &row()));

        let gone = RowWrite::put(row(), ConflictingItem::State, Condition::None).into_deletion(Condition::stands(0));
        let gone = item(gone).delete.unwrap();
        assert_eq!(gone.condition_expression(), Some("attribute_not_exists(pk)"));
        assert_eq!(gone.key().len(), 2, "a key and nothing else: {:?}", gone.key());

        let check = item(RowWrite::check(row(), ConflictingItem::State)).condition_check.unwrap();
        assert_eq!(check.condition_expression(), "attribute_exists(pk)");
    }

    #[test]
    fn an_attribute_is_compared_by_a_name_of_ours_for_it_may_be_a_reserved_word() {
        let lead = LeadId::parse("dana").unwrap();
        for (condition, expression) in [
            (Condition::leads_to(&lead), "#attribute = :wanted"),
            (Condition::AbsentOrHas("lead", "dana".to_owned()), "attribute_not_exists(pk) OR #attribute = :wanted"),
        ] {
            assert_eq!(condition.expression().as_deref(), Some(expression));
            assert_eq!(condition.names().unwrap()["#attribute"], "lead");
            assert_eq!(condition.values().unwrap()[":wanted"], AttributeValue::S("dana".to_owned()));
        }
    }
}
