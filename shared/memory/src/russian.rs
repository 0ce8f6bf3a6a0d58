//! Russian words in their cases.

use crate::field::Kind;
use crate::lexicon::intent::Part;
use crate::lexicon::{statement, value};

/// Whether two Russian words are one word in two cases: it is the word itself that the customer said.
pub(crate) fn is_inflected(kind: Kind, a: &str, b: &str) -> bool {
    const STEM: usize = 4;
    // "Беэр-Шева" is Беер-Шева.
    let e = |c: char| if c == 'э' && kind == Kind::Place { 'е' } else { c };
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| e(*a) == e(*b)).count();
    let longer = a.chars().count().max(b.chars().count());
    let russian = |word: &str| word.chars().all(|c| ('а'..='я').contains(&c));
    russian(a)
        && russian(b)
        && (a == b || common == longer || (common >= STEM && common + 2 >= longer) || share_stem(kind, a, b))
}

/// Whether two Russian words have one stem before the endings of a noun: "Уфа" and "в Уфе", "Орёл" and "в Орле".
fn share_stem(kind: Kind, a: &str, b: &str) -> bool {
    const SHORTEST: usize = 2;
    let is_place = kind == Kind::Place;
    // "Медь" is no "мёд", but no two towns differ in that letter.
    let of = |word: &str| stems(if is_place { word.strip_suffix('ь').unwrap_or(word) } else { word });
    let of_b = of(b);
    of(a).iter().any(|stem| stem.chars().count() >= SHORTEST && of_b.contains(stem))
        || (is_place && share_adjective(a, b))
}

/// Whether two Russian words have one stem before the endings of an adjective, as towns of two words begin: "Нижний
/// Новгород" and "из Нижнего Новгорода".
fn share_adjective(a: &str, b: &str) -> bool {
    const SHORTEST: usize = 3;
    const ENDINGS: [&str; 17] =
        ["ии", "ыи", "ои", "его", "ого", "ему", "ому", "им", "ым", "ем", "ом", "ая", "ую", "ое", "ее", "ые", "ых"];
    let stem = |word: &'_ str| ENDINGS.iter().find_map(|ending| word.strip_suffix(ending)).map(str::to_owned);
    stem(a).is_some_and(|stem_a| stem_a.chars().count() >= SHORTEST && stem(b) == Some(stem_a))
}

/// The stems a Russian noun may have: without the ending of a case, and without the vowel before the last consonant,
/// which other cases lose, or write as a soft sign.
fn stems(word: &str) -> Vec<String> {
    const ENDINGS: [&str; 13] = ["а", "я", "у", "ю", "е", "и", "ы", "ои", "еи", "ом", "ем", "ью", "ах"];
    let without = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending)).map(str::to_owned);
    let mut stems: Vec<String> = without.chain([word.to_owned()]).collect();
    let mut back = word.char_indices().rev();
    if let (Some((last_at, last)), Some((vowel_at, 'е' | 'о'))) = (back.next(), back.next())
        && !"аеиоуыьэюя".contains(last)
    {
        let (before, last) = (word.get(..vowel_at).unwrap_or_default(), word.get(last_at..).unwrap_or_default());
        stems.extend([format!("{before}{last}"), format!("{before}ь{last}")]);
    }
    stems
}

/// Whether a name stands among the words in a case, of which the first `ahead` only go before it: "бронь на Игоря Лапина" is
/// of Игорь Лапин. What may be another name as well says nothing: "Александра" is of Александр only behind a word that
/// wants a case.
pub(crate) fn is_name_in_case(name: &str, words: &[String], ahead: usize) -> bool {
    const SHORTEST: usize = 3;
    let is_long = name.chars().count() >= SHORTEST && name.chars().all(|c| ('а'..='я').contains(&c));
    if !is_long {
        return false;
    }
    let forms = name_forms(name);
    words.iter().enumerate().skip(ahead).any(|(at, said)| {
        forms.iter().any(|(form, is_unclear)| form == said && (!is_unclear || is_governed(name, words, at)))
    })
}

/// Whether a word that wants a case stands before the word, or before the name that stands before it.
fn is_governed(name: &str, words: &[String], at: usize) -> bool {
    const MOST_NAMES: usize = 2;
    let wants = |word: &String| {
        let governs = |part: Part| matches!(part, Part::At | Part::Named | Part::Opens | Part::Request);
        let single = [word];
        let mut found = value::LEXICON.among(&single).into_iter().chain(statement::LEXICON.among(&single));
        found.any(|(.., part)| governs(part))
    };
    let before = words.get(at.saturating_sub(MOST_NAMES)..at).unwrap_or_default();
    match before {
        [.., word] if wants(word) => true,
        [word, first] => wants(word) && first.ends_with(['а', 'я']) && first != name,
        _ => false,
    }
}

/// The forms of a name in its cases, each with whether it may be the first case of another name.
fn name_forms(name: &str) -> Vec<(String, bool)> {
    /// The ending of a name, those of its cases, and those that may be another name's.
    const CASES: [(&str, &[&str], &[&str]); 7] = [
        ("скии", &["ского", "скому", "ским", "ском"], &[]),
        ("ская", &["скои", "скую"], &[]),
        ("ия", &["ии", "ию", "иеи"], &[]),
        ("я", &["и", "е", "ю", "еи"], &[]),
        ("а", &["ы", "и", "е", "у", "ои", "еи"], &[]),
        ("ь", &["ем"], &["я"]),
        ("и", &["ем"], &["я"]),
    ];
    let forms = |stem: &str, ends: &[&str], unclear: bool| -> Vec<(String, bool)> {
        ends.iter().map(|end| (format!("{stem}{end}"), unclear)).collect()
    };
    let found = CASES.iter().find_map(|(end, sure, unclear)| Some((name.strip_suffix(end)?, *sure, *unclear)));
    match found {
        Some((stem, sure, unclear)) => [forms(stem, sure, false), forms(stem, unclear, true)].concat(),
        None if name.ends_with(['о', 'е', 'у', 'ю', 'ы', 'э']) => Vec::new(),
        None => {
            let stems = stems(name).into_iter().filter(|stem| !stem.ends_with('ь'));
            let of = |stem: String| [forms(&stem, &["ом", "ым", "ем"], false), forms(&stem, &["а"], true)].concat();
            stems.flat_map(of).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn a_name_in_a_case_is_its_own_and_no_other() {
        let stands = |name: &str, said: &str| {
            let words = text::words(said);
            text::words(name).iter().all(|name| is_name_in_case(name, &words, 0) || words.contains(name))
        };
        for (name, said) in [
            ("Игорь Лапин", "бронь на Игоря Лапина"),
            ("Анна", "запишите Анну"),
            ("Мария", "столик для Марии"),
            ("Андрей", "на имя Андрея"),
            ("Вера", "столик на Веру"),
            ("Павел", "столик на Павла"),
            ("Гусева", "на фамилию Гусевой"),
        ] {
            assert!(stands(name, said), "{name}: {said}");
        }
        for (name, said) in [
            ("Александр", "меня зовут Александра"),
            ("Александр", "запишите Александру"),
            ("Валерий", "это Валерия"),
            ("Анна", "это Аня"),
            ("Олег", "это Ольга"),
        ] {
            assert!(!stands(name, said), "{name}: {said}");
        }
    }
}
