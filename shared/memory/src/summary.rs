//! The summary of a conversation, as the model wrote it and as it is kept.

use crate::language::Language;
use crate::lexicon::boundary::Boundary;
use crate::{prompt_injection, text};

/// The most lines a summary has (docs/rules.md#c: 5 to 10) …
const MAX_LINES: usize = 10;
/// … and how few make one look for more in lines that are long …
const FEW_LINES: usize = 5;
/// … longer than this, in characters.
const LONG_LINE_CHARS: usize = 120;
/// The longest line, in characters.
const MAX_LINE_CHARS: usize = 300;
/// Fewer words, or letters in them, say nothing of any conversation: a model that has lost its way writes a number or a
/// word …
const FEWEST_WORDS: usize = 2;
const FEWEST_LETTERS: usize = 6;
/// … but for a word as long as this.
const LONG_WORD: usize = 20;

/// The summary fit to keep: at most ten lines without mark-up and control characters, and without lines that read like
/// orders to an AI, whoever they quote. One written as a paragraph is taken apart into sentences. Of a longer one the
/// first and the last five lines: it begins with the topic and ends with the next step. Where orders are all there
/// was, it says that nothing was kept: a conversation is summed up, whatever was said in it. None when nothing
/// readable was written, or a word at most.
#[must_use]
pub fn clean(raw: &str, language: Language) -> Option<String> {
    let words = language.words();
    let is_heading = |line: &str| {
        let line = line.trim_end_matches(':').to_lowercase();
        words.summary_headings.contains(&line.as_str())
    };
    let lines = raw.lines().filter(|line| !line.trim_start().starts_with("```")).map(text::clean_line);
    let written = lines.filter(|line| line.chars().any(char::is_alphanumeric) && !is_heading(line));
    let mut lines: Vec<String> = written.collect();
    if says_nothing(&lines) {
        return None;
    }
    if lines.len() < FEW_LINES {
        lines = lines.iter().flat_map(|line| sentences(line)).map(str::to_owned).collect();
    }
    lines.retain(|line| !prompt_injection::looks_like_instruction(line));
    if lines.is_empty() {
        return Some(words.summary_withheld.to_owned());
    }
    if lines.len() > MAX_LINES {
        lines.drain(MAX_LINES / 2..lines.len() - MAX_LINES / 2);
    }
    let lines: Vec<String> = lines.iter().map(|line| text::cut_visibly(line, MAX_LINE_CHARS)).collect();
    Some(lines.join("\n"))
}

/// A word or a number, or nothing at all.
fn says_nothing(lines: &[String]) -> bool {
    let is_word = |word: &&str| word.contains(char::is_alphabetic);
    let words = lines.iter().flat_map(|line| line.split_whitespace()).filter(is_word).count();
    let letters = lines.iter().flat_map(|line| line.chars()).filter(|c| c.is_alphabetic()).count();
    letters < FEWEST_LETTERS || words < FEWEST_WORDS && letters < LONG_WORD
}

/// The sentences of a long line; a short one is left alone.
fn sentences(line: &str) -> Vec<&str> {
    if line.chars().count() <= LONG_LINE_CHARS {
        return vec![line];
    }
    Boundary::Prose
        .whole_pieces(line)
        .into_iter()
        .map(str::trim)
        .filter(|part| part.chars().any(char::is_alphanumeric))
        .collect()
}
