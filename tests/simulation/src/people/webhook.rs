//! What the channel's webhooks bring.

use crate::invocation;
use crate::universe::Universe;
use crate::work::Work;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use zikaron_memory::content::Attachments;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Event, Incoming, MessageReceived, Purpose};
use zikaron_protocol::model::ids::{CustomerAddress, Line, MessageId, ParentIds};

/// The webhook of a message comes after each of these times.
pub(super) fn deliver(universe: &Arc<Universe>, received: &MessageReceived, deliveries: &[Duration]) {
    for delay in deliveries {
        let event = Event::MessageReceived(received.clone());
        invocation::start_after(Arc::clone(universe), Work::Event(event), *delay);
    }
}

/// The channel's clock has whole seconds.
pub(super) fn seconds(universe: &Universe) -> Timestamp {
    Timestamp::from_second(universe.now().as_second()).unwrap_or_default()
}

/// The channel echoes what was sent to a customer: from the phone app or, with the id of one of our messages, by us.
pub(crate) fn echo(
    universe: &Arc<Universe>,
    line: &Line,
    id: &MessageId,
    to: &CustomerAddress,
    text: &str,
    deliveries: &[Duration],
) {
    let message = Incoming {
        id: id.clone(),
        sent_at: seconds(universe),
        speaker: Speaker::Staff,
        kind: "text".to_owned(),
        text: Some(text.to_owned()),
        enclosed: Attachments::default(),
        button: None,
        quotes: None,
        purpose: Purpose::Tell,
    };
    universe.trace(|| format!("echo of {id}, delivered after {deliveries:?}"));
    let received = MessageReceived {
        line: line.clone(),
        customer: to.clone(),
        parents: ParentIds::default(),
        profile_name: None,
        username: None,
        message,
    };
    deliver(universe, &received, deliveries);
}
