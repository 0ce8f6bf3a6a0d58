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
    // Where the customer wrote nothing that is remembered it is no conversation: why a person was asked for counts with the
    // next one. Where the memory was off all along it does not count at all.
    let waits = open.remembered == 0 && (open.sent || open.armed);
    let handed_over = if waits { Vec::new() } else { std::mem::take(&mut state.handed_over) };
    let course = Course { handed_over, choice: choice(&open, state.asked.as_ref()) };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::{CustomerAddress, E164};
    use zikaron_memory::handover::Cause;
    use zikaron_memory::session::SessionId;

    #[test]
    fn why_a_person_was_asked_for_waits_for_the_next_conversation_where_this_is_none() {
        let at = Timestamp::from_second(1_790_000_000).unwrap();
        for (remembered, sent, armed, waits) in
            [(1, false, true, false), (0, true, false, true), (0, false, true, true), (0, false, false, false)]
        {
            let customer = CustomerAddress { bsuid: None, phone: E164::parse("+972555000001").ok() };
            let mut state = State::new(customer, at);
            let open = OpenSession::begin(SessionId::new("s"), at, at, 1);
            state.session = Some(OpenSession { remembered, sent, armed, ..open });
            state.handed_over = vec![Cause::NotDelivered];
            let closed = close_open(&mut state, at).unwrap();
            assert_eq!(closed.course.handed_over.len(), usize::from(!waits), "{remembered} {sent} {armed}");
            assert_eq!(state.handed_over.len(), usize::from(waits), "{remembered} {sent} {armed}");
        }
    }
}
