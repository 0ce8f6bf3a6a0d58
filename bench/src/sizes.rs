//! The memory the functions are given. Lambda gives them a share of a processor in proportion, and bills by it.

use serde::Serialize;

/// Memory in MB, of the two kinds of functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Sizes {
    /// The webhook, whose caller waits for it.
    pub(crate) webhook_mb: u64,
    /// Reply and summarizer, which spend their time waiting for others.
    pub(crate) worker_mb: u64,
}

impl Sizes {
    /// As `template.yaml` has them.
    pub(crate) const DEPLOYED: Self = Self { webhook_mb: 256, worker_mb: 128 };
    /// What is compared with that.
    pub(crate) const COMPARED: [Self; 3] = [
        Self { webhook_mb: 128, worker_mb: 128 },
        Self { webhook_mb: 256, worker_mb: 256 },
        Self { webhook_mb: 512, worker_mb: 512 },
    ];
}
