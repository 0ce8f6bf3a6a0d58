//! Whose call it is: the business's by its number or agent, the customer's by the number that is shown.

use crate::model::ids::{BusinessId, ConnectionId, CustomerAddress, Line, NumberId, ShownNumber};
use crate::model::phone;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use futures_util::future::try_join_all;
use tracing::warn;
use zikaron_memory::country::Country;

/// The business the call's routes lead to. Where they lead to two, nobody can tell whose customer it was.
pub(crate) async fn business<S: Store>(
    store: &S,
    connection: &ConnectionId,
    routes: &[NumberId],
) -> Result<Option<BusinessId>, Unavailable> {
    let line = |number: &NumberId| Line { connection: connection.clone(), number: number.clone() };
    let lines: Vec<Line> = routes.iter().map(line).collect();
    let found = try_join_all(lines.iter().map(|line| store.route(line))).await?;
    let mut found: Vec<_> = found.into_iter().flatten().collect();
    found.sort();
    found.dedup();
    match found.len() {
        1 => Ok(found.pop()),
        businesses => {
            warn!(%connection, businesses, "set aside: number and agent of the call do not lead to one business");
            Ok(None)
        }
    }
}

/// Who called or was called. `country` is the setting; without one it is that of the business's number. A withheld
/// number, and the business's own, name nobody.
pub(crate) fn caller(
    shown: Option<&ShownNumber>,
    own: Option<&ShownNumber>,
    country: Option<Country>,
) -> CustomerAddress {
    let own = own.and_then(|own| phone::e164(own.expose(), country));
    let of_own = || Country::of_digits(own.as_ref()?.expose().trim_start_matches('+'));
    let customer = shown.and_then(|shown| phone::e164(shown.expose(), country.or_else(of_own)));
    CustomerAddress { bsuid: None, phone: customer.filter(|customer| Some(customer) != own.as_ref()) }
}
