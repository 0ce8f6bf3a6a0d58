//! Text from people and models: made safe to keep, cut to a length, compared as people would compare it.

use std::ops::Range;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// One line without control characters, invisible characters and mark-up. Cleaning twice changes nothing more.
pub(crate) fn clean_line(raw: &str) -> String {
    let mut line = one_line(raw);
    loop {
        let next = one_line(&without_markup(&line));
        if next == line {
            return line;
        }
        line = next;
    }
}

fn one_line(raw: &str) -> String {
    let mut line = String::with_capacity(raw.len());
    for c in raw.nfc().filter(|c| !is_invisible(*c)) {
        if !c.is_whitespace() && !c.is_control() {
            line.push(c);
        } else if !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// Characters that show nothing but can reorder, hide or smuggle text: bidi controls, zero-width characters, tags.
/// The joiners U+200C and U+200D stay: Persian and emoji need them.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

fn without_markup(line: &str) -> String {
    let text = without_links(&without_tags(line));
    let mut text = text.replace('`', "");
    for mark in ["**", "__", "~~"] {
        text = text.replace(mark, "");
    }
    without_bullet(&text).to_owned()
}

/// Drops `# `, `> `, `- `, `* ` and `• ` from the beginning of a line.
fn without_bullet(line: &str) -> &str {
    let line = line.trim_start();
    let rest = line.trim_start_matches(['#', '>', '-', '*', '•', '–']);
    if rest.len() < line.len() && rest.starts_with(' ') { rest.trim_start() } else { line }
}

/// Replaces `<b>`, `</b>`, `<!-- -->` by a space; leaves `<3` and `a < b` alone.
fn without_tags(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let opens = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match after.split_once('>') {
            Some((_, behind)) if opens => {
                out.push(' ');
                rest = behind;
            }
            _ => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Replaces `[label](address)` by the label.
fn without_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let link = after
            .split_once("](")
            .filter(|(label, _)| !label.contains('['))
            .and_then(|(label, address)| Some((label, address.split_once(')')?.1)));
        if let Some((label, behind)) = link {
            out.push_str(label);
            rest = behind;
        } else {
            out.push('[');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// The beginning of `text`, at most `max_chars` characters, never cut inside what the eye sees as one.
pub(crate) fn cut(text: &str, max_chars: usize) -> &str {
    let mut chars = 0;
    let mut end = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        chars += grapheme.chars().count();
        if chars > max_chars {
            break;
        }
        end = start + grapheme.len();
    }
    text.get(..end).unwrap_or_default().trim_end()
}

/// How many bytes a text takes in JSON, without the quotation marks.
pub(crate) fn json_len(text: &str) -> usize {
    let escaped = |c: char| match c {
        '"' | '\\' => 1,
        c if c < ' ' => 5,
        _ => 0,
    };
    text.len() + text.chars().map(escaped).sum::<usize>()
}

/// The beginning of `text`, at most `max_bytes` bytes of JSON, never cut inside what the eye sees as one.
pub(crate) fn cut_json(text: &str, max_bytes: usize) -> &str {
    if json_len(text) <= max_bytes {
        return text;
    }
    let mut bytes = 0;
    let fits = text.graphemes(true).take_while(|grapheme| {
        bytes += json_len(grapheme);
        bytes <= max_bytes
    });
    let end = fits.map(str::len).sum();
    text.get(..end).unwrap_or_default().trim_end()
}

/// [`cut`] between words, with `…` as the last character when something was cut. A word longer than half of what is
/// left is cut itself.
pub(crate) fn cut_visibly(text: &str, max_chars: usize) -> String {
    if text.chars().count() <= max_chars {
        return text.to_owned();
    }
    let kept = cut(text, max_chars.saturating_sub(1));
    let inside = text.get(kept.len()..).is_some_and(|rest| !rest.starts_with(char::is_whitespace));
    let word = kept.rfind(char::is_whitespace).filter(|at| inside && *at > kept.len() / 2);
    format!("{}…", kept.get(..word.unwrap_or(kept.len())).unwrap_or(kept).trim_end())
}

/// The form in which two values are equal (spec B, rule 1): without case, spacing, punctuation, niqqud and final
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

/// One character as it is compared: compatibility form, lower case, no vowel points, no final letter, Latin digits.
fn fold(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c).nfkd().flat_map(char::to_lowercase).filter(|c| !is_point(*c) && !is_invisible(*c)).map(plain)
}

/// Hebrew niqqud and cantillation, Arabic vowel signs and hamza, and the variation selectors of emoji.
fn is_point(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}'
        | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{FE00}'..='\u{FE0F}')
}

fn plain(c: char) -> char {
    match c {
        // The digits of Arabic and of Persian.
        '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' => char::from_digit(u32::from(c) % 16, 10).unwrap_or(c),
        'ך' => 'כ',
        'ם' => 'מ',
        'ן' => 'נ',
        'ף' => 'פ',
        'ץ' => 'צ',
        other => other,
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

/// A text as its letters and digits alone, remembering where words begin and end and where in the text they stand.
pub(crate) struct Squeezed {
    letters: Vec<char>,
    starts: Vec<bool>,
    places: Vec<Range<usize>>,
}

impl Squeezed {
    pub(crate) fn new(text: &str) -> Self {
        let (mut letters, mut starts, mut places) = (Vec::new(), Vec::new(), Vec::new());
        let mut begins = true;
        for (origin, c) in text.char_indices() {
            for folded in fold(c) {
                if folded.is_alphanumeric() && !is_combining_mark(folded) {
                    letters.push(folded);
                    starts.push(begins);
                    places.push(origin..origin + c.len_utf8());
                    begins = false;
                } else if !is_combining_mark(folded) && !is_inside_words(folded) {
                    begins = true;
                }
            }
        }
        Self { letters, starts, places }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Where the whole words of `needle` stand, as byte ranges of the text this was made of. A Hebrew prefix (ב, ל,
    /// מ, …) or an Arabic one may stand before the first word; the range includes it.
    pub(crate) fn find(&self, needle: &Self) -> Vec<Range<usize>> {
        if needle.is_empty() {
            return Vec::new();
        }
        let length = needle.letters.len();
        let windows = self.letters.windows(length).enumerate();
        windows
            .filter(|(_, window)| *window == needle.letters)
            .filter(|(at, _)| self.starts.get(at + length).copied().unwrap_or(true))
            .filter_map(|(at, _)| {
                let start = self.word_start(at)?;
                Some(self.places.get(start)?.start..self.places.get(at + length - 1)?.end)
            })
            .collect()
    }

    /// The beginning of the word that `at` stands in, if nothing but letters that are written together with the next
    /// word stand between.
    fn word_start(&self, at: usize) -> Option<usize> {
        let start = (0..=at).rev().find(|&i| self.starts.get(i) == Some(&true))?;
        let prefix = self.letters.get(start..at)?;
        let joins = match self.letters.get(at)? {
            'א'..='ת' | '0'..='9' => prefix.len() <= 3 && prefix.iter().all(|c| PREFIXES.contains(c)),
            '\u{620}'..='\u{64A}' => ARABIC_PREFIXES.contains(&prefix.iter().collect::<String>().as_str()),
            _ => false,
        };
        (start == at || joins).then_some(start)
    }
}

/// The letters that Hebrew writes together with the next word. `מ` stands for the final form too.
pub(crate) const PREFIXES: [char; 7] = ['מ', 'ש', 'ה', 'ו', 'כ', 'ל', 'ב'];
/// What Arabic writes together with it: and, so, in, for, like, the.
const ARABIC_PREFIXES: [&str; 11] = ["و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "لل", "وب", "ول"];

fn is_inside_words(c: char) -> bool {
    matches!(c, '\'' | '"' | '\u{5F3}' | '\u{5F4}' | '\u{2018}'..='\u{201F}')
}

/// The words of a text in the form of [`Squeezed`].
pub(crate) fn words(text: &str) -> Vec<String> {
    let squeezed = Squeezed::new(text);
    let mut words: Vec<String> = Vec::new();
    for (&letter, &begins) in squeezed.letters.iter().zip(&squeezed.starts) {
        match words.last_mut() {
            Some(word) if !begins => word.push(letter),
            _ => words.push(letter.to_string()),
        }
    }
    words
}

/// Phrases as people write them, taken apart into [`words`] once: messages are held against all of them.
pub(crate) struct Phrases {
    written: &'static [&'static str],
    split: OnceLock<Vec<Vec<String>>>,
}

impl Phrases {
    pub(crate) const fn new(written: &'static [&'static str]) -> Self {
        Self { written, split: OnceLock::new() }
    }

    /// The words of each; never none.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Vec<String>> {
        let split = || self.written.iter().map(|phrase| words(phrase)).filter(|words| !words.is_empty()).collect();
        self.split.get_or_init(split).iter()
    }

    /// Whether the words of one of them follow one another in `words`.
    pub(crate) fn stand_in(&self, words: &[String]) -> bool {
        self.iter().any(|phrase| words.windows(phrase.len()).any(|window| window == phrase))
    }
}

/// The word without the letter Hebrew writes together with it, if enough of it is left.
pub(crate) fn without_prefix(word: &str) -> &str {
    let rest = word.strip_prefix(PREFIXES).unwrap_or(word);
    if rest.chars().count() >= 2 { rest } else { word }
}

/// The sentences of a text, each with the marks and spaces that end it; together they are the text. A full stop inside
/// a number or an address ends nothing.
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let (mut start, mut ended) = (0, false);
    for (at, c) in text.char_indices() {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let stops = c == '.' && !rest.starts_with(char::is_alphanumeric);
        let ends = stops || matches!(c, '!' | '?' | '…' | '\n');
        if ended && !ends && !c.is_whitespace() {
            sentences.extend(text.get(start..at));
            start = at;
        }
        ended = ends || (ended && c.is_whitespace());
    }
    sentences.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    sentences
}
