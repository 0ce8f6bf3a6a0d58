//! The days on which a business leaves its customers alone: Shabbat, feasts, those of its own.

use super::feasts::is_feast;
use crate::language::Language;
use jiff::Zoned;
use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

/// The most days that are named one by one.
const MAX_DAYS: usize = 100;
/// From this hour on the eve of Shabbat and of a feast is kept like the day: in no season do they begin earlier in the
/// places where most of those live who keep them. They end with the civil day, and the night behind it is the quiet
/// hours'.
pub(super) const EVE: Time = Time::constant(15, 0, 0, 0);

/// A day, or days, on which a business leaves its customers alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum QuietDay {
    /// Every week that day.
    Weekly(Weekday),
    /// Every Saturday and its eve.
    Shabbat,
    /// The Jewish feasts and their eves, as in Israel.
    JewishFeasts,
    /// Every year that month and day.
    Yearly(i8, i8),
    /// That day.
    Once(Date),
}

/// It is none of the days that can be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no quiet day: write a weekday (sunday), shabbat, jewish_feasts, a date (2026-12-25) or a day of every year (12-25)"
)]
pub struct UnknownQuietDay(String);

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("sunday", Weekday::Sunday),
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
];

impl TryFrom<String> for QuietDay {
    type Error = UnknownQuietDay;

    fn try_from(text: String) -> Result<Self, UnknownQuietDay> {
        let weekday = WEEKDAYS.iter().find(|(name, _)| *name == text).map(|(_, day)| Self::Weekly(*day));
        // A leap year, so that the 29th of February is a day.
        let yearly = || Date::strptime("%Y-%m-%d", format!("2024-{text}")).ok().filter(|_| text.len() == 5);
        let once = || Date::strptime("%Y-%m-%d", &text).ok().filter(|_| text.len() == 10).map(Self::Once);
        match text.as_str() {
            "shabbat" => Ok(Self::Shabbat),
            "jewish_feasts" => Ok(Self::JewishFeasts),
            _ => weekday
                .or_else(|| yearly().map(|day| Self::Yearly(day.month(), day.day())))
                .or_else(once)
                .ok_or(UnknownQuietDay(text)),
        }
    }
}

impl From<QuietDay> for String {
    fn from(day: QuietDay) -> Self {
        match day {
            QuietDay::Weekly(day) => {
                WEEKDAYS.iter().find(|(_, other)| *other == day).map_or("", |(name, _)| name).to_owned()
            }
            QuietDay::Shabbat => "shabbat".to_owned(),
            QuietDay::JewishFeasts => "jewish_feasts".to_owned(),
            QuietDay::Yearly(month, day) => format!("{month:02}-{day:02}"),
            QuietDay::Once(day) => day.to_string(),
        }
    }
}

impl QuietDay {
    /// Those of a business that chose none: Shabbat and the feasts where it speaks Hebrew.
    #[must_use]
    pub fn of(language: Language) -> &'static [Self] {
        match language {
            Language::Hebrew => &[Self::Shabbat, Self::JewishFeasts],
            Language::English => &[],
        }
    }

    fn holds(self, day: Date) -> bool {
        match self {
            Self::Weekly(weekday) => day.weekday() == weekday,
            Self::Shabbat => day.weekday() == Weekday::Saturday,
            Self::JewishFeasts => is_feast(day),
            Self::Yearly(month, of_month) => (day.month(), day.day()) == (month, of_month),
            Self::Once(once) => day == once,
        }
    }

    /// Whether the day begins on the evening before.
    fn has_eve(self) -> bool {
        matches!(self, Self::Shabbat | Self::JewishFeasts)
    }
}

/// Whether a business rests at this moment, where it is.
pub(super) fn rests(days: &[QuietDay], at: &Zoned) -> bool {
    let is_eve = |quiet: &QuietDay| {
        let is_next = || at.date().tomorrow().is_ok_and(|next| quiet.holds(next));
        quiet.has_eve() && at.time() >= EVE && is_next()
    };
    days.iter().any(|quiet| quiet.holds(at.date()) || is_eve(quiet))
}

/// The rule a list of days breaks.
pub(crate) fn broken(days: &[QuietDay]) -> Option<&'static str> {
    let rests = |weekday: Weekday| {
        let is_it = |quiet: &QuietDay| match quiet {
            QuietDay::Weekly(day) => *day == weekday,
            QuietDay::Shabbat => weekday == Weekday::Saturday,
            QuietDay::JewishFeasts | QuietDay::Yearly(..) | QuietDay::Once(_) => false,
        };
        days.iter().any(is_it)
    };
    match () {
        () if days.len() > MAX_DAYS => Some("allowed are at most 100"),
        () if WEEKDAYS.iter().all(|(_, weekday)| rests(*weekday)) => Some("no day of the week is left"),
        () => None,
    }
}
