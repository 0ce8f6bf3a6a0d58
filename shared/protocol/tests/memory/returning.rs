//! Returning customers (docs/rules.md#e): asked by code, once, and what they answer is state.

use crate::harness::{Exchange, IDLE, MemoryHarness, claim};
use zikaron_memory::evidence::Extracted;
use zikaron_memory::language::Language::{English, Hebrew};
use zikaron_memory::profile::Confidence;
use zikaron_memory::resume::{CONTINUE_BUTTON, FRESH_BUTTON};
use zikaron_memory::settings::{ResumePrompt, Settings};
use zikaron_protocol::ports::Reply;

const QUESTION: &str = "היי דנה! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?";
const FIRST: &str = "שמי דנה, אפשר תור לצבע?";
const SUMMARY: &str = "נושא: תור לצבע";

/// A business whose customer wrote at minute 0 and was summed up at minute 15.
async fn known(settings: Settings) -> MemoryHarness {
    let harness = MemoryHarness::new(Settings { enable_customer_service: true, ..settings });
    assert!(!harness.at(0).write(FIRST).await.asks(), "a customer without a memory");
    harness.at(IDLE).digest(SUMMARY, vec![claim("name", "דנה", "שמי דנה")]).await;
    harness
}

fn sees_all(exchange: &Exchange) -> bool {
    let (system, shown) = (&exchange.shown.system, &exchange.shown.conversation);
    system.contains("name: דנה") && system.contains(SUMMARY) && shown.iter().any(|said| said.text == FIRST)
}

/// The profile, and nothing else from before.
fn sees_profile_only(exchange: &Exchange) -> bool {
    let (system, shown) = (&exchange.shown.system, &exchange.shown.conversation);
    system.contains("name: דנה") && !system.contains(SUMMARY) && shown.iter().all(|said| said.text != FIRST)
}

#[tokio::test]
async fn the_question_is_due_from_exactly_the_idle_time_on() {
    for (second, due) in [(IDLE * 60 - 1, false), (IDLE * 60, true), (IDLE * 60 + 1, true)] {
        let harness = known(Settings::default()).await;
        assert!(harness.at(20).write("היי").await.asks());
        harness.at(20 + IDLE).digest(SUMMARY, Vec::new()).await;
        let start = 20 * 60 + 2 * IDLE * 60;
        harness.at_second(start).write("עוד שאלה").await;
        harness.staff().add_note(&harness.key(), "VIP").await.unwrap();
        assert_eq!(harness.at_second(start + second).write("היי").await.asks(), due, "after {second} s");
    }
}

#[tokio::test]
async fn whoever_spoke_last_on_whichever_channel_starts_the_gap() {
    let harness = known(Settings::default()).await;
    harness.at(100).call().await;
    assert!(!harness.at(100 + IDLE - 1).write("היי").await.asks(), "they were on the phone a moment ago");
    let harness = known(Settings::default()).await;
    harness.at(100).call().await;
    assert!(harness.at(100 + IDLE).write("היי").await.asks());
}

#[tokio::test]
async fn a_conversation_older_than_the_upper_bound_is_not_asked_about() {
    for (days, minute, asks) in
        [(30, 30 * 24 * 60, true), (30, 30 * 24 * 60 + 1, false), (0, 60, false), (1, 1440, true)]
    {
        let harness = known(Settings { resume_max_gap_days: days, ..Settings::default() }).await;
        assert_eq!(harness.at(minute).write("היי").await.asks(), asks, "{minute} minutes, {days} days");
    }
}

#[tokio::test]
async fn the_question_follows_the_answer_whatever_the_model_says_and_is_asked_once() {
    let own_words = [
        "בשמחה.",
        "",
        "בשמחה. היי דנה! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?",
        "רוצה להמשיך מאיפה שעצרנו או להתחיל מחדש? בשמחה.",
        "בשמחה.\nאז נמשיך מהנקודה שבה עצרנו? 😊",
    ];
    for prompt in [ResumePrompt::Buttons, ResumePrompt::Text] {
        for said in own_words {
            let harness = known(Settings { resume_prompt: prompt, ..Settings::default() }).await;
            harness.says(said);
            let answer = harness.at(60).write("אפשר תור?").await;
            let before = if said.is_empty() { "" } else { "בשמחה.\n\n" };
            assert_eq!(answer.text, format!("{before}{QUESTION}"), "{said}");
            let buttons: &[&str] = if prompt == ResumePrompt::Buttons { &[CONTINUE_BUTTON, FRESH_BUTTON] } else { &[] };
            assert_eq!(answer.buttons, buttons);
            assert!(answer.shown.system.contains(QUESTION), "the AI is told what follows");

            harness.says(if said.is_empty() { "בשמחה." } else { said });
            for text in ["מחר", "תודה"] {
                let next = harness.write(text).await;
                assert!(!next.asks() && next.text.starts_with("בשמחה."), "asked once a return: {}", next.text);
                assert!(!next.shown.system.contains(QUESTION));
            }
        }
    }
}

#[tokio::test]
async fn what_the_customer_answers_decides_what_the_model_sees() {
    for prompt in [ResumePrompt::Buttons, ResumePrompt::Text] {
        for (text, fresh) in [
            ("מהתחלה", true),
            ("בוא נתחיל מהתחלה", true),
            ("איפוס", true),
            ("start over please", true),
            ("לא מהתחלה", false),
            ("נמשיך", false),
            ("תור למחר בבקשה", false),
        ] {
            let harness = known(Settings { resume_prompt: prompt, ..Settings::default() }).await;
            assert!(sees_all(&harness.at(60).write("היי").await), "until they answer, everything");
            for later in [text, "ומתי?"] {
                let next = harness.write(later).await;
                assert_eq!((sees_profile_only(&next), sees_all(&next)), (fresh, !fresh), "{text}, {later}");
            }
        }
    }
}

#[tokio::test]
async fn a_fresh_start_at_the_first_message_is_not_asked_about() {
    for text in ["מהתחלה", "היי, בוא נתחיל מחדש", "Hi, let's start over"] {
        let harness = known(Settings::default()).await;
        let answer = harness.at(60).write(text).await;
        assert!(!answer.asks() && sees_profile_only(&answer), "{text}");
        assert!(sees_profile_only(&harness.write("ומתי?").await));
    }
}

#[tokio::test]
async fn a_reset_word_that_answers_no_question_is_only_a_word() {
    let harness = known(Settings::default()).await;
    harness.at(60).write("היי").await;
    harness.write("נמשיך").await;
    assert!(sees_all(&harness.write("אפשר לצבוע מהתחלה?").await));
}

#[tokio::test]
async fn fresh_hides_until_the_session_closes_and_deletes_nothing() {
    let harness = known(Settings::default()).await;
    harness.staff().add_note(&harness.key(), "לקוחה ותיקה").await.unwrap();
    harness.at(60).write("היי").await;
    let before = harness.lead();
    let fresh = harness.tap(FRESH_BUTTON).await;
    assert!(sees_profile_only(&fresh) && fresh.shown.system.contains("לקוחה ותיקה"), "notes of staff are no summaries");
    let after = harness.lead();
    assert_eq!(after.memory.document, before.memory.document);
    assert!(before.messages.keys().all(|key| after.messages.contains_key(key)) && after.notes == before.notes);

    harness.at(60 + IDLE).digest("נושא: פן", Vec::new()).await;
    let back = harness.at(90).write("היי").await;
    assert!(back.asks() && back.shown.system.contains("[סיכום שיחה] נושא: תור לצבע"), "{}", back.shown.system);
}

#[tokio::test]
async fn a_tap_or_a_reply_that_quotes_the_question_answers_it_however_late_and_is_not_asked_again() {
    for (how, fresh) in [("fresh", true), ("continue", false), ("quote fresh", true), ("quote", false)] {
        let harness = known(Settings::default()).await;
        let asked = harness.at(60).write("היי").await.id;
        harness.at(60 + IDLE).digest(SUMMARY, Vec::new()).await;
        harness.at(2 * 24 * 60);
        let late = match how {
            "fresh" => harness.tap(FRESH_BUTTON).await,
            "continue" => harness.tap(CONTINUE_BUTTON).await,
            "quote fresh" => harness.quote(&asked, "מהתחלה").await,
            _ => harness.quote(&asked, "נמשיך").await,
        };
        assert!(!late.asks(), "{how}: {}", late.text);
        assert_eq!((sees_profile_only(&late), sees_all(&late)), (fresh, !fresh), "{how}");
    }
}

#[tokio::test]
async fn the_question_is_in_the_language_of_the_customer_and_knows_no_name_it_was_not_told() {
    let harness = known(Settings { language: English, ..Settings::default() }).await;
    let asked = harness.at(60).write("hi there").await.text;
    assert!(asked.ends_with("Hi דנה! Shall we pick up where we left off, or start over?"), "{asked}");
    let harness =
        MemoryHarness::new(Settings { enable_customer_service: true, language: Hebrew, ..Settings::default() });
    harness.at(0).write("אפשר תור?").await;
    harness.at(IDLE).digest(SUMMARY, Vec::new()).await;
    let asked = harness.at(60).write("היי").await.text;
    assert!(asked.ends_with("\n\nהיי! רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?"), "{asked}");
}

#[tokio::test]
async fn a_reset_in_a_longer_answer_is_the_model_s_to_understand_and_only_while_the_question_is_open() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("היי, אפשר תור?").await;
    harness.at(20).digest("נושא: תור\nמה נדון: תספורת\nהלקוח ביקש: תור\nתוצאה: אין\nהצעד הבא: אין", vec![]).await;
    assert!(harness.at(60).write("היי").await.asks());
    let fresh = |text: &str| Reply { text: text.to_owned(), handover: false, fresh: true, ..Reply::default() };
    harness.ports.model.queue(fresh("בשמחה, מתחילים."));
    let chosen = harness.at(61).write("תשמעי, הייתי מעדיפה שנפתח את זה מחדש כי הרבה השתנה").await;
    assert!(chosen.shown.may_start_fresh);
    let open = harness.lead().state.unwrap().session.unwrap();
    assert_eq!(open.fresh_from, Some(open.opened_by + 2), "from the message that said so");
    harness.ports.model.queue(fresh("כן."));
    let next = harness.at(62).write("ועוד שאלה").await;
    assert!(!next.shown.may_start_fresh && !next.shown.system.contains("תספורת"));
}

#[tokio::test]
async fn the_model_is_asked_for_the_choice_in_the_turn_that_answers_and_never_again() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("היי, אפשר תור?").await;
    harness.at(20).digest("נושא: תור\nמה נדון: תספורת\nהלקוח ביקש: תור\nתוצאה: אין\nהצעד הבא: אין", vec![]).await;
    assert!(harness.at(60).write("היי").await.asks());
    assert!(harness.at(61).write("כמה עולה צבע?").await.shown.may_start_fresh);
    let fresh = Reply { text: "בטח".to_owned(), handover: false, fresh: true, ..Reply::default() };
    harness.ports.model.queue(fresh);
    assert!(!harness.at(62).write("ומתי אפשר?").await.shown.may_start_fresh);
    assert_eq!(harness.lead().state.unwrap().session.unwrap().fresh_from, None);
}

#[tokio::test]
async fn a_tap_leaves_the_model_nothing_to_understand() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("היי, אפשר תור?").await;
    harness.at(20).digest("נושא: תור\nמה נדון: תספורת\nהלקוח ביקש: תור\nתוצאה: אין\nהצעד הבא: אין", vec![]).await;
    assert!(harness.at(60).write("היי").await.asks());
    assert!(!harness.at(61).tap(CONTINUE_BUTTON).await.shown.may_start_fresh);
}

#[tokio::test]
async fn a_flag_nobody_asked_for_hides_nothing() {
    let harness = MemoryHarness::remembering();
    harness.ports.model.queue(Reply { text: "שלום".to_owned(), handover: false, fresh: true, ..Reply::default() });
    let first = harness.at(0).write("אני רוצה ללמוד גיטרה מאפס").await;
    assert!(!first.shown.may_start_fresh);
    assert_eq!(harness.lead().state.unwrap().session.unwrap().fresh_from, None);
}

#[tokio::test]
async fn nobody_is_greeted_by_a_guess() {
    for (confidence, greeting) in [(Confidence::Low, "היי!"), (Confidence::Medium, "היי דנה!")] {
        let harness = MemoryHarness::remembering();
        harness.at(0).write(FIRST).await;
        let named = Extracted { confidence: Some(confidence), ..claim("name", "דנה", "שמי דנה") };
        harness.at(20).digest("נושא: תור\nמה נדון: צבע\nהלקוח ביקש: תור\nתוצאה: אין\nהצעד הבא: אין", vec![named]).await;
        let asked = harness.at(60).write("היי").await;
        assert!(asked.text.contains(greeting), "{}", asked.text);
    }
}
