//! Names that change hands: who is joined with whom, and who never is.

use crate::harness::MemoryHarness;
use jiff::Timestamp;
use jiff::civil::date;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::event::{Event, MessageReceived, Purpose};
use zikaron_protocol::model::figures::{Counted, Period, counts};
use zikaron_protocol::model::ids::{Bsuid, ConnectionId, CustomerAddress, E164, LeadKey, Line, NumberId, ParentIds};
use zikaron_protocol::model::session::{Job, Session, Stage};
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::staff::{leads_of_customer, read_memory};
use zikaron_protocol::turn;
use zikaron_testing::people;

fn names(bsuid: &str, phone: &str) -> CustomerAddress {
    CustomerAddress { bsuid: Bsuid::parse(bsuid).ok(), phone: E164::parse(phone).ok() }
}

const OLD: &str = "+972555000002";
const NEW: &str = "+972555000003";

#[tokio::test]
async fn a_number_that_was_given_up_leads_to_its_owner_for_what_is_of_before_and_to_a_stranger_after() {
    let harness = MemoryHarness::remembering();
    let (dana, by_number) = (names("IL.1", OLD), names("", OLD));
    harness.at(0).delivery(&dana, 0, Purpose::Ask).await;
    let moved = Purpose::Moved { to: names("IL.2", NEW) };
    harness.at(10).delivery(&dana, 10, moved).await;
    harness.at(11).delivery(&by_number, 9, Purpose::Ask).await;
    assert_eq!(harness.held(), [3], "what is of before the notice is hers, however late");
    harness.at(30).delivery(&by_number, 30, Purpose::Ask).await;
    assert_eq!(harness.held(), [3, 1], "who has the number now is somebody else");
    harness.at(31).delivery(&by_number, 8, Purpose::Ask).await;
    harness.at(32).delivery(&by_number, 32, Purpose::Ask).await;
    harness.at(33).delivery(&names("", NEW), 33, Purpose::Ask).await;
    assert_eq!(harness.held(), [5, 2]);
}

#[tokio::test]
async fn a_number_whose_lead_has_another_user_id_is_taken_over_and_nobody_is_joined() {
    let harness = MemoryHarness::remembering();
    harness.at(0).delivery(&names("IL.1", OLD), 0, Purpose::Ask).await;
    harness.at(1).delivery(&names("IL.7", ""), 1, Purpose::Ask).await;
    harness.at(20).delivery(&names("IL.7", OLD), 20, Purpose::Ask).await;
    assert_eq!(harness.held(), [1, 2]);
    harness.at(21).delivery(&names("", OLD), 21, Purpose::Ask).await;
    harness.at(22).delivery(&names("", OLD), 5, Purpose::Ask).await;
    assert_eq!(harness.held(), [2, 3], "the number is whose it was when the message was sent");
    harness.at(23).delivery(&names("IL.7", OLD), 19, Purpose::Ask).await;
    assert_eq!(harness.held(), [2, 4], "who has it now and wrote with it a moment before is still no other");
    let states: Vec<_> = harness.leads().into_iter().filter_map(|lead| lead.state).collect();
    assert!(states.iter().all(|state| state.joining.is_empty() && state.joined_to.is_none()));
    assert_eq!((&states[0].customer.phone, &states[1].customer.phone), (&None, &E164::parse(OLD).ok()));
}

#[tokio::test]
async fn a_number_known_alone_is_joined_by_who_reveals_it_and_is_answered_with_both_memories() {
    let harness = MemoryHarness::remembering();
    harness.at(0).delivery(&names("", OLD), 0, Purpose::Ask).await;
    harness.at(1).delivery(&names("IL.1", ""), 1, Purpose::Ask).await;
    assert_eq!(harness.held(), [1, 1], "nobody knows yet that they are one");
    harness.at(2).delivery(&names("IL.1", OLD), 2, Purpose::Ask).await;
    harness.at(3).delivery(&names("", OLD), 3, Purpose::Ask).await;
    assert_eq!(harness.held(), [1, 3], "from then on both names lead to one");
    let states: Vec<_> = harness.leads().into_iter().filter_map(|lead| lead.state).collect();
    assert!(states[0].joined_to.is_some() && states[1].joining.len() == 1);
}

#[tokio::test]
async fn an_erasure_that_broke_off_between_two_leads_is_finished_by_either_id() {
    for by_the_first in [true, false] {
        let harness = MemoryHarness::remembering();
        harness.at(0).delivery(&names("", OLD), 0, Purpose::Ask).await;
        harness.at(1).delivery(&names("IL.1", ""), 1, Purpose::Ask).await;
        harness.at(2).delivery(&names("IL.1", OLD), 2, Purpose::Ask).await;
        let leads: Vec<LeadKey> = harness.ports.store.leads().into_keys().collect();
        let [first, second] = &leads[..] else { panic!("{leads:?}") };
        let asked = if by_the_first { first } else { second };
        // Both are gone by then, and the business was told of neither.
        harness.ports.bus.refuse(true);
        harness.try_erase(asked).await.unwrap_err();
        harness.ports.bus.refuse(false);
        assert!(harness.leads().iter().all(|lead| lead.state.is_none()));
        let receipt = harness.try_erase(asked).await.unwrap();
        let is_told = |key: &LeadKey| {
            harness.told().iter().any(|event| matches!(event, Event::LeadErased(told) if told.key == *key))
        };
        assert!(receipt.finished && is_told(first) && is_told(second), "{by_the_first}");
        assert_eq!(harness.try_erase(first).await.unwrap(), harness.try_erase(second).await.unwrap());
    }
}

#[tokio::test]
async fn who_had_a_number_before_is_found_in_the_lead_they_were_merged_into() {
    let harness = MemoryHarness::remembering();
    harness.at(0).delivery(&names("", OLD), 0, Purpose::Ask).await;
    harness.at(10).delivery(&names("", OLD), 10, Purpose::Moved { to: names("", NEW) }).await;
    harness.at(30).delivery(&names("", OLD), 30, Purpose::Ask).await;
    harness.at(31).delivery(&names("IL.1", ""), 31, Purpose::Ask).await;
    harness.at(32).delivery(&names("IL.1", NEW), 32, Purpose::Ask).await;
    assert_eq!(harness.held(), [2, 1, 2], "the first two are one by now");
    harness.at(33).delivery(&names("", OLD), 8, Purpose::Ask).await;
    assert_eq!(harness.held(), [2, 1, 3], "what is of before the number changed hands is theirs, wherever they are");
    harness.at(34).delivery(&names("IL.1", OLD), 9, Purpose::Ask).await;
    assert_eq!(harness.held(), [2, 1, 4]);
    harness.at(35).reported(OLD, 9).await;
    let calls = || harness.leads().iter().map(|lead| lead.calls.len()).collect::<Vec<_>>();
    assert_eq!(calls(), [0, 0, 1], "a call too");
    harness.says_summary("נושא: שלום\nמה נדון: שלום\nהלקוח ביקש: אין\nתוצאה: אין\nהצעד הבא: אין");
    harness.at(60).settles().await;
    assert_eq!(harness.held(), [0, 1, 6], "folded in");
    assert!(harness.leads()[0].names.is_empty(), "no number outlives the lead it was of");
    harness.at(61).delivery(&names("", OLD), 8, Purpose::Ask).await;
    assert_eq!(harness.held(), [0, 1, 7]);
    harness.at(62).reported(OLD, 7).await;
    assert_eq!(calls(), [0, 0, 2]);
}

#[tokio::test]
async fn who_gets_a_number_from_the_operator_does_not_get_the_memory_of_who_had_it() {
    let harness = MemoryHarness::remembering();
    let half_a_year = 60 * 24 * 180;
    harness.at(0).delivery(&names("IL.1", OLD), 0, Purpose::Ask).await;
    harness
        .at(20)
        .digest("נושא: בדיקות\nמה נדון: תור\nהלקוחה ביקשה: דיסקרטיות\nתוצאה: נקבע\nהצעד הבא: להתקשר", vec![])
        .await;
    harness.at(half_a_year).delivery(&names("IL.9", OLD), half_a_year, Purpose::Ask).await;
    assert_eq!(harness.held(), [1, 1], "strangers are never joined");
    let shown = harness.ports.model.shown().pop().unwrap();
    assert!(!shown.system.contains("דיסקרטיות"));
    harness.at(half_a_year + 1).delivery(&names("", OLD), half_a_year + 1, Purpose::Ask).await;
    assert_eq!(harness.held(), [1, 2], "the number is theirs from then on");
    harness.at(half_a_year + 2).delivery(&names("IL.1", ""), half_a_year + 2, Purpose::Ask).await;
    assert_eq!(harness.held(), [2, 2], "who had it is still known by their user id");
    harness.at(half_a_year + 3).delivery(&names("", OLD), 5, Purpose::Ask).await;
    assert_eq!(harness.held(), [3, 2], "what was sent before is of who had it then");
}

#[tokio::test]
async fn staff_see_one_customer_also_while_two_leads_are_being_merged() {
    let harness = MemoryHarness::remembering();
    harness.at(0).delivery(&names("", OLD), 0, Purpose::Ask).await;
    harness.says_summary("נושא: בדיקות\nמה נדון: תור\nהלקוחה ביקשה: דיסקרטיות\nתוצאה: נקבע\nהצעד הבא: להתקשר");
    harness.at(20).settles().await;
    harness.at(30).delivery(&names("IL.1", ""), 30, Purpose::Ask).await;
    harness.at(31).delivery(&names("IL.1", OLD), 31, Purpose::Ask).await;
    let store = &harness.ports.store;
    let key = store.find(&harness.business(), &names("IL.1", ""), Timestamp::MAX).await.unwrap();
    let key = LeadKey { business: harness.business(), lead: key.lead().unwrap().clone() };
    let own = store.memory(&key).await.unwrap();
    let (state, memory) = read_memory(store, &key).await.unwrap();
    assert_eq!((own.document.last_summary, state.unwrap().joining.len()), (None, 1));
    assert_eq!(memory.version, own.version, "what an edit is held against is the lead's own");
    assert!(memory.document.last_summary.is_some_and(|summary| summary.contains("דיסקרטיות")));
    assert_eq!(leads_of_customer(store, &key).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_waits_has_one_schedule_however_often_it_is_looked_at() {
    let harness = MemoryHarness::remembering();
    harness.at(0).delivery(&names("", OLD), 0, Purpose::Ask).await;
    harness.at(1).delivery(&names("IL.1", ""), 1, Purpose::Ask).await;
    harness.at(2).delivery(&names("IL.1", OLD), 2, Purpose::Ask).await;
    let waits = |is_merge: bool| {
        let all = harness.leads().into_iter().flat_map(|lead| lead.sessions.into_values());
        let mut found = all.filter(|one| matches!(one.job, Job::Merge(_)) == is_merge && one.stage == Stage::Closing);
        found.next().map(|one| (one.tries, one.retry_at)).unwrap()
    };
    let begun = waits(true);
    harness.at(3).settles().await;
    assert_eq!(waits(true), begun, "a schedule stands");
    // It fires, and the elder's session cannot be digested: the model writes no summary.
    harness.ports.clock.set_second(begun.1.unwrap().as_second());
    harness.settles().await;
    assert_eq!((waits(true).0, waits(false).0), (begun.0 + 1, 1), "looked at three times over");
    let all = harness.leads().into_iter().flat_map(|lead| lead.sessions.into_values());
    for one in all.filter(|one| one.stage == Stage::Closing) {
        assert_eq!(harness.ports.timer.schedules().get(one.id.as_str()).copied(), one.retry_at);
    }
}

#[tokio::test]
async fn what_staff_note_of_a_lead_that_is_being_merged_goes_along() {
    let harness = MemoryHarness::remembering();
    harness.at(0).delivery(&names("", OLD), 0, Purpose::Ask).await;
    let merging = harness.key();
    harness.at(1).delivery(&names("IL.1", ""), 1, Purpose::Ask).await;
    harness.at(2).delivery(&names("IL.1", OLD), 2, Purpose::Ask).await;
    // They had looked the lead up before the merge began.
    harness.staff().set_marketing(&merging, false).await.unwrap();
    harness.says_summary("נושא: שלום\nמה נדון: שלום\nהלקוח ביקש: אין\nתוצאה: אין\nהצעד הבא: אין");
    harness.at(60).settles().await;
    let states: Vec<_> = harness.leads().into_iter().filter_map(|lead| lead.state).collect();
    let [state] = &states[..] else { panic!("{states:?}") };
    assert!(!state.marketing.unwrap().wanted);
}

#[tokio::test]
async fn what_both_leads_hold_for_it_was_imported_twice_does_not_hold_up_their_merge() {
    let harness = MemoryHarness::remembering();
    harness.at(0).delivery(&names("", OLD), 0, Purpose::Ask).await;
    let (message, theirs) = (harness.lead().messages.into_values().next().unwrap(), harness.key());
    harness.at(1).delivery(&names("IL.1", ""), 1, Purpose::Ask).await;
    harness.at(2).delivery(&names("IL.1", OLD), 2, Purpose::Ask).await;
    let store = &harness.ports.store;
    let ours = store.leads().into_keys().find(|key| *key != theirs).unwrap();
    store.commit(&ours, vec![Write::MoveIn(Box::new(Write::Message(message)))]).await.unwrap();
    // Its conversation too, digested and counted in both.
    let counted = Counted { day: date(2027, 1, 10), tally: [("answers", 3)].into_iter().collect() };
    let (session, now) = (SessionId::new("01JF0000000000000000000000"), harness.ports.clock.now());
    let mut twin = Session::due(session, Job::Conversation, None, now, now);
    twin.stage = Stage::Digested;
    twin.retry_at = None;
    twin.counted = Some(counted.clone());
    for lead in [&ours, &theirs] {
        store.commit(lead, vec![Write::MoveIn(Box::new(Write::Session(twin.clone())))]).await.unwrap();
        store
            .commit(lead, vec![counts::write(Period::Day(counted.day), counted.tally.clone()).unwrap()])
            .await
            .unwrap();
    }
    harness.says_summary("נושא: שלום\nמה נדון: שלום\nהלקוח ביקש: אין\nתוצאה: אין\nהצעד הבא: אין");
    harness.at(60).settles().await;
    let leads: Vec<_> = harness.leads().into_iter().filter(|lead| lead.state.is_some()).collect();
    let [lead] = &leads[..] else { panic!("{} leads", leads.len()) };
    assert!(lead.state.as_ref().unwrap().joining.is_empty());
    let figures = store.all_figures();
    let answers: i64 = figures
        .iter()
        .filter(|((_, period), _)| *period == Period::Day(counted.day))
        .map(|(_, tally)| tally.get("answers"))
        .sum();
    assert_eq!(answers, 3, "what stands once is counted once");
}

/// A message that came by the line of this connection, with the id of all linked portfolios beside the other names.
async fn comes(harness: &MemoryHarness, connection: &str, customer: &CustomerAddress, parent: &str) {
    let connection = ConnectionId::parse(connection).unwrap();
    let line = Line { connection, number: NumberId::parse("100000000000009").unwrap() };
    harness.ports.store.put_route(line.clone(), people::business());
    let parents = ParentIds { now: Bsuid::parse(parent).ok(), before: None };
    let message = harness.incoming(harness.new_id(), Some("שלום"), Purpose::Ask);
    let received = MessageReceived { line, customer: customer.clone(), parents, ..harness.received(message) };
    Box::pin(turn::answer(&harness.ports, &received)).await.unwrap();
}

#[tokio::test]
async fn one_who_writes_in_two_linked_portfolios_is_one_customer_and_a_stranger_is_none() {
    let harness = MemoryHarness::remembering();
    comes(harness.at(0), "one", &names("IL.1", ""), "IL.ENT.1").await;
    comes(harness.at(1), "two", &names("IL.2", ""), "IL.ENT.1").await;
    assert_eq!(harness.held(), [2], "without a number");
    comes(harness.at(2), "one", &names("IL.1", OLD), "IL.ENT.1").await;
    comes(harness.at(3), "three", &names("IL.8", OLD), "IL.ENT.8").await;
    assert_eq!(harness.held(), [3, 1], "who has the number now is another one, although their ids cannot tell");
    comes(harness.at(4), "two", &names("", NEW), "").await;
    comes(harness.at(5), "two", &names("", NEW), "IL.ENT.8").await;
    assert_eq!(harness.held(), [3, 2, 1], "a number alone is joined by who reveals it");
}

#[tokio::test]
async fn a_call_with_a_user_id_is_of_the_customer_who_writes_with_it() {
    let harness = MemoryHarness::remembering();
    harness.at(0).delivery(&names("IL.13491208655302741918", ""), 0, Purpose::Ask).await;
    for shown in
        ["IL.13491208655302741918", "whatsapp:IL.13491208655302741918", "<sip:IL.13491208655302741918@wa.example>"]
    {
        harness.at(10).reported(shown, 9).await;
    }
    assert_eq!(harness.leads().iter().map(|lead| lead.calls.len()).collect::<Vec<_>>(), [3]);
}
