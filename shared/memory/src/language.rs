//! The languages a business can choose: what the product itself says, in each.

use serde::{Deserialize, Serialize};

/// The language of a business: of the memory block, the summaries and the product's own sentences. The AI answers
/// in the customer's language whatever stands here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Language {
    /// Hebrew, the default.
    #[default]
    #[serde(rename = "he")]
    Hebrew,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Every language, the default first.
    pub const ALL: [Self; 2] = [Self::Hebrew, Self::English];

    /// The code used in settings: `he` or `en`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hebrew => "he",
            Self::English => "en",
        }
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::Hebrew => &HEBREW,
            Self::English => &ENGLISH,
        }
    }
}

/// A field of the standard profile (spec B).
pub(crate) struct StandardField {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) description: &'static str,
    pub(crate) max_chars: usize,
}

/// Everything the product says by itself in one language.
pub(crate) struct Words {
    pub(crate) fields: [StandardField; 5],
    // The memory block (spec F).
    pub(crate) block_title: &'static str,
    pub(crate) profile_title: &'static str,
    pub(crate) summary_title: &'static str,
    pub(crate) channel: &'static str,
    pub(crate) notes_title: &'static str,
    /// Of a summary, whichever channel it is from.
    pub(crate) conversation_summary: &'static str,
    /// Of a person's note.
    pub(crate) note: &'static str,
    // Returning customers (spec E).
    pub(crate) greeting: &'static str,
    pub(crate) question: &'static str,
    pub(crate) continue_title: &'static str,
    pub(crate) fresh_title: &'static str,
    pub(crate) instruction: &'static str,
    /// Parts of words that, all of one group in one sentence, mean the question, in the form of `text::words`.
    pub(crate) question_signs: &'static [&'static [&'static str]],
    /// In place of a summary that was nothing but orders to the AI.
    pub(crate) summary_withheld: &'static str,
    /// Headings a model likes to put above a summary, lower case.
    pub(crate) summary_headings: &'static [&'static str],
}

static HEBREW: Words = Words {
    fields: [
        StandardField {
            name: "name", label: "שם", description: "שם הלקוח, כפי שהציג את עצמו", max_chars: 80
        },
        StandardField {
            name: "city", label: "עיר", description: "העיר או היישוב שבו הלקוח גר", max_chars: 80
        },
        StandardField {
            name: "service_interest",
            label: "שירות מבוקש",
            description: "השירות או המוצר שהלקוח מתעניין בו",
            max_chars: 200,
        },
        StandardField {
            name: "preferences",
            label: "העדפות",
            description: "העדפות קבועות של הלקוח: ימים, שעות, סגנון, איש צוות",
            max_chars: 300,
        },
        StandardField {
            name: "notes",
            label: "הערות",
            description: "עובדה חשובה אחרת שכדאי לזכור על הלקוח",
            max_chars: 500,
        },
    ],
    block_title: "🧠 זיכרון לקוח (מכל הערוצים):",
    profile_title: "📋 פרופיל לקוח:",
    summary_title: "📝 סיכום שיחה אחרונה:",
    channel: "ערוץ",
    notes_title: "📚 הערות אחרונות (האחרונה היא הכי עדכנית):",
    conversation_summary: "סיכום שיחה",
    note: "הערה",
    greeting: "היי",
    question: "רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?",
    continue_title: "להמשיך",
    fresh_title: "להתחיל מחדש",
    instruction: "הלקוח חזר אחרי הפסקה. ענה קודם על מה שכתב עכשיו, בקצרה. מיד אחרי התשובה שלך המערכת \
                  מוסיפה את השאלה: \"{question}\" אל תכתוב את השאלה הזאת בעצמך, אל תפתח בברכה נוספת, \
                  וסיים כך שהשאלה תבוא אחריך באופן טבעי.",
    question_signs: &[
        &["עצרנו", "מחדש"],
        &["משיכ", "תחיל", "מחדש"],
        &["משיכ", "מהתחלה"],
        &["מאיפה", "עצרנו"],
        &["מהמקומ", "עצרנו"],
        &["מהנקודה", "עצרנו"],
    ],
    summary_withheld: "הסיכום לא נשמר: כל מה שנכתב בו היה הוראות ל-AI",
    summary_headings: &["סיכום", "סיכום שיחה", "סיכום השיחה", "תקציר"],
};

static ENGLISH: Words = Words {
    fields: [
        StandardField {
            name: "name",
            label: "Name",
            description: "The customer's name, as they gave it",
            max_chars: 80,
        },
        StandardField { name: "city", label: "City", description: "The town the customer lives in", max_chars: 80 },
        StandardField {
            name: "service_interest",
            label: "Service of interest",
            description: "The service or product the customer is interested in",
            max_chars: 200,
        },
        StandardField {
            name: "preferences",
            label: "Preferences",
            description: "Lasting preferences of the customer: days, hours, style, member of staff",
            max_chars: 300,
        },
        StandardField {
            name: "notes",
            label: "Notes",
            description: "Another important fact worth remembering about the customer",
            max_chars: 500,
        },
    ],
    block_title: "🧠 Customer memory (all channels):",
    profile_title: "📋 Customer profile:",
    summary_title: "📝 Last conversation summary:",
    channel: "channel",
    notes_title: "📚 Recent notes (the first is the most up to date):",
    conversation_summary: "Conversation summary",
    note: "Note",
    greeting: "Hi",
    question: "Shall we pick up where we left off, or start over?",
    continue_title: "Continue",
    fresh_title: "Start over",
    instruction: "The customer is back after a pause. First answer, briefly, what they wrote just now. Right after \
                  your answer the system adds the question: \"{question}\" Do not write that question yourself, do \
                  not add another greeting, and end so that the question follows naturally.",
    question_signs: &[
        &["where", "left", "off"],
        &["continue", "start", "over"],
        &["continue", "start", "fresh"],
        &["continue", "start", "again"],
        &["continue", "from", "scratch"],
        &["continue", "beginning"],
    ],
    summary_withheld: "No summary was kept: all it said was orders to an AI",
    summary_headings: &["summary", "conversation summary", "call summary"],
};
