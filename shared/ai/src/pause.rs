//! Whether a second try is worth a customer's time, and when.

use crate::chat::Trouble;
use crate::refusal::Meaning;
use std::time::Duration;
use zikaron_protocol::ports::ModelError;

/// The longest a customer waits for an endpoint that says when it wants to be asked again.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long to wait before the second try; none where that is no use. `well`: the last reply was answered.
pub(crate) fn pause(trouble: &Trouble, well: bool) -> Option<Duration> {
    match trouble {
        Trouble::Model(ModelError::Unusable(_)) => Some(Duration::ZERO),
        Trouble::Refusal(refusal) => match refusal.means {
            Meaning::Spoiled | Meaning::TooShort => Some(Duration::ZERO),
            Meaning::Broken => well.then_some(Duration::ZERO),
            Meaning::Busy => refusal.after.filter(|after| well && *after <= LONGEST_PAUSE),
            _ => None,
        },
        Trouble::Model(_) => None,
    }
}
