//! What of a text is whole: of one that was cut its sentences, of one that runs in circles what comes before.

use std::collections::BTreeSet;
use unicode_segmentation::UnicodeSegmentation;

/// A text that repeats itself over so many characters …
const LOOP_CHARS: usize = 80;
/// … with a part of at most so many, so often, runs in circles …
const LOOP_PART: usize = 500;
const LOOP_TIMES: usize = 6;
/// … or, where the part is longer than this, so often.
const LONG_PART: usize = 60;
const LONG_TIMES: usize = 3;
/// Circles further on are not looked for: no answer to a customer is so long.
const MOST_CHARS: usize = 20_000;
/// Nobody says a sentence of so many letters and figures twice in a message.
const LONG_SENTENCE: usize = 50;

/// The text, or what is whole of it; empty where nothing is. `cut`: its end is not where it was to end.
pub(crate) fn whole(text: &str, cut: bool) -> String {
    let text = &said_once(text.trim());
    match before_circles(text) {
        Some(before) => without_number(&sentences(before)).to_owned(),
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

/// Without the number of a list's first line whose words are gone.
fn without_number(text: &str) -> &str {
    let (before, last) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
    let number = last.trim_start_matches('(').trim_end_matches(['.', ')']);
    let is_number = number != last && !number.is_empty() && number.chars().all(char::is_numeric);
    if is_number { before.trim_end() } else { text }
}

/// The text without the long sentences that stand in it a second time.
fn said_once(text: &str) -> String {
    let mut seen = BTreeSet::new();
    let mut is_new = |sentence: &str| {
        let bare: String = sentence.chars().filter(|c| c.is_alphanumeric()).collect();
        bare.chars().count() < LONG_SENTENCE || seen.insert(bare)
    };
    let kept: String = text.split_sentence_bounds().filter(|sentence| is_new(sentence)).collect();
    if kept.len() < text.len() { kept.trim_end().to_owned() } else { kept }
}

/// The characters and where they stand; all numbers of a list (`1.`, `(2)`, a keycap) are one to whoever looks for rounds.
fn unnumbered(text: &str) -> Vec<(usize, char)> {
    let mut chars: Vec<(usize, char)> = Vec::new();
    let mut rest = text.char_indices().take(MOST_CHARS).peekable();
    while let Some((at, c)) = rest.next() {
        let stands_first = chars.last().is_none_or(|(_, before)| before.is_whitespace() || *before == '(');
        if !(c.is_numeric() && stands_first) {
            chars.push((at, c));
            continue;
        }
        let mut digits = vec![(at, c)];
        while let Some(digit) = rest.next_if(|(_, next)| next.is_numeric()) {
            digits.push(digit);
        }
        let mut ahead = rest.clone().map(|(_, next)| next);
        let mark = ahead.next();
        // A date or a price has digits behind its point.
        let is_number =
            matches!(mark, Some('.' | ')' | '\u{FE0F}' | '\u{20E3}')) && !ahead.next().is_some_and(char::is_numeric);
        if is_number { chars.push((at, '0')) } else { chars.extend(digits) }
    }
    chars
}

/// Whether a text comes to a place from which on it only repeats itself.
pub(crate) fn runs_in_circles(text: &str) -> bool {
    before_circles(text).is_some()
}

/// What stands before the first place from which on the text only repeats itself, and one round of that.
fn before_circles(text: &str) -> Option<&str> {
    let chars = unnumbered(text);
    let same = |at: usize, part: usize| chars.get(at).map(|(_, c)| c) == chars.get(at + part).map(|(_, c)| c);
    let mut first: Option<usize> = None;
    for part in 1..=LOOP_PART.min(chars.len() / LONG_TIMES) {
        let times = if part > LONG_PART { LONG_TIMES } else { LOOP_TIMES };
        let mut begun = 0;
        for at in 0..chars.len() - part {
            if !same(at, part) {
                begun = at + 1;
            } else if at + part + 1 - begun >= LOOP_CHARS.max(times * part) {
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
        let numbered: String = (1..60).map(|n| format!("{n}. Shibuya ")).collect();
        assert_eq!(whole(&format!("{good}{numbered}"), false), good.trim());
        let lines: String = (1..30).map(|n| format!("{n}) צבע שורש\n")).collect();
        assert_eq!(whole(&lines, false), "1) צבע שורש");
        let keycaps: String = (1..10).map(|n| format!("{n}\u{FE0F}\u{20E3} תספורת\n")).collect();
        assert_eq!(whole(&keycaps, false), "1\u{FE0F}\u{20E3} תספורת");
        let fine =
            ["חחחחחחחחחח", "😂😂😂😂😂😂", "────────────────────", "1, 2, 3, 4, 5, 6, 7, 8, 9", "ha ha ha ha ha ha"];
        assert!(fine.iter().all(|text| whole(text, false) == *text));
        let hours: String = (9..19).map(|n| format!("{}. בשעה {n}:00 אצל רותי\n", n - 8)).collect();
        assert_eq!(whole(&hours, false), hours.trim());
        let menu: String = (1..40).map(|n| format!("- תספורת מספר {n}: {} ש\"ח\n", 40 + n)).collect();
        assert_eq!(whole(&menu, false), menu.trim());
    }

    #[test]
    fn a_long_sentence_is_said_once() {
        let long = "אנחנו פתוחים בימים ראשון עד חמישי מתשע בבוקר ועד שבע בערב, ובימי שישי וערבי חג עד שתיים בצהריים, \
            ואפשר לקבוע תור בטלפון או כאן בהודעה.";
        for times in 2..6 {
            assert_eq!(whole(&vec![long; times].join(" "), false), long);
            assert_eq!(whole(&vec![long; times].join("\n\n"), false), long);
        }
        assert_eq!(
            whole(&format!("כן. {long} שבת סגור. {long} להתראות!"), false),
            format!("כן. {long} שבת סגור. להתראות!")
        );
        let no_end =
            "And then you come to us in the morning and we look at your hair and tell you what we would do with it, ";
        assert_eq!(whole(&format!("Sure. {}", no_end.repeat(3)), false), "Sure.");
        let short = "אפשר לבטל עד יום לפני, בלי עלות.";
        let twice = format!("תספורת: 80. {short}\nצבע: 250. {short}");
        assert_eq!(whole(&twice, false), twice);
    }
}
