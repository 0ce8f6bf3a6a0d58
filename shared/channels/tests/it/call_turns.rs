//! What the providers' own SDKs show of calls beyond their documented samples: whose turns they are, and who speaks.

use crate::calls::{customer, long, told};
use serde_json::{Value, json};
use zikaron_protocol::model::call::{Direction, Provider, Voice};

/// Members as the vendors' own SDKs name them: elevenlabs 2.78.0, retell-sdk 6.2.13, vapi-server-sdk 3.0.0.
fn elevenlabs(metadata: &Value) -> Value {
    let mut all = json!({"start_time_unix_secs": 1_794_816_000, "call_duration_secs": 20,
        "termination_reason": "Call ended by remote party", "phone_call": null});
    all.as_object_mut().unwrap().extend(metadata.as_object().unwrap().clone());
    json!({"type": "post_call_transcription", "data": {"agent_id": "agent_demo", "conversation_id": "c", "metadata": all,
        "transcript": [{"role": "user", "message": "הגעתם לתא הקולי", "time_in_call_secs": 1}]}})
}

#[test]
fn a_machine_that_answers_is_not_the_customer() {
    for (result, is_machine) in [("voicemail", true), ("answered", false), ("busy", false)] {
        let phone = json!({"phone_call": {"direction": "outbound", "agent_number": "+12025550100",
            "external_number": "+972555000001", "call_result": result}});
        assert_eq!(told(Provider::ElevenLabs, &elevenlabs(&phone)).report.voicemail, is_machine, "{result}");
    }
    for (reason, is_machine) in [("ivr_reached", true), ("voicemail_reached", true), ("user_hangup", false)] {
        let body = json!({"event": "call_ended", "call": {"call_id": "c", "agent_id": "a", "direction": "outbound",
            "from_number": "+12025550100", "to_number": "+972555000001", "disconnection_reason": reason,
            "end_timestamp": 1_794_816_000_000_i64,
            "transcript_object": [{"role": "user", "content": "Press one for sales", "words": []}]}});
        assert_eq!(told(Provider::Retell, &body).report.voicemail, is_machine, "{reason}");
    }
}

#[test]
fn whom_elevenlabs_talks_to_on_whatsapp_or_by_text_message_is_known() {
    let whatsapp = |user: &str| {
        json!({"whatsapp": {"direction": "outbound", "whatsapp_phone_number_id": "100000000000001",
        "whatsapp_user_id": user, "call_result": "answered"}})
    };
    for (metadata, whom, route) in [
        (whatsapp("972555000001"), "+972555000001", "100000000000001"),
        (whatsapp("IL.13491208655302741918"), "IL.13491208655302741918", "100000000000001"),
        (
            json!({"sms": {"direction": "outbound", "sms_user_phone_number": "+972555000001",
                "agent_phone_number": "+12025550100"}}),
            "+972555000001",
            "+12025550100",
        ),
    ] {
        let call = told(Provider::ElevenLabs, &elevenlabs(&metadata));
        assert_eq!((customer(&call), call.report.direction), (Some(whom), Direction::Outbound));
        assert!(call.routes.iter().any(|number| number.as_str() == route), "{:?}", call.routes);
    }
}

#[test]
fn a_caller_of_a_switchboard_has_an_address_at_vapi() {
    let customer_of = json!({"sipUri": "sip:+972555000001@sip.example.com"});
    let body = json!({"message": {"type": "end-of-call-report", "customer": customer_of, "endedAt": "2026-11-16T08:00:00Z",
        "call": {"id": "c", "type": "inboundPhoneCall", "squadId": "squad_demo", "customer": customer_of},
        "artifact": {"messages": [{"role": "user", "message": "שלום", "secondsFromStart": 1}],
            "recording": {"mono": {"combinedUrl": "https://recordings.example.com/c"}}}}});
    let call = told(Provider::Vapi, &body);
    assert_eq!(customer(&call), Some("sip:+972555000001@sip.example.com"));
    assert_eq!(call.report.recording_url.as_deref(), Some("https://recordings.example.com/c"));
    assert!(call.routes.iter().any(|agent| agent.as_str() == "squad_demo"));
}

#[test]
fn a_turn_of_somebody_unknown_is_kept_in_a_list_as_in_a_text_and_what_nobody_said_is_not() {
    for (provider, role, key) in [
        (Provider::ElevenLabs, "role", "message"),
        (Provider::Vapi, "role", "message"),
        (Provider::Retell, "role", "content"),
        (Provider::Bland, "user", "text"),
        (Provider::Generic, "speaker", "text"),
    ] {
        let turn = |name: &str, words: &str| json!({ role: name, key: words });
        let nameless = json!({ key: "Who am I?" });
        let nobody = ["tool_call_result", "system", "node_transition", "injected", "agent-action"];
        let mut turns = vec![turn("Manager", "I am Ruth"), nameless];
        turns.extend(nobody.map(|name| turn(name, "{}")));
        let mut body = long(provider, 0, "");
        let path = match provider {
            Provider::ElevenLabs => "/data/transcript",
            Provider::Vapi => "/message/artifact/messages",
            Provider::Retell => "/call/transcript_object",
            Provider::Bland => "/transcripts",
            Provider::Generic => "/transcript",
        };
        *body.pointer_mut(path).unwrap() = Value::Array(turns);
        let report = told(provider, &body).report;
        let read: Vec<_> = report.transcript.iter().map(|turn| (turn.voice, turn.text.as_str())).collect();
        assert_eq!(read, [(Voice::Unknown, "Manager: I am Ruth"), (Voice::Unknown, "Who am I?")], "{provider:?}");
        assert!(!report.has_customer(), "nobody is named as the customer");
    }
}
