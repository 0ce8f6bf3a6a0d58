//! Events of the bus, posted to the webhooks of businesses: `courier` posts and tries again, `health` notices a webhook
//! that is dead, `edit` is what staff do. docs/decisions/0025-webhooks-out.md says why it is as it is.

mod body;
pub mod courier;
pub mod edit;
mod health;
