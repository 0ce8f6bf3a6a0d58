//! Words that speak to an AI, or claim what only the business can give.

use super::list::List;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/injection.he.txt"),
    include_str!("data/injection.en.txt"),
    include_str!("data/injection.ru.txt"),
    include_str!("data/injection.ar.txt"),
];
/// Whom a line can pretend to be.
pub(crate) static SPEAKERS: List = List::new(FILES, "speaker");
/// The signs in which models are told who speaks.
pub(crate) const SIGNS: [&str; 5] = ["<|", "|>", "[inst]", "[/inst]", "<<sys>>"];
/// Words of dropping something …
pub(crate) static DROPS: List = List::new(FILES, "drop");
/// … parts of such words …
pub(crate) static DROP_STEMS: List = List::new(FILES, "drop_stem");
/// … and what must not be dropped.
pub(crate) static RULES: List = List::new(FILES, "rule");
/// Any of these is an instruction to an AI.
pub(crate) static ORDERS: List = List::new(FILES, "order");
/// A standing that only the business can give.
pub(crate) static STANDINGS: List = List::new(FILES, "standing");
/// What is said before something the business is to owe.
pub(crate) static OWED: List = List::new(FILES, "owed");
/// What only the business can give.
pub(crate) static PRIVILEGES: List = List::new(FILES, "privilege");
