//! A commit that has taken effect, as the witness looks at it.

use crate::instance::Instance;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::testing::in_memory_store::Lead;

/// The promises a commit breaks, and by what.
pub(super) type Found = Vec<(&'static str, String)>;

/// A lead, and those that are being joined into it, as they stood before the commit.
pub(crate) type MergingLeads = (Lead, Vec<Lead>);

/// What one commit wrote of one lead.
pub(crate) struct Commit<'a> {
    /// The process that wrote it.
    pub(crate) instance: &'a Instance,
    pub(crate) key: &'a LeadKey,
    /// The state it found.
    pub(crate) before: Option<&'a State>,
    pub(crate) joining: Option<&'a MergingLeads>,
    pub(crate) items: &'a [Write],
}

impl<'a> Commit<'a> {
    /// The state it wrote.
    pub(super) fn after(&self) -> Option<&'a State> {
        self.items.iter().find_map(|item| if let Write::State(state) = item { Some(state) } else { None })
    }
}
