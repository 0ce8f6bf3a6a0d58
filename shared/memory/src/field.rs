//! The fields a profile may have. A business can change the list.

use serde::{Deserialize, Serialize};

/// One field of the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// The key in `customer_profile_json`: lower-case letters, digits and `_`.
    pub name: String,
    /// What staff see.
    pub label: String,
    /// What the model is told about it.
    pub description: String,
    /// The longest value, in characters.
    pub max_chars: usize,
    /// A list of distinct items instead of one value.
    #[serde(default)]
    pub list: bool,
}

/// The fields of a business, in the order they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldList(Vec<FieldSpec>);
