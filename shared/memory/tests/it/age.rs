//! Memory that ages (docs/rules.md#k).

use crate::support::*;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use zikaron_memory::age::Freshness::{self, Fresh, Over, Stale};
use zikaron_memory::document::LeadMemory;
use zikaron_memory::evidence::{About, Extracted, Meant, Said, check};
use zikaron_memory::field::{FieldError, FieldList, FieldSpec};
use zikaron_memory::language::Language::{English, Hebrew};
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Candidate, Confidence, Profile, Source};
use zikaron_memory::render::block;
use zikaron_memory::session::SessionId;
use zikaron_memory::zone::Zone;

const DAY: i64 = 24 * 60;

/// The standard city, which holds for two years, or a list of cities that does.
fn either() -> impl Strategy<Value = FieldList> {
    prop_oneof![Just(fields()), Just(list_field(80))]
}

fn said(value: &str, session: &str, day: i64) -> Candidate {
    ai(value, Confidence::High, session, day * DAY)
}

fn ending(value: &str, session: &str, day: i64, last: i64) -> Candidate {
    Candidate { valid_until: Some(minute(last * DAY)), ..said(value, session, day) }
}

fn state(fields: &FieldList, profile: &Profile, day: i64) -> Option<Freshness> {
    let spec = fields.get("city").unwrap();
    profile.get("city")?.age(spec, minute(day * DAY)).map(|age| age.freshness)
}

fn states(fields: &FieldList, candidates: &[Candidate], days: &[i64]) -> Vec<Option<Freshness>> {
    let profile = merge(fields, &Profile::default(), candidates).profile;
    days.iter().map(|day| state(fields, &profile, *day)).collect()
}

fn shown(fields: &FieldList, candidates: &[Candidate], day: i64) -> Option<String> {
    let customer_profile_json = merge(fields, &Profile::default(), candidates).profile;
    let memory = LeadMemory { customer_profile_json, ..LeadMemory::default() };
    let block = block(&memory, fields, English, &Zone::default(), minute(day * DAY), 6_000)?;
    block.lines().find_map(|line| line.strip_prefix("  • city: ")).map(str::to_owned)
}

#[test]
fn a_value_is_stale_after_its_shelf_life_and_over_at_its_end() {
    let plain = [said("Haifa", "s1", 0)];
    assert_eq!(states(&fields(), &plain, &[-1, 0, 729, 730, 9_000]), [Fresh, Fresh, Fresh, Stale, Stale].map(Some));
    let ends = [ending("Eilat", "s1", 0, 30)];
    assert_eq!(states(&fields(), &ends, &[0, 29, 30, 9_000]), [Fresh, Fresh, Over, Over].map(Some));
    // An end far off is no reason to believe it for so long.
    assert_eq!(
        states(&fields(), &[ending("Eilat", "s1", 0, 1_000)], &[729, 730, 1_000]),
        [Fresh, Stale, Over].map(Some)
    );
    assert_eq!(states(&fields(), &[deletion(0)], &[0]), [None]);
}

#[test]
fn every_standard_field_has_its_shelf_life_and_a_business_sets_others() {
    let days = |spec: &FieldSpec| spec.shelf_life().map(|life| life.as_hours() / 24);
    let standard: Vec<_> = fields().iter().map(|spec| (spec.name.clone(), days(spec))).collect();
    let expected = [
        ("name", None),
        ("city", Some(730)),
        ("service_interest", Some(90)),
        ("preferences", Some(365)),
        ("notes", None),
    ];
    assert_eq!(standard, expected.map(|(name, days)| (name.to_owned(), days)));
    let set = |name: &str, days| FieldSpec { shelf_life_days: Some(days), ..FieldSpec::named(name) };
    assert_eq!((days(&set("city", 0)), days(&set("name", 7))), (None, Some(7)));
    let refused = FieldList::new(vec![set("city", 36_501)]).unwrap_err();
    assert_eq!(refused, FieldError::ShelfLife { name: "city".to_owned(), days: 36_501 });
    assert_eq!(
        refused.to_string(),
        "the field \"city\" has shelf_life_days 36501: choose at most 36500, or 0 for no end"
    );
}

#[test]
fn whoever_says_it_again_revives_it_and_takes_its_end_back() {
    let again = [said("Haifa", "s1", 0), said("haifa.", "s2", 800)];
    assert_eq!(states(&fields(), &again, &[800, 1_529, 1_530]), [Fresh, Fresh, Stale].map(Some));
    let stays = [ending("Eilat", "s1", 0, 30), said("Eilat", "s2", 40)];
    assert_eq!(states(&fields(), &stays, &[31, 50]), [Fresh, Fresh].map(Some));
    // The other way round the end counts, and in one conversation wherever it stands.
    assert_eq!(
        states(&fields(), &[said("Eilat", "s1", 0), ending("Eilat", "s2", 5, 30)], &[29, 30]),
        [Fresh, Over].map(Some)
    );
    let once = [ending("Eilat", "s1", 0, 30), Candidate { position: 9, ..said("Eilat", "s1", 0) }];
    assert_eq!(states(&fields(), &once, &[29, 30]), [Fresh, Over].map(Some));
    // Even a doubtful word is a word: the value was said.
    let doubtful = [said("Haifa", "s1", 0), ai("Haifa", Confidence::Low, "s2", 800 * DAY)];
    assert_eq!(states(&fields(), &doubtful, &[800]), [Some(Fresh)]);
}

#[test]
fn what_a_person_entered_ages_only_where_the_business_wants_it() {
    let entered = [manual("Haifa", 0)];
    assert_eq!(states(&fields(), &entered, &[9_000]), [Some(Fresh)]);
    let ages = FieldList::new(vec![FieldSpec { manual_ages: true, ..FieldSpec::named("city") }]).unwrap();
    assert_eq!(states(&ages, &entered, &[729, 730]), [Fresh, Stale].map(Some));
    let confirmed = [manual("Haifa", 0), said("Haifa", "s1", 700)];
    assert_eq!(states(&ages, &confirmed, &[1_429, 1_430]), [Fresh, Stale].map(Some));
}

#[test]
fn a_list_ages_item_by_item() {
    let list = list_field(80);
    let told = [said("Haifa", "s1", 0), ending("Eilat", "s2", 100, 130), said("Acre", "s3", 700)];
    assert_eq!(shown(&list, &told, 120).as_deref(), Some("Haifa, Eilat, Acre (until 24 May 2024)"));
    assert_eq!(shown(&list, &told, 700).as_deref(), Some("Haifa, Acre (as of 15 Jan 2024, may have changed)"));
    assert_eq!(shown(&list, &[ending("Eilat", "s2", 0, 1)], 2), None);
    let again = [told.as_slice(), &[said("Haifa", "s4", 720)]].concat();
    assert_eq!(states(&list, &told[..1], &[729, 730]), [Fresh, Stale].map(Some));
    assert_eq!(states(&list, &again, &[130]), [Some(Stale)], "one item is over, so the list is to be confirmed");
}

#[test]
fn the_block_shows_what_is_old_with_its_day_and_leaves_out_what_is_over() {
    let city = [said("Haifa", "s1", 0)];
    assert_eq!(shown(&fields(), &city, 729).as_deref(), Some("Haifa"));
    // The same day after day, so that an endpoint finds the prompt in its cache.
    for day in [730, 731, 900] {
        assert_eq!(shown(&fields(), &city, day).as_deref(), Some("Haifa (as of 15 Jan 2024, may have changed)"));
    }
    let ends = [ending("Eilat", "s1", 0, 30)];
    assert_eq!(shown(&fields(), &ends, 29).as_deref(), Some("Eilat (until 14 Feb 2024)"));
    assert_eq!(shown(&fields(), &ends, 30), None);
    let guess = [Candidate { field: "preferences".to_owned(), ..ai("mornings", Confidence::Low, "s1", 0) }];
    let memory = LeadMemory {
        customer_profile_json: merge(&fields(), &Profile::default(), &guess).profile,
        ..LeadMemory::default()
    };
    let hebrew = block(&memory, &fields(), Hebrew, &Zone::default(), minute(365 * DAY), 6_000).unwrap();
    assert!(hebrew.ends_with("• preferences: mornings (לא ודאי) (נכון ל-15.1.2024, ייתכן שהשתנה)"), "{hebrew}");
}

#[test]
fn the_api_shows_how_old_a_value_is_and_what_is_to_be_confirmed() {
    let name = Candidate { field: "name".to_owned(), ..said("Dana", "s1", 0) };
    let wish = Candidate { field: "service_interest".to_owned(), ..ending("colour", "s1", 0, 30) };
    let profile = merge(&fields(), &Profile::default(), &[said("Haifa", "s1", 0), name, wish]).profile;
    let now = minute(731 * DAY);
    assert_eq!(profile.to_confirm(&fields(), now), ["city"], "what is over is done with");
    insta::assert_json_snapshot!(profile.to_public_json_at(&fields(), now), @r#"
    {
      "city": {
        "age_days": 731,
        "confidence": "high",
        "said_at": "2024-01-15T10:00:00Z",
        "source": "ai_extraction",
        "state": "stale",
        "updated_at": "2024-01-15T10:00:00Z",
        "value": "Haifa"
      },
      "name": {
        "age_days": 731,
        "confidence": "high",
        "said_at": "2024-01-15T10:00:00Z",
        "source": "ai_extraction",
        "state": "fresh",
        "updated_at": "2024-01-15T10:00:00Z",
        "value": "Dana"
      },
      "service_interest": {
        "age_days": 731,
        "confidence": "high",
        "said_at": "2024-01-15T10:00:00Z",
        "source": "ai_extraction",
        "state": "over",
        "updated_at": "2024-01-15T10:00:00Z",
        "valid_until": "2024-02-14T10:00:00Z",
        "value": "colour"
      }
    }
    "#);
    let seen = profile.as_of(&fields(), now);
    let values = ["city", "name", "service_interest"].map(|name| seen.get(name).unwrap().value());
    assert_eq!(values, [Some("Haifa"), Some("Dana"), None]);
}

/// What ends a claim of these words, of a message of Saturday 28.11.2026 in Jerusalem.
fn end_of(text: &str, value: &str, until: &str) -> Option<String> {
    let at: Timestamp = "2026-11-28T11:00:00Z".parse().unwrap();
    let claim = Extracted {
        field: "preferences".to_owned(),
        value: value.to_owned(),
        line: None,
        quote: value.to_owned(),
        span: None,
        about: Some(About::Customer),
        meant: Some(Meant::States),
        until: Some(until.to_owned()),
        confidence: None,
    };
    let zone = Zone::parse("Asia/Jerusalem").unwrap();
    let found = check(&fields(), &[Said::new(text, at, 0)], &SessionId::new("s"), &[claim], Confidence::High, &zone);
    assert_eq!(found.candidates.len(), 1, "{text}: {:?}", found.dropped);
    found.candidates[0].valid_until.map(|end| end.to_string())
}

#[test]
fn the_customer_s_own_words_end_a_value_in_four_languages_where_the_business_is() {
    for (text, value, until) in [
        ("נוח לי רק בערב עד סוף החודש", "רק בערב", "עד סוף החודש"),
        ("Only evenings until the end of the month please", "Only evenings", "until the end of the month"),
        ("Мне удобно только вечером, до конца месяца", "только вечером", "до конца месяца"),
        ("بس المسا حتى نهاية الشهر", "بس المسا", "حتى نهاية الشهر"),
    ] {
        assert_eq!(end_of(text, value, until).as_deref(), Some("2026-11-30T22:00:00Z"), "{text}");
    }
}

#[test]
fn an_end_the_customer_did_not_say_of_it_is_none() {
    for (text, until) in [
        ("Only evenings please", "until Sunday"),
        ("Only evenings please. Are you open until Sunday?", "until Sunday"),
        ("Only evenings until I call again", "until I call again"),
        ("Only evenings until next Sunday", "until next Sunday"),
        ("Only evenings, until Sunday", "until Monday"),
        ("Only evenings, until Sunday", ""),
    ] {
        assert_eq!(end_of(text, "Only evenings", until), None, "{text} / {until}");
    }
    let ends = end_of("Only evenings, until Sunday", "Only evenings", "until Sunday");
    assert_eq!(ends.as_deref(), Some("2026-11-29T22:00:00Z"));
}

/// Candidates over ten years, some with an end, and often more than a field keeps.
fn told() -> impl Strategy<Value = Vec<Candidate>> {
    let one = (candidate(), 0..3_650_i64, prop::option::of(0..4_000_i64));
    let one = one.prop_map(|(candidate, day, end)| Candidate {
        at: minute(day * DAY),
        // One conversation is not of many days.
        session: SessionId::new(format!("day-{day}")),
        valid_until: end.filter(|_| candidate.source == Source::AiExtraction).map(|day| minute(day * DAY)),
        ..candidate
    });
    prop::collection::vec(one, 1..41)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn time_only_makes_older_and_loses_nothing(fields in either(), told in told(), days in (0..9_000_i64, 0..9_000_i64)) {
        let profile = merge(&fields, &Profile::default(), &told).profile;
        prop_assume!(profile.get("city").is_some());
        let (earlier, later) = (days.0.min(days.1), days.0.max(days.1));
        prop_assert!(state(&fields, &profile, earlier) <= state(&fields, &profile, later));
        let mut shown = profile.to_public_json_at(&fields, minute(later * DAY));
        for field in shown.as_object_mut().into_iter().flatten().filter_map(|(_, field)| field.as_object_mut()) {
            ["state", "said_at", "age_days", "valid_until"].iter().for_each(|name| drop(field.remove(*name)));
        }
        prop_assert_eq!(shown, profile.to_public_json());
        let seen = profile.as_of(&fields, minute(later * DAY));
        let is_over = state(&fields, &profile, later) == Some(Over);
        prop_assert_eq!(city(&seen).value().is_none(), is_over || city(&profile).value().is_none());
        prop_assert_eq!(city(&seen).candidates(), city(&profile).candidates());
    }

    #[test]
    fn a_repetition_revives_a_value_of_any_age(told in told(), later in 4_001..9_000_i64) {
        let before = merge(&fields(), &Profile::default(), &told).profile;
        let Some(value) = before.get("city").and_then(|city| city.value()).map(str::to_owned) else { return Ok(()) };
        let again = merge(&fields(), &before, &[said(&value, "again", later)]).profile;
        prop_assert_eq!(state(&fields(), &again, later), Some(Fresh));
        prop_assert_eq!(state(&fields(), &again, later + 729), Some(Fresh));
    }

    #[test]
    fn what_a_person_entered_never_ages_unless_the_business_says_so(told in told(), day in 0..20_000_i64) {
        let profile = merge(&fields(), &Profile::default(), &told).profile;
        prop_assume!(profile.get("city").is_some());
        if city(&profile).source() == Source::Manual && city(&profile).value().is_some() {
            prop_assert_eq!(state(&fields(), &profile, day), Some(Fresh));
        }
    }

    #[test]
    fn age_does_not_depend_on_the_order_of_arrival(
        fields in either(),
        (given, arriving) in told().prop_flat_map(|told| {
            let twice: Vec<Candidate> = told.iter().chain(told.iter().step_by(2)).cloned().collect();
            (Just(told), Just(twice).prop_shuffle())
        }),
        day in 0..9_000_i64,
    ) {
        let at_once = merge(&fields, &Profile::default(), &given).profile;
        let one_by_one = arriving.iter().fold(Profile::default(), |profile, candidate| {
            merge(&fields, &profile, std::slice::from_ref(candidate)).profile
        });
        // All there is, so also its age at any time.
        prop_assert_eq!(&one_by_one, &at_once);
        let age = |profile: &Profile| profile.get("city")?.age(fields.get("city")?, minute(day * DAY));
        prop_assume!(at_once.get("city").is_some());
        let fast = city(&at_once).current(fields.get("city").unwrap(), minute(day * DAY)).map(|(_, age)| age.freshness);
        prop_assert_eq!(fast, age(&at_once).map(|age| age.freshness).filter(|freshness| *freshness != Over));
    }
}

#[test]
fn a_day_is_a_whole_day_and_what_is_to_come_is_of_today() {
    let profile = merge(&fields(), &Profile::default(), &[said("Haifa", "s1", 0)]).profile;
    let age = |after: SignedDuration| {
        let now = minute(0) + after;
        city(&profile).age(fields().get("city").unwrap(), now).unwrap().days(now)
    };
    assert_eq!(age(SignedDuration::from_hours(47)), 1);
    assert_eq!(age(SignedDuration::from_hours(-100)), 0);
}
