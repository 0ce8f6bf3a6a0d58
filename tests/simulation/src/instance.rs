//! One process of a function: its own clock, and an end that can come at any call.

use crate::universe::Universe;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use zikaron_protocol::ports::{Clock, Ids, PortBundle, Unavailable};

/// Why a call failed that took effect.
pub(crate) const LOST: &str = "simulated: the answer is lost";

/// What a process was started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Message,
    Call,
    Status,
    TurnDue,
    TimerFired,
    Close,
    Sweep,
    Staff,
}

/// A process. It stands in for every port: what it calls is shared, how the call fares is its own.
#[derive(Clone)]
pub(crate) struct Instance {
    pub(crate) universe: Arc<Universe>,
    pub(crate) number: u64,
    pub(crate) cause: Cause,
    skew: SignedDuration,
    kill: Arc<Notify>,
}

/// All ports of a process.
pub(crate) type Ours =
    PortBundle<Instance, Instance, Instance, Instance, Instance, Instance, Instance, Instance, Instance>;

/// How a call fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Fine,
    FailsBefore,
    FailsAfter,
    DiesBefore,
    DiesAfter,
}

impl Instance {
    pub(crate) fn start(universe: &Arc<Universe>, cause: Cause) -> Self {
        let number = universe.serial();
        let skew = universe.live().chance.one_of(&universe.plan.skews).unwrap_or(0);
        Self {
            universe: Arc::clone(universe),
            number,
            cause,
            skew: SignedDuration::from_millis(skew),
            kill: Arc::new(Notify::new()),
        }
    }

    pub(crate) fn world(&self) -> Ours {
        PortBundle {
            store: self.clone(),
            bus: self.clone(),
            timer: self.clone(),
            model: self.clone(),
            messenger: self.clone(),
            media: self.clone(),
            transcriber: self.clone(),
            clock: self.clone(),
            ids: self.clone(),
            config: self.universe.config.clone(),
        }
    }

    /// Comes back when the process dies.
    pub(crate) async fn death(&self) {
        self.kill.notified().await;
    }

    /// The end of the process: nothing after this is ever run.
    pub(crate) async fn die<T>(&self) -> T {
        self.trace(|| "DIES".to_owned());
        self.kill.notify_one();
        std::future::pending().await
    }

    /// What a sweep does is told only where it finds something.
    pub(crate) fn trace(&self, line: impl FnOnce() -> String) {
        if self.cause == Cause::Sweep && self.universe.live().under_way == 1 {
            return;
        }
        self.universe.trace(|| format!("#{:<4} {:<8} {}", self.number, format!("{:?}", self.cause), line()));
    }

    /// How the next call fares, and how long it takes before and after its effect.
    pub(crate) fn draw(&self) -> (Fate, Duration, Duration) {
        let plan = &self.universe.plan;
        let rates = plan.rates;
        let mut live = self.universe.live();
        live.counts.calls += 1;
        let after = live.chance.is(0.5);
        let fate = if live.strikes(plan, "process death", rates.die) {
            if after { Fate::DiesAfter } else { Fate::DiesBefore }
        } else if after && live.strikes(plan, "call fails after its effect", rates.fail) {
            Fate::FailsAfter
        } else if !after && live.strikes(plan, "call fails before its effect", rates.fail) {
            Fate::FailsBefore
        } else {
            Fate::Fine
        };
        let slow = live.strikes(plan, "slow call", rates.slow);
        let most = if slow { 8_000 } else { 25 };
        (fate, live.chance.millis(1, 25), live.chance.millis(1, most))
    }

    /// A call that takes effect at one moment, if it does.
    pub(crate) async fn call<T>(
        &self,
        what: &'static str,
        effect: impl Future<Output = T> + Send,
        told: impl FnOnce(&T) -> String,
    ) -> Result<T, Unavailable> {
        let (fate, before, after) = self.draw();
        tokio::time::sleep(before).await;
        let failed = || Unavailable { what, reason: "simulated".to_owned() };
        match fate {
            Fate::FailsBefore => {
                self.trace(|| format!("{what}: fails before its effect"));
                return Err(failed());
            }
            Fate::DiesBefore => {
                self.trace(|| format!("{what}: not reached"));
                return self.die().await;
            }
            Fate::Fine | Fate::FailsAfter | Fate::DiesAfter => {}
        }
        let done = effect.await;
        self.trace(|| format!("{what}: {}{}", told(&done), if fate == Fate::FailsAfter { ", then FAILS" } else { "" }));
        tokio::time::sleep(after).await;
        match fate {
            Fate::FailsAfter => Err(Unavailable { what, reason: LOST.to_owned() }),
            Fate::DiesAfter => self.die().await,
            Fate::Fine | Fate::FailsBefore | Fate::DiesBefore => Ok(done),
        }
    }
}

impl Clock for Instance {
    fn now(&self) -> Timestamp {
        self.universe.now() + self.skew
    }

    async fn sleep(&self, duration: SignedDuration) {
        if let Ok(duration) = Duration::try_from(duration) {
            tokio::time::sleep(duration).await;
        }
    }
}

impl Ids for Instance {
    /// Thirteen digits of time and thirteen of a counter: sorts by time of making, as a ULID does.
    fn ulid(&self) -> String {
        format!("{:013}{:013}", self.now().as_millisecond(), self.universe.serial())
    }
}
