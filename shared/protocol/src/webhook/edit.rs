//! What staff do with their webhook.

use crate::model::ids::BusinessId;
use crate::model::webhook::{
    Crm, Delivery, DeliveryId, DeliveryState, Include, PreviousSecret, SealedToken, SecretId, Webhook,
};
use crate::ports::error::Unavailable;
use crate::ports::store::CommitError;
use crate::ports::webhook::WebhookStore;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The business has no webhook.
    #[error("there is no webhook")]
    None,
    /// There is no such delivery, or none any more.
    #[error("there is no such delivery")]
    NoDelivery,
    /// A CRM is entered without a token, and there is none that was entered for it at this address.
    #[error("there is no token for the CRM")]
    NoToken,
    /// Nothing is posted to it: staff enter it again first.
    #[error("the webhook is off")]
    Off,
    /// The store does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// What staff enter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Where to; checked.
    pub url: String,
    /// Which events; all where it is empty.
    pub events: Vec<String>,
    /// What beside ids.
    pub include: Include,
    /// The CRM that stands there, if one does.
    pub crm: Option<WantedCrm>,
}

/// A CRM as staff enter it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedCrm {
    /// Its mapping, by name; there is one.
    pub mapping: String,
    /// Its token; none for the one that stands.
    pub token: Option<SealedToken>,
}

/// Enters a webhook, or another address of it; one that was off is on again. `fresh` becomes its secret where there is
/// none yet. What another address refused is not posted to a new one. A token that is not entered is the one that stands
/// as this is written, for the same CRM at the same address: it goes to no other.
///
/// # Errors
/// [`WebhookError::NoToken`], [`WebhookError::Unavailable`].
pub async fn enter<S: WebhookStore>(
    store: &S,
    business: &BusinessId,
    wanted: &Wanted,
    fresh: &SecretId,
    now: Timestamp,
) -> Result<Webhook, WebhookError> {
    loop {
        let stands = store.webhook(business).await?;
        let version = stands.as_ref().map_or(0, |stands| stands.version) + 1;
        let kept = stands.filter(|stands| !stands.removed);
        let Wanted { url, mut events, include, crm } = wanted.clone();
        // Named twice it is wanted once: so what is kept is never longer than the list of all there are.
        let mut named = BTreeSet::new();
        events.retain(|name| named.insert(name.clone()));
        let same = kept.as_ref().filter(|kept| kept.url == url);
        let url_since = same.map_or(Some(now), |same| same.url_since);
        let crm = match crm {
            Some(WantedCrm { mapping, token }) => {
                let stands = same.and_then(|same| same.crm.as_ref()).filter(|stands| stands.mapping == mapping);
                let token = token.or_else(|| stands.map(|stands| stands.token.clone()));
                Some(Crm { mapping, token: token.ok_or(WebhookError::NoToken)? })
            }
            None => None,
        };
        let next = Webhook {
            version,
            url,
            events,
            include,
            crm,
            secret: kept.as_ref().map_or(fresh, |kept| &kept.secret).clone(),
            previous: kept.and_then(|kept| kept.previous),
            entered_at: Some(now),
            url_since,
            failing_since: None,
            disabled: None,
            removed: false,
        };
        if put(store, business, &next).await? {
            return Ok(next);
        }
    }
}

/// Has it signed with `fresh` from now on, and with the secret before until `until`.
///
/// # Errors
/// [`WebhookError`].
pub async fn rotate<S: WebhookStore>(
    store: &S,
    business: &BusinessId,
    fresh: &SecretId,
    until: Timestamp,
) -> Result<Webhook, WebhookError> {
    loop {
        let stands = current(store, business).await?;
        // Asked for again: it was done.
        if stands.secret == *fresh {
            return Ok(stands);
        }
        let previous = Some(PreviousSecret { id: stands.secret.clone(), until });
        let next = Webhook { secret: fresh.clone(), previous, ..stands.next() };
        if put(store, business, &next).await? {
            return Ok(next);
        }
    }
}

/// Takes it away, and with it the token of a CRM. What still waits is not posted.
///
/// # Errors
/// [`WebhookError`].
pub async fn remove<S: WebhookStore>(store: &S, business: &BusinessId) -> Result<(), WebhookError> {
    loop {
        let stands = current(store, business).await?;
        if put(store, business, &Webhook { removed: true, crm: None, ..stands.next() }).await? {
            return Ok(());
        }
    }
}

/// Makes an event one that is to be posted now, tried for a day again. Whoever asks for it publishes `delivery.due` then:
/// asked for again, it is what it was.
///
/// # Errors
/// [`WebhookError`].
pub async fn redeliver<S: WebhookStore>(
    store: &S,
    business: &BusinessId,
    id: &DeliveryId,
    now: Timestamp,
) -> Result<Delivery, WebhookError> {
    if !current(store, business).await?.is_on() {
        return Err(WebhookError::Off);
    }
    loop {
        let stands = store.delivery(business, id).await?.ok_or(WebhookError::NoDelivery)?;
        if matches!(stands.state, DeliveryState::Waiting { next_at } if next_at <= now) {
            return Ok(stands);
        }
        let next = Delivery { failures: 0, ..stands.next(DeliveryState::Waiting { next_at: now }) };
        match store.put_delivery(business, &next).await {
            Ok(()) => return Ok(next),
            Err(CommitError::Conflict(_)) => {}
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
        }
    }
}

/// The webhook of a business that has one.
///
/// # Errors
/// [`WebhookError`].
pub async fn current<S: WebhookStore>(store: &S, business: &BusinessId) -> Result<Webhook, WebhookError> {
    store.webhook(business).await?.filter(|webhook| !webhook.removed).ok_or(WebhookError::None)
}

/// Whether it is written; not where somebody else wrote first.
async fn put<S: WebhookStore>(store: &S, business: &BusinessId, next: &Webhook) -> Result<bool, WebhookError> {
    match store.put_webhook(business, next).await {
        Ok(()) => Ok(true),
        Err(CommitError::Conflict(_)) => Ok(store.webhook(business).await?.as_ref() == Some(next)),
        Err(CommitError::Unavailable(error)) => Err(error.into()),
    }
}
