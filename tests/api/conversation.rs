//! Staff beside a conversation that is going on, on the deployed whole.

use super::door::{Ask, Door};
use anyhow::{Context, Result};
use axum::http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use zikaron_simulator::customer::Customer;
use zikaron_simulator::{Say, wait};
use zikaron_tests::stage::Stage;

/// דנה לוי
const NAME_IN_URL: &str = "%D7%93%D7%A0%D7%94%20%D7%9C%D7%95%D7%99";
const SOON: Duration = Duration::from_secs(30);

/// The seeded business's admin, looking at one customer.
struct Desk {
    door: Door,
    token: String,
    lead: String,
}

impl Desk {
    async fn of(stage: &Stage, customer: &Customer) -> Result<Self> {
        let door = Door::deployed()?;
        let token = stage.env.api_token.clone();
        let path = format!("/leads?phone=%2B{}", customer.phone);
        let found = door.ask(&Ask::new(Method::GET, path, &token)).await?.well()?;
        let lead = found["leads"][0]["lead"].as_str().context("the customer is not found by their number")?.to_owned();
        Ok(Self { door, token, lead })
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut ask = Ask::new(method, format!("/leads/{}{path}", self.lead), &self.token);
        if let Some(body) = body {
            ask = ask.body(&body);
        }
        self.door.ask(&ask).await?.well()
    }
}

#[tokio::test]
async fn what_staff_correct_while_the_session_is_open_the_summarizer_keeps() -> Result<()> {
    let stage = Stage::set()?;
    let mut dana = stage.customer();
    dana.exchange("שלום, קוראים לי דנה לוי ואני גרה בחיפה").await?;
    let desk = Desk::of(&stage, &dana).await?;
    let open = desk.ask(Method::GET, "", None).await?;
    assert!(open["session"]["id"].is_string() && open["mode"] == "ai", "{open}");
    desk.ask(Method::PATCH, "/profile", Some(json!({"city": "ירושלים", "preferences": null}))).await?;
    dana.send(&dana.next_second("כמה עולה תספורת נשים? אני מעדיפה ערב")).await?;
    dana.answer().await?;
    dana.fall_silent(stage.env.idle).await?;

    let memory = desk.ask(Method::GET, "", None).await?;
    let profile = &memory["customer_profile_json"];
    assert_eq!((&profile["city"]["value"], &profile["city"]["source"]), (&json!("ירושלים"), &json!("manual")));
    assert_eq!((&profile["name"]["value"], &profile["name"]["source"]), (&json!("דנה לוי"), &json!("ai_extraction")));
    assert_eq!(profile["preferences"]["value"], Value::Null, "deleted for good: {profile}");
    assert_eq!(profile["preferences"]["suggestions"][0]["value"], "ערב");
    assert_eq!(memory["last_channel"], "whatsapp");
    let lines = memory["last_summary"].as_str().context("no summary")?.lines().count();
    assert!((5..=10).contains(&lines), "{memory}");
    let by_name = format!("/leads?limit=100&name={NAME_IN_URL}");
    let found = desk.door.ask(&Ask::new(Method::GET, by_name, &desk.token)).await?.well()?;
    assert!(found["leads"].as_array().is_some_and(|all| all.iter().any(|row| row["lead"] == desk.lead.as_str())));

    let accept = json!({"field": "preferences", "value": "ערב"});
    let accepted = desk.ask(Method::POST, "/suggestions/accept", Some(accept)).await?;
    assert_eq!(accepted["customer_profile_json"]["preferences"]["source"], "manual");
    let changes = desk.ask(Method::GET, "/changes?limit=100", None).await?;
    let all = changes["changes"].as_array().context("no changes")?;
    assert!(all.iter().any(|change| change["field"] == "city" && change["reason"] == "manual_wins"), "{changes}");
    Ok(())
}

#[tokio::test]
async fn a_person_takes_over_by_writing_and_hands_back_into_full_context() -> Result<()> {
    let stage = Stage::set()?;
    let mut dana = stage.customer();
    dana.exchange(&format!("היי, אפשר תור לצבע? {}", dana.mark)).await?;
    let desk = Desk::of(&stage, &dana).await?;
    let text = format!("היי דנה, כאן רוני. מתאים לך ביום שלישי בעשר? {}", dana.mark);
    let sent = desk.ask(Method::POST, "/messages", Some(json!({"text": text}))).await?;
    assert_eq!((&sent["by"], &sent["sending"]), (&json!("staff"), &json!("waiting")));
    assert_eq!(dana.answer().await?.text, text);
    let settled = async || {
        let page = desk.ask(Method::GET, "/messages", None).await?;
        let all = page["messages"].as_array().cloned().unwrap_or_default();
        Ok(all.into_iter().find(|message| message["id"] == sent["id"] && message["sending"] == "sent"))
    };
    wait::until("the message of staff to be settled", SOON, settled).await?;

    assert_eq!(desk.ask(Method::GET, "", None).await?["mode"], "human");
    dana.say(&format!("מצוין, תודה {}", dana.mark)).await?;
    let seen = async || {
        let page = desk.ask(Method::GET, "/messages", None).await?;
        let all = page["messages"].as_array().cloned().unwrap_or_default();
        Ok(all.iter().any(|message| message["end"] == "human_mode").then_some(()))
    };
    wait::until("the customer's message, left to the person", SOON, seen).await?;
    desk.ask(Method::POST, "/handback", None).await?;
    let back = format!("ומה המחיר? {}", dana.mark);
    let answer = dana.exchange(&back).await?;
    let prompt = dana.prompt_for(&back).await?;
    assert!(prompt.holds(&text) && prompt.holds("מצוין, תודה"), "the AI does not see what the person said");
    assert!(!answer.text.is_empty());
    Ok(())
}

#[tokio::test]
async fn staff_close_a_session_through_the_api() -> Result<()> {
    let stage = Stage::set()?;
    let mut dana = stage.customer();
    let answer = dana.exchange("שמי דנה לוי").await?;
    let desk = Desk::of(&stage, &dana).await?;
    let closing = desk.ask(Method::POST, "/session/close", None).await?;
    assert!(closing["session"].is_string());
    let lead = dana.fall_silent(stage.env.idle).await?;
    let written: jiff::Timestamp = lead["memory"]["summary_updated_at"].as_str().context("no summary")?.parse()?;
    let waited = written.duration_since(answer.at);
    assert!(waited < jiff::SignedDuration::try_from(stage.env.idle)?, "closed after {waited}, by itself");
    assert_eq!(desk.ask(Method::POST, "/session/close", None).await?["session"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn staff_read_what_the_ai_reads_of_a_place_and_of_a_reply() -> Result<()> {
    let stage = Stage::set()?;
    let mut dana = stage.customer();
    let place = json!({"latitude": 32.0775, "longitude": 34.774, "address": format!("דיזנגוף 50 {}", dana.mark)});
    dana.send(&Say { kind: Some("location".to_owned()), body: Some(place), text: None, ..dana.message("") }).await?;
    let asked = dana.answer().await?;
    let line = dana.prompt_for(&format!("{}]", dana.mark)).await?.text_of("user");
    let reply = dana.next_second(&format!("זה הבית {}", dana.mark));
    let reply = dana.send(&Say { quotes: Some(asked.wamid), ..reply }).await?;
    dana.answer().await?;

    let desk = Desk::of(&stage, &dana).await?;
    let page = desk.ask(Method::GET, "/messages", None).await?;
    let all = page["messages"].as_array().context("no messages")?;
    let home = all.iter().find(|message| message["kind"] == "location").context("no place")?;
    assert_eq!((&home["text"], &home["line"]), (&json!(""), &json!(line)));
    assert_eq!(home["enclosed"]["content"]["type"], "location");
    let quoting = all.iter().find(|message| message["id"] == reply.id).context("no reply")?;
    let quoted = all.iter().find(|message| message["id"] == quoting["quotes"]).context("nothing is quoted")?;
    assert_eq!(quoted["by"], "assistant");
    let export = desk.ask(Method::GET, "/export", None).await?;
    let exported = export["items"]["MSG"].as_array().context("no messages")?;
    assert!(exported.iter().any(|message| message["line"] == json!(line)), "{exported:?}");
    Ok(())
}
