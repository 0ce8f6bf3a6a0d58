//! Phone numbers: from what providers show to E.164, and one spelling where a number has two.

mod code;
mod written;

use super::ids::E164;
use code::Code;
use written::bare;
pub(crate) use written::{local_part, unescaped};
use zikaron_memory::country::Country;

/// Numbers that stand for none: networks that can show digits only spell "anonymous", "restricted", "blocked",
/// "unknown" and "unavailable" on the keypad.
const WITHHELD: [&str; 5] = ["266696687", "7378742833", "2562533", "8656696", "86282452253"];

/// The fewest digits of a number with its calling code and no `+`, by which it is known as one of another country; what is
/// shorter may be a number without its area.
const FEWEST_ABROAD: usize = 9;

/// The number a provider shows, in E.164; `country` is the business's, for numbers in their national form. None where
/// the number is withheld, or where the digits alone do not say whose they are: a guess would join strangers.
#[must_use]
pub fn e164(shown: &str, country: Option<Country>) -> Option<E164> {
    let (local, context) = local_part(shown);
    let meant = context.map(|context| (Country::of_digits(context), context));
    let country = meant.map_or(country, |(named, _)| named);
    let written = bare(&unescaped(local))?;
    if WITHHELD.contains(&written.trim_start_matches('+')) {
        return None;
    }
    let international = match written.strip_prefix('+') {
        Some(digits) => digits.to_owned(),
        None => match (abroad(&written, country), meant) {
            (Some(rest), _) => rest?.to_owned(),
            (None, Some((None, code))) => elsewhere(&written, code)?,
            // Who says in which country it is meant means none of another.
            (None, _) => national(&written, country?).filter(|read| {
                meant.is_none() || country.is_some_and(|named| read.starts_with(named.calling_code()))
            })?,
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
    if found.peek().is_none() {
        // Nothing is dialled so there, but people write it of numbers elsewhere.
        return digits.strip_prefix("00").filter(|rest| is_international(rest)).map(Some);
    }
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
    written_either_way(digits, country)
}

/// Digits that may be a number of this country without what is dialled before it there, as a spreadsheet leaves it, or one
/// of another country without its `+`, as a switchboard does.
fn written_either_way(digits: &str, country: Country) -> Option<String> {
    let (code, trunk) = (country.calling_code(), country.trunk());
    let has_code = digits.starts_with(code);
    // With or without what is dialled before a number, as it is written there.
    let is_complete = trunk.is_empty() || code == "1";
    // Where something is dialled before a number, no number begins with 0.
    let is_whole =
        may_be(country, digits) && (trunk.is_empty() || !digits.starts_with('0')) || is_dialled_mobile(code, digits);
    let is_long = digits.len() > 10;
    let is_surely_own = || {
        let is_own = is_dialled_mobile(code, digits) || is_likely(&format!("{code}{digits}"));
        is_own && (is_complete && !is_long || !is_likely(digits))
    };
    match (is_whole && (is_complete || !has_code), is_international(digits)) {
        (true, is_foreign) => (!is_foreign || is_surely_own()).then(|| format!("{code}{digits}")),
        (false, true) if !is_whole && (is_long || !is_complete) && digits.len() >= FEWEST_ABROAD => {
            Some(digits.to_owned())
        }
        _ => None,
    }
}

/// A number as it is dialled in a country no business is in; `context` is its calling code.
fn elsewhere(digits: &str, context: &str) -> Option<String> {
    let code = Code::of_digits(context)?;
    let local = code.without_trunk(digits);
    code.has_length(local.len()).then(|| format!("{}{local}", code.code))
}

/// Whether these may be the digits of a number in its international form.
fn is_international(digits: &str) -> bool {
    let Some(code) = Code::of_digits(digits) else { return false };
    let local = &digits[code.code.len()..];
    is_old_mobile(digits)
        || Country::of_digits(digits).map_or_else(|| code.has_length(local.len()), |country| may_be(country, local))
}

/// Whether they also begin as the numbers there do.
fn is_likely(digits: &str) -> bool {
    let code = Code::of_digits(digits);
    let is_likely = code.is_some_and(|code| code.is_likely(&digits[code.code.len()..]));
    is_old_mobile(digits) || is_likely && is_international(digits)
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
    if Country::of_digits(&digits).is_none()
        && let Some(code) = Code::of_digits(&digits)
    {
        return format!("{}{}", code.code, code.without_trunk(&digits[code.code.len()..]));
    }
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
