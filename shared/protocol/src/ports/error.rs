//! What every port fails with.

/// A dependency did not do what it was asked; whether it took effect is unknown. Carries no personal data.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {reason}")]
pub struct Unavailable {
    /// The operation that was asked for.
    pub what: &'static str,
    /// What the dependency answered, for the log.
    pub reason: String,
}

/// How the reason begins where something was answered, and this code cannot read it.
const UNREADABLE: &str = "unreadable item";

impl Unavailable {
    /// An answer this code cannot read, as a row that newer code wrote. Asking again does not help.
    #[must_use]
    pub fn unreadable(what: &'static str, error: &impl std::fmt::Display) -> Self {
        Self { what, reason: format!("{UNREADABLE}: {error}") }
    }

    /// Whether it is an answer this code cannot read.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.reason.starts_with(UNREADABLE)
    }
}
