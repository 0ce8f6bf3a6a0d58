//! The system prompt whole (docs/rules.md#f1): the business's own instructions, the memory, the resume instruction.

use crate::harness::{IDLE, MemoryHarness, claim};
use zikaron_memory::country::Country;
use zikaron_memory::language::Language;
use zikaron_memory::settings::Settings;

const INSTRUCTIONS: &str = "אתה הנציג של מספרת הדמו. תספורת עולה 80 ש\"ח.";

fn settings() -> Settings {
    Settings { enable_customer_service: true, instructions: INSTRUCTIONS.to_owned(), ..Settings::default() }
}

#[tokio::test]
async fn the_prompt_holds_instructions_memory_and_the_resume_instruction_in_this_order() {
    let harness = MemoryHarness::new(settings());
    let first = harness.at(0).write("שמי דנה, אפשר תור לצבע?").await;
    assert_eq!(first.shown.system, INSTRUCTIONS, "nothing is known");
    harness.at(IDLE).digest("נושא: תור לצבע\nהצעד הבא: לתאם", vec![claim("name", "דנה", "שמי דנה")]).await;
    harness.staff().add_note(&harness.key(), "לקוחה ותיקה").await.unwrap();
    insta::assert_snapshot!(harness.at(60).write("היי").await.shown.system, @r#"
    אתה הנציג של מספרת הדמו. תספורת עולה 80 ש"ח.

    🧠 זיכרון לקוח (מכל הערוצים):

    📋 פרופיל לקוח:
      • name: דנה

    📝 סיכום שיחה אחרונה:
      נושא: תור לצבע
      הצעד הבא: לתאם
      (ערוץ: whatsapp) (15.1.2027)

    📚 הערות אחרונות (האחרונה היא הכי עדכנית):
      1. [הערה] לקוחה ותיקה (15.1)

    הלקוח חזר אחרי הפסקה. ענה בקצרה על מה שכתב עכשיו. המערכת מוסיפה אחריך את השאלה "היי דנה! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?" אל תשאל זאת בעצמך ואל תפתח בברכה.
    "#);
}

#[tokio::test]
async fn the_model_is_told_when_it_is_at_the_business_with_and_without_a_memory() {
    for enable_customer_service in [true, false] {
        let harness = MemoryHarness::new(Settings { enable_customer_service, ..settings() });
        let now = harness.at(0).write("היי").await.shown.now;
        assert_eq!(now, "עכשיו: יום שישי 15.1.2027, 10:00");
        let (country, language) = (Country::parse("DE").ok(), Language::English);
        harness.change(Settings { enable_customer_service, country, language, ..settings() });
        let now = harness.at(24 * 60).write("hi").await.shown.now;
        assert_eq!(now, "Now: Saturday 16 Jan 2027, 09:00");
    }
}

#[tokio::test]
async fn a_memory_of_any_size_takes_nothing_from_the_instructions() {
    let instructions = "חוק הבית. ".repeat(1_900);
    let harness = MemoryHarness::new(Settings { instructions: instructions.clone(), ..settings() });
    harness.at(0).write("שמי דנה").await;
    harness.at(IDLE).digest(&"נושא ארוך מאוד. ".repeat(2_000), vec![claim("name", "דנה", "שמי דנה")]).await;
    for at in 0..5 {
        harness.staff().add_note(&harness.key(), &format!("{at} {}", "הערה ארוכה ".repeat(1_000))).await.unwrap();
    }
    let system = harness.at(60).write("היי").await.shown.system;
    assert!(system.starts_with(&instructions) && system.contains("name: דנה"));
    let block = system.chars().count() - instructions.chars().count();
    assert!(block < 6_000 + 600, "{block} characters");
}

#[tokio::test]
async fn with_the_switch_off_the_prompt_is_the_instructions_and_nothing_is_remembered() {
    let harness = MemoryHarness::new(settings());
    harness.at(0).write("שמי דנה").await;
    harness.at(IDLE).digest("נושא: היכרות", vec![claim("name", "דנה", "שמי דנה")]).await;
    let off = Settings { enable_customer_service: false, ..settings() };
    harness.change(off);
    let answer = harness.at(60).write("היי, מהתחלה").await;
    assert_eq!(answer.shown.system, INSTRUCTIONS);
    assert!(!answer.asks());
    harness.says("בשמחה. נמשיך מאיפה שעצרנו או להתחיל מחדש?");
    assert!(harness.write("ומתי?").await.asks(), "the model's words are its own: nothing else changes");
    let shown: Vec<_> = answer.shown.conversation.iter().map(|said| said.text.as_str()).collect();
    assert_eq!(shown, ["שמי דנה", "בשמחה.", "היי, מהתחלה"], "the conversation itself goes on");
    assert_eq!(harness.lead().state.unwrap().session.unwrap().remembered, 0, "nothing of it will be digested");
}
