//! Compare and set: read, decide, write if nobody wrote meanwhile, and otherwise again from what stands by then.
//!
//! Every write of the protocol that depends on what it has read goes through [`update!`]. A commit can take effect and
//! still answer an error; [`commit`] then looks whether the write that stands is its own.

use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::message::Message;
use crate::model::session::Session;
use crate::model::write::{Memory, Write};
use crate::ports::clock::Clock;
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, ConflictingItem, Store};
use jiff::SignedDuration;

/// How one attempt ended.
pub(crate) enum Attempt<T> {
    /// It is written, or nothing was to be.
    Done(T),
    /// Somebody else wrote first.
    Raced,
}

/// Others wrote first at every attempt.
#[derive(Debug)]
pub(crate) struct Contended;

/// `update!(clock, attempts, |attempt| { … })` runs the block, as an async one that ends in `Result<Attempt<T>, E>`,
/// with 0, 1, … until it is done, at most so often, with a short wait after each lost race: it keeps a crowd of writers
/// from meeting again. A block that runs again reads again what it decides on. The value is a `Result<T, E>`, and
/// [`Contended`] where every attempt was raced.
///
/// A macro and no function of an async closure: the future of one that borrows is not known to be `Send` for every
/// lifetime (<https://github.com/rust-lang/rust/issues/110338>), and API handlers must be `Send`.
macro_rules! update {
    ($clock:expr, $attempts:expr, |$number:pat_param| $block:block) => {{
        let attempts: u32 = $attempts;
        let mut number = 0;
        loop {
            if number == attempts {
                break Err($crate::retry::Contended.into());
            }
            let attempt = {
                let $number = number;
                async { $block }.await
            };
            match attempt {
                Ok($crate::retry::Attempt::Done(done)) => break Ok(done),
                Ok($crate::retry::Attempt::Raced) => $crate::retry::back_off($clock, number).await,
                Err(error) => break Err(error),
            }
            number += 1;
        }
    }};
}
pub(crate) use update;

pub(crate) async fn back_off<C: Clock>(clock: &C, number: u32) {
    clock.sleep(SignedDuration::from_millis(5 * i64::from(number.min(10)))).await;
}

/// How a commit ended.
#[derive(Debug, PartialEq)]
pub(crate) enum Committed {
    /// It stands.
    Yes,
    /// This item was written by somebody else.
    Raced(ConflictingItem),
}

/// Commits the items. Where the answer is lost, the first of them that tells is read again: it stands only if all do.
pub(crate) async fn commit<S: Store>(store: &S, key: &LeadKey, items: Vec<Write>) -> Result<Committed, Unavailable> {
    let evidence = items.iter().find_map(Evidence::of);
    let is_lone = items.len() == 1;
    let answer = store.commit(key, items).await;
    outcome(store, key, evidence, is_lone, answer).await
}

/// The same with items of other leads, all or none.
pub(crate) async fn commit_with<S: Store>(
    store: &S,
    key: &LeadKey,
    items: Vec<Write>,
    elsewhere: Vec<(LeadKey, Vec<Write>)>,
) -> Result<Committed, Unavailable> {
    if elsewhere.is_empty() {
        return commit(store, key, items).await;
    }
    let evidence = items.iter().find_map(Evidence::of);
    let leads = std::iter::once((key.clone(), items)).chain(elsewhere).collect();
    outcome(store, key, evidence, false, store.commit_all(leads).await).await
}

/// What an answer to a commit means.
async fn outcome<S: Store>(
    store: &S,
    key: &LeadKey,
    evidence: Option<Evidence>,
    is_lone: bool,
    answer: Result<(), CommitError>,
) -> Result<Committed, Unavailable> {
    match answer {
        Ok(()) => Ok(Committed::Yes),
        // The SDK sends a write again whose answer is lost, and the second one meets the first. A transaction carries a
        // token by which DynamoDB knows it again, a single write does not.
        Err(CommitError::Conflict(part)) => match evidence.filter(|_| is_lone) {
            Some(evidence) if evidence.stands(store, key).await? => Ok(Committed::Yes),
            _ => Ok(Committed::Raced(part)),
        },
        Err(CommitError::Unavailable(error)) => match evidence {
            Some(evidence) if evidence.stands(store, key).await? => Ok(Committed::Yes),
            _ => Err(error),
        },
    }
}

/// An item whose version and content nobody else writes just so.
enum Evidence {
    State(Box<State>),
    Session(Box<Session>),
    Message(Box<Message>),
    Memory(Box<Memory>),
}

impl Evidence {
    fn of(item: &Write) -> Option<Self> {
        match item {
            Write::State(state) => Some(Self::State(Box::new(state.clone()))),
            Write::Session(session) => Some(Self::Session(Box::new(session.clone()))),
            Write::Message(message) => Some(Self::Message(Box::new(message.clone()))),
            Write::Memory(memory) => Some(Self::Memory(memory.clone())),
            _ => None,
        }
    }

    async fn stands<S: Store>(&self, store: &S, key: &LeadKey) -> Result<bool, Unavailable> {
        Ok(match self {
            Self::State(state) => store.state(key).await?.as_ref() == Some(&**state),
            Self::Session(session) => store.session(key, &session.id).await?.as_ref() == Some(&**session),
            Self::Message(message) => store.message(key, &message.key).await?.as_ref() == Some(&**message),
            Self::Memory(memory) => store.memory(key).await? == **memory,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::{BusinessId, CustomerAddress, LeadId};
    use crate::testing::in_memory_store::InMemory;
    use jiff::Timestamp;
    use zikaron_memory::session::SessionId;

    /// A clock that adds up what is slept, in milliseconds.
    #[derive(Default)]
    struct Slept(std::sync::atomic::AtomicI64);

    impl Clock for Slept {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }
        async fn sleep(&self, duration: SignedDuration) {
            let spent = i64::try_from(duration.as_millis()).unwrap();
            self.0.fetch_add(spent, std::sync::atomic::Ordering::Relaxed);
        }
    }

    #[tokio::test]
    async fn a_lost_race_is_run_again_after_waits_that_grow_and_not_for_ever() {
        async fn won_at(clock: &Slept, at: u32) -> Result<u32, Contended> {
            update!(clock, 4, |number| { Ok(if number == at { Attempt::Done(number) } else { Attempt::Raced }) })
        }
        let slept = |clock: Slept| clock.0.into_inner();
        let clock = Slept::default();
        assert_eq!((won_at(&clock, 0).await.unwrap(), slept(clock)), (0, 0), "nobody waits who was not raced");
        let clock = Slept::default();
        assert_eq!((won_at(&clock, 3).await.unwrap(), slept(clock)), (3, 15));
        assert!(won_at(&Slept::default(), 4).await.is_err(), "the fourth attempt is the last");
    }

    #[tokio::test]
    async fn an_error_ends_the_attempts() {
        let clock = Slept::default();
        let mut attempts = 0;
        let failed: Result<(), Contended> = update!(&clock, 9, |_| {
            attempts += 1;
            Err::<Attempt<()>, _>(Contended)
        });
        assert!(failed.is_err() && attempts == 1);
    }

    fn lead() -> LeadKey {
        LeadKey { business: BusinessId::parse("salon").unwrap(), lead: LeadId::parse("lead").unwrap() }
    }

    fn state() -> State {
        State::new(CustomerAddress::default(), Timestamp::UNIX_EPOCH).next()
    }

    fn lost() -> Result<(), CommitError> {
        Err(Unavailable { what: "commit", reason: "no answer".to_owned() }.into())
    }

    /// One item of each kind that tells, as the first write of it.
    fn writes() -> Vec<Write> {
        let message = serde_json::json!({"sent_at": "2026-11-16T08:00:00Z", "id": "wamid.IN1", "version": 1, "arrival": 1,
            "speaker": "customer", "kind": "text", "text": "שלום", "remembered": true});
        vec![
            Write::State(state()),
            Write::Session(Session::open(SessionId::new("s"), Timestamp::UNIX_EPOCH)),
            Write::Message(serde_json::from_value(message).unwrap()),
            Write::Memory(Box::new(Memory { version: 1, ..Memory::default() })),
        ]
    }

    #[tokio::test]
    async fn where_the_answer_is_lost_a_commit_counts_if_and_only_if_it_stands() {
        for (number, item) in writes().into_iter().enumerate() {
            let (store, key) = (InMemory::default(), lead());
            if number > 0 {
                store.commit(&key, vec![Write::State(state())]).await.unwrap();
            }
            let answered = async || outcome(&store, &key, Evidence::of(&item), false, lost()).await;
            assert!(answered().await.is_err(), "it never took effect: {item:?}");
            store.commit(&key, vec![item.clone()]).await.unwrap();
            assert_eq!(answered().await.unwrap(), Committed::Yes, "it took effect: {item:?}");
        }
    }

    #[tokio::test]
    async fn a_single_write_that_meets_itself_counts_and_one_of_several_does_not() {
        let (store, key) = (InMemory::default(), lead());
        let mine = Write::State(state());
        store.commit(&key, vec![mine.clone()]).await.unwrap();
        let met = || Err(CommitError::Conflict(ConflictingItem::State));
        assert_eq!(outcome(&store, &key, Evidence::of(&mine), true, met()).await.unwrap(), Committed::Yes);
        let raced = outcome(&store, &key, Evidence::of(&mine), false, met()).await.unwrap();
        assert_eq!(raced, Committed::Raced(ConflictingItem::State));
    }

    #[tokio::test]
    async fn another_write_of_the_same_version_is_not_taken_for_ones_own() {
        let (store, key) = (InMemory::default(), lead());
        let mine = Write::State(State { arrivals: 1, ..state() });
        store.commit(&key, vec![Write::State(State { arrivals: 2, ..state() })]).await.unwrap();
        assert!(outcome(&store, &key, Evidence::of(&mine), true, lost()).await.is_err());
        let raced =
            outcome(&store, &key, Evidence::of(&mine), true, Err(CommitError::Conflict(ConflictingItem::State))).await;
        assert_eq!(raced.unwrap(), Committed::Raced(ConflictingItem::State));
    }
}
