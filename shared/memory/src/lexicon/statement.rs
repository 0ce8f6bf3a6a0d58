//! Words that tell how a statement is meant.

use super::intent::Lexicon;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/stance.he.txt"),
    include_str!("data/stance.en.txt"),
    include_str!("data/stance.ru.txt"),
    include_str!("data/stance.ar.txt"),
];
pub(crate) static LEXICON: Lexicon = Lexicon::new(FILES);
