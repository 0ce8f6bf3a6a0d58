//! What is counted, and that it is counted once (docs/metrics.md).

use crate::harness::{IDLE, MemoryHarness, claim};
use jiff::SignedDuration;
use zikaron_memory::field::{FieldList, FieldSpec};
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::amendment::{Amendment, Amends};
use zikaron_protocol::model::event::{Incoming, Purpose};
use zikaron_protocol::model::figures::{Period, Tally};
use zikaron_protocol::model::usage::Usage;
use zikaron_protocol::model::write::{Memory, Write};
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{Digest, Reply};
use zikaron_protocol::session::close;
use zikaron_protocol::turn;

/// All days together, and what stands now.
fn figures(harness: &MemoryHarness) -> (Tally, Tally) {
    let (mut days, mut now) = (Tally::default(), Tally::default());
    for ((_, period), tally) in harness.ports.store.all_figures() {
        if period == Period::Now { &mut now } else { &mut days }.extend(&tally);
    }
    (days, now)
}

/// Those of the counts that are named.
fn of(tally: &Tally, names: &[&str]) -> Vec<i64> {
    names.iter().map(|name| tally.get(name)).collect()
}

async fn dana_in_haifa(harness: &MemoryHarness) {
    harness.at(0).write("היי, קוראים לי דנה ואני מחיפה").await;
    let patch = vec![claim("name", "דנה", "קוראים לי דנה"), claim("city", "חיפה", "אני מחיפה")];
    harness.at(IDLE).digest("הלקוחה דנה מחיפה פנתה", patch).await;
}

#[tokio::test]
async fn a_conversation_is_counted_with_its_digest_by_what_was_said_and_learnt() {
    let harness = MemoryHarness::remembering();
    dana_in_haifa(&harness).await;
    let (days, now) = figures(&harness);
    assert_eq!(of(&days, &["conversations", "messages_in", "messages_ai", "answers", "ai_alone"]), [1, 1, 1, 1, 1]);
    assert_eq!(of(&days, &["accepted", "ai_written", "named", "three_fields", "returning"]), [2, 2, 1, 0, 0]);
    assert_eq!(of(&days, &["answer_s.2", "lag_s.10", "used", "known.city"]), [1, 1, 0, 0]);
    assert_eq!(of(&now, &["leads", "named", "values.ai_extraction", "suggestions_open"]), [1, 1, 2, 0]);
    harness.says("שלום דנה, תור בחיפה מחר?");
    harness.at(100).write("אפשר תור?").await;
    harness.at(100 + IDLE).digest("הלקוחה ביקשה תור", Vec::new()).await;
    let (days, now) = figures(&harness);
    assert_eq!(of(&days, &["conversations", "used", "known.city", "known_days.city"]), [2, 1, 1, 0]);
    assert_eq!(of(&days, &["returning", "no_choice", "continued"]), [1, 1, 0]);
    assert_eq!(of(&now, &["leads", "named"]), [1, 1], "the same customer");
}

#[tokio::test]
async fn what_is_digested_anew_is_not_counted_twice_and_what_is_forgotten_stands_no_more() {
    let harness = MemoryHarness::remembering();
    harness.at(0);
    let first = harness.incoming(harness.new_id(), Some("קוראים לי דנה"), Purpose::Ask);
    let id = first.id.clone();
    Box::pin(turn::answer(&harness.ports, &harness.received(first))).await.unwrap();
    harness.at(1).write("אפשר תור?").await;
    harness.at(1 + IDLE).digest("הלקוחה דנה ביקשה תור", vec![claim("name", "דנה", "קוראים לי דנה")]).await;
    assert_eq!(of(&figures(&harness).1, &["leads", "named"]), [1, 1]);
    let purpose = Purpose::Amend(Amends { target: id, how: Amendment::Revoke });
    let revoked = harness.received(harness.incoming(harness.new_id(), None, purpose));
    Box::pin(turn::answer(&harness.at(60).ports, &revoked)).await.unwrap();
    harness.says_summary("הלקוחה ביקשה תור");
    harness.at(70).settles().await;
    let (days, now) = figures(&harness);
    assert_eq!(of(&days, &["conversations", "messages_in", "ai_written", "named", "accepted"]), [1, 1, 0, 0, 0]);
    assert_eq!(of(&now, &["leads", "named", "values.ai_extraction"]), [1, 0, 0]);
}

#[tokio::test]
async fn what_staff_enter_is_counted_as_a_correction_of_the_ai_or_not() {
    let harness = MemoryHarness::remembering();
    dana_in_haifa(&harness).await;
    harness.at(60);
    harness.staff().set_field(&harness.key(), "name", Some("דנה".to_owned())).await.unwrap();
    assert_eq!(figures(&harness).0.get("ai_corrected"), 0, "they agree");
    harness.staff().set_field(&harness.key(), "city", Some("עכו".to_owned())).await.unwrap();
    let (days, now) = figures(&harness);
    assert_eq!(of(&days, &["ai_written", "ai_corrected"]), [2, 1]);
    assert_eq!(of(&now, &["values.manual", "values.ai_extraction"]), [2, 0]);
    harness.staff().set_field(&harness.key(), "city", None).await.unwrap();
    assert_eq!(figures(&harness).0.get("ai_corrected"), 1, "a value of their own");
}

#[tokio::test]
async fn a_suggestion_is_counted_while_it_is_open_and_when_it_is_accepted_or_dismissed() {
    let harness = MemoryHarness::remembering();
    dana_in_haifa(&harness).await;
    harness.staff().set_field(&harness.key(), "city", Some("עכו".to_owned())).await.unwrap();
    harness.at(200).write("אני מנצרת").await;
    harness.at(200 + IDLE).digest("הלקוחה מנצרת", vec![claim("city", "נצרת", "אני מנצרת")]).await;
    let (days, now) = figures(&harness);
    assert_eq!(of(&days, &["rejected", "rejected.manual_wins"]), [1, 1]);
    let open = now.get("suggestions_open");
    assert!(open >= 1, "{now:?}");
    harness.staff().dismiss(&harness.key(), "city", Some("נצרת")).await.unwrap();
    let (days, now) = figures(&harness);
    assert_eq!((days.get("suggestions_dismissed"), now.get("suggestions_open")), (1, open - 1));
    harness.at(300).write("אני גרה בנצרת").await;
    harness.at(300 + IDLE).digest("הלקוחה מנצרת", vec![claim("city", "נצרת", "אני גרה בנצרת")]).await;
    harness.staff().accept(&harness.key(), "city", Some("נצרת")).await.unwrap();
    assert_eq!(figures(&harness).0.get("suggestions_accepted"), 1);
}

#[tokio::test]
async fn a_hand_over_is_counted_by_its_cause_with_the_conversation_it_fell_into() {
    let harness = MemoryHarness::remembering();
    let asks = harness.at(0).incoming(harness.new_id(), Some("אני רוצה לדבר עם נציג"), Purpose::Ask);
    Box::pin(turn::answer(&harness.ports, &harness.received(asks))).await.unwrap();
    harness.at(IDLE).digest("הלקוח ביקש נציג", Vec::new()).await;
    let (days, _) = figures(&harness);
    assert_eq!(of(&days, &["handed_over", "handed_over.customer_asked", "ai_alone"]), [1, 1, 0]);
    assert!(harness.lead().state.unwrap().handed_over.is_empty(), "the next conversation is none of it");
}

#[tokio::test]
async fn an_erasure_takes_off_what_stands_and_leaves_what_was() {
    let harness = MemoryHarness::remembering();
    dana_in_haifa(&harness).await;
    harness.at(60).erase().await;
    let (days, now) = figures(&harness);
    assert_eq!(days.get("conversations"), 1);
    assert!(now.is_empty(), "{now:?}");
}

/// A memory that was last written before there were figures, with a name in it.
async fn of_old(harness: &MemoryHarness) {
    harness.at(0).write("שלום").await;
    let text = r#"{"version": 1, "customer_profile_json": {"name": {"value": "דנה", "source": "manual", "confidence": "high",
        "updated_at": "2026-01-01T10:00:00Z", "candidates": [{"field": "name", "value": "דנה", "source": "manual",
        "confidence": "high", "at": "2026-01-01T10:00:00Z", "session": "s", "position": 0}]}}, "notes": []}"#;
    let memory: Memory = serde_json::from_str(text).unwrap();
    harness.ports.store.commit(&harness.key(), vec![Write::Memory(Box::new(memory))]).await.unwrap();
    assert!(figures(harness).1.is_empty());
}

#[tokio::test]
async fn a_memory_from_before_the_figures_counts_whole_once_it_is_written_or_counted() {
    let edited = MemoryHarness::remembering();
    of_old(&edited).await;
    edited.staff().set_field(&edited.key(), "city", Some("עכו".to_owned())).await.unwrap();
    assert_eq!(of(&figures(&edited).1, &["leads", "named", "values.manual"]), [1, 1, 2]);
    let harness = MemoryHarness::remembering();
    of_old(&harness).await;
    for is_new in [true, false] {
        assert_eq!(harness.staff().count_memory(&harness.key()).await.unwrap(), is_new);
        assert_eq!(of(&figures(&harness).1, &["leads", "named", "values.manual"]), [1, 1, 1]);
    }
    let erased = MemoryHarness::remembering();
    of_old(&erased).await;
    erased.at(60).erase().await;
    assert!(figures(&erased).1.is_empty(), "what was never counted is not taken off");
}

#[tokio::test]
async fn a_digest_whose_answer_is_lost_is_counted_once() {
    for takes_effect in [true, false] {
        let harness = MemoryHarness::remembering();
        harness.at(0).write("אני מחיפה").await;
        let open = harness.lead().state.unwrap().session.unwrap();
        harness.says_summary("הלקוחה כתבה שהיא מחיפה");
        harness.ports.store.break_next(|item| matches!(item, Write::Count(_)), takes_effect);
        let fire = zikaron_protocol::model::timer::TimerFired {
            key: harness.key(),
            session: open.id,
            generation: open.generation,
        };
        let _ = close::fire(&harness.at(IDLE).ports, &fire).await;
        harness.settles().await;
        assert_eq!(figures(&harness).0.get("conversations"), 1, "took effect: {takes_effect}");
    }
}

#[tokio::test]
async fn what_the_model_used_is_counted_and_that_it_asked_for_what_was_known() {
    let harness = MemoryHarness::remembering();
    dana_in_haifa(&harness).await;
    let usage = Usage { tokens_in: 700, tokens_cached: 600, tokens_out: 30 };
    let text = "בשמחה! איך קוראים לך? ובאיזו שעה?".to_owned();
    harness.ports.model.queue(Reply { text, usage, ..Reply::default() });
    harness.at(100).write("אפשר תור?").await;
    harness.ports.model.digest_as(Digest {
        summary: Some("הלקוחה ביקשה תור".to_owned()),
        usage: Usage { tokens_in: 300, ..Usage::default() },
        ..Digest::default()
    });
    harness.at(100 + IDLE).settles().await;
    let (days, _) = figures(&harness);
    assert_eq!(of(&days, &["tokens_in", "tokens_cached", "tokens_out", "asked_again"]), [1_000, 600, 30, 1]);
}

#[tokio::test]
async fn what_is_told_late_or_imported_is_not_digested_late() {
    let harness = MemoryHarness::remembering();
    harness.says_summary("הלקוחה התקשרה ושאלה על מחירים");
    harness.at(600).reported("+972555000001", 0).await;
    let (days, _) = figures(&harness);
    assert_eq!(of(&days, &["calls", "lag_s.10"]), [1, 1], "{days:?}");
}

#[tokio::test]
async fn what_a_message_that_comes_half_a_day_late_leads_to_is_none_of_the_conversation_before_it() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("כמה עולה תספורת?").await;
    // Its timer never fired: the late message closes it.
    harness.at(20 * 60);
    let message = harness.incoming(harness.new_id(), Some("ותור?"), Purpose::Ask);
    let sent_at = message.sent_at - SignedDuration::from_hours(13);
    let late = harness.received(Incoming { sent_at, ..message });
    Box::pin(turn::answer(&harness.ports, &late)).await.unwrap();
    harness.is_due().await;
    harness.says_summary("הלקוחה שאלה על מחירים");
    harness.settles().await;
    let (days, _) = figures(&harness);
    assert_eq!(of(&days, &["conversations", "ai_alone", "handed_over", "handed_over.unanswered"]), [2, 1, 1, 1]);
}

#[tokio::test]
async fn a_digest_that_is_made_anew_has_cost_what_both_took() {
    let harness = MemoryHarness::remembering();
    let costs = |summary: &str, tokens_in| {
        let usage = Usage { tokens_in, ..Usage::default() };
        harness.ports.model.digest_as(Digest { summary: Some(summary.to_owned()), usage, ..Digest::default() });
    };
    let first = harness.at(0).incoming(harness.new_id(), Some("קוראים לי דנה"), Purpose::Ask);
    let id = first.id.clone();
    Box::pin(turn::answer(&harness.ports, &harness.received(first))).await.unwrap();
    let second = harness.at(1).incoming(harness.new_id(), Some("אפשר תור?"), Purpose::Ask);
    let other = second.id.clone();
    Box::pin(turn::answer(&harness.ports, &harness.received(second))).await.unwrap();
    costs("הלקוחה דנה ביקשה תור", 300);
    harness.at(1 + IDLE).settles().await;
    assert_eq!(figures(&harness).0.get("tokens_in"), 300);
    for (minute, target, tokens) in [(60, id, 500), (120, other, 500)] {
        let purpose = Purpose::Amend(Amends { target, how: Amendment::Revoke });
        let revoked = harness.at(minute).received(harness.incoming(harness.new_id(), None, purpose));
        Box::pin(turn::answer(&harness.ports, &revoked)).await.unwrap();
        costs("הלקוחה ביקשה תור", 200);
        harness.at(minute + 10).settles().await;
        assert_eq!(figures(&harness).0.get("tokens_in"), tokens, "in minute {minute}");
    }
}

#[tokio::test]
async fn a_memory_that_older_code_wrote_is_counted_once_it_is_written_again_and_taken_off_only_then() {
    for writes in [true, false] {
        let harness = MemoryHarness::remembering();
        dana_in_haifa(&harness).await;
        let document = harness.lead().memory.document;
        let other = MemoryHarness::remembering();
        other.at(0).write("שלום").await;
        let old = Memory { version: 1, document, ..Memory::default() };
        other.ports.store.commit(&other.key(), vec![Write::Memory(Box::new(old))]).await.unwrap();
        if writes {
            other.staff().add_note(&other.key(), "לקוחה קבועה").await.unwrap();
            assert_eq!(of(&figures(&other).1, &["leads", "named", "values.ai_extraction"]), [1, 1, 2]);
        }
        other.at(60).erase().await;
        assert!(figures(&other).1.is_empty(), "{:?}", figures(&other).1);
    }
}

#[tokio::test]
async fn who_adds_to_a_list_of_the_ai_s_corrects_nothing_of_it() {
    let first = Settings::default().fields().iter().next().unwrap().clone();
    let pets = FieldSpec { name: "pets".to_owned(), list: true, ..first };
    let fields = Some(FieldList::new(vec![pets]).unwrap());
    let harness = MemoryHarness::new(Settings { enable_customer_service: true, fields, ..Settings::default() });
    harness.at(0).write("יש לי כלב").await;
    harness.at(IDLE).digest("ללקוחה יש כלב", vec![claim("pets", "כלב", "יש לי כלב")]).await;
    let corrected = async |value: &str| {
        harness.staff().set_field(&harness.key(), "pets", Some(value.to_owned())).await.unwrap();
        figures(&harness).0.get("ai_corrected")
    };
    assert_eq!(figures(&harness).0.get("ai_written"), 1);
    assert_eq!(corrected("כלב, חתול").await, 0);
    let other = MemoryHarness::new(Settings { enable_customer_service: true, ..Settings::default() });
    dana_in_haifa(&other).await;
    other.staff().set_field(&other.key(), "city", Some("חיפה, נצרת".to_owned())).await.unwrap();
    assert_eq!(figures(&other).0.get("ai_corrected"), 1, "what is no list is another value");
}
