//! What stands in the place of a value where nothing is known.

use super::list::List;
use crate::text;

const FILES: &[&str] = &[
    include_str!("data/nothing.he.txt"),
    include_str!("data/nothing.en.txt"),
    include_str!("data/nothing.ru.txt"),
    include_str!("data/nothing.ar.txt"),
];
static NOTHING: List = List::new(FILES, "nothing");

/// Whether a value says that nothing is known.
pub(crate) fn is_nothing(value: &str) -> bool {
    let words = text::words(value);
    NOTHING.iter().any(|nothing| *nothing == words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;

    #[test]
    fn nothing_is_known_by_all_of_its_words() {
        assert_sentences(FILES, is_nothing);
    }
}
