//! The conversation, and messages of people.

use crate::Api;
use crate::auth::{Agent, Viewer};
use crate::cursor::{PageQuery, cursor};
use crate::idempotency::IdempotencyContext;
use crate::json::{Body, Params};
use crate::message::{MessageDocument, Others, by_channel_id, quotes_further};
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::{LeadPath, check_text};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_memory::language::Language;
use zikaron_protocol::model::event::{Event, TurnDue};
use zikaron_protocol::model::message::Message;
use zikaron_protocol::ports::EventBus;
use zikaron_protocol::ports::business_store::LeadCollections;
use zikaron_protocol::ports::store::Store;

/// The longest text WhatsApp takes, in characters
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages>).
const MAX_TEXT_CHARS: usize = 4_096;
/// How many messages before a page are looked through for what the page replies to.
const QUOTED_NEAR: usize = 50;

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
    let store = api.ports.store();
    let page = store.page::<Message>(&key, before.as_ref(), most);
    let ((found, next), settings) = tokio::try_join!(page, store.settings(&key.business))?;
    let mut near = found.clone();
    if quotes_further(&found)
        && let Some(before) = &next
    {
        near.extend(store.page::<Message>(&key, Some(before), QUOTED_NEAR).await?.0);
    }
    let others = by_channel_id(&near);
    let document = |message| MessageDocument::of(message, settings.language, &others);
    let messages = found.into_iter().map(document).collect();
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
    check_text(&body.text, MAX_TEXT_CHARS)?;
    let message = api.staff(&context).send(&key, &body.text, api.idle).await?;
    api.ports.bus().publish(&[Event::TurnDue(TurnDue { key, swept: false })]).await?;
    // Nothing but words: the same in any language.
    let document = MessageDocument::of(message, Language::default(), &Others::new());
    Ok((StatusCode::ACCEPTED, Json(document)))
}
