//! The names of the months.

use crate::text;
use std::sync::OnceLock;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/month.he.txt"),
    include_str!("data/month.en.txt"),
    include_str!("data/month.ru.txt"),
    include_str!("data/month.ar.txt"),
];

struct Months {
    /// The words of each name and the month's number, the longest names first.
    names: Vec<(Vec<String>, u32)>,
    /// Words that stand between the parts of a date and say nothing.
    between: Vec<String>,
    /// "Third", "twenty first", and what they come to, the longest first.
    ordinals: Vec<(Vec<String>, u32)>,
}

fn months() -> &'static Months {
    static MONTHS: OnceLock<Months> = OnceLock::new();
    MONTHS.get_or_init(|| {
        let mut months = Months { names: Vec::new(), between: Vec::new(), ordinals: Vec::new() };
        for (head, names) in FILES.iter().flat_map(|file| file.lines()).filter_map(|line| line.split_once(' ')) {
            let names = names.split(',').map(text::words);
            match head.parse() {
                Ok(number) => months.names.extend(names.map(|name| (name, number))),
                Err(_) if head == "~" => months.between.extend(names.flatten()),
                Err(_) => {
                    let number = head.strip_prefix('@').and_then(|number| number.parse().ok());
                    months
                        .ordinals
                        .extend(number.into_iter().flat_map(|number| names.clone().map(move |name| (name, number))));
                }
            }
        }
        months.names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        months.ordinals.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        months
    })
}

/// The month whose name these words begin with, and how many of them are its name. Hebrew writes "in" and "of" together with it.
pub(crate) fn begins(words: &[String]) -> Option<(u32, usize)> {
    let first = words.first()?;
    let is_name = |name: &[String]| {
        let same = |first: &str| name.first().is_some_and(|word| word == first);
        (same(first) || same(text::without_prefix(first))) && words.get(1..name.len()) == name.get(1..)
    };
    months().names.iter().find(|(name, _)| is_name(name)).map(|(name, number)| (*number, name.len()))
}

/// The ordinal these words begin with, and how many of them it is: "third", "twenty first". Arabic writes "in" together
/// with it.
pub(crate) fn ordinal(words: &[String]) -> Option<(u32, usize)> {
    let first = words.first()?;
    let is_it = |name: &[String]| {
        let same = |first: &str| name.first().is_some_and(|word| word == first);
        (same(first) || first.strip_prefix(['ب', 'ל', 'ב']).is_some_and(same))
            && words.get(1..name.len()) == name.get(1..)
    };
    months().ordinals.iter().find(|(name, _)| is_it(name)).map(|(name, number)| (*number, name.len()))
}

/// Whether a word of a date says nothing: "of", "the".
pub(crate) fn stands_between(word: &str) -> bool {
    months().between.iter().any(|between| between == word)
}
