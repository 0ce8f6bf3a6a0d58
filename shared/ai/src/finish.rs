//! Why a model stopped writing.
//!
//! Sources: [OpenAI and Azure](https://platform.openai.com/docs/api-reference/chat/object) (`stop`, `length`,
//! `content_filter`), [Mistral](https://docs.mistral.ai/api/) (`model_length`, `error`),
//! [OpenRouter](https://openrouter.ai/docs/api-reference/overview) (`error`), [vLLM](https://github.com/vllm-project/vllm)
//! (`abort`), [DeepSeek](https://api-docs.deepseek.com/api/create-chat-completion) (`insufficient_system_resource`); others
//! hand on the words of the vendor behind them, Google as `content_filter: PROHIBITED_CONTENT`.

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// The model had said everything; or nothing else is known.
    Whole,
    /// At a bound on its length.
    Cut,
    /// At a filter: what stands before it is not for anybody's eyes.
    Filtered,
    /// Something broke in mid-answer.
    Broken,
}

impl Finish {
    pub(crate) fn read(reason: &str) -> Self {
        let reason = reason.to_ascii_lowercase();
        match reason.split(':').next().unwrap_or_default().trim() {
            "length" | "model_length" | "max_tokens" | "max_output_tokens" => Self::Cut,
            "content_filter" | "safety" | "recitation" | "prohibited_content" | "blocklist" | "spii" | "refusal" => {
                Self::Filtered
            }
            "error" | "abort" | "cancelled" | "insufficient_system_resource" => Self::Broken,
            _ => Self::Whole,
        }
    }
}
