//! What is heard is the customer's words, and never sure.

use crate::harness::{VoiceHarness, hearing};
use zikaron_memory::evidence::{About, Extracted, Meant};
use zikaron_memory::profile::Confidence;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::session::Stage;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::{Clock, Digest, TranscriberError, Unavailable};
use zikaron_protocol::session::close;

/// What the model will find in a digest.
fn finds(harness: &VoiceHarness, value: &str, quote: &str) {
    let claim = Extracted {
        field: "city".to_owned(),
        value: value.to_owned(),
        line: None,
        quote: quote.to_owned(),
        span: None,
        about: Some(About::Customer),
        meant: Some(Meant::States),
        until: None,
        confidence: Some(Confidence::High),
    };
    let summary = "נושא: תור\nמה נדון: תספורת\nהלקוח ביקש: תור למחר\nתוצאה: אין\nהצעד הבא: להתקשר";
    harness.ports.model.digest_as(Digest {
        summary: Some(summary.to_owned()),
        patch: vec![claim],
        ..Digest::default()
    });
}

pub(crate) async fn fires(harness: &VoiceHarness, session: SessionId, generation: u32) {
    let key = harness.ports.store.leads().into_keys().next().unwrap();
    harness.clock.run(harness.clock.sleep(harness.ports.config.idle)).await;
    let fire = TimerFired { key, session, generation };
    harness.clock.run(Box::pin(close::fire(&harness.ports, &fire))).await.unwrap();
}

pub(crate) async fn digested(harness: &VoiceHarness, value: &str, quote: &str) {
    finds(harness, value, quote);
    let open = harness.lead().state.unwrap().session.unwrap();
    fires(harness, open.id, open.generation).await;
}

pub(crate) fn city(harness: &VoiceHarness) -> Option<String> {
    let profile = harness.lead().memory.document.customer_profile_json;
    profile.get("city")?.value().map(str::to_owned)
}

#[tokio::test]
async fn a_value_from_a_voice_note_is_remembered_at_medium_and_marked_everywhere() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "אני גר בחיפה");
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    digested(&harness, "חיפה", "אני גר בחיפה").await;
    let lead = harness.lead();
    let city = lead.memory.document.customer_profile_json.get("city").unwrap().clone();
    assert_eq!((city.value(), city.confidence()), (Some("חיפה"), Confidence::Medium));
    assert!(city.is_transcribed() && city.candidates()[0].transcribed);
    assert!(lead.changes.iter().all(|change| change.transcribed && change.confidence == Confidence::Medium));
    let shown = lead.memory.document.customer_profile_json.to_public_json();
    assert_eq!(shown["city"]["transcribed"], true);
}

#[tokio::test]
async fn what_is_written_beside_a_voice_note_is_as_sure_as_ever() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "מה שלומכם");
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    harness.deliver(&harness.text("t1", "אני גר בחיפה")).await.unwrap();
    digested(&harness, "חיפה", "אני גר בחיפה").await;
    let city = harness.lead().memory.document.customer_profile_json.get("city").unwrap().clone();
    assert_eq!((city.confidence(), city.is_transcribed()), (Confidence::High, false));
}

#[tokio::test]
async fn the_mark_of_a_transcript_and_a_sound_that_was_passed_on_are_nobody_s_words() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "אני גר בחיפה");
    let mut passed_on = harness.voice("v1", "m1");
    passed_on.message.enclosed.forwarded = true;
    harness.deliver(&passed_on).await.unwrap();
    assert_eq!(harness.shown(), ["[הודעה שהועברה] [הודעה קולית: תמלול אוטומטי] אני גר בחיפה"]);
    digested(&harness, "חיפה", "אני גר בחיפה").await;
    assert!(harness.lead().memory.document.customer_profile_json.get("city").is_none());
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "שלום");
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap();
    digested(&harness, "תמלול אוטומטי", "הודעה קולית: תמלול אוטומטי").await;
    assert!(harness.lead().memory.document.customer_profile_json.get("city").is_none());
}

#[tokio::test]
async fn what_is_heard_after_its_session_was_digested_is_learnt_too() {
    let harness = VoiceHarness::new(hearing());
    harness.kept("m1", "אני גר בחיפה");
    let is_out = || {
        for _ in 0..2 {
            let error = Unavailable { what: "transcriber", reason: "503".to_owned() };
            harness.ports.transcriber.fail(TranscriberError::Unavailable(error));
        }
    };
    harness.ports.model.set_dead(true);
    is_out();
    harness.deliver(&harness.voice("v1", "m1")).await.unwrap_err();
    let first = harness.lead().state.unwrap().session.unwrap();
    harness.clock.run(harness.clock.sleep(harness.ports.config.idle * 2)).await;
    is_out();
    harness.deliver(&harness.text("t1", "הלו?")).await.unwrap_err();
    harness.ports.model.set_dead(false);
    finds(&harness, "חיפה", "אני גר בחיפה");
    fires(&harness, first.id.clone(), first.generation).await;
    let session = || harness.lead().sessions.remove(&first.id).unwrap();
    assert_eq!((session().stage, city(&harness)), (Stage::Digested, None), "nobody has heard it yet");
    harness.deliver(&harness.text("t2", "יש שם מישהו?")).await.unwrap();
    assert!(harness.transcript("v1").is_some());
    let anew = session();
    assert_eq!(anew.stage, Stage::Closing);
    assert_eq!(
        harness.ports.timer.schedules().get(first.id.as_str()).copied(),
        anew.retry_at,
        "a schedule brings it on"
    );
    fires(&harness, first.id.clone(), anew.closed.map_or(0, |closed| closed.generation) + anew.tries).await;
    assert_eq!((session().stage, city(&harness).as_deref()), (Stage::Digested, Some("חיפה")));
}
