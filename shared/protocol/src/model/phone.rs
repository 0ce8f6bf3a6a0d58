//! Phone numbers: from what providers show to E.164, and one spelling where a number has two.

use super::ids::E164;
use zikaron_memory::country::Country;

/// Numbers that stand for none: networks that can show digits only spell "anonymous", "restricted", "blocked",
/// "unknown" and "unavailable" on the keypad.
const WITHHELD: [&str; 5] = ["266696687", "7378742833", "2562533", "8656696", "86282452253"];

/// The number a provider shows, in E.164; `country` is the business's, for numbers in their national form. None where
/// the number is withheld, or where the digits alone do not say whose they are: a guess would join strangers.
#[must_use]
pub fn e164(shown: &str, country: Option<Country>) -> Option<E164> {
    let written = bare(shown)?;
    if WITHHELD.contains(&written.trim_start_matches('+')) {
        return None;
    }
    let international = match written.strip_prefix('+') {
        Some(digits) => digits.to_owned(),
        None => abroad(&written, country).map_or_else(|| national(&written, country?), |rest| Some(rest.to_owned()))?,
    };
    let digits = without_trunk(international);
    (!digits.starts_with('0')).then(|| E164::parse(format!("+{digits}")).ok()).flatten()
}

/// The one spelling of a number under which a customer is looked up, whatever a channel writes. Brazil's mobile numbers
/// got a leading 9, and WhatsApp knows many without it; Mexico's lost the 1 behind the 52 that WhatsApp keeps.
#[must_use]
pub fn canonical(number: &E164) -> String {
    let written = number.expose();
    if let Some(local) = written.strip_prefix("+521").filter(|local| local.len() == 10) {
        return format!("+52{local}");
    }
    match written.strip_prefix("+55").and_then(|rest| rest.split_at_checked(2)) {
        // Landlines begin with 2 to 5.
        Some((area, local)) if local.len() == 8 && local.starts_with(['6', '7', '8', '9']) => {
            format!("+55{area}9{local}")
        }
        _ => written.to_owned(),
    }
}

/// Digits, and `+` if one stands before them; none for words, and for anything that holds a letter.
fn bare(shown: &str) -> Option<String> {
    let shown = shown.trim();
    let shown = ["sip:", "sips:", "tel:"].iter().find_map(|scheme| strip(shown, scheme)).unwrap_or(shown);
    let shown = shown.split(['@', ';']).next().unwrap_or_default().replace("(0)", "");
    let mut written = String::with_capacity(shown.len());
    for c in shown.chars() {
        match c {
            '0'..='9' => written.push(c),
            '+' if written.is_empty() => written.push(c),
            c if c.is_alphanumeric() || c == '+' => return None,
            // Spaces, dashes, brackets, marks of direction.
            _ => {}
        }
    }
    Some(written)
}

fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// What follows the prefix of an international call.
fn abroad(digits: &str, country: Option<Country>) -> Option<&str> {
    let prefix = match country.map(Country::calling_code) {
        Some("1") => "011",
        Some("61") => "0011",
        Some("81") => "010",
        _ => "00",
    };
    digits.strip_prefix(prefix)
}

/// A number without any sign of being international: as it is dialled at home, or written without its `+`.
fn national(digits: &str, country: Country) -> Option<String> {
    let (code, trunk) = (country.calling_code(), country.trunk());
    let fits = |rest: &&str| country.allows(rest.len());
    let with_trunk = digits.strip_prefix(trunk).filter(fits).map(|rest| format!("{code}{rest}"));
    let whole = || digits.strip_prefix(code).filter(fits).map(|rest| format!("{code}{rest}"));
    // Where something is dialled before a number, no number begins with 0.
    let whole_number = country.allows(digits.len()) && (trunk.is_empty() || !digits.starts_with('0'));
    let without_trunk = || whole_number.then(|| format!("{code}{digits}"));
    let foreign = || {
        let of = Country::of_digits(digits)?;
        let rest = digits.strip_prefix(of.calling_code())?;
        (digits.len() > 10 && of.allows(rest.len())).then(|| digits.to_owned())
    };
    with_trunk.or_else(whole).or_else(without_trunk).or_else(foreign)
}

/// `+972 054-…`: some write the 0 that is dialled at home behind the country's code.
fn without_trunk(digits: String) -> String {
    let rest = Country::of_digits(&digits).filter(|country| country.trunk() == "0").and_then(|country| {
        let rest = digits.strip_prefix(country.calling_code())?.strip_prefix('0')?;
        country.allows(rest.len()).then(|| format!("{}{rest}", country.calling_code()))
    });
    rest.unwrap_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(shown: &str, country: &str) -> Option<String> {
        e164(shown, Country::parse(country).ok()).map(|number| number.expose().to_owned())
    }

    #[test]
    fn every_spelling_of_a_number_is_the_same_number() {
        for spelling in [
            "+972555000001",
            "+972 55-500-0001",
            "+972 (0)55 500 0001",
            "+9720555000001",
            "00972555000001",
            "972555000001",
            "055-500-0001",
            "055 5000001",
            "555000001",
            "\u{202a}+972 55-500-0001\u{202c}",
            "tel:+972555000001;ext=3",
            "sip:+972555000001@pbx.example.com;user=phone",
            "SIP:0555000001@10.0.0.1",
        ] {
            assert_eq!(read(spelling, "IL").as_deref(), Some("+972555000001"), "{spelling}");
        }
    }

    #[test]
    fn a_national_number_is_read_as_its_country_dials_it() {
        for (shown, country, expected) in [
            ("(202) 555-0101", "US", Some("+12025550101")),
            ("1-202-555-0101", "US", Some("+12025550101")),
            ("011 972 55 500 0001", "US", Some("+972555000001")),
            ("020 7946 0018", "GB", Some("+442079460018")),
            ("06 1234 5678", "IT", Some("+390612345678")),
            ("8 912 345-67-89", "RU", Some("+79123456789")),
            ("06 20 123 4567", "HU", Some("+36201234567")),
            ("612 34 56 78", "ES", Some("+34612345678")),
            ("12025550101", "IL", Some("+12025550101")),
            ("03-123-4567", "IL", Some("+97231234567")),
            ("055-500-0001", "US", None),
            ("*6050", "IL", None),
            ("1700", "IL", None),
            ("055-500-0001", "", None),
            ("+972555000001", "", Some("+972555000001")),
            ("00972555000001", "", Some("+972555000001")),
            ("555000001", "", None),
        ] {
            assert_eq!(read(shown, country).as_deref(), expected, "{shown} in {country}");
        }
    }

    #[test]
    fn a_withheld_number_is_no_number() {
        for shown in [
            "anonymous",
            "Anonymous",
            "Restricted",
            "unknown",
            "PRIVATE",
            "חסוי",
            "sip:anonymous@anonymous.invalid",
            "+266696687",
            "266696687",
            "+7378742833",
            "+2562533",
            "+86282452253",
            "web-visitor-4f3a",
            "client:+dana",
            "",
            "-",
            "+",
            "0",
            "0000000000",
        ] {
            assert_eq!(read(shown, "IL"), None, "{shown}");
        }
    }

    #[test]
    fn two_spellings_of_a_brazilian_or_mexican_number_are_one() {
        let one = |number: &str| canonical(&E164::parse(number).unwrap());
        for (spelling, other) in [("+551187654321", "+5511987654321"), ("+5215512345678", "+525512345678")] {
            assert_eq!(one(spelling), other);
            assert_eq!(one(other), other);
        }
        for landline in ["+551131234567", "+525512345678", "+972555000001", "+12025550101", "+55119"] {
            assert!(E164::parse(landline).is_err() || one(landline) == landline, "{landline}");
        }
    }
}
