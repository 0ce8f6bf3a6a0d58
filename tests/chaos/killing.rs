//! Killing function processes at a chosen moment of a turn.

use crate::case::Ground;
use anyhow::{Context, Result};
use std::process::Command;
use std::time::{Duration, Instant};
use zikaron_simulator::customer::Customer;
use zikaron_simulator::{FaultScript, FaultStep, Script, Step, wait};

const MOMENT: Duration = Duration::from_secs(30);
/// Longer than it takes to notice the moment and to kill.
const LONG: u64 = 8_000;

/// When whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// `reply`, as soon as the message is stored.
    BurstWait,
    /// `reply`, while the model thinks.
    ModelCall,
    /// `reply`, while a voice note is heard.
    Hearing,
    /// `reply`, after WhatsApp took the answer and before that is recorded; statuses follow.
    BeforeRecord,
    /// As before, but no status ever comes.
    BeforeRecordWithoutStatus,
    /// `summarizer`, while the model thinks about the digest.
    DigestCall,
    /// `summarizer`, while a provider that has placed a call has not answered yet.
    Placing,
    /// `summarizer`, while the model writes a message that is due.
    Writing,
    /// All functions, all the time.
    Always,
}

/// Makes the moment long enough to be hit.
pub(crate) async fn prepare(moment: Moment, ground: &Ground, customer: &Customer) -> Result<()> {
    let slow = vec![Step { delay_ms: LONG, ..Step::default() }];
    let script = Script { only: Some(customer.mark.clone()), ..Script::default() };
    let driver = &ground.stage.driver;
    let statuses = match moment {
        Moment::BurstWait | Moment::Always => return Ok(()),
        Moment::Placing => {
            let step = FaultStep { delay_ms: LONG, ..FaultStep::default() };
            return driver.script_call_faults(&FaultScript { to: customer.phone.clone(), steps: vec![step] }).await;
        }
        Moment::ModelCall | Moment::Writing => return driver.script(&Script { replies: slow, ..script }).await,
        Moment::Hearing => return driver.script(&Script { transcriptions: slow, ..script }).await,
        Moment::DigestCall => return driver.script(&Script { digests: slow, ..script }).await,
        Moment::BeforeRecord => None,
        Moment::BeforeRecordWithoutStatus => Some(Vec::new()),
    };
    // The statuses come after the death: they are what settles the message.
    let step = FaultStep { delay_ms: LONG, statuses, statuses_delay_ms: 2_000, ..FaultStep::default() };
    driver.script_faults(&FaultScript { to: customer.phone.clone(), steps: vec![step] }).await
}

/// Waits for the moment and kills; answers how many processes died. `sent` and `asked` were counted before.
pub(crate) async fn strike(
    moment: Moment,
    ground: &Ground,
    customer: &Customer,
    sent: usize,
    asked: usize,
) -> Result<u64> {
    let driver = &ground.stage.driver;
    let reached = async || {
        Ok(match moment {
            Moment::Always => true,
            Moment::BurstWait => {
                customer.lead().await.is_ok_and(|lead| lead["state"]["pending"].as_u64().is_some_and(|many| many > 0))
            }
            Moment::Placing => !driver.placed_calls(&customer.phone).await?.is_empty(),
            Moment::ModelCall | Moment::Writing => driver.ai_requests("reply", &customer.mark).await?.len() > asked,
            Moment::Hearing => !driver.ai_requests("transcription", &customer.mark).await?.is_empty(),
            Moment::DigestCall => !driver.ai_requests("digest", &customer.mark).await?.is_empty(),
            Moment::BeforeRecord | Moment::BeforeRecordWithoutStatus => customer.inbox().await?.len() > sent,
        }
        .then_some(()))
    };
    wait::until("the moment to kill", MOMENT, reached).await?;
    match moment {
        Moment::Always => {
            let begun = Instant::now();
            let mut died = 0;
            while begun.elapsed() < Duration::from_secs(6) {
                died += kill(&ground.proxy.url, "zikaron-")?;
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
            Ok(died)
        }
        Moment::DigestCall | Moment::Placing | Moment::Writing => kill(&ground.proxy.url, "zikaron-summarizer"),
        _ => kill(&ground.proxy.url, "zikaron-reply"),
    }
}

/// Ends every process of this stack's functions whose name begins so. The proxy's address in their environment makes
/// them ours: no other stack has it.
fn kill(endpoint: &str, function: &str) -> Result<u64> {
    let endpoint = format!("AWS_ENDPOINT_URL={endpoint}");
    let function = format!("AWS_LAMBDA_FUNCTION_NAME={function}");
    let mut died = 0;
    for entry in std::fs::read_dir("/proc").context("processes are found by /proc: Linux only")? {
        let entry = entry?;
        // Gone, or somebody else's.
        let Ok(environment) = std::fs::read(entry.path().join("environ")) else { continue };
        let variables: Vec<_> = environment.split(|byte| *byte == 0).collect();
        let ours = variables.contains(&endpoint.as_bytes())
            && variables.iter().any(|variable| variable.starts_with(function.as_bytes()));
        if ours {
            let pid = entry.file_name();
            died += u64::from(Command::new("kill").arg("-KILL").arg(pid).status()?.success());
        }
    }
    Ok(died)
}
