use zikaron_memory::handover::farewell;
use zikaron_memory::resume::{button_titles, question};
use zikaron_memory::spoken::Spoken;

#[test]
fn a_customer_is_spoken_to_in_the_language_they_write() {
    for (texts, spoken) in [
        (&["אפשר לקבוע תור?"][..], Some(Spoken::Hebrew)),
        (&["Can I book for Friday?"], Some(Spoken::English)),
        (&["Здравствуйте, можно записаться?"], Some(Spoken::Russian)),
        (&["مرحبا، هل يوجد موعد؟"], Some(Spoken::Arabic)),
        (&["¿Tienen hora mañana?"], Some(Spoken::English)),
        (&["תספורת ב-Dana, מחר"], Some(Spoken::Hebrew)),
        (&["ok", "כן בסדר"], Some(Spoken::Hebrew)),
        (&["Чи є вільний час на п'ятницю?"], Some(Spoken::English)),
        (&["سلام، وقت خالی دارید؟ چهارشنبه"], Some(Spoken::English)),
        (&["https://example.com/a-long-path www.example.com dana@example.com"], None),
        (&["ראיתי https://example.com/a-very-long-path"], Some(Spoken::Hebrew)),
        (&["ok"], None),
        (&["👍", "10:30", ""], None),
        (&["дана דנה"], Some(Spoken::Russian)),
        (&["שלום", "дада"], None),
        (&[], None),
    ] {
        assert_eq!(Spoken::of(texts.iter().copied()), spoken, "{texts:?}");
    }
}

#[test]
fn everything_is_said_in_every_language_and_fits_whatsapp() {
    let mut said: Vec<String> = Vec::new();
    for spoken in Spoken::ALL {
        let (go_on, fresh) = button_titles(spoken);
        assert!(go_on.chars().count() <= 20 && fresh.chars().count() <= 20 && go_on != fresh);
        let own = [question(None, spoken), farewell(spoken).to_owned(), spoken.disclosure().to_owned()];
        let own = [&own[..], &[spoken.number_request().to_owned()]].concat();
        assert!(own.iter().all(|text| Spoken::of([text.as_str()]) == Some(spoken)), "{own:?}");
        said.extend(own);
    }
    said.sort();
    said.dedup();
    assert_eq!(said.len(), 16);
}
