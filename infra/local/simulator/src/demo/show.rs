//! The story as a person reads it.

use serde_json::Value;
use zikaron_simulator::Sent;
use zikaron_simulator::admin::is_heard;

#[expect(clippy::print_stdout, reason = "a demo prints")]
pub(crate) fn line(text: &str) {
    println!("{text}");
}

pub(crate) fn heading(text: &str) {
    line(&format!("\n━━ {text} {}", "━".repeat(70_usize.saturating_sub(text.chars().count()))));
}

pub(crate) fn customer(text: &str) {
    said("customer", text);
}

pub(crate) fn business(sent: &Sent) {
    said("business", &sent.text);
    if !sent.buttons.is_empty() {
        let buttons: Vec<_> = sent.buttons.iter().map(|button| format!("[ {} ]", button.title)).collect();
        said("", &buttons.join("  "));
    }
}

fn said(who: &str, text: &str) {
    for (number, part) in text.lines().enumerate() {
        line(&format!("  {:<9} {part}", if number == 0 { who } else { "" }));
    }
}

/// A text in a frame of its own.
pub(crate) fn quoted(title: &str, text: &str) {
    line(&format!("\n  {title}"));
    for part in text.lines() {
        line(&format!("  │ {part}"));
    }
}

/// Profile, summary and notes of `admin lead show --json`.
pub(crate) fn memory(lead: &Value) {
    let memory = &lead["memory"];
    line("\n  profile");
    for (name, field) in memory["customer_profile_json"].as_object().into_iter().flatten() {
        let text = |key: &str| field[key].as_str().unwrap_or_default().to_owned();
        let before = match text("previous_value") {
            before if before.is_empty() => String::new(),
            before => format!(", before: {before}"),
        };
        let heard = if is_heard(field) { ", heard in a voice note" } else { "" };
        let origin = format!("({}, {}{heard}{before})", text("source"), text("confidence"));
        line(&format!("    {name:<17} {}   {origin}", text("value")));
        for suggestion in field["suggestions"].as_array().into_iter().flatten() {
            let text = |key: &str| suggestion[key].as_str().unwrap_or("(nothing)");
            line(&format!("      suggested: {}   ({}, {})", text("value"), text("source"), text("reason")));
        }
    }
    line("\n  summary of the last conversation");
    for part in memory["last_summary"].as_str().unwrap_or("(none)").lines() {
        line(&format!("    {part}"));
    }
    let count = memory["notes"].as_array().map_or(0, Vec::len);
    line(&format!(
        "\n  notes: {count}; last interaction {}",
        lead["state"]["last_interaction_at"].as_str().unwrap_or("-")
    ));
}

/// A field as the API tells it, with how old it is.
pub(crate) fn aged(name: &str, field: &Value) {
    let text = |key: &str| field[key].as_str().unwrap_or("-");
    let said = text("said_at").get(..10).unwrap_or("-");
    line(&format!(
        "\n  {name}: {}   ({}; last said {said}, {} days ago)",
        text("value"),
        text("state"),
        field["age_days"]
    ));
}

/// Where staff see all of it, and how one gets in: as `make dev` says it.
pub(crate) fn console(address: &str) {
    heading("What staff see of it");
    line(&format!("  console     {address}   sign in as admin, without a password\n"));
}

/// Something to be done, or that was.
pub(crate) fn action(action: &Value) {
    let text = |key: &str| action[key].as_str().unwrap_or("-");
    line(&format!("\n  to be done: {} at {}   (the customer: \"{}\")", text("kind"), text("due_at"), text("quote")));
    if let Some(end) = action["ended"]["end"].as_str() {
        line(&format!("    ended: {end} at {}", action["ended"]["at"].as_str().unwrap_or("-")));
    }
}

/// What was offered and not taken, and why.
pub(crate) fn rejected(lead: &Value) {
    line("\n  not taken, and why");
    let changes = lead["changes"].as_array().into_iter().flatten();
    for change in changes.filter(|change| change["accepted"] == false) {
        let text = |key: &str| change[key].as_str().unwrap_or("nothing");
        line(&format!("    {:<17} {}   {}: {}", text("field"), text("new"), text("reason"), why(text("reason"))));
        line(&format!("    {:<17} stands: {}", "", text("old")));
    }
}

fn why(reason: &str) -> &'static str {
    match reason {
        "manual_wins" => "what a person of the business entered is never overwritten",
        "older" => "the customer said something else later",
        "lower_confidence" => "what stands is surer",
        "no_evidence" => "no message of the customer says so",
        "privilege" => "only the business can give that",
        _ => "see the table in shared/memory/README.md",
    }
}
