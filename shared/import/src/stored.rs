//! What is stored of a customer already.

use crate::past;
use jiff::Timestamp;
use std::collections::BTreeMap;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::alias::alias_keys;
use zikaron_protocol::model::ids::{BusinessId, CustomerAddress, E164, LeadKey, MessageId};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::store::Store;

/// How many messages are read at once.
const PAGE: usize = 500;

/// What is stored of a lead that matters here.
#[derive(Default)]
pub(crate) struct Stored {
    /// The sessions of imported messages.
    pub(crate) imported: BTreeMap<MessageId, Option<SessionId>>,
    /// When the first message was sent that the stack has seen itself.
    pub(crate) live_from: Option<Timestamp>,
    /// When the customer was last erased.
    pub(crate) erased_at: Option<Timestamp>,
    /// The lead, where there is one.
    pub(crate) key: Option<LeadKey>,
}

/// Reads it.
pub(crate) async fn stored<S: Store>(store: &S, business: &BusinessId, phone: &E164) -> Result<Stored, Unavailable> {
    let customer = CustomerAddress { bsuid: None, phone: Some(phone.clone()) };
    let (found, state) = store.find_lead(business, &customer, Timestamp::MAX).await?;
    let mut stored = Stored { erased_at: state.and_then(|state| state.erased_at), ..Stored::default() };
    let Some(lead) = found.lead() else {
        let names: Vec<String> = alias_keys(&customer).into_iter().flatten().collect();
        stored.erased_at = store.erased_at(business, &names).await?;
        return Ok(stored);
    };
    let key = LeadKey { business: business.clone(), lead: lead.clone() };
    let mut after = None;
    loop {
        let page = store.messages_from(&key, None, after.as_ref(), PAGE).await?;
        for message in &page {
            if !past::is_imported(message) {
                stored.live_from = Some(message.key.sent_at);
                break;
            }
            stored.imported.insert(message.key.id.clone(), message.session.clone());
        }
        after = page.last().map(|last| last.key.clone());
        if stored.live_from.is_some() || page.len() < PAGE {
            stored.key = Some(key);
            return Ok(stored);
        }
    }
}
