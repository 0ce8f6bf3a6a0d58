//! One round of every tag of the staff API with the client that was made from its document: a business from its first
//! setting to an erasure. Run inside the local stack; `make test` does.

use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::time::{SystemTime, UNIX_EPOCH};
use zikaron_client::client::{ApiOpError, HttpClient};
use zikaron_client::types::{
    Language, Meant, Mode, NewLead, NoteKind, NoteText, Outcome, ProfilePatch, Role, SettingsPatch, Source, Text,
};

const PHONE: &str = "+12025550154";
const NONE: Option<&str> = None;

/// A client with the token of an admin of a business of its own.
#[expect(clippy::disallowed_methods, reason = "as who has only the client would")]
async fn admin() -> Result<HttpClient> {
    let env = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set: run this on a local stack"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let business = format!("rust-{}", now.as_nanos());
    let claims = serde_json::json!({"business": business, "role": "admin", "exp": now.as_secs() + 600});
    let http = reqwest::Client::builder().no_proxy().build()?;
    let asked = http.post(format!("{}/oidc/token", env("SIMULATOR_URL")?)).body(claims.to_string());
    let told = asked.header("content-type", "application/json").send().await?.text().await?;
    let told: serde_json::Value = serde_json::from_str(&told)?;
    let token = told["access_token"].as_str().context("no token")?;
    let api = env("API_URL")?;
    let base = api.strip_suffix("/v1").unwrap_or(&api);
    Ok(HttpClient::with_client(http).with_base_url(base).with_api_key(token))
}

/// A refusal of this status, whose problem has a type of its own.
fn refused<T: Debug, E: Debug>(answer: Result<T, ApiOpError<E>>, status: u16) -> Result<()> {
    match answer {
        Err(ApiOpError::Api(refusal)) => {
            ensure!(refusal.status == status, "{refusal:?}");
            ensure!(refusal.typed.is_some(), "not as the document says: {refusal:?}");
            Ok(())
        }
        other => bail!("{other:?}"),
    }
}

fn note(text: &str) -> NoteText {
    NoteText { text: text.to_owned() }
}

/// The client does not tell what it was asked for: what this file calls on it is what the round uses, for each part of it
/// runs from one end to the other, and one that nobody calls does not compile.
#[test]
fn the_round_uses_every_tag_of_the_document() -> Result<()> {
    let document: serde_json::Value = serde_json::from_str(include_str!("../../../functions/api/openapi.json"))?;
    let (mut all, mut used) = (BTreeSet::new(), BTreeSet::new());
    let paths = document["paths"].as_object().context("no paths")?;
    for operation in paths.values().filter_map(serde_json::Value::as_object).flat_map(|path| path.values()) {
        let Some(name) = operation["operationId"].as_str() else { continue };
        let tags = operation["tags"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
        let is_called = include_str!("round.rs").contains(&format!("api.{name}("));
        for tag in tags {
            all.insert(tag);
            used.extend(is_called.then_some(tag));
        }
    }
    ensure!(!all.is_empty() && used == all, "not used: {:?}", all.difference(&used));
    Ok(())
}

#[tokio::test]
async fn a_round_of_every_tag() -> Result<()> {
    let api = admin().await?;
    settings(&api).await?;
    let lead = customers(&api).await?;
    memory(&api, &lead).await?;
    notes(&api, &lead).await?;
    conversation(&api, &lead).await?;
    ensure!(!api.read_figures(NONE, NONE, NONE).await?.time_zone.is_empty());
    ensure!(api.list_counted_sessions("conversations", NONE, None, NONE, NONE).await?.sessions.is_empty());
    actions(&api, &lead).await?;
    webhook(&api).await?;
    ensure!(api.export(&lead, NONE).await?.lead == lead);
    ensure!(api.erase(&lead).await?.names > 0);
    refused(api.read(&lead).await, 404)
}

async fn settings(api: &HttpClient) -> Result<()> {
    ensure!(matches!(api.who_calls(NONE).await?.role, Role::Admin));
    let patch: SettingsPatch = serde_json::from_str(r#"{"enable_customer_service": true, "language": "en"}"#)?;
    ensure!(api.change_settings(NONE, patch).await?.enable_customer_service == Some(true));
    let read = api.read_settings().await?;
    ensure!(matches!(read.language, Some(Language::En)) && read.routes.is_empty());
    refused(api.add_route("nobodys", "1234567").await, 403)?;
    refused(api.drop_route("nobodys", "1234567").await, 403)
}

async fn customers(api: &HttpClient) -> Result<String> {
    let made = api.create_lead(NONE, NewLead::new(PHONE.to_owned())).await?;
    let lines = b"{\"phone\":\"+12025550155\",\"profile\":{\"name\":\"Ruth Cohen\"}}\nnot JSON\n";
    let report = api.import(NONE, lines.to_vec()).await?;
    ensure!(matches!(report.lines[0].outcome, Outcome::Created) && matches!(report.lines[1].outcome, Outcome::Refused));
    let found = api.list_leads(Some(PHONE), NONE, None, None, None, NONE, NONE).await?.leads;
    ensure!(found.len() == 1 && found[0].lead == made.lead);
    Ok(made.lead)
}

async fn memory(api: &HttpClient, lead: &str) -> Result<()> {
    let values = BTreeMap::from([("city".to_owned(), Some("חיפה".to_owned()))]);
    let changed = api.change(lead, NONE, ProfilePatch { additional_properties: values }).await?;
    let city = changed.customer_profile_json.additional_properties.get("city").context("no city")?;
    ensure!(matches!(city.source, Source::Manual));
    ensure!(!api.list_changes(lead, None, NONE, NONE).await?.changes.is_empty());
    ensure!(matches!(api.read_origin(lead, "city", NONE).await?.source, Source::Manual));
    let meant = || Meant { field: "city".to_owned(), value: Some("Acre".to_owned()) };
    refused(api.accept(lead, NONE, meant()).await, 404)?;
    refused(api.dismiss(lead, NONE, meant()).await, 404)
}

async fn notes(api: &HttpClient, lead: &str) -> Result<()> {
    let added = api.add_note(lead, NONE, note("VIP")).await?;
    ensure!(matches!(added.kind, NoteKind::Note));
    ensure!(api.change_note(lead, &added.id, note("VIP, always early")).await?.text == "VIP, always early");
    ensure!(api.list_notes(lead, None, NONE, NONE).await?.notes.len() == 1);
    api.delete_note(lead, &added.id).await?;
    Ok(())
}

async fn conversation(api: &HttpClient, lead: &str) -> Result<()> {
    ensure!(api.list_messages(lead, None, NONE, NONE).await?.messages.is_empty());
    ensure!(api.list_calls(lead, None, NONE, NONE).await?.calls.is_empty());
    // Who never wrote on WhatsApp cannot be answered there.
    refused(api.send_message(lead, NONE, Text { text: "Hello, it's Roni".to_owned() }).await, 409)?;
    ensure!(matches!(api.take_over(lead, NONE).await?.mode, Mode::Human));
    ensure!(matches!(api.hand_back(lead, NONE).await?.mode, Mode::Ai));
    api.close_session(lead, NONE).await?;
    Ok(())
}

async fn actions(api: &HttpClient, lead: &str) -> Result<()> {
    let open = r#"{"enable_actions": true, "quiet_hours": {"from": "00:00", "until": "00:00"}, "quiet_days": []}"#;
    api.change_settings(NONE, serde_json::from_str(open)?).await?;
    let due_at = chrono::Utc::now() + chrono::TimeDelta::days(1);
    let wanted = serde_json::json!({"kind": "call", "text": "A reminder", "due_at": due_at});
    let made = api.add_action(lead, NONE, serde_json::from_value(wanted)?).await?;
    let listed = api.list_actions(lead, None, NONE, NONE).await?.actions;
    ensure!(listed.len() == 1 && listed[0].id == made.id);
    let patch = serde_json::from_str(r#"{"text": "Another reminder"}"#)?;
    ensure!(api.change_action(lead, &made.id, patch).await?.text == "Another reminder");
    ensure!(api.cancel_action(lead, &made.id).await?.ended.flatten().is_some());
    ensure!(!api.set_marketing(lead, serde_json::from_str(r#"{"wanted": false}"#)?).await?.wanted);
    Ok(())
}

async fn webhook(api: &HttpClient) -> Result<()> {
    refused(api.read_webhook(NONE).await, 404)?;
    api.enter_webhook(serde_json::from_str(r#"{"url": "https://hooks.example.com/zikaron"}"#)?).await?;
    let first = api.read_webhook_secret(NONE).await?.secret;
    let changed = api.change_webhook_secret(NONE, serde_json::from_str(r#"{"keep_hours": 1}"#)?).await?;
    ensure!(changed.previous.flatten() == Some(first));
    api.test_webhook(NONE).await?;
    api.list_deliveries(None, NONE, NONE).await?;
    refused(api.redeliver("nothing", NONE).await, 404)?;
    Ok(api.remove_webhook().await?)
}
