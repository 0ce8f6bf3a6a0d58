//! How fast past conversations are imported, beside an import of leads; and what customers who write meanwhile feel of it. The
//! model is left out: nothing is digested. `make bench`.

use super::row;
use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};
use zikaron_simulator::now;
use zikaron_tests::stage::Stage;

const CUSTOMERS: u32 = 40;
const MESSAGES: u32 = 125;
/// As many as one request of the import of leads takes.
const LEADS: u32 = 500;
const TURNS: usize = 20;

/// A chat as an Android phone exports it: ten messages a day, one a minute.
fn chat(customer: u32, since: Timestamp) -> Result<String> {
    let mut text = String::new();
    for message in 0..MESSAGES {
        let at = since + SignedDuration::from_hours(i64::from(message / 10) * 24);
        let at = (at + SignedDuration::from_mins(i64::from(message % 10))).to_zoned(jiff::tz::TimeZone::UTC).datetime();
        let (date, time) = (at.date().strftime("%-d.%-m.%Y"), at.time().strftime("%H:%M"));
        let who = if message % 2 == 0 { format!("לקוחה {customer}") } else { "המספרה".to_owned() };
        writeln!(text, "{date}, {time} - {who}: הודעה {message}, אפשר תור ליום שלישי בבוקר?")?;
    }
    Ok(text)
}

/// Writes the chats down, and whose they are. Answers the arguments of the command.
fn files(folder: &Path, first_phone: u32, customers: u32) -> Result<Vec<String>> {
    std::fs::create_dir_all(folder)?;
    let since = now() - SignedDuration::from_hours(24 * 60);
    let mut phones = String::new();
    let mut arguments = ["import", "chats"].map(str::to_owned).to_vec();
    for customer in 0..customers {
        let file = folder.join(format!("WhatsApp Chat with לקוחה {customer}.txt"));
        std::fs::write(&file, chat(customer, since)?)?;
        writeln!(phones, "לקוחה {customer}, +97255{:07}", first_phone + customer)?;
        arguments.push(file.display().to_string());
    }
    let list = folder.join("phones.csv");
    std::fs::write(&list, phones)?;
    let options = ["--phones", &list.display().to_string(), "--max-tokens", "0", "--date-order", "dmy"];
    arguments.extend(options.map(str::to_owned));
    Ok(arguments)
}

#[tokio::test]
#[ignore = "a measurement: make bench"]
async fn an_import_stores_thousands_of_messages_and_holds_nobody_up() -> Result<()> {
    let stage = Stage::set()?;
    let business = stage.business().await?;
    business.remembers().await?;
    let folder = std::env::temp_dir().join(format!("zikaron-import-{}", business.number));

    let lines =
        (0..LEADS).map(|lead| json!({"phone": format!("+97255{:07}", 5_100_000 + lead), "profile": {"city": "חיפה"}}));
    let body = lines.map(|line| line.to_string()).collect::<Vec<_>>().join("\n");
    let request = zikaron_simulator::client()?.post(format!("{}/leads/import", stage.env.api_url));
    let began = Instant::now();
    let answer = request
        .bearer_auth(&stage.env.api_token)
        .header("content-type", "application/x-ndjson")
        .header("idempotency-key", &business.number)
        .body(body)
        .send()
        .await?;
    let leads = (began.elapsed(), answer.error_for_status()?.text().await?.matches("created").count());

    let mut dana = business.customer();
    let mut turns: [Vec<Duration>; 2] = Default::default();
    for _ in 0..TURNS {
        let began = Instant::now();
        dana.exchange("שלום, אפשר תור למחר?").await?;
        turns[0].push(began.elapsed());
    }
    // One import alone, and one beside turns.
    let alone = files(&folder.join("1"), 5_200_000, CUSTOMERS)?;
    let alone: Vec<&str> = alone.iter().map(String::as_str).collect();
    let began = Instant::now();
    let told = business.admin.run(&alone).await?;
    let took = began.elapsed();
    assert!(told.contains(&format!("{} messages", CUSTOMERS * MESSAGES)), "{told}");
    let beside = files(&folder.join("2"), 5_300_000, 20 * CUSTOMERS)?;
    let admin = business.admin.clone();
    let import = tokio::spawn(async move {
        let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
        admin.run(&beside).await
    });
    while !import.is_finished() {
        let began = Instant::now();
        dana.exchange("שלום, אפשר תור למחר?").await?;
        turns[1].push(began.elapsed());
    }
    import.await??;
    std::fs::remove_dir_all(&folder).context("the chats are still there")?;

    let rate = |count: f64, time: Duration| count / time.as_secs_f64();
    println!("{:<52}{:>10}", "what is imported", "a second");
    println!(
        "{:<52}{:>10.0}",
        format!("messages: {CUSTOMERS} chats of {MESSAGES}"),
        rate(f64::from(CUSTOMERS * MESSAGES), took)
    );
    println!("{:<52}{:>10.0}", format!("leads: {} lines", leads.1), rate(f64::from(LEADS), leads.0));
    println!("{:<52}{:>10}{:>10}", "turns, in milliseconds", "p50", "p99");
    let [quiet, busy] = &mut turns;
    let quiet = row("a turn", quiet);
    let busy = row("a turn beside an import of 100,000 messages", busy);
    println!("beside an import a turn takes {:.2} x", busy.as_secs_f64() / quiet.as_secs_f64());
    Ok(())
}
