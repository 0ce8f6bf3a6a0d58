//! The closed forms of a reply and of a digest (docs/rules.md#d), within what OpenAI's
//! [strict mode](https://platform.openai.com/docs/guides/structured-outputs) allows: every property is required, no
//! other is allowed, and lengths have no bounds.

use serde_json::{Value, json};
use zikaron_memory::field::FieldList;

/// `response_format` with the schema of a digest over these fields.
pub(crate) fn closed(fields: &FieldList) -> Value {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let mut properties = json!({"summary": {"type": "string"}});
    let mut required = vec!["summary"];
    // An empty `enum` is not a schema.
    if !names.is_empty() {
        properties["changes"] = json!({"type": "array", "items": {
            "type": "object",
            "properties": {
                "field": {"type": "string", "enum": names},
                "value": {"type": "string"},
                "quote": {"type": "string"},
                "confidence": {"type": "string", "enum": ["high", "medium", "low"]},
            },
            "required": ["field", "value", "quote", "confidence"],
            "additionalProperties": false,
        }});
        required.push("changes");
    }
    let schema =
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
    json!({"type": "json_schema", "json_schema": {"name": "conversation_digest", "strict": true, "schema": schema}})
}

/// `response_format` with the schema of a reply.
pub(crate) fn reply() -> Value {
    let schema = json!({
        "type": "object",
        "properties": {"answer": {"type": "string"}, "handover": {"type": "boolean"}},
        "required": ["answer", "handover"],
        "additionalProperties": false,
    });
    json!({"type": "json_schema", "json_schema": {"name": "customer_reply", "strict": true, "schema": schema}})
}

/// `response_format` for endpoints that know JSON but no schema.
pub(crate) fn open() -> Value {
    json!({"type": "json_object"})
}

#[cfg(test)]
mod tests {
    use super::*;
    use zikaron_memory::language::Language;

    #[test]
    fn the_schema_allows_the_business_s_fields_and_nothing_else() {
        insta::assert_json_snapshot!(closed(&FieldList::standard(Language::Hebrew)));
    }

    #[test]
    fn without_fields_there_is_only_a_summary() {
        let Ok(none) = FieldList::new(Vec::new()) else { return };
        let schema = &closed(&none)["json_schema"]["schema"];
        assert_eq!(schema["required"], json!(["summary"]));
        assert_eq!(schema["properties"], json!({"summary": {"type": "string"}}));
    }
}
