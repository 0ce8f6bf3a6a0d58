//! The sending side: `POST {base}/{phone_number_id}/messages` of the Graph API. It never repeats a request by itself,
//! since Meta has no idempotency key.
//!
//! Sources of forms and limits: [text](https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages),
//! [buttons](https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages),
//! [templates](https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/utility-templates/utility-templates),
//! [typing](https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators),
//! [user ids](https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids).

use super::error_code::{self, code_of, refusal};
use super::limit::within;
use super::template;
use crate::connection::ConnectionSecrets;
pub use crate::once::InvalidBaseUrl;
use crate::once::{NOT_REACHED, asked, base};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::future::Future;
use std::time::Duration;
use zikaron_memory::handover::ChannelFailure;
use zikaron_protocol::model::conversation::{Body, Button};
use zikaron_protocol::model::ids::{ConnectionId, CustomerAddress, Line, MessageId};
use zikaron_protocol::ports::{Messenger, Outgoing, SendError, Unavailable};

/// The Graph API, in the version this crate was written against: see its
/// [versions](https://developers.facebook.com/docs/graph-api/changelog) for how long that one is served.
pub const DEFAULT_BASE_URL: &str = "https://graph.facebook.com/v26.0";

/// The longest a send takes, all in all. A turn's lease must reach further than this.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(15);

/// What of [`SEND_TIMEOUT`] may pass before the token is there.
pub(super) const TOKEN_TIMEOUT: Duration = Duration::from_secs(4);

/// Nobody waits for the typing indicator.
const TYPING_TIMEOUT: Duration = Duration::from_secs(5);

/// Meta's code for a parameter that is not valid, used for what we do not even send.
const INVALID_PARAMETER: i64 = 100;

/// The access token of a connection.
pub trait Tokens: Send + Sync {
    /// The Bearer token for the Graph API.
    fn token(&self, connection: &ConnectionId) -> impl Future<Output = Result<SecretString, Unavailable>> + Send;
}

impl<S: ConnectionSecrets> Tokens for S {
    async fn token(&self, connection: &ConnectionId) -> Result<SecretString, Unavailable> {
        match self.connection(connection).await? {
            Some(secret) => Ok(secret.access_token),
            None => Err(Unavailable { what: "access token", reason: "there is no such connection".to_owned() }),
        }
    }
}

/// Sends WhatsApp messages, and fetches what comes with them.
#[derive(Clone)]
pub struct GraphClient<T> {
    pub(super) http: fn() -> reqwest::Client,
    tokens: T,
    pub(super) base: Url,
}

impl<T: Tokens> GraphClient<T> {
    /// `base_url` without a slash at the end, mostly [`DEFAULT_BASE_URL`].
    ///
    /// # Errors
    /// [`InvalidBaseUrl`].
    pub fn new(http: fn() -> reqwest::Client, tokens: T, base_url: &str) -> Result<Self, InvalidBaseUrl> {
        Ok(Self { http, tokens, base: base(base_url)? })
    }

    fn messages_url(&self, line: &Line) -> Url {
        let mut url = self.base.clone();
        // An http(s) URL always has segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(line.number.as_str()).push("messages");
        }
        url
    }

    /// The access token of this connection; none where it is not there in time.
    pub(super) async fn token(&self, connection: &ConnectionId) -> Option<SecretString> {
        let token = tokio::time::timeout(TOKEN_TIMEOUT, self.tokens.token(connection)).await.ok()?;
        token.inspect_err(|error| tracing::warn!(%connection, %error, "no access token: Meta is not asked")).ok()
    }

    /// Answers status and body of what Meta said.
    async fn post(&self, line: &Line, body: &Value, timeout: Duration) -> Result<(u16, Vec<u8>), SendError> {
        // Without a token nothing has left this process.
        let token = self.token(&line.connection).await.ok_or(SendError::RefusedForNow { code: NOT_REACHED })?;
        let request = (self.http)().post(self.messages_url(line)).bearer_auth(token.expose_secret()).json(body);
        asked(request, timeout).await
    }
}

impl<T: Tokens> Messenger for GraphClient<T> {
    async fn send(&self, outgoing: Outgoing<'_>) -> Result<MessageId, SendError> {
        let body = message(&outgoing).map_err(|rule| {
            tracing::error!(number = %outgoing.line.number, rule, "a message Meta would refuse was not sent");
            SendError::RefusedForGood { code: INVALID_PARAMETER }
        })?;
        let (status, answer) = self.post(outgoing.line, &body, SEND_TIMEOUT - TOKEN_TIMEOUT).await?;
        let code = code_of(&answer);
        match accepted(&answer).filter(|_| (200..300).contains(&status) && code.is_none()) {
            Some(id) => Ok(id),
            None => {
                tracing::warn!(number = %outgoing.line.number, status, code, "Meta did not accept a message");
                Err(refusal(status, code))
            }
        }
    }

    async fn show_typing(&self, line: &Line, message: &MessageId) -> Result<(), SendError> {
        let body = json!({
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": message.as_str(),
            "typing_indicator": {"type": "text"},
        });
        let (status, answer) = self.post(line, &body, TYPING_TIMEOUT).await?;
        match code_of(&answer) {
            None if (200..300).contains(&status) => Ok(()),
            code => Err(refusal(status, code)),
        }
    }

    fn failure(&self, code: i64) -> ChannelFailure {
        error_code::failure(code)
    }
}

/// The id Meta gave the message.
fn accepted(answer: &[u8]) -> Option<MessageId> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    MessageId::parse(answer.pointer("/messages/0/id")?.as_str()?).ok()
}

/// The request's body, or the rule of Meta that the message breaks. Lengths are in characters.
fn message(outgoing: &Outgoing<'_>) -> Result<Value, &'static str> {
    within(outgoing.tag, 0, 512, "a tag has at most 512 characters")?;
    let mut message = match outgoing.body {
        Body::Text(text) => {
            within(text, 1, 4096, "a text has 1 to 4096 characters")?;
            json!({"type": "text", "text": {"preview_url": false, "body": text}})
        }
        Body::NumberRequest { text } => {
            within(text, 1, 1024, "the text above the request has 1 to 1024 characters")?;
            let action = json!({"name": "request_contact_info"});
            let request = json!({"type": "request_contact_info", "body": {"text": text}, "action": action});
            json!({"type": "interactive", "interactive": request})
        }
        Body::Buttons { text, buttons } => {
            within(text, 1, 1024, "the text above buttons has 1 to 1024 characters")?;
            let action = json!({"buttons": reply_buttons(buttons)?});
            json!({"type": "interactive", "interactive": {"type": "button", "body": {"text": text}, "action": action}})
        }
        Body::Template { template, .. } => json!({"type": "template", "template": template::wire(template)?}),
    };
    message["messaging_product"] = json!("whatsapp");
    message["recipient_type"] = json!("individual");
    message["biz_opaque_callback_data"] = json!(outgoing.tag);
    if let Some(quoted) = outgoing.quotes {
        message["context"] = json!({"message_id": quoted.as_str()});
    }
    match outgoing.to {
        CustomerAddress { phone: Some(phone), .. } => message["to"] = json!(phone.expose()),
        // A user id in `to` is answered with 200 and dropped.
        CustomerAddress { bsuid: Some(bsuid), .. } => message["recipient"] = json!(bsuid.expose()),
        _ => return Err("a customer is reached by a phone number or a user id"),
    }
    Ok(message)
}

fn reply_buttons(buttons: &[Button]) -> Result<Vec<Value>, &'static str> {
    if !(1..=3).contains(&buttons.len()) {
        return Err("there are 1 to 3 buttons");
    }
    let button = |button: &Button| {
        within(&button.id, 1, 256, "a button's id has 1 to 256 characters")?;
        within(&button.title, 1, 20, "a button's title has 1 to 20 characters")?;
        Ok(json!({"type": "reply", "reply": {"id": button.id, "title": button.title}}))
    };
    buttons.iter().map(button).collect()
}
