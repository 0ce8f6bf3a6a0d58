//! Where a list goes on: opaque, and good only for the list of the business it was made for.

use crate::auth::Caller;
use crate::problem::Problem;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::IntoParams;
use zikaron_protocol::ports::store::Cursor;

/// How many items a page has where nobody says.
const DEFAULT_PAGE: u16 = 25;
/// How many it has at most.
const MAX_PAGE: u16 = 100;

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// How many items at most.
    #[param(minimum = 1, maximum = 100, default = 25)]
    pub(crate) limit: Option<u16>,
    /// Where the page before said to go on.
    #[param(max_length = 1000)]
    pub(crate) cursor: Option<String>,
}

impl PageQuery {
    pub(crate) fn most(&self) -> Result<usize, Problem> {
        match self.limit.unwrap_or(DEFAULT_PAGE) {
            limit @ 1..=MAX_PAGE => Ok(limit.into()),
            _ => Err(Problem::bad_request("limit", format!("must be from 1 to {MAX_PAGE}"))),
        }
    }

    pub(crate) fn after(&self, caller: &Caller, list: &str) -> Result<Option<Cursor>, Problem> {
        let refused = || Problem::bad_request("cursor", "is not one this list gave");
        let Some(text) = &self.cursor else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())?;
        let (business, of, place): (String, String, String) = serde_json::from_slice(&bytes).map_err(|_| refused())?;
        let ours = business == caller.business.as_str() && of == list && place.is_ascii() && !place.is_empty();
        if ours { Ok(Some(place)) } else { Err(refused()) }
    }
}

/// The cursor that goes on behind a place of a list.
pub(crate) fn cursor(caller: &Caller, list: &str, place: Option<Cursor>) -> Option<String> {
    let bytes = serde_json::to_vec(&(caller.business.as_str(), list, place?)).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}
