//! Work that has to be done by a time.

use std::time::{Duration, Instant};
use zikaron_protocol::ports::ModelError;

/// What became of the work, and how many milliseconds it took.
pub(crate) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, ModelError>>,
) -> (Result<T, ModelError>, u64) {
    let begun = Instant::now();
    let late = |_| Err(ModelError::Unavailable("no answer in time".to_owned()));
    let answer = tokio::time::timeout(limit, work).await.unwrap_or_else(late);
    (answer, millis(begun.elapsed()))
}

pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A one where it failed.
pub(crate) fn failed<T>(answer: &Result<T, ModelError>) -> Option<u64> {
    answer.is_err().then_some(1)
}
