//! What was said in a call that Twilio keeps.

use serde_json::Value;

/// A conversation as its API gives it, list by list.
#[derive(Default)]
pub(crate) struct Conversation {
    pub(crate) participants: Vec<Value>,
    pub(crate) communications: Vec<Value>,
}
