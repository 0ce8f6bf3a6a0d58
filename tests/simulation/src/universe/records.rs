//! What is noted of a run while it goes on.

use crate::scenario::What;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;
use zikaron_protocol::model::call::CallName;
use zikaron_protocol::model::ids::{CustomerAddress, E164, LeadKey, Line, MessageId, ParentIds};
use zikaron_protocol::model::message::MessageKey;

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub invariant: &'static str,
    /// By what.
    pub detail: String,
}

/// An edit of staff that was answered with success.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) key: LeadKey,
    pub(crate) field: String,
    /// The session its candidate names.
    pub(crate) occasion: String,
}

/// What a message of a customer is by now, whatever of it has come in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Truth {
    /// To which number it was written.
    pub(crate) line: Option<Line>,
    pub(crate) what: Option<What>,
    /// Its words can be changed: nothing was learnt from them.
    pub(crate) plain: bool,
    /// The last edit, and its mark.
    pub(crate) edit: Option<(MessageKey, String)>,
    pub(crate) revoked: bool,
    /// The last reaction to it.
    pub(crate) reaction: Option<(MessageKey, Option<String>)>,
}

/// A message that cannot be read any more.
#[derive(Clone, Debug)]
pub(crate) struct Hidden {
    pub(crate) id: MessageId,
    /// Where it stood when that began, and its number there.
    pub(crate) lead: LeadKey,
    pub(crate) arrival: u64,
}

/// A message whose webhook was answered with 200.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) id: MessageId,
    pub(crate) customer: usize,
    /// To which number it was written.
    pub(crate) line: Line,
    /// The names of the customer it tells.
    pub(crate) names: Vec<CustomerAddress>,
    /// The ids of linked portfolios it tells.
    pub(crate) parents: ParentIds,
    /// When they wrote it, by the channel's clock.
    pub(crate) sent_at: Timestamp,
    /// When its first delivery came.
    pub(crate) delivered: Duration,
    pub(crate) what: What,
    pub(crate) burst: Option<u32>,
}

/// A call whose webhook was answered with 200.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) name: CallName,
    pub(crate) customer: usize,
    /// With which they called.
    pub(crate) number: Option<E164>,
    pub(crate) withheld: bool,
    /// The marks of what the customer said; empty where no report told of it.
    pub(crate) marks: BTreeSet<String>,
    /// What they said, in order.
    pub(crate) said: Vec<String>,
}
