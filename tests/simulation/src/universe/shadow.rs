//! What the witness remembers of the commits it has seen.

use super::recount::Recount;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use zikaron_memory::action::ActionEnd;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::ids::{LeadKey, Line, MessageId};
use zikaron_protocol::model::notice::Notice;

/// What the witness remembers.
#[derive(Debug, Default)]
pub(crate) struct Shadow {
    pub(crate) leads: BTreeMap<LeadKey, Seen>,
    /// Messages the business was to be told of: escalated, or refused.
    pub(crate) refused: BTreeSet<MessageId>,
    /// Outgoing messages that were uncertain at some time.
    pub(crate) ever_uncertain: BTreeSet<MessageId>,
    /// How often each session was digested, and by which summary.
    pub(crate) digests: BTreeMap<SessionId, Vec<String>>,
    /// When each memory was written last.
    pub(crate) remembered: BTreeMap<LeadKey, Duration>,
    /// Every action, and how it ended.
    pub(crate) actions: BTreeMap<SessionId, Option<ActionEnd>>,
    /// Actions whose call was claimed.
    pub(crate) claimed: BTreeSet<SessionId>,
    /// When the customer asked for what a message of an action does; none where they did not.
    pub(crate) asked_at: BTreeMap<MessageId, Option<Timestamp>>,
    /// What the business had to be told, and since when.
    pub(crate) noticed: Vec<(Duration, LeadKey, Notice)>,
    /// What the figures are counted from.
    pub(crate) recount: Recount,
}

/// What the witness remembers of a lead.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Messages of the customer without an end of their own, by arrival.
    pub(crate) waiting: BTreeSet<u64>,
    /// Every arrival number given out.
    pub(crate) arrivals: BTreeSet<u64>,
    /// The marks of the customer's messages, by arrival.
    pub(crate) marks: BTreeMap<u64, String>,
    /// What uncertain answers were to, since the last claim.
    pub(crate) reopened: BTreeMap<MessageId, Vec<u64>>,
    /// Uncertain answers whose messages a person has dealt with since.
    pub(crate) left_to_person: BTreeSet<MessageId>,
    /// The marks of what was taken back.
    pub(crate) revoked: BTreeMap<u64, String>,
    /// Messages that ask for a person.
    pub(crate) for_person: BTreeSet<u64>,
    /// A person wrote from the phone app: until then the AI leaves the conversation to them.
    pub(crate) person_until: Option<Timestamp>,
    /// The second in which the customer's newest message was sent, and the business's numbers to which they wrote in it.
    pub(crate) wrote_to: (i64, Vec<Line>),
    /// The business's numbers at which another application was given the conversation, or asked; and those at which we
    /// were: each with the last second of it.
    pub(crate) elsewhere: Vec<(Line, i64)>,
    pub(crate) here: Vec<(Line, i64)>,
    /// Until when what other applications had was handed back by staff.
    pub(crate) handed_back: Vec<(Line, i64)>,
    /// Whether another application ever had a conversation with them, or was asked: what they wrote to it counts as written
    /// to that number, and as not written to us.
    pub(crate) shared: bool,
    /// Sessions whose question was asked.
    pub(crate) asked: BTreeSet<SessionId>,
    /// The messages that told the customer that an AI answers, and may have arrived.
    pub(crate) disclosed: BTreeSet<MessageId>,
    /// Whether the customer was asked for their number.
    pub(crate) number_asked: bool,
    /// What they last told of messages they do not ask for: when, and whether they want them.
    pub(crate) marketing: Option<(Timestamp, bool)>,
    /// The day of the business's on which they were last sent one.
    pub(crate) unasked_on: Option<Date>,
    /// The process that took the lease last.
    pub(crate) leased_by: Option<u64>,
    /// When a lease was last given back, or the last message on its way settled.
    pub(crate) freed: Option<Duration>,
}

impl Seen {
    /// The customer wrote to this number.
    pub(crate) fn wrote(&mut self, second: i64, lines: &[Line]) {
        if second > self.wrote_to.0 {
            self.wrote_to = (second, Vec::new());
        }
        if second == self.wrote_to.0 {
            self.wrote_to.1.extend_from_slice(lines);
        }
    }
}

/// Notes the later of two times.
pub(crate) fn note_last(times: &mut Vec<(Line, i64)>, line: &Line, second: i64) {
    match times.iter_mut().find(|(known, _)| known == line) {
        Some((_, last)) => *last = second.max(*last),
        None => times.push((line.clone(), second)),
    }
}

/// The last time of a number.
pub(crate) fn last_of(times: &[(Line, i64)], line: &Line) -> Option<i64> {
    times.iter().find(|(known, _)| known == line).map(|(_, last)| *last)
}

impl Shadow {
    /// Whether the messages of this uncertain answer wait for the lead's next turn, or a person has dealt with them.
    pub(crate) fn is_reopened(&self, key: &LeadKey, outgoing: &MessageId) -> bool {
        let is_open = |seen: &Seen| seen.reopened.contains_key(outgoing) || seen.left_to_person.contains(outgoing);
        self.leads.get(key).is_some_and(is_open)
    }
}
