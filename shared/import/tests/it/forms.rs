//! Every form of a file, as written by the apps, and what is refused rather than guessed.

use jiff::tz::TimeZone;
use zikaron_import::chat::{DateOrder, Reading, Refused, What, Who, read};
use zikaron_memory::content::Content;

fn reading<'a>(zone: &'a TimeZone, file: Option<&'a str>, business: Option<&'a str>) -> Reading<'a> {
    let now = "2026-11-29T00:00:00Z".parse().unwrap();
    Reading { file, business_name: business, date_order: None, zone, country: None, now }
}

/// Times, speakers and words of a chat with Dana.
fn told(text: &str) -> Vec<(String, char, String)> {
    let zone = TimeZone::UTC;
    let chat = read(text, &reading(&zone, None, Some("My Salon"))).unwrap();
    let told = chat.lines.into_iter().map(|line| {
        let who = if line.who == Who::Customer { 'C' } else { 'B' };
        let what = match line.what {
            What::Said { text, content: None } => text,
            What::Said { text, content: Some(content) } => format!("{content:?} {text}").trim().to_owned(),
            What::MissedCall => "missed".to_owned(),
        };
        (line.at.to_string(), who, what)
    });
    told.collect()
}

fn at(time: &str, who: char, what: &str) -> (String, char, String) {
    (format!("{time}Z"), who, what.to_owned())
}

#[test]
fn a_header_is_read_in_every_form_a_phone_writes() {
    let forms = [
        ("[31/12/2024, 14:05:09] Dana: hi", "2024-12-31T14:05:09"),
        ("\u{200E}[31/12/2024, 14:05:09] Dana: hi", "2024-12-31T14:05:09"),
        ("[31.12.24, 14:05:09] Dana: hi", "2024-12-31T14:05:09"),
        ("[12/31/24, 2:05:09\u{202F}PM] Dana: hi", "2024-12-31T14:05:09"),
        ("[31/12/2024 2:05:09 pm] Dana: hi", "2024-12-31T14:05:09"),
        ("[2024-12-31, 2:05:09 p.m.] Dana: hi", "2024-12-31T14:05:09"),
        ("[2024/12/31 14:05:09] Dana: hi", "2024-12-31T14:05:09"),
        ("31/12/2024, 14:05 - Dana: hi", "2024-12-31T14:05:00"),
        ("31.12.2024, 14:05 - Dana: hi", "2024-12-31T14:05:00"),
        ("31.12.24 14:05 - Dana: hi", "2024-12-31T14:05:00"),
        ("31.12.24 klo 14.05 - Dana: hi", ""),
        ("31.12.2024 kl. 14.05 - Dana: hi", "2024-12-31T14:05:00"),
        ("31/12/2024 à 14:05 - Dana: hi", "2024-12-31T14:05:00"),
        ("12/31/24, 12:05\u{202F}AM - Dana: hi", "2024-12-31T00:05:00"),
        ("31/12/2024, 12:05 pm - Dana: hi", "2024-12-31T12:05:00"),
        ("31/12/2024, 2:05 p.\u{A0}m. - Dana: hi", "2024-12-31T14:05:00"),
        ("31.12.2024, 2:05 אחה״צ - Dana: hi", "2024-12-31T14:05:00"),
        ("31.12.2024, 2:05 לפנה״צ - Dana: hi", "2024-12-31T02:05:00"),
        ("\u{200F}٣١\u{200F}/١٢\u{200F}/٢٠٢٤، ٢:٠٥ م - Dana: hi", "2024-12-31T14:05:00"),
        ("31/12/2024, 2:05 مساءً - Dana: hi", "2024-12-31T14:05:00"),
        ("24. 1. 5. 14:05 - Dana: hi", "2024-01-05T14:05:00"),
        ("2024. 12. 31. 14:05 - Dana: hi", "2024-12-31T14:05:00"),
        ("\u{FEFF}31-12-2024 14:05 - \u{202A}Dana\u{202C}: hi", "2024-12-31T14:05:00"),
    ];
    let zone = TimeZone::UTC;
    for (line, time) in forms {
        match read(line, &reading(&zone, None, Some("My Salon"))) {
            Ok(chat) => assert_eq!((chat.lines[0].at.to_string(), chat.lines.len()), (format!("{time}Z"), 1), "{line}"),
            Err(refused) => assert_eq!((refused, time), (Refused::NoChat, ""), "{line}"),
        }
    }
}

#[test]
fn an_iphone_file_is_read() {
    let text = "\u{FEFF}[3/1/2025, 9:00:00] Dana: \u{200E}Messages and calls are end-to-end encrypted.\r
[3/1/2025, 9:00:00] Dana: hello\r
I am Dana: the one from Haifa\r
[3/1/2025, 9:00:01] My Salon: \u{200E}You deleted this message.\r
\u{200E}[3/1/2025, 9:01:00] Dana: \u{200E}image omitted\r
\u{200E}[3/1/2025, 9:01:30] Dana: my hair \u{200E}<attached: 00000007-PHOTO-2025-01-03-09-01-30.jpg>\r
\u{200E}[3/1/2025, 9:02:00] My Salon: prices.pdf • \u{200E}2 pages \u{200E}document omitted\r
\u{200E}[3/1/2025, 9:03:00] Dana: \u{200E}Missed voice call. \u{200E}Tap to call back.\r
[3/1/2025, 9:04:00] Dana: on Tuesday \u{200E}<This message was edited>\r
\u{200E}[3/1/2025, 9:05:00] Dana: \u{200E}This message was deleted.\r
\u{200E}[3/1/2025, 9:06:00] Dana: \u{200E}Your security code with Dana changed. Tap to learn more.\r
[3/1/2025, 9:07:00] Dana:\r
[13/1/2025, 9:00:00] Dana: \u{200E}Location: https://maps.google.com/?q=32.1,34.8\r
";
    let expected = [
        at("2025-01-03T09:00:00", 'C', "hello\nI am Dana: the one from Haifa"),
        at("2025-01-03T09:01:00", 'C', "Image"),
        at("2025-01-03T09:01:30", 'C', "Image my hair"),
        at("2025-01-03T09:02:00", 'B', "Document { name: Some(\"prices.pdf\") }"),
        at("2025-01-03T09:03:00", 'C', "missed"),
        at("2025-01-03T09:04:00", 'C', "on Tuesday"),
        at("2025-01-03T09:07:00", 'C', ""),
        at(
            "2025-01-13T09:00:00",
            'C',
            "Location { place: \"https://maps.google.com/?q=32.1,34.8\", coordinates: None }",
        ),
    ];
    assert_eq!(told(text), expected);
}

#[test]
fn what_an_iphone_in_hebrew_left_out_is_known_by_each_of_its_words() {
    let cases = [
        ("סטיקר הושמט", "Sticker"),
        ("כרטיס איש קשר הושמט", "Contacts { names: [], numbers: [] }"),
        ("האודיו הושמט", "Audio"),
        ("ההקלטה הושמטה", "Audio"),
        ("שיחת קול שלא נענתה. \u{200E}יש להקיש כדי להתקשר בחזרה.", "missed"),
    ];
    for (words, what) in cases {
        let text = format!("\u{200E}[3.1.2025, 9:00:00] Dana: \u{200E}{words}");
        assert_eq!(told(&text), [at("2025-01-03T09:00:00", 'C', what)], "{words}");
    }
}

#[test]
fn an_android_file_is_read() {
    let text = "31.12.2024, 9:00 - ההודעות והשיחות מוצפנות מקצה לקצה. אף אחד מחוץ לצ'אט הזה לא יכול לקרוא אותן.
31.12.2024, 9:00 - Dana: שלום
31.12.2024, 9:00 - Dana: <המדיה הושמטה>
31.12.2024, 9:01 - My Salon: \u{200F}IMG-20241231-WA0001.jpg (קובץ מצורף)
המחירון
31.12.2024, 9:02 - Dana: הודעה זו נמחקה
31.12.2024, 9:03 - Dana: ביום ג׳ <ההודעה נערכה>
31.12.2024, 9:04 - שיחה קולית שלא נענתה
31.12.2024, 9:05 - קוד האבטחה שלך עם Dana השתנה. יש להקיש לקבלת מידע נוסף.
31.12.2024, 9:06 - Dana: PTT-20241231-WA0002.opus (קובץ מצורף)
31.12.2024, 9:07 - Dana: null
";
    let expected = [
        at("2024-12-31T09:00:00", 'C', "שלום"),
        at("2024-12-31T09:00:00.001", 'C', "Unsupported"),
        at("2024-12-31T09:01:00", 'B', "Image המחירון"),
        at("2024-12-31T09:03:00", 'C', "ביום ג׳"),
        at("2024-12-31T09:04:00", 'C', "missed"),
        at("2024-12-31T09:06:00", 'C', "Voice"),
        at("2024-12-31T09:07:00", 'C', "Unsupported"),
    ];
    assert_eq!(told(text), expected);
}

#[test]
fn the_phone_wrote_its_own_time() {
    let zone = TimeZone::get("Asia/Jerusalem").unwrap();
    let summer = "1.7.2024, 10:00 - Dana: hi\n13.12.2024, 10:00 - Dana: hi";
    let chat = read(summer, &reading(&zone, None, Some("My Salon"))).unwrap();
    let times: Vec<String> = chat.lines.iter().map(|line| line.at.to_string()).collect();
    assert_eq!(times, ["2024-07-01T07:00:00Z", "2024-12-13T08:00:00Z"]);
    let autumn = "25.10.2026, 1:50 - Dana: a\n25.10.2026, 1:10 - My Salon: b\n25.10.2026, 1:20 - Dana: c";
    let chat = read(autumn, &reading(&zone, None, Some("My Salon"))).unwrap();
    let times: Vec<String> = chat.lines.iter().map(|line| line.at.to_string()).collect();
    assert_eq!(times, ["2026-10-24T22:50:00Z", "2026-10-24T23:10:00Z", "2026-10-24T23:20:00Z"], "an hour comes twice");
}

#[test]
fn an_order_of_dates_the_file_does_not_decide_is_asked_for() {
    let zone = TimeZone::UTC;
    let both = vec![DateOrder::DayFirst, DateOrder::MonthFirst];
    let ambiguous = ["1/2/2024, 9:00 - Dana: a\n3/4/2024, 9:00 - Dana: b", "4/5/24, 9:00 - Dana: a"];
    for text in ambiguous {
        let reading = reading(&zone, None, Some("My Salon"));
        assert_eq!(read(text, &reading).unwrap_err(), Refused::DateOrder(both.clone()), "{text}");
        for order in &both {
            assert!(read(text, &Reading { date_order: Some(*order), ..reading.clone() }).is_ok());
        }
    }
    let decided = [
        // A day above 12, somewhere.
        ("1/2/2024, 9:00 - Dana: a\n13/4/2024, 9:00 - Dana: b", "2024-02-01T09:00:00Z"),
        ("1/2/2024, 9:00 - Dana: a\n4/13/2024, 9:00 - Dana: b", "2024-01-02T09:00:00Z"),
        // Otherwise the chat would go back by months.
        ("9/2/2024, 9:00 - Dana: a\n1/3/2024, 9:00 - Dana: b", "2024-02-09T09:00:00Z"),
        // Otherwise it would be to come.
        ("10/12/2026, 9:00 - Dana: b", "2026-10-12T09:00:00Z"),
        // Where dots stand the month is never first.
        ("1.2.2024, 9:00 - Dana: a", "2024-02-01T09:00:00Z"),
        // One date, whichever it is.
        ("5/5/2024, 9:00 - Dana: a", "2024-05-05T09:00:00Z"),
    ];
    for (text, first) in decided {
        let chat = read(text, &reading(&zone, None, Some("My Salon"))).unwrap();
        assert_eq!(chat.lines[0].at.to_string(), first, "{text}");
    }
}

#[test]
fn what_is_no_chat_of_two_is_refused_with_the_reason() {
    let zone = TimeZone::UTC;
    let refusal = |text: &str, file, business| read(text, &reading(&zone, file, business)).unwrap_err();
    assert_eq!(refusal("hello", None, None), Refused::NoChat);
    assert_eq!(refusal("", None, None), Refused::NoChat);
    let two = "31/12/2024, 9:00 - Dana: hi\n31/12/2024, 9:01 - Yossi: hi";
    let who = Refused::Who(vec!["Dana".to_owned(), "Yossi".to_owned()]);
    assert_eq!(refusal(two, None, None), who);
    assert_eq!(refusal(two, None, Some("Nobody")), who);
    assert_eq!(refusal(two, Some("chat.txt"), None), who);
    let group = format!("{two}\n31/12/2024, 9:02 - Michal: hi");
    assert!(matches!(refusal(&group, None, Some("Yossi")), Refused::Group(names) if names.len() == 3));
    let half = "31/12/2024, 9:00 oifa - Dana: hi";
    assert_eq!(refusal(half, None, None), Refused::Half { line: 1, word: "oifa".to_owned() });
    let date = "30/2/2024, 9:00 - Dana: hi";
    assert_eq!(refusal(date, None, Some("My Salon")), Refused::Date { line: 1, asked: None });
}

#[test]
fn the_customer_is_known_by_the_file_or_by_a_number_or_as_the_other() {
    let zone = TimeZone::UTC;
    let named = "31/12/2024, 9:00 - Dana Levi: hi\n31/12/2024, 9:01 - My Salon: hi";
    let numbered = "31/12/2024, 9:00 - \u{202A}+972 55-500-0001\u{202C}: hi\n31/12/2024, 9:01 - My Salon: hi";
    let cases = [
        (named, None, Some("my salon"), "Dana Levi"),
        (named, Some("/tmp/WhatsApp Chat with Dana Levi.txt"), None, "Dana Levi"),
        (named, Some("WhatsApp Chat - Dana Levi (2).zip"), None, "Dana Levi"),
        (named, Some("צ׳אט WhatsApp עם Dana Levi.txt"), None, "Dana Levi"),
        (numbered, None, None, "+972 55-500-0001"),
        (numbered, Some("WhatsApp Chat with +972 55-500-0001.txt"), None, "+972 55-500-0001"),
    ];
    for (text, file, business, customer) in cases {
        let chat = read(text, &reading(&zone, file, business)).unwrap();
        assert_eq!(chat.customer, customer, "{file:?}");
        assert_eq!(chat.lines.iter().filter(|line| line.who == Who::Customer).count(), 1);
    }
}

#[test]
fn a_line_that_only_looks_like_a_header_is_a_line_of_the_message() {
    let text = "31/12/2024, 9:00 - Dana: they wrote:\n[30/12/2024, 08:00:00] Yossi: hi\n30.12.2024, 8:00 - Yossi: hi";
    let lines = told(text);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].2.ends_with("30.12.2024, 8:00 - Yossi: hi"));
}

#[test]
fn nothing_a_person_wrote_is_taken_for_what_the_app_says() {
    let text = "31/12/2024, 9:00 - Dana: Missed voice call from you, sorry\n31/12/2024, 9:01 - Dana: <media omitted?>";
    let said: Vec<_> = told(text).into_iter().map(|(.., what)| what).collect();
    assert_eq!(said, ["Missed voice call from you, sorry", "<media omitted?>"]);
    let zone = TimeZone::UTC;
    let chat = read("31/12/2024, 9:00 - Dana: <Media omitted>", &reading(&zone, None, Some("My Salon"))).unwrap();
    assert_eq!(chat.lines[0].what, What::Said { text: String::new(), content: Some(Content::Unsupported) });
}
