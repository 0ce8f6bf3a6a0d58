//! The end of a session, by hand.

use crate::Api;
use crate::auth::Agent;
use crate::idempotency::IdempotencyContext;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::LeadPath;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_protocol::model::event::{Event, SessionClose};
use zikaron_protocol::ports::EventBus;
use zikaron_protocol::ports::store::Store;

/// The session that closes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Closing {
    /// Its id; null where none was open, or where this request was made before.
    session: Option<String>,
}

/// Close the session now
///
/// It closes as soon as no turn is under way, and is summarised as if the customer had fallen silent.
#[utoipa::path(post, path = "/v1/leads/{lead}/session/close", tag = "conversation", operation_id = "close_session",
    params(LeadPath), responses((status = 202, body = Closing), LeadPath), security(("staff" = ["agent"])))]
pub(crate) async fn close<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    context: IdempotencyContext,
) -> Result<(StatusCode, Json<Closing>), Problem> {
    let key = caller.lead(&path.lead)?;
    let state = api.ports.store().state(&key).await?.ok_or_else(Problem::no_lead)?;
    // A repetition must not close a session that was opened since.
    let session = state.session.filter(|_| !context.is_done).map(|open| open.id);
    if session.is_some() {
        api.ports.bus().publish(&[Event::SessionClose(SessionClose { key, session: session.clone() })]).await?;
    }
    Ok((StatusCode::ACCEPTED, Json(Closing { session: session.map(|id| id.to_string()) })))
}
