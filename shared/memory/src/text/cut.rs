//! Text cut to a length, never inside what the eye sees as one character.

use unicode_segmentation::UnicodeSegmentation;

/// The beginning of `text`, at most `max_chars` characters, never cut inside what the eye sees as one.
pub(crate) fn cut(text: &str, max_chars: usize) -> &str {
    let mut chars = 0;
    let mut end = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        chars += grapheme.chars().count();
        if chars > max_chars {
            break;
        }
        end = start + grapheme.len();
    }
    text.get(..end).unwrap_or_default().trim_end()
}

/// How many bytes a text takes in JSON, without the quotation marks.
pub(crate) fn json_len(text: &str) -> usize {
    let escaped = |c: char| match c {
        '"' | '\\' => 1,
        c if c < ' ' => 5,
        _ => 0,
    };
    text.len() + text.chars().map(escaped).sum::<usize>()
}

/// The beginning of `text`, at most `max_bytes` bytes of JSON, never cut inside what the eye sees as one.
pub(crate) fn cut_json(text: &str, max_bytes: usize) -> &str {
    if json_len(text) <= max_bytes {
        return text;
    }
    let mut bytes = 0;
    let fits = text.graphemes(true).take_while(|grapheme| {
        bytes += json_len(grapheme);
        bytes <= max_bytes
    });
    let end = fits.map(str::len).sum();
    text.get(..end).unwrap_or_default().trim_end()
}

/// [`cut`] between words, with `…` as the last character when something was cut. A word longer than half of what is
/// left is cut itself.
pub(crate) fn cut_visibly(text: &str, max_chars: usize) -> String {
    if text.chars().count() <= max_chars {
        return text.to_owned();
    }
    let kept = cut(text, max_chars.saturating_sub(1));
    let inside = text.get(kept.len()..).is_some_and(|rest| !rest.starts_with(char::is_whitespace));
    let word = kept.rfind(char::is_whitespace).filter(|at| inside && *at > kept.len() / 2);
    format!("{}…", kept.get(..word.unwrap_or(kept.len())).unwrap_or(kept).trim_end())
}
