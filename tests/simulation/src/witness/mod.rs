//! The witness: looks at every commit as it takes effect and at every invocation that ends well.

mod actions;
mod commit;
mod digest;
mod ending;
mod figures;
mod incoming;
mod notices;
mod outgoing;
mod state;

use crate::trace::line;
use crate::universe::Live;
use commit::Found;
pub(crate) use commit::{Commit, MergingLeads};
pub(crate) use ending::ended_well;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::session::Stage;
use zikaron_protocol::model::write::Write;

/// A commit has taken effect. Answers its line of the trace.
pub(crate) fn committed(commit: &Commit<'_>) -> String {
    let Commit { instance, before, items, .. } = *commit;
    let mut found = Found::new();
    let after = commit.after();
    {
        let mut live = instance.universe.live();
        let live = &mut *live;
        figures::watch(live, commit);
        for item in items {
            written(live, commit, item, &mut found);
        }
        if let (Some(before), Some(after)) = (before, after) {
            state::joined(live, commit, before, after);
            state::moved(live, commit, before, after, &mut found);
            state::given_back(live, commit, before, after);
            state::left_to_person(live, commit, before, after);
        }
        if let Some(after) = after {
            state::taken(live, commit, after);
            notices::noticed(live, commit, after, &mut found);
            state::counted(live, commit.key, after, &mut found);
        }
    }
    if let (Some(before), Some(after)) = (before, after) {
        state::closed(commit, before, after, &mut found);
    }
    for (invariant, detail) in found {
        instance.universe.broken(invariant, detail);
    }
    line(items, after)
}

/// One item of it.
fn written(live: &mut Live, commit: &Commit<'_>, item: &Write, found: &mut Found) {
    let key = &of_whom(commit.key, item);
    actions::watch(live, commit, key, item, found);
    match item {
        Write::Message(message) if message.speaker == Speaker::Customer => {
            incoming::incoming(live, commit, key, message, found);
        }
        Write::Message(message) if message.speaker == Speaker::Staff && message.sending.is_none() => {
            incoming::from_the_app(live, commit.instance, key, message);
        }
        Write::Message(message) => outgoing::outgoing(live, commit, key, message, found),
        Write::Memory(_) => {
            live.shadow.remembered.insert(key.clone(), commit.instance.universe.elapsed());
        }
        Write::Session(session) if session.stage == Stage::Digested => {
            let stands = commit.instance.universe.store.leads().remove(key).unwrap_or_default();
            digest::digested(live, session, &stands, commit.items, found);
        }
        Write::Session(session) if session.stage == Stage::Closing => digest::undone(live, session, commit.items),
        _ => {}
    }
}

/// Numbers of a message that was moved are of the lead it was stored with.
fn of_whom(key: &LeadKey, item: &Write) -> LeadKey {
    let from = if let Write::Message(message) = item { message.joined_from.clone() } else { None };
    LeadKey { business: key.business.clone(), lead: from.unwrap_or_else(|| key.lead.clone()) }
}
