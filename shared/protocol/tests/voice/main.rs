//! Voice notes are heard beside the wait for quiet, once, and answered whatever happens (docs/rules.md#p).

#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

mod bounds;
mod harness;
mod mixed;
mod pictures;
mod remembered;
mod twice;
mod unanswered;

use harness::{QUIET, VoiceHarness, hearing};
use jiff::SignedDuration;
use zikaron_memory::settings::Settings;
use zikaron_memory::transcript::Transcript;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::turn::{self, Done, Outcome};

#[tokio::test]
async fn a_voice_note_is_heard_stored_and_answered() {
    let settings =
        Settings { name: "המספרה".to_owned(), key_words: vec!["בלייאז'".to_owned()], ..hearing() };
    let harness = VoiceHarness::new(settings);
    harness.kept("m1", "מתי אתם פתוחים?");
    assert_eq!(harness.deliver(&harness.voice("v1", "m1")).await.unwrap(), Outcome::Answered);
    assert_eq!(harness.shown(), ["[הודעה קולית: תמלול אוטומטי] מתי אתם פתוחים?"]);
    assert_eq!(harness.transcript("v1"), Some(Transcript::heard("מתי אתם פתוחים?", 1)));
    assert_eq!((harness.answers(), harness.message("v1").version), (1, 2), "one write more than a text");
    let hints = harness.ports.transcriber.asked().pop().unwrap();
    assert_eq!((hints.model.as_str(), hints.language), ("whisper", None), "nothing was written yet");
    assert_eq!(hints.words, ["המספרה", "בלייאז'"]);
    harness.deliver(&harness.text("t1", "ועד מתי?")).await.unwrap();
    assert_eq!(harness.shown()[0], "[הודעה קולית: תמלול אוטומטי] מתי אתם פתוחים?", "later turns are shown it too");
    harness.kept("m2", "תודה");
    harness.deliver(&harness.voice("v2", "m2")).await.unwrap();
    assert_eq!(harness.ports.transcriber.asked().pop().unwrap().language, Some("he"), "as they write");
}

#[tokio::test]
async fn hearing_and_the_wait_for_quiet_take_the_time_of_the_longer() {
    for (transcribing, whole) in [(1, QUIET), (QUIET, QUIET), (5, 5)] {
        let harness = VoiceHarness::new(hearing());
        harness.kept("m1", "שלום");
        harness.slow(transcribing);
        let started = harness.clock.now();
        harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
        assert_eq!(harness.since(started), whole, "{transcribing} s");
    }
}

#[tokio::test]
async fn the_file_a_turn_begins_with_is_fetched_once_and_while_the_schedule_is_set() {
    for is_voice in [true, false] {
        let harness = VoiceHarness::new(Settings { ask_early: true, sees_images: true, ..hearing() });
        let kind = if is_voice { "audio/ogg" } else { "image/jpeg" };
        harness.ports.media.keep("m1", kind, b"\xff\xd8\xff");
        harness.ports.media.take(&harness.clock, SignedDuration::from_secs(4));
        harness.ports.timer.take(&harness.clock, SignedDuration::from_secs(3));
        let began = harness.clock.now();
        let picture = harness.picture("v1", "m1", Some("כמה זה עולה?"));
        let received = if is_voice { harness.voice("v1", "m1") } else { picture };
        let answering = Box::pin(turn::answer(&harness.ports, &received));
        assert_eq!(harness.clock.run(answering).await.unwrap(), Outcome::Answered);
        let sent = harness.ports.timer.schedules().len();
        assert_eq!((harness.answers(), sent, harness.ports.media.fetched()), (1, 1, vec!["m1".to_owned()]));
        // The schedule is set once more with the answer.
        assert_eq!(harness.since(began), 4 + 3, "{kind}");
    }
}

#[tokio::test]
async fn what_nobody_is_going_to_hear_or_see_is_not_fetched_while_the_schedule_is_set() {
    let harness = VoiceHarness::new(Settings { voice_minutes_per_day: 1, ..hearing() });
    harness.ports.timer.take(&harness.clock, SignedDuration::from_secs(3));
    // The schedule is set where a session begins.
    let next_session = async || harness.clock.run(harness.clock.sleep(SignedDuration::from_mins(20))).await;
    harness.ports.media.keep("m1", "audio/ogg", &harness::note("שלום", 60));
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    next_session().await;
    harness.kept("m2", "יש תור?");
    harness.deliver(&harness.voice("v2", "m2")).await.unwrap();
    next_session().await;
    harness.ports.media.keep("m3", "image/jpeg", b"\xff\xd8\xff");
    harness.deliver(&harness.picture("p3", "m3", None)).await.unwrap();
    // The day's minute is over, and this business's model does not see.
    assert_eq!((harness.answers(), harness.ports.media.fetched()), (3, vec!["m1".to_owned()]));
}

#[tokio::test]
async fn two_voice_notes_take_the_time_of_one() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.kept("m2", "יש תור?");
    harness.slow(6);
    let started = harness.clock.now();
    let second = async || {
        let left = Box::pin(turn::answer(&harness.ports, &harness.voice("v2", "m2"))).await.unwrap();
        assert_eq!(left, Outcome::Done(Done::LeftToHolder), "left to the turn under way");
    };
    Box::pin(harness.deliver_and(&harness.voice("v1", "m1"), 1, second)).await.unwrap();
    assert_eq!((harness.since(started), harness.answers(), harness.heard()), (8, 1, 2), "begun when it was seen");
    assert_eq!(harness.shown().len(), 2);
}

#[tokio::test]
async fn where_the_model_is_asked_early_another_note_is_begun_with_within_300_ms() {
    let harness = VoiceHarness::new(Settings { ask_early: true, ..hearing() });
    harness.kept("m1", "שלום");
    harness.kept("m2", "יש תור?");
    harness.slow(6);
    let started = harness.clock.now();
    let second = async || {
        let _ = Box::pin(turn::answer(&harness.ports, &harness.voice("v2", "m2"))).await;
    };
    Box::pin(harness.deliver_and(&harness.voice("v1", "m1"), 1, second)).await.unwrap();
    let took = harness.clock.now().duration_since(started).as_millis();
    assert!((7_000..=7_300).contains(&took), "{took} ms");
    assert_eq!((harness.answers(), harness.heard(), harness.shown().len()), (1, 2, 2));
}

#[tokio::test]
async fn a_note_that_comes_while_another_is_heard_gets_the_same_answer() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.slow(5);
    let later = async || {
        let _ = Box::pin(turn::answer(&harness.ports, &harness.text("t1", "ומחר?"))).await;
    };
    Box::pin(harness.deliver_and(&harness.voice("v1", "m1"), 4, later)).await.unwrap();
    assert_eq!((harness.answers(), harness.shown().len()), (1, 2));
}

#[tokio::test]
async fn nothing_is_fetched_where_voice_notes_are_switched_off() {
    let harness = VoiceHarness::new(Settings { transcription_model: String::new(), ..hearing() });
    harness.kept("m1", "שלום");
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    assert_eq!(harness.shown(), ["[הודעה קולית]"]);
    assert_eq!((harness.ports.media.fetched().len(), harness.transcript("v1")), (0, None));
}

#[tokio::test]
async fn who_asks_for_a_person_aloud_gets_one() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "אני רוצה לדבר עם נציג");
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    assert_eq!((harness.ports.model.shown().len(), harness.answers()), (0, 1), "the last sentence before a person");
}
