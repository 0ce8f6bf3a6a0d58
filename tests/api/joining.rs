//! A customer known by a user id alone turns out to be the caller of a phone number: one lead, both memories.

use super::door::{Ask, Door};
use anyhow::{Context, Result};
use axum::http::Method;
use serde_json::Value;
use std::time::Duration;
use zikaron_simulator::calls::Provider;
use zikaron_simulator::{Say, wait};
use zikaron_tests::stage::Stage;

fn count(lead: &Value, name: &str) -> usize {
    lead[name].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn who_wrote_by_user_id_alone_and_called_is_one_lead_once_both_are_revealed() -> Result<()> {
    let stage = Stage::set()?;
    let dana = stage.customer();
    let bsuid = format!("IL.7{}", dana.phone);
    let hello = format!("{}. קוראים לי דנה לוי", dana.mark);
    dana.send(&Say { from: None, bsuid: Some(bsuid.clone()), ..dana.message(&hello) }).await?;
    stage.driver.sent_at_least(&stage.env.number, &bsuid, 1, Duration::from_secs(30)).await?;
    dana.call(Provider::Generic, &[&format!("אני מעדיפה ערב {}", dana.mark)]).await?;
    let caller = dana.digested(1).await?["lead"].as_str().context("no lead")?.to_owned();
    let named = ["--bsuid".to_owned(), bsuid.clone()];
    let writer = stage.admin.find_lead(&named).await?.context("nobody wrote")?["lead"].clone();
    assert_ne!(writer, caller.as_str(), "nobody knows yet that they are one");

    let both = format!("היי, אפשר תור? {}", dana.mark);
    dana.send(&Say { bsuid: Some(bsuid), ..dana.message(&both) }).await?;
    let block = wait::until("the answer", Duration::from_secs(30), async || {
        Ok(dana.prompt_for(&both).await.ok().map(|prompt| prompt.memory_block()))
    })
    .await?;
    assert!(block.contains("(ערוץ: call)") && block.contains("preferences"), "from the first moment: {block}");

    // So do staff, though the call is still below the other lead.
    let door = Door::deployed()?;
    let ask = |path: String| Ask::new(Method::GET, path, &stage.env.api_token);
    let shown = door.ask(&ask(format!("/leads/{caller}"))).await?.well()?;
    assert!(shown["customer_profile_json"]["preferences"]["value"].is_string(), "{shown}");
    let export = door.ask(&ask(format!("/leads/{caller}/export"))).await?.well()?;
    assert_eq!(count(&export["items"], "CALL"), 1, "{export}");

    let lead = wait::until("the two to be one", Duration::from_secs(150), async || {
        let lead = dana.lead().await?;
        let done = lead["sessions"].as_array().is_some_and(|all| all.iter().all(|one| one["stage"] == "digested"));
        let one = lead["lead"] == writer && lead["state"]["joining"].is_null() && lead["state"]["session"].is_null();
        Ok((one && done).then_some(lead))
    })
    .await?;
    assert_eq!((count(&lead, "calls"), count(&lead, "notes")), (1, 2), "the call's note and the conversation's");
    let profile = &lead["memory"]["customer_profile_json"];
    assert_eq!(profile["name"]["value"], "דנה לוי");
    assert!(profile["preferences"]["value"].is_string(), "{profile}");
    assert_eq!(count(&lead["memory"], "notes"), 2);

    // Whoever kept the other id is shown the way.
    let door = Door::deployed()?;
    let ask = |path: String| Ask::new(Method::GET, path, &stage.env.api_token);
    assert_eq!(door.ask(&ask(format!("/leads/{caller}"))).await?.well()?["lead"], writer);
    let calls = door.ask(&ask(format!("/leads/{caller}/calls"))).await?.well()?;
    assert_eq!(count(&calls, "calls"), 1, "{calls}");
    Ok(())
}
