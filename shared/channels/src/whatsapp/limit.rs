//! How long a text of a request may be.

/// The rule, where the text breaks it. Spaces alone count as no text.
pub(super) fn within(text: &str, least: usize, most: usize, rule: &'static str) -> Result<(), &'static str> {
    let length = text.chars().count();
    let blank = least > 0 && text.trim().is_empty();
    if blank || !(least..=most).contains(&length) { Err(rule) } else { Ok(()) }
}
