//! What an outage does to messages that were delivered in it, and what it costs.

use crate::harness::MemoryHarness;
use jiff::SignedDuration;
use zikaron_memory::handover::Cause;
use zikaron_protocol::model::event::{Event, Purpose, TurnDue};
use zikaron_protocol::model::message::{End, SendState};
use zikaron_protocol::ports::SendError;
use zikaron_protocol::session::sweep::sweep;
use zikaron_protocol::turn;

/// Why the business was asked to step in, each time.
fn causes(harness: &MemoryHarness) -> Vec<Cause> {
    let cause = |event| if let Event::HandoverRequested(asked) = event { Some(asked.cause) } else { None };
    harness.told().into_iter().filter_map(cause).collect()
}

#[tokio::test]
async fn messages_held_back_for_half_a_day_are_a_persons_and_they_are_told_once() {
    let harness = MemoryHarness::remembering();
    let customer = harness.customer.clone();
    for minute in [0, 1, 2] {
        harness.at(13 * 60).delivery(&customer, minute, Purpose::Ask).await;
    }
    assert!(harness.lead().messages.values().all(|message| message.end == Some(End::Stale)));
    for minute in [1, 2, 3, 4, 5, 6, 7, 8, 9] {
        let before = harness.told().len();
        sweep(&harness.at(13 * 60 + 5 * minute).ports, 250).await.unwrap();
        for event in harness.told().into_iter().skip(before) {
            let Event::TurnDue(hint) = event else { continue };
            Box::pin(turn::hinted(&harness.ports, &hint)).await.unwrap();
        }
    }
    assert_eq!(causes(&harness), [Cause::Unanswered]);
}

/// Refuses the first so many sends as a dead token does.
fn token_is_dead(harness: &MemoryHarness, sends: usize) {
    let refuse = |send| harness.ports.messenger.refuse(send, SendError::RefusedUntilMended { code: 190 });
    (1..=sends).for_each(refuse);
}

/// The sweep looks every five minutes up to this one, and what it hints at is done.
async fn swept_until(harness: &MemoryHarness, until: i64) {
    for minute in (5..=until).step_by(5) {
        let before = harness.told().len();
        sweep(&harness.at(minute).ports, 250).await.unwrap();
        for event in harness.told().into_iter().skip(before) {
            let Event::TurnDue(hint) = event else { continue };
            Box::pin(turn::hinted(&harness.ports, &hint)).await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_answer_that_a_dead_token_held_back_goes_out_once_it_is_mended_and_staff_hear_of_it_at_once() {
    let harness = MemoryHarness::remembering();
    token_is_dead(&harness, 6);
    let error = harness.at(0).breaks_off("שלום").await;
    assert!(matches!(error, turn::TurnError::SendLater), "{error:?}");
    assert_eq!(causes(&harness), [Cause::NotSent], "the first time");
    swept_until(&harness, 3 * 60).await;
    let (sent, asked) = (harness.ports.messenger.taken().len(), harness.ports.messenger.asked());
    assert_eq!((sent, asked, harness.ports.model.shown().len()), (1, 7, 1), "one answer, seven tries in three hours");
    assert_eq!(causes(&harness), [Cause::NotSent], "and no more");
}

#[tokio::test]
async fn an_answer_that_nothing_brought_out_for_half_a_day_is_a_persons() {
    for refusal in [SendError::RefusedUntilMended { code: 190 }, SendError::RefusedForNow { code: 131_056 }] {
        let harness = MemoryHarness::remembering();
        (1..=100).for_each(|send| harness.ports.messenger.refuse(send, refusal.clone()));
        harness.at(0).breaks_off("שלום").await;
        swept_until(&harness, 12 * 60 + 10).await;
        let sending = harness.lead().messages.into_values().find_map(|message| message.sending).unwrap();
        assert_eq!(sending.state, SendState::Refused);
        assert_eq!(causes(&harness).last(), Some(&Cause::NotSent));
        let told = causes(&harness).len();
        let tries = harness.ports.messenger.asked();
        assert!(tries < 20, "{tries} tries");
        harness.settles().await;
        assert_eq!(
            (harness.lead().state.unwrap().session, causes(&harness).len()),
            (None, told),
            "the session can end"
        );
        assert_eq!(harness.ports.messenger.asked(), tries);
    }
}

#[tokio::test]
async fn what_a_person_reads_anyway_tells_them_of_nothing() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("שלום").await;
    harness.staff().take_over(&harness.key()).await.unwrap();
    harness.at(13 * 60).delivery(&harness.customer.clone(), 1, Purpose::Ask).await;
    let ends: Vec<_> = harness.lead().messages.into_values().filter_map(|message| message.end).collect();
    assert_eq!((ends, causes(&harness)), (vec![End::Stale], Vec::new()));
}

#[tokio::test]
async fn a_hint_of_the_sweep_that_comes_to_nothing_is_not_delivered_again() {
    let harness = MemoryHarness::remembering();
    harness.ports.model.set_dead(true);
    harness.at(0).breaks_off("שלום").await;
    let swept = TurnDue { key: harness.key(), swept: true };
    let left = Box::pin(turn::hinted(&harness.at(10).ports, &swept)).await.unwrap();
    assert_eq!(left, turn::Outcome::LeftToSweep);
    let asked = TurnDue { swept: false, ..swept };
    Box::pin(turn::hinted(&harness.ports, &asked)).await.unwrap_err();
}

#[tokio::test]
async fn a_redelivery_that_meets_its_own_write_answers() {
    let harness = MemoryHarness::remembering();
    harness.ports.model.set_dead(true);
    let received = harness.received(harness.at(0).incoming(harness.new_id(), Some("שלום"), Purpose::Ask));
    Box::pin(turn::answer(&harness.ports, &received)).await.unwrap_err();
    harness.ports.model.set_dead(false);
    harness.ports.store.repeat_lone_writes(true);
    let outcome = Box::pin(turn::answer(&harness.at(1).ports, &received)).await.unwrap();
    assert_eq!((outcome, harness.lead().state.unwrap().pending), (turn::Outcome::Answered, 0));
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Dealt {
    TakesOver,
    Sends,
    WritesFromThePhoneApp,
    TakesControl,
}

#[tokio::test]
async fn what_somebody_else_has_dealt_with_is_not_answered_again_after_an_uncertain_answer() {
    for dealt in [Dealt::TakesOver, Dealt::Sends, Dealt::WritesFromThePhoneApp, Dealt::TakesControl] {
        let harness = MemoryHarness::remembering();
        harness.ports.messenger.refuse(1, SendError::Unknown { reason: "no answer".to_owned() });
        let customer = harness.customer.clone();
        harness.at(0).delivery(&customer, 0, Purpose::Ask).await;
        harness.at(11).is_due().await;
        assert_eq!(harness.lead().state.unwrap().reopened.len(), 1, "nobody knows whether it arrived");
        match dealt {
            Dealt::TakesOver => harness.staff().take_over(&harness.key()).await.map(|_| ()).unwrap(),
            Dealt::Sends => {
                harness.staff().send(&harness.key(), "קבענו למחר", SignedDuration::from_mins(15)).await.unwrap();
                harness.is_due().await;
            }
            Dealt::WritesFromThePhoneApp => drop(harness.echo(&harness.new_id(), "קבענו למחר").await),
            Dealt::TakesControl => drop(harness.delivery(&customer, 11, Purpose::Control { ours: false }).await),
        }
        harness.staff().hand_back(&harness.key()).await.unwrap();
        harness.at(80).delivery(&customer, 80, Purpose::Ask).await;
        let sent = harness.lead().messages.into_values().max_by_key(|message| message.arrival).unwrap();
        assert_eq!(sent.sending.unwrap().answers.len(), 1, "{dealt:?}: only what came since");
    }
}

#[tokio::test]
async fn an_invocation_that_has_run_long_sends_nothing_more() {
    let mut harness = MemoryHarness::remembering();
    harness.at(0).write("שלום").await;
    harness.staff().send(&harness.key(), "כאן רוני", SignedDuration::from_mins(15)).await.unwrap();
    harness.ports.config.invocation_budget = SignedDuration::from_secs(-1);
    let asked = harness.ports.messenger.asked();
    let error = Box::pin(turn::due(&harness.at(1).ports, &harness.key())).await.unwrap_err();
    assert!(matches!(error, turn::TurnError::MoreWait), "{error:?}");
    assert_eq!(harness.ports.messenger.asked(), asked);
    assert!(harness.lead().state.unwrap().lease.is_none(), "the next delivery can go on");
}
