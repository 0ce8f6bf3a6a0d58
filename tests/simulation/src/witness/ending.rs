//! An invocation that ended well: nobody waits for nothing.

use crate::instance::Instance;
use crate::universe::Universe;
use crate::work::Work;
use jiff::SignedDuration;
use std::time::Duration;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Event, MessageReceived};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::lead_state::Lease;
use zikaron_protocol::model::message::MessageKey;
use zikaron_protocol::model::outbox::Leftover;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::store::Store;

/// A delivery was answered with success: then somebody answers its message, or it is at its end.
pub(crate) async fn ended_well(instance: &Instance, work: &Work) {
    let Work::Event(Event::MessageReceived(received)) = work else { return };
    let universe = &instance.universe;
    let place = MessageKey { sent_at: received.message.sent_at, id: received.message.id.clone() };
    let Some(key) = place_of(universe, received, &place).await else { return };
    let (Ok(Some(state)), Ok(message)) = (universe.store.state(&key).await, universe.store.message(&key, &place).await)
    else {
        return;
    };
    let Some(message) = message else {
        // Our own message, echoed, is stored already; and one may have been stored with a lead that was erased since.
        if received.message.speaker == Speaker::Customer && universe.live().erasures.is_empty() {
            universe.broken("what was taken in is stored", place.id.to_string());
        }
        return;
    };
    if universe.live().hidden.as_ref().is_some_and(|hidden| hidden.id == place.id) {
        // A person was asked for while it could not be read; its row does not tell.
        return;
    }
    let now = instance.now();
    let waits = message.needs_answer() && message.arrival > state.answered && !state.is_with_person(now);
    // By the slowest clock: the holder's may be that one.
    let slowest = universe.now() + SignedDuration::from_millis(universe.plan.skews.iter().min().copied().unwrap_or(0));
    let lasts = |lease: &Lease| slowest < lease.until + SignedDuration::from_secs(15);
    let held = state.lease.as_ref().is_some_and(lasts);
    let freed = universe.live().shadow.leads.get(&key).and_then(|seen| seen.freed);
    if held && universe.live().shadow.leads.get(&key).and_then(|seen| seen.leased_by) == Some(instance.number) {
        universe.broken("who ends well holds no lease", place.id.to_string());
    }
    // Who gave the lease back, or settled what was on its way, a moment ago takes up what waits or is delivered again.
    let attended = held || freed.is_some_and(|freed| universe.elapsed() < freed + Duration::from_secs(15));
    if waits && !attended && state.leftover(now, &universe.config) != Some(Leftover::InFlight) {
        universe.broken("no delivery ends well while its message waits for nobody", place.id.to_string());
    }
}

/// The lead a message stands with: of the business whose number it is, or was when it came.
async fn place_of(universe: &Universe, received: &MessageReceived, place: &MessageKey) -> Option<LeadKey> {
    let mut key = None;
    // Of whom it is now first: it may have come before that, too.
    for business in universe.plan.world.owners(&received.line, Duration::ZERO, universe.elapsed()).into_iter().rev() {
        let found = universe.store.find(&business, &received.customer, place.sent_at).await.ok()?;
        let Some(lead) = found.lead().cloned() else { continue };
        let stored = stored_with(universe, LeadKey { business, lead }, place).await;
        if matches!(universe.store.message(&stored, place).await, Ok(Some(_))) {
            return Some(stored);
        }
        key = Some(stored);
    }
    key
}

/// The lead a message of this lead stands with: it may be one that is being joined into it.
async fn stored_with(universe: &Universe, key: LeadKey, place: &MessageKey) -> LeadKey {
    let mut ahead = vec![key.clone()];
    while let Some(lead) = ahead.pop() {
        if matches!(universe.store.message(&lead, place).await, Ok(Some(_))) {
            return lead;
        }
        let Ok(Some(state)) = universe.store.state(&lead).await else { continue };
        ahead.extend(state.joining.into_iter().map(|lead| LeadKey { business: key.business.clone(), lead }));
    }
    key
}
