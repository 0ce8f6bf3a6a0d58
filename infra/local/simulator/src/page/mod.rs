//! The page at `/`: one side a phone, on which one writes as a customer, the other what the business remembers of that
//! customer. It is a few plain files, and shows nothing that is not read from the book or from the stack.

mod assets;
mod live;
mod memory;
mod phone;
mod prompt;
mod staff;

use crate::admin::Admin;
use crate::fault::Fault;
use crate::world::{Customer, World, bsuid_of};
use axum::Router;
use axum::routing::{get, post};
use serde::Deserialize;
use std::time::Duration;

/// The stack behind the number, as far as the page looks there.
///
/// It looks through the operator's command, a process of its own, and not through the AWS SDK: the simulator stays a
/// small program that builds in seconds, the page shows what an operator sees, and a stack that hangs or is gone can
/// not take the phone down with it. What a process costs (some 50 ms) is spent only while a page is open; see
/// `page/live.rs`.
#[derive(Clone, Debug)]
pub struct Backstage {
    /// The operator's command.
    pub admin: Admin,
    /// Silence after which a session ends.
    pub idle: Duration,
    /// The model that answers. If it is not the offline one, its prompts do not pass here.
    pub model: String,
}

pub(crate) fn routes() -> Router<World> {
    Router::new()
        .route("/", get(assets::page))
        .route("/page/{file}", get(assets::file))
        .route("/page/live", get(live::live))
        .route("/page/close", post(staff::close))
        .route("/page/mode", post(staff::mode))
}

/// A customer as the page names one.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Who {
    /// Digits of the phone number.
    phone: Option<String>,
    /// The user id of a customer without one.
    bsuid: Option<String>,
}

impl Who {
    /// The customer and the number of the business; that is the first one known.
    fn customer(&self, world: &World) -> Result<(String, Customer), Fault> {
        let number = world.book().connection(None).map(|connection| connection.number.clone());
        let number = number.ok_or_else(|| Fault::not_found("no number is known: POST /connections makes one known"))?;
        let phone = self.phone.clone().filter(|phone| !phone.is_empty() && phone.bytes().all(|b| b.is_ascii_digit()));
        // It becomes an argument of a command.
        let is_id = |bsuid: &String| bsuid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.') && !bsuid.is_empty();
        let bsuid = self.bsuid.clone().filter(is_id);
        let bsuid = bsuid.or_else(|| phone.as_ref().map(|phone| bsuid_of(&number, phone)));
        if bsuid.is_none() {
            return Err(Fault::bad_request("nobody is named: `phone` (digits) or `bsuid` is needed"));
        }
        Ok((number, Customer { phone, bsuid }))
    }
}

/// The words by which the operator's command finds the customer.
fn named(customer: &Customer) -> [String; 2] {
    match (&customer.phone, &customer.bsuid) {
        (Some(phone), _) => ["--phone".to_owned(), format!("+{phone}")],
        (None, bsuid) => ["--bsuid".to_owned(), bsuid.clone().unwrap_or_default()],
    }
}
