//! What comes after a message, or before it, and changes what becomes of it: edits, revocations, reactions, a person at
//! the phone, a wish for one, a new number; and answers too long for one message.

use crate::scene::{SAMPLES, Scene, sample};
use serde_json::json;
use zikaron_memory::handover::{Cause, farewell};
use zikaron_memory::language::Language;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::conversation::{Body, Speaker};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::E164;
use zikaron_protocol::model::lead_state::Mode;
use zikaron_protocol::model::message::End;
use zikaron_protocol::ports::{Reply, SendError};
use zikaron_protocol::staff::StaffService;

fn echo(id: &str, at: i64, text: &str) -> Vec<u8> {
    let body = String::from_utf8(sample("phone-app-echo")).unwrap();
    let body = body.replace("wamid.ECHO1", &format!("wamid.{id}")).replace("1794816000", &at.to_string());
    body.replace("אני כבר עונה", text).into_bytes()
}

fn edit(text: &str) -> serde_json::Value {
    json!({"original_message_id": "wamid.A", "message": {"type": "text", "text": {"body": text}}})
}

#[tokio::test]
async fn an_edit_or_a_revocation_counts_whichever_way_it_comes() {
    // What comes in, in this order: the message itself, an earlier edit, a later one, a revocation, a reaction.
    type Case = (&'static [&'static str], Option<&'static str>);
    let table: [Case; 9] = [
        (&["message", "edit 1"], Some("אחת")),
        (&["message", "edit 1", "edit 2"], Some("שתיים")),
        (&["message", "edit 2", "edit 1"], Some("שתיים")),
        (&["edit 1", "message"], Some("אחת")),
        (&["edit 2", "edit 1", "message"], Some("שתיים")),
        (&["edit 2", "message", "edit 1", "edit 2", "message"], Some("שתיים")),
        (&["message", "revoke", "edit 2"], None),
        (&["revoke", "message", "revoke"], None),
        (&["edit 1", "revoke", "message"], None),
    ];
    for (order, words) in table {
        let scene = Scene::remembering();
        for what in order {
            match *what {
                "message" => scene.says("A", SAMPLES - 30, "אפס").await,
                "edit 1" => scene.writes("E1", SAMPLES - 20, "edit", edit("אחת")).await,
                "edit 2" => scene.writes("E2", SAMPLES - 10, "edit", edit("שתיים")).await,
                _ => scene.writes("R", SAMPLES - 5, "revoke", json!({"original_message_id": "wamid.A"})).await,
            }
        }
        let message = scene.message("A");
        assert_eq!((message.text.as_str(), message.revoked), (words.unwrap_or_default(), words.is_none()), "{order:?}");
        let state = scene.lead().state.unwrap();
        assert_eq!((state.early.len(), state.pending), (0, 0), "{order:?}");
        let edits = scene.messages().into_values().filter(|message| message.amends.is_some());
        assert!(edits.into_iter().all(|edit| edit.text.is_empty()), "the words stand in one place: {order:?}");
        let came_first = order.iter().position(|what| *what == "message") > Some(0);
        match words {
            Some(words) if came_first => assert_eq!(scene.shown(), [format!("Customer: {words}")], "{order:?}"),
            None if came_first => assert_eq!((scene.sent().len(), message.end), (0, Some(End::Revoked)), "{order:?}"),
            _ => assert_eq!(scene.sent().len(), 1, "{order:?}"),
        }
    }
}

#[tokio::test]
async fn a_change_of_a_message_nobody_has_is_kept_for_a_while_and_harms_nothing() {
    let scene = Scene::remembering();
    for number in 0..20 {
        let target = json!({"original_message_id": format!("wamid.NEVER{number}")});
        scene.writes(&format!("R{number}"), SAMPLES, "revoke", target).await;
    }
    assert_eq!(scene.lead().state.unwrap().early.len(), 8);
    scene.says("A", SAMPLES, "שלום").await;
    assert_eq!(scene.shown(), ["Customer: שלום"]);
}

#[tokio::test]
async fn what_was_taken_back_is_shown_as_taken_back_and_a_reaction_with_its_message() {
    let scene = Scene::remembering();
    scene.says("A", SAMPLES - 30, "סוד").await;
    scene.writes("R", SAMPLES - 20, "revoke", json!({"original_message_id": "wamid.A"})).await;
    scene.writes("L", SAMPLES - 10, "reaction", json!({"message_id": "wamid.OUT1", "emoji": "👍"})).await;
    scene.writes("M", SAMPLES - 9, "reaction", json!({"message_id": "wamid.OUT1", "emoji": "🙏"})).await;
    scene.writes("L", SAMPLES - 10, "reaction", json!({"message_id": "wamid.OUT1", "emoji": "👍"})).await;
    scene.says("B", SAMPLES + 2, "אז מה?").await;
    assert_eq!(
        scene.shown(),
        ["Customer: [הודעה שנמחקה]", "Assistant: [תגובה באימוג'י: 🙏] בשמחה, במה אפשר לעזור?", "Customer: אז מה?"]
    );
    assert_eq!(scene.sent().len(), 2, "no change is answered");
}

#[tokio::test]
async fn when_a_person_writes_from_the_phone_app_the_ai_steps_back_and_returns_by_itself() {
    let scene = Scene::remembering();
    scene.comes_in(&echo("ECHO1", SAMPLES, "כאן דנה")).await;
    let state = scene.lead().state.unwrap();
    assert_eq!(state.session.unwrap().last_at.as_second(), SAMPLES, "it belongs to the conversation");
    assert_eq!(scene.0.timer.schedules().values().next().unwrap().as_second(), SAMPLES + 900);
    assert_eq!(scene.message("ECHO1").speaker, Speaker::Staff);
    scene.at(SAMPLES + 600);
    scene.says("A", SAMPLES + 599, "תודה דנה").await;
    assert_eq!((scene.sent().len(), scene.message("A").end), (0, Some(End::HumanMode)));
    scene.at(SAMPLES + 3_601);
    scene.says("B", SAMPLES + 3_601, "ומה עם מחר?").await;
    assert_eq!(scene.shown(), ["Staff: כאן דנה", "Customer: תודה דנה", "Customer: ומה עם מחר?"]);
    assert_eq!(scene.sent().len(), 1);
}

#[tokio::test]
async fn an_echo_that_comes_late_or_is_our_own_message_makes_nobody_step_back() {
    let scene = Scene::remembering();
    scene.comes_in(&echo("ECHO1", SAMPLES - 7_200, "מזמן")).await;
    scene.says("A", SAMPLES, "היי").await;
    let answer = scene.sent().pop().unwrap();
    scene.comes_in(&echo("OUT1", SAMPLES + 1, &answer)).await;
    scene.says("B", SAMPLES, "עוד שאלה").await;
    assert_eq!(scene.sent().len(), 2);
    assert_eq!(scene.messages().values().filter(|message| message.speaker == Speaker::Staff).count(), 1);
    let off = Scene::new(Settings { step_back_minutes: 0, ..Settings::default() });
    off.comes_in(&echo("ECHO1", SAMPLES, "כאן דנה")).await;
    off.says("A", SAMPLES, "היי").await;
    assert_eq!(off.sent().len(), 1, "0 minutes: not at all");
}

#[tokio::test]
async fn who_asks_for_a_person_gets_one_last_sentence_and_then_a_person() {
    let scene = Scene::remembering();
    scene.says("A", SAMPLES, "די, אני רוצה לדבר עם נציג").await;
    assert_eq!(scene.sent(), [farewell(Language::Hebrew)]);
    assert!(scene.0.model.shown().is_empty(), "no model is asked");
    scene.says("B", SAMPLES + 1, "הלו?").await;
    assert_eq!((scene.sent().len(), scene.message("B").end), (1, Some(End::HumanMode)));
    let state = scene.lead().state.unwrap();
    assert_eq!((state.mode, state.pending, state.notices.len()), (Mode::Human, 0, 0));
    let [Event::HandoverRequested(told)] = &scene.events()[..] else { panic!("{:?}", scene.events()) };
    assert_eq!((told.cause, told.reason.as_str()), (Cause::CustomerAsked, "הלקוח ביקש לדבר עם אדם"));
    let (store, clock, ids) = (&scene.0.store, &scene.0.clock, &scene.0.ids);
    StaffService { store, clock, ids }.hand_back(&told.key).await.unwrap();
    scene.says("C", SAMPLES + 2, "תודה, ומה המחיר?").await;
    assert_eq!(scene.sent().len(), 2, "after the hand-back the AI answers again");
}

#[tokio::test]
async fn the_model_can_call_a_person_and_forwarded_words_cannot() {
    let scene = Scene::new(Settings { language: Language::English, ..Settings::default() });
    scene.0.model.queue(Reply { text: "wait".to_owned(), handover: true, ..Reply::default() });
    scene.says("A", SAMPLES, "This is the third time you got it wrong!").await;
    assert_eq!(scene.sent(), [farewell(Language::English)]);
    let [Event::HandoverRequested(told)] = &scene.events()[..] else { panic!() };
    assert_eq!((told.cause, told.reason.as_str()), (Cause::AiAsked, "the AI finds that a person is needed"));

    let scene = Scene::remembering();
    let body = String::from_utf8(sample("forwarded")).unwrap().replace("אני גר בחיפה וקוראים לי משה", "נציג");
    scene.comes_in(body.as_bytes()).await;
    assert_eq!(scene.sent().len(), 1);
    assert!(scene.events().is_empty());
}

#[tokio::test]
async fn staff_are_told_in_words_why_an_answer_was_refused() {
    let scene = Scene::remembering();
    let refusal = SendError::RefusedForGood { code: 131_047 };
    scene.0.messenger.refuse(1, refusal);
    scene.says("A", SAMPLES, "יש תור?").await;
    let [Event::HandoverRequested(told)] = &scene.events()[..] else { panic!("{:?}", scene.events()) };
    let words = "תשובה לא נשלחה: עברו יותר מ-24 שעות מאז שהלקוח כתב, ו-WhatsApp לא מאפשרת לענות לו (קוד 131047)";
    assert_eq!((told.code, told.reason.as_str()), (Some(131_047), words));
}

#[tokio::test]
async fn staff_are_told_once_of_a_connection_that_refuses_everything_and_why_in_words() {
    let scene = Scene::remembering();
    (1..=2).for_each(|send| scene.0.messenger.refuse(send, SendError::RefusedUntilMended { code: 190 }));
    scene.says("A", SAMPLES, "יש תור?").await;
    assert_eq!(scene.sent().len(), 1, "by the third time it was mended");
    let [Event::HandoverRequested(told)] = &scene.events()[..] else { panic!("{:?}", scene.events()) };
    let words = "תשובה לא נשלחה: ההרשאה לחשבון ה-WhatsApp חסרה או שפג תוקפה (קוד 190)";
    assert_eq!((told.code, told.reason.as_str()), (Some(190), words));
}

#[tokio::test]
async fn a_customer_with_a_new_number_or_user_id_stays_the_same_customer() {
    for name in ["system-number-changed", "system-user-id-changed", "user-id-update"] {
        let scene = Scene::remembering();
        scene.says("A", SAMPLES - 60, "היי").await;
        scene.comes_in(&sample(name)).await;
        let mut body: serde_json::Value = serde_json::from_slice(&sample("text-hebrew")).unwrap();
        let value = &mut body["entry"][0]["changes"][0]["value"];
        let by_number = name == "system-number-changed";
        let (phone, user) = if by_number { ("972555000002", "") } else { ("", "IL.24681357902468135790") };
        value["contacts"][0] = json!({"profile": {}});
        value["messages"][0]["from"] = json!(phone);
        value["messages"][0]["from_user_id"] = json!(user);
        scene.comes_in(body.to_string().as_bytes()).await;
        let customer = scene.lead().state.unwrap().customer;
        let reached = customer.phone.unwrap().expose().to_owned();
        assert_eq!(reached, if by_number { "+972555000002" } else { "+972555000001" }, "{name}");
        assert_eq!(scene.sent().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn a_new_number_that_was_another_customer_s_is_taken_over_and_the_two_stay_two() {
    let scene = Scene::remembering();
    let other = String::from_utf8(sample("text-hebrew")).unwrap().replace("972555000001", "972555000002");
    scene.comes_in(other.replace("13491208655302741918", "7777").replace("TEXT1", "B").as_bytes()).await;
    scene.says("A", SAMPLES - 60, "היי").await;
    scene.comes_in(&sample("system-number-changed")).await;
    let leads = scene.0.store.leads();
    let reached = leads.values().map(|lead| lead.state.clone().unwrap().customer);
    let reached: Vec<_> = reached.map(|customer| (customer.bsuid.is_some(), customer.phone)).collect();
    let number = E164::parse("+972555000002").unwrap();
    let expected = [(true, None), (false, Some(number))];
    assert_eq!(reached, expected, "the other is reached by the user id, and that of the new number is not known yet");
}

/// A text of about so many Hebrew characters.
fn long(chars: usize) -> String {
    let sentences = (1..).map(|number| format!("משפט מספר {number} בתשובה ארוכה, עם פסיק ועם שאלה? "));
    let mut text = String::new();
    for sentence in sentences {
        if text.chars().count() + sentence.chars().count() > chars {
            return text.trim_end().to_owned();
        }
        text.push_str(&sentence);
    }
    text
}

#[tokio::test]
async fn ten_thousand_hebrew_characters_arrive_whole_and_in_order_though_a_part_is_refused() {
    let refusals = [
        (None, 3),
        (Some(SendError::RefusedForNow { code: 131_056 }), 3),
        (Some(SendError::RefusedForGood { code: 131_047 }), 1),
        (Some(SendError::Unknown { reason: "simulated".to_owned() }), 1),
    ];
    for (refusal, arrive) in refusals {
        let scene = Scene::remembering();
        let answer = long(10_000);
        scene.0.model.queue(Reply { text: answer.clone(), ..Reply::default() });
        refusal.clone().into_iter().for_each(|refusal| scene.0.messenger.refuse(2, refusal));
        scene.says("A", SAMPLES, "ספרו לי הכל").await;
        let sent = scene.sent();
        assert_eq!(sent.len(), arrive, "{refusal:?}");
        assert!(answer.starts_with(&sent.join(" ")), "in order, from the beginning, no part left out: {refusal:?}");
        assert_eq!(arrive == 3, sent.join(" ") == answer, "{refusal:?}");
        assert!(
            sent.iter().all(|part| part.chars().count() <= 4096 && part.starts_with("משפט") && part.ends_with('?'))
        );
    }
}

#[tokio::test]
async fn an_answer_to_several_messages_quotes_the_last_where_the_business_wants_it() {
    for (wanted, count, quoted) in [(true, 2, Some("wamid.M1")), (true, 1, None), (false, 2, None)] {
        let scene = Scene::new(Settings { quote_answered: wanted, ask_early: false, ..Settings::default() });
        scene.0.model.queue(Reply { text: long(5_000), ..Reply::default() });
        let text: serde_json::Value = serde_json::from_slice(&sample("text-hebrew")).unwrap();
        let mut body = text.clone();
        let message = |number: usize| {
            let mut message = text["entry"][0]["changes"][0]["value"]["messages"][0].clone();
            message["id"] = json!(format!("wamid.M{number}"));
            message
        };
        body["entry"][0]["changes"][0]["value"]["messages"] = (0..count).map(message).collect();
        scene.come_in_at_once(body.to_string().as_bytes()).await;
        let taken = scene.0.messenger.taken();
        let quotes: Vec<_> = taken.iter().map(|taken| taken.quotes.as_ref().map(ToString::to_string)).collect();
        assert_eq!(
            quotes.get(..2),
            Some(&[quoted.map(str::to_owned), None][..]),
            "only the first part, {wanted} {count}"
        );
        assert!(taken.iter().all(|taken| matches!(taken.body, Body::Text(_))));
    }
}
