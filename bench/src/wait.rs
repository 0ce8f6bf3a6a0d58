//! Wait: what a customer feels, from their last message's POST to the POST that answers it, the wait for quiet included.

use crate::calls::{Delays, Peer};
use crate::deployment::{Deployment, seed};
use crate::figures::{Spread, Times};
use crate::functions::Functions;
use crate::instance::Instance;
use crate::peers::Peers;
use crate::webhook_body::message;
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
    /// How often the model was asked for an answer, on average.
    asked: f64,
    /// How many answers went out, on average.
    answers: f64,
}

const MODELS_MS: [u64; 2] = [800, 2_000];
/// When the three messages of a burst are written, in milliseconds.
const BURST_MS: [u64; 3] = [0, 900, 1_900];

/// The table. Each is another customer's: who writes in bursts all the time is waited for.
pub(crate) async fn measure(
    peers: &Arc<Peers>,
    builds: &[(&'static str, &Functions)],
    rounds: usize,
) -> Result<Vec<Row>> {
    seed(peers, true, 1_500)?;
    let mut rows = Vec::new();
    for model_ms in MODELS_MS {
        for (written, after) in [("one message", &BURST_MS[..1]), ("a burst of three", &BURST_MS[..])] {
            for (functions, build) in builds {
                let deployment = Deployment::start(peers, build, BURST_MS.len(), 900, None).await?;
                for reply in 0..BURST_MS.len() {
                    deployment.warm(reply, "972555000031").await?;
                }
                peers.set_delays(Delays { model: Duration::from_millis(model_ms), ..Delays::realistic() });
                let (mut wait, mut asked, mut answers) = (Times::new()?, 0, 0);
                for round in 0..rounds {
                    let phone = format!("97255501{:02}{}{round}", model_ms / 100, after.len());
                    let felt = one(&deployment, &phone, after).await?;
                    wait.note(felt.wait);
                    asked += felt.asked;
                    answers += felt.answers;
                }
                let each = |count: usize| count as f64 / rounds as f64;
                let (asked, answers) = (each(asked), each(answers));
                rows.push(Row { functions, written, model_ms, wait_ms: wait.spread(), asked, answers });
                deployment.stop().await?;
            }
        }
    }
    Ok(rows)
}

/// What one customer met.
struct Felt {
    wait: Duration,
    asked: usize,
    answers: usize,
}

/// A customer writes at these times; each message is its own delivery.
async fn one(deployment: &Deployment, phone: &str, after: &[u64]) -> Result<Felt> {
    deployment.peers.take_calls();
    let mut events = Vec::new();
    let began = Instant::now();
    let write = async |at: u64, reply: &Instance| {
        tokio::time::sleep_until((began + Duration::from_millis(at)).into()).await;
        let posted = Instant::now();
        let (_, published) = deployment.post(&message(phone)).await?;
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
    Ok(Felt { wait: sent - posted, asked: of(Peer::Model).count(), answers: of(Peer::Graph).count() })
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { functions, written, model_ms, wait_ms, asked, answers } = self;
        write!(f, "{:<26}{model_ms:>9}  {wait_ms} {asked:>7.2} {answers:>7.2}", format!("{written} {functions}"))
    }
}

pub(crate) const HEADING: &str = "
Wait, the last message's POST to the answer's POST, quiet_ms 1,500; milliseconds as minimum, median, p99; a turn's mean
written                      model ms                      waited   asked answers";
