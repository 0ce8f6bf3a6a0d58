//! When all is quiet, the figures equal a recount of the table, whatever failed meanwhile (docs/metrics.md).

use crate::case::Row;
use crate::report;
use anyhow::{Result, ensure};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use zikaron_aws::store::DynamoStore;
use zikaron_aws::{config, sdk};
use zikaron_protocol::model::figures::{Period, Tally, standing};
use zikaron_protocol::model::ids::{BusinessId, LeadKey};
use zikaron_protocol::model::session::Session;
use zikaron_protocol::ports::business_store::{LeadCollections, LeadIndex};
use zikaron_protocol::ports::figures::Figures;
use zikaron_protocol::ports::store::Store;

/// As many as a page of a list holds.
const PAGE: usize = 100;

/// Counts what is stored of the business, and compares.
pub(crate) async fn run(business: &str) -> Row {
    let begun = Instant::now();
    let mut row = Row {
        name: "all of them: the figures equal a recount",
        hits: 0,
        seconds: 0.0,
        verdict: Ok("equal".to_owned()),
    };
    if let Err(error) = compare(business, &mut row.hits).await {
        row.verdict = Err(format!("{error:#}"));
    }
    row.seconds = begun.elapsed().as_secs_f32();
    report::row(&row);
    row
}

async fn compare(business: &str, sessions: &mut u64) -> Result<()> {
    let business = BusinessId::parse(business)?;
    let client = aws_sdk_dynamodb::Client::new(&sdk::load().await);
    let store = DynamoStore::new(client, config::table_name()?, Duration::ZERO);
    let mut recount: BTreeMap<Period, Tally> = BTreeMap::new();
    let mut before = None;
    loop {
        let (leads, next) = store.leads(&business, before.as_ref(), PAGE).await?;
        for lead in leads {
            *sessions += count(&store, &LeadKey { business: business.clone(), lead }, &mut recount).await?;
        }
        before = next;
        if before.is_none() {
            break;
        }
    }
    let now = recount.remove(&Period::Now).unwrap_or_default();
    let stands = store.figures_now(&business).await?;
    ensure!(stands == now, "what stands is counted as {stands:?} and is {now:?}");
    let days: BTreeMap<_, _> = recount
        .into_iter()
        .filter_map(|(period, tally)| match period {
            Period::Day(day) => Some((day, tally)),
            Period::Now => None,
        })
        .collect();
    let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value()) else { return Ok(()) };
    let counted = store.figures_of_days(&business, *first, *last).await?;
    ensure!(counted == days, "the days are counted as {counted:?} and are {days:?}");
    Ok(())
}

/// Adds what is stored of one lead. Answers how many sessions it has.
async fn count(store: &DynamoStore, key: &LeadKey, recount: &mut BTreeMap<Period, Tally>) -> Result<u64> {
    let mut add = |period: Period, tally: &Tally| recount.entry(period).or_default().extend(tally);
    add(Period::Now, &standing::counted(&store.memory(key).await?));
    let (mut number, mut before) = (0, None);
    loop {
        let (sessions, next) = store.page::<Session>(key, before.as_ref(), PAGE).await?;
        number += sessions.len() as u64;
        for counted in sessions.into_iter().filter_map(|session| session.counted) {
            add(Period::Day(counted.day), &counted.tally);
        }
        before = next;
        if before.is_none() {
            return Ok(number);
        }
    }
}
