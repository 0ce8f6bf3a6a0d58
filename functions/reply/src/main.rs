//! The reply function: configuration -> clients -> run.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use std::sync::Arc;
use zikaron_ai::config::ChatConfig;
use zikaron_ai::model::ChatModel;
use zikaron_ai::transcriber::HttpTranscriber;
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::{SystemClock, Ulids};
use zikaron_aws::delivery::Delivery;
use zikaron_aws::secrets::{AiKey, Connections};
use zikaron_aws::store::DynamoStore;
use zikaron_aws::timer::Timer;
use zikaron_aws::tombstone_key::TombstoneKey;
use zikaron_aws::{config, sdk, telemetry};
use zikaron_channels::whatsapp::graph::GraphClient;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::ports::PortBundle;
use zikaron_protocol::with_background::with_background;
use zikaron_reply::handle;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let aws = sdk::in_lambda();
    let keep = config::cache_time()?;
    let secrets = aws_sdk_secretsmanager::Client::new(&aws);
    let prefix = config::secret_prefix()?;
    let model = config::ModelConfig::from_env()?;
    let key = AiKey::new(secrets.clone(), &prefix);
    let tombstone_key = TombstoneKey::new(secrets.clone(), &prefix);
    // One endpoint has one key.
    let (hearing_url, hearing_key) = match config::transcription_base_url() {
        Some(url) => (url, AiKey::of_transcriber(secrets.clone(), &prefix)),
        None => (model.base_url.clone(), key.clone()),
    };
    let connections = Arc::new(Connections::new(secrets, prefix, keep));
    let graph = GraphClient::new(sdk::http, connections, &config::graph_base_url()?)?;
    let world = PortBundle {
        store: DynamoStore::new(aws_sdk_dynamodb::Client::new(&aws), config::table_name()?, keep)
            .with_retention(config::retention()?)
            .with_tombstone_key(tombstone_key),
        bus: Bus::new(sdk::LazyClient::new(&aws, aws_sdk_eventbridge::Client::new), config::bus_name()?),
        timer: Timer::new(sdk::LazyClient::new(&aws, aws_sdk_scheduler::Client::new), config::TimerConfig::from_env()?),
        model: ChatModel::new(sdk::http, &ChatConfig::new(model.base_url, model.model), key.clone())?,
        messenger: graph.clone(),
        media: graph,
        // Nothing is fetched or asked for it before a note is to be heard.
        transcriber: HttpTranscriber::new(sdk::http, &hearing_url, hearing_key)?,
        clock: SystemClock,
        ids: Ulids,
        config: config::protocol()?,
    };
    run(service_fn(async |delivery: LambdaEvent<Delivery<Event>>| {
        for event in delivery.payload.events()? {
            Box::pin(with_background(handle(&world, &event), key.prepare())).await?;
        }
        Ok::<_, Error>(())
    }))
    .await
}
