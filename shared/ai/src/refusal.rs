//! What an endpoint means by refusing a request. Everything that is known of it stands in one table; the tests in
//! `tests/it/endpoints` hold it against what OpenAI, Azure, Google, Groq, Mistral, vLLM, llama.cpp, Ollama and OpenRouter
//! answer.
//!
//! Sources: the error pages of [OpenAI](https://platform.openai.com/docs/guides/error-codes),
//! [Azure](https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter),
//! [Google](https://ai.google.dev/gemini-api/docs/troubleshooting),
//! [Groq](https://console.groq.com/docs/errors), [Mistral](https://docs.mistral.ai/api/),
//! [OpenRouter](https://openrouter.ai/docs/api-reference/errors), and the source of the servers one runs oneself:
//! [vLLM](https://github.com/vllm-project/vllm), [llama.cpp](https://github.com/ggml-org/llama.cpp),
//! [Ollama](https://github.com/ollama/ollama).

use serde_json::Value;
use std::time::Duration;
use zikaron_protocol::ports::ModelError;

/// What a refusal means, and so what may help against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Vendor or server does not let this conversation through. Another try changes nothing.
    Declined,
    /// The prompt is longer than the model can read: a shorter one.
    TooLong,
    /// The answer did not keep to the form this time: a simpler form, this time.
    Spoiled,
    /// The endpoint or its model does not know the form: a simpler one, from now on.
    UnknownFormat,
    /// The bound on the answer's length was reached before there was one: a wider one.
    TooShort,
    /// It wants the bound on the answer's length under another name, or none.
    UnknownLimit,
    /// Its template knows no system prompt: it goes into the customer's first turn.
    NoSystem,
    /// The endpoint or its model takes no pictures: the text alone, from now on.
    NoPictures,
    /// Key, name, bill: an operator has to do something.
    Refused,
    /// It has too much to do: later.
    Busy,
    /// It broke: another try may do.
    Broken,
}

impl Meaning {
    /// Whether a refusal may be of the pictures, and not of what else the request holds: that they are none of the
    /// endpoint's, too large, too many, or not let through. `folded`: the system prompt stood where any template takes it.
    pub(crate) fn may_be_of_pictures(self, folded: bool) -> bool {
        matches!(self, NoPictures | Refused | TooLong | Declined) || self == NoSystem && folded
    }

    /// Whether a refusal may be of the penalty on repetition: it is of something in the request, and one like it was
    /// answered before without the penalty. Each vendor refuses it in words of its own.
    pub(crate) fn may_be_of_penalty(self) -> bool {
        matches!(self, Refused | TooLong | UnknownFormat | UnknownLimit)
    }
}

use Meaning::{
    Broken, Busy, Declined, NoPictures, NoSystem, Refused, Spoiled, TooLong, TooShort, UnknownFormat, UnknownLimit,
};

/// One kind of refusal.
struct Row {
    statuses: &'static [u16],
    /// One of them stands in the body, in small letters; none: it is known by its status alone.
    words: &'static [&'static str],
    means: Meaning,
}

/// The first row that fits counts; what fits none is broken from 500 on, and else refused.
const TABLE: [Row; 15] = [
    Row {
        statuses: &[400, 403, 422],
        words: &["content_filter", "responsibleaipolicy", "content_policy", "content management policy", "flagged"],
        means: Declined,
    },
    Row {
        // 429 and 413: Groq's bound of tokens a minute, where one request alone is beyond it.
        statuses: &[400, 413, 422, 429, 500],
        words: &[
            "context_length_exceeded",
            "exceed_context_size",
            "maximum context length",
            "context length",
            "context size",
            "context window",
            "context limit",
            "prompt is too long",
            "request too large",
            "reduce the length",
        ],
        means: TooLong,
    },
    Row {
        // In the words of vLLM, xAI, Google, Bedrock, TGI, Cohere, Moonshot, GitHub, Anthropic. Some name the bound too.
        statuses: &[400, 422, 500],
        words: &[
            "input is too long",
            "longer than the maximum",
            "maximum prompt length",
            "maximum number of tokens",
            "too many tokens",
            "token limit",
            "tokens_limit_reached",
            "max_new_tokens",
            "max length",
            "input length",
            // vLLM: what the prompt leaves of the window.
            "must be at least 1, got -",
        ],
        means: TooLong,
    },
    Row { statuses: &[413], words: &[], means: TooLong },
    Row {
        statuses: &[400, 422, 500],
        words: &["json_validate_failed", "failed to generate json", "initialize samplers", "parse grammar"],
        means: Spoiled,
    },
    // Of models that think before they answer.
    Row { statuses: &[400], words: &["could not finish the message"], means: TooShort },
    Row { statuses: &[400, 422], words: &["max_tokens", "max_completion_tokens"], means: UnknownLimit },
    Row {
        // Mostly 400; some say that no model of theirs can, or that they did not build it.
        statuses: &[400, 404, 415, 422, 501],
        words: &[
            "response_format",
            "response format",
            "json_schema",
            "json schema",
            "json_object",
            "json mode",
            "structured output",
            "guided",
            // In the words of Google.
            "specified schema",
            "response_schema",
            "schema in generationconfig",
        ],
        means: UnknownFormat,
    },
    Row {
        statuses: &[400, 422, 500],
        words: &[
            "system role",
            "roles must alternate",
            "user and assistant roles",
            "jinja",
            "chat template",
            "with system messages",
            "developer instruction",
        ],
        means: NoSystem,
    },
    Row {
        // In the words of OpenAI and Azure, OpenRouter and Ollama, Mistral, vLLM, llama.cpp, DeepSeek, Groq.
        statuses: &[400, 404, 415, 422, 500, 501],
        words: &[
            "image_url",
            "image input",
            "images are not supported",
            "support images",
            "image(s) may be provided",
            "multimodal",
            "content must be a string",
            "value must be a string",
        ],
        means: NoPictures,
    },
    // What else is said of length by whoever is not known here: a shorter prompt is worth a try.
    Row {
        statuses: &[400, 422],
        words: &["tokens", "too long", "too large", "longer than", "length", "must be <="],
        means: TooLong,
    },
    // Groq, Google and OpenRouter name the bill beside a bound by the minute or by the day.
    Row {
        statuses: &[429],
        words: &[
            "rate_limit_exceeded",
            "rate limit exceeded",
            "rate limit reached",
            "try again in",
            "retry in",
            "retryinfo",
            "perminute",
        ],
        means: Busy,
    },
    Row { statuses: &[402, 429], words: &["insufficient_quota", "billing", "credits"], means: Refused },
    // A server without what is asked of it has it no sooner for being asked again.
    Row { statuses: &[501], words: &[], means: Refused },
    // 498 is Groq's, 529 Anthropic's behind OpenRouter.
    Row { statuses: &[408, 409, 425, 429, 498, 503, 504, 529], words: &[], means: Busy },
];

/// What a body repeats of the request or of the model's answer: a conversation must not decide what an error means.
const ECHOES: [&str; 3] = ["failed_generation", "input", "ctx"];

/// Why there is no completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) means: Meaning,
    /// Status and code: the endpoint's own message stays out, it may quote the key or the conversation.
    pub(crate) said: String,
    /// When it wants to be asked again.
    pub(crate) after: Option<Duration>,
}

impl Refusal {
    /// Read from a status that is no success, and the body that came with it.
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        let answer: Value = serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into());
        let mut text = String::new();
        told(&answer, &mut text);
        let text = text.to_lowercase();
        let fits = |row: &&Row| {
            row.statuses.contains(&status) && (row.words.is_empty() || row.words.iter().any(|word| text.contains(word)))
        };
        let means = TABLE.iter().find(fits).map_or(if status >= 500 { Broken } else { Refused }, |row| row.means);
        Self { means, said: named(status, &answer), after: None }
    }

    /// No answer came, or one that is no completion.
    pub(crate) fn broken(why: &str) -> Self {
        Self { means: Broken, said: why.to_owned(), after: None }
    }
}

impl From<Refusal> for ModelError {
    fn from(refusal: Refusal) -> Self {
        match refusal.means {
            Broken | Busy => Self::Unavailable(refusal.said),
            Declined | Spoiled | TooShort => Self::unusable(refusal.said),
            TooLong | UnknownFormat | UnknownLimit | NoSystem | NoPictures | Refused => Self::Refused(refusal.said),
        }
    }
}

/// Everything a body says but for what it repeats.
fn told(answer: &Value, text: &mut String) {
    match answer {
        Value::String(said) => {
            text.push_str(said);
            text.push('\n');
        }
        Value::Array(items) => items.iter().for_each(|item| told(item, text)),
        Value::Object(members) => {
            members
                .iter()
                .filter(|(name, _)| !ECHOES.contains(&name.as_str()))
                .for_each(|(_, value)| told(value, text));
        }
        _ => {}
    }
}

fn named(status: u16, answer: &Value) -> String {
    // Google's error is the first of a list.
    let answer = answer.get(0).unwrap_or(answer);
    let pointers = ["/error/code", "/error/type", "/error/status", "/code", "/type"];
    let token = pointers.iter().find_map(|pointer| answer.pointer(pointer)?.as_str());
    let token = token.filter(|t| t.len() <= 60 && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)));
    format!("HTTP {status} {}", token.unwrap_or_default()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(status: u16, body: &Value) -> Refusal {
        Refusal::read(status, body.to_string().as_bytes())
    }

    #[test]
    fn an_error_names_the_code_and_nothing_the_endpoint_wrote() {
        let table = [
            (
                json!({"error": {"code": "invalid_api_key", "message": "Incorrect key sk-demo"}}),
                "HTTP 401 invalid_api_key",
            ),
            (json!({"error": {"code": null, "type": "auth"}}), "HTTP 401 auth"),
            (json!({"object": "error", "message": "sk-demo", "type": "BadRequestError"}), "HTTP 401 BadRequestError"),
            (json!({"error": {"code": "some prose with sk-demo"}}), "HTTP 401"),
            (json!("sk-demo"), "HTTP 401"),
        ];
        for (answer, expected) in table {
            assert_eq!(ModelError::from(read(401, &answer)), ModelError::Refused(expected.to_owned()));
        }
    }

    #[test]
    fn what_is_said_of_a_schema_or_of_what_the_prompt_leaves_is_not_taken_for_another_thing() {
        let states = "The specified schema produces a constraint that has too many states for serving. Typical causes \
            are schemas with long array length limits";
        let depth = "A schema in GenerationConfig in the request exceeds the maximum allowed nesting depth.";
        let unknown =
            "Unknown name \"additionalProperties\" at 'generation_config.response_schema': Cannot find field.";
        let left = "max_tokens must be at least 1, got -7584. (parameter=max_tokens, value=-7584)";
        for (message, means) in
            [(states, UnknownFormat), (depth, UnknownFormat), (unknown, UnknownFormat), (left, TooLong)]
        {
            assert_eq!(read(400, &json!({"error": {"message": message}})).means, means, "{message}");
        }
    }

    #[test]
    fn an_error_of_google_s_is_the_first_of_a_list() {
        let message = "Developer instruction is not enabled for models/gemma-3-27b-it";
        let answer = json!([{"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}]);
        let said = "HTTP 400 INVALID_ARGUMENT".to_owned();
        assert_eq!(read(400, &answer), Refusal { means: NoSystem, said, after: None });
    }

    #[test]
    fn what_an_error_repeats_of_the_conversation_decides_nothing() {
        let spoilt = json!({"error": {"code": "json_validate_failed", "failed_generation": "content_filter"}});
        assert_eq!(read(400, &spoilt).means, Spoiled);
        let unknown = json!({"detail": [{"loc": ["body", "max_tokens"], "input": "response_format flagged"}]});
        assert_eq!(read(422, &unknown).means, UnknownLimit);
    }
}
