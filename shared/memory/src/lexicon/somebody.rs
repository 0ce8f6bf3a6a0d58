//! Words for who writes, and before who is with them.

use super::list::List;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/somebody.he.txt"),
    include_str!("data/somebody.en.txt"),
    include_str!("data/somebody.ru.txt"),
    include_str!("data/somebody.ar.txt"),
];
/// "I", "we".
pub(crate) static SOMEBODY: List = List::new(FILES, "somebody");
/// "With".
pub(crate) static WITH: List = List::new(FILES, "with");
