//! What comes beside or instead of words, named without a language. Everything here is bounded: it travels in an event.

use crate::lenient_json::text;
use serde_json::Value;
use zikaron_memory::content::{Attachments, Content};

/// The longest of these texts, in characters.
const MAX_CHARS: usize = 300;
/// More answers of one form are not kept.
const MAX_ANSWERS: usize = 30;

/// What surrounds a message, and `content`.
pub(super) fn attachments(item: &Value, content: Option<Content>) -> Attachments {
    let at = |pointer: &str| text(item, pointer).map(|text| short(&text)).filter(|text| !text.is_empty());
    let is = |pointer: &str| item.pointer(pointer) == Some(&Value::Bool(true));
    Attachments {
        content: content.map(bounded),
        forwarded: is("/context/forwarded") || is("/context/frequently_forwarded"),
        ad: at("/referral/headline").or_else(|| at("/referral/body")),
        product: at("/context/referred_product/product_retailer_id"),
    }
}

fn bounded(content: Content) -> Content {
    match content {
        Content::Document { name } => Content::Document { name: name.map(|name| short(&name)) },
        content => content,
    }
}

/// Name and address or, where there are none, the coordinates; empty where there is nothing.
pub(super) fn place(item: &Value) -> String {
    let at = |name: &str| text(item, &format!("/location/{name}"));
    let named: Vec<String> = ["name", "address"].into_iter().filter_map(at).map(|text| short(&text)).collect();
    if !named.is_empty() {
        return named.join(", ");
    }
    let degrees = |name: &str| at(name)?.trim().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
    match (degrees("latitude"), degrees("longitude")) {
        (Some(latitude), Some(longitude)) => short(&format!("{latitude:.5}, {longitude:.5}")),
        _ => String::new(),
    }
}

/// The answers of a form. They come as JSON inside a text; the form's own token says nothing.
pub(super) fn form(reply: &Value) -> Content {
    let answers = text(reply, "/response_json").and_then(|json| serde_json::from_str::<Value>(&json).ok());
    let answers = answers.as_ref().and_then(Value::as_object).into_iter().flatten();
    let answers = answers.filter(|(name, _)| *name != "flow_token");
    let answers = answers.filter_map(|(name, value)| Some((short(name), short(&answer(value)?))));
    Content::Form { answers: answers.take(MAX_ANSWERS).collect() }
}

fn answer(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Array(items) => Some(items.iter().take(MAX_ANSWERS).filter_map(answer).collect::<Vec<_>>().join(", ")),
        Value::Null | Value::Object(_) => None,
    }
}

pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect()
}
