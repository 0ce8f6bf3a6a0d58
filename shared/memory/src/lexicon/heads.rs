//! Who is counted among several: "two adults", "my wife", "a couple".

use super::phrases::Phrases;

pub(super) const FILES: &[&str] = &[
    include_str!("data/heads.he.txt"),
    include_str!("data/heads.en.txt"),
    include_str!("data/heads.ru.txt"),
    include_str!("data/heads.ar.txt"),
];

/// How many somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heads {
    /// As many as the number before them: "adults".
    Several,
    /// One, or as many as the number before them: "my wife", "child".
    One,
    /// Two, or twice the number before them: "couples".
    Pair,
    /// Who writes.
    Oneself,
    /// Of a number, and of nobody in particular: "people".
    People,
    /// What joins them: "and", "with".
    And,
    /// What may stand before a number of more people: "plus".
    Plus,
}

fn headed(heading: &str) -> Option<Heads> {
    Some(match heading {
        "several" => Heads::Several,
        "one" => Heads::One,
        "pair" => Heads::Pair,
        "oneself" => Heads::Oneself,
        "and" => Heads::And,
        "people" => Heads::People,
        "plus" => Heads::Plus,
        _ => return None,
    })
}

pub(crate) static PHRASES: Phrases<Heads> = Phrases::new(FILES, headed);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::headcount::adds_up;
    use crate::lexicon::intent::assert_sentences;
    use crate::lexicon::phrases::assert_headings;
    use crate::text;

    #[test]
    fn every_language_adds_up_who_comes() {
        assert_headings(FILES, headed, |_| false);
        assert_sentences(FILES, |line| {
            let (said, number) = line.split_once('|').unwrap();
            adds_up(number.trim(), &text::words(said))
        });
    }
}
