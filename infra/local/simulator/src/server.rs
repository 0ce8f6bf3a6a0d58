//! The server: its routes, and how it is started.

use crate::http::client;
use crate::issuer::Issuer;
use crate::page::Backstage;
use crate::world::{Connection, World};
use crate::{ai, calls, issuer, page, whatsapp};
use anyhow::Result;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Serves until the process ends. Without a look backstage, the page shows the phone only.
///
/// # Errors
/// When the HTTP client does not start or the listener breaks.
pub async fn serve(listener: TcpListener, connection: Option<Connection>, backstage: Option<Backstage>) -> Result<()> {
    let issuer = Issuer::new(format!("http://{}/oidc", listener.local_addr()?))?;
    let world = World::new(client()?, issuer, backstage);
    if let Some(connection) = connection {
        world.book().connect(connection);
    }
    axum::serve(listener, routes(world)).await?;
    Ok(())
}

fn routes(world: World) -> Router {
    Router::new()
        .merge(page::routes())
        .route("/health", get(|| async { Json(json!({"ok": true, "model": crate::OFFLINE_MODEL})) }))
        .route("/connections", post(connect).get(connections))
        .route("/reset", post(reset))
        .route("/say", post(whatsapp::say::say))
        .route("/call", post(calls::call))
        .route("/ring", post(calls::ring))
        .route("/deliver", post(whatsapp::say::deliver))
        .route("/sent", get(whatsapp::sent::list).delete(reset))
        .route("/typing", get(whatsapp::sent::typing))
        .route("/graph/script", post(whatsapp::misbehave::add).get(whatsapp::misbehave::waiting))
        .route("/graph/{number}/messages", post(whatsapp::graph::messages))
        .route("/ai/v1/chat/completions", post(ai::completions))
        .route("/ai/requests", get(ai::requests))
        .route("/ai/script", post(ai::script::add))
        .route("/oidc/.well-known/openid-configuration", get(issuer::discovery))
        .route("/oidc/jwks", get(issuer::jwks))
        .route("/oidc/token", post(issuer::token))
        // The product's own bound is tested with bodies beyond it.
        .layer(DefaultBodyLimit::disable())
        .with_state(world)
}

async fn connect(State(world): State<World>, Json(connection): Json<Connection>) -> StatusCode {
    world.book().connect(connection);
    StatusCode::NO_CONTENT
}

/// The numbers only: nobody needs the secrets back.
async fn connections(State(world): State<World>) -> Json<Value> {
    Json(world.book().connections.iter().map(|known| json!({"number": known.number})).collect())
}

async fn reset(State(world): State<World>) -> StatusCode {
    world.book().reset();
    StatusCode::NO_CONTENT
}

/// One line on the standard error output. Never holds what somebody wrote, a phone number or a secret.
#[expect(clippy::print_stderr, reason = "the log of a program that runs beside a terminal or into a file")]
pub(crate) fn log(line: &str) {
    let at = crate::clock::now().round(jiff::Unit::Second).unwrap_or_default();
    eprintln!("{at} simulator {line}");
}
