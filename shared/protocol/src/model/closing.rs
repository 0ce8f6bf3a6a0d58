//! The end of an open session, as it is written when it closes.

use super::figures::{Choice, Course};
use super::lead_state::State;
use super::session::{Closed, Job, OpenSession, ResumeQuestion, Session, Stage};
use jiff::Timestamp;

/// Closes the open session of a lead, if one is open: the session as it is written then. Without a customer message that
/// may be remembered there is nothing to digest, but what was sent into the silence is still to be counted.
#[must_use]
pub fn close_open(state: &mut State, now: Timestamp) -> Option<Session> {
    let open = state.session.take()?;
    let closed = Closed {
        first_sent_at: open.first_sent_at,
        last_at: open.last_at,
        cut_off: state.arrivals,
        generation: open.generation,
    };
    let course =
        Course { handed_over: std::mem::take(&mut state.handed_over), choice: choice(&open, state.asked.as_ref()) };
    Some(Session {
        version: 2,
        stage: if open.remembered == 0 && !open.sent { Stage::Digested } else { Stage::Closing },
        opened_at: open.opened_at,
        course,
        // The digest follows at once; the sweep looks after it from here on.
        ..Session::due(open.id, Job::Conversation, Some(closed), now, now)
    })
}

/// What a customer chose who was asked in this session how to go on, or started afresh in it without a question.
fn choice(open: &OpenSession, asked: Option<&ResumeQuestion>) -> Option<Choice> {
    let asked = asked.filter(|asked| asked.at >= open.opened_at);
    match asked {
        _ if open.fresh_from.is_some() => Some(Choice::Fresh),
        Some(asked) if asked.open => Some(Choice::None),
        Some(_) => Some(Choice::Continued),
        None => None,
    }
}
