//! The simulator: WhatsApp and an offline AI on one port of this machine.

use anyhow::{Context, Result, ensure};
use clap::Parser;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::net::TcpListener;
use zikaron_simulator::admin::Admin;
use zikaron_simulator::{Connection, OFFLINE_MODEL, OperatorView, server};

/// Stands in for WhatsApp and, without a key, for the AI. Listens on this machine only.
#[derive(Parser)]
#[command(name = "simulator")]
struct Flags {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, env = "SIMULATOR_PORT", default_value_t = 4561)]
    port: u16,
    /// Where webhooks go; may be set later by `POST /connections`.
    #[arg(long, env = "WEBHOOK_URL")]
    webhook_url: Option<String>,
    /// What webhooks are signed with.
    #[arg(long, env = "WHATSAPP_APP_SECRET", requires = "access_token", hide_env_values = true)]
    app_secret: Option<String>,
    /// The Bearer token a send must bear.
    #[arg(long, env = "WHATSAPP_ACCESS_TOKEN", requires = "app_secret", hide_env_values = true)]
    access_token: Option<String>,
    /// The `phone_number_id`.
    #[arg(long, env = "WHATSAPP_PHONE_NUMBER_ID", default_value = "100000000000001")]
    number: String,
    /// The number as people dial it; from the range kept free for fiction.
    #[arg(long, default_value = "12025550100")]
    display_number: String,
    /// Which statuses follow a send.
    #[arg(long, value_delimiter = ',', default_value = "sent,delivered")]
    statuses: Vec<String>,
    /// The business whose memory the page shows; without it the page shows the phone only.
    #[arg(long, env = "BUSINESS_ID")]
    business: Option<String>,
    /// Silence after which a session of that business ends, in seconds.
    #[arg(long, env = "SESSION_IDLE_SECONDS", default_value_t = 900)]
    idle_seconds: u64,
    /// The model that answers its customers.
    #[arg(long, env = "AI_MODEL", default_value = OFFLINE_MODEL)]
    model: String,
}

impl Flags {
    fn operator(&self) -> Result<Option<OperatorView>> {
        let Some(business) = &self.business else { return Ok(None) };
        let (admin, idle) = (Admin::of(business)?, Duration::from_secs(self.idle_seconds));
        Ok(Some(OperatorView { admin, idle, model: self.model.clone() }))
    }

    /// The connection to start with; none where no secrets are given.
    fn connection(self) -> Result<Option<Connection>> {
        let (Some(app_secret), Some(access_token)) = (self.app_secret, self.access_token) else { return Ok(None) };
        ensure!(
            !app_secret.is_empty() && !access_token.is_empty(),
            "the app secret and the access token must not be empty"
        );
        Ok(Some(Connection {
            number: self.number,
            webhook_url: self.webhook_url,
            app_secret,
            access_token,
            display_number: self.display_number,
            statuses: self.statuses,
        }))
    }
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "says where it listens")]
async fn main() -> Result<()> {
    let flags = Flags::parse();
    let port = flags.port;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.with_context(|| format!("port {port} cannot be had: --port names another"))?;
    let address = listener.local_addr()?;
    println!("simulator on http://{address}: a page at /, WhatsApp under /graph, the offline model under /ai/v1");
    let operator = flags.operator()?;
    server::serve(listener, flags.connection()?, operator).await
}
