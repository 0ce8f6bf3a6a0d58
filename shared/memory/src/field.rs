//! The fields a profile may have. A business can change the list.

use crate::language::Language;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// The most fields a business can have.
pub const MAX_FIELDS: usize = 30;
/// The longest value a field can allow, in characters.
pub const MAX_VALUE_CHARS: usize = 2000;
/// The longest name of a field.
pub const MAX_NAME_CHARS: usize = 40;
/// The longest shelf life, in days: a hundred years.
pub const MAX_SHELF_LIFE_DAYS: u32 = 36_500;

/// What kind of value a field holds: how a customer's words are read for it, and what of them is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The name of a person.
    Name,
    /// A town, a street.
    Place,
    /// A phone number.
    Phone,
    /// A day.
    Date,
    /// How many.
    Number,
    /// One of a few.
    Choice,
    /// Anything.
    Text,
    /// What they would like to have or to know: it may be asked for.
    Interest,
}

/// One field of the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// The key in `customer_profile_json`: lower-case letters, digits and `_`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_]{1,40}$"))]
    pub name: String,
    /// What staff see instead of the name.
    pub label: String,
    /// What the model is told about it.
    pub description: String,
    /// The longest value, in characters.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 2000))]
    pub max_chars: usize,
    /// A list of distinct items instead of one value.
    #[serde(default)]
    pub list: bool,
    /// What kind of value it holds; none for what its name says, and a text for any other name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// After how many days nobody should rely on a value any more that was not said again (docs/rules.md#k1); 0: never.
    /// None for what its name says: 730 for `city`, 365 for `preferences`, 90 for `service_interest`, else never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 36500))]
    pub shelf_life_days: Option<u32>,
    /// Whether what a person of the business entered ages too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub manual_ages: bool,
}

/// Why a list of fields is refused. The message names the field, the rule and the way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Too many fields.
    #[error("there are {0} fields, at most 30 are allowed: remove some")]
    TooMany(usize),
    /// The name has other characters, or is empty or too long.
    #[error("the field name {0:?} is not allowed: use 1 to 40 lower-case letters a-z, digits and _")]
    Name(String),
    /// Two fields of one name.
    #[error("the field name {0:?} occurs twice: rename or remove one")]
    Repeated(String),
    /// The length limit is out of range.
    #[error("the field {name:?} has max_chars {max_chars}: choose a number from 1 to 2000")]
    MaxChars {
        /// The name of the field.
        name: String,
        /// Its limit, in characters.
        max_chars: usize,
    },
    /// The shelf life is out of range.
    #[error("the field {name:?} has shelf_life_days {days}: choose at most 36500, or 0 for no end")]
    ShelfLife {
        /// The name of the field.
        name: String,
        /// Its shelf life, in days.
        days: u32,
    },
}

/// The fields of a business, in the order they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<FieldSpec>", into = "Vec<FieldSpec>")]
pub struct FieldList(Vec<FieldSpec>);

impl FieldList {
    /// The five standard fields (docs/rules.md#b), with labels and descriptions in `language`.
    #[must_use]
    pub fn standard(language: Language) -> Self {
        let specs = language
            .words()
            .fields
            .iter()
            .map(|field| FieldSpec {
                label: field.label.to_owned(),
                description: field.description.to_owned(),
                max_chars: field.max_chars,
                ..FieldSpec::named(field.name)
            })
            .collect();
        Self(specs)
    }

    /// Takes the fields in the order given.
    ///
    /// # Errors
    /// If there are more than 30, a name is malformed or repeated, or a length limit is out of range.
    pub fn new(specs: Vec<FieldSpec>) -> Result<Self, FieldError> {
        if specs.len() > MAX_FIELDS {
            return Err(FieldError::TooMany(specs.len()));
        }
        for (index, spec) in specs.iter().enumerate() {
            check(spec)?;
            if specs.iter().take(index).any(|earlier| earlier.name == spec.name) {
                return Err(FieldError::Repeated(spec.name.clone()));
            }
        }
        Ok(Self(specs))
    }

    /// These and one more, which the business had once: what stands in it can then be deleted.
    #[must_use]
    pub fn and(&self, name: &str) -> Self {
        Self(self.0.iter().cloned().chain([FieldSpec::named(name)]).collect())
    }

    /// The fields in the order they are shown.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldSpec> {
        self.0.iter()
    }

    /// The field of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&FieldSpec> {
        self.0.iter().find(|spec| spec.name == name)
    }
}

impl FieldSpec {
    /// One value of any length and of the kind its name says, labelled with its name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: name.to_owned(),
            description: String::new(),
            max_chars: MAX_VALUE_CHARS,
            list: false,
            kind: None,
            shelf_life_days: None,
            manual_ages: false,
        }
    }

    /// How long a value holds that is not said again; none for ever. What stands in `notes` holds for ever too: an
    /// allergy must not be doubted for its age.
    #[must_use]
    pub fn shelf_life(&self) -> Option<SignedDuration> {
        let days = self.shelf_life_days.unwrap_or(match self.name.as_str() {
            "city" => 730,
            "preferences" => 365,
            "service_interest" => 90,
            _ => 0,
        });
        (days > 0).then(|| SignedDuration::from_hours(24 * i64::from(days)))
    }

    /// What kind of value it holds.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind.unwrap_or(match self.name.as_str() {
            "name" => Kind::Name,
            "city" => Kind::Place,
            "service_interest" => Kind::Interest,
            _ => Kind::Text,
        })
    }
}

fn check(spec: &FieldSpec) -> Result<(), FieldError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let length = spec.name.chars().count();
    if length == 0 || length > MAX_NAME_CHARS || !spec.name.chars().all(allowed) {
        return Err(FieldError::Name(spec.name.clone()));
    }
    if spec.max_chars == 0 || spec.max_chars > MAX_VALUE_CHARS {
        return Err(FieldError::MaxChars { name: spec.name.clone(), max_chars: spec.max_chars });
    }
    if let Some(days) = spec.shelf_life_days.filter(|days| *days > MAX_SHELF_LIFE_DAYS) {
        return Err(FieldError::ShelfLife { name: spec.name.clone(), days });
    }
    Ok(())
}

impl<'a> IntoIterator for &'a FieldList {
    type Item = &'a FieldSpec;
    type IntoIter = std::slice::Iter<'a, FieldSpec>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl TryFrom<Vec<FieldSpec>> for FieldList {
    type Error = FieldError;

    fn try_from(specs: Vec<FieldSpec>) -> Result<Self, Self::Error> {
        Self::new(specs)
    }
}

impl From<FieldList> for Vec<FieldSpec> {
    fn from(list: FieldList) -> Self {
        list.0
    }
}
