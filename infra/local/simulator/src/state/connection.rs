//! The business's side of a WhatsApp number.

use serde::{Deserialize, Serialize};

/// One WhatsApp number of a Meta app, and where that app's webhooks go.
#[derive(Clone, Serialize, Deserialize)]
pub struct Connection {
    /// The `phone_number_id`.
    pub number: String,
    /// Where webhooks go; without it nothing can be said to this number, and no statuses come.
    #[serde(default)]
    pub webhook_url: Option<String>,
    /// What webhooks are signed with.
    pub app_secret: String,
    /// What a send must bear.
    pub access_token: String,
    /// The number as people dial it, digits only.
    #[serde(default = "display_number")]
    pub display_number: String,
    /// Which statuses follow a send, in this order.
    #[serde(default = "statuses")]
    pub statuses: Vec<String>,
}

/// From the range that is kept free for fiction: nobody has it.
fn display_number() -> String {
    "12025550100".to_owned()
}

fn statuses() -> Vec<String> {
    vec!["sent".to_owned(), "delivered".to_owned()]
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("number", &self.number).finish_non_exhaustive()
    }
}
