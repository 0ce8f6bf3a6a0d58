//! What the console asks of the API, and the console itself, in front of which nobody is asked for a token.

use crate::door::{Ask, Door, Tenant};
use anyhow::{Context, Result};
use axum::http::Method;
use serde_json::{Value, json};
use zikaron_simulator::calls::Provider;
use zikaron_tests::stage::Stage;

#[tokio::test]
async fn the_console_says_who_somebody_is_by_their_token() -> Result<()> {
    for door in [Door::function()?, Door::deployed()?] {
        for role in ["viewer", "agent", "admin"] {
            let token = door.token(json!({"business": "salon", "role": role})).await?;
            let me = door.ask(&Ask::new(Method::GET, "/me", &token)).await?.well()?;
            assert_eq!(me, json!({"business": "salon", "role": role}));
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_list_that_did_not_change_is_not_sent_again() -> Result<()> {
    for door in [Door::function()?, Door::deployed()?] {
        let tenant = Tenant::new(&door).await?;
        let list = tenant.ask(Method::GET, "/leads");
        let first = door.ask(&list).await?;
        let tag = first.headers["etag"].to_str()?.to_owned();
        let again = door.ask(&list.clone().header("if-none-match", tag.clone())).await?;
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{again:?}");
        let new = json!({"phone": Tenant::phone()});
        door.ask(&tenant.ask(Method::POST, "/leads").body(&new)).await?.well()?;
        let changed = door.ask(&list.header("if-none-match", tag.clone())).await?;
        assert_eq!(changed.status, 200);
        assert_ne!(changed.headers["etag"].to_str()?, tag);
    }
    Ok(())
}

/// Enters so many customers; their ids, the first who was entered at the front.
async fn enter(door: &Door, tenant: &Tenant, many: u16) -> Result<Vec<String>> {
    let mut leads = Vec::new();
    for n in 0..many {
        let new = json!({"phone": format!("+97255500{n:04}")});
        let lead = door.ask(&tenant.ask(Method::POST, "/leads").body(&new)).await?.well()?;
        leads.push(lead["lead"].as_str().context("no lead")?.to_owned());
    }
    Ok(leads)
}

/// Who needs a person, or does not, page by page; each looks at two customers.
async fn needing(door: &Door, tenant: &Tenant, needs: bool) -> Result<Vec<Vec<String>>> {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/leads?needs_person={needs}&limit=2{cursor}");
        let page = door.ask(&tenant.ask(Method::GET, path)).await?.well()?;
        let rows = page["leads"].as_array().context("no leads")?;
        pages.push(rows.iter().filter_map(|row| row["lead"].as_str()).map(str::to_owned).collect());
        let Some(next) = page["next"].as_str() else { return Ok(pages) };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn who_needs_a_person_is_found_among_many_by_their_own_business_alone() -> Result<()> {
    for door in [Door::function()?, Door::deployed()?] {
        let (tenant, other) = (Tenant::new(&door).await?, Tenant::new(&door).await?);
        let (leads, theirs) = (enter(&door, &tenant, 7).await?, enter(&door, &other, 1).await?);
        assert!(needing(&door, &tenant, true).await?.concat().is_empty());
        // Who was entered first stands last.
        let (needy, others) = leads.split_first().context("nobody was entered")?;
        let turn = async |tenant: &Tenant, lead: &str, to: &str| {
            door.ask(&tenant.ask(Method::POST, format!("/leads/{lead}/{to}"))).await?.well()
        };
        turn(&tenant, needy, "takeover").await?;
        for lead in &theirs {
            turn(&other, lead, "takeover").await?;
        }
        let pages = needing(&door, &tenant, true).await?;
        assert!(pages.len() >= 4 && pages.iter().take(3).all(Vec::is_empty), "a page looks at two: {pages:?}");
        assert_eq!(pages.concat(), std::slice::from_ref(needy));
        let rest = needing(&door, &tenant, false).await?.concat();
        assert_eq!(rest, others.iter().rev().cloned().collect::<Vec<_>>());
        assert_eq!(needing(&door, &other, true).await?.concat(), theirs);
        turn(&tenant, needy, "handback").await?;
        assert!(needing(&door, &tenant, true).await?.concat().is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn what_a_person_entered_comes_from_a_person() -> Result<()> {
    let door = Door::function()?;
    let tenant = Tenant::new(&door).await?;
    let new = json!({"phone": Tenant::phone(), "profile": {"city": "חיפה"}});
    let lead = door.ask(&tenant.ask(Method::POST, "/leads").body(&new)).await?.well()?;
    let lead = lead["lead"].as_str().context("no lead")?;
    let asked =
        async |field: &str| door.ask(&tenant.ask(Method::GET, format!("/leads/{lead}/profile/{field}/origin"))).await;
    let origin = asked("city").await?.well()?;
    assert_eq!(
        (&origin["source"], &origin["messages"], &origin["call"]),
        (&json!("manual"), &json!([]), &Value::Null),
        "{origin}"
    );
    assert_eq!(asked("name").await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_value_leads_to_the_words_it_was_read_in() -> Result<()> {
    let stage = Stage::set()?;
    let mut dana = stage.customer();
    dana.exchange("שלום, קוראים לי דנה לוי").await?;
    dana.send(&dana.next_second("אני גרה בחיפה")).await?;
    dana.answer().await?;
    dana.fall_silent(stage.env.idle).await?;
    let door = Door::deployed()?;
    let token = stage.env.api_token.clone();
    let found = door.ask(&Ask::new(Method::GET, format!("/leads?phone=%2B{}", dana.phone), &token)).await?.well()?;
    let lead = found["leads"][0]["lead"].as_str().context("no lead")?.to_owned();
    let origin = async |field: &str| {
        door.ask(&Ask::new(Method::GET, format!("/leads/{lead}/profile/{field}/origin"), &token)).await?.well()
    };
    for (field, text) in [("name", "שלום, קוראים לי דנה לוי"), ("city", "אני גרה בחיפה")] {
        let origin = origin(field).await?;
        let said: Vec<_> = origin["messages"].as_array().into_iter().flatten().map(|one| &one["text"]).collect();
        assert_eq!(said, [text], "{origin}");
    }

    dana.call(Provider::Retell, &["אני מעדיפה ערב"]).await?;
    dana.digested(1).await?;
    let origin = origin("preferences").await?;
    assert_eq!(origin["messages"], json!([]), "{origin}");
    assert_eq!(origin["call"]["said"][0]["text"], "אני מעדיפה ערב", "{origin}");
    Ok(())
}

#[tokio::test]
async fn the_page_is_everybodys_and_what_stands_beside_it_is_nobodys() -> Result<()> {
    let stage = Stage::set()?;
    let http = zikaron_simulator::client()?;
    let base = stage.env.api_url.strip_suffix("/v1").context("the API's address")?.to_owned();
    let page = http.get(format!("{base}/console")).send().await?;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str()?.to_owned();
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    let config: Value = http.get(format!("{base}/console/config.json")).send().await?.json().await?;
    assert_eq!(config["client_id"], "zikaron-console");
    for path in ["console/nothing", "console/../v1/leads", "consoles"] {
        let status = http.get(format!("{base}/{path}")).send().await?.status();
        assert!(status == 404 || status == 401, "{path}: {status}");
    }
    Ok(())
}
