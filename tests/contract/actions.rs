//! What a store must do with actions.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

use super::store::state;
use jiff::{SignedDuration, Timestamp};
use zikaron_memory::action::{ActionEnd, ActionKind, Canceller};
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::action::{Action, Asked, LATEST, action_id};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::session::{Job, Session};
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::business_store::LeadCollections;
use zikaron_protocol::ports::store::{OpenSessions, Store, cursor_at};
use zikaron_protocol::staff::actions;

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap() + SignedDuration::from_hours(hours)
}

fn due(number: u32, hours: i64) -> Session {
    let action = Action {
        kind: ActionKind::Call,
        text: "לחזור ללקוח".to_owned(),
        composed: false,
        template: Some("reminder".to_owned()),
        due_at: at(hours),
        latest: at(hours) + LATEST,
        made_at: at(0),
        asked: Some(Asked { session: SessionId::new("01SESSION"), quote: "תתקשרו אליי".to_owned() }),
        unless_they_write: true,
        claimed_at: Some(at(hours)),
        message: None,
        call: None,
        ended: None,
    };
    Session::due(action_id(&format!("01ACTION{number}")), Job::Action(Box::new(action)), None, at(0), at(hours))
}

pub(crate) async fn an_action_is_swept_by_when_it_is_looked_at_next_and_told_of<S: Store + OpenSessions>(
    store: &S,
    key: LeadKey,
) {
    let session = due(1, 50);
    store.commit(&key, vec![Write::State(state(&key, 1)), Write::Session(session.clone())]).await.unwrap();
    assert_eq!(store.session(&key, &session.id).await.unwrap().as_ref(), Some(&session), "it reads back as written");
    let stands_behind = async |hours| {
        let mut found = false;
        for shard in 0..store.shards() {
            let mut after = Some(cursor_at(at(hours)));
            while let Some(from) = after {
                let (page, next) = store.open_sessions(shard, Some(&from), 50).await.unwrap();
                found |= page.iter().any(|(lead, id)| *lead == key && *id == session.id);
                after = next;
            }
        }
        found
    };
    assert!(stands_behind(49).await && !stands_behind(51).await, "by when it is due, not by when it was entered");
    let moved = Session { version: 2, retry_at: Some(at(90)), ..session.clone() };
    store.commit(&key, vec![Write::Session(moved.clone())]).await.unwrap();
    assert!(stands_behind(89).await && !stands_behind(91).await);
    let action = moved.action().unwrap().clone();
    let ended = moved.ended(action, ActionEnd::Cancelled(Canceller::Moot), at(20));
    store.commit(&key, vec![Write::Session(ended.clone())]).await.unwrap();
    assert_eq!(store.session(&key, &ended.id).await.unwrap().as_ref(), Some(&ended));
    assert!(stands_behind(19).await, "the business is not told yet");
    let told = Session { version: ended.version + 1, retry_at: None, unpublished_changes: None, ..ended };
    store.commit(&key, vec![Write::Session(told)]).await.unwrap();
    assert!(!stands_behind(0).await);
}

pub(crate) async fn actions_come_in_front_of_every_other_session<S: Store + LeadCollections>(store: &S, key: LeadKey) {
    let others = ["01JZZZ", "7ZZZZZ"].map(|id| Write::Session(Session::open(SessionId::new(id), at(0))));
    let made = (1..=3).map(|number| Write::Session(due(number, i64::from(number))));
    let items = others.into_iter().chain(made).chain([Write::State(state(&key, 1))]).collect();
    store.commit(&key, items).await.unwrap();
    let (first, next) = actions(store, &key, None, 2).await.unwrap();
    let (rest, end) = actions(store, &key, next.as_ref(), 2).await.unwrap();
    let found: Vec<_> = first.into_iter().chain(rest).map(|session| session.id).collect();
    assert_eq!((found, end), ([3, 2, 1].map(|number| due(number, 1).id).to_vec(), None));
}
