//! Words beside a value that tell that it is no name or no town.

use super::intent::Lexicon;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/value.he.txt"),
    include_str!("data/value.en.txt"),
    include_str!("data/value.ru.txt"),
    include_str!("data/value.ar.txt"),
];
pub(crate) static LEXICON: Lexicon = Lexicon::new(FILES);
