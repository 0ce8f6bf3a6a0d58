//! Handing a conversation to a person: when a customer asks for one, what he is told, and what staff are told.

use crate::fresh;
use crate::language::Language;
use crate::text::{self, Phrases};
use serde::{Deserialize, Serialize};

/// Why a person of the business is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The customer asked for a person.
    CustomerAsked,
    /// The AI found that a person is needed.
    AiAsked,
    /// An answer was refused by the channel for good.
    NotSent,
    /// An answer was accepted by the channel and not delivered.
    NotDelivered,
    /// Nobody answered for half a day.
    Unanswered,
}

/// What an error code of WhatsApp means to somebody who is no programmer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// 24 hours since the customer wrote.
    WindowClosed,
    /// The customer cannot be reached.
    Unreachable,
    /// The access token or a permission is missing.
    NotAuthorised,
    /// The account's payment.
    Payment,
    /// The account or the number is locked, restricted or not registered.
    Account,
    /// Too many messages, or WhatsApp holds messages to this customer back.
    HeldBack,
    /// The message itself was not accepted.
    Message,
    /// Something at WhatsApp broke.
    Broken,
    /// A code nobody knows.
    Other,
}

impl Trouble {
    /// The trouble a code of the Graph API tells of.
    #[must_use]
    pub fn of(code: i64) -> Self {
        match code {
            131_047 => Self::WindowClosed,
            131_021 | 131_026 => Self::Unreachable,
            0 | 190 | 3 | 10 | 200..=299 | 131_005 => Self::NotAuthorised,
            131_042 => Self::Payment,
            368 | 130_497 | 131_031 | 133_010 => Self::Account,
            4 | 80_007 | 130_429 | 131_056 | 131_048..=131_050 | 131_062 | 130_472 => Self::HeldBack,
            100 | 131_008 | 131_009 | 131_051..=131_053 | 132_000..=132_999 => Self::Message,
            1 | 2 | 131_000 | 131_016 | 131_057 | 133_004 | 500..=599 => Self::Broken,
            _ => Self::Other,
        }
    }

    fn text(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::WindowClosed, Language::Hebrew) => {
                "עברו יותר מ-24 שעות מאז שהלקוח כתב, ו-WhatsApp לא מאפשרת לענות לו"
            }
            (Self::WindowClosed, Language::English) => {
                "more than 24 hours have passed since the customer wrote, and WhatsApp allows no answer"
            }
            (Self::Unreachable, Language::Hebrew) => "אי אפשר להגיע ללקוח ב-WhatsApp",
            (Self::Unreachable, Language::English) => "the customer cannot be reached on WhatsApp",
            (Self::NotAuthorised, Language::Hebrew) => "ההרשאה לחשבון ה-WhatsApp חסרה או שפג תוקפה",
            (Self::NotAuthorised, Language::English) => {
                "the authorisation of the WhatsApp account is missing or has expired"
            }
            (Self::Payment, Language::Hebrew) => "יש בעיית תשלום בחשבון ה-WhatsApp",
            (Self::Payment, Language::English) => "the WhatsApp account has a payment problem",
            (Self::Account, Language::Hebrew) => "חשבון ה-WhatsApp או המספר חסומים, מוגבלים או לא רשומים",
            (Self::Account, Language::English) => {
                "the WhatsApp account or number is locked, restricted or not registered"
            }
            (Self::HeldBack, Language::Hebrew) => "WhatsApp מעכבת הודעות אל הלקוח הזה או מהמספר הזה",
            (Self::HeldBack, Language::English) => "WhatsApp holds back messages to this customer or from this number",
            (Self::Message, Language::Hebrew) => "WhatsApp לא קיבלה את ההודעה כפי שנכתבה",
            (Self::Message, Language::English) => "WhatsApp did not accept the message as it was written",
            (Self::Broken, Language::Hebrew) => "תקלה ב-WhatsApp",
            (Self::Broken, Language::English) => "something broke at WhatsApp",
            (Self::Other, Language::Hebrew) => "WhatsApp סירבה מסיבה לא מוכרת",
            (Self::Other, Language::English) => "WhatsApp refused for an unknown reason",
        }
    }
}

/// The reason as staff read it. `code` is the channel's, where there is one.
#[must_use]
pub fn reason(cause: Cause, code: Option<i64>, language: Language) -> String {
    let what = match (cause, language) {
        (Cause::CustomerAsked, Language::Hebrew) => "הלקוח ביקש לדבר עם אדם",
        (Cause::CustomerAsked, Language::English) => "the customer asked for a person",
        (Cause::AiAsked, Language::Hebrew) => "לדעת ה-AI נדרש כאן אדם",
        (Cause::AiAsked, Language::English) => "the AI finds that a person is needed",
        (Cause::NotSent, Language::Hebrew) => "תשובה לא נשלחה",
        (Cause::NotSent, Language::English) => "an answer could not be sent",
        (Cause::NotDelivered, Language::Hebrew) => "תשובה לא נמסרה ללקוח",
        (Cause::NotDelivered, Language::English) => "an answer was not delivered",
        (Cause::Unanswered, Language::Hebrew) => "הודעות של הלקוח לא נענו בזמן",
        (Cause::Unanswered, Language::English) => "messages of the customer were not answered in time",
    };
    match (code, language) {
        (None, _) => what.to_owned(),
        (Some(code), Language::Hebrew) => format!("{what}: {} (קוד {code})", Trouble::of(code).text(language)),
        (Some(code), Language::English) => format!("{what}: {} (code {code})", Trouble::of(code).text(language)),
    }
}

/// The last thing the AI says to a customer who is handed to a person.
#[must_use]
pub fn farewell(language: Language) -> &'static str {
    match language {
        Language::Hebrew => "הבקשה הועברה לצוות, ונציג יענה כאן בהקדם.",
        Language::English => "This has been passed on to the team; someone will answer you here as soon as possible.",
    }
}

/// Whether a message asks for a person: in a sentence of its own or inside one, not negated, and not merely about one.
#[must_use]
pub fn wants_person(text: &str) -> bool {
    let clauses = fresh::clauses(text);
    let said = clauses.iter().flatten().map(String::as_str).filter(|word| !POLITE.contains(word));
    let alone: Vec<&str> = said.collect();
    if STRONG.iter().chain(ALONE.iter()).any(|name| *name == alone) {
        return true;
    }
    clauses.iter().enumerate().any(|(index, clause)| {
        let refused_next = clauses.get(index + 1).is_some_and(|next| fresh::is_refusal(next));
        !refused_next && asks(clause)
    })
}

fn asks(clause: &[String]) -> bool {
    let named = |name: &[String], strong: bool| {
        let places = clause.windows(name.len()).enumerate().filter(|(_, window)| is_called(window, name));
        places.into_iter().any(|(at, _)| {
            let before = clause.get(..at).unwrap_or_default();
            let after = clause.get(at + name.len()..).unwrap_or_default();
            !is_other_trade(before) && !fresh::is_refusal(after) && is_asked_for(before, strong)
        })
    };
    STRONG.iter().any(|name| named(name, true)) || WEAK.iter().any(|name| named(name, false))
}

/// Equal words, the first perhaps behind Hebrew prefix letters.
fn is_called(window: &[String], name: &[String]) -> bool {
    let (Some((first, rest)), Some((expected, others))) = (window.split_first(), name.split_first()) else {
        return false;
    };
    let bare = first.strip_suffix(expected.as_str()).is_some_and(|letters| {
        letters.is_empty() || (letters.chars().count() <= 2 && letters.chars().all(|c| text::PREFIXES.contains(&c)))
    });
    bare && rest == others
}

/// An asking word within six words before, neither it nor what lies between negated.
fn is_asked_for(before: &[String], strong: bool) -> bool {
    let first = before.len().saturating_sub(6);
    (first..before.len()).any(|at| {
        let word = before.get(at).map(String::as_str).unwrap_or_default();
        let asking = REACHING.contains(&word) || (strong && WISHING.contains(&word));
        let between = before.get(at + 1..).unwrap_or_default();
        let turned = between.iter().any(|word| INSTEAD.contains(&word.as_str()));
        asking && (turned || !is_denied(before.get(..at).unwrap_or_default())) && !ends_denied(between)
    })
}

/// Whether the words between the asking one and the person deny it after their last turn.
fn ends_denied(between: &[String]) -> bool {
    between
        .iter()
        .rev()
        .take_while(|word| !fresh::TURNS.contains(&word.as_str()))
        .any(|word| fresh::NEGATIONS.contains(&word.as_str()))
}

/// Whether a chain of wishing words before it begins with a negation: "I do not want to …".
fn is_denied(before: &[String]) -> bool {
    let behind = before.iter().rev().find(|word| !WISHING.contains(&word.as_str()) && !LINKS.contains(&word.as_str()));
    behind.is_some_and(|word| fresh::NEGATIONS.contains(&word.as_str()))
}

fn is_other_trade(before: &[String]) -> bool {
    before.last().is_some_and(|word| TRADES.contains(&word.as_str()))
}

// Words stand in the form of `text::words`: lower case, no final letters, no apostrophes. Names may be written freely.
/// A wish is enough: "I need an agent".
static STRONG: Phrases = Phrases::new(&[
    "נציג",
    "נציגה",
    "נציגת",
    "נציגים",
    "מוקדן",
    "מוקדנית",
    "מענה אנושי",
    "אדם אמיתי",
    "בן אדם אמיתי",
    "בנאדם אמיתי",
    "מישהו אמיתי",
    "מישהו אנושי",
    "גורם אנושי",
    "agent",
    "representative",
    "rep",
    "operator",
    "real person",
    "actual person",
    "live person",
    "human help",
]);
/// Only talking to them or being put through: a table for one person asks for nobody.
static WEAK: Phrases = Phrases::new(&[
    "שירות לקוחות",
    "בן אדם",
    "בנאדם",
    "בן אנוש",
    "אדם",
    "מנהל",
    "מנהלת",
    "מישהו",
    "מישהי",
    "הצוות",
    "human being",
    "human",
    "person",
    "somebody",
    "someone",
    "manager",
    "customer service",
]);
/// Enough as the whole message, politeness aside.
static ALONE: Phrases = Phrases::new(&[
    "נציג אנושי",
    "נציג שירות",
    "נציגת שירות",
    "אנושי",
    "בן אדם",
    "בנאדם",
    "שירות לקוחות",
    "human",
    "a human",
    "human agent",
    "live agent",
    "customer support",
]);
const POLITE: [&str; 8] = ["בבקשה", "תודה", "היי", "שלומ", "please", "thanks", "hi", "hello"];
/// Words of talking to somebody and of being put through.
const REACHING: [&str; 40] = [
    "לדבר",
    "לשוחח",
    "אדבר",
    "נדבר",
    "להתכתב",
    "תעביר",
    "תעבירי",
    "תעבירו",
    "להעביר",
    "העבר",
    "העבירו",
    "מעבירימ",
    "תחבר",
    "תחברי",
    "תחברו",
    "לחבר",
    "חבר",
    "חברו",
    "לפנות",
    "לקבל",
    "שיענה",
    "talk",
    "speak",
    "chat",
    "connect",
    "transfer",
    "reach",
    "contact",
    "forward",
    "escalate",
    "put",
    "pass",
    "switch",
    "redirect",
    "speaking",
    "דברו",
    "תקרא",
    "תקראי",
    "תקראו",
    "לקרוא",
];
const WISHING: [&str; 34] = [
    "רוצה",
    "רוצימ",
    "רוצות",
    "אפשר",
    "צריכ",
    "צריכה",
    "צריכימ",
    "מבקש",
    "מבקשת",
    "מבקשימ",
    "אשמח",
    "תנ",
    "תני",
    "תנו",
    "תביא",
    "תביאו",
    "איפה",
    "יש",
    "דרוש",
    "דרושה",
    "מעדיפ",
    "מעדיפה",
    "want",
    "need",
    "get",
    "give",
    "like",
    "can",
    "could",
    "may",
    "prefer",
    "any",
    "let",
    "require",
];
/// Words that link wishes into one: between a negation and an asking word they change nothing.
const LINKS: [&str; 14] =
    ["to", "would", "will", "i", "me", "a", "an", "the", "you", "אני", "אנחנו", "שאני", "ever", "please"];
/// What is wanted stands behind these, what is not wanted before.
const INSTEAD: [&str; 4] = ["אלא", "רק", "but", "only"];
/// An agent of these is a line of business.
const TRADES: [&str; 6] = ["estate", "travel", "insurance", "ticket", "booking", "cleaning"];
