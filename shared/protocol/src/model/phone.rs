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
    let (local, context) = local_part(shown);
    let country = context.or(country);
    let written = bare(&unescaped(local))?;
    if WITHHELD.contains(&written.trim_start_matches('+')) {
        return None;
    }
    let international = match written.strip_prefix('+') {
        Some(digits) => digits.to_owned(),
        None => match abroad(&written, country) {
            Some(rest) => rest?.to_owned(),
            // Who says in which country it is meant means none of another.
            None => national(&written, country?)
                .filter(|read| context.is_none_or(|named| read.starts_with(named.calling_code())))?,
        },
    };
    let digits = written_as_mobile(without_trunk(international));
    // The one plan of which every number is equally long.
    let is_too_long = digits.strip_prefix('1').is_some_and(|rest| rest.len() != 10);
    (!is_too_long && !digits.starts_with('0')).then(|| E164::parse(format!("+{digits}")).ok()).flatten()
}

/// The one spelling of a number under which a customer is looked up, whatever a channel writes. Brazil's mobile numbers
/// got a leading 9, and WhatsApp knows many without it; Mexico's lost the 1 behind the 52 that WhatsApp keeps; Argentina's
/// have a 9 behind the 54 that WhatsApp writes, and that nobody dials at home. No landline and mobile have one number: the
/// [plan](https://www.enacom.gob.ar/plan-numeracion) gives each ten digits once.
#[must_use]
pub fn canonical(number: &E164) -> String {
    let written = number.expose();
    if let Some(local) = written.strip_prefix("+521").filter(|local| local.len() == 10) {
        return format!("+52{local}");
    }
    if let Some(local) = written.strip_prefix("+549").filter(|local| local.len() == 10) {
        return format!("+54{local}");
    }
    match written.strip_prefix("+55").and_then(|rest| rest.split_at_checked(2)) {
        // Landlines begin with 2 to 5.
        Some((area, local)) if local.len() == 8 && local.starts_with(['6', '7', '8', '9']) => {
            format!("+55{area}9{local}")
        }
        _ => written.to_owned(),
    }
}

/// The number in what a switchboard hands on: `"Name" <sip:…>` ([RFC 3261](https://www.rfc-editor.org/rfc/rfc3261#section-20.10)),
/// a URI with its parameters, and an extension behind it. A `phone-context` ([RFC
/// 3966](https://www.rfc-editor.org/rfc/rfc3966#section-5.1.5)) says in which country a local number is meant.
fn local_part(shown: &str) -> (&str, Option<Country>) {
    let address = shown.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(shown, |(inner, _)| inner);
    let address = address.trim();
    let schemes = ["sip:", "sips:", "tel:", "whatsapp:", "sip_"];
    let address = schemes.iter().find_map(|scheme| strip(address, scheme)).unwrap_or(address);
    let context = address.split(';').skip(1).find_map(|parameter| strip(parameter.trim(), "phone-context=+"));
    let number = address.split(['@', ';', ',', '#']).next().unwrap_or_default();
    (without_extension(number), context.and_then(Country::of_digits))
}

/// `%2B972…`: a URI may write any of its characters [as a number](https://www.rfc-editor.org/rfc/rfc3986#section-2.1).
fn unescaped(number: &str) -> String {
    let mut parts = number.split('%');
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(u8::is_ascii);
        match code {
            Some(code) => written.extend([char::from(code).to_string().as_str(), &part[2..]]),
            None => written.extend(["%", part]),
        }
    }
    written
}

/// `055-500-0001 ext. 3`, `… x3`, `… שלוחה 3`: the words of an extension stand behind a number, never before one.
fn without_extension(number: &str) -> &str {
    let Some(at) = number.find(char::is_alphabetic) else { return number };
    let (before, word) = number.split_at(at);
    let is_extension =
        ["ext", "x", "שלוחה"].iter().any(|name| strip(word, name).is_some_and(|rest| !has_letter(rest, name)));
    let has_number = before.chars().filter(char::is_ascii_digit).count() >= 6;
    if is_extension && has_number { before } else { number }
}

/// Whether a word that begins like the name of an extension goes on as another one.
fn has_letter(rest: &str, name: &str) -> bool {
    let rest = if name == "ext" { strip(rest, "ension").unwrap_or(rest) } else { rest };
    rest.chars().any(char::is_alphabetic)
}

/// Digits, and `+` if one stands before them; none for words, and for anything that holds a letter.
fn bare(shown: &str) -> Option<String> {
    // The 0 that is dialled at home, but for countries where it belongs to the number.
    let all: String = shown.chars().filter(char::is_ascii_digit).collect();
    let is_abroad = shown.contains('+') || all.starts_with("00");
    let all = all.trim_start_matches('0');
    let keeps = is_abroad && Country::of_digits(all).is_some_and(|country| country.trunk() != "0");
    let shown = if keeps { shown.to_owned() } else { shown.replace("(0)", "") };
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

/// What follows the prefix of an international call; none where there is no such prefix, and nothing inside where there is
/// one and it cannot be told what follows.
fn abroad(digits: &str, country: Option<Country>) -> Option<Option<&str>> {
    // Some name a carrier as well, and are mistaken for 00 with what follows; 00 is written there too.
    let prefixes: &[&str] = match country.map(Country::calling_code) {
        Some("1") => &["011"],
        Some("7") => &["810"],
        Some("55") => &["0014", "0015", "0021", "0023", "0025", "0031", "0041", "00"],
        Some("57") => &["005", "007", "009", "00"],
        Some("61") => &["0011"],
        Some("62") => &["001", "007", "008", "00"],
        Some("65") => &["001", "002", "008", "00"],
        Some("66") => &["001", "004", "005", "006", "007", "008", "009", "00"],
        Some("81") => &["010"],
        Some("82") => &["001", "002", "005", "00"],
        Some("234") => &["009", "00"],
        Some("254") => &["000", "00"],
        Some("852") => &["001", "00"],
        Some("886") => &["002", "00"],
        _ => &["00"],
    };
    let mut found = prefixes.iter().filter_map(|prefix| digits.strip_prefix(prefix)).peekable();
    found.peek()?;
    if let [_] = prefixes {
        return Some(found.next());
    }
    let mut numbers = found.filter(|rest| is_international(rest));
    Some(numbers.next().filter(|_| numbers.next().is_none()))
}

/// A number without any sign of being international: as it is dialled at home, or written without its `+`. None where it
/// may be one of this country or of another.
fn national(digits: &str, country: Country) -> Option<String> {
    let (code, trunk) = (country.calling_code(), country.trunk());
    let fits = |rest: &&str| may_be(country, rest);
    let dialled = (!trunk.is_empty()).then(|| digits.strip_prefix(trunk)).flatten();
    let is_dialled = |rest: &&str| !rest.starts_with('0') && (fits(rest) || is_dialled_mobile(code, rest));
    if let Some(rest) = dialled.filter(is_dialled) {
        return Some(format!("{code}{rest}"));
    }
    let behind_code = digits.strip_prefix(code);
    let behind_trunk = || behind_code?.strip_prefix(trunk).filter(fits);
    if trunk.is_empty() && country.allows(digits.len()) && behind_code.is_some_and(|rest| fits(&rest)) {
        // In Italy mobiles have ten digits and begin with 3, landlines with 0.
        let is_landline = behind_code.is_some_and(|rest| rest.starts_with('0'));
        let is_mobile = code == "39" && digits.len() == 10 && digits.starts_with('3');
        return match (is_landline, is_mobile) {
            (true, false) => Some(digits.to_owned()),
            (false, true) => Some(format!("{code}{digits}")),
            _ => None,
        };
    }
    if code == "52" && is_old_mobile(digits) {
        return Some(digits.to_owned());
    }
    if let Some(rest) = behind_code.filter(fits).or_else(behind_trunk) {
        return Some(format!("{code}{rest}"));
    }
    // With or without what is dialled before a number, as it is written there.
    let is_complete = trunk.is_empty() || code == "1";
    // Where something is dialled before a number, no number begins with 0.
    let is_whole = may_be(country, digits) && (trunk.is_empty() || !digits.starts_with('0'));
    let is_foreign = is_international(digits) && (digits.len() > 10 || !is_complete);
    // A spreadsheet drops the 0, a switchboard the `+`: what begins with the own code may be either.
    match (is_whole && (is_complete || behind_code.is_none()), is_foreign) {
        (true, false) => Some(format!("{code}{digits}")),
        (false, true) if !is_whole => Some(digits.to_owned()),
        _ => None,
    }
}

/// Whether these may be the digits of a number in its international form.
fn is_international(digits: &str) -> bool {
    let of = |country: Country| digits.strip_prefix(country.calling_code()).map(|rest| (country, rest));
    is_old_mobile(digits)
        || Country::of_digits(digits).and_then(of).is_some_and(|(country, rest)| may_be(country, rest))
}

/// Whether the digits behind a country's code may be a number of it: by their length, and where one code serves many by
/// their first digits.
fn may_be(country: Country, local: &str) -> bool {
    let begins = |at: usize, digits: &[u8]| local.as_bytes().get(at).is_some_and(|digit| digits.contains(digit));
    let is_area = match country.calling_code() {
        // Neither area nor exchange begins with 0 or 1.
        "1" => begins(0, b"23456789") && begins(3, b"23456789"),
        "7" => begins(0, b"346789"),
        _ => true,
    };
    country.allows(local.len()) && is_area
}

/// A mobile of Mexico with the 1 that WhatsApp keeps behind the country's code.
fn is_old_mobile(digits: &str) -> bool {
    digits.strip_prefix("521").is_some_and(|local| local.len() == 10)
}

/// `+972 054-…`: some write the 0 that is dialled at home behind the country's code.
fn without_trunk(digits: String) -> String {
    let rest = Country::of_digits(&digits).filter(|country| !country.trunk().is_empty()).and_then(|country| {
        let whole = digits.strip_prefix(country.calling_code())?;
        let rest = whole.strip_prefix(country.trunk())?;
        // No number begins with the 0 that is dialled before it; the other trunks may be part of one.
        let is_one_more = country.allows(rest.len()) && !country.allows(whole.len());
        (is_one_more || country.trunk() == "0").then(|| format!("{}{rest}", country.calling_code()))
    });
    rest.unwrap_or(digits)
}

/// Whether these are an Argentine area, the 15 that is dialled before a mobile at home, and its number.
fn is_dialled_mobile(code: &str, rest: &str) -> bool {
    code == "54" && area_before_15(rest).is_some()
}

/// The length of the area before the 15: 2 for Buenos Aires, else 3 or 4; none where both may be meant.
fn area_before_15(rest: &str) -> Option<usize> {
    let lengths: &[usize] = if rest.starts_with("11") { &[2] } else { &[3, 4] };
    let mut found = lengths.iter().filter(|at| rest.len() == 12 && rest.get(**at..**at + 2) == Some("15"));
    found.next().filter(|_| found.next().is_none()).copied()
}

/// Argentina: `54 11 15 …` is `54 9 11 …`, the form in which a mobile is called from abroad.
fn written_as_mobile(digits: String) -> String {
    let mobile = digits.strip_prefix("54").and_then(|rest| {
        let (area, local) = rest.split_at_checked(area_before_15(rest)?)?;
        Some(format!("549{area}{}", local.strip_prefix("15")?))
    });
    mobile.unwrap_or(digits)
}
