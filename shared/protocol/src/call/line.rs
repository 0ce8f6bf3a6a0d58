//! Whose call it is: the business's by its number or agent, the customer's by the number that is shown.

use crate::model::alias::AliasLookup;
use crate::model::ids::{Bsuid, BusinessId, ConnectionId, CustomerAddress, LeadKey, Line, NumberId, ShownNumber};
use crate::model::ongoing_call::OngoingCall;
use crate::model::phone;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use futures_util::future::{try_join, try_join_all};
use jiff::Timestamp;
use tracing::warn;
use zikaron_memory::country::Country;
use zikaron_memory::settings::Settings;

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

/// The [user id](https://developers.facebook.com/docs/whatsapp/business-scoped-user-ids) of somebody who talks to the agent
/// on WhatsApp and hides their number, however it is wrapped: a country's two capitals, a dot, and letters and digits.
fn user_id(shown: &str) -> Option<Bsuid> {
    let id = phone::unescaped(phone::local_part(shown).0);
    let (country, rest) = id.split_once('.')?;
    let is_id = country.chars().all(|c| c.is_ascii_uppercase()) && rest.len() >= 4;
    is_id.then(|| Bsuid::parse(id.as_str()).ok()).flatten()
}

/// Who called or was called. `country` is the setting; without one it is that of the business's number. A withheld
/// number, and the business's own, name nobody.
pub(crate) fn caller(
    shown: Option<&ShownNumber>,
    own: Option<&ShownNumber>,
    country: Option<Country>,
) -> CustomerAddress {
    if let Some(bsuid) = shown.and_then(|shown| user_id(shown.expose())) {
        return CustomerAddress { bsuid: Some(bsuid), phone: None };
    }
    let own = own.and_then(|own| phone::e164(own.expose(), country));
    let of_own = || Country::of_digits(own.as_ref()?.expose().trim_start_matches('+'));
    let customer = shown.and_then(|shown| phone::e164(shown.expose(), country.or_else(of_own)));
    let own = own.as_ref().map(phone::canonical);
    CustomerAddress { bsuid: None, phone: customer.filter(|customer| Some(phone::canonical(customer)) != own) }
}

/// The business a call is with, its settings, and the leads the customer's number leads to now; none of a line of nobody.
pub(super) async fn whose<S: Store>(
    store: &S,
    call: &OngoingCall,
) -> Result<Option<(BusinessId, Settings, AliasLookup)>, Unavailable> {
    let Some(business) = business(store, &call.connection, &call.routes).await? else { return Ok(None) };
    // A user id, and a number with its `+`, are the same in every country: only others wait for the settings.
    let is_plain = call.customer.as_ref().is_some_and(|shown| shown.expose().contains('+'));
    let (settings, found) = match caller(call.customer.as_ref(), None, None) {
        customer if customer.bsuid.is_some() || customer.phone.is_some() && is_plain => {
            try_join(store.settings(&business), find(store, &business, &customer)).await?
        }
        _ => {
            let settings = store.settings(&business).await?;
            let customer = caller(call.customer.as_ref(), call.business_number.as_ref(), settings.country);
            let found = find(store, &business, &customer).await?;
            (settings, found)
        }
    };
    Ok(Some((business, settings, found)))
}

/// The lead on the line, of a business that has the memory switched on.
pub(super) async fn known_lead<S: Store>(
    store: &S,
    call: &OngoingCall,
) -> Result<Option<(LeadKey, Settings)>, Unavailable> {
    let Some((business, settings, found)) = whose(store, call).await? else { return Ok(None) };
    let lead = found.lead().filter(|_| settings.enable_customer_service).cloned();
    Ok(lead.map(|lead| (LeadKey { business, lead }, settings)))
}

async fn find<S: Store>(
    store: &S,
    business: &BusinessId,
    customer: &CustomerAddress,
) -> Result<AliasLookup, Unavailable> {
    if *customer == CustomerAddress::default() {
        return Ok(AliasLookup::default());
    }
    store.find(business, customer, Timestamp::MAX).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_the_business_names_nobody_in_any_spelling() {
        let shown = |number: &str| ShownNumber::parse(number).ok();
        for (customer, own) in [("+541123456789", "+5491123456789"), ("011 15-2345-6789", "+541123456789")] {
            let whom = caller(shown(customer).as_ref(), shown(own).as_ref(), Country::parse("AR").ok());
            assert_eq!(whom, CustomerAddress::default(), "{customer}");
        }
    }

    #[test]
    fn a_caller_is_known_by_a_number_or_by_a_user_id() {
        let whom = |shown: &str| caller(ShownNumber::parse(shown).ok().as_ref(), None, Country::parse("IL").ok());
        let by_number = whom("055-500-0001");
        assert_eq!(by_number.phone.map(|number| number.expose().to_owned()).as_deref(), Some("+972555000001"));
        for shown in [
            "IL.13491208655302741918",
            " IL.13491208655302741918 ",
            "whatsapp:IL.13491208655302741918",
            "<sip:IL.13491208655302741918@wa.example>",
            "\"Dana <3\" <sip:IL.13491208655302741918@wa.example;user=phone>;tag=1",
            "sips:IL%2E13491208655302741918@wa.example",
        ] {
            let by_id = whom(shown);
            assert_eq!((by_id.bsuid, by_id.phone), (Bsuid::parse("IL.13491208655302741918").ok(), None), "{shown}");
        }
        for nobody in ["IL.", "il.1349120865", "Dana.Levi", "www.example", "IL.1", "sip:dana@IL.13491208655302741918"] {
            assert_eq!(whom(nobody), CustomerAddress::default(), "{nobody}");
        }
    }
}
