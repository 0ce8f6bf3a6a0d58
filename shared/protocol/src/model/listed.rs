//! The kinds of items a lead has many of: read page by page, moved and counted kind by kind.

use super::call::Call;
use super::message::Message;
use super::session::Session;
use super::write::Write;
use serde::de::DeserializeOwned;
use zikaron_memory::merge::Verdict;
use zikaron_memory::note::Note;

/// A kind of items a lead has many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// Messages, of both directions.
    Message,
    /// Phone calls.
    Call,
    /// Sessions.
    Session,
    /// Notes.
    Note,
    /// Changes of the profile.
    Change,
}

impl ItemKind {
    /// What the sort keys of the kind begin with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Message => "MSG",
            Self::Call => "CALL",
            Self::Session => "SES",
            Self::Note => "NOTE",
            Self::Change => "CHANGE",
        }
    }
}

/// An item a lead has many of.
pub trait Listed: DeserializeOwned + Clone + Send {
    /// Its kind.
    const KIND: ItemKind;

    /// The item, if the write is of this kind.
    fn from_item(item: &Write) -> Option<Self>;

    /// The item as something to be written.
    fn into_item(self) -> Write;
}

impl Listed for Message {
    const KIND: ItemKind = ItemKind::Message;

    fn from_item(item: &Write) -> Option<Self> {
        if let Write::Message(message) = item { Some(message.clone()) } else { None }
    }

    fn into_item(self) -> Write {
        Write::Message(self)
    }
}

impl Listed for Call {
    const KIND: ItemKind = ItemKind::Call;

    fn from_item(item: &Write) -> Option<Self> {
        if let Write::Call(call) = item { Some((**call).clone()) } else { None }
    }

    fn into_item(self) -> Write {
        Write::Call(Box::new(self))
    }
}

impl Listed for Session {
    const KIND: ItemKind = ItemKind::Session;

    fn from_item(item: &Write) -> Option<Self> {
        if let Write::Session(session) = item { Some(session.clone()) } else { None }
    }

    fn into_item(self) -> Write {
        Write::Session(self)
    }
}

impl Listed for Note {
    const KIND: ItemKind = ItemKind::Note;

    fn from_item(item: &Write) -> Option<Self> {
        if let Write::Note(note) = item { Some(note.clone()) } else { None }
    }

    fn into_item(self) -> Write {
        Write::Note(self)
    }
}

impl Listed for Verdict {
    const KIND: ItemKind = ItemKind::Change;

    fn from_item(item: &Write) -> Option<Self> {
        if let Write::Change(change) = item { Some(change.clone()) } else { None }
    }

    fn into_item(self) -> Write {
        Write::Change(self)
    }
}
