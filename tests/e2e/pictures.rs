//! A model that can see is shown what a customer sends, and answers where it cannot be shown (docs/rules.md#p5).

use anyhow::{Context, Result};
use zikaron_simulator::{FileFault, SaidFile, Say, Script, Step};
use zikaron_tests::stage::Stage;

#[tokio::test]
async fn a_picture_is_shown_to_the_model_once_beside_its_words() -> Result<()> {
    let stage = Stage::set()?;
    for (file, kind) in [("picture.png", "data:image/png;base64,iVBOR"), ("picture.jpg", "data:image/jpeg;base64,/9j/")]
    {
        let mut customer = stage.customer();
        let words = format!("כמה עולה תספורת גברים? {}", customer.mark);
        customer.send(&customer.picture(file, &words)).await?;
        assert!(customer.answer().await?.text.contains("80"), "the words are answered");
        let prompt = customer.prompt_for(&words).await?;
        let pictures = prompt.pictures();
        assert!(pictures.len() == 1 && pictures.iter().all(|picture| picture.starts_with(kind)), "{file}");
        let next = format!("ומחר? {}", customer.mark);
        customer.say(&next).await?;
        customer.answer().await?;
        assert!(customer.prompt_for(&next).await?.pictures().is_empty(), "{file}: shown once");
    }
    Ok(())
}

#[tokio::test]
async fn a_picture_that_does_not_come_or_is_refused_is_described_and_answered() -> Result<()> {
    let stage = Stage::set()?;
    for (fault, refused) in [(FileFault::Gone, false), (FileFault::WrongType, false), (FileFault::None, true)] {
        let mut customer = stage.customer();
        let words = format!("ככה {}", customer.mark);
        let said = customer.picture("picture.png", &words);
        let media = said.media.map(|media| SaidFile { faults: vec![fault], ..media });
        if refused {
            let error = serde_json::json!({"error": {"message": "An image could not be read", "type": "invalid_request_error"}});
            let replies = vec![Step { status: Some(400), body: Some(error), ..Step::default() }];
            stage.driver.script(&Script { only: Some(customer.mark.clone()), replies, ..Script::default() }).await?;
        }
        customer.send(&Say { media, ..said }).await?;
        customer.answer().await?;
        let asked = stage.driver.ai_requests("reply", &customer.mark).await?;
        let last = asked.last().context("the model was asked")?;
        assert!(last.pictures().is_empty() && last.text_of("user").starts_with('['), "{fault:?}");
        assert_eq!(
            asked.iter().filter(|request| !request.pictures().is_empty()).count(),
            usize::from(refused),
            "{fault:?}"
        );
    }
    Ok(())
}
