//! The end of an action as it is written: its name, and why.

use super::{ActionEnd, Canceller, EndName, Refusal};
use serde::{Deserialize, Serialize};

/// An end as two members.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    end: EndName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

/// No two of them have the same name.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Reason {
    Canceller(Canceller),
    Refusal(Refusal),
}

impl From<ActionEnd> for Stored {
    fn from(end: ActionEnd) -> Self {
        let reason = match end {
            ActionEnd::Done => None,
            ActionEnd::Cancelled(by) => Some(Reason::Canceller(by)),
            ActionEnd::HandedToPerson(why) => why.map(Reason::Refusal),
            ActionEnd::Refused(why) => Some(Reason::Refusal(why)),
        };
        Self { end: end.name(), reason }
    }
}

impl TryFrom<Stored> for ActionEnd {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        match (stored.end, stored.reason) {
            (EndName::Done, None) => Ok(Self::Done),
            (EndName::Cancelled, Some(Reason::Canceller(by))) => Ok(Self::Cancelled(by)),
            (EndName::HandedToPerson, None) => Ok(Self::HandedToPerson(None)),
            (EndName::HandedToPerson, Some(Reason::Refusal(why))) => Ok(Self::HandedToPerson(Some(why))),
            (EndName::Refused, Some(Reason::Refusal(why))) => Ok(Self::Refused(why)),
            _ => Err("the reason is not one of this end"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_end_is_its_name_and_its_reason_and_reads_back() {
        let all = [
            (ActionEnd::Done, json!({"end": "done"})),
            (ActionEnd::Cancelled(Canceller::Moot), json!({"end": "cancelled", "reason": "moot"})),
            (ActionEnd::HandedToPerson(None), json!({"end": "handed_to_person"})),
            (
                ActionEnd::HandedToPerson(Some(Refusal::NoTemplate)),
                json!({"end": "handed_to_person", "reason": "no_template"}),
            ),
            (ActionEnd::Refused(Refusal::QuietDay), json!({"end": "refused", "reason": "quiet_day"})),
        ];
        for (end, written) in all {
            assert_eq!(json!(end), written);
            assert_eq!(serde_json::from_value::<ActionEnd>(written.clone()).unwrap(), end);
            assert_eq!(written.get("reason").and_then(|reason| reason.as_str()), end.reason());
        }
        assert!(serde_json::from_value::<ActionEnd>(json!({"end": "refused", "reason": "staff"})).is_err());
    }
}
