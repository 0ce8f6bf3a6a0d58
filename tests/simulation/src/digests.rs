//! What a digest reads, and what its summary is called.

use zikaron_memory::session::SessionId;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::message::{End, Message};
use zikaron_protocol::testing::in_memory_store::Lead;

/// What of the customer's a digest reads, unless it was taken back after it was answered.
pub(crate) fn remembered<'a>(lead: &'a Lead, session: &'a SessionId) -> impl Iterator<Item = &'a Message> {
    lead.messages.values().filter(move |m| {
        m.session.as_ref() == Some(session)
            && m.remembered
            && m.speaker == Speaker::Customer
            && !matches!(m.end, Some(End::NotNeeded | End::Revoked))
    })
}

/// The name a summary of the model carries.
pub(crate) fn name_of(summary: &str) -> Option<&str> {
    summary.lines().next()?.rsplit_once(' ').map(|(_, name)| name)
}
