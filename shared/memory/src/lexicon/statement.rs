//! Words that tell how a statement is meant.

use crate::text::Phrases;

// Words are written as `text::words` gives them: lower case, no final letters, no apostrophes. Phrases may be written
// freely.

/// With these in its sentence, a statement is not sure.
pub(crate) static HEDGES: Phrases = Phrases::new(&[
    "אולי",
    "נראה לי",
    "כנראה",
    "יכול להיות",
    "ייתכן",
    "יתכן",
    "לא בטוח",
    "לא בטוחה",
    "אני חושב",
    "אני חושבת",
    "חושב על",
    "חושבת על",
    "מתלבט",
    "מתלבטת",
    "שוקל",
    "שוקלת",
    "לא יודע",
    "לא יודעת",
    "נדמה לי",
    "אם אני לא טועה",
    "לא סגור",
    "לא סגורה",
    "maybe",
    "perhaps",
    "possibly",
    "probably",
    "might",
    "i think",
    "i guess",
    "i suppose",
    "not sure",
    "unsure",
    "considering",
    "thinking about",
    "thinking of",
    "could be",
    "kind of",
    "sort of",
    "dont know",
    "if i remember",
    "может",
    "наверное",
    "возможно",
    "кажется",
    "ربما",
    "ممكن",
]);
/// After these a negation denies nothing: "not only", "no problem".
pub(crate) const HARMLESS_AFTER: [&str; 13] = [
    "רק", "בעיה", "אכפת", "משנה", "תודה", "only", "just", "problem", "problems", "mind", "worries", "thanks", "matter",
];
/// "No I am from Haifa": before these, "no" answers what was asked.
pub(crate) const SUBJECTS: [&str; 12] =
    ["אני", "אנחנו", "אנו", "זה", "שמי", "קוראימ", "i", "im", "we", "its", "my", "thats"];
