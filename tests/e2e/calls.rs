//! Phone calls: the same memory, both ways (docs/rules.md#g).

use anyhow::Result;
use serde_json::Value;
use std::time::Duration;
use zikaron_simulator::calls::{Call, Provider, Ring, ToolUse};
use zikaron_simulator::wait;
use zikaron_tests::stage::Stage;

const ALL: [Provider; 6] =
    [Provider::ElevenLabs, Provider::Vapi, Provider::Retell, Provider::Bland, Provider::Twilio, Provider::Generic];

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
        // Retell sends its summary with the second report; Twilio sends none, and what was said after the call is known.
        let lead = wait::until("every report of the call", Duration::from_secs(30), async || {
            let lead = dana.digested(1).await?;
            let report = &lead["calls"][0]["report"];
            let is_told = report["summary"] == "the provider's own" || provider == Provider::Twilio;
            let is_digested = list(&lead, "notes").len() == 1;
            Ok((is_told && is_digested).then_some(lead))
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
        Provider::Bland | Provider::Twilio | Provider::Generic => answer["variables"].clone(),
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

#[tokio::test]
async fn a_call_of_twilio_s_is_known_with_its_way_and_what_was_said_is_fetched_page_by_page() -> Result<()> {
    let stage = Stage::set()?;
    let dana = stage.customer();
    let lines = ["שלום, קוראים לי דנה לוי", "אני גרה בחיפה", "מעדיפה ערב", "תודה", "להתראות"];
    stage.driver.call(&dana.calling(Provider::Twilio, &lines)).await?;
    let lead = wait::until("what was said", Duration::from_secs(30), async || {
        let lead = dana.digested(1).await?;
        Ok((list(&lead, "notes").len() == 1).then_some(lead))
    })
    .await?;
    let report = &lead["calls"][0]["report"];
    let turns = list(report, "transcript");
    let of =
        |voice: &str| turns.iter().filter(|turn| turn["voice"] == voice).map(|turn| turn["text"].clone()).collect();
    let (customer, agent): (Vec<Value>, Vec<Value>) = (of("customer"), of("agent"));
    assert_eq!((customer.as_slice(), agent.len()), (lines.map(Value::from).as_slice(), lines.len()), "{report}");
    assert_eq!((&report["direction"], &lead["calls"][0]["provider"]), (&"inbound".into(), &"twilio".into()));
    assert_eq!(lead["memory"]["customer_profile_json"]["city"]["value"], "חיפה");
    Ok(())
}

/// What a voice agent reads of a tool's answer.
fn result(provider: Provider, answer: &Value) -> &str {
    let at = if provider == Provider::Vapi { "/results/0/result" } else { "/result" };
    answer.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

#[tokio::test]
async fn a_voice_agent_asks_in_mid_call_and_hears_what_was_written_and_said_before() -> Result<()> {
    let stage = Stage::set()?;
    let mut dana = stage.customer();
    dana.exchange("שלום, קוראים לי דנה לוי. הכלב שלי מוקי מפחד ממייבש שיער").await?;
    dana.call(Provider::Generic, &["אני אלרגית לאמוניה, רק צבע טבעי"]).await?;
    dana.fall_silent(stage.env.idle).await?;
    for provider in ALL.into_iter().filter(|provider| *provider != Provider::Twilio) {
        for (question, words) in [("ממה מפחד הכלב?", "whatsapp, customer: "), ("יש לה אלרגיות?", "call, customer: ")]
        {
            let began = std::time::Instant::now();
            let told = dana.asked(provider, question).await?;
            let took = began.elapsed();
            assert_eq!(told.status, 200);
            assert!(result(provider, &told.answer).contains(words), "{provider:?}: {question}: {}", told.answer);
            // The function gives up after 0.7 s and says so: an answer that holds something came in time.
            assert!(took < Duration::from_secs(5), "{took:?}");
        }
        let nothing = dana.asked(provider, "מה מספר הרכב שלה?").await?;
        assert!(result(provider, &nothing.answer).starts_with("Nothing that is stored"), "{}", nothing.answer);
        let question = Some("אלרגיות?".to_owned());
        let stranger =
            ToolUse { from: Some("972555009999998".to_owned()), question, ..dana.on_the_line(provider, "x") };
        let stranger = stage.driver.tool(&stranger).await?;
        assert!(result(provider, &stranger.answer).starts_with("Nothing that is stored"), "{}", stranger.answer);
    }
    Ok(())
}

#[tokio::test]
async fn what_a_voice_agent_notes_is_one_note_of_the_call_beside_what_people_wrote() -> Result<()> {
    let stage = Stage::set()?;
    for provider in ALL.into_iter().filter(|provider| *provider != Provider::Twilio) {
        let mut dana = stage.customer();
        dana.exchange("שלום, קוראים לי דנה לוי").await?;
        let id = format!("call-{}-{}", provider.as_str(), dana.phone);
        let note = async |fact: &str| {
            let used = ToolUse { fact: Some(fact.to_owned()), ..dana.on_the_line(provider, &id) };
            let told = stage.driver.tool(&used).await?;
            anyhow::ensure!(told.status == 200 && result(provider, &told.answer) == "Noted.", "{}", told.answer);
            Ok::<_, anyhow::Error>(())
        };
        note("מגיעה תמיד עם הבן הקטן").await?;
        note("מבקשת חניה קרובה").await?;
        note("מגיעה תמיד עם הבן הקטן").await?;
        let noted = wait::until("both remarks", Duration::from_secs(30), async || {
            let notes = list(&dana.lead().await?["memory"], "notes");
            let text = notes.first().and_then(|note| note["text"].as_str()).unwrap_or_default().to_owned();
            Ok((text.lines().count() == 2).then_some(notes))
        })
        .await?;
        assert_eq!((noted.len(), &noted[0]["kind"]), (1, &"call_note".into()), "{provider:?}: {noted:?}");
        assert_eq!(dana.lead().await?["memory"]["customer_profile_json"], Value::Object(serde_json::Map::new()));
        let answer = dana.asked(provider, "צריך לדאוג לחניה?").await?;
        assert!(result(provider, &answer.answer).contains("note: מבקשת חניה קרובה"), "{}", answer.answer);
    }
    Ok(())
}
