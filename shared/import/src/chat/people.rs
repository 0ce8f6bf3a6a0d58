//! Who is who in a chat of two.

use super::scan::{is_mark, unmarked};
use super::words::FILE_OF;
use zikaron_memory::country::Country;
use zikaron_protocol::model::ids::E164;
use zikaron_protocol::model::phone;

/// A name as it is compared: without marks, blanks at the ends and the `~` before names a phone does not know.
pub(super) fn name(raw: &str) -> String {
    let plain = unmarked(raw).replace(['\u{00A0}', '\u{202F}'], " ");
    plain.trim().trim_start_matches('~').trim().to_owned()
}

/// The number a name is, where a phone knew no other name.
#[must_use]
pub fn number(name: &str, country: Option<Country>) -> Option<E164> {
    let plain = unmarked(name).replace(['\u{00A0}', '\u{202F}'], " ");
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '\u{2011}');
    let digits = plain.chars().filter(char::is_ascii_digit).count();
    if digits < 7 || !plain.trim().chars().all(is_number) {
        return None;
    }
    phone::e164(&plain.replace('\u{2011}', "-"), country)
}

/// Of whom a file is, by its name: `WhatsApp Chat with Dana Levi.txt`, on an iPhone `WhatsApp Chat - Dana Levi.zip`.
pub(super) fn of_file(file: &str) -> Option<String> {
    let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let base = unmarked(base).replace(['׳', '\u{2019}'], "'");
    let base = base.strip_suffix(".txt").or_else(|| base.strip_suffix(".zip")).unwrap_or(&base);
    let lower = base.to_lowercase();
    let mark = FILE_OF.iter().find(|mark| lower.starts_with(*mark))?;
    // Letters of these marks are as long in lower case.
    let rest = base.get(mark.len()..)?.trim();
    // A phone that saves a file twice numbers it.
    let unnumbered = rest.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let unnumbered = unnumbered.filter(|(_, number)| number.bytes().all(|b| b.is_ascii_digit()));
    let name = name(unnumbered.map_or(rest, |(rest, _)| rest));
    (!name.is_empty()).then_some(name)
}

/// Why nobody knows who is who.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// More than two write.
    Group,
    /// Nobody with the business's name writes, and more than one other does.
    NoBusiness,
    /// Nothing tells which of the two is the business.
    Which,
}

/// The customer's name among those who write. `business`: the business's own name in the chat.
pub(super) fn customer(
    senders: &[String],
    business: Option<&str>,
    file: Option<&str>,
    country: Option<Country>,
) -> Result<String, Unknown> {
    let of_file = file.and_then(of_file);
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    if senders.len() > 2 {
        return Err(Unknown::Group);
    }
    if let Some(business) = business.map(name) {
        let mut others = senders.iter().filter(|sender| !same(sender, &business));
        return match (others.next(), others.next()) {
            (Some(only), None) => Ok(only.clone()),
            (None, _) => of_file.ok_or(Unknown::Which),
            (Some(_), Some(_)) => Err(Unknown::NoBusiness),
        };
    }
    if let Some(named) = of_file {
        let named_number = number(&named, country);
        let is_it = |sender: &&String| {
            same(sender, &named) || named_number.is_some() && number(sender, country) == named_number
        };
        return senders.iter().find(is_it).cloned().ok_or(Unknown::Which);
    }
    let mut numbers = senders.iter().filter(|sender| number(sender, country).is_some());
    match (numbers.next(), numbers.next()) {
        (Some(only), None) if senders.len() == 2 => Ok(only.clone()),
        _ => Err(Unknown::Which),
    }
}

/// Sender and words of what stands behind a header; none for what WhatsApp says by itself.
pub(super) fn sender(rest: &str) -> Option<(String, &str)> {
    let line = rest.split('\n').next().unwrap_or(rest);
    let end = line.trim_end_matches(|c: char| is_mark(c) || c == ' ');
    let (raw, at) = match line.find(": ") {
        Some(at) => (line.get(..at)?, at + 2),
        // Nothing behind it: what was sent holds no words.
        None => (end.strip_suffix(':')?, line.len()),
    };
    let name = name(raw);
    (!name.is_empty()).then(|| (name, rest.get(at..).unwrap_or_default()))
}
