//! The sending side of phone calls: a voice agent calls a customer.

use super::messenger::SendError;
use crate::model::call::CallName;
use crate::model::ids::{ConnectionId, E164, NumberId};
use std::future::Future;

/// A call to be placed, once.
#[derive(Clone, Debug)]
pub struct OutgoingCall<'a> {
    /// The account at the provider; its secret names the provider and holds the key.
    pub connection: &'a ConnectionId,
    /// The voice agent that talks, as the provider names it.
    pub agent: &'a NumberId,
    /// What it calls from: a number, or the provider's id of one.
    pub from: &'a NumberId,
    /// The customer.
    pub to: &'a E164,
    /// What the agent's prompt may name, by name. Every name a prompt uses must be there, also without a value.
    pub variables: &'a [(String, String)],
    /// Our own id, which the report of the call gives back; at most 512 characters.
    pub tag: &'a str,
}

/// Has customers called.
pub trait Caller: Send + Sync {
    /// Asks the provider once; never repeats by itself; codes of errors are HTTP's. Answers the name under which the call is reported when it has
    /// ended: accepted is not yet answered. No provider has an idempotency key, so what may have been placed
    /// ([`SendError::Unknown`]) must not be asked for again.
    fn call(&self, call: OutgoingCall<'_>) -> impl Future<Output = Result<CallName, SendError>> + Send;
}
