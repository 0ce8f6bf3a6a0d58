//! Which customer a page is about.

use crate::api_error::ApiError;
use crate::simulator::Simulator;
use crate::state::{Contact, bsuid_of};
use serde::Deserialize;

/// A customer as the page names one.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CustomerQuery {
    /// Digits of the phone number.
    phone: Option<String>,
    /// The user id of a customer without one.
    bsuid: Option<String>,
}

impl CustomerQuery {
    /// The number of the business, which is the first one known, and the customer.
    pub(super) fn customer(&self, simulator: &Simulator) -> Result<(String, Contact), ApiError> {
        let number = simulator.state().connection(None).map(|connection| connection.number.clone());
        let number =
            number.ok_or_else(|| ApiError::not_found("no number is known: POST /connections makes one known"))?;
        let phone = self.phone.clone().filter(|phone| !phone.is_empty() && phone.bytes().all(|b| b.is_ascii_digit()));
        // It becomes an argument of the operator's command, so nothing that could be a flag is let through.
        let is_id = |bsuid: &String| bsuid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.') && !bsuid.is_empty();
        let bsuid = self.bsuid.clone().filter(is_id);
        let bsuid = bsuid.or_else(|| phone.as_ref().map(|phone| bsuid_of(&number, phone)));
        if bsuid.is_none() {
            return Err(ApiError::bad_request("nobody is named: `phone` (digits) or `bsuid` is needed"));
        }
        Ok((number, Contact { phone, bsuid }))
    }
}

/// The flag and its value by which the operator's command finds the customer.
pub(super) fn admin_flag(contact: &Contact) -> [String; 2] {
    match (&contact.phone, &contact.bsuid) {
        (Some(phone), _) => ["--phone".to_owned(), format!("+{phone}")],
        (None, bsuid) => ["--bsuid".to_owned(), bsuid.clone().unwrap_or_default()],
    }
}
