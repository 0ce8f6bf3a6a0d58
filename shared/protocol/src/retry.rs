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
pub(crate) enum Committed {
    /// It stands.
    Yes,
    /// This item was written by somebody else.
    Raced(ConflictingItem),
}

/// Commits the items. Where the answer is lost, the first of them that tells is read again: it stands only if all do.
pub(crate) async fn commit<S: Store>(store: &S, key: &LeadKey, items: Vec<Write>) -> Result<Committed, Unavailable> {
    let evidence = items.iter().find_map(Evidence::of);
    match store.commit(key, items).await {
        Ok(()) => Ok(Committed::Yes),
        Err(CommitError::Conflict(part)) => Ok(Committed::Raced(part)),
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
