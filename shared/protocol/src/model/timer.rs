//! What a one-shot schedule carries.

use super::ids::LeadKey;
use serde::{Deserialize, Serialize};
use zikaron_memory::session::SessionId;

/// The input of a one-shot schedule: this session may have been idle long enough, or a digest is due again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerFired {
    /// The lead whose session it is.
    #[serde(flatten)]
    pub key: LeadKey,
    /// The session the schedule was made for.
    pub session: SessionId,
    /// Which of the session's schedules this is: a later one replaces an earlier.
    pub generation: u32,
}
