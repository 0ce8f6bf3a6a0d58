//! What ten years of visits make of a profile (docs/rules.md#b6, docs/rules.md#k): it does not grow, and says what is
//! true. `cargo test -p zikaron-memory --test it growth -- --nocapture` prints the table of docs/performance.md.

use crate::support::*;
use zikaron_memory::age::Freshness::{self, Fresh, Over, Stale};
use zikaron_memory::field::{FieldList, FieldSpec};
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Candidate, Confidence, Field, Profile};
use zikaron_memory::session::SessionId;

const WEEK: i64 = 7 * 24 * 60;
/// Visits in a year.
const A_YEAR: i64 = 52;
const TREATMENTS: [&str; 4] = ["cut", "colour", "braids", "wash"];

/// The standard fields, and more of a salon: a list, one that its people enter, one that ends, one that grows old.
fn salon() -> FieldList {
    let short = |name: &str| FieldSpec { max_chars: 80, ..FieldSpec::named(name) };
    let more = [
        FieldSpec { list: true, ..short("treatments") },
        short("address"),
        short("staying"),
        FieldSpec { shelf_life_days: Some(365), ..short("pet") },
    ];
    FieldList::new(Vec::from(fields()).into_iter().chain(more).collect()).unwrap()
}

/// What the profile should say at the end of a visit, as far as it was told. Values that change do not change their
/// length, so that sizes can be compared.
fn truth(week: i64) -> [(&'static str, &'static str); 9] {
    let (is_odd_year, season) = ((week / A_YEAR) % 2 == 1, week % A_YEAR / 13);
    [
        ("name", "Dana Levy"),
        ("city", if is_odd_year { "Eilat" } else { "Haifa" }),
        ("service_interest", ["colour", "a trim", "braids", "a wash"][usize::try_from(season).unwrap()]),
        ("preferences", "mornings"),
        ("notes", "allergic to latex"),
        ("treatments", "cut, colour, braids, wash"),
        ("address", if is_odd_year { "34 Allenby Road" } else { "12 Herzl Street" }),
        ("staying", "with her sister"),
        ("pet", "a dog called Rex"),
    ]
}

/// What is told on a visit, and entered by staff an hour later.
fn visit(week: i64) -> Vec<Candidate> {
    let (year, of_year) = (week / A_YEAR, week % A_YEAR);
    let is_so = |field: &str| truth(week).into_iter().find(|(name, _)| *name == field).unwrap().1;
    let said = |field: &str, value: &str, confidence| Candidate {
        field: field.to_owned(),
        ..ai(value, confidence, &format!("session-{week:04}"), week * WEEK)
    };
    let entered = |field: &str| {
        let edit = SessionId::new(format!("edit-{week:04}"));
        Candidate::manual(field, Some(is_so(field).to_owned()), minute(week * WEEK + 60), edit)
    };
    let treatment = TREATMENTS[usize::try_from(of_year % 4).unwrap()];
    let mut told = vec![
        // Always heard wrong.
        said("name", "Dana Levi", Confidence::High),
        said("city", is_so("city"), Confidence::High),
        said("service_interest", is_so("service_interest"), Confidence::Medium),
        said("notes", is_so("notes"), Confidence::Medium),
        said("treatments", treatment, Confidence::High),
        said("address", is_so("address"), Confidence::High),
    ];
    // Said surely once a year; all other weeks the AI guesses something else.
    told.push(match of_year {
        0 => said("preferences", is_so("preferences"), Confidence::High),
        guess => said("preferences", &format!("perhaps day {guess:02}"), Confidence::Low),
    });
    if (8..26).contains(&of_year) {
        let until = Some(minute((year * A_YEAR + 30) * WEEK));
        told.push(Candidate { valid_until: until, ..said("staying", is_so("staying"), Confidence::High) });
    }
    // Once, and never again.
    told.extend((week == 3).then(|| said("pet", is_so("pet"), Confidence::High)));
    told.extend((week == 10).then(|| entered("name")));
    told.extend((of_year == 10).then(|| entered("address")));
    told
}

fn bytes(profile: &Profile) -> usize {
    serde_json::to_string(profile).unwrap().len()
}

/// How many fields are as old as that, at the visit of this week.
fn in_state(fields: &FieldList, profile: &Profile, week: i64, wanted: Freshness) -> usize {
    let age = |spec: &FieldSpec| profile.get(&spec.name)?.age(spec, minute(week * WEEK));
    fields.iter().filter_map(age).filter(|age| age.freshness == wanted).count()
}

#[test]
fn a_profile_of_ten_years_of_weekly_visits_is_no_larger_than_of_one_and_true() {
    let fields = salon();
    let (mut profile, mut sizes) = (Profile::default(), Vec::new());
    println!("| years | visits | bytes | candidates kept | values | of them true | fresh | stale | over |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for week in 0..10 * A_YEAR {
        profile = merge(&fields, &profile, &visit(week)).profile;
        sizes.push(bytes(&profile));
        let (years, visits) = ((week + 1) / A_YEAR, week + 1);
        if visits % A_YEAR != 0 || ![1, 2, 5, 10].contains(&years) {
            continue;
        }
        let kept: Vec<usize> = profile.iter().map(|(_, field)| field.candidates().len()).collect();
        let values = profile.iter().filter(|(_, field)| field.value().is_some()).count();
        let is_true = |(name, value): &(&str, &str)| profile.get(name).and_then(Field::value) == Some(*value);
        let right = truth(week).iter().filter(|said| is_true(said)).count();
        let [fresh, stale, over] = [Fresh, Stale, Over].map(|state| in_state(&fields, &profile, week, state));
        println!(
            "| {years} | {visits} | {} | {} | {values} | {right} | {fresh} | {stale} | {over} |",
            bytes(&profile),
            kept.iter().sum::<usize>()
        );
        assert!(kept.iter().all(|kept| *kept <= 16), "{kept:?}");
        assert_eq!((values, right), (9, 9), "after {years} years");
        let expected = if years == 1 { [8, 0, 1] } else { [7, 1, 1] };
        assert_eq!([fresh, stale, over], expected, "after {years} years");
    }
    let by_year: Vec<usize> =
        sizes.chunks(usize::try_from(A_YEAR).unwrap()).filter_map(|year| year.last().copied()).collect();
    let one = by_year[0];
    assert!(by_year.iter().all(|size| *size <= one), "no larger after any year than after one: {by_year:?}");
    let most = sizes.iter().max().unwrap();
    assert!(*most <= one + one / 20, "{most} bytes between two years, {one} after one");
}
