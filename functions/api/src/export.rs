//! Everything about a lead.

use crate::Api;
use crate::auth::Admin;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::LeadPath;
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::business_store::LeadCollections;
use zikaron_protocol::staff::leads_of_customer;

/// In bytes: Lambda answers with 6 MB at most
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>); quotation marks are escaped once more
/// on the way.
const MAX_BYTES: usize = 4_500_000;

/// Everything that is stored about a lead.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Export {
    /// The lead's id.
    lead: String,
    /// When this was read.
    exported_at: Timestamp,
    /// The items as they are stored, by kind (`STATE`, `MEMORY`, `SES` sessions, `MSG` messages, `NOTE` notes, `CHANGE`
    /// changes of the profile, `CALL` phone calls, `ALIAS` names), oldest first.
    #[schema(value_type = BTreeMap<String, Vec<BTreeMap<String, Value>>>)]
    items: BTreeMap<String, Vec<Value>>,
}

/// Export everything about a lead
///
/// As one document, also what the API shows nowhere else, and what a lead holds that is just being merged into this one. A
/// lead of more than 4.5 MB is refused: read its messages
/// page by page.
#[utoipa::path(get, path = "/v1/leads/{lead}/export", tag = "privacy", params(LeadPath),
    responses((status = 200, body = Export), LeadPath), security(("staff" = ["admin"])))]
pub(crate) async fn export<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    Path(path): Path<LeadPath>,
) -> Result<Json<Export>, Problem> {
    let key = caller.lead(&path.lead)?;
    let store = api.ports.store();
    let leads = leads_of_customer(store, &key).await?;
    if leads.is_empty() {
        return Err(Problem::no_lead());
    }
    let (mut all, mut left) = (BTreeMap::new(), MAX_BYTES);
    for (number, lead) in leads.iter().enumerate() {
        let of_it = store.everything(lead, left).await?;
        let of_it =
            of_it.ok_or_else(|| Problem::conflict("more is stored than one answer holds: read it page by page"))?;
        left = left.saturating_sub(of_it.values().map(|item| item.to_string().len()).sum());
        all.extend(of_it.into_iter().map(|(place, item)| ((place, number), item)));
    }
    let mut items: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for ((place, _), item) in all {
        let kind = place.split('#').next().unwrap_or_default().to_owned();
        items.entry(kind).or_default().push(item);
    }
    Ok(Json(Export { lead: key.lead.to_string(), exported_at: api.ports.clock().now(), items }))
}
