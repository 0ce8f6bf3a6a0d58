//! What became of the events that were posted to the business's webhook.

use crate::Api;
use crate::auth::Admin;
use crate::cursor::{PageQuery, cursor};
use crate::idempotency::IdempotencyContext;
use crate::json::Params;
use crate::openapi::NotThere;
use crate::ports::Ports;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::webhook::{Attempt, Delivery, DeliveryDue, DeliveryId, DeliveryState, Outcome};
use zikaron_protocol::ports::{Clock, EventBus, WebhookStore};
use zikaron_protocol::webhook::edit::{self, WebhookError};

const LIST: &str = "deliveries";

/// Which delivery.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct DeliveryPath {
    /// The delivery's id, which is the `webhook-id` of its posts.
    #[param(pattern = "^[A-Za-z0-9_]{1,64}$")]
    delivery: String,
}

/// How far a delivery is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    /// It is to be posted, or posted again.
    Waiting,
    /// The receiver answered with 2xx.
    Delivered,
    /// It was tried for a day or refused for good, or the webhook is off or elsewhere now: it can be posted again by
    /// hand.
    Failed,
}

/// How a post ended.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PostResult {
    /// The receiver answered: `status` says what.
    Answered,
    /// It did not answer within 15 seconds.
    TimedOut,
    /// No connection came about, or it broke off.
    Unreachable,
    /// The name leads to an address that is not everybody's, or the CRM has to be entered again: nothing was sent.
    NotAllowed,
    /// The CRM will never take this event: `status` says what it answered.
    Refused,
}

/// One post.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PostDocument {
    /// When it began.
    at: Timestamp,
    /// How long it took, in milliseconds.
    took_ms: u64,
    /// How it ended.
    result: PostResult,
    /// The HTTP status that was answered.
    status: Option<u16>,
}

impl From<Attempt> for PostDocument {
    fn from(attempt: Attempt) -> Self {
        let (result, status) = match attempt.outcome {
            Outcome::Answered(status) => (PostResult::Answered, Some(status)),
            Outcome::TimedOut => (PostResult::TimedOut, None),
            Outcome::Unreachable => (PostResult::Unreachable, None),
            Outcome::NotAllowed => (PostResult::NotAllowed, None),
            Outcome::Refused(status) => (PostResult::Refused, Some(status)),
        };
        Self { at: attempt.at, took_ms: attempt.took_ms, result, status }
    }
}

/// An event that was posted to the webhook, or is to be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryDocument {
    /// Its id, which is the `webhook-id` of its posts.
    id: String,
    /// The kind of event.
    event: String,
    /// When the event was published.
    at: Timestamp,
    /// What the bus told of it: ids, and nothing of a profile.
    #[schema(value_type = Object)]
    data: Map<String, Value>,
    /// How far it is.
    state: Progress,
    /// When it is posted next.
    next_at: Option<Timestamp>,
    /// The last posts, oldest first.
    posts: Vec<PostDocument>,
}

impl From<Delivery> for DeliveryDocument {
    fn from(delivery: Delivery) -> Self {
        let (state, next_at) = match delivery.state {
            DeliveryState::Waiting { next_at } => (Progress::Waiting, Some(next_at)),
            DeliveryState::Delivered => (Progress::Delivered, None),
            DeliveryState::Failed => (Progress::Failed, None),
        };
        Self {
            id: delivery.id.to_string(),
            event: delivery.kind,
            at: delivery.at,
            data: delivery.data,
            state,
            next_at,
            posts: delivery.attempts.into_iter().map(PostDocument::from).collect(),
        }
    }
}

/// Some of the deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryPage {
    /// Those published last first; kept for 30 days.
    deliveries: Vec<DeliveryDocument>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

/// What became of the events
#[utoipa::path(get, path = "/v1/webhook/deliveries", tag = "webhook", operation_id = "list_deliveries",
    params(PageQuery), responses((status = 200, body = DeliveryPage)), security(("staff" = ["admin"])))]
pub(crate) async fn list<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    Params(page): Params<PageQuery>,
) -> Result<Json<DeliveryPage>, Problem> {
    let (most, before) = (page.most()?, page.after(&caller, LIST)?);
    let (found, next) = api.ports.store().deliveries(&caller.business, before.as_ref(), most).await?;
    let deliveries = found.into_iter().map(DeliveryDocument::from).collect();
    Ok(Json(DeliveryPage { deliveries, next: cursor(&caller, LIST, next) }))
}

/// Post an event again
///
/// Under the same id, and tried for a day again. A receiver that has it already knows it by that.
#[utoipa::path(post, path = "/v1/webhook/deliveries/{delivery}/redeliver", tag = "webhook", operation_id = "redeliver",
    params(DeliveryPath), responses((status = 202, body = DeliveryDocument), NotThere),
    security(("staff" = ["admin"])))]
pub(crate) async fn redeliver<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    Path(path): Path<DeliveryPath>,
    context: IdempotencyContext,
) -> Result<(StatusCode, Json<DeliveryDocument>), Problem> {
    let (store, business) = (api.ports.store(), caller.business.clone());
    let id = DeliveryId::parse(path.delivery).map_err(|_| WebhookError::NoDelivery)?;
    let delivery = if context.is_done {
        store.delivery(&business, &id).await?.ok_or(WebhookError::NoDelivery)?
    } else {
        let delivery = edit::redeliver(store, &business, &id, context.now()).await?;
        let due = DeliveryDue { business, delivery: id, version: delivery.version };
        api.ports.bus().publish(&[Event::DeliveryDue(due)]).await?;
        delivery
    };
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}
