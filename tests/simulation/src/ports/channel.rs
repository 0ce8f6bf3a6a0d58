//! The channel: it accepts or refuses, answers or not, and tells later what became of a message, in any order.

use crate::cast;
use crate::instance::{Fate, Instance};
use crate::invocation;
use crate::people;
use crate::universe::{Answer, DEAD_TOKEN, Post, Taken, UNDELIVERABLE, Universe, WINDOW_CLOSED};
use crate::work::Work;
use crate::world::Part;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use zikaron_protocol::model::conversation::Body;
use zikaron_protocol::model::event::{DeliveryStatus, Event, MessageStatus};
use zikaron_protocol::model::ids::{CustomerAddress, Line, MessageId};
use zikaron_protocol::model::pricing::Pricing;
use zikaron_protocol::ports::{Messenger, Outgoing, SendError};

/// How long a sender waits for the channel's answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// What the channel does with a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Treatment {
    Accept,
    AcceptSilently,
    AcceptWithError,
    Error,
    Silence,
    RefuseForNow(i64),
    RefuseUntilMended,
    RefuseForGood,
}

impl Treatment {
    pub(super) fn is_refusal(self) -> bool {
        matches!(self, Self::RefuseForNow(_) | Self::RefuseUntilMended | Self::RefuseForGood)
    }
}

impl Messenger for Instance {
    async fn send(&self, outgoing: Outgoing<'_>) -> Result<MessageId, SendError> {
        let (fate, before, after) = self.draw();
        if fate == Fate::DiesBefore {
            self.trace(|| "send: not reached".to_owned());
            return self.die().await;
        }
        tokio::time::sleep(before).await;
        let (answers, answer) = oneshot::channel();
        let post = Arc::clone(&self.universe);
        let request = Request {
            tag: outgoing.tag.to_owned(),
            line: outgoing.line.clone(),
            to: outgoing.to.clone(),
            question: matches!(outgoing.body, Body::Buttons { .. }),
            text: outgoing.body.text().to_owned(),
        };
        tokio::spawn(received(post, request, answers));
        self.trace(|| format!("send {}", outgoing.tag));
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
        self.trace(|| format!("send answers {answer:?}"));
        answer
    }

    async fn show_typing(&self, line: &Line, message: &MessageId) -> Result<(), SendError> {
        let read = (message.clone(), line.clone(), self.universe.elapsed());
        self.universe.live().channel.read.push(read);
        let shown = self.call("typing", async {}, |()| String::new()).await;
        shown.map_err(|_| SendError::Unknown { reason: "simulated".to_owned() })
    }
}

pub(super) fn treatment(universe: &Universe) -> Treatment {
    let plan = &universe.plan;
    let rates = plan.rates;
    let mut live = universe.live();
    let code = live.chance.one_of(&[130_429, 131_056]).unwrap_or(130_429);
    let silent = live.chance.is(0.5);
    if plan.world.is_out(universe.elapsed(), |part| part == Part::Token) {
        *live.counts.faults.entry("the token is dead").or_default() += 1;
        Treatment::RefuseUntilMended
    } else if live.strikes(plan, "refused for now", rates.busy) {
        Treatment::RefuseForNow(code)
    } else if live.strikes(plan, "refused for good", rates.refused) {
        Treatment::RefuseForGood
    } else if live.strikes(plan, "accepted, answer lost", rates.lost) {
        if silent { Treatment::AcceptSilently } else { Treatment::AcceptWithError }
    } else if live.strikes(plan, "5xx, not accepted", rates.broken) {
        if silent { Treatment::Silence } else { Treatment::Error }
    } else {
        Treatment::Accept
    }
}

/// What the channel is asked to send.
struct Request {
    tag: String,
    line: Line,
    to: CustomerAddress,
    question: bool,
    text: String,
}

/// A request has reached the channel: from here on nothing depends on its sender.
async fn received(universe: Arc<Universe>, request: Request, answers: oneshot::Sender<Result<MessageId, SendError>>) {
    let tag = &request.tag;
    let treatment = treatment(&universe);
    let place = {
        let mut live = universe.live();
        live.counts.posts += 1;
        let line = request.line.clone();
        live.channel.posts.push(Post { tag: tag.clone(), line, at: universe.elapsed(), refused: false });
        live.channel.posts.len() - 1
    };
    let took = {
        let mut live = universe.live();
        let late = live.strikes(&universe.plan, "accepted late", universe.plan.rates.late_accept);
        if late { live.chance.millis(2_000, 14_500) } else { live.chance.millis(80, 600) }
    };
    tokio::time::sleep(took).await;
    universe.trace(|| format!("channel: {treatment:?} {tag}"));
    let failed = |reason: &str| Err(SendError::Unknown { reason: reason.to_owned() });
    let answer = match treatment {
        Treatment::Accept => Ok(accepted(&universe, &request)),
        Treatment::AcceptSilently => {
            accepted(&universe, &request);
            tokio::time::sleep(PATIENCE).await;
            return;
        }
        Treatment::AcceptWithError => {
            accepted(&universe, &request);
            failed("500")
        }
        Treatment::Error => failed("502"),
        Treatment::Silence => {
            tokio::time::sleep(PATIENCE).await;
            return;
        }
        Treatment::RefuseForNow(code) => Err(SendError::RefusedForNow { code }),
        Treatment::RefuseUntilMended => Err(SendError::RefusedUntilMended { code: DEAD_TOKEN }),
        Treatment::RefuseForGood => Err(SendError::RefusedForGood { code: WINDOW_CLOSED }),
    };
    if let (true, Some(post)) = (treatment.is_refusal(), universe.live().channel.posts.get_mut(place)) {
        post.refused = true;
    }
    // The sender may be dead.
    drop(answers.send(answer));
}

fn accepted(universe: &Arc<Universe>, request: &Request) -> MessageId {
    let Request { tag, line, to, question, text } = request;
    let id = cast::wamid(&format!("out.{}", universe.serial()));
    let (at, world) = (universe.elapsed(), universe.plan.world);
    let mut live = universe.live();
    live.channel.accepted.push(Taken { tag: tag.to_owned(), at });
    let answer = Answer { business: world.owners(line, at, at).pop(), to: to.clone(), id: id.clone() };
    live.channel.answers.push(answer.clone());
    if *question {
        live.channel.questions.push(answer);
    }
    // What is sent to a number somebody has left is no message to them.
    let left = live.moved.iter().any(|customer| {
        let names = cast::names_at(*customer, 0, line);
        (to.bsuid.is_none() || to.bsuid == names.bsuid) && (to.phone.is_none() || to.phone == names.phone)
    });
    // What is echoed behind a change of hands would be another business's.
    let echoes = live.chance.is(0.05) && !left && !world.is_given_away(line);
    let delay = live.chance.millis(20, 2_000);
    drop(live);
    if echoes {
        people::echo(universe, line, &id, to, text, &[delay]);
    }
    let pricing = universe.live().chance.is(0.1).then(|| Pricing::parse("service", "free_entry_point")).flatten();
    for (status, delay) in statuses(universe) {
        tell(universe, (line, to, tag), &id, (status, pricing.clone()), delay);
    }
    id
}

/// What will be told of an accepted message, and after how long.
fn statuses(universe: &Universe) -> Vec<(DeliveryStatus, Duration)> {
    let plan = &universe.plan;
    let mut live = universe.live();
    if live.strikes(plan, "no status at all", plan.rates.silent) {
        return Vec::new();
    }
    let mut told = vec![(DeliveryStatus::Sent, live.chance.millis(200, 3_000))];
    if live.strikes(plan, "accepted, not delivered", plan.rates.undelivered) {
        told.push((DeliveryStatus::Failed, live.chance.millis(200, 8_000)));
    } else {
        told.push((DeliveryStatus::Delivered, live.chance.millis(400, 10_000)));
    }
    for at in 0..told.len() {
        if live.strikes(plan, "status late", plan.rates.late_status) {
            let late = live.chance.seconds(30, 7_200);
            if let Some((_, delay)) = told.get_mut(at) {
                *delay = late;
            }
        }
        if live.strikes(plan, "status twice", plan.rates.twice_status)
            && let Some((status, delay)) = told.get(at).copied()
        {
            let later = live.chance.millis(0, 20_000);
            told.push((status, delay + later));
        }
    }
    told
}

fn tell(
    universe: &Arc<Universe>,
    (line, to, tag): (&Line, &CustomerAddress, &str),
    id: &MessageId,
    (status, pricing): (DeliveryStatus, Option<Pricing>),
    delay: Duration,
) {
    universe.live().channel.told.entry(tag.to_owned()).or_default().insert(status);
    let event = MessageStatus {
        line: line.clone(),
        id: id.clone(),
        status,
        at: universe.now(),
        tag: Some(tag.to_owned()),
        recipient: cast::recipient(line, to),
        recipient_parent: None,
        errors: if status == DeliveryStatus::Failed { vec![UNDELIVERABLE] } else { Vec::new() },
        pricing: pricing.filter(|_| status != DeliveryStatus::Failed),
    };
    invocation::start_after(Arc::clone(universe), Work::Event(Event::MessageStatus(event)), delay);
}
