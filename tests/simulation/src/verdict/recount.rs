//! What each session was counted as equals a recount of its rows: its messages, why a person was asked for, and the log
//! of what its digest offered.
//!
//! Not counted again: what was left to a person, for that is known of a message at any time, also after its digest; and
//! what goes by the profile as it stood before (`used`, `asked_again`, `known`) or by the moment (`answer_s`, `lag_s`),
//! of which no row tells.

use super::case::Case;
use std::collections::BTreeSet;
use zikaron_memory::merge::Verdict;
use zikaron_protocol::model::figures::Tally;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::model::session::{Session, Stage};
use zikaron_protocol::testing::in_memory_store::Lead;
use zikaron_protocol::testing::recount;

const RECOUNT: &str = "the figures of a day equal a recount";
const CHARGED: &str = "what a message is charged as is counted";

pub(super) fn check(case: &mut Case<'_>) {
    for lead in case.leads.values() {
        // One that is not digested is told of elsewhere.
        for session in lead.sessions.values().filter(|session| session.stage == Stage::Digested) {
            of_session(case, lead, session);
        }
    }
}

fn of_session(case: &mut Case<'_>, lead: &Lead, session: &Session) {
    let counted = session.counted.as_ref().map(|counted| counted.tally.clone());
    let is_digested = case.live.shadow.digests.get(&session.id).is_some_and(|digests| !digests.is_empty());
    let written =
        counted.as_ref().map_or(0, |tally| tally.get(if session.is_call() { "calls" } else { "conversations" }));
    if is_digested && written != 1 {
        case.broken(RECOUNT, format!("{} is counted {written}x", session.id));
    }
    let Some(counted) = counted else { return };
    messages(case, lead, session, &counted);
    handed_over(case, session, &counted);
    log(case, lead, session, &counted);
}

/// Equal, but for messages that turned out otherwise when the session was over, each of which counts or does not.
fn messages(case: &mut Case<'_>, lead: &Lead, session: &Session, counted: &Tally) {
    let known = &case.live.shadow.recount;
    let turned = |message: &Message| known.turned.contains(&(session.id.clone(), message.key.clone()));
    let all = || lead.messages.values();
    let least = recount::of_messages(session, all(), |message| recount::is_said(message) && !turned(message));
    let most = recount::of_messages(session, all(), |message| recount::is_said(message) || turned(message));
    // Messages past their retention, and copies, are gone and stay counted.
    let is_whole = !known.incomplete.contains(&session.id);
    let is_of_messages = |name: &&str| {
        name.starts_with("messages_")
            || name.starts_with("whatsapp.")
            || matches!(*name, "answers" | "conversations" | "calls")
    };
    let names: BTreeSet<&str> =
        counted.iter().chain(most.iter()).map(|(name, _)| name).filter(is_of_messages).collect();
    for name in names {
        let (stored, least, most) = (counted.get(name), least.get(name), most.get(name));
        if stored < least || (is_whole && stored > most) {
            let invariant = if name.starts_with("whatsapp.") { CHARGED } else { RECOUNT };
            case.broken(invariant, format!("{}: {stored} {name}, of {least} to {most}", session.id));
        }
    }
}

/// Why a person was asked for is noted with the session when it closes, and each cause counts once.
fn handed_over(case: &mut Case<'_>, session: &Session, counted: &Tally) {
    let noted = if counted.get("conversations") > 0 { session.course.handed_over.len() } else { 0 };
    let causes: i64 =
        counted.iter().filter(|(name, _)| name.starts_with("handed_over.")).map(|(_, number)| number).sum();
    if usize::try_from(causes) != Ok(noted) || counted.get("handed_over") != i64::from(noted > 0) {
        case.broken(RECOUNT, format!("{}: handed over for {causes} causes of {noted}", session.id));
    }
}

/// What its digest has written to the log, as it stands there. A line may tell of what another session has said before:
/// it goes with that one, and stays counted with this.
fn log(case: &mut Case<'_>, lead: &Lead, session: &Session, counted: &Tally) {
    let offered = case.live.shadow.recount.offered.get(&session.id).map(Vec::as_slice).unwrap_or_default();
    let stands = |line: &&Verdict| line.session != session.id || lead.changes.contains(line);
    let lines = recount::of_log(offered.iter().filter(stands));
    let stored: Tally = counted.iter().filter(|(name, _)| recount::is_of_log(name)).collect();
    if stored != lines {
        case.broken(RECOUNT, format!("{}: counted {stored:?}, in the log {lines:?}", session.id));
    }
}
