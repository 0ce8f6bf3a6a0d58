//! In which order day, month and year stand. What the file itself does not decide is asked for, never guessed.

use super::scan::Number;
use jiff::civil::Date;

/// The order of a date's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// Day, month, year.
    DayFirst,
    /// Month, day, year.
    MonthFirst,
    /// Year, month, day.
    YearFirst,
}

impl DateOrder {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::DayFirst, Self::MonthFirst, Self::YearFirst];

    /// `dmy`, `mdy` or `ymd`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.as_str() == name)
    }

    /// The name [`Self::parse`] reads.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DayFirst => "dmy",
            Self::MonthFirst => "mdy",
            Self::YearFirst => "ymd",
        }
    }
}

/// Nobody wrote on WhatsApp before: [it is of 2009](https://www.whatsapp.com/about).
const FIRST_YEAR: i16 = 2009;

/// Why the order is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Undecided {
    /// These orders are all possible.
    Several(Vec<DateOrder>),
    /// None is: the number of the first date no order can read.
    None(usize),
}

/// The date that three numbers are in an order; none where they are none, or of a time without WhatsApp.
pub(super) fn date(numbers: [Number; 3], order: DateOrder, last: Date) -> Option<Date> {
    let [first, second, third] = numbers;
    let (year, month, day) = match order {
        DateOrder::DayFirst => (third, second, first),
        DateOrder::MonthFirst => (third, first, second),
        DateOrder::YearFirst => (first, second, third),
    };
    let whole = match year.digits {
        2 => 2000 + year.value,
        4 => year.value,
        _ => return None,
    };
    if month.digits > 2 || day.digits > 2 || whole < FIRST_YEAR {
        return None;
    }
    let date = Date::new(whole, i8::try_from(month.value).ok()?, i8::try_from(day.value).ok()?).ok()?;
    (date <= last).then_some(date)
}

/// The order of all dates of a file, none of which is later than `last`. `asked` is the order somebody asked for.
///
/// What decides: days above 12, years of four digits, years without WhatsApp, days to come, that no language with dots puts
/// the month first ([CLDR](https://cldr.unicode.org)), and at last that a chat does not go back in time by days.
pub(super) fn decide(
    dates: &[[Number; 3]],
    separator: char,
    asked: Option<DateOrder>,
    last: Date,
) -> Result<DateOrder, Undecided> {
    let all: Vec<DateOrder> = match asked {
        Some(asked) => vec![asked],
        None => {
            DateOrder::ALL.into_iter().filter(|order| separator != '.' || *order != DateOrder::MonthFirst).collect()
        }
    };
    let read = |order: DateOrder| dates.iter().map(|numbers| date(*numbers, order, last)).collect::<Option<Vec<_>>>();
    let possible: Vec<_> = all.iter().filter_map(|order| Some((*order, read(*order)?))).collect();
    let Some((first, reading)) = possible.first() else {
        let reach = |order: &DateOrder| dates.iter().position(|numbers| date(*numbers, *order, last).is_none());
        return Err(Undecided::None(all.iter().filter_map(reach).max().unwrap_or(0)));
    };
    if possible.iter().all(|(_, other)| other == reading) {
        return Ok(*first);
    }
    let straight: Vec<DateOrder> =
        possible.iter().filter(|(_, dates)| !goes_back(dates)).map(|(order, _)| *order).collect();
    match straight.as_slice() {
        [only] => Ok(*only),
        [] => Err(Undecided::Several(possible.iter().map(|(order, _)| *order).collect())),
        several => Err(Undecided::Several(several.to_vec())),
    }
}

/// Whether a date is more than a day before one that stands above it: what was sent without a net comes late, but not by
/// days.
fn goes_back(dates: &[Date]) -> bool {
    let mut latest = Date::MIN;
    dates.iter().any(|date| {
        latest = latest.max(*date);
        date.tomorrow().is_ok_and(|next| next < latest)
    })
}
