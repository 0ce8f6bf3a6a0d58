//! Drives a turn through its steps, round after round, until nothing waits or another process holds the lead.

use super::context::Holding;
use super::early_file::EarlyFile;
use super::hear::{self, Hearing};
use super::ingest::{self, Ingested};
use super::listen::Listener;
use super::pace::Pace;
use super::wait_for_merge::Waited;
use super::{ask, budget, claim, lease, leftover, publish_notices, read, record, send, unanswered, wait_for_merge};
use crate::model::event::{MessageReceived, TurnDue};
use crate::model::ids::{LeadId, LeadKey};
use crate::model::lead_state::State;
use crate::model::model_outage::ModelOutage;
use crate::model::usage::Usage;
use crate::ports::bundle::TurnPorts;
use crate::ports::clock::Clock;
use crate::ports::messenger::Messenger;
use crate::ports::store::Store;
use crate::timer;
use crate::turn::context::{Done, Outcome, Turn, TurnError};
use crate::with_background::with_background;
use futures_util::future::{join, try_join};
use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};
use zikaron_memory::settings::Settings;

/// Stores a message of a conversation and answers whatever waits of its lead, unless another turn is under way.
///
/// # Errors
/// [`TurnError`], where another turn holds the lead, a send is to be repeated later, or the model or the store failed.
/// What waits is stored: deliver the event again. Where the model has failed several times in a row it is no error any
/// more: the sweep asks it again, for all that waits at once, and each message would by itself.
pub async fn answer<P: TurnPorts>(p: &P, received: &MessageReceived) -> Result<Outcome, TurnError> {
    let (mut turn, early) = match ingest::ingest(p, received).await? {
        Ingested::Done(done) => {
            ingest::log(done, received);
            return Ok(Outcome::Done(done));
        }
        Ingested::Turn(turn) => (turn, None),
        Ingested::New { turn, timer } => {
            let mut early = hear::early_file(p, &turn, &received.message);
            let fetching = async {
                if let Some(early) = &mut early {
                    early.go_on().await;
                }
            };
            with_background(timer::set(p, timer), fetching).await;
            (turn, early)
        }
    };
    match run(p, &mut turn, early).await {
        Err(TurnError::Model(error)) if is_left_to_sweep(&turn.state) => {
            info!(lead = %turn.key.lead, %error, "left to the sweep");
            Ok(Outcome::LeftToSweep)
        }
        outcome => outcome,
    }
}

/// Whether the sweep will find what waits: the failure is written down, and nobody holds the lead.
fn is_left_to_sweep(state: &State) -> bool {
    state.lease.is_none() && state.model_outage.is_some_and(ModelOutage::is_left_to_sweep)
}

/// Answers what waits of a lead, unless another turn is under way: the sweep, or a message of staff, says that
/// something may.
///
/// # Errors
/// [`TurnError`], as for [`answer`]: try again later.
pub async fn due<P: TurnPorts>(p: &P, key: &LeadKey) -> Result<Outcome, TurnError> {
    let (state, settings) = try_join(p.store().state(key), p.store().settings(&key.business)).await?;
    match state {
        Some(state) => resume(p, key.clone(), settings, state).await,
        None => Ok(Outcome::Done(Done::Repeated)),
    }
}

/// The same on an event of the bus. What the sweep hinted at is left to its next hint where it fails.
///
/// # Errors
/// [`TurnError`], as for [`answer`]: try again later.
pub async fn hinted<P: TurnPorts>(p: &P, hint: &TurnDue) -> Result<Outcome, TurnError> {
    match due(p, &hint.key).await {
        Err(error) if hint.swept => {
            info!(lead = %hint.key.lead, %error, "left to the next sweep");
            Ok(Outcome::LeftToSweep)
        }
        outcome => outcome,
    }
}

/// The same with settings and state that were read already.
///
/// # Errors
/// [`TurnError`], as for [`answer`]: try again later.
pub async fn resume<P: TurnPorts>(p: &P, key: LeadKey, settings: Settings, state: State) -> Result<Outcome, TurnError> {
    match lease::take(p, key, settings, state).await? {
        Some(mut turn) => run(p, &mut turn, None).await,
        None => Ok(Outcome::Done(Done::Repeated)),
    }
}

async fn run<P: TurnPorts>(p: &P, turn: &mut Turn, early: Option<EarlyFile<'_>>) -> Result<Outcome, TurnError> {
    let started = p.clock().now();
    let outcome = drive(p, turn, early, started).await;
    if let Err(error) = &outcome {
        warn!(lead = %turn.key.lead, %error, "turn broken off");
        // Otherwise the next delivery would find the lease of a turn that is over.
        if let Err(error) = lease::give_up(p, turn, matches!(error, TurnError::Model(_))).await {
            warn!(lead = %turn.key.lead, %error, "the lease runs out by itself");
        }
    }
    outcome
}

async fn drive<P: TurnPorts>(
    p: &P,
    turn: &mut Turn,
    mut early: Option<EarlyFile<'_>>,
    started: Timestamp,
) -> Result<Outcome, TurnError> {
    let mut pace = Pace::default();
    let mut spoke = false;
    let mut spent = Usage::default();
    let until = started + p.config().invocation_budget;
    loop {
        let published = publish_notices::publish_notices(p, turn).await;
        if matches!(published, Ok(Holding::Lost)) {
            return Ok(Outcome::TakenOver);
        }
        let Holding::Held(merging_leads) = merging_leads_finished(p, turn).await? else {
            return Ok(Outcome::TakenOver);
        };
        if leftover::finish_earlier(p, turn, until).await? == Holding::Lost {
            return Ok(Outcome::TakenOver);
        }
        if turn.state.pending == 0 {
            // A failure counts only here: a customer does not wait for what the business is to hear.
            published?;
            if unanswered::hear(p, turn).await? == Holding::Lost {
                return Ok(Outcome::TakenOver);
            }
            match finish(p, turn, spoke).await? {
                Some(outcome) => return Ok(outcome),
                None => continue,
            }
        }
        if p.clock().now() > until {
            return Err(TurnError::MoreWait);
        }
        let Some(Asked { read, answer, is_slow }) =
            with_background(read_and_ask(p, turn, early.take(), &merging_leads, &pace), show_typing(p, turn)).await?
        else {
            return Ok(Outcome::TakenOver);
        };
        let Some(answer) = answer else {
            turn.state = read.state;
            if leftover::recount(p, turn).await? == Holding::Lost {
                return Ok(Outcome::TakenOver);
            }
            continue;
        };
        spent = spent.and(answer.usage);
        let answer = ask::Answer { usage: spent, ..answer };
        let may_start_over = read.is_early || pace.superseded < p.config().supersedes;
        match claim::claim(p, turn, &read, answer, may_start_over).await? {
            claim::Claimed::Yes(outgoing) => {
                budget::spend(p, turn, outgoing.len(), spent.tokens_in + spent.tokens_out).await;
                (pace, spoke, spent) = (Pace::default(), true, Usage::default());
                let messages = read.waiting.len();
                let coalesced = (messages > 1).then(|| messages - 1);
                info!(lead = %turn.key.lead, metric.turns = 1, metric.coalesced = coalesced, "answer claimed");
                if send::send_all(p, turn, outgoing).await? == Holding::Lost {
                    return Ok(Outcome::TakenOver);
                }
            }
            claim::Claimed::Superseded => {
                pace.start_over(read.is_early, is_slow);
                let void = read.is_early.then_some(1);
                info!(lead = %turn.key.lead, metric.model_void = void, "newer messages came: reading again");
            }
            claim::Claimed::NothingWaits => {}
            claim::Claimed::Lost => return Ok(Outcome::TakenOver),
        }
    }
}

/// Waits for the leads that are being merged into this one, and takes up the turn of one that was abandoned. Answers
/// which those were.
async fn merging_leads_finished<P: TurnPorts>(p: &P, turn: &mut Turn) -> Result<Holding<Vec<LeadId>>, TurnError> {
    let mut waited = SignedDuration::ZERO;
    loop {
        match wait_for_merge::wait_for_merging_leads(p, turn, &mut waited).await? {
            Holding::Held(Waited::Finished(leads)) => return Ok(Holding::Held(leads)),
            Holding::Held(Waited::Abandoned(key)) => {
                Box::pin(due(p, &key)).await?;
                p.clock().sleep(wait_for_merge::EVERY).await;
                waited += wait_for_merge::EVERY;
            }
            Holding::Lost => return Ok(Holding::Lost),
        }
    }
}

/// Gives the lease back where nothing waits. None where messages came meanwhile: the turn goes on.
async fn finish<P: TurnPorts>(p: &P, turn: &mut Turn, spoke: bool) -> Result<Option<Outcome>, TurnError> {
    match lease::release(p, turn).await? {
        lease::Released::Done => {
            if !spoke {
                // Whoever wrote was left without an answer: it was taken back, or a person answers. Nothing that was sent
                // has moved the timer.
                timer::set(p, record::idle_timer(turn, p)).await;
            }
            Ok(Some(Outcome::Answered))
        }
        lease::Released::MoreWait => Ok(None),
        lease::Released::Lost => Ok(Some(Outcome::TakenOver)),
    }
}

/// What was read, and what the model answers to it.
struct Asked {
    read: read::Read,
    /// None when nothing waits any more, or something else comes first.
    answer: Option<ask::Answer>,
    /// The answer came no sooner than the customer had been quiet.
    is_slow: bool,
}

/// Reads, and asks the model. None when the lease is lost.
async fn read_and_ask<P: TurnPorts>(
    p: &P,
    turn: &Turn,
    early: Option<EarlyFile<'_>>,
    merging_leads: &[LeadId],
    pace: &Pace,
) -> Result<Option<Asked>, TurnError> {
    let listener = Listener::new(p, turn);
    let mut hearing = Hearing::new(p, turn, &listener, early);
    let read = read::read(p, turn, pace, &mut hearing).await;
    // What was heard is stored beside that, and also where nothing comes of it: nobody listens a second time.
    let (asked, ()) = join(ask_beside_quiet(p, turn, merging_leads, read), hearing.stored()).await;
    asked
}

/// Asks the model beside what is left of the wait for quiet.
async fn ask_beside_quiet<P: TurnPorts>(
    p: &P,
    turn: &Turn,
    merging_leads: &[LeadId],
    read: Result<Option<read::Read>, TurnError>,
) -> Result<Option<Asked>, TurnError> {
    let Some(mut read) = read? else { return Ok(None) };
    // Another lead began to merge into this one since the turn looked: what waits there is answered first.
    let joined = read.state.joining.iter().any(|merging_lead| !merging_leads.contains(merging_lead));
    if read.waiting.is_empty() || joined {
        return Ok(Some(Asked { read, answer: None, is_slow: false }));
    }
    let pictures = std::mem::take(&mut read.pictures);
    let began = p.clock().now();
    let quiet = async {
        p.clock().sleep(read.quiet_left).await;
        Ok::<_, TurnError>(())
    };
    let asked = async {
        let answer = ask::ask(p, turn, &read, pictures).await?;
        // Its own time, without what is left of the wait, which takes a little longer than asked for.
        Ok::<_, TurnError>((answer, p.clock().now().duration_since(began)))
    };
    let ((answer, took), ()) = try_join(asked, quiet).await?;
    let is_slow = took > read.quiet_left;
    Ok(Some(Asked { read, answer: Some(answer), is_slow }))
}

async fn show_typing<P: TurnPorts>(p: &P, turn: &Turn) {
    let (Some(line), Some(newest)) = (&turn.state.line, &turn.state.newest) else { return };
    // By a number that is another business's by now nothing is done, not even this.
    if !matches!(p.store().route(line).await, Ok(Some(owner)) if owner == turn.key.business) {
        return;
    }
    if let Err(error) = p.messenger().show_typing(line, newest).await {
        info!(lead = %turn.key.lead, %error, "typing could not be shown");
    }
}
