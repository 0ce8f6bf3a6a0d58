//! What each provider posts.

use super::provider::{EndedCall, Line, Provider, Ring, ToolUse, number};
use super::twilio;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The reports of a call, in the order in which the provider sends them.
pub(super) fn reports(call: &EndedCall<'_>) -> Vec<Value> {
    match call.request.provider {
        Provider::ElevenLabs => vec![elevenlabs(call)],
        Provider::Vapi => vec![vapi(call)],
        Provider::Retell => vec![retell(call, "call_ended"), retell(call, "call_analyzed")],
        Provider::Bland => vec![bland(call)],
        Provider::Twilio => twilio::reports(call),
        Provider::Generic => vec![generic(call)],
    }
}

/// The lines of the call in the provider's format; `names` are what it calls the customer and the agent.
fn turns(call: &EndedCall<'_>, names: (&str, &str), turn: impl Fn(&str, &str, usize) -> Value) -> Value {
    let name = |line: &Line| if line.speaker == "customer" { names.0.to_owned() } else { names.1.to_owned() };
    call.request.lines.iter().enumerate().map(|(place, line)| turn(&name(line), &line.text, place)).collect()
}

/// `inbound` or `outbound`, and from whom to whom.
fn direction(call: &EndedCall<'_>) -> (&'static str, String, String) {
    let (customer, own) = (number(&call.request.from), call.own_number.to_owned());
    if call.placed.is_some() { ("outbound", own, customer) } else { ("inbound", customer, own) }
}

fn seconds(call: &EndedCall<'_>) -> i64 {
    call.ended_at.duration_since(call.began_at).as_secs()
}

/// <https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks>
fn elevenlabs(call: &EndedCall<'_>) -> Value {
    let result = if call.request.voicemail { "voicemail" } else { "answered" };
    let (direction, ..) = direction(call);
    let phone = json!({"type": "twilio", "direction": direction, "phone_number_id": "phnum_demo",
        "external_number": number(&call.request.from), "agent_number": call.own_number,
        "call_sid": format!("CA{}", call.id), "stream_sid": format!("MZ{}", call.id), "call_result": result});
    let analysis = call
        .request
        .summary
        .as_ref()
        .map(|summary| json!({"call_successful": "success", "transcript_summary": summary}));
    let mut report = json!({"type": "post_call_transcription", "event_timestamp": call.ended_at.as_second(), "data": {
        "agent_id": "agent_demo", "conversation_id": call.id, "status": "done",
        "transcript": turns(call, ("user", "agent"), |role, text, at| {
            json!({"role": role, "message": text, "time_in_call_secs": at})
        }),
        "metadata": {"start_time_unix_secs": call.began_at.as_second(), "call_duration_secs": seconds(call),
            "termination_reason": "Call ended by remote party", "phone_call": phone},
        "analysis": analysis,
        "has_audio": true, "has_user_audio": true, "has_response_audio": true, "has_auxiliary_audio": false,
    }});
    if let Some(placed) = call.placed {
        report["data"]["conversation_initiation_client_data"] = json!({"dynamic_variables": placed.variables});
    }
    report
}

/// <https://docs.vapi.ai/server-url/end-of-call-report>
fn vapi(call: &EndedCall<'_>) -> Value {
    let customer = json!({"number": call.request.from.as_ref().map(|from| format!("+{from}"))});
    let because = if call.request.voicemail { "voicemail" } else { "customer-ended-call" };
    let began = call.began_at.as_millisecond();
    let messages = turns(call, ("user", "bot"), |role, text, at| {
        let at = i64::try_from(at).unwrap_or(0);
        let time = began + 1_000 * at;
        json!({"role": role, "message": text, "time": time, "endTime": time + 1_000, "secondsFromStart": at})
    });
    let mut report = json!({"message": {
        "type": "end-of-call-report", "endedReason": because, "timestamp": call.ended_at.as_millisecond(),
        "startedAt": call.began_at.to_string(), "endedAt": call.ended_at.to_string(),
        "call": {"id": call.id, "orgId": "org_demo", "createdAt": call.began_at.to_string(),
            "updatedAt": call.ended_at.to_string(), "type": "inboundPhoneCall", "status": "ended", "customer": customer},
        "phoneNumber": {"number": call.own_number}, "analysis": {"summary": call.request.summary},
        "artifact": {"messages": messages},
    }});
    if let Some(placed) = call.placed {
        let shown = &mut report["message"]["call"];
        shown["type"] = json!("outboundPhoneCall");
        shown["assistantOverrides"] = json!({"variableValues": placed.variables, "metadata": placed.metadata});
    }
    report
}

/// <https://docs.retellai.com/features/webhook-overview>
fn retell(call: &EndedCall<'_>, event: &str) -> Value {
    let because = if call.request.voicemail { "voicemail_reached" } else { "user_hangup" };
    let (direction, from, to) = direction(call);
    let mut shown = json!({
        "call_type": "phone_call", "call_id": call.id, "direction": direction,
        "agent_id": "agent_demo", "agent_version": 0, "call_status": "ended",
        "from_number": from, "to_number": to,
        "start_timestamp": call.began_at.as_millisecond(), "end_timestamp": call.ended_at.as_millisecond(),
        "disconnection_reason": because,
        "transcript_object": turns(call, ("user", "agent"), |role, text, at| {
            json!({"role": role, "content": text, "words": [{"word": "", "start": at, "end": at + 1}]})
        }),
    });
    if let Some(placed) = call.placed {
        shown["metadata"] = placed.metadata.clone();
        shown["retell_llm_dynamic_variables"] = placed.variables.clone();
    }
    if event == "call_analyzed" {
        shown["call_analysis"] = json!({"call_summary": call.request.summary, "in_voicemail": call.request.voicemail});
    }
    json!({"event": event, "call": shown})
}

/// <https://docs.bland.ai/api-v1/get/calls-id>: the webhook holds what that request would answer.
fn bland(call: &EndedCall<'_>) -> Value {
    let customer = call.request.from.as_ref().map(|from| format!("+{from}"));
    let inbound = call.placed.is_none();
    let (from, to) =
        if inbound { (json!(customer), json!(call.own_number)) } else { (json!(call.own_number), json!(customer)) };
    json!({
        "call_id": call.id, "inbound": inbound, "from": from, "to": to, "completed": true,
        "metadata": call.placed.map(|placed| &placed.metadata), "corrected_duration": seconds(call).to_string(),
        "started_at": call.began_at.to_string(), "end_at": call.ended_at.to_string(),
        "answered_by": if call.request.voicemail { "voicemail" } else { "human" }, "summary": call.request.summary,
        "transcripts": turns(call, ("user", "assistant"), |user, text, _| json!({"user": user, "text": text})),
    })
}

/// The product's own format.
fn generic(call: &EndedCall<'_>) -> Value {
    json!({
        "call_id": call.id, "direction": "inbound", "from": call.request.from, "to": call.own_number,
        "started_at": call.began_at.to_string(), "ended_at": call.ended_at.to_string(),
        "summary": call.request.summary, "voicemail": call.request.voicemail,
        "transcript": turns(call, ("customer", "agent"), |speaker, text, at| {
            let offset = jiff::SignedDuration::from_secs(i64::try_from(at).unwrap_or(0));
            json!({"speaker": speaker, "text": text, "at": (call.began_at + offset).to_string()})
        }),
    })
}

/// The question at the start of a call; none of a provider that asks nothing. ElevenLabs:
/// <https://elevenlabs.io/docs/agents-platform/customization/personalization/twilio-personalization>.
pub(super) fn start_question(ring: &Ring, own: &str, now: Timestamp) -> Option<Value> {
    let from = ring.from.as_ref().map(|from| format!("+{from}"));
    Some(match ring.provider {
        Provider::ElevenLabs => {
            json!({"caller_id": number(&ring.from), "agent_id": "agent_demo", "called_number": own, "call_sid": "CA"})
        }
        Provider::Vapi => json!({"message": {"type": "assistant-request", "timestamp": now.as_millisecond(),
            "call": {"id": "call_demo", "orgId": "org_demo", "createdAt": now.to_string(), "updatedAt": now.to_string(),
                "type": "inboundPhoneCall", "status": "ringing", "customer": {"number": from}},
            "phoneNumber": {"number": own}}}),
        Provider::Retell => json!({"event": "call_inbound",
            "call_inbound": {"agent_id": "agent_demo", "from_number": number(&ring.from), "to_number": own}}),
        Provider::Generic => json!({"from": from, "to": own}),
        Provider::Bland | Provider::Twilio => return None,
    })
}

/// What a voice agent's tool sends; none of a provider without tools. Of ElevenLabs and Bland it is what whoever sets the
/// tool up has it send. Vapi: <https://docs.vapi.ai/tools/custom-tools>; Retell:
/// <https://docs.retellai.com/build/conversation-flow/custom-function>.
pub(super) fn tool_request(used: &ToolUse, (name, given): (&str, &str), own: &str, now: Timestamp) -> Option<Value> {
    let (from, id) = (used.from.as_ref().map(|from| format!("+{from}")), &used.id);
    Some(match used.provider {
        Provider::ElevenLabs => json!({name: given, "from": number(&used.from), "to": own, "agent_id": "agent_demo",
            "conversation_id": id}),
        Provider::Vapi => json!({"message": {"type": "tool-calls", "timestamp": now.as_millisecond(),
            "toolCallList": [{"id": "toolu_demo", "name": "tool", "arguments": {name: given}}],
            "call": {"id": id, "type": "inboundPhoneCall", "customer": {"number": from}},
            "phoneNumber": {"number": own}}}),
        Provider::Retell => json!({"name": "tool", "args": {name: given}, "call": {"call_id": id,
            "call_type": "phone_call", "direction": "inbound", "agent_id": "agent_demo",
            "from_number": number(&used.from), "to_number": own}}),
        Provider::Bland => json!({name: given, "from": number(&used.from), "to": own, "inbound": true, "call_id": id}),
        Provider::Generic => json!({name: given, "from": from, "to": own, "call_id": id}),
        Provider::Twilio => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::provider::Call;
    use super::*;
    use std::collections::BTreeMap;

    /// `tests/sdks` puts what stands in the snapshot before the providers' own SDKs.
    #[test]
    fn what_each_provider_posts() {
        let ended_at: Timestamp = "2026-11-16T08:03:00Z".parse().unwrap();
        let line = |speaker: &str, text: &str| Line { speaker: speaker.to_owned(), text: text.to_owned() };
        let lines = vec![line("agent", "מספרת הדמו שלום"), line("customer", "עדיף לי בערב")];
        let mut bodies = BTreeMap::new();
        for (provider, from, voicemail) in [
            (Provider::ElevenLabs, Some("972555000001"), false),
            (Provider::ElevenLabs, None, true),
            (Provider::Vapi, Some("972555000001"), false),
            (Provider::Vapi, None, true),
            (Provider::Retell, Some("972555000001"), false),
            (Provider::Retell, None, true),
            (Provider::Twilio, Some("972555000001"), false),
            (Provider::Twilio, None, true),
        ] {
            let from = from.map(str::to_owned);
            let summary = (!voicemail).then(|| "The caller prefers evenings.".to_owned());
            let name = format!("{}{}", provider.as_str(), if voicemail { "-voicemail" } else { "" });
            let ring = Ring { from: from.clone(), provider };
            bodies.extend(start_question(&ring, "+12025550100", ended_at).map(|body| (format!("{name}-start"), body)));
            let request = Call { from, provider, lines: lines.clone(), summary, voicemail, ..Call::default() };
            let began_at = ended_at - jiff::SignedDuration::from_secs(180);
            let call = EndedCall {
                id: "call_1",
                request: &request,
                own_number: "+12025550100",
                placed: None,
                began_at,
                ended_at,
            };
            let reports = reports(&call).into_iter().enumerate();
            bodies.extend(reports.map(|(at, body)| (format!("{name}-{}", at + 1), body)));
        }
        insta::assert_json_snapshot!(bodies);
    }
}
