//! How numbers and user ids are written by switchboards, providers and people: what is around them, and between their
//! digits.

use super::code::Code;
use zikaron_memory::country::Country;

/// The number in what a switchboard hands on: `"Name" <sip:…>` ([RFC 3261](https://www.rfc-editor.org/rfc/rfc3261#section-20.10)),
/// a URI with its parameters, and an extension behind it. A `phone-context` ([RFC
/// 3966](https://www.rfc-editor.org/rfc/rfc3966#section-5.1.5)) says in which country a local number is meant.
pub(crate) fn local_part(shown: &str) -> (&str, Option<&str>) {
    // A name before it and a parameter behind it may hold a `<` too.
    let mut brackets = shown.rsplit('<').filter_map(|rest| rest.split_once('>')).map(|(inner, _)| inner.trim());
    let last = brackets.next().filter(|_| shown.contains('<'));
    let within = last.into_iter().chain(brackets).find(|inner| scheme(inner).is_some()).or(last);
    let address = within.unwrap_or(shown).trim();
    let address = scheme(address).unwrap_or(address);
    let context = address.split(';').skip(1).find_map(|parameter| strip(parameter.trim(), "phone-context=+"));
    let number = address.split(['@', ';', ',', '#']).next().unwrap_or_default();
    (without_extension(number.trim()), context)
}

/// What follows the scheme of a URI, or what stands in its place.
fn scheme(address: &str) -> Option<&str> {
    ["sip:", "sips:", "tel:", "whatsapp:", "sip_"].iter().find_map(|scheme| strip(address, scheme))
}

/// `%2B972…`: a URI may write any of its characters [as a number](https://www.rfc-editor.org/rfc/rfc3986#section-2.1).
pub(crate) fn unescaped(number: &str) -> String {
    let mut parts = number.split('%');
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(u8::is_ascii);
        match code {
            Some(code) => written.extend([char::from(code).to_string().as_str(), &part[2..]]),
            None => written.extend(["%", part]),
        }
    }
    written
}

/// `055-500-0001 ext. 3`, `… x3`, `… שלוחה 3`: the words of an extension stand behind a number, never before one.
fn without_extension(number: &str) -> &str {
    let Some(at) = number.find(char::is_alphabetic) else { return number };
    let (before, word) = number.split_at(at);
    let is_extension =
        ["ext", "x", "שלוחה"].iter().any(|name| strip(word, name).is_some_and(|rest| !has_letter(rest, name)));
    let has_number = before.chars().filter(char::is_ascii_digit).count() >= 6;
    if is_extension && has_number { before } else { number }
}

/// Whether a word that begins like the name of an extension goes on as another one.
fn has_letter(rest: &str, name: &str) -> bool {
    let rest = if name == "ext" { strip(rest, "ension").unwrap_or(rest) } else { rest };
    rest.chars().any(char::is_alphabetic)
}

/// Digits, and `+` if one stands before them; none for words, and for anything that holds a letter.
pub(super) fn bare(shown: &str) -> Option<String> {
    // The 0 that is dialled at home, but for countries where it belongs to the number.
    let all: String = shown.chars().filter(char::is_ascii_digit).collect();
    let is_abroad = shown.contains('+') || all.starts_with("00");
    let all = all.trim_start_matches('0');
    let keeps = is_abroad && trunk_of(all).is_some_and(|trunk| trunk != "0");
    let shown = if keeps { shown.to_owned() } else { shown.replace("(0)", "") };
    let mut written = String::with_capacity(shown.len());
    for c in shown.chars() {
        match c {
            '0'..='9' => written.push(c),
            '+' if written.is_empty() => written.push(c),
            c if c.is_alphanumeric() || c == '+' => return None,
            // Spaces, dashes, brackets, marks of direction.
            _ => {}
        }
    }
    Some(written)
}

/// What is dialled at home before a number that is given in its international form.
fn trunk_of(digits: &str) -> Option<&'static str> {
    Country::of_digits(digits).map(Country::trunk).or_else(|| Code::of_digits(digits).map(|code| code.trunk))
}

fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}
