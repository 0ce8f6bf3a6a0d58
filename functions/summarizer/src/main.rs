//! The summarizer function: configuration -> clients -> run.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use zikaron_ai::config::ChatConfig;
use zikaron_ai::model::ChatModel;
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::{SystemClock, Ulids};
use zikaron_aws::delivery::Delivery;
use zikaron_aws::secrets::{AiKey, Connections};
use zikaron_aws::staging::Bucket;
use zikaron_aws::store::DynamoStore;
use zikaron_aws::timer::Timer;
use zikaron_aws::tombstone_key::TombstoneKey;
use zikaron_aws::{config, sdk, telemetry};
use zikaron_channels::calls::{CallClient, TwilioCalls};
use zikaron_protocol::ports::PortBundle;
use zikaron_protocol::with_background::with_background;
use zikaron_summarizer::{Imports, Input, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let aws = sdk::in_lambda();
    let keep = config::cache_time()?;
    let model = config::ModelConfig::from_env()?;
    let (secrets, prefix) = (aws_sdk_secretsmanager::Client::new(&aws), config::secret_prefix()?);
    let key = AiKey::new(secrets.clone(), &prefix);
    let calls = config::CallConfig::from_env()?;
    let connections = || Connections::new(secrets.clone(), prefix.clone(), keep);
    let caller = CallClient::new(sdk::http, connections(), &calls.webhook_url, calls.base_url.as_deref())?;
    let provider = TwilioCalls::new(sdk::http, connections(), SystemClock, calls.base_url.as_deref())?;
    let retention = config::retention()?;
    let imports =
        Imports { staging: Bucket::new(sdk::http, &aws, &config::import_bucket()?), keep_days: retention.messages };
    let world = PortBundle {
        store: DynamoStore::new(aws_sdk_dynamodb::Client::new(&aws), config::table_name()?, keep)
            .with_retention(retention)
            .with_tombstone_key(TombstoneKey::new(secrets, &prefix)),
        bus: Bus::new(sdk::LazyClient::new(&aws, aws_sdk_eventbridge::Client::new), config::bus_name()?),
        timer: Timer::new(sdk::LazyClient::new(&aws, aws_sdk_scheduler::Client::new), config::TimerConfig::from_env()?),
        model: ChatModel::new(sdk::http, &ChatConfig::new(model.base_url, model.model), key.clone())?,
        messenger: (),
        media: (),
        transcriber: (),
        clock: SystemClock,
        ids: Ulids,
        config: config::protocol()?,
    };
    run(service_fn(async |delivery: LambdaEvent<Delivery<Input>>| {
        for input in delivery.payload.events()? {
            Box::pin(with_background(handle(&world, &caller, &provider, &imports, &input), key.prepare())).await?;
        }
        Ok::<_, Error>(())
    }))
    .await
}
