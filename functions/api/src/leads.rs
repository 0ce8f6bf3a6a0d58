//! The leads of a business.

use crate::auth::{Agent, Caller, Viewer};
use crate::cursor::{PageQuery, cursor};
use crate::idempotency::IdempotencyContext;
use crate::json::{Body, Params, with_header};
use crate::lead_row::{LeadRow, needs_person, wanted};
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::MemoryDocument;
use crate::{Api, memory};
use axum::Json;
use axum::extract::State as Shared;
use axum::http::{StatusCode, header};
use axum::response::Response;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use zikaron_memory::country::Country;
use zikaron_memory::field::{MAX_FIELDS, MAX_VALUE_CHARS};
use zikaron_protocol::model::ids::{CustomerAddress, E164, LeadId, LeadKey};
use zikaron_protocol::model::phone;
use zikaron_protocol::model::write::Memory;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::business_store::{LeadIndex, Page};
use zikaron_protocol::ports::store::Store;

/// How many leads are read at once.
const PARALLEL: usize = 10;

/// Which leads.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LeadQuery {
    /// The lead of this phone number: in E.164, or as it is dialled in the business's country.
    #[param(min_length = 1, max_length = 40, example = "+972555000001")]
    phone: Option<String>,
    /// Leads of this very name, but for case, spacing and punctuation.
    #[param(min_length = 1, max_length = 2000)]
    name: Option<String>,
    /// Only leads of which a value is to be confirmed, for it is past its shelf life. A page may then hold fewer than
    /// `limit`, or none, and go on all the same.
    to_confirm: Option<bool>,
    /// Only leads who need a person: one answers them, or they have waited for an answer for more than two minutes. A
    /// page may then hold fewer than `limit`, or none, and go on all the same.
    needs_person: Option<bool>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 100, default = 25)]
    limit: Option<u16>,
    /// Where the page before said to go on.
    #[param(max_length = 1000)]
    cursor: Option<String>,
}

/// Some of a business's leads.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeadPage {
    /// The leads.
    leads: Vec<LeadRow>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

/// The leads of the business
///
/// Those whose conversation opened or closed last first; or, by `phone` or `name`, those searched for.
#[utoipa::path(get, path = "/v1/leads", tag = "leads", operation_id = "list_leads", params(LeadQuery),
    responses((status = 200, body = LeadPage)), security(("staff" = ["viewer"])))]
pub(crate) async fn list<P: Ports>(
    Shared(api): Shared<Arc<Api<P>>>,
    Viewer(caller): Viewer,
    Params(query): Params<LeadQuery>,
) -> Result<Json<LeadPage>, Problem> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let most = page.most()?;
    let (store, business) = (api.ports.store(), &caller.business);
    let list = query.name.as_ref().map_or_else(|| "leads".to_owned(), |name| format!("leads named {name}"));
    let (found, next): Page<LeadId> = match (&query.phone, &query.name) {
        (Some(_), Some(_)) => return Err(Problem::bad_request("name", "search by phone or by name, not by both")),
        (Some(phone), None) => {
            let phone = number(phone, store.settings(business).await?.country)?;
            let found =
                store.find(business, &CustomerAddress { bsuid: None, phone: Some(phone) }, Timestamp::MAX).await?;
            (found.lead().cloned().into_iter().collect(), None)
        }
        (None, Some(name)) if name.is_empty() || name.chars().count() > MAX_VALUE_CHARS => {
            return Err(Problem::bad_request("name", format!("must be 1 to {MAX_VALUE_CHARS} characters long")));
        }
        (None, Some(name)) => store.named(business, name, page.after(&caller, &list)?.as_ref(), most).await?,
        (None, None) => store.leads(business, page.after(&caller, &list)?.as_ref(), most).await?,
    };
    let leads = wanted(rows(&api, &caller, found, query.needs_person).await?, query.to_confirm);
    Ok(Json(LeadPage { leads, next: cursor(&caller, &list, next) }))
}

/// The number somebody means at a business of this country; without its `+` too.
fn number(written: &str, country: Option<Country>) -> Result<E164, Problem> {
    let read = E164::parse(written).or_else(|error| phone::e164(written, country).ok_or(error));
    read.or_else(|error| E164::parse(format!("+{written}")).map_err(|_| error))
        .map_err(|error| Problem::bad_request("phone", format!("{}; in an address + is written %2B", error.rule)))
}

/// In the order given; without those that are gone since the index was written, and, where `needing` says so, only of
/// those who need a person, or who do not.
async fn rows<P: Ports>(
    api: &Api<P>,
    caller: &Caller,
    leads: Vec<LeadId>,
    needing: Option<bool>,
) -> Result<Vec<LeadRow>, Problem> {
    let store = api.ports.store();
    let fields = &store.settings(&caller.business).await?.fields();
    let now = api.ports.clock().now();
    let keys: Vec<_> = leads.into_iter().map(|lead| LeadKey { business: caller.business.clone(), lead }).collect();
    let read = |key: LeadKey| async move {
        let (state, memory) = match needing {
            None => store.state_and_memory(&key).await?,
            // The state alone decides: of the others the memory, which is larger, is not read.
            Some(needing) => match store.state(&key).await?.filter(|state| needs_person(state, now) == needing) {
                Some(state) => (Some(state), store.memory(&key).await?),
                None => (None, Memory::default()),
            },
        };
        Ok::<_, Problem>(state.map(|state| LeadRow::new(&key.lead, &state, &memory, fields, now)))
    };
    let reads: Vec<_> = keys.into_iter().map(read).collect();
    let rows: Vec<Option<LeadRow>> = stream::iter(reads).buffered(PARALLEL).try_collect().await?;
    Ok(rows.into_iter().flatten().collect())
}

/// A customer to be entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"phone": "+972555000001", "profile": {"name": "יוסי כהן"}}))]
pub(crate) struct NewLead {
    /// The phone number in E.164.
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$")]
    phone: String,
    /// Values by field, as a person's word.
    #[serde(default)]
    profile: BTreeMap<String, String>,
}

/// Enter a customer
///
/// 201 for a new one; 200 for one who is known already, whose profile is corrected.
#[utoipa::path(post, path = "/v1/leads", tag = "leads", operation_id = "create_lead", request_body = NewLead,
    responses((status = 201, body = MemoryDocument, headers(("ETag" = String), ("Location" = String))),
              (status = 200, body = MemoryDocument, headers(("ETag" = String), ("Location" = String)))),
    security(("staff" = ["agent"])))]
pub(crate) async fn create<P: Ports>(
    Shared(api): Shared<Arc<Api<P>>>,
    Agent(caller): Agent,
    context: IdempotencyContext,
    Body(new): Body<NewLead>,
) -> Result<Response, Problem> {
    let phone = E164::parse(new.phone).map_err(|error| Problem::invalid("phone", error.rule))?;
    if new.profile.len() > MAX_FIELDS {
        return Err(Problem::invalid("profile", format!("at most {MAX_FIELDS} fields")));
    }
    let edits: Vec<_> = new.profile.into_iter().map(|(field, value)| (field, Some(value))).collect();
    let staff = api.staff(&context);
    staff.fits(&caller.business, &edits).await?;
    let opened = staff.open(&caller.business, &phone).await?;
    if !edits.is_empty() && !context.is_done {
        staff.edit_profile(&opened.key, &edits, None).await?;
    }
    let mut response = memory::show(&api, &opened.key).await?;
    if opened.created {
        *response.status_mut() = StatusCode::CREATED;
    }
    Ok(with_header(response, header::LOCATION, &format!("/v1/leads/{}", opened.key.lead)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_as_it_is_dialled_at_home() {
        let read =
            |written, country| number(written, Country::parse(country).ok()).ok().map(|read| read.expose().to_owned());
        for written in ["+972555000001", "055-500-0001", "0555000001", "972555000001", "+972 55-500-0001"] {
            assert_eq!(read(written, "IL").as_deref(), Some("+972555000001"), "{written}");
        }
        assert_eq!(read("447700900001", "").as_deref(), Some("+447700900001"));
        assert_eq!((read("0555000001", ""), read("1", "IL"), read("+0555000001", "IL")), (None, None, None));
    }
}
