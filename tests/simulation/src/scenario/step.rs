//! One step of a scenario: who does what, and when.

use std::time::Duration;
use zikaron_memory::action::ActionKind;

/// Something somebody does, at a time since the beginning of the run.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) at: Duration,
    /// Whom it is about; none: the business.
    pub(crate) customer: Option<usize>,
    pub(crate) act: Act,
}

/// What is done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// The customer writes; the webhook comes after each of these times.
    Write {
        what: What,
        deliveries: Vec<Duration>,
        /// The messages of one number follow each other so fast that one answer is due to all.
        burst: Option<u32>,
    },
    /// A person of the business writes from the phone app, and the channel echoes it.
    Echo { deliveries: Vec<Duration> },
    /// The customer calls, and this is what they say; the reports of the call come after each of these times.
    Call { said: Vec<What>, withheld: bool, reports: Vec<(Duration, Telling)> },
    /// Staff enter a value, or delete the field.
    Edit { field: &'static str, value: Option<&'static str> },
    /// Staff add a note.
    Note,
    /// A person answers from now on.
    TakeOver,
    /// The AI answers again.
    HandBack,
    /// Staff close the session.
    Close,
    /// A person writes, and so takes over.
    Send,
    /// Staff have something done after a while.
    Action { kind: ActionKind, after: Duration, unless_they_write: bool },
    /// Staff move the action they entered last, if it waits, or cancel it.
    ActionAgain { cancels: bool },
    /// Everything about the customer is erased.
    Erase,
    /// The rows of the customer's messages and calls come to the end of their retention.
    Expire,
    /// The memory is switched on or off.
    Switch(bool),
}

/// What a report of a call tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Telling {
    /// What was said.
    Transcript,
    /// That it took place: the transcript is not ready yet.
    Bare,
    /// What was said, with another time and a summary of the provider's.
    Analyzed,
}

/// What a customer writes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    /// Something that says nothing of them.
    Text,
    /// Their name.
    Name(&'static str),
    /// Their city.
    City(&'static str),
    /// A picture, with a caption or without.
    Picture { caption: bool },
    /// A voice note.
    Voice,
    /// A reaction to the last answer or to a message of their own, or its taking back: nothing to answer.
    Reaction { own: bool, emoji: bool },
    /// Other words for a message of theirs, one of the last; words where there was none.
    Edit,
    /// A message of theirs, one of the last, is taken back; words where there was none.
    Revoke,
    /// The wish for a person.
    Person,
    /// The words that start afresh.
    Fresh,
    /// A tap on a button of the last question; words where there was none.
    Tap { fresh: bool },
    /// A reply that quotes the last question; words where there was none.
    Quote,
    /// The notice that they have another number, and another user id, from now on.
    Moved,
    /// The wish to be called later, or to be sent something.
    Asks { call: bool },
    /// The notice that they want no messages they did not ask for, or want them again.
    Marketing { wanted: bool },
    /// The notice that another application has taken the conversation.
    Taken,
    /// Words to that one, which only come past us.
    Aside,
    /// The notice that it has passed the conversation to us.
    Passed,
}

impl What {
    /// Whether it is part of what is said.
    pub(crate) fn is_said(self) -> bool {
        let is_notice = matches!(self, Self::Moved | Self::Marketing { .. } | Self::Taken | Self::Passed);
        !is_notice && !matches!(self, Self::Reaction { .. } | Self::Edit | Self::Revoke)
    }

    /// Whether it is said to us, and so to be answered.
    pub(crate) fn is_asked(self) -> bool {
        self.is_said() && !matches!(self, Self::Aside)
    }
}

impl Step {
    /// When the last of it has happened.
    pub(crate) fn over(&self) -> Duration {
        match &self.act {
            Act::Write { deliveries, .. } | Act::Echo { deliveries } => {
                self.at + deliveries.iter().max().copied().unwrap_or_default()
            }
            Act::Call { reports, .. } => self.at + reports.iter().map(|(after, _)| *after).max().unwrap_or_default(),
            _ => self.at,
        }
    }
}
