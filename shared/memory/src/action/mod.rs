//! Actions: what is to be done for a customer at a time, by whichever channel (docs/rules.md#m). The customer asked for
//! it, or a person of the business entered it. What may be done when is decided in [`rules`], purely.

pub mod commitment;
pub mod means;
pub mod opt_out;
pub mod quiet_days;
pub mod quiet_hours;
pub mod rules;
pub mod when;

mod clock;
mod end;
mod feasts;
mod time_named;
mod time_words;

use crate::language::Language;
use serde::{Deserialize, Serialize};

/// By what means it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// A WhatsApp message.
    Message,
    /// A phone call by the business's voice agent.
    Call,
    /// A person of the business does it: they are told when it is due.
    Person,
}

/// Why something is not done as it was meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The business does not have actions switched on (`enable_actions`).
    SwitchedOff,
    /// The customer wants no messages that they did not ask for.
    OptedOut,
    /// They have had such a message on that day.
    OnceADay,
    /// The business's budget of the day is spent.
    Budget,
    /// It falls into hours in which the business is quiet, and there are no others before it would be too late.
    QuietHours,
    /// The same with days: Shabbat, a feast.
    QuietDay,
    /// It is later than it makes sense.
    TooLate,
    /// It is 24 hours since the customer wrote, and no approved template is named for it.
    NoTemplate,
    /// There is no number to write from: the customer has never written.
    NoConversation,
    /// The customer's phone number is not known.
    NoNumber,
    /// The business has nothing connected that places calls.
    NoCaller,
    /// The channel or the provider refused it.
    NotAccepted,
    /// Nobody knows whether it was done.
    Uncertain,
}

impl Refusal {
    /// Its name in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SwitchedOff => "switched_off",
            Self::OptedOut => "opted_out",
            Self::OnceADay => "once_a_day",
            Self::Budget => "budget",
            Self::QuietHours => "quiet_hours",
            Self::QuietDay => "quiet_day",
            Self::TooLate => "too_late",
            Self::NoTemplate => "no_template",
            Self::NoConversation => "no_conversation",
            Self::NoNumber => "no_number",
            Self::NoCaller => "no_caller",
            Self::NotAccepted => "not_accepted",
            Self::Uncertain => "uncertain",
        }
    }

    /// Whether it is a rule the business or the customer made: then it is not done at all. Everything else is a means
    /// that fails, and a person is told instead.
    #[must_use]
    pub fn is_rule(self) -> bool {
        matches!(self, Self::SwitchedOff | Self::OptedOut | Self::OnceADay | Self::QuietHours | Self::QuietDay)
    }
}

impl std::fmt::Display for Refusal {
    /// Why, and the way out, for a person of the business.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::SwitchedOff => "actions are switched off: set `enable_actions`",
            Self::OptedOut => "the customer wants no messages that they did not ask for",
            Self::OnceADay => "the customer has had a message that they did not ask for on that day: choose another",
            Self::Budget => "the budget of the day is spent",
            Self::QuietHours => "it falls into quiet hours (`quiet_hours`), and would be too late after them",
            Self::QuietDay => "it falls on a quiet day (`quiet_days`), and would be too late after it",
            Self::TooLate => "it would be later than it makes sense",
            Self::NoTemplate => "the customer has not written for 24 hours, and no approved template is named for it",
            Self::NoConversation => "the customer has never written: there is no number to write from",
            Self::NoNumber => "the customer's phone number is not known",
            Self::NoCaller => "nothing is connected that places calls (`caller`)",
            Self::NotAccepted => "the channel or the provider did not accept it",
            Self::Uncertain => "nobody knows whether it was done",
        })
    }
}

/// Who or what made it void before it was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Canceller {
    /// A person of the business.
    Staff,
    /// The customer said so.
    Customer,
    /// The customer wrote before a follow-up was due.
    Moot,
}

impl Canceller {
    /// Its name in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Customer => "customer",
            Self::Moot => "moot",
        }
    }
}

/// How an action ends, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EndName {
    /// The message is in the customer's outbox, or the provider took the call.
    Done,
    /// It was not wanted any more.
    Cancelled,
    /// A person of the business was told to do it.
    HandedToPerson,
    /// A rule forbade it.
    Refused,
}

/// The one end of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "end::Stored", into = "end::Stored")]
pub enum ActionEnd {
    /// The message is in the customer's outbox (what becomes of it stands with it), or the provider took the call.
    Done,
    /// It is not wanted any more.
    Cancelled(Canceller),
    /// A person of the business is told to do it: it was meant for them, or no other means was left.
    HandedToPerson(Option<Refusal>),
    /// A rule forbids it.
    Refused(Refusal),
}

impl ActionEnd {
    /// Its name in data.
    #[must_use]
    pub fn name(self) -> EndName {
        match self {
            Self::Done => EndName::Done,
            Self::Cancelled(_) => EndName::Cancelled,
            Self::HandedToPerson(_) => EndName::HandedToPerson,
            Self::Refused(_) => EndName::Refused,
        }
    }

    /// Why, by its name in data.
    #[must_use]
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Done | Self::HandedToPerson(None) => None,
            Self::Cancelled(by) => Some(by.name()),
            Self::HandedToPerson(Some(why)) | Self::Refused(why) => Some(why.name()),
        }
    }

    /// The end of what cannot be done for this reason.
    #[must_use]
    pub fn without(why: Refusal) -> Self {
        if why.is_rule() { Self::Refused(why) } else { Self::HandedToPerson(Some(why)) }
    }
}

/// What the model is told that is to do what it promised: `what` is in its own words.
#[must_use]
pub fn instruction(what: &str, language: Language) -> String {
    language.words().promised.replace("{what}", what)
}
