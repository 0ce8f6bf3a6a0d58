//! What a customer told the channel, or the business, of messages they do not ask for.

use crate::model::conversation::Speaker;
use crate::model::event::{Incoming, Purpose};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zikaron_memory::action::opt_out::{OptOut, opt_out};

/// Whether a customer wants marketing messages. The order is that of time: the last word counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Marketing {
    /// When they said so, by the channel's clock.
    pub at: Timestamp,
    /// Whether they want any.
    pub wanted: bool,
}

impl Marketing {
    /// What a message says of it, as a notice of WhatsApp or in the customer's own words, whoever is to answer them;
    /// none for nearly all. What they pass on is not theirs: an advertisement tells its readers how to get no more.
    pub(crate) fn of(incoming: &Incoming) -> Option<Self> {
        let said = |wanted| Some(Self { at: incoming.sent_at, wanted });
        match incoming.purpose {
            Purpose::Marketing { wanted } => said(wanted),
            _ if in_words(incoming) == Some(OptOut::Plain) => said(false),
            _ => None,
        }
    }
}

/// Whether the customer may mean that, in words that may mean something else too.
pub(crate) fn is_unclear(incoming: &Incoming) -> bool {
    in_words(incoming) == Some(OptOut::Unclear)
}

fn in_words(incoming: &Incoming) -> Option<OptOut> {
    let is_own = incoming.speaker == Speaker::Customer && !incoming.enclosed.forwarded;
    let is_said = is_own && matches!(incoming.purpose, Purpose::Ask | Purpose::Tell);
    opt_out(incoming.text.as_deref().filter(|_| is_said)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn wanted(change: impl FnOnce(&mut Value)) -> Option<bool> {
        let mut message = json!({"id": "wamid.1", "sent_at": "2026-11-29T10:00:00Z", "speaker": "customer",
            "kind": "text", "text": "STOP", "purpose": "ask"});
        change(&mut message);
        Marketing::of(&serde_json::from_value(message).unwrap()).map(|said| said.wanted)
    }

    #[test]
    fn a_customer_who_wants_no_more_says_so_in_their_own_words_whoever_holds_the_conversation() {
        assert_eq!(wanted(|_| {}), Some(false));
        assert_eq!(wanted(|message| message["purpose"] = json!("tell")), Some(false));
        assert_eq!(wanted(|message| message["purpose"] = json!({"marketing": {"wanted": true}})), Some(true));
        assert_eq!(wanted(|message| message["text"] = json!("STOP. How much is it?")), None);
        assert_eq!(wanted(|message| message["purpose"] = json!("notice")), None);
    }

    #[test]
    fn nobody_wants_no_more_by_the_words_of_somebody_else() {
        assert_eq!(wanted(|message| message["enclosed"]["forwarded"] = json!(true)), None);
        for speaker in ["staff", "assistant"] {
            let spoken = |message: &mut Value| {
                message["speaker"] = json!(speaker);
                message["purpose"] = json!("tell");
            };
            assert_eq!(wanted(spoken), None, "{speaker}");
        }
    }
}
