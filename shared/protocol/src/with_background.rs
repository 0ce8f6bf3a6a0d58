//! Work with something beside it that nobody waits for.

use futures_util::future::{Either, select};
use std::future::Future;
use std::pin::pin;

/// Runs `side` beside `work`, and drops it unfinished when `work` is done. Answers what `work` does.
pub async fn with_background<T>(work: impl Future<Output = T>, side: impl Future<Output = ()>) -> T {
    match select(pin!(work), pin!(side)).await {
        Either::Left((done, _)) => done,
        Either::Right(((), work)) => work.await,
    }
}
