//! Words that speak to an AI, or claim what only the business can give.

use crate::text::Phrases;

/// Whom a line can pretend to be.
pub(crate) const SPEAKERS: [&str; 8] =
    ["system", "assistant", "developer", "user", "tool", "function", "מערכת", "עוזר"];
/// The signs in which models are told who speaks.
pub(crate) const SIGNS: [&str; 5] = ["<|", "|>", "[inst]", "[/inst]", "<<sys>>"];

// Words are written as `text::words` gives them: lower case, no final letters, no apostrophes. Phrases may be written
// freely.

/// Words of dropping something …
pub(crate) const DROPS: [&str; 7] = ["ignore", "disregard", "forget", "override", "bypass", "שכח", "שכחי"];
/// … parts of such words …
pub(crate) const DROP_STEMS: [&str; 4] = ["תעלמ", "תשכח", "תעקפ", "תעקופ"];
/// … and what must not be dropped.
pub(crate) const RULES: [&str; 13] = [
    "instructions",
    "instruction",
    "prompt",
    "rules",
    "guidelines",
    "directives",
    "הוראות",
    "הוראה",
    "הנחיות",
    "הנחיה",
    "פרומפט",
    "כללימ",
    "חוקימ",
];
/// Any of these is an instruction to an AI.
pub(crate) static ORDERS: Phrases = Phrases::new(&[
    "system prompt",
    "you are now",
    "from now on you",
    "act as if you",
    "pretend you are",
    "pretend to be",
    "new instructions",
    "note to the ai",
    "message to the ai",
    "note to the assistant",
    "developer mode",
    "jailbreak",
    "מעכשיו אתה",
    "הוראות המערכת",
    "הודעת המערכת",
    "הוראות חדשות",
    "הודעה לבינה",
    "הערה לבינה",
    "הוראה לבינה",
]);
/// A standing that only the business can give.
pub(crate) static STANDINGS: Phrases = Phrases::new(&["vip", "administrator", "לקוח וי איי פי"]);
/// What only the business can give.
pub(crate) static PRIVILEGES: Phrases = Phrases::new(&[
    "discount",
    "discounts",
    "percent off",
    "for free",
    "free of charge",
    "never pays",
    "no charge",
    "הנחה",
    "ההנחה",
    "להנחה",
    "הנחות",
    "חינמ",
    "בחינמ",
    "ללא תשלומ",
    "בלי לשלמ",
]);
