//! Puts the natural messages of `tests/language` as conversations to a model and prints what model and code together
//! make of them. The prompts, the retries and the limits are the product's, and so is the judgement.
//!
//! ```text
//! $ make language MODEL=gpt-5-mini BASE_URL=https://api.openai.com/v1 API_KEY=… SAMPLE=100
//! ```
//!
//! By environment: `MODEL`, `BASE_URL`, `API_KEY` (none for an endpoint without), `SAMPLE` (how many cases; all of them
//! without). Each case is a line on standard error, the table is on standard output.

mod ask;
mod case;
mod cost;
mod table;

use ask::{Answer, Asker};
use case::Case;
use secrecy::SecretString;
use std::io::Write;
use std::process::ExitCode;
use zikaron_ai::config::ChatConfig;
use zikaron_ai::model::ChatModel;
use zikaron_memory::zone::Zone;
use zikaron_protocol::ports::ModelError;

/// So many cases in a row without an answer, and the others are not tried.
const PATIENCE: usize = 5;
const USAGE: &str = "make language MODEL=gpt-5-mini BASE_URL=https://api.openai.com/v1 [API_KEY=…] [SAMPLE=100]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let ran = match Settings::read(variable) {
        Ok(settings) if tracing::subscriber::set_global_default(cost::Meter).is_ok() => {
            settings.run(&mut std::io::stdout(), &mut std::io::stderr()).await
        }
        Ok(_) => Err("what the model costs cannot be counted".to_owned()),
        Err(error) => Err(error),
    };
    let Err(error) = ran else { return ExitCode::SUCCESS };
    // Nobody is left to tell if standard error is closed too.
    let _ = writeln!(std::io::stderr(), "error: {error}");
    ExitCode::FAILURE
}

struct Settings {
    config: ChatConfig,
    key: Option<SecretString>,
    sample: usize,
}

impl Settings {
    fn read(variable: impl Fn(&str) -> String) -> Result<Self, String> {
        let [model, base_url, key, sample] =
            ["MODEL", "BASE_URL", "API_KEY", "SAMPLE"].map(|name| variable(name).trim().to_owned());
        if base_url.is_empty() || model.is_empty() {
            return Err(format!("MODEL and BASE_URL say which model is asked: {USAGE}"));
        }
        let sample = match sample.as_str() {
            "" => usize::MAX,
            some => some.parse().ok().filter(|size| *size > 0).ok_or("SAMPLE is a number of cases: 1 or more")?,
        };
        Ok(Self { config: ChatConfig::new(base_url, model), key: Some(SecretString::from(key)), sample })
    }

    /// The table; also of what there was before the model failed.
    async fn run(self, out: &mut impl Write, progress: &mut impl Write) -> Result<(), String> {
        let name = self.config.model.clone();
        let base_url = self.config.base_url.clone();
        let model = ChatModel::new(cost::http, &self.config, self.key)
            .map_err(|error| format!("{error}; BASE_URL is {base_url:?}: {USAGE}"))?;
        let zone = Zone::parse("Asia/Jerusalem").map_err(|error| error.to_string())?;
        let cases = case::sample(case::all().map_err(|error| format!("tests/language: {error}"))?, self.sample);
        let (count, mut done) = (cases.len(), Vec::new());
        let (mut failing, mut answered, mut trouble) = (0, 0, None);
        let asker = Asker { model: &model, zone };
        for case in cases {
            let answer = asker.ask(&case).await;
            let line = told(&case, &answer);
            let _ = writeln!(progress, "[{}/{count}] {line}", done.len() + 1);
            match &answer.outcome {
                // What code alone saw says nothing of the model.
                Ok(_) if answer.cost.requests == 0 => {}
                Ok(_) => (failing, answered, trouble) = (0, answered + 1, None),
                Err(error) => (failing, trouble) = (failing + 1, Some(error.clone())),
            }
            done.push((case, answer));
            if trouble.as_ref().is_some_and(|error| hopeless(error, failing, answered)) {
                break;
            }
        }
        // It ended well, or with a case or two that the model has no answer to.
        let ended = |error: &ModelError| answered > 0 && !hopeless(error, failing, answered);
        if answered > 0 || trouble.is_none() {
            writeln!(out, "{}", table::table(&name, &done)).map_err(|error| error.to_string())?;
        }
        match trouble.filter(|error| !ended(error)) {
            None => Ok(()),
            Some(error) => Err(format!("after {} of {count} cases: {}", done.len(), wrong(&error, &base_url))),
        }
    }
}

/// Whether it is no use to go on after so many failures in a row. What a model has no answer to says nothing of the next
/// case, if it ever had one.
fn hopeless(error: &ModelError, failing: usize, answered: usize) -> bool {
    match error {
        ModelError::Refused(_) if answered == 0 => true,
        ModelError::Unusable(_) if answered > 0 => false,
        _ => failing >= PATIENCE,
    }
}

/// What happened, and what to do.
fn wrong(error: &ModelError, base_url: &str) -> String {
    let hint = match error {
        ModelError::Refused(_) => {
            "after a 401 or 403 look at API_KEY, after a 404 at MODEL and at BASE_URL, which mostly ends in /v1 (shared/ai/README.md)"
        }
        ModelError::Unavailable(_) => {
            "does a server run there, and answer within 60 s? After a 429 wait, or choose a smaller SAMPLE"
        }
        ModelError::Unusable(_) => {
            "nothing it wrote can be used: choose a model that follows instructions and writes JSON"
        }
    };
    format!("{error} (BASE_URL is {base_url:?}): {hint}")
}

/// A case and what became of it, in a line.
fn told(case: &Case, answer: &Answer) -> String {
    let (is_right, outcome) = match &answer.outcome {
        Ok(outcome) => (if case.expects(*outcome) { "right" } else { "wrong" }, format!("{outcome:?}")),
        Err(error) => ("none ", error.to_string()),
    };
    let told = answer.told.replace(['\n', '\r'], " / ");
    format!("{is_right} {} {} {:.1} s {outcome} | {told}", case.id, case.lang, answer.cost.millis as f64 / 1_000.0)
}

#[cfg(test)]
mod tests;
