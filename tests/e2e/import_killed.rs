//! Forty customers' chats of 5,000 messages, imported by one command (docs/rules.md#n): what is known of them is what they
//! said, and an import that was killed twice and given again ends as one that never was.

use anyhow::{Context, Result, ensure};
use jiff::civil::DateTime;
use jiff::{ToSpan, tz::TimeZone};
use serde_json::Value;
use std::fs;
use std::path::Path;
use zikaron_simulator::admin::Admin;
use zikaron_simulator::now;
use zikaron_tests::stage::Stage;

const CUSTOMERS: usize = 40;
const CONVERSATIONS: usize = 5;
const MESSAGES: usize = 25;
const NAMES: [&str; 4] = ["דנה לוי", "יוסי כהן", "מיכל אברהם", "נועה פרץ"];
/// What differs between two businesses, and between two digests of one conversation: ids, keys, and when it was done.
const OWN: [&str; 12] = [
    "lead",
    "id",
    "session",
    "version",
    "pk",
    "sk",
    "open_pk",
    "open_sk",
    "opened_at",
    "summary_updated_at",
    "spent",
    "counted",
];
const TOWNS: [&str; 5] = ["חיפה", "אשדוד", "תל אביב", "באר שבע", "אילת"];

/// What must be known of a customer.
struct Told {
    phone: String,
    name: &'static str,
    city: &'static str,
    /// When every message was sent and what it says, the oldest first.
    messages: Vec<(String, String)>,
}

/// A customer's chat as their phone writes it, every other one an iPhone, and what it tells.
fn chat(customer: usize, today: DateTime, zone: &TimeZone) -> Result<(String, Told)> {
    let (name, of) = (NAMES[customer % NAMES.len()], |number: usize| TOWNS[(customer + number) % TOWNS.len()]);
    let is_android = customer.is_multiple_of(2);
    let mut told = Told { phone: format!("97255{:07}", 5_400_000 + customer), name, city: of(2), messages: Vec::new() };
    let (mut file, contact) = (String::new(), format!("{name} {customer}"));
    for conversation in 0..CONVERSATIONS {
        let days = i64::try_from(21 * (CONVERSATIONS - conversation))?;
        let begins = today.checked_sub(days.days())?.checked_add(i64::try_from(7 * customer)?.minutes())?;
        for message in 0..MESSAGES {
            // A phone that runs Android keeps no seconds.
            let seconds = if is_android { 0 } else { 7 };
            let at = begins.checked_add(i64::try_from(message)?.minutes().seconds(seconds))?;
            let text = match (conversation, message) {
                (0, 0) => format!("שלום, קוראים לי {name}"),
                (1, 2) => format!("אני גרה ב{}", of(0)),
                (3, 4) => format!("עברתי ל{}", of(2)),
                (_, message) if message + 1 == MESSAGES => format!("נקבע תור מספר {conversation}"),
                (_, message) if message % 2 == 0 => format!("אפשר תור?\nנוח לי ביום {}", message / 2),
                _ => format!("רגע, בודקים ({message})"),
            };
            let sender = if message % 2 == 0 && message + 1 < MESSAGES { contact.as_str() } else { "המספרה" };
            let (day, month, year) = (at.day(), at.month(), at.year());
            let (hour, minute) = (at.hour(), at.minute());
            file += &if is_android {
                format!("{day}.{month}.{year}, {hour}:{minute:02} - {sender}: {text}\n")
            } else {
                format!("[{day}.{month}.{year}, {hour}:{minute:02}:{seconds:02}] {sender}: {text}\r\n")
            };
            told.messages.push((at.to_zoned(zone.clone())?.timestamp().to_string(), text));
        }
    }
    Ok((file, told))
}

/// Writes the chats down, and whose they are. Answers the arguments of the command.
fn files(folder: &Path) -> Result<(Vec<String>, Vec<Told>)> {
    let zone = TimeZone::get("Asia/Jerusalem")?;
    let today = now().to_zoned(zone.clone()).date().at(11, 0, 0, 0);
    let (mut arguments, mut all) = (vec!["import".to_owned(), "chats".to_owned()], Vec::new());
    let mut phones = String::new();
    fs::create_dir_all(folder)?;
    for customer in 0..CUSTOMERS {
        let (text, told) = chat(customer, today, &zone)?;
        let chat = format!("WhatsApp Chat with {} {customer}", told.name);
        let file = folder.join(format!("{chat}.txt"));
        fs::write(&file, text)?;
        phones += &format!("{} {customer}, +{}\n", told.name, told.phone);
        arguments.push(file.display().to_string());
        all.push(told);
    }
    let list = folder.join("phones.csv");
    fs::write(&list, phones)?;
    let options = [
        "--phones",
        &list.display().to_string(),
        "--business-name",
        "המספרה",
        "--date-order",
        "dmy",
        "--idle-seconds",
        "900",
    ];
    arguments.extend(options.map(str::to_owned));
    Ok((arguments, all))
}

/// What is known of a customer, the same in every business.
async fn known(admin: &Admin, told: &Told) -> Result<Value> {
    let mut lead = admin.lead(&told.phone).await?;
    strip(&mut lead);
    Ok(lead)
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !OWN.contains(&name.as_str()));
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

#[tokio::test]
async fn forty_chats_that_are_imported_by_a_command_that_is_killed_end_as_if_it_had_not_been() -> Result<()> {
    let stage = Stage::set()?;
    let (whole, killed) = (stage.business().await?, stage.business().await?);
    whole.remembers().await?;
    killed.remembers().await?;
    let folder = std::env::temp_dir().join(format!("zikaron-e2e-import-{}", whole.number));
    let (arguments, all) = files(&folder)?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();

    let printed = whole.admin.run(&arguments).await?;
    let digests = CUSTOMERS * CONVERSATIONS;
    assert!(printed.contains(&format!("{} messages", digests * MESSAGES)), "{printed}");
    assert!(printed.contains(&format!("{digests} of {digests}")), "{printed}");
    for told in &all {
        let lead = whole.admin.lead(&told.phone).await?;
        let profile = &lead["memory"]["customer_profile_json"];
        assert_eq!((&profile["name"]["value"], &profile["city"]["value"]), (&told.name.into(), &told.city.into()));
        let of = |said: &Value, member: &str| said[member].as_str().unwrap_or_default().to_owned();
        let messages = list(&lead, "messages").iter().rev().map(|said| (of(said, "sent_at"), of(said, "text")));
        assert!(messages.eq(told.messages.iter().cloned()), "{lead}");
        let summaries = list(&lead, "notes").iter().filter(|note| note["kind"] == "conversation_summary").count();
        assert_eq!((summaries, list(&lead, "sessions").len()), (CONVERSATIONS, CONVERSATIONS));
    }

    // Once while it stores, once while it has conversations digested.
    let some = &all[CUSTOMERS / 4];
    let is_stored = async || Ok(killed.admin.lead(&some.phone).await.ok().map(drop));
    killed.admin.killed_at(&arguments, is_stored).await?;
    killed.admin.killed_at(&arguments, async || digested(&killed.admin, some).await).await?;
    let last = all.last().context("nobody")?;
    ensure!(digested(&killed.admin, last).await?.is_none(), "it was to die before the end");
    killed.admin.run(&arguments).await?;
    for told in &all {
        assert_eq!(known(&killed.admin, told).await?, known(&whole.admin, told).await?);
    }
    fs::remove_dir_all(folder)?;
    Ok(())
}

/// Whether a customer's conversations are.
async fn digested(admin: &Admin, told: &Told) -> Result<Option<()>> {
    let lead = admin.lead(&told.phone).await?;
    Ok((list(&lead, "notes").len() == CONVERSATIONS).then_some(()))
}
