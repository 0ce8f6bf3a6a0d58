//! What an import would do for one customer: what is new, what is left out and why, which conversations are to be digested.
//! Nothing is written.

use crate::chat::Line;
use crate::past;
use crate::stored::{Stored, stored};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::call::Call;
use zikaron_protocol::model::ids::{BusinessId, E164, InvalidId, LeadKey, MessageId};
use zikaron_protocol::model::message::Message;
use zikaron_protocol::model::session::{Job, Session};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::store::Store;

/// Why nothing is known of a customer's past.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The store did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// An id was not one.
    #[error(transparent)]
    Id(#[from] InvalidId),
}

/// By what a past is cut.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Silence after which a session ends.
    pub idle: SignedDuration,
    /// What was said before is not kept any more; none: for ever.
    pub since: Option<Timestamp>,
}

/// Messages that are not stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The stack does not keep messages for so long.
    pub too_old: usize,
    /// The customer was erased since.
    pub erased: usize,
    /// The stack has seen itself what was said from then on.
    pub live: usize,
}

/// How far the digest of a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It holds nothing of the customer.
    Nothing,
    /// Nobody asked for it yet.
    Due,
    /// It was asked for, and is not written yet.
    UnderWay,
    /// It is written.
    Done,
}

/// A stretch of conversation.
#[derive(Clone, Debug)]
pub struct PastSession {
    /// Its id.
    pub id: SessionId,
    /// When its first message was sent.
    pub first_sent_at: Timestamp,
    /// When its last message was sent.
    pub last_at: Timestamp,
    /// What is digested.
    pub job: Job,
    /// An estimate of what its digest takes.
    pub tokens: u64,
    /// How far that is.
    pub progress: Progress,
}

/// What is to be done for one customer.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Their number.
    pub phone: E164,
    /// The lead it was made of; none where there was none. A plan is carried out on this one: who was erased since has another
    /// one, or none.
    pub lead: Option<LeadKey>,
    /// Messages that are not stored yet, oldest first, each with its session.
    pub new: Vec<Message>,
    /// Calls that are not stored yet.
    pub calls: Vec<Call>,
    /// How many are stored already.
    pub known: usize,
    /// What is not stored.
    pub left_out: LeftOut,
    /// Their sessions, oldest first.
    pub sessions: Vec<PastSession>,
}

impl Plan {
    fn empty(phone: E164, lead: Option<LeadKey>, left_out: LeftOut) -> Self {
        Self { phone, lead, new: Vec::new(), calls: Vec::new(), known: 0, left_out, sessions: Vec::new() }
    }
}

/// Plans the import of the chats with one customer; several exports of one chat count once.
///
/// # Errors
/// [`PlanError`] where the store failed.
pub async fn plan<S: Store>(
    store: &S,
    business: &BusinessId,
    phone: E164,
    chats: &[Vec<Line>],
    limits: Limits,
) -> Result<Plan, PlanError> {
    let stored = stored(store, business, &phone).await?;
    let mut messages: BTreeMap<MessageId, Message> = BTreeMap::new();
    for chat in chats {
        for message in past::messages(chat)? {
            messages.entry(message.key.id.clone()).or_insert(message);
        }
    }
    let mut messages: Vec<Message> = messages.into_values().collect();
    messages.sort_by(|a, b| a.key.cmp(&b.key));
    let (messages, left_out) = kept(messages, &stored, limits);
    let mut plan = Plan::empty(phone, stored.key.clone(), left_out);
    for stretch in past::cut(messages, limits.idle) {
        add(store, &mut plan, &stored, stretch).await?;
    }
    plan.sessions.sort_by_key(|session| session.first_sent_at);
    Ok(plan)
}

/// Plans the import of one customer's calls.
///
/// # Errors
/// [`PlanError`] where the store failed.
pub async fn plan_calls<S: Store>(
    store: &S,
    business: &BusinessId,
    phone: E164,
    calls: Vec<Call>,
    limits: Limits,
) -> Result<Plan, PlanError> {
    let Stored { erased_at, key, .. } = stored(store, business, &phone).await?;
    let mut plan = Plan::empty(phone, key, LeftOut::default());
    // A line that stands twice is one call.
    let calls: BTreeMap<_, Call> = calls.into_iter().map(|call| (call.key.name.clone(), call)).collect();
    for call in calls.into_values() {
        let at = call.key.ended_at;
        if limits.since.is_some_and(|since| at < since) {
            plan.left_out.too_old += 1;
        } else if erased_at.is_some_and(|erased| at.as_second() <= erased.as_second()) {
            plan.left_out.erased += 1;
        } else {
            add_call(store, &mut plan, business, call).await?;
        }
    }
    plan.sessions.sort_by_key(|session| session.first_sent_at);
    Ok(plan)
}

/// What is to be stored, or is: nothing that is too old, that was erased, or that the stack has seen itself.
fn kept(messages: Vec<Message>, stored: &Stored, limits: Limits) -> (Vec<Message>, LeftOut) {
    let mut left_out = LeftOut::default();
    let live_from = stored.live_from.map(past::minute);
    let is_kept = |message: &Message| {
        let at = message.key.sent_at;
        if limits.since.is_some_and(|since| at < since) {
            left_out.too_old += 1;
        } else if stored.erased_at.is_some_and(|erased| at.as_second() <= erased.as_second()) {
            left_out.erased += 1;
        } else if live_from.is_some_and(|live| past::minute(at) >= live) {
            left_out.live += 1;
        } else {
            return true;
        }
        false
    };
    let mut is_kept = is_kept;
    (messages.into_iter().filter(|message| is_kept(message)).collect(), left_out)
}

/// Adds a stretch of conversation. It is one session, but for what came with a later export after that was asked to be
/// digested: that is one of its own.
async fn add<S: Store>(store: &S, plan: &mut Plan, stored: &Stored, stretch: Vec<Message>) -> Result<(), PlanError> {
    let Some(first) = stretch.first() else { return Ok(()) };
    let whole = past::session_of(first);
    let of_stored = |message: &Message| stored.imported.get(&message.key.id).cloned();
    let ids: BTreeSet<SessionId> = stretch.iter().filter_map(of_stored).flatten().chain([whole.clone()]).collect();
    let mut items: BTreeMap<SessionId, Option<Session>> = BTreeMap::new();
    for id in ids {
        let item = match &stored.key {
            Some(key) => store.session(key, &id).await?,
            None => None,
        };
        items.insert(id, item);
    }
    let first_new = stretch.iter().find(|message| of_stored(message).is_none());
    let open = items.iter().find(|(_, item)| item.is_none()).map(|(id, _)| id.clone());
    let for_new = if items.get(&whole).is_some_and(Option::is_none) { Some(whole.clone()) } else { open };
    let for_new = for_new.unwrap_or_else(|| first_new.map_or(whole, past::session_of));
    let mut sessions: BTreeMap<SessionId, Vec<Message>> = BTreeMap::new();
    for mut message in stretch {
        match of_stored(&message) {
            Some(id) => {
                plan.known += 1;
                message.session = id;
            }
            None => {
                message.session = Some(for_new.clone());
                plan.new.push(message.clone());
            }
        }
        if let Some(id) = &message.session {
            sessions.entry(id.clone()).or_default().push(message);
        }
    }
    for (id, messages) in sessions {
        let item = items.get(&id).and_then(Option::as_ref);
        plan.sessions.extend(session(id, &messages, item));
    }
    Ok(())
}

fn session(id: SessionId, messages: &[Message], item: Option<&Session>) -> Option<PastSession> {
    let (first, last) = (messages.first()?, messages.last()?);
    let has_customer = messages.iter().any(|message| message.own_words().is_some());
    let progress = progress(item, has_customer);
    let (first_sent_at, last_at) = (first.key.sent_at, last.key.sent_at);
    Some(PastSession {
        id,
        first_sent_at,
        last_at,
        job: Job::Conversation,
        tokens: past::tokens(messages.iter().map(|message| message.text.as_str())),
        progress,
    })
}

fn progress(item: Option<&Session>, has_customer: bool) -> Progress {
    match item {
        Some(item) if item.is_unfinished() => Progress::UnderWay,
        Some(_) => Progress::Done,
        None if has_customer => Progress::Due,
        None => Progress::Nothing,
    }
}

/// Adds a call. One that was told before is digested where nobody asked for that, and is not stored again.
async fn add_call<S: Store>(store: &S, plan: &mut Plan, business: &BusinessId, call: Call) -> Result<(), PlanError> {
    let known = store.find_call(business, &call.key.name).await?;
    let (call, item) = match known {
        Some((lead, place)) => {
            plan.known += 1;
            let key = LeadKey { business: business.clone(), lead };
            // Erased, or moved to another lead this moment.
            let Some(call) = store.call(&key, &place).await? else { return Ok(()) };
            let id = call.session.clone().unwrap_or_else(|| past::session_of_call(&call.key));
            (call, store.session(&key, &id).await?)
        }
        None => {
            plan.calls.push(call.clone());
            (call, None)
        }
    };
    plan.sessions.push(PastSession {
        id: call.session.clone().unwrap_or_else(|| past::session_of_call(&call.key)),
        first_sent_at: call.report.started_at,
        last_at: call.key.ended_at,
        tokens: past::tokens(call.report.transcript.iter().map(|said| said.text.as_str())),
        progress: progress(item.as_ref(), call.report.has_customer()),
        job: Job::Call(call.key),
    });
    Ok(())
}
