//! What a value of a kind comes to, however it is written: a day by its month's name or in figures, a number in words or in
//! digits, a phone number as it is dialled at home or from abroad.

mod date;
mod phone;

pub(crate) use date::Date;

use crate::field::Kind;
use crate::lexicon::towns;
use crate::{headcount, number_words, text};
use std::ops::Range;

/// The form in which two values of this kind are equal (docs/rules.md#b1): that of a text, unless all of it is a day, a
/// number or a phone number. Only what is certainly equal has one form.
pub(crate) fn key(kind: Kind, value: &str) -> String {
    let words = || text::words(value);
    let read = match kind {
        Kind::Date if is_of(value, &['.', '/', ',', '-', '\'']) => Date::whole(&words()).map(Date::key),
        Kind::Number if is_of(value, &['-', '\'']) => {
            number_words::one(headcount::without_people(&words())).map(|number| number.to_string())
        }
        Kind::Phone => Some(phone::key(value)),
        Kind::Name => Some(without_accents(text::key(value))),
        // No two towns differ in the two letters Russian has for an e: "Беэр-Шева".
        Kind::Place => {
            // "תא" is a cell, ת"א a town.
            let is_marked = value.is_ascii() || value.contains(['"', '״', '-']);
            let full = if is_marked { towns::in_full(&words()) } else { None };
            let name = full.unwrap_or_else(|| value.to_owned());
            Some(without_accents(text::key(&name)).replace('э', "е"))
        }
        _ => None,
    };
    read.unwrap_or_else(|| text::key(value))
}

/// "Siân" as "Sian": who types a name leaves the accents of Latin letters out.
fn without_accents(key: String) -> String {
    let is_accent = |c: char| ('\u{300}'..='\u{36F}').contains(&c);
    if !key.contains(is_accent) {
        return key;
    }
    let mut plain = String::with_capacity(key.len());
    for c in key.chars() {
        if !(is_accent(c) && plain.ends_with(|last: char| last.is_ascii_alphabetic())) {
            plain.push(c);
        }
    }
    plain
}

/// Where among words a value of this kind stands in another writing, of which [`key`] would make the same: "fourteen" for
/// 14, "9 May 1978" for 9.5.1978, 050… for +972 50….
pub(crate) fn place(kind: Kind, words: &[String], value: &str) -> Option<Range<usize>> {
    match kind {
        Kind::Date => {
            let wanted = Date::whole(&text::words(value))?;
            // Two figures are a day where nothing else stands.
            let all = || (Date::whole(words) == Some(wanted)).then_some(0..words.len());
            date::dates(words).find(|(date, _)| *date == wanted).map(|(_, at)| at).or_else(all)
        }
        Kind::Number => number_words::place(value.trim(), words),
        Kind::Phone => phone::place(words, value),
        _ => None,
    }
}

/// Whether words that say more than a day also say this one: "9 May 1978" for 9 May.
pub(crate) fn says_day(words: &[String], value: &str) -> bool {
    Date::whole(&text::words(value)).is_some_and(|wanted| date::dates(words).any(|(date, _)| date.says(wanted)))
}

/// Whether a value is of letters, digits, spaces and these signs, and begins with none of them: "-8" is not 8, nor "8 %".
fn is_of(value: &str, signs: &[char]) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || c.is_whitespace();
    value.trim().starts_with(char::is_alphanumeric) && value.chars().all(|c| is_plain(c) || signs.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_more_is_written_than_a_number_or_a_day_counts() {
        let same = |kind, a, b| key(kind, a) == key(kind, b);
        assert!(same(Kind::Number, "twenty-five", "25") && same(Kind::Date, "9.5.1978", "May 9, 1978"));
        for (a, b) in [("-8", "8"), ("8 %", "8"), ("$8", "8"), ("1-2", "12"), ("3.4", "34"), ("8 adults", "8 kids")] {
            assert!(!same(Kind::Number, a, b), "{a} and {b}");
        }
        for (a, b) in [("-2.5", "2.5"), ("12:30", "12.30"), ("3.4", "34"), ("1/12", "12/1"), ("9.5.78", "9.5.2078")] {
            assert!(!same(Kind::Date, a, b), "{a} and {b}");
        }
        assert!(!same(Kind::Text, "eight", "8"));
        assert!(same(Kind::Name, "Siân Rees", "Sian Rees") && !same(Kind::Text, "résumé", "resume"));
        assert!(!same(Kind::Name, "Андрей", "Андреи"));
        assert!(same(Kind::Number, "a dozen", "12") && same(Kind::Number, "one hundred and twenty", "120"));
    }
}
