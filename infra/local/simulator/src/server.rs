//! The server: its routes, and how it is started.

use crate::http::client;
use crate::issuer::Issuer;
use crate::operator_view::OperatorView;
use crate::simulator::Simulator;
use crate::state::{Connection, OFFLINE_MODEL};
use crate::{ai, calls, oidc, page, sign_in, whatsapp};
use anyhow::Result;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Serves until the process ends. Without an operator's view, the page shows the phone only.
///
/// # Errors
/// When the HTTP client does not start or the listener breaks.
pub async fn serve(
    listener: TcpListener,
    connection: Option<Connection>,
    operator: Option<OperatorView>,
) -> Result<()> {
    let issuer = Issuer::new(format!("http://{}/oidc", listener.local_addr()?))?;
    let simulator = Simulator::new(client()?, issuer, operator);
    if let Some(connection) = connection {
        simulator.state().connect(connection);
    }
    axum::serve(listener, routes(simulator)).await?;
    Ok(())
}

fn routes(simulator: Simulator) -> Router {
    Router::new()
        .merge(page::routes())
        .route("/health", get(|| async { Json(json!({"ok": true, "model": OFFLINE_MODEL})) }))
        .route("/connections", post(connect).get(connections))
        .route("/reset", post(reset))
        .route("/say", post(whatsapp::say::say))
        .route("/call", post(calls::call))
        .route("/ring", post(calls::ring))
        .route("/tool", post(calls::tool))
        .route("/call-providers/script", post(calls::outbound::add_faults).get(calls::outbound::waiting_faults))
        .route("/call-providers/placed", get(calls::outbound::placed_calls))
        .route("/call-providers/twilio/v2/Conversations/{id}/{list}", get(calls::twilio::list))
        .route("/call-providers/{provider}/{*path}", post(calls::outbound::place))
        .route("/deliver", post(whatsapp::say::deliver))
        .route("/sent", get(whatsapp::inspect::sent).delete(reset))
        .route("/templates", post(whatsapp::template::put).get(whatsapp::template::list))
        .route("/typing", get(whatsapp::inspect::typing))
        .route("/graph/script", post(whatsapp::inspect::add_faults).get(whatsapp::inspect::waiting_faults))
        .route("/graph/fetches", get(whatsapp::inspect::fetches))
        .route("/graph/{number}/messages", post(whatsapp::graph::messages))
        .route("/graph/{id}", get(whatsapp::media::describe))
        .route("/whatsapp_business/attachments/", get(whatsapp::media::download))
        .route("/ai/v1/chat/completions", post(ai::completions))
        .route("/ai/v1/audio/transcriptions", post(ai::transcriber::transcriptions))
        .route("/ai/requests", get(ai::requests))
        .route("/ai/script", post(ai::add_script))
        .route("/oidc/.well-known/openid-configuration", get(oidc::discovery))
        .route("/oidc/jwks", get(oidc::jwks))
        .route("/oidc/token", post(oidc::token))
        .route("/oidc/authorize", get(sign_in::page).post(sign_in::approve))
        .route("/oidc/end-session", get(sign_in::end_session))
        // The product's own bound is tested with bodies beyond it.
        .layer(DefaultBodyLimit::disable())
        .with_state(simulator)
}

/// `POST /connections`: makes a number known.
async fn connect(State(simulator): State<Simulator>, Json(connection): Json<Connection>) -> StatusCode {
    simulator.state().connect(connection);
    StatusCode::NO_CONTENT
}

/// `GET /connections`: the numbers only, for nobody needs the secrets back.
async fn connections(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.state().connections.iter().map(|known| json!({"number": known.number})).collect())
}

/// `POST /reset`, `DELETE /sent`.
async fn reset(State(simulator): State<Simulator>) -> StatusCode {
    simulator.state().reset();
    StatusCode::NO_CONTENT
}
