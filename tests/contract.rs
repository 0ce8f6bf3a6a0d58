//! What every implementation of a port must do: one body for the store in memory and for DynamoDB, and bus and timer
//! as the real services' clients see them. Run inside the local stack (`make test`).
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

#[path = "contract/actions.rs"]
mod actions;
#[path = "contract/chat_imports.rs"]
mod chat_imports;
#[path = "contract/figures.rs"]
mod figures;
#[path = "contract/join.rs"]
mod join;
#[path = "contract/staff.rs"]
mod staff;
#[path = "contract/store.rs"]
mod store;
#[path = "contract/unreadable.rs"]
mod unreadable;
#[path = "contract/webhooks.rs"]
mod webhooks;

use aws_sdk_scheduler::types::ActionAfterCompletion;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::{SystemClock, Ulids};
use zikaron_aws::config::{self, TimerConfig};
use zikaron_aws::sdk;
use zikaron_aws::staging::Bucket;
use zikaron_aws::store::DynamoStore;
use zikaron_aws::timer::{self, RetryTimer, Timer};
use zikaron_aws::tombstone_key::TombstoneKey;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::event::{Event, MessageReceived};
use zikaron_protocol::model::ids::{BusinessId, ConnectionId, LeadId, LeadKey, Line, NumberId};
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::model::webhook::{DeliveryDue, DeliveryId};
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::business_store::BusinessStore;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{Clock, DeliveryTimer, EventBus, IdleTimer, Ids};
use zikaron_protocol::testing::in_memory_store::InMemory;

async fn dynamo() -> DynamoStore {
    let aws = sdk::load().await;
    let tombstone_key = TombstoneKey::new(aws_sdk_secretsmanager::Client::new(&aws), &config::secret_prefix().unwrap());
    let client = aws_sdk_dynamodb::Client::new(&aws);
    DynamoStore::new(client, config::table_name().unwrap(), Duration::ZERO).with_tombstone_key(tombstone_key)
}

fn key() -> LeadKey {
    LeadKey { business: BusinessId::parse("contract").unwrap(), lead: LeadId::parse(Ulids.ulid()).unwrap() }
}

macro_rules! both_stores {
    ($part:ident: $($name:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $name() {
            $part::$name(&InMemory::default(), key()).await;
            $part::$name(&dynamo().await, key()).await;
        }
    )*};
}

both_stores!(actions:
    an_action_is_swept_by_when_it_is_looked_at_next_and_told_of,
    actions_come_in_front_of_every_other_session,
);

both_stores!(chat_imports:
    an_import_is_replaced_by_version,
);

both_stores!(webhooks:
    a_webhook_and_a_delivery_are_replaced_by_version,
    deliveries_come_in_pages_the_newest_first,
);

both_stores!(figures:
    what_is_counted_adds_up_by_day_whoever_counts_at_once,
    nothing_is_counted_of_a_commit_that_does_not_stand,
    the_sessions_of_a_day_come_in_pages,
    an_erasure_takes_off_what_the_memory_counts_for,
);

both_stores!(join:
    what_is_moved_is_put_there_and_taken_here_at_once,
    a_name_that_was_given_up_leads_to_who_had_it_for_what_was_sent_before,
    the_names_of_a_joined_lead_lead_to_the_other_and_so_does_its_id,
);

both_stores!(staff:
    settings_are_written_by_one_at_a_time,
    a_line_leads_to_one_business,
    leads_are_listed_by_their_last_session_and_found_by_name,
    what_a_lead_has_many_of_comes_in_pages,
    a_request_stands_as_it_was_first_made,
    nothing_is_left_of_an_erased_lead_but_receipt_and_tombstones,
    an_erasure_takes_more_names_than_one_transaction_holds,
    names_given_to_another_lead_are_found_with_that_one_s_state,
);

both_stores!(store:
    a_version_is_written_once,
    a_commit_writes_all_or_nothing,
    a_repeated_message_outranks_every_other_conflict,
    nothing_is_written_to_a_lead_that_is_not_there,
    an_alias_points_to_the_lead_that_came_first,
    a_call_is_stored_once_whoever_made_it,
    two_spellings_of_a_number_find_one_lead,
    messages_come_newest_first_within_their_bounds,
    messages_from_a_time_or_behind_one_come_oldest_first,
    every_item_reads_back_as_written,
    racing_writers_are_told_so,
    the_sweep_finds_sessions_until_they_are_digested_and_told_of,
    the_sweep_goes_on_where_it_stopped,
);

/// An operator gives a line to another business, which staff may not.
#[tokio::test]
async fn a_line_is_moved_with_both_its_rows() {
    let (store, lead) = (dynamo().await, key().lead);
    let business = |name: &str| BusinessId::parse(format!("{name}-{lead}")).unwrap();
    let (one, other) = (business("one"), business("other"));
    let line = Line { connection: ConnectionId::parse(lead.as_str()).unwrap(), number: NumberId::parse("1").unwrap() };
    for (to, from) in [(&one, &other), (&other, &one), (&other, &one), (&one, &other)] {
        store.put_route(&line, to).await.unwrap();
        assert_eq!(store.route(&line).await.unwrap().as_ref(), Some(to));
        assert_eq!(store.lines(to).await.unwrap(), std::slice::from_ref(&line));
        assert_eq!(store.lines(from).await.unwrap(), []);
    }
}

#[tokio::test]
async fn what_an_instance_remembers_of_a_name_is_never_believed() {
    let (ours, theirs, key) = (dynamo().await, dynamo().await, key());
    store::another_instance_gives_a_name_away(&ours, &theirs, key).await;
}

#[tokio::test]
async fn a_message_that_newer_code_wrote_is_passed_over_where_it_may_be() {
    let (store, key) = (dynamo().await, key());
    let (older, newer) = (store::message("m1", 1, 1), store::message("m2", 2, 1));
    let items = vec![Write::Message(older.clone()), Write::Message(newer.clone()), Write::State(store::state(&key, 1))];
    store.commit(&key, items).await.unwrap();
    let client = aws_sdk_dynamodb::Client::new(&sdk::load().await);
    unreadable::hide(&client, &config::table_name().unwrap(), &key, &newer).await;
    unreadable::is_passed_over(&store, &key, &newer, &older).await;
}

#[tokio::test]
async fn a_file_of_an_import_waits_in_the_bucket() {
    let bucket = Bucket::new(sdk::http, &sdk::load().await, &config::import_bucket().unwrap());
    chat_imports::a_file_is_uploaded_read_and_removed(&bucket, key()).await;
}

#[tokio::test]
async fn a_schedule_is_made_moved_and_made_again_when_it_is_gone() {
    let aws = sdk::load().await;
    let client = aws_sdk_scheduler::Client::new(&aws);
    let config = TimerConfig::from_env().unwrap();
    let idle = Timer::new(client.clone(), config.clone());
    let fire = TimerFired { key: key(), session: SessionId::new("contract"), generation: 0 };
    let later = |minutes| SystemClock.now() + SignedDuration::from_mins(minutes);
    let expression = async || {
        let request = client.get_schedule().group_name(&config.group).name(timer::name(&fire));
        let schedule = request.send().await.unwrap();
        assert_eq!(schedule.action_after_completion(), Some(&ActionAfterCompletion::Delete));
        let target = schedule.target().unwrap();
        assert_eq!(serde_json::from_str::<TimerFired>(target.input().unwrap()).unwrap(), fire);
        assert!(target.dead_letter_config().is_some() && target.retry_policy().is_some());
        schedule.schedule_expression().unwrap().to_owned()
    };
    idle.start(&fire, later(10)).await.unwrap();
    let first = expression().await;
    idle.start(&fire, later(20)).await.unwrap();
    let second = expression().await;
    idle.restart(&fire, later(30)).await.unwrap();
    let third = expression().await;
    assert!(first < second && second < third, "{first} {second} {third}");
    client.delete_schedule().group_name(&config.group).name(timer::name(&fire)).send().await.unwrap();
    idle.restart(&fire, later(40)).await.unwrap();
    assert!(third < expression().await);
    client.delete_schedule().group_name(&config.group).name(timer::name(&fire)).send().await.unwrap();
}

#[tokio::test]
async fn a_retry_has_one_schedule_for_each_write() {
    let client = aws_sdk_scheduler::Client::new(&sdk::load().await);
    let config = config::retries().unwrap();
    let retries = RetryTimer::new(Timer::new(client.clone(), config.clone()));
    let delivery = DeliveryId::parse(format!("msg_{}", key().lead)).unwrap();
    let due = |version| DeliveryDue { business: key().business, delivery: delivery.clone(), version };
    let expression = async |version| {
        let request = client.get_schedule().group_name(&config.group).name(timer::retry_name(&due(version)));
        let schedule = request.send().await.unwrap();
        let target = schedule.target().unwrap();
        assert_eq!(serde_json::from_str::<DeliveryDue>(target.input().unwrap()).unwrap(), due(version));
        assert_eq!(target.arn(), config.target_arn);
        schedule.schedule_expression().unwrap().to_owned()
    };
    let later = |minutes| SystemClock.now() + SignedDuration::from_mins(minutes);
    retries.start(&due(1), later(10)).await.unwrap();
    let first = expression(1).await;
    retries.start(&due(1), later(20)).await.unwrap();
    retries.start(&due(2), later(30)).await.unwrap();
    let (moved, second) = (expression(1).await, expression(2).await);
    assert!(first < moved && moved < second, "{first} {moved} {second}");
    for version in [1, 2] {
        client.delete_schedule().group_name(&config.group).name(timer::retry_name(&due(version))).send().await.unwrap();
    }
}

#[tokio::test]
async fn more_events_than_one_call_takes_are_all_published() {
    let bus = Bus::new(aws_sdk_eventbridge::Client::new(&sdk::load().await), config::bus_name().unwrap());
    // A line of nobody: the reply function sets them aside.
    let received: MessageReceived = serde_json::from_value(serde_json::json!({
        "line": {"connection": "nobody", "number": "1"},
        "customer": {"phone": "+972550000000"},
        "message": {"id": "wamid.contract", "sent_at": Timestamp::UNIX_EPOCH, "kind": "text", "purpose": "ask"},
    }))
    .unwrap();
    bus.publish(&vec![Event::MessageReceived(received); 25]).await.unwrap();
    bus.publish(&[]).await.unwrap();
}
