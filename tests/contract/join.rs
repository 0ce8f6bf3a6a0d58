//! Two leads that are joined: what the store must do for it.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

use crate::store::{at, call, conflict, customer, memory, message, state};
use jiff::Timestamp;
use zikaron_memory::session::SessionId;
use zikaron_protocol::identity::aliases::naming;
use zikaron_protocol::model::alias::{AliasRecord, PreviousOwner, alias_keys};
use zikaron_protocol::model::ids::{CustomerAddress, LeadId, LeadKey};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::model::session::{Session, Stage};
use zikaron_protocol::model::write::{Memory, Write};
use zikaron_protocol::ports::business_store::{LeadCollections, LeadIndex};
use zikaron_protocol::ports::store::{ConflictingItem, Store};

fn other_lead(key: &LeadKey, suffix: &str) -> LeadKey {
    LeadKey { lead: LeadId::parse(format!("{}{suffix}", key.lead)).unwrap(), ..key.clone() }
}

fn boxed(item: Write) -> Box<Write> {
    Box::new(item)
}

pub(crate) async fn what_is_moved_is_put_there_and_taken_here_at_once<S: Store + LeadCollections>(
    store: &S,
    key: LeadKey,
) {
    let to = other_lead(&key, "k");
    let session = Session { stage: Stage::Closing, ..Session::open(SessionId::new("s"), at(0)) };
    let items = vec![
        Write::State(state(&key, 1)),
        Write::Message(message("m1", 1, 1)),
        Write::Call(Box::new(call(&key, "c", 1))),
        Write::Session(session.clone()),
        Write::Memory(Box::new(memory(&key))),
    ];
    store.commit(&key, items).await.unwrap();
    store.commit(&key, vec![Write::Message(message("m1", 1, 2))]).await.unwrap();
    let moved = Message { joined_from: Some(key.lead.clone()), ..message("m1", 1, 2) };
    let moved_in = || {
        let items =
            [Write::Message(moved.clone()), Write::Call(Box::new(call(&key, "c", 1))), Write::Session(session.clone())];
        items.map(|item| Write::MoveIn(boxed(item))).to_vec()
    };
    let deleted = |version| {
        let message = Write::Message(message("m1", 1, version));
        let items = [message, Write::Call(Box::new(call(&key, "c", 1))), Write::Session(session.clone())];
        items.map(|item| Write::Delete(boxed(item))).to_vec()
    };
    let both = |version| vec![(to.clone(), moved_in()), (key.clone(), deleted(version))];
    assert_eq!(conflict(store.commit_all(both(2)).await), ConflictingItem::State, "the other lead is not there");
    store.commit(&to, vec![Write::State(state(&to, 1))]).await.unwrap();
    assert_eq!(conflict(store.commit_all(both(1)).await), ConflictingItem::Message, "it was changed since it was read");
    assert_eq!(store.message(&to, &moved.key).await.unwrap(), None);
    store.commit_all(both(2)).await.unwrap();
    assert_eq!(store.message(&to, &moved.key).await.unwrap(), Some(moved.clone()));
    assert_eq!(store.message(&key, &moved.key).await.unwrap(), None);
    let place = call(&key, "c", 1).key;
    assert_eq!(store.find_call(&key.business, &place.name).await.unwrap(), Some((to.lead.clone(), place.clone())));
    assert_eq!(
        (store.call(&to, &place).await.unwrap().is_some(), store.call(&key, &place).await.unwrap()),
        (true, None)
    );
    assert_eq!(store.session(&to, &session.id).await.unwrap(), Some(session.clone()));
    assert_eq!(store.session(&key, &session.id).await.unwrap(), None);
    assert_eq!(conflict(store.commit_all(both(2)).await), ConflictingItem::Message, "what was moved is moved once");

    let last = |memory| {
        vec![(key.clone(), vec![Write::Delete(boxed(Write::State(state(&key, 1)))), Write::Delete(boxed(memory))])]
    };
    let unread = Write::Memory(Box::default());
    assert_eq!(conflict(store.commit_all(last(unread)).await), ConflictingItem::Memory, "somebody wrote it since");
    store.commit_all(last(Write::Memory(Box::new(memory(&key))))).await.unwrap();
    assert_eq!(store.state_and_memory(&key).await.unwrap(), (None, Memory::default()));
    assert_eq!(conflict(store.commit(&key, vec![Write::Message(message("m2", 1, 1))]).await), ConflictingItem::State);
}

pub(crate) async fn a_name_that_was_given_up_leads_to_who_had_it_for_what_was_sent_before<
    S: Store + LeadCollections,
>(
    store: &S,
    key: LeadKey,
) {
    let number = CustomerAddress { bsuid: None, ..customer(&key) };
    let name = alias_keys(&number)[1].clone().unwrap();
    let found = async |second| store.find(&key.business, &number, at(second)).await.unwrap();
    let expired = |key: &LeadKey, version| {
        vec![Write::ExpireAlias { name: name.clone(), until: at(10) }, Write::State(state(key, version))]
    };
    store.commit(&key, vec![Write::Alias(number.clone()), Write::State(state(&key, 1))]).await.unwrap();
    assert_eq!(
        conflict(store.commit(&other_lead(&key, "x"), expired(&other_lead(&key, "x"), 1)).await),
        ConflictingItem::Alias
    );
    store.commit(&key, expired(&key, 2)).await.unwrap();
    assert_eq!(found(10).await.by_phone, Some(key.lead.clone()));
    let free = found(11).await;
    assert_eq!((free.by_phone.clone(), free.is_past), (None, false));
    assert_eq!(free.given_up, Some(PreviousOwner { lead: key.lead.clone(), until: at(10) }));
    assert_eq!(store.find(&key.business, &number, Timestamp::MAX).await.unwrap().by_phone, None);
    assert_eq!(store.names_of(&key).await.unwrap().len(), 1, "an erasure must find it");

    let stranger = other_lead(&key, "z");
    let mut items = naming(&free, &stranger.lead, number.clone());
    items.push(Write::State(State { customer: number.clone(), ..state(&stranger, 1) }));
    store.commit(&stranger, items.clone()).await.unwrap();
    assert_eq!(found(11).await.by_phone, Some(stranger.lead.clone()));
    let past = found(10).await;
    assert_eq!((past.by_phone, past.is_past), (Some(key.lead.clone()), true));
    assert!(store.names_of(&key).await.unwrap().is_empty());
    assert_eq!(store.names_of(&stranger).await.unwrap().len(), 1);
    items.pop();
    items.push(Write::State(state(&stranger, 2)));
    assert_eq!(
        conflict(store.commit(&stranger, items).await),
        ConflictingItem::Alias,
        "it is nobody else's to take any more"
    );

    let unheard_of = other_lead(&key, "n");
    let other = alias_keys(&customer(&unheard_of))[0].clone().unwrap();
    let items = vec![Write::ExpireAlias { name: other, until: at(10) }, Write::State(state(&unheard_of, 1))];
    store.commit(&unheard_of, items).await.unwrap();
    let late = store.find(&key.business, &customer(&unheard_of), at(9)).await.unwrap();
    assert_eq!(late.by_bsuid, Some(unheard_of.lead), "a name that was given up before it was heard of");
}

pub(crate) async fn the_names_of_a_joined_lead_lead_to_the_other_and_so_does_its_id<
    S: Store + LeadCollections + LeadIndex,
>(
    store: &S,
    key: LeadKey,
) {
    let to = other_lead(&key, "k");
    store.commit(&key, vec![Write::Alias(customer(&key)), Write::State(state(&key, 1))]).await.unwrap();
    store.commit(&to, vec![Write::State(state(&to, 1))]).await.unwrap();
    let held = store.names_of(&key).await.unwrap();
    assert_eq!(held.keys().cloned().map(Some).collect::<Vec<_>>(), alias_keys(&customer(&key)));
    let renamed = |(name, named): (String, AliasRecord)| Write::RepointAlias {
        name,
        from: key.lead.clone(),
        to: AliasRecord { lead: to.lead.clone(), ..named },
    };
    let joining = |version| {
        let mut ours: Vec<_> = held.clone().into_iter().map(renamed).collect();
        ours.push(Write::State(State { joining: vec![key.lead.clone()], ..state(&to, version) }));
        let theirs = State { joined_to: Some(to.lead.clone()), ..state(&key, version) };
        vec![(to.clone(), ours), (key.clone(), vec![Write::State(theirs)])]
    };
    store.commit_all(joining(2)).await.unwrap();
    assert_eq!(conflict(store.commit_all(joining(3)).await), ConflictingItem::Alias);
    let found = store.find(&key.business, &customer(&key), at(0)).await.unwrap();
    assert_eq!((found.by_bsuid, found.by_phone), (Some(to.lead.clone()), Some(to.lead.clone())));
    assert_eq!(store.names_of(&to).await.unwrap().len(), 2);
    assert!(store.names_of(&key).await.unwrap().is_empty());
    let (listed, _) = store.leads(&key.business, None, 1_000).await.unwrap();
    assert!(listed.contains(&to.lead) && !listed.contains(&key.lead), "one person is listed once");
    assert_eq!(store.redirect_of(&key).await.unwrap(), None);
    store.forget_names(&key).await.unwrap();
    let left = store.everything(&key, 100_000).await.unwrap().unwrap();
    assert!(!left.keys().any(|place| place.starts_with("ALIAS")), "a number would outlive the lead: {left:?}");
    let joined = State { joined_to: Some(to.lead.clone()), ..state(&key, 2) };
    let theirs = vec![Write::Delete(boxed(Write::State(joined))), Write::Redirect(to.lead.clone())];
    store.commit_all(vec![(key.clone(), theirs)]).await.unwrap();
    assert_eq!(store.redirect_of(&key).await.unwrap(), Some(to.lead));
    assert_eq!(store.state(&key).await.unwrap(), None);
}
