//! Everything the channel saw and told, and the codes it tells.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use zikaron_protocol::model::event::DeliveryStatus;
use zikaron_protocol::model::ids::{BusinessId, CustomerAddress, Line, MessageId};

/// The customer has not written for a day.
pub(crate) const WINDOW_CLOSED: i64 = 131_047;
/// The access token is not valid any more.
pub(crate) const DEAD_TOKEN: i64 = 190;
/// Accepted, and the customer cannot be reached.
pub(crate) const UNDELIVERABLE: i64 = 131_026;
/// Codes after which a message never goes out.
pub(crate) const FOR_GOOD: [i64; 2] = [WINDOW_CLOSED, UNDELIVERABLE];

/// Everything the channel saw and told.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// Requests by tag, in the order they came in.
    pub(crate) posts: Vec<Post>,
    /// Calls the provider was asked to place, in the order the requests came in.
    pub(crate) calls: Vec<AskedCall>,
    /// Every message that was marked as read, by which number and when.
    pub(crate) read: Vec<(MessageId, Line, Duration)>,
    /// What it accepted, in that order.
    pub(crate) accepted: Vec<Taken>,
    /// The statuses it sent out, by tag.
    pub(crate) told: BTreeMap<String, BTreeSet<DeliveryStatus>>,
    /// Questions with buttons, the newest last.
    pub(crate) questions: Vec<Answer>,
    /// Everything it accepted, likewise.
    pub(crate) answers: Vec<Answer>,
}

/// What a customer got.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// From whom.
    pub(crate) business: Option<BusinessId>,
    pub(crate) to: CustomerAddress,
    pub(crate) id: MessageId,
}

/// A request.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) tag: String,
    /// By which number it leaves, and when.
    pub(crate) line: Line,
    pub(crate) at: Duration,
    /// It was refused before processing, and the sender told so.
    pub(crate) refused: bool,
}

/// A request for a call.
#[derive(Debug)]
pub(crate) struct AskedCall {
    pub(crate) tag: String,
    pub(crate) at: Duration,
    /// It was refused, and whoever asked was told so.
    pub(crate) refused: bool,
}

/// An accepted message.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) tag: String,
    pub(crate) at: Duration,
}
