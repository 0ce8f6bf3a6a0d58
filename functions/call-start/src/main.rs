//! The call-start function: configuration -> clients -> run.

use lambda_http::{Error, Request};
use zikaron_aws::clock::SystemClock;
use zikaron_aws::secrets::Connections;
use zikaron_aws::store::DynamoStore;
use zikaron_aws::{config, gateway, sdk, telemetry};
use zikaron_call_start::{CallStart, Remembered};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let aws = sdk::in_lambda();
    let keep = config::cache_time()?;
    let secrets = aws_sdk_secretsmanager::Client::new(&aws);
    let connections = Connections::new(secrets, config::secret_prefix()?, keep);
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&aws), config::table_name()?, keep);
    let function = CallStart::new(connections, Remembered(store), SystemClock);
    gateway::run(async |request: Request| Box::pin(function.handle(request)).await).await
}
