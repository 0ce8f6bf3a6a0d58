//! What the model says it has learnt, and how it judges it.

use crate::profile::Confidence;
use serde::{Deserialize, Serialize};

/// What the model claims to have learnt. Nothing in it is trusted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// The field it would go into; perhaps one the business does not have.
    pub field: String,
    /// The value it would have.
    pub value: String,
    /// The number of the line they stand in: it counts where they stand in several.
    #[serde(default)]
    pub line: Option<u32>,
    /// The words of the customer that say so.
    pub quote: String,
    /// The customer's exact words, inside the quote, that are the value.
    #[serde(default)]
    pub span: Option<String>,
    /// Whom the model says it is about.
    #[serde(default)]
    pub about: Option<About>,
    /// How the model says it is meant.
    #[serde(default)]
    pub meant: Option<Meant>,
    /// The customer's exact words, in the same sentence, that give it an end: "until Sunday".
    #[serde(default)]
    pub until: Option<String>,
    /// How sure the model says it is: can only lower what is found here.
    pub confidence: Option<Confidence>,
}

/// Whom a claim is about, as the model judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The customer.
    Customer,
    /// Somebody else: a wife, a friend, a member of staff.
    SomeoneElse,
    /// The business.
    Business,
    /// It cannot be told.
    Unclear,
}

/// How what was said is meant, as the model judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meant {
    /// Said as a fact.
    States,
    /// Said with a doubt.
    Unsure,
    /// Asked, or asked for.
    Asks,
    /// It was so, and is no more.
    Past,
    /// It would be so.
    If,
    /// It is not so.
    Denies,
    /// It was said before, and is not so.
    TakesBack,
    /// Somebody else's words.
    Quotes,
    /// Not in earnest.
    Joke,
}
