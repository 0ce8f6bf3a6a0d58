//! On what condition a write takes place: what DynamoDB's condition expressions say there.

use super::contents::{Contents, Lead};
use crate::model::alias::alias_keys;
use crate::model::ids::{LeadId, LeadKey};
use crate::model::write::{Write, needs_lead};
use crate::ports::store::ConflictingItem;

/// Whether a write may take place: version 1 where nothing stands, a later one where exactly the one before stands.
pub(super) fn follows(stands: Option<u64>, next: u64) -> bool {
    stands.unwrap_or(0) + 1 == next
}

/// The item whose condition fails, if one does.
pub(super) fn refusal(contents: &Contents, key: &LeadKey, items: &[Write]) -> Option<ConflictingItem> {
    let nobody = Lead::default();
    let lead = contents.leads.get(key).unwrap_or(&nobody);
    let failed = items.iter().filter_map(|item| {
        let (holds, part) = match item {
            Write::State(new) => (follows(lead.state.as_ref().map(|s| s.version), new.version), ConflictingItem::State),
            Write::Memory(new) => (follows(Some(lead.memory.version), new.version), ConflictingItem::Memory),
            Write::Session(new) => {
                (follows(lead.sessions.get(&new.id).map(|s| s.version), new.version), ConflictingItem::Session)
            }
            Write::Message(new) => {
                (follows(lead.messages.get(&new.key).map(|m| m.version), new.version), ConflictingItem::Message)
            }
            Write::Call(new) => {
                let taken = contents.calls.contains_key(&(key.business.clone(), new.key.name.clone()));
                let stands = lead.calls.get(&new.key).map(|call| call.version);
                (follows(stands, new.version) && (new.version > 1 || !taken), ConflictingItem::Call)
            }
            Write::Alias(customer) => {
                let free = |name| !contents.aliases.contains_key(&(key.business.clone(), name));
                (alias_keys(customer).into_iter().flatten().all(free), ConflictingItem::Alias)
            }
            Write::RepointAlias { name, from, .. } => {
                (owner(contents, key, name) == Some(from), ConflictingItem::Alias)
            }
            Write::ExpireAlias { name, .. } => {
                (owner(contents, key, name).is_none_or(|lead| *lead == key.lead), ConflictingItem::Alias)
            }
            Write::MoveIn(item) => moved_in(lead, item),
            Write::Delete(item) => deleted(lead, item),
            Write::Note(_) | Write::DeleteNote { .. } | Write::Change(_) | Write::Redirect(_) | Write::Count(_) => {
                (true, ConflictingItem::State)
            }
        };
        (!holds).then_some(part)
    });
    let no_lead = (needs_lead(items) && lead.state.is_none()).then_some(ConflictingItem::State);
    failed.chain(no_lead).min()
}

fn owner<'a>(contents: &'a Contents, key: &LeadKey, name: &str) -> Option<&'a LeadId> {
    Some(&contents.aliases.get(&(key.business.clone(), name.to_owned()))?.lead)
}

/// Whether nothing stands in the place of an item from another lead.
fn moved_in(lead: &Lead, item: &Write) -> (bool, ConflictingItem) {
    match item {
        Write::Message(message) => (!lead.messages.contains_key(&message.key), ConflictingItem::Message),
        Write::Call(call) => (!lead.calls.contains_key(&call.key), ConflictingItem::Call),
        Write::Session(session) => (!lead.sessions.contains_key(&session.id), ConflictingItem::Session),
        _ => (true, ConflictingItem::State),
    }
}

/// Whether an item that goes stands in this version.
fn deleted(lead: &Lead, item: &Write) -> (bool, ConflictingItem) {
    match item {
        Write::State(old) => (lead.state.as_ref().map(|s| s.version) == Some(old.version), ConflictingItem::State),
        Write::Memory(old) => (lead.memory.version == old.version, ConflictingItem::Memory),
        Write::Message(old) => {
            (lead.messages.get(&old.key).map(|m| m.version) == Some(old.version), ConflictingItem::Message)
        }
        Write::Call(old) => {
            (lead.calls.get(&old.key).map(|call| call.version) == Some(old.version), ConflictingItem::Call)
        }
        Write::Session(old) => {
            (lead.sessions.get(&old.id).map(|s| s.version) == Some(old.version), ConflictingItem::Session)
        }
        _ => (true, ConflictingItem::State),
    }
}

/// Whether both would be written under one key, which DynamoDB refuses in one transaction. A change's key is made of its
/// content, a count's of what it is of.
pub(super) fn is_row_of(one: &Write, other: &Write) -> bool {
    match (one, other) {
        (Write::Change(one), Write::Change(other)) => one == other,
        (Write::Count(one), Write::Count(other)) => one.of == other.of,
        _ => false,
    }
}
