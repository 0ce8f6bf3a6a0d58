//! Words that ask for no more messages that were not asked for.

use super::intent::Lexicon;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/optout.he.txt"),
    include_str!("data/optout.en.txt"),
    include_str!("data/optout.ru.txt"),
    include_str!("data/optout.ar.txt"),
];
/// Of words that mean something else in a request of another kind ("stop the bot"), the meaning here comes first.
const ALL: &[&str] = &[
    FILES[0],
    FILES[1],
    FILES[2],
    FILES[3],
    include_str!("data/polite.he.txt"),
    include_str!("data/polite.en.txt"),
    include_str!("data/polite.ru.txt"),
    include_str!("data/polite.ar.txt"),
];
pub(crate) static LEXICON: Lexicon = Lexicon::new(ALL);
