//! Echoes: the channel repeats what was sent from the business's number. Our own messages are among them, and are no
//! messages of a person.

use crate::identity::merging_lead::MergingLead;
use crate::model::conversation::Speaker;
use crate::model::event::MessageReceived;
use crate::model::ids::LeadKey;
use crate::model::message::SendState;
use crate::ports::bundle::Ports;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use futures_util::future::try_join_all;
use jiff::SignedDuration;

/// An echo of our own message is looked for among those claimed so long before it, retries included: a day after the
/// customer's last message [the channel takes none any
/// more](https://developers.facebook.com/docs/whatsapp/conversation-types) …
const MAX_DELAY: SignedDuration = SignedDuration::from_hours(24);
/// … and at most so many.
const MAX_MESSAGES: usize = 200;

/// Whether a message from the phone app is one of ours, which the channel echoes. Where our own record of its id is
/// still to come, its words tell.
pub(super) async fn is_own_echo<P: Ports>(
    p: &P,
    key: &LeadKey,
    merging_leads: &[MergingLead],
    received: &MessageReceived,
) -> Result<bool, Unavailable> {
    let incoming = &received.message;
    if incoming.speaker == Speaker::Customer || !incoming.purpose.is_said() {
        return Ok(false);
    }
    let since = incoming.sent_at - MAX_DELAY;
    let keys = merging_leads.iter().map(|merging_lead| &merging_lead.key).chain([key]);
    let found = try_join_all(keys.map(|key| p.store().messages(key, Some(since), None, MAX_MESSAGES))).await?.concat();
    Ok(found.iter().filter_map(|message| message.sending.as_ref()).any(|sending| match &sending.channel_id {
        Some(id) => *id == incoming.id,
        None => {
            let open = matches!(sending.state, SendState::Sending | SendState::Unknown | SendState::Uncertain);
            open && incoming.text.as_deref() == Some(sending.body.text())
        }
    }))
}
