//! Every message comes to one end, and no customer gets two answers (docs/rules.md#j).

use anyhow::Result;
use serde_json::json;
use std::time::Duration;
use zikaron_memory::spoken::Spoken;
use zikaron_simulator::{FaultScript, FaultStep, Say, Script, Step, wait};
use zikaron_tests::stage::Stage;

/// Longer than a second answer would take to come.
const NOTHING_MORE: Duration = Duration::from_secs(6);

#[tokio::test]
async fn a_message_is_answered_within_ten_seconds_and_its_statuses_are_taken() -> Result<()> {
    let stage = Stage::set()?;
    let mut customer = stage.customer();
    let text = format!("שלום 👋🏽 אפשר תור? עדיף בשעה 10% \"בערך\" <3 \\ {}", customer.mark);
    let begun = std::time::Instant::now();
    let answer = customer.exchange(&text).await?;
    // With every other test running beside it.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(customer.prompt_for(&text).await?.text_of("user"), text, "escapes do not change what was said");
    let settled = async || {
        let inbox = customer.inbox().await?;
        Ok(inbox.iter().find(|sent| sent.wamid == answer.wamid && sent.statuses.len() == 2).cloned())
    };
    let settled = wait::until("both statuses", Duration::from_secs(20), settled).await?;
    assert!(settled.tag.is_some(), "a send bears our own id");
    let lead = customer.lead().await?;
    let texts: Vec<_> = messages(&lead).into_iter().map(|message| message["text"].clone()).collect();
    assert!(texts.contains(&json!(text)) && texts.contains(&json!(answer.text)), "{texts:?}");
    Ok(())
}

#[tokio::test]
async fn a_repeated_webhook_is_stored_once_and_answered_once() -> Result<()> {
    let stage = Stage::set()?;
    let mut customer = stage.customer();
    let once = Say { at: Some(zikaron_simulator::now().as_second()), ..customer.message("היי") };
    let said = customer.send(&once).await?;
    let again = Say { id: Some(said.id), times: Some(5), ..once };
    customer.send(&again).await?;
    let answer = customer.answer().await?;
    customer.send(&again).await?;
    tokio::time::sleep(NOTHING_MORE).await;
    assert_eq!(customer.inbox().await?.len(), 1);
    let lead = customer.lead().await?;
    let ids: Vec<_> = messages(&lead).into_iter().map(|message| message["speaker"].clone()).collect();
    assert_eq!(ids.iter().filter(|who| **who == "customer").count(), 1, "{ids:?}");
    assert_eq!(ids.iter().filter(|who| **who == "assistant").count(), 1, "{ids:?}");
    assert!(!answer.text.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_burst_of_messages_gets_one_answer_that_has_read_them_all() -> Result<()> {
    let stage = Stage::set()?;
    let mut customer = stage.customer();
    let mark = customer.mark.clone();
    let parts = ["היי", "קוראים לי דנה לוי", "רציתי לשאול", "כמה עולה תספורת נשים?", mark.as_str()];
    let now = zikaron_simulator::now().as_second();
    // A second apart: those of one second are ordered by arrival, which the bus does not keep.
    for (part, at) in parts.iter().zip(now - 4..) {
        customer.send(&Say { at: Some(at), ..customer.message(part) }).await?;
    }
    let answer = customer.answer().await?;
    assert!(answer.text.contains("דנה לוי") && answer.text.contains("150"), "{}", answer.text);
    let prompt = customer.prompt_for(&mark).await?;
    assert_eq!(prompt.text_of("user"), parts.join("\n"), "in the order they were written");
    tokio::time::sleep(NOTHING_MORE).await;
    assert_eq!(customer.inbox().await?.len(), 1);
    assert_eq!(customer.lead().await?["state"]["pending"], 0);
    Ok(())
}

#[tokio::test]
async fn ten_messages_in_three_seconds_get_one_answer_that_saw_all_ten() -> Result<()> {
    let stage = Stage::set()?;
    let mut customer = stage.customer();
    let parts: Vec<String> = (1..=10).map(|number| format!("הודעה {number} {}", customer.mark)).collect();
    let begun = std::time::Instant::now();
    for (part, due) in parts.iter().zip(0_u64..) {
        tokio::time::sleep_until((begun + Duration::from_millis(300) * u32::try_from(due)?).into()).await;
        customer.say(part).await?;
    }
    customer.answer().await?;
    tokio::time::sleep(NOTHING_MORE).await;
    assert_eq!(customer.inbox().await?.len(), 1);
    let requests = stage.driver.ai_requests("reply", &customer.mark).await?;
    let prompt = requests.last().unwrap();
    assert!(parts.iter().all(|part| prompt.text_of("user").contains(part.as_str())), "{}", prompt.text_of("user"));
    let lead = customer.lead().await?;
    assert_eq!(lead["state"]["pending"], 0);
    let answers = messages(&lead).into_iter().find(|message| message["speaker"] == "assistant").unwrap();
    assert_eq!(answers["sending"]["answers"].as_array().map(Vec::len), Some(10));
    Ok(())
}

#[tokio::test]
async fn one_webhook_posted_a_hundred_times_at_once_gets_one_answer() -> Result<()> {
    let stage = Stage::set()?;
    let mut customer = stage.customer();
    customer.send(&Say { times: Some(100), ..customer.message("היי") }).await?;
    customer.answer().await?;
    tokio::time::sleep(NOTHING_MORE).await;
    assert_eq!(customer.inbox().await?.len(), 1);
    let lead = customer.lead().await?;
    let count = |who: &str| messages(&lead).into_iter().filter(|message| message["speaker"] == who).count();
    assert_eq!((count("customer"), count("assistant")), (1, 1));
    Ok(())
}

#[tokio::test]
async fn a_customer_without_a_phone_number_is_answered_by_user_id() -> Result<()> {
    let stage = Stage::set()?;
    let bsuid = format!("IL.{}", zikaron_simulator::now().as_nanosecond());
    let customer = stage.customer();
    customer.send(&Say { from: None, bsuid: Some(bsuid.clone()), ..customer.message("היי") }).await?;
    let sent = stage.driver.sent_at_least(&stage.env.number, &bsuid, 1, Duration::from_secs(30)).await?;
    assert!(!sent[0].text.is_empty());
    Ok(())
}

#[tokio::test]
async fn media_is_not_met_with_silence_and_a_reaction_is_not_answered() -> Result<()> {
    let stage = Stage::set()?;
    let mut customer = stage.customer();
    let image = json!({"id": "1", "mime_type": "image/jpeg", "sha256": "x"});
    customer
        .send(&Say { kind: Some("image".to_owned()), body: Some(image), text: None, ..customer.message("") })
        .await?;
    let answer = customer.answer().await?;
    let reaction = json!({"message_id": answer.wamid, "emoji": "👍"});
    let reacts = Say { kind: Some("reaction".to_owned()), body: Some(reaction), text: None, ..customer.message("") };
    customer.send(&reacts).await?;
    tokio::time::sleep(NOTHING_MORE).await;
    assert_eq!(customer.inbox().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_place_is_shown_in_words_and_a_person_at_the_phone_is_left_alone() -> Result<()> {
    let stage = Stage::set()?;
    let mut customer = stage.customer();
    let place = json!({"latitude": 32.0775, "longitude": 34.774, "address": format!("דיזנגוף 50 {}", customer.mark)});
    let location = Say { kind: Some("location".to_owned()), body: Some(place), text: None, ..customer.message("") };
    customer.send(&location).await?;
    customer.answer().await?;
    let shown = customer.prompt_for(&format!("{}]", customer.mark)).await?.text_of("user");
    assert_eq!(shown, format!("[מיקום: דיזנגוף 50 {}]", customer.mark));
    let echo =
        Say { field: Some("smb_message_echoes".to_owned()), ..customer.message("כאן דנה, אני עונה") };
    customer.send(&echo).await?;
    let spoken = async || Ok(messages(&customer.lead().await?).iter().any(|m| m["speaker"] == "staff").then_some(()));
    wait::until("the echo", Duration::from_secs(30), spoken).await?;
    customer.say("תודה דנה").await?;
    tokio::time::sleep(NOTHING_MORE).await;
    assert_eq!(customer.inbox().await?.len(), 1);
    let lead = customer.lead().await?;
    let last = messages(&lead).into_iter().find(|message| message["text"] == "תודה דנה").unwrap();
    assert_eq!((&last["end"], &lead["state"]["pending"]), (&json!("human_mode"), &json!(0)));
    Ok(())
}

#[tokio::test]
async fn who_asks_for_a_person_is_told_so_and_the_ai_stops() -> Result<()> {
    let stage = Stage::set()?;
    let mut customer = stage.customer();
    let farewell = customer.exchange("אני רוצה לדבר עם בן אדם").await?;
    assert_eq!(farewell.text, "הבקשה הועברה לצוות, ונציג יענה כאן בהקדם.");
    customer.say("יש שם מישהו?").await?;
    tokio::time::sleep(NOTHING_MORE).await;
    assert_eq!(customer.inbox().await?.len(), 1);
    let lead = customer.lead().await?;
    assert_eq!((&lead["state"]["mode"], &lead["state"]["notices"]), (&json!("human"), &json!(null)));
    Ok(())
}

#[tokio::test]
async fn an_answer_of_ten_thousand_hebrew_characters_arrives_whole_and_in_order() -> Result<()> {
    let stage = Stage::set()?;
    let customer = stage.customer();
    let sentences = (1..=210).map(|number| format!("משפט מספר {number} בתשובה ארוכה מאוד, עם פסיק ועם שאלה?"));
    let answer = sentences.collect::<Vec<_>>().join(" ");
    assert!(answer.chars().count() > 10_000);
    let script =
        Script { only: Some(customer.mark.clone()), replies: vec![Step::content(&answer)], ..Script::default() };
    stage.driver.script(&script).await?;
    // The second part is refused once: the pair's pace.
    let refused = FaultStep { accept: false, status: Some(400), code: 131_056, ..FaultStep::default() };
    let steps = vec![FaultStep::default(), refused];
    stage.driver.script_faults(&FaultScript { to: customer.phone.clone(), steps }).await?;
    customer.say(&format!("ספרו לי הכל {}", customer.mark)).await?;
    let parts = stage.driver.sent_at_least(&stage.env.number, &customer.phone, 3, Duration::from_secs(60)).await?;
    let texts: Vec<_> = parts.iter().map(|part| part.text.as_str()).collect();
    let first = format!("{}\n\n{answer}", Spoken::Hebrew.disclosure());
    assert!(texts.len() == 3 && texts.join(" ") == first, "it says that an AI answers, and then all of it");
    Ok(())
}

#[tokio::test]
async fn an_outage_of_the_model_delays_the_answer_and_loses_nothing() -> Result<()> {
    let stage = Stage::set()?;
    let mut customer = stage.customer();
    let script = Script { only: Some(customer.mark.clone()), replies: vec![Step::error(503)], ..Script::default() };
    stage.driver.script(&script).await?;
    let text = format!("היי {}", customer.mark);
    customer.exchange(&text).await?;
    let requests = stage.driver.ai_requests("reply", &customer.mark).await?;
    assert_eq!(requests.iter().map(|request| request.status).collect::<Vec<_>>(), [503, 200]);
    Ok(())
}

fn messages(lead: &serde_json::Value) -> Vec<&serde_json::Value> {
    lead["messages"].as_array().into_iter().flatten().collect()
}
