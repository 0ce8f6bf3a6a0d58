//! Export, erasure, and what comes after (docs/rules.md#i), on the deployed whole.

use super::door::{Ask, Door};
use anyhow::{Context, Result};
use axum::http::Method;
use serde_json::Value;
use std::collections::HashMap;
use zikaron_aws::sdk;
use zikaron_simulator::Say;
use zikaron_tests::schedules;
use zikaron_tests::stage::Stage;

/// Every item of the table that holds one of the texts, in whatever attribute. Only a test may look at all of it.
async fn holding(table: &str, texts: &[&str]) -> Result<Vec<String>> {
    let client = aws_sdk_dynamodb::Client::new(&sdk::load().await);
    let items = client.scan().table_name(table).consistent_read(true).into_paginator().items().send();
    let mut found = Vec::new();
    for item in items.collect::<Result<Vec<HashMap<_, _>>, _>>().await? {
        let text = format!("{item:?}");
        if texts.iter().any(|wanted| text.contains(wanted)) {
            let key = |name: &str| item.get(name).and_then(|key| key.as_s().ok()).cloned().unwrap_or_default();
            found.push(format!("{} {}", key("pk"), key("sk")));
        }
    }
    Ok(found)
}

#[tokio::test]
async fn after_an_erasure_nothing_of_the_person_is_left_and_nothing_from_before_comes_back() -> Result<()> {
    let stage = Stage::set()?;
    let door = Door::deployed()?;
    let ask = async |method: Method, path: &str| door.ask(&Ask::new(method, path, &stage.env.api_token)).await;
    let mut dana = stage.customer();
    let first = format!("שלום, קוראים לי דנה לוי ואני גרה בחיפה {}", dana.mark);
    let said = dana.exchange(&first).await?;
    dana.fall_silent(stage.env.idle).await?;
    dana.exchange(&format!("היי, שוב אני {}", dana.mark)).await?;
    let found = ask(Method::GET, &format!("/leads?phone=%2B{}", dana.phone)).await?.well()?;
    let lead = found["leads"][0]["lead"].as_str().context("no lead")?.to_owned();
    let path = format!("/leads/{lead}");

    let export = ask(Method::GET, &format!("{path}/export")).await?.well()?;
    let text = export.to_string();
    for part in [&first, &dana.phone, "דנה לוי", "conversation_summary"] {
        assert!(text.contains(part), "{part} is not in the export: {text}");
    }
    assert_eq!(export["items"]["MSG"].as_array().map(Vec::len), Some(4));
    assert_eq!(schedules::of_lead(&stage.env, &lead).await?, 1);

    let receipt = ask(Method::DELETE, &path).await?.well()?;
    let count = |kind: &str| receipt["removed"][kind].as_u64();
    assert_eq!((count("MSG"), count("MEMORY"), count("SES")), (Some(4), Some(1), Some(2)), "{receipt}");
    let names = export["items"]["ALIAS"].as_array().map_or(0, Vec::len);
    assert_eq!((&receipt["names"], &receipt["schedules_deleted"]), (&names.into(), &1.into()), "{receipt}");
    assert_eq!(ask(Method::DELETE, &path).await?.well()?, receipt, "asked again, the same receipt");
    for gone in [path.clone(), format!("{path}/export"), format!("{path}/messages"), format!("{path}/notes")] {
        assert_eq!(ask(Method::GET, &gone).await?.status, 404, "{gone}");
    }
    let found = ask(Method::GET, &format!("/leads?phone=%2B{}", dana.phone)).await?.well()?;
    assert_eq!(found["leads"], Value::Array(Vec::new()));
    assert_eq!(schedules::of_lead(&stage.env, &lead).await?, 0);
    assert_eq!(holding(&stage.env.table_name, &[&dana.phone, &dana.mark]).await?, Vec::<String>::new());
    let left = holding(&stage.env.table_name, &[&lead]).await?;
    assert_eq!(left, [format!("B#{}#L#{lead} ERASED", stage.env.business)], "the receipt, which names nobody");

    // A webhook from before the erasure that comes now, and the first one again.
    let before = said.at.as_second();
    dana.send(&Say { at: Some(before), ..dana.message(&format!("הודעה מאוחרת {}", dana.mark)) }).await?;
    let new = format!("היי, אפשר תור? {}", dana.mark);
    dana.send(&dana.next_second(&new)).await?;
    dana.answer().await?;
    let fresh = dana.lead().await?;
    assert_ne!(fresh["lead"], lead.as_str(), "a newer message starts a new lead");
    // Late again, now that there is a lead.
    dana.send(&Say { at: Some(before), ..dana.message(&format!("מאוחרת מאוד {}", dana.mark)) }).await?;
    dana.exchange(&format!("ומחר? {}", dana.mark)).await?;
    let fresh = dana.lead().await?;
    assert_eq!(fresh["messages"].as_array().map(Vec::len), Some(4), "{}", fresh["messages"]);
    assert!(!fresh.to_string().contains("מאוחרת"), "{fresh}");
    assert_eq!(dana.prompt_for(&new).await?.memory_block(), "", "nobody remembers them");
    Ok(())
}
