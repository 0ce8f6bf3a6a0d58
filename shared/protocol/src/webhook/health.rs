//! Whether a webhook is alive. One that takes nothing for days is not posted to any more, and the business is told.

use crate::model::event::{Event, WebhookDisabled};
use crate::model::ids::BusinessId;
use crate::model::webhook::{Disabled, DisabledCause, Outcome, Webhook};
use crate::ports::bus::EventBus;
use crate::ports::error::Unavailable;
use crate::ports::store::CommitError;
use crate::ports::webhook::WebhookStore;
use jiff::{SignedDuration, Timestamp};
use tracing::error;

/// For so long no post may succeed: a weekend and a feast on which nobody mends anything …
const DEAD: SignedDuration = SignedDuration::from_hours(5 * 24);
/// … and so often, over hours, one event may be refused: where one comes a week, the first that fails ends nothing.
const REFUSED: u32 = 6;
/// What the receiver answers when nothing is to be posted to it ever again (Standard Webhooks, "Response").
const GONE: Outcome = Outcome::Answered(410);

/// A post that was not taken.
pub(super) struct Refusal {
    /// When it began.
    pub(super) began: Timestamp,
    /// When it ended.
    pub(super) at: Timestamp,
    /// How it ended.
    pub(super) outcome: Outcome,
    /// The how manieth of its event.
    pub(super) failures: u32,
}

/// A post that ended then was taken.
pub(super) async fn is_well<S: WebhookStore>(
    store: &S,
    business: &BusinessId,
    webhook: &Webhook,
    at: Timestamp,
) -> Result<(), Unavailable> {
    if webhook.failing_since.is_none_or(|since| at < since) {
        return Ok(());
    }
    change(store, business, webhook, |stands| {
        let is_over = stands.failing_since.is_some_and(|since| since <= at);
        is_over.then(|| Webhook { failing_since: None, ..stands.next() })
    })
    .await
    .map(drop)
}

/// A post was not taken.
pub(super) async fn failed<S: WebhookStore, B: EventBus>(
    store: &S,
    bus: &B,
    business: &BusinessId,
    webhook: &Webhook,
    refusal: Refusal,
) -> Result<(), Unavailable> {
    let Refusal { began, at, outcome, failures } = refusal;
    let cause = |since: Timestamp| {
        let is_dead = at.duration_since(since) >= DEAD && failures >= REFUSED;
        if outcome == GONE { Some(DisabledCause::Gone) } else { is_dead.then_some(DisabledCause::Failing) }
    };
    if webhook.failing_since.is_some_and(|since| cause(since).is_none()) {
        return Ok(());
    }
    let changed = change(store, business, webhook, |stands| {
        // Entered again while this post was under way, it may be mended, or somebody else's.
        if stands.entered_at.is_some_and(|entered| began < entered) {
            return None;
        }
        let since = stands.failing_since.unwrap_or(at);
        let disabled = cause(since).map(|cause| Disabled { at, cause, told: false });
        let is_new = stands.failing_since.is_none() || disabled.is_some();
        (is_new && stands.is_on()).then(|| Webhook { failing_since: Some(since), disabled, ..stands.next() })
    })
    .await?;
    match changed {
        Some(changed) => tell(store, bus, business, &changed).await,
        None => Ok(()),
    }
}

/// Tells that a webhook is dead, if nobody did: the event first, then that it was told.
pub(super) async fn tell<S: WebhookStore, B: EventBus>(
    store: &S,
    bus: &B,
    business: &BusinessId,
    webhook: &Webhook,
) -> Result<(), Unavailable> {
    let Some(Disabled { at, cause, told: false }) = webhook.disabled.clone() else { return Ok(()) };
    error!(%business, ?cause, metric.webhooks_disabled = 1, "a webhook is not posted to any more");
    bus.publish(&[Event::WebhookDisabled(WebhookDisabled { business: business.clone(), at, cause })]).await?;
    change(store, business, webhook, |stands| {
        let disabled = stands.disabled.clone().filter(|disabled| disabled.at == at && !disabled.told)?;
        Some(Webhook { disabled: Some(Disabled { told: true, ..disabled }), ..stands.next() })
    })
    .await
    .map(drop)
}

/// Writes what `to` makes of the webhook that stands, while it is the one at this address; none where there is nothing to
/// be written.
async fn change<S: WebhookStore>(
    store: &S,
    business: &BusinessId,
    webhook: &Webhook,
    to: impl Fn(&Webhook) -> Option<Webhook>,
) -> Result<Option<Webhook>, Unavailable> {
    let mut stands = webhook.clone();
    loop {
        let Some(next) = to(&stands) else { return Ok(None) };
        match store.put_webhook(business, &next).await {
            Ok(()) => return Ok(Some(next)),
            Err(CommitError::Unavailable(error)) => return Err(error),
            Err(CommitError::Conflict(_)) => {}
        }
        match store.webhook(business).await? {
            // Ours, whose first answer was lost.
            Some(now) if now == next => return Ok(Some(next)),
            Some(now) if now.url == webhook.url && !now.removed => stands = now,
            _ => return Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::webhook::{Include, SecretId};
    use crate::testing::in_memory_store::InMemory;
    use crate::webhook::edit::{self, Wanted};

    struct Nobody;

    impl EventBus for Nobody {
        async fn publish(&self, _: &[Event]) -> Result<(), Unavailable> {
            Ok(())
        }
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    async fn entered(store: &InMemory, business: &BusinessId, at: i64) -> Webhook {
        let url = "https://hooks.example.com/".to_owned();
        let wanted = Wanted { url, events: Vec::new(), include: Include::default(), crm: None };
        edit::enter(store, business, &wanted, &SecretId::parse("first").unwrap(), second(at)).await.unwrap()
    }

    #[tokio::test]
    async fn a_post_that_began_before_the_receiver_was_mended_does_not_end_it() {
        let (store, business) = (InMemory::default(), BusinessId::parse("salon").unwrap());
        let before = entered(&store, &business, 0).await;
        let mended = entered(&store, &business, 100).await;
        for (began, ends) in [(90, false), (100, true)] {
            let refusal = Refusal { began: second(began), at: second(began + 15), outcome: GONE, failures: 1 };
            failed(&store, &Nobody, &business, &before, refusal).await.unwrap();
            let stands = store.webhook(&business).await.unwrap().unwrap();
            assert_eq!((stands == mended, stands.is_on()), (!ends, !ends), "began at {began}");
        }
    }
}
