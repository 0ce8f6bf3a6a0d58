//! What is posted: the form that Standard Webhooks recommends ("Payload structure").

use crate::model::ids::{LeadId, LeadKey};
use crate::model::webhook::{Delivery, Webhook};
use crate::ports::error::Unavailable;
use crate::ports::webhook::WebhookStore;
use serde_json::{Map, Value, json};

/// The body of a post: ids, and what the business asked for of the memory as it stands now. Nothing of that is kept with
/// the delivery, so an erasure has nothing to look for there.
pub(super) async fn body<S: WebhookStore>(
    store: &S,
    key: Option<LeadKey>,
    webhook: &Webhook,
    delivery: &Delivery,
) -> Result<String, Unavailable> {
    let mut data = delivery.data.clone();
    let is_updated = delivery.kind == "memory.updated";
    let summary = webhook.include.summary && (is_updated || delivery.kind == "session.closed");
    let values = webhook.include.values && is_updated;
    if let Some(key) = key.filter(|_| summary || values)
        // Of a lead that was erased or merged since there is nothing to tell.
        && let Some(memory) = store.memory_of(&key).await?
    {
        if summary {
            data.insert("summary".to_owned(), json!(memory.document.last_summary));
        }
        if values {
            let profile = &memory.document.customer_profile_json;
            let value = |name: &str| json!(profile.get(name).and_then(|field| field.value()));
            let names = data.get("fields").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            let values: Map<String, Value> = names.map(|name| (name.to_owned(), value(name))).collect();
            data.insert("values".to_owned(), Value::Object(values));
        }
    }
    Ok(json!({"type": delivery.kind, "timestamp": delivery.at, "data": data}).to_string())
}

/// The lead an event is about.
pub(super) fn lead(delivery: &Delivery) -> Option<LeadId> {
    LeadId::parse(delivery.data.get("lead")?.as_str()?).ok()
}
