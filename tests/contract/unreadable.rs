//! A row that newer code wrote, in DynamoDB.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use zikaron_aws::store::DynamoStore;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::ports::store::{Reading, Store};

/// Makes the row of this message one that this code cannot read.
pub(crate) async fn hide(client: &aws_sdk_dynamodb::Client, table: &str, key: &LeadKey, message: &Message) {
    let at: Timestamp = message.key.sent_at;
    let request = client
        .update_item()
        .table_name(table)
        .key("pk", AttributeValue::S(format!("B#{}#L#{}", key.business, key.lead)))
        .key("sk", AttributeValue::S(format!("MSG#{at:.3}#{}", message.key.id)))
        .update_expression("SET speaker = :speaker")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_values(":speaker", AttributeValue::S("oracle".to_owned()));
    request.send().await.unwrap();
}

pub(crate) async fn is_passed_over(store: &DynamoStore, key: &LeadKey, hidden: &Message, other: &Message) {
    let of = |messages: Vec<Message>| messages.into_iter().map(|message| message.key.id).collect::<Vec<_>>();
    let left = vec![other.key.id.clone()];
    assert_eq!(of(store.messages(key, None, None, 1).await.unwrap()), left, "as many as were asked for");
    assert_eq!(of(store.messages_from(key, None, None, 9).await.unwrap()), left);
    assert!(store.read_messages(key, None, None, Reading::All(9)).await.unwrap_err().is_unreadable());
    assert!(store.message(key, &hidden.key).await.unwrap_err().is_unreadable());
}
