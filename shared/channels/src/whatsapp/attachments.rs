//! What comes beside or instead of words, named without a language and kept whole. All of it is bounded together: it
//! travels in an event.

use super::room::{CUT, Room};
use crate::lenient_json::{self, text};
use serde_json::Value;
use zikaron_memory::content::{Attachments, Content, Media, OrderLine, Told};

/// More answers or details than this there is no room for.
const MOST: usize = 4_097;
/// The longest name of one, in characters.
const MAX_NAME_CHARS: usize = 300;
/// A longer URL than this is left out: the file has its id.
const MAX_URL_BYTES: usize = 1_024;
/// Answers and details deeper inside others than this are kept as JSON.
const MAX_DEPTH: usize = 6;

/// What surrounds a message of this kind, and `content`.
pub(super) fn attachments(kind: &str, item: &Value, content: Option<Content>, told: Option<Told>) -> Attachments {
    let room = &mut Room::new();
    let content = content.map(|content| bounded(content, room));
    let at = |pointers: &[&str], room: &mut Room| {
        let text = pointers.iter().find_map(|pointer| text(item, pointer))?;
        Some(room.keep(&text)).filter(|text| !text.is_empty())
    };
    let is = |pointer: &str| lenient_json::at(item, pointer) == Some(&Value::Bool(true));
    let choices = ["/interactive/button_reply/id", "/interactive/list_reply/id", "/button/payload"];
    Attachments {
        content,
        media: media(kind, item, room),
        transcript: None,
        description: at(&["/interactive/list_reply/description"], room),
        forwarded: is("/context/forwarded") || is("/context/frequently_forwarded"),
        ad: at(&["/referral/headline", "/referral/body"], room),
        product: at(&["/context/referred_product/product_retailer_id"], room),
        choice: at(&choices, room),
        told,
        details: details(kind, item, room),
    }
}

/// The media of a message that is one.
fn media(kind: &str, item: &Value, room: &mut Room) -> Option<Media> {
    let body = item.get(kind).filter(|_| is_media(kind))?;
    let id = text(body, "/id").map(|id| room.keep(&id)).filter(|id| !id.is_empty())?;
    let mut at = |pointer: &str| text(body, pointer).map(|text| room.keep(&text));
    let (mime_type, sha256) = (at("/mime_type"), at("/sha256"));
    // It takes no room from what is kept for good.
    let url = text(body, "/url").filter(|url| !url.is_empty() && url.len() <= MAX_URL_BYTES);
    Some(Media { id, mime_type, sha256, url })
}

fn is_media(kind: &str) -> bool {
    matches!(kind, "image" | "video" | "document" | "sticker" | "audio")
}

/// What the channel says of the message and is kept nowhere else.
fn details(kind: &str, item: &Value, room: &mut Room) -> Vec<(String, String)> {
    let bodies = match kind {
        // Their words are the customer's, or stand in what they change; what `system` says is Meta's and names numbers.
        "text" | "reaction" | "edit" | "revoke" | "system" => None,
        kind => item.get(kind).map(|body| (kind, body)),
    };
    let around = [("referral", "/referral"), ("referred_product", "/context/referred_product")];
    // Of what Meta does not hand on they say why.
    let errors = matches!(kind, "unsupported" | "unknown").then_some(("errors", "/errors"));
    let around = around.into_iter().chain(errors);
    let around = around.filter_map(|(name, pointer)| Some((name, lenient_json::at(item, pointer)?)));
    let mut found = Vec::new();
    for (name, body) in bodies.into_iter().chain(around) {
        flatten(name, body, MAX_DEPTH, &mut found);
    }
    found.retain(|(name, value)| !value.is_empty() && !is_kept_elsewhere(kind, name, item));
    pairs(found, room)
}

/// Names and values as long as there is room, and a mark where there was not.
fn pairs(found: Vec<(String, String)>, room: &mut Room) -> Vec<(String, String)> {
    let mut kept = room.all(found, |room, (name, value)| (room.keep(&name), room.keep(&value)));
    if room.is_full() {
        kept.push((CUT.to_owned(), CUT.to_owned()));
    }
    kept
}

fn is_kept_elsewhere(kind: &str, name: &str, item: &Value) -> bool {
    let mut parts = name.split('.').filter(|part| part.parse::<usize>().is_err());
    let path = parts.by_ref().take(3).collect::<Vec<_>>();
    match path.as_slice() {
        [_, "id" | "mime_type" | "sha256" | "caption" | "filename" | "voice" | "url"] if is_media(kind) => true,
        ["location", "name" | "address" | "latitude" | "longitude"]
        | ["contacts", "name", "formatted_name"]
        | ["contacts", "phones", "phone"]
        | ["order", "text"]
        | ["order", "product_items", "product_retailer_id" | "quantity" | "item_price" | "currency"]
        | ["button", "text" | "payload"]
        | ["interactive", "type"]
        | ["interactive", "button_reply" | "list_reply", "id" | "title" | "description"]
        | ["interactive", "nfm_reply", "response_json"]
        | ["referral", "headline"]
        | ["referred_product", "product_retailer_id"] => true,
        ["referral", "body"] => lenient_json::at(item, "/referral/headline").is_none(),
        _ => false,
    }
}

/// The cards of an address book.
pub(super) fn cards(item: &Value) -> Content {
    let list = |of: &Value, name: &str| of.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let name = |card: &Value| text(card, "/name/formatted_name").or_else(|| text(card, "/name/first_name"));
    let number = |phone: &Value| text(phone, "/phone").or_else(|| text(phone, "/wa_id"));
    let card = |card: &Value| {
        (name(card).unwrap_or_default(), list(card, "phones").iter().filter_map(number).collect::<Vec<_>>())
    };
    let (names, numbers): (Vec<String>, Vec<Vec<String>>) = list(item, "contacts").iter().map(card).unzip();
    Content::Contacts { names, numbers }
}

/// An order from the catalogue.
pub(super) fn order(item: &Value) -> Content {
    let products = lenient_json::at(item, "/order/product_items").and_then(Value::as_array);
    let line = |product: &Value| {
        let at = |pointer: &str| text(product, pointer).unwrap_or_default();
        OrderLine {
            product: at("/product_retailer_id"),
            quantity: at("/quantity"),
            price: at("/item_price"),
            currency: at("/currency"),
        }
    };
    let lines = products.into_iter().flatten().map(line).filter(|line| *line != OrderLine::default());
    Content::Order { products: products.map_or(0, Vec::len), lines: lines.collect() }
}

/// As much of it as there is room for.
fn bounded(content: Content, room: &mut Room) -> Content {
    match content {
        Content::Document { name } => Content::Document { name: name.map(|name| room.keep(&name)) },
        Content::Location { place, coordinates } => Content::Location { place: room.keep(&place), coordinates },
        Content::Contacts { names, numbers } => {
            let cards = names.into_iter().zip(numbers);
            let keep = |room: &mut Room, (name, numbers): (String, Vec<String>)| {
                (room.keep(&name), room.all(numbers, |room, number| room.keep(&number)))
            };
            let (mut names, numbers): (Vec<String>, Vec<Vec<String>>) = room.all(cards, keep).into_iter().unzip();
            if room.is_full() {
                names.push(CUT.to_owned());
            }
            let has_none = numbers.iter().all(Vec::is_empty);
            Content::Contacts { names, numbers: if has_none { Vec::new() } else { numbers } }
        }
        Content::Order { products, lines } => {
            let keep = |room: &mut Room, line: OrderLine| OrderLine {
                product: room.keep(&line.product),
                quantity: room.keep(&line.quantity),
                price: room.keep(&line.price),
                currency: room.keep(&line.currency),
            };
            Content::Order { products, lines: room.all(lines, keep) }
        }
        Content::Form { answers } => Content::Form { answers: pairs(answers, room) },
        content => content,
    }
}

/// Name and address or, where there are none, the coordinates; empty where there is nothing.
pub(super) fn place(item: &Value) -> Content {
    let at = |name: &str| text(item, &format!("/location/{name}"));
    let named: Vec<String> = ["name", "address"].into_iter().filter_map(at).collect();
    let degrees = |name: &str| at(name)?.trim().parse::<f64>().ok().filter(|degrees| degrees.abs() <= 360.0);
    let coordinates = match (degrees("latitude"), degrees("longitude")) {
        (Some(latitude), Some(longitude)) => Some(format!("{latitude:.5}, {longitude:.5}")),
        _ => None,
    };
    match named.is_empty() {
        true => Content::Location { place: coordinates.unwrap_or_default(), coordinates: None },
        false => Content::Location { place: named.join(", "), coordinates },
    }
}

/// The answers of a form, one inside another as `a.b`. They come as JSON inside a text, which is kept as it is where it
/// is none; the form's own token says nothing.
pub(super) fn form(reply: &Value) -> Content {
    let written = text(reply, "/response_json");
    let read = written.as_ref().and_then(|json| serde_json::from_str::<Value>(json).ok());
    let read = read.or_else(|| reply.get("response_json").cloned());
    let mut answers = Vec::new();
    match (read.as_ref().and_then(Value::as_object), written) {
        (Some(members), _) => members
            .iter()
            .filter(|(name, _)| *name != "flow_token")
            .for_each(|(name, value)| flatten(name, value, MAX_DEPTH, &mut answers)),
        (None, Some(written)) => answers.push(("response_json".to_owned(), written)),
        (None, None) => flatten("response_json", read.as_ref().unwrap_or(&Value::Null), MAX_DEPTH, &mut answers),
    }
    Content::Form { answers }
}

fn flatten(name: &str, value: &Value, depth: usize, found: &mut Vec<(String, String)>) {
    if found.len() >= MOST {
        return;
    }
    let name: String = name.chars().take(MAX_NAME_CHARS).collect();
    if let Some(plain) = plain(value) {
        return found.push((name, plain));
    }
    let mut inside = |of: &str, value: &Value| flatten(&format!("{name}.{of}"), value, depth - 1, found);
    match value {
        Value::Object(_) | Value::Array(_) if depth == 0 => found.push((name, value.to_string())),
        Value::Object(members) => members.iter().for_each(|(of, value)| inside(of, value)),
        Value::Array(items) => (1..).zip(items).for_each(|(of, value): (usize, _)| inside(&of.to_string(), value)),
        _ => {}
    }
}

/// A value with nothing inside it, or several such in a row.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            Some(items.iter().filter_map(plain).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const MOST_BYTES: usize = 40_000;

    fn bytes(enclosed: &Attachments) -> usize {
        serde_json::to_string(enclosed).unwrap().len()
    }

    #[test]
    fn what_is_too_long_to_be_kept_is_cut_where_everybody_sees_it() {
        let item = json!({"order": {"product_items": vec![json!({"product_retailer_id": "א".repeat(999)}); 999]}});
        let kept = attachments("order", &item, Some(order(&item)), None);
        let Some(Content::Order { products, lines }) = &kept.content else { panic!() };
        assert_eq!((*products, lines[0].product.chars().count()), (999, 999));
        assert!(lines.len() < 20 && lines.last().unwrap().product.ends_with('…') && bytes(&kept) < MOST_BYTES);
        let reply = json!({"response_json": json!({"a": "א".repeat(30_000), "b": 1}).to_string()});
        let kept = attachments("interactive", &json!({}), Some(form(&reply)), None);
        let Some(Content::Form { answers }) = &kept.content else { panic!() };
        assert!(answers[0].1.ends_with('…') && answers[0].1.len() > 30_000 && bytes(&kept) < MOST_BYTES);
        assert_eq!(answers.last().unwrap(), &("…".to_owned(), "…".to_owned()));
        let card = json!({"name": {"formatted_name": "דנה"}, "emails": [{"email": "d@example.com"}]});
        let item = json!({"contacts": vec![card; 9_999]});
        let kept = attachments("contacts", &item, Some(cards(&item)), None);
        let Some(Content::Contacts { names, .. }) = &kept.content else { panic!() };
        assert!(names.len() > 1_000 && names.last().unwrap() == "…" && bytes(&kept) < MOST_BYTES);
        let item = json!({"hologram": {"k".repeat(100_000): vec![json!({"a": 1}); 9_999]}});
        let kept = attachments("hologram", &item, Some(Content::Unknown), None);
        assert!(bytes(&kept) < MOST_BYTES && kept.details.last().unwrap().0 == "…");
    }
}
