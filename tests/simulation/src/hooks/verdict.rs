//! What must hold when all is quiet.

use super::world::World;
use jiff::SignedDuration;
use std::collections::BTreeSet;
use zikaron_protocol::model::webhook::{Delivery, DeliveryState, Webhook};
use zikaron_protocol::ports::WebhookStore;

/// What was under way when a webhook went off is posted all the same.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(10);

/// Five days, and an hour that clocks may differ by.
const TRIED: SignedDuration = SignedDuration::from_hours(5 * 24 + 1);

pub(super) async fn judge(world: &World) {
    let (business, store) = (&world.business, &world.store);
    let (Ok(Some(webhook)), Ok((known, _))) =
        (store.webhook(business).await, store.deliveries(business, None, 1_000).await)
    else {
        return world.broken("the webhook is there", String::new());
    };
    for delivery in &known {
        if matches!(delivery.state, DeliveryState::Waiting { .. }) {
            world.broken("no event is left waiting", format!("{} {:?}", delivery.id, delivery.state));
        }
    }
    let parked = world.live().parked.clone();
    if let Some(parked) = parked.first() {
        world.broken("no event is parked", parked.clone());
    }
    if world.is_dead() { dead(world, &webhook, &known) } else { alive(world, &webhook, &known) }
}

/// Everything came, each event under one id, and nobody thinks ill of the receiver any more.
fn alive(world: &World, webhook: &Webhook, known: &[Delivery]) {
    let (published, taken) = {
        let live = world.live();
        (live.published.clone(), live.taken.clone())
    };
    let ids: BTreeSet<_> = published.iter().map(|event| event.delivery_id(&world.business, "")).collect();
    for id in ids.iter().filter(|id| !taken.contains_key(*id)) {
        world.broken("every event comes to the receiver", id.to_string());
    }
    for id in taken.keys().filter(|id| !ids.contains(*id)) {
        world.broken("an event counts once by its id", id.to_string());
    }
    let is_told = |delivery: &&Delivery| {
        let last = delivery.attempts.last();
        delivery.state != DeliveryState::Delivered || last.is_none_or(|last| !last.outcome.is_success())
    };
    if let Some(wrong) = known.iter().find(is_told) {
        world.broken("the log says what became of it", format!("{wrong:?}"));
    }
    // Of two posts of one event beside each other one may have failed behind the other's answer, with none to come after it.
    let answered_at = world.live().answered_at;
    if webhook.failing_since.is_some_and(|since| answered_at.is_none_or(|at| since <= at)) || webhook.disabled.is_some()
    {
        world.broken("a webhook that takes everything is well", format!("{webhook:?}"));
    }
}

/// It is off, somebody was told, and it is left alone.
fn dead(world: &World, webhook: &Webhook, known: &[Delivery]) {
    let told = world.live().told;
    let posted_at = world.live().posted_at;
    // Whether it was tried for days depends on what was published: only then is it off.
    let Some(disabled) = &webhook.disabled else {
        let was_tried = |delivery: &&Delivery| {
            let last = delivery.attempts.last().zip(webhook.failing_since);
            delivery.failures >= 6 && last.is_some_and(|(last, since)| last.at.duration_since(since) >= TRIED)
        };
        if let Some(tried) = known.iter().find(was_tried) {
            world.broken("a webhook that takes nothing goes off", format!("{tried:?}"));
        }
        let is_known = webhook.failing_since.is_some() || world.live().entered_again > 0;
        if !is_known && known.iter().any(|delivery| delivery.failures > 1) {
            world.broken("a webhook that takes nothing is known to fail", format!("{known:?}"));
        }
        if known.iter().any(|delivery| delivery.state == DeliveryState::Delivered) {
            world.broken("what nobody took is not delivered", format!("{known:?}"));
        }
        return;
    };
    if told == 0 || !disabled.told {
        world.broken("the end of a webhook is told", format!("{told} times: {disabled:?}"));
    }
    if posted_at.is_some_and(|at| at > disabled.at + UNDER_WAY) {
        world.broken("nothing is posted to a webhook that is off", format!("{posted_at:?} after {}", disabled.at));
    }
}
