//! Every spelling of a number against libphonenumber: at home in every country a business may be in, and there of every
//! country of the world. `numbers.tsv` is made by `numbers.py`; the library and its version stand in its first line.
//!
//! A spelling that says whose number it is must be read as that number. One that does not may be read as nobody's, and
//! never as somebody else's: a caller who is not recognised is asked again, one who is mistaken reads a stranger's memory.
#![expect(clippy::unwrap_used, reason = "a test")]

mod spellings;

use std::collections::{BTreeMap, BTreeSet};
use zikaron_memory::country::Country;
use zikaron_protocol::model::ids::E164;
use zikaron_protocol::model::phone::{canonical, e164};

struct Known {
    country: &'static str,
    number: &'static str,
    national: &'static str,
    international: &'static str,
}

fn numbers() -> Vec<Known> {
    let lines = include_str!("numbers.tsv").lines().filter(|line| !line.starts_with('#'));
    let known = lines.map(|line| {
        let [country, _, number, national, international] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        Known { country, number, national, international }
    });
    known.collect()
}

/// The numbers of countries a business may be in.
fn at_business() -> Vec<Known> {
    numbers().into_iter().filter(|known| Country::parse(known.country).is_ok()).collect()
}

fn country(iso: &str) -> Country {
    Country::parse(iso).unwrap()
}

fn read(shown: &str, iso: &str) -> Option<String> {
    e164(shown, Some(country(iso))).map(|number| canonical(&number))
}

/// What a customer is found under; a number that is too short for E.164 as we take it stands for itself.
fn name(number: &str) -> String {
    E164::parse(number).map_or_else(|_| number.to_owned(), |number| canonical(&number))
}

/// The country whose plan the number is read by, and the number's length behind its code; none of other countries.
fn plan(known: &Known) -> Option<(Country, usize)> {
    let country = Country::of_digits(&known.number[1..])?;
    Some((country, known.number.len() - 1 - country.calling_code().len()))
}

fn is_taken(known: &Known) -> bool {
    plan(known).is_none_or(|(country, length)| country.allows(length))
}

/// Whether the number is written with a 0 at home, and without it from abroad. Of Gabon the library knows some numbers
/// with the 0 and without it.
fn trunk_is_0(known: &Known) -> bool {
    if known.country == "GA" {
        return false;
    }
    let local = known.international.split_once(' ').unwrap().1;
    digits(known.national) == format!("0{}", digits(local))
}

/// How somebody in the country writes a number of another.
fn abroad(iso: &str, digits: &str) -> String {
    let prefix = match country(iso).calling_code() {
        "1" => "011",
        "7" => "810",
        "61" => "0011",
        "81" => "010",
        "55" => "0015",
        "62" | "65" | "66" | "82" => "001",
        "57" | "234" => "009",
        "254" => "000",
        "886" => "002",
        _ => "00",
    };
    format!("{prefix}{digits}")
}

/// The exception: a foreign number without any sign of it that is, digit by digit, a number of this country as everybody
/// there writes it. Nobody who sees it could tell, and to read none would lose the country's own numbers. Russia dials an 8 before them, the others nothing.
fn at_home(spelling: &str, iso: &str) -> Option<String> {
    let here = country(iso);
    let is_complete = here.trunk().is_empty() || here.calling_code() == "1";
    let local = match spelling.strip_prefix('8').filter(|_| here.calling_code() == "7") {
        Some(dialled) => dialled,
        None if is_complete && spelling.len() <= 10 => spelling,
        None => return None,
    };
    here.allows(local.len()).then(|| format!("+{}{local}", here.calling_code()))
}

/// The other exception: the mobiles of China are written without anything before them, and many are numbers of North
/// America, digit by digit. They are nobody's without their `+86`.
fn is_told(known: &Known) -> bool {
    !(known.country == "CN" && known.national.starts_with('1'))
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Spellings that say whose number it is, at home.
fn plain(known: &Known) -> Vec<String> {
    let national = known.national;
    let with_trunk = |trunk: &str| known.international.replacen(' ', trunk, 1);
    let mut spellings = vec![
        known.number.to_owned(),
        known.international.to_owned(),
        known.international.replace(' ', "-"),
        format!("\u{202a}{}\u{202c}", known.international),
        format!("tel:{}", known.number),
        format!("\"Dana\" <sip:{}@sip.example.com>;tag=7", known.number),
        national.to_owned(),
        digits(national),
        national.replace(['-', ' '], "."),
        format!("tel:{};phone-context=+{}", digits(national), country(known.country).calling_code()),
        format!("{national} ext. 3"),
    ];
    if country(known.country).trunk() == "0" {
        spellings.push(with_trunk(" (0)"));
        spellings.push(with_trunk(" 0"));
    }
    spellings
}

#[test]
fn every_spelling_of_a_number_at_home_is_that_number() {
    let mut wrong = Vec::new();
    for known in at_business().iter().filter(|known| is_taken(known)) {
        for spelling in plain(known) {
            let found = read(&spelling, known.country);
            let says = is_told(known) || spelling.contains("+86") && !spelling.contains("phone-context");
            if found != Some(name(known.number)) && says {
                wrong.push(format!("{} {}: {spelling:?} is {found:?}", known.country, known.number));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_spelling_that_does_not_say_whose_number_it_is_is_never_another_number() {
    let mut wrong = Vec::new();
    for known in at_business() {
        let e164 = digits(known.number);
        let local = e164.strip_prefix(country(known.country).calling_code()).unwrap();
        let bare = [e164.as_str(), local].into_iter().map(str::to_owned).chain(plain(&known));
        // Whose number is outside of a plan is known by its `+` only.
        for spelling in bare.filter(|spelling| is_taken(&known) || spelling.contains('+')) {
            let found = read(&spelling, known.country);
            if found.as_ref().is_some_and(|found| *found != name(known.number)) {
                wrong.push(format!("{} {}: {spelling:?} is {found:?}", known.country, known.number));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_number_of_another_country_is_itself_or_nobodys() {
    let known = numbers();
    let countries: BTreeSet<&str> = at_business().iter().map(|known| known.country).collect();
    let mut wrong = Vec::new();
    for (known, here) in known.iter().flat_map(|known| countries.iter().map(move |here| (known, *here))) {
        let e164 = digits(known.number);
        let taken = is_taken(known).then(|| name(known.number));
        let behind_code = ["0", " 0"].map(|zero| known.international.replacen(' ', zero, 1));
        let dialled = plan(known).is_none() && trunk_is_0(known);
        let with_trunk = behind_code.iter().map(String::as_str).filter(|_| dialled);
        for spelling in [known.number, known.international].into_iter().chain(with_trunk) {
            if taken.is_some() && read(spelling, here) != taken {
                wrong.push(format!("{here}: {spelling:?} is {:?}", read(spelling, here)));
            }
        }
        for spelling in [abroad(here, &e164), format!("00{e164}"), e164].iter().filter(|_| taken.is_some()) {
            let found = read(spelling, here);
            if found.is_some() && found != taken && found.as_deref() != at_home(spelling, here).as_deref() {
                wrong.push(format!("{here}: {spelling:?} of {} is {found:?}", known.country));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn only_numbers_that_nobody_writes_or_calls_from_are_outside_a_plan() {
    let outside = at_business().into_iter().filter(|known| !is_taken(known));
    let outside = outside.map(|known| (known.country, plan(&known).unwrap().1));
    let mut by_country: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    outside.for_each(|(country, length)| {
        by_country.entry(country).or_default().insert(length);
    });
    let of = |country, lengths: &[usize]| (country, lengths.iter().copied().collect::<BTreeSet<_>>());
    // Extensions and boards of six digits and fewer behind the code, faxes of 11 (IL), machines of 11 (NL), lengths that
    // only a firm with digits of its own behind its number has (DE, IT), villages not renumbered yet (BD, BG, PL, SK).
    let expected = [
        of("AT", &[4, 5, 6]),
        of("BD", &[6]),
        of("BG", &[6]),
        of("CN", &[7]),
        of("CO", &[8]),
        of("DE", &[5, 12, 13, 14]),
        of("FI", &[5]),
        of("ID", &[7]),
        of("IL", &[11]),
        of("IT", &[12]),
        of("KE", &[7]),
        of("KR", &[5]),
        of("LU", &[4, 5]),
        of("NL", &[11]),
        of("PH", &[6]),
        of("PL", &[7]),
        of("RO", &[6]),
        of("SK", &[6]),
        of("ZA", &[5, 6, 7]),
    ];
    assert_eq!(by_country, BTreeMap::from(expected));
}

#[test]
fn two_numbers_are_never_one_but_argentinas() {
    let mut by_name: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for known in numbers() {
        by_name.entry(name(known.number)).or_default().insert(known.number);
    }
    let shared: Vec<_> = by_name.into_values().filter(|numbers| numbers.len() > 1).collect();
    // Its plan gives each ten digits once; the 9 is dialled from abroad only.
    assert_eq!(shared, [BTreeSet::from(["+541123456789", "+5491123456789"])]);
}
