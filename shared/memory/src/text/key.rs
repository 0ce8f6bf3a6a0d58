//! When two values are equal.

use super::fold::fold;

/// The form in which two values are equal (docs/rules.md#b1): without case, spacing, punctuation, niqqud and final
/// letters. Phone numbers are equal by their digits, numbers by what they amount to; of numbers in a text the
/// separators count.
pub(crate) fn key(value: &str) -> String {
    let sign = sign(value);
    let mut key = spelt_alike(without_zero_hours(without_zeros(search_key(value))));
    if let Some(sign) = sign.filter(|_| key.starts_with(|c: char| c.is_ascii_digit())) {
        key.insert(0, sign);
    }
    if value.trim_end().ends_with(['-', '−']) && key.chars().next_back().is_some_and(char::is_alphabetic) {
        key.push('-');
    }
    key
}

/// A minus that belongs to a number: "-2.5" is not "2.5".
fn sign(value: &str) -> Option<char> {
    let rest = value.trim_start().strip_prefix(['-', '−', '–'])?;
    rest.starts_with(|c: char| c.is_ascii_digit()).then_some('-')
}

/// The hours of "07:30", the day and the month of "03/05", without the zeros before them.
fn without_zeros(key: String) -> String {
    if !key.starts_with(|c: char| c.is_ascii_digit()) || !key.contains(['-', '.']) {
        return key;
    }
    let parts: Vec<&str> = key.split(['-', '.']).collect();
    let short = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if parts.len() < 2 || !parts.iter().all(short) {
        return key;
    }
    let is_fraction = key.contains('.') && parts.len() == 2;
    let bare = |(place, part): (usize, &&str)| match part.trim_start_matches('0') {
        // What stands behind the point of a number counts with its zeros.
        _ if is_fraction && place > 0 => (*part).to_owned(),
        "" => "0".to_owned(),
        rest => rest.to_owned(),
    };
    let parts: Vec<String> = parts.iter().enumerate().map(bare).collect();
    parts.join(if is_fraction { "." } else { "-" })
}

/// Before a time of the clock.
const AT: [&str; 4] = ["at", "в", "ב", "בשעה"];

/// "At 09:30" as "at 9:30".
fn without_zero_hours(key: String) -> String {
    let Some((before, rest)) = key.split_once('0') else { return key };
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut clock = rest.chars();
    let (hour, point, minutes) = (clock.next(), clock.next(), [clock.next(), clock.next()]);
    let is_clock = is_digit(hour) && point == Some('.') && minutes.iter().all(|c| is_digit(*c));
    let is_at = AT.iter().any(|at| before.ends_with(at)) && !before.contains(|c: char| c.is_ascii_digit());
    if is_clock && is_at && !is_digit(clock.next()) { format!("{before}{rest}") } else { key }
}

/// Two spellings of one word that are no two words: a doubled Hebrew vowel letter, the letters Arabic writes with or
/// without dots at the end, the Russian yo, an emoji's joiner that joins nothing.
fn spelt_alike(key: String) -> String {
    let varies = |c: char| matches!(c, '\u{308}' | '\u{200C}' | '\u{200D}' | 'ו' | 'י' | 'ة' | 'ى');
    if !key.contains(varies) {
        return key;
    }
    let mut alike = String::with_capacity(key.len());
    for c in key.chars() {
        let c = match c {
            '\u{308}' if alike.ends_with('е') => continue,
            '\u{200C}' | '\u{200D}' => continue,
            'ו' | 'י' if alike.ends_with(c) => continue,
            'ة' => 'ه',
            'ى' => 'ي',
            other => other,
        };
        alike.push(c);
    }
    alike
}

/// The form by which a lead is found by name. It stands in the table, so it stays as it is.
pub(crate) fn search_key(value: &str) -> String {
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
    if !folded.iter().all(written) || is_date(folded) || (decimal && !folded.starts_with(&['0'])) {
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

/// Two groups of one or two digits and a year, in either order, with the same mark between: "1/12/1990".
fn is_date(folded: &[char]) -> bool {
    let text: String = folded.iter().collect();
    ['/', '.', '-'].into_iter().any(|mark| {
        let lengths: Vec<usize> = text.trim().split(mark).map(str::len).collect();
        let all_digits = text.trim().chars().all(|c| c.is_ascii_digit() || c == mark);
        all_digits && matches!(lengths.as_slice(), [1 | 2, 1 | 2, 2 | 4] | [4, 1 | 2, 1 | 2])
    })
}

/// Spacing and punctuation. `+ % $ # @ & = < >` and the like carry meaning and stay.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '!' | '"' | '\'' | '(' | ')' | '*' | ',' | '-' | '.' | '/' | ':' | ';' | '?'
            | '[' | '\\' | ']' | '_' | '`' | '{' | '}' | '~' | '¡' | '«' | '·' | '»' | '¿'
            | '\u{2BC}' | '\u{B4}' | '\u{5BE}' | '\u{5C0}' | '\u{5C3}' | '\u{5C6}' | '\u{5F3}' | '\u{5F4}'
            | '\u{60C}' | '\u{61B}' | '\u{61F}'
            | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{3001}'..='\u{3003}')
}
