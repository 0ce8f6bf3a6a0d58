//! What a digest has read.

use super::commit::Found;
use crate::digests::{name_of, remembered};
use crate::universe::Live;
use crate::words::mark;
use std::collections::BTreeSet;
use zikaron_memory::note::NoteKind;
use zikaron_memory::session::Channel;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::model::session::Session;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::testing::in_memory_store::Lead;

/// A message of a session that was digested is changed in this commit: that digest does not count any more.
pub(super) fn undone(live: &mut Live, session: &Session, items: &[Write]) {
    let changes = |item: &Write| matches!(item, Write::Message(message) if message.amends.is_none() && message.session.as_ref() == Some(&session.id));
    if session.changed_at.is_some() && items.iter().any(changes) {
        live.shadow.digests.remove(&session.id);
    }
}

/// A session came to its digest, which has read its messages as they stand at this moment and nothing else.
pub(super) fn digested(live: &mut Live, session: &Session, stands: &Lead, items: &[Write], found: &mut Found) {
    let note = items.iter().find_map(|item| match item {
        Write::Note(note) if !matches!(note.kind, NoteKind::Note | NoteKind::CallNote) => {
            Some((note.kind, note.text.clone()))
        }
        _ => None,
    });
    let Some((kind, note)) = note else { return };
    if (kind == NoteKind::CallSummary) != (session.channel() == Channel::Call) {
        found.push(("a note says what it sums up", format!("{}: {kind:?}", session.id)));
    }
    let id = &session.id;
    live.counts.digested += 1;
    let said = || remembered(stands, id).filter(|m| !m.revoked);
    let marks: BTreeSet<String> = said().filter_map(|m| mark(&m.text)).map(str::to_owned).collect();
    let recorded: BTreeSet<&str> = said().filter_map(Message::own_words).filter_map(mark).collect();
    let mut seen = name_of(&note).and_then(|name| live.seen.get(name)).cloned().unwrap_or_default();
    // A voice note may be heard later than its session ends, where an answer has to wait for so long.
    seen.retain(|mark| marks.contains(mark) || !recorded.contains(mark.as_str()));
    if !session.is_call() && seen != marks {
        let (missed, foreign): (Vec<_>, Vec<_>) =
            (marks.difference(&seen).collect(), seen.difference(&marks).collect());
        found.push((
            "a digest has read all of its session and nothing else",
            format!("{id}: missed {missed:?}, foreign {foreign:?}"),
        ));
    }
    let digests = live.shadow.digests.entry(id.clone()).or_default();
    digests.push(note);
    if digests.len() > 1 {
        found.push(("a session is digested once", id.to_string()));
    }
}
