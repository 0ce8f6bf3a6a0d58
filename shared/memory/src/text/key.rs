//! When two values are equal.

use super::fold::fold;

/// The form in which two values are equal (docs/rules.md#b1): without case, spacing, punctuation, niqqud and final
/// letters. Phone numbers are equal by their digits, numbers by what they amount to; of numbers in a text the
/// separators count.
pub(crate) fn key(value: &str) -> String {
    let folded: Vec<char> = value.chars().flat_map(fold).collect();
    if let Some(digits) = phone(&folded) {
        return digits;
    }
    let key = spelling(value, &folded);
    match key.split_once('.') {
        Some((whole, part)) if [whole, part].iter().all(|d| d.bytes().all(|b| b.is_ascii_digit())) => {
            let part = part.trim_end_matches('0');
            if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
        }
        _ => key,
    }
}

fn spelling(value: &str, folded: &[char]) -> String {
    let mut key = String::with_capacity(value.len());
    let mut skipped = String::new();
    for (index, &c) in folded.iter().enumerate() {
        if is_separator(c) {
            skipped.push(c);
            continue;
        }
        let splits_number = c.is_ascii_digit() && key.ends_with(|k: char| k.is_ascii_digit());
        if splits_number && !skipped.is_empty() && !is_thousands(&skipped, folded.get(index..)) {
            key.push(if matches!(skipped.trim(), "." | ":") { '.' } else { '-' });
        }
        skipped.clear();
        key.push(c);
    }
    if key.is_empty() { value.trim().to_lowercase() } else { key }
}

fn is_thousands(skipped: &str, rest: Option<&[char]>) -> bool {
    let digits = rest.unwrap_or_default().iter().take_while(|c| c.is_ascii_digit());
    skipped == "," && digits.count() == 3
}

/// The digits of a phone-like value, with an Israeli country code written as the leading zero.
fn phone(folded: &[char]) -> Option<String> {
    let written = |c: &char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '+' | '(' | ')' | '.' | '/' | '‐'..='–');
    let decimal = folded.split(|c| *c == '.').count() == 2 && folded.iter().all(|c| c.is_ascii_digit() || *c == '.');
    if !folded.iter().all(written) || (decimal && !folded.starts_with(&['0'])) {
        return None;
    }
    let digits: String = folded.iter().filter(|c| c.is_ascii_digit()).collect();
    if digits.len() < 7 {
        return None;
    }
    let international = digits.strip_prefix("00").unwrap_or(&digits);
    match international.strip_prefix("972") {
        Some(local) if local.len() >= 8 => Some(format!("0{}", local.trim_start_matches('0'))),
        _ => Some(international.to_owned()),
    }
}

/// Spacing and punctuation. `+ % $ # @ & = < >` and the like carry meaning and stay.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '!' | '"' | '\'' | '(' | ')' | '*' | ',' | '-' | '.' | '/' | ':' | ';' | '?'
            | '[' | '\\' | ']' | '_' | '`' | '{' | '}' | '~' | '¡' | '«' | '·' | '»' | '¿'
            | '\u{5BE}' | '\u{5C0}' | '\u{5C3}' | '\u{5C6}' | '\u{5F3}' | '\u{5F4}'
            | '\u{60C}' | '\u{61B}' | '\u{61F}'
            | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{3001}'..='\u{3003}')
}
