//! Webhooks of businesses: signed posts to addresses that businesses choose, by Standard Webhooks
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

mod public;
mod receiver;
mod secret;
mod targets;

pub use receiver::{HttpReceiver, POST_TIMEOUT};
pub use secret::{WebhookSecret, WebhookSecrets};
pub use targets::{TargetError, Targets, WebhookTargets};
