//! What customers ask about, and the words that show it.

use super::language::Language;

/// What a customer's words are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Hours,
    Prices,
    Booking,
    /// What do you know about me?
    Memory,
    ChangeOfMind,
    StartOver,
    Continue,
    Person,
    Thanks,
    Greeting,
}

/// Parts of words. The topics stand in the order of their weight: the first say what the conversation is about, the
/// last only how it is held.
const KEYWORDS: [(Topic, &[&str]); 10] = [
    (Topic::Memory, &["זוכר", "יודע עלי", "יודעת עלי", "יודעים עלי", "remember", "know about me"]),
    (Topic::Prices, &["כמה עולה", "כמה זה עולה", "מחיר", "price", "how much", "cost"]),
    (Topic::Hours, &["שעות הפתיחה", "שעות פתיחה", "פתוח", "סגור", "עד מתי", "opening hours", "open", "closed"]),
    (Topic::Booking, &["תור ", "תור?", "תור,", "תור.", "לקבוע", "נקבע", "להזמין", "appointment", "book"]),
    (Topic::StartOver, &["מהתחלה", "מחדש", "איפוס", "start over", "from scratch"]),
    (Topic::Continue, &["נמשיך", "להמשיך", "מאיפה שעצרנו", "continue", "left off"]),
    (Topic::ChangeOfMind, &["בעצם", "שיניתי את דעתי", "התחרטתי", "actually", "changed my mind"]),
    (Topic::Person, &["נציג", "בן אדם", "אדם אמיתי", "a person", "a human", "representative"]),
    (Topic::Thanks, &["תודה", "thank"]),
    (Topic::Greeting, &["היי", "הי ", "שלום", "בוקר טוב", "ערב טוב", "hello", "hi ", "hi,", "hey"]),
];

/// The topics of a text, the weightier first.
pub(crate) fn topics(text: &str) -> Vec<Topic> {
    let text = format!(" {} ", text.to_ascii_lowercase().replace('\n', " "));
    let about = |keywords: &[&str]| {
        keywords.iter().any(|keyword| text.contains(&format!(" {keyword}")) || prefixed(&text, keyword))
    };
    KEYWORDS.iter().filter(|(_, keywords)| about(keywords)).map(|(topic, _)| *topic).collect()
}

/// With a Hebrew prefix letter before it.
fn prefixed(text: &str, keyword: &str) -> bool {
    ['ו', 'ה', 'ל', 'ש', 'ב', 'מ'].iter().any(|letter| text.contains(&format!(" {letter}{keyword}")))
}

impl Topic {
    /// For a list of what was discussed.
    pub(crate) fn noun(self, language: Language) -> &'static str {
        let (hebrew, english) = match self {
            Self::Hours => ("שעות פתיחה", "opening hours"),
            Self::Prices => ("מחירים", "prices"),
            Self::Booking => ("קביעת תור", "an appointment"),
            Self::Memory => ("מה ידוע על הלקוח", "what is known about the customer"),
            Self::ChangeOfMind => ("שינוי בבקשה", "a change of mind"),
            Self::StartOver => ("התחלה מחדש", "a fresh start"),
            Self::Continue => ("המשך השיחה הקודמת", "the earlier conversation"),
            Self::Person => ("בקשה לדבר עם אדם", "a person to talk to"),
            Self::Thanks => ("תודה", "thanks"),
            Self::Greeting => ("פתיחה", "a greeting"),
        };
        match language {
            Language::Hebrew => hebrew,
            Language::English => english,
        }
    }
}
