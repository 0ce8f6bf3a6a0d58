//! The verdict: when all is quiet, every promise is looked at once more.

mod actions;
mod answers;
mod calls;
mod calm;
mod case;
mod changes;
mod channel;
mod crossing;
mod excused;
mod figures;
mod homes;
mod joins;
mod memory;
mod recount;
mod told;

use crate::universe::Universe;
use case::Case;
use homes::{Homes, apart};
use std::collections::BTreeMap;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::message::SendState;
use zikaron_protocol::testing::in_memory_store::Lead;

/// Looks at everything a run has left behind; what is broken is noted in the universe.
pub(crate) fn judge(universe: &Universe) {
    let leads = excused::without_unreadable(universe);
    let (apart, homes) = (apart(&leads), Homes(universe.store.redirects().into_iter().collect()));
    let found = {
        let live = universe.live();
        let mut case = Case { universe, live: &live, leads: &leads, apart: &apart, homes: &homes, found: Vec::new() };
        answers::check(&mut case);
        changes::check(&mut case);
        channel::check(&mut case);
        memory::check(&mut case);
        told::check(&mut case);
        calls::check(&mut case);
        joins::check(&mut case);
        crossing::check(&mut case);
        figures::check(&mut case);
        recount::check(&mut case);
        actions::check(&mut case);
        if universe.plan.calm {
            calm::check(&mut case);
        }
        case.found
    };
    for (invariant, detail) in found {
        universe.broken(invariant, detail);
    }
    count(universe, &leads);
}

/// What the summary tells of uncertain sends.
fn count(universe: &Universe, leads: &BTreeMap<LeadKey, Lead>) {
    let mut live = universe.live();
    let uncertain = |state| {
        let outgoing = leads.values().flat_map(|lead| lead.messages.values());
        let of = outgoing
            .filter(|m| m.sending.as_ref().is_some_and(|sending| (sending.state == SendState::Uncertain) == state));
        of.map(|m| m.key.id.clone()).collect::<Vec<_>>()
    };
    let ever = |ids: Vec<_>| ids.into_iter().filter(|id| live.shadow.ever_uncertain.contains(id)).count();
    let (left, settled) = (ever(uncertain(true)), ever(uncertain(false)));
    live.counts.uncertain_left += u64::try_from(left).unwrap_or(0);
    live.counts.uncertain_settled += u64::try_from(settled).unwrap_or(0);
}
