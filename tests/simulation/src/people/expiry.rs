//! Rows that come to the end of their retention: the table deletes them.

use crate::cast;
use crate::universe::Universe;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::store::Store;

/// Deletes the messages and calls of a customer's leads, whatever the product still wanted of them.
pub(super) async fn expire(universe: &Universe, customer: usize) {
    let leads = universe.store.leads();
    let business = cast::business_of(customer);
    let of_customer = leads.into_iter().filter(|(key, lead)| {
        let names = lead.state.as_ref().map(|state| &state.customer);
        key.business == business && names.is_some_and(|names| cast::is_person(names, customer))
    });
    for (key, lead) in of_customer {
        let sessions = lead.messages.values().filter_map(|message| message.session.clone());
        universe.live().shadow.recount.incomplete.extend(sessions);
        let messages = lead.messages.into_values().map(Write::Message);
        let calls = lead.calls.into_values().map(|call| Write::Call(Box::new(call)));
        for row in messages.chain(calls) {
            let deleted = universe.store.commit(&key, vec![Write::Delete(Box::new(row))]).await;
            if let Err(error) = deleted {
                universe.broken("the simulation runs", error.to_string());
            }
        }
        universe.trace(|| format!("the messages and calls of {} are past their retention", key.lead));
    }
    let mut live = universe.live();
    live.accepted.retain(|accepted| accepted.customer != customer);
    live.calls.retain(|placed| placed.customer != customer);
}
