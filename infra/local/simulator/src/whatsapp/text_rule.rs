//! The rule for a text of a request.

use super::refusal::Refusal;
use serde_json::Value;

/// A text of `least` to `most` characters. Spaces alone count as no text.
pub(super) fn string(value: &Value, name: &str, least: usize, most: usize) -> Result<String, Refusal> {
    let text = value.as_str().ok_or_else(|| Refusal::parameter(format!("The parameter {name} is required.")))?;
    let length = text.chars().count();
    if !(least..=most).contains(&length) || (least > 0 && text.trim().is_empty()) {
        return Err(Refusal::parameter(format!("{name} must have {least} to {most} characters")));
    }
    Ok(text.to_owned())
}
