//! Voice notes beside everything else: pictures and texts of one burst, changes, other sessions, a person who answers.

use crate::harness::{VoiceHarness, hearing};
use futures_util::future::{join, join_all};
use jiff::SignedDuration;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::amendment::Amendment;
use zikaron_protocol::model::event::MessageReceived;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::turn;

const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0];

async fn stored(harness: &VoiceHarness, received: &MessageReceived) {
    let _ = Box::pin(turn::answer(&harness.ports, received)).await;
}

#[tokio::test]
async fn a_note_a_text_and_a_picture_of_one_burst_get_one_answer_that_knows_them_all() {
    let harness = VoiceHarness::new(Settings { sees_images: true, ..hearing() });
    harness.kept("m1", "אפשר כזה?");
    harness.ports.media.keep("m2", "image/jpeg", JPEG);
    harness.slow(4);
    let rest = async || {
        stored(&harness, &harness.picture("p1", "m2", Some("כזה"))).await;
        stored(&harness, &harness.text("t1", "מחר")).await;
    };
    Box::pin(harness.deliver_and(&harness.voice("v1", "m1"), 1, rest)).await.unwrap();
    assert_eq!((harness.answers(), harness.heard()), (1, 1));
    let shown = harness.shown();
    assert_eq!(shown[0], "[הודעה קולית: תמלול אוטומטי] אפשר כזה?");
    let last = harness.ports.model.shown().pop().unwrap();
    let place = shown.iter().position(|line| line.ends_with("כזה") && line.starts_with("[תמונה]"));
    assert_eq!(last.pictures.iter().map(|picture| Some(picture.utterance)).collect::<Vec<_>>(), [place], "{shown:?}");
    assert!(shown.iter().any(|line| line == "מחר"), "{shown:?}");
}

#[tokio::test]
async fn words_that_are_put_under_a_note_while_it_is_heard_stand_beside_what_was_heard() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.slow(4);
    let edit = async || stored(&harness, &harness.change("v1", Amendment::Edit, Some("ביי"))).await;
    Box::pin(harness.deliver_and(&harness.voice("v1", "m1"), 2, edit)).await.unwrap();
    assert_eq!((harness.heard(), harness.answers()), (1, 1));
    assert_eq!(harness.transcript("v1").unwrap().text(), Some("שלום"));
    assert_eq!(harness.shown(), ["[הודעה קולית: תמלול אוטומטי] שלום ביי"]);
    assert_eq!(harness.message("v1").own_words(), Some("ביי"), "what is written counts as written");
}

#[tokio::test]
async fn a_note_of_an_earlier_session_is_shown_as_it_was_heard_then() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    harness.clock.run(harness.clock.sleep(SignedDuration::from_hours(2))).await;
    harness.kept("m2", "יש תור?");
    harness.deliver(&harness.voice("v2", "m2")).await.unwrap();
    assert_eq!((harness.heard(), harness.answers()), (2, 2), "the first is not heard again");
    let shown = harness.shown();
    let marked = |words: &str| format!("[הודעה קולית: תמלול אוטומטי] {words}");
    assert_eq!((shown.first(), shown.last()), (Some(&marked("שלום")), Some(&marked("יש תור?"))), "{shown:?}");
}

#[tokio::test]
async fn who_passes_on_a_note_that_asks_for_a_person_is_answered_by_the_ai() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "אני רוצה לדבר עם נציג");
    let mut passed_on = harness.voice("v1", "m1");
    passed_on.message.enclosed.forwarded = true;
    harness.deliver(&passed_on).await.unwrap();
    assert_eq!((harness.ports.model.shown().len(), harness.answers()), (1, 1));
}

/// A note that is heard within 200 ms, and what comes after 100.
async fn soon_heard(then: impl Fn(&VoiceHarness) -> MessageReceived) -> VoiceHarness {
    let harness = VoiceHarness::new(Settings { ask_early: true, ..hearing() });
    harness.kept("m1", "שלום");
    harness.ports.media.take(&harness.clock, SignedDuration::from_millis(200));
    let (note, then) = (harness.voice("v1", "m1"), then(&harness));
    let later = async {
        harness.clock.sleep(SignedDuration::from_millis(100)).await;
        stored(&harness, &then).await;
    };
    harness.clock.run(join(Box::pin(turn::answer(&harness.ports, &note)), later)).await.0.unwrap();
    harness
}

#[tokio::test]
async fn a_note_that_is_heard_longer_than_the_wait_for_quiet_makes_no_more_than_two_answers_void() {
    let harness = VoiceHarness::new(Settings { ask_early: true, ..hearing() });
    harness.kept("m1", "שלום");
    harness.slow(5);
    harness.ports.model.take(&harness.clock, SignedDuration::from_secs(2));
    let note = harness.voice("v1", "m1");
    let texts = [6_000, 8_000, 9_500, 11_000].map(|at| {
        let harness = &harness;
        async move {
            harness.clock.sleep(SignedDuration::from_millis(at)).await;
            stored(harness, &harness.text(&format!("t{at}"), "ועוד משהו?")).await;
        }
    });
    let both = join(Box::pin(turn::answer(&harness.ports, &note)), join_all(texts));
    harness.clock.run(both).await.0.unwrap();
    // The note alone, and with what came by 7 s; by 13 s they are quiet.
    assert_eq!((harness.ports.model.shown().len(), harness.answers(), harness.shown().len()), (3, 1, 5));
}

#[tokio::test]
async fn what_is_taken_back_in_the_moment_it_is_heard_in_is_not_answered_and_leaves_nothing() {
    let harness = soon_heard(|harness| harness.change("v1", Amendment::Revoke, None)).await;
    assert_eq!((harness.answers(), harness.transcript("v1")), (0, None));
    assert!(harness.message("v1").revoked);
}

#[tokio::test]
async fn what_comes_in_the_moment_a_note_is_heard_in_gets_the_same_answer() {
    let harness = soon_heard(|harness| harness.text("t1", "ועוד משהו")).await;
    assert_eq!((harness.heard(), harness.answers()), (1, 1));
    assert_eq!(harness.ports.model.shown().len(), 2, "asked by the reading there was, and anew");
    assert_eq!(harness.shown(), ["[הודעה קולית: תמלול אוטומטי] שלום", "ועוד משהו"]);
}

#[tokio::test]
async fn what_comes_in_the_moment_a_note_is_heard_in_is_read_before_a_model_that_is_asked_once() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.ports.media.take(&harness.clock, SignedDuration::from_millis(2_200));
    let (note, text) = (harness.voice("v1", "m1"), harness.text("t1", "ועוד משהו"));
    let later = async {
        harness.clock.sleep(SignedDuration::from_millis(2_100)).await;
        stored(&harness, &text).await;
    };
    harness.clock.run(join(Box::pin(turn::answer(&harness.ports, &note)), later)).await.0.unwrap();
    assert_eq!((harness.ports.model.shown().len(), harness.answers(), harness.shown().len()), (1, 1, 2));
}
