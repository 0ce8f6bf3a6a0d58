//! Phrases of one word or more that mean something by the heading they stand under: a section of the files in `data/`.

use crate::text;
use std::sync::OnceLock;

/// Every phrase of some files, in all languages, and what it means.
pub(crate) struct Phrases<M: 'static> {
    files: &'static [&'static str],
    /// What a heading says its phrases mean.
    headed: fn(&str) -> Option<M>,
    phrases: OnceLock<Vec<(Vec<String>, M)>>,
}

impl<M: Copy> Phrases<M> {
    pub(crate) const fn new(files: &'static [&'static str], headed: fn(&str) -> Option<M>) -> Self {
        Self { files, headed, phrases: OnceLock::new() }
    }

    /// The longest first.
    fn all(&self) -> &[(Vec<String>, M)] {
        self.phrases.get_or_init(|| {
            let mut phrases = Vec::new();
            for file in self.files {
                let mut mark = None;
                for line in file.lines().filter(|line| !line.starts_with(['#', '+', '-'])) {
                    if let Some(heading) = heading(line) {
                        mark = (self.headed)(heading);
                    } else if let Some(mark) = mark {
                        phrases.extend(line.split(',').map(|phrase| (text::words(phrase), mark)));
                    }
                }
            }
            phrases.retain(|(words, _)| !words.is_empty());
            phrases.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
            phrases
        })
    }

    /// What these words begin with, and how many of them that are. `may_be_joined`: Hebrew and Arabic may write "in" or
    /// "to" together with the first of them.
    pub(crate) fn begins(&self, words: &[String], may_be_joined: bool) -> Option<(M, usize)> {
        let first = words.first()?;
        let bare = [text::without_prefix(first), text::without_arabic_prefix(first)];
        let whole = |phrase: &[String]| words.starts_with(phrase);
        let joined = |phrase: &[String]| {
            let same = |word: &String| may_be_joined && bare.contains(&word.as_str());
            phrase.first().is_some_and(same) && words.get(1..phrase.len()) == phrase.get(1..)
        };
        let found = self.all().iter().find(|(phrase, _)| whole(phrase));
        let found = found.or_else(|| self.all().iter().find(|(phrase, _)| joined(phrase)));
        found.map(|(phrase, mark)| (*mark, phrase.len()))
    }
}

fn heading(line: &str) -> Option<&str> {
    line.strip_prefix('[').and_then(|line| line.strip_suffix(']'))
}

/// Holds every heading of the files to be known, and to stand in every language but where `is_special`.
#[cfg(test)]
pub(crate) fn assert_headings<M>(
    files: &[&str],
    headed: impl Fn(&str) -> Option<M>,
    is_special: impl Fn(&str) -> bool,
) {
    for heading in files.iter().flat_map(|file| file.lines().filter_map(heading)) {
        assert!(headed(heading).is_some(), "{heading}");
        let everywhere = files.iter().all(|file| file.lines().filter_map(self::heading).any(|other| other == heading));
        assert!(is_special(heading) || everywhere, "{heading}");
    }
}
