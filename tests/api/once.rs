//! Repeated requests, versions, pages: what a caller may rely on.

use super::door::{Ask, Door, Tenant};
use anyhow::{Context, Result};
use axum::http::Method;
use serde_json::{Value, json};

fn doors() -> Result<[Door; 2]> {
    Ok([Door::function()?, Door::deployed()?])
}

async fn lead(door: &Door, tenant: &Tenant, profile: Value) -> Result<String> {
    let new = json!({"phone": Tenant::phone(), "profile": profile});
    let lead = door.ask(&tenant.ask(Method::POST, "/leads").body(&new)).await?.well()?;
    Ok(lead["lead"].as_str().context("no lead")?.to_owned())
}

#[tokio::test]
async fn a_post_with_a_key_takes_effect_once_and_answers_the_same() -> Result<()> {
    for door in doors()? {
        let tenant = Tenant::new(&door).await?;
        let new = json!({"phone": Tenant::phone(), "profile": {"name": "דנה לוי"}});
        let create = tenant.ask(Method::POST, "/leads").body(&new).header("idempotency-key", "one");
        let (first, again) = (door.ask(&create).await?, door.ask(&create).await?);
        assert_eq!((first.status, again.status), (201, 201));
        let lead = first.json()["lead"].as_str().context("no lead")?.to_owned();
        assert_eq!(again.json()["lead"], lead.as_str());

        let gone =
            tenant.ask(Method::POST, "/leads").body(&json!({"phone": "+12025550177"})).header("idempotency-key", "x");
        let erased = door.ask(&gone).await?.well()?["lead"].as_str().context("no lead")?.to_owned();
        door.ask(&tenant.ask(Method::DELETE, format!("/leads/{erased}"))).await?.well()?;
        assert_eq!(door.ask(&gone).await?.status, 409, "a repetition does not bring back who was erased since");

        let path = format!("/leads/{lead}/notes");
        let add = tenant.ask(Method::POST, &path).body(&json!({"text": "VIP"})).header("idempotency-key", "two");
        let answers = futures_util::future::join_all((0..4).map(|_| door.ask(&add))).await;
        let ids: Vec<_> = answers.into_iter().map(|answer| Ok(answer?.well()?["id"].clone())).collect::<Result<_>>()?;
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        let notes = door.ask(&tenant.ask(Method::GET, &path)).await?.well()?;
        assert_eq!(notes["notes"].as_array().map(Vec::len), Some(1));

        let other = tenant.ask(Method::POST, &path).body(&json!({"text": "לא"})).header("idempotency-key", "two");
        let answer = door.ask(&other).await?;
        assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some("Idempotency-Key")));
        let elsewhere = Tenant::new(&door).await?;
        let free = elsewhere.ask(Method::POST, "/leads").body(&new).header("idempotency-key", "two");
        assert_eq!(door.ask(&free).await?.status, 201, "a key is a business's own");
    }
    Ok(())
}

#[tokio::test]
async fn a_change_of_what_was_changed_since_is_refused() -> Result<()> {
    for door in doors()? {
        let tenant = Tenant::new(&door).await?;
        let lead = lead(&door, &tenant, json!({"city": "חיפה"})).await?;
        for (read, write, body) in [
            (format!("/leads/{lead}"), format!("/leads/{lead}/profile"), json!({"city": "עכו"})),
            ("/settings".to_owned(), "/settings".to_owned(), json!({"name": "מספרה"})),
        ] {
            let seen = door.ask(&tenant.ask(Method::GET, read)).await?;
            let tag = seen.headers.get("etag").context("no tag")?.to_str()?.to_owned();
            let change = tenant.ask(Method::PATCH, &write).body(&body).header("if-match", tag);
            let changed = door.ask(&change).await?;
            assert_eq!(changed.status, 200, "{changed:?}");
            let late = door.ask(&change).await?;
            assert_eq!((late.status, late.json()["field"].as_str()), (412, Some("If-Match")), "{late:?}");
            let tag = changed.headers.get("etag").context("no tag")?.to_str()?.to_owned();
            let next = tenant.ask(Method::PATCH, &write).body(&body).header("if-match", tag);
            assert_eq!(door.ask(&next).await?.status, 200);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_mistake_is_answered_with_a_problem_that_names_its_place() -> Result<()> {
    for door in doors()? {
        let tenant = Tenant::new(&door).await?;
        let lead = lead(&door, &tenant, json!({})).await?;
        let profile = format!("/leads/{lead}/profile");
        let put = |method: Method, path: &str, body: &str| Ask {
            body: Some(body.to_owned()),
            content_type: Some("application/json".to_owned()),
            ..tenant.ask(method, path)
        };
        for (ask, status, field) in [
            (put(Method::PATCH, &profile, "{"), 400, "body"),
            (put(Method::PATCH, &profile, r#"{"city": 7}"#), 422, "city"),
            (put(Method::PATCH, &profile, r#"{"colour": "red"}"#), 422, "colour"),
            (put(Method::PATCH, &profile, r#"{"city": " \n"}"#), 422, "city"),
            (put(Method::POST, "/leads", r#"{"phone": "0555000001"}"#), 422, "phone"),
            (put(Method::POST, "/leads", r#"{"phone": "+972555000001", "profile": {"x": "y"}}"#), 422, "x"),
            (put(Method::PATCH, "/settings", r#"{"language": "fr"}"#), 422, "language"),
            (put(Method::PATCH, "/settings", r#"{"colour": "red"}"#), 422, "colour"),
            (put(Method::PATCH, "/settings", r#"{"quiet_ms": 9000, "max_wait_ms": 10}"#), 422, "quiet_ms"),
            (put(Method::POST, &format!("/leads/{lead}/notes"), r#"{"text": "  "}"#), 422, "text"),
            (put(Method::POST, &format!("/leads/{lead}/notes"), r#"{"txt": "a"}"#), 422, "txt"),
            (tenant.ask(Method::GET, "/leads?limit=0"), 400, "limit"),
            (tenant.ask(Method::GET, "/leads?limit=x"), 400, "limit"),
            (tenant.ask(Method::GET, "/leads?cursor=%21"), 400, "cursor"),
            (tenant.ask(Method::GET, "/leads?phone=1"), 400, "phone"),
            (tenant.ask(Method::GET, "/leads?phnoe=%2B972555000001"), 400, "phnoe"),
            (put(Method::POST, "/leads", r#"{"phone": "+0555000001"}"#), 422, "phone"),
            (put(Method::POST, "/leads", "null"), 422, "body"),
            (put(Method::POST, "/leads", r#"["+12025550199", {}]"#), 422, "body"),
            (put(Method::PATCH, &profile, &json!({"name": "א".repeat(81)}).to_string()), 422, "name"),
            (put(Method::PATCH, &profile, r#"{"colour": null}"#), 422, "colour"),
            (tenant.ask(Method::GET, "/leads/nobody"), 404, "lead"),
            (tenant.ask(Method::DELETE, format!("/leads/{lead}/notes/1-a")), 404, "note"),
            (Ask { content_type: None, ..put(Method::PATCH, &profile, "{}") }, 415, "Content-Type"),
        ] {
            let answer = door.ask(&ask).await?;
            let told = format!("{ask:?}: {answer:?}");
            assert_eq!((answer.status, answer.json()["field"].as_str()), (status, Some(field)), "{told}");
            let kind = answer.headers.get("content-type").and_then(|kind| kind.to_str().ok());
            assert_eq!(kind, Some("application/problem+json"), "{told}");
        }
        let large = put(Method::PATCH, "/settings", &format!(r#"{{"instructions": "{}"}}"#, "x".repeat(300_000)));
        assert_eq!(door.ask(&large).await?.status, 413);
        let answer = door.ask(&tenant.ask(Method::PUT, "/settings")).await?;
        assert_eq!(answer.status, 405, "{answer:?}");
        assert!(answer.headers.contains_key("allow"), "{answer:?}");
        assert_eq!(door.ask(&tenant.ask(Method::GET, "/nothing")).await?.status, 404);
    }
    Ok(())
}

#[tokio::test]
async fn an_import_reports_on_every_line_and_changes_nothing_when_repeated() -> Result<()> {
    for door in doors()? {
        let tenant = Tenant::new(&door).await?;
        let by_hand = lead(&door, &tenant, json!({"city": "חיפה"})).await?;
        let seen = door.ask(&tenant.ask(Method::GET, format!("/leads/{by_hand}"))).await?.well()?;
        let known = seen["phone"].as_str().context("no phone")?;
        let lines = [
            r#"{"phone": "+12025550111", "profile": {"name": "נועה כהן", "city": "עכו"}}"#.to_owned(),
            String::new(),
            format!(r#"{{"phone": "{known}", "profile": {{"city": "אילת", "name": "דנה לוי"}}}}"#),
            r#"{"phone": "12025550112"}"#.to_owned(),
            r#"{"phone": "+12025550113", "profile": {"colour": "red"}}"#.to_owned(),
            "{".to_owned(),
        ];
        let import = Ask {
            body: Some(lines.join("\n")),
            content_type: Some("application/x-ndjson".to_owned()),
            ..tenant.ask(Method::POST, "/leads/import")
        };
        for round in ["first", "again"] {
            let report = door.ask(&import).await?.well()?;
            let told: Vec<_> = report["lines"]
                .as_array()
                .context("no lines")?
                .iter()
                .map(|line| (line["line"].as_u64(), line["outcome"].as_str(), line["problem"]["field"].as_str()))
                .collect();
            let created = if round == "first" { "created" } else { "updated" };
            let expected = [
                (Some(1), Some(created), None),
                (Some(3), Some("updated"), None),
                (Some(4), Some("refused"), Some("phone")),
                (Some(5), Some("refused"), Some("colour")),
                (Some(6), Some("refused"), Some(".")),
            ];
            assert_eq!(told[..4], expected[..4], "{round}: {report}");
            assert_eq!((told[4].0, told[4].1), (expected[4].0, expected[4].1), "{round}: {report}");
            assert_eq!(report["lines"][1]["lost"], json!({"city": "manual_wins"}));
        }
        let memory = door.ask(&tenant.ask(Method::GET, format!("/leads/{by_hand}"))).await?.well()?;
        let profile = &memory["customer_profile_json"];
        assert_eq!((&profile["city"]["value"], &profile["name"]["source"]), (&json!("חיפה"), &json!("import")));
        assert_eq!(profile["city"]["suggestions"][0]["value"], "אילת");

        // Yes and no to suggestions, once each however often.
        let meant = json!({"field": "city", "value": "אילת"});
        let say = |what: &str| tenant.ask(Method::POST, format!("/leads/{by_hand}/suggestions/{what}")).body(&meant);
        door.ask(&say("dismiss")).await?.well()?;
        let without = door.ask(&say("dismiss")).await?.well()?;
        assert!(without["customer_profile_json"]["city"].get("suggestions").is_none(), "{without}");
        assert_eq!(door.ask(&say("accept")).await?.status, 404);

        // No value means that the customer took back what stands: it deletes, so it cannot be left out by mistake.
        let accept = |meant| tenant.ask(Method::POST, format!("/leads/{by_hand}/suggestions/accept")).body(&meant);
        assert_eq!(door.ask(&accept(json!({"field": "city", "value": null}))).await?.status, 404);
        let left_out = door.ask(&accept(json!({"field": "city"}))).await?;
        assert_eq!(left_out.status, 422, "{}", left_out.text);
        assert!(left_out.text.contains("value"), "{}", left_out.text);
    }
    Ok(())
}

#[tokio::test]
async fn notes_are_changed_and_deleted_also_where_the_ai_reads_them() -> Result<()> {
    for door in doors()? {
        let tenant = Tenant::new(&door).await?;
        let lead = lead(&door, &tenant, json!({})).await?;
        let path = format!("/leads/{lead}/notes");
        let mut ids = Vec::new();
        for number in 0..7 {
            let add = tenant.ask(Method::POST, &path).body(&json!({"text": format!("note {number}")}));
            ids.push(door.ask(&add).await?.well()?["id"].as_str().context("no id")?.to_owned());
        }
        let texts = async || {
            let memory = door.ask(&tenant.ask(Method::GET, format!("/leads/{lead}"))).await?.well()?;
            let notes = memory["notes"].as_array().cloned().unwrap_or_default();
            Ok::<_, anyhow::Error>(
                notes.iter().map(|n| n["text"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>(),
            )
        };
        assert_eq!(texts().await?, ["note 6", "note 5", "note 4", "note 3", "note 2"], "the five newest");
        let change = tenant.ask(Method::PATCH, format!("{path}/{}", ids[5])).body(&json!({"text": "better"}));
        door.ask(&change).await?.well()?;
        door.ask(&tenant.ask(Method::DELETE, format!("{path}/{}", ids[6]))).await?.well()?;
        assert_eq!(texts().await?, ["better", "note 4", "note 3", "note 2", "note 1"]);
        assert_eq!(door.ask(&tenant.ask(Method::DELETE, format!("{path}/{}", ids[6]))).await?.status, 404);
        let mut all = Vec::new();
        let mut next = String::new();
        loop {
            let page = door.ask(&tenant.ask(Method::GET, format!("{path}?limit=2{next}"))).await?.well()?;
            all.extend(page["notes"].as_array().cloned().unwrap_or_default());
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        assert_eq!(all.len(), 6);
    }
    Ok(())
}

#[tokio::test]
async fn a_repetition_undoes_nothing_that_was_done_since() -> Result<()> {
    for door in doors()? {
        let tenant = Tenant::new(&door).await?;
        let lead = lead(&door, &tenant, json!({"city": "חיפה"})).await?;
        let path = |rest: &str| format!("/leads/{lead}{rest}");
        let once = |ask: Ask, key: &str| ask.header("idempotency-key", key);

        let add = once(tenant.ask(Method::POST, path("/notes")).body(&json!({"text": "VIP"})), "note");
        let note = door.ask(&add).await?.well()?["id"].as_str().context("no id")?.to_owned();
        let place = path(&format!("/notes/{note}"));
        door.ask(&tenant.ask(Method::PATCH, &place).body(&json!({"text": "better"}))).await?.well()?;
        assert_eq!(door.ask(&add).await?.well()?["text"], "better");
        door.ask(&tenant.ask(Method::DELETE, &place)).await?.well()?;
        assert_eq!(door.ask(&add).await?.status, 404);
        let notes = door.ask(&tenant.ask(Method::GET, path("/notes"))).await?.well()?;
        assert_eq!(notes["notes"], json!([]));

        let take_over = once(tenant.ask(Method::POST, path("/takeover")), "take");
        let hand_back = once(tenant.ask(Method::POST, path("/handback")), "back");
        for (ask, mode) in [(&take_over, "human"), (&hand_back, "ai"), (&take_over, "ai")] {
            assert_eq!(door.ask(ask).await?.well()?["mode"], mode);
        }
        door.ask(&tenant.ask(Method::POST, path("/takeover"))).await?.well()?;
        assert_eq!(door.ask(&hand_back).await?.well()?["mode"], "human", "the AI does not talk over a person");

        // Someone who was known before the request: its repetition does not bring them back either.
        let phone = "+12025550181";
        door.ask(&tenant.ask(Method::POST, "/leads").body(&json!({"phone": phone}))).await?.well()?;
        let again = json!({"phone": phone, "profile": {"name": "דנה לוי"}});
        let enter = once(tenant.ask(Method::POST, "/leads").body(&again), "enter");
        let known = door.ask(&enter).await?.well()?["lead"].as_str().context("no lead")?.to_owned();
        door.ask(&tenant.ask(Method::DELETE, format!("/leads/{known}"))).await?.well()?;
        assert_eq!(door.ask(&enter).await?.status, 409);
        door.ask(&tenant.ask(Method::POST, "/leads").body(&json!({"phone": phone}))).await?.well()?;
        assert_eq!(door.ask(&enter).await?.status, 409, "nor into their new record");
    }
    Ok(())
}

#[tokio::test]
async fn of_several_lines_for_one_customer_the_last_stands() -> Result<()> {
    for door in doors()? {
        let tenant = Tenant::new(&door).await?;
        let line =
            |city: usize| json!({"phone": "+12025550191", "profile": {"city": format!("עיר {city}")}}).to_string();
        let lines: Vec<String> = (0..60).map(line).collect();
        let import = Ask {
            // As some programs write it.
            body: Some(format!("\u{feff}{}", lines.join("\r\n"))),
            content_type: Some("application/x-ndjson".to_owned()),
            ..tenant.ask(Method::POST, "/leads/import")
        };
        for _ in 0..2 {
            let report = door.ask(&import).await?.well()?;
            let all = report["lines"].as_array().context("no lines")?;
            assert!(all.len() == 60 && all.iter().all(|line| line["outcome"] != "refused"), "{report}");
            let lead = all[0]["lead"].as_str().context("no lead")?;
            let memory = door.ask(&tenant.ask(Method::GET, format!("/leads/{lead}"))).await?.well()?;
            assert_eq!(memory["customer_profile_json"]["city"]["value"], "עיר 59");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_accepted_for_a_list_is_added_and_a_field_of_old_can_be_deleted() -> Result<()> {
    for door in doors()? {
        let tenant = Tenant::new(&door).await?;
        let fields = |names: &[(&str, bool)]| {
            let spec = |(name, list): &(&str, bool)| json!({"name": name, "label": name, "description": "", "max_chars": 60, "list": list});
            let body = json!({"fields": names.iter().map(spec).collect::<Vec<_>>()});
            tenant.ask(Method::PATCH, "/settings").body(&body)
        };
        door.ask(&fields(&[("likes", true), ("medical", false)])).await?.well()?;
        let lead = lead(&door, &tenant, json!({"likes": "תה, קפה", "medical": "אלרגיה"})).await?;
        let seen = door.ask(&tenant.ask(Method::GET, format!("/leads/{lead}"))).await?.well()?;
        let phone = seen["phone"].as_str().context("no phone")?;
        let import = Ask {
            body: Some(json!({"phone": phone, "profile": {"likes": "מיץ"}}).to_string()),
            content_type: Some("application/x-ndjson".to_owned()),
            ..tenant.ask(Method::POST, "/leads/import")
        };
        door.ask(&import).await?.well()?;
        let accept = tenant.ask(Method::POST, format!("/leads/{lead}/suggestions/accept"));
        let memory = door.ask(&accept.body(&json!({"field": "likes", "value": "מיץ"}))).await?.well()?;
        assert_eq!(memory["customer_profile_json"]["likes"]["value"], "תה, קפה, מיץ", "{memory}");

        door.ask(&fields(&[("likes", true)])).await?.well()?;
        let patch = |body: Value| tenant.ask(Method::PATCH, format!("/leads/{lead}/profile")).body(&body);
        assert_eq!(door.ask(&patch(json!({"medical": "אסתמה"}))).await?.status, 422);
        let memory = door.ask(&patch(json!({"medical": null}))).await?.well()?;
        assert_eq!(memory["customer_profile_json"]["medical"]["value"], Value::Null, "{memory}");
    }
    Ok(())
}
