#![doc = include_str!("../README.md")]
#![expect(unused_qualifications, reason = "what utoipa's macros write")]

mod actions;
pub mod auth;
mod calls;
mod changes;
mod chat_import;
pub mod console;
mod counted;
mod crm;
mod cursor;
mod deliveries;
mod enclosed;
mod erase;
mod export;
mod figures;
mod handover;
mod idempotency;
mod import;
mod json;
pub mod jwks;
mod lead_row;
mod leads;
mod marketing;
mod mcp;
mod me;
mod memory;
mod message;
mod messages;
mod middleware;
mod notes;
pub mod openapi;
mod origin;
pub mod ports;
mod problem;
mod profile;
mod session;
mod settings;
mod suggestions;
mod unchanged;
mod webhook;
#[cfg(test)]
mod whole;
mod wire;

use auth::TokenPolicy;
use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, get};
use console::SignIn;
use idempotency::IdempotencyContext;
use jiff::SignedDuration;
use ports::Ports;
use std::sync::Arc;
use utoipa::openapi::path::HttpMethod;
use zikaron_protocol::staff::StaffService;

/// What every handler works with.
pub struct Api<P> {
    pub(crate) ports: P,
    pub(crate) policy: TokenPolicy,
    /// Silence after which a session ends.
    pub(crate) idle: SignedDuration,
    /// How people sign in to the console; none where it is not served.
    pub(crate) console: Option<SignIn>,
}

impl<P: Ports> Api<P> {
    /// The API over its ports, for whom the policy lets in.
    pub fn new(ports: P, policy: TokenPolicy, idle: SignedDuration) -> Self {
        Self { ports, policy, idle, console: None }
    }

    /// The same, with the console beside it.
    #[must_use]
    pub fn with_console(self, console: Option<SignIn>) -> Self {
        Self { console, ..self }
    }

    /// The edits of staff for this request, which take effect once, however often it is asked for.
    pub(crate) fn staff<'a>(
        &'a self,
        context: &'a IdempotencyContext,
    ) -> StaffService<'a, P::Store, IdempotencyContext, IdempotencyContext> {
        StaffService { store: self.ports.store(), clock: context, ids: context }
    }
}

/// Makes the router and the OpenAPI document out of one list of handlers. Path and method are those that
/// `#[utoipa::path]` says at the handler, so they cannot differ.
macro_rules! routes {
    ($($module:ident: $($handler:ident),+;)+) => {
        pastey::paste! {
            fn routes<P: Ports>() -> Router<Arc<Api<P>>> {
                let router = Router::new();
                $($(let router = add::<$module::[<__path_ $handler>], _, _, _>(router, $module::$handler::<P>);)+)+
                router
            }
        }

        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($module::$handler),+),+))]
        struct Described;
    };
}

routes! {
    me: read;
    settings: read, change, add_route, drop_route;
    leads: list, create;
    import: import;
    chat_import: read, begin, start, cancel;
    memory: read;
    erase: erase;
    profile: change;
    origin: read;
    suggestions: accept, dismiss;
    notes: list, add, change, remove;
    messages: list, send;
    calls: list;
    changes: list;
    handover: take_over, hand_back;
    actions: list, add, change, cancel;
    marketing: set;
    session: close;
    export: export;
    figures: read;
    counted: list;
    webhook: read, enter, remove, read_secret, change_secret, test;
    deliveries: list, redeliver;
}

/// A handler where its description `D` says. Not by utoipa-axum's router: that one describes every operation whenever
/// it is built, at every cold start, which takes twenty times as long as the routes alone.
fn add<D: utoipa::Path, H: Handler<T, S>, T: 'static, S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    handler: H,
) -> Router<S> {
    let on = |methods: MethodRouter<S>, method| methods.on(filter(&method), handler.clone());
    router.route(&D::path(), D::methods().into_iter().fold(MethodRouter::new(), on))
}

fn filter(method: &HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Trace => MethodFilter::TRACE,
    }
}

/// The API as a service: its routes, its OpenAPI document, the middleware in front of both, and all of it as tools.
pub fn router<P: Ports>(api: Api<P>) -> Router {
    let api = Arc::new(api);
    // In front of the middleware: whoever loads the page has no token yet.
    let console = api.console.as_ref().map(console::routes).unwrap_or_default();
    let router = routes()
        .route(openapi::PATH, get(openapi::serve))
        .fallback(problem::nothing_here)
        .method_not_allowed_fallback(problem::not_this_method)
        .layer(from_fn_with_state(Arc::clone(&api), middleware::enter::<P>))
        .with_state(Arc::clone(&api));
    mcp::with_tools(&api, router).merge(console)
}
