//! Everything belongs to one business (docs/rules.md#i1).

use anyhow::Result;
use serde_json::json;
use zikaron_simulator::wire::escaped;
use zikaron_tests::stage::Stage;

#[tokio::test]
async fn two_businesses_side_by_side_know_the_same_customer_apart() -> Result<()> {
    let stage = Stage::set()?;
    let other = stage.business().await?;
    other.remembers().await?;
    let mut here = stage.customer();
    let mut there = here.at(&other.admin, &other.number);
    let (one, two) = tokio::join!(
        here.exchange("שלום, קוראים לי רחל אדלר. כמה עולה תספורת נשים?"),
        there.exchange("שלום, קוראים לי שרה ברק. כמה עולה תספורת?"),
    );
    let (one, two) = (one?, two?);
    assert!(one.text.contains("150") && one.number == stage.env.number, "{}", one.text);
    assert!(two.text.contains("70") && two.number == other.number, "{}", two.text);
    let (one, two) = tokio::join!(here.fall_silent(stage.env.idle), there.fall_silent(stage.env.idle));
    let (one, two) = (one?, two?);
    assert_ne!(one["lead"], two["lead"]);
    assert_eq!(one["memory"]["customer_profile_json"]["name"]["value"], "רחל אדלר");
    assert_eq!(two["memory"]["customer_profile_json"]["name"]["value"], "שרה ברק");
    let back = format!("שוב אני {}", here.mark);
    here.exchange(&back).await?;
    let prompt = here.prompt_for(&back).await?;
    assert!(prompt.memory_block().contains("רחל אדלר") && !prompt.holds("שרה ברק"), "{}", prompt.system());
    Ok(())
}

#[tokio::test]
async fn a_body_that_names_a_number_of_another_connection_is_set_aside() -> Result<()> {
    let stage = Stage::set()?;
    let other = stage.business().await?;
    let stranger = stage.customer();
    let body = escaped(&json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
    "field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "12025550100", "phone_number_id": stage.env.number},
        "messages": [{"from": stranger.phone, "id": format!("wamid.{}", stranger.phone), "type": "text",
                      "timestamp": zikaron_simulator::now().as_second().to_string(), "text": {"body": "היי"}}],
    }}]}]}));
    assert_eq!(stage.driver.post_signed(&other.webhook_url, &other.app_secret, body.clone()).await?, 200);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert!(stranger.lead().await.is_err() && stranger.inbox().await?.is_empty(), "a forged message was taken");
    // The same body through the door it belongs to.
    assert_eq!(stage.driver.post_signed(&stage.env.webhook_url, &stage.env.app_secret, body).await?, 200);
    let known = async || Ok(stranger.lead().await.ok());
    zikaron_simulator::wait::until("the message at its own business", std::time::Duration::from_secs(20), known)
        .await?;
    Ok(())
}
