//! The country of a business: how the numbers its callers are shown with are to be read.

use serde::{Deserialize, Serialize};

/// A country whose numbers can be read in their national form. Written as its ISO 3166 code: `IL`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(&'static Plan);

/// A country's numbering, after [ITU-T E.164](https://www.itu.int/rec/T-REC-E.164) and the
/// [national plans](https://www.itu.int/oth/T0202.aspx) that the ITU collects.
#[derive(PartialEq, Eq)]
struct Plan {
    iso: &'static str,
    calling_code: &'static str,
    /// What is dialled before a national number at home; empty where nothing is.
    trunk: &'static str,
    /// How many digits a number has behind the calling code.
    fewest: usize,
    most: usize,
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

const fn plan(iso: &'static str, calling_code: &'static str, trunk: &'static str, fewest: usize, most: usize) -> Plan {
    Plan { iso, calling_code, trunk, fewest, most }
}

/// Lengths are of any number of the country, so that both `02-…` and `054-…` are read.
static PLANS: [Plan; 79] = [
    plan("IL", "972", "0", 8, 9),
    plan("PS", "970", "0", 8, 9),
    plan("US", "1", "1", 10, 10),
    plan("CA", "1", "1", 10, 10),
    plan("GB", "44", "0", 9, 10),
    plan("IE", "353", "0", 7, 9),
    plan("DE", "49", "0", 6, 11),
    plan("FR", "33", "0", 9, 9),
    plan("IT", "39", "", 6, 11),
    plan("ES", "34", "", 9, 9),
    plan("PT", "351", "", 9, 9),
    plan("NL", "31", "0", 9, 9),
    plan("BE", "32", "0", 8, 9),
    plan("LU", "352", "", 6, 11),
    plan("CH", "41", "0", 9, 9),
    plan("AT", "43", "0", 7, 13),
    plan("DK", "45", "", 8, 8),
    plan("NO", "47", "", 8, 8),
    plan("SE", "46", "0", 7, 9),
    plan("FI", "358", "0", 6, 11),
    plan("PL", "48", "", 9, 9),
    plan("CZ", "420", "", 9, 9),
    plan("SK", "421", "0", 9, 9),
    plan("HU", "36", "06", 8, 9),
    plan("RO", "40", "0", 9, 9),
    plan("BG", "359", "0", 7, 9),
    plan("GR", "30", "", 10, 10),
    plan("CY", "357", "", 8, 8),
    plan("MT", "356", "", 8, 8),
    plan("TR", "90", "0", 10, 10),
    plan("UA", "380", "0", 9, 9),
    plan("RU", "7", "8", 10, 10),
    plan("KZ", "7", "8", 10, 10),
    plan("GE", "995", "0", 9, 9),
    plan("AM", "374", "0", 8, 8),
    plan("AZ", "994", "0", 9, 9),
    plan("EG", "20", "0", 8, 10),
    plan("JO", "962", "0", 8, 9),
    plan("LB", "961", "0", 7, 8),
    plan("SA", "966", "0", 8, 9),
    plan("AE", "971", "0", 8, 9),
    plan("QA", "974", "", 8, 8),
    plan("KW", "965", "", 8, 8),
    plan("BH", "973", "", 8, 8),
    plan("OM", "968", "", 8, 8),
    plan("MA", "212", "0", 9, 9),
    plan("TN", "216", "", 8, 8),
    plan("DZ", "213", "0", 8, 9),
    plan("ZA", "27", "0", 9, 9),
    plan("NG", "234", "0", 8, 10),
    plan("KE", "254", "0", 8, 9),
    plan("GH", "233", "0", 9, 9),
    plan("ET", "251", "0", 9, 9),
    plan("IN", "91", "0", 10, 10),
    plan("PK", "92", "0", 9, 10),
    plan("BD", "880", "0", 8, 10),
    plan("LK", "94", "0", 9, 9),
    plan("TH", "66", "0", 8, 9),
    plan("VN", "84", "0", 9, 10),
    plan("MY", "60", "0", 8, 10),
    plan("SG", "65", "", 8, 8),
    plan("ID", "62", "0", 8, 12),
    plan("PH", "63", "0", 8, 10),
    plan("HK", "852", "", 8, 8),
    plan("TW", "886", "0", 8, 10),
    plan("JP", "81", "0", 9, 10),
    plan("KR", "82", "0", 8, 10),
    plan("CN", "86", "0", 10, 11),
    plan("AU", "61", "0", 9, 9),
    plan("NZ", "64", "0", 8, 10),
    plan("BR", "55", "0", 10, 11),
    plan("MX", "52", "", 10, 10),
    plan("AR", "54", "0", 10, 11),
    plan("CL", "56", "", 9, 9),
    plan("CO", "57", "", 10, 10),
    plan("PE", "51", "0", 8, 9),
    plan("UY", "598", "0", 8, 8),
    plan("EC", "593", "0", 8, 9),
    plan("CR", "506", "", 8, 8),
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
    fn the_longest_calling_code_names_the_country_and_of_one_code_the_first() {
        let of = |digits: &str| Country::of_digits(digits).map(String::from);
        assert_eq!(of("972555000001").as_deref(), Some("IL"));
        assert_eq!(of("12025550100").as_deref(), Some("US"));
        assert_eq!(of("380441234567").as_deref(), Some("UA"));
        assert_eq!(of("0"), None);
    }
}
