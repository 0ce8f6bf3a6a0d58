//! What was changed or taken back after its session was digested (docs/rules.md#c10).

use crate::harness::{IDLE, MemoryHarness, claim};
use crate::meanwhile::Meanwhile;
use zikaron_memory::evidence::Extracted;
use zikaron_protocol::model::amendment::{Amendment, Amends};
use zikaron_protocol::model::event::{Event, Purpose};
use zikaron_protocol::model::ids::MessageId;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::Digest;
use zikaron_protocol::session::{close, sweep::sweep};
use zikaron_protocol::turn;
use zikaron_testing::ports::ending;

const SECRET: &str = "סוכרת";

/// The customer writes this now.
async fn says(harness: &MemoryHarness, text: &str) -> MessageId {
    let id = harness.new_id();
    let received = harness.received(harness.incoming(id.clone(), Some(text), Purpose::Ask));
    Box::pin(turn::answer(&harness.ports, &received)).await.unwrap();
    id
}

/// They change that message now; without words they take it back.
async fn changes(harness: &MemoryHarness, target: &MessageId, words: Option<&str>) {
    let how = if words.is_some() { Amendment::Edit } else { Amendment::Revoke };
    let purpose = Purpose::Amend(Amends { target: target.clone(), how });
    let received = harness.received(harness.incoming(harness.new_id(), words, purpose));
    Box::pin(turn::answer(&harness.ports, &received)).await.unwrap();
}

/// From now on the model digests so.
fn digests(harness: &MemoryHarness, summary: &str, patch: Vec<Extracted>) {
    harness.ports.model.digest_as(Digest { summary: Some(summary.to_owned()), patch, ..Digest::default() });
}

/// The sweep looks, and what it hints at is done.
async fn swept(harness: &MemoryHarness) {
    let before = harness.told().len();
    sweep(&harness.ports, 250).await.unwrap();
    for event in harness.told().into_iter().skip(before) {
        let Event::SessionDue(hint) = event else { continue };
        close::hinted(&harness.ports, &hint).await;
    }
}

/// Everything that is stored of the lead, but for the model's own words in old answers.
fn stored(harness: &MemoryHarness) -> String {
    format!("{:?}", harness.lead())
}

/// A conversation in which two things were said, digested. Answers the second message.
async fn digested(harness: &MemoryHarness, minute: i64) -> MessageId {
    harness.at(minute);
    says(harness, "היי, קוראים לי דנה").await;
    let second = says(harness, "חשוב שתדעו, אני חולה בסוכרת").await;
    let patch = vec![claim("name", "דנה", "קוראים לי דנה"), claim("notes", "חולה בסוכרת", "אני חולה בסוכרת")];
    harness.at(minute + IDLE).digest("הלקוחה דנה סיפרה שהיא חולה בסוכרת", patch).await;
    assert!(harness.profile().get("notes").is_some() && stored(harness).contains(SECRET));
    second
}

#[tokio::test]
async fn of_a_message_that_was_taken_back_after_the_digest_neither_summary_nor_note_nor_profile_keeps_anything() {
    let harness = MemoryHarness::remembering();
    let second = digested(&harness, 0).await;
    digests(&harness, "הלקוחה דנה פנתה ואמרה את שמה", vec![claim("name", "דנה", "קוראים לי דנה")]);
    changes(harness.at(60), &second, None).await;
    swept(harness.at(66)).await;
    let lead = harness.lead();
    assert!(!stored(&harness).contains(SECRET), "{}", stored(&harness));
    let document = &lead.memory.document;
    assert_eq!(document.last_summary.as_deref(), Some("הלקוחה דנה פנתה ואמרה את שמה"));
    assert_eq!((document.notes.len(), document.notes == lead.notes), (1, true), "one note, the new one");
    assert_eq!(harness.profile().get("name").and_then(|name| name.value()), Some("דנה"), "what still stands is learnt");
    assert_eq!(lead.changes.len(), 1, "the log is that of the new digest");
    assert!(lead.sessions.values().all(|session| !session.is_unfinished() && session.changed_at.is_none()));
    let Some(Event::MemoryUpdated(told)) =
        harness.told().into_iter().rfind(|event| matches!(event, Event::MemoryUpdated(_)))
    else {
        panic!("the business is told")
    };
    assert!(told.fields.contains(&"notes".to_owned()), "{:?}", told.fields);
    let told = harness.told().len();
    swept(harness.at(70)).await;
    assert_eq!(harness.told().len(), told, "once");
}

#[tokio::test]
async fn who_still_forgets_the_old_digest_leaves_the_log_of_the_new_one() {
    let harness = MemoryHarness::remembering();
    let second = digested(&harness, 0).await;
    digests(&harness, "הלקוחה דנה פנתה ואמרה את שמה", vec![claim("name", "דנה", "קוראים לי דנה")]);
    changes(harness.at(60), &second, None).await;
    harness.at(66);
    let session = harness.lead().sessions.into_keys().next().unwrap();
    let hint = TimerFired { key: harness.key(), session, generation: 0 };
    // It has read session and log when another begins and ends.
    let store = Meanwhile::new(&harness.ports.store, async {
        Box::pin(close::hinted(&harness.ports, &hint)).await;
        assert_eq!(harness.changes().len(), 1);
    });
    let ports = ending(store, 1_800_003_960);
    close::hinted(&ports, &hint).await;
    drop(ports);
    assert_eq!(harness.changes().len(), 1, "the log is that of the new digest");
    assert!(harness.profile().get("name").is_some() && !stored(&harness).contains(SECRET));
}

#[tokio::test]
async fn where_all_was_taken_back_the_summary_before_stands_again_and_what_others_said_stays() {
    let harness = MemoryHarness::remembering();
    harness.at(0);
    says(&harness, "אני מחיפה").await;
    harness.at(IDLE).digest("הלקוחה כתבה שהיא מחיפה", vec![claim("city", "חיפה", "אני מחיפה")]).await;
    harness.at(100);
    let city = says(&harness, "אז אני מחיפה, ואני חולה בסוכרת").await;
    let patch = vec![claim("city", "חיפה", "אני מחיפה"), claim("notes", "חולה בסוכרת", "אני חולה בסוכרת")];
    harness.at(100 + IDLE).digest("הלקוחה חולה בסוכרת וגרה בחיפה", patch).await;
    harness.staff().add_note(&harness.key(), "לקוחה נעימה").await.unwrap();
    changes(harness.at(200), &city, None).await;
    swept(harness.at(206)).await;
    assert!(!stored(&harness).contains(SECRET), "{}", stored(&harness));
    let document = harness.lead().memory.document;
    assert_eq!(document.last_summary.as_deref(), Some("הלקוחה כתבה שהיא מחיפה"));
    assert_eq!(document.notes.len(), 2, "the first summary, and that of staff");
    assert_eq!(harness.profile().get("city").and_then(|city| city.value()), Some("חיפה"));
    assert!(harness.profile().get("notes").is_none());
}

#[tokio::test]
async fn what_is_to_be_forgotten_is_forgotten_though_the_model_is_dead_and_learnt_anew_when_it_is_back() {
    let harness = MemoryHarness::remembering();
    let second = digested(&harness, 0).await;
    harness.ports.model.set_dead(true);
    changes(harness.at(60), &second, None).await;
    swept(harness.at(66)).await;
    assert!(!stored(&harness).contains(SECRET), "{}", stored(&harness));
    let document = harness.lead().memory.document;
    assert_eq!((document.is_empty(), document.last_summary), (true, None));
    harness.ports.model.set_dead(false);
    digests(&harness, "הלקוחה דנה פנתה ואמרה את שמה", vec![claim("name", "דנה", "קוראים לי דנה")]);
    swept(harness.at(120)).await;
    assert_eq!(harness.profile().get("name").and_then(|name| name.value()), Some("דנה"));
    assert_eq!(harness.lead().notes.len(), 1);
}

#[tokio::test]
async fn an_edit_after_the_digest_counts_and_a_reaction_does_not() {
    let harness = MemoryHarness::remembering();
    let second = digested(&harness, 0).await;
    let reaction = Purpose::Amend(Amends { target: second.clone(), how: Amendment::React { emoji: None } });
    let received = harness.received(harness.incoming(harness.new_id(), None, reaction));
    Box::pin(turn::answer(&harness.at(20).ports, &received)).await.unwrap();
    assert!(harness.lead().sessions.values().all(|session| !session.is_unfinished()));
    digests(&harness, "הלקוחה דנה סיפרה שהיא צמחונית", vec![claim("notes", "צמחונית", "אני צמחונית")]);
    changes(harness.at(21), &second, Some("חשוב שתדעו, אני צמחונית")).await;
    swept(harness.at(27)).await;
    assert!(!stored(&harness).contains(SECRET), "{}", stored(&harness));
    assert_eq!(harness.profile().get("notes").and_then(|notes| notes.value()), Some("צמחונית"));
}

#[tokio::test]
async fn what_a_person_entered_stays_whatever_is_taken_back() {
    let harness = MemoryHarness::remembering();
    let second = digested(&harness, 0).await;
    harness.staff().set_field(&harness.key(), "city", Some("עכו".to_owned())).await.unwrap();
    digests(&harness, "הלקוחה דנה פנתה ואמרה את שמה", vec![claim("name", "דנה", "קוראים לי דנה")]);
    changes(harness.at(60), &second, None).await;
    swept(harness.at(66)).await;
    assert_eq!(harness.profile().get("city").and_then(|city| city.value()), Some("עכו"));
}
