//! Words that say yes to what was asked right before, and nothing else.

use super::intent::{Lexicon, Part};

pub(crate) const FILES: &[&str] = &[
    include_str!("data/assent.he.txt"),
    include_str!("data/assent.en.txt"),
    include_str!("data/assent.ru.txt"),
    include_str!("data/assent.ar.txt"),
];
static LEXICON: Lexicon = Lexicon::new(FILES);

/// Whether a message is a bare yes: every word of it belongs to one.
pub(crate) fn is_bare_yes(text: &str) -> bool {
    let is_question = text.trim_end().ends_with(['?', '؟']);
    let clauses = LEXICON.read(text);
    let parts = || clauses.iter().flatten().flatten();
    !is_question && clauses.iter().all(Option::is_some) && parts().any(|part| *part == Part::Yes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;

    #[test]
    fn a_bare_yes_is_known_by_every_word_of_it() {
        assert_sentences(FILES, is_bare_yes);
    }
}
