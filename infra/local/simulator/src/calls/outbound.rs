//! The APIs by which a business has calls placed, each with its own address, key, names and answers. What a provider would
//! refuse is refused as it does it:
//! [ElevenLabs](https://elevenlabs.io/docs/api-reference/twilio/outbound-call),
//! [Vapi](https://docs.vapi.ai/api-reference/calls/create),
//! [Retell](https://docs.retellai.com/api-references/create-phone-call),
//! [Bland](https://docs.bland.ai/api-v1/post/calls).

use super::accounts::Accounts;
use super::answers::{Answer, refusal, taken};
use super::provider::Provider;
use crate::api_error::ApiError;
use crate::clock::now;
use crate::log::log;
use crate::simulator::Simulator;
use crate::state::{FaultScript, FaultStep, PlacedCall};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// The one agent of every account, and the id of its one number where calls are placed by ids.
const AGENT: &str = "agent_demo";
const NUMBER_ID: &str = "phnum_demo";

/// `POST /call-providers/{provider}/…`: answers what the provider would, unless a test wants another answer.
pub(crate) async fn place(
    State(simulator): State<Simulator>,
    Path((provider, path)): Path<(Provider, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let accounts = Accounts::from_env()?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut step = FaultStep::default();
    let (status, answer) = match order(provider, &path, &accounts, &header, &body) {
        Err(refused) => refused,
        Ok(call) => {
            let mut state = simulator.state();
            step = state.call_faults.take(&call.to).unwrap_or_default();
            let id = format!("call_{}", state.new_message_id().replace(['.', '='], "_"));
            let call = PlacedCall { id, ..call };
            let answer = taken(provider, &call, &body);
            if step.accept {
                log(&format!("{} places {}", provider.as_str(), call.id));
                state.placed_calls.push(call);
            }
            answer
        }
    };
    tokio::time::sleep(Duration::from_millis(step.delay_ms)).await;
    if step.cut {
        let broken = futures_util::stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("cut by a script"))]);
        return Ok(Body::from_stream(broken).into_response());
    }
    let (status, answer) = step.status.map_or((status, answer), |status| refusal(provider, status, "scripted"));
    Ok((StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), Json(answer)).into_response())
}

/// `GET /call-providers/placed`: all of them, oldest first; of one customer with `?to=`.
pub(crate) async fn placed_calls(
    State(simulator): State<Simulator>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Vec<PlacedCall>> {
    let state = simulator.state();
    let wanted = |call: &&PlacedCall| query.get("to").is_none_or(|to| *to == call.to);
    Json(state.placed_calls.iter().filter(wanted).cloned().collect())
}

/// `GET /call-providers/script?to=`: the steps that still wait for the next calls to a customer.
pub(crate) async fn waiting_faults(
    State(simulator): State<Simulator>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Vec<FaultStep>> {
    Json(simulator.state().call_faults.waiting(query.get("to").map(String::as_str)))
}

/// `POST /call-providers/script`.
pub(crate) async fn add_faults(State(simulator): State<Simulator>, Json(script): Json<FaultScript>) -> StatusCode {
    simulator.state().call_faults.add(script);
    StatusCode::NO_CONTENT
}

/// The placed call of this id.
pub(super) fn placed(simulator: &Simulator, id: &str) -> Option<PlacedCall> {
    simulator.state().placed_calls.iter().find(|call| call.id == id).cloned()
}

/// The provider of a placed call.
pub(super) fn provider(call: &PlacedCall) -> Result<Provider, ApiError> {
    serde_json::from_value(json!(call.provider)).map_err(|_| ApiError::bad_request("no such provider"))
}

/// What is asked for, without an id yet; or what the provider answers instead.
fn order<'a>(
    provider: Provider,
    path: &str,
    accounts: &Accounts,
    header: &dyn Fn(&str) -> Option<&'a str>,
    body: &Value,
) -> Result<PlacedCall, Answer> {
    let refuse = |status, why: &str| Err(refusal(provider, status, why));
    let (address, key) = match provider {
        Provider::ElevenLabs => (path.replace("sip-trunk", "twilio"), header("xi-api-key")),
        Provider::Bland => (path.to_owned(), header("authorization")),
        _ => (path.to_owned(), header("authorization").and_then(|value| value.strip_prefix("Bearer "))),
    };
    let (at, names) = match provider {
        Provider::ElevenLabs => ("v1/convai/twilio/outbound-call", ELEVENLABS),
        Provider::Vapi => ("call", VAPI),
        Provider::Retell => ("v2/create-phone-call", RETELL),
        Provider::Bland => ("v1/calls", BLAND),
        Provider::Twilio | Provider::Generic => return refuse(404, "this provider places no calls"),
    };
    if address != at {
        return refuse(404, "no such address");
    }
    if key != Some(accounts.api_key.as_str()) {
        return refuse(401, "invalid api key");
    }
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (to, from, agent) = (text(names.to), text(names.from), text(names.agent));
    let digits = to.strip_prefix('+').filter(|digits| (7..=15).contains(&digits.len())).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return refuse(names.malformed, "the number to call is not in E.164");
    }
    if agent != AGENT {
        return refuse(404, "no such agent");
    }
    if from != NUMBER_ID && from != accounts.number {
        return refuse(404, "no such number of this account");
    }
    let variables = body.pointer(names.variables).cloned().unwrap_or_default();
    let all_texts = variables.as_object().is_some_and(|all| all.values().all(Value::is_string));
    if !all_texts {
        return refuse(names.malformed, "variables must be texts");
    }
    if let Some(why) = unknown_names(provider, body) {
        return refuse(names.malformed, &why);
    }
    if provider == Provider::Bland && !text("/webhook").ends_with("/webhooks/calls/bland/calls-bland") {
        return refuse(names.malformed, "nobody would hear of the call: webhook");
    }
    Ok(PlacedCall {
        id: String::new(),
        provider: provider.as_str().to_owned(),
        to: digits.to_owned(),
        from,
        agent,
        variables,
        metadata: body.pointer(names.metadata).cloned().unwrap_or_default(),
        at: now(),
    })
}

/// Where a provider's request holds what, and the status by which it refuses what is malformed.
struct Names {
    to: &'static str,
    from: &'static str,
    agent: &'static str,
    variables: &'static str,
    metadata: &'static str,
    malformed: u16,
}

const ELEVENLABS: Names = Names {
    to: "/to_number",
    from: "/agent_phone_number_id",
    agent: "/agent_id",
    variables: "/conversation_initiation_client_data/dynamic_variables",
    metadata: "/conversation_initiation_client_data/dynamic_variables",
    malformed: 422,
};

const VAPI: Names = Names {
    to: "/customer/number",
    from: "/phoneNumberId",
    agent: "/assistantId",
    variables: "/assistantOverrides/variableValues",
    metadata: "/assistantOverrides/metadata",
    malformed: 400,
};

const RETELL: Names = Names {
    to: "/to_number",
    from: "/from_number",
    agent: "/override_agent_id",
    variables: "/retell_llm_dynamic_variables",
    metadata: "/metadata",
    malformed: 400,
};

const BLAND: Names = Names {
    to: "/phone_number",
    from: "/from",
    agent: "/pathway_id",
    variables: "/request_data",
    metadata: "/metadata",
    malformed: 400,
};

/// Vapi takes no name it does not know.
fn unknown_names(provider: Provider, body: &Value) -> Option<String> {
    const KNOWN: [(&str, &[&str]); 3] = [
        ("", &["assistantId", "phoneNumberId", "customer", "assistantOverrides", "name"]),
        ("/customer", &["number", "name"]),
        ("/assistantOverrides", &["variableValues", "metadata"]),
    ];
    if provider != Provider::Vapi {
        return None;
    }
    let unknown = |(at, known): &(&str, &[&str])| {
        let members = body.pointer(at)?.as_object()?;
        members.keys().find(|name| !known.contains(&name.as_str())).cloned()
    };
    KNOWN.iter().find_map(unknown).map(|name| format!("property {name} should not exist"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(provider: Provider, path: &str, key: (&str, &str), body: &Value) -> Result<PlacedCall, u16> {
        let accounts = Accounts::of_demo();
        let header = |name: &str| (name == key.0).then_some(key.1);
        order(provider, path, &accounts, &header, body).map_err(|(status, _)| status)
    }

    #[test]
    fn a_call_is_taken_by_the_provider_s_own_names_and_refused_in_its_own_way() {
        let variables = json!({"memory": "רצה תור", "customer_name": ""});
        let bearer = ("authorization", "Bearer demo-calls-api-key");
        let number = "+12025550100";
        let table = [
            (
                Provider::ElevenLabs,
                "v1/convai/sip-trunk/outbound-call",
                ("xi-api-key", "demo-calls-api-key"),
                422,
                json!({"agent_id": AGENT, "agent_phone_number_id": NUMBER_ID, "to_number": "+972555000001",
                    "conversation_initiation_client_data": {"dynamic_variables": variables}}),
            ),
            (
                Provider::Vapi,
                "call",
                bearer,
                400,
                json!({"assistantId": AGENT, "phoneNumberId": NUMBER_ID, "customer": {"number": "+972555000001"},
                    "assistantOverrides": {"variableValues": variables, "metadata": {"a": "b"}}}),
            ),
            (
                Provider::Retell,
                "v2/create-phone-call",
                bearer,
                400,
                json!({"from_number": number, "to_number": "+972555000001", "override_agent_id": AGENT,
                    "retell_llm_dynamic_variables": variables}),
            ),
            (
                Provider::Bland,
                "v1/calls",
                ("authorization", "demo-calls-api-key"),
                400,
                json!({"phone_number": "+972555000001", "from": number, "pathway_id": AGENT, "request_data": variables,
                    "webhook": "http://127.0.0.1/webhooks/calls/bland/calls-bland"}),
            ),
        ];
        for (provider, path, key, malformed, body) in table {
            let call = asked(provider, path, key, &body).unwrap();
            assert_eq!((call.to.as_str(), &call.variables["memory"]), ("972555000001", &json!("רצה תור")));
            assert_eq!(asked(provider, path, (key.0, "Bearer no"), &body), Err(401), "{provider:?}");
            assert_eq!(asked(provider, "v9/calls", key, &body), Err(404), "{provider:?}");
            assert_eq!(asked(provider, path, key, &Value::Null), Err(malformed), "{provider:?}");
            let without = |what: &str, put: &str| {
                let body = body.to_string().replace(what, put);
                asked(provider, path, key, &serde_json::from_str(&body).unwrap()).unwrap_err()
            };
            assert_eq!(without("+972555000001", "055-500-0001"), malformed, "{provider:?}");
            assert_eq!(without(AGENT, "agent_of_somebody_else"), 404, "{provider:?}");
            assert_eq!(without("\"customer_name\":\"\"", "\"customer_name\":null"), malformed, "{provider:?}");
        }
        assert_eq!(asked(Provider::Generic, "v1/calls", bearer, &json!({})), Err(404));
    }
}
