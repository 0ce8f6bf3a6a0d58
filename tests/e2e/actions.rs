//! What is done for a customer at a time (docs/rules.md#m): calls by the providers' own APIs, templates.

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;
use zikaron_simulator::customer::Customer;
use zikaron_simulator::{FaultScript, FaultStep, Say, Template, TemplateStatus, now, wait};
use zikaron_tests::desk::Desk;
use zikaron_tests::stage::Stage;

const SOON: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_customer_asks_to_be_called_and_is_called_when_it_is_due_by_an_agent_that_knows_them() -> Result<()> {
    let stage = Stage::set()?;
    let desk = Desk::of(&stage).await?;
    desk.calls_by("retell").await?;
    let mut dana = stage.customer();
    dana.exchange("היי, קוראים לי דנה לוי. כמה עולה תספורת נשים?").await?;
    // After midnight nobody knows which day "tomorrow" is, and a person would be asked.
    let day = if now().in_tz("Asia/Jerusalem")?.hour() < 4 { "היום" } else { "מחר" };
    let call_me = format!("תתקשרו אליי {day} בעשר בבוקר");
    dana.exchange(&format!("{call_me}, תודה")).await?;
    dana.fall_silent(stage.env.idle).await?;
    let [action] = &desk.actions(&dana).await?[..] else { panic!("{:?}", desk.actions(&dana).await?) };
    assert_eq!((&action["kind"], &action["quote"]), (&json!("call"), &json!(call_me)));
    let due: Timestamp = action["due_at"].as_str().context("no time")?.parse()?;
    let local = due.in_tz("Asia/Jerusalem")?;
    let ahead = local.date() - now().in_tz("Asia/Jerusalem")?.date();
    assert_eq!((local.hour(), local.minute()), (10, 0));
    assert!(ahead.get_days() <= 1, "{local}: midnight may have passed meanwhile");
    assert!(stage.driver.placed_calls(&dana.phone).await?.is_empty());

    // Tomorrow at ten comes early.
    let path = format!("/{}", action["id"].as_str().context("no id")?);
    let soon = json!({"due_at": (now() + SignedDuration::from_secs(2)).to_string()});
    desk.ask(&dana, reqwest::Method::PATCH, &path, Some(soon)).await?;
    let placed = dana.rings().await?;
    assert_eq!((placed.provider.as_str(), &placed.variables["customer_name"]), ("retell", &json!("דנה לוי")));
    assert!(placed.variables["memory"].as_str().is_some_and(|memory| memory.contains("דנה לוי")));
    assert!(placed.variables["call_reason"].as_str().is_some_and(|about| !about.is_empty()));
    assert_eq!(desk.end(&dana, SOON).await?["end"], "done");

    dana.answers(&placed, &["כן, מדברת דנה", "עדיף לי בבוקר"]).await?;
    let lead = dana.digested(1).await?;
    assert_eq!(lead["calls"][0]["report"]["direction"], "outbound");
    assert_eq!(lead["memory"]["customer_profile_json"]["preferences"]["value"], "בבוקר");
    assert_eq!(stage.driver.placed_calls(&dana.phone).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn every_provider_places_a_call_by_its_own_api() -> Result<()> {
    let stage = Stage::set()?;
    let desk = Desk::of(&stage).await?;
    for provider in ["elevenlabs", "vapi", "retell", "bland"] {
        desk.calls_by(provider).await?;
        let mut dana = stage.customer();
        dana.exchange("שלום").await?;
        desk.enters(&dana, "call", "לחזור ללקוחה").await?;
        let placed = dana.rings().await?;
        assert_eq!((placed.provider.as_str(), &placed.variables["call_reason"]), (provider, &json!("לחזור ללקוחה")));
        assert_eq!(desk.end(&dana, SOON).await?["end"], "done", "{provider}");
        dana.answers(&placed, &["הכול בסדר"]).await?;
        let lead = dana.digested(1).await?;
        assert_eq!(lead["calls"][0]["report"]["direction"], "outbound", "{provider}");
    }
    Ok(())
}

#[tokio::test]
async fn a_call_whose_answer_is_lost_is_never_placed_twice_and_its_report_settles_it() -> Result<()> {
    let stage = Stage::set()?;
    let desk = Desk::of(&stage).await?;
    desk.calls_by("vapi").await?;
    let mut dana = stage.customer();
    dana.exchange("שלום").await?;
    let lost = FaultStep { cut: true, ..FaultStep::default() };
    stage.driver.script_call_faults(&FaultScript { to: dana.phone.clone(), steps: vec![lost] }).await?;
    desk.enters(&dana, "call", "לחזור ללקוחה").await?;
    let placed = dana.rings().await?;
    assert_eq!(desk.actions(&dana).await?[0]["ended"], Value::Null, "nobody knows");
    dana.answers(&placed, &["כן?"]).await?;
    assert_eq!(desk.end(&dana, SOON).await?["end"], "done");
    assert_eq!(stage.driver.placed_calls(&dana.phone).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_a_provider_refuses_is_a_persons() -> Result<()> {
    let stage = Stage::set()?;
    let desk = Desk::of(&stage).await?;
    desk.calls_by("bland").await?;
    let mut dana = stage.customer();
    dana.exchange("שלום").await?;
    let refused = FaultStep { accept: false, status: Some(400), ..FaultStep::default() };
    stage.driver.script_call_faults(&FaultScript { to: dana.phone.clone(), steps: vec![refused] }).await?;
    desk.enters(&dana, "call", "לחזור ללקוחה").await?;
    let end = desk.end(&dana, SOON).await?;
    assert_eq!((&end["end"], &end["reason"]), (&json!("handed_to_person"), &json!("not_accepted")));
    assert!(stage.driver.placed_calls(&dana.phone).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_day_after_the_customer_wrote_the_approved_template_is_sent_and_a_paused_one_is_a_persons() -> Result<()> {
    let stage = Stage::set()?;
    let desk = Desk::of(&stage).await?;
    let put = async |status| {
        let text = str::to_owned;
        let (name, language, category) = (text("visit_reminder"), text("he"), text("utility"));
        stage.driver.put_template(&Template { name, language, text: text("היי, {{1}}"), status, category }).await
    };
    let silent = async || -> Result<Customer> {
        let dana = stage.customer();
        dana.send(&Say { at: Some(now().as_second() - 25 * 3600), ..dana.message("שלום") }).await?;
        let known = async || Ok(dana.lead().await.ok().filter(|lead| !lead["messages"].is_null()));
        wait::until("a message of yesterday", SOON, known).await?;
        Ok(dana)
    };
    put(TemplateStatus::Approved).await?;
    let mut dana = silent().await?;
    desk.enters(&dana, "message", "מחר ב-10:00 יש לך תור").await?;
    let sent = dana.answer().await?;
    assert_eq!((sent.kind.as_str(), sent.text.as_str()), ("template", "היי, מחר ב-10:00 יש לך תור"));
    assert_eq!(sent.template.as_deref(), Some("visit_reminder"));

    put(TemplateStatus::Paused).await?;
    let avi = silent().await?;
    desk.enters(&avi, "message", "מחר ב-10:00 יש לך תור").await?;
    let refused = async || {
        let lead = avi.lead().await?;
        let messages = lead["messages"].as_array().cloned().unwrap_or_default();
        Ok(messages.into_iter().find(|message| message["sending"]["state"] == "refused"))
    };
    let refused = wait::until("the refusal of a paused template", SOON, refused).await?;
    assert_eq!(refused["sending"]["code"], 132_015);
    assert!(avi.inbox().await?.is_empty());
    // The action is done all the same; a person is asked for, and a notice that was published is struck out.
    assert_eq!(desk.end(&avi, SOON).await?["end"], "done");
    let told = async || {
        let state = avi.lead().await?["state"].clone();
        let causes = state["handed_over"].as_array().is_some_and(|causes| causes.contains(&json!("not_sent")));
        Ok((causes && state["notices"].is_null()).then_some(()))
    };
    wait::until("`handover.requested` (not_sent)", SOON, told).await?;
    Ok(())
}
