//! Phone calls: the same memory, both ways (docs/rules.md#g).

use anyhow::Result;
use serde_json::Value;
use std::time::Duration;
use zikaron_simulator::calls::{Call, Provider, Ring};
use zikaron_simulator::wait;
use zikaron_tests::stage::Stage;

const ALL: [Provider; 5] = [Provider::ElevenLabs, Provider::Vapi, Provider::Retell, Provider::Bland, Provider::Generic];

fn list(lead: &Value, name: &str) -> Vec<Value> {
    lead[name].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_call_of_every_provider_told_three_times_over_is_one_call_and_one_note_of_the_customer() -> Result<()> {
    let stage = Stage::set()?;
    for provider in ALL {
        let dana = stage.customer();
        let words = format!("שלום, קוראים לי דנה לוי, אני מעדיפה ערב {}", dana.mark);
        let call = Call {
            times: Some(3),
            summary: Some("the provider's own".to_owned()),
            ..dana.calling(provider, &[&words])
        };
        stage.driver.call(&call).await?;
        // Retell sends its summary with the second report.
        let lead = wait::until("every report of the call", Duration::from_secs(30), async || {
            let lead = dana.digested(1).await?;
            Ok((lead["calls"][0]["report"]["summary"] == "the provider's own").then_some(lead))
        })
        .await?;
        let calls = list(&lead, "calls");
        assert_eq!((calls.len(), list(&lead, "notes").len()), (1, 1), "{provider:?}");
        assert_eq!(lead["memory"]["notes"][0]["kind"], "call_summary");
        assert_eq!(lead["state"]["last_channel"], "call");
        let summary = lead["memory"]["last_summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty() && !summary.contains("the provider's own"), "{summary}");
        let name = &lead["memory"]["customer_profile_json"]["name"];
        assert_eq!((&name["value"], &name["confidence"]), (&"דנה לוי".into(), &"medium".into()), "{provider:?}");
        assert_eq!(stage.driver.ai_requests("digest", &dana.mark).await?.len(), 1, "{provider:?}: asked once");
    }
    Ok(())
}

#[tokio::test]
async fn a_first_call_makes_a_customer_whom_whatsapp_then_knows() -> Result<()> {
    let stage = Stage::set()?;
    let mut dana = stage.customer();
    dana.call(Provider::Generic, &["שלום, קוראים לי דנה לוי"]).await?;
    let caller = dana.digested(1).await?["lead"].clone();
    let text = format!("היי, אפשר תור? {}", dana.mark);
    dana.exchange(&text).await?;
    assert_eq!(dana.lead().await?["lead"], caller, "one lead");
    let block = dana.prompt_for(&text).await?.memory_block();
    assert!(block.contains("• name: דנה לוי") && block.contains("(ערוץ: call)"), "{block}");
    Ok(())
}

#[tokio::test]
async fn a_call_leaves_the_open_whatsapp_session_its_own_end() -> Result<()> {
    let stage = Stage::set()?;
    let mut dana = stage.customer();
    dana.exchange("שלום, קוראים לי דנה לוי").await?;
    let before = dana.lead().await?["state"]["session"].clone();
    dana.call(Provider::Vapi, &["אני מעדיפה ערב"]).await?;
    let lead = dana.fall_silent(stage.env.idle).await?;
    let sessions = list(&lead, "sessions");
    let written = sessions.iter().find(|session| session["call"].is_null()).unwrap();
    assert_eq!((&written["id"], &written["closed"]["last_at"]), (&before["id"], &before["last_at"]));
    let kinds: Vec<_> = list(&lead["memory"], "notes").iter().map(|note| note["kind"].clone()).collect();
    assert_eq!(kinds.len(), 2, "{kinds:?}");
    assert!(kinds.contains(&"call_summary".into()) && kinds.contains(&"conversation_summary".into()));
    Ok(())
}

#[tokio::test]
async fn voicemail_and_a_call_without_a_word_are_stored_and_nothing_is_made_of_them() -> Result<()> {
    let stage = Stage::set()?;
    let dana = stage.customer();
    let words = format!("הגעתם לתא הקולי של דנה {}", dana.mark);
    stage.driver.call(&Call { voicemail: true, ..dana.calling(Provider::Bland, &[&words]) }).await?;
    stage.driver.call(&dana.calling(Provider::Retell, &[])).await?;
    let lead = dana.digested(2).await?;
    assert_eq!((list(&lead, "sessions").len(), list(&lead, "notes").len()), (0, 0));
    assert!(stage.driver.ai_requests("digest", &dana.mark).await?.is_empty());
    Ok(())
}

/// The variables in a provider's answer.
fn variables(provider: Provider, answer: &Value) -> Value {
    match provider {
        Provider::ElevenLabs => answer["dynamic_variables"].clone(),
        Provider::Vapi => answer["assistantOverrides"]["variableValues"].clone(),
        Provider::Retell => answer["call_inbound"]["dynamic_variables"].clone(),
        Provider::Bland | Provider::Generic => answer["variables"].clone(),
    }
}

#[tokio::test]
async fn a_voice_agent_knows_at_the_first_ring_what_was_written() -> Result<()> {
    let stage = Stage::set()?;
    let mut dana = stage.customer();
    dana.exchange("שלום, קוראים לי דנה לוי, אני מעדיפה ערב").await?;
    let lead = dana.fall_silent(stage.env.idle).await?;
    for provider in [Provider::ElevenLabs, Provider::Vapi, Provider::Retell, Provider::Generic] {
        let told = dana.ring(provider).await?;
        assert_eq!(told.status, 200);
        let known = variables(provider, &told.answer);
        assert_eq!(known["customer_name"], "דנה לוי", "{provider:?}: {}", told.answer);
        assert_eq!(known["last_summary"], lead["memory"]["last_summary"]);
        assert_eq!(known["last_channel"], "whatsapp");
        assert!(known["memory"].as_str().is_some_and(|text| text.starts_with('🧠')), "{provider:?}");

        let stranger = stage.driver.ring(&Ring { from: Some("972555009999999".to_owned()), provider }).await?;
        let unknown = variables(provider, &stranger.answer);
        assert_eq!((stranger.status, &unknown["memory"], &unknown["customer_name"]), (200, &"".into(), &"".into()));
        let withheld = stage.driver.ring(&Ring { from: None, provider }).await?;
        assert_eq!((withheld.status, &variables(provider, &withheld.answer)), (200, &unknown));
    }
    Ok(())
}
