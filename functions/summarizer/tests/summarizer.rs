//! The summarizer as Lambda calls it: what is an error, which Lambda delivers again, and what is not.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use serde_json::{Value, json};
use zikaron_channels::calls::DueCalls;
use zikaron_protocol::model::call::{CallCompleted, CallsDue};

use zikaron_protocol::model::ids::LeadId;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::session::outcome::EndError;
use zikaron_protocol::testing::in_memory_store::InMemory;
use zikaron_summarizer::{Imports, Input, handle};
use zikaron_testing::caller::RecordingCaller;
use zikaron_testing::ports::ending;
use zikaron_testing::staging::StagedFiles;

/// A provider nobody called by.
struct NoCalls;

impl DueCalls for NoCalls {
    async fn calls(&self, _: &CallsDue) -> Result<Vec<CallCompleted>, Unavailable> {
        Ok(Vec::new())
    }
}

/// What becomes of an invocation with this input.
async fn invoked(store: InMemory, input: Value) -> Result<(), EndError> {
    let ports = ending(store, 1_800_000_000);
    let imports = Imports { staging: StagedFiles::default(), keep_days: None };
    let input: Input = serde_json::from_value(input).unwrap();
    Box::pin(handle(&ports, &RecordingCaller::default(), &NoCalls, &imports, &input)).await
}

#[tokio::test]
async fn a_sweep_that_breaks_off_is_left_to_the_next_one() {
    let store = InMemory::default();
    store.throttle_cursors();
    invoked(store, json!({"task": "sweep"})).await.unwrap();
}

#[tokio::test]
async fn a_schedule_that_finds_its_table_throttled_is_delivered_again() {
    let store = InMemory::default();
    store.throttle(LeadId::parse("lead-1").unwrap());
    let fired = json!({"business": "salon", "lead": "lead-1", "session": "s1", "generation": 0});
    invoked(store, fired).await.unwrap_err();
}
