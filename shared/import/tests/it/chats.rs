//! What the apps write is read back as it was said.

use crate::writer::{Phone, words};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use zikaron_import::chat::{DateOrder, Line, Reading, Refused, What, Who, read};
use zikaron_memory::content::Content;

const TEXTS: [&str; 12] = [
    "שלום, קוראים לי דנה לוי",
    "two\nlines: and a colon",
    "",
    "\n",
    "Monday - 10:30: fine?",
    "31/12 at 8",
    "🙂 מחר ב-10",
    "<hello>",
    "null and void",
    "deleted: this message was deleted by mistake",
    "https://example.com/?a=1: look",
    "[draft] see you",
];

fn what() -> impl Strategy<Value = What> {
    let text = prop_oneof![prop::sample::select(TEXTS.to_vec()).prop_map(str::to_owned), "[א-ת a-z:.,!?\\-\n]{1,60}"];
    let text = text.prop_map(|text| text.trim().to_owned());
    let picture = text.clone().prop_map(|text| What::Said { text, content: Some(Content::Image) });
    prop_oneof![
        8 => text.prop_map(|text| What::Said { text, content: None }),
        1 => picture,
        1 => Just(What::MissedCall),
    ]
}

fn phone() -> impl Strategy<Value = Phone> {
    let order = prop::sample::select(DateOrder::ALL.to_vec());
    let halves = prop_oneof![
        Just(None),
        Just(Some(("AM", "PM"))),
        Just(Some(("am", "pm"))),
        Just(Some(("a.m.", "p.m."))),
        Just(Some(("a.\u{A0}m.", "p.\u{A0}m."))),
        Just(Some(("לפנה״צ", "אחה״צ"))),
        Just(Some(("ص", "م"))),
    ];
    let gap = prop::sample::select(vec![" ", "\u{202F}", "\u{A0}"]);
    (any::<[bool; 6]>(), order, halves, gap, 0..3_usize).prop_map(|(flags, order, halves, gap, separator)| {
        let [iphone, long_year, padded, marks, windows, hebrew] = flags;
        let separators = if order == DateOrder::MonthFirst { ["/", "-", "/"] } else { [".", "/", "-"] };
        let line_end = if windows { "\r\n" } else { "\n" };
        Phone {
            iphone,
            order,
            separator: separators[separator],
            long_year,
            padded,
            halves,
            gap,
            marks,
            line_end,
            hebrew,
        }
    })
}

fn chat() -> impl Strategy<Value = (Phone, Vec<Line>)> {
    let said = (0..5_000_i64, any::<bool>(), what());
    (phone(), 1_388_000_000_i64..1_790_000_000, prop::collection::vec(said, 1..40)).prop_map(|(phone, start, said)| {
        let step = phone.step();
        let (mut at, mut count, mut lines) = (start / step * step, 0, Vec::new());
        for (number, (gap, is_customer, what)) in said.into_iter().enumerate() {
            let next = at + gap / step * step * i64::from(number > 0);
            count = if next == at && number > 0 { count + 1 } else { 0 };
            at = next;
            let who = if is_customer || what == What::MissedCall { Who::Customer } else { Who::Business };
            let at = Timestamp::from_second(at).unwrap() + SignedDuration::from_millis(count);
            lines.push(Line { at, who, what });
        }
        (phone, lines)
    })
}

fn reading<'a>(zone: &'a TimeZone, date_order: Option<DateOrder>) -> Reading<'a> {
    Reading {
        file: Some("WhatsApp Chat with דנה.txt"),
        business_name: Some("My Salon"),
        date_order,
        zone,
        country: None,
        now: "2026-11-29T00:00:00Z".parse().unwrap(),
    }
}

/// As long as nobody writes what only an app writes.
fn is_words(line: &Line) -> bool {
    !matches!(&line.what, What::Said { text, content: None } if text.contains("deleted this") || text == "null")
}

proptest! {
    #[test]
    fn what_an_app_wrote_is_read_back((phone, lines) in chat()) {
        prop_assume!(lines.iter().all(is_words));
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let text = phone.write(&lines, &zone, "דנה", "My Salon");
        let read_as = read(&text, &reading(&zone, Some(phone.order))).unwrap();
        prop_assert_eq!(&read_as.lines, &lines);
        prop_assert_eq!((read_as.notices, read_as.deleted), (1, 0));
        // By itself the file says the same, or says that it does not know.
        match read(&text, &reading(&zone, None)) {
            Ok(by_itself) => prop_assert_eq!(by_itself.lines, lines),
            Err(refused) => prop_assert!(matches!(refused, Refused::DateOrder(_)), "{}", refused),
        }
    }

    #[test]
    fn no_text_breaks_the_reader(text in ".{0,200}", head in "\\[?[0-9]{1,4}[./-][0-9]{1,3}[./-][0-9]{1,4},? ?[0-9]{0,3}:?[0-9]{0,2} ?[apmص]{0,2}\\]?( - )?") {
        let zone = TimeZone::UTC;
        let _ = read(&format!("{head}{text}"), &reading(&zone, None));
        let _ = read(&format!("31/12/2024, 10:00 - דנה: {text}\n{head}{text}"), &reading(&zone, None));
    }
}

#[test]
fn a_night_without_a_sender_is_the_customers_call() {
    let zone = TimeZone::UTC;
    let text =
        "31/12/2024, 23:59 - Missed video call\n1/1/2025, 00:05 - דנה: are you there?\n1/1/2025, 00:06 - My Salon: yes";
    let chat = read(text, &reading(&zone, None)).unwrap();
    assert_eq!((chat.lines[0].who, &chat.lines[0].what), (Who::Customer, &What::MissedCall));
    assert_eq!(chat.lines[1].what, words("are you there?"));
}
