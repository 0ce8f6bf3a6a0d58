//! Times of day.

use super::list::List;
use crate::text;

const FILES: &[&str] = &[
    include_str!("data/hours.he.txt"),
    include_str!("data/hours.en.txt"),
    include_str!("data/hours.ru.txt"),
    include_str!("data/hours.ar.txt"),
];
static OF_DAY: [List; 5] = [
    List::new(FILES, "morning"),
    List::new(FILES, "noon"),
    List::new(FILES, "afternoon"),
    List::new(FILES, "evening"),
    List::new(FILES, "night"),
];
static OF_CLOCK: [List; 2] = [List::new(FILES, "am"), List::new(FILES, "pm")];
static OF_ORDER: [List; 2] = [List::new(FILES, "early"), List::new(FILES, "late")];
/// Of the times of one group only one is meant.
const GROUPS: [&[List]; 3] = [&OF_DAY, &OF_CLOCK, &OF_ORDER];

/// Whether words name this time, also with a letter that Hebrew writes together with it.
fn names(words: &[String], time: &List) -> bool {
    time.occur_in(words) || words.iter().any(|word| time.has(text::without_prefix(word)))
}

/// Whether the words say one of two things that cannot both be, and the value the other: morning and evening.
pub(crate) fn are_excluded(words: &[String], value: &[String]) -> bool {
    GROUPS.iter().any(|group| {
        let mut named = group.iter().filter(|time| names(value, time));
        named.any(|time| !names(words, time) && group.iter().any(|other| names(words, other)))
    })
}

/// Whether a word is a time of day.
pub(crate) fn is_time(word: &str) -> bool {
    OF_DAY.iter().any(|time| time.has(word) || time.has(text::without_prefix(word)))
}

/// Whether they name a time from noon on: then seven is 19.
pub(crate) fn is_past_noon(words: &[String]) -> bool {
    [OF_DAY.iter(), OF_CLOCK.iter()].into_iter().flat_map(|group| group.skip(1)).any(|time| names(words, time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;

    #[test]
    fn a_time_that_is_not_said_is_excluded_by_another_that_is() {
        assert_sentences(FILES, |line| {
            let (value, said) = line.split_once('|').unwrap();
            are_excluded(&text::words(said), &text::words(value))
        });
    }

    #[test]
    fn only_times_from_noon_on_are_past_noon() {
        assert!(is_past_noon(&text::words("ב-7 בערב")) && is_past_noon(&text::words("at 3 pm")));
        assert!(!is_past_noon(&text::words("в 7 утра")) && !is_past_noon(&text::words("7 am")));
    }
}
