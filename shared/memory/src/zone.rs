//! Time as a business knows it: its time zone, and how its language writes days (docs/rules.md#f7).

use crate::language::Language;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

/// A time zone of the [IANA list](https://www.iana.org/time-zones), written as it is named there: `Asia/Jerusalem`. The
/// list is part of the program, so that it is the same wherever it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

/// There is no such zone in the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone {0:?}")]
pub struct UnknownZone(String);

impl Zone {
    /// The zone of that name, in either case.
    ///
    /// # Errors
    /// [`UnknownZone`], which names it.
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        let zone = TimeZone::get(name.trim()).ok().filter(|zone| !zone.is_unknown());
        zone.map(Self).ok_or_else(|| UnknownZone(name.to_owned()))
    }

    /// Its name in the list.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What calendar and clock show there at that moment.
    #[must_use]
    pub fn at(&self, moment: Timestamp) -> Zoned {
        moment.to_zoned(self.0.clone())
    }
}

/// UTC.
impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(name: String) -> Result<Self, UnknownZone> {
        Self::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

impl Language {
    /// The line that tells the model when it is: weekday, date, time to the minute.
    #[must_use]
    pub fn now(self, now: &Zoned) -> String {
        format!("{}: {}, {}", self.words().now, self.weekday(now.date()), clock(now))
    }

    /// A day with its weekday: `יום שבת 28.11.2026`, `Saturday 28 Nov 2026`.
    #[must_use]
    pub fn weekday(self, date: Date) -> String {
        let names = self.words().weekdays.iter().zip(0..);
        let mut named = names.filter(|(_, place)| *place == date.weekday().to_monday_zero_offset());
        format!("{} {}", named.next().map_or("", |(name, _)| name), self.date(date))
    }

    /// A day: `28.11.2026`, `28 Nov 2026`.
    #[must_use]
    pub fn date(self, date: Date) -> String {
        let between = if self.words().months.is_some() { ' ' } else { '.' };
        format!("{}{between}{}", self.day(date), date.year())
    }

    /// A day of a year that is known: `28.11`, `28 Nov`.
    #[must_use]
    pub fn day(self, date: Date) -> String {
        let names =
            self.words().months.as_ref().and_then(|names| names.iter().zip(1..).find(|(_, n)| *n == date.month()));
        match names {
            Some((name, _)) => format!("{} {name}", date.day()),
            None => format!("{}.{}", date.day(), date.month()),
        }
    }
}

/// The time of day: `09:05`.
#[must_use]
pub fn clock(at: &Zoned) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: &str, moment: &str) -> Zoned {
        Zone::parse(zone).unwrap().at(moment.parse().unwrap())
    }

    #[test]
    fn a_zone_is_known_by_its_name_in_either_case_and_written_as_in_the_list() {
        let zone: Zone = serde_json::from_str("\"asia/jerusalem\"").unwrap();
        assert_eq!(serde_json::to_string(&zone).unwrap(), "\"Asia/Jerusalem\"");
        for unknown in ["", "Atlantis", "Asia/Atlantis", "Etc/Unknown", "+02:00", "../etc/passwd"] {
            let told = Zone::parse(unknown).unwrap_err().to_string();
            assert_eq!(told, format!("there is no time zone {unknown:?}"));
        }
    }

    #[test]
    fn the_line_of_now_is_that_of_the_place_summer_and_winter_and_to_the_minute() {
        let lines = [
            Language::Hebrew.now(&at("Asia/Jerusalem", "2026-11-28T11:23:59.999Z")),
            Language::Hebrew.now(&at("Asia/Jerusalem", "2026-07-04T21:05:00Z")),
            Language::English.now(&at("America/New_York", "2026-01-01T04:59:00Z")),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r"
        עכשיו: יום שבת 28.11.2026, 13:23
        עכשיו: יום ראשון 5.7.2026, 00:05
        Now: Wednesday 31 Dec 2025, 23:59
        ");
    }

    #[test]
    fn every_weekday_has_its_name() {
        let days = || (22..29).map(|day| jiff::civil::date(2026, 11, day));
        let named = |language: Language| days().map(|day| language.weekday(day)).collect::<Vec<_>>().join(", ");
        insta::assert_snapshot!(Language::ALL.map(named).join("\n"), @r"
        יום ראשון 22.11.2026, יום שני 23.11.2026, יום שלישי 24.11.2026, יום רביעי 25.11.2026, יום חמישי 26.11.2026, יום שישי 27.11.2026, יום שבת 28.11.2026
        Sunday 22 Nov 2026, Monday 23 Nov 2026, Tuesday 24 Nov 2026, Wednesday 25 Nov 2026, Thursday 26 Nov 2026, Friday 27 Nov 2026, Saturday 28 Nov 2026
        ");
    }
}
