//! What of a text is whole: of one that was cut its sentences, of one that runs in circles what comes before.

use std::collections::BTreeSet;
use unicode_segmentation::UnicodeSegmentation;

/// A text that repeats itself over so many characters …
const LOOP_CHARS: usize = 80;
/// … with a part of at most so many, so often, runs in circles.
const LOOP_PART: usize = 100;
const LOOP_TIMES: usize = 6;

/// The text, or what is whole of it; empty where nothing is. `cut`: its end is not where it was to end.
pub(crate) fn whole(text: &str, cut: bool) -> String {
    let text = text.trim();
    match before_circles(text) {
        Some(before) => sentences(before),
        None if cut => sentences(text),
        None => text.to_owned(),
    }
}

/// The fewest characters of a cut text that are worth keeping.
const FEWEST: usize = 20;

/// What is left of a text that was cut in its first sentence: whole clauses, or else whole words, with three dots behind
/// them; empty where that is next to nothing. For what is remembered, not for a customer: better half a summary than none.
pub(crate) fn beginning(text: &str) -> String {
    let text = before_circles(text).unwrap_or(text).trim();
    let clause = [", ", "; ", "، ", "؛ ", "\n"].iter().filter_map(|mark| text.rfind(mark)).max();
    let ends = [clause, text.rfind(char::is_whitespace)];
    let mut kept = ends.into_iter().flatten().map(|end| text.split_at(end).0.trim_end());
    let kept = kept.find(|kept| kept.chars().filter(|c| c.is_alphanumeric()).count() >= FEWEST);
    kept.map(|kept| format!("{kept} …")).unwrap_or_default()
}

/// Whether a text says anything: a letter, a digit or an emoji, and not only a word of the form it was asked in.
pub(crate) fn says_something(text: &str) -> bool {
    let is_sign = |c| matches!(c, '\u{2190}'..='\u{21FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}');
    let of_form = ["answer", "handover", "string", "null", "true", "false"];
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    text.contains(|c: char| c.is_alphanumeric() || is_sign(c))
        && !of_form.iter().any(|word| bare.eq_ignore_ascii_case(word))
}

/// The sentences that have an end, without what stands there a second time and without a heading left over at the end.
fn sentences(text: &str) -> String {
    let mut seen = BTreeSet::new();
    let mut kept = 0;
    for sentence in text.split_sentence_bounds() {
        let bare = sentence.trim();
        let is_last = kept + sentence.len() == text.len();
        if !has_end(sentence, is_last) || (bare.contains(' ') && !seen.insert(bare)) {
            break;
        }
        kept += sentence.len();
    }
    let mut text = text.split_at(kept).0.trim_end();
    while text.ends_with([':', '：']) {
        text = text.rsplit_once('\n').map_or("", |(before, _)| before.trim_end());
    }
    text.to_owned()
}

/// A point behind a figure may stand in the middle of a price, where the text ends there.
fn has_end(sentence: &str, is_last: bool) -> bool {
    if sentence.ends_with(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return true;
    }
    let is_closing = |c: char| c.is_whitespace() || "\"'״”’»)]}*_~".contains(c);
    let bare = sentence.trim_end_matches(is_closing);
    let point = bare.strip_suffix('.');
    if is_last && point.is_some_and(|before| before.ends_with(|c: char| c.is_numeric())) {
        return false;
    }
    bare.ends_with(['.', '!', '?', '…', '؟', '۔', '׃', '。', '！', '？'])
}

/// What stands before the first place from which on the text only repeats itself, and one round of that.
fn before_circles(text: &str) -> Option<&str> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let same = |at: usize, part: usize| chars.get(at).map(|(_, c)| c) == chars.get(at + part).map(|(_, c)| c);
    let mut first: Option<usize> = None;
    for part in 1..=LOOP_PART.min(chars.len() / LOOP_TIMES) {
        let mut begun = 0;
        for at in 0..chars.len() - part {
            if !same(at, part) {
                begun = at + 1;
            } else if at + part + 1 - begun >= LOOP_CHARS.max(LOOP_TIMES * part) {
                let end = begun + part;
                first = Some(first.map_or(end, |known| known.min(end)));
                break;
            }
        }
    }
    let (end, _) = chars.get(first?)?;
    Some(text.split_at(*end).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_whole_when_it_has_its_end() {
        for (text, expected) in [
            ("One. Two! Three? Four and", "One. Two! Three?"),
            ("He said \"yes.\" Then", "He said \"yes.\""),
            ("Open until 18.30 on", ""),
            ("It is 80.", ""),
            ("It is 80. Really", "It is 80."),
            ("It is 80!", "It is 80!"),
            ("שלום. מחר ב-10", "שלום."),
            ("Prices:\n- cut 80\n- beard 4", "Prices:\n- cut 80"),
            ("We do this:\n- cu", ""),
            ("Good 😊. More 😊", "Good 😊."),
            ("", ""),
        ] {
            assert_eq!(whole(text, true), expected, "{text}");
            assert_eq!(whole(text, false), text);
        }
    }

    #[test]
    fn of_half_a_sentence_whole_clauses_are_kept_or_whole_words() {
        for (text, expected) in [
            ("נועה מחיפה ביקשה תור ליום שלישי בבוקר, ושאלה על המחיר של צב", "נועה מחיפה ביקשה תור ליום שלישי בבוקר …"),
            ("The customer asked for an appointment on Tues", "The customer asked for an appointment on …"),
            ("The price of all that was agreed to be 1,500", "The price of all that was agreed to be …"),
            ("Topic, an app", ""),
            ("", ""),
        ] {
            assert_eq!(beginning(text), expected);
        }
        let circles = format!("She asked about colouring, {}", "name, hie, ".repeat(90));
        assert_eq!(beginning(&circles), "She asked about colouring, name …");
    }

    #[test]
    fn what_runs_in_circles_ends_before_it_does() {
        let good = "תספורת ב-80 שקלים! ";
        for round in ["Shibuya ", "א", "name, hie, ", "עקסקעקסקע, ", "and then you come to us and we cut it and "]
        {
            assert_eq!(whole(&format!("{good}{}", round.repeat(90)), false), good.trim(), "{round}");
        }
        assert_eq!(whole(&"We are open. ".repeat(40), false), "We are open.");
        let fine =
            ["חחחחחחחחחח", "😂😂😂😂😂😂", "────────────────────", "1, 2, 3, 4, 5, 6, 7, 8, 9", "ha ha ha ha ha ha"];
        assert!(fine.iter().all(|text| whole(text, false) == *text));
        let menu: String = (1..40).map(|n| format!("- תספורת מספר {n}: {} ש\"ח\n", 40 + n)).collect();
        assert_eq!(whole(&menu, false), menu.trim());
    }
}
