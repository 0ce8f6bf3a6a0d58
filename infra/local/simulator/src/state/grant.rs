//! Sign-ins: what the console asked for, and what was approved of it.

use crate::api_error::ApiError;
use serde::Deserialize;

/// What the console asks for.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Authorize {
    pub(crate) response_type: String,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) code_challenge: String,
    pub(crate) code_challenge_method: String,
    #[serde(default)]
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) nonce: String,
    /// Who they say they are; only of the page's answer.
    #[serde(default)]
    pub(crate) business: String,
    #[serde(default)]
    pub(crate) role: String,
}

/// What a code stands for, until it is used.
pub(crate) struct Grant {
    pub(crate) asked: Authorize,
    pub(crate) until: i64,
}

impl Authorize {
    /// What a real issuer is strict about, and a console could get wrong.
    pub(crate) fn check(&self) -> Result<(), ApiError> {
        let local = ["http://127.0.0.1:", "http://localhost:"];
        let wrong = if self.response_type != "code" {
            "response_type must be code"
        } else if self.code_challenge_method != "S256" || self.code_challenge.len() != 43 {
            "a code_challenge of S256 is needed"
        } else if !local.iter().any(|start| self.redirect_uri.starts_with(start)) {
            "redirect_uri must be on this machine"
        } else {
            return Ok(());
        };
        Err(ApiError::bad_request(wrong))
    }
}
