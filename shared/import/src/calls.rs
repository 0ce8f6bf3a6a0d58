//! Transcripts of past calls, a JSON object a line.

use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use zikaron_protocol::model::call::{Call, CallKey, CallName, Direction, Provider, Report, Spoken};
use zikaron_protocol::model::ids::{CallId, E164};

/// The longest transcript, in bytes: what a call's item holds.
const MAX_BYTES: usize = 256 * 1024;

/// One line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The customer's number in E.164.
    phone: String,
    started_at: Timestamp,
    ended_at: Timestamp,
    direction: Direction,
    /// Who carried it and its id there, where they are known: such a call is not stored again when it was told already.
    #[serde(default)]
    provider: Option<Provider>,
    #[serde(default)]
    call_id: Option<CallId>,
    transcript: Vec<Spoken>,
    #[serde(default)]
    voicemail: bool,
    #[serde(default)]
    summary: Option<String>,
}

/// Why a file of transcripts is not read.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// The calls of a file with their customers' numbers. None is later than `now`.
///
/// # Errors
/// [`BadLine`] is the first that cannot be read.
pub fn read(text: &str, now: Timestamp) -> Result<Vec<(E164, Call)>, BadLine> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(number, line)| one(line, now).map_err(|why| BadLine { line: number + 1, why })).collect()
}

fn one(line: &str, now: Timestamp) -> Result<(E164, Call), String> {
    let read: Line = serde_json::from_str(line).map_err(|error| {
        let text = error.to_string();
        text.split(", expected").next().unwrap_or_default().to_owned()
    })?;
    let phone = E164::parse(read.phone).map_err(|error| format!("phone: {}", error.rule))?;
    if read.started_at > read.ended_at || read.ended_at > now {
        return Err("started_at, ended_at: it must begin before it ends, and be over".to_owned());
    }
    if read.transcript.iter().map(|said| said.text.len()).sum::<usize>() > MAX_BYTES {
        return Err(format!("transcript: it is longer than {} KB", MAX_BYTES / 1024));
    }
    let provider = read.provider.unwrap_or(Provider::Generic);
    let report = Report {
        direction: read.direction,
        started_at: read.started_at,
        transcript: read.transcript,
        voicemail: read.voicemail,
        summary: read.summary,
        recording_url: None,
        ended_because: None,
    };
    let call_id = match read.call_id {
        Some(id) => id,
        None => CallId::parse(id(&phone, read.ended_at, &report)).map_err(|error| error.rule.to_owned())?,
    };
    let key = CallKey { ended_at: read.ended_at, name: CallName { provider, call_id } };
    Ok((phone, Call { key, version: 1, remembered: true, session: None, report }))
}

/// An id by which the same line is known again.
fn id(phone: &E164, ended_at: Timestamp, report: &Report) -> String {
    let mut hash = Sha256::new();
    hash.update(phone.expose());
    hash.update(ended_at.as_millisecond().to_be_bytes());
    hash.update(report.started_at.as_millisecond().to_be_bytes());
    for said in &report.transcript {
        hash.update(said.text.len().to_be_bytes());
        hash.update(&said.text);
    }
    format!("import.{}", hex::encode(&hash.finalize()[..16]))
}
