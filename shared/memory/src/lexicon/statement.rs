//! Words that tell how a statement is meant.

use super::intent::Lexicon;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/stance.he.txt"),
    include_str!("data/stance.en.txt"),
    include_str!("data/stance.ru.txt"),
    include_str!("data/stance.ar.txt"),
];
pub(crate) static LEXICON: Lexicon = Lexicon::new(FILES);
/// Before a name these greet or thank somebody else.
pub(crate) const GREETINGS: [&str; 18] = [
    "היי",
    "הי",
    "שלומ",
    "תודה",
    "אהלנ",
    "hi",
    "hello",
    "hey",
    "dear",
    "thanks",
    "привет",
    "здравствуите",
    "спасибо",
    "مرحبا",
    "شكرا",
    "اهلا",
    "يا",
    "thx",
];
/// A bare "no".
pub(crate) const NO: [&str; 5] = ["לא", "no", "nope", "нет", "لا"];
