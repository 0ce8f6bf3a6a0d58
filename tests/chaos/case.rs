//! One case: a customer writes, something goes wrong, and in the end every promise holds.

use crate::fault::{Fault, Injected};
use crate::proxy::Proxy;
use crate::verdict::{self, End};
use crate::{killing, report};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard, Semaphore, SemaphorePermit};
use zikaron_simulator::customer::Customer;
use zikaron_tests::stage::Stage;

/// Ten minutes until an answer without a status counts as uncertain, three of the sweep's patience, and room.
pub(crate) const QUIET: Duration = Duration::from_secs(15 * 60);
const PAUSE: Duration = Duration::from_secs(2);
/// So many customers write at once.
const AT_ONCE: usize = 5;

/// When something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// With the first message of somebody unknown.
    First,
    /// With the second message of a conversation.
    Next,
    /// With the first message of a customer who was silent for long.
    Return,
    /// When the conversation is over.
    SessionEnd,
}

/// A fault with a name, and how it is to end.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) when: When,
    pub(crate) fault: Fault,
    pub(crate) end: End,
}

/// What became of a case.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) hits: u64,
    pub(crate) seconds: f32,
    /// How it ended.
    pub(crate) verdict: Result<String, String>,
}

/// Where the cases run.
pub(crate) struct Ground {
    pub(crate) stage: Stage,
    pub(crate) proxy: Proxy,
    /// Held alone by a fault that hits whoever is there.
    alone: RwLock<()>,
    turns: Semaphore,
}

impl Ground {
    pub(crate) fn set() -> Result<Self> {
        let stage = Stage::set()?;
        let proxy = Proxy::of_this_stack(&stage.env.aws_endpoint_url)?;
        Ok(Self { stage, proxy, alone: RwLock::new(()), turns: Semaphore::new(AT_ONCE) })
    }

    /// Waits for a turn: so many customers write at once.
    pub(crate) async fn turn(&self) -> Result<(SemaphorePermit<'_>, RwLockReadGuard<'_, ()>)> {
        Ok((self.turns.acquire().await?, self.alone.read().await))
    }

    /// Waits until nobody is there.
    pub(crate) async fn alone(&self) -> RwLockWriteGuard<'_, ()> {
        self.alone.write().await
    }

    /// Waits until nothing hits whoever is there; held while something goes on that this would spoil.
    pub(crate) async fn together(&self) -> RwLockReadGuard<'_, ()> {
        self.alone.read().await
    }
}

/// Somebody who wrote, and what happened to them.
struct Story {
    customer: Customer,
    said: Vec<String>,
    injected: Injected,
    killed: u64,
}

impl Case {
    pub(crate) async fn run(&self, ground: &Ground) -> Row {
        let mut row = Row { name: self.name, hits: 0, seconds: 0.0, verdict: Ok(self.end.to_string()) };
        let mut begun = Instant::now();
        if let Err(error) = self.play(ground, &mut begun, &mut row.hits).await {
            row.verdict = Err(format!("{error:#}"));
        }
        row.seconds = begun.elapsed().as_secs_f32();
        report::row(&row);
        row
    }

    async fn play(&self, ground: &Ground, begun: &mut Instant, hits: &mut u64) -> Result<()> {
        let mut story = if self.fault.is_for_everybody() {
            let _alone = ground.alone().await;
            *begun = Instant::now();
            self.begin(ground).await?
        } else {
            let _turn = ground.turn().await?;
            *begun = Instant::now();
            self.begin(ground).await?
        };
        let about = story.said.last().cloned().context("nothing was said")?;
        let mut lead = quiet(&story.customer, &story.said).await?;
        if self.end == End::Uncertain {
            story.said.push(story.customer.say(&format!("שלום? {}", story.customer.mark)).await?.id);
            lead = quiet(&story.customer, &story.said).await?;
        }
        let (happened, wanted) = story.injected.hits(ground, &story.customer).await?;
        *hits = happened + story.killed;
        ensure!(happened == wanted && *hits > 0, "the fault hit {happened} of {wanted} times");
        if let Some(due) = self.fault.transcriptions() {
            let asked = ground.stage.driver.ai_requests("transcription", &story.customer.mark).await?.len();
            ensure!(asked == due, "the transcriber was asked {asked} times");
        }
        let inbox = story.customer.inbox().await?;
        let broken = verdict::broken(&lead, &inbox, &story.said, &about, self.end);
        if !broken.is_empty() {
            bail!("{}", broken.join("; "));
        }
        Ok(())
    }

    /// Up to the fault, and to the death of whoever is to die.
    async fn begin(&self, ground: &Ground) -> Result<Story> {
        let mut customer = ground.stage.customer();
        let mut said = Vec::new();
        let mut needle = customer.phone.clone();
        if self.when != When::First {
            said.push(customer.say(&format!("היי {}", customer.mark)).await?.id);
            customer.answer().await?;
            let lead = match self.when {
                When::Return => quiet(&customer, &said).await?,
                _ => recorded(&customer).await?,
            };
            // A webhook knows a phone number, the table and the schedules know a lead.
            if !matches!(self.fault, Fault::Aws { service: "events", .. }) {
                needle = lead["lead"].as_str().context("a lead without an id")?.to_owned();
            }
        }
        let sent = customer.inbox().await?.len();
        let asked = ground.stage.driver.ai_requests("reply", &customer.mark).await?.len();
        let injected = self.fault.inject(ground, &customer, &needle).await?;
        let mut killed = 0;
        if self.when == When::SessionEnd {
            if let Fault::Kill(moment) = self.fault {
                killed = killing::strike(moment, ground, &customer, sent, asked).await?;
            }
            return Ok(Story { customer, said, injected, killed });
        }
        let text = format!("קוראים לי דנה לוי {}", customer.mark);
        let message = if self.fault.is_of_a_voice_note() { customer.voice(&text) } else { customer.message(&text) };
        let message = self.fault.with(message);
        let id = if let Fault::Kill(moment) = self.fault {
            let strike = killing::strike(moment, ground, &customer, sent, asked);
            let (id, died) = futures_util::future::try_join(customer.send(&message), strike).await?;
            killed = died;
            id.id
        } else {
            customer.send(&message).await?.id
        };
        said.push(id);
        Ok(Story { customer, said, injected, killed })
    }
}

/// Waits for the end of a turn to be written down.
async fn recorded(customer: &Customer) -> Result<Value> {
    wait("the record of an answer", Duration::from_secs(60), customer, |lead| {
        let open = verdict::open_ends(lead);
        !["pending", "unsettled", "lease"].iter().any(|name| open.contains(name))
    })
    .await
}

/// Waits until all that was said is stored and nothing is left open.
pub(crate) async fn quiet(customer: &Customer, said: &[String]) -> Result<Value> {
    let quiet = |lead: &Value| verdict::stores(lead, said) && verdict::open_ends(lead).is_empty();
    wait("everything to come to its end", QUIET, customer, quiet).await
}

async fn wait(what: &str, limit: Duration, customer: &Customer, done: impl Fn(&Value) -> bool) -> Result<Value> {
    let begun = Instant::now();
    loop {
        // Unknown as long as its first message is on its way.
        let lead = customer.lead().await.ok();
        if let Some(lead) = lead.as_ref().filter(|lead| done(lead)) {
            return Ok(lead.clone());
        }
        if begun.elapsed() > limit {
            let open = lead.as_ref().map_or_else(|| vec!["the customer is unknown"], verdict::open_ends);
            bail!("waited {} s in vain for {what}: {}", limit.as_secs(), open.join(", "));
        }
        tokio::time::sleep(PAUSE).await;
    }
}
