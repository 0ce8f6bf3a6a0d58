//! The figures of a run as one table, whole and by language.

use crate::ask::{Answer, Outcome};
use crate::case::{Case, Kind};
use crate::cost::Cost;
use std::collections::BTreeMap;
use zikaron_memory::profile::Confidence;

const LANGUAGES: [&str; 5] = ["he", "en", "ru", "ar", "mix"];

/// So many of the answered cases of a kind are so.
struct Share(&'static str, Kind, fn(Outcome) -> bool);

const SHARES: [Share; 21] = [
    Share("true facts at medium or high", Kind::True, |o| kept(o) > Some(Confidence::Low)),
    Share("true facts at low", Kind::True, |o| kept(o) == Some(Confidence::Low)),
    Share("true facts lost", Kind::True, |o| kept(o).is_none()),
    Share("true facts lost, for the model did not say them", Kind::True, |o| kept(o).is_none() && !said(o)),
    Share("false claims at high", Kind::False, |o| kept(o) == Some(Confidence::High)),
    Share("false claims at medium or low", Kind::False, |o| kept(o).is_some_and(|kept| kept < Confidence::High)),
    Share("false claims not kept", Kind::False, |o| kept(o).is_none()),
    Share("false claims the model made as stated facts", Kind::False, said),
    Share("hedged facts at high", Kind::Doubted, |o| kept(o) == Some(Confidence::High)),
    Share("hedged facts at low", Kind::Doubted, |o| kept(o) == Some(Confidence::Low)),
    Share("hedged facts lost", Kind::Doubted, |o| kept(o).is_none()),
    Share("no hedge of it, yet not high", Kind::Plain, |o| kept(o) != Some(Confidence::High)),
    Share("resets seen", Kind::Fresh, seen),
    Share("resets seen by code alone", Kind::Fresh, by_code),
    Share("resets falsely seen", Kind::NotFresh, seen),
    Share("resets falsely seen by code alone", Kind::NotFresh, by_code),
    Share("no resets, and handed to a person", Kind::NotFresh, |o| matches!(o, Outcome::Wish { handed: true, .. })),
    Share("requests for a person seen", Kind::Person, seen),
    Share("requests for a person seen by code alone", Kind::Person, by_code),
    Share("requests for a person falsely seen", Kind::NoPerson, seen),
    Share("requests for a person falsely seen by code alone", Kind::NoPerson, by_code),
];

/// A sum over cases.
struct Sum(&'static str, fn(&Cost) -> u64);

const SUMS: [Sum; 7] = [
    Sum("calls of the model", |cost| cost.calls),
    Sum("HTTP requests", |cost| cost.requests),
    Sum("tokens in", |cost| cost.tokens_in),
    Sum("tokens in, cached", |cost| cost.tokens_cached),
    Sum("tokens out", |cost| cost.tokens_out),
    Sum("answers cut at their bound", |cost| cost.cut),
    Sum("seconds", |cost| cost.millis / 1_000),
];

fn kept(outcome: Outcome) -> Option<Confidence> {
    if let Outcome::Claim { kept, .. } = outcome { kept } else { None }
}

fn said(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Claim { said: true, .. })
}

fn seen(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Wish { seen: true, .. })
}

fn by_code(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Wish { by_code: true, .. })
}

/// A case with what became of it.
pub(crate) type Done = (Case, Answer);

/// In Markdown, and below it why the model had no answer.
pub(crate) fn table(model: &str, done: &[Done]) -> String {
    let mut lines =
        vec![format!("| {model} | all | {} |", LANGUAGES.join(" | ")), format!("|---|{}", "--:|".repeat(6))];
    lines.push(row("cases", done, |of| of.len().to_string()));
    let unanswered = |(_, answer): &&&Done| answer.outcome.is_err();
    lines.push(row("not answered by the model", done, |of| of.iter().filter(unanswered).count().to_string()));
    let as_read = |(case, answer): &&Done| Some(case.expects(*answer.outcome.as_ref().ok()?));
    lines.push(row("as a careful reader has it", done, |of| share(of.iter().filter_map(as_read))));
    lines.extend(SHARES.iter().map(|Share(name, kind, is_so)| {
        let of_kind = |(case, _): &&&Done| case.kind() == Some(*kind);
        let answered = |(_, answer): &&Done| Some(is_so(*answer.outcome.as_ref().ok()?));
        row(name, done, |of| share(of.iter().filter(of_kind).filter_map(answered)))
    }));
    lines.extend(SUMS.iter().map(|Sum(name, of_one)| {
        row(name, done, |of| {
            of_one(&of.iter().fold(Cost::default(), |sum, (_, answer)| sum.plus(answer.cost))).to_string()
        })
    }));
    lines.push(String::new());
    let mut why = BTreeMap::<String, usize>::new();
    for error in done.iter().filter_map(|(_, answer)| answer.outcome.as_ref().err()) {
        *why.entry(error.to_string()).or_default() += 1;
    }
    lines.extend(why.iter().map(|(why, count)| format!("not answered, {count} of them: {why}")));
    lines.join("\n")
}

/// A figure of all cases, and of those in each language.
fn row(name: &str, done: &[Done], figure: impl Fn(&[&Done]) -> String) -> String {
    let of = |lang: &str| done.iter().filter(|(case, _)| lang.is_empty() || case.lang == lang).collect::<Vec<_>>();
    let cells: Vec<String> = std::iter::once("").chain(LANGUAGES).map(|lang| figure(&of(lang))).collect();
    format!("| {name} | {} |", cells.join(" | "))
}

/// `3/4 75 %`, or a dash.
fn share(are: impl Iterator<Item = bool>) -> String {
    let (so, all) = are.fold((0_usize, 0_usize), |(so, all), is| (so + usize::from(is), all + 1));
    if all == 0 { "-".to_owned() } else { format!("{so}/{all} {} %", (200 * so + all) / (2 * all)) }
}
