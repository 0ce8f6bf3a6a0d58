//! What a model wrote for itself: thoughts between tags or in channels of their own, which servers without the parser
//! for it hand on with the answer. No customer reads them, and a draft in them is no answer.
//!
//! Sources: [Harmony](https://cookbook.openai.com/articles/openai-harmony) of gpt-oss,
//! [Magistral](https://docs.mistral.ai/capabilities/reasoning/), and the
//! [parsers of vLLM](https://docs.vllm.ai/en/latest/features/reasoning_outputs.html).

use serde_json::Value;

/// What opens thoughts and what closes them, in small letters.
const TAGS: [(&str, &str); 16] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<thoughts>", "</thoughts>"),
    ("<reason>", "</reason>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("<analysis>", "</analysis>"),
    ("<scratchpad>", "</scratchpad>"),
    ("<seed:think>", "</seed:think>"),
    ("[think]", "[/think]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|start_thinking|>", "<|end_thinking|>"),
    // Of Gemma and MedGemma.
    ("<|channel>thought", "<channel|>"),
    ("<unused94>", "<unused95>"),
];
/// What some of those models put around the answer.
const ANSWER_TAGS: [(&str, &str); 6] = [
    ("<answer>", "</answer>"),
    ("<response>", "</response>"),
    ("<final>", "</final>"),
    ("<final_answer>", "</final_answer>"),
    ("<output>", "</output>"),
    ("<|begin_of_solution|>", "<|end_of_solution|>"),
];

/// What Granite writes without any tags.
const THINKS_ALOUD: (&str, &str) = ("Here is my thought process:", "Here is my response:");

/// The answer alone; empty where there are only thoughts, or thoughts without an end.
pub(crate) fn without_thoughts(text: &str) -> &str {
    let text = text.trim();
    let (thinks, answers) = THINKS_ALOUD;
    let text = if text.starts_with(thinks) { text.split_once(answers).map_or("", |(_, answer)| answer) } else { text };
    bare(outside_tags(final_channel(text)))
}

/// Of Harmony's channels the final one. Where a server leaves the marks out, the names of the channels still stand there.
fn final_channel(text: &str) -> &str {
    let mut parts = text.split("<|message|>");
    let mut header = parts.next().unwrap_or_default();
    let mut only = None;
    for part in parts {
        let body = ["<|end|>", "<|return|>", "<|start|>", "<|call|>"].iter().filter_map(|mark| part.find(mark)).min();
        let body = body.map_or(part, |end| part.split_at(end).0);
        match header.rsplit_once("<|channel|>").map_or(header, |(_, name)| name).trim_start() {
            name if name.starts_with("final") => return body,
            name if name.starts_with("analysis") || name.starts_with("commentary") => only = Some(""),
            // A server that knows no channels, or swallowed the first.
            _ => only = only.or(Some(body)),
        }
        header = part;
    }
    only.unwrap_or_else(|| bare_channel(text))
}

/// `analysisNeed hours.assistantfinalOpen.`
fn bare_channel(text: &str) -> &str {
    let is_glued =
        |rest: &&str| rest.starts_with(|c: char| !c.is_lowercase() && (c.is_alphabetic() || "\n{".contains(c)));
    let thinks = ["analysis", "commentary"].iter().any(|name| text.strip_prefix(name).filter(is_glued).is_some());
    match text.split_once("assistantfinal") {
        Some((before, answer)) if thinks || before.is_empty() => answer,
        _ if thinks => "",
        _ => text,
    }
}

/// What stands behind the last thoughts or, where that is nothing, before the first. Some endpoints swallow the first
/// tag.
fn outside_tags(text: &str) -> &str {
    // Bytes keep their places.
    let small = text.to_ascii_lowercase();
    let first = TAGS.iter().filter_map(|(open, _)| small.find(open)).min();
    let end = |tag: &str| Some(small.rfind(tag)? + tag.len());
    let last = TAGS.iter().filter_map(|(_, close)| end(close)).max().filter(|end| !is_inside_object(text, *end));
    let before = || first.map_or("", |first| text.split_at(first).0);
    let reopened = TAGS.iter().filter_map(|(open, _)| small.rfind(open)).max();
    match (last, reopened) {
        // The last thoughts have no end.
        (Some(last), Some(again)) if again >= last => {
            let between = text.get(last..again).unwrap_or_default();
            if between.trim().is_empty() { before() } else { between }
        }
        (Some(last), _) => {
            let answer = text.split_at(last).1;
            if answer.trim().is_empty() { before() } else { answer }
        }
        (None, Some(again)) if !is_inside_object(text, again) => before(),
        _ => text,
    }
}

/// Whether a place is within the object a text begins with: then it is looked for in its strings, one by one.
fn is_inside_object(text: &str, at: usize) -> bool {
    let object = text.trim_start().trim_start_matches("```json").trim_start_matches('`').trim_start();
    let begins = text.len() - object.len();
    let mut objects = serde_json::Deserializer::from_str(object).into_iter::<Value>();
    object.starts_with('{')
        && objects.next().is_some_and(|object| object.is_ok())
        && at < begins + objects.byte_offset()
}

/// Without the tags around an answer.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let small = text.to_ascii_lowercase();
    let Some((open, close)) = ANSWER_TAGS.iter().find(|(open, _)| small.starts_with(open)) else { return text };
    let inside = text.split_at(open.len()).1;
    let end = small.split_at(open.len()).1.find(close);
    end.map_or(inside, |end| inside.split_at(end).0).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thoughts_are_no_part_of_the_answer() {
        for (text, expected) in [
            ("<think>hm</think>\nשלום", "שלום"),
            ("hm</think>שלום", "שלום"),
            ("<think>never finished", ""),
            ("I think <b>so</b>", "I think <b>so</b>"),
            ("[THINK]Need hours.[/THINK]כן, פתוח.", "כן, פתוח."),
            ("Need hours.[/THINK]כן, פתוח.", "כן, פתוח."),
            ("<thinking>\nhm\n</thinking>\n\nכן", "כן"),
            ("<Reasoning>hm</Reasoning> כן", "כן"),
            ("<thought>a</thought><thought>b</thought>כן", "כן"),
            ("כן, פתוח. <thinking>was that right", "כן, פתוח."),
            ("כן, פתוח.<think>was that right?</think>", "כן, פתוח."),
            ("<think>a</think>כן, פתוח.<think>never finished", "כן, פתוח."),
            ("<think>a</think><answer>כן</answer>", "כן"),
            ("<answer>כן", "כן"),
            ("<|START_THINKING|>hm<|END_THINKING|>כן", "כן"),
            ("◁think▷hm◁/think▷כן", "כן"),
            ("<|channel>thought\nhm<channel|>כן", "כן"),
            ("<unused94>thought\nhm<unused95>כן", "כן"),
            ("Here is my thought process:\nhm\n\nHere is my response:\nכן", "כן"),
            ("Here is my thought process: hm", ""),
            ("<think>{\"answer\": \"a\"}</think>{\"answer\": \"b\"}", "{\"answer\": \"b\"}"),
            ("{\"answer\": \"a\"} hm</think>{\"answer\": \"b\"}", "{\"answer\": \"b\"}"),
            ("{\"answer\": \"<think>a</think>b\"}", "{\"answer\": \"<think>a</think>b\"}"),
        ] {
            assert_eq!(without_thoughts(text), expected, "{text}");
        }
    }

    #[test]
    fn of_channels_only_the_final_one_is_the_answer() {
        let thinks = "<|channel|>analysis<|message|>Need hours.<|end|>";
        for (text, expected) in [
            (format!("{thinks}<|start|>assistant<|channel|>final<|message|>כן, פתוח."), "כן, פתוח."),
            (format!("{thinks}<|start|>assistant<|channel|>final<|message|>כן<|return|>"), "כן"),
            (format!("{thinks}<|start|>assistant<|channel|>final <|constrain|>json<|message|>{{}}"), "{}"),
            (format!("<|start|>assistant{thinks}<|start|>assistant<|channel|>commentary<|message|>hm"), ""),
            (thinks.to_owned(), ""),
            ("<|channel|>analysis<|message|>Need hou".to_owned(), ""),
            ("<|channel|>final<|message|>כן<|end|><|start|>user<|message|>?".to_owned(), "כן"),
            ("<|start|>assistant<|message|>כן<|end|>".to_owned(), "כן"),
            ("analysisWe need hours.assistantfinalכן, פתוח.".to_owned(), "כן, פתוח."),
            ("analysisWe need hou".to_owned(), ""),
            ("assistantfinalכן".to_owned(), "כן"),
            ("analysis of your hair: dry".to_owned(), "analysis of your hair: dry"),
        ] {
            assert_eq!(without_thoughts(&text), expected, "{text}");
        }
    }
}
