//! What a request shows the model. The layout is that of `shared/ai/src/prompts.rs` and of the memory block; everything
//! else in the request is ignored.

use super::days;
use super::language::Language;
use jiff::civil::Date;
use serde_json::{Map, Value};

/// Speaker says something in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    Customer,
    Business,
}

/// The parts of a request.
#[derive(Clone, Debug)]
pub(crate) struct Prompt {
    pub(crate) system: String,
    /// The other messages, in order.
    pub(crate) said: Vec<(Speaker, String)>,
    /// The day it is, where the product told it.
    pub(crate) today: Option<Date>,
    /// Whether a digest is asked for, and not an answer to a customer.
    pub(crate) wants_digest: bool,
    /// Whether the answer to a customer is to say whether a person is needed.
    pub(crate) wants_verdict: bool,
}

impl Prompt {
    /// None of a body without messages.
    pub(crate) fn read(request: &Value) -> Option<Self> {
        let (mut system, mut said) = (Vec::new(), Vec::new());
        for message in request["messages"].as_array()? {
            let text = text_of(&message["content"]);
            match message["role"].as_str()? {
                "system" | "developer" => system.push(text),
                "assistant" => said.push((Speaker::Business, text)),
                _ => said.push((Speaker::Customer, text)),
            }
        }
        let system = system.join("\n");
        let is_time = |line: &&str| line.starts_with("עכשיו: ") || line.starts_with("Now: ");
        let today = system.lines().rev().find(is_time).and_then(days::date);
        let wants_json = !request["response_format"].is_null() || system.contains("JSON");
        let wants_verdict = wants_json && system.contains("\"handover\"");
        let wants_digest = wants_json && !wants_verdict;
        (!said.is_empty()).then_some(Self { system, said, today, wants_digest, wants_verdict })
    }

    /// Whether any message holds this text.
    pub(crate) fn holds(&self, text: &str) -> bool {
        self.system.contains(text) || self.said.iter().any(|(_, said)| said.contains(text))
    }

    /// What the customer wrote since the business last spoke.
    pub(crate) fn latest(&self) -> String {
        let unanswered = self.said.iter().rev().take_while(|(speaker, _)| *speaker == Speaker::Customer);
        let mut texts: Vec<&str> = unanswered.map(|(_, text)| text.as_str()).collect();
        texts.reverse();
        texts.join("\n")
    }

    /// Everything the customer wrote, oldest first.
    pub(crate) fn customer(&self) -> impl DoubleEndedIterator<Item = &str> {
        let customer = self.said.iter().filter(|(speaker, text)| *speaker == Speaker::Customer && !is_mark(text));
        customer.map(|(_, text)| text.as_str())
    }

    /// What the business has told the model about itself: the system prompt without the memory.
    pub(crate) fn about_business(&self) -> &str {
        self.system.split('🧠').next().unwrap_or_default()
    }

    /// A field of the memory block, without what the product says of it.
    pub(crate) fn remembered(&self, field: &str) -> Option<String> {
        let line = self.line_of(field)?;
        let bare = old_mark(line).and_then(|(begin, _)| line.rsplit_once(*begin)).map_or(line, |(value, _)| value);
        let value = UNSURE.iter().fold(bare, |value, mark| value.trim_end_matches(mark));
        Some(value.to_owned())
    }

    /// Whether the answer may ask if what is remembered of a field is still so: it is old, and nothing was asked yet.
    pub(crate) fn may_confirm(&self, field: &str) -> bool {
        self.system.contains("\"confirms\"") && self.line_of(field).and_then(old_mark).is_some()
    }

    /// Whether the answer is to say if the customer books.
    pub(crate) fn asks_whether_books(&self) -> bool {
        self.system.contains("\"books\"")
    }

    fn line_of(&self, field: &str) -> Option<&str> {
        let start = format!("• {field}: ");
        self.memory()?.lines().find_map(|line| line.trim().strip_prefix(&start))
    }

    /// The first line of the summary in the memory block.
    pub(crate) fn last_summary(&self) -> Option<String> {
        let mut lines = self.memory()?.lines().skip_while(|line| !line.starts_with('📝'));
        lines.nth(1).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty())
    }

    /// Whether the prompt asks for no greeting, since the question to a returning customer follows and has one.
    pub(crate) fn is_return(&self) -> bool {
        ["אל תפתח בברכה", "do not add another greeting"].iter().any(|words| self.system.contains(words))
    }

    fn memory(&self) -> Option<&str> {
        self.system.split_once('🧠').map(|(_, memory)| memory)
    }

    /// The language of the customer's newest message that has letters of either; Hebrew without any.
    pub(crate) fn language(&self) -> Language {
        self.customer().rev().find_map(language_of).unwrap_or(Language::Hebrew)
    }

    /// The lines of a conversation that is quoted as data: `[1] 10:05 customer: …`, with the day each was said.
    pub(crate) fn transcript(&self) -> Vec<(Speaker, Option<Date>, &str)> {
        let mut day = self
            .said
            .iter()
            .flat_map(|(_, text)| text.lines())
            .find_map(|line| line.starts_with("Conversation of ").then(|| days::date(line)).flatten());
        let lines = self.said.iter().flat_map(|(_, text)| text.lines());
        let dated = lines.filter_map(transcript_line).map(|(speaker, date, text)| {
            // A line of another day says so, without the year.
            day = date.and_then(|date| days::date(&format!("{date}.{}", day?.year()))).or(day);
            (speaker, day, text)
        });
        dated.collect()
    }

    /// The profile a digest is shown: the first line that is a JSON object.
    pub(crate) fn profile(&self) -> Map<String, Value> {
        let lines = self.said.iter().flat_map(|(_, text)| text.lines());
        lines.filter_map(|line| serde_json::from_str(line).ok()).next().unwrap_or_default()
    }

    /// Whether a digest may fill this field.
    pub(crate) fn offers(&self, field: &str) -> bool {
        let start = format!("- {field} (");
        self.system.lines().any(|line| line.starts_with(&start))
    }

    /// Whether a digest is told that what the profile says of this field is old.
    pub(crate) fn is_old(&self, field: &str) -> bool {
        let lines = self.said.iter().flat_map(|(_, text)| text.lines());
        let mut old = lines.filter_map(|line| line.strip_prefix("Old by now: ")?.split_once(". "));
        old.any(|(fields, _)| fields.split(", ").any(|named| named == field))
    }

    /// Whether a digest is to say what the customer asked to have done later.
    pub(crate) fn wants_commitments(&self) -> bool {
        self.system.contains("\"commitments\"")
    }

    /// The language a digest is asked for.
    pub(crate) fn summary_language(&self) -> Language {
        if self.system.contains("in English") { Language::English } else { Language::Hebrew }
    }
}

/// What the product writes after a value that is not certain.
const UNSURE: [&str; 2] = [" (לא ודאי)", " (not certain)"];

/// How what the product writes after an old value begins and ends, with its day between.
static OLD: [(&str, &str); 2] = [(" (נכון ל-", ", ייתכן שהשתנה)"), (" (as of ", ", may have changed)")];

fn old_mark(line: &str) -> Option<&'static (&'static str, &'static str)> {
    OLD.iter().find(|(_, end)| line.ends_with(*end))
}

/// What the product writes in the customer's place where a conversation may not begin or end as it does.
fn is_mark(text: &str) -> bool {
    ["[What was said before is not shown.]", "[The customer waits for an answer.]"].contains(&text)
}

fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}

fn transcript_line(line: &str) -> Option<(Speaker, Option<&str>, &str)> {
    let (number, rest) = line.trim().strip_prefix('[')?.split_once(']')?;
    let (name, text) = rest.split_once(": ")?;
    let speaker =
        if name.split_whitespace().next_back() == Some("customer") { Speaker::Customer } else { Speaker::Business };
    let date = name.split_whitespace().next().filter(|word| word.contains('.'));
    number.bytes().all(|b| b.is_ascii_digit()).then_some((speaker, date, text.trim()))
}

fn language_of(text: &str) -> Option<Language> {
    if text.chars().any(|c| ('א'..='ת').contains(&c)) {
        return Some(Language::Hebrew);
    }
    text.chars().any(|c| c.is_ascii_alphabetic()).then_some(Language::English)
}
