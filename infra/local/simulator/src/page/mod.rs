//! The page at `/`: one side a phone, on which one writes as a customer, the other what the business remembers of that
//! customer. It is a few plain files, and shows nothing but what is read from the simulator's state or from the stack.

mod assets;
mod customer_query;
mod live;
mod memory;
mod phone;
mod prompt;
mod staff;

use crate::simulator::Simulator;
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/", get(assets::page))
        .route("/page/{file}", get(assets::file))
        .route("/oidc/sign-in.css", get(assets::sign_in_style))
        .route("/page/files/{id}", get(assets::message_file))
        .route("/page/live", get(live::live))
        .route("/page/close", post(staff::close))
        .route("/page/mode", post(staff::mode))
}
