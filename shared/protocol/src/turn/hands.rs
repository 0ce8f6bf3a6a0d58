//! Whose a conversation is, where several applications share the number (docs/rules.md#h11).

use crate::model::event::{Incoming, Purpose};
use crate::model::lead_state::State;
use crate::model::notice::Notice;
use jiff::Timestamp;
use zikaron_memory::handover::Cause;

/// What a message says of it: whoever is asked has the conversation, and so has whoever it is passed to. That one finds a
/// customer who waits, for somebody else did not go on: a person looks.
pub(super) fn change(state: &mut State, incoming: &Incoming) {
    match incoming.purpose {
        Purpose::Ask => is_ours(state, incoming.sent_at),
        Purpose::Control { ours: true } => {
            is_ours(state, incoming.sent_at);
            state.add_notice(Notice::Handover { cause: Cause::AiAsked, code: None });
        }
        Purpose::Control { ours: false } => is_elsewhere(state, incoming.sent_at),
        _ => {}
    }
}

fn is_ours(state: &mut State, at: Timestamp) {
    state.held_elsewhere_since = state.held_elsewhere_since.filter(|since| is_before(at, *since));
}

/// The channel's notices come in any order: one from before the customer's last message changes nothing.
fn is_elsewhere(state: &mut State, at: Timestamp) {
    if [state.line_at, state.held_elsewhere_since].into_iter().flatten().any(|known| is_before(at, known)) {
        return;
    }
    state.held_elsewhere_since = Some(at);
    state.leave_to_others();
}

/// The channel's clock has whole seconds.
fn is_before(at: Timestamp, known: Timestamp) -> bool {
    at.as_second() < known.as_second()
}
