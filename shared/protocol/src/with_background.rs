//! Work that another waits for, and something that may happen meanwhile.

use futures_util::future::{Either, select};
use std::future::Future;
use std::pin::pin;

/// Runs `side` beside `work` and drops it when the work is done.
pub async fn with_background<T>(work: impl Future<Output = T>, side: impl Future<Output = ()>) -> T {
    match select(pin!(work), pin!(side)).await {
        Either::Left((done, _)) => done,
        Either::Right(((), work)) => work.await,
    }
}
