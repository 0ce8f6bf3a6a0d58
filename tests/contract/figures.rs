//! The contract of what is counted.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

use super::staff::{named, own};
use super::store::{at, conflict, state};
use futures_util::future::join_all;
use jiff::civil::{Date, date};
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::figures::{Count, Counted, Period, Tally, standing};
use zikaron_protocol::model::ids::{LeadId, LeadKey};
use zikaron_protocol::model::session::{Session, Stage};
use zikaron_protocol::model::write::{Memory, Write};
use zikaron_protocol::ports::business_store::{ErasureReceipt, StaffStore};
use zikaron_protocol::ports::store::{CommitError, ConflictingItem};

const DAY: Date = date(2026, 11, 30);

fn count(of: Period, numbers: &[(&str, i64)]) -> Write {
    Write::Count(Count { of, tally: numbers.iter().copied().collect() })
}

fn session(id: &str, version: u64, day: Date) -> Session {
    let tally: Tally = [("conversations", 1)].into_iter().collect();
    Session {
        version,
        stage: Stage::Digested,
        counted: Some(Counted { day, tally }),
        ..Session::open(SessionId::new(id), at(i64::try_from(version).unwrap()))
    }
}

/// Commits until nobody else writes at the same moment.
async fn add<S: StaffStore>(store: &S, key: &LeadKey, item: Write) {
    loop {
        match store.commit(key, vec![item.clone()]).await {
            Ok(()) => return,
            Err(CommitError::Conflict(_)) => {}
            Err(CommitError::Unavailable(error)) => panic!("{error}"),
        }
    }
}

pub(crate) async fn what_is_counted_adds_up_by_day_whoever_counts_at_once<S: StaffStore>(store: &S, key: LeadKey) {
    let key = own(key);
    let leads: Vec<LeadKey> = (0..6)
        .map(|number| LeadKey { lead: LeadId::parse(format!("{}x{number}", key.lead)).unwrap(), ..key.clone() })
        .collect();
    for lead in &leads {
        store.commit(lead, vec![Write::State(state(lead, 1))]).await.unwrap();
    }
    let of = |day: Date| count(Period::Day(day), &[("answers", 2), ("rejected.manual_wins", 1)]);
    join_all(leads.iter().map(|lead| add(store, lead, of(DAY)))).await;
    add(store, &leads[0], of(DAY.yesterday().unwrap())).await;
    add(store, &leads[1], count(Period::Day(DAY), &[("rejected.manual_wins", -6)])).await;
    add(store, &leads[2], count(Period::Now, &[("named", 1)])).await;
    let days = store.figures_of_days(&key.business, DAY, DAY.tomorrow().unwrap()).await.unwrap();
    let sum: Tally = [("answers", 12)].into_iter().collect();
    assert_eq!(days, [(DAY, sum)].into_iter().collect());
    let days = store.figures_of_days(&key.business, DAY.yesterday().unwrap(), DAY).await.unwrap();
    assert_eq!(days.len(), 2);
    assert_eq!(store.figures_now(&key.business).await.unwrap(), [("named", 1)].into_iter().collect());
}

pub(crate) async fn nothing_is_counted_of_a_commit_that_does_not_stand<S: StaffStore>(store: &S, key: LeadKey) {
    let key = own(key);
    store.commit(&key, vec![Write::State(state(&key, 1))]).await.unwrap();
    let counted = || count(Period::Day(DAY), &[("conversations", 1)]);
    let late = vec![Write::State(state(&key, 1)), counted()];
    assert_eq!(conflict(store.commit(&key, late).await), ConflictingItem::State);
    let nobody = LeadKey { lead: LeadId::parse(format!("{}z", key.lead)).unwrap(), ..key.clone() };
    assert_eq!(conflict(store.commit(&nobody, vec![counted()]).await), ConflictingItem::State);
    assert!(store.figures_of_days(&key.business, DAY, DAY).await.unwrap().is_empty());
}

pub(crate) async fn the_sessions_of_a_day_come_in_pages<S: StaffStore>(store: &S, key: LeadKey) {
    let key = own(key);
    let mut items = vec![Write::State(state(&key, 1))];
    items.extend(
        (1..=3).map(|number| Write::Session(Session { version: 1, ..session(&format!("s{number}"), number, DAY) })),
    );
    items.push(Write::Session(Session { version: 1, ..session("other", 1, DAY.tomorrow().unwrap()) }));
    let open = Session { unpublished_changes: Some(Vec::new()), version: 1, ..session("told", 1, DAY) };
    items.push(Write::Session(open));
    store.commit(&key, items).await.unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    for _ in 0..40 {
        let (page, next) = store.sessions_of_day(&key.business, DAY, after.as_ref(), 2).await.unwrap();
        found.extend(page.into_iter().map(|(lead, id)| (lead == key, id.to_string())));
        if next.is_none() && found.len() >= 3 {
            break;
        }
        // An index may be a moment behind.
        if next.is_none() {
            found.clear();
        }
        after = next;
    }
    assert_eq!(found, ["s1", "s2", "s3"].map(|id| (true, id.to_owned())));
}

pub(crate) async fn an_erasure_takes_off_what_the_memory_counts_for<S: StaffStore>(store: &S, key: LeadKey) {
    let key = own(key);
    let Write::Memory(memory) = named(&key, "דנה לוי", 1) else { panic!("a memory") };
    let stands = Write::Count(Count { of: Period::Now, tally: standing::counted(&memory) });
    let items = vec![Write::State(state(&key, 1)), Write::Memory(memory.clone()), stands];
    store.commit(&key, items).await.unwrap();
    assert_eq!(store.figures_now(&key.business).await.unwrap().get("named"), 1);
    let receipt = ErasureReceipt {
        version: 1,
        erased_at: at(50),
        removed: None,
        counting: None,
        names: 0,
        fires: Vec::new(),
        joining: Vec::new(),
        joined_to: None,
        schedules: 0,
        finished: false,
    };
    let early = store.begin_erasure(&key, &state(&key, 1), &Memory::default(), &[], &receipt).await;
    assert_eq!(conflict(early), ConflictingItem::Memory);
    store.begin_erasure(&key, &state(&key, 1), &memory, &[], &receipt).await.unwrap();
    assert!(store.figures_now(&key.business).await.unwrap().is_empty());
}
