//! What the figures are to be counted from, noted from the rows a commit writes and never from what it counts.

use super::commit::Commit;
use crate::instance::Cause;
use crate::universe::{Live, OfSession, Recount};
use jiff::{SignedDuration, Timestamp};
use zikaron_memory::merge::Verdict;
use zikaron_memory::profile::{Field, Profile, Source};
use zikaron_memory::reason::Reason;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::model::session::{Job, Session, Stage};
use zikaron_protocol::model::write::Write;
use zikaron_protocol::testing::recount::is_said;

/// What the AI was told longer ago has changed since, and was no mistake.
const CORRECTED_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Notes what a commit has written.
pub(super) fn watch(live: &mut Live, commit: &Commit<'_>) {
    let recount = &mut live.shadow.recount;
    // By the profile as it stood.
    if commit.instance.cause == Cause::Staff {
        of_staff(recount, commit);
    }
    for item in commit.items {
        match item {
            Write::Message(message) => message_written(recount, commit.items, message),
            Write::Session(session) => session_written(recount, commit.items, session),
            Write::Memory(memory) => {
                let profile = memory.document.customer_profile_json.clone();
                recount.profiles.insert(commit.key.clone(), profile);
            }
            Write::MoveIn(item) => recount.moving.extend(of_session(item)),
            Write::Delete(item) => {
                // A copy that both leads had goes without being moved: its session was counted with it.
                let dropped = of_session(item).filter(|place| !recount.moving.remove(place));
                recount.incomplete.extend(dropped.map(|(session, _)| session));
            }
            _ => {}
        }
    }
}

fn of_session(item: &Write) -> Option<OfSession> {
    let Write::Message(message) = item else { return None };
    Some((message.session.clone()?, message.key.clone()))
}

fn message_written(recount: &mut Recount, items: &[Write], message: &Message) {
    let Some(session) = &message.session else { return };
    let place = (session.clone(), message.key.clone());
    let now = is_said(message);
    let before = recount.said.insert(place.clone(), now);
    if before != Some(now) && recount.over.contains(session) && !is_digested_anew(items, session) {
        recount.turned.insert(place);
    }
}

/// Whether a commit has a session digested anew, or keeps a digest that is being made from being written.
fn is_digested_anew(items: &[Write], of: &SessionId) -> bool {
    items.iter().any(|item| matches!(item, Write::Session(one) if one.id == *of && one.stage == Stage::Closing))
}

fn session_written(recount: &mut Recount, items: &[Write], session: &Session) {
    if session.stage == Stage::Open {
        return;
    }
    recount.over.insert(session.id.clone());
    let is_of_it = |item: &Write| of_session(item).is_some_and(|(of, _)| of == session.id);
    if session.stage == Stage::Closing && items.iter().any(is_of_it) {
        // The digest that follows reads what stands from here on.
        recount.turned.retain(|(of, _)| *of != session.id);
        recount.offered.remove(&session.id);
    }
    // A merge writes a log too, of what the digests of other sessions have offered before.
    if session.stage == Stage::Digested && matches!(session.job, Job::Conversation | Job::Call(_)) {
        let lines: Vec<_> = log(items).cloned().collect();
        if !lines.is_empty() {
            recount.offered.insert(session.id.clone(), lines);
        }
    }
}

fn log(items: &[Write]) -> impl Iterator<Item = &Verdict> {
    items.iter().filter_map(|item| if let Write::Change(line) = item { Some(line) } else { None })
}

/// What staff did counts in the commit that takes effect, however often they tried.
fn of_staff(recount: &mut Recount, commit: &Commit<'_>) {
    let nothing = Profile::default();
    let before = recount.profiles.get(commit.key).unwrap_or(&nothing);
    let by_hand = log(commit.items).filter(|line| line.source == Source::Manual);
    let acts: Vec<_> = by_hand.flat_map(|line| acts(before.get(&line.field), line)).collect();
    let zone = commit.instance.universe.plan.settings.zone();
    for (name, at) in acts {
        let place = (commit.key.business.clone(), zone.at(at).date());
        recount.of_staff.entry(place).or_default().add(name, 1);
    }
}

/// What a line of the log counts as, and when; `held` is the field as it stood. No field of a run is a list: to add is
/// to change.
fn acts(held: Option<&Field>, line: &Verdict) -> Vec<(&'static str, Timestamp)> {
    if line.reason == Reason::Dismissed {
        return vec![("suggestions_dismissed", line.at)];
    }
    let Some(held) = held.filter(|_| line.accepted) else { return Vec::new() };
    let mut acts = Vec::new();
    let replaces = held.value().is_some() && line.old.is_some() && line.reason != Reason::SameValue;
    let said_at = held.updated_at();
    if replaces && held.source() == Source::AiExtraction && line.at.duration_since(said_at) <= CORRECTED_WITHIN {
        acts.push(("ai_corrected", said_at));
    }
    if held.suggestions().iter().any(|suggestion| suggestion.value == line.new) {
        acts.push(("suggestions_accepted", line.at));
    }
    acts
}
