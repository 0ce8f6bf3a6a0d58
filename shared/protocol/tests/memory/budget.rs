//! A business that bounds its day (docs/rules.md#h13).

use crate::harness::MemoryHarness;
use zikaron_memory::handover::Cause;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::lead_state::Mode;
use zikaron_protocol::model::usage::Usage;
use zikaron_protocol::ports::Reply;

fn told(harness: &MemoryHarness) -> Vec<(u64, u64)> {
    let told = harness.told();
    let exceeded = told.iter().filter_map(|event| match event {
        Event::BudgetExceeded(told) => Some((told.messages, told.tokens)),
        _ => None,
    });
    exceeded.collect()
}

fn causes(harness: &MemoryHarness) -> Vec<Cause> {
    let told = harness.told();
    let asked = told.iter().filter_map(|event| match event {
        Event::HandoverRequested(asked) => Some(asked.cause),
        _ => None,
    });
    asked.collect()
}

#[tokio::test]
async fn beyond_the_messages_of_a_day_conversations_go_to_people_and_the_business_hears_of_it_once() {
    let harness = MemoryHarness::new(Settings { daily_messages_budget: 2, ..Settings::default() });
    harness.at(0).write("שלום").await;
    harness.at(1).write("כמה עולה תספורת?").await;
    let asked = harness.ports.model.shown().len();
    let last = harness.at(2).write("ומתי אתם פתוחים?").await;
    assert_eq!(harness.ports.model.shown().len(), asked, "no model is asked: {}", last.text);
    assert_eq!((told(&harness), causes(&harness)), (vec![(2, 0)], vec![Cause::Budget]));
    assert_eq!(harness.lead().state.unwrap().mode, Mode::Human);
    harness.staff().hand_back(&harness.key()).await.unwrap();
    harness.at(3).write("עוד שאלה").await;
    assert_eq!(told(&harness).len(), 1, "once a day");
    harness.staff().hand_back(&harness.key()).await.unwrap();
    harness.at(24 * 60 + 10).write("בוקר טוב").await;
    assert_eq!(harness.ports.model.shown().len(), asked + 1, "the next day is another");
}

#[tokio::test]
async fn beyond_the_tokens_of_a_day_too() {
    let harness = MemoryHarness::new(Settings { daily_tokens_budget: 1_000, ..Settings::default() });
    let usage = Usage { tokens_in: 990, tokens_cached: 900, tokens_out: 20 };
    harness.ports.model.queue(Reply { text: "שלום".to_owned(), usage, ..Reply::default() });
    harness.at(0).write("שלום").await;
    assert_eq!(causes(&harness), []);
    harness.at(1).write("כמה עולה תספורת?").await;
    assert_eq!((told(&harness), causes(&harness)), (vec![(1, 1_010)], vec![Cause::Budget]));
}

#[tokio::test]
async fn a_customer_does_not_wait_until_the_business_can_be_told() {
    let harness = MemoryHarness::new(Settings { daily_messages_budget: 1, ..Settings::default() });
    harness.at(0).write("שלום").await;
    let asked = harness.ports.model.shown().len();
    harness.ports.bus.refuse(true);
    // What else is to be told makes the delivery come again; the customer has their answer.
    harness.at(1).breaks_off("כמה עולה תספורת?").await;
    assert_eq!(harness.ports.messenger.taken().len(), 2, "the last sentence before a person");
    assert_eq!((harness.ports.model.shown().len(), told(&harness)), (asked, vec![]));
    harness.ports.bus.refuse(false);
    harness.at(2).is_due().await;
    harness.staff().hand_back(&harness.key()).await.unwrap();
    harness.at(3).write("ומתי אתם פתוחים?").await;
    assert_eq!(told(&harness).len(), 1, "the next conversation tells");
}

#[tokio::test]
async fn without_a_budget_nothing_is_counted() {
    let harness = MemoryHarness::new(Settings::default());
    for minute in 0..5 {
        harness.at(minute).write("שלום").await;
    }
    assert_eq!((told(&harness), causes(&harness)), (vec![], vec![]));
}
