//! A call provider: it takes a call or refuses it, answers or not, and reports later what it placed.

use super::channel::{PATIENCE, Treatment, treatment};
use crate::cast;
use crate::instance::{Fate, Instance};
use crate::invocation;
use crate::universe::{AskedCall, DEAD_TOKEN, Universe};
use crate::work::Work;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use zikaron_protocol::model::call::{CallCompleted, CallKey, CallName, Direction, Report};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::ports::{Caller, OutgoingCall, SendError};

type Answer = Result<CallName, SendError>;

impl Caller for Instance {
    async fn call(&self, call: OutgoingCall<'_>) -> Answer {
        let (fate, before, after) = self.draw();
        if fate == Fate::DiesBefore {
            self.trace(|| "call: not reached".to_owned());
            return self.die().await;
        }
        tokio::time::sleep(before).await;
        let (answers, answer) = oneshot::channel();
        tokio::spawn(received(Arc::clone(&self.universe), call.tag.to_owned(), answers));
        self.trace(|| format!("asks for the call {}", call.tag));
        if fate == Fate::DiesAfter {
            tokio::time::sleep(after * 20).await;
            return self.die().await;
        }
        let lost = || SendError::Unknown { reason: "simulated".to_owned() };
        let answer = match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) if !matches!(fate, Fate::FailsAfter | Fate::FailsBefore) => answer,
            Ok(Ok(Ok(_)) | Err(_)) | Err(_) => Err(lost()),
            Ok(Ok(refused)) => refused,
        };
        self.trace(|| format!("the provider answers {answer:?}"));
        answer
    }
}

/// A request has reached the provider: from here on nothing depends on who asked.
async fn received(universe: Arc<Universe>, tag: String, answers: oneshot::Sender<Answer>) {
    let treatment = treatment(&universe);
    let (place, took) = {
        let mut live = universe.live();
        let at = universe.elapsed();
        live.channel.calls.push(AskedCall { tag: tag.clone(), at, refused: treatment.is_refusal() });
        (live.channel.calls.len(), live.chance.millis(80, 600))
    };
    tokio::time::sleep(took).await;
    universe.trace(|| format!("provider: {treatment:?} {tag}"));
    let failed = |reason: &str| Err(SendError::Unknown { reason: reason.to_owned() });
    let name = cast::call(&format!("placed-{place}"));
    let placed = matches!(treatment, Treatment::Accept | Treatment::AcceptSilently | Treatment::AcceptWithError);
    if placed {
        universe.live().counts.calls_placed += 1;
        report(&universe, &tag, &name);
    }
    let answer = match treatment {
        Treatment::Accept => Ok(name),
        Treatment::AcceptSilently | Treatment::Silence => {
            tokio::time::sleep(PATIENCE).await;
            return;
        }
        Treatment::AcceptWithError => failed("500"),
        Treatment::Error => failed("502"),
        Treatment::RefuseForNow(_) => Err(SendError::RefusedForNow { code: 429 }),
        Treatment::RefuseUntilMended => Err(SendError::RefusedUntilMended { code: DEAD_TOKEN }),
        Treatment::RefuseForGood => Err(SendError::RefusedForGood { code: 400 }),
    };
    // Whoever asked may be dead.
    drop(answers.send(answer));
}

/// What the provider tells when the call has ended, once or twice, at times late or never.
fn report(universe: &Arc<Universe>, tag: &str, name: &CallName) {
    let (plan, line) = (&universe.plan, cast::calling_line());
    let delays: Vec<Duration> = {
        let mut live = universe.live();
        if live.strikes(plan, "no report of a call", plan.rates.silent) {
            return;
        }
        let late = live.strikes(plan, "report of a call late", plan.rates.late_status);
        let times = if live.strikes(plan, "report of a call twice", plan.rates.twice_status) { 2 } else { 1 };
        let longest = if late { 7_200 } else { 400 };
        (0..times).map(|_| live.chance.seconds(2, longest)).collect()
    };
    for delay in delays {
        let ended_at = universe.now();
        let event = CallCompleted {
            key: CallKey { ended_at, name: name.clone() },
            connection: line.connection.clone(),
            routes: vec![line.number.clone()],
            business_number: None,
            customer: None,
            tag: Some(tag.to_owned()),
            report: Report {
                direction: Direction::Outbound,
                started_at: ended_at,
                transcript: Vec::new(),
                voicemail: false,
                summary: None,
                recording_url: None,
                ended_because: None,
            },
        };
        invocation::start_after(Arc::clone(universe), Work::Event(Event::CallCompleted(Box::new(event))), delay);
    }
}
