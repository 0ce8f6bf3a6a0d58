//! Edits, revocations and reactions change a stored message, in whatever order they come: before the message, twice,
//! the older after the newer. A change that comes first waits in the state for its message.

use crate::model::amendment::{Amendment, Amends};
use crate::model::conversation::Speaker;
use crate::model::ids::{LeadId, LeadKey, MessageId};
use crate::model::lead_state::{MAX_PENDING_AMENDMENTS, PendingAmendment, State};
use crate::model::message::{End, Message, Reaction};
use crate::model::session::{Session, Stage};
use crate::model::timer::TimerFired;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use crate::timer::ScheduledTimer;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use zikaron_memory::content::Attachments;

/// How many of the newest messages are looked through first for the one that is changed …
const NEAR: usize = 50;
/// … and how many before it is taken to be still on its way. WhatsApp allows edits for minutes, revocations for days.
const FAR: usize = 1_000;

/// The message that is changed.
pub(crate) struct Target {
    /// The merging lead it stands with; none: the lead the change came to.
    pub(super) merging_lead: Option<LeadId>,
    message: Message,
    /// Its session, once that is over: no digest may be written from the old words, and none that was may stay.
    session: Option<Session>,
}

impl Target {
    /// The same, where it stands with a merging lead.
    pub(super) fn with(self, merging_lead: &LeadId) -> Self {
        Self { merging_lead: Some(merging_lead.clone()), ..self }
    }
}

/// Looks for the message that is changed. None where it is not here (yet).
pub(crate) async fn target<P: Ports>(
    p: &P,
    key: &LeadKey,
    state: &State,
    amends: &Amends,
) -> Result<Option<Target>, Unavailable> {
    let wanted = |m: &Message| m.amends.is_none() && m.channel_id() == Some(&amends.target);
    for most in [NEAR, FAR] {
        let found = p.store().messages(key, None, None, most).await?;
        let all = found.len() < most;
        if let Some(message) = found.into_iter().find(wanted) {
            let session = closed_session(p, key, state, &message).await?;
            return Ok(Some(Target { merging_lead: None, message, session }));
        }
        if all {
            break;
        }
    }
    Ok(None)
}

/// The session of a message, once it is over.
pub(crate) async fn closed_session<P: Ports>(
    p: &P,
    key: &LeadKey,
    state: &State,
    message: &Message,
) -> Result<Option<Session>, Unavailable> {
    let open = state.session.as_ref().map(|open| &open.id);
    let Some(id) = message.session.as_ref().filter(|id| Some(*id) != open) else { return Ok(None) };
    let session = p.store().session(key, id).await?;
    if session.is_none() && message.joined_from.is_some() && !state.joining.is_empty() {
        // Messages are moved before their sessions.
        return Err(Unavailable { what: "session", reason: "it is being moved".to_owned() });
    }
    Ok(session)
}

/// What a change that has just come makes of its message and of the state. `change` loses the words it brought.
pub(crate) fn amend(state: &mut State, change: &mut Message, target: Option<Target>, now: Timestamp) -> Vec<Write> {
    let Some(amends) = change.amends.clone() else { return Vec::new() };
    let Some(Target { mut message, session, .. }) = target else {
        state.early.push(PendingAmendment { target: amends.target, by: change.key.clone() });
        let surplus = state.early.len().saturating_sub(MAX_PENDING_AMENDMENTS);
        state.early.drain(..surplus);
        return Vec::new();
    };
    let was_read = message.remembered && message.is_part_of_conversation();
    let waits = message.needs_answer() && message.arrival > state.answered;
    if !apply(&mut message, change) {
        return Vec::new();
    }
    let mut items = Vec::with_capacity(2);
    if !matches!(amends.how, Amendment::React { .. }) {
        state.amended += 1;
        let changed = session.filter(|session| was_read || session.stage == Stage::Closing);
        items.extend(changed.and_then(|session| session.with_changed_message(now)).map(Write::Session));
        if waits && message.revoked {
            message.end = Some(End::Revoked);
            state.pending = state.pending.saturating_sub(1);
            state.pending_since = state.pending_since.filter(|_| state.pending > 0);
        } else if waits {
            // Who corrects what they wrote may go on: the burst wait begins again.
            state.pending_at = Some(now);
        }
    }
    message.version += 1;
    items.push(Write::Message(message));
    items
}

/// The schedule of a session that is to be digested anew because of what is written here.
pub(crate) fn timer(key: &LeadKey, items: &[Write], now: Timestamp) -> Option<ScheduledTimer> {
    let anew = |item: &Write| match item {
        Write::Session(session) if session.changed_at == Some(now) => Some(session.clone()),
        _ => None,
    };
    let session = items.iter().find_map(anew)?;
    let generation = session.closed.as_ref().map_or(0, |closed| closed.generation) + session.tries;
    let fire = TimerFired { key: key.clone(), session: session.id, generation };
    Some(ScheduledTimer { fire, at: session.retry_at?, first: true })
}

/// The changes that came before the message with this id.
pub(crate) async fn early<P: Ports>(
    p: &P,
    key: &LeadKey,
    state: &State,
    id: &MessageId,
) -> Result<Vec<Message>, Unavailable> {
    let keys = state.early.iter().filter(|early| early.target == *id).map(|early| &early.by);
    let found = try_join_all(keys.map(|by| p.store().message(key, by))).await?;
    Ok(found.into_iter().flatten().collect())
}

/// Applies what came before this message, which is new or has just got its id.
pub(crate) fn catch_up(state: &mut State, message: &mut Message, changes: Vec<Message>) -> Vec<Write> {
    let caught_up = |mut change: Message| {
        apply(message, &mut change);
        state.early.retain(|early| early.by != change.key);
        change.version += 1;
        Write::Message(change)
    };
    changes.into_iter().map(caught_up).collect()
}

/// False where nothing changes: an older edit, a message that was taken back, somebody else's message.
fn apply(message: &mut Message, change: &mut Message) -> bool {
    let words = std::mem::take(&mut change.text);
    let Some(amends) = &change.amends else { return false };
    let by = change.key.clone();
    let is_own = (change.speaker == Speaker::Customer) == (message.speaker == Speaker::Customer);
    if message.revoked {
        return false;
    }
    match &amends.how {
        Amendment::Edit => {
            let newer = message.edited_by.as_ref().is_none_or(|last| *last < by);
            if !is_own || words.trim().is_empty() || !newer {
                return false;
            }
            (message.text, message.edited_by) = (words, Some(by));
        }
        Amendment::Revoke => {
            if !is_own {
                return false;
            }
            message.revoked = true;
            message.text.clear();
            message.enclosed = Attachments::default();
        }
        Amendment::React { emoji } => {
            if message.reaction.as_ref().is_some_and(|last| last.by >= by) {
                return false;
            }
            message.reaction = Some(Reaction { emoji: emoji.clone(), by });
        }
    }
    true
}
