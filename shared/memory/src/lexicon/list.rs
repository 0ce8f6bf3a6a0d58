//! Lists of words and phrases that are no parts of a clause: a section of the files in `data/`.

use crate::text;
use std::sync::OnceLock;

/// One section of some files, in all languages, taken apart into [`text::words`] once.
pub(crate) struct List {
    files: &'static [&'static str],
    section: &'static str,
    phrases: OnceLock<Vec<Vec<String>>>,
}

impl List {
    pub(crate) const fn new(files: &'static [&'static str], section: &'static str) -> Self {
        Self { files, section, phrases: OnceLock::new() }
    }

    /// The words of each phrase; never none.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Vec<String>> {
        let phrases = || {
            let phrases = self.files.iter().flat_map(|file| phrases(file, self.section));
            phrases.map(text::words).filter(|words| !words.is_empty()).collect()
        };
        self.phrases.get_or_init(phrases).iter()
    }

    /// Whether the words of one of them follow one another in `words`.
    pub(crate) fn occur_in(&self, words: &[String]) -> bool {
        self.iter().any(|phrase| words.windows(phrase.len()).any(|window| window == phrase))
    }

    /// Whether one of them is this word.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.iter().any(|phrase| matches!(phrase.as_slice(), [only] if only == word))
    }

    /// Those that are one word.
    pub(crate) fn singles(&self) -> impl Iterator<Item = &str> {
        self.iter().filter_map(|phrase| match phrase.as_slice() {
            [only] => Some(only.as_str()),
            _ => None,
        })
    }
}

/// The phrases of one section of a file.
fn phrases(file: &'static str, section: &'static str) -> impl Iterator<Item = &'static str> {
    let mut is_here = false;
    let lines = file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '+', '-']));
    lines
        .flat_map(move |line| {
            let heading = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
            is_here = heading.map_or(is_here, |heading| heading == section);
            let said = if is_here && heading.is_none() { line } else { "" };
            said.split(',')
        })
        .map(str::trim)
        .filter(|phrase| !phrase.is_empty())
}
