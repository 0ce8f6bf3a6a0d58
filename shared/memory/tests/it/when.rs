//! When something is to be done, by the customer's words: where the business is, and never by a guess.

use jiff::tz::AmbiguousOffset;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use proptest::prelude::*;
use zikaron_memory::action::quiet_hours::QuietHours;
use zikaron_memory::action::when::{Due, resolve};
use zikaron_memory::zone::Zone;

fn said(zone: &str, moment: &str) -> Zoned {
    Zone::parse(zone).unwrap().at(moment.parse().unwrap())
}

fn at(words: &str, said_at: &Zoned) -> Option<String> {
    resolve(words, said_at, &QuietHours::default()).map(|due| due.at.to_string())
}

#[test]
fn a_time_is_that_of_the_place() {
    let moment = "2026-11-29T03:00:00Z";
    assert_eq!(at("tomorrow at ten", &said("Asia/Jerusalem", moment)).unwrap(), "2026-11-30T08:00:00Z");
    assert_eq!(at("tomorrow at ten", &said("America/New_York", moment)).unwrap(), "2026-11-29T15:00:00Z");
    assert_eq!(at("מחר בעשר", &said("Asia/Kathmandu", moment)).unwrap(), "2026-11-30T04:15:00Z");
}

#[test]
fn after_midnight_nobody_knows_which_day_tomorrow_is() {
    let night = said("Asia/Jerusalem", "2026-11-28T22:30:00Z");
    for words in ["tomorrow at ten", "מחר בבוקר", "послезавтра", "بكرا الصبح", "an hour before tomorrow at ten"]
    {
        assert_eq!(at(words, &night), None, "{words}");
    }
    assert_eq!(at("today at ten in the morning", &night).unwrap(), "2026-11-29T08:00:00Z");
    assert_eq!(at("on Monday at ten", &night).unwrap(), "2026-11-30T08:00:00Z");
    assert_eq!(at("in two hours", &night).unwrap(), "2026-11-29T00:30:00Z");
    let morning = said("Asia/Jerusalem", "2026-11-29T02:00:00Z");
    assert_eq!(at("tomorrow at ten", &morning).unwrap(), "2026-11-30T08:00:00Z");
}

#[test]
fn the_evenings_around_shabbat_are_those_of_their_own_days() {
    let wednesday = said("Asia/Jerusalem", "2026-11-25T08:00:00Z");
    for words in ["במוצ״ש בתשע", "במוצאי שבת בתשע", "בצאת שבת ב-21:00"] {
        assert_eq!(at(words, &wednesday).unwrap(), "2026-11-28T19:00:00Z", "{words}");
    }
    assert_eq!(at("בליל שבת בתשע", &wednesday).unwrap(), "2026-11-27T19:00:00Z");
    // The eve may be all of Friday; Shabbat ends at another hour in every season; a Russian night is of two days.
    for words in ["בערב שבת", "בערב שבת בעשר", "במוצ״ש", "במוצאי שבת", "в ночь на субботу в 11"]
    {
        assert_eq!(at(words, &wednesday), None, "{words}");
    }
}

#[test]
fn clocks_that_are_changed_are_followed_and_an_hour_that_is_left_out_or_comes_twice_is_asked_for() {
    // In Jerusalem they are put forward on Friday 26 March 2027 at two, and back on Sunday 31 October at two.
    let spring = said("Asia/Jerusalem", "2027-03-25T12:00:00Z");
    assert_eq!(at("tomorrow at 10:00", &spring).unwrap(), "2027-03-26T07:00:00Z", "summer time by then");
    assert_eq!(at("tomorrow at 02:30", &spring), None, "left out");
    assert_eq!(at("tomorrow at 03:00", &spring).unwrap(), "2027-03-26T00:00:00Z");
    let autumn = said("Asia/Jerusalem", "2027-10-30T12:00:00Z");
    assert_eq!(at("tomorrow at 10:00", &autumn).unwrap(), "2027-10-31T08:00:00Z", "winter time by then");
    assert_eq!(at("מחר ב-01:30", &autumn), None, "twice");
    assert_eq!(at("tomorrow at 02:00", &autumn).unwrap(), "2027-10-31T00:00:00Z");
    // A length in hours is as long as it is; a day is as long as the day.
    let before = said("Asia/Jerusalem", "2027-03-25T23:30:00Z");
    assert_eq!(at("in two hours", &before).unwrap(), "2027-03-26T01:30:00Z");
    for words in ["in a day at 13:00", "בעוד יום בשעה 13:00"] {
        assert_eq!(at(words, &spring).unwrap(), "2027-03-26T10:00:00Z", "{words}");
    }
    assert_eq!(
        at("a day before Sunday at 10:00", &said("Asia/Jerusalem", "2027-03-22T12:00:00Z")).unwrap(),
        "2027-03-27T07:00:00Z"
    );
}

#[test]
fn an_hour_alone_is_the_one_ahead_in_open_hours_or_none() {
    let noon = said("Asia/Jerusalem", "2026-11-29T10:00:00Z");
    let hours = |from: &str, until: &str| -> QuietHours {
        serde_json::from_value(serde_json::json!({"from": from, "until": until})).unwrap()
    };
    let local = |words: &str, hours: &QuietHours| {
        let due = resolve(words, &noon, hours)?;
        Some(due.at.to_zoned(noon.time_zone().clone()).strftime("%d %H:%M").to_string())
    };
    let usual = QuietHours::default();
    for (words, expected) in [
        ("at three", Some("29 15:00")),
        ("at ten", None),
        ("tomorrow at eight", Some("30 08:00")),
        ("tomorrow at seven", Some("30 19:00")),
        ("tomorrow at twelve", Some("30 12:00")),
        ("tomorrow at 12:30", Some("30 12:30")),
        ("tomorrow at 20:00", Some("30 20:00")),
        ("tomorrow at 08:00", Some("30 08:00")),
        ("tomorrow at 12 at night", None),
        ("tomorrow at ten at night", Some("30 22:00")),
        ("tomorrow at two at night", None),
        ("tomorrow at ten in the afternoon", None),
        ("tomorrow at 15:00 in the morning", None),
    ] {
        assert_eq!(local(words, &usual).as_deref(), expected, "{words}");
    }
    // Open from seven to ten in the evening: eight may be either.
    assert_eq!(local("tomorrow at eight", &hours("22:00", "07:00")), None);
    assert_eq!(local("tomorrow at six", &hours("22:00", "07:00")).as_deref(), Some("30 18:00"));
    assert_eq!(local("tomorrow at ten", &QuietHours::never()), None);
    assert_eq!(local("tomorrow at ten in the morning", &QuietHours::never()).as_deref(), Some("30 10:00"));
}

#[test]
fn words_that_name_no_time_for_sure_name_none() {
    let sunday = said("Asia/Jerusalem", "2026-11-29T10:00:00Z");
    for words in [
        "",
        "at",
        "in",
        "before",
        "later",
        "soon",
        "on Sunday at ten",
        "next Sunday at ten",
        "next week",
        "this week",
        "in a while",
        "at the weekend",
        "after the holidays",
        "tomorrow or Tuesday",
        "tomorrow at ten or eleven",
        "tomorrow at ten, eleven",
        "tomorrow at ten, 11",
        "tomorrow at ten eleven",
        "завтра в десять, одиннадцать",
        "מחר בתשע ועשר",
        "بكرا الساعة تسعة، عشرة",
        "tomorrow 10-12",
        "between ten and twelve tomorrow",
        "by tomorrow",
        "until tomorrow",
        "tomorrow at 25:00",
        "tomorrow at 10:75",
        "on the 32nd",
        "31.2 at ten",
        "at 10.12",
        "yesterday at ten",
        "two hours",
        "for 2 hours",
        "לפני 5 שעות",
        "قبل 5 ساعات",
        "за день",
        "за неделю",
        "within two hours",
        "tomorrow after five",
        "بكرا بعد الصبح",
        "2 hours",
        "tomorrow at ten on Wednesday",
        "tomorrow at ten at eleven",
        "Monday 1.12 at ten",
        "in 2000 days",
        "on 15.11.2026 at ten",
        "on 15.12.2028 at ten",
        "not tomorrow",
        "every day at ten",
        "before ten",
        "a day before",
        "10",
        "מחר",
        "tomorrow midnight",
    ] {
        let is_day = ["מחר", "10"].contains(&words);
        let due = resolve(words, &sunday, &QuietHours::default());
        assert!(is_day || due.is_none(), "{words}: {due:?}");
    }
    assert_eq!(at("10", &sunday), None, "ten is past, and at 22:00 all is quiet");
    assert_eq!(at("מחר", &sunday).unwrap(), "2026-11-30T07:00:00Z", "in the course of the day");
    assert_eq!(at("Tuesday 1.12 at ten", &sunday).unwrap(), "2026-12-01T08:00:00Z");
}

const ZONES: [&str; 7] = [
    "Asia/Jerusalem",
    "America/New_York",
    "Europe/Moscow",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
];

proptest! {
    #[test]
    fn a_named_time_is_on_the_clock_there_in_every_language_and_none_only_where_there_is_none(
        zone in prop::sample::select(&ZONES[..]), second in 1_760_000_000_i64..1_990_000_000, hour in 0_i8..24, minute in 0_i8..60,
    ) {
        let said_at = Zone::parse(zone).unwrap().at(Timestamp::from_second(second).unwrap());
        let clock = format!("{hour:02}:{minute:02}");
        let languages = ["מחר ב-", "tomorrow at ", "завтра в ", "بكرا الساعة "];
        let dues = languages.map(|words| resolve(&format!("{words}{clock}"), &said_at, &QuietHours::default()));
        prop_assert!(dues.iter().all(|due| *due == dues[0]), "{:?}", dues);
        if said_at.hour() < 4 {
            prop_assert!(dues.iter().all(Option::is_none), "by night that may be today: {:?}", dues);
            return Ok(());
        }
        let wanted = said_at.date().tomorrow().unwrap().at(hour, minute, 0, 0);
        // 10:00 may be 22:00, which is quiet; what is written with a zero, or is past noon, is itself.
        let is_exact = hour > 12 || clock.starts_with('0');
        let of_clock = said_at.time_zone().to_ambiguous_zoned(wanted).offset();
        match dues[0] {
            Some(Due { at, until }) => {
                prop_assert_eq!(until, None);
                prop_assert!(at > said_at.timestamp());
                let shown = at.to_zoned(said_at.time_zone().clone()).datetime();
                prop_assert!(shown == wanted || (!is_exact && shown == wanted.checked_add(12.hours()).unwrap()), "{} is {}", clock, shown);
            }
            None if is_exact => {
                let is_plain = matches!(of_clock, AmbiguousOffset::Unambiguous { .. });
                prop_assert!(!is_plain);
            }
            None => {}
        }
    }

    #[test]
    fn an_hour_that_may_be_two_is_never_in_the_quiet_hours(
        second in 1_760_000_000_i64..1_990_000_000, hour in 1_i8..=12, from in 0_i8..24, length in 0_i8..24,
    ) {
        let said_at = Zone::parse("Asia/Jerusalem").unwrap().at(Timestamp::from_second(second).unwrap());
        let time = |hour: i8| jiff::civil::Time::constant(hour % 24, 0, 0, 0);
        let quiet = QuietHours { from: time(from), until: time(from + length) };
        for words in [format!("at {hour}"), format!("tomorrow at {hour}"), format!("in 3 days at {hour}")] {
            if let Some(due) = resolve(&words, &said_at, &quiet) {
                let clock = due.at.to_zoned(said_at.time_zone().clone()).time();
                prop_assert!(!quiet.holds(clock), "{}: {}", words, clock);
                prop_assert_eq!(clock.hour() % 12, hour % 12);
            }
        }
    }

    #[test]
    fn a_length_is_counted_from_when_it_is_said(second in 1_760_000_000_i64..1_990_000_000, count in 2_i64..100) {
        let said_at = Zone::parse("Asia/Beirut").unwrap().at(Timestamp::from_second(second).unwrap());
        for (hours, minutes) in [("in {} hours", "in {} minutes"), ("בעוד {} שעות", "בעוד {} דקות"), ("через {} часов", "через {} минут"), ("بعد {} ساعات", "بعد {} دقائق")] {
            let due = |words: &str| resolve(&words.replace("{}", &count.to_string()), &said_at, &QuietHours::default()).map(|due| due.at);
            prop_assert_eq!(due(hours), Some(said_at.timestamp() + SignedDuration::from_hours(count)));
            prop_assert_eq!(due(minutes), Some(said_at.timestamp() + SignedDuration::from_mins(count)));
        }
    }

    #[test]
    fn whatever_is_written_names_a_time_within_a_year_or_none(words in "\\PC{0,60}|((מחר|tomorrow|в|10|:|30|at|before|יום|لـ|قبل|час|in|\\.|/|-) ?){0,8}", second in 1_760_000_000_i64..1_990_000_000) {
        let said_at = Zone::parse("America/Santiago").unwrap().at(Timestamp::from_second(second).unwrap());
        if let Some(Due { at, until }) = resolve(&words, &said_at, &QuietHours::default()) {
            prop_assert!(at >= said_at.timestamp() && at <= said_at.checked_add(1.year()).unwrap().timestamp());
            prop_assert!(until.is_none_or(|until| until > at));
        }
    }
}
