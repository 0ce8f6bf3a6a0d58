//! A model that is dead while many customers of a business wait: how often it is asked, for each of them and for all, and
//! how soon everybody has one answer when it is back. Hours in the small: what a rule does every five minutes is done
//! every twenty seconds here, and what is counted is what a sweep costs.

use crate::case::{Ground, Row, quiet};
use crate::report;
use crate::verdict::{self, End};
use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::time::{Duration, Instant};
use zikaron_simulator::customer::Customer;
use zikaron_simulator::{Script, Step};

pub(crate) const NAME: &str = "model: dead while 64 customers wait, and back";
const CUSTOMERS: usize = 64;
/// How long it is dead: three minutes in which the sweep leaves alone what was just written, and five with its hints.
const DEAD: Duration = Duration::from_secs(8 * 60);
/// More than can be asked meanwhile.
const ERRORS: usize = 20_000;
/// A message's own tries, the sweep's left out.
const TRIES: usize = 3;
/// Whom one sweep hints at while the model is dead: four in each of eight shards.
const HINTED: usize = 32;
/// Two sweeps and what they lead to; the first shows that it answers.
const BACK: Duration = Duration::from_secs(75);

/// Plays it.
pub(crate) async fn run(ground: &Ground) -> Row {
    let _together = ground.together().await;
    let begun = Instant::now();
    let mut row = Row { name: NAME, hits: 0, seconds: 0.0, verdict: Ok(End::Answered.to_string()) };
    if let Err(error) = play(ground, &mut row.hits).await {
        row.verdict = Err(format!("{error:#}"));
    }
    row.seconds = begun.elapsed().as_secs_f32();
    report::row(&row);
    row
}

async fn play(ground: &Ground, hits: &mut u64) -> Result<()> {
    let customers: Vec<_> = (0..CUSTOMERS).map(|_| ground.stage.customer()).collect();
    // One word for all of them: the model is dead to whoever says it.
    let word = format!("{}-מת", customers.first().context("nobody")?.mark);
    // The word is in every message, so a customer's own is told by what stands beside it.
    let of = |customer: &Customer| format!("{word} {}.", customer.mark);
    let swept = ground.proxy.sweeps();
    ground.stage.driver.script(&script(&word, ERRORS)).await?;
    let write = |customer: &Customer| {
        let (customer, text) = (customer.clone(), format!("יש תור מחר? {}", of(customer)));
        async move { Ok::<_, anyhow::Error>(customer.say(&text).await?.id) }
    };
    let said: Vec<String> = stream::iter(customers.iter().map(write)).buffered(8).try_collect().await?;
    tokio::time::sleep(DEAD).await;
    let asked = ground.stage.driver.ai_requests("reply", &word).await?.len();
    let each = try_join_all(customers.iter().map(async |customer| {
        Ok::<_, anyhow::Error>(ground.stage.driver.ai_requests("reply", &of(customer)).await?.len())
    }))
    .await?;
    let sweeps = ground.proxy.sweeps() - swept;
    ground.stage.driver.script(&script(&word, 0)).await?;
    *hits = u64::try_from(asked)?;
    let most_of_one = each.iter().copied().max().unwrap_or(0);
    report::note(&format!(
        "asked {asked} times in {sweeps} sweeps, {most_of_one} times at most for one of {CUSTOMERS}"
    ));
    ensure!(asked >= CUSTOMERS * TRIES, "asked {asked} times: it was not dead");
    // A sweep that is under way may have hinted already.
    let most = CUSTOMERS * TRIES + HINTED * (sweeps + 1);
    ensure!(asked <= most, "asked {asked} times for the business, at most {most} in {sweeps} sweeps");
    ensure!(most_of_one <= TRIES + sweeps + 1, "asked {most_of_one} times for one customer in {sweeps} sweeps");
    all_are_answered(&customers).await?;
    for (customer, id) in customers.iter().zip(&said) {
        let said = std::slice::from_ref(id);
        let (lead, inbox) = (quiet(customer, said).await?, customer.inbox().await?);
        let broken = verdict::broken(&lead, &inbox, said, id, End::Answered);
        ensure!(broken.is_empty(), "{}", broken.join("; "));
    }
    Ok(())
}

/// Its next answers about this word are errors that nobody asks again after; none: it answers as always.
fn script(word: &str, errors: usize) -> Script {
    Script { only: Some(word.to_owned()), forget: true, replies: vec![Step::error(429); errors], ..Script::default() }
}

/// Waits until everybody has an answer.
async fn all_are_answered(customers: &[Customer]) -> Result<()> {
    let begun = Instant::now();
    loop {
        let inboxes = try_join_all(customers.iter().map(Customer::inbox)).await?;
        let answered = inboxes.iter().filter(|inbox| !inbox.is_empty()).count();
        if answered == customers.len() {
            report::note(&format!("everybody was answered {:.0} s after it was back", begun.elapsed().as_secs_f32()));
            return Ok(());
        }
        ensure!(begun.elapsed() < BACK, "{answered} of {} answered after {} s", customers.len(), BACK.as_secs());
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
