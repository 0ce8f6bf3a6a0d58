//! Everything about a lead goes.

use crate::Api;
use crate::auth::Admin;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::LeadPath;
use axum::Json;
use axum::extract::{Path, State};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_protocol::ports::business_store::ErasureReceipt;
use zikaron_protocol::staff::{self, ErasurePorts};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What was removed, and what may remain where.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Receipt {
    /// The lead's id, which names nobody any more.
    lead: String,
    /// When. What the customer wrote before is not taken in any more, however late it comes.
    erased_at: Timestamp,
    /// How many items of each kind were removed, beside the lead itself; kinds as in an export.
    removed: BTreeMap<String, u64>,
    /// How many names (phone numbers, user ids) led to the lead. A keyed hash of each remains for 90 days.
    names: u64,
    /// How many schedules were deleted.
    schedules_deleted: u64,
    /// What may remain, and until when.
    may_remain: Vec<Remainder>,
}

/// What may remain for a while.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Remainder {
    /// Where.
    place: &'static str,
    /// Until when; null where this system does not decide it.
    until: Option<Timestamp>,
}

impl Receipt {
    fn new(lead: String, receipt: ErasureReceipt) -> Self {
        let days = |days: i32| receipt.erased_at.checked_add(DAY * days).ok();
        let remainder = |place, until| Remainder { place, until };
        Self {
            lead,
            erased_at: receipt.erased_at,
            removed: receipt.removed.unwrap_or_default(),
            names: receipt.names,
            schedules_deleted: receipt.schedules,
            may_remain: vec![
                // Point-in-time recovery keeps 35 days; the failure queues keep 14, and an event sent back 14 more.
                remainder("point-in-time backups of the table", days(35)),
                remainder("failed events in queues", days(28)),
                // Ids only.
                remainder("logs, which hold ids and no message text or phone numbers", None),
                remainder("WhatsApp, and the vendor of the language model", None),
            ],
        }
    }
}

/// Erase everything about a lead
///
/// Safe beside a conversation that is going on: from the first moment nothing more is stored. Asked again, it answers
/// the same receipt, and finishes an erasure that broke off. A later message of the customer's starts a new lead.
#[utoipa::path(delete, path = "/v1/leads/{lead}", tag = "privacy", params(LeadPath),
    responses((status = 200, body = Receipt), LeadPath), security(("staff" = ["admin"])))]
pub(crate) async fn erase<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    Path(path): Path<LeadPath>,
) -> Result<Json<Receipt>, Problem> {
    let key = caller.lead(&path.lead)?;
    let ports = &api.ports;
    let with =
        ErasurePorts { store: ports.store(), clock: ports.clock(), bus: ports.bus(), schedules: ports.schedules() };
    let receipt = staff::erase(&with, &key).await?;
    Ok(Json(Receipt::new(key.lead.to_string(), receipt)))
}
