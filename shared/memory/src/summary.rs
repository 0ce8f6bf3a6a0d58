//! The summary of a conversation, as the model wrote it and as it is kept.

use crate::language::Language;
use crate::order;
use crate::text;

/// The most lines a summary has (spec C: 5-10).
const MAX_LINES: usize = 10;
/// The longest line, in characters.
const MAX_LINE_CHARS: usize = 300;

/// The summary fit to keep: at most ten lines without mark-up and control characters, and without lines that read like
/// orders to an AI, whoever they quote. Of a longer one the first and the last five lines: it begins with the topic and
/// ends with the next step. None when nothing is left.
#[must_use]
pub fn clean(raw: &str, language: Language) -> Option<String> {
    let headings = language.words().summary_headings;
    let is_heading = |line: &str| {
        let line = line.trim_end_matches(':').to_lowercase();
        headings.contains(&line.as_str())
    };
    let lines = raw.lines().filter(|line| !line.trim_start().starts_with("```")).map(text::clean_line);
    let mut lines: Vec<String> = lines
        .filter(|line| line.chars().any(char::is_alphanumeric))
        .filter(|line| !is_heading(line) && !order::reads_like_order(line))
        .map(|line| text::cut_visibly(&line, MAX_LINE_CHARS))
        .collect();
    if lines.len() > MAX_LINES {
        lines.drain(MAX_LINES / 2..lines.len() - MAX_LINES / 2);
    }
    if lines.is_empty() { None } else { Some(lines.join("\n")) }
}
