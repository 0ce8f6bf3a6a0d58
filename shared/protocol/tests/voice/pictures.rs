//! A model that can see is shown the newest pictures that wait, once, and answers whatever becomes of them
//! (docs/rules.md#p5).

use crate::harness::{VoiceHarness, hearing};
use jiff::SignedDuration;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::amendment::Amendment;
use zikaron_protocol::ports::{Clock, MediaError, ModelError, Unavailable};
use zikaron_protocol::turn;

const LINE: &str = "[תמונה]";

fn seeing() -> VoiceHarness {
    VoiceHarness::new(Settings { sees_images: true, transcription_model: String::new(), ..hearing() })
}

/// A picture by its first bytes, so large.
fn picture(mark: u8, size: usize) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, mark];
    bytes.resize(size.max(4), 0);
    bytes
}

/// What the model was shown last: places and marks of the pictures.
fn seen(harness: &VoiceHarness) -> Vec<(usize, u8)> {
    let last = harness.ports.model.shown().pop().unwrap();
    last.pictures.iter().map(|picture| (picture.utterance, picture.file.bytes[3])).collect()
}

/// Sends so many pictures, the first of them beginning the turn.
async fn send(harness: &VoiceHarness, sizes: &[usize]) {
    let numbered = |number: usize| (format!("p{number}"), format!("m{number}"));
    for (number, size) in sizes.iter().enumerate() {
        harness.ports.media.keep(&numbered(number).1, "image/jpeg", &picture(u8::try_from(number).unwrap(), *size));
    }
    let rest = async || {
        for number in 1..sizes.len() {
            let (id, media) = numbered(number);
            let _ = Box::pin(turn::answer(&harness.ports, &harness.picture(&id, &media, None))).await;
        }
    };
    Box::pin(harness.deliver_and(&harness.picture("p0", "m0", None), 1, rest)).await.unwrap();
}

#[tokio::test]
async fn a_picture_goes_with_the_request_that_answers_it_and_with_no_other() {
    let harness = seeing();
    harness.deliver(&harness.text("t0", "היי")).await.unwrap();
    harness.ports.media.keep("m1", "image/jpeg", &picture(7, 4));
    harness.deliver(&harness.picture("p1", "m1", Some("ככה"))).await.unwrap();
    assert_eq!((harness.shown().last().unwrap().as_str(), seen(&harness)), ("[תמונה] ככה", vec![(2, 7)]));
    harness.deliver(&harness.text("t1", "אפשר?")).await.unwrap();
    assert_eq!((seen(&harness), harness.ports.media.fetched()), (vec![], vec!["m1".to_owned()]), "not fetched again");
    assert_eq!(harness.message("p1").version, 1, "and nothing is written");
}

#[tokio::test]
async fn it_is_fetched_beside_the_wait_for_quiet_and_side_by_side() {
    // The second comes after a second and is seen when the first wait for quiet is over.
    for (fetching, whole) in [(1, 3), (5, 7)] {
        let harness = seeing();
        harness.ports.media.take(&harness.clock, SignedDuration::from_secs(fetching));
        let started = harness.clock.now();
        send(&harness, &[4, 4]).await;
        assert_eq!((harness.since(started), seen(&harness)), (whole, vec![(0, 0), (1, 1)]));
    }
}

#[tokio::test]
async fn the_newest_are_shown_as_far_as_they_fit() {
    let harness = seeing();
    send(&harness, &[4, 4, 4, 4]).await;
    assert_eq!(seen(&harness), [(1, 1), (2, 2), (3, 3)], "three of four");
    let harness = seeing();
    send(&harness, &[4, 1_500_000, 1_500_000]).await;
    assert_eq!(seen(&harness), [(2, 2)], "two of them are more than an endpoint takes");
    let harness = seeing();
    send(&harness, &[3_000_000]).await;
    assert_eq!((seen(&harness), harness.answers()), (vec![], 1), "too large");
}

#[tokio::test]
async fn nothing_is_fetched_for_a_model_that_does_not_see() {
    let harness = VoiceHarness::new(hearing());
    send(&harness, &[4]).await;
    assert_eq!((seen(&harness), harness.ports.media.fetched().len(), harness.answers()), (vec![], 0, 1));
}

#[tokio::test]
async fn what_cannot_be_shown_is_described_and_answered() {
    let unavailable = || MediaError::Unavailable(Unavailable { what: "test", reason: "no answer".to_owned() });
    for (failures, fetches, sees) in [
        (vec![unavailable()], 2, true),
        // The first of them began with the turn.
        (vec![unavailable(), unavailable()], 3, true),
        (vec![unavailable(), unavailable(), unavailable()], 3, false),
        (vec![MediaError::Gone], 1, false),
        (vec![MediaError::TooLarge], 1, false),
    ] {
        let harness = seeing();
        failures.into_iter().for_each(|failure| harness.ports.media.fail(failure));
        send(&harness, &[4]).await;
        assert_eq!((seen(&harness).is_empty(), harness.ports.media.fetched().len()), (!sees, fetches));
        assert_eq!((harness.shown(), harness.answers()), (vec![LINE.to_owned()], 1));
    }
    let harness = seeing();
    harness.ports.media.keep("m0", "image/jpeg", b"<html>");
    harness.deliver(&harness.picture("p0", "m0", None)).await.unwrap();
    assert_eq!((seen(&harness), harness.answers()), (vec![], 1), "no picture by its bytes");
}

#[tokio::test]
async fn a_picture_that_never_comes_is_not_waited_for() {
    let harness = seeing();
    harness.ports.media.take(&harness.clock, SignedDuration::from_secs(3_600));
    let started = harness.clock.now();
    send(&harness, &[4]).await;
    assert_eq!((harness.since(started), seen(&harness), harness.answers()), (18, vec![], 1));
}

#[tokio::test]
async fn a_picture_that_is_taken_back_is_not_shown() {
    let harness = seeing();
    harness.ports.media.keep("m1", "image/jpeg", &picture(7, 4));
    let revoke = async || {
        let _ = Box::pin(turn::answer(&harness.ports, &harness.text("t1", "טעות"))).await;
        Box::pin(turn::answer(&harness.ports, &harness.change("p1", Amendment::Revoke, None))).await.unwrap();
    };
    Box::pin(harness.deliver_and(&harness.picture("p1", "m1", None), 1, revoke)).await.unwrap();
    assert_eq!((seen(&harness), harness.answers()), (vec![], 1));
}

#[tokio::test]
async fn a_turn_that_broke_off_shows_it_to_the_next() {
    let harness = seeing();
    harness.ports.media.keep("m1", "image/jpeg", &picture(7, 4));
    harness.ports.model.fail(ModelError::Unavailable("overloaded".to_owned()));
    let received = harness.picture("p1", "m1", None);
    harness.deliver(&received).await.unwrap_err();
    harness.deliver(&received).await.unwrap();
    assert_eq!((seen(&harness), harness.answers()), (vec![(0, 7)], 1));
}
