#![doc = include_str!("../README.md")]
#![expect(unused_qualifications, reason = "what utoipa's macros write")]

pub mod auth;
mod calls;
mod changes;
mod cursor;
mod door;
mod erase;
mod export;
mod handover;
mod import;
mod json;
pub mod keys;
mod leads;
mod memory;
mod messages;
mod notes;
mod occasion;
pub mod openapi;
pub mod ports;
mod problem;
mod profile;
mod session;
mod settings;
mod suggestions;
pub mod wire;

use auth::Gate;
use axum::Router;
use axum::middleware;
use axum::routing::{delete, get, patch, post, put};
use jiff::SignedDuration;
use occasion::Occasion;
use ports::Ports;
use std::sync::Arc;
use zikaron_protocol::staff::Desk;

/// What every handler works with.
pub struct Api<P> {
    pub(crate) ports: P,
    pub(crate) gate: Gate,
    /// Silence after which a session ends.
    pub(crate) idle: SignedDuration,
}

impl<P: Ports> Api<P> {
    /// The API over its ports, for whom the gate lets in.
    pub fn new(ports: P, gate: Gate, idle: SignedDuration) -> Self {
        Self { ports, gate, idle }
    }

    /// A desk at which this is done once, however often it is asked for.
    pub(crate) fn desk<'a>(&'a self, occasion: &'a Occasion) -> Desk<'a, P::Store, Occasion, Occasion> {
        Desk { store: self.ports.store(), clock: occasion, ids: occasion }
    }
}

macro_rules! routes {
    ($($path:literal: $($method:ident $module:ident :: $handler:ident),+;)+) => {
        /// Every route with its methods. The OpenAPI document must say the same; a test holds them against each other.
        pub const ROUTES: &[(&str, &[&str])] = &[$(($path, &[$(stringify!($method)),+])),+];

        /// All routes.
        pub fn router<P: Ports>(api: Api<P>) -> Router {
            let api = Arc::new(api);
            let mut router = Router::new();
            $($(router = router.route($path, $method($module::$handler::<P>));)+)+
            router
                .route(openapi::PATH, get(openapi::serve))
                .fallback(problem::nothing_here)
                .method_not_allowed_fallback(problem::not_this_method)
                .layer(middleware::from_fn_with_state(Arc::clone(&api), door::enter::<P>))
                .with_state(api)
        }

        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($module::$handler),+),+))]
        struct Paths;
    };
}

routes! {
    "/v1/settings": get settings::read, patch settings::change;
    "/v1/settings/routes/{connection}/{number}": put settings::add_route, delete settings::drop_route;
    "/v1/leads": get leads::list, post leads::create;
    "/v1/leads/import": post import::import;
    "/v1/leads/{lead}": get memory::read, delete erase::erase;
    "/v1/leads/{lead}/profile": patch profile::change;
    "/v1/leads/{lead}/suggestions/accept": post suggestions::accept;
    "/v1/leads/{lead}/suggestions/dismiss": post suggestions::dismiss;
    "/v1/leads/{lead}/notes": get notes::list, post notes::add;
    "/v1/leads/{lead}/notes/{note}": patch notes::change, delete notes::remove;
    "/v1/leads/{lead}/messages": get messages::list, post messages::send;
    "/v1/leads/{lead}/calls": get calls::list;
    "/v1/leads/{lead}/changes": get changes::list;
    "/v1/leads/{lead}/takeover": post handover::take_over;
    "/v1/leads/{lead}/handback": post handover::hand_back;
    "/v1/leads/{lead}/session/close": post session::close;
    "/v1/leads/{lead}/export": get export::export;
}
