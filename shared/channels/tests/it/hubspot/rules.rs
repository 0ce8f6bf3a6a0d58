//! What HubSpot's documentation says of a body: members, properties, filters, and the numbers it makes of a number.

use super::{Properties, Record, Refusal, bad};
use jiff::Timestamp;
use serde_json::Value;

/// The type of an engagement's association with a contact.
pub(super) fn engagement(kind: &str) -> Option<u64> {
    match kind {
        "communications" => Some(81),
        "calls" => Some(194),
        _ => None,
    }
}

pub(super) const CALCULATED: [&str; 4] = [
    "hs_calculated_phone_number",
    "hs_calculated_mobile_number",
    "hs_searchable_calculated_phone_number",
    "hs_searchable_calculated_mobile_number",
];

pub(super) fn only(body: &Properties, members: &[&str]) -> Result<(), Refusal> {
    match body.keys().find(|name| !members.contains(&name.as_str())) {
        Some(unknown) => Err(bad(format!("unknown member {unknown}"))),
        None => Ok(()),
    }
}

pub(super) fn known(name: &str, kind: &str) -> Result<(), Refusal> {
    let names: &[&str] = match kind {
        "contacts" => &["email", "firstname", "lastname", "phone", "mobilephone", "city"],
        "calls" => &["hs_timestamp", "hs_call_body", "hs_call_title", "hs_call_status", "hubspot_owner_id"],
        _ => &[
            "hs_timestamp",
            "hs_communication_channel_type",
            "hs_communication_logged_from",
            "hs_communication_body",
            "hubspot_owner_id",
        ],
    };
    let is_calculated = kind == "contacts" && CALCULATED.contains(&name);
    if names.contains(&name) || is_calculated { Ok(()) } else { Err(bad(format!("Property {name:?} does not exist"))) }
}

/// What is to be written: texts under names there are, and what each kind requires.
pub(super) fn properties(body: &Properties, kind: &str) -> Result<Properties, Refusal> {
    let properties = body.get("properties").and_then(Value::as_object).ok_or_else(|| bad("properties"))?;
    for (name, value) in properties {
        known(name, kind)?;
        if CALCULATED.contains(&name.as_str()) || !value.is_string() {
            return Err(bad(format!("{name} cannot be {value}")));
        }
    }
    let text = |name: &str| properties.get(name).and_then(Value::as_str).unwrap_or_default();
    let is_time = |text: &str| {
        let is_in_ms = text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_in_ms || text.parse::<Timestamp>().is_ok()
    };
    if engagement(kind).is_some() && !is_time(text("hs_timestamp")) {
        return Err(bad("hs_timestamp is required"));
    }
    let channels = ["WHATS_APP", "LINKEDIN_MESSAGE", "SMS"];
    let (channel, from) = (text("hs_communication_channel_type"), text("hs_communication_logged_from"));
    if kind == "communications" && !(channels.contains(&channel) && from == "CRM") {
        return Err(bad(format!("{channel} was not one of the allowed options, or {from} is not CRM")));
    }
    Ok(properties.clone())
}

/// Name and value of a filter.
pub(super) fn filter(filter: &Value, kind: &str) -> Result<(String, String), Refusal> {
    let filter = filter.as_object().ok_or_else(|| bad("a filter is an object"))?;
    only(filter, &["propertyName", "operator", "value"])?;
    let text = |name: &str| filter.get(name).and_then(Value::as_str).ok_or_else(|| bad(name)).map(str::to_owned);
    let (name, operator, value) = (text("propertyName")?, text("operator")?, text("value")?);
    if operator != "EQ" {
        return Err(bad(format!("{operator} is none this server knows")));
    }
    if name != "associations.contact" || engagement(kind).is_none() {
        known(&name, kind)?;
    }
    Ok((name, value))
}

/// What a filter sees of a record.
pub(super) fn held(record: &Record, name: &str) -> Option<String> {
    let text = |name: &str| record.properties.get(name)?.as_str().map(str::to_owned);
    let number = if name.contains("mobile") { text("mobilephone") } else { text("phone") };
    match name {
        "associations.contact" => record.contact.clone(),
        "hs_calculated_phone_number" | "hs_calculated_mobile_number" => {
            number.as_deref().and_then(calculated).map(|(country, national)| format!("+{country}{national}"))
        }
        "hs_searchable_calculated_phone_number" | "hs_searchable_calculated_mobile_number" => {
            number.as_deref().and_then(calculated).map(|(_, national)| national)
        }
        _ => text(name),
    }
}

/// Country and national number of a number in any spelling.
fn calculated(number: &str) -> Option<(&'static str, String)> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if !number.starts_with('+') {
        return Some(("972", digits.strip_prefix('0')?.to_owned()));
    }
    let country = ["972", "1"].into_iter().find(|country| digits.starts_with(country))?;
    Some((country, digits[country.len()..].to_owned()))
}
