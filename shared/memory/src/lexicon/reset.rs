//! Words that ask to start a conversation fresh.

use super::intent::Lexicon;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/polite.he.txt"),
    include_str!("data/polite.en.txt"),
    include_str!("data/polite.ru.txt"),
    include_str!("data/polite.ar.txt"),
    include_str!("data/reset.he.txt"),
    include_str!("data/reset.en.txt"),
    include_str!("data/reset.ru.txt"),
    include_str!("data/reset.ar.txt"),
];
pub(crate) static LEXICON: Lexicon = Lexicon::new(FILES);
