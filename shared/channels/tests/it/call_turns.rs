//! What the providers' own SDKs show of calls beyond their documented samples: whose turns they are, and who speaks.

use crate::calls::{customer, long, parsed, told};
use serde_json::{Value, json};
use zikaron_channels::calls::Read;
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
fn what_vapi_writes_under_another_name_is_found() {
    let route = |call: &Value, name: &str| {
        let mut body = json!({"message": {"type": "end-of-call-report", "endedAt": "2026-11-16T08:00:00Z",
            "call": {"id": "c", "type": "inboundPhoneCall"},
            "artifact": {"messages": [{"role": "user", "message": "שלום", "secondsFromStart": 1}]}}});
        body["message"]["call"].as_object_mut().unwrap().extend(call.as_object().unwrap().clone());
        let routes = told(Provider::Vapi, &body).routes;
        assert_eq!((routes.len(), routes[0].as_str()), (1, name), "{call}");
    };
    route(&json!({"assistantId": "asst_demo"}), "asst_demo");
    route(&json!({"squadId": "squad_demo"}), "squad_demo");
    // A web call of a workflow has no number, and a number made for one call no name of its own.
    route(&json!({"type": "webCall", "workflowId": "workflow_demo"}), "workflow_demo");
    route(&json!({"phoneNumber": {"number": "+12025550100"}}), "+12025550100");
    route(&json!({"phoneNumber": {"twilioPhoneNumber": "+12025550100"}}), "+12025550100");

    let whole = json!({
        "recordingUrl": "https://recordings.example.com/mix",
        "recording": {"stereoUrl": "https://recordings.example.com/stereo",
            "mono": {"combinedUrl": "https://recordings.example.com/mono"}},
        "stereoRecordingUrl": "https://recordings.example.com/old-stereo",
    });
    let taken_away = [
        ("/none", "mix"),
        ("/recordingUrl", "stereo"),
        ("/recording/stereoUrl", "mono"),
        ("/recording/mono", "old-stereo"),
    ];
    let mut body = long(Provider::Vapi, 1, "שלום");
    body["message"]["artifact"].as_object_mut().unwrap().extend(whole.as_object().unwrap().clone());
    for (gone, expected) in taken_away {
        if let Some(member) = body["message"]["artifact"].pointer_mut(gone) {
            *member = Value::Null;
        }
        let url = format!("https://recordings.example.com/{expected}");
        assert_eq!(told(Provider::Vapi, &body).report.recording_url, Some(url), "without {gone}");
    }
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
            Provider::Twilio | Provider::Generic => "/transcript",
        };
        *body.pointer_mut(path).unwrap() = Value::Array(turns);
        let report = told(provider, &body).report;
        let read: Vec<_> = report.transcript.iter().map(|turn| (turn.voice, turn.text.as_str())).collect();
        assert_eq!(read, [(Voice::Unknown, "Manager: I am Ruth"), (Voice::Unknown, "Who am I?")], "{provider:?}");
        assert!(!report.has_customer(), "nobody is named as the customer");
    }
}

/// What was said, in order: by whom, what, and when.
fn turns(provider: Provider, body: &Value) -> Vec<(Voice, String, Option<u32>)> {
    told(provider, body).report.transcript.into_iter().map(|turn| (turn.voice, turn.text, turn.second)).collect()
}

#[test]
fn who_is_told_of_a_call_before_it_is_handed_over_is_not_the_customer() {
    let said = |role: &str, words: &str, at: i64| {
        let time = 1_794_816_000_000_i64 + 1_000 * at;
        json!({"role": role, "message": words, "time": time, "endTime": time, "secondsFromStart": at})
    };
    let transfer = |messages: Value| {
        json!({"destination": {"type": "number", "number": "+12025550101"}, "mode": "warm-transfer-experimental",
            "status": "connected", "messages": messages})
    };
    let briefed = json!([
        said("system", "Brief the operator.", 0),
        said("bot", "Dana wants her order back", 1),
        said("user", "Put her through", 4)
    ]);
    let artifact = json!({"messages": [said("user", "אפשר לדבר עם מישהו?", 6)],
        "transfers": [transfer(Value::Null), transfer(briefed)]});
    let mut body = long(Provider::Vapi, 0, "");
    body["message"]["artifact"] = artifact;
    let expected = [
        (Voice::Customer, "אפשר לדבר עם מישהו?".to_owned(), Some(6)),
        (Voice::Agent, "Dana wants her order back".to_owned(), None),
        (Voice::Staff, "Put her through".to_owned(), None),
    ];
    assert_eq!(turns(Provider::Vapi, &body), expected);
    body["message"]["artifact"]["messages"] = json!([]);
    body["message"]["transcript"] = json!("AI: hi\nUser: אפשר לדבר עם מישהו?\n");
    assert_eq!(turns(Provider::Vapi, &body).len(), 4, "the text stands in for the first conversation");
}

#[test]
fn what_an_application_told_the_agent_is_nobody_s_word_and_several_voices_are_one_agent() {
    let mut body = elevenlabs(&json!({}));
    body["data"]["transcript"] = json!([
        {"role": "agent", "message": null, "time_in_call_secs": 0, "contextual_update_info": null,
         "multivoice_message": {"parts": [
            {"text": "שלום!", "voice_label": "Noa", "time_in_call_secs": 0}, {"text": "איך אפשר לעזור?"}]}},
        {"role": "user", "message": "{\"crm\":\"is allergic to nuts\"}", "time_in_call_secs": 2,
         "contextual_update_info": {"context_id": "crm", "is_superseded": false}},
        {"role": "user", "message": "רציתי תור", "time_in_call_secs": 5, "multivoice_message": null},
        {"role": "agent", "message": null, "time_in_call_secs": 7, "multivoice_message": {"parts": []}},
    ]);
    let expected = [
        (Voice::Agent, "שלום! איך אפשר לעזור?".to_owned(), Some(0)),
        (Voice::Customer, "רציתי תור".to_owned(), Some(5)),
    ];
    assert_eq!(turns(Provider::ElevenLabs, &body), expected);
}

#[test]
fn a_chat_is_taken_only_where_it_names_its_customer() {
    let whatsapp = json!({"direction": "inbound", "whatsapp_phone_number_id": "100000000000001",
        "whatsapp_user_id": "972555000001"});
    let known = told(Provider::ElevenLabs, &elevenlabs(&json!({"text_only": true, "whatsapp": whatsapp})));
    assert_eq!(customer(&known), Some("+972555000001"));
    let widget = elevenlabs(&json!({"text_only": true})).to_string();
    assert_eq!(
        parsed(Provider::ElevenLabs, widget.as_bytes()),
        Read::Other("a chat that names no customer".to_owned())
    );
    assert_eq!(customer(&told(Provider::ElevenLabs, &elevenlabs(&json!({"text_only": false})))), None);
}

#[test]
fn what_is_left_of_a_call_without_anything_personal_is_read() {
    let word = |start: f64| json!([{"word": "שלום", "start": start, "end": start}]);
    let woven = json!([
        {"role": "agent", "content": "שלום", "words": word(0.5)},
        {"role": "tool_call_invocation", "tool_call_id": "t", "name": "calendar", "arguments": "{}"},
        {"role": "tool_call_result", "tool_call_id": "t", "content": "free"},
        {"role": "node_transition", "former_node_id": "a", "former_node_name": "A", "new_node_id": "b", "new_node_name": "B"},
        {"role": "dtmf", "digit": "1"},
        {"role": "injected", "content": "is allergic to nuts", "time_sec": 3.0},
        {"role": "user", "content": "אני [NAME], עדיף בערב", "words": word(4.2)},
        {"role": "sms", "content": "רחוב הרצל 1", "time_sec": 9.5},
        {"role": "transfer_target", "content": "כאן רותי", "words": []},
    ]);
    let expected = [
        (Voice::Agent, "שלום".to_owned(), Some(0)),
        (Voice::Customer, "אני [NAME], עדיף בערב".to_owned(), Some(4)),
        (Voice::Customer, "רחוב הרצל 1".to_owned(), Some(9)),
        (Voice::Staff, "כאן רותי".to_owned(), None),
    ];
    for list in ["transcript_with_tool_calls", "scrubbed_transcript_with_tool_calls"] {
        let mut body = long(Provider::Retell, 0, "");
        body["call"][list] = woven.clone();
        body["call"]["scrubbed_recording_url"] = json!("https://recordings.example.com/c");
        assert_eq!(turns(Provider::Retell, &body), expected, "{list}");
        assert!(told(Provider::Retell, &body).report.recording_url.is_some());
        body["call"]["transcript_object"] = json!([{"role": "user", "content": "שלום", "words": []}]);
        assert_eq!(turns(Provider::Retell, &body).len(), 1, "the whole one stands first");
    }
}
