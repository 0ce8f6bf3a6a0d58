//! The staff API's function: configuration -> clients -> run.

use lambda_http::{Error, Request, Service};
use std::time::Duration;
use zikaron_api::auth::TokenPolicy;
use zikaron_api::console::SignIn;
use zikaron_api::jwks::OidcJwks;
use zikaron_api::ports::PortBundle;
use zikaron_api::{Api, router};
use zikaron_aws::bus::Bus;
use zikaron_aws::clock::{SystemClock, Ulids};
use zikaron_aws::config::{self, ConsoleConfig, TokenConfig};
use zikaron_aws::staging::Bucket;
use zikaron_aws::store::DynamoStore;
use zikaron_aws::timer::Cancellation;
use zikaron_aws::tombstone_key::TombstoneKey;
use zikaron_aws::webhook_key::{WebhookKey, Webhooks};
use zikaron_aws::{gateway, sdk, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let aws = sdk::in_lambda();
    let token = TokenConfig::from_env()?;
    let (secrets, prefix) = (aws_sdk_secretsmanager::Client::new(&aws), config::secret_prefix()?);
    let tombstone_key = TombstoneKey::new(secrets.clone(), &prefix);
    let world = PortBundle {
        // Staff see what they have just written: nothing is kept from one request to the next.
        store: DynamoStore::new(aws_sdk_dynamodb::Client::new(&aws), config::table_name()?, Duration::ZERO)
            .with_retention(config::retention()?)
            .with_tombstone_key(tombstone_key),
        bus: Bus::new(sdk::LazyClient::new(&aws, aws_sdk_eventbridge::Client::new), config::bus_name()?),
        schedules: Cancellation::new(
            sdk::LazyClient::new(&aws, aws_sdk_scheduler::Client::new),
            config::schedule_group()?,
        ),
        clock: SystemClock,
        ids: Ulids,
        jwks: OidcJwks::new(sdk::http, token.issuer.clone()),
        staging: Bucket::new(sdk::http, &aws, &config::import_bucket()?),
        webhooks: Webhooks { targets: config::webhook_targets()?, key: WebhookKey::new(secrets, &prefix) },
    };
    let console = ConsoleConfig::from_env().map(|console| SignIn {
        issuer: token.issuer.clone(),
        // Where the console is the client the tokens are meant for, the issuer needs no telling.
        audience: if token.audience == console.client_id { String::new() } else { token.audience.clone() },
        client_id: console.client_id,
        scope: console.scope,
        sign_in_origin: console.sign_in_origin,
    });
    let policy = TokenPolicy {
        issuer: token.issuer,
        audience: token.audience,
        business_claim: token.business_claim,
        role_claim: token.role_claim,
    };
    let router = router(Api::new(world, policy, config::session_idle()?).with_console(console));
    gateway::run(async |request: Request| match router.clone().call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    })
    .await
}
