//! Answers that are none: what our own prompt says, what a template leaks, signs without a word.

use crate::{completion, conversation, endpoint, model_at, question};
use serde_json::{Value, json};
use zikaron_protocol::ports::{Model, ModelError};

async fn replied(content: &str) -> Result<String, ModelError> {
    let server = endpoint(completion(&json!(content))).await;
    model_at(&format!("{}/v1", server.uri()), None).reply(&question()).await.map(|reply| reply.text)
}

#[tokio::test]
async fn our_prompts_show_no_answer_that_a_model_could_repeat() {
    let server = endpoint(completion(&json!("כן"))).await;
    let model = model_at(&format!("{}/v1", server.uri()), None);
    model.reply(&question()).await.unwrap();
    model.digest(&conversation()).await.unwrap_err();
    for request in server.received_requests().await.unwrap() {
        let body: Value = request.body_json().unwrap();
        let system = body["messages"][0]["content"].as_str().unwrap();
        assert!(!system.contains('…') && !system.contains("...") && !system.contains("\": \""), "{system}");
    }
}

#[tokio::test]
async fn what_says_nothing_is_no_answer() {
    for text in
        ["…", "...", "…\n…", "?", "-", "\"\"", "<|im_end|>", "...<|im_end|>", "</s>", "answer", "Handover", "null"]
    {
        for content in [text.to_owned(), json!({"answer": text, "handover": false}).to_string()] {
            let error = replied(&content).await.unwrap_err();
            assert!(matches!(error, ModelError::Unusable(_)), "{content}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_sentence_of_our_own_rules_is_no_answer() {
    for text in
        ["You answer a business's customers on WhatsApp", "if you do not know, say so.", "short, friendly, plain text."]
    {
        for content in [text.to_owned(), json!({"answer": text, "handover": false}).to_string()] {
            let error = replied(&content).await.unwrap_err();
            assert!(matches!(error, ModelError::Unusable(_)), "{content}: {error:?}");
        }
    }
    for text in ["plain text", "You answer a business's customers on WhatsApp, don't you?"] {
        assert_eq!(replied(text).await.as_deref(), Ok(text));
    }
}

#[tokio::test]
async fn a_word_a_figure_or_an_emoji_is_an_answer() {
    for text in ["כן", "80", "👍", "❤️", "Да.", "نعم", "🇮🇱", "1️⃣", "<3", "5 < 8 > 3"] {
        assert_eq!(replied(&json!({"answer": text, "handover": false}).to_string()).await.as_deref(), Ok(text));
    }
}

#[tokio::test]
async fn what_a_template_leaks_is_cut_off_with_all_that_follows() {
    for (content, expected) in [
        ("כן, פתוח.<|im_end|>", "כן, פתוח."),
        ("כן, פתוח.<end_of_turn>\n<start_of_turn>user\nתודה", "כן, פתוח."),
        ("כן, פתוח.</s><s>[INST] עוד", "כן, פתוח."),
        ("<s>כן, פתוח.", "כן, פתוח."),
        ("<|start_header_id|>assistant<|end_header_id|>\n\nכן, פתוח.<|eot_id|>", "כן, פתוח."),
        ("<|im_start|>assistant\nכן, פתוח.", "כן, פתוח."),
        ("[/INST] כן, פתוח.", "כן, פתוח."),
        ("{\"answer\": \"כן, פתוח.<|endoftext|>user\", \"handover\": false}<|im_end|>", "כן, פתוח."),
    ] {
        assert_eq!(replied(content).await.as_deref(), Ok(expected), "{content}");
    }
    let server = endpoint(completion(&json!("{\"summary\": \"נושא: תור<|im_end|>\", \"changes\": []}</s>"))).await;
    let digest = model_at(&format!("{}/v1", server.uri()), None).digest(&conversation()).await.unwrap();
    assert_eq!(digest.summary.as_deref(), Some("נושא: תור"));
}

#[tokio::test]
async fn what_a_model_thought_is_no_part_of_what_it_says() {
    let harmony = "<|channel|>analysis<|message|>Need hours.<|end|><|start|>assistant<|channel|>final<|message|>";
    for (content, expected) in [
        (json!(format!("{harmony}כן, פתוח.")), "כן, פתוח."),
        (json!(format!("{harmony}{{\"answer\": \"כן, פתוח.\", \"handover\": false}}<|return|>")), "כן, פתוח."),
        (json!("analysisWe need hours.assistantfinalכן, פתוח."), "כן, פתוח."),
        (json!("[THINK]Perhaps {\"answer\": \"לא\"}[/THINK]{\"answer\": \"כן, פתוח.\"}"), "כן, פתוח."),
        (json!("<thinking>hm</thinking>כן, פתוח."), "כן, פתוח."),
        (json!("<reasoning>hm</reasoning>\n\nכן, פתוח."), "כן, פתוח."),
        (json!("{\"answer\": \"<think>hm</think>כן, פתוח.\", \"handover\": false}"), "כן, פתוח."),
        (json!("Draft: {\"answer\": \"לא\"}. Final: {\"answer\": \"כן, פתוח.\"}"), "כן, פתוח."),
        (json!("<|im_start|>assistant\n{\"answer\": \"כן\"}<|im_end|><|im_start|>user {\"answer\": \"לא\"}"), "כן"),
        (json!([{"type": "reasoning", "text": "hm"}, {"type": "text", "text": "כן, פתוח."}]), "כן, פתוח."),
    ] {
        let server = endpoint(completion(&content)).await;
        let reply = model_at(&format!("{}/v1", server.uri()), None).reply(&question()).await;
        assert_eq!(reply.map(|reply| reply.text).as_deref(), Ok(expected), "{content}");
    }
    for content in ["<|channel|>analysis<|message|>Need hours.<|end|>", "analysisWe need hours", "[THINK]hm"] {
        let error = replied(content).await.unwrap_err();
        assert!(matches!(error, ModelError::Unusable(_)), "{content}: {error:?}");
    }
}
