//! What a digest reads, and what its summary is called.

use zikaron_memory::session::SessionId;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::message::{End, Message, SendState};
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

/// Whether a message was said, as the figures count: what may have gone out, and what came in but for reactions, edits
/// and notices; nothing that was taken back.
pub(crate) fn is_said(message: &Message) -> bool {
    let is_there = match &message.sending {
        Some(sending) => {
            matches!(sending.state, SendState::Sending | SendState::Sent | SendState::Unknown | SendState::Uncertain)
        }
        None => message.is_missed_call() || !matches!(message.end, Some(End::NotNeeded | End::Revoked)),
    };
    is_there && !message.revoked
}

/// The name a summary of the model carries.
pub(crate) fn name_of(summary: &str) -> Option<&str> {
    summary.lines().next()?.rsplit_once(' ').map(|(_, name)| name)
}
