//! What the model's own judgement of a claim leaves of it (docs/rules.md#d).

use crate::extracted::{About, Extracted, Meant};
use crate::field::Kind;
use crate::profile::Confidence;
use crate::reason::Reason;

/// What follows from the model's own judgement of a claim.
pub(crate) struct Judged {
    pub(crate) kind: Kind,
    /// The highest confidence it leaves.
    pub(crate) most: Confidence,
    /// Whether the model says that the customer states it: then words alone only lower.
    pub(crate) stated: bool,
    /// Whether it says that the customer denies it or takes it back: then the words are the evidence of that.
    pub(crate) retracts: bool,
}

/// An error where the model itself says that it is no fact about the customer.
pub(crate) fn judged(kind: Kind, claim: &Extracted) -> Result<Judged, Reason> {
    let about = match claim.about {
        Some(About::Customer) => Confidence::High,
        Some(About::SomeoneElse | About::Business) => return Err(Reason::NotTheirs),
        Some(About::Unclear) => Confidence::Low,
        None => Confidence::Medium,
    };
    let meant = match claim.meant {
        Some(Meant::States) => Confidence::High,
        // An interest may be asked for, and a wish; a name or a town may not.
        Some(Meant::Asks) if matches!(kind, Kind::Interest | Kind::Text | Kind::Choice) => Confidence::Medium,
        Some(Meant::Unsure) => Confidence::Low,
        None => Confidence::Medium,
        Some(Meant::Denies | Meant::TakesBack) => Confidence::High,
        Some(_) => return Err(Reason::NotStated),
    };
    let retracts = matches!(claim.meant, Some(Meant::Denies | Meant::TakesBack));
    Ok(Judged { kind, most: about.min(meant), stated: claim.about.is_some() && claim.meant.is_some(), retracts })
}
