//! A customer of long ago: what they preferred then is old by now, is asked about once, and is confirmed.

use crate::desk::Desk;
use crate::show;
use crate::story::exchange;
use anyhow::{Context, Result, ensure};
use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use zikaron_simulator::admin::Admin;
use zikaron_simulator::clock;
use zikaron_simulator::customer::Customer;
use zikaron_simulator::driver::Driver;
use zikaron_simulator::local_env::LocalEnv;
use zikaron_simulator::wait;

/// How long ago they wrote: within the year for which the stack keeps messages, beyond the half year for which this
/// business relies on a preference.
const DAYS_AGO: i64 = 300;
const SHELF_LIFE_DAYS: u32 = 180;
/// The fields of the business, with their labels.
const FIELDS: [(&str, &str); 5] = [
    ("name", "שם"),
    ("city", "עיר"),
    ("service_interest", "שירות מבוקש"),
    ("preferences", "העדפות"),
    ("notes", "הערות"),
];
const PREFERENCE: &str = "בבוקר";
/// Who said what then.
const CHAT: [(&str, &str); 4] = [
    ("דנה", "שלום, קוראים לי דנה לוי"),
    ("המספרה", "נעים מאוד! מתי נוח לך?"),
    ("דנה", "עדיף לי בבוקר"),
    ("המספרה", "רשמתי, נתראה!"),
];
/// As long as functions may go on with the settings before.
const SETTINGS_SEEN: Duration = Duration::from_secs(10);
const NOW: &str = "היי, אפשר תור לתספורת נשים לשבוע הבא?";
const QUESTION: &str = "עדיין נוח לך בבוקר?";
const YES: &str = "כן";
/// Of the same kind as what it asked at: only the rule keeps it from asking again.
const LATER: &str = "אפשר לקבוע תור גם ליום שישי?";
/// What the model is told only where it may ask.
const MAY_CONFIRM: &str = "\"confirms\"";

pub(crate) async fn confirmed(driver: &Driver, admin: &Admin, env: &LocalEnv) -> Result<()> {
    show::heading("10. A customer of last season: what is old is asked about once, and confirmed");
    let mut dana = Customer::unknown(driver, admin, &env.number);
    admin.set("fields", &fields().to_string()).await?;
    show::line(&format!("  staff     rely on a preference for {SHELF_LIFE_DAYS} days, and import an exported chat:"));
    import(&dana, admin).await.context("the import")?;
    let desk = Desk::of(env, &dana).await?;
    let is_stale = async || Ok(Some(desk.field("preferences").await?).filter(|field| field["state"] == "stale"));
    let old = wait::until("an old preference", SETTINGS_SEEN, is_stale).await?;
    show::aged("preferences", &old);
    ensure!(old["value"] == PREFERENCE, "the preference is another one: {old}");

    let asked = exchange(&mut dana, NOW).await?;
    let block = dana.prompt_for(NOW).await?.memory_block();
    show::quoted("What the model saw of the memory:", &block);
    let marked = block.lines().any(|line| line.contains(PREFERENCE) && line.contains("ייתכן שהשתנה"));
    ensure!(marked, "the model is not told that the preference is old");
    ensure!(asked.text.matches(QUESTION).count() == 1, "the answer does not ask about it once");
    for text in [YES, LATER] {
        let answer = exchange(&mut dana, text).await?;
        ensure!(!answer.text.contains(QUESTION), "the customer is asked a second time");
        let may = dana.prompt_for(text).await?.system().contains(MAY_CONFIRM);
        ensure!(!may, "the model may ask a second time in one session");
    }
    dana.fall_silent(env.idle).await?;

    let new = desk.field("preferences").await?;
    show::aged("preferences", &new);
    ensure!(new["value"] == PREFERENCE && new["state"] == "fresh", "the preference is not confirmed: {new}");
    let said = |field: &Value| -> Result<Timestamp> { Ok(field["said_at"].as_str().context("no said_at")?.parse()?) };
    let since = said(&new)?.duration_since(said(&old)?).as_hours() / 24;
    ensure!(since >= DAYS_AGO - 1, "the yes is not what it rests on: {since} days later");
    let changes = desk.ask(Method::GET, "/changes", None).await?;
    let confirms = |change: &Value| {
        change["field"] == "preferences" && change["at"] == new["said_at"] && change["reason"] == "same_value"
    };
    let logged = changes["changes"].as_array().into_iter().flatten().any(confirms);
    ensure!(logged, "the change log does not say that it was confirmed: {changes}");
    Ok(())
}

/// The standard fields, but a preference is to be confirmed sooner.
fn fields() -> Value {
    let field = |(name, label): (&str, &str)| {
        let life = (name == "preferences").then_some(SHELF_LIFE_DAYS);
        json!({"name": name, "label": label, "description": "", "max_chars": 300, "shelf_life_days": life})
    };
    FIELDS.into_iter().map(field).collect()
}

/// Writes the chat as an Android phone exports it, and has it imported.
async fn import(dana: &Customer, admin: &Admin) -> Result<()> {
    let at = clock::now().in_tz("Asia/Jerusalem")?.checked_sub(DAYS_AGO.days())?;
    let time = format!("{}.{}.{}, {}:{:02}", at.day(), at.month(), at.year(), at.hour(), at.minute());
    let lines = CHAT.map(|(who, text)| format!("{time} - {who}: {text}"));
    show::quoted("WhatsApp Chat with דנה.txt", &lines.join("\n"));
    let folder = std::env::temp_dir().join(format!("zikaron-demo-{}", dana.phone));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("WhatsApp Chat with דנה.txt");
    std::fs::write(&file, lines.join("\n") + "\n")?;
    let (file, phone) = (file.display().to_string(), format!("+{}", dana.phone));
    let told = admin.run(&["import", "chats", &file, "--phone", &phone, "--date-order", "dmy"]).await;
    std::fs::remove_dir_all(&folder)?;
    let told = told?;
    ensure!(told.contains("1 of 1"), "the chat was not digested: {told}");
    Ok(())
}
