//! What of a webhook's body gives no event, and why.

/// A part of a body that gives no event. Holds nothing a customer wrote: it is made for the log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SetAside {
    /// Which part of the body it is.
    pub what: Part,
    /// Why it gives no event.
    pub reason: Reason,
}

/// A part of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The whole body.
    Body,
    /// An item of `entry[]`.
    Entry,
    /// An item of `changes[]`.
    Change,
    /// An item of `contacts[]`, or all of them.
    Contact,
    /// An item of `messages[]`, or all of them.
    Message,
    /// An item of `statuses[]`, or all of them.
    Status,
    /// An item of `value.errors[]`.
    Error,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Body => "body",
            Self::Entry => "entry",
            Self::Change => "change",
            Self::Contact => "contact",
            Self::Message => "message",
            Self::Status => "status",
            Self::Error => "error",
        })
    }
}

/// Why a part gives no event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Reason {
    /// It has another shape than Meta describes.
    #[error("unreadable")]
    Unreadable,
    /// A property without which nothing can be done is absent or empty.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A property has a value that cannot be.
    #[error("{0} is not understood")]
    Invalid(&'static str),
    /// Neither a phone number nor a user id says who wrote.
    #[error("nobody knows who wrote it")]
    NoSender,
    /// It was written in a group; the memory is of one customer.
    #[error("written in a group")]
    Group,
    /// The body is not about WhatsApp.
    #[error("not a whatsapp_business_account")]
    OtherObject,
    /// A field that says nothing of a conversation with a customer: news of the account, templates, groups, the history
    /// of another device.
    #[error("field {0}")]
    NotForUs(&'static str),
    /// A field nobody knew when this was written.
    #[error("unknown field {0}")]
    OtherField(String),
    /// Meta reports an error of the account.
    #[error("code {0}")]
    ChannelError(i64),
}
