//! The one-shot schedules of a stack.

use anyhow::{Context, Result};
use zikaron_aws::sdk;
use zikaron_simulator::local_env::LocalEnv;

/// How many schedules stand that would fire for a lead.
///
/// # Errors
/// When the scheduler does not answer.
pub async fn of_lead(env: &LocalEnv, lead: &str) -> Result<usize> {
    let scheduler = aws_sdk_scheduler::Client::new(&sdk::load().await);
    let list = scheduler.list_schedules().group_name(&env.schedule_group).into_paginator().items().send();
    let mut found = 0;
    for summary in list.collect::<Result<Vec<_>, _>>().await? {
        let name = summary.name().context("a schedule without a name")?;
        let schedule = scheduler.get_schedule().group_name(&env.schedule_group).name(name).send().await;
        // It may have fired since.
        let input = schedule.ok().and_then(|schedule| schedule.target?.input);
        found += usize::from(input.is_some_and(|input| input.contains(lead)));
    }
    Ok(found)
}
