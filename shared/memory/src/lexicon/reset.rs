//! Words that ask to start a conversation fresh.

use crate::text::Phrases;

// Words are written as `text::words` gives them: lower case, no final letters, no apostrophes. Phrases may be written
// freely.

/// Any of these asks for it.
pub(crate) static PHRASES: Phrases = Phrases::new(&[
    "מהתחלה",
    "מההתחלה",
    "מהתחלא",
    "מאפס",
    "ריסט",
    "ריסטארט",
    "רסטארט",
    "התחל מחדש",
    "התחלה מחדש",
    "התחילי מחדש",
    "התחילו מחדש",
    "תתחיל מחדש",
    "תתחילי מחדש",
    "תתחילו מחדש",
    "להתחיל מחדש",
    "נתחיל מחדש",
    "מתחיל מחדש",
    "מתחילה מחדש",
    "מתחילים מחדש",
    "אתחיל מחדש",
    "להתחיל שוב",
    "נתחיל שוב",
    "התחלה חדשה",
    "שיחה חדשה",
    "דף חדש",
    "איפוס",
    "לאפס",
    "תאפס",
    "תאפסי",
    "נאפס",
    "אפס הכל",
    "לאתחל",
    "אתחול",
    "נתחיל הכל מחדש",
    "להתחיל הכל מחדש",
    "start over",
    "start again",
    "start fresh",
    "start afresh",
    "starting over",
    "restart",
    "reset",
    "from the beginning",
    "from the start",
    "from scratch",
    "fresh start",
    "begin again",
    "start anew",
    "startover",
    "from zero",
    "clean slate",
    "new conversation",
    "new chat",
    "сначала",
    "заново",
    "с начала",
    "من البداية",
    "من جديد",
    "من الأول",
]);
/// These also tell since when something is so: not after what was said or done back then.
pub(crate) static SINCE_THEN: Phrases =
    Phrases::new(&["מהתחלה", "מההתחלה", "from the beginning", "from the start", "من البداية"]);
pub(crate) const BACK_THEN: [&str; 18] = [
    "אמרתי",
    "אמרת",
    "אמרתמ",
    "ידעתי",
    "ביקשתי",
    "רציתי",
    "סיפרתי",
    "הסברתי",
    "כתבתי",
    "היה",
    "said",
    "told",
    "knew",
    "asked",
    "wanted",
    "wrote",
    "explained",
    "was",
];
/// Enough only as the whole message.
pub(crate) const ALONE: [&str; 4] = ["מחדש", "אפס", "fresh", "חדש"];
/// A reset of these is none of the conversation.
pub(crate) const OTHER_THINGS: [&str; 12] =
    ["סיסמה", "הסיסמה", "סיסמא", "הסיסמא", "קוד", "הקוד", "המכשיר", "password", "passcode", "pin", "device", "phone"];
