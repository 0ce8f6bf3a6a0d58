//! What a CRM is told of a conversation (docs/rules.md#n9), and what becomes of what it will never take.

use super::harness::{HOME, Hooked};
use super::key;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::sync::Mutex;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::merge::merge;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::{Candidate, Profile};
use zikaron_memory::session::{Channel, SessionId};
use zikaron_protocol::model::event::{Event, SessionClosed};
use zikaron_protocol::model::ids::{BusinessId, CustomerAddress, E164, LeadKey};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::webhook::{
    Crm, Delivery, DeliveryId, DeliveryState, Include, Outcome, SealedToken, SecretId, Webhook,
};
use zikaron_protocol::model::write::{Memory, Write};
use zikaron_protocol::ports::store::{CommitError, Cursor, Page, Store};
use zikaron_protocol::ports::{Unavailable, WebhookStore};
use zikaron_protocol::testing::in_memory_store::InMemory;
use zikaron_protocol::webhook::courier::Handled;
use zikaron_protocol::webhook::edit::{self, Wanted, WantedCrm, WebhookError};

const PHONE: &str = "+972555000001";

fn sealed(key: &str) -> SealedToken {
    SealedToken { key: SecretId::parse(key).unwrap(), text: "c2VhbGVk".to_owned() }
}

fn wanted(token: Option<SealedToken>, include: Include) -> Wanted {
    let crm = Some(WantedCrm { mapping: "hubspot".to_owned(), token });
    Wanted { url: HOME.to_owned(), events: vec!["session.closed".to_owned()], include, crm }
}

async fn enter(hooked: &Hooked, include: Include) -> Webhook {
    let (wanted, first) = (wanted(Some(sealed("crm_1")), include), SecretId::parse("first").unwrap());
    edit::enter(&hooked.courier.store, &hooked.business, &wanted, &first, hooked.now()).await.unwrap()
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
    let named = Candidate::manual("name", Some("דנה".to_owned()), at, SessionId::new("edit"));
    let document = LeadMemory {
        customer_profile_json: merge(&FieldList::standard(Language::Hebrew), &Profile::default(), &[named]).profile,
        last_summary: Some("רוצה תור".to_owned()),
        summary_session_ended_at: Some(at),
        ..LeadMemory::default()
    };
    hold(hooked, document).await;
}

/// A customer with this memory.
async fn hold(hooked: &Hooked, document: LeadMemory) {
    let phone = Some(E164::parse(PHONE).unwrap());
    let state = State::new(CustomerAddress { phone, ..CustomerAddress::default() }, hooked.now());
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
async fn the_summary_is_of_that_very_conversation_whichever_was_digested_last() {
    let include = Include { summary: true, values: false };
    let table = [
        (5, json!("the later one")),
        (15, json!("the one before")),
        (20, json!("a call")),
        // What staff or a voice agent wrote sums up nothing, and nothing is left of what is older than five notes.
        (30, Value::Null),
        (60, Value::Null),
    ];
    for (ago, summary) in table {
        let hooked = Hooked::answering(&[204]).await;
        enter(&hooked, include).await;
        let at = |ago| hooked.now() - SignedDuration::from_mins(ago);
        let mut document = LeadMemory::default();
        for (ago, kind, text) in [
            (5, NoteKind::ConversationSummary, "the later one"),
            (15, NoteKind::ConversationSummary, "the one before"),
            (20, NoteKind::CallSummary, "a call"),
            (25, NoteKind::Note, "by staff"),
            (30, NoteKind::CallNote, "by an agent"),
            (60, NoteKind::ConversationSummary, "long ago"),
        ] {
            document.add_note(Note { id: format!("01SESSION{ago}"), kind, text: text.to_owned(), at: at(ago) });
        }
        // The one that ended later was digested first, and the other was not taken over.
        document.take_summary("the later one", at(5), at(1), Channel::Whatsapp);
        hold(&hooked, document).await;
        hooked.announce(&closed(&hooked, ago), "x").await;
        assert_eq!(hooked.received()[0].body["customer"]["summary"], summary, "{ago}");
    }
}

#[tokio::test]
async fn a_crm_is_told_nothing_of_what_is_long_past() {
    let four_days = 4 * 24 * 60;
    for (is_crm, ago, handled) in [
        (true, four_days, Handled::Delivered),
        (true, four_days + 1, Handled::NotWanted),
        (false, four_days + 1, Handled::Delivered),
    ] {
        let hooked = Hooked::answering(&[204]).await;
        if is_crm {
            enter(&hooked, Include::default()).await;
        }
        assert_eq!(hooked.announce(&closed(&hooked, ago), "x").await, handled, "{is_crm} {ago}");
    }
}

/// A store in which somebody else writes a webhook between a read and the write that follows it.
struct Meanwhile<'a> {
    store: &'a InMemory,
    other: Mutex<Option<Webhook>>,
}

impl WebhookStore for Meanwhile<'_> {
    async fn webhook(&self, business: &BusinessId) -> Result<Option<Webhook>, Unavailable> {
        self.store.webhook(business).await
    }

    async fn put_webhook(&self, business: &BusinessId, webhook: &Webhook) -> Result<(), CommitError> {
        let other = self.other.lock().unwrap().take();
        if let Some(other) = other {
            self.store.put_webhook(business, &other).await?;
        }
        self.store.put_webhook(business, webhook).await
    }

    async fn delivery(&self, business: &BusinessId, id: &DeliveryId) -> Result<Option<Delivery>, Unavailable> {
        self.store.delivery(business, id).await
    }

    async fn put_delivery(&self, business: &BusinessId, delivery: &Delivery) -> Result<(), CommitError> {
        self.store.put_delivery(business, delivery).await
    }

    async fn memory_of(&self, key: &LeadKey) -> Result<Option<(CustomerAddress, Memory)>, Unavailable> {
        self.store.memory_of(key).await
    }

    async fn deliveries(
        &self,
        business: &BusinessId,
        before: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<Delivery>, Unavailable> {
        self.store.deliveries(business, before, most).await
    }
}

#[tokio::test]
async fn a_token_that_is_kept_is_the_one_that_stands_as_the_webhook_is_written() {
    let crm = |key: &str| Crm { mapping: "hubspot".to_owned(), token: sealed(key) };
    for (name, other, expected) in [
        ("nothing", None, Some("crm_1")),
        ("another token", Some((HOME, Some("crm_2"), false)), Some("crm_2")),
        ("another address", Some(("https://other.example.com/", Some("crm_2"), false)), None),
        ("no CRM", Some((HOME, None, false)), None),
        ("removed", Some((HOME, Some("crm_2"), true)), None),
    ] {
        let hooked = Hooked::answering(&[204]).await;
        let first = enter(&hooked, Include::default()).await;
        let other = other.map(|(url, key, removed)| {
            let (url, crm) = (url.to_owned(), key.map(crm));
            Webhook { url, crm, removed, ..first.next() }
        });
        let other = Mutex::new(other);
        let store = Meanwhile { store: &hooked.courier.store, other };
        let (kept, fresh) = (wanted(None, Include::default()), SecretId::parse("fresh").unwrap());
        let entered = edit::enter(&store, &hooked.business, &kept, &fresh, hooked.now()).await;
        match (entered, expected) {
            (Ok(entered), Some(key)) => assert_eq!(entered.crm, Some(crm(key)), "{name}"),
            (Err(WebhookError::NoToken), None) => {}
            (entered, _) => panic!("{name}: {entered:?}"),
        }
    }
}

#[tokio::test]
async fn a_crm_that_is_taken_away_leaves_no_token() {
    let hooked = Hooked::answering(&[204]).await;
    enter(&hooked, Include::default()).await;
    edit::remove(&hooked.courier.store, &hooked.business).await.unwrap();
    let stands = hooked.webhook().await;
    assert_eq!((stands.removed, stands.crm), (true, None));
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
