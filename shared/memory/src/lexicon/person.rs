//! Words that ask for a person to talk to.

use super::intent::Lexicon;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/person.he.txt"),
    include_str!("data/person.en.txt"),
    include_str!("data/person.ru.txt"),
    include_str!("data/person.ar.txt"),
    include_str!("data/polite.he.txt"),
    include_str!("data/polite.en.txt"),
    include_str!("data/polite.ru.txt"),
    include_str!("data/polite.ar.txt"),
];
pub(crate) static LEXICON: Lexicon = Lexicon::new(FILES);
