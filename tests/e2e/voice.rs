//! Voice notes are heard, answered and remembered as what they are; one that cannot be heard is answered too
//! (docs/rules.md#p1).

use anyhow::Result;
use zikaron_simulator::admin::is_heard;
use zikaron_simulator::customer::Customer;
use zikaron_simulator::{FileFault, Say, Script, Step};
use zikaron_tests::stage::Stage;

/// How often the transcriber was asked about what this customer said.
async fn asked(stage: &Stage, customer: &Customer) -> Result<usize> {
    Ok(stage.driver.ai_requests("transcription", &customer.mark).await?.len())
}

/// What the model read last of this customer, whose earlier message it was.
async fn read(stage: &Stage, holding: &str) -> Result<String> {
    let requests = stage.driver.ai_requests("reply", holding).await?;
    Ok(requests.last().map(|request| request.text_of("user")).unwrap_or_default())
}

fn with_faults(message: Say, faults: &[FileFault]) -> Say {
    let media = message.media.map(|media| zikaron_simulator::SaidFile { faults: faults.to_vec(), ..media });
    Say { media, ..message }
}

#[tokio::test]
async fn a_voice_note_is_heard_once_answered_and_remembered_as_heard() -> Result<()> {
    let stage = Stage::set()?;
    let mut customer = stage.customer();
    let says = format!("היי, אני אלרגי לאמוניה {}", customer.mark);
    let note = Say { at: Some(zikaron_simulator::now().as_second()), ..customer.voice(&says) };
    let said = customer.send(&note).await?;
    customer.answer().await?;
    let shown = read(&stage, &says).await?;
    assert!(shown.ends_with(&says) && shown != says, "the model knows that a machine heard it: {shown}");
    let again = Say { id: Some(said.id), times: Some(3), ..note };
    customer.send(&again).await?;
    let lead = customer.fall_silent(stage.env.idle).await?;
    let field = &lead["memory"]["customer_profile_json"]["notes"];
    assert!(field["value"].as_str().is_some_and(|value| value.contains("אלרגי לאמוניה")), "{field}");
    assert!(field["confidence"] == "medium" && is_heard(field), "{field}");
    assert_eq!(asked(&stage, &customer).await?, 1, "the digest reads what the turn heard");
    assert_eq!(customer.inbox().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_expired_url_costs_a_second_one_and_no_words() -> Result<()> {
    let stage = Stage::set()?;
    for fault in [FileFault::Expired, FileFault::Stale] {
        let mut customer = stage.customer();
        let says = format!("כמה עולה תספורת גברים? {}", customer.mark);
        customer.send(&with_faults(customer.voice(&says), &[fault, FileFault::None])).await?;
        assert!(customer.answer().await?.text.contains("80"), "{fault:?}");
        assert_eq!(asked(&stage, &customer).await?, 1, "{fault:?}");
        assert_eq!(stage.driver.fetches(&customer.mark).await?.first(), Some(&fault));
    }
    Ok(())
}

#[tokio::test]
async fn a_note_that_is_gone_or_too_large_is_answered_and_not_made_up() -> Result<()> {
    let stage = Stage::set()?;
    for fault in [FileFault::Gone, FileFault::TooLarge] {
        let mut customer = stage.customer();
        let says = format!("אני אלרגי לאמוניה {}", customer.mark);
        customer.send(&with_faults(customer.voice(&says), &[fault])).await?;
        customer.say(&customer.mark).await?;
        customer.answer().await?;
        assert_eq!(asked(&stage, &customer).await?, 0, "{fault:?}");
        let shown = read(&stage, &customer.mark).await?;
        assert!(shown.starts_with('[') && !shown.contains("אלרגי"), "{fault:?}: {shown}");
    }
    Ok(())
}

#[tokio::test]
async fn a_transcriber_that_fails_keeps_nobody_from_an_answer() -> Result<()> {
    let stage = Stage::set()?;
    for step in [Step::error(500), Step::error(400), Step { garbage: true, ..Step::default() }, Step::content("")] {
        let mut customer = stage.customer();
        let says = format!("שלום {}", customer.mark);
        let transcriptions = vec![step.clone(); 50];
        stage.driver.script(&Script { only: Some(customer.mark.clone()), transcriptions, ..Script::default() }).await?;
        customer.send(&customer.voice(&says)).await?;
        let answer = customer.answer().await?;
        assert!(!answer.text.is_empty(), "{step:?}");
        assert!(asked(&stage, &customer).await? >= 1, "{step:?}");
    }
    Ok(())
}
