//! The `admin` command, as an operator calls it; it reads the stack's environment by itself.

use crate::wait;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// The command's exit code when the business has no such customer.
const NO_CUSTOMER: i32 = 3;

/// The `admin` command for one business.
#[derive(Clone, Debug)]
pub struct Admin {
    program: PathBuf,
    business: String,
}

impl Admin {
    /// Finds the command beside this program, or in the folder above (tests are built into one below).
    ///
    /// # Errors
    /// When it was not built.
    pub fn of(business: &str) -> Result<Self> {
        let own = std::env::current_exe()?;
        let mut places = own.ancestors().skip(1).take(2).map(|folder| folder.join("admin"));
        let program = places.find(|place| place.is_file());
        let program = program.context("the admin command is not built: cargo build -p zikaron-admin")?;
        Ok(Self::at(program, business))
    }

    /// The command in this file.
    #[must_use]
    pub fn at(program: PathBuf, business: &str) -> Self {
        Self { program, business: business.to_owned() }
    }

    /// The business it is for.
    #[must_use]
    pub fn business(&self) -> &str {
        &self.business
    }

    /// Runs it; answers its standard output.
    ///
    /// # Errors
    /// What it wrote to its standard error output, when it failed.
    pub async fn run(&self, arguments: &[&str]) -> Result<String> {
        printed(self.output(arguments).await?, arguments)
    }

    async fn output(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(&self.program);
        command.arg("--business").arg(&self.business).args(arguments);
        Ok(tokio::task::spawn_blocking(move || command.output()).await??)
    }

    /// Runs it and kills it at a moment.
    ///
    /// # Errors
    /// When it ended before, or the moment does not come.
    pub async fn killed_at<Moment>(&self, arguments: &[&str], moment: Moment) -> Result<()>
    where
        Moment: AsyncFn() -> Result<Option<()>>,
    {
        let mut command = Command::new(&self.program);
        command.arg("--business").arg(&self.business).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let reached = wait::until("the moment to kill", Duration::from_secs(120), moment).await;
        let ended = child.try_wait()?;
        child.kill()?;
        child.wait()?;
        reached?;
        ensure!(ended.is_none(), "it ended before it could be killed: {ended:?}");
        Ok(())
    }

    /// Changes one setting.
    ///
    /// # Errors
    /// See [`Self::run`].
    pub async fn set(&self, key: &str, value: &str) -> Result<()> {
        self.run(&["settings", "set", key, value]).await.map(drop)
    }

    /// Everything about the customer with this phone number (digits): lead, state, memory, sessions, messages.
    ///
    /// # Errors
    /// See [`Self::run`]; also when there is no such customer.
    pub async fn lead(&self, phone: &str) -> Result<Value> {
        let shown = self.run(&["lead", "show", "--phone", &format!("+{phone}"), "--json"]).await?;
        serde_json::from_str(&shown).context("admin printed no JSON")
    }

    /// Everything about the customer with this flag and value (`--phone`, `--bsuid`); none if the business has no such
    /// customer.
    ///
    /// # Errors
    /// See [`Self::run`].
    pub async fn find_lead(&self, flag: &[String; 2]) -> Result<Option<Value>> {
        let arguments = ["lead", "show", "--json", &flag[0], &flag[1]];
        let done = self.output(&arguments).await?;
        if done.status.code() == Some(NO_CUSTOMER) {
            return Ok(None);
        }
        serde_json::from_str(&printed(done, &arguments)?).context("admin printed no JSON")
    }
}

/// Whether what stands in a field of the profile, as `lead show` prints it, was heard in a voice note.
#[must_use]
pub fn is_heard(field: &Value) -> bool {
    let candidates = field["candidates"].as_array().map_or(&[][..], Vec::as_slice);
    let stands = |it: &&Value| it["source"] == field["source"] && it["at"] == field["updated_at"];
    candidates.iter().rev().find(stands).is_some_and(|candidate| candidate["transcribed"] == true)
}

/// The error names the command, and no customer.
fn printed(done: Output, arguments: &[&str]) -> Result<String> {
    if !done.status.success() {
        let named: Vec<&str> = arguments.iter().copied().take_while(|word| !word.starts_with("--")).collect();
        bail!("admin {}: {}", named.join(" "), String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(String::from_utf8(done.stdout)?)
}
