//! Events posted to a business's webhook (docs/rules.md#n4). What dies on the way is the simulation's.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod crm;
mod harness;

use harness::{HOME, Hooked};
use jiff::SignedDuration;
use serde_json::json;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::event::{BudgetExceeded, CallMissed, Event, MemoryUpdated, WebhookTest};
use zikaron_protocol::model::ids::{CustomerAddress, LeadId, LeadKey, MessageId};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::webhook::{DeliveryDue, DeliveryState, DisabledCause, Include, Outcome, SecretId};
use zikaron_protocol::model::write::{Memory, Write};
use zikaron_protocol::ports::WebhookStore;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::webhook::courier::Handled;
use zikaron_protocol::webhook::edit;

fn key(hooked: &Hooked) -> LeadKey {
    LeadKey { business: hooked.business.clone(), lead: LeadId::parse("01LEAD").unwrap() }
}

fn missed(hooked: &Hooked, call: &str) -> Event {
    Event::CallMissed(CallMissed { key: key(hooked), message: MessageId::parse(call).unwrap(), at: hooked.now() })
}

fn updated(hooked: &Hooked) -> Event {
    Event::MemoryUpdated(MemoryUpdated {
        key: key(hooked),
        session: SessionId::new("01SESSION"),
        fields: vec!["name".to_owned(), "city".to_owned()],
        version: 3,
    })
}

#[tokio::test]
async fn an_event_is_posted_once_under_one_id_however_often_it_is_published() {
    let hooked = Hooked::answering(&[204]).await;
    let event = missed(&hooked, "01CALL");
    assert_eq!(hooked.announce(&event, "bus-1").await, Handled::Delivered);
    assert_eq!(hooked.announce(&event, "bus-1").await, Handled::Delivered, "the bus delivers it again");
    assert_eq!(hooked.announce(&event, "bus-2").await, Handled::Delivered, "it is published again");
    let received = hooked.received();
    assert_eq!(received.len(), 1);
    let data = json!({"business": "salon", "lead": "01LEAD", "message": "01CALL", "at": received[0].at});
    let body = json!({"type": "call.missed", "timestamp": received[0].at, "data": data});
    assert_eq!(received[0].body, body);
    hooked.announce(&missed(&hooked, "01OTHER"), "bus-3").await;
    assert_ne!(hooked.received()[1].id, received[0].id);
}

#[tokio::test]
async fn what_a_webhook_does_not_ask_for_is_not_posted_but_a_test_always_is() {
    let hooked = Hooked::answering(&[204]).await;
    let entered = hooked.enter(&["memory.updated", "memory.updated"], Include::default()).await;
    assert_eq!(entered.events, ["memory.updated"]);
    assert_eq!(hooked.announce(&missed(&hooked, "01CALL"), "1").await, Handled::NotWanted);
    let test = WebhookTest { business: hooked.business.clone(), test: "01TEST".to_owned() };
    assert_eq!(hooked.announce(&Event::WebhookTest(test), "2").await, Handled::Delivered);
    edit::remove(&hooked.courier.store, &hooked.business).await.unwrap();
    assert_eq!(hooked.announce(&updated(&hooked), "3").await, Handled::NotWanted);
    assert_eq!(hooked.received().len(), 1);
}

#[tokio::test]
async fn what_is_not_taken_is_tried_for_a_day_with_growing_waits_and_then_by_hand() {
    let hooked = Hooked::answering(&[500]).await;
    let began = hooked.now();
    assert_eq!(hooked.announce(&missed(&hooked, "01CALL"), "1").await, Handled::Later);
    let mut last = None;
    while let Some(handled) = hooked.next().await {
        last = Some(handled);
    }
    assert_eq!(last, Some(Handled::GivenUp));
    let received = hooked.received();
    assert_eq!(received.len(), 9);
    let waits: Vec<_> = received.windows(2).map(|two| two[1].at.duration_since(two[0].at)).collect();
    assert!(waits.windows(2).all(|two| two[0] < two[1]), "{waits:?}");
    let whole = received[8].at.duration_since(began).as_hours();
    assert!((24..=27).contains(&whole), "{whole} h");
    let delivery = hooked.delivery().await;
    assert_eq!((delivery.state, delivery.failures, delivery.attempts.len()), (DeliveryState::Failed, 9, 9));
    assert_eq!(hooked.announce(&missed(&hooked, "01CALL"), "1").await, Handled::GivenUp);

    let again = edit::redeliver(&hooked.courier.store, &hooked.business, &delivery.id, hooked.now()).await.unwrap();
    assert_eq!((again.failures, again.attempts.len()), (0, 9));
    let (business, delivery) = (hooked.business.clone(), delivery.id.clone());
    let due = DeliveryDue { business, delivery, version: again.version };
    assert_eq!(hooked.courier.due(&due).await.unwrap(), Handled::Later, "it is tried again from the beginning");
    assert_eq!(hooked.received()[9].id, received[0].id);
}

#[tokio::test]
async fn a_webhook_that_takes_nothing_for_days_is_off_and_somebody_is_told_once() {
    let hooked = Hooked::answering(&[500]).await;
    let began = hooked.now();
    for day in 0..8 {
        hooked.announce(&missed(&hooked, &format!("01CALL{day}")), "x").await;
        while hooked.next().await.is_some() {}
    }
    let disabled = hooked.webhook().await.disabled.unwrap();
    assert_eq!((disabled.cause, disabled.told), (DisabledCause::Failing, true));
    let told: Vec<_> = hooked.courier.bus.events();
    let [Event::WebhookDisabled(told)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((told.cause, told.at), (DisabledCause::Failing, disabled.at));
    let received = hooked.received();
    assert_eq!(received.last().unwrap().at, disabled.at, "nothing was posted any more");
    let posts_of = |at: usize| received[..=at].iter().filter(|post| post.id == received[at].id).count();
    let is_enough =
        |at: &usize| received[*at].at.duration_since(began) >= SignedDuration::from_hours(5 * 24) && posts_of(*at) >= 6;
    assert_eq!((0..received.len()).find(is_enough), Some(received.len() - 1), "the first that is both");
    assert_eq!(hooked.announce(&missed(&hooked, "01LATE"), "x").await, Handled::NotWanted);

    let entered = hooked.enter(&[], Include::default()).await;
    assert!(entered.is_on() && entered.failing_since.is_none());
    assert_eq!(hooked.announce(&missed(&hooked, "01LATER"), "x").await, Handled::Later);
}

#[tokio::test]
async fn one_event_a_week_that_is_refused_once_ends_nothing() {
    let hooked = Hooked::answering(&[500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 204]).await;
    hooked.announce(&missed(&hooked, "01FIRST"), "x").await;
    while hooked.next().await.is_some() {}
    hooked.pass(SignedDuration::from_hours(7 * 24));
    assert_eq!(hooked.announce(&missed(&hooked, "01SECOND"), "x").await, Handled::Later);
    assert!(hooked.webhook().await.failing_since.is_some());
    assert_eq!(hooked.next().await, Some(Handled::Delivered));
    let webhook = hooked.webhook().await;
    assert_eq!((webhook.failing_since, webhook.disabled), (None, None));
}

#[tokio::test]
async fn a_week_later_one_event_has_to_be_refused_six_times() {
    for (refused, is_off) in [(5, false), (6, true)] {
        let hooked = Hooked::answering(&[vec![500; 9 + refused], vec![204]].concat()).await;
        hooked.announce(&missed(&hooked, "01FIRST"), "x").await;
        while hooked.next().await.is_some() {}
        hooked.pass(SignedDuration::from_hours(7 * 24));
        hooked.announce(&missed(&hooked, "01SECOND"), "x").await;
        while hooked.next().await.is_some() {}
        assert_eq!(hooked.webhook().await.disabled.is_some(), is_off, "{refused}");
    }
}

#[tokio::test]
async fn a_receiver_that_is_gone_ends_its_webhook_at_once_and_what_waits_is_left_to_staff() {
    let hooked = Hooked::answering(&[500, 410]).await;
    hooked.announce(&missed(&hooked, "01CALL"), "x").await;
    hooked.announce(&missed(&hooked, "01OTHER"), "y").await;
    assert_eq!(hooked.webhook().await.disabled.unwrap().cause, DisabledCause::Gone);
    while hooked.next().await.is_some() {}
    assert_eq!(hooked.received().len(), 2);
    let (all, _) = hooked.courier.store.deliveries(&hooked.business, None, 10).await.unwrap();
    assert!(all.iter().all(|delivery| delivery.state == DeliveryState::Failed), "{all:?}");
    let refused = edit::redeliver(&hooked.courier.store, &hooked.business, &all[0].id, hooked.now()).await;
    assert!(matches!(refused, Err(edit::WebhookError::Off)));
}

#[tokio::test]
async fn what_one_address_refused_goes_to_another_one_only_if_staff_ask_for_it() {
    for (url, handled, posts) in [(HOME, Handled::Later, 2), ("https://other.example.com/", Handled::GivenUp, 1)] {
        let hooked = Hooked::answering(&[500, 500, 500, 204]).await;
        assert_eq!(hooked.announce(&missed(&hooked, "01CALL"), "x").await, Handled::Later);
        hooked.pass(SignedDuration::from_secs(30));
        hooked.enter_at(url, &[], Include::default()).await;
        assert_eq!(hooked.next().await, Some(handled), "{url}");
        assert_eq!(hooked.received().len(), posts, "{url}");
        let (store, business, delivery) = (&hooked.courier.store, hooked.business.clone(), hooked.delivery().await.id);
        let again = edit::redeliver(store, &business, &delivery, hooked.now()).await.unwrap();
        let due = DeliveryDue { business, delivery, version: again.version };
        let mut last = hooked.courier.due(&due).await.unwrap();
        while let Some(handled) = hooked.next().await {
            last = handled;
        }
        assert_eq!((last, hooked.received().len()), (Handled::Delivered, 4), "{url}: tried again as any other");
    }
}

#[tokio::test]
async fn while_a_secret_is_changed_posts_are_signed_with_both() {
    let hooked = Hooked::answering(&[204]).await;
    hooked.announce(&missed(&hooked, "01A"), "x").await;
    let (second, third) = (SecretId::parse("second").unwrap(), SecretId::parse("third").unwrap());
    let until = hooked.now() + SignedDuration::from_hours(24);
    let changed = edit::rotate(&hooked.courier.store, &hooked.business, &second, until).await.unwrap();
    let again = edit::rotate(&hooked.courier.store, &hooked.business, &second, until).await.unwrap();
    assert_eq!(again, changed, "asked for twice it is changed once");
    hooked.announce(&missed(&hooked, "01B"), "x").await;
    hooked.pass(SignedDuration::from_hours(25));
    hooked.announce(&missed(&hooked, "01C"), "x").await;
    edit::rotate(&hooked.courier.store, &hooked.business, &third, hooked.now()).await.unwrap();
    hooked.announce(&missed(&hooked, "01D"), "x").await;
    let signed: Vec<_> = hooked.received().into_iter().map(|post| post.secrets).collect();
    assert_eq!(signed, [vec!["first"], vec!["second", "first"], vec!["second"], vec!["third"]]);
}

#[tokio::test]
async fn summary_and_values_are_told_only_where_they_are_asked_for_and_never_kept() {
    for include in
        [Include::default(), Include { summary: true, values: false }, Include { summary: true, values: true }]
    {
        let hooked = Hooked::including(&[204], include).await;
        let key = key(&hooked);
        let state = State::new(CustomerAddress::default(), hooked.now());
        let document = LeadMemory { last_summary: Some("רוצה תור".to_owned()), ..LeadMemory::default() };
        let memory = Memory { version: 1, document, ..Memory::default() };
        let items = vec![Write::State(State { version: 1, ..state }), Write::Memory(Box::new(memory))];
        hooked.courier.store.commit(&key, items).await.unwrap();
        hooked.announce(&updated(&hooked), "x").await;
        let data = &hooked.received()[0].body["data"];
        assert_eq!(data.get("summary"), include.summary.then(|| json!("רוצה תור")).as_ref());
        assert_eq!(data.get("values"), include.values.then(|| json!({"name": null, "city": null})).as_ref());
        assert!(!format!("{:?}", hooked.delivery().await).contains("תור"), "the log holds what the bus held");
    }
}

#[tokio::test]
async fn of_a_lead_that_is_gone_only_its_id_is_told() {
    let hooked = Hooked::including(&[204], Include { summary: true, values: true }).await;
    hooked.announce(&updated(&hooked), "x").await;
    let data = &hooked.received()[0].body["data"];
    assert_eq!((data.get("summary"), data.get("values"), &data["lead"]), (None, None, &json!("01LEAD")));
}

#[tokio::test]
async fn the_log_says_how_every_post_ended() {
    let hooked = Hooked::answering(&[302, 204]).await;
    let day = jiff::civil::date(2026, 11, 30);
    let spent = BudgetExceeded { business: hooked.business.clone(), day, messages: 5, tokens: 0 };
    hooked.announce(&Event::BudgetExceeded(spent.clone()), "x").await;
    // Published again the numbers have moved: it is the same event.
    hooked.next().await;
    hooked.announce(&Event::BudgetExceeded(BudgetExceeded { messages: 6, ..spent }), "y").await;
    let delivery = hooked.delivery().await;
    let outcomes: Vec<_> = delivery.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [Outcome::Answered(302), Outcome::Answered(204)]);
    assert_eq!(delivery.state, DeliveryState::Delivered);
}
