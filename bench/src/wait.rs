//! Wait: what a customer feels, from their last message's POST to the POST that answers it, the wait for quiet included.

use crate::calls::{Delays, Peer, busy};
use crate::deployment::{Deployment, seed_hearing};
use crate::figures::{Spread, Times};
use crate::functions::Functions;
use crate::instance::Instance;
use crate::peers::Peers;
use crate::webhook_body::{Said, message_of};
use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One way to write, with a model of one speed.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    functions: &'static str,
    written: &'static str,
    model_ms: u64,
    wait_ms: Spread,
    /// The part of it in which neither the model nor the transcriber had a request.
    beside_ms: Spread,
    /// How often the model was asked for an answer, on average.
    asked: f64,
    /// How many answers went out, on average.
    answers: f64,
}

const MODELS_MS: [u64; 2] = [800, 2_000];
/// When the three messages of a burst are written, in milliseconds.
const BURST_MS: [u64; 3] = [0, 900, 1_900];

/// What is written, when, and how long the transcriber takes for it.
struct Written {
    name: &'static str,
    after: &'static [u64],
    said: Said,
    transcriber_ms: u64,
}

/// The table. Each is another customer's: who writes in bursts all the time is waited for. Voice notes are measured of the
/// first functions alone, this tree's: others may not know what hearing is.
pub(crate) async fn measure(
    peers: &Arc<Peers>,
    builds: &[(&'static str, &Functions)],
    rounds: usize,
) -> Result<Vec<Row>> {
    let all = [
        Written { name: "one message", after: &BURST_MS[..1], said: Said::Text, transcriber_ms: 0 },
        Written { name: "a burst of three", after: &BURST_MS, said: Said::Text, transcriber_ms: 0 },
        Written { name: "a voice note + 0 ms", after: &BURST_MS[..1], said: Said::Voice, transcriber_ms: 0 },
        Written { name: "a voice note + 1,500 ms", after: &BURST_MS[..1], said: Said::Voice, transcriber_ms: 1_500 },
    ];
    let mut rows = Vec::new();
    for model_ms in MODELS_MS {
        for (number, written) in all.iter().enumerate() {
            let Written { name, after, said, transcriber_ms } = *written;
            let is_voice = said == Said::Voice;
            seed_hearing(peers, true, 1_500, if is_voice { "bench" } else { "" })?;
            let builds = if is_voice { builds.get(..1).unwrap_or_default() } else { builds };
            for (functions, build) in builds {
                let deployment = Deployment::start(peers, build, BURST_MS.len(), 900, None).await?;
                for reply in 0..BURST_MS.len() {
                    deployment.warm(reply, "972555000031").await?;
                }
                let millis = Duration::from_millis;
                let delays =
                    Delays { model: millis(model_ms), transcriber: millis(transcriber_ms), ..Delays::realistic() };
                peers.set_delays(delays);
                let (mut wait, mut beside, mut asked, mut answers) = (Times::new()?, Times::new()?, 0, 0);
                for round in 0..rounds {
                    let phone = format!("97255501{:02}{number}{round}", model_ms / 100);
                    let felt = one(&deployment, &phone, after, said).await?;
                    wait.note(felt.wait);
                    beside.note(felt.beside);
                    asked += felt.asked;
                    answers += felt.answers;
                }
                let each = |count: usize| count as f64 / rounds as f64;
                let (asked, answers) = (each(asked), each(answers));
                let (wait_ms, beside_ms) = (wait.spread(), beside.spread());
                rows.push(Row { functions, written: name, model_ms, wait_ms, beside_ms, asked, answers });
                deployment.stop().await?;
            }
        }
    }
    Ok(rows)
}

/// What one customer met.
struct Felt {
    wait: Duration,
    /// Without what the model and the transcriber took of it.
    beside: Duration,
    asked: usize,
    answers: usize,
}

/// A customer writes at these times; each message is its own delivery.
async fn one(deployment: &Deployment, phone: &str, after: &[u64], said: Said) -> Result<Felt> {
    deployment.peers.take_calls();
    let mut events = Vec::new();
    let began = Instant::now();
    let write = async |at: u64, reply: &Instance| {
        tokio::time::sleep_until((began + Duration::from_millis(at)).into()).await;
        let posted = Instant::now();
        let (_, published) = deployment.post(&message_of(phone, said, &deployment.peers.files())).await?;
        reply.invoke(published.first().context("nothing is on the bus")?).await?;
        anyhow::Ok(posted)
    };
    let [first, second, third] = &*deployment.replies else { bail!("three replies are needed") };
    match *after {
        [at] => events.push(write(at, first).await?),
        [a, b, c] => {
            let (a, b, c) = tokio::try_join!(write(a, first), write(b, second), write(c, third))?;
            events.extend([a, b, c]);
        }
        _ => bail!("one message or three"),
    }
    let posted = events.pop().context("nothing was written")?;
    let calls = deployment.peers.take_calls();
    let of = |peer| calls.iter().filter(move |call| call.peer == peer);
    let sent = of(Peer::Graph).next_back().context("nothing was answered")?.began;
    ensure!(sent > posted, "the answer came before the last message");
    let thinking = of(Peer::Model).chain(of(Peer::Transcriber));
    let thinking = busy(thinking.map(|call| (call.began.max(posted), call.ended.min(sent).max(posted))));
    let wait = sent - posted;
    let (asked, answers) = (of(Peer::Model).count(), of(Peer::Graph).count());
    Ok(Felt { wait, beside: wait.saturating_sub(thinking), asked, answers })
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { functions, written, model_ms, wait_ms, beside_ms, asked, answers } = self;
        write!(
            f,
            "{:<32}{model_ms:>9}  {wait_ms} {beside_ms} {asked:>7.2} {answers:>7.2}",
            format!("{written} {functions}")
        )
    }
}

pub(crate) const HEADING: &str = "
Wait, the last message's POST to the answer's POST, quiet_ms 1,500; milliseconds as minimum, median, p99; a turn's mean
written                            model ms                      waited    … no model, transcriber   asked answers";
