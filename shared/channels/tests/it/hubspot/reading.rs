//! What is found, and what is read (<https://developers.hubspot.com/docs/api-reference/search/guide>,
//! <https://developers.hubspot.com/docs/api-reference/latest/crm/objects/objects/batch/get-objects>).

use super::rules::{self, CALCULATED, held, known, only};
use super::{Properties, Record, Records, Refusal, bad};
use serde_json::{Map, Value, json};

const AT: &str = "2026-09-21T14:13:20Z";

/// The records of a kind for which all filters of one of the groups hold.
pub(super) fn search(records: &Records, kind: &str, body: &Properties) -> Result<Value, Refusal> {
    only(body, &["filterGroups", "sorts", "query", "properties", "limit", "after"])?;
    let limit = body.get("limit").map_or(Some(10), Value::as_u64).filter(|limit| (1..=200).contains(limit));
    let limit = usize::try_from(limit.ok_or_else(|| bad("limit"))?).unwrap();
    let mut groups = Vec::new();
    for group in body.get("filterGroups").and_then(Value::as_array).into_iter().flatten() {
        let group = group.as_object().ok_or_else(|| bad("filterGroups"))?;
        only(group, &["filters"])?;
        let filters = group.get("filters").and_then(Value::as_array).ok_or_else(|| bad("filters"))?;
        groups.push(filters.iter().map(|filter| rules::filter(filter, kind)).collect::<Result<Vec<_>, _>>()?);
    }
    if groups.len() > 5 || groups.iter().any(|filters| filters.len() > 6) || groups.concat().len() > 18 {
        return Err(bad("too many filters"));
    }
    for name in body.get("properties").and_then(Value::as_array).into_iter().flatten() {
        known(name.as_str().unwrap_or_default(), kind)?;
    }
    let of_kind = records.iter().filter(|((of, _), _)| of == kind);
    let found = of_kind.filter(|(_, record)| {
        let is = |(name, value): &(String, String)| held(record, name).as_deref() == Some(value.as_str());
        groups.is_empty() || groups.iter().any(|filters| filters.iter().all(is))
    });
    let found: Vec<Value> = found.take(limit).map(|((_, id), record)| shown(record, id)).collect();
    Ok(json!({"total": found.len(), "results": found}))
}

/// Contacts as they stand, with the history of properties, the last value first; 207 where one is not there.
pub(super) fn batch(records: &Records, body: &Properties) -> Result<(u16, Value), Refusal> {
    only(body, &["properties", "propertiesWithHistory", "inputs", "idProperty"])?;
    let texts = |name: &str| -> Result<Vec<String>, Refusal> {
        let all = body.get(name).and_then(Value::as_array).ok_or_else(|| bad(name))?;
        all.iter().map(|one| one.as_str().map(str::to_owned).ok_or_else(|| bad(name))).collect()
    };
    let (asked, with_history) = (texts("properties")?, texts("propertiesWithHistory")?);
    for name in asked.iter().chain(&with_history) {
        known(name, "contacts")?;
    }
    let inputs = body.get("inputs").and_then(Value::as_array).ok_or_else(|| bad("inputs"))?;
    if inputs.is_empty() || inputs.len() > 50 {
        return Err(bad("1 to 50 inputs, where the history is asked for"));
    }
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for input in inputs {
        let input = input.as_object().ok_or_else(|| bad("an input is an object"))?;
        only(input, &["id"])?;
        let id = input.get("id").and_then(Value::as_str).ok_or_else(|| bad("id"))?;
        match records.get(&("contacts".to_owned(), id.to_owned())) {
            Some(record) => results.push(read(record, id, &asked, &with_history)),
            None => errors.push(json!({"status": "error", "category": "OBJECT_NOT_FOUND", "context": {"ids": [id]}})),
        }
    }
    let status = if errors.is_empty() { 200 } else { 207 };
    let mut answer = json!({"status": "COMPLETE", "results": results, "startedAt": AT, "completedAt": AT});
    if !errors.is_empty() {
        answer["numErrors"] = json!(errors.len());
        answer["errors"] = Value::Array(errors);
    }
    Ok((status, answer))
}

/// A contact with those properties that are asked for, and no other.
fn read(record: &Record, id: &str, asked: &[String], with_history: &[String]) -> Value {
    let stands = |name: &String| (name.clone(), json!(held(record, name)));
    let properties: Map<String, Value> = asked.iter().chain(with_history).map(stands).collect();
    let history = |name: &String| {
        let written = record.written.iter().rev().filter(|(of, _)| of == name);
        let written = written.map(|(_, value)| json!({"value": value, "timestamp": AT, "sourceType": "CRM_UI"}));
        (name.clone(), written.collect::<Value>())
    };
    let histories: Map<String, Value> = with_history.iter().map(history).collect();
    json!({"id": id, "properties": properties, "propertiesWithHistory": histories, "createdAt": AT, "updatedAt": AT,
        "archived": false})
}

/// A record as it is shown where nothing is asked for in particular.
pub(super) fn shown(record: &Record, id: &str) -> Value {
    let mut properties = record.properties.clone();
    for name in CALCULATED {
        properties.insert(name.to_owned(), json!(held(record, name)));
    }
    json!({"id": id, "properties": properties, "createdAt": AT, "updatedAt": AT, "archived": false})
}
