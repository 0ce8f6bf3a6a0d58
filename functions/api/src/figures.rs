//! Figures of quality and use (docs/metrics.md), and the conversations behind each of them.

use crate::Api;
use crate::auth::{Caller, Viewer};
use crate::cursor::{PageQuery, cursor};
use crate::json::Params;
use crate::ports::Ports;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use zikaron_memory::session::{Channel, SessionId};
use zikaron_memory::zone::Zone;
use zikaron_protocol::model::figures::conversation::ANSWER_SECONDS;
use zikaron_protocol::model::figures::learnt::LAG_SECONDS;
use zikaron_protocol::model::figures::{KEPT_DAYS, Tally};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::session::Session;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::figures::Figures;
use zikaron_protocol::ports::store::Store;

/// So many days are shown where nobody says.
const DAYS: i64 = 30;
/// How many sessions are read at once.
const PARALLEL: usize = 10;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Days {
    /// The first day; 30 days up to the last one where nobody says.
    #[param(example = "2026-11-01", format = Date)]
    from: Option<String>,
    /// The last day; today in the business's time zone where nobody says. At most 400 days.
    #[param(example = "2026-11-30", format = Date)]
    to: Option<String>,
}

/// What was counted on one day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayDocument {
    /// The day, in the business's time zone.
    #[schema(format = Date)]
    day: String,
    /// Numbers by the name of what they count; what is 0 is left out.
    counts: BTreeMap<String, i64>,
}

/// Shares, from 0 to 1; null where there is nothing to divide by.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rates {
    /// Conversations answered by the AI alone.
    ai_alone: Option<f64>,
    /// Conversations in which a person was asked for.
    handed_over: Option<f64>,
    /// Returning customers who went on where they had left off.
    continued: Option<f64>,
    /// Answers in which something that was remembered appears.
    used: Option<f64>,
    /// Candidates that were accepted.
    accepted: Option<f64>,
    /// Values of the AI that no person changed or deleted within 30 days.
    precision: Option<f64>,
    /// Of the customers there is a memory of now: those whose name is known.
    named: Option<f64>,
    /// Of the customers there is a memory of now: those with three values or more.
    three_fields: Option<f64>,
    /// Of the values that were known when a conversation ended: those past their shelf life.
    stale: Option<f64>,
}

/// A time half and 95 of 100 stay below, in seconds: the upper bounds of their buckets. Null where nothing was counted, or
/// it is beyond the last bound.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Times {
    /// Half of them.
    p50: Option<i64>,
    /// 95 of 100.
    p95: Option<i64>,
}

/// The figures of a business.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FiguresDocument {
    /// The time zone the days are of.
    time_zone: String,
    /// The first day.
    #[schema(format = Date)]
    from: String,
    /// The last day.
    #[schema(format = Date)]
    to: String,
    /// The days on which anything was counted, oldest first.
    days: Vec<DayDocument>,
    /// All of these days together.
    total: BTreeMap<String, i64>,
    /// What stands now in all memories, whatever the days.
    now: BTreeMap<String, i64>,
    /// Shares, of `total` and `now`.
    rates: Rates,
    /// How long customers waited for the AI's answers.
    answer_seconds: Times,
    /// How long after they were due digests were written.
    lag_seconds: Times,
}

/// What was counted, day by day
///
/// Each count is defined in docs/metrics.md.
#[utoipa::path(get, path = "/v1/figures", tag = "figures", operation_id = "read_figures", params(Days),
    responses((status = 200, body = FiguresDocument)), security(("staff" = ["viewer"])))]
pub(crate) async fn read<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Viewer(caller): Viewer,
    Params(asked): Params<Days>,
) -> Result<Json<FiguresDocument>, Problem> {
    let store = api.ports.store();
    let zone = store.settings(&caller.business).await?.zone();
    let to = day_of("to", asked.to.as_deref())?.unwrap_or_else(|| today(&api, &zone));
    let before = |days: i64| to.saturating_sub(days.days());
    let from = day_of("from", asked.from.as_deref())?.unwrap_or_else(|| before(DAYS - 1));
    if from > to || from < before(i64::from(KEPT_DAYS) - 1) {
        return Err(Problem::bad_request("from", format!("must be one of the {KEPT_DAYS} days up to `to`")));
    }
    let (days, now) = futures_util::future::try_join(
        store.figures_of_days(&caller.business, from, to),
        store.figures_now(&caller.business),
    )
    .await?;
    Ok(Json(document(&zone, (from, to), &days, &now)))
}

fn document(zone: &Zone, (from, to): (Date, Date), days: &BTreeMap<Date, Tally>, now: &Tally) -> FiguresDocument {
    let mut total = Tally::default();
    days.values().for_each(|day| total.extend(day));
    FiguresDocument {
        time_zone: zone.name().to_owned(),
        from: from.to_string(),
        to: to.to_string(),
        days: days.iter().map(|(day, tally)| DayDocument { day: day.to_string(), counts: counts(tally) }).collect(),
        rates: rates(&total, now),
        answer_seconds: times(&total, "answer_s", &ANSWER_SECONDS),
        lag_seconds: times(&total, "lag_s", &LAG_SECONDS),
        total: counts(&total),
        now: counts(now),
    }
}

fn counts(tally: &Tally) -> BTreeMap<String, i64> {
    tally.iter().map(|(name, number)| (name.to_owned(), number)).collect()
}

/// One number of another.
#[expect(clippy::cast_precision_loss, reason = "a share of counts, to be shown")]
fn share(part: i64, of: i64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

fn rates(total: &Tally, now: &Tally) -> Rates {
    let all = |prefix: &str| total.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, number)| number).sum();
    let written = total.get("ai_written");
    Rates {
        ai_alone: share(total.get("ai_alone"), total.get("conversations")),
        handed_over: share(total.get("handed_over"), total.get("conversations")),
        continued: share(total.get("continued"), total.get("returning")),
        used: share(total.get("used"), total.get("answers")),
        accepted: share(total.get("accepted"), total.get("accepted") + total.get("rejected")),
        precision: share(written - total.get("ai_corrected"), written),
        named: share(now.get("named"), now.get("leads")),
        three_fields: share(now.get("three_fields"), now.get("leads")),
        stale: share(all("stale."), all("known.")),
    }
}

fn times(total: &Tally, name: &str, bounds: &[i64]) -> Times {
    let counted = bounds.iter().map(|bound| (Some(*bound), total.get(&format!("{name}.{bound}"))));
    let counted: Vec<_> = counted.chain([(None, total.get(&format!("{name}.more")))]).collect();
    let all: i64 = counted.iter().map(|(_, number)| number).sum();
    let below = |hundredths: i64| {
        let mut sum = 0;
        let reached = counted.iter().find(|(_, number)| {
            sum += number;
            all > 0 && sum * 100 >= all * hundredths
        });
        reached.and_then(|(bound, _)| *bound)
    };
    Times { p50: below(50), p95: below(95) }
}

fn day_of(field: &str, text: Option<&str>) -> Result<Option<Date>, Problem> {
    let read = |text: &str| text.parse().map_err(|_| Problem::bad_request(field, "must be a day, like 2026-11-30"));
    text.map(read).transpose()
}

fn today<P: Ports>(api: &Api<P>, zone: &Zone) -> Date {
    zone.at(api.ports.clock().now()).date()
}

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
pub(crate) async fn sessions<P: Ports>(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_what_there_is_and_times_the_bounds_most_stay_below() {
        let total: Tally = [
            ("conversations", 4),
            ("ai_alone", 3),
            ("ai_written", 10),
            ("ai_corrected", 1),
            ("known.city", 2),
            ("known_days.city", 900),
            ("stale.city", 1),
            ("answer_s.5", 18),
            ("answer_s.20", 1),
            ("answer_s.more", 1),
        ]
        .into_iter()
        .collect();
        let rates = rates(&total, &[("leads", 2), ("named", 1)].into_iter().collect());
        assert_eq!((rates.ai_alone, rates.precision, rates.named), (Some(0.75), Some(0.9), Some(0.5)));
        assert_eq!((rates.stale, rates.used), (Some(0.5), None));
        let times = times(&total, "answer_s", &ANSWER_SECONDS);
        assert_eq!((times.p50, times.p95), (Some(5), Some(20)));
    }
}
