//! The Jewish feasts on which no work is done, as they are kept in Israel: the days of
//! [the calendar](https://en.wikipedia.org/wiki/Hebrew_calendar), which is counted by a library.

use calendrical_calculations::hebrew_keviyah::YearInfo;
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// The years of the Hebrew calendar before the one that begins in the autumn of year 0.
const HEBREW_YEARS: i32 = 3761;
/// The feasts by their days from the first of Tishri on which that year ends: the first and the seventh day of Pesach,
/// Shavuot; both days of Rosh Hashana, Yom Kippur, the first day of Sukkot, Shmini Atzeret.
const FEASTS: [i32; 8] = [-163, -157, -113, 0, 1, 9, 14, 21];

/// Whether it is one of them.
pub(super) fn is_feast(day: Date) -> bool {
    let new_year = YearInfo::compute_for(i32::from(day.year()) + HEBREW_YEARS).new_year().to_i64_date();
    // The first day of such a count is the first of January of the year 1.
    let Ok(new_year) = date(1, 1, 1).checked_add((new_year - 1).days()) else { return false };
    new_year.until(day).is_ok_and(|from| FEASTS.contains(&from.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_feasts_are_those_of_the_calendar_as_printed() {
        let days = |year: i16| {
            let all = date(year, 1, 1).series(1.day()).take_while(move |day| day.year() == year);
            all.filter(|day| is_feast(*day)).map(|day| day.strftime("%d.%m").to_string()).collect::<Vec<_>>().join(" ")
        };
        let years: Vec<String> = (2026..2036).map(|year| format!("{year}: {}", days(year))).collect();
        insta::assert_snapshot!(years.join("\n"), @r"
        2026: 02.04 08.04 22.05 12.09 13.09 21.09 26.09 03.10
        2027: 22.04 28.04 11.06 02.10 03.10 11.10 16.10 23.10
        2028: 11.04 17.04 31.05 21.09 22.09 30.09 05.10 12.10
        2029: 31.03 06.04 20.05 10.09 11.09 19.09 24.09 01.10
        2030: 18.04 24.04 07.06 28.09 29.09 07.10 12.10 19.10
        2031: 08.04 14.04 28.05 18.09 19.09 27.09 02.10 09.10
        2032: 27.03 02.04 16.05 06.09 07.09 15.09 20.09 27.09
        2033: 14.04 20.04 03.06 24.09 25.09 03.10 08.10 15.10
        2034: 04.04 10.04 24.05 14.09 15.09 23.09 28.09 05.10
        2035: 24.04 30.04 13.06 04.10 05.10 13.10 18.10 25.10
        ");
    }
}
