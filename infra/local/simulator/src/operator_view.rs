//! The stack behind the simulator, seen as an operator sees it.

use crate::admin::Admin;
use std::time::Duration;

/// The stack behind the number, as far as the page looks there.
///
/// It looks through the operator's command, a process of its own, and not through the AWS SDK: the simulator stays a
/// small program that builds in seconds, the page shows what an operator sees, and a stack that hangs or is gone cannot
/// take the phone down with it. What a process costs (some 50 ms) is spent only while a page is open; see
/// `page/live.rs`.
#[derive(Clone, Debug)]
pub struct OperatorView {
    /// The operator's command.
    pub admin: Admin,
    /// Silence after which a session ends.
    pub idle: Duration,
    /// The model that answers. If it is not the offline one, its requests do not come to the simulator.
    pub model: String,
}
