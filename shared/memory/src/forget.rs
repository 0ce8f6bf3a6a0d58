//! What a conversation told of a customer, taken out of their memory again (docs/rules.md#c10): after it was digested,
//! something of it was taken back.

use crate::document::{KEPT_NOTES, LeadMemory};
use crate::field::{FieldList, FieldSpec};
use crate::note::{Note, NoteKind};
use crate::profile::{Candidate, Dismissal, Profile};
use crate::session::{Channel, SessionId};
use crate::size_budget::SizeBudget;
use crate::{fold, items};
use jiff::Timestamp;

/// A conversation that is to be forgotten.
#[derive(Clone, Copy, Debug)]
pub struct Forgotten<'a> {
    /// Its session.
    pub session: &'a SessionId,
    /// When it ended.
    pub ended_at: Timestamp,
}

impl LeadMemory {
    /// The memory as it would be, had nothing been read in this session. `others` are the newest notes of all the
    /// others, newest first: at least five, and as many more as it takes to hold the last summary before this one.
    #[must_use]
    pub fn without(&self, fields: &FieldList, gone: Forgotten<'_>, others: &[Note]) -> Self {
        let mut left = Self {
            customer_profile_json: without(fields, &self.customer_profile_json, gone.session),
            notes: others.iter().take(KEPT_NOTES).cloned().collect(),
            ..self.clone()
        };
        if self.summary_session_ended_at == Some(gone.ended_at) {
            let before = others.iter().find_map(|note| Some((note, summed_up(note)?)));
            left.last_summary = before.map(|(note, _)| note.text.clone());
            left.summary_updated_at = before.map(|(note, _)| note.at);
            left.summary_session_ended_at = before.map(|(note, _)| note.at);
            left.summary_channel = before.map(|(_, channel)| channel);
        }
        left
    }
}

/// Where the conversation took place that a note sums up; none for what staff wrote, or a voice agent noted.
#[must_use]
pub fn summed_up(note: &Note) -> Option<Channel> {
    match note.kind {
        NoteKind::ConversationSummary => Some(Channel::Whatsapp),
        NoteKind::CallSummary => Some(Channel::Call),
        NoteKind::CallNote | NoteKind::Note => None,
    }
}

/// Every field as the fold of what was said elsewhere; one of which nothing else is known is gone.
fn without(fields: &FieldList, profile: &Profile, session: &SessionId) -> Profile {
    let mut left = profile.clone();
    for (name, field) in profile.iter() {
        let others = field.candidates().iter().filter(|candidate| candidate.session != *session).cloned();
        let others: Vec<_> = others.collect();
        let once = fields.and(name);
        let Some(spec) = fields.get(name).or_else(|| once.get(name)) else { continue };
        let dismissals: Vec<_> = field.dismissals().iter().filter_map(|no| said_elsewhere(spec, no, &others)).collect();
        if others.len() == field.candidates().len() && dismissals == field.dismissals() {
            continue;
        }
        match fold::fold(spec, SizeBudget::of(fields, spec), others, dismissals) {
            Some(folded) => drop(left.0.insert(name.to_owned(), folded.field)),
            None => drop(left.0.remove(name)),
        }
    }
    left
}

/// A dismissal in the words of those who said the same elsewhere; none where nobody did: a value that was taken back must
/// not stay as one that staff said no to. Should it be said again, it is a suggestion again.
fn said_elsewhere(spec: &FieldSpec, dismissal: &Dismissal, others: &[Candidate]) -> Option<Dismissal> {
    let offer = |value: Option<&String>, taken_back: Option<&String>| {
        items::offer(spec, value.map(String::as_str), taken_back.map(String::as_str))
    };
    let meant = offer(dismissal.value.as_ref(), dismissal.taken_back.as_ref());
    let mut same = others.iter().filter(|said| offer(said.value.as_ref(), said.taken_back.as_ref()) == meant);
    let first = same.next()?;
    let is_spelt_so = |said: &Candidate| (&said.value, &said.taken_back) == (&dismissal.value, &dismissal.taken_back);
    let said = std::iter::once(first).chain(same).find(|said| is_spelt_so(said)).unwrap_or(first);
    Some(Dismissal { value: said.value.clone(), taken_back: said.taken_back.clone(), at: dismissal.at })
}
