//! The closed forms of a reply and of a digest (docs/rules.md#d), within what OpenAI's
//! [strict mode](https://platform.openai.com/docs/guides/structured-outputs) allows: every property is required, no
//! other is allowed, and lengths have no bounds. The order is that in which a model is to write: a digest that breaks off
//! has its summary, and how sure a claim is comes after the words it rests on.

use crate::ordered::Ordered;
use crate::ordered::Ordered::Members;
use serde_json::{Value, json};
use zikaron_memory::field::FieldList;
use zikaron_protocol::ports::ReplyRequest;

const ABOUT: [&str; 4] = ["customer", "someone_else", "business", "unclear"];
const MEANT: [&str; 9] = ["states", "unsure", "asks", "past", "if", "denies", "takes_back", "quotes", "joke"];

/// `response_format` of a digest over these fields, with what the customer asked for later where that is looked for.
pub(crate) fn digest(fields: &FieldList, commitments: bool) -> Ordered {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let mut properties = vec![("summary", text())];
    // An empty `enum` is not a schema.
    if !names.is_empty() {
        let change = object(vec![
            ("field", json!({"type": "string", "enum": names}).into()),
            ("value", text()),
            ("line", json!({"type": "integer"}).into()),
            ("quote", text()),
            ("span", text()),
            ("about", one_of(&ABOUT)),
            ("meant", one_of(&MEANT)),
            ("until", text()),
            ("confidence", one_of(&["high", "medium", "low"])),
        ]);
        properties.push(("changes", list_of(change)));
    }
    if commitments {
        let commitment = object(vec![
            ("line", json!({"type": "integer"}).into()),
            ("quote", text()),
            ("kind", one_of(&["call", "message"])),
            ("when", text()),
            ("what", text()),
            ("about", one_of(&ABOUT)),
            ("meant", one_of(&MEANT)),
        ]);
        properties.push(("commitments", list_of(commitment)));
    }
    closed("conversation_digest", properties)
}

/// `response_format` of a reply, with `fresh` where the customer answers how to go on, `confirms` where an old value may
/// be asked for, and `books` where the number of who books is.
pub(crate) fn reply(request: &ReplyRequest) -> Ordered {
    let yes_or_no = || Ordered::from(json!({"type": "boolean"}));
    let members = [
        Some(("answer", text())),
        Some(("handover", yes_or_no())),
        request.may_ask_number.then(|| ("books", yes_or_no())),
        request.may_start_fresh.then(|| ("fresh", yes_or_no())),
        request.may_confirm.then(|| ("confirms", yes_or_no())),
    ];
    closed("customer_reply", members.into_iter().flatten().collect())
}

/// `response_format` for endpoints that know JSON but no schema.
pub(crate) fn open() -> Ordered {
    json!({"type": "json_object"}).into()
}

fn closed(name: &'static str, properties: Vec<(&'static str, Ordered)>) -> Ordered {
    let schema = Members(vec![("name", name.into()), ("strict", true.into()), ("schema", object(properties))]);
    Members(vec![("type", "json_schema".into()), ("json_schema", schema)])
}

fn object(properties: Vec<(&'static str, Ordered)>) -> Ordered {
    let required: Vec<Value> = properties.iter().map(|(name, _)| Value::from(*name)).collect();
    Members(vec![
        ("type", "object".into()),
        ("properties", Members(properties)),
        ("required", required.into()),
        ("additionalProperties", false.into()),
    ])
}

fn list_of(item: Ordered) -> Ordered {
    Members(vec![("type", "array".into()), ("items", item)])
}

fn one_of(names: &[&str]) -> Ordered {
    json!({"type": "string", "enum": names}).into()
}

fn text() -> Ordered {
    json!({"type": "string"}).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zikaron_memory::language::Language;

    #[test]
    fn the_schema_allows_the_business_s_fields_and_nothing_else() {
        insta::assert_json_snapshot!(digest(&FieldList::standard(Language::Hebrew), false));
    }

    #[test]
    fn a_reply_is_asked_for_no_more_than_is_due() {
        let required = |may_start_fresh, may_confirm, may_ask_number| {
            let (system, now, conversation, pictures) = (String::new(), String::new(), Vec::new(), Vec::new());
            let request =
                ReplyRequest { system, now, conversation, pictures, may_start_fresh, may_confirm, may_ask_number };
            let format = serde_json::to_value(reply(&request)).unwrap();
            format["json_schema"]["schema"]["required"].clone()
        };
        assert_eq!(required(false, false, false), json!(["answer", "handover"]));
        assert_eq!(required(true, false, false), json!(["answer", "handover", "fresh"]));
        assert_eq!(required(false, true, false), json!(["answer", "handover", "confirms"]));
        assert_eq!(required(false, false, true), json!(["answer", "handover", "books"]));
    }

    #[test]
    fn what_is_asked_for_later_is_in_the_schema_only_where_it_is_looked_for() {
        let schema = |commitments| {
            let format = serde_json::to_value(digest(&FieldList::standard(Language::English), commitments)).unwrap();
            format["json_schema"]["schema"].clone()
        };
        let (without, mut with) = (schema(false), schema(true));
        assert_eq!(with["required"], json!(["summary", "changes", "commitments"]));
        let item = with["properties"]["commitments"]["items"].clone();
        assert_eq!(item["required"], json!(["line", "quote", "kind", "when", "what", "about", "meant"]));
        assert_eq!(item["properties"]["kind"]["enum"], json!(["call", "message"]));
        with["properties"].as_object_mut().unwrap().remove("commitments");
        with["required"].as_array_mut().unwrap().pop();
        assert_eq!(with, without);
    }

    #[test]
    fn without_fields_there_is_only_a_summary() {
        let Ok(none) = FieldList::new(Vec::new()) else { return };
        let format = serde_json::to_value(digest(&none, false)).unwrap();
        let schema = &format["json_schema"]["schema"];
        assert_eq!(schema["required"], json!(["summary"]));
        assert_eq!(schema["properties"], json!({"summary": {"type": "string"}}));
    }
}
