//! What the customer said in a session, as it is searched for the words of a claim.

use crate::lexicon::boundary::Boundary;
use crate::text::NormalizedText;
use jiff::Timestamp;
use std::ops::Range;

/// A message of the customer in the session: nobody else's words are evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What they wrote or said.
    pub text: String,
    /// When it was sent or said.
    pub at: Timestamp,
    /// Its place within the session.
    pub position: u32,
    /// Its number among all lines of the session, as the model is shown them, from 1 on; 0 where it has none.
    pub line: u32,
    /// What the business said right before it.
    pub answers: Option<String>,
    /// Whether a machine heard it in a voice note.
    pub transcribed: bool,
}

impl Said {
    /// A message without a number, which answers nothing.
    #[must_use]
    pub fn new(text: impl Into<String>, at: Timestamp, position: u32) -> Self {
        Self { text: text.into(), at, position, line: 0, answers: None, transcribed: false }
    }
}

/// A message, ready for searching.
pub(crate) struct Heard<'a> {
    pub(crate) said: &'a Said,
    pub(crate) letters: NormalizedText,
}

impl<'a> Heard<'a> {
    pub(crate) fn new(said: &'a Said) -> Self {
        Self { said, letters: NormalizedText::new(&said.text) }
    }

    /// Where these words stand in the message.
    pub(crate) fn find(&self, words: &str) -> Vec<Range<usize>> {
        self.letters.find(&NormalizedText::new(words))
    }
}

/// Messages, the newest first: what the customer said last is what they meant.
pub(crate) fn newest_first(said: &[Said]) -> Vec<Heard<'_>> {
    let mut heard: Vec<Heard<'_>> = said.iter().map(Heard::new).collect();
    heard.sort_by_key(|heard| std::cmp::Reverse((heard.said.at, heard.said.position)));
    heard
}

/// The messages in their order, but the one of that line before all others.
pub(crate) fn named_first<'a, 'b>(heard: &'a [Heard<'b>], line: Option<u32>) -> impl Iterator<Item = &'a Heard<'b>> {
    let is_named = move |message: &&Heard<'_>| line.is_some_and(|line| line == message.said.line);
    heard.iter().filter(is_named).chain(heard.iter().filter(move |message| !is_named(message)))
}

/// What a yes answers: the last question, or where none was put the last sentence.
pub(crate) fn last_question(text: &str) -> Option<&str> {
    let sentences = Boundary::Sentence.whole_pieces(text);
    let questions = sentences.iter().rev().find(|sentence| sentence.contains(['?', '؟']));
    questions.or_else(|| sentences.last()).copied()
}

/// A place within the session: of the message, and within it of the words.
pub(crate) fn position(said: &Said, start: usize) -> u32 {
    const PLACES: u32 = 4096;
    let start = u32::try_from(start).unwrap_or(PLACES).min(PLACES - 1);
    said.position.saturating_mul(PLACES).saturating_add(start)
}

/// The words of a quote without the number, the time and the speaker that stand before a line of the model's transcript:
/// `[1] 28.11 23:58 customer: …`.
pub(crate) fn without_speaker(quote: &str) -> &str {
    let Some((before, said)) = quote.split_once("customer:") else { return quote };
    let is_mark = |c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '.' | ':' | ' ');
    if before.trim_start().starts_with('[') && before.chars().all(is_mark) { said } else { quote }
}
