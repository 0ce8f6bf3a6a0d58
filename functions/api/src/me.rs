//! Who calls.

use crate::auth::{Role, Viewer};
use crate::ports::Ports;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

use crate::Api;

/// Who calls, by their token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// The business they are of.
    business: String,
    /// What they may do.
    role: Role,
}

/// Who calls, and what they may do
#[utoipa::path(get, path = "/v1/me", tag = "settings", operation_id = "who_calls",
    responses((status = 200, body = Me)), security(("staff" = ["viewer"])))]
pub(crate) async fn read<P: Ports>(State(_): State<Arc<Api<P>>>, Viewer(caller): Viewer) -> Json<Me> {
    Json(Me { business: caller.business.to_string(), role: caller.role })
}
