//! Who is on the line, in a provider's own words.

use zikaron_protocol::model::call::Direction;

/// What a provider tells of a call that begins, in its own words.
#[derive(Default)]
pub(super) struct CallStartRequest {
    pub(super) agent: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

/// Who called whom; a word nobody knows, or none, is an inbound call.
pub(super) fn direction(word: Option<&str>) -> Direction {
    match word {
        Some(word) if word.to_ascii_lowercase().starts_with("outbound") => Direction::Outbound,
        _ => Direction::Inbound,
    }
}

/// The customer's number and the business's. On an inbound call the customer is who calls, on an outbound one who is
/// called.
pub(super) fn sides(
    direction: Direction,
    from: Option<String>,
    to: Option<String>,
) -> (Option<String>, Option<String>) {
    match direction {
        Direction::Inbound => (from, to),
        Direction::Outbound => (to, from),
    }
}
