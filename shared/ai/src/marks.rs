//! The marks of chat templates, which some servers let through: `<|im_end|>`, `<end_of_turn>`, `</s>`.
//!
//! Source: [chat templates](https://huggingface.co/docs/transformers/chat_templating).

/// Those without a form of their own.
const MARKS: [&str; 10] =
    ["<start_of_turn>", "<end_of_turn>", "</s>", "<s>", "<bos>", "<eos>", "<pad>", "<unk>", "[INST]", "[/INST]"];
/// The longest name between `<|` and `|>`.
const MAX_NAME: usize = 30;

/// The text without the marks before it, and up to the first one in it: what follows is a turn that nobody spoke.
pub(crate) fn without_marks(text: &str) -> &str {
    let text = behind_marks(text);
    let mark = text.match_indices(['<', '[']).find(|(at, _)| behind_mark(text.split_at(*at).1).is_some());
    mark.map_or(text, |(at, _)| text.split_at(at).0).trim_end()
}

/// The text without the marks before it.
pub(crate) fn behind_marks(text: &str) -> &str {
    let mut text = text.trim_start();
    while let Some(rest) = behind_mark(text) {
        text = behind_role(rest.trim_start());
    }
    text
}

/// Whose turn it is, where a template says that between two marks or in a line.
fn behind_role(text: &str) -> &str {
    let mut behind = ["assistant", "model"].iter().filter_map(|role| text.strip_prefix(role));
    behind.find(|rest| rest.starts_with('\n') || behind_mark(rest).is_some()).map_or(text, str::trim_start)
}

/// What stands behind the mark a text begins with.
fn behind_mark(text: &str) -> Option<&str> {
    let named = |open: &str, close: &str| {
        let (name, rest) = text.strip_prefix(open)?.split_once(close)?;
        let is_name = (1..=MAX_NAME).contains(&name.chars().count());
        (is_name && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '▁'))).then_some(rest)
    };
    let known = MARKS.iter().find_map(|mark| text.strip_prefix(mark));
    known.or_else(|| named("<|", "|>")).or_else(|| named("<｜", "｜>"))
}
