//! A lead that is being joined into another, read as a part of it.

use crate::model::ids::{LeadId, LeadKey};
use crate::model::lead_state::State;
use crate::model::message::Message;
use crate::model::write::Memory;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use futures_util::future::try_join_all;
use zikaron_memory::field::FieldList;
use zikaron_memory::join::join;

/// How often both are read again because one was folded in meanwhile.
const READS: usize = 4;

/// A lead that is being joined into another.
#[derive(Debug)]
pub(crate) struct Elder {
    pub(crate) key: LeadKey,
    pub(crate) state: State,
    pub(crate) memory: Memory,
}

/// The leads that are being joined into this one, and into those. None where one of them is not there any more: it was
/// folded in since `state` was read.
pub(crate) async fn elders<S: Store>(
    store: &S,
    key: &LeadKey,
    state: &State,
) -> Result<Option<Vec<Elder>>, Unavailable> {
    let mut elders = Vec::new();
    let mut ahead: Vec<LeadId> = state.joining.clone();
    while let Some(lead) = ahead.pop() {
        let key = LeadKey { business: key.business.clone(), lead };
        let (Some(state), memory) = store.state_and_memory(&key).await? else { return Ok(None) };
        ahead.extend(state.joining.iter().cloned());
        elders.push(Elder { key, state, memory });
    }
    Ok(Some(elders))
}

/// State and memory, and the leads that are being joined into it: one round trip for a lead that is joined by nobody.
pub(crate) async fn whole<S: Store>(
    store: &S,
    key: &LeadKey,
) -> Result<(Option<State>, Memory, Vec<Elder>), Unavailable> {
    for _ in 0..READS {
        let (state, memory) = store.state_and_memory(key).await?;
        let Some(stands) = state.as_ref().filter(|state| !state.joining.is_empty()) else {
            return Ok((state, memory, Vec::new()));
        };
        if let Some(elders) = elders(store, key, stands).await? {
            return Ok((state, memory, elders));
        }
    }
    let (state, memory) = store.state_and_memory(key).await?;
    Ok((state, memory, Vec::new()))
}

/// The memory of all of them as one.
pub(crate) fn as_one(fields: &FieldList, mut memory: Memory, elders: &[Elder]) -> Memory {
    for elder in elders.iter().filter(|elder| elder.memory.version > 0) {
        memory.document = join(fields, &memory.document, &elder.memory.document).0;
    }
    memory
}

/// The newest messages of each, marked as another lead's.
pub(crate) async fn messages<S: Store>(store: &S, elders: &[Elder], most: usize) -> Result<Vec<Message>, Unavailable> {
    let of = async |elder: &Elder| {
        let mut found = store.messages(&elder.key, None, None, most).await?;
        found.iter_mut().for_each(|message| come_from(message, &elder.key.lead));
        Ok::<_, Unavailable>(found)
    };
    Ok(try_join_all(elders.iter().map(of)).await?.into_iter().flatten().collect())
}

/// Its number is of that lead's order, unless it is of an earlier one's.
pub(crate) fn come_from(message: &mut Message, lead: &LeadId) {
    message.joined_from.get_or_insert_with(|| lead.clone());
}
