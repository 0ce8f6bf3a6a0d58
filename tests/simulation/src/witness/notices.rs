//! What the business must know stands in the commit that makes it true.

use super::commit::{Commit, Found};
use crate::universe::{DEAD_TOKEN, FOR_GOOD, Live};
use jiff::SignedDuration;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::message::{End, Message, SendState, Sending};
use zikaron_protocol::model::notice::Notice;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::Clock;

/// How long a commit may take.
const SLACK: SignedDuration = SignedDuration::from_secs(15);

/// Notes what the business is to be told, and looks for what it ought to be.
pub(super) fn noticed(live: &mut Live, commit: &Commit<'_>, after: &State, found: &mut Found) {
    let Commit { instance, key, before, items, .. } = *commit;
    let fresh = |notice: &&Notice| before.is_none_or(|state| !state.notices.contains(notice));
    let at = instance.universe.elapsed();
    live.shadow.noticed.extend(after.notices.iter().filter(fresh).map(|notice| (at, key.clone(), notice.clone())));
    for item in items {
        let Write::Message(message) = item else { continue };
        let is_final = |sending: &Sending| {
            sending.state == SendState::Refused && sending.code.is_some_and(|code| FOR_GOOD.contains(&code))
        };
        let is_blocked =
            |sending: &Sending| matches!(sending.state, SendState::Failed { .. }) && sending.code == Some(DEAD_TOKEN);
        let after_tells = after.notices.iter().any(|notice| matches!(notice, Notice::Handover { .. }));
        let told = match &message.sending {
            None if message.end == Some(End::Stale) && stale_untold(commit, message) => after_tells,
            None if message.end != Some(End::Escalated) => true,
            Some(sending) if sending.state == SendState::Uncertain => {
                after.notices.contains(&Notice::Uncertain(message.key.id.clone()))
            }
            Some(sending) if !is_final(sending) && !is_blocked(sending) => true,
            // It may be changed later: it was told by then.
            _ if !live.shadow.refused.insert(message.key.id.clone()) => true,
            _ => after_tells,
        };
        if !told {
            found.push(("what the business must know is written with it", message.key.id.to_string()));
        }
    }
}

/// Whether nobody answers this message, which is too old, unless somebody is told: a person who answers knows already.
fn stale_untold(commit: &Commit<'_>, message: &Message) -> bool {
    let now = commit.instance.now();
    // The plan was made a moment ago.
    let is_with_person = |state: &State| state.is_with_person(now) || state.is_with_person(now - SLACK);
    message.version == 1 && message.speaker == Speaker::Customer && !commit.before.is_some_and(is_with_person)
}
