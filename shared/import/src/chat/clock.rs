//! The halves of the day, as phones write them.

use super::scan::{is_blank, is_mark};

/// A half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// The clock has 24 hours.
    None,
    /// Before noon.
    Morning,
    /// From noon on.
    Afternoon,
}

/// Before noon and from noon on, in the letters that are left without dots, blanks, quotes and case: English (and all
/// that write it so, `a. m.` too), Hebrew, Arabic, Greek. Russian phones have 24 hours.
const HALVES: [(&str, &str); 5] = [("am", "pm"), ("לפנהצ", "אחהצ"), ("ص", "م"), ("صباحًا", "مساءً"), ("πμ", "μμ")];

/// The half a word names; none where nobody knows it.
pub(super) fn half(word: &str) -> Option<Half> {
    let is_letter = |c: &char| {
        !is_mark(*c) && !is_blank(*c) && !matches!(c, '.' | '"' | '\'' | '״' | '׳' | '\u{201C}' | '\u{201D}')
    };
    let letters: String = word.chars().filter(is_letter).flat_map(char::to_lowercase).collect();
    if letters.is_empty() {
        return Some(Half::None);
    }
    HALVES.iter().find_map(|(morning, afternoon)| match &letters {
        letters if letters == morning => Some(Half::Morning),
        letters if letters == afternoon => Some(Half::Afternoon),
        _ => None,
    })
}
