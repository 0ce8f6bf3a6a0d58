//! Who calls customers for the business.

use crate::locked;
use std::collections::VecDeque;
use std::sync::Mutex;
use zikaron_protocol::model::call::{CallName, Provider};
use zikaron_protocol::model::ids::{CallId, ConnectionId, NumberId};
use zikaron_protocol::ports::{Caller, OutgoingCall, SendError};

/// A call as its provider was asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedCall {
    /// The account.
    pub connection: ConnectionId,
    /// The voice agent.
    pub agent: NumberId,
    /// What it calls from.
    pub from: NumberId,
    /// The customer's number.
    pub to: String,
    /// What the agent's prompt may name.
    pub variables: Vec<(String, String)>,
    /// What the report is to give back.
    pub tag: String,
}

/// Takes every call, but for the errors it was told of.
#[derive(Debug, Default)]
pub struct RecordingCaller {
    errors: Mutex<VecDeque<SendError>>,
    asked: Mutex<Vec<AskedCall>>,
}

impl RecordingCaller {
    /// Answers the next call with this.
    pub fn fail_next(&self, error: SendError) {
        locked(&self.errors).push_back(error);
    }

    /// What was asked for, in order, whatever it was answered with.
    #[must_use]
    pub fn asked(&self) -> Vec<AskedCall> {
        locked(&self.asked).clone()
    }
}

impl Caller for RecordingCaller {
    async fn call(&self, call: OutgoingCall<'_>) -> Result<CallName, SendError> {
        let mut asked = locked(&self.asked);
        asked.push(AskedCall {
            connection: call.connection.clone(),
            agent: call.agent.clone(),
            from: call.from.clone(),
            to: call.to.expose().to_owned(),
            variables: call.variables.to_vec(),
            tag: call.tag.to_owned(),
        });
        if let Some(error) = locked(&self.errors).pop_front() {
            return Err(error);
        }
        let call_id = CallId::parse(format!("call-{}", asked.len()));
        let call_id = call_id.map_err(|error| SendError::Unknown { reason: error.to_string() })?;
        Ok(CallName { provider: Provider::Retell, call_id })
    }
}
