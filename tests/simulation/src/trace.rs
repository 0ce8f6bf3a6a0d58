//! How a commit and a state read in the trace.

use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::write::Write;

/// A state in a line of the trace.
pub(crate) fn brief(state: Option<&State>) -> String {
    let Some(state) = state else { return "no lead".to_owned() };
    let lease = state.lease.as_ref().map_or_else(
        || "free".to_owned(),
        |lease| format!("held by …{} until {:.3}", lease.holder.get(20..).unwrap_or_default(), lease.until),
    );
    let session = state.session.as_ref().map_or_else(
        || "none".to_owned(),
        |open| {
            format!("…{}/{} last {:.0}", open.id.as_str().get(20..).unwrap_or_default(), open.generation, open.last_at)
        },
    );
    format!(
        "v{} arrivals {} answered {} pending {} fence {} {lease} {:?} session {session} unsettled {:?} reopened {:?}",
        state.version,
        state.arrivals,
        state.answered,
        state.pending,
        state.fence,
        state.mode,
        state.unsettled.iter().map(|entry| entry.stage).collect::<Vec<_>>(),
        state.reopened.iter().map(|stretch| (stretch.after, stretch.through)).collect::<Vec<_>>(),
    )
}

/// A commit in a line of the trace.
pub(crate) fn line(items: &[Write], after: Option<&State>) -> String {
    let item = |item: &Write| match item {
        Write::Message(m) => match &m.sending {
            Some(s) => format!("out {} v{} {:?} of {} to {:?}", m.arrival, m.version, s.state, s.answer, s.answers),
            None => format!("in {} {} v{} {:?}", m.arrival, m.key.id, m.version, m.end),
        },
        Write::Session(s) => format!("session {} {:?} v{}", s.id, s.stage, s.version),
        Write::Memory(memory) => format!("memory v{}", memory.version),
        Write::Note(note) => format!("note {:?}", note.kind),
        Write::DeleteNote { id, .. } => format!("note {id} gone"),
        Write::Change(verdict) => format!("change {} {:?}", verdict.field, verdict.reason),
        Write::Call(call) => format!("call {} v{} digest {:?}", call.key.name, call.version, call.session),
        Write::Alias(_) | Write::RepointAlias { .. } | Write::ExpireAlias { .. } => "alias".to_owned(),
        Write::MoveIn(item) => format!("came: {}", line(std::slice::from_ref(item), None)),
        Write::Delete(item) => format!("gone: {}", line(std::slice::from_ref(item), None)),
        Write::Redirect(to) => format!("went to {to}"),
        Write::Count(count) => format!("counted {:?}", count.of),
        Write::State(_) => String::new(),
    };
    let items: Vec<_> = items.iter().map(item).filter(|told| !told.is_empty()).collect();
    format!("[{}] {}", items.join("; "), after.map_or_else(String::new, |state| brief(Some(state))))
}
