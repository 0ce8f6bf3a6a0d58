//! Many customers at once, from another system.

use crate::Api;
use crate::auth::{Admin, Caller};
use crate::idempotency::IdempotencyContext;
use crate::json::{media_type, object, without_place};
use crate::ports::Ports;
use crate::problem::Problem;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use futures_util::stream::{self, StreamExt};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_memory::field::MAX_FIELDS;
use zikaron_memory::reason::Reason;
use zikaron_protocol::model::ids::E164;
use zikaron_protocol::model::phone;
use zikaron_protocol::staff::Import;

/// The address.
pub(crate) const PATH: &str = "/v1/leads/import";
/// The longest body, in bytes.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;
/// As many lines as are done well within the 30 s an HTTP API waits
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>).
const MAX_LINES: usize = 500;
const PARALLEL: usize = 8;

/// One line: a customer as another system knows them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"phone": "+972555000001", "profile": {"name": "יוסי כהן", "city": "חיפה"}}))]
pub(crate) struct ImportLine {
    /// The phone number in E.164.
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$")]
    phone: String,
    /// Values by field. They give way to what people and the customers themselves say, not to the AI.
    #[serde(default)]
    profile: BTreeMap<String, String>,
}

/// What became of the lines.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportReport {
    /// One for each line that is not blank, in their order.
    lines: Vec<LineReport>,
}

/// How a line ended.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// The customer was not known yet.
    Created,
    /// The customer was known.
    Updated,
    /// Nothing was taken from it: see `problem`.
    Refused,
}

/// What became of one line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineReport {
    /// Its number, from 1.
    line: usize,
    /// How it ended.
    outcome: Outcome,
    /// The lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<String>,
    /// Fields whose value lost against what stands, with the reason: they wait as suggestions.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    lost: BTreeMap<String, Reason>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// Import customers
///
/// JSON lines, at most 500 and 1 MB, one customer each. Every line stands for itself; the report says what became of
/// it. Sent again, it changes nothing more.
#[utoipa::path(post, path = "/v1/leads/import", tag = "leads",
    request_body(content = String, content_type = "application/x-ndjson",
        example = "{\"phone\":\"+972555000001\",\"profile\":{\"name\":\"יוסי כהן\"}}"),
    responses((status = 200, body = ImportReport)), security(("staff" = ["admin"])))]
pub(crate) async fn import<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    context: IdempotencyContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<ImportReport>, Problem> {
    media_type(&headers, "application/x-ndjson")?;
    let text = std::str::from_utf8(&body).map_err(|_| Problem::bad_request("body", "is not UTF-8"))?;
    // Some programs begin a text with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<_> = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
    if lines.is_empty() || lines.len() > MAX_LINES {
        return Err(Problem::invalid("body", format!("must have 1 to {MAX_LINES} lines")));
    }
    let (mut customers, mut reports) = (BTreeMap::<String, Vec<_>>::new(), Vec::with_capacity(lines.len()));
    for (place, line) in lines {
        match read(line) {
            Ok(import) => customers.entry(phone::canonical(&import.phone)).or_default().push((place, import)),
            Err(problem) => reports.push(report(place, Err(problem))),
        }
    }
    // The lines of one customer one after the other: the last of them is the latest.
    let (api, caller, context) = (&api, &caller, &context);
    let one_by_one = |lines: Vec<(usize, Import)>| async move {
        let mut reports = Vec::with_capacity(lines.len());
        for (place, import) in lines {
            let part = context.part(u32::try_from(place).unwrap_or(u32::MAX));
            reports.push(report(place, one(api, caller, &part, &import).await));
        }
        reports
    };
    let work: Vec<_> = customers.into_values().map(one_by_one).collect();
    let done: Vec<Vec<LineReport>> = stream::iter(work).buffer_unordered(PARALLEL).collect().await;
    reports.extend(done.into_iter().flatten());
    reports.sort_by_key(|report| report.line);
    Ok(Json(ImportReport { lines: reports }))
}

fn report(place: usize, outcome: Result<LineReport, Problem>) -> LineReport {
    let report = outcome.unwrap_or_else(|problem| LineReport { problem: Some(problem), ..refused() });
    LineReport { line: place + 1, ..report }
}

fn refused() -> LineReport {
    LineReport { line: 0, outcome: Outcome::Refused, lead: None, lost: BTreeMap::new(), problem: None }
}

fn read(line: &str) -> Result<Import, Problem> {
    let mut json = serde_json::Deserializer::from_str(line);
    let read: ImportLine = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        let field = if field == "." { "line".to_owned() } else { field };
        Problem::invalid(field, without_place(error.inner()))
    })?;
    json.end().map_err(|error| Problem::invalid("line", without_place(&error)))?;
    if !object(line.as_bytes()) {
        return Err(Problem::invalid("line", "must be an object"));
    }
    let phone = E164::parse(read.phone).map_err(|error| Problem::invalid("phone", error.rule))?;
    if read.profile.len() > MAX_FIELDS {
        return Err(Problem::invalid("profile", format!("at most {MAX_FIELDS} fields")));
    }
    Ok(Import { phone, values: read.profile.into_iter().collect() })
}

async fn one<P: Ports>(
    api: &Api<P>,
    caller: &Caller,
    context: &IdempotencyContext,
    import: &Import,
) -> Result<LineReport, Problem> {
    let (opened, verdicts) = api.staff(context).import(&caller.business, import).await?;
    let lost = verdicts.into_iter().filter(|verdict| !verdict.accepted && verdict.reason != Reason::Repeated);
    let lost = lost.map(|verdict| (verdict.field, verdict.reason)).collect();
    let outcome = if opened.created { Outcome::Created } else { Outcome::Updated };
    Ok(LineReport { outcome, lead: Some(opened.key.lead.to_string()), lost, ..refused() })
}
