//! The contract of what the staff API needs of the store.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

use super::store::{at, conflict, customer, message, state};
use std::collections::BTreeMap;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::merge::{Verdict, merge};
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::Candidate;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::alias::alias_keys;
use zikaron_protocol::model::ids::{BusinessId, ConnectionId, LeadId, LeadKey, Line, NumberId};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::model::write::{Memory, Write};
use zikaron_protocol::ports::business_store::{
    CountedItems, ErasureReceipt, HeldSettings, IdempotencyRecord, StaffStore,
};
use zikaron_protocol::ports::store::ConflictingItem;

fn note(key: &LeadKey, second: i64) -> Note {
    Note { id: format!("{}-{second}", key.lead), kind: NoteKind::Note, text: format!("note {second}"), at: at(second) }
}

/// A business of the test's own: lists and settings are a business's.
pub(super) fn own(key: LeadKey) -> LeadKey {
    LeadKey { business: BusinessId::parse(format!("b-{}", key.lead)).unwrap(), ..key }
}

pub(super) fn named(key: &LeadKey, name: &str, version: u64) -> Write {
    let entered = Candidate::manual("name", Some(name.to_owned()), at(1), SessionId::new(key.lead.as_str()));
    let mut memory = Memory { version, counted: true, ..Memory::default() };
    memory.document.customer_profile_json =
        merge(&FieldList::standard(Language::Hebrew), &<_>::default(), &[entered]).profile;
    Write::Memory(Box::new(memory))
}

pub(crate) async fn settings_are_written_by_one_at_a_time<S: StaffStore>(store: &S, key: LeadKey) {
    let business = own(key).business;
    assert_eq!(store.held_settings(&business).await.unwrap(), HeldSettings::default());
    let mut held = HeldSettings { version: 2, ..HeldSettings::default() };
    assert_eq!(conflict(store.write_settings(&business, &held).await), ConflictingItem::State);
    held.version = 1;
    held.settings.name = "מספרה".to_owned();
    store.write_settings(&business, &held).await.unwrap();
    assert_eq!(conflict(store.write_settings(&business, &held).await), ConflictingItem::State);
    assert_eq!(store.held_settings(&business).await.unwrap(), held);
    held.version = 2;
    store.write_settings(&business, &held).await.unwrap();
}

pub(crate) async fn a_line_leads_to_one_business<S: StaffStore>(store: &S, key: LeadKey) {
    let (one, other) = (own(key.clone()).business, BusinessId::parse(format!("c-{}", key.lead)).unwrap());
    let connection = ConnectionId::parse(key.lead.as_str()).unwrap();
    let line = Line { connection: connection.clone(), number: NumberId::parse("1").unwrap() };
    assert_eq!(store.owner(&connection).await.unwrap(), None);
    assert!(store.put_line(&line, &one).await.unwrap());
    assert!(store.put_line(&line, &one).await.unwrap(), "again");
    assert!(!store.put_line(&line, &other).await.unwrap());
    assert!(!store.drop_line(&line, &other).await.unwrap());
    assert_eq!(store.route(&line).await.unwrap(), Some(one.clone()));
    assert_eq!(store.lines(&one).await.unwrap(), std::slice::from_ref(&line));
    assert_eq!(store.lines(&other).await.unwrap(), []);
    assert!(store.drop_line(&line, &one).await.unwrap());
    assert_eq!(store.route(&line).await.unwrap(), None);
    assert_eq!(store.lines(&one).await.unwrap(), []);
    assert!(store.put_line(&line, &other).await.unwrap());
}

pub(crate) async fn leads_are_listed_by_their_last_session_and_found_by_name<S: StaffStore>(store: &S, key: LeadKey) {
    let key = own(key);
    let lead = |n: usize| LeadKey { lead: LeadId::parse(format!("{}x{n}", key.lead)).unwrap(), ..key.clone() };
    for n in 0..5 {
        let mut state = state(&lead(n), 1);
        state.listed_at = at(i64::try_from(n).unwrap());
        let name = if n == 4 { "דנה לוי" } else { "יוסי כהן" };
        store.commit(&lead(n), vec![Write::State(state)]).await.unwrap();
        store.commit(&lead(n), vec![named(&lead(n), name, 1)]).await.unwrap();
    }
    let ids = |numbers: &[usize]| numbers.iter().map(|n| lead(*n).lead).collect::<Vec<_>>();
    let (first, next) = store.leads(&key.business, None, 2).await.unwrap();
    assert_eq!(first, ids(&[4, 3]));
    let (rest, next) = store.leads(&key.business, next.as_ref(), 3).await.unwrap();
    assert_eq!(rest, ids(&[2, 1, 0]));
    assert_eq!(store.leads(&key.business, next.as_ref(), 3).await.unwrap().0.len(), if next.is_some() { 0 } else { 3 });
    let (found, next) = store.named(&key.business, " יוסי  כהן!", None, 3).await.unwrap();
    assert_eq!(found, ids(&[0, 1, 2]));
    assert_eq!(store.named(&key.business, "יוסי כהן", next.as_ref(), 3).await.unwrap().0, ids(&[3]));
    // A name that changes is found under the new one only.
    store.commit(&lead(0), vec![named(&lead(0), "דנה לוי", 2)]).await.unwrap();
    assert_eq!(store.named(&key.business, "דנה לוי", None, 9).await.unwrap().0, ids(&[0, 4]));
    assert_eq!(store.named(&key.business, "יוסי כהן", None, 9).await.unwrap().0, ids(&[1, 2, 3]));
    let other = BusinessId::parse(format!("c-{}", key.lead)).unwrap();
    assert!(store.leads(&other, None, 9).await.unwrap().0.is_empty());
    assert!(store.named(&other, "דנה לוי", None, 9).await.unwrap().0.is_empty());
}

pub(crate) async fn what_a_lead_has_many_of_comes_in_pages<S: StaffStore>(store: &S, key: LeadKey) {
    let mut items = vec![Write::State(state(&key, 1))];
    items.extend((0..7).map(|second| Write::Note(note(&key, second))));
    items.extend((0..3).map(|second| Write::Message(message(&format!("m{second}"), second, 1))));
    store.commit(&key, items).await.unwrap();
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let (page, next) = store.page::<Note>(&key, before.as_ref(), 3).await.unwrap();
        assert!(page.len() <= 3);
        seen.extend(page);
        before = next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, (0..7).rev().map(|second| note(&key, second)).collect::<Vec<_>>());
    assert_eq!(
        store.page::<Message>(&key, None, 3).await.unwrap().1,
        None,
        "three fill the page, and there are no more"
    );
    assert!(store.page::<Verdict>(&key, None, 3).await.unwrap().0.is_empty());

    let gone = note(&key, 3);
    assert_eq!(store.note(&key, gone.at, &gone.id).await.unwrap(), Some(gone.clone()));
    store.commit(&key, vec![Write::DeleteNote { at: gone.at, id: gone.id.clone() }]).await.unwrap();
    assert_eq!(store.note(&key, gone.at, &gone.id).await.unwrap(), None);
    let all = store.everything(&key, 100_000).await.unwrap().unwrap();
    let kinds: Vec<_> = all.keys().map(|place| place.split('#').next().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "NOTE").count(), 6);
    assert!(kinds.contains(&"STATE") && kinds.contains(&"MSG"));
    assert_eq!(store.everything(&key, 10).await.unwrap(), None);
}

pub(crate) async fn a_request_stands_as_it_was_first_made<S: StaffStore>(store: &S, key: LeadKey) {
    let key = own(key);
    let request = |name: &str, second| IdempotencyRecord { fingerprint: name.to_owned(), at: at(second), done: false };
    let first = request("a", 1);
    assert_eq!(store.first(&key.business, "k", &first).await.unwrap(), first);
    assert_eq!(store.first(&key.business, "k", &request("b", 2)).await.unwrap(), first);
    let other = BusinessId::parse(format!("c-{}", key.lead)).unwrap();
    assert_eq!(store.first(&other, "k", &request("b", 2)).await.unwrap(), request("b", 2));
    store.done(&key.business, "k", &first).await.unwrap();
    assert_eq!(
        store.first(&key.business, "k", &request("b", 3)).await.unwrap(),
        IdempotencyRecord { done: true, ..first }
    );
}

pub(crate) async fn names_given_to_another_lead_are_found_with_that_one_s_state<S: StaffStore>(
    store: &S,
    key: LeadKey,
) {
    let customer = customer(&key);
    let names: Vec<String> = alias_keys(&customer).into_iter().flatten().collect();
    let other = LeadKey { lead: LeadId::parse(format!("{}x", key.lead)).unwrap(), ..key.clone() };
    let found = async || {
        let (found, state) = store.find_lead(&key.business, &customer, at(0)).await.unwrap();
        found.lead().cloned().zip(state.map(|state| (state.version, state.arrivals)))
    };
    let alias = || Write::Alias(customer.clone());
    assert_eq!(found().await, None);
    store.commit(&key, vec![alias(), Write::State(state(&key, 1))]).await.unwrap();
    assert_eq!(found().await, Some((key.lead.clone(), (1, 0))));
    store.commit(&key, vec![Write::State(state(&key, 2))]).await.unwrap();
    assert_eq!(found().await, Some((key.lead.clone(), (2, 0))), "as it stands");
    let receipt = ErasureReceipt {
        version: 1,
        erased_at: at(50),
        removed: None,
        counting: None,
        names: 2,
        fires: Vec::new(),
        joining: Vec::new(),
        joined_to: None,
        schedules: 0,
        finished: false,
    };
    store.begin_erasure(&key, &state(&key, 2), &Memory::default(), &names, &receipt).await.unwrap();
    assert_eq!(found().await, None);
    let theirs = State { arrivals: 7, ..state(&other, 1) };
    store.commit(&other, vec![alias(), Write::State(theirs)]).await.unwrap();
    assert_eq!(found().await, Some((other.lead.clone(), (1, 7))));
}

pub(crate) async fn nothing_is_left_of_an_erased_lead_but_receipt_and_tombstones<S: StaffStore>(
    store: &S,
    key: LeadKey,
) {
    let customer = customer(&key);
    let items = vec![
        Write::Alias(customer.clone()),
        Write::State(state(&key, 1)),
        Write::Note(note(&key, 1)),
        Write::Message(message("m1", 1, 1)),
    ];
    store.commit(&key, items).await.unwrap();
    let names: Vec<String> = alias_keys(&customer).into_iter().flatten().collect();
    assert_eq!(store.names_of(&key).await.unwrap().into_keys().collect::<Vec<_>>(), names);
    assert_eq!(store.erased_at(&key.business, &names).await.unwrap(), None);
    let fire = TimerFired { key: key.clone(), session: SessionId::new("s"), generation: 1 };
    let mut receipt = ErasureReceipt {
        version: 1,
        erased_at: at(50),
        removed: None,
        counting: None,
        names: 2,
        fires: vec![fire],
        joining: Vec::new(),
        joined_to: None,
        schedules: 0,
        finished: false,
    };
    assert_eq!(
        conflict(store.begin_erasure(&key, &state(&key, 2), &Memory::default(), &names, &receipt).await),
        ConflictingItem::State
    );
    assert!(store.state(&key).await.unwrap().is_some());
    store.begin_erasure(&key, &state(&key, 1), &Memory::default(), &names, &receipt).await.unwrap();

    assert_eq!(store.state(&key).await.unwrap(), None);
    assert_eq!(store.find(&key.business, &customer, at(0)).await.unwrap().lead(), None);
    assert_eq!(store.erased_at(&key.business, &names).await.unwrap(), Some(at(50)));
    let elsewhere = BusinessId::parse(format!("c-{}", key.lead)).unwrap();
    assert_eq!(store.erased_at(&elsewhere, &names).await.unwrap(), None);
    assert_eq!(store.erasure_receipt(&key).await.unwrap(), Some(receipt.clone()));
    assert_eq!(conflict(store.commit(&key, vec![Write::Note(note(&key, 2))]).await), ConflictingItem::State);
    assert_eq!(conflict(store.commit(&key, vec![Write::State(state(&key, 2))]).await), ConflictingItem::State);
    let counts = BTreeMap::from([("MSG".to_owned(), 1), ("NOTE".to_owned(), 1)]);
    assert_eq!(count(store, &key).await, counts);
    receipt.removed = Some(counts);
    assert_eq!(conflict(store.put_erasure_receipt(&key, &receipt).await), ConflictingItem::State);
    receipt.version = 2;
    store.put_erasure_receipt(&key, &receipt).await.unwrap();
    store.delete_items(&key).await.unwrap();
    assert_eq!(count(store, &key).await, BTreeMap::new());
    assert_eq!(store.erasure_receipt(&key).await.unwrap(), Some(receipt));
    assert!(store.messages(&key, None, None, 9).await.unwrap().is_empty());
}

async fn count<S: StaffStore>(store: &S, key: &LeadKey) -> BTreeMap<String, u64> {
    let mut counted = CountedItems::default();
    while !store.count_items(key, &mut counted).await.unwrap() {}
    counted.by_kind
}

pub(crate) async fn an_erasure_takes_more_names_than_one_transaction_holds<S: StaffStore>(store: &S, key: LeadKey) {
    let numbers = || (0..70).map(|number| format!("phone#+1202555{}{number:04}", key.lead.as_str().len()));
    let until = at(9);
    let name = |name| Write::ExpireAlias { name, until };
    store.commit(&key, vec![Write::State(state(&key, 1))]).await.unwrap();
    for (version, some) in (2..).zip(numbers().collect::<Vec<_>>().chunks(30)) {
        let mut items: Vec<_> = some.iter().cloned().map(name).collect();
        items.push(Write::State(state(&key, version)));
        store.commit(&key, items).await.unwrap();
    }
    let names: Vec<String> = store.names_of(&key).await.unwrap().into_keys().collect();
    assert_eq!(names.len(), 70);
    let receipt = ErasureReceipt {
        version: 1,
        erased_at: at(50),
        removed: None,
        counting: None,
        names: 70,
        fires: Vec::new(),
        joining: Vec::new(),
        joined_to: None,
        schedules: 0,
        finished: false,
    };
    store.begin_erasure(&key, &state(&key, 4), &Memory::default(), &names, &receipt).await.unwrap();
    assert_eq!(store.state(&key).await.unwrap(), None);
    assert!(store.names_of(&key).await.unwrap().is_empty());
    for name in names {
        assert_eq!(store.erased_at(&key.business, &[name]).await.unwrap(), Some(at(50)));
    }
}
