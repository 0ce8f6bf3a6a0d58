//! Conversations that Meta's own agent holds: remembered, and not answered.

use crate::scene::{SAMPLES, Scene, sample};
use zikaron_protocol::model::conversation::Speaker;

#[tokio::test]
async fn what_the_agent_and_its_customer_write_is_stored_and_not_answered() {
    let scene = Scene::remembering();
    scene.comes_in(&sample("standby-agent")).await;
    scene.comes_in(&sample("standby-agent")).await;
    let stored: Vec<_> = scene.messages().into_values().collect();
    let told: Vec<_> = stored.iter().map(|message| (message.speaker, message.text.as_str())).collect();
    assert_eq!(
        told,
        [(Speaker::Customer, "אני גרה בחיפה. יש תור מחר?"), (Speaker::Assistant, "כן, מחר ב-10:00 פנוי.")]
    );
    assert_eq!(stored[1].own_words(), None, "no evidence");
    assert!(stored.iter().all(|message| message.remembered && message.session.is_some()));
    assert_eq!((scene.sent().len(), scene.lead().state.unwrap().ai_paused_until), (0, None));
}

#[tokio::test]
async fn a_customer_whom_the_agent_passed_on_is_answered_at_once_with_what_it_said_before_them() {
    let scene = Scene::remembering();
    scene.comes_in(&sample("standby-agent")).await;
    scene.at(SAMPLES + 60);
    scene.says("OURS1", SAMPLES + 59, "ואפשר גם צבע?").await;
    assert_eq!(scene.sent().len(), 1);
    assert!(scene.shown().iter().any(|line| line.contains("כן, מחר ב-10:00 פנוי.")));
}
