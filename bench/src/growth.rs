//! Growth: the same message beside more and more of everything.

use crate::calls::{Call, Delays};
use crate::deployment::{BUSINESS, Deployment, seed};
use crate::figures::{Spread, Times};
use crate::functions::Functions;
use crate::peers::{Peers, locked};
use crate::table::{Row as Item, Table, size};
use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Candidate, Confidence, Profile, Source};
use zikaron_memory::session::SessionId;

/// A message beside so much.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    beside: String,
    aws_calls: usize,
    read_units: f64,
    write_units: f64,
    critical_ms: Spread,
    reply_cpu_ms: f64,
}

/// The table, one row after the other: what was added stays for the next.
pub(crate) async fn measure(peers: &Arc<Peers>, functions: &Functions, rounds: usize) -> Result<Vec<Row>> {
    let phone = "972555000021";
    *locked(&peers.table) = Table::default();
    peers.set_delays(Delays::default());
    seed(peers, true, 0)?;
    let deployment = Deployment::start(peers, functions, 1, 900, None).await?;
    for _ in 0..5 {
        deployment.exchange(phone).await?;
    }
    let mut rows = vec![measured(&deployment, phone, "10 messages, 1 lead".to_owned(), rounds).await?];
    for messages in [1_000, 100_000] {
        history(peers, messages)?;
        rows.push(measured(&deployment, phone, format!("{messages} messages"), rounds).await?);
    }
    leads(peers, 10_000)?;
    rows.push(measured(&deployment, phone, "10000 leads as well".to_owned(), rounds).await?);
    let bytes = profile_at_its_bound(peers)?;
    rows.push(measured(&deployment, phone, format!("a memory of {} kB", bytes / 1000), rounds).await?);
    deployment.stop().await?;
    Ok(rows)
}

async fn measured(deployment: &Deployment, phone: &str, beside: String, rounds: usize) -> Result<Row> {
    let (mut critical, mut cpu) = (Times::new()?, Times::new()?);
    let mut used = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let exchange = deployment.paced(phone).await?;
        critical.note(exchange.critical()?);
        cpu.note(exchange.reply.cpu);
        let units = |of: fn(&Call) -> f64| exchange.calls.iter().map(of).sum::<f64>();
        let calls = exchange.calls.iter().filter(|call| call.peer.is_aws()).count();
        used.push((calls, units(|call| call.units.read), units(|call| call.units.write)));
    }
    // The one in the middle: now and then a message meets a cache that has run out, and reads more.
    used.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (aws_calls, read_units, write_units) = *used.get(used.len() / 2).context("nothing was measured")?;
    Ok(Row {
        beside,
        aws_calls,
        read_units,
        write_units,
        critical_ms: critical.spread(),
        reply_cpu_ms: cpu.spread().p50,
    })
}

fn text(text: impl Into<String>) -> Value {
    json!({"S": text.into()})
}

/// Copies of a message, each a minute older than the one before.
fn history(peers: &Peers, messages: i64) -> Result<()> {
    let mut table = locked(&peers.table);
    let copied = table.message().context("no message")?.clone();
    let newest: Timestamp = copied["sent_at"]["S"].as_str().context("no time")?.parse()?;
    for number in 1..=messages {
        let at = newest - SignedDuration::from_mins(number);
        let mut row: Item = copied.clone();
        row.insert("sk".to_owned(), text(format!("MSG#{at:.3}#wamid.OLD{number}")));
        row.insert("sent_at".to_owned(), text(at.to_string()));
        row.insert("id".to_owned(), text(format!("wamid.OLD{number}")));
        table.put(row)?;
    }
    Ok(())
}

/// Copies of the lead under other names.
fn leads(peers: &Peers, leads: u32) -> Result<()> {
    let mut table = locked(&peers.table);
    let copied = table.find("STATE").context("no state")?.clone();
    for number in 0..leads {
        let mut row = copied.clone();
        row.insert("pk".to_owned(), text(format!("B#{BUSINESS}#L#OTHER{number}")));
        table.put(row)?;
        let alias = json!({"pk": text(format!("B#{BUSINESS}#A#phone#+1202555{number:05}")), "sk": text("ALIAS"),
            "lead": text(format!("OTHER{number}"))});
        table.put(alias.as_object().cloned().unwrap_or_default())?;
    }
    Ok(())
}

/// Sixteen long candidates in every field, and five notes. Answers the bytes of the item.
fn profile_at_its_bound(peers: &Peers) -> Result<usize> {
    let fields = FieldList::standard(Language::Hebrew);
    let started: Timestamp = "2026-01-01T10:00:00Z".parse()?;
    let candidate = |field: &str, number: i64, most: usize| Candidate {
        field: field.to_owned(),
        value: Some(format!("{number} {}", "ערך ארוך מאוד ".repeat(200)).chars().take(most).collect()),
        source: if number == 0 { Source::Manual } else { Source::AiExtraction },
        confidence: Confidence::High,
        at: started + SignedDuration::from_mins(number),
        session: SessionId::new(format!("{number:026}")),
        position: 1,
        taken_back: None,
        transcribed: false,
        valid_until: None,
    };
    let all: Vec<Candidate> =
        fields.iter().flat_map(|spec| (0..20).map(move |n| candidate(&spec.name, n, spec.max_chars))).collect();
    let profile = merge(&fields, &Profile::default(), &all).profile;
    let memory = LeadMemory {
        customer_profile_json: profile,
        last_summary: Some("שורה של סיכום השיחה האחרונה\n".repeat(10)),
        ..LeadMemory::default()
    };
    let mut table = locked(&peers.table);
    let pk = table.find("STATE").context("no state")?["pk"].clone();
    let mut row: Item = match attribute(serde_json::to_value(&memory)?) {
        Value::Object(mut typed) => typed.remove("M").and_then(|m| m.as_object().cloned()).unwrap_or_default(),
        _ => Map::new(),
    };
    row.extend([("pk".to_owned(), pk), ("sk".to_owned(), text("MEMORY")), ("version".to_owned(), json!({"N": "1"}))]);
    let bytes = size(&row);
    table.put(row)?;
    Ok(bytes)
}

/// A value as the wire of the table has it.
fn attribute(value: Value) -> Value {
    match value {
        Value::Null => json!({"NULL": true}),
        Value::Bool(value) => json!({"BOOL": value}),
        Value::Number(number) => json!({"N": number.to_string()}),
        Value::String(text) => json!({"S": text}),
        Value::Array(items) => json!({"L": items.into_iter().map(attribute).collect::<Vec<_>>()}),
        Value::Object(members) => {
            let members: Map<String, Value> =
                members.into_iter().map(|(name, value)| (name, attribute(value))).collect();
            json!({"M": members})
        }
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:<22}{} {:>7.2} {:>6} {:>6} {:>6}",
            self.beside, self.critical_ms, self.reply_cpu_ms, self.aws_calls, self.read_units, self.write_units
        )
    }
}

pub(crate) const HEADING: &str = "
Growth: the same message beside more of everything, peers at 0 ms
beside                              the whole way      cpu  calls   read  write";
