//! The sweep under load, and beside what cannot be read.

use crate::harness::MemoryHarness;
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::{CustomerAddress, LeadId, LeadKey};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::session::{OpenSession, Resume, Session, Stage};
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::session::close;
use zikaron_protocol::session::sweep::{Swept, sweep};

const MOST: usize = 250;
/// How far apart sweeps are, in seconds.
const EVERY: i64 = 300;

/// A lead with a session that was opened now, and whose schedule is lost.
async fn opened(harness: &MemoryHarness, number: i64) -> (LeadKey, SessionId) {
    let now = harness.ports.clock.now();
    let key = LeadKey { business: harness.business(), lead: LeadId::parse(format!("lead{number:08}")).unwrap() };
    let id = SessionId::new(format!("s{number:08}"));
    let open = OpenSession {
        id: id.clone(),
        opened_at: now,
        first_sent_at: now,
        last_at: now,
        generation: 0,
        armed: true,
        remembered: 1,
        opened_by: 1,
        resume: Resume::No,
        fresh_from: None,
        confirm_asked: false,
        sent: false,
    };
    let state = State { session: Some(open), ..State::new(CustomerAddress::default(), now).next() };
    let session = Session::open(id.clone(), now);
    harness.ports.store.commit(&key, vec![Write::State(state), Write::Session(session)]).await.unwrap();
    (key, id)
}

/// Its schedule fired and it was digested.
async fn finished(harness: &MemoryHarness, key: &LeadKey, id: &SessionId) {
    let store = &harness.ports.store;
    let state = store.state(key).await.unwrap().unwrap();
    let session = store.session(key, id).await.unwrap().unwrap();
    let done = Session { version: session.version + 1, stage: Stage::Digested, ..session };
    let free = State { session: None, ..state.next() };
    store.commit(key, vec![Write::State(free), Write::Session(done)]).await.unwrap();
}

/// Whom the sweep of now hints at.
async fn hinted(harness: &MemoryHarness) -> (Swept, Vec<LeadId>) {
    let before = harness.told().len();
    let swept = sweep(&harness.ports, MOST).await.unwrap();
    let hints = harness.told().into_iter().skip(before).map(|event| match event {
        Event::SessionDue(fire) => fire.key.lead,
        Event::TurnDue(due) => due.key.lead,
        other => panic!("not a hint: {other:?}"),
    });
    (swept, hints.collect())
}

/// So many sessions open between two sweeps, each over seventeen minutes later by its own schedule, without an end. The
/// schedule of one is lost. Answers after how many sweeps it is found, of at most two days.
async fn found_after(rate: i64) -> Option<i64> {
    let harness = MemoryHarness::remembering();
    let mut going_on: VecDeque<(Timestamp, LeadKey, SessionId)> = VecDeque::new();
    let mut stuck = None;
    for step in 0..2 * 288 {
        for number in 0..rate {
            harness.at_second(step * EVERY + number * EVERY / rate);
            let (key, id) = opened(&harness, step * rate + number).await;
            if step == 24 && number == 0 {
                stuck = Some(key.lead);
            } else {
                going_on.push_back((harness.ports.clock.now(), key, id));
            }
        }
        let over = harness.ports.clock.now() - SignedDuration::from_mins(17);
        while let Some((_, key, id)) = going_on.pop_front_if(|(at, ..)| *at < over) {
            finished(&harness, &key, &id).await;
        }
        let (_, leads) = hinted(&harness).await;
        if stuck.as_ref().is_some_and(|lead| leads.contains(lead)) {
            return Some(step - 24);
        }
    }
    None
}

#[tokio::test]
async fn a_lost_schedule_is_found_however_many_sessions_open() {
    for rate in [100, 260, 400] {
        let found = found_after(rate).await;
        assert!(found.is_some_and(|sweeps| sweeps <= 4), "{rate} openings in five minutes: {found:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_hides_nothing_else() {
    let harness = MemoryHarness::remembering();
    let (bad, _) = opened(&harness, 1).await;
    let (good, _) = opened(&harness, 2).await;
    harness.ports.store.make_unreadable(bad.lead);
    let (swept, leads) = hinted(harness.at(60)).await;
    assert_eq!((leads, swept.failed), (vec![good.lead], 1));
}

#[tokio::test]
async fn however_many_rows_cannot_be_read_they_hide_nothing_else() {
    let harness = MemoryHarness::remembering();
    for number in 0..200 {
        let (lead, _) = opened(&harness, number).await;
        harness.ports.store.make_unreadable(lead.lead);
    }
    let (good, _) = opened(&harness, 200).await;
    let (swept, leads) = hinted(harness.at(60)).await;
    assert_eq!((leads, swept.failed), (vec![good.lead], 200));
}

#[tokio::test]
async fn a_table_that_does_not_answer_is_not_asked_for_every_session() {
    let harness = MemoryHarness::remembering();
    let (good, _) = opened(&harness, 0).await;
    for number in 1..200 {
        let (lead, _) = opened(&harness, number).await;
        harness.ports.store.throttle(lead.lead);
    }
    let (swept, leads) = hinted(harness.at(60)).await;
    assert!(swept.failed < 30, "{swept:?}");
    assert_eq!(leads, [good.lead], "what was found before is told");
}

#[tokio::test]
async fn a_call_past_its_retention_is_not_looked_after_for_ever() {
    let harness = MemoryHarness::remembering();
    harness.ports.model.set_dead(true);
    harness.at(1).reported("+972555000001", 0).await;
    let call = harness.lead().calls.into_values().next().unwrap();
    let gone = Write::Delete(Box::new(Write::Call(Box::new(call))));
    harness.ports.store.commit(&harness.key(), vec![gone]).await.unwrap();
    let mut hints = 0;
    for minute in (5..24 * 60).step_by(5) {
        let before = harness.told().len();
        sweep(&harness.at(minute).ports, MOST).await.unwrap();
        for event in harness.told().into_iter().skip(before) {
            let Event::SessionDue(fire) = event else { continue };
            hints += 1;
            close::hinted(&harness.ports, &fire).await;
        }
    }
    assert_eq!(hints, 1);
}
