//! The customer's side of a WhatsApp conversation.

use sha2::{Digest, Sha256};

/// A customer as WhatsApp's webhooks name them: by phone number, by user id, or by both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contact {
    /// Digits only, without `+`.
    pub(crate) phone: Option<String>,
    /// The business-scoped user id, see
    /// <https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids>.
    pub(crate) bsuid: Option<String>,
}

/// A user id for the owner of a phone, as one business sees it: always the same for the same two.
pub(crate) fn bsuid_of(number: &str, phone: &str) -> String {
    let digest = Sha256::digest(format!("{number} {phone}"));
    let digits: String = digest.iter().take(20).map(|byte| char::from(b'0' + byte % 10)).collect();
    format!("IL.{digits}")
}
