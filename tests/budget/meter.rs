//! What a message costs, counted at the SDK's clients.

use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
    BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::{PutItemInput, PutItemOutput};
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use std::sync::{Arc, Mutex, PoisonError};

/// Something that happened, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happened {
    /// A call of this service began.
    Began(&'static str),
    /// A call ended.
    Ended,
    /// The model was asked and answered.
    Asked,
}

/// What was spent since it was last taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Spent {
    happened: Vec<Happened>,
    pub(super) write_units: f64,
    /// Rows DynamoDB handed out. The local stack does not count read units; `make bench` does.
    pub(super) rows: usize,
}

impl Spent {
    /// The services called, AWS's alone.
    pub(super) fn calls(&self) -> Vec<&'static str> {
        let aws = |happened: &Happened| match happened {
            Happened::Began(service) if *service != GRAPH => Some(*service),
            _ => None,
        };
        self.happened.iter().filter_map(aws).collect()
    }

    /// How many round trips stand one behind the other before the model is asked, and after it answered. One that
    /// begins when another has ended counts as waiting for it.
    pub(super) fn trips(&self) -> (usize, usize) {
        let asked = self.happened.iter().position(|happened| *happened == Happened::Asked);
        let (before, after) = self.happened.split_at(asked.unwrap_or(self.happened.len()));
        (trips(before), trips(after))
    }
}

/// What the channel's calls are noted as.
pub(super) const GRAPH: &str = "graph";

fn trips(happened: &[Happened]) -> usize {
    let mut trips = 0;
    let mut waits = true;
    for happened in happened {
        match happened {
            Happened::Began(_) => trips += usize::from(std::mem::take(&mut waits)),
            Happened::Ended | Happened::Asked => waits = true,
        }
    }
    trips
}

#[test]
fn calls_that_run_side_by_side_are_one_round_trip() {
    use Happened::{Began, Ended};
    let one = Began("dynamodb");
    assert_eq!(trips(&[]), 0);
    assert_eq!(trips(&[one, one, Ended, Ended]), 1);
    assert_eq!(trips(&[one, Ended, one, one, Ended, one, Ended, Ended]), 3);
}

#[derive(Clone, Debug, Default)]
pub(super) struct Meter(Arc<Mutex<Spent>>);

impl Meter {
    fn with<T>(&self, note: impl FnOnce(&mut Spent) -> T) -> T {
        note(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn take(&self) -> Spent {
        self.with(std::mem::take)
    }

    pub(super) fn note(&self, happened: Happened) {
        self.with(|spent| spent.happened.push(happened));
    }
}

/// Counts the calls of one service, and asks DynamoDB what they cost.
#[derive(Debug)]
pub(super) struct Count(pub(super) &'static str, pub(super) Meter);

impl Intercept for Count {
    fn name(&self) -> &'static str {
        "Count"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (total, input) = (Some(ReturnConsumedCapacity::Total), context.input_mut());
        if let Some(input) = input.downcast_mut::<PutItemInput>() {
            input.return_consumed_capacity = total;
        } else if let Some(input) = input.downcast_mut::<TransactWriteItemsInput>() {
            input.return_consumed_capacity = total;
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.1.note(Happened::Began(self.0));
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.1.note(Happened::Ended);
        let Ok(output) = context.output_or_error() else { return Ok(()) };
        let units = |consumed: &[ConsumedCapacity]| consumed.iter().filter_map(ConsumedCapacity::capacity_units).sum();
        let (mut written, mut rows) = (0.0, 0);
        if let Some(put) = output.downcast_ref::<PutItemOutput>() {
            written = put.consumed_capacity().and_then(ConsumedCapacity::capacity_units).unwrap_or(0.0);
        } else if let Some(transaction) = output.downcast_ref::<TransactWriteItemsOutput>() {
            written = units(transaction.consumed_capacity());
        } else if output.downcast_ref::<GetItemOutput>().is_some() {
            rows = 1;
        } else if let Some(batch) = output.downcast_ref::<BatchGetItemOutput>() {
            rows = batch.responses().into_iter().flat_map(|tables| tables.values()).map(Vec::len).sum();
        } else if let Some(query) = output.downcast_ref::<QueryOutput>() {
            rows = query.items().len();
        }
        self.1.with(|spent| {
            spent.write_units += written;
            spent.rows += rows;
        });
        Ok(())
    }
}
