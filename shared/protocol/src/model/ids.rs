//! Identifiers as types, so that none can stand where another belongs. A phone number or a business-scoped user id
//! never prints itself: `Debug` shows only that there is one.

use serde::{Deserialize, Serialize};

/// Why a text is not an identifier of the kind asked for.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{kind}: {rule}")]
pub struct InvalidId {
    /// The kind of identifier.
    pub kind: &'static str,
    /// What it must look like.
    pub rule: &'static str,
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $valid:expr, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text if it has the shape the type promises.
            ///
            /// # Errors
            /// [`InvalidId`] with the rule it breaks.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) {
                    Ok(Self(text))
                } else {
                    Err(InvalidId { kind: stringify!($name), rule: $rule })
                }
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub(super) use identifier;

macro_rules! personal {
    ($(#[$doc:meta])* $name:ident, $valid:expr, $rule:literal) => {
        personal!($(#[$doc])* $name, $valid, $rule, told $valid);
    };
    // `told` is what a channel may call somebody, and what is read back from the table: more than people may enter.
    ($(#[$doc:meta])* $name:ident, $valid:expr, $rule:literal, told $told:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text if it has the shape the type promises.
            ///
            /// # Errors
            /// [`InvalidId`] with the rule it breaks; never the text itself.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) {
                    Ok(Self(text))
                } else {
                    Err(InvalidId { kind: stringify!($name), rule: $rule })
                }
            }

            /// The identifier in the clear: for the wire and the table, never for a log.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                let told: fn(&str) -> bool = $told;
                if told(&text) { Ok(Self(text)) } else { Err(InvalidId { kind: stringify!($name), rule: $rule }) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

/// Lower-case letters, digits, `-` and `_`: safe in a path, a key and a resource name. `#` would forge a key.
fn slug(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Anything printable without `#` (the separator of the table's keys) and white space.
fn opaque(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_graphic() && b != b'#')
}

identifier!(
    /// A business, the owner of everything its keys begin with.
    BusinessId, |t| slug(t, 64), "1 to 64 letters, digits, '-' or '_'"
);
identifier!(
    /// One Meta app, or one account at a call provider; stands in the webhook's path and selects the secret.
    ConnectionId, |t| slug(t, 64), "1 to 64 letters, digits, '-' or '_'"
);
identifier!(
    /// What a connection's routes name: a WhatsApp `phone_number_id`, a business number, a voice agent.
    NumberId, |t| opaque(t, 128), "1 to 128 printable ASCII characters without spaces or '#'"
);
identifier!(
    /// A customer's record. A ULID; phone numbers and user ids are aliases of it.
    LeadId, |t| slug(t, 64), "1 to 64 letters, digits, '-' or '_'"
);
identifier!(
    /// A message: the channel's own id (`wamid…`) for incoming ones, a ULID of ours for outgoing ones.
    MessageId, |t| opaque(t, 256), "1 to 256 printable ASCII characters without spaces or '#'"
);
identifier!(
    /// A call, as its provider names it.
    CallId, |t| opaque(t, 128), "1 to 128 printable ASCII characters without spaces or '#'"
);
personal!(
    /// A number as a call provider shows it: in any spelling, or words that say why there is none.
    ShownNumber, |t| !t.trim().is_empty() && t.chars().count() <= 128, "1 to 128 characters"
);
personal!(
    /// A phone number in E.164: `+` and 7 to 15 digits, the first of which is not 0. [`TryFrom`] also takes what a channel
    /// calls a number though no plan allows it (`+` and up to 32 digits): it names somebody all the same.
    E164,
    |t| {
        let digits = t.strip_prefix('+').filter(|digits| !digits.starts_with('0'));
        digits.is_some_and(|d| (7..=15).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))
    },
    "'+' and 7 to 15 digits, the country's code first and no 0 before it",
    told |t| t.strip_prefix('+').is_some_and(|d| (1..=32).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))
);
personal!(
    /// WhatsApp's business-scoped user id: `CC.` and up to 128 letters or digits; `CC.ENT.` and so on where it is the
    /// parent id, which is the same in all portfolios that are linked.
    Bsuid,
    |t| t.split_once('.').is_some_and(|(country, id)| {
        let id = id.strip_prefix("ENT.").unwrap_or(id);
        country.len() == 2
            && country.bytes().all(|b| b.is_ascii_alphabetic())
            && (1..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric())
    }),
    "two letters, '.', perhaps 'ENT.', and 1 to 128 letters or digits"
);

impl Bsuid {
    /// Whether it is the id that linked portfolios share.
    #[must_use]
    pub fn is_parent(&self) -> bool {
        self.0.matches('.').count() == 2
    }
}

/// The ids by which all linked portfolios of a business know a customer
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids>).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentIds {
    /// The one they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Bsuid>,
    /// The one they had before they moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Bsuid>,
}

impl ParentIds {
    /// Whether no portfolio is linked.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

personal!(
    /// What a customer calls themselves on WhatsApp in place of their number (`dana.levi`). It changes hands and names
    /// nobody here: people read it.
    Username,
    |t| (1..=64).contains(&t.chars().count()) && !t.chars().any(|c| c.is_control() || c.is_whitespace()),
    "1 to 64 characters without spaces"
);

/// A lead within its business: what every read and write of the store is built from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LeadKey {
    /// The business the lead belongs to.
    pub business: BusinessId,
    /// The lead's id within it.
    pub lead: LeadId,
}

/// A connection and one of its numbers: which business, and from where to answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Line {
    /// The connection the webhook came through.
    pub connection: ConnectionId,
    /// The number or agent it names.
    pub number: NumberId,
}

/// By what a customer can be reached; at least one is present.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAddress {
    /// The business-scoped user id, where the channel gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bsuid: Option<Bsuid>,
    /// The phone number, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<E164>,
}

impl CustomerAddress {
    /// These names, and the others where one is missing.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self {
            bsuid: self.bsuid.clone().or_else(|| other.bsuid.clone()),
            phone: self.phone.clone().or_else(|| other.phone.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_or_a_space_makes_no_identifier() {
        for text in ["", "a#b", "a b", "a/b", "א"] {
            assert!(BusinessId::parse(text).is_err(), "{text:?}");
            assert!(ConnectionId::parse(text).is_err(), "{text:?}");
        }
        assert!(MessageId::parse("wamid.HBgLOTcyNTAw==").is_ok());
        assert!(MessageId::parse("wamid#x").is_err());
    }

    #[test]
    fn a_parent_id_is_told_from_that_of_one_portfolio() {
        let is_parent = |text: &str| Bsuid::parse(text).ok().map(|id| id.is_parent());
        assert_eq!(is_parent("IL.ENT.11815799212886844830"), Some(true));
        assert_eq!(is_parent("IL.13491208655302741918"), Some(false));
        assert_eq!(is_parent("IL.ENT"), Some(false));
        for text in ["IL.ENT.", "IL.ENT.1.2", "IL.EN.1", "ENT.1", "IL.ENT.ENT.1"] {
            assert_eq!(is_parent(text), None, "{text}");
        }
    }

    #[test]
    fn a_phone_number_or_user_id_never_prints_itself() {
        let phone = E164::parse("+972550000000").unwrap();
        let user = Bsuid::parse("IL.13491208655302741918").unwrap();
        assert_eq!(format!("{phone:?} {user:?}"), "E164(…) Bsuid(…)");
        assert_eq!(
            E164::parse("+1").unwrap_err().to_string(),
            "E164: '+' and 7 to 15 digits, the country's code first and no 0 before it"
        );
    }
}
