//! Whose a conversation is, where several applications share a number (docs/rules.md#h11).
//!
//! A conversation is that with one number. Who writes to two of them may be another application's at one and ours at the
//! other, and is answered where they are ours.

use crate::model::conversation::Speaker;
use crate::model::event::{MessageReceived, Purpose};
use crate::model::ids::Line;
use crate::model::lead_state::State;
use crate::model::notice::Notice;
use jiff::Timestamp;
use zikaron_memory::handover::Cause;

/// What a message says of it: whoever is asked has the conversation, and so has whoever it is passed to. That one finds a
/// customer who waits, for somebody else did not go on: a person looks. What only comes past us was asked of another.
pub(super) fn change(state: &mut State, received: &MessageReceived) {
    let (incoming, line) = (&received.message, &received.line);
    match incoming.purpose {
        Purpose::Ask => {
            state.elsewhere.give(line, incoming.sent_at);
            // What comes late does not move the answer, unless there it is not ours to give.
            let is_other = state.line.as_ref().is_some_and(|at| at != line && state.elsewhere.since(at).is_some());
            if is_other && state.elsewhere.since(line).is_none() {
                (state.line, state.line_at) = (Some(line.clone()), Some(incoming.sent_at));
            }
        }
        // Where another application had the conversation, this would only have come past us.
        Purpose::Amend(_) if incoming.speaker == Speaker::Customer => state.elsewhere.give(line, incoming.sent_at),
        Purpose::Control { ours: true } => {
            state.elsewhere.give(line, incoming.sent_at);
            state.add_notice(Notice::Handover { cause: Cause::AiAsked, code: None });
        }
        Purpose::Control { ours: false } => is_taken(state, line, incoming.sent_at),
        Purpose::Tell if incoming.speaker == Speaker::Customer => is_taken(state, line, incoming.sent_at),
        _ => {}
    }
}

/// The channel's notices come in any order: one from before the customer's last message changes nothing.
fn is_taken(state: &mut State, line: &Line, at: Timestamp) {
    let is_here = state.line.as_ref().is_none_or(|here| here == line);
    let known = state.line_at.filter(|_| is_here).into_iter().chain(state.elsewhere.since(line)).max();
    if known.is_some_and(|known| at.as_second() < known.as_second()) {
        return;
    }
    state.elsewhere.take(line, at);
    if is_here {
        if state.waits_on_two_lines && state.pending > 0 {
            // What was written to the other number nobody sees at this one: a person looks.
            state.add_notice(Notice::Handover { cause: Cause::Unanswered, code: None });
        }
        state.leave_to_others();
    }
}
