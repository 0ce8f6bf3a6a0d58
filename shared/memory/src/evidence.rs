//! Extraction that cannot invent (docs/rules.md#d): a claim of the model counts only if a customer message of the
//! session says so. Source and confidence are decided here, not by the model.

use crate::field::{FieldList, Kind, MAX_NAME_CHARS};
use crate::lexicon::boundary::Boundary;
use crate::merge::{self, Verdict};
use crate::profile::{Candidate, Confidence, Field, Profile, Source};
use crate::reason::Reason;
use crate::session::SessionId;
use crate::stance::Stance;
use crate::text::{self, NormalizedText};
use crate::{items, prompt_injection};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A message of the customer in the session: nobody else's words are evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What they wrote or said.
    pub text: String,
    /// When it was sent or said.
    pub at: Timestamp,
    /// Its place within the session.
    pub position: u32,
}

/// What the model claims to have learnt. Nothing in it is trusted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// The field it would go into; perhaps one the business does not have.
    pub field: String,
    /// The value it would have.
    pub value: String,
    /// The words of the customer that say so.
    pub quote: String,
    /// The customer's exact words, inside the quote, that are the value.
    #[serde(default)]
    pub span: Option<String>,
    /// Whom the model says it is about.
    #[serde(default)]
    pub about: Option<About>,
    /// How the model says it is meant.
    #[serde(default)]
    pub meant: Option<Meant>,
    /// How sure the model says it is: can only lower what is found here.
    pub confidence: Option<Confidence>,
}

/// Whom a claim is about, as the model judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The customer.
    Customer,
    /// Somebody else: a wife, a friend, a member of staff.
    SomeoneElse,
    /// The business.
    Business,
    /// It cannot be told.
    Unclear,
}

/// How what was said is meant, as the model judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meant {
    /// Said as a fact.
    States,
    /// Said with a doubt.
    Unsure,
    /// Asked, or asked for.
    Asks,
    /// It was so, and is no more.
    Past,
    /// It would be so.
    If,
    /// It is not so.
    Denies,
    /// It was said before, and is not so.
    TakesBack,
    /// Somebody else's words.
    Quotes,
    /// Not in earnest.
    Joke,
}

/// The longest value of a dropped claim that goes into the change log, in characters: it may be anything at all.
const MAX_DROPPED_CHARS: usize = 200;

/// A claim that was dropped: it changes nothing, and the change log says why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// The field claimed, cut to the length of a name.
    pub field: String,
    /// The value claimed, at most 200 characters of it.
    pub value: String,
    /// Whose claim it was: the model's, or an answer in a form.
    pub source: Source,
    /// Why; never a reason that [accepts](Reason::accepts).
    pub reason: Reason,
}

impl Dropped {
    fn new(field: &str, value: &str, source: Source, reason: Reason) -> Self {
        // Both are whatever the model or the customer wrote.
        let short = |text: &str, most| text::cut(&text::clean_line(text), most).to_owned();
        Self { field: short(field, MAX_NAME_CHARS), value: short(value, MAX_DROPPED_CHARS), source, reason }
    }

    /// What the change log says of it (docs/rules.md#b7): against what the profile says, in this session, which ended
    /// at `at`.
    #[must_use]
    pub fn verdict(&self, profile: &Profile, session: &SessionId, at: Timestamp) -> Verdict {
        Verdict {
            field: self.field.clone(),
            old: profile.get(&self.field).and_then(Field::value).map(str::to_owned),
            new: Some(self.value.clone()),
            source: self.source,
            confidence: Confidence::Low,
            accepted: self.reason.accepts(),
            reason: self.reason,
            session: session.clone(),
            at,
        }
    }
}

/// What is left of the model's claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Claims with evidence, stamped with source, confidence and the time of the evidence.
    pub candidates: Vec<Candidate>,
    /// Claims without.
    pub dropped: Vec<Dropped>,
    /// What the customer denied or took back: the value that is not so. See [`Checked::offers`].
    pub retracted: Vec<Candidate>,
}

/// Checks the model's claims against what the customer said. `cap` is the highest confidence the channel allows:
/// high for WhatsApp, medium for a call, whose transcript may have misheard. A claim made twice counts once.
#[must_use]
pub fn check(
    fields: &FieldList,
    said: &[Said],
    session: &SessionId,
    extracted: &[Extracted],
    cap: Confidence,
) -> Checked {
    let mut heard: Vec<Heard<'_>> = said.iter().map(Heard::new).collect();
    heard.sort_by_key(|heard| std::cmp::Reverse((heard.said.at, heard.said.position)));
    let mut checked = Checked::default();
    for claim in extracted {
        match candidate(fields, &heard, claim) {
            Ok(found) => {
                let stamped = Candidate {
                    field: claim.field.clone(),
                    value: Some(found.value),
                    source: Source::AiExtraction,
                    confidence: found.confidence.min(claim.confidence.unwrap_or(cap)).min(cap),
                    at: found.said.at,
                    session: session.clone(),
                    position: found.position,
                };
                let list = if found.retracts { &mut checked.retracted } else { &mut checked.candidates };
                once(list, stamped);
            }
            Err(reason) => {
                once(&mut checked.dropped, Dropped::new(&claim.field, &claim.value, Source::AiExtraction, reason));
            }
        }
    }
    checked
}

impl Checked {
    /// What is offered to a profile: the candidates, and for what was retracted a candidate without a value where the
    /// field says just that. A retraction of anything else says nothing, and of one item of a list nothing yet.
    #[must_use]
    pub fn offers(&self, fields: &FieldList, profile: &Profile) -> Vec<Candidate> {
        let stands = |retracted: &&Candidate| {
            let spec = fields.get(&retracted.field).filter(|spec| !spec.list);
            let held = profile.get(&retracted.field).and_then(Field::value);
            spec.is_some_and(|spec| {
                held.is_some() && items::items(spec, held) == items::items(spec, retracted.value.as_deref())
            })
        };
        let empties = |retracted: &Candidate| Candidate { value: None, ..retracted.clone() };
        self.candidates.iter().cloned().chain(self.retracted.iter().filter(stands).map(empties)).collect()
    }

    /// Adds what the customer gave in forms: answers, each with the question as the form names it. Those whose question
    /// bears the name of a field are the customer's own word for it (docs/rules.md#b, source `customer`); the others say
    /// nothing here.
    pub fn add_given<'a>(
        &mut self,
        fields: &FieldList,
        session: &SessionId,
        given: impl IntoIterator<Item = (&'a str, Said)>,
    ) {
        for (field, said) in given {
            let source = Source::Customer;
            match fitting(fields, field, &said.text, false) {
                Ok(value) => once(
                    &mut self.candidates,
                    Candidate {
                        field: field.to_owned(),
                        value: Some(value),
                        source,
                        confidence: Confidence::High,
                        at: said.at,
                        session: session.clone(),
                        position: said.position,
                    },
                ),
                Err(Reason::UnknownField) => {}
                Err(reason) => once(&mut self.dropped, Dropped::new(field, &said.text, source, reason)),
            }
        }
    }
}

/// The value as the field keeps it, if it is one.
fn fitting(fields: &FieldList, field: &str, value: &str, is_wish: bool) -> Result<String, Reason> {
    let spec = fields.get(field).ok_or(Reason::UnknownField)?;
    let value = merge::fit(spec, value)?;
    if prompt_injection::looks_like_instruction(&value) {
        return Err(Reason::Instruction);
    }
    let stands = spec.kind() != Kind::Interest && prompt_injection::claims_standing(&value);
    // A wish claims no right.
    if !is_wish && (stands || prompt_injection::claims_privilege(&value)) {
        return Err(Reason::Privilege);
    }
    Ok(value)
}

fn once<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// A message, ready for searching.
struct Heard<'a> {
    said: &'a Said,
    letters: NormalizedText,
}

impl<'a> Heard<'a> {
    fn new(said: &'a Said) -> Self {
        Self { said, letters: NormalizedText::new(&said.text) }
    }
}

struct Found<'a> {
    said: &'a Said,
    position: u32,
    retracts: bool,
    value: String,
    confidence: Confidence,
}

fn candidate<'a>(fields: &FieldList, heard: &[Heard<'a>], claim: &Extracted) -> Result<Found<'a>, Reason> {
    let spec = fields.get(&claim.field).ok_or(Reason::UnknownField)?;
    let value = fitting(fields, &claim.field, &claim.value, claim.meant == Some(Meant::Asks))?;
    let judged = judged(spec.kind(), claim)?;
    let quote = NormalizedText::new(without_speaker(&claim.quote));
    let mut reason = Reason::NoEvidence;
    // The newest message first: what the customer said last is what they meant.
    let span = claim.span.as_deref().map(NormalizedText::new).filter(|span| !span.is_empty());
    for message in heard {
        for quoted in message.letters.find(&quote).into_iter().rev() {
            let inside = |at: &Range<usize>| quoted.start <= at.start && at.end <= quoted.end;
            // The words that are the value, where the model names them; they have to stand in the quote.
            let Some(place) = span
                .as_ref()
                .map_or(Some(quoted.clone()), |span| message.letters.find(span).into_iter().rev().find(inside))
            else {
                continue;
            };
            let items = items::split(spec, &value).map(|item| confidence(message, &place, item, &judged));
            match items.collect::<Result<Vec<_>, _>>() {
                Ok(items) => {
                    let confidence = items.into_iter().min().unwrap_or(Confidence::Low);
                    let confidence = confidence.min(judged.most);
                    let position = position(message.said, place.start);
                    return Ok(Found { said: message.said, position, retracts: judged.retracts, value, confidence });
                }
                Err(found) => reason = found,
            }
        }
    }
    Err(reason)
}

/// A place within the session: of the message, and within it of the words.
fn position(said: &Said, start: usize) -> u32 {
    const PLACES: u32 = 4096;
    let start = u32::try_from(start).unwrap_or(PLACES).min(PLACES - 1);
    said.position.saturating_mul(PLACES).saturating_add(start)
}

/// The words of a quote without the number, the time and the speaker that stand before a line of the model's transcript:
/// `[1] 28.11 23:58 customer: …`.
fn without_speaker(quote: &str) -> &str {
    let Some((before, said)) = quote.split_once("customer:") else { return quote };
    let is_mark = |c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '.' | ':' | ' ');
    if before.trim_start().starts_with('[') && before.chars().all(is_mark) { said } else { quote }
}

/// What follows from the model's own judgement of a claim.
struct Judged {
    kind: Kind,
    /// The highest confidence it leaves.
    most: Confidence,
    /// Whether the model says that the customer states it: then words alone only lower.
    stated: bool,
    /// Whether it says that the customer denies it or takes it back: then the words are the evidence of that.
    retracts: bool,
}

/// An error where the model itself says that it is no fact about the customer.
fn judged(kind: Kind, claim: &Extracted) -> Result<Judged, Reason> {
    let about = match claim.about {
        Some(About::Customer) => Confidence::High,
        Some(About::SomeoneElse | About::Business) => return Err(Reason::NotTheirs),
        Some(About::Unclear) => Confidence::Low,
        None => Confidence::Medium,
    };
    let meant = match claim.meant {
        Some(Meant::States) => Confidence::High,
        // An interest may be asked for, and a wish; a name or a town may not.
        Some(Meant::Asks) if matches!(kind, Kind::Interest | Kind::Text | Kind::Choice) => Confidence::Medium,
        Some(Meant::Unsure) => Confidence::Low,
        None => Confidence::Medium,
        Some(Meant::Denies | Meant::TakesBack) => Confidence::High,
        Some(_) => return Err(Reason::NotStated),
    };
    let retracts = matches!(claim.meant, Some(Meant::Denies | Meant::TakesBack));
    Ok(Judged { kind, most: about.min(meant), stated: claim.about.is_some() && claim.meant.is_some(), retracts })
}

/// How far the words at `place` support `value`: high if they contain it, medium if a sentence of them contains its
/// words, prefixes and endings aside; how it is said lowers that. An error if they say nothing of it.
fn confidence(message: &Heard<'_>, place: &Range<usize>, value: &str, judged: &Judged) -> Result<Confidence, Reason> {
    let text = message.said.text.as_str();
    let limit = |at: &Range<usize>| {
        if judged.retracts {
            return Some(Confidence::High);
        }
        let stance = Stance::of(judged.kind, text, at);
        if judged.stated { Some(stance.limit()) } else { stance.limit_alone() }
    };
    let inside = |at: &Range<usize>| place.start <= at.start && at.end <= place.end;
    let mut literal = message.letters.find(&NormalizedText::new(value));
    literal.retain(inside);
    if !literal.is_empty() {
        // "עוד" is no "עו\"ד", though the letters are the same.
        let same = |at: &Range<usize>| {
            text::is_abbreviated(value) == text::is_abbreviated(text.get(at.clone()).unwrap_or_default())
        };
        let other = if judged.kind == Kind::Name { Confidence::Medium } else { Confidence::Low };
        let marked = |at: &Range<usize>| limit(at).map(|limit| if same(at) { limit } else { limit.min(other) });
        return literal.iter().filter_map(marked).max().ok_or(Reason::NoEvidence);
    }
    if PLACEHOLDERS.iter().any(|nothing| text::key(nothing) == text::key(value)) {
        return Err(Reason::Empty);
    }
    let quote = text.get(place.clone()).unwrap_or_default();
    // Words picked from all over a long quote say nothing together.
    let mut sentences = Boundary::Sentence.pieces(quote).map(|sentence| text::words(&without_thousands(sentence)));
    let support = sentences.find_map(|sentence| supports(judged.kind, &sentence, value)).ok_or(Reason::NoEvidence)?;
    limit(place).map(|limit| support.min(limit)).ok_or(Reason::NoEvidence)
}

/// What models write when they know nothing.
const PLACEHOLDERS: [&str; 12] = [
    "unknown",
    "none",
    "null",
    "n/a",
    "not specified",
    "not mentioned",
    "לא ידוע",
    "לא צוין",
    "לא נאמר",
    "לא צויין",
    "אין מידע",
    "אין",
];

/// How far the words of a quote support a value that does not stand in them; none where they say nothing of it. Half
/// the words support a text; of a name, a place, a date or a number all have to be there. What is written in another
/// script cannot be compared, and is a guess.
fn supports(kind: Kind, quote: &[String], value: &str) -> Option<Confidence> {
    let value = text::words(&without_thousands(value));
    if is_excluded(quote, &value) {
        return None;
    }
    let is_said = |word: &&String| {
        quote.iter().any(|said| is_form_of(word, said))
            || is_counted(word, quote)
            || *word == "00"
            || is_half(word, quote)
    };
    let shared = value.iter().filter(is_said).count();
    let digits = value.iter().filter(|word| word.bytes().any(|b| b.is_ascii_digit()));
    let numbers_said = digits.clone().all(|word| is_said(&word));
    let enough = match kind {
        Kind::Text | Kind::Interest | Kind::Choice => shared * 2 >= value.len() && shared > 0,
        Kind::Name | Kind::Place | Kind::Phone | Kind::Date | Kind::Number => shared == value.len(),
    };
    if !value.is_empty() && value.iter().all(|word| quote.iter().any(|said| is_inflected(word, said))) {
        return Some(Confidence::High);
    }
    if !value.is_empty() && ((enough && numbers_said) || is_short_for(quote, &value)) {
        return Some(Confidence::Medium);
    }
    let other_script = !value.is_empty() && digits.count() == 0 && script(&value) != script(quote) && !quote.is_empty();
    other_script.then_some(Confidence::Low)
}

/// Whether two Russian words are one word in two cases: it is the word itself that the customer said.
fn is_inflected(a: &str, b: &str) -> bool {
    const STEM: usize = 4;
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let longer = a.chars().count().max(b.chars().count());
    let russian = |word: &str| word.chars().all(|c| ('а'..='я').contains(&c));
    russian(a) && russian(b) && (a == b || (common >= STEM && common + 2 >= longer))
}

/// "1,500" as "1500".
fn without_thousands(text: &str) -> String {
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

/// Whether the quote says one of two things that cannot both be, and the value the other: morning and evening.
fn is_excluded(quote: &[String], value: &[String]) -> bool {
    let stands =
        |words: &[String], word: &str| words.iter().any(|said| said == word || text::without_prefix(said) == word);
    EXCLUSIVE.iter().any(|group| {
        let mut named = group.iter().filter(|word| stands(value, word));
        named.any(|word| !stands(quote, word) && group.iter().any(|other| stands(quote, other)))
    })
}

/// Times of day, of which one is said and no other.
const EXCLUSIVE: [&[&str]; 5] = [
    &["בוקר", "צהריימ", "ערב", "לילה"],
    &["am", "pm"],
    &["morning", "noon", "afternoon", "evening", "night"],
    &["утром", "днем", "вечером", "ночью"],
    &["الصبح", "الظهر", "المسا", "المساء", "الليل"],
];

/// The script most of the words are written in, as the first letter of its block.
fn script(words: &[String]) -> u32 {
    let of = |word: &String| word.chars().next().map_or(0, |c| u32::from(c) >> 8);
    let mut blocks: Vec<u32> = words.iter().map(of).collect();
    blocks.sort_unstable();
    blocks.get(blocks.len() / 2).copied().unwrap_or_default()
}

/// Whether two words differ only in a Hebrew prefix letter, in letters that may be left out or were leant on, or in the
/// ending.
fn is_form_of(a: &str, b: &str) -> bool {
    let forms = |word: &str| {
        let bare = text::without_prefix(word);
        [spelt(word), spelt(bare)]
    };
    let (a, b) = (forms(a), forms(b));
    a.iter().any(|a| b.iter().any(|b| alike(a, b)))
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
    a == b || (!digits && (ending || is_native(a, b, common, shorter)))
}

/// "חיפאית" of חיפה: the first of a town, and an ending that makes somebody of it.
fn is_native(a: &str, b: &str, common: usize, shorter: usize) -> bool {
    let rest = |word: &str| word.chars().skip(common).collect::<String>();
    let endings = ["א", "את", "אמ", "ת", "מ", "ה", ""];
    common >= 2 && common + 1 >= shorter && [rest(a), rest(b)].iter().all(|rest| endings.contains(&rest.as_str()))
}

/// "42 and a half" as 42.5.
fn is_half(digits: &str, quote: &[String]) -> bool {
    digits == "5" && quote.iter().any(|word| is_one_of(word, &["חצי", "half", "половиной", "половина", "نص", "نصف"]))
}

/// Whether a number in digits stands among the words in words: "אלף חמש מאות" is 1500.
fn is_counted(number: &str, quote: &[String]) -> bool {
    let Ok(number) = number.parse::<u64>() else { return false };
    let (mut sum, mut part, mut counts) = (0, 0, false);
    for word in quote {
        match NUMBERS.iter().find(|(_, words)| is_one_of(word, words)).map(|(value, _)| *value) {
            Some(1000) => (sum, part) = (sum + 1000 * u64::max(part, 1), 0),
            Some(100) => part = 100 * u64::max(part, 1),
            Some(value) => part += value,
            None if counts && sum + part == number => return true,
            None => (sum, part) = (0, 0),
        }
        counts = sum + part > 0;
    }
    counts && sum + part == number
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.contains(&word) || words.contains(&text::without_prefix(word))
}

/// Numbers, as `text::words` writes them.
const NUMBERS: [(u64, &[&str]); 31] = [
    (1, &["אחד", "אחת", "one", "один", "одна", "одного", "واحد", "واحدة"]),
    (
        2,
        &[
            "שני",
            "שתי",
            "שנימ",
            "שתימ",
            "שניימ",
            "שתיימ",
            "two",
            "couple",
            "два",
            "две",
            "двое",
            "двоих",
            "اثنين",
            "اثنان",
        ],
    ),
    (3, &["שלושה", "שלוש", "שלושת", "three", "три", "трое", "троих", "ثلاثة", "ثلاث", "تلاتة"]),
    (4, &["ארבעה", "ארבע", "ארבעת", "four", "четыре", "четверо", "четверых", "اربعة", "اربع"]),
    (5, &["חמישה", "חמש", "חמשת", "five", "пять", "пятеро", "пятерых", "خمسة", "خمس"]),
    (6, &["שישה", "שש", "ששת", "six", "шесть", "шестеро", "ستة", "ست"]),
    (7, &["שבעה", "שבע", "שבעת", "seven", "семь", "семеро", "سبعة", "سبع"]),
    (8, &["שמונה", "שמונת", "eight", "восемь", "восьмеро", "ثمانية", "ثمان"]),
    (9, &["תשעה", "תשע", "תשעת", "nine", "девять", "девятеро", "تسعة", "تسع"]),
    (10, &["עשרה", "עשר", "עשרת", "ten", "десять", "десятеро", "عشرة", "عشر"]),
    (11, &["eleven", "одиннадцать", "احدعش"]),
    (12, &["twelve", "dozen", "двенадцать", "اطنعش"]),
    (13, &["thirteen", "тринадцать"]),
    (14, &["fourteen", "четырнадцать"]),
    (15, &["fifteen", "пятнадцать"]),
    (16, &["sixteen", "шестнадцать"]),
    (17, &["seventeen", "семнадцать"]),
    (18, &["eighteen", "восемнадцать"]),
    (19, &["nineteen", "девятнадцать"]),
    (20, &["עשרימ", "twenty", "двадцать", "عشرين", "عشرون"]),
    (30, &["שלושימ", "thirty", "тридцать", "ثلاثين", "ثلاثون"]),
    (40, &["ארבעימ", "forty", "сорок", "اربعين", "اربعون"]),
    (50, &["חמישימ", "fifty", "пятьдесят", "خمسين", "خمسون"]),
    (60, &["שישימ", "sixty", "шестьдесят", "ستين", "ستون"]),
    (70, &["שבעימ", "seventy", "семьдесят", "سبعين", "سبعون"]),
    (80, &["שמונימ", "eighty", "восемьдесят", "ثمانين", "ثمانون"]),
    (90, &["תשעימ", "ninety", "девяносто", "تسعين", "تسعون"]),
    (100, &["מאה", "מאות", "hundred", "сто", "مية", "مئة"]),
    (200, &["מאתיימ", "двести", "ميتين", "مئتين"]),
    (1000, &["אלפ", "אלפימ", "thousand", "тысяча", "тысячи", "тысяч", "الف", "الاف"]),
    (2000, &["אלפיימ", "الفين"]),
];

/// Whether a word of the quote is a known short form of the value: "ת\"א" for תל אביב.
fn is_short_for(quote: &[String], value: &[String]) -> bool {
    let joined = value.join(" ");
    let short = SHORT.iter().filter(|(_, long)| long.contains(&joined.as_str())).map(|(short, _)| *short);
    let said = |short: &str| quote.iter().any(|word| word == short || text::without_prefix(word) == short);
    short.into_iter().any(said)
}

/// Short forms of towns, as `text::words` writes them.
const SHORT: [(&str, &[&str]); 11] = [
    ("ришона", &["ришон ле цион"]),
    ("ришон", &["ришон ле цион"]),
    ("תא", &["תל אביב", "תל אביב יפו"]),
    ("בש", &["באר שבע"]),
    ("פת", &["פתח תקווה", "פתח תקוה"]),
    ("ראשלצ", &["ראשונ לציונ"]),
    ("רג", &["רמת גנ"]),
    ("כס", &["כפר סבא"]),
    ("ימ", &["ירושלימ"]),
    ("קש", &["קריית שמונה", "קרית שמונה"]),
    ("אשד", &["אשדוד"]),
];
