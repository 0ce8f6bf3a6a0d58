//! Whatever the business must know, it was told: after it became true, and at least once.

use super::Case;
use zikaron_protocol::event::Event;
use zikaron_protocol::notice::Notice;

pub(super) fn check(case: &mut Case<'_>) {
    let live = case.live;
    for (at, key, notice) in &live.shadow.noticed {
        let tells = |event: &Event| match (notice, event) {
            (Notice::Handover { cause, code }, Event::HandoverRequested(told)) => {
                told.key == *key && (told.cause, told.code) == (*cause, *code)
            }
            (Notice::Uncertain(id), Event::ReplyUncertain(told)) => told.key == *key && told.outgoing == *id,
            _ => false,
        };
        if !live.events.iter().any(|(published, event)| published >= at && tells(event)) {
            case.broken("the business is told", format!("{}: {notice:?} of {at:?}", key.lead));
        }
    }
    for session in live.shadow.digests.keys() {
        let tells = |event: &Event| matches!(event, Event::MemoryUpdated(told) if told.session == *session);
        if !live.events.iter().any(|(_, event)| tells(event)) {
            case.broken("the business is told", format!("memory.updated of {session}"));
        }
    }
}
