//! Past conversations, as admins import them (docs/rules.md#n8).

use super::door::{Door, Tenant};
use anyhow::{Context, Result};
use axum::http::Method;
use serde_json::{Value, json};
use zikaron_protocol::model::event::Event;

const PATH: &str = "/chat-import";
const START: &str = "/chat-import/start";

fn wanted() -> Value {
    json!({"files": [{"name": "WhatsApp Chat with Dana Levi.txt", "bytes": 120, "phone": "+972555000001"},
                     {"name": "chat.zip", "bytes": 4_000}], "business_name": "My Salon", "date_order": "dmy"})
}

async fn remembers(door: &Door, tenant: &Tenant) -> Result<()> {
    let settings = json!({"enable_customer_service": true});
    door.ask(&tenant.ask(Method::PATCH, "/settings").body(&settings)).await?.well().map(drop)
}

#[tokio::test]
async fn an_import_names_where_its_files_go_is_started_and_cancelled() -> Result<()> {
    let door = Door::function()?;
    let tenant = Tenant::new(&door).await?;
    let (read, start) = (tenant.ask(Method::GET, PATH), tenant.ask(Method::POST, START));
    for ask in [&read, &start, &tenant.ask(Method::DELETE, PATH)] {
        assert_eq!(door.ask(ask).await?.status, 404);
    }
    let begin = tenant.ask(Method::POST, PATH).body(&wanted());
    let begun = door.ask(&begin.clone().header("idempotency-key", "first")).await?;
    assert_eq!(begun.status, 201);
    let begun = begun.well()?;
    assert_eq!((&begun["stage"], &begun["max_tokens"]), (&json!("waiting"), &json!(1_000_000)));
    for (number, bytes) in [(0, 120), (1, 4_000)] {
        let url = begun["files"][number]["upload_url"].as_str().context("no address")?;
        assert!(url.contains(&format!("/{}/", tenant.business)), "{url}");
        assert!(url.ends_with(&format!("/{number}?bytes={bytes}")), "{url}");
    }
    assert!(!begun.to_string().contains("972555000001"), "{begun}");
    assert_eq!(door.ask(&begin).await?.status, 409, "one at a time");
    let again = door.ask(&begin.clone().header("idempotency-key", "first")).await?.well()?;
    assert_eq!(again, begun, "asked for again it is what it was");

    assert_eq!(door.ask(&start).await?.status, 409, "the memory is off");
    remembers(&door, &tenant).await?;
    for _ in 0..2 {
        let started = door.ask(&start).await?;
        assert_eq!(started.status, 202, "twice, where the first event was lost");
        let started = started.well()?;
        assert_eq!((&started["stage"], &started["files"][0]["upload_url"]), (&json!("checking"), &Value::Null));
    }
    for _ in 0..2 {
        let cancelled = door.ask(&tenant.ask(Method::DELETE, PATH)).await?.well()?;
        assert_eq!((&cancelled["stage"], &cancelled["files"][0]["name"]), (&json!("cancelled"), &Value::Null));
    }
    let due = door.published().into_iter().filter(|event| matches!(event, Event::ImportDue(_))).count();
    assert_eq!(due, 4, "of a cancelled one too: should its request die, the worker removes the files");
    assert_eq!(door.ask(&start).await?.status, 409, "it is over");
    let next = door.ask(&begin).await?.well()?;
    assert_ne!(next["id"], begun["id"]);
    Ok(())
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_named() -> Result<()> {
    let door = Door::function()?;
    let tenant = Tenant::new(&door).await?;
    let file = json!({"name": "chat.txt", "bytes": 1});
    let many: Vec<Value> = vec![file.clone(); 51];
    for (body, field) in [
        (json!({"files": []}), "files"),
        (json!({"files": many}), "files"),
        (json!({"files": [{"name": "", "bytes": 1}]}), "files.0.name"),
        (json!({"files": [file, {"name": "a", "bytes": 8_388_609}]}), "files.1.bytes"),
        (json!({"files": [{"name": "a", "bytes": 1, "phone": "0555000001"}]}), "files.0.phone"),
        (json!({"files": [file], "business_name": ""}), "business_name"),
        (json!({"files": [file], "date_order": "myd"}), "date_order"),
        (json!({"files": [file], "time_zone": "Asia/Nowhere"}), "time_zone"),
        (json!({"files": [file], "max_tokens": 100_000_001}), "max_tokens"),
    ] {
        let answer = door.ask(&tenant.ask(Method::POST, PATH).body(&body)).await?;
        assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some(field)), "{body}: {answer:?}");
    }
    assert_eq!(door.ask(&tenant.ask(Method::GET, PATH)).await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn an_import_is_its_business_s_own() -> Result<()> {
    let door = Door::function()?;
    let (victim, stranger) = (Tenant::new(&door).await?, Tenant::new(&door).await?);
    let begun = door.ask(&victim.ask(Method::POST, PATH).body(&wanted())).await?.well()?;
    remembers(&door, &stranger).await?;
    for (method, path) in [(Method::GET, PATH), (Method::POST, START), (Method::DELETE, PATH)] {
        let answer = door.ask(&stranger.ask(method, path)).await?;
        assert_eq!(answer.status, 404, "{answer:?}");
    }
    let own = door.ask(&stranger.ask(Method::POST, PATH).body(&wanted())).await?.well()?;
    assert!(own["id"] != begun["id"] && !own.to_string().contains(&victim.business), "{own}");
    assert_eq!(door.ask(&victim.ask(Method::GET, PATH)).await?.well()?, begun);
    Ok(())
}
