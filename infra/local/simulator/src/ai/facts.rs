//! What a customer's own words say about them, by simple rules. Every fact comes with the words that say it, as they
//! stand in the message.

/// Something a customer said about themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// The profile's field.
    pub(crate) field: &'static str,
    /// A part of the quote.
    pub(crate) value: String,
    /// A part of the message.
    pub(crate) quote: String,
}

const NAME_PHRASES: [&str; 5] = ["קוראים לי ", "השם שלי ", "שמי ", "my name is ", "call me "];
const HOME_PHRASES: [&str; 10] =
    ["גר ב", "גרה ב", "גרים ב", "מתגורר ב", "מתגוררת ב", "עברתי ל", "עברנו ל", "live in ", "moved to ", "i'm from "];
/// After these only a known town counts: what else follows them may be anything.
const FROM_PHRASES: [&str; 3] = ["אני מ", "אנחנו מ", "from "];
const TOWNS: [&str; 28] = [
    "תל אביב",
    "ירושלים",
    "חיפה",
    "ראשון לציון",
    "פתח תקווה",
    "אשדוד",
    "נתניה",
    "באר שבע",
    "בני ברק",
    "חולון",
    "רמת גן",
    "אשקלון",
    "רחובות",
    "בת ים",
    "הרצליה",
    "כפר סבא",
    "מודיעין",
    "רעננה",
    "גבעתיים",
    "רמת השרון",
    "הוד השרון",
    "יפו",
    "אילת",
    "Tel Aviv",
    "Jerusalem",
    "Haifa",
    "Herzliya",
    "Jaffa",
];
/// Longer ones before those they contain.
const SERVICES: [&str; 24] = [
    "תספורת גברים",
    "תספורת נשים",
    "תספורת ילדים",
    "עיצוב זקן",
    "צבע לשיער",
    "החלקה",
    "תספורת",
    "גוונים",
    "צביעה",
    "צבע",
    "זקן",
    "פן",
    "תסרוקת",
    "men's haircut",
    "women's haircut",
    "beard trim",
    "haircut",
    "highlights",
    "hair colour",
    "hair color",
    "colour",
    "color",
    "beard",
    "blow-dry",
];
const PREFERENCE_PHRASES: [&str; 7] = ["מעדיפה ", "מעדיף ", "עדיף לי ", "עדיפה לי ", "עדיף ", "נוח לי ", "prefer "];
const ALLERGY_PHRASES: [&str; 3] = ["אלרגית ל", "אלרגי ל", "allergic to "];
/// Words after which a name is over.
const NAME_STOP_WORDS: [&str; 20] = [
    "אני",
    "אנחנו",
    "גר",
    "גרה",
    "בן",
    "בת",
    "רוצה",
    "צריך",
    "צריכה",
    "מחפש",
    "מחפשת",
    "אפשר",
    "וואו",
    "and",
    "from",
    "i",
    "i'm",
    "i'd",
    "here",
    "can",
];
const YES: [&str; 8] = ["כן", "נכון", "בדיוק", "בטח", "yes", "yeah", "right", "sure"];
/// What may stand beside a yes.
const THANKS: [&str; 2] = ["תודה", "thanks"];
const MAX_VALUE_CHARS: usize = 60;

/// Everything one message says, in the order of its sentences.
pub(crate) fn stated(message: &str) -> Vec<Fact> {
    sentences(message).into_iter().flat_map(|(sentence, is_question)| of_sentence(sentence, is_question)).collect()
}

/// Whether a message says yes to what was asked before it, and no more.
pub(crate) fn is_yes(message: &str) -> bool {
    let lower = message.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_yes = |word: &&str| YES.contains(word);
    !message.contains('?') && words.iter().any(is_yes) && words.iter().all(|word| is_yes(word) || THANKS.contains(word))
}

/// The services a text names, as it writes them.
pub(crate) fn services(text: &str) -> Vec<&str> {
    clauses(text).filter_map(service).collect()
}

fn of_sentence(sentence: &str, is_question: bool) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |field, value: Option<&str>, quote: &str| {
        let value = value.map(trim).filter(|value| !value.is_empty());
        facts.extend(value.map(|value| Fact { field, value: value.to_owned(), quote: trim(quote).to_owned() }));
    };
    for clause in clauses(sentence) {
        add("name", name(clause), clause);
        add("city", town(clause), clause);
        add("service_interest", service(clause), clause);
        add("notes", after(clause, &ALLERGY_PHRASES).map(|(start, _)| &clause[start..]), clause);
    }
    if !is_question {
        add("preferences", preference(sentence), sentence);
    }
    facts
}

/// Sentences with whether they ask. ` / ` is how a line break of the customer is shown.
fn sentences(text: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    for line in text.split(['\n', '!']).flat_map(|line| line.split(" / ")) {
        let mut rest = line;
        while let Some((sentence, tail)) = rest.split_once(['?', '.']) {
            let asks = rest[sentence.len()..].starts_with('?');
            found.push((sentence, asks));
            rest = tail;
        }
        found.push((rest, false));
    }
    found.retain(|(sentence, _)| !sentence.trim().is_empty());
    found
}

fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '.', '!', '?', ';', '\n']).filter(|clause| !clause.trim().is_empty())
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '"' | '\'' | '״' | '׳'))
}

/// Where the first of the phrases begins and what follows it; none where it is denied. Case does not count.
fn after<'a>(text: &'a str, phrases: &[&str]) -> Option<(usize, &'a str)> {
    let lower = text.to_ascii_lowercase();
    // "And" is a letter of the next word in Hebrew.
    let begins = |start: &usize| !lower[..*start].trim_end_matches(['ו', 'ש']).ends_with(char::is_alphanumeric);
    let found = phrases.iter().filter_map(|phrase| {
        let start = lower.match_indices(phrase).map(|(start, _)| start).find(begins)?;
        Some((start, start + phrase.len()))
    });
    let (start, end) = found.min_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)))?;
    let denied = ["לא", "not", "don't"].iter().any(|no| lower[..start].trim_end().ends_with(no));
    (!denied).then(|| (start, &text[end..]))
}

fn name(clause: &str) -> Option<&str> {
    let (_, rest) = after(clause, &NAME_PHRASES)?;
    let mut end = 0;
    for (count, word) in rest.split_whitespace().take(3).enumerate() {
        let over = NAME_STOP_WORDS.contains(&word.to_lowercase().as_str())
            || (count > 0 && word.starts_with('ו'))
            || word.strip_prefix('מ').is_some_and(|town| TOWNS.iter().any(|known| known.starts_with(town)))
            || !word.starts_with(char::is_alphabetic)
            || (count > 0 && word.starts_with(|c: char| c.is_ascii_lowercase()));
        if over {
            break;
        }
        end = rest[end..].find(word).map_or(end, |at| end + at + word.len());
    }
    Some(&rest[..end])
}

fn town(clause: &str) -> Option<&str> {
    let known = |rest: &str| TOWNS.iter().find(|town| rest.starts_with(**town)).map(|town| town.len());
    if let Some((_, rest)) = after(clause, &HOME_PHRASES) {
        let rest = rest.trim_start_matches('-');
        let word = || rest.find(char::is_whitespace).unwrap_or(rest.len());
        return Some(&rest[..known(rest).unwrap_or_else(word)]);
    }
    let (_, rest) = after(clause, &FROM_PHRASES)?;
    known(rest).map(|end| &rest[..end])
}

/// The service a clause asks for: the last one named, or two side by side.
fn service(clause: &str) -> Option<&str> {
    let lower = clause.to_ascii_lowercase();
    let mut places: Vec<(usize, usize)> = Vec::new();
    for known in SERVICES {
        for (start, _) in lower.match_indices(known) {
            let end = start + known.len();
            let taken = places.iter().any(|(from, to)| *from <= start && end <= *to);
            if !taken && is_word(&lower, start, end) && !is_denied(&lower[..start]) {
                places.push((start, end));
            }
        }
    }
    places.sort_unstable();
    let (last, others) = places.split_last()?;
    let start = match others.last() {
        Some((start, end)) if matches!(lower[*end..last.0].trim(), "ו" | "+" | "and" | "&") => *start,
        _ => last.0,
    };
    Some(&clause[start..last.1])
}

/// A word of its own, with or without the Hebrew prefix letters.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].trim_end_matches(['ו', 'ל', 'ב', 'ה', 'מ', 'ש', 'כ']);
    !before.ends_with(char::is_alphabetic) && !text[end..].starts_with(char::is_alphabetic)
}

fn is_denied(before: &str) -> bool {
    let near: Vec<&str> = before.split_whitespace().rev().take(2).collect();
    near.iter().any(|word| ["לא", "בלי", "במקום", "not", "no", "without"].contains(word))
}

fn preference(sentence: &str) -> Option<&str> {
    let (_, rest) = after(sentence, &PREFERENCE_PHRASES)?;
    (rest.chars().count() <= MAX_VALUE_CHARS).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(message: &str) -> Vec<(&'static str, String)> {
        stated(message).into_iter().map(|fact| (fact.field, fact.value)).collect()
    }

    #[test]
    fn a_fact_is_read_from_the_words_that_say_it() {
        let table: [(&str, &[(&str, &str)]); 16] = [
            ("היי, קוראים לי יוסי כהן ואני מתל אביב", &[("name", "יוסי כהן"), ("city", "תל אביב")]),
            ("שמי דנה!", &[("name", "דנה")]),
            ("קוראים לי נועם מחיפה", &[("name", "נועם")]),
            ("My name is Dana Levi and I live in Haifa", &[("name", "Dana Levi"), ("city", "Haifa")]),
            ("עברתי לרמת גן", &[("city", "רמת גן")]),
            ("אני גרה ביקנעם עם הכלב", &[("city", "יקנעם")]),
            ("אני מחפש תספורת גברים", &[("service_interest", "תספורת גברים")]),
            ("כמה עולה תספורת וזקן?", &[("service_interest", "תספורת וזקן")]),
            ("לא תספורת, רק צבע", &[("service_interest", "צבע")]),
            ("צבעתי לבד, באופן זמני", &[]),
            ("אני מעדיף בוקר מוקדם, בימי שלישי", &[("preferences", "בוקר מוקדם, בימי שלישי")]),
            ("בעצם בוקר לא טוב. עדיף לי אחר הצהריים 🙏", &[("preferences", "אחר הצהריים")]),
            ("מה עדיף, בוקר או ערב?", &[]),
            ("לא נוח לי בערב", &[]),
            ("אני אלרגית לאמוניה", &[("notes", "אלרגית לאמוניה")]),
            ("שלום, מתי אתם פתוחים?", &[]),
        ];
        for (message, expected) in table {
            let expected: Vec<_> = expected.iter().map(|(field, value)| (*field, (*value).to_owned())).collect();
            assert_eq!(values(message), expected, "{message}");
        }
    }

    #[test]
    fn a_quote_stands_in_the_message_and_the_value_in_the_quote() {
        for message in ["היי! שמי דנה לוי, ואני מחיפה. אפשר תספורת? עדיף לי בבוקר 🙂", "call me Al / i prefer mornings"]
        {
            let facts = stated(message);
            assert!(facts.len() >= 2, "{message}");
            for Fact { field, value, quote } in facts {
                assert!(message.contains(&quote) && quote.contains(&value), "{field}: {value} in {quote}");
            }
        }
    }
}
