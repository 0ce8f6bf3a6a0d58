//! What becomes of an action: one end, when it is due and may be, and of it at most one message.

use super::commit::{Commit, Found};
use crate::scenario::What;
use crate::universe::Live;
use jiff::SignedDuration;
use zikaron_memory::action::{ActionEnd, ActionKind, Canceller};
use zikaron_protocol::model::action::Action;
use zikaron_protocol::model::conversation::{Body, Speaker};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::message::{Message, SendState};
use zikaron_protocol::model::outbox::Unsettled;
use zikaron_protocol::model::session::Session;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::Clock;

/// For so long after the customer wrote WhatsApp takes free text.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// One item of a commit.
pub(super) fn watch(live: &mut Live, commit: &Commit<'_>, key: &LeadKey, item: &Write, found: &mut Found) {
    match item {
        Write::Session(session) => {
            if let Some(action) = session.action() {
                action_written(live, commit, key, session, action, found);
            }
        }
        Write::Message(message) if message.speaker == Speaker::Customer && message.version == 1 => {
            told(live, commit, key, message);
        }
        Write::Message(message) if message.sending.is_some() => sent(live, commit, key, message, found),
        _ => {}
    }
}

/// The customer tells whether they want messages they do not ask for, by whichever of their names.
fn told(live: &mut Live, commit: &Commit<'_>, key: &LeadKey, message: &Message) {
    let what = live.truth.get(&message.key.id).and_then(|truth| truth.what);
    let Some(What::Marketing { wanted }) = what else { return };
    let joining = commit.before.map(|state| state.joining.clone()).unwrap_or_default();
    let all = joining.into_iter().map(|lead| LeadKey { business: key.business.clone(), lead });
    for key in all.chain([key.clone()]) {
        let seen = live.shadow.leads.entry(key).or_default();
        seen.marketing = seen.marketing.max(Some((message.key.sent_at, wanted)));
    }
}

fn action_written(
    live: &mut Live,
    commit: &Commit<'_>,
    key: &LeadKey,
    session: &Session,
    action: &Action,
    found: &mut Found,
) {
    claim_written(live, commit, key, session, action, found);
    let how = action.ended.map(|ended| ended.how);
    let known = live.shadow.actions.insert(session.id.clone(), how).flatten();
    if known.is_some() && known != how {
        found.push(("an action comes to one end", format!("{}: {known:?}, then {how:?}", session.id)));
    }
    let Some(how) = how.filter(|_| known.is_none()) else { return };
    if action.claimed_at.is_some() && matches!(how, ActionEnd::Cancelled(_)) {
        found.push(("a call that may be ringing is called off by nobody", session.id.to_string()));
    }
    live.counts.actions += 1;
    let now = commit.instance.now();
    let is_done = matches!(how, ActionEnd::Done | ActionEnd::HandedToPerson(_));
    // A call was decided on when it was claimed; whoever hears how it went may have a clock that is behind.
    let is_called = action.claimed_at.is_some();
    if is_done && !is_called && now < action.due_at {
        found.push(("no action is done before it is due", format!("{} at {now}", session.id)));
    }
    let seen = live.shadow.leads.entry(key.clone()).or_default();
    // What was written to another application is not written to us.
    let wrote = seen.wrote_to.0 > action.made_at.as_second();
    let is_moot = how == ActionEnd::Cancelled(Canceller::Moot);
    if !seen.shared && action.unless_they_write && !is_called && (is_done && wrote || is_moot && !wrote) {
        found.push(("a follow-up is moot once the customer has written", format!("{}: {how:?}", session.id)));
    }
    if how != ActionEnd::Done {
        return;
    }
    if action.kind == ActionKind::Message {
        live.counts.actions_sent += 1;
        let is_its = |item: &Write| matches!(item, Write::Message(m) if Some(&m.key) == action.message.as_ref() && m.version == 1);
        if !commit.items.iter().any(is_its) {
            found.push(("an action that is done is one message", session.id.to_string()));
        }
    }
    if action.kind == ActionKind::Call && !is_called {
        found.push(("a call is claimed before it is asked for", session.id.to_string()));
    }
    if !is_called {
        allowed(live, commit, key, session, found);
    }
}

/// The first write of a call that is claimed, or is not any more.
fn claim_written(
    live: &mut Live,
    commit: &Commit<'_>,
    key: &LeadKey,
    session: &Session,
    action: &Action,
    found: &mut Found,
) {
    if action.claimed_at.is_none() {
        if live.shadow.claimed.remove(&session.id) && action.asked.is_none() {
            // Certainly not placed.
            live.shadow.leads.entry(key.clone()).or_default().unasked_on = None;
        }
        return;
    }
    if !live.shadow.claimed.insert(session.id.clone()) {
        return;
    }
    let now = commit.instance.now();
    if now < action.due_at {
        found.push(("no action is done before it is due", format!("{} at {now}", session.id)));
    }
    let seen = live.shadow.leads.entry(key.clone()).or_default();
    let wrote = seen.wrote_to.0 > action.made_at.as_second();
    if !seen.shared && action.unless_they_write && wrote {
        found.push(("a follow-up is moot once the customer has written", session.id.to_string()));
    }
    if action.asked.is_none() && seen.marketing.is_some_and(|(_, wanted)| !wanted) {
        found.push(("nobody is called who wants none of it", session.id.to_string()));
    }
    allowed(live, commit, key, session, found);
}

/// What the business and the customer allow, at the moment of this commit.
fn allowed(live: &mut Live, commit: &Commit<'_>, key: &LeadKey, session: &Session, found: &mut Found) {
    let seen = live.shadow.leads.entry(key.clone()).or_default();
    let (plan, now) = (&commit.instance.universe.plan, commit.instance.now());
    let settings = &plan.settings;
    let local = settings.zone().at(now);
    if !settings.enable_actions {
        found.push(("nothing unasked is sent unless that is switched on", session.id.to_string()));
    }
    if plan.is_quiet(now) {
        found.push(("nothing unasked is sent in quiet hours", format!("{} at {local}", session.id)));
    }
    let is_asked = session.action().is_some_and(|action| action.asked.is_some());
    if !is_asked && seen.unasked_on.replace(local.date()) == Some(local.date()) {
        found.push(("nobody is sent two unasked messages on a day", format!("{} at {local}", session.id)));
    }
}

/// A message of an action belongs to it from the commit on that ends it, and does not go out to who wants none.
fn sent(live: &mut Live, commit: &Commit<'_>, key: &LeadKey, message: &Message, found: &mut Found) {
    let (Some(sending), Some(after)) = (&message.sending, commit.after()) else { return };
    let is_its = |entry: &&Unsettled| entry.key == message.key && entry.until.is_some();
    if after.unsettled.iter().find(is_its).is_none() {
        return;
    }
    let ends_as = |item: &Write| {
        let action = if let Write::Session(session) = item { session.action()?.clone() } else { return None };
        (action.message.as_ref() == Some(&message.key)).then(|| action.asked.map(|_| action.made_at))
    };
    if message.version == 1 {
        let Some(asked_at) = commit.items.iter().find_map(ends_as) else {
            return found.push(("an action that is done is one message", message.key.id.to_string()));
        };
        live.shadow.asked_at.insert(message.key.id.clone(), asked_at);
        let now = commit.instance.now();
        let wrote_at = commit.before.and_then(|state| state.line_at);
        let is_open = wrote_at.is_some_and(|at| now.duration_since(at) < WINDOW);
        if !is_open && !matches!(sending.body, Body::Template { .. }) {
            found.push(("a day after the customer wrote only a template is sent", message.key.id.to_string()));
        }
    }
    // What they ask for after they wanted none they want.
    let asked_at = live.shadow.asked_at.get(&message.key.id).copied().flatten();
    let seen = live.shadow.leads.entry(key.clone()).or_default();
    let is_unwanted = seen.marketing.is_some_and(|(at, wanted)| !wanted && asked_at.is_none_or(|asked| at >= asked));
    if is_unwanted && matches!(sending.state, SendState::Waiting | SendState::Sending) {
        found.push(("nobody is sent what they do not want", message.key.id.to_string()));
    }
}
