//! A lead as a person, or a program, wants to read it.

use anyhow::{Result, bail};
use serde_json::{Value, json};
use zikaron_aws::store::{DynamoStore, Kind};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::ports::store::Store;

/// More of one kind is not printed.
const MAX_ITEMS: usize = 200;

pub(crate) async fn show(store: &DynamoStore, key: &LeadKey, as_json: bool) -> Result<()> {
    let (state, memory) = store.state_and_memory(key).await?;
    let Some(state) = state else { bail!("{} has no lead {}", key.business, key.lead) };
    if as_json {
        let whole = json!({
            "lead": key.lead,
            "state": state,
            "memory": memory,
            "sessions": store.list::<Value>(key, Kind::Session, MAX_ITEMS).await?,
            "messages": store.list::<Value>(key, Kind::Message, MAX_ITEMS).await?,
            "calls": store.list::<Value>(key, Kind::Call, MAX_ITEMS).await?,
            "notes": store.list::<Value>(key, Kind::Note, MAX_ITEMS).await?,
            "changes": store.list::<Value>(key, Kind::Change, MAX_ITEMS).await?,
        });
        println!("{}", serde_json::to_string_pretty(&whole)?);
        return Ok(());
    }
    println!("lead             {}", key.lead);
    if let (Some(at), Some(channel)) = (state.last_interaction_at, state.last_channel) {
        println!("last interaction {at} ({})", channel.as_str());
    }
    match &state.session {
        Some(open) => {
            println!("session          {} open since {}, last message {}", open.id, open.opened_at, open.last_at)
        }
        None => println!("session          none open"),
    }
    println!("waiting          {} message(s)", state.pending);
    println!("profile");
    for (name, field) in memory.document.customer_profile_json.iter() {
        let value = field.value().unwrap_or("(deleted)");
        println!("  {name}: {value}   [{:?}, {:?}, {}]", field.source(), field.confidence(), field.updated_at());
        for suggestion in field.suggestions() {
            println!("    suggested: {}   [{:?}, {}]", suggestion.value, suggestion.source, suggestion.reason);
        }
    }
    if let Some(summary) = &memory.document.last_summary {
        println!("last summary");
        for line in summary.lines() {
            println!("  {line}");
        }
    }
    println!("notes");
    for note in &memory.document.notes {
        println!("  {} {:?}: {}", note.at, note.kind, note.text.replace('\n', " / "));
    }
    Ok(())
}
