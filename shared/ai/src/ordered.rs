//! JSON whose members stand in the order they are written in: those of a [`Value`] are sorted, and models that are held
//! to a schema write in [its order](https://platform.openai.com/docs/guides/structured-outputs).

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ordered {
    /// Anything whose order says nothing.
    Leaf(Value),
    /// An object.
    Members(Vec<(&'static str, Self)>),
}

impl<T: Into<Value>> From<T> for Ordered {
    fn from(value: T) -> Self {
        Self::Leaf(value.into())
    }
}

impl Serialize for Ordered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Leaf(value) => value.serialize(serializer),
            Self::Members(members) => serializer.collect_map(members.iter().map(|(name, value)| (name, value))),
        }
    }
}
