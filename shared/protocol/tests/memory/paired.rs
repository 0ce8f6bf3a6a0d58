//! Whom a status of a message of ours pairs with its number, and whom it never does.

use crate::harness::MemoryHarness;
use zikaron_protocol::model::event::{DeliveryStatus, MessageStatus, Purpose};
use zikaron_protocol::model::ids::{Bsuid, CustomerAddress, E164, LeadKey};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::message::Tag;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::status;

/// Somebody known by a user id alone, whose state is changed so, and somebody known by a number alone, who is answered; then
/// a status of that answer names both. Answers whether the two are joined.
async fn are_joined(change: impl Fn(&mut State, &MemoryHarness)) -> bool {
    let harness = MemoryHarness::remembering();
    let both = CustomerAddress { bsuid: Bsuid::parse("IL.1").ok(), phone: E164::parse("+972555000002").ok() };
    harness.at(0).delivery(&CustomerAddress { phone: None, ..both.clone() }, 0, Purpose::Ask).await;
    let (of_id, lead) = harness.ports.store.leads().pop_first().unwrap();
    let mut state = lead.state.unwrap().next();
    change(&mut state, &harness);
    harness.ports.store.commit(&of_id, vec![Write::State(state)]).await.unwrap();
    harness.at(10).delivery(&CustomerAddress { bsuid: None, ..both.clone() }, 10, Purpose::Ask).await;
    let is_other = |(key, _): &(LeadKey, _)| *key != of_id;
    let (of_number, lead) = harness.ports.store.leads().into_iter().find(is_other).unwrap();
    let answer = lead.messages.into_values().find(|message| message.sending.is_some()).unwrap();
    let tag = Tag { lead: of_number.lead, key: answer.key, asks_user_id: true };
    let told = MessageStatus {
        line: harness.line.clone(),
        id: answer.sending.unwrap().channel_id.unwrap(),
        status: DeliveryStatus::Sent,
        at: harness.ports.clock.now(),
        tag: Some(tag.to_string()),
        recipient: Some(both),
        recipient_parent: None,
        errors: Vec::new(),
        pricing: None,
    };
    Box::pin(status::settle(&harness.at(11).ports, &told)).await.unwrap();
    !harness.ports.store.leads()[&of_id].state.as_ref().unwrap().joining.is_empty()
}

#[tokio::test]
async fn a_status_joins_a_number_with_a_user_id_that_never_had_one() {
    assert!(are_joined(|_, _| ()).await);
}

#[tokio::test]
async fn a_status_does_not_join_who_has_moved_away_from_a_number() {
    assert!(!are_joined(|state, harness| state.moved_at = Some(harness.ports.clock.now())).await);
}

#[tokio::test]
async fn a_status_from_before_an_erasure_joins_nobody() {
    assert!(!are_joined(|state, harness| state.erased_at = Some(harness.at(30).ports.clock.now())).await);
}
