//! The share of a processor Lambda gives a function of some memory: a whole one at 1,769 MB
//! (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>), here in turns of 20 ms.

use anyhow::{Context, Result};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

const PERIOD_US: u64 = 20_000;
const WHOLE_MB: u64 = 1_769;

static MADE: AtomicU64 = AtomicU64::new(0);

/// A Linux control group that lasts as long as this value.
#[derive(Debug)]
pub(crate) struct Quota {
    folder: PathBuf,
}

impl Quota {
    /// A group with the share of `memory_mb`; none where this process may not make control groups.
    pub(crate) fn of(memory_mb: u64) -> Option<Self> {
        let quota = PERIOD_US * memory_mb / WHOLE_MB;
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("zikaron-bench-{}-{number}", std::process::id());
        let old = PathBuf::from("/sys/fs/cgroup/cpu").join(&name);
        if std::fs::create_dir(&old).is_ok() {
            let group = Self { folder: old };
            let written = group.write("cpu.cfs_period_us", &PERIOD_US.to_string());
            return written.and_then(|()| group.write("cpu.cfs_quota_us", &quota.to_string())).ok().map(|()| group);
        }
        let new = PathBuf::from("/sys/fs/cgroup").join(&name);
        std::fs::create_dir(&new).ok()?;
        let group = Self { folder: new };
        group.write("cpu.max", &format!("{quota} {PERIOD_US}")).ok().map(|()| group)
    }

    /// Puts a process into the group.
    pub(crate) fn hold(&self, process: u32) -> Result<()> {
        self.write("cgroup.procs", &process.to_string())
    }

    fn write(&self, file: &str, text: &str) -> Result<()> {
        std::fs::write(self.folder.join(file), text).with_context(|| format!("{file} cannot be written"))
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        // Refused while a process is left in it: an empty group costs nothing.
        let _ = std::fs::remove_dir(&self.folder);
    }
}
