//! A lead that is being merged into another, read as a part of it.

use crate::model::ids::{LeadId, LeadKey};
use crate::model::lead_state::State;
use crate::model::message::Message;
use crate::model::write::Memory;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use futures_util::future::try_join_all;
use zikaron_memory::field::FieldList;
use zikaron_memory::join::join;

/// How often all are read again because one was folded in meanwhile.
const READS: usize = 4;

/// A lead that is being merged into another, with the items it is read by.
#[derive(Debug)]
pub(crate) struct MergingLead {
    pub(crate) key: LeadKey,
    pub(crate) state: State,
    pub(crate) memory: Memory,
}

/// The leads that are being merged into this one, and into those. None where one of them is not there any more: it was
/// folded in since `state` was read.
pub(crate) async fn merging_leads<S: Store>(
    store: &S,
    key: &LeadKey,
    state: &State,
) -> Result<Option<Vec<MergingLead>>, Unavailable> {
    let mut merging_leads = Vec::new();
    let mut ahead: Vec<LeadId> = state.joining.clone();
    while let Some(lead) = ahead.pop() {
        let key = LeadKey { business: key.business.clone(), lead };
        let (Some(state), memory) = store.state_and_memory(&key).await? else { return Ok(None) };
        ahead.extend(state.joining.iter().cloned());
        merging_leads.push(MergingLead { key, state, memory });
    }
    Ok(Some(merging_leads))
}

/// State and memory, and the leads that are being merged into it: one round trip where there are none.
pub(crate) async fn whole<S: Store>(
    store: &S,
    key: &LeadKey,
) -> Result<(Option<State>, Memory, Vec<MergingLead>), Unavailable> {
    for _ in 0..READS {
        let (state, memory) = store.state_and_memory(key).await?;
        let Some(stands) = state.as_ref().filter(|state| !state.joining.is_empty()) else {
            return Ok((state, memory, Vec::new()));
        };
        if let Some(merging_leads) = merging_leads(store, key, stands).await? {
            return Ok((state, memory, merging_leads));
        }
    }
    let (state, memory) = store.state_and_memory(key).await?;
    Ok((state, memory, Vec::new()))
}

/// The memory of all of them as one.
pub(crate) fn as_one(fields: &FieldList, mut memory: Memory, merging_leads: &[MergingLead]) -> Memory {
    for merging_lead in merging_leads.iter().filter(|merging_lead| merging_lead.memory.version > 0) {
        memory.document = join(fields, &memory.document, &merging_lead.memory.document).0;
    }
    memory
}

/// The newest messages of each, marked as another lead's.
pub(crate) async fn messages<S: Store>(
    store: &S,
    merging_leads: &[MergingLead],
    most: usize,
) -> Result<Vec<Message>, Unavailable> {
    let of = async |merging_lead: &MergingLead| {
        let mut found = store.messages(&merging_lead.key, None, None, most).await?;
        found.iter_mut().for_each(|message| come_from(message, &merging_lead.key.lead));
        Ok::<_, Unavailable>(found)
    };
    Ok(try_join_all(merging_leads.iter().map(of)).await?.into_iter().flatten().collect())
}

/// Marks a message as `lead`'s, unless it came to that lead by an earlier merge.
pub(crate) fn come_from(message: &mut Message, lead: &LeadId) {
    message.joined_from.get_or_insert_with(|| lead.clone());
}
