//! A customer writes.

use super::content::content;
use super::webhook::{deliver, seconds};
use crate::cast;
use crate::ports::voice::PICTURE;
use crate::scenario::What;
use crate::universe::{Accepted, Universe};
use std::sync::Arc;
use std::time::Duration;
use zikaron_memory::content::{Attachments, Content, Media};
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Incoming, MessageReceived, Purpose};
use zikaron_protocol::model::message::MessageKey;

/// The customer writes; the webhook comes after each of these times.
pub(super) fn write(
    universe: &Arc<Universe>,
    number: usize,
    customer: usize,
    what: What,
    deliveries: &[Duration],
    burst: Option<u32>,
) {
    let mark = format!("c{customer}m{number}");
    let key = MessageKey { sent_at: seconds(universe), id: cast::wamid(&format!("in.{mark}")) };
    let serial = u64::try_from(number).unwrap_or(0);
    let moves = universe.live().moves_of(customer);
    let line = universe.plan.world.line(customer, number, what.is_said(), universe.elapsed());
    let address = cast::address(customer, moves, serial, &line);
    let (what, content) = content(universe, customer, what, &mark, &key, &line);
    universe.trace(|| format!("customer {customer} writes {mark} ({what:?}), delivered after {deliveries:?}"));
    let message = Incoming {
        id: key.id.clone(),
        sent_at: key.sent_at,
        speaker: Speaker::Customer,
        kind: content.kind.to_owned(),
        text: content.text,
        enclosed: enclosed(what, &mark),
        button: content.button,
        quotes: content.quotes,
        purpose: content.purpose,
    };
    let mut names = vec![address.clone()];
    if let Purpose::Moved { to } = &message.purpose {
        names.push(to.clone());
    }
    let moved = matches!(message.purpose, Purpose::Moved { .. });
    let parents = universe.plan.world.parents(customer, universe.live().moves_of(customer), moved);
    let received = MessageReceived {
        line: line.clone(),
        customer: address,
        parents: parents.clone(),
        profile_name: None,
        username: None,
        message,
    };
    let mut live = universe.live();
    live.counts.messages += 1;
    let truth = live.truth.entry(key.id.clone()).or_default();
    truth.plain = matches!(what, What::Text | What::Voice);
    truth.line = Some(line.clone());
    truth.what = Some(what);
    live.accepted.push(Accepted {
        id: key.id,
        customer,
        line,
        names,
        parents,
        sent_at: key.sent_at,
        delivered: universe.elapsed() + deliveries.iter().min().copied().unwrap_or_default(),
        what,
        burst,
    });
    drop(live);
    deliver(universe, &received, deliveries);
}

/// A recorded voice message or a picture; its file is the channel's to hand out.
fn enclosed(what: What, mark: &str) -> Attachments {
    let (content, id, kind) = match what {
        What::Voice => (Content::Voice, format!("voice.{mark}"), "audio/ogg"),
        What::Picture { .. } => (Content::Image, format!("{PICTURE}{mark}"), "image/jpeg"),
        _ => return Attachments::default(),
    };
    let media = Media { id, mime_type: Some(kind.to_owned()), sha256: None, url: None };
    Attachments { content: Some(content), media: Some(media), ..Attachments::default() }
}
