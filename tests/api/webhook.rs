//! The webhook of a business, as its admins enter it (docs/events.md).

use super::door::{Door, Tenant};
use anyhow::{Context, Result};
use axum::http::Method;
use serde_json::{Value, json};

const ENTRY: &str = "https://hooks.example.com/zikaron";

#[tokio::test]
async fn a_webhook_is_entered_read_changed_and_taken_away() -> Result<()> {
    let door = Door::function()?;
    let tenant = Tenant::new(&door).await?;
    let read = tenant.ask(Method::GET, "/webhook");
    assert_eq!(door.ask(&read).await?.status, 404);
    let entry = json!({"url": ENTRY, "events": ["lead.erased"], "include": {"values": true}});
    let entered = door.ask(&tenant.ask(Method::PUT, "/webhook").body(&entry)).await?.well()?;
    assert_eq!((&entered["url"], &entered["state"]), (&json!(ENTRY), &json!("active")));
    assert_eq!(entered["include"], json!({"summary": false, "values": true}));
    let secret = door.ask(&tenant.ask(Method::GET, "/webhook/secret")).await?.well()?;
    let changed = door.ask(&tenant.ask(Method::PUT, "/webhook").body(&json!({"url": ENTRY}))).await?.well()?;
    assert_eq!((&changed["events"], &changed["include"]["values"]), (&json!([]), &json!(false)));
    let after = door.ask(&tenant.ask(Method::GET, "/webhook/secret")).await?.well()?;
    assert_eq!(after, secret, "another address has the same secret");
    assert_eq!(door.ask(&tenant.ask(Method::DELETE, "/webhook")).await?.status, 204);
    assert_eq!(door.ask(&read).await?.status, 404);
    door.ask(&tenant.ask(Method::PUT, "/webhook").body(&json!({"url": ENTRY}))).await?.well()?;
    let anew = door.ask(&tenant.ask(Method::GET, "/webhook/secret")).await?.well()?;
    assert_ne!(anew["secret"], secret["secret"], "one that was taken away is void");
    Ok(())
}

#[tokio::test]
async fn an_address_that_is_not_everybody_s_and_an_event_nobody_knows_are_refused() -> Result<()> {
    let door = Door::function()?;
    let tenant = Tenant::new(&door).await?;
    for (entry, field) in [
        (json!({"url": "http://hooks.example.com/"}), "url"),
        (json!({"url": "https://169.254.169.254/latest/meta-data"}), "url"),
        (json!({"url": "https://user:word@hooks.example.com/"}), "url"),
        (json!({"url": ENTRY, "events": ["memory.updated", "turn.due"]}), "events.1"),
        (json!({"url": ENTRY, "include": {"messages": true}}), "include.messages"),
    ] {
        let answer = door.ask(&tenant.ask(Method::PUT, "/webhook").body(&entry)).await?;
        let told = answer.json()["field"].as_str().unwrap_or_default().to_owned();
        assert!(answer.status == 422 && field.starts_with(&told) && !told.is_empty(), "{entry}: {answer:?}");
    }
    assert_eq!(door.ask(&tenant.ask(Method::GET, "/webhook")).await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_crm_is_entered_with_a_token_that_is_never_shown_again_and_goes_to_no_other_address() -> Result<()> {
    let door = Door::function()?;
    let tenant = Tenant::new(&door).await?;
    let token = "pat-eu1-00000000-0000-0000-0000-000000000000";
    let entry = |url: &str, crm: Value| tenant.ask(Method::PUT, "/webhook").body(&json!({"url": url, "crm": crm}));
    let crm = json!({"mapping": "hubspot", "token": token});
    let entered = door.ask(&entry("https://api.hubapi.com", crm.clone())).await?;
    assert!(!entered.text.contains(token), "{entered:?}");
    let entered = entered.well()?;
    assert_eq!((&entered["crm"], &entered["events"]), (&json!({"mapping": "hubspot"}), &json!(["session.closed"])));
    let kept = json!({"mapping": "hubspot"});
    door.ask(&entry("https://api.hubapi.com", kept.clone())).await?.well()?;
    for (url, crm, field) in [
        ("https://hooks.example.com", kept.clone(), "crm.token"),
        ("https://api.hubapi.com", json!({"mapping": "no-such-crm", "token": token}), "crm.mapping"),
        ("https://api.hubapi.com", json!({"mapping": "hubspot", "token": "line\nfeed"}), "crm.token"),
        ("https://api.hubapi.com", json!({"mapping": "hubspot", "token": ""}), "crm.token"),
    ] {
        let answer = door.ask(&entry(url, crm)).await?;
        assert_eq!((answer.status, &answer.json()["field"]), (422, &json!(field)), "{answer:?}");
    }
    let unknown = json!({"url": "https://api.hubapi.com", "events": ["call.missed"], "crm": crm});
    let answer = door.ask(&tenant.ask(Method::PUT, "/webhook").body(&unknown)).await?;
    assert_eq!((answer.status, &answer.json()["field"]), (422, &json!("events.0")), "{answer:?}");
    let plain = door.ask(&tenant.ask(Method::PUT, "/webhook").body(&json!({"url": ENTRY}))).await?.well()?;
    assert_eq!((&plain["crm"], &plain["events"]), (&Value::Null, &json!([])));
    let crm = json!({"mapping": "hubspot", "token": token});
    door.ask(&entry("https://api.hubapi.com", crm)).await?.well()?;
    assert_eq!(door.ask(&tenant.ask(Method::DELETE, "/webhook")).await?.status, 204);
    let answer = door.ask(&entry("https://api.hubapi.com", kept)).await?;
    assert_eq!((answer.status, &answer.json()["field"]), (422, &json!("crm.token")), "it went with the CRM");
    Ok(())
}

#[tokio::test]
async fn a_secret_is_changed_once_for_a_key_and_keeps_the_one_before_for_as_long_as_is_said() -> Result<()> {
    let door = Door::function()?;
    let tenant = Tenant::new(&door).await?;
    door.ask(&tenant.ask(Method::PUT, "/webhook").body(&json!({"url": ENTRY}))).await?.well()?;
    let first = door.ask(&tenant.ask(Method::GET, "/webhook/secret")).await?.well()?;
    assert!(first["secret"].as_str().context("no secret")?.starts_with("whsec_"));
    let change = |hours: Value| tenant.ask(Method::POST, "/webhook/secret").body(&json!({"keep_hours": hours}));
    let once = change(json!(2)).header("idempotency-key", "rotation");
    let second = door.ask(&once).await?.well()?;
    assert_eq!(second["previous"], first["secret"]);
    assert_eq!(door.ask(&once).await?.well()?, second, "asked for again it is changed no more");
    let third = door.ask(&change(json!(0))).await?.well()?;
    assert_eq!((&third["previous"], &third["previous_until"]), (&Value::Null, &Value::Null));
    assert_ne!(third["secret"], second["secret"]);
    assert_eq!(door.ask(&change(json!(169))).await?.status, 422);
    Ok(())
}
