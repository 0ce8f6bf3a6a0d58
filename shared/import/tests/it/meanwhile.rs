//! What happens while an import of the API is worked on: a customer is erased, others work on it too, settings change. No more
//! is spent than was said, whatever it is (docs/rules.md#n8).

use crate::asked::{Asked, assert_same, by_command, dies, files};
use crate::town::{NOW, phone};
use std::sync::atomic::Ordering;
use zikaron_import::worker::Worked;
use zikaron_memory::settings::Settings;
use zikaron_memory::zone::Zone;
use zikaron_protocol::model::chat_import::ChatImportStage;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::{Clock, ImportStore};
use zikaron_protocol::staff::{ErasurePorts, erase};
use zikaron_protocol::testing::in_memory_store::Lead;
use zikaron_testing::people;

/// The least a digest is estimated at, in tokens.
const DIGEST: u64 = 3_000;

/// How many digests the model was asked for.
fn digests(asked: &Asked) -> u64 {
    asked.town.ports.model.2.load(Ordering::Relaxed).into()
}

fn is_first_customer(lead: &Lead) -> bool {
    lead.state.as_ref().is_some_and(|state| state.customer.phone.as_ref() == Some(&phone(0)))
}

#[tokio::test]
async fn who_is_erased_while_they_are_imported_is_not_entered_anew() {
    let asked = Asked::new(&files(2), u64::MAX).await;
    let ports = &asked.town.ports;
    let mut work = Box::pin(asked.work());
    assert!(!dies(&mut work, 10).await, "their conversations are being digested");
    let key = ports.store.leads().into_iter().find(|(_, lead)| is_first_customer(lead)).unwrap().0;
    ports.clock.set_second(NOW + 5);
    let with = ErasurePorts { store: &ports.store, clock: &ports.clock, bus: &ports.bus, schedules: &ports.timer };
    erase(&with, &key).await.unwrap();
    ports.clock.set_second(NOW + 10);
    assert!(work.await.is_err(), "what it goes by does not stand any more");
    asked.deliver().await;
    assert!(!ports.store.leads().values().any(is_first_customer));
    assert_eq!(asked.import().await.stage, ChatImportStage::Done);
    assert_eq!(asked.town.lead(1).sessions.len(), 25);
}

#[tokio::test]
async fn who_dies_while_a_digest_is_asked_for_has_paid_and_who_asks_again_pays_again() {
    let asked = Asked::new(&files(1), 20_000).await;
    let mut deliveries = 0;
    // Each one dies where it waits for the model.
    while !dies(asked.work(), 2).await {
        deliveries += 1;
        assert!(deliveries < 100, "it is asked for without an end");
    }
    let (import, digests) = (asked.import().await, digests(&asked));
    assert_eq!(import.stage, ChatImportStage::Done);
    assert!(digests > 2 && import.counts.tokens <= 20_000, "{digests}, {:?}", import.counts);
    assert!(digests * DIGEST <= import.counts.tokens, "{digests}, {:?}", import.counts);
}

#[tokio::test]
async fn two_who_ask_for_the_same_digest_pay_for_two() {
    let asked = Asked::new(&files(1), u64::MAX).await;
    let mut one = Box::pin(asked.work());
    assert!(!dies(&mut one, 8).await, "it waits for the model");
    assert_eq!(asked.work().await.unwrap(), Worked::Over);
    assert_eq!(one.await.unwrap(), Worked::Elsewhere);
    let (counts, digests) = (asked.import().await.counts, digests(&asked));
    assert_eq!((counts.digested, counts.failed, digests), (25, 0, 26));
    assert!(counts.tokens >= counts.tokens_due + DIGEST, "{counts:?}");
    assert_same(&asked.town, &by_command(1).await, 1);
}

#[tokio::test]
async fn a_digest_that_cannot_be_written_does_not_hold_up_the_others() {
    let asked = Asked::new(&files(1), u64::MAX).await;
    let breaks = || asked.town.ports.store.break_next(|write| matches!(write, Write::Memory(_)), false);
    breaks();
    assert!(asked.work().await.is_err(), "it is delivered again");
    breaks();
    assert_eq!(asked.work().await.unwrap(), Worked::Over);
    let counts = asked.import().await.counts;
    assert_eq!((counts.digested, counts.failed), (24, 1));
    assert!(counts.tokens >= counts.tokens_due, "{counts:?}");
}

#[tokio::test]
async fn the_files_are_read_as_when_it_was_started_though_the_business_moves() {
    let asked = Asked::new(&files(2), u64::MAX).await;
    assert!(!dies(asked.work(), 10).await, "in the middle");
    let settings = Settings { enable_customer_service: true, disclose_ai: false, ..Settings::default() };
    let abroad = Settings { time_zone: Some(Zone::parse("America/New_York").unwrap()), ..settings };
    asked.town.ports.store.put_settings(people::business(), abroad);
    asked.deliver().await;
    let import = asked.import().await;
    assert_eq!(import.options.time_zone.as_deref(), Some("Asia/Jerusalem"));
    assert_eq!(import.started_at, Some(asked.town.ports.clock.now()));
    assert_eq!((import.counts.messages, import.counts.digested), (250, 50));
    assert_same(&asked.town, &by_command(2).await, 2);
}

#[tokio::test]
async fn a_time_zone_that_is_not_known_is_no_other_one() {
    let asked = Asked::new(&files(1), u64::MAX).await;
    let ports = &asked.town.ports;
    let mut next = asked.import().await.next("test", ports.clock.now());
    next.options.time_zone = Some("Atlantis".to_owned());
    ports.store.put_chat_import(&people::business(), &next).await.unwrap();
    assert!(asked.work().await.is_err());
    assert_eq!(asked.import().await, next);
    assert!(ports.store.leads().is_empty());
}
