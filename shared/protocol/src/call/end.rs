//! The end of a phone call: it is stored once with the lead it belongs to, and digested at once.
//!
//! A provider reports one call more than once: repeated deliveries, Retell's two events, in any order and with other
//! times. The call's name, taken in the commit that stores it, is what makes them one, whichever lead they would find.
//! The open WhatsApp session is not touched (docs/rules.md#c1).

use super::line::{business, caller};
use crate::identity::aliases::naming;
use crate::identity::erased::{erased_at, is_erased};
use crate::identity::merge;
use crate::model::alias::{AliasLookup, alias_keys, call_name};
use crate::model::call::{Call, CallCompleted, CallKey, Report};
use crate::model::ids::{BusinessId, CustomerAddress, LeadId, LeadKey};
use crate::model::lead_state::State;
use crate::model::session::{Closed, Job, Session, Stage};
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::clock::{Clock, Ids};
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, ConflictingItem, Store};
use crate::retry::{Attempt, update};
use crate::session::outcome::{Digested, EndError};
use crate::session::work;
use futures_util::future::try_join;
use jiff::{SignedDuration, Timestamp};
use tracing::info;
use zikaron_memory::session::{Channel, SessionId};

/// How long the digest of a new call is left to the process that stored it. If that one died, Lambda repeats its event
/// after a minute (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>).
const FIRST_WRITER_GRACE: SignedDuration = SignedDuration::from_mins(1);

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEnded {
    /// Its number and agent lead to no business, or to two.
    UnknownLine,
    /// Stored; nothing in it is to be remembered.
    Stored,
    /// It ended before the customer's record was erased, or was erased itself: nothing of it is kept.
    Erased,
    /// Stored, and this is what became of its digest.
    Digested(Digested),
}

/// A reported call with what is known of its business and customer.
struct Placed<'a> {
    business: &'a BusinessId,
    customer: CustomerAddress,
    /// Whether the business has the memory switched on.
    remembers: bool,
    event: &'a CallCompleted,
}

/// A call ended: stores it, or what a later report adds to it, and digests it.
///
/// # Errors
/// [`EndError`], where the store or the bus failed, others kept writing, or the customer is being erased: deliver it
/// again.
pub async fn completed<P: Ports>(p: &P, event: &CallCompleted) -> Result<CallEnded, EndError> {
    let Some(business) = business(p.store(), &event.connection, &event.routes).await? else {
        return Ok(CallEnded::UnknownLine);
    };
    let settings = p.store().settings(&business).await?;
    let placed = Placed {
        business: &business,
        customer: caller(event.customer.as_ref(), event.business_number.as_ref(), settings.country),
        remembers: settings.enable_customer_service,
        event,
    };
    let outcome = update!(p.clock(), p.config().attempts, |_| {
        let (stored, found) = try_join(find_call(p, &placed), find(p, &placed)).await?;
        let written = match stored {
            Some((lead, call)) => update_known_call(p, &placed, lead, &call).await,
            None => store_new_call(p, &placed, &found).await,
        };
        match written {
            Ok(outcome) => Ok(Attempt::Done(outcome)),
            Err(CommitError::Conflict(_)) => Ok(Attempt::Raced),
            Err(CommitError::Unavailable(error)) => Err(EndError::from(error)),
        }
    });
    match outcome? {
        Outcome::Due(due) => digest(p, &due).await,
        Outcome::Stored => Ok(CallEnded::Stored),
        Outcome::Erased => Ok(CallEnded::Erased),
    }
}

async fn find_call<P: Ports>(p: &P, placed: &Placed<'_>) -> Result<Option<(LeadId, CallKey)>, Unavailable> {
    p.store().find_call(placed.business, &placed.event.key.name).await
}

async fn find<P: Ports>(p: &P, placed: &Placed<'_>) -> Result<AliasLookup, Unavailable> {
    if placed.customer == CustomerAddress::default() {
        return Ok(AliasLookup::default());
    }
    let mut found = p.store().find(placed.business, &placed.customer, placed.event.key.ended_at).await?;
    merge::resolve_past_owner(p.store(), placed.business, &mut found).await?;
    Ok(found)
}

/// A digest that is due, or was when somebody stored the call.
struct Due {
    key: LeadKey,
    session: SessionId,
    /// Whether this process wrote the session, and so is the first to digest it.
    ours: bool,
}

/// What a report of a call led to.
enum Outcome {
    Stored,
    Due(Due),
    Erased,
}

impl Outcome {
    fn of(due: Option<Due>) -> Self {
        due.map_or(Self::Stored, Self::Due)
    }
}

type Written = Result<Outcome, CommitError>;

/// Stores a call nobody has stored yet, with a new lead where its number leads to none.
async fn store_new_call<P: Ports>(p: &P, placed: &Placed<'_>, found: &AliasLookup) -> Written {
    let event = placed.event;
    let now = p.clock().now();
    let lead = match found.lead() {
        Some(lead) => lead.clone(),
        None => LeadId::parse(p.ids().ulid())
            .map_err(|error| Unavailable { what: "a new lead", reason: error.to_string() })?,
    };
    let key = LeadKey { business: placed.business.clone(), lead };
    let stands = if found.lead().is_some() { p.store().state(&key).await? } else { None };
    if stands.as_ref().is_some_and(|state| state.joined_to.is_some()) {
        // Merged into another since its name was read.
        return Err(CommitError::Conflict(ConflictingItem::Alias));
    }
    if found.is_past && stands.is_none() {
        return Ok(Outcome::Erased);
    }
    if found.lead().is_some() && stands.is_none() {
        // The name still leads to a lead that is gone: an erasure is between its commits. The report is repeated.
        return Err(Unavailable { what: "the lead of an alias", reason: "is not there".to_owned() }.into());
    }
    // The call's own name too: of a caller without a number it is all there is.
    let mut new_names = vec![call_name(&event.key.name)];
    if found.lead().is_none() {
        new_names.extend(alias_keys(&placed.customer).into_iter().flatten());
    }
    let erased_at = erased_at(p.store(), placed.business, &new_names, stands.as_ref()).await?;
    if is_erased(erased_at, event.key.ended_at) {
        return Ok(Outcome::Erased);
    }
    let mut state = stands.unwrap_or_else(|| State::new(placed.customer.clone(), now)).next();
    state.erased_at = erased_at;
    state.record_interaction(event.key.ended_at, Channel::Call);
    state.listed_at = now;
    let session = due(p, placed.remembers, &event.report);
    let mut items = vec![Write::State(state)];
    items.extend(session.iter().map(|id| Write::Session(call_session(id, &event.key, &event.report, now))));
    if found.lead().is_none() {
        items.extend(naming(found, &key.lead, placed.customer.clone()));
    }
    items.push(Write::Call(Box::new(Call {
        key: event.key.clone(),
        version: 1,
        remembered: placed.remembers,
        session: session.clone(),
        report: event.report.clone(),
    })));
    p.store().commit(&key, items).await?;
    log(&key, event, found.lead().is_none(), session.is_some());
    Ok(Outcome::of(session.map(|session| Due { key, session, ours: true })))
}

/// Adds what this report knows more to a call that is stored already.
async fn update_known_call<P: Ports>(p: &P, placed: &Placed<'_>, lead: LeadId, place: &CallKey) -> Written {
    let key = LeadKey { business: placed.business.clone(), lead };
    let Some(call) = p.store().call(&key, place).await? else {
        // Erased, or moved since its place was read.
        let moved = find_call(p, placed).await?.is_some_and(|(lead, _)| lead != key.lead);
        return if moved { Err(CommitError::Conflict(ConflictingItem::Call)) } else { Ok(Outcome::Stored) };
    };
    let report = call.report.with(&placed.event.report);
    if report == call.report {
        return Ok(Outcome::of(call.session.map(|session| Due { key, session, ours: false })));
    }
    let now = p.clock().now();
    let session = call.session.clone();
    let fresh = if session.is_none() { due(p, call.remembered, &report) } else { None };
    let mut items: Vec<_> = fresh.iter().map(|id| Write::Session(call_session(id, place, &report, now))).collect();
    let ours = fresh.is_some();
    let session = session.or(fresh);
    items.push(Write::Call(Box::new(Call { version: call.version + 1, session: session.clone(), report, ..call })));
    p.store().commit(&key, items).await?;
    Ok(Outcome::of(session.map(|session| Due { key, session, ours })))
}

/// The id of the session the call is digested by, if there is anything to digest.
fn due<P: Ports>(p: &P, remembered: bool, report: &Report) -> Option<SessionId> {
    (remembered && report.has_customer()).then(|| SessionId::new(p.ids().ulid()))
}

/// The session a call is digested by: it is closed from the start.
fn call_session(id: &SessionId, call: &CallKey, report: &Report, now: Timestamp) -> Session {
    let closed = Closed { first_sent_at: report.started_at, last_at: call.ended_at, cut_off: 0, generation: 0 };
    // The digest follows at once; the sweep looks after it from here on.
    Session::due(id.clone(), Job::Call(call.clone()), Some(closed), now, now)
}

/// Digests a call, unless another process is doing so: two reports of one call mostly come together, and the model is
/// asked once. What that process leaves undone, a redelivery of its event or the sweep takes up.
async fn digest<P: Ports>(p: &P, due: &Due) -> Result<CallEnded, EndError> {
    let Due { key, session: id, ours } = due;
    if !ours && let Some(session) = p.store().session(key, id).await? {
        let young = p.clock().now().duration_since(session.opened_at) < FIRST_WRITER_GRACE;
        // One that failed has its next try at a time of its own, which another report does not bring nearer.
        if session.stage == Stage::Closing && (young || session.tries > 0) {
            return Ok(CallEnded::Digested(Digested::Later));
        }
    }
    Ok(CallEnded::Digested(work::work(p, key, id).await?))
}

fn log(key: &LeadKey, event: &CallCompleted, new_lead: bool, digest_due: bool) {
    info!(
        business = %key.business,
        lead = %key.lead,
        call = %event.key.name,
        turns = event.report.transcript.len(),
        seconds = event.key.ended_at.duration_since(event.report.started_at).as_secs(),
        new_lead,
        digest_due,
        "[CUSTOMER-MEMORY] call stored"
    );
}
