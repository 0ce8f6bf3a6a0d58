//! A memory on the first day (docs/rules.md#n).

use anyhow::{Context, Result, ensure};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;
use zikaron_simulator::{now, wait};
use zikaron_tests::stage::Stage;

/// Ten days ago, as the business's clock shows it.
fn then(minute: i64) -> Result<DateTime> {
    let zone = TimeZone::get("Asia/Jerusalem")?;
    Ok(now().to_zoned(zone).checked_sub(10.days())?.checked_add(minute.minutes())?.datetime())
}

/// A line as an Android phone in Hebrew writes it.
fn line(minute: i64, sender: &str, text: &str) -> Result<String> {
    let at = then(minute)?;
    Ok(format!("{}.{}.{}, {}:{:02} - {sender}: {text}\n", at.day(), at.month(), at.year(), at.hour(), at.minute()))
}

#[tokio::test]
async fn a_customer_of_an_exported_chat_is_known_when_they_write_and_a_second_import_changes_nothing() -> Result<()> {
    let stage = Stage::set()?;
    let business = stage.business().await?;
    business.remembers().await?;
    let mut dana = business.customer();
    let said = [
        line(0, "דנה", "שלום, קוראים לי דנה לוי")?,
        line(1, "המספרה", "נעים מאוד! איך אפשר לעזור?")?,
        line(1, "דנה", "כמה עולה תספורת נשים?\nאני מעדיפה ערב")?,
        line(60, "דנה", &format!("תודה רבה {}", dana.mark))?,
    ];
    let folder = std::env::temp_dir().join(format!("zikaron-e2e-import-{}", dana.mark));
    fs::create_dir_all(&folder)?;
    let file = folder.join("WhatsApp Chat with דנה.txt");
    fs::write(&file, said.concat())?;
    let (file, phone) = (file.display().to_string(), format!("+{}", dana.phone));
    let arguments = ["import", "chats", &file, "--phone", &phone, "--idle-seconds", "900"];
    let dry: Vec<&str> = arguments.iter().copied().chain(["--dry-run"]).collect();
    let told = business.admin.run(&dry).await?;
    assert!(told.contains("4 messages") && told.contains("2 for some"), "{told}");
    assert!(business.admin.lead(&dana.phone).await.is_err(), "nothing was written");

    let told = business.admin.run(&arguments).await?;
    assert!(told.contains("2 of 2"), "{told}");
    let lead = business.admin.lead(&dana.phone).await?;
    let profile = &lead["memory"]["customer_profile_json"];
    assert_eq!((&profile["name"]["value"], &profile["name"]["source"]), (&"דנה לוי".into(), &"ai_extraction".into()));
    let at: Timestamp = profile["name"]["updated_at"].as_str().context("no time")?.parse()?;
    assert!(at < now() - SignedDuration::from_hours(9 * 24), "of the message's own time: {at}");
    let counts = ["messages", "sessions", "notes"].map(|name| lead[name].as_array().map_or(0, Vec::len));
    assert_eq!(counts, [4, 2, 2]);
    let state = &lead["state"];
    assert_eq!((&state["pending"], state.get("session")), (&0.into(), None));
    assert!(dana.inbox().await?.is_empty(), "nobody is written to");

    business.admin.run(&arguments).await?;
    assert_eq!(business.admin.lead(&dana.phone).await?, lead);
    let answer = dana.exchange(&format!("היי, זו שוב אני {}", dana.mark)).await?;
    assert!(answer.text.contains("היי דנה לוי!") && answer.text.contains("מאיפה שעצרנו"), "{}", answer.text);
    fs::remove_dir_all(folder)?;
    Ok(())
}

/// The API as an admin of a business uses it.
struct Staff {
    url: String,
    token: String,
    http: reqwest::Client,
}

impl Staff {
    async fn of(stage: &Stage, business: &str) -> Result<Self> {
        let token = stage.driver.token(&json!({"business": business, "role": "admin"})).await?;
        let url = format!("{}/chat-import", stage.env.api_url);
        Ok(Self { url, token, http: zikaron_simulator::client()? })
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> Result<Value> {
        let answer = request.bearer_auth(&self.token).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// Imports a file, from the request to the end.
    async fn import(&self, file: &Value, text: &str) -> Result<Value> {
        let wanted = json!({"files": [file], "date_order": "dmy"});
        let begun = self.ask(self.http.post(&self.url).json(&wanted)).await?;
        let url = begun["files"][0]["upload_url"].as_str().context("no address")?;
        let uploaded = self.http.put(url).header("if-none-match", "*").body(text.to_owned()).send().await?.status();
        ensure!(uploaded.is_success(), "the upload was answered {uploaded}");
        self.ask(self.http.post(format!("{}/start", self.url))).await?;
        let over = async || {
            let import = self.ask(self.http.get(&self.url)).await?;
            let is_over =
                import["stopped"] != Value::Null || ["done", "refused"].map(Value::from).contains(&import["stage"]);
            anyhow::Ok(is_over.then_some(import))
        };
        wait::until("the end of an import", Duration::from_secs(60), over).await
    }
}

#[tokio::test]
async fn a_chat_that_was_uploaded_is_worked_off_by_the_stack_and_changes_nothing_the_second_time() -> Result<()> {
    let stage = Stage::set()?;
    let business = stage.business().await?;
    business.remembers().await?;
    let mut dana = business.customer();
    let said = [
        line(0, "דנה", "שלום, קוראים לי דנה לוי")?,
        line(1, "המספרה", "נעים מאוד! איך אפשר לעזור?")?,
        line(1, "דנה", &format!("תודה רבה {}", dana.mark))?,
    ];
    let said = said.concat();
    let name = "WhatsApp Chat with דנה.txt";
    let file = json!({"name": name, "bytes": said.len(), "phone": format!("+{}", dana.phone)});
    let staff = Staff::of(&stage, business.admin.business()).await?;
    let done = staff.import(&file, &said).await?;
    assert_eq!((&done["stage"], &done["messages"], &done["failed"]), (&json!("done"), &json!(3), &json!(0)), "{done}");
    assert_eq!(done["digested"], done["conversations"], "{done}");
    let lead = business.admin.lead(&dana.phone).await?;
    assert_eq!(lead["memory"]["customer_profile_json"]["name"]["value"], "דנה לוי");
    assert!(dana.inbox().await?.is_empty(), "nobody is written to");

    let again = staff.import(&file, &said).await?;
    assert_eq!((&again["messages"], &again["conversations"]), (&json!(3), &json!(0)), "{again}");
    assert_eq!(business.admin.lead(&dana.phone).await?, lead);

    let notes = json!({"name": "notes.txt", "bytes": 4, "phone": format!("+{}", dana.phone)});
    let refused = staff.import(&notes, "milk").await?;
    let problem = refused["files"][0]["problem"].as_str().context("no reason")?;
    assert!(refused["stage"] == "refused" && problem.contains("no exported chat"), "{refused}");
    let answer = dana.exchange(&format!("היי, זו שוב אני {}", dana.mark)).await?;
    assert!(answer.text.contains("דנה לוי"), "{}", answer.text);
    Ok(())
}
