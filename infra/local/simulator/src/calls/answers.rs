//! What each provider answers to a request for a call.

use super::provider::Provider;
use crate::log::log;
use crate::state::PlacedCall;
use serde_json::{Value, json};

/// An answer: status and body.
pub(super) type Answer = (u16, Value);

/// The answer to a call that was taken.
pub(super) fn taken(provider: Provider, call: &PlacedCall, asked: &Value) -> Answer {
    match provider {
        Provider::ElevenLabs => (
            200,
            json!({"success": true, "message": "Success", "conversation_id": call.id,
                "callSid": format!("CA{}", call.id)}),
        ),
        Provider::Vapi => (
            201,
            json!({"id": call.id, "type": "outboundPhoneCall", "status": "queued", "createdAt": call.at,
                "customer": asked["customer"], "assistantId": call.agent, "phoneNumberId": call.from}),
        ),
        Provider::Bland => (
            200,
            json!({"status": "success", "message": "Call successfully queued.", "call_id": call.id, "batch_id": null}),
        ),
        Provider::Retell | Provider::Twilio | Provider::Generic => (
            201,
            json!({"call_id": call.id, "call_type": "phone_call", "call_status": "registered", "agent_id": call.agent,
                "direction": "outbound", "from_number": call.from, "to_number": asked["to_number"],
                "metadata": call.metadata}),
        ),
    }
}

/// A refusal in the provider's form.
pub(super) fn refusal(provider: Provider, status: u16, why: &str) -> Answer {
    log(&format!("{} places no call: {status} {why}", provider.as_str()));
    let body = match provider {
        Provider::ElevenLabs => json!({"detail": {"status": "refused", "message": why}}),
        Provider::Vapi => json!({"message": [why], "error": "Refused", "statusCode": status}),
        Provider::Bland => json!({"status": "error", "message": why, "errors": [why]}),
        Provider::Retell | Provider::Twilio | Provider::Generic => json!({"status": "error", "message": why}),
    };
    (status, body)
}
