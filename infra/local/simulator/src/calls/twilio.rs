//! Twilio, which pushes no transcript: it posts that a call was completed, as a form, and that a conversation closed, as
//! JSON; what was said is fetched from its Conversations API, a page at a time
//! (<https://www.twilio.com/docs/api/conversations/v2/Communication>).

use super::accounts::Accounts;
use super::provider::{EndedCall, number};
use crate::api_error::ApiError;
use crate::simulator::Simulator;
use crate::state::Conversation;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::HashMap;

/// So few, that a conversation of a test has several pages.
const PAGE: usize = 2;
const ACCOUNT: &str = "AC00000000000000000000000000000001";

/// The id of a call's conversation.
fn conversation_id(call: &EndedCall<'_>) -> String {
    format!("conv_conversation_{}", call.id)
}

/// Keeps what was said, under the conversation's id.
pub(super) fn keep(simulator: &Simulator, call: &EndedCall<'_>) {
    let id = conversation_id(call);
    let (customer, own) = (number(&call.request.from), call.own_number);
    let participant = |who: &str, kind: &str, address: &str| {
        json!({"id": format!("comms_participant_{who}"), "conversationId": id, "accountId": ACCOUNT, "name": address,
            "type": kind, "profileId": null, "createdAt": call.began_at.to_string(), "updatedAt": call.began_at.to_string(),
            "addresses": [{"channel": "VOICE", "address": address, "channelId": call.id}]})
    };
    let communication = |(place, line): (usize, &super::provider::Line)| {
        let is_customer = line.speaker == "customer";
        let side = |who: &str, address: &str| json!({"address": address, "channel": "VOICE", "participantId": format!("comms_participant_{who}")});
        let (customer, agent) = (side("customer", &customer), side("agent", own));
        let (author, recipient) = if is_customer { (customer, agent) } else { (agent, customer) };
        let at = (call.began_at + SignedDuration::from_secs(i64::try_from(place).unwrap_or(0))).to_string();
        json!({"id": format!("comms_communication_{}_{place}", call.id), "conversationId": id, "accountId": ACCOUNT,
            "author": author, "recipients": [recipient], "channelId": call.id,
            "content": {"type": "TRANSCRIPTION", "text": line.text,
                "transcription": {"channel": i32::from(!is_customer), "confidence": 0.9, "engine": "offline"}},
            "createdAt": at, "updatedAt": at, "occurredAt": at})
    };
    let conversation = Conversation {
        participants: vec![participant("customer", "CUSTOMER", &customer), participant("agent", "AI_AGENT", own)],
        communications: call.request.lines.iter().enumerate().map(communication).collect(),
    };
    simulator.state().conversations.insert(id, conversation);
}

/// What is posted: <https://www.twilio.com/docs/voice/api/call-resource#statuscallback>, which is sent as a form, and
/// <https://www.twilio.com/docs/conversations/orchestrator/webhooks>.
pub(super) fn reports(call: &EndedCall<'_>) -> Vec<Value> {
    let answered_by = if call.request.voicemail { "machine_start" } else { "human" };
    let ended_at = jiff::fmt::rfc2822::to_string(&call.ended_at.to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default();
    let lasted = call.ended_at.duration_since(call.began_at).as_secs().to_string();
    vec![
        json!({"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": call.id, "CallStatus": "completed",
            "CallDuration": lasted, "Direction": "inbound", "From": number(&call.request.from), "To": call.own_number,
            "AnsweredBy": answered_by, "CallerName": "", "Timestamp": ended_at}),
        json!({"eventType": "CONVERSATION_UPDATED", "timestamp": call.ended_at.to_string(), "data": {
            "id": conversation_id(call), "accountId": ACCOUNT, "configurationId": "conv_configuration_demo",
            "status": "CLOSED", "name": null, "createdAt": call.began_at.to_string(),
            "updatedAt": call.ended_at.to_string()}}),
    ]
}

/// `GET /call-providers/twilio/v2/Conversations/{id}/{list}`: a page of a list.
pub(crate) async fn list(
    State(simulator): State<Simulator>,
    Path((id, list)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let accounts = Accounts::from_env()?;
    let wanted = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{}", accounts.api_key)));
    if headers.get(AUTHORIZATION).and_then(|given| given.to_str().ok()) != Some(wanted.as_str()) {
        return Err(ApiError::unauthorized("not the account's key"));
    }
    let state = simulator.state();
    let conversation = state.conversations.get(&id).ok_or_else(|| ApiError::not_found("no such conversation"))?;
    let (key, items) = match list.as_str() {
        "Participants" => ("participants", &conversation.participants),
        "Communications" => ("communications", &conversation.communications),
        _ => return Err(ApiError::not_found("no such list")),
    };
    let from = query.get("pageToken").and_then(|token| token.parse().ok()).unwrap_or(0).min(items.len());
    let to = (from + PAGE).min(items.len());
    let next = (to < items.len()).then(|| to.to_string());
    Ok(Json(json!({key: items[from..to], "meta": {"key": key, "pageSize": PAGE, "nextToken": next}})))
}
