//! Whether a customer's words support a value that does not stand in them letter by letter.

use crate::field::Kind;
use crate::lexicon::boundary::Boundary;
use crate::lexicon::{hours, towns};
use crate::number_words::{is_counted, is_half};
use crate::profile::Confidence;
use crate::russian::{is_inflected, is_name_in_case};
use crate::text::{self, NormalizedText};
use crate::{headcount, kinds};
use std::ops::Range;

/// How far the words of a quote support a value that does not stand in them; none where they say nothing of it. Half
/// the words support a text; of a name, a place, a date or a number all have to be there. What is written in another
/// script cannot be compared, and is a guess. `ahead` are the words right before them, which govern the case of a name.
pub(crate) fn supports(kind: Kind, ahead: &[String], quote: &[String], value: &str) -> Option<Confidence> {
    if kind == Kind::Date && kinds::says_day(quote, value) {
        return Some(Confidence::Medium);
    }
    let value = text::words(&without_thousands(value));
    if hours::are_excluded(quote, &value) {
        return None;
    }
    let governed = if kind == Kind::Name { [ahead, quote].concat() } else { Vec::new() };
    let is_said = |word: &&String| {
        quote.iter().any(|said| is_form_of(kind, word, said))
            || is_name_in_case(word, &governed, ahead.len())
            || is_counted(word, quote)
            || *word == "00"
            || is_half(word, quote)
            || is_on_the_clock(word, quote)
    };
    let shared = value.iter().filter(is_said).count();
    let digits = value.iter().filter(|word| word.bytes().any(|b| b.is_ascii_digit()));
    let numbers_said = digits.clone().all(|word| is_said(&word));
    let enough = match kind {
        Kind::Text | Kind::Interest | Kind::Choice => shared * 2 >= value.len() && shared > 0,
        Kind::Name | Kind::Place | Kind::Phone | Kind::Date | Kind::Number => shared == value.len(),
    };
    let inflected = |word: &String| quote.iter().any(|said| is_inflected(kind, word, said));
    // Александр is not Александра.
    if kind != Kind::Name && !value.is_empty() && value.iter().all(inflected) {
        return Some(Confidence::High);
    }
    if !value.is_empty() && ((enough && numbers_said) || towns::are_short_for(quote, &value)) {
        return Some(Confidence::Medium);
    }
    // "Two adults and three kids" are 5.
    if let (Kind::Number, [number]) = (kind, value.as_slice())
        && headcount::adds_up(number, quote)
    {
        return Some(Confidence::Medium);
    }
    let other_script = !value.is_empty() && digits.count() == 0 && script(&value) != script(quote) && !quote.is_empty();
    other_script.then_some(Confidence::Low)
}

/// Where at `place` the value itself stands in another writing: a number in words, a day by its month's name.
pub(crate) fn written_otherwise(
    kind: Kind,
    text: &str,
    letters: &NormalizedText,
    place: &Range<usize>,
    value: &str,
) -> Option<Range<usize>> {
    if !matches!(kind, Kind::Date | Kind::Number | Kind::Phone) {
        return None;
    }
    let inside = |at: &Range<usize>| place.start <= at.start && at.end <= place.end;
    // By its plus a number is another than by its figures alone.
    let is_abroad =
        |at: &Range<usize>| kind == Kind::Phone && text.get(..at.start).is_some_and(|text| text.ends_with('+'));
    let said = |(word, at): (String, Range<usize>)| (if is_abroad(&at) { format!("+{word}") } else { word }, at);
    let (words, places): (Vec<String>, Vec<Range<usize>>) =
        letters.words().into_iter().filter(|(_, at)| inside(at)).map(said).unzip();
    let at = kinds::place(kind, &words, value)?;
    Some(places.get(at.start)?.start..places.get(at.end.checked_sub(1)?)?.end)
}

/// Whether a word of the customer's is one of the value's in another form.
fn is_said_by(kind: Kind, said: &str, value: &[String]) -> bool {
    value.iter().any(|word| is_form_of(kind, word, said) || is_inflected(kind, word, said))
}

/// Where in a quote the words stand that are forms of the value's, from the first to the last of one sentence; the whole
/// quote where none is.
pub(crate) fn place_of(
    kind: Kind,
    text: &str,
    letters: &NormalizedText,
    quote: &Range<usize>,
    value: &str,
) -> Range<usize> {
    let value = text::words(value);
    let inside = |at: &Range<usize>| quote.start <= at.start && at.end <= quote.end;
    let words = letters.words();
    let mut forms = words.iter().filter(|(word, at)| inside(at) && is_said_by(kind, word, &value)).map(|(_, at)| at);
    let Some(first) = forms.next() else { return quote.clone() };
    let end = forms.next_back().unwrap_or(first).end;
    let sentence = Boundary::Sentence.around(text, first);
    if end <= sentence.end { first.start..end } else { quote.clone() }
}

/// "1,500" as "1500".
pub(crate) fn without_thousands(text: &str) -> String {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let behind = text.get(at + c.len_utf8()..).unwrap_or_default();
        let joins = c == ',' && out.ends_with(|c: char| c.is_ascii_digit()) && digits(behind) == 3;
        if !joins {
            out.push(c);
        }
    }
    out
}

/// Whether a number is an hour past noon that is said as one of twelve, or the minutes of a half: "seven thirty in the
/// evening" and "בשבע וחצי בערב" are 19:30.
fn is_on_the_clock(number: &str, quote: &[String]) -> bool {
    let says = |hour: u64| quote.iter().any(|word| *word == hour.to_string()) || is_counted(&hour.to_string(), quote);
    let past_noon = number.parse::<u64>().ok().filter(|hour| (13..24).contains(hour)).map(|hour| hour - 12);
    hours::is_past_noon(quote) && past_noon.is_some_and(says)
}

/// The script most of the words are written in, as the first letter of its block.
fn script(words: &[String]) -> u32 {
    let of = |word: &String| word.chars().next().map_or(0, |c| u32::from(c) >> 8);
    let mut blocks: Vec<u32> = words.iter().map(of).collect();
    blocks.sort_unstable();
    blocks.get(blocks.len() / 2).copied().unwrap_or_default()
}

/// Whether two words differ only in a Hebrew prefix letter, in letters that may be left out or were leant on, or in the
/// ending; of a name not in the ending, and of a name or a place in no vowel letter that is another one.
fn is_form_of(kind: Kind, a: &str, b: &str) -> bool {
    Forms::of(kind, a).are_those_of(kind, &Forms::of(kind, b))
}

/// A word in the forms in which it is compared with another: as it is, without a prefix, without an ending of number; each
/// without what may be left out, and with its vowel letters.
struct Forms([(String, Vec<char>); 3]);

impl Forms {
    fn of(kind: Kind, word: &str) -> Self {
        let number = if is_named(kind) { word } else { text::without_arabic(word) };
        Self([word, text::without_prefix(word), number].map(|form| (spelt(form), vowels(form))))
    }

    fn are_those_of(&self, kind: Kind, other: &Self) -> bool {
        self.0.iter().any(|(a, of_a)| {
            other.0.iter().any(|(b, of_b)| {
                let same = if kind == Kind::Name { a == b } else { alike(a, b) };
                same && (!is_named(kind) || is_part(of_a, of_b) || is_part(of_b, of_a))
            })
        })
    }
}

fn is_named(kind: Kind) -> bool {
    matches!(kind, Kind::Name | Kind::Place)
}

/// A word that is looked for among many: what can be made ready of it is.
pub(crate) struct Sought {
    word: String,
    forms: Forms,
}

impl Sought {
    pub(crate) fn new(word: &str) -> Self {
        Self { word: word.to_owned(), forms: Forms::of(Kind::Text, word) }
    }

    /// Whether two words of running text are forms of one word. Nearly all are not, which their first letters tell.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let begins = |word: &str| -> (Option<char>, Option<char>) {
            let mut letters = word.chars();
            (letters.next(), letters.next())
        };
        let begin_alike = self.forms.0.iter().any(|(a, _)| other.forms.0.iter().any(|(b, _)| begins(a) == begins(b)));
        begin_alike
            && (self.word == other.word
                || self.forms.are_those_of(Kind::Text, &other.forms)
                || is_inflected(Kind::Text, &self.word, &other.word)
                || drops_e(&self.word, &other.word))
    }
}

/// "moving" is a form of "move", and of "moved".
fn drops_e(a: &str, b: &str) -> bool {
    let is_form = a.ends_with("ing") || b.ends_with("ing");
    is_form && stem(a).is_some_and(|of_a| of_a.len() >= 3 && stem(b) == Some(of_a))
}

fn stem(word: &str) -> Option<&str> {
    ["ing", "ed", "es", "e"].iter().find_map(|end| word.strip_suffix(end))
}

/// The vowel letters of a Hebrew word, which may be left out.
fn vowels(word: &str) -> Vec<char> {
    word.chars().filter(|c| matches!(c, 'ו' | 'י')).collect()
}

/// Whether all letters of the first stand in the second, in their order: "חיפה" is no "חופה".
fn is_part(part: &[char], whole: &[char]) -> bool {
    let mut whole = whole.iter();
    part.iter().all(|letter| whole.any(|other| other == letter))
}

/// A word without what may be left out: vowel letters in Hebrew, doubled letters, the ending of an ordinal.
fn spelt(word: &str) -> String {
    let number = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end));
    let word = number.filter(|rest| rest.bytes().all(|b| b.is_ascii_digit())).unwrap_or(word);
    let mut letters: Vec<char> = word.chars().filter(|c| !matches!(c, 'ו' | 'י')).collect();
    if letters.len() < 2 || letters.iter().all(char::is_ascii_digit) {
        return word.to_owned();
    }
    letters.dedup();
    letters.into_iter().collect()
}

fn alike(a: &str, b: &str) -> bool {
    let lengths = [a.chars().count(), b.chars().count()];
    let (shorter, longer) = (lengths[0].min(lengths[1]), lengths[0].max(lengths[1]));
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let digits = a.bytes().chain(b.bytes()).any(|b| b.is_ascii_digit());
    let ending = (common >= 4 && common * 3 >= longer * 2) || (common >= 3 && common + 1 >= longer);
    a == b || (!digits && (ending || is_native(a, b, common, shorter) || is_owned(a, b) || is_owned(b, a)))
}

/// "قطتي" of قطة: an Arabic ending that says whose it is, before which the feminine one is written otherwise.
fn is_owned(owned: &str, word: &str) -> bool {
    const SHORTEST: usize = 2;
    let of = word.strip_suffix(['ة', 'ه']);
    let whose = ["تي", "تنا", "تك"].iter().find_map(|end| owned.strip_suffix(end));
    whose.is_some_and(|stem| of == Some(stem) && stem.chars().count() >= SHORTEST)
}

/// "חיפאית" of חיפה: the first of a town, and an ending that makes somebody of it.
fn is_native(a: &str, b: &str, common: usize, shorter: usize) -> bool {
    let rest = |word: &str| word.chars().skip(common).collect::<String>();
    let endings = ["א", "את", "אמ", "ת", "מ", "ה", ""];
    common >= 2 && common + 1 >= shorter && [rest(a), rest(b)].iter().all(|rest| endings.contains(&rest.as_str()))
}
