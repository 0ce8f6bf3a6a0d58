//! A text as words, and where one of them stands in another text.

use super::fold::{fold, is_plain_letter};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// A text as its letters and digits alone, remembering where words begin and end and where in the text they stand.
pub(crate) struct NormalizedText {
    letters: Vec<char>,
    starts: Vec<bool>,
    places: Vec<Range<usize>>,
}

impl NormalizedText {
    pub(crate) fn new(text: &str) -> Self {
        let most = text.len();
        let (mut letters, mut starts) = (Vec::with_capacity(most), Vec::with_capacity(most));
        let mut places: Vec<Range<usize>> = Vec::with_capacity(most);
        let mut begins = true;
        for (origin, c) in text.char_indices() {
            for folded in fold(c) {
                let doubles = !begins && matches!(folded, 'ו' | 'י') && letters.last() == Some(&folded);
                if doubles {
                    // "ירושליים" is ירושלים.
                    if let Some(place) = places.last_mut() {
                        *place = place.start..origin + c.len_utf8();
                    }
                } else if is_letter_or_digit(folded) {
                    letters.push(folded);
                    starts.push(begins);
                    places.push(origin..origin + c.len_utf8());
                    begins = false;
                } else if !is_combining_mark(folded) && !is_inside_words(folded) {
                    begins = true;
                }
            }
        }
        Self { letters, starts, places }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// How many letters and digits there are.
    pub(crate) fn len(&self) -> usize {
        self.letters.len()
    }

    /// Its words, and where they stand.
    pub(crate) fn words(&self) -> Vec<(String, Range<usize>)> {
        let mut words: Vec<(String, Range<usize>)> = Vec::new();
        for ((&letter, &begins), place) in self.letters.iter().zip(&self.starts).zip(&self.places) {
            match words.last_mut() {
                Some((word, at)) if !begins => {
                    word.push(letter);
                    at.end = place.end;
                }
                _ => {
                    let mut word = String::with_capacity(WORD_BYTES);
                    word.push(letter);
                    words.push((word, place.clone()));
                }
            }
        }
        words
    }

    /// Where the whole words of `needle` stand, as byte ranges of the text this was made of. A Hebrew prefix (ב, ל,
    /// מ, …) or an Arabic one may stand before the first word; the range includes it.
    pub(crate) fn find(&self, needle: &Self) -> Vec<Range<usize>> {
        if needle.is_empty() {
            return Vec::new();
        }
        let length = needle.letters.len();
        let windows = self.letters.windows(length).enumerate();
        windows
            .filter(|(_, window)| *window == needle.letters)
            .filter(|(at, _)| self.ends_word(at + length) || self.has_unit(*at, length))
            .filter(|(at, _)| length >= PHONE_DIGITS || self.parts_digits_as(*at, needle))
            .filter_map(|(at, _)| {
                let start = self.word_start(at)?;
                Some(self.places.get(start)?.start..self.places.get(at + length - 1)?.end)
            })
            .collect()
    }

    /// A letter that does not begin a word.
    fn inside(&self, at: usize) -> Option<char> {
        self.letters.get(at).copied().filter(|_| self.starts.get(at) == Some(&false))
    }

    fn ends_word(&self, at: usize) -> bool {
        self.starts.get(at).copied().unwrap_or(true)
    }

    /// "5чел", "14го": figures with what Russian and English write together with them and says nothing.
    fn has_unit(&self, at: usize, length: usize) -> bool {
        let is_figure = self.letters.get(at..at + length).is_some_and(|said| said.iter().all(char::is_ascii_digit));
        let rest = self.letters.get(at + length..).unwrap_or_default();
        let is_unit = |unit: &str| {
            let letters: Vec<char> = unit.chars().collect();
            rest.starts_with(&letters) && self.ends_word(at + length + letters.len())
        };
        is_figure && BEHIND_FIGURES.iter().any(|unit| is_unit(unit))
    }

    /// Whether digits are parted at the same places as in `needle`: "1-2" is not "12".
    fn parts_digits_as(&self, at: usize, needle: &Self) -> bool {
        let pairs = needle.letters.windows(2).zip(1..);
        let mut digits = pairs.filter(|(pair, _)| pair.iter().all(char::is_ascii_digit));
        digits.all(|(_, index)| self.starts.get(at + index) == needle.starts.get(index))
    }

    /// The beginning of the word that `at` stands in, if nothing but letters that are written together with the next
    /// word stand between.
    fn word_start(&self, at: usize) -> Option<usize> {
        let start = (0..=at).rev().find(|&i| self.starts.get(i) == Some(&true))?;
        let prefix = self.letters.get(start..at)?;
        let joins = match self.letters.get(at)? {
            'א'..='ת' => prefix.len() <= 3 && prefix.iter().all(|c| PREFIXES.contains(c)),
            '0'..='9' => without_prefix_of_digits(&prefix.iter().collect::<String>()).is_empty(),
            '\u{620}'..='\u{64A}' => {
                let word: Vec<char> = (at..at + LONG_WORD).map_while(|at| self.inside(at)).collect();
                let is_definite = word.len() == LONG_WORD && word.starts_with(&['ا', 'ل']);
                ARABIC_PREFIXES.contains(&prefix.iter().collect::<String>().as_str())
                    || (prefix == ['ع'] && is_definite)
            }
            _ => false,
        };
        (start == at || joins).then_some(start)
    }
}

fn is_letter_or_digit(c: char) -> bool {
    is_plain_letter(c) || (c.is_alphanumeric() && !is_combining_mark(c))
}

/// Most words have no more, so that they are allocated once.
const WORD_BYTES: usize = 16;

/// So many letters may be a phone number, whose digits anybody parts as they like.
const PHONE_DIGITS: usize = 7;

/// The letters that Hebrew writes together with the next word. `מ` stands for the final form too.
pub(crate) const PREFIXES: [char; 7] = ['מ', 'ש', 'ה', 'ו', 'כ', 'ל', 'ב'];
/// What Arabic writes together with it: and, so, in, for, like, the.
const ARABIC_PREFIXES: [&str; 13] = ["و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "لل", "وب", "ول", "وبال", "ولل"];
/// What Arabic writes together with figures: to, in, on.
const BEFORE_FIGURES: [&str; 6] = ["ب", "ل", "ع", "عال", "بال", "لل"];
/// What Russian and English write together with a number of people.
const BEHIND_FIGURES: [&str; 3] = ["чел", "ppl", "pax"];
/// So long a word with its article may stand behind the single letter for "on" of spoken Arabic.
const LONG_WORD: usize = 5;

fn is_inside_words(c: char) -> bool {
    matches!(c, '\'' | '"' | '\u{2BC}' | '\u{5F3}' | '\u{5F4}' | '\u{2018}'..='\u{201F}')
}

/// The words of a text in the form of [`NormalizedText`].
pub(crate) fn words(text: &str) -> Vec<String> {
    NormalizedText::new(text).words().into_iter().map(|(word, _)| word).collect()
}

/// Figures without what Hebrew or Arabic writes together with them.
pub(crate) fn without_prefix_of_digits(word: &str) -> &str {
    const MOST: usize = 3;
    let figures = word.trim_start_matches(char::is_alphabetic);
    let prefix = word.get(..word.len() - figures.len()).unwrap_or_default();
    let is_hebrew = prefix.chars().count() <= MOST && prefix.chars().all(|c| PREFIXES.contains(&c));
    if is_hebrew || BEFORE_FIGURES.contains(&prefix) { figures } else { word }
}

/// The word without the letter Hebrew writes together with it, if enough of it is left.
pub(crate) fn without_prefix(word: &str) -> &str {
    let rest = word.strip_prefix(PREFIXES).unwrap_or(word);
    if rest.chars().count() >= 2 { rest } else { word }
}

/// An Arabic word without what is written together with it, if enough of it is left.
pub(crate) fn without_arabic_prefix(word: &str) -> &str {
    let rests = ARABIC_PREFIXES.iter().filter_map(|prefix| word.strip_prefix(prefix));
    rests.filter(|rest| rest.chars().count() >= 2).min_by_key(|rest| rest.len()).unwrap_or(word)
}

/// An Arabic word without what is written together with it, and without the ending of two or many.
pub(crate) fn without_arabic(word: &str) -> &str {
    const SHORTEST: usize = 3;
    const ENDINGS: [&str; 5] = ["تين", "ين", "ان", "ات", "ون"];
    let enough = |rest: &&str| rest.chars().count() >= SHORTEST;
    if !word.starts_with(|c| ('\u{620}'..='\u{64A}').contains(&c)) {
        return word;
    }
    let bare = without_arabic_prefix(word);
    ENDINGS.iter().find_map(|ending| bare.strip_suffix(ending).filter(enough)).unwrap_or(bare)
}

/// Whether a text holds a word with gershayim: "עו\"ד" is no "עוד".
pub(crate) fn is_abbreviated(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let hebrew = |c: &char| ('א'..='ת').contains(c);
    chars.windows(3).any(|near| hebrew(&near[0]) && matches!(near[1], '"' | '\u{5F4}' | '”' | '“') && hebrew(&near[2]))
}
