//! Nothing is heard twice: whoever dies, whatever is delivered again, whoever else writes.

use crate::harness::{VoiceHarness, hearing};
use futures_util::future::{join, select};
use jiff::SignedDuration;
use std::pin::pin;
use zikaron_memory::content::Media;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::amendment::Amendment;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::{Clock, ModelError};
use zikaron_protocol::turn::{self, Outcome};

#[tokio::test]
async fn a_note_that_is_delivered_again_is_neither_heard_nor_answered_again() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    let received = harness.voice("v1", "m1");
    harness.deliver(&received).await.unwrap();
    harness.deliver(&received).await.unwrap();
    assert_eq!((harness.heard(), harness.answers()), (1, 1));
}

#[tokio::test]
async fn what_was_heard_before_a_turn_broke_off_is_not_heard_again() {
    for ask_early in [false, true] {
        let harness = VoiceHarness::new(Settings { ask_early, ..hearing() });
        harness.kept("m1", "שלום");
        harness.ports.model.fail(ModelError::Unavailable("overloaded".to_owned()));
        let received = harness.voice("v1", "m1");
        harness.deliver(&received).await.unwrap_err();
        assert_eq!(harness.transcript("v1").unwrap().text(), Some("שלום"), "stored beside the asking");
        harness.deliver(&received).await.unwrap();
        assert_eq!((harness.heard(), harness.answers()), (1, 1));
        assert_eq!(harness.shown(), ["[הודעה קולית: תמלול אוטומטי] שלום"]);
        assert_eq!(harness.lead().state.unwrap().heard.unwrap().seconds, 1, "counted once");
    }
}

#[tokio::test]
async fn a_turn_that_dies_while_it_listens_leaves_the_note_to_the_next() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.slow(5);
    let received = harness.voice("v1", "m1");
    {
        let death = pin!(harness.clock.sleep(SignedDuration::from_secs(3)));
        let dies = select(Box::pin(turn::answer(&harness.ports, &received)), death);
        harness.clock.run(dies).await;
    }
    assert_eq!((harness.answers(), harness.transcript("v1")), (0, None));
    harness.clock.run(harness.clock.sleep(harness.ports.config.lease)).await;
    harness.deliver(&received).await.unwrap();
    assert_eq!((harness.heard(), harness.answers()), (2, 1));
    assert_eq!(harness.transcript("v1").unwrap().text(), Some("שלום"));
}

/// A commit that stores what was heard.
fn is_heard(item: &Write) -> bool {
    matches!(item, Write::Message(message) if message.enclosed.transcript.is_some())
}

#[tokio::test]
async fn a_turn_that_dies_between_hearing_and_storing_leaves_the_note_to_the_next() {
    for ask_early in [false, true] {
        let harness = VoiceHarness::new(Settings { ask_early, ..hearing() });
        harness.kept("m1", "שלום");
        harness.ports.store.break_next(is_heard, false);
        harness.ports.model.fail(ModelError::Unavailable("it died here".to_owned()));
        let received = harness.voice("v1", "m1");
        harness.deliver(&received).await.unwrap_err();
        assert_eq!((harness.heard(), harness.answers(), harness.transcript("v1")), (1, 0, None));
        harness.deliver(&received).await.unwrap();
        assert_eq!((harness.heard(), harness.answers()), (2, 1));
        assert_eq!(harness.transcript("v1").unwrap().text(), Some("שלום"));
        assert_eq!(harness.lead().state.unwrap().heard.unwrap().seconds, 1, "counted once");
    }
}

#[tokio::test]
async fn what_was_heard_is_answered_also_where_it_is_not_stored() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.ports.store.break_next(is_heard, false);
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    assert_eq!((harness.heard(), harness.answers(), harness.transcript("v1")), (1, 1, None));
    assert_eq!(harness.shown(), ["[הודעה קולית: תמלול אוטומטי] שלום"]);
}

#[tokio::test]
async fn what_was_stored_and_answered_an_error_is_not_heard_again() {
    for (model_fails, ask_early) in [(false, false), (true, false), (false, true), (true, true)] {
        let harness = VoiceHarness::new(Settings { ask_early, ..hearing() });
        harness.kept("m1", "שלום");
        harness.ports.store.break_next(is_heard, true);
        let received = harness.voice("v1", "m1");
        if model_fails {
            harness.ports.model.fail(ModelError::Unavailable("overloaded".to_owned()));
            harness.deliver(&received).await.unwrap_err();
        }
        harness.deliver(&received).await.unwrap();
        assert_eq!((harness.heard(), harness.answers(), harness.message("v1").version), (1, 1, 2));
        assert_eq!(harness.transcript("v1").unwrap().text(), Some("שלום"));
    }
}

#[tokio::test]
async fn of_two_turns_beside_each_other_one_answers_and_one_transcript_stands() {
    let mut harness = VoiceHarness::new(hearing());
    // The lease is over while the first still listens.
    harness.ports.config.lease = SignedDuration::from_secs(3);
    harness.ports.config.send_deadline = SignedDuration::ZERO;
    harness.kept("m1", "שלום");
    harness.slow(5);
    let received = harness.voice("v1", "m1");
    let second = async {
        harness.clock.sleep(SignedDuration::from_secs(4)).await;
        Box::pin(turn::answer(&harness.ports, &received)).await
    };
    let (first, second) = harness.clock.run(join(Box::pin(turn::answer(&harness.ports, &received)), second)).await;
    assert_eq!((first.unwrap(), second.unwrap()), (Outcome::TakenOver, Outcome::Answered));
    assert_eq!((harness.answers(), harness.message("v1").version), (1, 2));
    assert_eq!(harness.transcript("v1").unwrap().text(), Some("שלום"));
}

#[tokio::test]
async fn the_same_file_is_heard_once_by_id_and_by_hash() {
    for (ask_early, seconds) in [(false, 0), (true, 0), (true, 3)] {
        let harness = VoiceHarness::new(Settings { ask_early, ..hearing() });
        harness.kept("m1", "שלום");
        harness.kept("m2", "שלום");
        harness.slow(seconds);
        let hashed = |id: &str, media: &str| {
            let mut received = harness.voice(id, media);
            let sha256 = Some("aW52ZW50ZWQ=".to_owned());
            received.message.enclosed.media = Some(Media { id: media.to_owned(), mime_type: None, sha256, url: None });
            received
        };
        let second = async || {
            let _ = Box::pin(turn::answer(&harness.ports, &hashed("v2", "m2"))).await;
        };
        Box::pin(harness.deliver_and(&hashed("v1", "m1"), 1, second)).await.unwrap();
        harness.deliver(&hashed("v3", "m2")).await.unwrap();
        assert_eq!((harness.heard(), harness.answers()), (1, 2));
        for id in ["v1", "v2", "v3"] {
            assert_eq!(harness.transcript(id).unwrap().text(), Some("שלום"), "{id}");
        }
    }
}

#[tokio::test]
async fn a_note_that_is_taken_back_while_it_is_heard_leaves_nothing() {
    for at in [1, 3] {
        let harness = VoiceHarness::new(hearing());
        harness.kept("m1", "סוד");
        harness.slow(4);
        let revoke = async || {
            let revoked = harness.change("v1", Amendment::Revoke, None);
            Box::pin(turn::answer(&harness.ports, &revoked)).await.unwrap();
        };
        Box::pin(harness.deliver_and(&harness.voice("v1", "m1"), at, revoke)).await.unwrap();
        assert_eq!((harness.answers(), harness.transcript("v1")), (0, None));
        assert!(harness.message("v1").revoked && harness.ports.model.shown().is_empty());
    }
}

#[tokio::test]
async fn a_change_beside_it_and_the_transcript_both_stand() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.slow(4);
    let react = async || {
        let how = Amendment::React { emoji: Some("👍".to_owned()) };
        Box::pin(turn::answer(&harness.ports, &harness.change("v1", how, None))).await.unwrap();
    };
    Box::pin(harness.deliver_and(&harness.voice("v1", "m1"), 3, react)).await.unwrap();
    let message = harness.message("v1");
    assert!(message.reaction.is_some() && message.enclosed.transcript.is_some());
    assert_eq!((message.version, harness.heard(), harness.answers()), (3, 1, 1));
}
