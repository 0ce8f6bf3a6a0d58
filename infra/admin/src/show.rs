//! A lead as a person, or a program, wants to read it.

use anyhow::{Result, bail};
use serde_json::{Value, json};
use zikaron_aws::store::{DynamoStore, Kind};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::ports::store::Store;

/// More of one kind is not printed.
const MAX_ITEMS: usize = 200;

pub(crate) async fn show(store: &DynamoStore, key: &LeadKey, as_json: bool) -> Result<()> {
    let mut whole = json!({"lead": key.lead});
    if as_json {
        let kinds = [
            ("sessions", Kind::Session),
            ("messages", Kind::Message),
            ("calls", Kind::Call),
            ("notes", Kind::Note),
            ("changes", Kind::Change),
        ];
        for (name, kind) in kinds {
            whole[name] = store.list::<Value>(key, kind, MAX_ITEMS).await?.into();
        }
    }
    // Last: what the lists tell of stands in the memory by then. The other way round a session would be shown as digested
    // beside the memory of before.
    let (state, memory) = store.state_and_memory(key).await?;
    let Some(state) = state else { bail!("{} has no lead {}", key.business, key.lead) };
    if as_json {
        whole["state"] = serde_json::to_value(&state)?;
        whole["memory"] = serde_json::to_value(&memory)?;
        println!("{}", serde_json::to_string_pretty(&whole)?);
        return Ok(());
    }
    println!("lead             {}", key.lead);
    if let Some(username) = &state.username {
        println!("username         {}", username.expose());
    }
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
        let value = field.value().unwrap_or("(nothing)");
        let heard = if field.is_transcribed() { ", heard in a voice note" } else { "" };
        let (source, confidence, at) = (field.source(), field.confidence(), field.updated_at());
        println!("  {name}: {value}   [{source:?}{heard}, {confidence:?}, {at}]");
        for suggestion in field.suggestions() {
            let value = suggestion.value.as_deref().unwrap_or("(nothing: the customer took it back)");
            let without = suggestion.taken_back.iter().map(|gone| format!(", without {gone}")).collect::<String>();
            println!("    suggested: {value}{without}   [{:?}, {}]", suggestion.source, suggestion.reason);
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
