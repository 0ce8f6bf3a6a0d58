//! What code alone takes for a wish to start fresh, or for a person: held against natural messages.

use serde::Deserialize;
use zikaron_memory::handover::wants_person;
use zikaron_memory::resume::wants_fresh;

#[derive(Deserialize)]
struct Case {
    id: String,
    run: String,
    lang: String,
    input: Input,
    expected: Vec<bool>,
    #[serde(default)]
    debatable: bool,
}

#[derive(Deserialize)]
struct Input {
    text: String,
}

/// Those of a run in a language (empty: in all) that were decided wrongly, of those where the right answer is `wanted`, with
/// how many there are.
fn wrong(run: &str, wanted: bool, lang: &str, judge: fn(&str) -> bool) -> (Vec<String>, usize) {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../../tests/language/requests.json")).unwrap();
    let of_run = cases.into_iter().filter(|case| {
        case.run == run && !case.debatable && case.expected == [wanted] && (lang.is_empty() || case.lang == lang)
    });
    let of_run: Vec<Case> = of_run.collect();
    let wrong = of_run.iter().filter(|case| judge(&case.input.text) != wanted);
    (wrong.map(|case| format!("{}: {}", case.id, case.input.text)).collect(), of_run.len())
}

/// Nothing harmless is taken for a request, and of the requests at least so many of a hundred are seen, in each language
/// too.
#[test]
fn code_alone_decides_only_where_nothing_is_left_over() {
    for (run, judge, least) in [("fresh", wants_fresh as fn(&str) -> bool, 85), ("handover", wants_person, 80)] {
        for lang in ["", "he", "en", "ru", "ar"] {
            let (taken, harmless) = wrong(run, false, lang, judge);
            let (missed, asked) = wrong(run, true, lang, judge);
            println!(
                "{run} {lang}: {} of {harmless} harmless taken, {} of {asked} seen",
                taken.len(),
                asked - missed.len()
            );
            assert!(taken.is_empty(), "{run} taken: {taken:#?}");
            assert!((asked - missed.len()) * 100 >= asked * least, "{run} {lang} missed: {missed:#?}");
        }
    }
}
