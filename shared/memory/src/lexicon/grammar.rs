//! Words that say who, whose, what and how: two sentences that share nothing else have nothing to do with each other.

use super::list::List;

const FILES: &[&str] = &[
    include_str!("data/grammar.he.txt"),
    include_str!("data/grammar.en.txt"),
    include_str!("data/grammar.ru.txt"),
    include_str!("data/grammar.ar.txt"),
];
static GRAMMAR: List = List::new(FILES, "grammar");

/// Whether a word says nothing of what a question is about.
pub(crate) fn is_grammar(word: &str) -> bool {
    GRAMMAR.has(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;
    use crate::text;

    #[test]
    fn a_question_of_nothing_else_asks_for_nothing() {
        assert_sentences(FILES, |sentence| text::words(sentence).iter().all(|word| is_grammar(word)));
    }
}
