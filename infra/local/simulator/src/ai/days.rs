//! Days as the product tells them to a model, and the days a customer means by "today" and "tomorrow".

use super::language::Language;
use jiff::ToSpan;
use jiff::civil::Date;

const HEBREW: [&str; 7] = ["שני", "שלישי", "רביעי", "חמישי", "שישי", "שבת", "ראשון"];
const ENGLISH: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Words for days, the longer before those they begin with, with how many days ahead they are.
const AHEAD: [(&str, i64); 5] = [("מחרתיים", 2), ("מחר", 1), ("היום", 0), ("tomorrow", 1), ("today", 0)];

/// The first whole date of a text: `28.11.2026`, `28 Nov 2026`.
pub(super) fn date(text: &str) -> Option<Date> {
    let parts = |words: &[&str]| match words {
        [day, month, year] => {
            let named = MONTHS.iter().zip(1..).find(|(name, _)| *name == month).map(|(_, month)| month);
            Date::new(year.parse().ok()?, month.parse().ok().or(named)?, day.parse().ok()?).ok()
        }
        _ => None,
    };
    let words: Vec<&str> = text.split([' ', ',', ']', '[', '\n']).filter(|word| !word.is_empty()).collect();
    let numbers = words.iter().find_map(|word| parts(&word.split('.').collect::<Vec<_>>()));
    numbers.or_else(|| words.windows(3).find_map(parts))
}

/// The days a customer speaks of, as seen from `today`, in their order.
pub(super) fn meant(text: &str, today: Date) -> Vec<Date> {
    let lower = text.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let ahead = words.filter_map(|word| {
        let bare = word.strip_prefix(['ל', 'ב', 'ו']).unwrap_or(word);
        AHEAD.iter().find(|(name, _)| *name == word || *name == bare).map(|(_, days)| *days)
    });
    ahead.filter_map(|days| today.checked_add(days.days()).ok()).collect()
}

/// The day with its weekday: `יום ראשון 29.11`.
pub(super) fn named(day: Date, language: Language) -> String {
    let of = |names: &[&'static str]| names.get(place(day)).copied().unwrap_or_default();
    match language {
        Language::Hebrew => format!("יום {} {}.{}", of(&HEBREW), day.day(), day.month()),
        Language::English => {
            let month = MONTHS.iter().zip(1..).find(|(_, month)| *month == day.month()).map_or("", |(name, _)| name);
            format!("{} {} {month}", of(&ENGLISH), day.day())
        }
    }
}

/// When a business is open on that day, in its own sentence: `ראשון עד חמישי 9:00-20:00, שישי 8:00-14:00, שבת סגור`.
pub(super) fn hours(sentence: &str, day: Date) -> Option<&str> {
    let weekday = |word: &str| HEBREW.iter().position(|name| *name == word);
    // A week of a business begins on Sunday.
    let since_sunday = |place: usize| (place + 1) % 7;
    let items = sentence.split_once(':').map_or(sentence, |(_, items)| items);
    items.split(',').map(str::trim).find_map(|item| {
        let words: Vec<&str> = item.split(' ').collect();
        let ((from, to), rest) = match words.as_slice() {
            [from, "עד", to, ..] => ((weekday(from)?, weekday(to)?), 3),
            [day, ..] => ((weekday(day)?, weekday(day)?), 1),
            [] => return None,
        };
        let is_in = (since_sunday(from)..=since_sunday(to)).contains(&since_sunday(place(day)));
        let before = words.iter().take(rest).map(|word| word.len() + 1).sum::<usize>();
        is_in.then(|| item.get(before..)).flatten()
    })
}

fn place(day: Date) -> usize {
    usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as civil;

    #[test]
    fn days_are_read_as_the_product_writes_them() {
        let saturday = civil(2026, 11, 28);
        for text in [
            "עכשיו: יום שבת 28.11.2026, 13:23",
            "Now: Saturday 28 Nov 2026, 13:23",
            "[עכשיו: יום שבת 28.11.2026, 13:23",
        ] {
            assert_eq!(date(text), Some(saturday), "{text}");
        }
        assert_eq!(date("[1] 28.11 23:58 customer: 10.10 or 1.2.3.4"), None);
        assert_eq!(meant("אתם פתוחים היום? אפשר תור למחר ב-10?", saturday), [saturday, civil(2026, 11, 29)]);
        assert_eq!(meant("tomorrow, not מחרתיים", saturday), [civil(2026, 11, 29), civil(2026, 11, 30)]);
        assert_eq!(named(civil(2026, 11, 29), Language::Hebrew), "יום ראשון 29.11");
        assert_eq!(named(saturday, Language::English), "Saturday 28 Nov");
    }

    #[test]
    fn hours_are_those_of_the_weekday() {
        let hours =
            |day| hours("שעות הפתיחה: ראשון עד חמישי 9:00-20:00, שישי 8:00-14:00, שבת סגור", civil(2026, 11, day));
        assert_eq!(
            [hours(27), hours(28), hours(29), hours(26)].map(Option::unwrap),
            ["8:00-14:00", "סגור", "9:00-20:00", "9:00-20:00"]
        );
    }
}
