//! What every language must say: a catalogue, so that another language is another file.

use crate::content::Told;

/// A field of the standard profile (docs/rules.md#b).
pub(crate) struct StandardField {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) description: &'static str,
    pub(crate) max_chars: usize,
}

/// What the product says by itself in one language, but to customers: `spoken.rs`.
pub(crate) struct Words {
    pub(crate) fields: [StandardField; 5],
    // The memory block (docs/rules.md#f).
    pub(crate) block_title: &'static str,
    pub(crate) profile_title: &'static str,
    /// After a value nobody is sure of.
    pub(crate) unsure: &'static str,
    /// After a value that may have changed since `{day}`, when it was last said (docs/rules.md#k).
    pub(crate) stale: &'static str,
    /// After a value that holds through `{day}`.
    pub(crate) until: &'static str,
    pub(crate) summary_title: &'static str,
    pub(crate) channel: &'static str,
    pub(crate) notes_title: &'static str,
    /// Of a summary, whichever channel it is from.
    pub(crate) conversation_summary: &'static str,
    /// Of a person's note.
    pub(crate) note: &'static str,
    /// Of what a voice agent wrote down.
    pub(crate) call_note: &'static str,
    // Returning customers (docs/rules.md#e).
    pub(crate) instruction: &'static str,
    /// That something the customer asked for is due (docs/rules.md#m).
    pub(crate) promised: &'static str,
    /// In place of a summary that was nothing but orders to the AI.
    pub(crate) summary_withheld: &'static str,
    /// Headings a model likes to put above a summary, lower case.
    pub(crate) summary_headings: &'static [&'static str],
    /// The language's own name in English, as the model is told it.
    pub(crate) english_name: &'static str,
    /// The parts of a summary in their order: topic, what was discussed, outcome, next step.
    pub(crate) summary_outline: [&'static str; 4],
    // Time (docs/rules.md#f7).
    /// The time zone of a business that set neither one nor a country.
    pub(crate) zone: &'static str,
    /// Before the date and the time at which an answer is written.
    pub(crate) now: &'static str,
    /// Monday first.
    pub(crate) weekdays: [&'static str; 7],
    /// Short names; none where a date is written in numbers.
    pub(crate) months: Option<[&'static str; 12]>,
    pub(crate) content: ContentWords,
    pub(crate) handover: HandoverWords,
}

/// What stands in square brackets for what is no text (`content.rs`).
pub(crate) struct ContentWords {
    pub(crate) image: &'static str,
    pub(crate) video: &'static str,
    pub(crate) document: &'static str,
    pub(crate) sticker: &'static str,
    pub(crate) voice: &'static str,
    pub(crate) audio: &'static str,
    /// After a sound whose words follow.
    pub(crate) heard: &'static str,
    // After a sound without words: why there are none.
    pub(crate) gone: &'static str,
    pub(crate) too_long: &'static str,
    pub(crate) over_limit: &'static str,
    pub(crate) not_understood: &'static str,
    pub(crate) not_heard: &'static str,
    pub(crate) location: &'static str,
    pub(crate) contacts: &'static str,
    pub(crate) order: &'static str,
    pub(crate) form: &'static str,
    /// What stood below a row of a list that was chosen.
    pub(crate) row: &'static str,
    pub(crate) unsupported: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) forwarded: &'static str,
    pub(crate) reply_to: &'static str,
    pub(crate) reply: &'static str,
    pub(crate) ad: &'static str,
    pub(crate) product: &'static str,
    pub(crate) reaction: &'static str,
    pub(crate) revoked: &'static str,
    /// Before what else came with a message.
    pub(crate) details: &'static str,
    // What the channel tells without a message.
    pub(crate) missed_call: &'static str,
    pub(crate) marketing_stop: &'static str,
    pub(crate) marketing_resume: &'static str,
    pub(crate) control_passed: &'static str,
    pub(crate) control_taken: &'static str,
    pub(crate) new_number: &'static str,
    pub(crate) new_user_id: &'static str,
    pub(crate) new_identity: &'static str,
    pub(crate) calls_allowed: &'static str,
    pub(crate) calls_refused: &'static str,
    pub(crate) chat_opened: &'static str,
    pub(crate) told: &'static str,
    /// Before a message of ours of which nobody knows whether it arrived.
    pub(crate) unconfirmed: &'static str,
}

impl ContentWords {
    /// The sentence for what the channel tells.
    pub(crate) fn told(&self, told: Told) -> &'static str {
        match told {
            Told::MissedCall => self.missed_call,
            Told::MarketingStop => self.marketing_stop,
            Told::MarketingResume => self.marketing_resume,
            Told::ControlPassed => self.control_passed,
            Told::ControlTaken => self.control_taken,
            Told::NewNumber => self.new_number,
            Told::NewUserId => self.new_user_id,
            Told::NewIdentity => self.new_identity,
            Told::CallsAllowed => self.calls_allowed,
            Told::CallsRefused => self.calls_refused,
            Told::ChatOpened => self.chat_opened,
            Told::Other => self.told,
        }
    }
}

/// What staff are told when a person is to take over (`handover.rs`).
pub(crate) struct HandoverWords {
    // Why, to staff.
    pub(crate) customer_asked: &'static str,
    pub(crate) ai_asked: &'static str,
    pub(crate) not_sent: &'static str,
    pub(crate) not_delivered: &'static str,
    pub(crate) unanswered: &'static str,
    pub(crate) budget: &'static str,
    pub(crate) opt_out: &'static str,
    /// The word before the channel's error code.
    pub(crate) code: &'static str,
    // What the channel's error means, to staff.
    pub(crate) window_closed: &'static str,
    pub(crate) unreachable: &'static str,
    pub(crate) not_authorised: &'static str,
    pub(crate) payment: &'static str,
    pub(crate) account: &'static str,
    pub(crate) held_back: &'static str,
    pub(crate) message: &'static str,
    pub(crate) template: &'static str,
    pub(crate) broken: &'static str,
    pub(crate) other: &'static str,
}
