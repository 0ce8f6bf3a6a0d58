//! The sending side of a channel.

use crate::locked;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use zikaron_memory::handover::ChannelFailure;
use zikaron_protocol::model::conversation::Body;
use zikaron_protocol::model::ids::{CustomerAddress, Line, MessageId};
use zikaron_protocol::ports::{Messenger, Outgoing, SendError};

/// A message as the channel took it.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The channel's id of it: `wamid.OUT1`, `wamid.OUT2`, …
    pub id: MessageId,
    /// The number it left by.
    pub line: Line,
    /// By what the customer was reached.
    pub to: CustomerAddress,
    /// What the customer reads.
    pub body: Body,
    /// The message it is shown under.
    pub quotes: Option<MessageId>,
}

/// Takes every message, but for refusals it was told of.
#[derive(Debug)]
pub struct RecordingMessenger {
    refusals: Mutex<BTreeMap<usize, SendError>>,
    asked: AtomicUsize,
    taken: Mutex<Vec<Taken>>,
    meaning: fn(i64) -> ChannelFailure,
}

impl Default for RecordingMessenger {
    fn default() -> Self {
        Self::with_meaning(|_| ChannelFailure::Other)
    }
}

impl RecordingMessenger {
    /// One whose error codes mean this to staff.
    #[must_use]
    pub fn with_meaning(meaning: fn(i64) -> ChannelFailure) -> Self {
        let (refusals, taken) = (Mutex::default(), Mutex::default());
        Self { refusals, asked: AtomicUsize::new(0), taken, meaning }
    }

    /// Refuses the send of this number, counted from 1.
    pub fn refuse(&self, number: usize, refusal: SendError) {
        locked(&self.refusals).insert(number, refusal);
    }

    /// What was taken, in order.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        locked(&self.taken).clone()
    }

    /// How often it was asked to send.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Messenger for RecordingMessenger {
    async fn send(&self, outgoing: Outgoing<'_>) -> Result<MessageId, SendError> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(refusal) = locked(&self.refusals).remove(&number) {
            return Err(refusal);
        }
        let mut taken = locked(&self.taken);
        let id = MessageId::parse(format!("wamid.OUT{}", taken.len() + 1));
        let id = id.map_err(|error| SendError::Unknown { reason: error.to_string() })?;
        taken.push(Taken {
            id: id.clone(),
            line: outgoing.line.clone(),
            to: outgoing.to.clone(),
            body: outgoing.body.clone(),
            quotes: outgoing.quotes.cloned(),
        });
        Ok(id)
    }

    async fn show_typing(&self, _: &Line, _: &MessageId) -> Result<(), SendError> {
        Ok(())
    }

    fn failure(&self, code: i64) -> ChannelFailure {
        (self.meaning)(code)
    }
}
