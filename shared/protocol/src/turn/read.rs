//! Read: wait a moment for more, unless the model is asked meanwhile, listen to voice notes and fetch pictures, then load
//! the memory and the conversation.

use super::context::{Turn, TurnError};
use super::hear::Hearing;
use super::pace::Pace;
use crate::identity::merging_lead;
use crate::model::config::Config;
use crate::model::lead_state::State;
use crate::model::message::{Message, MessageKey};
use crate::model::write::Memory;
use crate::ports::bundle::{Ports, TurnPorts};
use crate::ports::clock::Clock;
use crate::ports::media::MediaFile;
use crate::ports::store::Store;
use crate::waiting::Waiting;
use crate::with_background::with_background;
use futures_util::future::{self, Either, try_join};
use jiff::{SignedDuration, Timestamp};
use std::pin::pin;
use tracing::info;

/// How far back one looks for what an uncertain answer was to.
const MAX_SEARCHED: usize = 1_000;

/// While voice notes are heard, this often it is looked for more messages: another note is begun with so soon, and what
/// was read so long ago is as good as read anew.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_millis(300);

/// What a turn has read, and answers by.
#[derive(Debug)]
pub(super) struct Read {
    /// The state everything else was read with.
    pub(super) state: State,
    /// The memory; none while it is switched off.
    pub(super) memory: Option<Memory>,
    /// What the model is shown, in the order it was said; what waits for an answer last.
    pub(super) shown: Vec<Message>,
    /// The messages those reply to, as far as they may be shown.
    pub(super) quoted: Vec<Message>,
    /// Pictures that came with what waits, of a model that can see.
    pub(super) pictures: Vec<(MessageKey, MediaFile)>,
    /// The arrival numbers of the messages this turn answers, rising.
    pub(super) waiting: Vec<u64>,
    /// How many messages are left for the next turn.
    pub(super) rest: usize,
    /// None of those was sent before this.
    pub(super) rest_since: Option<Timestamp>,
    /// Whether the model is asked without having waited for quiet.
    pub(super) is_early: bool,
    /// How long the customer must still be quiet before the answer may go out.
    pub(super) quiet_left: SignedDuration,
}

/// Waits until every voice note is heard and, where the model is not to be asked early, no new message comes for a
/// moment, and reads. None when the lease is not ours any more.
pub(super) async fn read<P: TurnPorts>(
    p: &P,
    turn: &Turn,
    pace: &Pace,
    hearing: &mut Hearing<'_, P>,
) -> Result<Option<Read>, TurnError> {
    let quiet = pace.quiet(turn);
    let mut is_early = pace.begins_early(turn);
    let most = SignedDuration::from_millis(turn.settings.max_wait_ms.into());
    let mut waited = SignedDuration::ZERO;
    let mut last_arrival = turn.state.pending_at;
    let mut amended = turn.state.amended;
    let started = p.clock().now();
    loop {
        let quiet_left = |last_arrival: Option<Timestamp>, waited| {
            let since = last_arrival.map_or(quiet, |at| p.clock().now().duration_since(at));
            // Another instance's clock may be ahead or behind: never wait longer than asked for.
            (quiet - since).clamp(SignedDuration::ZERO, quiet).min(most - waited).max(SignedDuration::ZERO)
        };
        let pause = if is_early { SignedDuration::ZERO } else { quiet_left(last_arrival, waited) };
        pass(p, turn, hearing, pause).await?;
        waited = (waited + pause).max(p.clock().now().duration_since(started));
        let Some(loaded) = with_background(load(p, turn), hearing.go_on()).await? else { return Ok(None) };
        let Loaded { state, memory, mut messages, unread } = loaded;
        hearing.begin(&state, &messages);
        if state.pending_at != last_arrival && waited < most {
            (last_arrival, amended) = (state.pending_at, state.amended);
            // Who was waited for and wrote more is hardly waited for in vain a second time.
            is_early = is_early || pace.may_ask_early(turn);
            // The messages may have been read before the state, and so before the one it counts.
            continue;
        }
        if state.amended != amended {
            // The messages may have been read before the state, and so before the change it counts.
            amended = state.amended;
            continue;
        }
        if hearing.is_running() {
            let is_over = hearing.is_over_within(LOOK_AGAIN).await;
            waited = waited.max(p.clock().now().duration_since(started));
            // Who is asked for early is answered by this reading: what has come meanwhile the claim sees.
            if !(is_early && is_over) {
                continue;
            }
            // A second message with the same file is stored with what was heard in the first.
            hearing.begin(&state, &messages);
        }
        hearing.apply(&state, &mut messages);
        let pictures = hearing.pictures(&state, &messages);
        let mut read = select(state, memory, messages, p.config());
        if is_early {
            read.quiet_left = quiet_left(last_arrival, waited);
            read.is_early = true;
        }
        read.pictures = pictures;
        read.rest += unread.rest;
        read.rest_since = [read.rest_since, unread.rest_since].into_iter().flatten().min();
        log(turn, &read, p.clock().now());
        return Ok(Some(read));
    }
}

/// Waits for quiet, and listens meanwhile. What waits when the turn begins is looked for beside the first wait, so that
/// hearing and the wait take the time of the longer.
async fn pass<P: TurnPorts>(
    p: &P,
    turn: &Turn,
    hearing: &mut Hearing<'_, P>,
    pause: SignedDuration,
) -> Result<(), TurnError> {
    if pause.is_zero() {
        return Ok(());
    }
    let listening = async {
        if hearing.is_new() {
            let messages = p.store().messages(&turn.key, None, None, p.config().page);
            let messages = with_background(messages, hearing.go_on()).await?;
            hearing.begin(&turn.state, &messages);
        }
        hearing.go_on().await;
        hearing.stored().await;
        Ok(())
    };
    match future::select(pin!(listening), pin!(p.clock().sleep(pause))).await {
        Either::Left((heard, rest)) => {
            rest.await;
            heard
        }
        Either::Right(_) => Ok(()),
    }
}

/// What a turn is made from.
struct Loaded {
    state: State,
    memory: Option<Memory>,
    messages: Vec<Message>,
    /// What waits beside those messages.
    unread: Waiting,
}

async fn load<P: Ports>(p: &P, turn: &Turn) -> Result<Option<Loaded>, TurnError> {
    let remembers = turn.settings.enable_customer_service;
    let heads = async {
        if remembers {
            let (state, memory) = p.store().state_and_memory(&turn.key).await?;
            Ok((state, Some(memory)))
        } else {
            Ok((p.store().state(&turn.key).await?, None))
        }
    };
    let most = p.config().turn_most;
    let waiting = usize::try_from(turn.state.awaiting()).unwrap_or(most);
    let page = p.config().page.saturating_add(waiting).min(most);
    let ((state, memory), mut messages) = try_join(heads, p.store().messages(&turn.key, None, None, page)).await?;
    let Some(state) = state.filter(|state| state.is_held_by(&turn.holder)) else { return Ok(None) };
    if messages.len() == page && page < most && is_short(&state, &messages, p.config()) {
        messages = p.store().messages(&turn.key, None, None, most).await?;
    }
    // The messages may have been read after the state: one that came in between makes up for none that is missing.
    let mut unread = Waiting::default();
    if misses_some(&state, &messages) && messages.len() == most {
        if !state.reopened.is_empty() {
            // What an uncertain answer was to may stand below the newest page …
            messages = p.store().messages(&turn.key, None, None, MAX_SEARCHED).await?;
        }
        // … and so do late deliveries, which carry early times, and the first of very many.
        unread = Waiting::read(p.store(), &turn.key, &state, most, |_| true).await?;
        messages.retain(|m| !m.needs_answer() || m.arrival <= state.answered);
        messages.append(&mut unread.first);
        messages.sort_by(|a, b| b.key.cmp(&a.key));
    }
    let (state, memory, messages) = with_merging_leads(p, turn, state, memory, messages).await?;
    Ok(Some(Loaded { state, memory, messages, unread }))
}

/// Adds what the leads know that are being merged into this one. One that was folded in just now has changed the state,
/// and the claim starts over.
async fn with_merging_leads<P: Ports>(
    p: &P,
    turn: &Turn,
    state: State,
    memory: Option<Memory>,
    mut messages: Vec<Message>,
) -> Result<(State, Option<Memory>, Vec<Message>), TurnError> {
    if state.joining.is_empty() {
        return Ok((state, memory, messages));
    }
    let merging_leads = merging_lead::merging_leads(p.store(), &turn.key, &state).await?.unwrap_or_default();
    messages.extend(merging_lead::messages(p.store(), &merging_leads, p.config().turn_most).await?);
    messages.sort_by(|a, b| b.key.cmp(&a.key));
    let memory = memory.map(|memory| merging_lead::as_one(&turn.settings.fields(), memory, &merging_leads));
    Ok((state, memory, messages))
}

/// Whether not everything that waits is among these messages.
fn misses_some(state: &State, messages: &[Message]) -> bool {
    let counted = |m: &&Message| m.needs_answer() && state.awaits(m.arrival) && m.arrival <= state.arrivals;
    (messages.iter().filter(counted).count() as u64) < state.awaiting()
}

/// Whether behind the last of these messages there may be some that the model is to be shown: what waits, what is said
/// before, what is quoted.
fn is_short(state: &State, messages: &[Message], config: &Config) -> bool {
    let fresh_from = state.session.as_ref().and_then(|open| open.fresh_from).unwrap_or(0);
    let most = config.conversation.max(usize::try_from(state.awaiting()).unwrap_or(usize::MAX));
    let is_said = |m: &&Message| m.arrival >= fresh_from && m.is_part_of_conversation();
    let said: Vec<_> = messages.iter().filter(is_said).take(most).collect();
    let further = messages.last().is_some_and(|oldest| oldest.arrival >= fresh_from);
    let is_here = |id| messages.iter().any(|m| m.channel_id() == Some(id));
    let mut quotes = said.iter().filter_map(|m| m.quotes.as_ref());
    misses_some(state, messages) || (further && (said.len() < config.conversation || quotes.any(|id| !is_here(id))))
}

/// The messages to answer, by arrival and at most [`Config::turn_most`], and as many others, newest first, as fill
/// the conversation. What waits beyond the bound is the next turn's, and not shown in this one. What waits is shown
/// last, also where it was sent before the last answer and delivered after it: a conversation that ends with an answer
/// leaves the model nothing to answer.
fn select(state: State, memory: Option<Memory>, messages: Vec<Message>, config: &Config) -> Read {
    let (mut waiting, others): (Vec<_>, Vec<_>) =
        messages.into_iter().partition(|m| m.needs_answer() && state.awaits(m.arrival));
    waiting.sort_by_key(|m| m.arrival);
    let rest = waiting.split_off(waiting.len().min(config.turn_most));
    let rest_since = rest.iter().map(|m| m.key.sent_at).min();
    let numbers = waiting.iter().map(|m| m.arrival).collect();
    let fresh_from = state.session.as_ref().and_then(|open| open.fresh_from).unwrap_or(0);
    let room = config.conversation.saturating_sub(waiting.len());
    // What comes from another lead was said before.
    let is_new = |m: &Message| if m.joined_from.is_some() { fresh_from == 0 } else { m.arrival >= fresh_from };
    let said = others.into_iter().filter(|m| is_new(m) && m.is_part_of_conversation());
    let said: Vec<_> = said.collect();
    let quotes: Vec<_> = said.iter().take(room).chain(&waiting).filter_map(|m| m.quotes.clone()).collect();
    let is_quoted = |m: &&Message| m.channel_id().is_some_and(|id| quotes.contains(id));
    let quoted = said.iter().chain(&waiting).filter(is_quoted).cloned().collect();
    let mut shown: Vec<_> = said.into_iter().take(room).collect();
    let in_order = |m: &Message| (m.key.sent_at.as_second(), m.joined_from.is_none(), m.arrival);
    shown.sort_by_key(in_order);
    waiting.sort_by_key(in_order);
    shown.extend(waiting);
    Read {
        state,
        memory,
        shown,
        quoted,
        pictures: Vec::new(),
        waiting: numbers,
        rest: rest.len(),
        rest_since,
        is_early: false,
        quiet_left: SignedDuration::ZERO,
    }
}

fn log(turn: &Turn, read: &Read, now: Timestamp) {
    let Some(memory) = &read.memory else { return };
    let age = memory.document.summary_updated_at.map(|at| now.duration_since(at).as_secs());
    info!(
        business = %turn.key.business,
        lead = %turn.key.lead,
        version = memory.version,
        fields = memory.document.customer_profile_json.iter().count(),
        notes = memory.document.notes.len(),
        summary_age_s = age,
        messages = read.shown.len(),
        waiting = read.waiting.len(),
        "[CUSTOMER-MEMORY] loaded"
    );
}
