//! When all is quiet, the figures equal a recount of the table, whatever failed meanwhile (docs/metrics.md): each session
//! is counted as its messages and its log say, and each day as the sum of its sessions.
//!
//! What staff did leaves no row to count: the simulation counts it as it is done. Nobody corrects a value here, so a count
//! of it fails the sum.

use crate::case::Row;
use crate::report;
use anyhow::{Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use zikaron_aws::store::DynamoStore;
use zikaron_aws::{config, sdk};
use zikaron_memory::merge::Verdict;
use zikaron_protocol::model::figures::{Period, Tally, standing};
use zikaron_protocol::model::ids::{BusinessId, LeadKey};
use zikaron_protocol::model::listed::Listed;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::model::session::{Job, Session};
use zikaron_protocol::model::usage::Usage;
use zikaron_protocol::ports::business_store::{LeadCollections, LeadIndex};
use zikaron_protocol::ports::figures::Figures;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::testing::recount;

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
    let sessions: Vec<Session> = all(store, key).await?;
    let messages: Vec<Message> = all(store, key).await?;
    let (mut counted, mut told) = (Tally::default(), BTreeSet::new());
    for session in &sessions {
        let Some(of_it) = &session.counted else { continue };
        add(Period::Day(of_it.day), &of_it.tally);
        counted.extend(&of_it.tally);
        told.insert(session.id.clone());
        let (stored, rows) = (only(&of_it.tally, is_of_messages), by_messages(session, &messages));
        ensure!(stored == rows, "{} is counted as {stored:?} and its rows are {rows:?}", session.id);
    }
    // A merge writes to the log once more what the sessions of both have offered.
    if !sessions.iter().any(|session| matches!(session.job, Job::Merge(_))) {
        let log: Vec<Verdict> = all(store, key).await?;
        // What staff entered is of no session.
        let of_them = log.iter().filter(|line| told.contains(&line.session));
        let (stored, rows) = (only(&counted, recount::is_of_log), recount::of_log(of_them));
        ensure!(stored == rows, "{} is counted as {stored:?} and its log is {rows:?}", key.lead);
    }
    Ok(sessions.len() as u64)
}

/// All of a kind that a lead has, the newest first.
async fn all<T: Listed>(store: &DynamoStore, key: &LeadKey) -> Result<Vec<T>> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let (page, next) = store.page::<T>(key, before.as_ref(), PAGE).await?;
        found.extend(page);
        before = next;
        if before.is_none() {
            return Ok(found);
        }
    }
}

fn only(tally: &Tally, is_meant: fn(&str) -> bool) -> Tally {
    tally.iter().filter(|(name, _)| is_meant(name)).collect()
}

/// Not what was left to a person: that is known of a message at any time, also after its digest.
fn is_of_messages(name: &str) -> bool {
    let is_one = matches!(name, "calls" | "conversations" | "answers" | "handed_over" | "tokens_in" | "tokens_out");
    is_one || name.starts_with("messages_") || name.starts_with("whatsapp.")
}

/// What the rows of a session come to. No case has a message turn out otherwise when its session is over: none of the
/// channel's statuses takes back what it has accepted.
fn by_messages(session: &Session, messages: &[Message]) -> Tally {
    let mut tally = recount::of_messages(session, messages.iter(), recount::is_said);
    tally.extend(&tokens(session.spent));
    for message in recount::of(session, messages.iter()) {
        tally.extend(&tokens(message.spent.unwrap_or_default()));
    }
    let is_left = tally.get("conversations") > 0 && !session.course.handed_over.is_empty();
    tally.add_if(is_left, "handed_over");
    tally
}

fn tokens(used: Usage) -> Tally {
    let of = |tokens: u64| i64::try_from(tokens).unwrap_or(i64::MAX);
    [("tokens_in", of(used.tokens_in)), ("tokens_out", of(used.tokens_out))].into_iter().collect()
}
