use crate::support::minute;
use jiff::SignedDuration;
use zikaron_memory::language::Language::{self, English, Hebrew};
use zikaron_memory::resume::*;

#[test]
fn the_question_is_that_of_the_specification() {
    assert_eq!(question(Some("דנה"), Hebrew), "היי דנה! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?");
    assert_eq!(question(None, Hebrew), "היי! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?");
    assert_eq!(question(Some("Dana"), English), "Hi Dana! Shall we pick up where we left off, or start over?");
    assert_eq!(question(None, English), "Hi! Shall we pick up where we left off, or start over?");
}

#[test]
fn what_is_no_name_is_left_out_of_the_question() {
    for name in ["", " \u{202E} ", &"x".repeat(41)] {
        assert_eq!(question(Some(name), Hebrew), question(None, Hebrew));
    }
    assert_eq!(question(Some("Da\nna"), English), question(Some("Da na"), English));
}

#[test]
fn the_buttons_fit_whatsapp_and_mean_what_they_say() {
    for language in Language::ALL {
        let (go_on, fresh) = button_titles(language);
        assert!(go_on.chars().count() <= 20 && fresh.chars().count() <= 20);
        assert!(wants_fresh(fresh) && !wants_fresh(go_on));
    }
    assert_eq!(button_titles(Hebrew), ("להמשיך", "להתחיל מחדש"));
}

#[test]
fn the_question_is_due_from_exactly_the_idle_time_to_exactly_the_oldest_gap() {
    let idle = SignedDuration::from_secs(900);
    let due = |minutes, days| is_due(Some(minute(0)), minute(minutes), idle, days);
    assert!(!due(14, 30));
    assert!(due(15, 30));
    assert!(due(30 * 24 * 60, 30));
    assert!(!due(30 * 24 * 60 + 1, 30));
    assert!(!due(60, 0), "0 days: never asked");
    assert!(!due(-60, 30), "a message from before the last one");
    assert!(!is_due(None, minute(0), idle, 30), "a customer never seen");
}

#[test]
fn the_instruction_tells_the_ai_what_follows_its_answer() {
    insta::assert_snapshot!(instruction(&question(Some("דנה"), Hebrew), Hebrew), @r#"הלקוח חזר אחרי הפסקה. ענה בקצרה על מה שכתב עכשיו. המערכת מוסיפה אחריך את השאלה "היי דנה! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?" אל תשאל זאת בעצמך ואל תפתח בברכה."#);
    insta::assert_snapshot!(instruction(&question(None, English), English), @r#"The customer is back after a pause. Briefly answer what they wrote just now. The system adds the question "Hi! Shall we pick up where we left off, or start over?" after your answer: do not ask that yourself, and do not add another greeting."#);
}

#[test]
fn reset_words_start_fresh() {
    for text in [
        "מהתחלה",
        "התחל מחדש",
        "איפוס",
        "להתחיל מחדש",
        "אפשר להתחיל מחדש בבקשה?",
        "בוא נתחיל מחדש",
        "ואיפוס",
        "תתחילי מחדש",
        "מההתחלה!",
        "לא, תתחיל מחדש",
        "לא תודה בוא נתחיל מחדש",
        "אִיפּוּס",
        "מחדש",
        "  איפוס 🙏",
        "לא רוצה להמשיך, רוצה להתחיל מחדש",
        "עדיף שנתחיל מחדש",
        "להתחיל הכל מחדש",
        "start over",
        "Start Over please",
        "let's start fresh",
        "RESET",
        "no thanks, from scratch",
        "I'd rather begin again",
        "from the beginning",
        "I don't want to continue, start over",
        "restart",
        "בוא נתחיל מהתחלה",
        "נתחיל מההתחלה",
        "נתחיל מאפס בבקשה",
        "ריסט",
        "let's do a clean slate",
        "new conversation please",
        "Let's restart from zero",
        "אמרתי לך, תתחיל מחדש",
        "сначала",
        "من البداية",
    ] {
        assert!(wants_fresh(text), "{text}");
    }
}

#[test]
fn anything_else_goes_on() {
    for text in [
        "",
        "כן",
        "להמשיך",
        "נמשיך מאיפה שעצרנו",
        "continue",
        "yes",
        "👍",
        "מה המחיר מחדש של תספורת",
        // Inside other words.
        "presets",
        "איפוסים",
        "קרמהתחלה",
        "restarted",
        // Negated.
        "לא מהתחלה",
        "אני לא רוצה להתחיל מחדש",
        "אל תתחיל מחדש",
        "בלי איפוס",
        "אין צורך להתחיל מחדש",
        "don't reset",
        "I do not want to start over",
        "no need to start over",
        "not from the beginning",
        "להתחיל מחדש? לא, להמשיך",
        "start over? No, continue",
        "מהתחלה לא",
        "reset? no thanks",
        // Of something else.
        "אני צריך איפוס סיסמה",
        "how do I reset my password",
        "I need a password reset",
        // Since then.
        "אמרתי לכם מההתחלה שאני רוצה תור",
        "ידעתי את זה מהתחלה",
        "I told you from the beginning",
        "не сначала",
        "مش من البداية",
    ] {
        assert!(!wants_fresh(text), "{text}");
    }
}

#[test]
fn what_is_not_the_question_stays_in_the_answer() {
    for (answer, language) in [
        ("", Hebrew),
        ("יש תור ביום שלישי בבוקר.", Hebrew),
        ("אפשר להמשיך ולקבוע מחדש את התור?", Hebrew),
        ("בשמחה! נמשיך מאיפה שעצרנו.", Hebrew),
        ("Two places are left, 10% off.", English),
        ("We continue at ten.", English),
        ("Sure, we pick up where we left off.", English),
        // What is gone on with or begun anew may be a course of treatments.
        ("בשמחה. תרצי להמשיך את סדרת הטיפולים או להתחיל אותה מחדש?", Hebrew),
        ("יש לך 2 טיפולים. להמשיך איתם או להתחיל סדרה מחדש?", Hebrew),
        ("עצרנו את המנוי. לחדש אותו מחדש?", Hebrew),
        ("Sure. Continue the course or start again with a new one?", English),
        ("Продолжим курс массажа или начнём новый сначала?", Hebrew),
        ("Где вы остановились?", Hebrew),
        ("بتحب تكمل الجلسات أو تبدأ من جديد؟", English),
    ] {
        assert_eq!(strip_question(answer, None, language), answer);
    }
}

#[test]
fn an_answer_is_stripped_of_the_question_and_its_greeting() {
    for (answer, stripped) in [
        (
            "יש תור ב-10:30, עולה 3.5 ש\"ח. היי דנה! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?",
            "יש תור ב-10:30, עולה 3.5 ש\"ח.",
        ),
        ("יש תור.\n\nהיי! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש? 😊", "יש תור."),
        ("יש תור.\nתרצי להמשיך מהנקודה שבה עצרנו?", "יש תור."),
        ("בטח! האם להמשיך או שנתחיל מחדש? 😊", "בטח!"),
        ("נמשיך מאיפה שעצרנו או להתחיל מחדש? נהדר, יש תור ביום שלישי.", "נהדר, יש תור ביום שלישי."),
        ("עולה 3.5 רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?", ""),
        ("יש תור. נתראה!", "יש תור. נתראה!"),
        // In the customer's language, whatever the business's is.
        ("Есть место. Продолжим с того места, где остановились, или начнём сначала?", "Есть место."),
        ("There is a slot. Shall we continue or start over?", "There is a slot."),
        ("في موعد. نكمل من وين وقفنا؟", "في موعد."),
        ("יש תור מחר. להמשיך את השיחה הקודמת או לפתוח חדשה?", "יש תור מחר."),
        ("היי דנה! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?", ""),
    ] {
        assert_eq!(strip_question(answer, Some("דנה"), Hebrew), stripped);
    }
}

#[test]
fn an_english_answer_is_stripped_too() {
    for question in ["Would you like to continue or start over?", "Shall we pick up where we left off?"] {
        assert_eq!(strip_question(&format!("Sure. {question}"), Some("Dana"), English), "Sure.");
    }
}

#[test]
fn the_question_itself_is_recognised_in_every_language() {
    for language in Language::ALL {
        for name in [None, Some("Dana")] {
            assert_eq!(strip_question(&question(name, language), name, language), "");
        }
    }
}
