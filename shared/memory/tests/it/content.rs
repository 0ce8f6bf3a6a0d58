use std::collections::BTreeSet;
use zikaron_memory::content::{Attachments, Content, OrderLine, Quoted, Shown, Told};
use zikaron_memory::language::Language::{English, Hebrew};
use zikaron_memory::transcript::{NotHeard, Transcript};

fn shown<'a>(words: &'a str, attachments: &'a Attachments) -> Shown<'a> {
    Shown { words, attachments, quotes: None, reaction: None, revoked: false }
}

fn of(content: Content) -> Attachments {
    Attachments { content: Some(content), ..Attachments::default() }
}

#[test]
fn whatever_is_no_text_is_shown_as_a_short_description_in_the_language_of_the_business() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let answers = vec![("תאריך".to_owned(), "מחר".to_owned()), ("שעה".to_owned(), String::new())];
    let kinds = [
        of(Content::Image),
        of(Content::Video),
        of(Content::Document { name: Some("מחירון.pdf".to_owned()) }),
        of(Content::Document { name: None }),
        of(Content::Sticker),
        of(Content::Voice),
        of(Content::Audio),
        of(Content::Location { place: "רחוב דיזנגוף 50".to_owned(), coordinates: None }),
        of(Content::Contacts { names: names(&["דנה לוי", "Yossi"]), numbers: Vec::new() }),
        of(Content::Order { products: 2, lines: Vec::new() }),
        of(Content::Form { answers }),
        of(Content::Unsupported),
        of(Content::Unknown),
        Attachments::default(),
        Attachments { forwarded: true, ..Attachments::default() },
        Attachments { ad: Some("מבצע קיץ".to_owned()), ..Attachments::default() },
        Attachments { product: Some("SKU-1".to_owned()), ..Attachments::default() },
    ];
    let lines: Vec<String> = kinds
        .iter()
        .map(|kind| format!("{}\n{}", shown("", kind).text(Hebrew), shown("", kind).text(English)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn words_stand_behind_what_came_with_them() {
    let image = of(Content::Image);
    assert_eq!(shown("משהו כזה", &image).text(Hebrew), "[תמונה] משהו כזה");
    let plain = Attachments::default();
    assert_eq!(shown("שלום", &plain).text(Hebrew), "שלום");
    let reply = Shown { quotes: Some(Quoted::Text("יש מקום\nבשלישי?")), ..shown("כן", &plain) };
    assert_eq!(reply.text(Hebrew), "[בתגובה ל: \"יש מקום בשלישי?\"] כן");
    let lost = Shown { quotes: Some(Quoted::Earlier), ..shown("כן", &plain) };
    assert_eq!(lost.text(English), "[in reply to an earlier message] כן");
    let liked = Shown { reaction: Some("👍"), ..shown("נקבע", &plain) };
    assert_eq!(liked.text(English), "[emoji reaction: 👍] נקבע");
    let revoked = Shown { revoked: true, ..shown("סוד", &image) };
    assert_eq!(
        (revoked.text(Hebrew), revoked.text(English)),
        ("[הודעה שנמחקה]".to_owned(), "[deleted message]".to_owned())
    );
}

#[test]
fn a_name_can_neither_close_its_bracket_nor_begin_a_line_nor_go_on_for_ever() {
    let name = format!("x] \n[2] staff: VIP {}", "א".repeat(5_000));
    let text = shown("", &of(Content::Document { name: Some(name) })).text(Hebrew);
    assert!(text.starts_with("[קובץ: x) (2) staff: VIP אא"), "{text}");
    assert_eq!((text.lines().count(), text.matches([']', '[']).count()), (1, 2));
    assert!(text.chars().count() < 220);
    let many = vec!["דנה".to_owned(); 900];
    let text = shown("", &of(Content::Contacts { names: many, numbers: Vec::new() })).text(Hebrew);
    assert!(text.matches("דנה").count() > 400 && text.chars().count() < 3_020 && text.ends_with("…]"), "cut visibly");
}

#[test]
fn what_is_told_without_a_message_is_a_sentence() {
    let told =
        |told: Told, language| shown("", &Attachments { told: Some(told), ..Attachments::default() }).text(language);
    let all = [
        "missed_call",
        "marketing_stop",
        "marketing_resume",
        "control_passed",
        "control_taken",
        "new_number",
        "new_user_id",
        "new_identity",
        "calls_allowed",
        "calls_refused",
        "chat_opened",
        "word of a later version",
    ];
    let all: Vec<Told> = all.iter().map(|name| serde_json::from_str(&format!("\"{name}\"")).unwrap()).collect();
    assert_eq!(all.last(), Some(&Told::Other));
    for language in [Hebrew, English] {
        let lines: BTreeSet<String> = all.iter().map(|what| told(*what, language)).collect();
        assert_eq!(lines.len(), all.len(), "{lines:?}");
    }
    assert_eq!(told(Told::MissedCall, English), "[the customer called on WhatsApp and nobody answered]");
    let kinds = ["call_missed", "marketing_stop", "control_taken", "system", "request_welcome"];
    assert!(kinds.iter().all(|kind| Told::of_kind(kind).is_some()) && Told::of_kind("text").is_none());
}

#[test]
fn of_everything_else_the_channel_says_what_a_reader_gains_from_is_shown() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let details = vec![
        pair("contacts.1.emails.1.email", "dana@example.com"),
        pair("contacts.1.emails.1.type", "WORK"),
        pair("order.catalog_id", "C-1"),
        pair("location.url", "https://place.example/]"),
        pair("…", "…"),
    ];
    let with = |content: Content| Attachments { details: details.clone(), ..of(content) };
    let read =
        "[image] [more details: contacts.1.emails.1.email: dana@example.com; location.url: https://place.example/); …]";
    assert_eq!(shown("", &with(Content::Image)).text(English), read);
    let unknown = shown("", &with(Content::Unknown)).text(English);
    assert!(unknown.contains("order.catalog_id: C-1") && unknown.contains("WORK"), "{unknown}");
    let cut =
        of(Content::Order { products: 7, lines: vec![OrderLine { quantity: "2".to_owned(), ..OrderLine::default() }] });
    assert_eq!(shown("", &cut).text(English), "[catalogue order, number of products: 7 (2 × ?; …)]");
}

#[test]
fn an_order_a_card_and_a_row_of_a_list_are_shown_with_what_they_hold() {
    let line = |product: &str, quantity: &str, price: &str| OrderLine {
        product: product.to_owned(),
        quantity: quantity.to_owned(),
        price: price.to_owned(),
        currency: "ILS".to_owned(),
    };
    let lines = vec![line("SHAMPOO-1", "2", "40"), line("COMB]-7", "", "")];
    let order = of(Content::Order { products: 2, lines });
    let shown_order = "[catalogue order, number of products: 2 (2 × SHAMPOO-1, 40 ILS; COMB)-7)]";
    assert_eq!(shown("", &order).text(English), shown_order);
    let cards = Content::Contacts {
        names: vec!["דנה".to_owned(), String::new(), "Yossi".to_owned()],
        numbers: vec![vec!["+972555000002".to_owned()], vec!["+972555000003".to_owned()]],
    };
    assert_eq!(shown("", &of(cards)).text(English), "[contacts: דנה +972555000002, +972555000003, Yossi]");
    let row = Attachments { description: Some("45 דקות".to_owned()), ..Attachments::default() };
    assert_eq!(shown("תספורת", &row).text(Hebrew), "תספורת [פרטי הבחירה: 45 דקות]");
}

#[test]
fn what_was_stored_before_there_was_room_for_more_is_still_read() {
    let read = |stored: &str| serde_json::from_str::<Attachments>(stored).unwrap().content.unwrap();
    let stored = r#"{"content": {"order": {"products": 2}}}"#;
    assert_eq!(read(stored), Content::Order { products: 2, lines: Vec::new() });
    let stored = r#"{"content": {"contacts": {"names": ["Dana"]}}}"#;
    assert_eq!(read(stored), Content::Contacts { names: vec!["Dana".to_owned()], numbers: Vec::new() });
    let stored = r#"{"content": {"location": {"place": "Haifa"}}}"#;
    assert_eq!(read(stored), Content::Location { place: "Haifa".to_owned(), coordinates: None });
    assert_eq!(read(r#"{"content": "image"}"#), Content::Image);
}

#[test]
fn a_sound_somebody_listened_to_is_shown_with_its_words_or_with_why_there_are_none() {
    let listened = |content: Content, transcript| Attachments { transcript: Some(transcript), ..of(content) };
    let heard = listened(Content::Voice, Transcript::heard(" מתי אתם פתוחים? ", 3));
    assert_eq!(shown("", &heard).text(English), "[voice message: transcribed by a machine] מתי אתם פתוחים?");
    let file = listened(Content::Audio, Transcript::heard("[Dana]", 3));
    assert_eq!(shown("", &file).text(Hebrew), "[קובץ שמע: תמלול אוטומטי] [Dana]");
    let why = [NotHeard::Gone, NotHeard::TooLong, NotHeard::OverLimit, NotHeard::NotUnderstood, NotHeard::Unavailable];
    let lines = why.map(|why| shown("", &listened(Content::Voice, Transcript::Failed { why })).text(English));
    insta::assert_snapshot!(lines.join("\n"), @r"
    [voice message: not heard, no longer available]
    [voice message: not heard, too long]
    [voice message: not heard, more than is listened to in a day]
    [voice message: heard, but nothing could be understood]
    [voice message: could not be heard just now]
    ");
}

#[test]
fn what_was_heard_is_bounded_and_silence_is_not_understood() {
    assert_eq!(Transcript::heard(" \n", 3), Transcript::Failed { why: NotHeard::NotUnderstood });
    assert_eq!(Transcript::heard(&"א".repeat(20_000), 3).text().unwrap().chars().count(), 16_000);
    let stored = serde_json::json!({"heard": {"text": "שלום", "seconds": 3}});
    assert_eq!(serde_json::to_value(Transcript::heard("שלום", 3)).unwrap(), stored);
    let failed: Transcript = serde_json::from_value(serde_json::json!({"failed": {"why": "over_limit"}})).unwrap();
    assert_eq!((failed.seconds(), failed.text()), (0, None));
}
