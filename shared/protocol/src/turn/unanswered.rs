//! Unanswered: a voice note that nobody answers, for a person has the conversation, is heard all the same. Staff read what
//! it says, and so does the digest (docs/rules.md#p1). It is listened to once nothing waits for an answer any more.

use super::context::{Holding, Turn, TurnError};
use super::hear::{file, written};
use super::lease;
use super::listen::Listener;
use super::write::{reload, write};
use crate::model::message::{Message, MessageKey};
use crate::model::unheard::Unheard;
use crate::ports::bundle::TurnPorts;
use crate::ports::clock::Clock;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use crate::retry::{Attempt, update};
use futures_util::future::{Either, join_all, select, try_join, try_join_all};
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::pin::pin;
use tracing::warn;
use zikaron_memory::spoken::Spoken;
use zikaron_memory::transcript::Transcript;

/// When it is listened again to what was not heard for now: the sweep has somebody look. It is left alone once it is as
/// old as a session that ends.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// Listens to what is due, for as long as to what waits for an answer.
pub(super) async fn hear<P: TurnPorts>(p: &P, turn: &mut Turn) -> Result<Holding, TurnError> {
    let is_due = |unheard: &Unheard| unheard.at <= p.clock().now();
    let Some(due) = turn.state.unheard.clone().filter(is_due) else { return Ok(Holding::Held(())) };
    if turn.settings.hears() {
        match select(pin!(listen_to(p, turn, &due.notes)), pin!(p.clock().sleep(p.config().hearing))).await {
            Either::Left((heard, _)) => heard?,
            Either::Right(_) => {
                warn!(lead = %turn.key.lead, metric.voice_failures = 1, "what nobody answers was not heard in time");
            }
        }
    }
    settle(p, turn, &due.notes).await
}

/// Each file once, and none that was heard before.
async fn listen_to<P: TurnPorts>(p: &P, turn: &Turn, notes: &[MessageKey]) -> Result<(), Unavailable> {
    let newest = p.store().messages(&turn.key, None, None, p.config().page);
    let (noted, newest) = try_join(read(p, turn, notes), newest).await?;
    let listener = Listener::new(p, turn);
    let language = Spoken::of(written(&newest)).map(Spoken::code);
    let known: BTreeMap<&str, &Transcript> = newest
        .iter()
        .filter_map(|m| Some((file(m)?, m.enclosed.transcript.as_ref().filter(|t| t.text().is_some())?)))
        .collect();
    let mut files: BTreeMap<&str, Vec<Message>> = BTreeMap::new();
    for note in noted.iter().filter(|note| note.is_unheard()) {
        if let Some(file) = file(note) {
            files.entry(file).or_default().push(note.clone());
        }
    }
    let listening = files.into_iter().map(async |(file, notes)| match known.get(file) {
        Some(transcript) => listener.store_all(notes, transcript).await,
        None => {
            let heard = listener.hear(&notes, language, None).await;
            listener.store_all(notes, &heard).await;
        }
    });
    join_all(listening).await;
    Ok(())
}

/// Those that are there. One that newer code wrote is none of ours.
async fn read<P: TurnPorts>(p: &P, turn: &Turn, notes: &[MessageKey]) -> Result<Vec<Message>, Unavailable> {
    let one = async |note| match p.store().message(&turn.key, note).await {
        Err(error) if error.is_unreadable() => Ok(None),
        message => message,
    };
    Ok(try_join_all(notes.iter().map(one)).await?.into_iter().flatten().collect())
}

/// Counts what was heard, and strikes the notes out that nobody is to listen to any more.
async fn settle<P: TurnPorts>(p: &P, turn: &mut Turn, notes: &[MessageKey]) -> Result<Holding, TurnError> {
    let found = read(p, turn, notes).await?;
    let is_on = turn.settings.hears();
    update!(p.clock(), p.config().attempts, |attempt| {
        if attempt > 0 && reload(p, turn).await? == Holding::Lost {
            return Ok(Attempt::Done(Holding::Lost));
        }
        let now = p.clock().now();
        let mut next = turn.state.next();
        lease::renew(p, &mut next, now);
        let is_young = |m: &&Message| now.duration_since(m.key.sent_at) < p.config().idle;
        let again: Vec<_> =
            found.iter().filter(|m| is_on && m.is_unheard()).filter(is_young).map(|m| m.key.clone()).collect();
        let left = next.unheard.take().and_then(|unheard| unheard.without(notes, &again, now + AGAIN_AFTER));
        next.unheard = left;
        let heard = found.iter().filter_map(|m| m.enclosed.transcript.as_ref()).map(Transcript::seconds);
        next.count_heard(turn.settings.zone().at(now).date(), heard.fold(0, u32::saturating_add));
        let version = next.version;
        write(p, turn, Vec::new(), next, Holding::Held(()), move |state| state.version == version).await
    })
}
