//! Writes chats as the apps do.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use zikaron_import::chat::{DateOrder, Line, What, Who};
use zikaron_memory::content::Content;

/// The form of a phone: language, clock, app.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phone {
    pub(crate) iphone: bool,
    pub(crate) order: DateOrder,
    pub(crate) separator: &'static str,
    pub(crate) long_year: bool,
    pub(crate) padded: bool,
    /// The words for the halves of the day; none: 24 hours.
    pub(crate) halves: Option<(&'static str, &'static str)>,
    /// What stands before them.
    pub(crate) gap: &'static str,
    pub(crate) marks: bool,
    pub(crate) line_end: &'static str,
    pub(crate) hebrew: bool,
}

impl Phone {
    pub(crate) const ANDROID: Self = Self {
        iphone: false,
        order: DateOrder::DayFirst,
        separator: ".",
        long_year: true,
        padded: false,
        halves: None,
        gap: " ",
        marks: false,
        line_end: "\n",
        hebrew: true,
    };
    pub(crate) const IPHONE: Self =
        Self { iphone: true, separator: "/", marks: true, line_end: "\r\n", ..Self::ANDROID };

    /// The resolution of its clock, in seconds.
    pub(crate) fn step(&self) -> i64 {
        if self.iphone { 1 } else { 60 }
    }

    fn stamp(&self, at: DateTime) -> String {
        let pad = |n: i16| if self.padded { format!("{n:02}") } else { n.to_string() };
        let year = if self.long_year { at.year().to_string() } else { format!("{:02}", at.year() % 100) };
        let (day, month) = (pad(at.day().into()), pad(at.month().into()));
        let numbers = match self.order {
            DateOrder::DayFirst => [day, month, year],
            DateOrder::MonthFirst => [month, day, year],
            DateOrder::YearFirst => [year, month, day],
        };
        let date = numbers.join(self.separator);
        let hour = i16::from(at.hour());
        let seconds = if self.iphone { format!(":{:02}", at.second()) } else { String::new() };
        let time = match self.halves {
            None => format!("{hour:02}:{:02}{seconds}", at.minute()),
            Some((morning, afternoon)) => {
                let half = if hour < 12 { morning } else { afternoon };
                let of_twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
                format!("{of_twelve}:{:02}{seconds}{}{half}", at.minute(), self.gap)
            }
        };
        format!("{date}, {time}")
    }

    fn body(&self, what: &What) -> String {
        let words = |english: &str, hebrew: &str| if self.hebrew { hebrew } else { english }.to_owned();
        match what {
            What::MissedCall if self.iphone => {
                format!("\u{200E}{}", words("Missed voice call", "שיחה קולית שלא נענתה"))
            }
            What::MissedCall => words("Missed voice call", "שיחה קולית שלא נענתה"),
            What::Said { text, content: None } => text.clone(),
            What::Said { content: Some(Content::Unsupported), .. } => words("<Media omitted>", "<המדיה הושמטה>"),
            What::Said { text, content: Some(Content::Image) } if self.iphone => {
                let attached = words("attached", "מצורף");
                let space = if text.is_empty() { "" } else { " " };
                format!("\u{200E}{text}{space}\u{200E}<{attached}: 00000012-PHOTO-2026-01-02-03-04-05.jpg>")
            }
            What::Said { text, content: Some(Content::Image) } => {
                let attached = words("file attached", "קובץ מצורף");
                format!("\u{200E}IMG-20260102-WA0001.jpg ({attached})\n{text}").trim_end().to_owned()
            }
            other => panic!("not written by this phone: {other:?}"),
        }
    }

    /// One line of the file, as long as it may be.
    pub(crate) fn line(&self, at: Timestamp, zone: &TimeZone, sender: Option<&str>, body: &str) -> String {
        let stamp = self.stamp(at.to_zoned(zone.clone()).datetime());
        let mark = if self.marks && sender.is_none() { "\u{200E}" } else { "" };
        let sender = sender.map(|sender| format!("{sender}: ")).unwrap_or_default();
        let head = if self.iphone { format!("{mark}[{stamp}] {sender}") } else { format!("{stamp} - {sender}") };
        format!("{head}{body}{}", self.line_end)
    }

    /// A whole file, with the notice every chat begins with.
    pub(crate) fn write(&self, lines: &[Line], zone: &TimeZone, customer: &str, business: &str) -> String {
        let Some(first) = lines.first() else { return String::new() };
        let notice = if self.hebrew {
            "ההודעות והשיחות מוצפנות מקצה לקצה. אף אחד מחוץ לצ'אט הזה, גם לא WhatsApp, לא יכול לקרוא אותן או להאזין להן."
        } else {
            "Messages and calls are end-to-end encrypted. No one outside of this chat can read or listen to them."
        };
        let told = if self.iphone { Some(customer) } else { None };
        let notice = if self.iphone { format!("\u{200E}{notice}") } else { notice.to_owned() };
        let mut text = self.line(first.at, zone, told, &notice);
        for line in lines {
            let sender = match line.who {
                Who::Customer => customer,
                Who::Business => business,
            };
            // Android names nobody.
            let sender = (self.iphone || line.what != What::MissedCall).then_some(sender);
            text += &self.line(line.at, zone, sender, &self.body(&line.what));
        }
        text
    }
}

/// What somebody wrote.
pub(crate) fn words(text: &str) -> What {
    What::Said { text: text.to_owned(), content: None }
}
