//! What a message of the customer's changes in a lead that is being merged into theirs.

use crate::amend;
use crate::identity::merging_lead::MergingLead;
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::message::Message;
use crate::model::write::Write;

/// A lead that is being merged into this one, and what the message changes there.
pub(super) struct MergingLeadUpdate {
    pub(super) key: LeadKey,
    stood: State,
    pub(super) state: State,
    early: Vec<Message>,
    pub(super) items: Vec<Write>,
}

impl MergingLeadUpdate {
    pub(super) fn new((merging_lead, early): (MergingLead, Vec<Message>)) -> Self {
        Self {
            key: merging_lead.key,
            state: merging_lead.state.clone(),
            stood: merging_lead.state,
            early,
            items: Vec::new(),
        }
    }

    pub(super) fn catch_up(&mut self, message: &mut Message) {
        self.items.extend(amend::catch_up(&mut self.state, message, std::mem::take(&mut self.early)));
    }

    /// A person who writes to the customer, or another application that takes them over, has the AI step back on every
    /// lead of theirs.
    pub(super) fn leave_to_person(&mut self, state: &State) {
        if state.elsewhere.last() > self.state.elsewhere.last() {
            self.state.elsewhere = state.elsewhere.clone();
            let is_here = self.state.line.as_ref().is_none_or(|line| state.elsewhere.since(line).is_some());
            if is_here {
                self.state.drop_unsent();
            }
        }
        if state.ai_paused_until > self.state.ai_paused_until {
            self.state.ai_paused_until = state.ai_paused_until;
            self.state.drop_unsent();
        }
    }

    /// Who wants no messages they did not ask for gets none by any of their names.
    pub(super) fn take_marketing(&mut self, state: &State) {
        self.state.take_marketing(state.marketing);
    }

    pub(super) fn written(mut self) -> Option<(LeadKey, Vec<Write>)> {
        if self.items.is_empty() && self.state == self.stood {
            return None;
        }
        self.items.push(Write::State(self.state.next()));
        Some((self.key, self.items))
    }
}
