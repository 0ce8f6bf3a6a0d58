//! Nothing waits for ever, and nobody talks for ever.

use crate::harness::{VoiceHarness, hearing, note};
use jiff::SignedDuration;
use zikaron_memory::settings::Settings;
use zikaron_memory::transcript::NotHeard::{Gone, NotUnderstood, OverLimit, TooLong};
use zikaron_memory::transcript::{NotHeard, Transcript};
use zikaron_protocol::ports::{Clock, MediaError, Transcribed, TranscriberError, Unavailable};

fn unavailable() -> Unavailable {
    Unavailable { what: "test", reason: "no answer".to_owned() }
}

fn failed(why: NotHeard) -> Option<Transcript> {
    Some(Transcript::Failed { why })
}

#[tokio::test]
async fn a_transcriber_that_never_answers_is_not_waited_for() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.slow(3_600);
    let started = harness.clock.now();
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    assert_eq!((harness.since(started), harness.answers()), (18, 1));
    assert_eq!(harness.shown(), ["[הודעה קולית: אין אפשרות להאזין כרגע]"]);
    assert_eq!(harness.transcript("v1"), None, "another turn may hear it");
}

#[tokio::test]
async fn what_fails_once_is_tried_once_more_and_what_fails_twice_is_said_to_the_model() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.ports.media.fail(unavailable().into());
    harness.ports.transcriber.fail(unavailable().into());
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    assert_eq!(harness.transcript("v1").unwrap().text(), Some("שלום"));
    assert_eq!((harness.ports.media.fetched().len(), harness.heard()), (2, 2));
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.ports.transcriber.fail(unavailable().into());
    harness.ports.transcriber.fail(unavailable().into());
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    assert_eq!((harness.heard(), harness.answers(), harness.transcript("v1")), (2, 1, None));
    assert_eq!(harness.shown(), ["[הודעה קולית: אין אפשרות להאזין כרגע]"]);
}

#[tokio::test]
async fn what_can_never_be_heard_is_stored_as_such_and_answered() {
    let expired = VoiceHarness::new(hearing());
    let large = VoiceHarness::new(hearing());
    large.kept("m1", "שלום");
    large.ports.media.fail(MediaError::TooLarge);
    let broken = VoiceHarness::new(hearing());
    broken.kept("m1", "שלום");
    broken.ports.transcriber.fail(TranscriberError::Unusable("no sound".to_owned()));
    let silent = VoiceHarness::new(hearing());
    silent.kept("m1", "שלום");
    silent.ports.transcriber.queue(Transcribed { text: " \n".to_owned(), seconds: Some(3.0) });
    let long = VoiceHarness::new(hearing());
    long.ports.media.keep("m1", "audio/ogg", &note("שלום", 601));
    for (harness, why, line) in [
        (expired, Gone, "[הודעה קולית: אין אפשרות להאזין, כבר לא זמין]"),
        (large, TooLong, "[הודעה קולית: אין אפשרות להאזין, ארוך מדי]"),
        (broken, NotUnderstood, "[הודעה קולית: לא היה אפשר להבין מה נאמר]"),
        (silent, NotUnderstood, "[הודעה קולית: לא היה אפשר להבין מה נאמר]"),
        (long, TooLong, "[הודעה קולית: אין אפשרות להאזין, ארוך מדי]"),
    ] {
        harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
        assert_eq!(harness.transcript("v1"), failed(why));
        assert_eq!(harness.shown(), [line]);
        assert_eq!((harness.answers(), harness.ports.media.fetched().len()), (1, 1), "asked once: {why:?}");
    }
}

#[tokio::test]
async fn a_customer_is_heard_so_many_minutes_a_day() {
    let harness = VoiceHarness::new(Settings { voice_minutes_per_day: 1, ..hearing() });
    let says = async |id: &str, seconds| {
        harness.ports.media.keep(id, "audio/ogg", &note("שלום", seconds));
        harness.deliver(&harness.voice(id, id)).await.unwrap();
        harness.transcript(id)
    };
    assert_eq!(says("v1", 40).await.unwrap().seconds(), 40);
    assert_eq!(says("v2", 30).await, failed(OverLimit), "70 of 60 seconds");
    assert_eq!(says("v3", 20).await.unwrap().seconds(), 20, "60 of them");
    assert_eq!(harness.lead().state.unwrap().heard.unwrap().seconds, 60);
    let fetched = harness.ports.media.fetched().len();
    assert_eq!(says("v4", 1).await, failed(OverLimit));
    assert_eq!(harness.ports.media.fetched().len(), fetched, "not even fetched");
    assert_eq!(harness.answers(), 4, "and each is answered");
    harness.clock.run(harness.clock.sleep(SignedDuration::from_hours(24))).await;
    assert_eq!(says("v5", 60).await.unwrap().seconds(), 60, "another day");
}

#[tokio::test]
async fn notes_that_wait_together_share_what_is_left_of_the_day() {
    let harness = VoiceHarness::new(Settings { voice_minutes_per_day: 1, ..hearing() });
    for id in ["v1", "v2"] {
        harness.ports.media.keep(id, "audio/ogg", &note("שלום", 45));
    }
    let second = async || {
        let _ = Box::pin(zikaron_protocol::turn::answer(&harness.ports, &harness.voice("v2", "v2"))).await;
    };
    Box::pin(harness.deliver_and(&harness.voice("v1", "v1"), 1, second)).await.unwrap();
    assert_eq!(harness.transcript("v1").unwrap().seconds(), 45);
    assert_eq!(harness.transcript("v2"), failed(OverLimit));
    assert_eq!((harness.answers(), harness.heard()), (1, 1));
}
