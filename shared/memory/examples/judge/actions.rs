//! What is to be done later: the words of a time, and commitments.

use crate::Messages;
use jiff::{Timestamp, Zoned};
use serde::Deserialize;
use serde_json::Value;
use zikaron_memory::action::commitment::{Claimed, judge};
use zikaron_memory::action::quiet_hours::QuietHours;
use zikaron_memory::action::when::{Due, resolve};
use zikaron_memory::settings::Settings;
use zikaron_memory::zone::Zone;

/// Saturday 28.11.2026, noon in Jerusalem: there and then everything is said.
const SAID_AT: i64 = 1_795_860_000;

fn settings() -> Result<Settings, String> {
    let time_zone = Some(Zone::parse("Asia/Jerusalem").map_err(|error| error.to_string())?);
    Ok(Settings { enable_actions: true, time_zone, ..Settings::default() })
}

fn said_at(settings: &Settings) -> Zoned {
    settings.zone().at(Timestamp::from_second(SAID_AT).unwrap_or_default())
}

/// A moment, or a stretch of a day, on the clock of the place.
fn shown(due: Due, place: &Zoned) -> String {
    let local = |at: Timestamp| at.to_zoned(place.time_zone().clone()).strftime("%Y-%m-%dT%H:%M").to_string();
    due.until.map_or_else(|| local(due.at), |until| format!("{}/{}", local(due.at), local(until)))
}

#[derive(Deserialize)]
pub(crate) struct Words {
    words: String,
}

/// What the words name, or `none`.
pub(crate) fn time(case: Words) -> Result<Value, String> {
    let said_at = said_at(&settings()?);
    let due = resolve(&case.words, &said_at, &QuietHours::default());
    Ok(due.map_or_else(|| "none".to_owned(), |due| shown(due, &said_at)).into())
}

#[derive(Deserialize)]
pub(crate) struct Case {
    messages: Messages,
    /// What the business said right before the last of them.
    asked: Option<String>,
    #[serde(flatten)]
    claim: Claimed,
}

/// When it is due; `ask` where staff say when, `withdrawn` where it is called off, or `dropped`.
pub(crate) fn commitment(case: Case) -> Result<Value, String> {
    let settings = settings()?;
    let place = said_at(&settings);
    let mut said = case.messages.said(0);
    for message in &mut said {
        message.at = place.timestamp();
    }
    if let Some(last) = said.last_mut() {
        last.answers = case.asked;
    }
    let judged = judge(&said, &[case.claim], &settings);
    let outcome = match (judged.kept.first(), judged.withdrawn.first()) {
        (Some(kept), _) => kept.due.map_or_else(|| "ask".to_owned(), |due| shown(due, &place)),
        (None, Some(_)) => "withdrawn".to_owned(),
        (None, None) => "dropped".to_owned(),
    };
    Ok(outcome.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge_all;
    use std::collections::BTreeMap;

    #[test]
    fn every_case_ends_as_a_careful_clerk_would_have_it_and_no_language_is_left_out() {
        let cases: Vec<Value> =
            serde_json::from_str(include_str!("../../../../tests/language/commitments.json")).unwrap();
        let judged = judge_all(&Value::from(cases.clone()).to_string()).unwrap();
        let wrong: Vec<String> = cases
            .iter()
            .zip(judged.as_array().unwrap())
            .filter(|(case, judged)| !case["expected"].as_array().unwrap().contains(&judged["outcome"]))
            .map(|(case, judged)| format!("{}: {} is {judged}", case["id"], case["input"]))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
        for case in &cases {
            *languages.entry(case["lang"].as_str().unwrap()).or_default() += 1;
        }
        assert!(languages.len() == 4 && languages.values().all(|cases| *cases >= 25), "{languages:?}");
    }
}
