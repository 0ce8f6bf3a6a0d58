//! What a voice agent writes down in the course of a call (`remember`): one note of the call, beside what people wrote and
//! never in its place. It is the agent's word, so nothing in the profile comes of it: what the customer said stands in the
//! transcript, and is evidence there (docs/rules.md#g8).

use super::line::{business, caller};
use crate::identity::erased::{erased_at, is_erased};
use crate::identity::merge;
use crate::identity::merging_lead::{MergingLead, merging_leads};
use crate::model::alias::{alias_keys, call_name};
use crate::model::figures::counts;
use crate::model::ids::{BusinessId, CustomerAddress, LeadId, LeadKey};
use crate::model::lead_state::State;
use crate::model::ongoing_call::CallNoted;
use crate::model::write::{Memory, Write};
use crate::ports::bundle::Ports;
use crate::ports::business_store::LeadCollections;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use crate::retry::{Attempt, Committed, commit, update};
use crate::session::outcome::EndError;
use sha2::{Digest, Sha256};
use tracing::info;
use zikaron_memory::note::{Note, NoteKind, remark};

/// Among so many of the newest notes the call's own is looked for.
const NOTES: usize = 100;

/// What became of a remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It stands in the call's note, by this delivery or an earlier one.
    Written,
    /// Its number and agent lead to no business, or to two.
    UnknownLine,
    /// The memory is switched off, the remark says nothing or reads like an order, or the call has left enough of them.
    NotKept,
    /// It was written down before the customer's record was erased.
    Erased,
}

/// Adds a remark to the note of its call.
///
/// # Errors
/// [`EndError`], where the store failed, others kept writing, or nobody knows yet whose call it is: deliver it again.
pub async fn noted<P: Ports>(p: &P, event: &CallNoted) -> Result<Noted, EndError>
where
    P::Store: LeadCollections,
{
    let Some(business) = business(p.store(), &event.connection, &event.routes).await? else {
        return Ok(Noted::UnknownLine);
    };
    let settings = p.store().settings(&business).await?;
    let Some(said) = remark(&event.remark).filter(|_| settings.enable_customer_service) else {
        return Ok(Noted::NotKept);
    };
    let customer = caller(event.customer.as_ref(), event.business_number.as_ref(), settings.country);
    update!(p.clock(), p.config().attempts, |_| {
        let lead = whose(p, event, &business, &customer).await?;
        let Some((lead, is_stored)) = lead else {
            return nobody_s(p, event, &business, &customer).await.map(Attempt::Done);
        };
        let key = LeadKey { business: business.clone(), lead };
        let (state, memory) = p.store().state_and_memory(&key).await?;
        let Some(state) = state else {
            let is_moved = whose(p, event, &business, &customer).await?.is_some_and(|(lead, _)| lead != key.lead);
            return Ok(if is_moved { Attempt::Raced } else { Attempt::Done(Noted::Erased) });
        };
        let is_merging = state.joined_to.is_some();
        if is_merging && (!is_stored || whose(p, event, &business, &customer).await? != Some((key.lead.clone(), true)))
        {
            // Merged into another since its name was read, or the call has gone there since.
            return Ok(Attempt::Raced);
        }
        if is_erased(state.erased_at, event.at) {
            return Ok(Attempt::Done(Noted::Erased));
        }
        let lead = key.lead.clone();
        let Some((key, state, memory)) = holder(p, event, (key, state, memory)).await? else {
            return Ok(Attempt::Raced);
        };
        // Behind the memory: every writer of notes raises its version, so that what is read here is what is replaced.
        // And behind the leads that are merging: what was not there any more is here.
        let (notes, _) = p.store().page::<Note>(&key, None, NOTES).await?;
        if key.lead != lead && !notes.iter().any(|note| note.id == id_of(event)) {
            // It has gone on since it was seen there.
            return Ok(Attempt::Raced);
        }
        let note = match with(&notes, event, &said) {
            Ok(note) => note,
            Err(done) => return Ok(Attempt::Done(done)),
        };
        let mut document = memory.document.clone();
        document.add_note(note.clone());
        let counted = counts::standing(&memory, &document);
        // With its state: neither that a merge of it has begun, or ended, nor what has gone from it since goes unseen.
        let memory = Write::Memory(Box::new(memory.next(document)));
        let items = [Write::Note(note), memory, Write::State(state.next())];
        let items = items.into_iter().chain(counted).collect();
        match commit(p.store(), &key, items).await? {
            Committed::Yes => {
                info!(business = %key.business, lead = %key.lead, call = %event.name, "[CUSTOMER-MEMORY] noted in a call");
                Ok(Attempt::Done(Noted::Written))
            }
            Committed::Raced(_) => Ok(Attempt::Raced),
        }
    })
}

/// The lead a remark is written to: where the call's note is. A lead that is being merged, which may take days, holds its own
/// until it comes along, and with it what is added; beside it another note would be replaced by it. None where that lead has
/// gone since.
async fn holder<P: Ports>(
    p: &P,
    event: &CallNoted,
    found: (LeadKey, State, Memory),
) -> Result<Option<(LeadKey, State, Memory)>, Unavailable>
where
    P::Store: LeadCollections,
{
    let Some(leads) = merging_leads(p.store(), &found.0, &found.1).await? else { return Ok(None) };
    for MergingLead { key, state, memory } in leads {
        let (theirs, _) = p.store().page::<Note>(&key, None, NOTES).await?;
        if theirs.iter().any(|note| note.id == id_of(event)) {
            return Ok(Some((key, state, memory)));
        }
    }
    Ok(Some(found))
}

/// The lead a call belongs to, and whether the call is stored with it; before it is, whose the customer's number was when
/// the remark was made.
async fn whose<P: Ports>(
    p: &P,
    event: &CallNoted,
    business: &BusinessId,
    customer: &CustomerAddress,
) -> Result<Option<(LeadId, bool)>, Unavailable> {
    if let Some((lead, _)) = p.store().find_call(business, &event.name).await? {
        return Ok(Some((lead, true)));
    }
    if *customer == CustomerAddress::default() {
        return Ok(None);
    }
    let mut found = p.store().find(business, customer, event.at).await?;
    merge::resolve_past_owner(p.store(), business, &mut found).await?;
    Ok(found.lead().cloned().map(|lead| (lead, false)))
}

/// The end of the call makes its caller known: until then the remark is delivered again, and a call that is never told of
/// is parked with it, for an operator to see. But for one who was erased since.
async fn nobody_s<P: Ports>(
    p: &P,
    event: &CallNoted,
    business: &BusinessId,
    customer: &CustomerAddress,
) -> Result<Noted, EndError> {
    let names: Vec<_> = alias_keys(customer).into_iter().flatten().chain([call_name(&event.name)]).collect();
    if is_erased(erased_at(p.store(), business, &names, None).await?, event.at) {
        return Ok(Noted::Erased);
    }
    Err(Unavailable { what: "the lead of a call that goes on", reason: "is not there yet".to_owned() }.into())
}

/// The id of the call's note, as the API takes ids of notes.
fn id_of(event: &CallNoted) -> String {
    format!("noted-{:.32}", hex::encode(Sha256::digest(event.name.to_string())))
}

/// The call's note with the remark; an error says what became of one that adds nothing.
fn with(notes: &[Note], event: &CallNoted, said: &str) -> Result<Note, Noted> {
    let id = id_of(event);
    let Some(stands) = notes.iter().find(|note| note.id == id) else {
        return Ok(Note { id, kind: NoteKind::CallNote, text: said.to_owned(), at: event.at });
    };
    match stands.with_remark(said) {
        Some(note) => Ok(note),
        None if stands.holds_remark(said) => Err(Noted::Written),
        None => Err(Noted::NotKept),
    }
}
