//! The block the AI sees in its system prompt (docs/rules.md#f).

use crate::age::{Age, Freshness};
use crate::document::LeadMemory;
use crate::field::{FieldList, FieldSpec};
use crate::language::{Language, Words};
use crate::note::{Note, NoteKind};
use crate::profile::{Confidence, Field};
use crate::session::Channel;
use crate::text;
use crate::zone::Zone;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// The longest note shown, in characters.
const MAX_NOTE_CHARS: usize = 400;
/// The most lines of a summary shown.
const MAX_SUMMARY_LINES: usize = 10;

/// The memory as the AI is shown it, at most `budget_chars` characters; none when there is nothing to show. When it is
/// too long, the oldest notes go first, then fields that are marked as not certain or old (the last of the list first),
/// then the summary, then the other fields. Suggestions are not shown: nobody has confirmed them; nor is what is over at
/// `now`. `zone` decides on which day a summary, a note or an old value is from.
#[must_use]
pub fn block(
    memory: &LeadMemory,
    fields: &FieldList,
    language: Language,
    zone: &Zone,
    now: Timestamp,
    budget_chars: usize,
) -> Option<String> {
    let mut parts = Parts::new(memory, fields, language, zone, now);
    while !parts.is_empty() {
        let block = parts.write();
        if block.chars().count() <= budget_chars {
            return Some(block);
        }
        parts.give_up_one();
    }
    None
}

/// What is left to be shown.
struct Parts<'a> {
    words: &'static Words,
    language: Language,
    zone: &'a Zone,
    /// Each with whether it is marked: those go first.
    fields: Vec<(bool, String)>,
    summary: Vec<String>,
    channel: Option<Channel>,
    summary_from: Option<Timestamp>,
    notes: Vec<&'a Note>,
}

impl<'a> Parts<'a> {
    fn new(memory: &'a LeadMemory, fields: &FieldList, language: Language, zone: &'a Zone, now: Timestamp) -> Self {
        let words = language.words();
        let day = |at: Timestamp| language.date(zone.at(at).date());
        let held = |spec: &FieldSpec| field_line(words, spec, memory.customer_profile_json.get(&spec.name)?, now, day);
        let summary = memory.last_summary.as_deref().unwrap_or_default();
        // Every summary is a note as well, but is not read twice.
        let is_summary = |note: &Note| note.kind != NoteKind::Note && note.text == summary;
        Self {
            words,
            language,
            zone,
            fields: fields.iter().filter_map(held).collect(),
            summary: lines(summary).take(MAX_SUMMARY_LINES).collect(),
            channel: memory.summary_channel,
            summary_from: memory.summary_session_ended_at,
            notes: memory.notes.iter().filter(|note| !is_summary(note) && lines(&note.text).next().is_some()).collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.summary.is_empty() && self.notes.is_empty()
    }

    fn give_up_one(&mut self) {
        if self.notes.pop().is_some() {
            return;
        }
        let unsure = self.fields.iter().rposition(|(is_marked, _)| *is_marked);
        match unsure {
            Some(unsure) => drop(self.fields.remove(unsure)),
            None if self.summary.is_empty() => drop(self.fields.pop()),
            None => self.summary.clear(),
        }
    }

    fn write(&self) -> String {
        let mut sections = vec![self.words.block_title.to_owned()];
        if !self.fields.is_empty() {
            let lines = self.fields.iter().map(|(_, line)| line.clone());
            sections.push(section(self.words.profile_title, lines));
        }
        if !self.summary.is_empty() {
            let channel = self.channel.map(|channel| format!("({}: {})", self.words.channel, channel.as_str()));
            let day = self.summary_from.map(|at| format!("({})", self.language.date(self.date(at))));
            let from: Vec<String> = channel.into_iter().chain(day).collect();
            let from = (!from.is_empty()).then(|| from.join(" "));
            sections.push(section(self.words.summary_title, self.summary.iter().cloned().chain(from)));
        }
        if !self.notes.is_empty() {
            // The year stands only where it is another than in the day before it.
            let mut year = self.summary_from.filter(|_| !self.summary.is_empty()).map(|at| self.date(at).year());
            let notes = self.notes.iter().zip(1..).map(|(note, number)| {
                let date = self.date(note.at);
                let is_same = year.replace(date.year()) == Some(date.year());
                let day = if is_same { self.language.day(date) } else { self.language.date(date) };
                self.note_line(number, note, &day)
            });
            sections.push(section(self.words.notes_title, notes));
        }
        sections.join("\n\n")
    }

    fn note_line(&self, number: usize, note: &Note, day: &str) -> String {
        let kind = match note.kind {
            NoteKind::ConversationSummary | NoteKind::CallSummary => self.words.conversation_summary,
            NoteKind::CallNote => self.words.call_note,
            NoteKind::Note => self.words.note,
        };
        let text = lines(&note.text).collect::<Vec<_>>().join(" / ");
        format!("{number}. [{kind}] {} ({day})", text::cut_visibly(&text, MAX_NOTE_CHARS))
    }

    fn date(&self, at: Timestamp) -> Date {
        self.zone.at(at).date()
    }
}

fn section(title: &str, lines: impl Iterator<Item = String>) -> String {
    lines.fold(title.to_owned(), |section, line| section + "\n  " + &line)
}

/// A field with what is doubtful of it, and whether anything is. A day and no number of days, so that the line stays the
/// same from one answer to the next.
fn field_line(
    words: &Words,
    spec: &FieldSpec,
    field: &Field,
    now: Timestamp,
    day: impl Fn(Timestamp) -> String,
) -> Option<(bool, String)> {
    let (value, age) = field.current(spec, now)?;
    let value = lines(&value).collect::<Vec<_>>().join(" ");
    let is_doubtful = field.confidence() == Confidence::Low || age.freshness == Freshness::Stale;
    let line = format!("• {}: {value}{}", spec.name, marks(words, field, &age, day));
    (!value.is_empty()).then_some((is_doubtful, line))
}

/// What the AI is told of a value beside it: that nobody is sure of it, until when it holds, that it is old. Empty of
/// one that simply stands.
#[must_use]
pub fn doubts(field: &Field, age: &Age, language: Language, zone: &Zone) -> String {
    marks(language.words(), field, age, |at| language.date(zone.at(at).date()))
}

fn marks(words: &Words, field: &Field, age: &Age, day: impl Fn(Timestamp) -> String) -> String {
    let mut marks = String::new();
    if field.confidence() == Confidence::Low {
        marks.push_str(words.unsure);
    }
    // An end is the first moment of the day after the last.
    if let Some(end) = age.valid_until.and_then(|end| end.checked_sub(SignedDuration::from_secs(1)).ok()) {
        marks.push_str(&words.until.replace("{day}", &day(end)));
    }
    if age.freshness == Freshness::Stale {
        marks.push_str(&words.stale.replace("{day}", &day(age.said_at)));
    }
    marks
}

/// The lines of a stored text, such that none can pass for a part of the block: no control characters, none of the
/// block's own signs.
fn lines(text: &str) -> impl Iterator<Item = String> {
    let plain = text.lines().map(|line| line.replace(['🧠', '📋', '📝', '📚'], " "));
    plain.map(|line| text::clean_line(&line)).filter(|line| !line.is_empty())
}
