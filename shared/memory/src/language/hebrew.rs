//! Hebrew.

use super::words::{ContentWords, HandoverWords, StandardField, Words};

pub(super) static HEBREW: Words = Words {
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
    english_name: "Hebrew",
    summary_outline: ["נושא", "מה נדון", "תוצאה", "הצעד הבא"],
    zone: "Asia/Jerusalem",
    now: "עכשיו",
    weekdays: ["יום שני", "יום שלישי", "יום רביעי", "יום חמישי", "יום שישי", "יום שבת", "יום ראשון"],
    months: None,
    content: ContentWords {
        image: "תמונה",
        video: "סרטון",
        document: "קובץ",
        sticker: "מדבקה",
        voice: "הודעה קולית",
        audio: "קובץ שמע",
        location: "מיקום",
        contacts: "אנשי קשר",
        order: "הזמנה מהקטלוג, מספר מוצרים",
        form: "טופס שמולא",
        row: "פרטי הבחירה",
        unsupported: "הודעה מסוג ש-WhatsApp לא מעבירה",
        unknown: "הודעה מסוג לא מוכר",
        nothing: "הודעה ריקה",
        forwarded: "הודעה שהועברה",
        reply_to: "בתגובה ל",
        reply: "בתגובה להודעה קודמת",
        ad: "הגיע דרך מודעה",
        product: "בנוגע למוצר",
        reaction: "תגובה באימוג'י",
        revoked: "הודעה שנמחקה",
        unconfirmed: "לא ידוע אם ההודעה הזו הגיעה ללקוח",
    },
    handover: HandoverWords {
        customer_asked: "הלקוח ביקש לדבר עם אדם",
        ai_asked: "לדעת ה-AI נדרש כאן אדם",
        not_sent: "תשובה לא נשלחה",
        not_delivered: "תשובה לא נמסרה ללקוח",
        unanswered: "הודעות של הלקוח לא נענו בזמן",
        code: "קוד",
        window_closed: "עברו יותר מ-24 שעות מאז שהלקוח כתב, ו-WhatsApp לא מאפשרת לענות לו",
        unreachable: "אי אפשר להגיע ללקוח ב-WhatsApp",
        not_authorised: "ההרשאה לחשבון ה-WhatsApp חסרה או שפג תוקפה",
        payment: "יש בעיית תשלום בחשבון ה-WhatsApp",
        account: "חשבון ה-WhatsApp או המספר חסומים, מוגבלים או לא רשומים",
        held_back: "WhatsApp מעכבת הודעות אל הלקוח הזה או מהמספר הזה",
        message: "WhatsApp לא קיבלה את ההודעה כפי שנכתבה",
        broken: "תקלה ב-WhatsApp",
        other: "WhatsApp סירבה מסיבה לא מוכרת",
    },
};
