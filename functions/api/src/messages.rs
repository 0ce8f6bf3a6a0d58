//! The conversation, and messages of people.

use crate::Api;
use crate::auth::{Agent, Viewer};
use crate::cursor::{PageQuery, cursor};
use crate::idempotency::IdempotencyContext;
use crate::json::{Body, Params};
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::LeadPath;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Event, TurnDue};
use zikaron_protocol::model::message::{End, Message, SendState};
use zikaron_protocol::ports::EventBus;
use zikaron_protocol::ports::business_store::LeadCollections;
use zikaron_protocol::ports::store::Store;

/// The longest text WhatsApp takes, in characters
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages>).
const MAX_TEXT_CHARS: usize = 4_096;

/// A message of either direction.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageDocument {
    /// Its id.
    id: String,
    /// When it was sent.
    at: Timestamp,
    /// Who wrote it.
    by: Speaker,
    /// The channel's type: `text`, `image`, …
    kind: String,
    /// The words as they stand now: written, edited, or none.
    text: String,
    /// The session it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    /// Its sender took it back: of its content nothing is kept.
    revoked: bool,
    /// Why it needs no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<End>,
    /// How far an outgoing message got.
    #[serde(skip_serializing_if = "Option::is_none")]
    sending: Option<Progress>,
    /// The channel's last error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
}

impl From<Message> for MessageDocument {
    fn from(message: Message) -> Self {
        Self {
            id: message.key.id.to_string(),
            at: message.key.sent_at,
            by: message.speaker,
            kind: message.kind,
            text: message.text,
            session: message.session.map(|session| session.to_string()),
            revoked: message.revoked,
            end: message.end,
            sending: message.sending.as_ref().map(|sending| sending.state.into()),
            code: message.sending.and_then(|sending| sending.code),
        }
    }
}

/// How far the sending of a message got.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    /// Not sent yet: a part that waits for the one before.
    Waiting,
    /// On its way.
    Sending,
    /// The channel took it.
    Sent,
    /// Refused for now: it goes out again.
    Failed,
    /// Refused for good, or taken and then not delivered.
    Refused,
    /// May have been sent; the channel may still say.
    Unknown,
    /// May have been sent, and the channel never said. It is not sent again.
    Uncertain,
}

impl From<SendState> for Progress {
    fn from(state: SendState) -> Self {
        match state {
            SendState::Waiting => Self::Waiting,
            SendState::Sending => Self::Sending,
            SendState::Sent => Self::Sent,
            SendState::Failed { .. } => Self::Failed,
            SendState::Refused => Self::Refused,
            SendState::Unknown => Self::Unknown,
            SendState::Uncertain => Self::Uncertain,
        }
    }
}

/// Some of a lead's messages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessagePage {
    /// Newest first.
    messages: Vec<MessageDocument>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

/// The conversation with a lead
#[utoipa::path(get, path = "/v1/leads/{lead}/messages", tag = "conversation", operation_id = "list_messages",
    params(LeadPath, PageQuery), responses((status = 200, body = MessagePage), LeadPath), security(("staff" = ["viewer"])))]
pub(crate) async fn list<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Viewer(caller): Viewer,
    Path(path): Path<LeadPath>,
    Params(page): Params<PageQuery>,
) -> Result<Json<MessagePage>, Problem> {
    let key = caller.lead(&path.lead)?;
    let list = format!("messages of {}", key.lead);
    let (most, before) = (page.most()?, page.after(&caller, &list)?);
    api.ports.store().state(&key).await?.ok_or_else(Problem::no_lead)?;
    let (found, next) = api.ports.store().page::<Message>(&key, before.as_ref(), most).await?;
    let messages = found.into_iter().map(MessageDocument::from).collect();
    Ok(Json(MessagePage { messages, next: cursor(&caller, &list, next) }))
}

/// A message of a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "היי, כאן רוני מהמספרה"}))]
pub(crate) struct Text {
    /// The text; not only spaces.
    #[schema(min_length = 1, max_length = 4096, pattern = r"\S")]
    text: String,
}

/// Send a message as staff
///
/// Who sends has taken the conversation over: the AI is silent until hand-back. The message goes the way of every
/// answer, once and in order; what became of it stands in its `sending`.
#[utoipa::path(post, path = "/v1/leads/{lead}/messages", tag = "conversation", operation_id = "send_message",
    params(LeadPath), request_body = Text, responses((status = 202, body = MessageDocument), LeadPath),
    security(("staff" = ["agent"])))]
pub(crate) async fn send<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    context: IdempotencyContext,
    Body(body): Body<Text>,
) -> Result<(StatusCode, Json<MessageDocument>), Problem> {
    let key = caller.lead(&path.lead)?;
    if body.text.trim().is_empty() || body.text.chars().count() > MAX_TEXT_CHARS {
        let rule = format!("must say something in at most {MAX_TEXT_CHARS} characters");
        return Err(Problem::invalid("text", rule));
    }
    let message = api.staff(&context).send(&key, &body.text, api.idle).await?;
    api.ports.bus().publish(&[Event::TurnDue(TurnDue { key, swept: false })]).await?;
    Ok((StatusCode::ACCEPTED, Json(message.into())))
}
