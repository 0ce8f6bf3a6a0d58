//! Everything about a lead.

use crate::Api;
use crate::auth::Admin;
use crate::message::{by_channel_id, line};
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::LeadPath;
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_memory::language::Language;
use zikaron_protocol::model::ids::MessageId;
use zikaron_protocol::model::listed::ItemKind;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::business_store::LeadCollections;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::staff::leads_of_customer;

/// In bytes: Lambda answers with 6 MB at most
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>); quotation marks are escaped once more
/// on the way.
const MAX_BYTES: usize = 4_500_000;

/// Everything that is stored about a lead.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Export {
    /// The lead's id.
    lead: String,
    /// When this was read.
    exported_at: Timestamp,
    /// The items as they are stored, by kind (`STATE`, `MEMORY`, `SES` sessions, `MSG` messages, `NOTE` notes, `CHANGE`
    /// changes of the profile, `CALL` phone calls, `ALIAS` names), oldest first; with a message its `line`, as the
    /// conversation shows it.
    #[schema(value_type = BTreeMap<String, Vec<BTreeMap<String, Value>>>)]
    items: BTreeMap<String, Vec<Value>>,
}

/// Export everything about a lead
///
/// As one document, also what the API shows nowhere else, and what a lead holds that is just being merged into this one.
/// A lead of more than 4.5 MB is refused: read its messages page by page.
#[utoipa::path(get, path = "/v1/leads/{lead}/export", tag = "privacy", params(LeadPath),
    responses((status = 200, body = Export), LeadPath), security(("staff" = ["admin"])))]
pub(crate) async fn export<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    Path(path): Path<LeadPath>,
) -> Result<Json<Export>, Problem> {
    let key = caller.lead(&path.lead)?;
    let store = api.ports.store();
    let leads = leads_of_customer(store, &key).await?;
    if leads.is_empty() {
        return Err(Problem::no_lead());
    }
    let (mut all, mut left) = (BTreeMap::new(), MAX_BYTES);
    for (number, lead) in leads.iter().enumerate() {
        let of_it = store.everything(lead, left).await?.ok_or_else(too_much)?;
        left = left.saturating_sub(of_it.values().map(|item| item.to_string().len()).sum());
        all.extend(of_it.into_iter().map(|(place, item)| ((place, number), item)));
    }
    let mut items: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for ((place, _), item) in all {
        let kind = place.split('#').next().unwrap_or_default().to_owned();
        items.entry(kind).or_default().push(item);
    }
    if let Some(messages) = items.get_mut(ItemKind::Message.prefix()) {
        add_lines(messages, api.ports.store().settings(&key.business).await?.language);
        let bytes: usize = items.values().flatten().map(|item| item.to_string().len()).sum();
        if bytes > MAX_BYTES {
            return Err(too_much());
        }
    }
    Ok(Json(Export { lead: key.lead.to_string(), exported_at: api.ports.clock().now(), items }))
}

fn too_much() -> Problem {
    Problem::conflict("more is stored than one answer holds: read it page by page")
}

/// Adds to each stored message what the AI reads of it.
fn add_lines(items: &mut [Value], language: Language) {
    let messages: Vec<Message> = items.iter().filter_map(|item| Message::deserialize(item).ok()).collect();
    let others = by_channel_id(&messages);
    let lines: HashMap<_, _> =
        messages.iter().filter_map(|message| Some((&message.key.id, line(message, language, &others)?))).collect();
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        let id = item.get("id").and_then(|id| MessageId::deserialize(id).ok());
        if let Some(line) = id.and_then(|id| lines.get(&id)) {
            item.insert("line".to_owned(), Value::String(line.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_exported_message_holds_the_line_the_ai_reads() {
        let stored = |id: &str, kind: &str, more: Value| {
            let mut item = json!({"sent_at": "2026-11-16T09:00:00Z", "id": id, "version": 1, "arrival": 1,
                "speaker": "customer", "kind": kind, "text": "", "remembered": true});
            item.as_object_mut()
                .into_iter()
                .for_each(|item| item.extend(more.as_object().cloned().unwrap_or_default()));
            item
        };
        let mut items = vec![
            stored("wamid.A", "text", json!({"text": "מתי התור?"})),
            stored("wamid.B", "text", json!({"text": "זה", "quotes": "wamid.A"})),
            stored("wamid.C", "location", json!({"enclosed": {"content": {"location": {"place": "דיזנגוף 50"}}}})),
            json!({"id": "wamid.D", "from": "another version"}),
        ];
        add_lines(&mut items, Language::Hebrew);
        assert_eq!(items[0]["line"], "מתי התור?");
        assert_eq!(items[1]["line"], "[בתגובה ל: \"מתי התור?\"] זה");
        assert_eq!(items[2]["line"], "[מיקום: דיזנגוף 50]");
        assert_eq!(items[3], json!({"id": "wamid.D", "from": "another version"}), "kept as it is");
    }
}
