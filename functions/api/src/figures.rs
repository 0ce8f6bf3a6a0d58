//! Figures of quality and use (docs/metrics.md).

use crate::Api;
use crate::auth::Viewer;
use crate::json::Params;
use crate::ports::Ports;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use zikaron_memory::prices::Cost;
use zikaron_memory::settings::Settings;
use zikaron_memory::zone::Zone;
use zikaron_protocol::model::figures::conversation::ANSWER_SECONDS;
use zikaron_protocol::model::figures::learnt::LAG_SECONDS;
use zikaron_protocol::model::figures::{KEPT_DAYS, Tally};
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::figures::Figures;
use zikaron_protocol::ports::store::Store;

/// So many days are shown where nobody says.
const DAYS: i64 = 30;

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

/// What tokens and messages cost by the business's own prices (docs/metrics.md#cost).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CostDocument {
    /// The currency, by the three letters of ISO 4217.
    currency: String,
    /// The model; null without its prices.
    model: Option<f64>,
    /// WhatsApp's messages; null without a price of any of them.
    whatsapp: Option<f64>,
    /// Counts of messages that have no price, and are not among these.
    unpriced: Vec<String>,
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
    /// What of `total` has a price.
    cost: CostDocument,
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
    let settings = store.settings(&caller.business).await?;
    let zone = settings.zone();
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
    Ok(Json(document(&settings, (from, to), &days, &now)))
}

fn document(
    settings: &Settings,
    (from, to): (Date, Date),
    days: &BTreeMap<Date, Tally>,
    now: &Tally,
) -> FiguresDocument {
    let mut total = Tally::default();
    days.values().for_each(|day| total.extend(day));
    FiguresDocument {
        time_zone: settings.zone().name().to_owned(),
        from: from.to_string(),
        to: to.to_string(),
        days: days.iter().map(|(day, tally)| DayDocument { day: day.to_string(), counts: counts(tally) }).collect(),
        cost: cost(settings, &total),
        rates: rates(&total, now),
        answer_seconds: times(&total, "answer_s", &ANSWER_SECONDS),
        lag_seconds: times(&total, "lag_s", &LAG_SECONDS),
        total: counts(&total),
        now: counts(now),
    }
}

fn cost(settings: &Settings, total: &Tally) -> CostDocument {
    let Cost { model, whatsapp, unpriced } = settings.prices.cost(total.iter());
    CostDocument { currency: settings.currency.clone(), model, whatsapp, unpriced }
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

pub(crate) fn day_of(field: &str, text: Option<&str>) -> Result<Option<Date>, Problem> {
    let read = |text: &str| text.parse().map_err(|_| Problem::bad_request(field, "must be a day, like 2026-11-30"));
    text.map(read).transpose()
}

pub(crate) fn today<P: Ports>(api: &Api<P>, zone: &Zone) -> Date {
    zone.at(api.ports.clock().now()).date()
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
