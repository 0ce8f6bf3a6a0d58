//! What can go wrong, and the proof that it did.

use crate::case::Ground;
use crate::killing::{self, Moment};
use anyhow::Result;
use serde_json::{Value, json};
use zikaron_simulator::customer::Customer;
use zikaron_simulator::{FaultScript, FaultStep, FileFault, SaidFile, Say, Script, Step};

/// What happens to a call of AWS.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Effect {
    /// Refused for its rate.
    Throttled,
    /// Answered with 500, not carried out.
    Error500,
    /// The connection breaks, nothing was carried out.
    Dropped,
    /// Carried out, and the connection breaks before the answer.
    ReplyLost,
    /// Carried out a second after the caller gave up waiting.
    Late,
}

/// Something that goes wrong.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// So many calls of one AWS operation that name the customer.
    Aws { service: &'static str, operation: &'static str, effect: Effect, times: u64 },
    /// The next messages to the customer, one step each.
    Graph(Vec<FaultStep>),
    /// The next calls to the customer, one step each.
    Calls(Vec<FaultStep>),
    /// The next answers of the model about the customer.
    Replies(Vec<Step>),
    /// The next digests about the customer.
    Digests(Vec<Step>),
    /// The next answers of the transcriber, to a voice note in place of a text.
    Hearing(Vec<Step>),
    /// The fetches of the file of a voice note in place of a text, one each; all later ones go well. `heard`: it is fetched
    /// in the end, and what it says is heard.
    File { faults: Vec<FileFault>, heard: bool },
    /// Function processes are killed.
    Kill(Moment),
}

/// A fault that waits to happen or has happened.
pub(crate) enum Injected {
    Rule { id: u64, wanted: u64 },
    Graph(usize),
    Calls(usize),
    Model { kind: &'static str, before: usize, wanted: usize },
    File(usize),
    Kill,
}

impl Effect {
    fn spoil(self, rule: &mut Value, service: &str) {
        match self {
            Self::Throttled if service == "dynamodb" => {
                rule["error"] = json!({"code": "ProvisionedThroughputExceededException"});
            }
            Self::Throttled => rule["error"] = json!({"code": "ThrottlingException", "status": 400}),
            Self::Error500 => rule["error"] = json!({"code": "InternalServerError", "status": 500}),
            Self::Dropped => rule["reset"] = json!(true),
            Self::ReplyLost => rule["response"] = json!({"abort_bytes": 0}),
            // An attempt is given 3 s.
            Self::Late => rule["latency"] = json!(4_000),
        }
    }
}

impl Fault {
    /// Whether it hits whoever is there, so that nobody else should be.
    pub(crate) fn is_for_everybody(&self) -> bool {
        matches!(self, Self::Kill(_) | Self::Aws { service: "secretsmanager", .. })
    }

    /// Whether the customer speaks where they write otherwise.
    pub(crate) fn is_of_a_voice_note(&self) -> bool {
        matches!(self, Self::Hearing(_) | Self::File { .. } | Self::Kill(Moment::Hearing))
    }

    /// The message with which it happens: a file brings its faults along.
    pub(crate) fn with(&self, message: Say) -> Say {
        let Self::File { faults, .. } = self else { return message };
        // The last one would stay.
        let faults = faults.iter().copied().chain([FileFault::None]).collect();
        let media = message.media.map(|media| SaidFile { faults, ..media });
        Say { media, ..message }
    }

    /// How often the transcriber is to be asked about a voice note; none where that is not said.
    pub(crate) fn transcriptions(&self) -> Option<usize> {
        if let Self::File { heard, .. } = self { Some(usize::from(*heard)) } else { None }
    }

    /// Lets it happen from here on to calls that hold `needle` (of AWS) or are about this customer.
    pub(crate) async fn inject(&self, ground: &Ground, customer: &Customer, needle: &str) -> Result<Injected> {
        let script = Script { only: Some(customer.mark.clone()), ..Script::default() };
        Ok(match self {
            Self::Aws { service, operation, effect, times } => {
                let mut rule = json!({"service": service, "operation": operation, "times": times});
                if !self.is_for_everybody() {
                    rule["body"] = json!(format!("contains(to_string(@), '{needle}')"));
                }
                effect.spoil(&mut rule, service);
                if *operation == "PutItem" {
                    // A state is written alone where a turn is broken off: here because the model fails.
                    let broken_off = Script { replies: vec![Step::error(503)], ..script };
                    ground.stage.driver.script(&broken_off).await?;
                }
                Injected::Rule { id: ground.proxy.add(&rule).await?, wanted: *times }
            }
            Self::Graph(steps) => {
                let script = FaultScript { to: customer.phone.clone(), steps: steps.clone() };
                ground.stage.driver.script_faults(&script).await?;
                Injected::Graph(steps.len())
            }
            Self::Calls(steps) => {
                let script = FaultScript { to: customer.phone.clone(), steps: steps.clone() };
                ground.stage.driver.script_call_faults(&script).await?;
                Injected::Calls(steps.len())
            }
            Self::Replies(steps) => {
                let before = ground.stage.driver.ai_requests("reply", &customer.mark).await?.len();
                ground.stage.driver.script(&Script { replies: steps.clone(), ..script }).await?;
                Injected::Model { kind: "reply", before, wanted: steps.len() }
            }
            Self::Digests(steps) => {
                let before = ground.stage.driver.ai_requests("digest", &customer.mark).await?.len();
                ground.stage.driver.script(&Script { digests: steps.clone(), ..script }).await?;
                Injected::Model { kind: "digest", before, wanted: steps.len() }
            }
            Self::Hearing(steps) => {
                ground.stage.driver.script(&Script { transcriptions: steps.clone(), ..script }).await?;
                Injected::Model { kind: "transcription", before: 0, wanted: steps.len() }
            }
            Self::File { faults, .. } => Injected::File(faults.len()),
            Self::Kill(moment) => {
                killing::prepare(*moment, ground, customer).await?;
                Injected::Kill
            }
        })
    }
}

impl Injected {
    /// How often it happened, and how often it was to happen.
    pub(crate) async fn hits(&self, ground: &Ground, customer: &Customer) -> Result<(u64, u64)> {
        let count = |many: usize| u64::try_from(many).unwrap_or(u64::MAX);
        Ok(match self {
            Self::Rule { id, wanted } => (ground.proxy.hits(*id).await?, *wanted),
            Self::Graph(wanted) => {
                let left = ground.stage.driver.faults_left(&customer.phone).await?.len();
                (count(wanted - left), count(*wanted))
            }
            Self::Calls(wanted) => {
                let left = ground.stage.driver.call_faults_left(&customer.phone).await?.len();
                (count(wanted - left), count(*wanted))
            }
            // The steps are used in order by whatever the model is asked.
            Self::Model { kind, before, wanted } => {
                let asked = ground.stage.driver.ai_requests(kind, &customer.mark).await?.len() - before;
                (count(asked.min(*wanted)), count(*wanted))
            }
            Self::File(wanted) => {
                let met = ground.stage.driver.fetches(&customer.mark).await?;
                (count(met.iter().filter(|fault| **fault != FileFault::None).count()), count(*wanted))
            }
            Self::Kill => (0, 0),
        })
    }
}
