//! What is to be done for somebody who has only ever called: there is no number to write to them from.

use crate::actions::{minute, new, settings};
use crate::harness::MemoryHarness;
use serde_json::json;
use zikaron_memory::action::commitment::Claimed;
use zikaron_memory::action::{ActionEnd, ActionKind, Refusal};
use zikaron_memory::evidence::{About, Meant};
use zikaron_memory::settings::Settings;
use zikaron_protocol::call::end;
use zikaron_protocol::model::action::is_action;
use zikaron_protocol::model::call::CallCompleted;
use zikaron_protocol::ports::Digest;
use zikaron_protocol::staff::EditError;

const ASKS_PRICE: &str = "תשלחו לי את המחירון";

#[tokio::test]
async fn a_message_they_ask_for_is_a_persons_and_one_that_staff_enter_is_refused() {
    let harness = MemoryHarness::new(Settings { enable_customer_service: true, ..settings() });
    let claimed = Claimed {
        line: None,
        quote: ASKS_PRICE.to_owned(),
        kind: ActionKind::Message,
        when: None,
        what: "לשלוח את המחירון".to_owned(),
        about: Some(About::Customer),
        meant: Some(Meant::States),
    };
    let summary = Some("הלקוח ביקש את המחירון".to_owned());
    harness.ports.model.digest_as(Digest { summary, commitments: vec![claimed], ..Digest::default() });
    let ended: CallCompleted = serde_json::from_value(json!({
        "ended_at": minute(5), "provider": "generic", "call_id": "call-1", "connection": harness.line.connection,
        "routes": [harness.line.number], "customer": "+972555000001",
        "report": {"direction": "inbound", "started_at": minute(4), "voicemail": false, "transcript": [
            {"voice": "customer", "text": ASKS_PRICE, "second": 1}]},
    }))
    .unwrap();
    end::completed(&harness.at(5).ports, &ended).await.unwrap();
    let id = harness.lead().sessions.into_keys().find(is_action).unwrap();
    let how = harness.at(6).end(&id).await;
    assert_eq!(how, Some(ActionEnd::HandedToPerson(Some(Refusal::NoConversation))));
    assert_eq!((harness.told_of_actions(), harness.ports.messenger.taken().len()), (vec!["action.due"], 0));
    let refused = harness.add(&new(ActionKind::Message, 60)).await.unwrap_err();
    assert!(matches!(refused, EditError::NotAllowed(Refusal::NoConversation)), "and is refused when it is entered");
}
