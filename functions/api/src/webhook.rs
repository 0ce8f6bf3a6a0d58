//! The webhook of the business: where its events are posted, and what they are signed with.

use crate::Api;
use crate::auth::Admin;
use crate::crm::{self, CrmDocument, CrmEntry};
use crate::idempotency::IdempotencyContext;
use crate::json::Body;
use crate::openapi::NotThere;
use crate::ports::Ports;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_channels::webhook::{WebhookSecrets, WebhookTargets};
use zikaron_protocol::model::event::{DOMAIN_EVENTS, Event, WebhookTest};
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::model::webhook::{DisabledCause, Include, SecretId, Webhook};
use zikaron_protocol::ports::{Clock, EventBus, Ids, Unavailable};
use zikaron_protocol::webhook::edit::{self, Wanted, WebhookError};

/// For how long posts are signed with the secret before, in hours, where nobody says.
const KEEP_HOURS: u16 = 24;
/// And at most: a week.
const MAX_KEEP_HOURS: u16 = 168;

/// What a webhook may be sent beside ids. A CRM is told the customer's phone number in any case.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Included {
    /// `summary` in `memory.updated` and `session.closed`: the summary of the last interaction. To a CRM: that of the
    /// conversation that ended.
    summary: bool,
    /// `values` in `memory.updated`: the values of the fields that changed. To a CRM: name and city, whenever a
    /// conversation has ended.
    values: bool,
}

/// A webhook as it is entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "https://hooks.example.com/zikaron", "events": ["memory.updated"]}))]
pub(crate) struct WebhookEntry {
    /// Where events are posted: by https, to a host that anybody on the internet can reach.
    #[schema(max_length = 2048, format = "uri")]
    url: String,
    /// The kinds of events that are wanted (docs/events.md); all where there is none.
    #[serde(default)]
    #[schema(max_items = 13)]
    events: Vec<String>,
    /// What is wanted beside ids. Whoever receives it holds what a customer said.
    #[serde(default)]
    include: Included,
    /// The CRM that stands at this address, and is told in its own words (docs/crm.md); none where events are posted.
    crm: Option<CrmEntry>,
}

/// How a webhook is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WebhookState {
    /// Posts succeed, as far as is known.
    Active,
    /// No post has succeeded for a while; they are tried again.
    Failing,
    /// Nothing is posted: enter it again once the receiver is well.
    Disabled,
}

/// The webhook of the business.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookDocument {
    /// Where events are posted.
    url: String,
    /// The kinds of events that are wanted; all where there is none.
    events: Vec<String>,
    /// What is wanted beside ids.
    include: Included,
    /// The CRM that stands there.
    crm: Option<CrmDocument>,
    /// How it is.
    state: WebhookState,
    /// Since when no post has succeeded.
    failing_since: Option<Timestamp>,
    /// Since when nothing is posted.
    disabled_at: Option<Timestamp>,
    /// Why nothing is posted.
    disabled_cause: Option<DisabledCause>,
}

impl From<Webhook> for WebhookDocument {
    fn from(webhook: Webhook) -> Self {
        let state = match (&webhook.disabled, &webhook.failing_since) {
            (Some(_), _) => WebhookState::Disabled,
            (None, Some(_)) => WebhookState::Failing,
            (None, None) => WebhookState::Active,
        };
        Self {
            url: webhook.url,
            events: webhook.events,
            include: Included { summary: webhook.include.summary, values: webhook.include.values },
            crm: webhook.crm.map(CrmDocument::from),
            state,
            failing_since: webhook.failing_since,
            disabled_at: webhook.disabled.as_ref().map(|disabled| disabled.at),
            disabled_cause: webhook.disabled.map(|disabled| disabled.cause),
        }
    }
}

/// What posts are signed with, as a library of Standard Webhooks takes it.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookSecretDocument {
    /// The secret.
    #[schema(pattern = "^whsec_")]
    secret: String,
    /// The one before, while posts are signed with both.
    previous: Option<String>,
    /// Until when they are.
    previous_until: Option<Timestamp>,
}

/// A change of secrets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"keep_hours": 24}))]
pub(crate) struct SecretChange {
    /// For how many hours posts are signed with the secret before too; 24 where nobody says. 0 where it has leaked.
    #[schema(maximum = 168)]
    keep_hours: Option<u16>,
}

/// A test that is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookTested {
    /// Its id among the deliveries, where it stands in a moment.
    delivery: String,
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::None => Self::not_found("webhook"),
            WebhookError::NoDelivery => Self::not_found("delivery").at("delivery"),
            WebhookError::NoToken => Self::invalid("crm.token", "must be given for a new CRM or another address"),
            WebhookError::Off => Self::conflict("nothing is posted to the webhook: enter it again first"),
            WebhookError::Unavailable(error) => error.into(),
        }
    }
}

/// The webhook of the business
#[utoipa::path(get, path = "/v1/webhook", tag = "webhook", operation_id = "read_webhook",
    responses((status = 200, body = WebhookDocument), NotThere),
    security(("staff" = ["admin"])))]
pub(crate) async fn read<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
) -> Result<Json<WebhookDocument>, Problem> {
    Ok(Json(edit::current(api.ports.store(), &caller.business).await?.into()))
}

/// Enter the webhook, or change it
///
/// All of it is replaced, but its secret stays. One to which nothing was posted any more is posted to again.
#[utoipa::path(put, path = "/v1/webhook", tag = "webhook", operation_id = "enter_webhook",
    request_body = WebhookEntry, responses((status = 200, body = WebhookDocument)),
    security(("staff" = ["admin"])))]
pub(crate) async fn enter<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    Body(entry): Body<WebhookEntry>,
) -> Result<Json<WebhookDocument>, Problem> {
    let mapping = entry.crm.as_ref().map(crm::mapping).transpose()?;
    let known: Vec<String> = match &mapping {
        Some(mapping) => mapping.events().map(str::to_owned).collect(),
        None => DOMAIN_EVENTS.map(str::to_owned).into(),
    };
    if entry.events.len() > known.len() {
        return Err(Problem::invalid("events", "must not name an event twice"));
    }
    if let Some(at) = entry.events.iter().position(|name| !known.contains(name)) {
        return Err(Problem::invalid(format!("events.{at}"), format!("must be one of {}", known.join(", "))));
    }
    api.ports.webhooks().check(&entry.url).await.map_err(|error| Problem::invalid("url", error.to_string()))?;
    let include = Include { summary: entry.include.summary, values: entry.include.values };
    // All that a CRM can be sent are those of its mapping.
    let events = if mapping.is_some() && entry.events.is_empty() { known } else { entry.events };
    let crm = match entry.crm {
        Some(crm) => Some(crm::sealed(&api, &caller.business, crm).await?),
        None => None,
    };
    let wanted = Wanted { url: entry.url, events, include, crm };
    let fresh = secret_id(api.ports.ids())?;
    let now = api.ports.clock().now();
    Ok(Json(edit::enter(api.ports.store(), &caller.business, &wanted, &fresh, now).await?.into()))
}

/// Take the webhook away
///
/// What waits to be posted is not.
#[utoipa::path(delete, path = "/v1/webhook", tag = "webhook", operation_id = "remove_webhook",
    responses((status = 204), NotThere), security(("staff" = ["admin"])))]
pub(crate) async fn remove<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
) -> Result<StatusCode, Problem> {
    edit::remove(api.ports.store(), &caller.business).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What posts are signed with
#[utoipa::path(get, path = "/v1/webhook/secret", tag = "webhook", operation_id = "read_webhook_secret",
    responses((status = 200, body = WebhookSecretDocument), NotThere),
    security(("staff" = ["admin"])))]
pub(crate) async fn read_secret<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
) -> Result<Json<WebhookSecretDocument>, Problem> {
    let webhook = edit::current(api.ports.store(), &caller.business).await?;
    Ok(Json(shown(&api, &caller.business, &webhook).await?))
}

/// Sign with a new secret
///
/// For a while posts are signed with both, so that the receiver can change over without losing an event; the one before
/// the last is void at once.
#[utoipa::path(post, path = "/v1/webhook/secret", tag = "webhook", operation_id = "change_webhook_secret",
    request_body = SecretChange,
    responses((status = 200, body = WebhookSecretDocument), NotThere),
    security(("staff" = ["admin"])))]
pub(crate) async fn change_secret<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    context: IdempotencyContext,
    Body(change): Body<SecretChange>,
) -> Result<Json<WebhookSecretDocument>, Problem> {
    let store = api.ports.store();
    let hours = change.keep_hours.unwrap_or(KEEP_HOURS);
    if hours > MAX_KEEP_HOURS {
        return Err(Problem::invalid("keep_hours", format!("must be at most {MAX_KEEP_HOURS}")));
    }
    let webhook = if context.is_done {
        edit::current(store, &caller.business).await?
    } else {
        let until = context.now() + SignedDuration::from_hours(hours.into());
        edit::rotate(store, &caller.business, &secret_id(&context)?, until).await?
    };
    Ok(Json(shown(&api, &caller.business, &webhook).await?))
}

/// Post a test
///
/// An event `webhook.test`, signed and tried again as any other: what became of it stands among the deliveries.
#[utoipa::path(post, path = "/v1/webhook/test", tag = "webhook", operation_id = "test_webhook",
    responses((status = 202, body = WebhookTested), NotThere),
    security(("staff" = ["admin"])))]
pub(crate) async fn test<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    context: IdempotencyContext,
) -> Result<(StatusCode, Json<WebhookTested>), Problem> {
    if !edit::current(api.ports.store(), &caller.business).await?.is_on() {
        return Err(WebhookError::Off.into());
    }
    let event = Event::WebhookTest(WebhookTest { business: caller.business.clone(), test: context.ulid() });
    let delivery = event.delivery_id(&caller.business, "").to_string();
    if !context.is_done {
        api.ports.bus().publish(&[event]).await?;
    }
    Ok((StatusCode::ACCEPTED, Json(WebhookTested { delivery })))
}

async fn shown<P: Ports>(
    api: &Api<P>,
    business: &BusinessId,
    webhook: &Webhook,
) -> Result<WebhookSecretDocument, Problem> {
    let webhooks = api.ports.webhooks();
    let previous = webhook.previous.as_ref().filter(|previous| api.ports.clock().now() < previous.until);
    let text = async |id| Ok::<_, Unavailable>(webhooks.webhook_secret(business, id).await?.to_text());
    let secret = text(&webhook.secret).await?.expose_secret().to_owned();
    let before = match previous {
        Some(previous) => Some(text(&previous.id).await?.expose_secret().to_owned()),
        None => None,
    };
    Ok(WebhookSecretDocument { secret, previous: before, previous_until: previous.map(|previous| previous.until) })
}

fn secret_id(ids: &impl Ids) -> Result<SecretId, Problem> {
    SecretId::parse(ids.ulid()).map_err(|error| Unavailable::unreadable("ulid", &error).into())
}
