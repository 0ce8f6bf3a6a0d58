//! Two leads turn out to be one person: a customer known by their user id reveals the phone number of another lead, or
//! tells of a new name that is another lead's.
//!
//! One commit makes every name of the other lead point here and marks both. From then on whatever comes is stored here;
//! the other, the **merging lead**, only ends what it began: its turn, its sends, its session, its digests. Meanwhile
//! both are read as one (`merging_lead.rs`). When nothing of it is under way, its items are moved and its memory is
//! folded in (`session/finish_merge.rs`).

use crate::model::alias::{AliasLookup, AliasRecord, PreviousOwner};
use crate::model::ids::{Bsuid, BusinessId, ConnectionId, CustomerAddress, LeadId, LeadKey};
use crate::model::lead_state::{Mode, State};
use crate::model::session::{Job, ResumeQuestion, Session};
use crate::model::timer::TimerFired;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::business_store::LeadCollections;
use crate::ports::clock::{Clock, Ids};
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, Store};
use crate::timer::{self, ScheduledTimer};
use futures_util::future::try_join3;
use jiff::Timestamp;
use tracing::{info, warn};
use zikaron_memory::session::SessionId;

/// How many names one commit moves at most.
const MAX_NAMES: usize = 40;
/// How many merges are followed, each into the lead of the one before: nobody is merged this often.
const MERGES: usize = 16;

/// Another lead that a message names.
#[derive(Clone, Debug)]
pub(crate) struct Other {
    pub(crate) lead: LeadId,
    /// Set where only the phone number leads there: the number, as the store writes it, and who writes with it.
    pub(crate) by_phone: Option<(String, Writer)>,
    /// The connection the message came by.
    pub(crate) connection: ConnectionId,
    /// When the message was sent.
    pub(crate) at: Timestamp,
    /// The id the customer has in all linked portfolios since.
    pub(crate) parent: Option<Bsuid>,
    /// Of a notice that the customer has moved: the names they had, and those they have.
    pub(crate) moved: Option<(CustomerAddress, CustomerAddress)>,
}

/// The user ids of who writes with a number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writer {
    pub(crate) id: Option<Bsuid>,
    /// That of all linked portfolios.
    pub(crate) parent: Option<Bsuid>,
}

impl Other {
    /// The lead with the names it has since the notice, if one brought this about: with the first commit, not with the one
    /// that ends the notice. In between, a message of another portfolio would find the user id they had there, and take
    /// them for a stranger who got their number.
    fn named(&self, ours: &State) -> State {
        let mut named = ours.clone();
        if let Some((names, to)) = &self.moved {
            named.take_names(names, Some(to), &self.connection, self.at);
            named.take_parent(self.parent.as_ref(), self.at);
        }
        named
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    /// The names lead here now, or somebody else wrote first: look again.
    LookAgain,
    /// The two stay apart.
    No,
}

/// Begins to merge the other lead into this one. A number whose lead has another user id is only taken over: numbers
/// change hands, user ids do not, and strangers are never joined.
pub(crate) async fn join<P: Ports>(p: &P, key: &LeadKey, other: &Other) -> Result<Joined, Unavailable> {
    let from = LeadKey { business: key.business.clone(), lead: other.lead.clone() };
    let store = p.store();
    let (ours, theirs, names) = try_join3(store.state(key), store.state(&from), store.names_of(&from)).await?;
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return Ok(Joined::LookAgain) };
    if ours.joined_to.is_some() || theirs.joined_to.is_some() {
        return Ok(Joined::LookAgain);
    }
    if names.len() > MAX_NAMES {
        warn!(lead = %key.lead, other = %from.lead, "the same person, with more names than one commit moves: left apart");
        return Ok(Joined::No);
    }
    let by_phone = other.by_phone.as_ref();
    if let Some((number, _)) =
        by_phone.filter(|(_, writer)| is_stranger(Some(&ours), &theirs, writer, &other.connection))
    {
        if names.get(number).is_some_and(|named| named.until.is_none()) {
            let (renamed, left) = taken_over(key, &from, &theirs, number, other.at);
            let leads = vec![(key.clone(), vec![renamed, Write::State(other.named(&ours).next())]), (from, vec![left])];
            return look_again(store.commit_all(leads).await);
        }
        if has_taken_over(store, key, number).await? {
            return Ok(Joined::No);
        }
        // The other lead has given this number up since. Nothing but the number says who had it when this was sent: it
        // is the other lead's person.
    }
    let now = p.clock().now();
    let work = merge_job(p, &from.lead, &theirs, now);
    let fire = TimerFired { key: key.clone(), session: work.id.clone(), generation: work.tries };
    let at = work.retry_at.unwrap_or(now);
    let (ours, theirs) = marked(key, &from.lead, &other.named(&ours), &theirs);
    let renamed = |(name, named): (String, AliasRecord)| Write::RepointAlias {
        name,
        from: from.lead.clone(),
        to: AliasRecord { lead: key.lead.clone(), ..named },
    };
    let mut items: Vec<Write> = names.into_iter().map(renamed).collect();
    items.extend([Write::Session(work), Write::State(ours)]);
    let done = store.commit_all(vec![(key.clone(), items), (from.clone(), vec![Write::State(theirs)])]).await;
    if done.is_ok() {
        info!(business = %key.business, lead = %key.lead, from = %from.lead, "[CUSTOMER-MEMORY] joining");
        timer::set(p, Some(ScheduledTimer { fire, at, first: true })).await;
    }
    look_again(done)
}

fn look_again(done: Result<(), CommitError>) -> Result<Joined, Unavailable> {
    match done {
        Ok(()) | Err(CommitError::Conflict(_)) => Ok(Joined::LookAgain),
        Err(CommitError::Unavailable(error)) => Err(error),
    }
}

/// Whether the lead of a number is another WhatsApp user than who has the number now. A person has one user id for each
/// portfolio, so only those of one connection can tell; one of all linked portfolios tells wherever both are known.
pub(super) fn is_stranger(ours: Option<&State>, theirs: &State, writer: &Writer, connection: &ConnectionId) -> bool {
    let differ = |one: Option<&Bsuid>, other: Option<&Bsuid>| one.zip(other).map(|(one, other)| one != other);
    let of_portfolio = |id: &&Bsuid| !id.is_parent();
    let parent = writer.parent.as_ref().or_else(|| ours?.parent_id.as_ref());
    let id = writer.id.as_ref().filter(of_portfolio).or_else(|| ours?.user_id(connection).filter(of_portfolio));
    let theirs_here = theirs.user_id(connection).filter(of_portfolio);
    differ(theirs.parent_id.as_ref(), parent).or_else(|| differ(theirs_here, id)).unwrap_or(false)
}

/// Whether the number leads here by now: then a message that was sent with it a moment earlier is this person's.
async fn has_taken_over<S: LeadCollections>(store: &S, key: &LeadKey, number: &String) -> Result<bool, Unavailable> {
    Ok(store.names_of(key).await?.get(number).is_some_and(|named| named.until.is_none()))
}

/// Makes the number lead to who has it now; what was sent before stays where it is. Answers what is written with who has
/// it now, and with who had it.
pub(super) fn taken_over(key: &LeadKey, from: &LeadKey, theirs: &State, number: &str, at: Timestamp) -> (Write, Write) {
    let until = Timestamp::from_second(at.as_second() - 1).unwrap_or(at);
    let to = AliasRecord::after(key.lead.clone(), PreviousOwner { lead: from.lead.clone(), until });
    let renamed = Write::RepointAlias { name: number.to_owned(), from: from.lead.clone(), to };
    let mut left = theirs.next();
    left.customer.phone = None;
    left.moved_at = left.moved_at.max(Some(at));
    (renamed, Write::State(left))
}

/// The work that is left, as an item the sweep finds. It is due first when the merging lead's session may be over.
fn merge_job<P: Ports>(p: &P, from: &LeadId, theirs: &State, now: Timestamp) -> Session {
    let over = theirs.session.as_ref().map_or(now, |open| open.last_at + p.config().idle);
    let id = SessionId::new(p.ids().ulid());
    Session::due(id, Job::Merge(from.clone()), None, now, over.max(now + p.config().timer_lead))
}

/// Both states as the merge begins.
fn marked(key: &LeadKey, from: &LeadId, ours: &State, theirs: &State) -> (State, State) {
    let (mut next, mut merging_lead) = (ours.next(), theirs.next());
    merging_lead.joined_to = Some(key.lead.clone());
    next.joining.push(from.clone());
    // A turn that has read this lead alone starts over.
    next.amended += 1;
    if ours.mode == Mode::Human || theirs.mode == Mode::Human {
        (next.mode, merging_lead.mode) = (Mode::Human, Mode::Human);
    }
    let until = ours.ai_paused_until.max(theirs.ai_paused_until);
    (next.ai_paused_until, merging_lead.ai_paused_until) = (until, until);
    next.elsewhere.extend(&theirs.elsewhere);
    merging_lead.elsewhere = next.elsewhere.clone();
    next.erased_at = ours.erased_at.max(theirs.erased_at);
    if next.line.is_none() || theirs.line.is_some() && theirs.line_at > next.line_at {
        (next.line, next.line_at) = (theirs.line.clone(), theirs.line_at);
        next.username = theirs.username.clone().or(next.username);
    }
    let (newer, older) = if theirs.moved_at > ours.moved_at { (theirs, ours) } else { (ours, theirs) };
    next.user_ids.clone_from(&newer.user_ids);
    for (connection, id) in older.user_ids.iter().filter(|(connection, _)| is_known_since(newer, older, connection)) {
        next.user_ids.entry(connection.clone()).or_insert_with(|| id.clone());
    }
    next.customer = newer.customer.or(&older.customer);
    let before = older.parent_id.clone().filter(|_| newer.moved_at == older.moved_at);
    next.parent_id = newer.parent_id.clone().or(before);
    next.moved_at = newer.moved_at;
    next.username = next.username.or_else(|| theirs.username.clone());
    next.take_marketing(theirs.marketing);
    merging_lead.take_marketing(ours.marketing);
    next.listed_at = ours.listed_at.max(theirs.listed_at);
    take_over(&mut next, theirs);
    (next, merging_lead)
}

/// Whether the user id by which a connection names `older` is one they still have: with a new number comes a new user id
/// in every portfolio. By an old one they would be taken for a stranger who got their number.
fn is_known_since(newer: &State, older: &State, connection: &ConnectionId) -> bool {
    let wrote_here = older.line.as_ref().is_some_and(|line| line.connection == *connection);
    newer.moved_at == older.moved_at || (wrote_here && older.line_at >= newer.moved_at)
}

/// What the merging lead knows better: the last interaction, and the last question to a returning customer.
pub(crate) fn take_over(next: &mut State, theirs: &State) {
    if let (Some(at), Some(channel)) = (theirs.last_interaction_at, theirs.last_channel)
        && next.last_interaction_at.is_none_or(|last| last < at)
    {
        next.record_interaction(at, channel);
    }
    next.disclosed_by = match (next.ai_disclosed, theirs.ai_disclosed) {
        // Of two that told them, one that is lost does not count.
        (true, true) => None,
        (true, false) => next.disclosed_by.take(),
        (false, _) => theirs.disclosed_by.clone(),
    };
    next.unasked_at = next.unasked_at.max(theirs.unasked_at);
    // Staff may have noted it of the other lead in the moment in which the merge began.
    next.take_marketing(theirs.marketing);
    next.ai_disclosed |= theirs.ai_disclosed;
    next.number_asked |= theirs.number_asked;
    let newer = |asked: &Option<ResumeQuestion>| {
        let ours = asked.as_ref().map(|asked| (asked.at, asked.channel_id.is_some()));
        theirs.asked.as_ref().map(|asked| (asked.at, asked.channel_id.is_some())) > ours
    };
    if newer(&next.asked) {
        // Numbers of arrival are those of the other lead.
        next.asked = theirs.asked.clone().map(|asked| ResumeQuestion { answered_by: None, ..asked });
    }
}

/// Where what was stored with a lead is found now; none while it is where it was.
pub(crate) async fn redirect_of<S: Store>(store: &S, key: &LeadKey) -> Result<Option<LeadKey>, Unavailable> {
    Ok(step(store, key).await?.1)
}

/// Whether a lead is there, and where what was stored with it is found now.
async fn step<S: Store>(store: &S, key: &LeadKey) -> Result<(bool, Option<LeadKey>), Unavailable> {
    let state = store.state(key).await?;
    let is_there = state.is_some();
    let lead = match state {
        Some(state) => state.joined_to,
        None => store.redirect_of(key).await?,
    };
    Ok((is_there, lead.map(|lead| LeadKey { business: key.business.clone(), lead })))
}

/// The lead a person is now, by any id they ever had.
pub async fn resolve_lead<S: Store>(store: &S, key: &LeadKey) -> Result<LeadKey, Unavailable> {
    Ok(followed(store, key).await?.pop().map_or_else(|| key.clone(), |(lead, _)| lead))
}

/// The leads that this one is being merged into, nearest first: the one it goes to, the one that goes to, and so on. Not
/// those that are merged or erased by now: of them nothing is left to be done.
pub(crate) async fn leads_ahead<S: Store>(store: &S, key: &LeadKey) -> Result<Vec<LeadKey>, Unavailable> {
    let followed = followed(store, key).await?.into_iter().skip(1);
    Ok(followed.filter_map(|(lead, is_there)| is_there.then_some(lead)).collect())
}

/// A lead, and those it led to by one merge after the other; of each whether it is there.
async fn followed<S: Store>(store: &S, key: &LeadKey) -> Result<Vec<(LeadKey, bool)>, Unavailable> {
    let (mut leads, mut next) = (Vec::new(), Some(key.clone()));
    while let Some(lead) = next.filter(|_| leads.len() <= MERGES) {
        let (is_there, to) = step(store, &lead).await?;
        leads.push((lead, is_there));
        next = to;
    }
    Ok(leads)
}

/// Who had a name before may have been merged into another lead since: a merge moves the names a lead has, and not what
/// they say of earlier owners. Puts that lead into `found`; true where it is another one.
pub(crate) async fn resolve_past_owner<S: Store>(
    store: &S,
    business: &BusinessId,
    found: &mut AliasLookup,
) -> Result<bool, Unavailable> {
    let Some(lead) = found.by_phone.clone().filter(|_| found.is_past) else { return Ok(false) };
    let lead_now = resolve_lead(store, &LeadKey { business: business.clone(), lead: lead.clone() }).await?.lead;
    let moved = lead_now != lead;
    found.by_phone = Some(lead_now);
    Ok(moved)
}
