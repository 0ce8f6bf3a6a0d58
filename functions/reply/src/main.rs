//! The reply function: configuration -> clients -> run.

use anyhow::Context;
use lambda_runtime::{LambdaEvent, run, service_fn};
use secrecy::SecretString;
use zikaron_ai::{ChatConfig, ChatModel};
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::{SystemClock, Ulids};
use zikaron_aws::secrets::{Secrets, ai_key};
use zikaron_aws::store::DynamoStore;
use zikaron_aws::timer::Timer;
use zikaron_aws::{config, sdk, telemetry};
use zikaron_channels::connection::ConnectionSecret;
use zikaron_channels::whatsapp::graph::{GraphClient, Tokens};
use zikaron_protocol::event::Event;
use zikaron_protocol::ids::ConnectionId;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::world::World;
use zikaron_reply::handle;

struct AccessTokens(Secrets<ConnectionSecret>);

impl Tokens for AccessTokens {
    async fn token(&self, connection: &ConnectionId) -> Result<SecretString, Unavailable> {
        let secret = self.0.connection(connection).await?;
        let missing = || Unavailable { what: "access token", reason: format!("connection {connection} has no secret") };
        secret.map(|secret| secret.access_token).ok_or_else(missing)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init();
    let aws = sdk::load().await;
    let http = sdk::http().context("the HTTP client could not be built")?;
    let keep = config::cache_time()?;
    let secrets = aws_sdk_secretsmanager::Client::new(&aws);
    let prefix = config::secret_prefix()?;
    let model = config::ModelConfig::from_env()?;
    let key = ai_key(secrets.clone(), prefix.clone()).await?;
    let parse = |text: &str| ConnectionSecret::from_json(text).map_err(|error| error.to_string());
    let tokens = AccessTokens(Secrets::new(secrets, prefix, keep, parse));
    let world = World {
        store: DynamoStore::new(aws_sdk_dynamodb::Client::new(&aws), config::table_name()?, keep),
        bus: Bus::new(aws_sdk_eventbridge::Client::new(&aws), config::bus_name()?),
        timer: Timer::new(aws_sdk_scheduler::Client::new(&aws), config::TimerConfig::from_env()?),
        model: ChatModel::new(http.clone(), ChatConfig::new(model.base_url, model.model, key)),
        messenger: GraphClient::new(http, config::graph_base_url()?, tokens),
        clock: SystemClock,
        ids: Ulids,
        config: config::protocol()?,
    };
    run(service_fn(async |event: LambdaEvent<Event>| handle(&world, &event.payload).await)).await
}
