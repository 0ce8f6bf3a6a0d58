//! What a CRM is told of a conversation (docs/rules.md#n8), and what becomes of what it will never take.

use super::harness::{HOME, Hooked};
use super::key;
use jiff::SignedDuration;
use serde_json::{Value, json};
use zikaron_memory::document::LeadMemory;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Candidate, Profile};
use zikaron_memory::session::{Channel, SessionId};
use zikaron_protocol::model::event::{Event, SessionClosed};
use zikaron_protocol::model::ids::{CustomerAddress, E164};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::webhook::{Crm, DeliveryState, Include, Outcome, SealedToken, SecretId, Webhook};
use zikaron_protocol::model::write::{Memory, Write};
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::webhook::courier::Handled;
use zikaron_protocol::webhook::edit::{self, Wanted};

const PHONE: &str = "+972555000001";

async fn enter(hooked: &Hooked, include: Include) -> Webhook {
    let secret = |name| SecretId::parse(name).unwrap();
    let token = SealedToken { key: secret("crm_1"), text: "c2VhbGVk".to_owned() };
    let crm = Some(Crm { mapping: "hubspot".to_owned(), token });
    let wanted = Wanted { url: HOME.to_owned(), events: vec!["session.closed".to_owned()], include, crm };
    edit::enter(&hooked.courier.store, &hooked.business, &wanted, &secret("first"), hooked.now()).await.unwrap()
}

/// The end of a conversation, `ago` minutes before now.
fn closed(hooked: &Hooked, ago: i64) -> Event {
    let ended_at = hooked.now() - SignedDuration::from_mins(ago);
    let (key, session) = (key(hooked), SessionId::new(format!("01SESSION{ago}")));
    Event::SessionClosed(SessionClosed {
        key,
        session,
        opened_at: ended_at,
        ended_at,
        channel: Some(Channel::Whatsapp),
    })
}

/// A customer whose last conversation ended 15 minutes ago.
async fn remember(hooked: &Hooked) {
    let at = hooked.now() - SignedDuration::from_mins(15);
    let phone = Some(E164::parse(PHONE).unwrap());
    let state = State::new(CustomerAddress { phone, ..CustomerAddress::default() }, hooked.now());
    let named = Candidate::manual("name", Some("דנה".to_owned()), at, SessionId::new("edit"));
    let document = LeadMemory {
        customer_profile_json: merge(&FieldList::standard(Language::Hebrew), &Profile::default(), &[named]).profile,
        last_summary: Some("רוצה תור".to_owned()),
        summary_session_ended_at: Some(at),
        ..LeadMemory::default()
    };
    let memory = Memory { version: 1, document, ..Memory::default() };
    let items = vec![Write::State(State { version: 1, ..state }), Write::Memory(Box::new(memory))];
    hooked.courier.store.commit(&key(hooked), items).await.unwrap();
}

#[tokio::test]
async fn a_crm_is_told_number_values_and_the_summary_of_that_very_conversation_and_none_of_it_is_kept() {
    for (include, ago, summary, values) in [
        (Include { summary: true, values: true }, 15, json!("רוצה תור"), json!({"name": "דנה"})),
        (Include { summary: true, values: true }, 40, Value::Null, json!({"name": "דנה"})),
        (Include::default(), 15, Value::Null, json!({})),
    ] {
        let hooked = Hooked::answering(&[204]).await;
        enter(&hooked, include).await;
        remember(&hooked).await;
        assert_eq!(hooked.announce(&closed(&hooked, ago), "x").await, Handled::Delivered);
        let body = hooked.received().remove(0).body;
        assert_eq!(body["customer"], json!({"phone": PHONE, "summary": summary, "values": values}));
        assert_eq!((&body["type"], &body["data"]["channel"]), (&json!("session.closed"), &json!("whatsapp")));
        let kept = format!("{:?}", hooked.delivery().await);
        assert!(!["972555000001", "תור", "דנה"].iter().any(|word| kept.contains(word)), "{kept}");
    }
}

#[tokio::test]
async fn of_a_customer_who_is_gone_a_crm_is_told_nothing() {
    let hooked = Hooked::answering(&[204]).await;
    enter(&hooked, Include { summary: true, values: true }).await;
    hooked.announce(&closed(&hooked, 15), "x").await;
    assert_eq!(hooked.received()[0].body["customer"], Value::Null);
}

#[tokio::test]
async fn what_is_refused_for_good_is_posted_once_and_again_by_hand() {
    let hooked = Hooked::answering(&[400, 204]).await;
    enter(&hooked, Include::default()).await;
    assert_eq!(hooked.announce(&closed(&hooked, 15), "x").await, Handled::GivenUp);
    assert_eq!(hooked.next().await, None);
    let delivery = hooked.delivery().await;
    assert_eq!((delivery.state, delivery.attempts[0].outcome), (DeliveryState::Failed, Outcome::Refused(400)));
    let webhook = hooked.webhook().await;
    assert!(webhook.is_on() && webhook.failing_since.is_some(), "staff see it");
    edit::redeliver(&hooked.courier.store, &hooked.business, &delivery.id, hooked.now()).await.unwrap();
    assert_eq!(hooked.announce(&closed(&hooked, 15), "x").await, Handled::Delivered);
    assert_eq!(hooked.webhook().await.failing_since, None);
}
