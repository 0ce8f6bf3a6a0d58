//! The deliver function: configuration -> clients -> run.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::SystemClock;
use zikaron_aws::delivery::Delivery;
use zikaron_aws::store::DynamoStore;
use zikaron_aws::timer::{RetryTimer, Timer};
use zikaron_aws::webhook_key::WebhookKey;
use zikaron_aws::{config, sdk, telemetry};
use zikaron_channels::webhook::HttpReceiver;
use zikaron_deliver::{Input, handle};
use zikaron_protocol::webhook::courier::Courier;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let aws = sdk::in_lambda();
    let key = WebhookKey::new(aws_sdk_secretsmanager::Client::new(&aws), &config::secret_prefix()?);
    let schedules = sdk::LazyClient::new(&aws, aws_sdk_scheduler::Client::new);
    let courier = Courier {
        store: DynamoStore::new(aws_sdk_dynamodb::Client::new(&aws), config::table_name()?, config::cache_time()?),
        bus: Bus::new(sdk::LazyClient::new(&aws, aws_sdk_eventbridge::Client::new), config::bus_name()?),
        timer: RetryTimer::new(Timer::new(schedules, config::retries()?)),
        receiver: HttpReceiver::new(key, config::webhook_targets()?)?,
        clock: SystemClock,
        config: config::courier()?,
    };
    run(service_fn(async |delivery: LambdaEvent<Delivery<Input>>| {
        for input in delivery.payload.events()? {
            Box::pin(handle(&courier, &input)).await?;
        }
        Ok::<_, Error>(())
    }))
    .await
}
