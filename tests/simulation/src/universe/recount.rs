//! What the witness remembers so that the figures can be counted once more, by what was written alone.

use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use zikaron_memory::merge::Verdict;
use zikaron_memory::profile::Profile;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::figures::Tally;
use zikaron_protocol::model::ids::{BusinessId, LeadKey};
use zikaron_protocol::model::message::MessageKey;

/// A message of a session.
pub(crate) type OfSession = (SessionId, MessageKey);

/// What is remembered for a recount.
#[derive(Debug, Default)]
pub(crate) struct Recount {
    /// Sessions that are over.
    pub(crate) over: BTreeSet<SessionId>,
    /// Whether each message counted as said when it was written last.
    pub(crate) said: BTreeMap<OfSession, bool>,
    /// Those of which that has changed since their session was over, and no digest is made anew for it: a status may
    /// come before its digest has read them, or after.
    pub(crate) turned: BTreeSet<OfSession>,
    /// Messages that stand with the lead they are moved to, and not taken from the other one yet.
    pub(crate) moving: BTreeSet<OfSession>,
    /// Sessions of which messages are gone, and stay counted.
    pub(crate) incomplete: BTreeSet<SessionId>,
    /// What the digest of each session that stands has written to the log.
    pub(crate) offered: BTreeMap<SessionId, Vec<Verdict>>,
    /// Each profile as it was written last.
    pub(crate) profiles: BTreeMap<LeadKey, Profile>,
    /// What staff did, by the day it counts on.
    pub(crate) of_staff: BTreeMap<(BusinessId, Date), Tally>,
}
