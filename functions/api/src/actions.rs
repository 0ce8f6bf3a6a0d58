//! What is to be done for a customer at a time (docs/rules.md#m).

use crate::Api;
use crate::auth::{Agent, Caller, Viewer};
use crate::cursor::{PageQuery, cursor};
use crate::idempotency::IdempotencyContext;
use crate::json::{Body, Params, with_header};
use crate::openapi::{Answers, of_lead};
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::{LeadPath, check_text};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, IntoResponses, ToSchema};
use zikaron_memory::action::{ActionKind, EndName};
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::action::is_action;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::session::Session;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{Clock, EventBus};
use zikaron_protocol::staff::{ActionChange, NewAction, actions};

/// The longest text, in characters: that of a message.
const MAX_TEXT_CHARS: usize = 4_096;
/// The longest name of a template, in characters.
const MAX_TEMPLATE_CHARS: usize = 512;
/// How far ahead something may be due.
const MAX_AHEAD: SignedDuration = SignedDuration::from_hours(2 * 366 * 24);

/// The least time between its hour and the moment from which it is too late: schedules fire up to a minute late.
const SHORTEST: SignedDuration = SignedDuration::from_mins(5);

/// How long ago it may have been due when it is entered.
const MAX_BEHIND: SignedDuration = SignedDuration::from_hours(1);

/// Which action of which lead.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ActionPath {
    /// The lead's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    lead: String,
    /// The action's id.
    #[param(pattern = "^action[.][A-Za-z0-9_-]{1,64}$")]
    action: String,
}

impl IntoResponses for ActionPath {
    fn responses() -> Answers {
        of_lead()
    }
}

impl ActionPath {
    fn meant(&self, caller: &Caller) -> Result<(LeadKey, SessionId), Problem> {
        let (key, id) = (caller.lead(&self.lead)?, SessionId::new(&self.action));
        let is_plain = self.action.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        if is_action(&id) && is_plain { Ok((key, id)) } else { Err(Problem::not_found("action").at("action")) }
    }
}

/// What is to be done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "message", "text": "תזכורת: מחר ב-10:00 יש לך תור", "due_at": "2026-12-01T08:00:00Z"}))]
pub(crate) struct ActionRequest {
    /// By what means.
    kind: ActionKind,
    /// Of a message its words; of a call what it is about; of a person what they are to do.
    #[schema(min_length = 1, max_length = 4096, pattern = r"\S")]
    text: String,
    /// The template that is sent instead where the customer has not written for 24 hours, by its name in the settings.
    #[schema(max_length = 512)]
    template: Option<String>,
    /// When. Where that is a quiet time of the business, as soon after it as may be.
    due_at: Timestamp,
    /// After this it makes no sense any more: five minutes after `due_at` or later; four days after it if left out.
    latest: Option<Timestamp>,
    /// It is moot as soon as the customer writes: a follow-up.
    #[serde(default)]
    unless_they_write: bool,
}

/// What is changed of it; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"due_at": "2026-12-01T09:00:00Z"}))]
pub(crate) struct ActionPatch {
    /// Its text.
    #[schema(min_length = 1, max_length = 4096, pattern = r"\S")]
    text: Option<String>,
    /// When it is due; `latest` moves with it.
    due_at: Option<Timestamp>,
}

/// Something to be done, or that was.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionDocument {
    /// Its id.
    id: String,
    /// By what means.
    kind: ActionKind,
    /// Of a message its words; of a call what it is about; of a person what they are to do.
    text: String,
    /// The template for when the customer has not written for 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    /// When it is to be done.
    due_at: Timestamp,
    /// When it is looked at next: later than `due_at` where that is a quiet time; null once it has ended.
    next_at: Option<Timestamp>,
    /// After this it makes no sense any more.
    latest: Timestamp,
    /// When it was entered, or asked for.
    made_at: Timestamp,
    /// The customer's words, where they asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<String>,
    /// It is moot as soon as the customer writes.
    unless_they_write: bool,
    /// The message it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// How it ended; null while it waits.
    ended: Option<EndDocument>,
}

/// The end of an action.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EndDocument {
    /// When.
    at: Timestamp,
    /// How.
    end: EndName,
    /// Why: who cancelled it, the rule that forbade it, or the means that was not left.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl ActionDocument {
    fn of(session: &Session) -> Option<Self> {
        let action = session.action()?.clone();
        Some(Self {
            id: session.id.to_string(),
            kind: action.kind,
            text: action.text,
            template: action.template,
            due_at: action.due_at,
            next_at: session.retry_at.filter(|_| action.ended.is_none()),
            latest: action.latest,
            made_at: action.made_at,
            quote: action.asked.map(|asked| asked.quote),
            unless_they_write: action.unless_they_write,
            message: action.message.map(|message| message.id.to_string()),
            ended: action.ended.map(|ended| EndDocument {
                at: ended.at,
                end: ended.how.name(),
                reason: ended.how.reason(),
            }),
        })
    }

    fn written(session: &Session) -> Result<Self, Problem> {
        Self::of(session).ok_or_else(|| Problem::not_found("action").at("action"))
    }
}

/// Some of a lead's actions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionPage {
    /// The one that was entered last first.
    actions: Vec<ActionDocument>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

/// What is to be done for a lead, and what was
#[utoipa::path(get, path = "/v1/leads/{lead}/actions", tag = "actions", operation_id = "list_actions",
    params(LeadPath, PageQuery), responses((status = 200, body = ActionPage), LeadPath), security(("staff" = ["viewer"])))]
pub(crate) async fn list<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Viewer(caller): Viewer,
    Path(path): Path<LeadPath>,
    Params(page): Params<PageQuery>,
) -> Result<Json<ActionPage>, Problem> {
    let key = caller.lead(&path.lead)?;
    let list = format!("actions of {}", key.lead);
    let (most, before) = (page.most()?, page.after(&caller, &list)?);
    api.ports.store().state(&key).await?.ok_or_else(Problem::no_lead)?;
    let (found, next) = actions(api.ports.store(), &key, before.as_ref(), most).await?;
    let actions = found.iter().filter_map(ActionDocument::of).collect();
    Ok(Json(ActionPage { actions, next: cursor(&caller, &list, next) }))
}

/// Have something done at a time
///
/// What a rule would refuse then is refused now, and so is a message to who has never written: 409, with the rule in
/// `field`. The rules are asked again when it is due; how it ended then stands in `ended`, and an event tells of it.
#[utoipa::path(post, path = "/v1/leads/{lead}/actions", tag = "actions", operation_id = "add_action", params(LeadPath),
    request_body = ActionRequest,
    responses((status = 201, body = ActionDocument, headers(("Location" = String))), LeadPath),
    security(("staff" = ["agent"])))]
pub(crate) async fn add<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    context: IdempotencyContext,
    Body(body): Body<ActionRequest>,
) -> Result<Response, Problem> {
    let key = caller.lead(&path.lead)?;
    check_text(&body.text, MAX_TEXT_CHARS)?;
    check_time(context.now(), body.due_at)?;
    if body.template.as_ref().is_some_and(|name| name.chars().count() > MAX_TEMPLATE_CHARS) {
        return Err(Problem::invalid("template", format!("may be {MAX_TEMPLATE_CHARS} characters long")));
    }
    let lasts = body.latest.map(|latest| latest.duration_since(body.due_at));
    if lasts.is_some_and(|lasts| lasts < SHORTEST || lasts > MAX_AHEAD) {
        return Err(Problem::invalid("latest", "must be five minutes after due_at or later, within two years of it"));
    }
    let new = NewAction {
        kind: body.kind,
        text: body.text,
        template: body.template,
        due_at: body.due_at,
        latest: body.latest,
        unless_they_write: body.unless_they_write,
    };
    let session = api.staff(&context).add_action(&key, &new).await?;
    hint(&api, &key, &session).await?;
    let place = format!("/v1/leads/{}/actions/{}", key.lead, session.id);
    let document = (StatusCode::CREATED, Json(ActionDocument::written(&session)?)).into_response();
    Ok(with_header(document, header::LOCATION, &place))
}

/// Change what waits to be done
#[utoipa::path(patch, path = "/v1/leads/{lead}/actions/{action}", tag = "actions", operation_id = "change_action",
    params(ActionPath), request_body = ActionPatch, responses((status = 200, body = ActionDocument), ActionPath),
    security(("staff" = ["agent"])))]
pub(crate) async fn change<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<ActionPath>,
    context: IdempotencyContext,
    Body(body): Body<ActionPatch>,
) -> Result<Json<ActionDocument>, Problem> {
    let (key, id) = path.meant(&caller)?;
    body.text.as_deref().map_or(Ok(()), |text| check_text(text, MAX_TEXT_CHARS))?;
    body.due_at.map_or(Ok(()), |at| check_time(context.now(), at))?;
    let change = ActionChange { text: body.text, due_at: body.due_at };
    let session = api.staff(&context).change_action(&key, &id, &change).await?;
    hint(&api, &key, &session).await?;
    Ok(Json(ActionDocument::written(&session)?))
}

/// Cancel what waits to be done
///
/// What has ended otherwise stays: 409.
#[utoipa::path(delete, path = "/v1/leads/{lead}/actions/{action}", tag = "actions", operation_id = "cancel_action",
    params(ActionPath), responses((status = 200, body = ActionDocument), ActionPath), security(("staff" = ["agent"])))]
pub(crate) async fn cancel<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<ActionPath>,
    context: IdempotencyContext,
) -> Result<Json<ActionDocument>, Problem> {
    let (key, id) = path.meant(&caller)?;
    let session = api.staff(&context).cancel_action(&key, &id).await?;
    hint(&api, &key, &session).await?;
    Ok(Json(ActionDocument::written(&session)?))
}

/// Has the summarizer make its schedule, or publish its end. Where the hint is lost, the sweep finds it when it is due.
async fn hint<P: Ports>(api: &Api<P>, key: &LeadKey, session: &Session) -> Result<(), Problem> {
    let fire = TimerFired { key: key.clone(), session: session.id.clone(), generation: session.tries };
    Ok(api.ports.bus().publish(&[Event::SessionDue(fire)]).await?)
}

/// What is due a moment ago is due now: clocks differ, and people take their time.
fn check_time(now: Timestamp, at: Timestamp) -> Result<(), Problem> {
    let ahead = at.duration_since(now);
    if ahead > MAX_AHEAD || ahead < -MAX_BEHIND {
        return Err(Problem::invalid("due_at", "must be a time from now on, within two years"));
    }
    Ok(())
}
