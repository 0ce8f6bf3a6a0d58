//! The webhook function: configuration -> clients -> run.

use lambda_http::{Error, Request};
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::SystemClock;
use zikaron_aws::secrets::Connections;
use zikaron_aws::{config, gateway, sdk, telemetry};
use zikaron_webhook::Webhook;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let aws = sdk::in_lambda();
    let secrets = aws_sdk_secretsmanager::Client::new(&aws);
    let connections = Connections::new(secrets, config::secret_prefix()?, config::cache_time()?);
    let bus = Bus::new(aws_sdk_eventbridge::Client::new(&aws), config::bus_name()?);
    let webhook = Webhook::new(connections, bus, SystemClock);
    gateway::run(async |request: Request| webhook.handle(request).await).await
}
