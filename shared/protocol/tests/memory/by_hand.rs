//! What people end by hand: a session, a record.

use crate::harness::MemoryHarness;
use zikaron_protocol::model::event::Purpose;
use zikaron_protocol::model::ids::{CustomerAddress, E164};
use zikaron_protocol::session::outcome::{Digested, Ended};

#[tokio::test]
async fn a_close_that_comes_late_leaves_the_session_that_was_opened_since() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("שלום").await;
    let first = harness.open();
    harness.at(20).write("שוב אני").await;
    let second = harness.open();
    assert_ne!(first, second);
    assert_eq!(harness.close(&first).await, Ended::Nothing);
    assert_eq!(harness.open(), second);
    harness.says_summary("נושא: שלום\nמה נדון: שלום\nהלקוח ביקש: אין\nתוצאה: אין\nהצעד הבא: אין");
    assert_eq!(harness.close(&second).await, Ended::Closed(Digested::Written));
}

#[tokio::test]
async fn an_erasure_keeps_nothing_out_that_is_written_after_it_though_a_clock_was_days_ahead() {
    let harness = MemoryHarness::remembering();
    let customer = CustomerAddress { bsuid: None, phone: E164::parse("+972555000009").ok() };
    harness.at(0).delivery(&customer, 3 * 24 * 60, Purpose::Ask).await;
    let receipt = harness.at(1).erase().await;
    let minute = |minute: i64| 1_800_000_000 + minute * 60;
    assert!((minute(1)..=minute(11)).contains(&receipt.erased_at.as_second()), "{}", receipt.erased_at);
    harness.at(2).delivery(&customer, 0, Purpose::Ask).await;
    harness.at(20).delivery(&customer, 20, Purpose::Ask).await;
    assert_eq!(harness.held(), [1], "what is of before stays out, what is of after comes in");
}
