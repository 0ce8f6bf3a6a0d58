//! What goes wrong, as problem documents (RFC 9457, <https://www.rfc-editor.org/rfc/rfc9457>) that name the field. They
//! hold nothing a caller did not send.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use zikaron_memory::settings::SettingsError;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::store::CommitError;
use zikaron_protocol::staff::EditError;

/// The media type of a problem document.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: the title says what the status means.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What the status means.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong and what to do about it, for a person.
    detail: String,
    /// The field, parameter or header it is about, with a dot between the steps of a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Problem");
        Self { kind: "about:blank", title, status: status.as_u16(), detail: detail.into(), field: None }
    }

    pub(crate) fn at(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    pub(crate) fn bad_request(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail).at(field)
    }

    pub(crate) fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail).at(field)
    }

    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "a valid access token is needed").at("Authorization")
    }

    pub(crate) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "your role may not do this")
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no such {what}"))
    }

    pub(crate) fn no_lead() -> Self {
        Self::not_found("lead").at("lead")
    }

    pub(crate) fn moved() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "it was changed since you read it: read it again").at("If-Match")
    }

    pub(crate) fn too_large(most: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body may be {most} bytes long"))
    }
}

pub(crate) async fn nothing_here() -> Problem {
    Problem::not_found("address")
}

pub(crate) async fn not_this_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this address does not know this method")
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<Unavailable> for Problem {
    fn from(error: Unavailable) -> Self {
        tracing::error!(%error, "a dependency failed");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "something this needs does not answer: try again")
    }
}

impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(_) => Self::moved(),
            CommitError::Unavailable(error) => error.into(),
        }
    }
}

impl From<EditError> for Problem {
    fn from(error: EditError) -> Self {
        match error {
            EditError::NoLead => Self::no_lead(),
            EditError::NoNote => Self::not_found("note").at("note"),
            EditError::NoSuggestion { field } => Self::not_found("suggestion").at(field),
            EditError::Moved => Self::moved(),
            EditError::Refused { field, reason } => {
                let detail = match reason {
                    zikaron_memory::reason::Reason::UnknownField => {
                        "the business has no such field: `GET /v1/settings` lists them"
                    }
                    zikaron_memory::reason::Reason::TooLong => {
                        "the value is longer than the settings allow for this field (max_chars): shorten it"
                    }
                    _ => "the value holds nothing that can be kept",
                };
                Self::invalid(field, detail)
            }
            EditError::NoConversation | EditError::Erased | EditError::Full | EditError::ActionOver => {
                Self::conflict(error.to_string())
            }
            EditError::NoAction => Self::not_found("action").at("action"),
            // The field names the rule, for a program.
            EditError::NotAllowed(rule) => Self::conflict(rule.to_string()).at(rule.name()),
            EditError::Contended => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "others keep writing to this lead: try again")
            }
            EditError::Unavailable(error) => error.into(),
        }
    }
}

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::UnknownKey(ref key) => Self::invalid(key.clone(), error.to_string()),
            SettingsError::Invalid { key, rule } => Self::invalid(key, rule),
        }
    }
}
