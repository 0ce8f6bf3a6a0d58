//! The conversations and calls behind a count (docs/metrics.md).

use crate::Api;
use crate::auth::{Caller, Viewer};
use crate::cursor::{PageQuery, cursor};
use crate::figures::{day_of, today};
use crate::json::Params;
use crate::ports::Ports;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use zikaron_memory::session::{Channel, SessionId};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::session::Session;
use zikaron_protocol::ports::figures::Figures;
use zikaron_protocol::ports::store::Store;

/// How many sessions are read at once.
const PARALLEL: usize = 10;

/// Which count.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CardPath {
    /// The name of a count, as `counts` of a day have it.
    #[param(pattern = "^[A-Za-z0-9_.-]{1,100}$", example = "handed_over")]
    card: String,
}

/// Which day, and which page of it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DayQuery {
    /// The day; today in the business's time zone where nobody says.
    #[param(example = "2026-11-30", format = Date)]
    day: Option<String>,
    /// How many are looked through at most: a page may hold fewer, and the list go on.
    #[param(minimum = 1, maximum = 100, default = 25)]
    limit: Option<u16>,
    /// Where the page before said to go on.
    #[param(max_length = 1000)]
    cursor: Option<String>,
}

/// A conversation or call that counts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountedSession {
    /// The customer's id.
    lead: String,
    /// The session's id.
    session: String,
    /// Written or spoken.
    channel: Channel,
    /// When it began.
    opened_at: Timestamp,
    /// When its last message was sent, or the call ended.
    ended_at: Option<Timestamp>,
    /// For how much it counts.
    count: i64,
}

/// Some of what a count is made of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountedPage {
    /// The day.
    #[schema(format = Date)]
    day: String,
    /// In the order they began.
    sessions: Vec<CountedSession>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

/// The conversations and calls behind a count
///
/// Their counts add up to that of the day, but for what staff did by itself and for customers who were erased since.
#[utoipa::path(get, path = "/v1/figures/{card}/sessions", tag = "figures", operation_id = "list_counted_sessions",
    params(CardPath, DayQuery), responses((status = 200, body = CountedPage)), security(("staff" = ["viewer"])))]
pub(crate) async fn list<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Viewer(caller): Viewer,
    Path(CardPath { card }): Path<CardPath>,
    Params(query): Params<DayQuery>,
) -> Result<Json<CountedPage>, Problem> {
    let store = api.ports.store();
    let day = match day_of("day", query.day.as_deref())? {
        Some(day) => day,
        None => today(&api, &store.settings(&caller.business).await?.zone()),
    };
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let list = format!("figures of {day}");
    let (most, after) = (page.most()?, page.after(&caller, &list)?);
    let (found, next) = store.sessions_of_day(&caller.business, day, after.as_ref(), most).await?;
    let sessions = behind(&api, &caller, &card, found).await?;
    Ok(Json(CountedPage { day: day.to_string(), sessions, next: cursor(&caller, &list, next) }))
}

/// Those of the sessions that count.
async fn behind<P: Ports>(
    api: &Api<P>,
    caller: &Caller,
    card: &str,
    found: Vec<(LeadKey, SessionId)>,
) -> Result<Vec<CountedSession>, Problem> {
    let theirs = found.into_iter().filter(|(key, _)| key.business == caller.business);
    let reads: Vec<_> = theirs
        .map(|(key, id)| async move {
            let session = api.ports.store().session(&key, &id).await?;
            Ok::<_, Problem>(session.and_then(|session| counted(&key, session, card)))
        })
        .collect();
    let all: Vec<Option<CountedSession>> = stream::iter(reads).buffered(PARALLEL).try_collect().await?;
    Ok(all.into_iter().flatten().collect())
}

fn counted(key: &LeadKey, session: Session, card: &str) -> Option<CountedSession> {
    let count = session.counted.as_ref()?.tally.get(card);
    (count != 0).then(|| CountedSession {
        lead: key.lead.to_string(),
        channel: session.channel(),
        opened_at: session.opened_at,
        ended_at: session.closed.as_ref().map(|closed| closed.last_at),
        session: session.id.to_string(),
        count,
    })
}
