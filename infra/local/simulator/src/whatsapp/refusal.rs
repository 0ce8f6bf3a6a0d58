//! Refusals in the shape of Meta's Graph API, with its codes:
//! <https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes>.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refused request: nothing of it was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: u16,
    pub(crate) code: i64,
    message: &'static str,
    details: String,
}

impl Refusal {
    pub(crate) fn token() -> Self {
        Self::new(401, 190, "Invalid OAuth access token - Cannot parse access token", "")
    }

    pub(crate) fn number() -> Self {
        let details = "Object does not exist, cannot be loaded due to missing permissions, or does not support this \
                       operation";
        Self::new(400, 100, "(#100) Unsupported post request", details)
    }

    /// An id that leads to nothing, or to nothing of this caller's.
    pub(crate) fn object() -> Self {
        let details = "Object does not exist, cannot be loaded due to missing permissions, or does not support this \
                       operation";
        Self::new(400, 100, "Unsupported get request", details)
    }

    pub(crate) fn parameter(details: impl Into<String>) -> Self {
        Self::new(400, 100, "(#100) Invalid parameter", details)
    }

    pub(crate) fn window() -> Self {
        let details = "Message failed to send because more than 24 hours have passed since the customer last replied \
                       to this number.";
        Self::new(400, 131_047, "(#131047) Re-engagement message", details)
    }

    /// A template that is not there, not approved any more, or of another form.
    pub(crate) fn template(code: i64, message: &'static str) -> Self {
        Self::new(400, code, message, "")
    }

    /// What a test wants to be answered.
    pub(crate) fn scripted(status: u16, code: i64) -> Self {
        Self::new(status, code, "Scripted error", "")
    }

    fn new(status: u16, code: i64, message: &'static str, details: impl Into<String>) -> Self {
        Self { status, code, message, details: details.into() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut error = json!({
            "message": self.message,
            "type": "OAuthException",
            "code": self.code,
            "fbtrace_id": "ASimulatedTrace",
        });
        if !self.details.is_empty() {
            error["error_data"] = json!({"messaging_product": "whatsapp", "details": self.details});
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        (status, Json(json!({"error": error}))).into_response()
    }
}
