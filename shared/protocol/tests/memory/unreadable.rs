//! Rows of messages that this code cannot read, for newer code wrote them and was rolled back: they mute nobody.

use crate::harness::MemoryHarness;
use zikaron_memory::handover::Cause;
use zikaron_protocol::model::event::{Event, Purpose};
use zikaron_protocol::model::message::{Message, SendState};
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::SendError;
use zikaron_protocol::session::close;
use zikaron_protocol::turn;

/// From now on the message stored last cannot be read.
fn hide_newest(harness: &MemoryHarness, of: impl Fn(&Message) -> bool) {
    let newest = harness.lead().messages.into_values().filter(of).max_by_key(|message| message.arrival).unwrap();
    harness.ports.store.make_message_unreadable(newest.key.id);
}

fn causes(harness: &MemoryHarness) -> Vec<Cause> {
    let cause = |event| if let Event::HandoverRequested(asked) = event { Some(asked.cause) } else { None };
    harness.told().into_iter().filter_map(cause).collect()
}

#[tokio::test]
async fn what_was_said_before_is_passed_over() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("יש תור מחר?").await;
    hide_newest(&harness, |message| message.sending.is_none());
    let answered = harness.at(2).write("ומה עם מחרתיים?").await;
    let shown: Vec<_> = answered.shown.conversation.into_iter().map(|said| said.text).collect();
    assert_eq!(shown, ["בשמחה.", "ומה עם מחרתיים?"]);
    assert!(causes(&harness).is_empty());
}

#[tokio::test]
async fn what_waits_for_an_answer_is_a_persons() {
    for others in [0, 1] {
        let harness = MemoryHarness::remembering();
        harness.ports.model.set_dead(true);
        harness.at(0).breaks_off("יש תור מחר?").await;
        hide_newest(&harness, |_| true);
        for _ in 0..others {
            harness.breaks_off("הלו?").await;
        }
        harness.ports.model.set_dead(false);
        harness.at(5).is_due().await;
        let state = harness.lead().state.unwrap();
        assert_eq!((state.pending, harness.ports.messenger.taken().len()), (0, others));
        assert_eq!(causes(&harness), [Cause::Unanswered]);
        assert_eq!(harness.at(6).write("תודה").await.text, "בשמחה.", "and the next one is answered");
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_holds_up_nothing() {
    let refused = SendError::RefusedForNow { code: 131_056 };
    for (first, tries, then) in [(refused, 3, 2), (SendError::Unknown { reason: "no answer".to_owned() }, 1, 11)] {
        let harness = MemoryHarness::remembering();
        // The first tries are made within the turn.
        (1..=tries).for_each(|send| harness.ports.messenger.refuse(send, first.clone()));
        let received = harness.received(harness.at(0).incoming(harness.new_id(), Some("שלום"), Purpose::Ask));
        let _ = Box::pin(turn::answer(&harness.ports, &received)).await;
        hide_newest(&harness, |message| message.sending.is_some());
        harness.at(then).is_due().await;
        assert_eq!(causes(&harness), [Cause::NotSent]);
        assert!(harness.lead().state.unwrap().unsettled.is_empty());
        harness.at(then + 1).write("שלום?").await;
        let sent = harness.lead().messages.into_values().filter_map(|message| message.sending);
        assert_eq!(sent.filter(|sending| sending.state == SendState::Sent).count(), 1);
    }
}

#[tokio::test]
async fn a_session_is_digested_when_all_of_it_can_be_read() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("קוראים לי דנה").await;
    hide_newest(&harness, |message| message.sending.is_none());
    let open = harness.lead().state.unwrap().session.unwrap();
    let fire = TimerFired { key: harness.key(), session: open.id, generation: open.generation };
    close::fire(&harness.at(20).ports, &fire).await.unwrap_err();
    assert!(harness.lead().notes.is_empty(), "it is not made of half of the words");
}
