//! What is posted: the form that Standard Webhooks recommends ("Payload structure"), or what a CRM's mapping is made of.

use crate::model::ids::{LeadId, LeadKey};
use crate::model::webhook::{Delivery, Include, Webhook};
use crate::ports::error::Unavailable;
use crate::ports::webhook::WebhookStore;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use zikaron_memory::document::LeadMemory;
use zikaron_memory::forget::summed_up;
use zikaron_memory::note::Note;

/// The body of a post: ids, and what the business asked for of the memory as it stands now. Nothing of that is kept with
/// the delivery, so an erasure has nothing to look for there.
pub(super) async fn body<S: WebhookStore>(
    store: &S,
    key: Option<LeadKey>,
    webhook: &Webhook,
    delivery: &Delivery,
) -> Result<String, Unavailable> {
    let mut data = delivery.data.clone();
    if webhook.crm.is_some() {
        let customer = customer(store, key, webhook.include, delivery).await?;
        let body = json!({"type": delivery.kind, "timestamp": delivery.at, "data": data, "customer": customer});
        return Ok(body.to_string());
    }
    let is_updated = delivery.kind == "memory.updated";
    let summary = webhook.include.summary && (is_updated || delivery.kind == "session.closed");
    let values = webhook.include.values && is_updated;
    if let Some(key) = key.filter(|_| summary || values)
        // Of a lead that was erased or merged since there is nothing to tell.
        && let Some((_, memory)) = store.memory_of(&key).await?
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

/// What a CRM is told of a customer: `phone`; `summary`, of this very conversation; `values` by field, all that stand.
/// Null where there is no such customer any more.
async fn customer<S: WebhookStore>(
    store: &S,
    key: Option<LeadKey>,
    include: Include,
    delivery: &Delivery,
) -> Result<Value, Unavailable> {
    let Some(key) = key else { return Ok(Value::Null) };
    let Some((names, memory)) = store.memory_of(&key).await? else { return Ok(Value::Null) };
    let document = memory.document;
    let summary = summary(&document, delivery).filter(|_| include.summary);
    let fields = document.customer_profile_json.iter().filter(|_| include.values);
    let values = fields.filter_map(|(name, field)| Some((name.to_owned(), json!(field.value()?))));
    let values: Map<String, Value> = values.collect();
    Ok(json!({"phone": names.phone, "summary": summary, "values": values}))
}

/// The summary of the conversation whose end an event tells; none where it is not among what is remembered any more. The
/// last one may be of another: they may have spoken again since, or what ended later was digested first.
fn summary<'a>(document: &'a LeadMemory, delivery: &Delivery) -> Option<&'a str> {
    let text = |name: &str| delivery.data.get(name).and_then(Value::as_str);
    let session = text("session")?;
    let is_of_it = |note: &&Note| note.id == session && summed_up(note).is_some();
    if let Some(note) = document.notes.iter().find(is_of_it) {
        return Some(&note.text);
    }
    let ended_at: Timestamp = text("ended_at")?.parse().ok()?;
    document.last_summary.as_deref().filter(|_| document.summary_session_ended_at == Some(ended_at))
}

/// The lead an event is about.
pub(super) fn lead(delivery: &Delivery) -> Option<LeadId> {
    LeadId::parse(delivery.data.get("lead")?.as_str()?).ok()
}
