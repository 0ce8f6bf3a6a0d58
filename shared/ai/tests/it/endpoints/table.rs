//! What the endpoints take and what they answer, one row each. The bodies are shaped as their documentation and their
//! source show them; `src/refusal.rs` names both.

use super::{Limit, Means, Means::*};
use serde_json::{Value, json};

/// One endpoint.
pub(crate) struct Endpoint {
    pub(crate) name: &'static str,
    /// By this name it is reached: what depends on it is tested with it.
    pub(crate) host: &'static str,
    pub(crate) path: &'static str,
    pub(crate) key: Option<&'static str>,
    /// The only name of the bound on an answer's length that it heeds, and what it does with the other.
    pub(crate) limit: Limit,
    /// Whether its model is held to a schema; `None`: to no form at all.
    pub(crate) schema: Option<bool>,
    /// What it says where roles are not in the order its template wants; none: it takes any.
    pub(crate) disorder: Option<fn() -> Value>,
    /// What it says of a prompt that is too long.
    pub(crate) too_long: (u16, Value),
    /// What it says of a picture, its model being none that sees.
    pub(crate) blind: (u16, Value),
    /// What it says of a penalty on repetition; none: it takes one, or does not look at it.
    pub(crate) penalty: Option<(u16, Value)>,
    /// What else it refuses, and what that means.
    pub(crate) refusals: Vec<(u16, Value, Means)>,
}

fn error(code: &str, kind: &str, message: &str) -> Value {
    json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
}

/// Without an envelope: Mistral, and vLLM before 0.11.
fn flat(code: Value, kind: &str, message: &str) -> Value {
    json!({"object": "error", "message": message, "type": kind, "param": null, "code": code})
}

fn numbered(code: u16, kind: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message, "type": kind}})
}

pub(crate) fn all() -> Vec<Endpoint> {
    vec![openai(), azure(), google(), groq(), mistral(), vllm(), llama_cpp(), ollama(), openrouter()]
}

fn openai() -> Endpoint {
    let request = "invalid_request_error";
    Endpoint {
        name: "OpenAI",
        host: "api.openai.com",
        path: "/v1",
        key: Some("sk-demo"),
        limit: Limit::New,
        schema: Some(true),
        disorder: None,
        too_long: (
            400,
            error("context_length_exceeded", request, "This model's maximum context length is 8192 tokens."),
        ),
        blind: (
            400,
            json!({"error": {"message": "Invalid content type. image_url is only supported by certain models.",
            "type": request, "param": "messages.[1].content.[1].type", "code": null}}),
        ),
        penalty: Some((
            400,
            json!({"error": {"message": "Unsupported parameter: 'frequency_penalty' is not supported with this model.",
            "type": request, "param": "frequency_penalty", "code": "unsupported_parameter"}}),
        )),
        refusals: vec![
            (401, error("invalid_api_key", request, "Incorrect API key provided: sk-demo."), Refused),
            (403, error("unsupported_country_region_territory", "request_forbidden", "Not supported."), Refused),
            (404, error("model_not_found", request, "The model `demo-model` does not exist."), Refused),
            (
                429,
                error("rate_limit_exceeded", "tokens", "Rate limit reached on tokens per min. Try in 2s."),
                Unavailable,
            ),
            (429, error("insufficient_quota", "insufficient_quota", "Check your plan and billing details."), Refused),
            (400, error("invalid_prompt", request, "Your prompt was flagged as violating our policy."), Unusable),
            (400, error("invalid_value", request, "Invalid value for 'messages'."), Refused),
            (500, json!({"error": {"message": "The server had an error", "type": "server_error"}}), Unavailable),
            (503, json!({"error": {"message": "The engine is overloaded", "type": "server_error"}}), Unavailable),
        ],
    }
}

fn azure() -> Endpoint {
    let filter =
        json!({"hate": {"filtered": false, "severity": "safe"}, "jailbreak": {"filtered": true, "detected": true}});
    let filtered = json!({"error": {"message": "The response was filtered due to the prompt triggering Azure OpenAI's \
        content management policy.", "type": null, "param": "prompt", "code": "content_filter", "status": 400,
        "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": filter}}});
    let plain = |code: &str, message: &str| json!({"error": {"code": code, "message": message}});
    Endpoint {
        name: "Azure",
        host: "demo.openai.azure.com",
        path: "/openai/v1",
        key: Some("azure-demo"),
        limit: Limit::New,
        schema: Some(true),
        disorder: None,
        too_long: openai().too_long,
        blind: openai().blind,
        penalty: openai().penalty,
        refusals: vec![
            (401, plain("401", "Access denied due to invalid subscription key."), Refused),
            (403, plain("403", "Access denied due to Virtual Network rules."), Refused),
            (404, plain("DeploymentNotFound", "The API deployment does not exist."), Refused),
            (408, plain("Timeout", "The operation was timeout."), Unavailable),
            (429, plain("429", "Requests have exceeded the call rate limit. Retry after 20 seconds."), Unavailable),
            (400, filtered, Unusable),
            (500, plain("InternalServerError", "Backend returned unexpected response."), Unavailable),
            (503, plain("ServiceUnavailable", "The service is temporarily unavailable."), Unavailable),
        ],
    }
}

/// Its errors are the first of a list, and a bound by the minute is told in the words of a bill.
fn google() -> Endpoint {
    let error = |code: u16, status: &str, message: &str| json!([{"error": {"code": code, "message": message, "status": status}}]);
    let invalid = |message: &str| (400, error(400, "INVALID_ARGUMENT", message));
    let quota = "You exceeded your current quota, please check your plan and billing details.";
    let in_time = format!("{quota} Please retry in 20.04s.");
    let by_minute = json!([{"error": {"code": 429, "message": quota, "status": "RESOURCE_EXHAUSTED", "details": [
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]}]}}]);
    Endpoint {
        name: "Google",
        host: "generativelanguage.googleapis.com",
        path: "/v1beta/openai",
        key: Some("google-demo"),
        limit: Limit::Either,
        schema: Some(true),
        disorder: None,
        too_long: invalid("The input token count (81881) exceeds the maximum number of tokens allowed (65536)."),
        blind: invalid("Image input modality is not enabled for models/demo-model"),
        penalty: Some(invalid("Penalty is not enabled for models/demo-model")),
        refusals: vec![
            (400, error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."), Refused),
            (403, error(403, "PERMISSION_DENIED", "Your project has been denied access."), Refused),
            (404, error(404, "NOT_FOUND", "models/demo-model is not found for API version v1main"), Refused),
            (429, by_minute, Unavailable),
            (429, error(429, "RESOURCE_EXHAUSTED", &in_time), Unavailable),
            (429, error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."), Unavailable),
            (429, error(429, "RESOURCE_EXHAUSTED", quota), Refused),
            (500, error(500, "INTERNAL", "An internal error has occurred."), Unavailable),
            (503, error(503, "UNAVAILABLE", "The model is overloaded. Please try again later."), Unavailable),
        ],
    }
}

fn groq() -> Endpoint {
    let request = "invalid_request_error";
    let tokens = "Request too large for model on tokens per minute (TPM): Limit 6000, Requested 7000.";
    Endpoint {
        name: "Groq",
        host: "api.groq.com",
        path: "/openai/v1",
        key: Some("gsk-demo"),
        limit: Limit::Either,
        schema: Some(false),
        disorder: None,
        too_long: (413, error("rate_limit_exceeded", "tokens", tokens)),
        blind: (
            400,
            json!({"error": {"message": "messages[1].content must be a string", "type": request,
            "param": "messages[1].content"}}),
        ),
        penalty: None,
        refusals: vec![
            (401, error("invalid_api_key", request, "Invalid API Key"), Refused),
            (404, error("model_not_found", request, "The model `demo-model` does not exist"), Refused),
            (400, error("model_decommissioned", request, "The model has been decommissioned"), Refused),
            (
                429,
                error(
                    "rate_limit_exceeded",
                    "tokens",
                    "Rate limit reached on tokens per minute (TPM). Please try again in 7s. Need more tokens? \
                     https://console.groq.com/settings/billing",
                ),
                Unavailable,
            ),
            (498, error("capacity_exceeded", "server_error", "Flex tier capacity exceeded"), Unavailable),
            (500, error("internal_server_error", "server_error", "Internal Server Error"), Unavailable),
            (503, error("service_unavailable", "server_error", "Service Unavailable"), Unavailable),
        ],
    }
}

fn mistral() -> Endpoint {
    let long = "Prompt contains 40000 tokens, too large for model with 32768 maximum context length";
    Endpoint {
        name: "Mistral",
        host: "api.mistral.ai",
        path: "/v1",
        key: Some("mistral-demo"),
        limit: Limit::OldOnly,
        schema: Some(true),
        disorder: Some(|| {
            let message =
                "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant";
            flat(json!("3230"), "invalid_request_message_order", message)
        }),
        too_long: (400, flat(json!("3051"), "invalid_request_prompt", long)),
        blind: (400, flat(json!("3051"), "invalid_request_invalid_args", "Image input is not enabled for this model")),
        penalty: None,
        refusals: vec![
            (401, json!({"detail": "Unauthorized"}), Refused),
            (400, flat(json!("1500"), "invalid_model", "Invalid model: demo-model"), Refused),
            (
                422,
                json!({"detail": [{"type": "missing", "loc": ["body", "model"], "input": {"max_tokens": 1}}]}),
                Refused,
            ),
            (429, flat(json!("1300"), "rate_limited", "Rate limit exceeded"), Unavailable),
            (429, flat(json!("3505"), "service_tier_capacity_exceeded", "Capacity exceeded."), Unavailable),
            (500, flat(json!("1000"), "internal_server_error", "Internal server error"), Unavailable),
            (503, flat(json!("1001"), "internal_server_error", "Service unavailable."), Unavailable),
        ],
    }
}

fn vllm() -> Endpoint {
    let long = "'max_tokens' or 'max_completion_tokens' is too large: 600. This model's maximum context length is 2048 \
        tokens and your request has 1800 input tokens.";
    Endpoint {
        name: "vLLM",
        host: "vllm.example",
        path: "/v1",
        key: None,
        limit: Limit::Either,
        schema: Some(true),
        disorder: Some(|| numbered(400, "BadRequestError", "Conversation roles must alternate user/assistant/...")),
        too_long: (400, numbered(400, "BadRequestError", long)),
        blind: (400, numbered(400, "BadRequestError", "At most 0 image(s) may be provided in one prompt.")),
        penalty: None,
        refusals: vec![
            (401, json!({"error": "Unauthorized"}), Refused),
            (404, flat(json!(404), "NotFoundError", "The model `demo-model` does not exist."), Refused),
            (500, numbered(500, "InternalServerError", "EngineCore encountered an issue."), Unavailable),
            (503, flat(json!(503), "ServiceUnavailableError", "Server is at capacity."), Unavailable),
            (502, json!("<html><h1>502 Bad Gateway</h1></html>"), Unavailable),
        ],
    }
}

fn llama_cpp() -> Endpoint {
    let long = json!({"error": {"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 5000, "n_ctx": 4096,
        "message": "request (5000 tokens) exceeds the available context size (4096 tokens)"}});
    Endpoint {
        name: "llama.cpp",
        host: "llama.example",
        path: "/v1",
        key: None,
        limit: Limit::Either,
        schema: Some(true),
        disorder: Some(|| {
            let message = "Unable to generate parser for this template. Jinja Exception: roles must alternate";
            numbered(400, "invalid_request_error", message)
        }),
        too_long: (400, long),
        blind: (
            500,
            numbered(500, "server_error", "image input is not supported - hint: you may need to provide the mmproj"),
        ),
        penalty: None,
        refusals: vec![
            (401, numbered(401, "authentication_error", "Invalid API Key"), Refused),
            (404, numbered(404, "not_found_error", "File Not Found"), Refused),
            (501, numbered(501, "not_supported_error", "This server does not support chat"), Refused),
            (503, numbered(503, "unavailable_error", "Loading model"), Unavailable),
            (500, numbered(500, "server_error", "Compute error."), Unavailable),
        ],
    }
}

fn ollama() -> Endpoint {
    let said =
        |kind: &str, message: &str| json!({"error": {"message": message, "type": kind, "param": null, "code": null}});
    Endpoint {
        name: "Ollama",
        host: "ollama.example",
        path: "/v1",
        key: None,
        limit: Limit::OldIgnoresNew,
        schema: Some(true),
        disorder: None,
        too_long: (400, said("invalid_request_error", "the input length exceeds the context length")),
        blind: (400, said("invalid_request_error", "this model does not support image input")),
        penalty: None,
        refusals: vec![
            (404, said("not_found_error", "model 'demo-model' not found"), Refused),
            (400, said("invalid_request_error", "json: cannot unmarshal string into Go struct field"), Refused),
            (500, said("api_error", "llama runner process has terminated: exit status 2"), Unavailable),
            (503, said("api_error", "server busy, please try again. maximum pending requests exceeded"), Unavailable),
        ],
    }
}

fn openrouter() -> Endpoint {
    let said = |code: u16, message: &str| json!({"error": {"code": code, "message": message}});
    Endpoint {
        name: "OpenRouter",
        host: "openrouter.ai",
        path: "/api/v1",
        key: Some("or-demo"),
        limit: Limit::Either,
        schema: None,
        disorder: None,
        too_long: (400, said(400, "This endpoint's maximum context length is 8192 tokens.")),
        blind: (404, said(404, "No endpoints found that support image input")),
        penalty: None,
        refusals: vec![
            (401, said(401, "No auth credentials found"), Refused),
            (402, said(402, "Insufficient credits"), Refused),
            (403, said(403, "Your chosen model requires moderation and your input was flagged"), Unusable),
            (408, said(408, "Your request timed out"), Unavailable),
            (429, said(429, "Rate limit exceeded: free-models-per-min"), Unavailable),
            (429, said(429, "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock more"), Unavailable),
            (502, said(502, "Provider returned error"), Unavailable),
            // In a success: the vendor behind it failed after the answer had begun.
            (200, said(502, "Provider returned error"), Unavailable),
            (200, said(429, "Provider returned error"), Unavailable),
        ],
    }
}
