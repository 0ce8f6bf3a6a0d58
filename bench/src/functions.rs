//! The functions that are measured, as they were built.

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// The bootstrap of one function.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) bootstrap: PathBuf,
}

impl Function {
    fn of(folder: &Path, name: &'static str) -> Result<Self> {
        let bootstrap = folder.join(name);
        if !bootstrap.exists() {
            bail!("{} is not built: make bench builds it", bootstrap.display());
        }
        Ok(Self { name, bootstrap })
    }
}

/// All functions of one build.
#[derive(Clone, Debug)]
pub(crate) struct Functions {
    pub(crate) webhook: Function,
    pub(crate) reply: Function,
    pub(crate) summarizer: Function,
    pub(crate) call_start: Function,
    pub(crate) api: Function,
    pub(crate) bare_http: Function,
    pub(crate) bare_runtime: Function,
    pub(crate) bare_calls: Function,
}

impl Functions {
    /// Those of a folder. The bare ones come from `bare`: another commit is compared with the same ones.
    pub(crate) fn of(folder: &Path, bare: &Path) -> Result<Self> {
        let function = |name: &'static str| Function::of(if name.starts_with("bare") { bare } else { folder }, name);
        Ok(Self {
            webhook: function("webhook")?,
            reply: function("reply")?,
            summarizer: function("summarizer")?,
            call_start: function("call-start")?,
            api: function("api")?,
            bare_http: function("bare-http")?,
            bare_runtime: function("bare-runtime")?,
            bare_calls: function("bare-calls")?,
        })
    }
}
