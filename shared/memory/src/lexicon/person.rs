//! Words that ask for a person to talk to.

use crate::text::Phrases;

// Words are written as `text::words` gives them: lower case, no final letters, no apostrophes. Phrases may be written
// freely.

/// A wish is enough: "I need an agent".
pub(crate) static STRONG: Phrases = Phrases::new(&[
    "נציג",
    "נציגה",
    "נציגת",
    "נציגים",
    "מוקדן",
    "מוקדנית",
    "מענה אנושי",
    "אדם אמיתי",
    "בן אדם אמיתי",
    "בנאדם אמיתי",
    "מישהו אמיתי",
    "מישהו אנושי",
    "גורם אנושי",
    "agent",
    "representative",
    "rep",
    "operator",
    "real person",
    "actual person",
    "live person",
    "human help",
]);
/// Only talking to them or being put through: a table for one person asks for nobody.
pub(crate) static WEAK: Phrases = Phrases::new(&[
    "שירות לקוחות",
    "בן אדם",
    "בנאדם",
    "בן אנוש",
    "אדם",
    "מנהל",
    "מנהלת",
    "מישהו",
    "מישהי",
    "הצוות",
    "human being",
    "human",
    "person",
    "somebody",
    "someone",
    "manager",
    "customer service",
]);
/// Enough as the whole message, politeness aside.
pub(crate) static ALONE: Phrases = Phrases::new(&[
    "נציג אנושי",
    "נציג שירות",
    "נציגת שירות",
    "אנושי",
    "בן אדם",
    "בנאדם",
    "שירות לקוחות",
    "human",
    "a human",
    "human agent",
    "live agent",
    "customer support",
]);
/// Left out before one looks whether a message is nothing but a name of a person to talk to.
pub(crate) const POLITE: [&str; 8] = ["בבקשה", "תודה", "היי", "שלומ", "please", "thanks", "hi", "hello"];
/// Words of talking to somebody and of being put through.
pub(crate) const REACHING: [&str; 40] = [
    "לדבר",
    "לשוחח",
    "אדבר",
    "נדבר",
    "להתכתב",
    "תעביר",
    "תעבירי",
    "תעבירו",
    "להעביר",
    "העבר",
    "העבירו",
    "מעבירימ",
    "תחבר",
    "תחברי",
    "תחברו",
    "לחבר",
    "חבר",
    "חברו",
    "לפנות",
    "לקבל",
    "שיענה",
    "talk",
    "speak",
    "chat",
    "connect",
    "transfer",
    "reach",
    "contact",
    "forward",
    "escalate",
    "put",
    "pass",
    "switch",
    "redirect",
    "speaking",
    "דברו",
    "תקרא",
    "תקראי",
    "תקראו",
    "לקרוא",
];
/// Words of wishing for somebody or something.
pub(crate) const WISHING: [&str; 34] = [
    "רוצה",
    "רוצימ",
    "רוצות",
    "אפשר",
    "צריכ",
    "צריכה",
    "צריכימ",
    "מבקש",
    "מבקשת",
    "מבקשימ",
    "אשמח",
    "תנ",
    "תני",
    "תנו",
    "תביא",
    "תביאו",
    "איפה",
    "יש",
    "דרוש",
    "דרושה",
    "מעדיפ",
    "מעדיפה",
    "want",
    "need",
    "get",
    "give",
    "like",
    "can",
    "could",
    "may",
    "prefer",
    "any",
    "let",
    "require",
];
/// Words that link wishes into one: between a negation and an asking word they change nothing.
pub(crate) const LINKS: [&str; 14] =
    ["to", "would", "will", "i", "me", "a", "an", "the", "you", "אני", "אנחנו", "שאני", "ever", "please"];
/// What is wanted stands behind these, what is not wanted before.
pub(crate) const INSTEAD: [&str; 4] = ["אלא", "רק", "but", "only"];
/// An agent of these is a line of business.
pub(crate) const TRADES: [&str; 6] = ["estate", "travel", "insurance", "ticket", "booking", "cleaning"];
