//! How a line of an exported chat begins: `[31.12.2024, 14:05:09] ` on an iPhone, `31/12/2024, 2:05 pm - ` on Android.
//!
//! A phone writes all of a file in one form, that of its language and clock at the time of the export. So the first line
//! says what the others look like, and a line of a message that only resembles a header is not taken for one.

use super::clock::{Half, half};
use super::scan::{Number, Scan};

/// What may stand between date and time beside a comma: French, English, German, Danish, Russian, Hebrew.
const JOINTS: [&str; 6] = ["à", "at", "um", "kl.", "в", "בשעה"];

/// What all headers of a file have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// In square brackets, as on an iPhone.
    pub(super) bracketed: bool,
    /// Between the numbers of the date: `.`, `/` or `-`.
    pub(super) separator: char,
    /// Whether seconds are written.
    pub(super) seconds: bool,
    /// Whether the day has two halves.
    pub(super) halves: bool,
}

/// When a message was sent, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The date's numbers, in their order.
    pub(super) date: [Number; 3],
    pub(super) hour: i8,
    pub(super) minute: i8,
    pub(super) second: i8,
}

/// A header, and what stands behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<'a> {
    pub(super) form: Form,
    pub(super) written: Written,
    pub(super) rest: &'a str,
}

/// Why a line is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoHeader {
    /// It looks otherwise.
    Other,
    /// It would be one, but for a word behind the time that is no half of the day this reader knows.
    UnknownHalf(String),
}

/// The header a line begins with.
pub(super) fn header(line: &str) -> Result<Header<'_>, NoHeader> {
    let mut scan = Scan::new(line);
    let bracketed = scan.take(|c| c == '[').is_some();
    let (date, separator) = date(&mut scan).ok_or(NoHeader::Other)?;
    between(&mut scan).ok_or(NoHeader::Other)?;
    let (hour, minute, second) = time(&mut scan).ok_or(NoHeader::Other)?;
    let (named, rest) = end(scan.rest(), bracketed).ok_or(NoHeader::Other)?;
    let half = match half(named) {
        Some(half) => half,
        None => return Err(NoHeader::UnknownHalf(super::scan::unmarked(named).trim().to_owned())),
    };
    let hour = hour_of_day(hour.value, half).ok_or(NoHeader::Other)?;
    let minute = i8::try_from(minute.value).ok().filter(|minute| *minute < 60).ok_or(NoHeader::Other)?;
    let seconds = second.is_some();
    let second = second.map_or(Some(0), |second| i8::try_from(second.value).ok()).filter(|second| *second < 60);
    let second = second.ok_or(NoHeader::Other)?;
    let form = Form { bracketed, separator, seconds, halves: half != Half::None };
    Ok(Header { form, written: Written { date, hour, minute, second }, rest })
}

/// Three numbers with one separator, blanks behind it or not: `31.12.2024`, `2024. 12. 31.`.
fn date(scan: &mut Scan<'_>) -> Option<([Number; 3], char)> {
    let first = scan.number(4)?;
    let separator = scan.take(|c| matches!(c, '.' | '/' | '-'))?;
    scan.blanks();
    let second = scan.number(2)?;
    scan.take(|c| c == separator)?;
    scan.blanks();
    let third = scan.number(4)?;
    if separator == '.' {
        scan.take(|c| c == '.');
    }
    Some(([first, second, third], separator))
}

/// Between date and time: a comma, blanks, perhaps a word.
fn between(scan: &mut Scan<'_>) -> Option<()> {
    let comma = scan.take(|c| matches!(c, ',' | '،')).is_some();
    let blank = scan.blanks();
    scan.word(&JOINTS);
    (comma || blank).then_some(())
}

fn time(scan: &mut Scan<'_>) -> Option<(Number, Number, Option<Number>)> {
    let hour = scan.number(2)?;
    let separator = scan.take(|c| matches!(c, ':' | '.'))?;
    let minute = scan.number(2).filter(|minute| minute.digits == 2)?;
    let mut ahead = *scan;
    let second = ahead.take(|c| c == separator).and_then(|_| ahead.number(2)).filter(|second| second.digits == 2);
    if second.is_some() {
        *scan = ahead;
    }
    Some((hour, minute, second))
}

/// The longest half of a day, in bytes.
const LONGEST_HALF: usize = 40;

/// What stands between the time and the header's end, and what comes behind that.
fn end(rest: &str, bracketed: bool) -> Option<(&str, &str)> {
    let marks: &[&str] = if bracketed { &["]"] } else { &[" - ", " \u{2013} "] };
    let (at, mark) = marks.iter().filter_map(|mark| Some((rest.find(mark)?, mark))).min()?;
    let named = rest.get(..at).filter(|named| named.len() <= LONGEST_HALF)?;
    let behind = rest.get(at + mark.len()..)?;
    Some((named, if bracketed { behind.strip_prefix(' ').unwrap_or(behind) } else { behind }))
}

/// The hour from 0 to 23.
fn hour_of_day(written: i16, half: Half) -> Option<i8> {
    let hour = i8::try_from(written).ok()?;
    match half {
        Half::None => (hour < 24).then_some(hour),
        Half::Morning => (hour <= 12).then_some(hour % 12),
        Half::Afternoon => (hour <= 12).then_some(hour % 12 + 12),
    }
}
