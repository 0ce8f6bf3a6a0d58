//! What the store holds, and what a write does to it.

use crate::model::alias::{AliasRecord, alias_keys};
use crate::model::call::{Call, CallKey, CallName};
use crate::model::chat_import::ChatImport;
use crate::model::figures::{Period, Tally};
use crate::model::ids::{BusinessId, ConnectionId, LeadId, LeadKey, Line, MessageId};
use crate::model::lead_state::State;
use crate::model::listed::ItemKind;
use crate::model::message::{Message, MessageKey};
use crate::model::session::Session;
use crate::model::spent::{BudgetDay, Spent};
use crate::model::webhook::{Delivery, DeliveryId, Webhook};
use crate::model::write::{Memory, Write};
use crate::ports::business_store::{ErasureReceipt, HeldSettings, IdempotencyRecord};
use crate::ports::store::Cursor;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use zikaron_memory::merge::Verdict;
use zikaron_memory::note::Note;
use zikaron_memory::session::SessionId;

/// Which writes fail.
type Broken = fn(&Write) -> bool;

/// Everything there is about one lead.
#[derive(Clone, Debug, Default)]
pub struct Lead {
    /// Its state; none where the lead is not there, or only a part of it was written.
    pub state: Option<State>,
    /// Its memory; version 0 where none was written.
    pub memory: Memory,
    /// Its sessions by id.
    pub sessions: BTreeMap<SessionId, Session>,
    /// Its messages in the order they were sent.
    pub messages: BTreeMap<MessageKey, Message>,
    /// Its calls in the order they ended.
    pub calls: BTreeMap<CallKey, Call>,
    /// Its notes in the order they were written.
    pub notes: Vec<Note>,
    /// The log of its changes, oldest first.
    pub changes: Vec<Verdict>,
    /// The names that led to it at some time, as the table keeps them below it.
    pub names: BTreeSet<String>,
}

#[derive(Default)]
pub(super) struct Contents {
    pub(super) routes: BTreeMap<Line, BusinessId>,
    pub(super) owners: HashMap<ConnectionId, BusinessId>,
    pub(super) settings: HashMap<BusinessId, HeldSettings>,
    pub(super) requests: HashMap<(BusinessId, String), IdempotencyRecord>,
    pub(super) tombstones: HashMap<(BusinessId, String), Timestamp>,
    pub(super) receipts: HashMap<LeadKey, ErasureReceipt>,
    pub(super) aliases: HashMap<(BusinessId, String), AliasRecord>,
    pub(super) redirects: HashMap<LeadKey, LeadId>,
    pub(super) calls: HashMap<(BusinessId, CallName), (LeadId, CallKey)>,
    pub(super) leads: BTreeMap<LeadKey, Lead>,
    pub(super) spent: HashMap<BudgetDay, Spent>,
    pub(super) figures: BTreeMap<(BusinessId, Period), Tally>,
    pub(super) cursors: BTreeMap<u8, Cursor>,
    pub(super) webhooks: HashMap<BusinessId, Webhook>,
    pub(super) deliveries: BTreeMap<(BusinessId, DeliveryId), Delivery>,
    pub(super) chat_imports: HashMap<BusinessId, ChatImport>,
    pub(super) unreadable: HashSet<LeadId>,
    /// Messages that newer code wrote.
    pub(super) unreadable_messages: HashSet<MessageId>,
    /// Leads whose partition is throttled.
    pub(super) throttled: HashSet<LeadId>,
    /// Whether nobody is told where the last sweep stopped.
    pub(super) cursors_throttled: bool,
    pub(super) repeats_lone_writes: bool,
    /// The next commit with such an item answers an error; whether it takes effect.
    pub(super) breaks: Option<(Broken, bool)>,
}

impl Contents {
    pub(super) fn write(&mut self, key: &LeadKey, item: Write) {
        let place = |name: &str| (key.business.clone(), name.to_owned());
        match &item {
            Write::Alias(customer) => {
                for name in alias_keys(customer).into_iter().flatten() {
                    self.leads.entry(key.clone()).or_default().names.insert(name.clone());
                    self.aliases.insert(place(&name), AliasRecord::new(key.lead.clone()));
                }
                return;
            }
            Write::RepointAlias { name, to, .. } => {
                self.leads.entry(key.clone()).or_default().names.insert(name.clone());
                self.aliases.insert(place(name), to.clone());
                return;
            }
            Write::ExpireAlias { name, until } => {
                self.leads.entry(key.clone()).or_default().names.insert(name.clone());
                self.aliases
                    .insert(place(name), AliasRecord { until: Some(*until), ..AliasRecord::new(key.lead.clone()) });
                return;
            }
            Write::Redirect(to) => drop(self.redirects.insert(key.clone(), to.clone())),
            Write::Call(call) => {
                self.calls.insert((key.business.clone(), call.key.name.clone()), (key.lead.clone(), call.key.clone()));
            }
            Write::MoveIn(item) => return self.write(key, *item.clone()),
            Write::Count(count) => {
                self.figures.entry((key.business.clone(), count.of)).or_default().extend(&count.tally);
                return;
            }
            // What this code has written it can read.
            Write::Message(message) => drop(self.unreadable_messages.remove(&message.key.id)),
            _ => {}
        }
        self.leads.entry(key.clone()).or_default().write(item);
    }
}

impl Lead {
    /// All items of a kind with their places, which sort by time.
    pub(super) fn listed(&self, kind: ItemKind) -> Vec<(Cursor, Write)> {
        let timed = |at: Timestamp, id: &dyn std::fmt::Display| format!("{at:.3}#{id}");
        match kind {
            ItemKind::Message => {
                let messages = self.messages.values();
                messages.map(|m| (timed(m.key.sent_at, &m.key.id), Write::Message(m.clone()))).collect()
            }
            ItemKind::Call => {
                let calls = self.calls.values().cloned().map(Box::new);
                calls.map(|call| (timed(call.key.ended_at, &call.key.name), Write::Call(call))).collect()
            }
            ItemKind::Session => {
                let sessions = self.sessions.values();
                sessions.map(|session| (session.id.to_string(), Write::Session(session.clone()))).collect()
            }
            ItemKind::Note => {
                self.notes.iter().map(|note| (timed(note.at, &note.id), Write::Note(note.clone()))).collect()
            }
            ItemKind::Change => {
                let place = |number, change: &Verdict| format!("{}#{number:06}", timed(change.at, &change.field));
                let changes = self.changes.iter().enumerate();
                changes.map(|(number, change)| (place(number, change), Write::Change(change.clone()))).collect()
            }
        }
    }

    fn write(&mut self, item: Write) {
        match item {
            Write::State(state) => self.state = Some(state),
            Write::Memory(memory) => self.memory = *memory,
            Write::Session(session) => drop(self.sessions.insert(session.id.clone(), session)),
            Write::Message(message) => drop(self.messages.insert(message.key.clone(), message)),
            Write::Call(call) => drop(self.calls.insert(call.key.clone(), *call)),
            Write::Note(note) => {
                self.notes.retain(|other| other.id != note.id || other.at != note.at);
                self.notes.push(note);
            }
            Write::DeleteNote { at, id } => self.notes.retain(|other| other.id != id || other.at != at),
            Write::Change(verdict) => self.changes.push(verdict),
            Write::Delete(item) => self.remove(&item),
            _ => {}
        }
    }

    fn remove(&mut self, item: &Write) {
        match item {
            Write::State(_) => self.state = None,
            Write::Memory(_) => self.memory = Memory::default(),
            Write::Session(old) => drop(self.sessions.remove(&old.id)),
            Write::Message(old) => drop(self.messages.remove(&old.key)),
            Write::Call(old) => drop(self.calls.remove(&old.key)),
            Write::Note(old) => self.notes.retain(|note| note.id != old.id || note.at != old.at),
            Write::Change(old) => self.changes.retain(|change| change != old),
            _ => {}
        }
    }
}
