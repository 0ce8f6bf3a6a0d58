//! What somebody says of themselves that is no name ("I'm tired"), and where they are that is no town ("in traffic").

use super::intent::{Lexicon, Part, bare};
use super::list::List;
use super::value;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/state.he.txt"),
    include_str!("data/state.en.txt"),
    include_str!("data/state.ru.txt"),
    include_str!("data/state.ar.txt"),
];
pub(crate) static LEXICON: Lexicon = Lexicon::new(FILES);
/// Several who speak: none of them is called what "we" are.
pub(crate) static WE: List = List::new(FILES, "we");
/// What no name ends with where it is written like any word, or begins and ends with.
static ENDINGS: List = List::new(FILES, "ending");
/// So many letters stand before an ending, or between a beginning and an ending.
const STEM: (usize, usize) = (3, 2);

/// Whether a word is a participle or an adjective by its form.
pub(crate) fn is_form_of_a_state(word: &str) -> bool {
    let has = |rest: Option<&str>, letters: usize| rest.is_some_and(|rest| rest.chars().count() >= letters);
    ENDINGS.iter().any(|form| match form.as_slice() {
        [end] => has(word.strip_suffix(end.as_str()), STEM.0),
        [begin, end] => has(word.strip_prefix(begin.as_str()).and_then(|rest| rest.strip_suffix(end.as_str())), STEM.1),
        _ => false,
    })
}

/// Whether the words say what somebody is, or where: also with what is written together with them, and behind an article
/// or "in".
pub(crate) fn is_all(words: &[String], part: Part) -> bool {
    let is_leading =
        |word: &&String| matches!(value::LEXICON.among(&[word]).as_slice(), [(.., Part::Many | Part::In | Part::At)]);
    let skipped = words.iter().take_while(is_leading).count();
    let words = words.get(skipped..).filter(|rest| !rest.is_empty()).unwrap_or(words);
    let is_one = |words: &[&str]| {
        let found = LEXICON.among(words);
        matches!(found.as_slice(), [(0, end, found)] if *found == part && end + 1 == words.len())
    };
    let whole: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((first, rest)) = whole.split_first() else { return false };
    let joined = |first| is_one(&[&[first], rest].concat());
    is_one(&whole) || (part == Part::Whereabouts && bare(first).any(joined))
}
