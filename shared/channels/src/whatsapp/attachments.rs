//! What comes beside or instead of words, named without a language. Everything here is bounded: it travels in an event.

use crate::lenient_json::text;
use serde_json::Value;
use zikaron_memory::content::{Attachments, Content, Media, OrderLine};

/// The longest of these texts, in characters.
const MAX_CHARS: usize = 300;
/// More answers of one form are not kept.
const MAX_ANSWERS: usize = 30;

/// More products of one order are not kept.
const MAX_PRODUCTS: usize = 100;
/// More cards of one message, and more numbers of one card, are not kept.
const MAX_CARDS: usize = 50;
/// Answers deeper inside others than this are not kept.
const MAX_DEPTH: usize = 4;

/// What surrounds a message of this kind, and `content`.
pub(super) fn attachments(kind: &str, item: &Value, content: Option<Content>) -> Attachments {
    let at = |pointer: &str| text(item, pointer).map(|text| short(&text)).filter(|text| !text.is_empty());
    let is = |pointer: &str| item.pointer(pointer) == Some(&Value::Bool(true));
    Attachments {
        content: content.map(bounded),
        media: media(kind, item),
        transcript: None,
        description: at("/interactive/list_reply/description"),
        forwarded: is("/context/forwarded") || is("/context/frequently_forwarded"),
        ad: at("/referral/headline").or_else(|| at("/referral/body")),
        product: at("/context/referred_product/product_retailer_id"),
    }
}

/// The media of a message that is one.
fn media(kind: &str, item: &Value) -> Option<Media> {
    let body = item.get(kind).filter(|_| matches!(kind, "image" | "video" | "document" | "sticker" | "audio"))?;
    let id = text(body, "/id").map(|id| short(&id)).filter(|id| !id.is_empty())?;
    let at = |pointer: &str| text(body, pointer).map(|text| short(&text));
    Some(Media { id, mime_type: at("/mime_type"), sha256: at("/sha256") })
}

/// The cards of an address book.
pub(super) fn cards(item: &Value) -> Content {
    let list = |of: &Value, name: &str| of.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let name = |card: &Value| text(card, "/name/formatted_name").or_else(|| text(card, "/name/first_name"));
    let number = |phone: &Value| text(phone, "/phone").or_else(|| text(phone, "/wa_id")).map(|number| short(&number));
    let card = |card: &Value| {
        let numbers = list(card, "phones").iter().filter_map(number).take(MAX_CARDS).collect::<Vec<_>>();
        (name(card).map(|name| short(&name)).unwrap_or_default(), numbers)
    };
    let (names, numbers): (Vec<String>, Vec<Vec<String>>) =
        list(item, "contacts").iter().map(card).take(MAX_CARDS).unzip();
    let has_none = numbers.iter().all(Vec::is_empty);
    Content::Contacts { names, numbers: if has_none { Vec::new() } else { numbers } }
}

/// An order from the catalogue.
pub(super) fn order(item: &Value) -> Content {
    let products = item.pointer("/order/product_items").and_then(Value::as_array);
    let line = |product: &Value| {
        let at = |pointer: &str| text(product, pointer).map(|text| short(&text)).unwrap_or_default();
        OrderLine {
            product: at("/product_retailer_id"),
            quantity: at("/quantity"),
            price: at("/item_price"),
            currency: at("/currency"),
        }
    };
    let lines = products.into_iter().flatten().map(line).filter(|line| !line.product.is_empty());
    Content::Order { products: products.map_or(0, Vec::len), lines: lines.take(MAX_PRODUCTS).collect() }
}

fn bounded(content: Content) -> Content {
    match content {
        Content::Document { name } => Content::Document { name: name.map(|name| short(&name)) },
        content => content,
    }
}

/// Name and address or, where there are none, the coordinates; empty where there is nothing.
pub(super) fn place(item: &Value) -> Content {
    let at = |name: &str| text(item, &format!("/location/{name}"));
    let named: Vec<String> = ["name", "address"].into_iter().filter_map(at).map(|text| short(&text)).collect();
    let degrees = |name: &str| at(name)?.trim().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
    let coordinates = match (degrees("latitude"), degrees("longitude")) {
        (Some(latitude), Some(longitude)) => Some(short(&format!("{latitude:.5}, {longitude:.5}"))),
        _ => None,
    };
    match named.is_empty() {
        true => Content::Location { place: coordinates.unwrap_or_default(), coordinates: None },
        false => Content::Location { place: named.join(", "), coordinates },
    }
}

/// The answers of a form, one inside another as `a.b`. They come as JSON inside a text; the form's own token says
/// nothing.
pub(super) fn form(reply: &Value) -> Content {
    let json = text(reply, "/response_json").and_then(|json| serde_json::from_str::<Value>(&json).ok());
    let mut answers = Vec::new();
    for (name, value) in json.as_ref().and_then(Value::as_object).into_iter().flatten() {
        if name != "flow_token" {
            answer(name, value, MAX_DEPTH, &mut answers);
        }
    }
    Content::Form { answers }
}

fn answer(name: &str, value: &Value, depth: usize, answers: &mut Vec<(String, String)>) {
    if answers.len() >= MAX_ANSWERS {
        return;
    }
    if let Some(plain) = plain(value) {
        return answers.push((short(name), short(&plain)));
    }
    let mut inside = |of: &str, value: &Value| answer(&format!("{name}.{of}"), value, depth - 1, answers);
    match value {
        _ if depth == 0 => {}
        Value::Object(members) => members.iter().for_each(|(of, value)| inside(of, value)),
        Value::Array(items) => (1..).zip(items).for_each(|(of, value): (usize, _)| inside(&of.to_string(), value)),
        _ => {}
    }
}

/// An answer with nothing inside it, or several such in a row.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            Some(items.iter().filter_map(plain).take(MAX_ANSWERS).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect()
}
