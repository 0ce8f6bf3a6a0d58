//! One character as it is compared: what makes no difference to a reader makes none here.

use unicode_normalization::UnicodeNormalization;

/// Characters that show nothing but can reorder, hide or smuggle text: bidi controls, zero-width characters, tags.
/// The joiners U+200C and U+200D stay: Persian and emoji need them.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// One character as it is compared: compatibility form, lower case, no vowel points, no final letter, Latin digits.
pub(crate) fn fold(c: char) -> impl Iterator<Item = char> {
    let simple = simple(c);
    let folded = simple.is_none().then(|| {
        let letters = yiddish(c).nfkd().flat_map(char::to_lowercase);
        letters.filter(|c| !is_point(*c) && !is_invisible(*c)).map(plain)
    });
    simple.into_iter().chain(folded.into_iter().flatten())
}

/// What nearly every character comes to, without a look into Unicode's tables.
fn simple(c: char) -> Option<char> {
    match c {
        '\0'..='\x7F' => Some(c.to_ascii_lowercase()),
        _ if is_plain_letter(c) => Some(plain(c)),
        _ => None,
    }
}

/// The letters of Hebrew, Russian and Arabic that are not taken apart any further.
pub(super) fn is_plain_letter(c: char) -> bool {
    matches!(c, 'א'..='ת' | 'а'..='и' | 'к'..='я' | 'ا'..='غ' | 'ف'..='ي')
}

/// The letters that a Yiddish keyboard writes as one, and the accent that stands for a geresh.
fn yiddish(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        '\u{5F0}' => ('ו', Some('ו')),
        '\u{5F1}' => ('ו', Some('י')),
        '\u{5F2}' => ('י', Some('י')),
        '\u{B4}' | '\u{2BC}' => ('\'', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

/// Hebrew niqqud and cantillation, Arabic vowel signs and hamza, and the variation selectors of emoji.
fn is_point(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}'
        | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{FE00}'..='\u{FE0F}')
}

fn plain(c: char) -> char {
    match c {
        // The digits of Arabic and of Persian.
        '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' => char::from_digit(u32::from(c) % 16, 10).unwrap_or(c),
        'ך' => 'כ',
        'ם' => 'מ',
        'ן' => 'נ',
        'ף' => 'פ',
        'ץ' => 'צ',
        other => other,
    }
}
