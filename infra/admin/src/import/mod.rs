//! Past conversations: every file is read before anything is written, then comes what it will cost, then the work.

mod args;
mod work;

pub(crate) use args::ImportCommand;

use anyhow::{Context, Result, ensure};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use work::{Work, carry_out};
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::SystemClock;
use zikaron_aws::store::{DynamoStore, Retention};
use zikaron_import::budget::{Budget, budget};
use zikaron_import::files::{self, Unread};
use zikaron_import::plan::{Limits, Plan, plan, plan_calls};
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::store::Store;

/// How many customers are worked on at once.
const PARALLEL: usize = 8;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Imports past conversations. `store` knows the key of tombstones.
pub(crate) async fn run(
    store: DynamoStore,
    bus: Option<Bus>,
    business: &BusinessId,
    command: ImportCommand,
) -> Result<()> {
    let bounds = match &command {
        ImportCommand::Chats { bounds, .. } | ImportCommand::Calls { bounds, .. } => bounds,
    };
    let days = Some(bounds.message_retention_days).filter(|days| *days > 0);
    let store = store.with_retention(Retention { messages: days, ..Retention::default() });
    let settings = store.settings(business).await?;
    ensure!(
        settings.enable_customer_service,
        "the memory is switched off: settings set enable_customer_service true, then import"
    );
    let now = SystemClock.now();
    let limits = Limits {
        idle: SignedDuration::from_secs(bounds.idle_seconds.into()),
        since: days.and_then(|days| now.checked_sub(DAY * i32::try_from(days).unwrap_or(i32::MAX)).ok()),
    };
    let (mut plans, unread) = match &command {
        ImportCommand::Chats { chats, .. } => {
            let zone = chats.time_zone.clone().unwrap_or_else(|| settings.zone().name().to_owned());
            let zone = TimeZone::get(&zone).with_context(|| format!("--time-zone: {zone} is none of the IANA list"))?;
            let files = files::chats(&chats.files(&zone, settings.country), now)?;
            let customers = stream::iter(&files.customers);
            let plans = customers.map(|(phone, lines)| plan(&store, business, phone.clone(), lines, limits));
            (plans.buffered(PARALLEL).try_collect::<Vec<_>>().await?, files.unread)
        }
        ImportCommand::Calls { files, .. } => {
            let customers = stream::iter(files::calls(files, now)?);
            let plans = customers.map(|(phone, calls)| plan_calls(&store, business, phone, calls, limits));
            (plans.buffered(PARALLEL).try_collect().await?, Unread::default())
        }
    };
    let budget = budget(&mut plans, bounds.max_tokens);
    tell(&plans, unread, budget);
    if bounds.dry_run {
        println!("nothing was written (--dry-run)");
        return Ok(());
    }
    let bus = bus.context("--bus (or EVENT_BUS_NAME) is missing: digests are asked for over the bus")?;
    carry_out(&Work { store: &store, bus: &bus, business, parallel: PARALLEL }, &plans).await
}

/// What will be done, for the person at the terminal; no text of a customer.
fn tell(plans: &[Plan], unread: Unread, budget: Budget) {
    let sum = |of: fn(&Plan) -> usize| plans.iter().map(of).sum::<usize>();
    println!("customers          {}", plans.len());
    let (messages, calls) = (sum(|plan| plan.new.len()), sum(|plan| plan.calls.len()));
    println!("to store           {messages} messages and {calls} calls; {} are known already", sum(|plan| plan.known));
    println!("left out           {} taken back, {} of WhatsApp's own", unread.deleted, unread.notices);
    let left_out = |reason: &str, of: fn(&Plan) -> usize| {
        let count = sum(of);
        if count > 0 {
            println!("                   {count} {reason}");
        }
    };
    left_out("older than the stack keeps them (--message-retention-days)", |plan| plan.left_out.too_old);
    left_out("of customers who were erased since", |plan| plan.left_out.erased);
    left_out("from when the stack was there itself", |plan| plan.left_out.live);
    println!("digests            {} for some {} tokens", budget.sessions, budget.tokens);
    if budget.left > 0 {
        println!(
            "                   {} are left for another time: the same command again goes on there, with a budget of its own",
            budget.left
        );
    }
}
