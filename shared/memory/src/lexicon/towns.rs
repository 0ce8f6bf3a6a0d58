//! Short names of towns.

use crate::text;
use std::sync::OnceLock;

/// The words of each phrase.
type Phrases = Vec<Vec<String>>;

const FILES: &[&str] = &[
    include_str!("data/towns.he.txt"),
    include_str!("data/towns.en.txt"),
    include_str!("data/towns.ru.txt"),
    include_str!("data/towns.ar.txt"),
];

/// Short names, each with the words of the towns it is short for.
fn towns() -> &'static [(Phrases, Phrases)] {
    static TOWNS: OnceLock<Vec<(Phrases, Phrases)>> = OnceLock::new();
    TOWNS.get_or_init(|| {
        let lines = FILES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with(['#', '+', '-']));
        let list = |text: &str| text.split(',').map(text::words).collect::<Vec<_>>();
        let towns = lines.filter_map(|line| line.split_once('='));
        towns.map(|(short, long)| (list(short), list(long))).collect()
    })
}

/// Whether one of the words is a short name of the town.
pub(crate) fn are_short_for(words: &[String], town: &[String]) -> bool {
    let of_town = towns().iter().filter(|(_, long)| long.iter().any(|long| long == town)).flat_map(|(short, _)| short);
    let begins = |said: &str, short: &str| said == short || text::without_prefix(said) == short;
    let is_said = |said: &[String], short: &[String]| {
        let mut pairs = said.iter().zip(short).enumerate();
        pairs.all(|(at, (said, short))| if at == 0 { begins(said, short) } else { said == short })
    };
    of_town.into_iter().any(|short| words.windows(short.len()).any(|said| is_said(said, short)))
}

/// The town that all of these words are short for.
pub(crate) fn in_full(words: &[String]) -> Option<String> {
    let (_, long) = towns().iter().find(|(short, _)| short.iter().any(|short| short == words))?;
    Some(long.first()?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;

    #[test]
    fn every_language_knows_short_names_and_takes_none_for_another() {
        assert_sentences(FILES, |line| {
            let (said, town) = line.split_once('|').unwrap();
            are_short_for(&text::words(said), &text::words(town))
        });
    }
}
