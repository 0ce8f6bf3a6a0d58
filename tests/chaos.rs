//! Faults injected into the deployed whole, and the promises (docs/rules.md#j) read from the table and from what
//! customers got (`make chaos`).

#[path = "chaos/actions.rs"]
mod actions;
#[path = "chaos/case.rs"]
mod case;
#[path = "chaos/cases.rs"]
mod cases;
#[path = "chaos/fault.rs"]
mod fault;
#[path = "chaos/killing.rs"]
mod killing;
#[path = "chaos/outage.rs"]
mod outage;
#[path = "chaos/proxy.rs"]
mod proxy;
#[path = "chaos/recount.rs"]
mod recount;
#[path = "chaos/report.rs"]
mod report;
#[path = "chaos/verdict.rs"]
mod verdict;

use anyhow::{Result, ensure};
use case::Ground;
use futures_util::future::{Either, OptionFuture, join_all, join3, select};
use std::pin::pin;

#[tokio::test]
#[ignore = "takes a quarter of an hour on a stack with a fault proxy: make chaos"]
async fn whatever_fails_every_message_is_stored_once_and_comes_to_one_end() -> Result<()> {
    let ground = Ground::set()?;
    let wanted = std::env::var("CHAOS_ONLY").unwrap_or_default();
    let is_wanted = |name: &str| wanted.split(',').any(|part| name.contains(part));
    let cases: Vec<_> = cases::all().into_iter().filter(|case| is_wanted(case.name)).collect();
    let outage = OptionFuture::from(is_wanted(outage::NAME).then(|| outage::run(&ground)));
    let runs = async {
        let cases = join_all(cases.iter().map(|case| case.run(&ground)));
        let (mut rows, outage, actions) = join3(cases, outage, actions::run(&ground, is_wanted)).await;
        rows.extend(outage);
        rows.extend(actions?);
        // Also of what was there before: a sum leaves nobody out.
        rows.push(recount::run(&ground.stage.env.business).await);
        anyhow::Ok(rows)
    };
    let rows = match select(pin!(runs), pin!(ground.proxy.sweep_for_ever())).await {
        Either::Left((rows, _)) => rows?,
        Either::Right((never, _)) => match never? {},
    };
    report::print(&rows);
    let failed: Vec<_> = rows.iter().filter(|row| row.verdict.is_err()).map(|row| row.name).collect();
    ensure!(failed.is_empty(), "{} of {} cases broke a promise: {failed:?}", failed.len(), rows.len());
    Ok(())
}
