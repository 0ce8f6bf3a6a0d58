//! The API as tools for agents. `tests/mcp` asks them with a client of somebody else's.

use super::door::{Answer, Ask, Door, Tenant};
use anyhow::{Context, Result};
use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

fn rpc(token: &str, method: &str, params: &Value) -> Ask {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let ask = Ask::new(Method::POST, "/mcp", token).body(&body);
    ask.header("accept", "application/json, text/event-stream").header("mcp-protocol-version", "2025-06-18")
}

async fn call(door: &Door, token: &str, tool: &str, arguments: Value) -> Result<Value> {
    let answer = door.ask(&rpc(token, "tools/call", &json!({"name": tool, "arguments": arguments}))).await?.well()?;
    answer.get("result").cloned().with_context(|| format!("no result: {answer}"))
}

/// What a tool that went well answered.
async fn done(door: &Door, token: &str, tool: &str, arguments: Value) -> Result<Value> {
    let result = call(door, token, tool, arguments).await?;
    assert_ne!(result["isError"], true, "{result}");
    Ok(result["structuredContent"].clone())
}

/// Why a tool could not do it.
async fn refused(door: &Door, token: &str, tool: &str, arguments: Value) -> Result<String> {
    let result = call(door, token, tool, arguments).await?;
    assert_eq!(result["isError"], true, "{result}");
    Ok(result["content"][0]["text"].as_str().context("no text")?.to_owned())
}

#[tokio::test]
async fn an_agent_finds_a_customer_reads_notes_corrects_and_takes_over() -> Result<()> {
    for door in [Door::function()?, Door::deployed()?] {
        let tenant = Tenant::new(&door).await?;
        let token = &tenant.token;
        let hello =
            json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
        let told = door.ask(&rpc(token, "initialize", &hello)).await?.well()?;
        assert_eq!(told["result"]["serverInfo"]["name"], "zikaron");
        let tools = door.ask(&rpc(token, "tools/list", &json!({}))).await?.well()?;
        let tools = tools["result"]["tools"].as_array().context("no tools")?.clone();
        assert!(tools.iter().all(|tool| tool["inputSchema"]["additionalProperties"] == false), "{tools:?}");
        assert!(tools.len() >= 8, "{}", tools.len());

        let (phone, profile) = (Tenant::phone(), json!({"name": "דנה לוי", "city": "עכו"}));
        let new = json!({"phone": phone, "profile": profile});
        door.ask(&tenant.ask(Method::POST, "/leads").body(&new)).await?.well()?;
        let found = done(&door, token, "find_customer", json!({"phone": phone})).await?;
        let lead = found["leads"][0]["lead"].as_str().context("not found by phone")?.to_owned();
        assert_eq!(
            done(&door, token, "find_customer", json!({"name": "דנה לוי", "limit": 5})).await?["leads"][0]["lead"],
            *lead
        );

        done(&door, token, "add_note", json!({"lead": lead, "text": "VIP"})).await?;
        let memory =
            done(&door, token, "correct_value", json!({"lead": lead, "field": "city", "value": "חיפה"})).await?;
        assert_eq!(memory["customer_profile_json"]["city"]["value"], "חיפה");
        assert_eq!(memory["customer_profile_json"]["city"]["source"], "manual");
        done(&door, token, "correct_value", json!({"lead": lead, "field": "name", "value": null})).await?;
        let memory = done(&door, token, "read_memory", json!({"lead": lead})).await?;
        assert!(memory["customer_profile_json"].get("name").is_none_or(|name| name["value"].is_null()), "{memory}");
        let due_at = zikaron_simulator::now() + SignedDuration::from_hours(1);
        let action = |kind: &str| json!({"lead": lead, "kind": kind, "text": "לחזור ללקוחה", "due_at": due_at});
        let made = done(&door, token, "add_action", action("person")).await?;
        assert_eq!((&made["kind"], &made["ended"]), (&json!("person"), &Value::Null));
        for (kind, rule) in [("message", "no_conversation"), ("call", "switched_off")] {
            let why = refused(&door, token, "add_action", action(kind)).await?;
            assert!(why.contains("409") && why.contains(rule), "{why}");
        }
        assert_eq!(done(&door, token, "take_over", json!({"lead": lead})).await?["mode"], "human");
        assert_eq!(done(&door, token, "hand_back", json!({"lead": lead})).await?["mode"], "ai");
        assert!(done(&door, token, "read_conversation", json!({"lead": lead})).await?["messages"].is_array());
    }
    Ok(())
}

#[tokio::test]
async fn a_tool_may_what_its_token_may_and_says_what_is_wrong() -> Result<()> {
    for door in [Door::function()?, Door::deployed()?] {
        let (tenant, stranger) = (Tenant::new(&door).await?, Tenant::new(&door).await?);
        let new = json!({"phone": Tenant::phone(), "profile": {"name": "דנה לוי"}});
        let created = door.ask(&tenant.ask(Method::POST, "/leads").body(&new)).await?.well()?;
        let lead = created["lead"].as_str().context("no lead")?;

        let none: Answer = door.ask(&Ask { token: None, ..rpc("", "tools/list", &json!({})) }).await?;
        assert_eq!(none.status, 401);
        assert_eq!(door.ask(&rpc("forged", "tools/list", &json!({}))).await?.status, 401);
        let theirs = refused(&door, &stranger.token, "read_memory", json!({"lead": lead})).await?;
        assert!(theirs.contains("404"), "{theirs}");
        let found = done(&door, &stranger.token, "find_customer", json!({"name": "דנה לוי"})).await?;
        assert_eq!(found["leads"].as_array().map(Vec::len), Some(0));
        let viewer = door.token(json!({"business": tenant.business, "role": "viewer"})).await?;
        done(&door, &viewer, "read_memory", json!({"lead": lead})).await?;
        let task = json!({"kind": "person", "text": "x", "due_at": zikaron_simulator::now()});
        for (tool, more) in [
            ("add_note", json!({"text": "x"})),
            ("correct_value", json!({"field": "city", "value": "חיפה"})),
            ("add_action", task),
            ("take_over", json!({})),
            ("hand_back", json!({})),
        ] {
            let mut arguments = more;
            arguments["lead"] = json!(lead);
            let why = refused(&door, &viewer, tool, arguments).await?;
            assert!(why.contains("403"), "{tool}: {why}");
        }

        for (tool, arguments, said) in [
            ("read_memory", json!({"lead": "../../settings"}), "no id of a lead"),
            ("read_memory", json!({"lead": lead, "whose": 1}), "whose"),
            ("add_note", json!({"lead": lead}), "text"),
            ("add_action", json!({"lead": lead, "kind": "letter", "text": "x", "due_at": "x"}), "letter"),
            ("add_action", json!({"lead": lead, "kind": "person", "text": "x", "due_at": "tomorrow"}), "due_at"),
            ("find_customer", json!({"limit": 1000}), "limit"),
            ("correct_value", json!({"lead": lead, "field": "shoe", "value": "44"}), "shoe"),
        ] {
            let why = refused(&door, &tenant.token, tool, arguments).await?;
            assert!(why.contains(said), "{tool}: {why}");
        }
        let unknown = json!({"name": "erase_everybody", "arguments": {}});
        let unknown = door.ask(&rpc(&tenant.token, "tools/call", &unknown)).await?;
        assert!(unknown.text.contains("erase_everybody"), "{unknown:?}");
    }
    Ok(())
}
