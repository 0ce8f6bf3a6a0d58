//! The webhook's door (docs/rules.md#i2).

use anyhow::Result;
use serde_json::{Value, json};
use std::time::Duration;
use zikaron_simulator::client;
use zikaron_simulator::wire::escaped;
use zikaron_tests::stage::Stage;

/// A message as Meta would post it, and its id.
fn message(number: &str, phone: &str) -> Vec<u8> {
    let message: Value = json!({"from": phone, "id": format!("wamid.{phone}"), "type": "text",
        "timestamp": zikaron_simulator::now().as_second().to_string(), "text": {"body": "היי"}});
    let metadata = json!({"display_phone_number": "12025550100", "phone_number_id": number});
    let value = json!({"messaging_product": "whatsapp", "metadata": metadata, "messages": [message]});
    escaped(&json!({"object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}))
}

#[tokio::test]
async fn a_wrong_signature_is_answered_with_401_and_changes_nothing() -> Result<()> {
    let stage = Stage::set()?;
    let other = stage.business().await?;
    let mut stranger = stage.customer();
    let body = message(&stage.env.number, &stranger.phone);
    let url = &stage.env.webhook_url;
    let post = async |url: &str, secret: &str| stage.driver.post_signed(url, secret, body.clone()).await;
    assert_eq!(post(url, "guessed").await?, 401);
    assert_eq!(post(url, &other.app_secret).await?, 401, "another connection's secret");
    assert_eq!(post(&other.webhook_url, &stage.env.app_secret).await?, 401, "the other way round");
    assert_eq!(post(&stage.env.webhook_of("nobody"), &stage.env.app_secret).await?, 401, "an unknown connection");
    let unsigned = client()?.post(url).body(body.clone()).send().await?;
    assert_eq!(unsigned.status().as_u16(), 401);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(stranger.lead().await.is_err() && stranger.inbox().await?.is_empty());
    assert_eq!(post(url, &stage.env.app_secret).await?, 200, "the very same bytes, rightly signed");
    stranger.answer().await?;
    Ok(())
}

#[tokio::test]
async fn signed_nonsense_is_taken_and_a_body_over_3_mb_is_not() -> Result<()> {
    let stage = Stage::set()?;
    let number = stage.env.number.as_str();
    for nonsense in [&b"not json"[..], b"", b"[]", b"{\"object\": \"whatsapp_business_account\", \"entry\": 7}"] {
        assert_eq!(stage.driver.deliver(number, nonsense.to_vec()).await?, 200, "Meta would repeat it for days");
    }
    let customer = stage.customer();
    let mut large = message(number, &customer.phone);
    large.resize(3 * 1024 * 1024, b' ');
    assert_eq!(stage.driver.deliver(number, large.clone()).await?, 200);
    large.push(b' ');
    assert_eq!(stage.driver.deliver(number, large).await?, 413);
    Ok(())
}

#[tokio::test]
async fn a_bad_item_is_set_aside_and_the_rest_of_its_batch_goes_on() -> Result<()> {
    let stage = Stage::set()?;
    let customer = stage.customer();
    let good = String::from_utf8(message(&stage.env.number, &customer.phone))?;
    let body = good.replace(r#""messages":["#, r#""messages":[7,{"id":"wamid.X","type":"text"},"#);
    assert_ne!(body, good);
    assert_eq!(stage.driver.deliver(&stage.env.number, body.into_bytes()).await?, 200);
    customer.clone().answer().await?;
    Ok(())
}

#[tokio::test]
async fn the_handshake_answers_the_challenge_to_whoever_knows_the_token() -> Result<()> {
    let stage = Stage::set()?;
    let ask = async |token: &str, mode: &str| {
        let mut url = reqwest::Url::parse(&stage.env.webhook_url)?;
        url.query_pairs_mut().extend_pairs([
            ("hub.mode", mode),
            ("hub.verify_token", token),
            ("hub.challenge", "1158201444"),
        ]);
        let answer = client()?.get(url).send().await?;
        anyhow::Ok((answer.status().as_u16(), answer.text().await?))
    };
    assert_eq!(ask(&stage.env.verify_token, "subscribe").await?, (200, "1158201444".to_owned()));
    assert_eq!(ask("guessed", "subscribe").await?.0, 403);
    assert_eq!(ask(&stage.env.verify_token, "unsubscribe").await?.0, 403);
    Ok(())
}
