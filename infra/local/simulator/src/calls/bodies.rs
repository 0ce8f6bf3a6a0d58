//! What each provider posts.

use super::{Line, Provider, Ring, Took};
use serde_json::{Value, json};

/// The reports of a call, in the order in which the provider sends them.
pub(super) fn ended(took: &Took<'_>) -> Vec<Value> {
    match took.call.provider {
        Provider::ElevenLabs => vec![elevenlabs(took)],
        Provider::Vapi => vec![vapi(took)],
        Provider::Retell => vec![retell(took, "call_ended"), retell(took, "call_analyzed")],
        Provider::Bland => vec![bland(took)],
        Provider::Generic => vec![generic(took)],
    }
}

/// The lines with the names the provider gives to customer and agent.
fn turns(took: &Took<'_>, names: (&str, &str), turn: impl Fn(&str, &str, usize) -> Value) -> Value {
    let name = |line: &Line| if line.speaker == "customer" { names.0.to_owned() } else { names.1.to_owned() };
    took.call.lines.iter().enumerate().map(|(place, line)| turn(&name(line), &line.text, place)).collect()
}

fn seconds(took: &Took<'_>) -> i64 {
    took.ended.duration_since(took.began).as_secs()
}

fn elevenlabs(took: &Took<'_>) -> Value {
    let phone = took.call.from.as_ref().map(|from| {
        json!({"type": "twilio", "direction": "inbound", "external_number": format!("+{from}"), "agent_number": took.own})
    });
    // Without a phone call only the agent names the business.
    json!({"type": "post_call_transcription", "event_timestamp": took.ended.as_second(), "data": {
        "agent_id": took.own, "conversation_id": took.id, "status": "done",
        "transcript": turns(took, ("user", "agent"), |role, text, at| {
            json!({"role": role, "message": text, "time_in_call_secs": at})
        }),
        "metadata": {"start_time_unix_secs": took.began.as_second(), "call_duration_secs": seconds(took),
            "termination_reason": if took.call.voicemail { "voicemail" } else { "" }, "phone_call": phone},
        "analysis": {"transcript_summary": took.call.summary},
    }})
}

fn vapi(took: &Took<'_>) -> Value {
    let customer = json!({"number": took.call.from.as_ref().map(|from| format!("+{from}"))});
    let because = if took.call.voicemail { "voicemail" } else { "customer-ended-call" };
    json!({"message": {
        "type": "end-of-call-report", "endedReason": because,
        "startedAt": took.began.to_string(), "endedAt": took.ended.to_string(),
        "call": {"id": took.id, "type": "inboundPhoneCall", "customer": customer},
        "phoneNumber": {"number": took.own}, "analysis": {"summary": took.call.summary},
        "artifact": {"messages": turns(took, ("user", "bot"), |role, text, at| {
            json!({"role": role, "message": text, "secondsFromStart": at})
        })},
    }})
}

fn retell(took: &Took<'_>, event: &str) -> Value {
    let because = if took.call.voicemail { "voicemail_reached" } else { "user_hangup" };
    let mut call = json!({
        "call_type": "phone_call", "call_id": took.id, "direction": "inbound",
        "from_number": took.call.from.as_ref().map(|from| format!("+{from}")), "to_number": took.own,
        "start_timestamp": took.began.as_millisecond(), "end_timestamp": took.ended.as_millisecond(),
        "disconnection_reason": because,
        "transcript_object": turns(took, ("user", "agent"), |role, text, at| {
            json!({"role": role, "content": text, "words": [{"word": "", "start": at, "end": at + 1}]})
        }),
    });
    if event == "call_analyzed" {
        call["call_analysis"] = json!({"call_summary": took.call.summary, "in_voicemail": took.call.voicemail});
    }
    json!({"event": event, "call": call})
}

fn bland(took: &Took<'_>) -> Value {
    json!({
        "call_id": took.id, "inbound": true, "from": took.call.from.as_ref().map(|from| format!("+{from}")),
        "to": took.own, "completed": true, "corrected_duration": seconds(took).to_string(),
        "started_at": took.began.to_string(), "end_at": took.ended.to_string(),
        "answered_by": if took.call.voicemail { "voicemail" } else { "human" }, "summary": took.call.summary,
        "transcripts": turns(took, ("user", "assistant"), |user, text, _| json!({"user": user, "text": text})),
    })
}

fn generic(took: &Took<'_>) -> Value {
    json!({
        "call_id": took.id, "direction": "inbound", "from": took.call.from, "to": took.own,
        "started_at": took.began.to_string(), "ended_at": took.ended.to_string(),
        "summary": took.call.summary, "voicemail": took.call.voicemail,
        "transcript": turns(took, ("customer", "agent"), |speaker, text, at| {
            let offset = jiff::SignedDuration::from_secs(i64::try_from(at).unwrap_or(0));
            json!({"speaker": speaker, "text": text, "at": (took.began + offset).to_string()})
        }),
    })
}

/// The question at the start of a call; none of a provider that asks nothing.
pub(super) fn starts(ring: &Ring, own: &str) -> Option<Value> {
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
