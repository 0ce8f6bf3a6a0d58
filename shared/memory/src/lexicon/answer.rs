//! A bare no, and what stands between choices.

use super::list::List;

const FILES: &[&str] = &[
    include_str!("data/answer.he.txt"),
    include_str!("data/answer.en.txt"),
    include_str!("data/answer.ru.txt"),
    include_str!("data/answer.ar.txt"),
];
/// A no that answers what was asked.
pub(crate) static NO: List = List::new(FILES, "no");
/// A word that denies what is behind it, and is no answer: none in Hebrew, which has one word for both.
pub(crate) static NOT: List = List::new(FILES, "not");
/// What a question begins with.
pub(crate) static ASKS: List = List::new(FILES, "asks");
/// What stands between choices.
pub(crate) static OR: List = List::new(FILES, "or");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;
    use crate::text;

    #[test]
    fn a_no_is_one_only_at_the_beginning_and_an_or_anywhere() {
        assert_sentences(FILES, |text| {
            let words = text::words(text);
            NO.has(&words[0]) || OR.occur_in(&words)
        });
    }
}
