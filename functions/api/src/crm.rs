//! The CRM that may stand at the webhook's address: which one, and the token that lets us in.

use crate::Api;
use crate::ports::Ports;
use crate::problem::Problem;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zikaron_channels::crm::Mapping;
use zikaron_channels::webhook::WebhookSecrets;
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::model::webhook::{Crm, SealedToken, SecretId};
use zikaron_protocol::ports::{Ids, Unavailable};
use zikaron_protocol::webhook::edit::WantedCrm;

/// The longest token, in bytes.
const MAX_TOKEN_BYTES: usize = 512;

/// A CRM as it is entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CrmEntry {
    /// Which one: `hubspot`.
    mapping: String,
    /// The token of the business's own account there; it is never shown again. Left out, the one that stands stays, as
    /// long as CRM and address do.
    #[schema(value_type = Option<String>, max_length = 512)]
    token: Option<SecretString>,
}

/// The CRM that stands there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CrmDocument {
    /// Which one.
    mapping: String,
}

impl From<Crm> for CrmDocument {
    fn from(crm: Crm) -> Self {
        Self { mapping: crm.mapping }
    }
}

/// What the CRM is told, and so which events it can be sent.
pub(crate) fn mapping(entry: &CrmEntry) -> Result<Mapping, Problem> {
    let rule = || Problem::invalid("crm.mapping", format!("must be one of {}", Mapping::names().join(", ")));
    Mapping::named(&entry.mapping).ok_or_else(rule)
}

/// The CRM as it is entered, its token sealed, where there is one.
pub(crate) async fn sealed<P: Ports>(
    api: &Api<P>,
    business: &BusinessId,
    entry: CrmEntry,
) -> Result<WantedCrm, Problem> {
    let CrmEntry { mapping, token } = entry;
    let Some(token) = token else { return Ok(WantedCrm { mapping, token: None }) };
    let text = token.expose_secret();
    if text.is_empty() || text.len() > MAX_TOKEN_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        let rule = format!("must be 1 to {MAX_TOKEN_BYTES} letters, digits and signs of ASCII");
        return Err(Problem::invalid("crm.token", rule));
    }
    // Each token under a secret of its own, which signs nothing and is shown to nobody.
    let key = SecretId::parse(format!("crm_{}", api.ports.ids().ulid()));
    let key = key.map_err(|error| Unavailable::unreadable("ulid", &error))?;
    let text = api.ports.webhooks().webhook_secret(business, &key).await?.seal(&token);
    let text = text.ok_or_else(|| Unavailable { what: "token", reason: "it could not be sealed".to_owned() })?;
    Ok(WantedCrm { mapping, token: Some(SealedToken { key, text }) })
}
