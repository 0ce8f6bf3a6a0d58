//! Numbers that are said in words.

use crate::text;

/// Whether a number in digits stands among the words in words: "אלף חמש מאות" is 1500.
pub(crate) fn is_counted(number: &str, quote: &[String]) -> bool {
    let Ok(number) = number.parse::<u64>() else { return false };
    let (mut sum, mut part, mut counts) = (0, 0, false);
    for word in quote {
        match NUMBERS.iter().find(|(_, words)| is_one_of(word, words)).map(|(value, _)| *value) {
            Some(1000) => (sum, part) = (sum + 1000 * u64::max(part, 1), 0),
            Some(100) => part = 100 * u64::max(part, 1),
            Some(value) => part += value,
            None if counts && sum + part == number => return true,
            None => (sum, part) = (0, 0),
        }
        counts = sum + part > 0;
    }
    counts && sum + part == number
}

/// The number that all of these words are, in digits or in words.
pub(crate) fn whole(words: &[String]) -> Option<u64> {
    match words {
        [] => None,
        [one] if one.bytes().all(|b| b.is_ascii_digit()) => one.parse().ok(),
        words => counted(words),
    }
}

fn counted(words: &[String]) -> Option<u64> {
    let (mut sum, mut part) = (0, 0);
    for word in words {
        match NUMBERS.iter().find(|(_, words)| is_one_of(word, words)).map(|(value, _)| *value)? {
            1000 => (sum, part) = (sum + 1000 * u64::max(part, 1), 0),
            100 => part = 100 * u64::max(part, 1),
            value => part += value,
        }
    }
    Some(sum + part)
}

/// Whether a word is that of a number, of the few that count things: "two", "ten".
pub(crate) fn is_number(word: &str) -> bool {
    NUMBERS.iter().any(|(value, words)| *value <= 10 && words.contains(&word))
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.contains(&word) || words.contains(&text::without_prefix(word))
}

/// Numbers, as `text::words` writes them.
const NUMBERS: [(u64, &[&str]); 31] = [
    (1, &["אחד", "אחת", "one", "один", "одна", "одного", "واحد", "واحدة"]),
    (
        2,
        &[
            "שני",
            "שתי",
            "שנימ",
            "שתימ",
            "שניימ",
            "שתיימ",
            "two",
            "couple",
            "два",
            "две",
            "двое",
            "двоих",
            "اثنين",
            "اثنان",
        ],
    ),
    (3, &["שלושה", "שלוש", "שלושת", "three", "три", "трое", "троих", "ثلاثة", "ثلاث", "تلاتة"]),
    (4, &["ארבעה", "ארבע", "ארבעת", "four", "четыре", "четверо", "четверых", "اربعة", "اربع"]),
    (5, &["חמישה", "חמש", "חמשת", "five", "пять", "пятеро", "пятерых", "خمسة", "خمس"]),
    (6, &["שישה", "שש", "ששת", "six", "шесть", "шестеро", "ستة", "ست"]),
    (7, &["שבעה", "שבע", "שבעת", "seven", "семь", "семеро", "سبعة", "سبع"]),
    (8, &["שמונה", "שמונת", "eight", "восемь", "восьмеро", "ثمانية", "ثمان"]),
    (9, &["תשעה", "תשע", "תשעת", "nine", "девять", "девятеро", "تسعة", "تسع"]),
    (10, &["עשרה", "עשר", "עשרת", "ten", "десять", "десятеро", "عشرة", "عشر"]),
    (11, &["eleven", "одиннадцать", "احدعش"]),
    (12, &["twelve", "dozen", "двенадцать", "اطنعش"]),
    (13, &["thirteen", "тринадцать"]),
    (14, &["fourteen", "четырнадцать"]),
    (15, &["fifteen", "пятнадцать"]),
    (16, &["sixteen", "шестнадцать"]),
    (17, &["seventeen", "семнадцать"]),
    (18, &["eighteen", "восемнадцать"]),
    (19, &["nineteen", "девятнадцать"]),
    (20, &["עשרימ", "twenty", "двадцать", "عشرين", "عشرون"]),
    (30, &["שלושימ", "thirty", "тридцать", "ثلاثين", "ثلاثون"]),
    (40, &["ארבעימ", "forty", "сорок", "اربعين", "اربعون"]),
    (50, &["חמישימ", "fifty", "пятьдесят", "خمسين", "خمسون"]),
    (60, &["שישימ", "sixty", "шестьдесят", "ستين", "ستون"]),
    (70, &["שבעימ", "seventy", "семьдесят", "سبعين", "سبعون"]),
    (80, &["שמונימ", "eighty", "восемьдесят", "ثمانين", "ثمانون"]),
    (90, &["תשעימ", "ninety", "девяносто", "تسعين", "تسعون"]),
    (100, &["מאה", "מאות", "hundred", "сто", "مية", "مئة"]),
    (200, &["מאתיימ", "двести", "ميتين", "مئتين"]),
    (1000, &["אלפ", "אלפימ", "thousand", "тысяча", "тысячи", "тысяч", "الف", "الاف"]),
    (2000, &["אלפיימ", "الفين"]),
];

/// "42 and a half" as 42.5, "half past seven" as 7:30.
pub(crate) fn is_half(digits: &str, quote: &[String]) -> bool {
    matches!(digits, "5" | "30")
        && quote.iter().any(|word| is_one_of(word, &["חצי", "half", "половиной", "половина", "نص", "نصف"]))
}
