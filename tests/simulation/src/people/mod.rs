//! The people of a run, doing what the scenario says.

mod calls;
mod content;
mod expiry;
mod staff;
mod webhook;
mod writes;

use crate::cast;
use crate::scenario::{Act, Step};
use crate::universe::Universe;
use std::sync::Arc;
pub(crate) use webhook::echo;
use zikaron_memory::settings::Settings;

/// Does what a step says, when its time has come.
pub(crate) async fn perform(universe: &Arc<Universe>, number: usize, step: &Step) {
    universe.until(step.at).await;
    match (&step.act, step.customer) {
        (Act::Write { what, deliveries, burst }, Some(customer)) => {
            writes::write(universe, number, customer, *what, deliveries, *burst);
        }
        (Act::Echo { deliveries }, Some(customer)) => {
            let id = cast::wamid(&format!("app.c{customer}m{number}"));
            universe.live().echoed.push(id.clone());
            let moves = universe.live().moves_of(customer);
            let line = cast::line_of(customer);
            echo(universe, &line, &id, &cast::address(customer, moves, 1, &line), "כאן דנה מהמספרה", deliveries);
        }
        (Act::Call { said, withheld, reports }, Some(customer)) => {
            calls::place(universe, number, customer, said, *withheld, reports);
        }
        (Act::Expire, Some(customer)) => expiry::expire(universe, customer).await,
        (Act::Switch(on), _) => {
            let now = universe.elapsed();
            let settings = Settings { enable_customer_service: *on, ..universe.plan.settings.clone() };
            universe.trace(|| format!("memory switched: {on}"));
            universe.live().settings.push((now, settings));
        }
        (act, Some(customer)) => staff::work(universe, customer, act).await,
        (_, None) => {}
    }
}
