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
