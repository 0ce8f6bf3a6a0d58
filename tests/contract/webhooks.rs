//! The contract of webhooks and of what was posted to them.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

use super::staff::own;
use super::store::{at, conflict};
use serde_json::{Map, json};
use zikaron_protocol::model::ids::{BusinessId, LeadKey};
use zikaron_protocol::model::webhook::{
    Attempt, Crm, Delivery, DeliveryId, DeliveryState, Disabled, DisabledCause, Include, Outcome, PreviousSecret,
    SealedToken, SecretId, Webhook,
};
use zikaron_protocol::ports::business_store::StaffStore;

fn webhook(version: u64) -> Webhook {
    let secret = |name| SecretId::parse(name).unwrap();
    Webhook {
        version,
        url: "https://hooks.example.com/".to_owned(),
        events: vec!["memory.updated".to_owned()],
        include: Include { summary: true, values: false },
        crm: Some(Crm {
            mapping: "hubspot".to_owned(),
            token: SealedToken { key: secret("crm_1"), text: "c2g=".to_owned() },
        }),
        secret: secret("second"),
        previous: Some(PreviousSecret { id: secret("first"), until: at(9) }),
        entered_at: Some(at(1)),
        url_since: Some(at(0)),
        failing_since: Some(at(3)),
        disabled: Some(Disabled { at: at(4), cause: DisabledCause::Failing, told: true }),
        removed: false,
    }
}

fn delivery(id: &str, version: u64, second: i64) -> Delivery {
    let data: Map<_, _> = [("lead".to_owned(), json!("01LEAD")), ("number".to_owned(), json!(7))].into_iter().collect();
    let state = DeliveryState::Waiting { next_at: at(second + 60) };
    let attempts = vec![
        Attempt { at: at(second), took_ms: 15_000, outcome: Outcome::TimedOut },
        Attempt { at: at(second + 1), took_ms: 3, outcome: Outcome::Answered(503) },
    ];
    let id = DeliveryId::parse(id).unwrap();
    Delivery { version, state, failures: 2, attempts, ..Delivery::new(id, "call.missed".to_owned(), at(second), data) }
}

pub(crate) async fn a_webhook_and_a_delivery_are_replaced_by_version<S: StaffStore>(store: &S, key: LeadKey) {
    let business = own(key).business;
    assert_eq!(store.webhook(&business).await.unwrap(), None);
    conflict(store.put_webhook(&business, &webhook(2)).await);
    store.put_webhook(&business, &webhook(1)).await.unwrap();
    conflict(store.put_webhook(&business, &webhook(1)).await);
    let bare =
        Webhook { previous: None, failing_since: None, disabled: None, events: Vec::new(), crm: None, ..webhook(2) };
    store.put_webhook(&business, &bare).await.unwrap();
    assert_eq!(store.webhook(&business).await.unwrap(), Some(bare));

    let first = delivery("msg_1", 1, 10);
    assert_eq!(store.delivery(&business, &first.id).await.unwrap(), None);
    store.put_delivery(&business, &first).await.unwrap();
    conflict(store.put_delivery(&business, &first).await);
    assert_eq!(store.delivery(&business, &first.id).await.unwrap().as_ref(), Some(&first));
    let second = first.next(DeliveryState::Delivered);
    store.put_delivery(&business, &second).await.unwrap();
    assert_eq!(store.delivery(&business, &first.id).await.unwrap(), Some(second));
}

pub(crate) async fn deliveries_come_in_pages_the_newest_first<S: StaffStore>(store: &S, key: LeadKey) {
    let business = own(key).business;
    let other = BusinessId::parse(format!("{business}-other")).unwrap();
    for (id, second) in [("msg_a", 30), ("msg_b", 10), ("msg_c", 20), ("msg_d", 20)] {
        store.put_delivery(&business, &delivery(id, 1, second)).await.unwrap();
    }
    store.put_delivery(&business, &delivery("msg_b", 1, 10).next(DeliveryState::Delivered)).await.unwrap();
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let (page, next) = store.deliveries(&business, before.as_ref(), 2).await.unwrap();
        found.extend(page.into_iter().map(|delivery| delivery.id.to_string()));
        before = next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(found, ["msg_a", "msg_d", "msg_c", "msg_b"]);
    assert!(store.deliveries(&other, None, 5).await.unwrap().0.is_empty());
}
