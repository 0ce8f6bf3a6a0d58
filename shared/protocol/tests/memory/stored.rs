//! What is stored stays readable: names inside items are a format, whatever the code calls them. `stored.json` was
//! written by the first version that was deployed, with every member set and every variant there.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zikaron_protocol::model::alias::AliasRecord;
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::message::{End, Message};
use zikaron_protocol::model::session::{Job, Resume, Session, Stage};
use zikaron_protocol::ports::business_store::{ErasureReceipt, IdempotencyRecord};

/// Reads the item as stored and writes it as it is stored now.
fn again<T: Serialize + DeserializeOwned>(stored: &Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(stored.clone()).unwrap()).unwrap()
}

#[test]
fn items_of_the_first_version_are_read_and_written_just_so() {
    let stored: Value = serde_json::from_str(include_str!("stored.json")).unwrap();
    let one = |name: &str, again: fn(&Value) -> Value| assert_eq!(again(&stored[name]), stored[name], "{name}");
    one("state", again::<State>);
    one("sessions", again::<Vec<Session>>);
    one("messages", again::<Vec<Message>>);
    one("alias", again::<AliasRecord>);
    one("erasure_receipt", again::<ErasureReceipt>);
    one("idempotency_record", again::<IdempotencyRecord>);
    one("ends", again::<Vec<End>>);
    one("resumes", again::<Vec<Resume>>);
    one("stages", again::<Vec<Stage>>);
}

#[test]
fn a_session_is_the_job_that_its_members_tell() {
    let stored: Value = serde_json::from_str(include_str!("stored.json")).unwrap();
    let sessions: Vec<Session> = serde_json::from_value(stored["sessions"].clone()).unwrap();
    let jobs: Vec<&Job> = sessions.iter().map(|session| &session.job).collect();
    assert!(matches!(jobs[..], [Job::Conversation, Job::Call(_), Job::Merge(_)]), "{jobs:?}");
}
