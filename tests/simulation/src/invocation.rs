//! Lambda: an event starts a process; what fails is tried again after one and two minutes, then by the failure queue
//! every 15 minutes for six hours, then parked, until the operator sends it back.

use crate::instance::Instance;
use crate::universe::Universe;
use crate::witness;
use crate::work::Work;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use zikaron_protocol::action;
use zikaron_protocol::call::{end, note};
use zikaron_protocol::model::action::is_action;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::session::{close, sweep};
use zikaron_protocol::{status, turn};

/// The time-out of the functions.
const TIME_OUT: Duration = Duration::from_secs(180);
/// How often the failure queue tries again.
const REDRIVES: u32 = 24;

/// Starts a function now.
pub(crate) fn start(universe: &Arc<Universe>, work: Work) {
    start_after(Arc::clone(universe), work, Duration::ZERO);
}

/// Starts a function after a while.
pub(crate) fn start_after(universe: Arc<Universe>, work: Work, delay: Duration) {
    universe.live().under_way += 1;
    tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        deliver(&universe, work).await;
        universe.live().under_way -= 1;
    });
}

async fn deliver(universe: &Arc<Universe>, work: Work) {
    if is_done(universe, &work).await {
        return;
    }
    universe.trace(|| "PARKED".to_owned());
    universe.live().counts.parked += 1;
    if universe.plan.world.is_sent_back() {
        // Once the store answers again, and the operator has seen the alarm.
        universe.until(universe.plan.ends).await;
        let later = universe.live().chance.seconds(60, 3_600);
        tokio::time::sleep(later).await;
        universe.trace(|| format!("sent back: {}", work.brief()));
        is_done(universe, &work).await;
    }
}

/// Whether it ends well before everybody gives it up.
async fn is_done(universe: &Arc<Universe>, work: &Work) -> bool {
    if attempt(universe, work).await {
        return true;
    }
    for retry in 0..2 + REDRIVES {
        let wait = match retry {
            0 => 60,
            1 => 120,
            _ => 900,
        };
        let jitter = universe.live().chance.millis(0, 10_000);
        tokio::time::sleep(Duration::from_secs(wait) + jitter).await;
        if attempt(universe, work).await {
            return true;
        }
    }
    false
}

/// One process from its start to its end; whether it ended well.
async fn attempt(universe: &Arc<Universe>, work: &Work) -> bool {
    let instance = Instance::start(universe, work.cause());
    universe.live().counts.invocations += 1;
    instance.trace(|| format!("starts {}", work.brief()));
    let handled = AssertUnwindSafe(Box::pin(handle(&instance, work))).catch_unwind();
    tokio::select! {
        biased;
        () = instance.death() => {
            universe.live().counts.deaths += 1;
            false
        }
        handled = handled => match handled {
            Ok(Ok(told)) => {
                instance.trace(|| format!("ends: {told}"));
                if told == "Done(Erased)" {
                    universe.live().counts.kept_out += 1;
                }
                if told != "TakenOver" && told != "Done(Erased)" {
                    witness::ended_well(&instance, work).await;
                }
                true
            }
            Ok(Err(error)) => {
                instance.trace(|| format!("ends with an error: {error}"));
                false
            }
            Err(_) => {
                universe.broken("nothing panics", work.brief());
                true
            }
        },
        () = tokio::time::sleep(TIME_OUT) => {
            instance.trace(|| "TIMES OUT".to_owned());
            universe.live().counts.deaths += 1;
            false
        }
    }
}

async fn handle(instance: &Instance, work: &Work) -> anyhow::Result<String> {
    let world = instance.world();
    Ok(match work {
        Work::Event(Event::MessageReceived(received)) => {
            format!("{:?}", Box::pin(turn::answer(&world, received)).await?)
        }
        Work::Event(Event::MessageStatus(received)) => {
            format!("{:?}", Box::pin(status::settle(&world, received)).await?)
        }
        // Of a call that we had placed: what is stored of a call is seen on those that customers make.
        Work::Event(Event::CallCompleted(call)) if call.tag.is_some() => {
            format!("{:?}", action::called(&world, call).await?)
        }
        Work::Event(Event::CallCompleted(call)) => format!("{:?}", end::completed(&world, call).await?),
        Work::Event(Event::CallNoted(remark)) => format!("{:?}", note::noted(&world, remark).await?),
        Work::Event(Event::TurnDue(hint)) => format!("{:?}", Box::pin(turn::hinted(&world, hint)).await?),
        Work::Event(Event::SessionClose(asked)) => format!("{:?}", close::close_now(&world, asked).await?),
        Work::TimerFired(fire) if is_action(&fire.session) => {
            format!("{:?}", action::fire(&world, instance, fire).await?)
        }
        Work::Event(Event::SessionDue(hint)) if is_action(&hint.session) => {
            format!("{:?}", action::hinted(&world, instance, hint).await)
        }
        Work::TimerFired(fire) => format!("{:?}", close::fire(&world, fire).await?),
        Work::Event(Event::SessionDue(hint)) => format!("{:?}", close::hinted(&world, hint).await),
        // A sweep that breaks off ends well: the next one is minutes away. One that dies is tried again like all else.
        Work::Sweep => match sweep::sweep(&world, instance.universe.plan.swept_most).await {
            Ok(swept) => format!("{swept:?}"),
            Err(error) => format!("broke off: {error}"),
        },
        Work::Event(_) => "not for us".to_owned(),
    })
}
