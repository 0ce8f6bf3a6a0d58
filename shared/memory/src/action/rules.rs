//! Whether something may be done now: one pure function over settings and facts.

use super::{ActionKind, Refusal, quiet_days};
use crate::settings::Settings;
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

/// How far ahead a time is looked for at which the business is not quiet.
const DAYS: i64 = 14;
/// Nothing is under way for longer than this.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// What is known of the customer and of what is to be done, beside the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whether the customer asked for it.
    pub asked: bool,
    /// When it was entered, or asked for.
    pub made_at: Timestamp,
    /// It makes no sense after this.
    pub latest: Timestamp,
    /// When they last said that they want no messages they did not ask for, unless they took it back since.
    pub opted_out_at: Option<Timestamp>,
    /// When they last got a message that they had not asked for.
    pub unasked_at: Option<Timestamp>,
    /// Whether the business's budget of the day is spent.
    pub budget_is_spent: bool,
}

/// What the rules say of doing something now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// It may be done, until this time.
    Until(Timestamp),
    /// It may be done from this time on; never later than [`Facts::latest`].
    At(Timestamp),
    /// It may not be done.
    Refused(Refusal),
}

/// Whether an action may be done at this moment, by the business's settings and what is known (docs/rules.md#m). A person
/// is told at any time: whether and when they do it is theirs.
#[must_use]
pub fn permit(kind: ActionKind, now: Timestamp, settings: &Settings, facts: &Facts) -> Permit {
    if kind == ActionKind::Person {
        return Permit::Until(facts.latest.max(now));
    }
    if let Some(why) = forbidden(now, settings, facts) {
        return Permit::Refused(why);
    }
    let at = settings.zone().at(now);
    if let Some(why) = quiet(settings, &at) {
        return match edges(settings, &at).find(|edge| quiet(settings, edge).is_none()) {
            Some(open) if open.timestamp() <= facts.latest => Permit::At(open.timestamp()),
            _ => Permit::Refused(why),
        };
    }
    // What is counted by the day is asked last: what is moved may be moved to another.
    if let Some(why) = spent(now, settings, facts) {
        return Permit::Refused(why);
    }
    let end = edges(settings, &at).find(|edge| quiet(settings, edge).is_some());
    let bound = facts.latest.min(now + LONGEST);
    Permit::Until(end.map_or(bound, |end| end.timestamp().min(bound)))
}

/// The rule that forbids it, at whatever time.
fn forbidden(now: Timestamp, settings: &Settings, facts: &Facts) -> Option<Refusal> {
    let opted_out = |at: Timestamp| !facts.asked || at >= facts.made_at;
    if !settings.enable_actions {
        Some(Refusal::SwitchedOff)
    } else if facts.opted_out_at.is_some_and(opted_out) {
        Some(Refusal::OptedOut)
    } else {
        (now > facts.latest).then_some(Refusal::TooLate)
    }
}

/// The rule that forbids it on this day.
fn spent(now: Timestamp, settings: &Settings, facts: &Facts) -> Option<Refusal> {
    let day = |at: Timestamp| settings.zone().at(at).date();
    if facts.unasked_at.is_some_and(|at| !facts.asked && day(at) == day(now)) {
        return Some(Refusal::OnceADay);
    }
    facts.budget_is_spent.then_some(Refusal::Budget)
}

/// Why the business is quiet at this moment; none where it is not.
fn quiet(settings: &Settings, at: &Zoned) -> Option<Refusal> {
    if quiet_days::rests(settings.quiet_days(), at) {
        return Some(Refusal::QuietDay);
    }
    settings.quiet_hours.holds(at.time()).then_some(Refusal::QuietHours)
}

/// The moments after this one, in their order, at which that may change: midnight, the eve of a day of rest, the edges of
/// the quiet hours, and a change of the clocks, by which a time of the day may be left out or come twice.
fn edges(settings: &Settings, at: &Zoned) -> impl Iterator<Item = Zoned> {
    let zone = at.time_zone().clone();
    let times = [Time::midnight(), quiet_days::EVE, settings.quiet_hours.from, settings.quiet_hours.until];
    let days = (0..=DAYS).filter_map(|days| at.date().checked_add(days.days()).ok());
    let of_days = days.flat_map(|date| times.map(|time| zone.to_ambiguous_zoned(date.to_datetime(time))));
    let of_days = of_days.flat_map(|edge| [edge.clone().earlier(), edge.later()]).filter_map(Result::ok);
    let last = at.timestamp().checked_add(SignedDuration::from_hours(24 * DAYS)).unwrap_or(Timestamp::MAX);
    let changes = zone.following(at.timestamp()).map(|change| change.timestamp());
    let changes = changes.take_while(|change| *change <= last);
    let mut edges: Vec<Zoned> = of_days.chain(changes.map(|change| change.to_zoned(zone.clone()))).collect();
    edges.retain(|edge| edge > at);
    edges.sort_unstable();
    edges.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::quiet_hours::QuietHours;
    use crate::zone::Zone;

    fn settings() -> Settings {
        Settings { enable_actions: true, time_zone: Zone::parse("Asia/Jerusalem").ok(), ..Settings::default() }
    }

    /// A Monday in Jerusalem, two hours ahead of UTC.
    fn at(time: &str) -> Timestamp {
        format!("2026-11-30T{time}:00+02:00").parse().unwrap()
    }

    fn facts() -> Facts {
        let made_at = at("09:00");
        let latest = made_at + SignedDuration::from_hours(96);
        Facts { asked: false, made_at, latest, opted_out_at: None, unasked_at: None, budget_is_spent: false }
    }

    fn message(now: Timestamp, settings: &Settings, facts: &Facts) -> Permit {
        permit(ActionKind::Message, now, settings, facts)
    }

    #[test]
    fn in_the_day_it_may_be_done_until_the_quiet_hours_and_in_them_when_they_are_over() {
        assert_eq!(message(at("10:00"), &settings(), &facts()), Permit::Until(at("20:00")));
        let tomorrow = at("08:00") + SignedDuration::from_hours(24);
        for quiet in ["20:00", "23:59"] {
            assert_eq!(message(at(quiet), &settings(), &facts()), Permit::At(tomorrow), "{quiet}");
        }
        assert_eq!(message(at("03:00"), &settings(), &facts()), Permit::At(at("08:00")));
        assert_eq!(message(at("08:00"), &settings(), &facts()), Permit::Until(at("20:00")));
        let short = Facts { latest: at("23:00"), ..facts() };
        assert_eq!(message(at("21:00"), &settings(), &short), Permit::Refused(Refusal::QuietHours));
        assert_eq!(
            message(at("10:00"), &settings(), &Facts { latest: at("11:00"), ..facts() }),
            Permit::Until(at("11:00"))
        );
    }

    #[test]
    fn who_is_never_quiet_may_always_be_written_for() {
        let open = Settings { quiet_hours: QuietHours::never(), ..settings() };
        assert_eq!(message(at("03:00"), &open, &facts()), Permit::Until(at("03:00") + LONGEST));
        let noon = Settings {
            quiet_hours: QuietHours { from: Time::constant(13, 0, 0, 0), until: Time::constant(15, 30, 0, 0) },
            ..settings()
        };
        assert_eq!(message(at("14:00"), &noon, &facts()), Permit::At(at("15:30")));
        assert_eq!(message(at("03:00"), &noon, &facts()), Permit::Until(at("13:00")));
    }

    #[test]
    fn an_hour_that_the_clocks_skip_or_repeat_is_found_all_the_same() {
        // Clocks go forward on 26 March 2027 at 2:00 and back on 31 October at 2:00.
        let early = Settings {
            quiet_hours: QuietHours { from: Time::constant(0, 0, 0, 0), until: Time::constant(2, 30, 0, 0) },
            ..settings()
        };
        for night in ["2027-03-26T00:30:00+02:00", "2027-10-31T00:30:00+03:00"] {
            let now: Timestamp = night.parse().unwrap();
            let facts = Facts { latest: now + SignedDuration::from_hours(9), ..facts() };
            let Permit::At(open) = message(now, &early, &facts) else { panic!("{night}") };
            assert!(quiet(&early, &early.zone().at(open)).is_none(), "{night}: {open}");
        }
    }

    #[test]
    fn each_rule_refuses_by_its_name() {
        let now = at("10:00");
        let refused = |facts: &Facts| message(now, &settings(), facts);
        assert_eq!(message(now, &Settings::default(), &facts()), Permit::Refused(Refusal::SwitchedOff));
        let opted_out = Facts { opted_out_at: Some(at("08:00")), ..facts() };
        assert_eq!(refused(&opted_out), Permit::Refused(Refusal::OptedOut));
        assert!(matches!(refused(&Facts { asked: true, ..opted_out }), Permit::Until(_)), "asked for after it");
        let since = Facts { asked: true, opted_out_at: Some(at("09:30")), ..facts() };
        assert_eq!(refused(&since), Permit::Refused(Refusal::OptedOut), "wanted no more after it");
        assert_eq!(refused(&Facts { latest: at("09:59"), ..facts() }), Permit::Refused(Refusal::TooLate));
        let second = Facts { unasked_at: Some(at("00:00")), ..facts() };
        assert_eq!(refused(&second), Permit::Refused(Refusal::OnceADay));
        assert!(matches!(refused(&Facts { asked: true, ..second }), Permit::Until(_)));
        assert!(matches!(
            refused(&Facts { unasked_at: Some(at("00:00") - SignedDuration::from_secs(1)), ..facts() }),
            Permit::Until(_)
        ));
        assert_eq!(refused(&Facts { budget_is_spent: true, ..facts() }), Permit::Refused(Refusal::Budget));
        let all = Facts { latest: at("09:00"), budget_is_spent: true, ..opted_out };
        assert!(matches!(permit(ActionKind::Person, at("23:00"), &Settings::default(), &all), Permit::Until(_)));
    }
}
