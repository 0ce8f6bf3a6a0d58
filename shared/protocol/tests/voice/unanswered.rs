//! A voice note nobody answers, for a person has the conversation, is heard all the same: once, within the day's minutes,
//! for staff and for the digest.

use crate::harness::{VoiceHarness, hearing, note};
use crate::remembered::{city, digested, fires};
use futures_util::future::{join, select};
use jiff::SignedDuration;
use std::pin::pin;
use zikaron_memory::content::Media;
use zikaron_memory::profile::Confidence;
use zikaron_memory::settings::Settings;
use zikaron_memory::transcript::{NotHeard, Transcript};
use zikaron_protocol::model::amendment::Amendment;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::message::End;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::{Clock, ModelError, TranscriberError, Unavailable};
use zikaron_protocol::staff::StaffService;
use zikaron_protocol::turn::{self, Done, Outcome};

/// A business whose person has the conversation.
async fn with_person(settings: Settings) -> VoiceHarness {
    let harness = VoiceHarness::new(settings);
    harness.deliver(&harness.text("t0", "שלום")).await.unwrap();
    take_over(&harness).await;
    harness
}

async fn take_over(harness: &VoiceHarness) {
    let key = key(harness);
    let p = &harness.ports;
    let staff = StaffService { store: &p.store, clock: &p.clock, ids: &p.ids };
    harness.clock.run(Box::pin(staff.take_over(&key))).await.unwrap();
}

fn key(harness: &VoiceHarness) -> LeadKey {
    harness.ports.store.leads().into_keys().next().unwrap()
}

fn said(harness: &VoiceHarness, id: &str) -> Option<String> {
    harness.transcript(id)?.text().map(str::to_owned)
}

fn seconds(harness: &VoiceHarness) -> u32 {
    harness.lead().state.unwrap().heard.map_or(0, |heard| heard.seconds)
}

/// Nobody holds the lead, and nobody is to listen to anything.
fn rests(harness: &VoiceHarness) -> bool {
    let state = harness.lead().state.unwrap();
    state.lease.is_none() && state.unheard.is_none()
}

fn out(harness: &VoiceHarness, times: usize) {
    for _ in 0..times {
        let error = Unavailable { what: "transcriber", reason: "503".to_owned() };
        harness.ports.transcriber.fail(TranscriberError::Unavailable(error));
    }
}

#[tokio::test]
async fn it_is_heard_and_not_answered_and_the_digest_learns_from_it() {
    let harness = with_person(hearing()).await;
    harness.kept("m1", "אני גר בחיפה");
    harness.ports.timer.take(&harness.clock, SignedDuration::from_secs(1));
    let received = harness.voice("v1", "m1");
    harness.clock.run(Box::pin(turn::answer(&harness.ports, &received))).await.unwrap();
    assert_eq!(harness.ports.media.fetched().len(), 1);
    assert_eq!(
        (said(&harness, "v1").as_deref(), harness.message("v1").end),
        (Some("אני גר בחיפה"), Some(End::HumanMode))
    );
    assert_eq!((harness.heard(), harness.answers(), seconds(&harness)), (1, 1, 1));
    assert!(rests(&harness));
    digested(&harness, "חיפה", "אני גר בחיפה").await;
    let profile = harness.lead().memory.document.customer_profile_json;
    let city = profile.get("city").unwrap();
    assert_eq!((city.value(), city.confidence(), city.is_transcribed()), (Some("חיפה"), Confidence::Medium, true));
}

#[tokio::test]
async fn it_is_heard_once_however_often_it_is_delivered() {
    let harness = with_person(hearing()).await;
    harness.kept("m1", "שלום");
    harness.slow(3);
    let received = harness.voice("v1", "m1");
    let again = async {
        harness.clock.sleep(SignedDuration::from_secs(1)).await;
        Box::pin(turn::answer(&harness.ports, &received)).await
    };
    let (first, beside) = harness.clock.run(join(Box::pin(turn::answer(&harness.ports, &received)), again)).await;
    assert_eq!(first.unwrap(), Outcome::Answered);
    beside.unwrap_err();
    assert_eq!(harness.deliver(&received).await.unwrap(), Outcome::Done(Done::Repeated));
    assert_eq!((harness.heard(), seconds(&harness)), (1, 1));
}

#[tokio::test]
async fn who_dies_while_they_listen_leaves_it_to_the_next_delivery() {
    let harness = with_person(hearing()).await;
    harness.kept("m1", "שלום");
    harness.slow(5);
    let received = harness.voice("v1", "m1");
    {
        let death = pin!(harness.clock.sleep(SignedDuration::from_secs(3)));
        harness.clock.run(select(Box::pin(turn::answer(&harness.ports, &received)), death)).await;
    }
    harness.deliver(&received).await.unwrap_err();
    harness.clock.run(harness.clock.sleep(harness.ports.config.lease)).await;
    harness.deliver(&received).await.unwrap();
    assert_eq!((said(&harness, "v1").as_deref(), seconds(&harness), rests(&harness)), (Some("שלום"), 1, true));
}

#[tokio::test]
async fn what_was_heard_before_somebody_died_is_counted_and_not_heard_again() {
    let harness = with_person(hearing()).await;
    harness.kept("m1", "שלום");
    let counts = |item: &Write| matches!(item, Write::State(state) if state.heard.is_some());
    harness.ports.store.break_next(counts, false);
    let received = harness.voice("v1", "m1");
    harness.deliver(&received).await.unwrap_err();
    assert_eq!((said(&harness, "v1").as_deref(), seconds(&harness)), (Some("שלום"), 0));
    harness.deliver(&received).await.unwrap();
    assert_eq!((harness.heard(), seconds(&harness), rests(&harness)), (1, 1, true));
}

#[tokio::test]
async fn several_at_once_are_heard_one_after_the_other_and_a_file_once() {
    let harness = with_person(hearing()).await;
    harness.kept("m1", "שלום");
    harness.kept("m2", "להתראות");
    harness.slow(3);
    let second = async || {
        Box::pin(turn::answer(&harness.ports, &harness.voice("v2", "m2"))).await.unwrap();
        Box::pin(turn::answer(&harness.ports, &harness.voice("v3", "m1"))).await.unwrap();
    };
    Box::pin(harness.deliver_and(&harness.voice("v1", "m1"), 1, second)).await.unwrap();
    let said = ["v1", "v2", "v3"].map(|id| said(&harness, id));
    assert_eq!(said.map(Option::unwrap), ["שלום", "להתראות", "שלום"]);
    assert_eq!((harness.heard(), seconds(&harness), harness.answers(), rests(&harness)), (2, 3, 1, true));
}

#[tokio::test]
async fn what_waited_when_a_person_took_over_is_heard_too() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    out(&harness, 2);
    harness.ports.model.fail(ModelError::Unavailable("overloaded".to_owned()));
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap_err();
    take_over(&harness).await;
    assert_eq!((harness.message("v1").end, said(&harness, "v1")), (Some(End::HumanMode), None));
    harness.clock.run(Box::pin(turn::due(&harness.ports, &key(&harness)))).await.unwrap();
    assert_eq!((said(&harness, "v1").as_deref(), harness.answers(), rests(&harness)), (Some("שלום"), 0, true));
}

#[tokio::test]
async fn what_fails_for_now_is_tried_again_and_not_for_ever() {
    let harness = with_person(hearing()).await;
    harness.kept("m1", "שלום");
    out(&harness, 4);
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    let due = || async {
        let key = key(&harness);
        harness.clock.run(Box::pin(turn::due(&harness.ports, &key))).await.unwrap()
    };
    assert_eq!(due().await, Outcome::Done(Done::Repeated), "not at once");
    for (heard, then) in [(4, None), (5, Some("שלום"))] {
        harness.clock.run(harness.clock.sleep(SignedDuration::from_mins(2))).await;
        due().await;
        assert_eq!((harness.heard(), said(&harness, "v1").as_deref()), (heard, then));
    }
    assert!(rests(&harness));
    let harness = with_person(hearing()).await;
    harness.kept("m1", "שלום");
    out(&harness, 4);
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    harness.clock.run(harness.clock.sleep(harness.ports.config.idle)).await;
    let key = key(&harness);
    harness.clock.run(Box::pin(turn::due(&harness.ports, &key))).await.unwrap();
    assert_eq!((harness.heard(), said(&harness, "v1"), rests(&harness)), (4, None, true));
}

#[tokio::test]
async fn what_is_heard_after_its_session_was_digested_has_it_digested_anew() {
    let harness = with_person(hearing()).await;
    harness.kept("m1", "אני גר בחיפה");
    out(&harness, 2);
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    digested(&harness, "חיפה", "אני גר בחיפה").await;
    assert_eq!((harness.heard(), city(&harness)), (2, None));
    let session = harness.message("v1").session.unwrap();
    harness.clock.run(Box::pin(turn::due(&harness.ports, &key(&harness)))).await.unwrap();
    let anew = harness.lead().sessions.remove(&session).unwrap();
    fires(&harness, session, anew.closed.map_or(0, |closed| closed.generation) + anew.tries).await;
    assert_eq!((harness.heard(), city(&harness).as_deref()), (3, Some("חיפה")));
}

#[tokio::test]
async fn nobody_talks_for_ever_to_a_person_either() {
    let harness = with_person(Settings { voice_minutes_per_day: 1, ..hearing() }).await;
    for (id, length) in [("m1", 40), ("m2", 30)] {
        harness.ports.media.keep(id, "audio/ogg", &note("שלום", length));
        harness.deliver(&harness.voice(&id.replace('m', "v"), id)).await.unwrap();
    }
    assert!(said(&harness, "v1").is_some());
    assert_eq!(harness.transcript("v2"), Some(Transcript::Failed { why: NotHeard::OverLimit }));
    assert_eq!((harness.heard(), seconds(&harness)), (1, 40));
}

#[tokio::test]
async fn where_voice_notes_are_off_nothing_is_heard_and_nobody_is_asked_to() {
    let harness = with_person(Settings { transcription_model: String::new(), ..hearing() }).await;
    harness.kept("m1", "שלום");
    assert_eq!(harness.deliver(&harness.voice("v1", "m1")).await.unwrap(), Outcome::Done(Done::NoAnswerNeeded));
    assert_eq!((harness.heard(), harness.transcript("v1"), rests(&harness)), (0, None, true));
}

#[tokio::test]
async fn a_note_that_comes_half_a_day_late_is_heard_and_one_of_staff_is_not() {
    let harness = with_person(hearing()).await;
    harness.kept("m1", "שלום");
    let mut late = harness.voice("v1", "m1");
    late.message.sent_at -= SignedDuration::from_hours(13);
    harness.deliver(&late).await.unwrap();
    assert_eq!((said(&harness, "v1").as_deref(), harness.message("v1").end), (Some("שלום"), Some(End::Stale)));
    let mut theirs = harness.voice("v2", "m2");
    theirs.message.speaker = Speaker::Staff;
    harness.deliver(&theirs).await.unwrap();
    assert_eq!((harness.heard(), harness.transcript("v2"), rests(&harness)), (1, None, true));
}

#[tokio::test]
async fn what_is_taken_back_while_somebody_listens_leaves_nothing() {
    let harness = with_person(hearing()).await;
    harness.kept("m1", "סוד");
    harness.slow(4);
    let revoke = async || {
        let revoked = harness.change("v1", Amendment::Revoke, None);
        Box::pin(turn::answer(&harness.ports, &revoked)).await.unwrap();
    };
    Box::pin(harness.deliver_and(&harness.voice("v1", "m1"), 2, revoke)).await.unwrap();
    assert!(harness.message("v1").revoked && harness.transcript("v1").is_none() && rests(&harness));
}

#[tokio::test]
async fn the_same_file_heard_before_by_the_ai_is_not_heard_again() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    take_over(&harness).await;
    let mut copy = harness.voice("v2", "m1");
    copy.message.enclosed.media = Some(Media { id: "m1".to_owned(), mime_type: None, sha256: None, url: None });
    harness.deliver(&copy).await.unwrap();
    assert_eq!((harness.heard(), said(&harness, "v2").as_deref(), seconds(&harness)), (1, Some("שלום"), 2));
}
