//! What is heard is the customer's words, and never sure.

use crate::harness::{VoiceHarness, hearing};
use zikaron_memory::evidence::{About, Extracted, Meant};
use zikaron_memory::profile::Confidence;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::Digest;
use zikaron_protocol::session::close;

async fn digested(harness: &VoiceHarness, value: &str, quote: &str) {
    let claim = Extracted {
        field: "city".to_owned(),
        value: value.to_owned(),
        line: None,
        quote: quote.to_owned(),
        span: None,
        about: Some(About::Customer),
        meant: Some(Meant::States),
        confidence: Some(Confidence::High),
    };
    harness.ports.model.digest_as(Digest { summary: Some("הלקוח התקשר".to_owned()), patch: vec![claim] });
    let open = harness.lead().state.unwrap().session.unwrap();
    let (key, idle) = (harness.ports.store.leads().into_keys().next().unwrap(), harness.ports.config.idle);
    harness.clock.run(zikaron_protocol::ports::Clock::sleep(&harness.clock, idle)).await;
    let fire = TimerFired { key, session: open.id, generation: open.generation };
    harness.clock.run(Box::pin(close::fire(&harness.ports, &fire))).await.unwrap();
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
