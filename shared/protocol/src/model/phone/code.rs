//! The calling codes of the whole world, after [ITU-T E.164](https://www.itu.int/rec/T-REC-E.164) and the [national
//! plans](https://www.itu.int/oth/T0202.aspx) that the ITU collects: a customer may come from anywhere, also from where
//! no business of ours is.

/// A line is a code, what is dialled before a number at home, each digit by itself, and for each length the digits that
/// numbers begin with: `355`, `0`, `8/245689 9/6`. No code begins with another one.
const CODES: &str = include_str!("codes.tsv");

/// A calling code and how its numbers are built.
#[derive(Clone, Copy)]
pub(super) struct Code {
    /// The code behind the `+`.
    pub(super) code: &'static str,
    /// What is dialled before a number at home: each of these digits alone; empty where nothing is.
    pub(super) trunk: &'static str,
    numbers: &'static str,
}

impl Code {
    /// The code that digits in their international form begin with.
    pub(super) fn of_digits(digits: &str) -> Option<Self> {
        CODES.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
            let mut columns = line.split('\t');
            let code = columns.next().filter(|code| digits.starts_with(code))?;
            Some(Self { code, trunk: columns.next()?, numbers: columns.next()? })
        })
    }

    /// Whether a number may have so many digits behind the code.
    pub(super) fn has_length(self, digits: usize) -> bool {
        self.beginnings(digits).is_some()
    }

    /// Whether a number may be so long and begin so.
    pub(super) fn is_likely(self, local: &str) -> bool {
        self.beginnings(local.len()).is_some_and(|digits| local.starts_with(|first| digits.contains(first)))
    }

    /// The number as it is called from abroad, where what is dialled before it at home was written behind the code.
    pub(super) fn without_trunk(self, local: &str) -> &str {
        // Hardly a number begins with the 0 that is dialled before others; the other trunks may be part of one.
        let is_whole = |rest: &str| self.has_length(rest.len()) && (!rest.starts_with('0') || self.is_likely(rest));
        let mut rest = local;
        while !is_whole(rest) {
            match rest.strip_prefix(|digit| self.trunk.contains(digit)) {
                Some(shorter) => rest = shorter,
                None if self.trunk.contains('0') => return local.trim_start_matches('0'),
                None => return local,
            }
        }
        rest
    }

    fn beginnings(self, length: usize) -> Option<&'static str> {
        let by_length = self.numbers.split(' ').filter_map(|numbers| numbers.split_once('/'));
        by_length.filter(|(of, _)| of.parse() == Ok(length)).map(|(_, digits)| digits).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_whole_and_no_code_begins_with_another() {
        let codes: Vec<&str> = CODES.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(codes.len() > 200, "{}", codes.len());
        for line in codes {
            let columns: Vec<&str> = line.split('\t').collect();
            let [code, trunk, numbers] = columns[..] else { panic!("{line}") };
            let found = Code::of_digits(code).unwrap();
            assert_eq!((found.code, found.trunk), (code, trunk));
            for (length, digits) in numbers.split(' ').map(|numbers| numbers.split_once('/').unwrap()) {
                assert!(found.has_length(length.parse().unwrap()) && !digits.is_empty(), "{line}");
            }
        }
    }

    #[test]
    fn what_is_dialled_at_home_does_not_belong_to_the_number() {
        let behind = |digits: &'static str| {
            let code = Code::of_digits(digits).unwrap();
            code.without_trunk(digits.strip_prefix(code.code).unwrap())
        };
        assert_eq!(behind("3850912345678"), "912345678");
        assert_eq!(behind("370861234567"), "61234567");
        assert_eq!(behind("37580291234567"), "291234567");
        assert_eq!(behind("2250123456789"), "0123456789");
        assert_eq!(behind("35480012345"), "80012345");
        // Gabon's landlines begin with 0, its mobiles are dialled with one.
        assert_eq!((behind("24101441234"), behind("241011441234")), ("01441234", "11441234"));
    }
}
