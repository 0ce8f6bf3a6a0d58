//! What a clause asks for, where every word of it is known: a part of the request, or politeness. Where a word is left
//! over the clause may be about anything, and nothing is decided here (docs/rules.md#e5).
//!
//! The words are data, one file a language and category in `data/`.

use super::boundary::request_clauses;
pub(crate) use super::part::Part;
use crate::text::PREFIXES;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// By the first word: the others, the longest phrase first, and what they do.
type Phrases = HashMap<String, Vec<(Vec<String>, Part)>>;

/// The words of one request, in all languages.
pub(crate) struct Lexicon {
    files: &'static [&'static str],
    /// Of each script, taken apart when a text is first written in it: four languages at once would be a large part of
    /// what a cold start has to do before the first answer.
    phrases: [OnceLock<Phrases>; SCRIPTS],
}

/// Hebrew, Arabic, Cyrillic, and everything else.
const SCRIPTS: usize = 4;

/// The script of a word or a phrase, by its first letter or digit.
fn script(text: &str) -> usize {
    match text.chars().find(|c| c.is_alphanumeric()) {
        Some('\u{590}'..='\u{5FF}') => 0,
        Some('\u{600}'..='\u{6FF}') => 1,
        Some('\u{400}'..='\u{4FF}') => 2,
        _ => 3,
    }
}

/// The longest message in which a word may be a misspelt one, in words.
const MAX_MISSPELT: usize = 7;
/// The shortest word that is recognised with one letter wrong, in letters.
const MIN_MISSPELT: usize = 5;

impl Lexicon {
    pub(crate) const fn new(files: &'static [&'static str]) -> Self {
        Self { files, phrases: [const { OnceLock::new() }; SCRIPTS] }
    }

    /// The phrases that begin in the script of a word.
    fn phrases(&self, word: &str) -> &Phrases {
        let wanted = script(word);
        let [hebrew, arabic, cyrillic, others] = &self.phrases;
        let of_script = [hebrew, arabic, cyrillic].get(wanted).copied().unwrap_or(others);
        of_script.get_or_init(|| {
            let mut phrases = Phrases::new();
            let entries = self.files.iter().flat_map(|file| entries(file));
            for (part, phrase) in entries.filter(|(_, phrase)| script(phrase) == wanted) {
                let mut words = crate::text::words(phrase).into_iter().map(|word| plain(&word).into_owned());
                let Some(first) = words.next() else { continue };
                phrases.entry(first).or_default().push((words.collect(), part));
            }
            for of_word in phrases.values_mut() {
                of_word.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
            }
            phrases
        })
    }

    /// The clauses of a message as their parts; none for a clause of which a word is left over.
    pub(crate) fn read(&self, text: &str) -> Vec<Option<Vec<Part>>> {
        let written = request_clauses(text);
        let is_short = written.iter().map(Vec::len).sum::<usize>() <= MAX_MISSPELT;
        let mut read: Vec<Option<Vec<Part>>> = Vec::new();
        for words in written {
            let words: Vec<Cow<'_, str>> = words.iter().map(|word| plain(word)).collect();
            let parts = self.parts(&words, is_short);
            match (read.as_mut_slice(), parts) {
                // "Connect me, please, to a manager" is one wish.
                ([.., Some(wish), Some(please)], Some(parts)) if is_parted(wish, please) => {
                    wish.extend(parts);
                    read.pop();
                }
                (_, parts) => read.push(parts),
            }
        }
        let split = |parts: Vec<Part>| -> Vec<_> {
            parts.split(|part| *part == Part::Turn).map(|clause| Some(clause.to_vec())).collect()
        };
        read.into_iter().flat_map(|parts| parts.map_or_else(|| vec![None], split)).collect()
    }

    /// `is_short`: the message is so short that a word may be a misspelt one of these.
    fn parts(&self, words: &[Cow<'_, str>], is_short: bool) -> Option<Vec<Part>> {
        let mut parts = Vec::with_capacity(words.len());
        let mut rest = words;
        while let Some((first, behind)) = rest.split_first() {
            let found = self.longest(first, behind).or_else(|| {
                let joined = first.strip_prefix(JOINED).and_then(|first| self.longest(first, behind));
                let noun = |first| self.longest(first, behind).filter(|(part, _)| part.is_noun());
                joined.or_else(|| bare(first).find_map(noun))
            });
            let (part, taken) =
                found.or_else(|| is_short.then(|| self.misspelt(first)).flatten().map(|part| (part, 0)))?;
            parts.push(part);
            if part == Part::Topic {
                break;
            }
            rest = behind.get(taken..).unwrap_or_default();
        }
        Some(parts)
    }

    /// The parts that stand among words, each with the place of its first and last word; the other words say nothing.
    pub(crate) fn among<S: AsRef<str>>(&self, words: &[S]) -> Vec<(usize, usize, Part)> {
        let words: Vec<Cow<'_, str>> = words.iter().map(|word| plain(word.as_ref())).collect();
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some((first, behind)) = words.get(at..).and_then(<[_]>::split_first) {
            let joined = || first.strip_prefix(JOINED).and_then(|first| self.longest(first, behind));
            let taken = match self.longest(first, behind).or_else(joined) {
                Some((part, taken)) => {
                    found.push((at, at + taken, part));
                    taken
                }
                None => 0,
            };
            at += taken + 1;
        }
        found
    }

    /// The longest phrase that begins here, and how many words it takes behind the first.
    fn longest(&self, first: &str, behind: &[Cow<'_, str>]) -> Option<(Part, usize)> {
        let stands = |words: &[String]| {
            behind.get(..words.len()).is_some_and(|here| here.iter().zip(words).all(|(here, word)| is_word(here, word)))
        };
        let of_word = self.phrases(first).get(first)?;
        of_word.iter().find(|(words, _)| stands(words)).map(|(words, part)| (*part, words.len()))
    }

    fn misspelt(&self, word: &str) -> Option<Part> {
        let letters = word.chars().count();
        if letters < MIN_MISSPELT {
            return None;
        }
        let alike = |known: &str| known.chars().count().abs_diff(letters) <= 1 && known.len() >= MIN_MISSPELT;
        let near = |known: &str| alike(known) && strsim::osa_distance(known, word) == 1;
        let alone =
            |of_word: &[(Vec<String>, Part)]| of_word.iter().find(|(rest, _)| rest.is_empty()).map(|(_, part)| *part);
        let parts = self.phrases(word).iter().filter_map(|(first, of_word)| Some((first, alone(of_word)?)));
        // Of most words it need not be known how near they are.
        let parts = parts.filter(|(first, part)| part.may_be_misspelt() && near(first));
        // Of several the first by spelling: the order of a map is another in every process.
        parts.min_by_key(|(first, _)| *first).map(|(_, part)| part)
    }
}

/// Whether a clause asks to be put through, and the next one is a "please" alone.
fn is_parted(wish: &[Part], please: &[Part]) -> bool {
    wish.contains(&Part::Reach) && please == [Part::Polite]
}

/// Whether a word is that of a phrase, where a single Hebrew letter stands for any word it begins ("moved from"), and
/// `0` for any number.
fn is_word(here: &str, word: &str) -> bool {
    let begins = word.chars().count() == 1 && word.starts_with(PREFIXES) && here.starts_with(word);
    here == word || begins || (word == "0" && here.bytes().all(|b| b.is_ascii_digit()))
}

/// "And", "that", which go together with any word.
const JOINED: [char; 4] = ['ו', 'ש', 'و', 'ف'];

/// "And", or a word that is written together with it.
pub(crate) fn is_and(word: &str) -> bool {
    matches!(word, "and" | "и") || word.starts_with(['ו', 'و'])
}

/// What is left of a word without the letters that are written together with a noun: up to two of the Hebrew ones, or
/// the Arabic article and what goes with it.
pub(crate) fn bare(word: &str) -> impl Iterator<Item = &str> {
    let hebrew = word.strip_prefix(PREFIXES);
    let twice = hebrew.and_then(|rest| rest.strip_prefix(PREFIXES));
    let arabic = ["ال", "لل", "بال", "وال", "ل", "ب"].into_iter().filter_map(|prefix| word.strip_prefix(prefix));
    hebrew.into_iter().chain(twice).chain(arabic).filter(|rest| rest.chars().nth(1).is_some())
}

/// A word as it is held against others: letters that somebody leant on count once.
fn plain(word: &str) -> Cow<'_, str> {
    let twice = |word: &str| word.chars().zip(word.chars().skip(1)).any(|(a, b)| a == b);
    if !twice(word) {
        return Cow::Borrowed(word);
    }
    let mut once: Vec<char> = word.chars().collect();
    once.dedup();
    Cow::Owned(once.into_iter().collect())
}

/// The phrases of a file with their parts.
fn entries(file: &'static str) -> impl Iterator<Item = (Part, &'static str)> {
    let mut part = None;
    let lines = file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '+', '-']));
    lines.flat_map(move |line| {
        let name = line.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        if let Some(name) = name {
            part = Part::named(name);
        }
        let phrases = name.is_none().then(|| line.split(','));
        let part = part;
        phrases.into_iter().flatten().filter_map(move |phrase| Some((part?, phrase.trim())))
    })
}

/// Holds every part of the files to the sentences that stand with it.
#[cfg(test)]
pub(crate) fn assert_sentences(files: &[&str], hits: impl Fn(&str) -> bool) {
    for file in files {
        let of = |sign: char| file.lines().filter_map(move |line| line.strip_prefix(sign)).map(str::trim);
        let missed: Vec<_> = of('+').filter(|text| !hits(text)).collect();
        let taken: Vec<_> = of('-').filter(|text| hits(text)).collect();
        assert!(missed.is_empty() && taken.is_empty(), "missed {missed:?}, taken {taken:?}");
        for part in file.split("\n[").filter(|part| part.contains("\n+") || part.contains("\n-")) {
            assert!(part.contains("\n+") && part.contains("\n-"), "sentences of one kind alone: {part}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_of_the_files_is_a_part() {
        let files = crate::lexicon::reset::FILES
            .iter()
            .chain(crate::lexicon::person::FILES)
            .chain(crate::lexicon::optout::FILES)
            .chain(crate::lexicon::statement::FILES)
            .chain(crate::lexicon::value::FILES);
        for line in files.flat_map(|file| file.lines()).filter(|line| line.starts_with('[')) {
            assert!(Part::named(line.trim_matches(['[', ']'])).is_some(), "{line}");
        }
    }

    #[test]
    fn a_phrase_stands_under_one_heading_of_a_file() {
        use crate::lexicon::{optout, person, reset, statement};
        let files = [reset::FILES, person::FILES, optout::FILES, statement::FILES].concat();
        let mut twice = Vec::new();
        for file in files {
            let mut seen = HashMap::new();
            for (part, phrase) in entries(file) {
                let first = *seen.entry(crate::text::words(phrase)).or_insert(part);
                twice.extend((first != part).then_some((phrase, first, part)));
            }
        }
        assert!(twice.is_empty(), "the second comes to nothing: {twice:?}");
    }

    #[test]
    fn a_word_left_over_leaves_a_clause_undecided() {
        let read = |text| crate::lexicon::reset::LEXICON.read(text);
        assert_eq!(read("reset please"), [Some(vec![Part::Reset, Part::Polite])]);
        assert_eq!(read("reset my heating. restarrrt"), [None, Some(vec![Part::Reset])]);
        assert_eq!(read("please restatr"), [Some(vec![Part::Polite, Part::Reset])], "one letter may be wrong");
        assert_eq!(read(&format!("{}restatr", "please ".repeat(7))), [None], "but not in a long message");
    }
}
