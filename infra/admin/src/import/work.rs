//! The work of an import: messages first, then digests. Ctrl-C ends it between two customers, or two digests; the same
//! command goes on there.

use anyhow::{Context, Result, bail};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::{SystemClock, Ulids};
use zikaron_aws::store::DynamoStore;
use zikaron_import::digest::{Digest, Digests, digest};
use zikaron_import::plan::{Plan, Progress};
use zikaron_import::store::store;
use zikaron_protocol::model::ids::{BusinessId, LeadKey};

/// After so many digests in a row that failed, the model is ill: more would only wait for it.
const MAX_FAILED: usize = 8;
/// How many customers' digests are asked for at once: the model is also there for customers who write now.
const DIGESTS: usize = 4;

/// What the work is done with.
pub(crate) struct Work<'a> {
    pub(crate) store: &'a DynamoStore,
    pub(crate) bus: &'a Bus,
    pub(crate) business: &'a BusinessId,
    pub(crate) parallel: usize,
}

/// Whether somebody asked to stop.
#[derive(Clone, Default)]
struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ctrl-C asks for it.
    fn listening() -> Self {
        let stop = Self::default();
        let asked = stop.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                asked.0.store(true, Ordering::Relaxed);
            }
        });
        stop
    }

    fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Stores what is new and has it digested.
pub(crate) async fn carry_out(work: &Work<'_>, plans: &[Plan]) -> Result<()> {
    let stop = Stop::listening();
    let leads = stored(work, plans, &stop).await?;
    if stop.is_asked() {
        bail!("stopped: {} of {} customers are stored; the same command goes on there", leads.len(), plans.len());
    }
    digested(work, &leads, &stop).await
}

fn bar(length: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(length as u64).with_message(what);
    match ProgressStyle::with_template("{msg:10} {bar:40} {pos}/{len} {per_sec} {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

async fn stored<'a>(work: &Work<'_>, plans: &'a [Plan], stop: &Stop) -> Result<Vec<(LeadKey, &'a Plan)>> {
    let bar = bar(plans.iter().map(|plan| plan.new.len() + plan.calls.len()).sum(), "stored");
    let one = async |plan: &'a Plan| {
        if stop.is_asked() || plan.new.is_empty() && plan.calls.is_empty() && plan.sessions.is_empty() {
            return Ok(None);
        }
        let key = store((work.store, &SystemClock, &Ulids), work.business, plan).await?;
        bar.inc((plan.new.len() + plan.calls.len()) as u64);
        anyhow::Ok(Some((key, plan)))
    };
    let leads: Vec<_> = stream::iter(plans).map(one).buffered(work.parallel).try_collect().await?;
    bar.finish();
    Ok(leads.into_iter().flatten().collect())
}

async fn digested(work: &Work<'_>, leads: &[(LeadKey, &Plan)], stop: &Stop) -> Result<()> {
    let is_due = |progress| matches!(progress, Progress::Due | Progress::UnderWay);
    let due = |plan: &Plan| plan.sessions.iter().filter(|session| is_due(session.progress)).count();
    let total: usize = leads.iter().map(|(_, plan)| due(plan)).sum();
    let bar = bar(total, "digests");
    let (all, failed) = (Cell::new(Digests { due: total, ..Digests::default() }), Cell::new(0_usize));
    let (all, failed, bar) = (&all, &failed, &bar);
    let of_lead = async |(key, plan): &(LeadKey, &Plan)| {
        for session in plan.sessions.iter().filter(|session| is_due(session.progress)) {
            if stop.is_asked() || failed.get() >= MAX_FAILED {
                break;
            }
            let ended = digest((work.store, work.bus, &SystemClock), key, session).await?;
            all.set(all.get().and(ended));
            failed.set(if ended == Digest::Later { failed.get() + 1 } else { 0 });
            bar.inc(1);
        }
        anyhow::Ok(())
    };
    let ended = stream::iter(leads).map(of_lead).buffer_unordered(DIGESTS).try_collect::<Vec<()>>().await;
    bar.finish();
    println!("{}", all.get());
    ended.context("stopped: the same command goes on there")?;
    if failed.get() >= MAX_FAILED {
        bail!(
            "stopped: {MAX_FAILED} digests in a row failed; see the summarizer's log, then give the same command again"
        );
    }
    if stop.is_asked() {
        bail!("stopped: the same command goes on there");
    }
    Ok(())
}
