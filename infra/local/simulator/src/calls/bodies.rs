//! What each provider posts.

use super::provider::{EndedCall, Line, Provider, Ring};
use serde_json::{Value, json};

/// The reports of a call, in the order in which the provider sends them.
pub(super) fn reports(call: &EndedCall<'_>) -> Vec<Value> {
    match call.request.provider {
        Provider::ElevenLabs => vec![elevenlabs(call)],
        Provider::Vapi => vec![vapi(call)],
        Provider::Retell => vec![retell(call, "call_ended"), retell(call, "call_analyzed")],
        Provider::Bland => vec![bland(call)],
        Provider::Generic => vec![generic(call)],
    }
}

/// The lines of the call in the provider's format; `names` are what it calls the customer and the agent.
fn turns(call: &EndedCall<'_>, names: (&str, &str), turn: impl Fn(&str, &str, usize) -> Value) -> Value {
    let name = |line: &Line| if line.speaker == "customer" { names.0.to_owned() } else { names.1.to_owned() };
    call.request.lines.iter().enumerate().map(|(place, line)| turn(&name(line), &line.text, place)).collect()
}

fn seconds(call: &EndedCall<'_>) -> i64 {
    call.ended_at.duration_since(call.began_at).as_secs()
}

/// <https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks>
fn elevenlabs(call: &EndedCall<'_>) -> Value {
    let phone = call.request.from.as_ref().map(|from| {
        json!({"type": "twilio", "direction": "inbound",
            "external_number": format!("+{from}"), "agent_number": call.own_number})
    });
    // Without a phone call only the agent names the business.
    json!({"type": "post_call_transcription", "event_timestamp": call.ended_at.as_second(), "data": {
        "agent_id": call.own_number, "conversation_id": call.id, "status": "done",
        "transcript": turns(call, ("user", "agent"), |role, text, at| {
            json!({"role": role, "message": text, "time_in_call_secs": at})
        }),
        "metadata": {"start_time_unix_secs": call.began_at.as_second(), "call_duration_secs": seconds(call),
            "termination_reason": if call.request.voicemail { "voicemail" } else { "" }, "phone_call": phone},
        "analysis": {"transcript_summary": call.request.summary},
    }})
}

/// <https://docs.vapi.ai/server-url/end-of-call-report>
fn vapi(call: &EndedCall<'_>) -> Value {
    let customer = json!({"number": call.request.from.as_ref().map(|from| format!("+{from}"))});
    let because = if call.request.voicemail { "voicemail" } else { "customer-ended-call" };
    json!({"message": {
        "type": "end-of-call-report", "endedReason": because,
        "startedAt": call.began_at.to_string(), "endedAt": call.ended_at.to_string(),
        "call": {"id": call.id, "type": "inboundPhoneCall", "customer": customer},
        "phoneNumber": {"number": call.own_number}, "analysis": {"summary": call.request.summary},
        "artifact": {"messages": turns(call, ("user", "bot"), |role, text, at| {
            json!({"role": role, "message": text, "secondsFromStart": at})
        })},
    }})
}

/// <https://docs.retellai.com/features/webhook-overview>
fn retell(call: &EndedCall<'_>, event: &str) -> Value {
    let because = if call.request.voicemail { "voicemail_reached" } else { "user_hangup" };
    let mut shown = json!({
        "call_type": "phone_call", "call_id": call.id, "direction": "inbound",
        "from_number": call.request.from.as_ref().map(|from| format!("+{from}")), "to_number": call.own_number,
        "start_timestamp": call.began_at.as_millisecond(), "end_timestamp": call.ended_at.as_millisecond(),
        "disconnection_reason": because,
        "transcript_object": turns(call, ("user", "agent"), |role, text, at| {
            json!({"role": role, "content": text, "words": [{"word": "", "start": at, "end": at + 1}]})
        }),
    });
    if event == "call_analyzed" {
        shown["call_analysis"] = json!({"call_summary": call.request.summary, "in_voicemail": call.request.voicemail});
    }
    json!({"event": event, "call": shown})
}

/// <https://docs.bland.ai/api-v1/get/calls-id>: the webhook holds what that request would answer.
fn bland(call: &EndedCall<'_>) -> Value {
    json!({
        "call_id": call.id, "inbound": true, "from": call.request.from.as_ref().map(|from| format!("+{from}")),
        "to": call.own_number, "completed": true, "corrected_duration": seconds(call).to_string(),
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
pub(super) fn start_question(ring: &Ring, own: &str) -> Option<Value> {
    let from = ring.from.as_ref().map(|from| format!("+{from}"));
    Some(match ring.provider {
        Provider::ElevenLabs => {
            json!({"caller_id": from, "agent_id": "agent_demo", "called_number": own, "call_sid": "CA"})
        }
        Provider::Vapi => json!({"message": {"type": "assistant-request",
            "call": {"type": "inboundPhoneCall", "customer": {"number": from}}, "phoneNumber": {"number": own}}}),
        Provider::Retell => json!({"event": "call_inbound",
            "call_inbound": {"agent_id": "agent_demo", "from_number": from, "to_number": own}}),
        Provider::Generic => json!({"from": from, "to": own}),
        Provider::Bland => return None,
    })
}
