//! The country of a business: how the numbers its callers are shown with are to be read, and what time it is there.

use serde::{Deserialize, Serialize};

/// A country whose numbers can be read in their national form. Written as its ISO 3166 code: `IL`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(&'static Plan);

/// A country's numbering, after [ITU-T E.164](https://www.itu.int/rec/T-REC-E.164) and the
/// [national plans](https://www.itu.int/oth/T0202.aspx) that the ITU collects.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    iso: &'static str,
    calling_code: &'static str,
    /// What is dialled before a national number at home; empty where nothing is.
    trunk: &'static str,
    /// How many digits a number has behind the calling code.
    fewest: usize,
    most: usize,
    /// Its time zone in the [IANA list](https://www.iana.org/time-zones): of several, that of its largest city.
    zone: &'static str,
}

/// There is no such country in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a country whose numbers are known")]
pub struct UnknownCountry;

impl Country {
    /// The country of an ISO 3166 code, in either case.
    ///
    /// # Errors
    /// [`UnknownCountry`].
    pub fn parse(iso: &str) -> Result<Self, UnknownCountry> {
        PLANS.iter().find(|plan| plan.iso.eq_ignore_ascii_case(iso.trim())).map(Self).ok_or(UnknownCountry)
    }

    /// The country whose calling code these digits begin with: of one code, the first in the table.
    #[must_use]
    pub fn of_digits(digits: &str) -> Option<Self> {
        PLANS.iter().filter(|plan| digits.starts_with(plan.calling_code)).max_by_key(|plan| plan.rank()).map(Self)
    }

    /// The code behind the `+`.
    #[must_use]
    pub fn calling_code(self) -> &'static str {
        self.0.calling_code
    }

    /// What stands before a national number at home: mostly `0`, and nothing in some countries.
    #[must_use]
    pub fn trunk(self) -> &'static str {
        self.0.trunk
    }

    /// The name of its time zone; of a country with several, that of its largest city: a business elsewhere sets its own.
    #[must_use]
    pub fn zone(self) -> &'static str {
        self.0.zone
    }

    /// Whether a number may have so many digits behind the calling code.
    #[must_use]
    pub fn allows(self, digits: usize) -> bool {
        (self.0.fewest..=self.0.most).contains(&digits)
    }
}

impl Plan {
    /// The longest code fits best; of one code, the first of the table.
    fn rank(&self) -> (usize, std::cmp::Reverse<usize>) {
        let place = PLANS.iter().position(|plan| plan == self).unwrap_or(PLANS.len());
        (self.calling_code.len(), std::cmp::Reverse(place))
    }
}

impl TryFrom<String> for Country {
    type Error = UnknownCountry;

    fn try_from(iso: String) -> Result<Self, UnknownCountry> {
        Self::parse(&iso)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.0.iso.to_owned()
    }
}

impl std::fmt::Debug for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.iso)
    }
}

const fn plan(
    iso: &'static str,
    calling_code: &'static str,
    trunk: &'static str,
    fewest: usize,
    most: usize,
    zone: &'static str,
) -> Plan {
    Plan { iso, calling_code, trunk, fewest, most, zone }
}

/// Lengths are of any number of the country, so that both `02-…` and `054-…` are read.
static PLANS: [Plan; 79] = [
    plan("IL", "972", "0", 8, 9, "Asia/Jerusalem"),
    plan("PS", "970", "0", 8, 9, "Asia/Hebron"),
    plan("US", "1", "1", 10, 10, "America/New_York"),
    plan("CA", "1", "1", 10, 10, "America/Toronto"),
    plan("GB", "44", "0", 9, 10, "Europe/London"),
    plan("IE", "353", "0", 7, 9, "Europe/Dublin"),
    plan("DE", "49", "0", 6, 11, "Europe/Berlin"),
    plan("FR", "33", "0", 9, 9, "Europe/Paris"),
    plan("IT", "39", "", 6, 11, "Europe/Rome"),
    plan("ES", "34", "", 9, 9, "Europe/Madrid"),
    plan("PT", "351", "", 9, 9, "Europe/Lisbon"),
    plan("NL", "31", "0", 9, 9, "Europe/Amsterdam"),
    plan("BE", "32", "0", 8, 9, "Europe/Brussels"),
    plan("LU", "352", "", 6, 11, "Europe/Luxembourg"),
    plan("CH", "41", "0", 9, 9, "Europe/Zurich"),
    plan("AT", "43", "0", 7, 13, "Europe/Vienna"),
    plan("DK", "45", "", 8, 8, "Europe/Copenhagen"),
    plan("NO", "47", "", 8, 8, "Europe/Oslo"),
    plan("SE", "46", "0", 7, 9, "Europe/Stockholm"),
    plan("FI", "358", "0", 6, 11, "Europe/Helsinki"),
    plan("PL", "48", "", 9, 9, "Europe/Warsaw"),
    plan("CZ", "420", "", 9, 9, "Europe/Prague"),
    plan("SK", "421", "0", 9, 9, "Europe/Bratislava"),
    plan("HU", "36", "06", 8, 9, "Europe/Budapest"),
    plan("RO", "40", "0", 9, 9, "Europe/Bucharest"),
    plan("BG", "359", "0", 7, 9, "Europe/Sofia"),
    plan("GR", "30", "", 10, 10, "Europe/Athens"),
    plan("CY", "357", "", 8, 8, "Asia/Nicosia"),
    plan("MT", "356", "", 8, 8, "Europe/Malta"),
    plan("TR", "90", "0", 10, 10, "Europe/Istanbul"),
    plan("UA", "380", "0", 9, 9, "Europe/Kyiv"),
    plan("RU", "7", "8", 10, 10, "Europe/Moscow"),
    plan("KZ", "7", "8", 10, 10, "Asia/Almaty"),
    plan("GE", "995", "0", 9, 9, "Asia/Tbilisi"),
    plan("AM", "374", "0", 8, 8, "Asia/Yerevan"),
    plan("AZ", "994", "0", 9, 9, "Asia/Baku"),
    plan("EG", "20", "0", 8, 10, "Africa/Cairo"),
    plan("JO", "962", "0", 8, 9, "Asia/Amman"),
    plan("LB", "961", "0", 7, 8, "Asia/Beirut"),
    plan("SA", "966", "0", 8, 9, "Asia/Riyadh"),
    plan("AE", "971", "0", 8, 9, "Asia/Dubai"),
    plan("QA", "974", "", 8, 8, "Asia/Qatar"),
    plan("KW", "965", "", 8, 8, "Asia/Kuwait"),
    plan("BH", "973", "", 8, 8, "Asia/Bahrain"),
    plan("OM", "968", "", 8, 8, "Asia/Muscat"),
    plan("MA", "212", "0", 9, 9, "Africa/Casablanca"),
    plan("TN", "216", "", 8, 8, "Africa/Tunis"),
    plan("DZ", "213", "0", 8, 9, "Africa/Algiers"),
    plan("ZA", "27", "0", 9, 9, "Africa/Johannesburg"),
    plan("NG", "234", "0", 8, 10, "Africa/Lagos"),
    plan("KE", "254", "0", 8, 9, "Africa/Nairobi"),
    plan("GH", "233", "0", 9, 9, "Africa/Accra"),
    plan("ET", "251", "0", 9, 9, "Africa/Addis_Ababa"),
    plan("IN", "91", "0", 10, 10, "Asia/Kolkata"),
    plan("PK", "92", "0", 9, 10, "Asia/Karachi"),
    plan("BD", "880", "0", 8, 10, "Asia/Dhaka"),
    plan("LK", "94", "0", 9, 9, "Asia/Colombo"),
    plan("TH", "66", "0", 8, 9, "Asia/Bangkok"),
    plan("VN", "84", "0", 9, 10, "Asia/Ho_Chi_Minh"),
    plan("MY", "60", "0", 8, 10, "Asia/Kuala_Lumpur"),
    plan("SG", "65", "", 8, 8, "Asia/Singapore"),
    plan("ID", "62", "0", 8, 12, "Asia/Jakarta"),
    plan("PH", "63", "0", 8, 10, "Asia/Manila"),
    plan("HK", "852", "", 8, 8, "Asia/Hong_Kong"),
    plan("TW", "886", "0", 8, 10, "Asia/Taipei"),
    plan("JP", "81", "0", 9, 10, "Asia/Tokyo"),
    plan("KR", "82", "0", 8, 10, "Asia/Seoul"),
    plan("CN", "86", "0", 10, 11, "Asia/Shanghai"),
    plan("AU", "61", "0", 9, 9, "Australia/Sydney"),
    plan("NZ", "64", "0", 8, 10, "Pacific/Auckland"),
    plan("BR", "55", "0", 10, 11, "America/Sao_Paulo"),
    plan("MX", "52", "", 10, 10, "America/Mexico_City"),
    plan("AR", "54", "0", 10, 11, "America/Argentina/Buenos_Aires"),
    plan("CL", "56", "", 9, 9, "America/Santiago"),
    plan("CO", "57", "", 10, 10, "America/Bogota"),
    plan("PE", "51", "0", 8, 9, "America/Lima"),
    plan("UY", "598", "0", 8, 8, "America/Montevideo"),
    plan("EC", "593", "0", 8, 9, "America/Guayaquil"),
    plan("CR", "506", "", 8, 8, "America/Costa_Rica"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_its_code_in_either_case_and_written_as_one() {
        let country = Country::parse("il").unwrap();
        assert_eq!(country.calling_code(), "972");
        assert_eq!(serde_json::to_string(&country).unwrap(), "\"IL\"");
        assert!(serde_json::from_str::<Country>("\"Atlantis\"").is_err());
    }

    #[test]
    fn every_country_has_a_time_zone_that_is_known() {
        for plan in &PLANS {
            assert!(crate::zone::Zone::parse(plan.zone).is_ok_and(|zone| zone.name() == plan.zone), "{plan:?}");
        }
    }

    #[test]
    fn the_longest_calling_code_names_the_country_and_of_one_code_the_first() {
        let of = |digits: &str| Country::of_digits(digits).map(String::from);
        assert_eq!(of("972555000001").as_deref(), Some("IL"));
        assert_eq!(of("12025550100").as_deref(), Some("US"));
        assert_eq!(of("380441234567").as_deref(), Some("UA"));
        assert_eq!(of("0"), None);
    }
}
