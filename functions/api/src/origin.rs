//! Where a value of the profile comes from: the customer's own words, to be read where they stand.

use crate::Api;
use crate::auth::Viewer;
use crate::calls::SpokenDocument;
use crate::message::{MessageDocument, by_channel_id};
use crate::openapi::{Answers, of_lead};
use crate::ports::Ports;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, IntoResponses, ToSchema};
use zikaron_memory::profile::{Candidate, Field, Source};
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::call::Voice;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::session::Job;
use zikaron_protocol::ports::store::Store;

/// As many messages of one second are looked through.
const MAX_OF_ONE_SECOND: usize = 50;

/// Which field of which lead.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct FieldPath {
    /// The lead's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    lead: String,
    /// The field's name.
    #[param(pattern = "^[a-z0-9_]{1,40}$")]
    field: String,
}

impl IntoResponses for FieldPath {
    fn responses() -> Answers {
        of_lead()
    }
}

/// Where what stands in a field comes from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Origin {
    /// Who says so.
    source: Source,
    /// When it was said.
    at: Timestamp,
    /// In which session, or by what other act; null where nothing tells it any more.
    session: Option<String>,
    /// The customer's messages it was read in: those of this session and second. None where a person entered it, where
    /// it was said on the phone, or where they are not kept any more.
    messages: Vec<MessageDocument>,
    /// The phone call it was said in.
    call: Option<SaidOnThePhone>,
}

/// Where in a phone call something was said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SaidOnThePhone {
    /// The provider's id of the call.
    id: String,
    /// When it ended.
    ended_at: Timestamp,
    /// What the customer said then.
    said: Vec<SpokenDocument>,
}

/// Where a value comes from
///
/// The messages or the words on the phone that stand behind what a field says.
#[utoipa::path(get, path = "/v1/leads/{lead}/profile/{field}/origin", tag = "memory", operation_id = "read_origin",
    params(FieldPath), responses((status = 200, body = Origin), FieldPath), security(("staff" = ["viewer"])))]
pub(crate) async fn read<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Viewer(caller): Viewer,
    Path(path): Path<FieldPath>,
) -> Result<Json<Origin>, Problem> {
    let key = caller.lead(&path.lead)?;
    let store = api.ports.store();
    let (state, memory) = store.state_and_memory(&key).await?;
    state.ok_or_else(Problem::no_lead)?;
    let field = memory.document.customer_profile_json.get(&path.field);
    let field = field.ok_or_else(|| Problem::not_found("field").at("field"))?;
    let (source, at) = (field.source(), field.updated_at());
    let session = standing(field).map(|candidate| candidate.session.clone());
    let (mut messages, mut call) = (Vec::new(), None);
    if let (Some(session), Source::AiExtraction) = (&session, source) {
        messages = said_in_writing(&api, &key, session, at).await?;
        if messages.is_empty() {
            call = said_on_the_phone(&api, &key, session, at).await?;
        }
    }
    Ok(Json(Origin { source, at, session: session.map(|id| id.to_string()), messages, call }))
}

/// The offer that last made or confirmed what the field says.
fn standing(field: &Field) -> Option<&Candidate> {
    field.candidates().iter().rev().find(|one| one.source == field.source() && one.at == field.updated_at())
}

/// An offer has the time of the message it was read in.
async fn said_in_writing<P: Ports>(
    api: &Api<P>,
    key: &LeadKey,
    session: &SessionId,
    at: Timestamp,
) -> Result<Vec<MessageDocument>, Problem> {
    let store = api.ports.store();
    let settings = store.settings(&key.business).await?;
    let mut found = store.messages(key, Some(at), Some(at), MAX_OF_ONE_SECOND).await?;
    found.retain(|one| one.speaker == Speaker::Customer && one.session.as_ref() == Some(session));
    let all = found.clone();
    let others = by_channel_id(&all);
    Ok(found.into_iter().rev().map(|message| MessageDocument::of(message, settings.language, &others)).collect())
}

async fn said_on_the_phone<P: Ports>(
    api: &Api<P>,
    key: &LeadKey,
    session: &SessionId,
    at: Timestamp,
) -> Result<Option<SaidOnThePhone>, Problem> {
    let store = api.ports.store();
    let Some(Job::Call(place)) = store.session(key, session).await?.map(|session| session.job) else {
        return Ok(None);
    };
    let Some(call) = store.call(key, &place).await? else { return Ok(None) };
    let ended_at = call.key.ended_at;
    let then = |said: &&_| call.report.said_at(said, ended_at) == at;
    let said = call.report.transcript.iter().filter(then).filter(|said| said.voice == Voice::Customer);
    let said = said.cloned().map(SpokenDocument::from).collect();
    Ok(Some(SaidOnThePhone { id: call.key.name.call_id.to_string(), ended_at, said }))
}
