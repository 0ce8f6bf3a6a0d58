//! A question in mid-call, answered from what is stored: profile, notes, summaries, earlier calls and messages. No model
//! is asked, for the customer is on the line (docs/rules.md#g7).

use super::line::known_lead;
use crate::identity::merging_lead;
use crate::model::call::{Call, Voice};
use crate::model::conversation::Speaker;
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::message::Message;
use crate::model::ongoing_call::OngoingCall;
use crate::ports::business_store::LeadCollections;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use crate::presentation;
use futures_util::future::try_join4;
use jiff::Timestamp;
use serde::Serialize;
use tracing::info;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::Profile;
use zikaron_memory::recall::{Passage, answering, told};
use zikaron_memory::render::doubts;
use zikaron_memory::settings::Settings;
use zikaron_memory::zone::Zone;

/// What is looked through, the newest of each: as much as is read and searched while somebody waits.
const MESSAGES: usize = 300;
const NOTES: usize = 100;
const CALLS: usize = 10;
/// As many passages are searched, those of calls last: they can be hours long, and somebody waits.
const PASSAGES: usize = 4_000;
/// As many passages as a voice agent can use in one sentence.
const TOLD: usize = 5;

/// Where a passage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In the profile.
    Profile,
    /// In a summary of a conversation or a call.
    Summary,
    /// In a note of staff, or of a voice agent.
    Note,
    /// In an earlier call.
    Call,
    /// In WhatsApp's conversation.
    Whatsapp,
}

/// A passage that answers a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Where it stands.
    pub place: Place,
    /// Who said it: `customer`, `assistant` or `staff`; none of what was written down about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Speaker>,
    /// When it was said or written.
    pub at: Timestamp,
    /// What it says, on one line.
    pub text: String,
}

/// What is found for one question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The best first; none where nothing that is stored speaks of it.
    pub found: Vec<Found>,
    /// The same as lines for a voice agent: day, place, speaker, words.
    pub text: String,
}

/// What answers each of these questions about whoever is on the line. Of a stranger, a withheld number, a line of nobody
/// and with the memory switched off nothing is found. After the alias it is one round trip of four reads.
///
/// # Errors
/// When the store does not answer.
pub async fn ask<S: Store + LeadCollections>(
    store: &S,
    call: &OngoingCall,
    questions: &[String],
    now: Timestamp,
) -> Result<Vec<Answer>, Unavailable> {
    let Some((key, settings)) = known_lead(store, call).await? else {
        return Ok(vec![Answer::default(); questions.len()]);
    };
    let stored = Stored::read(store, &key, &settings, now).await?;
    let answers: Vec<Answer> = questions.iter().map(|question| stored.answer(question, &settings.zone())).collect();
    info!(
        business = %key.business,
        lead = %key.lead,
        passages = stored.passages.len(),
        found = answers.iter().map(|answer| answer.found.len()).sum::<usize>(),
        "[CUSTOMER-MEMORY] asked in a call"
    );
    Ok(answers)
}

/// Everything a lead's questions are answered from, passage by passage.
struct Stored {
    passages: Vec<Passage>,
    from: Vec<(Place, Option<Speaker>)>,
}

impl Stored {
    async fn read<S: Store + LeadCollections>(
        store: &S,
        key: &LeadKey,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Self, Unavailable> {
        let (whole, messages, (notes, _), (calls, _)) = try_join4(
            merging_lead::whole(store, key),
            store.messages(key, None, None, MESSAGES),
            store.page::<Note>(key, None, NOTES),
            store.page::<Call>(key, None, CALLS),
        )
        .await?;
        let (state, memory, merging_leads) = whole;
        // Leads are being merged into another for a moment now and then.
        let (mut earlier, mut further, mut called) = (Vec::new(), Vec::new(), Vec::new());
        for lead in &merging_leads {
            earlier.extend(store.messages(&lead.key, None, None, MESSAGES).await?);
            further.extend(store.page::<Note>(&lead.key, None, NOTES).await?.0);
            called.extend(store.page::<Call>(&lead.key, None, CALLS).await?.0);
        }
        let fields = settings.fields();
        let memory = merging_lead::as_one(&fields, memory, &merging_leads);
        let mut stored = Self { passages: Vec::new(), from: Vec::new() };
        stored.profile(&memory.document.customer_profile_json, &fields, settings, now);
        // The customer chose a fresh start, and that session is still open (docs/rules.md#e5).
        let fresh_from = fresh_from(state.as_ref());
        for note in notes.iter().chain(&further) {
            if fresh_from.is_none() || note.kind == NoteKind::Note {
                stored.note(note);
            }
        }
        // What comes from another lead was said before.
        let is_new =
            |message: &&Message| fresh_from.is_none_or(|from| message.joined_from.is_none() && message.arrival >= from);
        for message in messages.iter().filter(is_new).chain(earlier.iter().filter(|_| fresh_from.is_none())) {
            stored.message(message, settings.language);
        }
        if fresh_from.is_none() {
            calls.iter().chain(&called).for_each(|call| stored.call(call));
        }
        Ok(stored)
    }

    fn add(&mut self, from: (Place, Option<Speaker>), text: String, about: String, at: Timestamp) {
        if self.passages.len() >= PASSAGES {
            return;
        }
        self.passages.push(Passage { text, about, at });
        self.from.push(from);
    }

    /// What is doubtful of a value stands before it, where no cut takes it off.
    fn profile(&mut self, profile: &Profile, fields: &FieldList, settings: &Settings, now: Timestamp) {
        for spec in fields {
            let Some(field) = profile.get(&spec.name) else { continue };
            let Some((value, age)) = field.current(spec, now) else { continue };
            let about = format!("{} {}", spec.name, spec.description);
            let doubts = doubts(field, &age, settings.language, &settings.zone());
            self.add((Place::Profile, None), format!("{}{doubts}: {value}", spec.label), about, field.updated_at());
        }
    }

    /// Line by line: a summary's lines speak of one thing each.
    fn note(&mut self, note: &Note) {
        let place = match note.kind {
            NoteKind::ConversationSummary | NoteKind::CallSummary => Place::Summary,
            NoteKind::CallNote | NoteKind::Note => Place::Note,
        };
        for line in note.text.lines().filter(|line| !line.trim().is_empty()) {
            self.add((place, None), line.to_owned(), String::new(), note.at);
        }
    }

    /// Nothing of one that was held while the memory was off.
    fn call(&mut self, call: &Call) {
        if !call.remembered {
            return;
        }
        for said in call.report.transcript.iter().filter(|said| said.voice != Voice::Unknown) {
            let at = call.report.said_at(said, call.key.ended_at);
            self.add((Place::Call, Some(said.voice.speaker())), said.text.clone(), String::new(), at);
        }
    }

    fn message(&mut self, message: &Message, language: Language) {
        if !message.remembered || message.revoked || !message.is_part_of_conversation() {
            return;
        }
        let text = presentation::line(message, language, None);
        self.add((Place::Whatsapp, Some(message.speaker)), text, String::new(), message.key.sent_at);
    }

    fn answer(&self, question: &str, zone: &Zone) -> Answer {
        let at = |place: usize| {
            let (passage, (from, speaker)) = (self.passages.get(place)?, self.from.get(place)?);
            Some(Found { place: *from, speaker: *speaker, at: passage.at, text: told(&passage.text) })
        };
        let found: Vec<Found> = answering(question, &self.passages, TOLD).into_iter().filter_map(at).collect();
        let text = found.iter().map(|found| line(found, zone)).collect::<Vec<_>>().join("\n");
        Answer { found, text }
    }
}

/// The number of the message a fresh start was chosen with, while its session is open.
fn fresh_from(state: Option<&State>) -> Option<u64> {
    state?.session.as_ref()?.fresh_from
}

/// `2026-11-16 whatsapp, customer: …`
fn line(found: &Found, zone: &Zone) -> String {
    let day = zone.at(found.at).date();
    let place = match found.place {
        Place::Profile => "profile",
        Place::Summary => "summary",
        Place::Note => "note",
        Place::Call => "call",
        Place::Whatsapp => "whatsapp",
    };
    let speaker = found.speaker.map(|speaker| match speaker {
        Speaker::Customer => ", customer",
        Speaker::Assistant => ", assistant",
        Speaker::Staff => ", staff",
    });
    format!("{day} {place}{}: {}", speaker.unwrap_or_default(), found.text)
}
