//! The outgoing messages of a lead whose end is not known yet, and what a turn has to do about them.

use super::config::Config;
use super::message::MessageKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An outgoing message that has not come to a known end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unsettled {
    /// The message.
    #[serde(flatten)]
    pub key: MessageKey,
    /// The arrival number of its answer's first part: the same for all parts of one answer.
    pub answer: u64,
    /// When it was claimed or last tried, by the holder's clock.
    pub since: Timestamp,
    /// How far it is.
    pub stage: InFlight,
    /// Whether no turn wrote it, but a person or an action: nothing the AI does keeps it from being sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub staff: bool,
    /// Of an action's message: when the time is over in which it may be sent. What has not gone out by then is a
    /// person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Unsettled {
    /// If it was certainly not sent, it never is.
    pub(crate) fn drop_unsent(&mut self) {
        if matches!(self.stage, InFlight::Waiting | InFlight::Retry { .. }) {
            self.stage = InFlight::Dropped;
        }
    }
}

/// How far an outgoing message without a known end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InFlight {
    /// Certainly not sent: a part that waits for the one before.
    Waiting,
    /// The request may be on its way.
    Sending,
    /// Certainly not sent: refused before processing, goes out again at this time.
    Retry {
        /// Not before, by the holder's clock.
        at: Timestamp,
    },
    /// The request has ended, and may have been accepted.
    Unknown,
    /// Certainly not sent, and never to be: a part before it failed for good, or a person took over.
    Dropped,
}

/// What a turn has to do about earlier outgoing messages before it answers anew.
#[derive(Clone, Debug, PartialEq)]
pub enum Leftover {
    /// Send it, at this time.
    Send(MessageKey, Timestamp),
    /// Record that it never goes out.
    Drop(MessageKey),
    /// Record that nobody knows whether it arrived.
    GiveUp(MessageKey),
    /// It was refused again and again for half a day, or its time is over: record that it never goes out, and have a
    /// person told.
    HandOver(MessageKey),
    /// It may be on its way this moment: sending anything else now could overtake it.
    InFlight,
}

/// The first thing that is to be done about these messages, which stand in the order they are to be sent.
pub(super) fn next(unsettled: &[Unsettled], now: Timestamp, config: &Config) -> Option<Leftover> {
    let mut before = Vec::new();
    for entry in unsettled {
        let age = now.duration_since(entry.since);
        let old = age >= config.uncertain_after;
        match entry.stage {
            InFlight::Dropped => return Some(Leftover::Drop(entry.key.clone())),
            InFlight::Sending | InFlight::Unknown if old => return Some(Leftover::GiveUp(entry.key.clone())),
            InFlight::Sending if age < config.in_flight => {
                return Some(Leftover::InFlight);
            }
            InFlight::Waiting | InFlight::Retry { .. } if entry.until.is_some_and(|until| until <= now) => {
                return Some(Leftover::HandOver(entry.key.clone()));
            }
            InFlight::Waiting if !before.contains(&entry.answer) => {
                return Some(Leftover::Send(entry.key.clone(), now));
            }
            InFlight::Retry { .. } if now.duration_since(entry.key.sent_at) >= config.stale_after => {
                return Some(Leftover::HandOver(entry.key.clone()));
            }
            InFlight::Retry { at } => return Some(Leftover::Send(entry.key.clone(), at)),
            InFlight::Sending | InFlight::Unknown | InFlight::Waiting => before.push(entry.answer),
        }
    }
    None
}
