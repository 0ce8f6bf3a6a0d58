//! How people, switchboards and providers write numbers, case by case.

use zikaron_memory::country::Country;
use zikaron_protocol::model::ids::E164;
use zikaron_protocol::model::phone::{canonical, e164};

fn read(shown: &str, country: &str) -> Option<String> {
    e164(shown, Country::parse(country).ok()).map(|number| number.expose().to_owned())
}

#[test]
fn every_spelling_of_a_number_is_the_same_number() {
    for spelling in [
        "+972555000001",
        "+972 55-500-0001",
        "+972 (0)55 500 0001",
        "+9720555000001",
        "00972555000001",
        "972555000001",
        "055-500-0001",
        "055 5000001",
        "555000001",
        "\u{202a}+972 55-500-0001\u{202c}",
        "tel:+972555000001;ext=3",
        "sip:+972555000001@pbx.example.com;user=phone",
        "SIP:0555000001@10.0.0.1",
        "<sip:0555000001@sip.example.com>",
        "\"Dana\" <sip:+972555000001@sip.example.com;user=phone>;tag=1928",
        "Dana 2 <tel:+972-55-500-0001>",
        "\"Dana <3\" <sip:+972555000001@sip.example.com>",
        "\"<3 Dana <3>\" <sip:+972555000001@sip.example.com>",
        "<sip:+972555000001@sip.example.com>;tag=\"<3>\"",
        "Dana <055-500-0001>",
        "whatsapp:+972555000001",
        "sip_972555000001",
        "055-500-0001 ext 3",
        "055-500-0001 ext. 3",
        "+972555000001 extension 12",
        "055-5000001 x3",
        "055-5000001,3",
        "055-5000001 שלוחה 3",
        "972-055-500-0001",
        "tel:055-500-0001;phone-context=+972",
        "sip:%2B972555000001@sip.example.com",
        "sip:%+972555000001@sip.example.com",
        "sip:%2b972%2055%2D500%2D0001@sip.example.com;user=phone",
    ] {
        assert_eq!(read(spelling, "IL").as_deref(), Some("+972555000001"), "{spelling}");
    }
}

#[test]
fn a_national_number_is_read_as_its_country_dials_it() {
    for (shown, country, expected) in [
        ("(202) 555-0101", "US", Some("+12025550101")),
        ("1-202-555-0101", "US", Some("+12025550101")),
        ("011 972 55 500 0001", "US", Some("+972555000001")),
        ("020 7946 0018", "GB", Some("+442079460018")),
        ("06 1234 5678", "IT", Some("+390612345678")),
        ("8 912 345-67-89", "RU", Some("+79123456789")),
        ("06 20 123 4567", "HU", Some("+36201234567")),
        ("612 34 56 78", "ES", Some("+34612345678")),
        ("12025550101", "IL", Some("+12025550101")),
        // Of this country or of another: nobody can tell.
        ("12025550101", "DE", None),
        ("12025550101", "BR", None),
        ("972555000001", "AT", None),
        ("447700900001", "ID", None),
        ("39021234539", "IT", Some("+39021234539")),
        ("+39 (0)6 1234 5678", "IL", Some("+390612345678")),
        ("0039 (0)6 1234 5678", "IL", Some("+390612345678")),
        ("3931234567", "IT", Some("+393931234567")),
        ("0081 90 1234 5678", "TH", None),
        ("00972555000001", "NG", Some("+972555000001")),
        ("+44 (0)20 7946 0018", "", Some("+442079460018")),
        ("+36 06 20 123 4567", "HU", Some("+36201234567")),
        ("001 972 55 500 0001", "KR", Some("+972555000001")),
        ("002 972 55 500 0001", "TW", Some("+972555000001")),
        ("0015 972 55 500 0001", "BR", Some("+972555000001")),
        ("+1 202 555 01010", "", None),
        ("011 15-2345-6789", "AR", Some("+5491123456789")),
        ("+54 11 15-2345-6789", "IL", Some("+5491123456789")),
        ("0351 15-234-5678", "AR", Some("+5493512345678")),
        ("5215512345678", "MX", Some("+5215512345678")),
        ("5215512345678", "AT", None),
        ("5215512345678", "IL", Some("+5215512345678")),
        ("070 1234 5678", "TW", Some("+8867012345678")),
        ("02 123 456", "BG", Some("+3592123456")),
        ("042 00234", "KE", None),
        ("042 002345", "KE", Some("+25442002345")),
        // A landline of Dublin or a number at home.
        ("3532212345", "RU", None),
        ("+49 030 002", "DE", Some("+4930002")),
        ("3901002345", "IT", None),
        ("tel:055-500-0001;phone-context=example.com", "", None),
        // Countries where no business is.
        ("37061234567", "IL", Some("+37061234567")),
        ("37061234567", "DE", None),
        ("37061234567", "BR", None),
        ("38512345678", "IT", None),
        ("385912345678", "AT", None),
        ("3545551234", "GB", None),
        ("376312345", "IL", None),
        ("376312345", "ES", None),
        ("001 385 1 234 5678", "KR", Some("+38512345678")),
        ("001 385 1 234 5678", "SG", Some("+38512345678")),
        ("0015 385 91 234 5678", "BR", Some("+385912345678")),
        ("+385 091 234 5678", "IL", Some("+385912345678")),
        ("+385 (0)91 234 5678", "IL", Some("+385912345678")),
        ("00385 091 234 5678", "IL", Some("+385912345678")),
        ("+370 8 612 34567", "IL", Some("+37061234567")),
        ("+225 (0)1 23 45 67 89", "IL", Some("+2250123456789")),
        ("tel:091-234-5678;phone-context=+385", "IL", Some("+385912345678")),
        ("tel:091-234-567890123;phone-context=+385", "IL", None),
        // 00 where something else is dialled.
        ("00972555000001", "US", Some("+972555000001")),
        ("00972555000001", "AU", Some("+972555000001")),
        ("00972555000001", "JP", Some("+972555000001")),
        ("00972555000001", "RU", Some("+972555000001")),
        ("0011972555000001", "AU", Some("+972555000001")),
        // Without the 0 of the area, with the 15 of a mobile.
        ("11 15-2345-6789", "AR", Some("+5491123456789")),
        ("343 15-412-3456", "AR", Some("+5493434123456")),
        // A mobile of Córdoba or a number of Portugal.
        ("351 15-234-5678", "AR", None),
        ("03-123-4567", "IL", Some("+97231234567")),
        ("055-500-0001", "US", None),
        ("*6050", "IL", None),
        ("1700", "IL", None),
        ("055-500-0001", "", None),
        ("+972555000001", "", Some("+972555000001")),
        ("00972555000001", "", Some("+972555000001")),
        ("555000001", "", None),
    ] {
        assert_eq!(read(shown, country).as_deref(), expected, "{shown} in {country}");
    }
}

#[test]
fn a_withheld_number_is_no_number() {
    for shown in [
        "anonymous",
        "Anonymous",
        "Restricted",
        "unknown",
        "PRIVATE",
        "חסוי",
        "sip:anonymous@anonymous.invalid",
        "+266696687",
        "266696687",
        "+7378742833",
        "+2562533",
        "+86282452253",
        "web-visitor-4f3a",
        "client:+dana",
        "",
        "-",
        "+",
        "0",
        "0000000000",
    ] {
        assert_eq!(read(shown, "IL"), None, "{shown}");
    }
}

#[test]
fn two_spellings_of_a_brazilian_mexican_or_argentine_number_are_one() {
    let one = |number: &str| canonical(&E164::parse(number).unwrap());
    for (spelling, other) in
        [("+551187654321", "+5511987654321"), ("+5215512345678", "+525512345678"), ("+5491123456789", "+541123456789")]
    {
        assert_eq!(one(spelling), other);
        assert_eq!(one(other), other);
    }
    for landline in ["+551131234567", "+525512345678", "+972555000001", "+12025550101", "+55119"] {
        assert!(E164::parse(landline).is_err() || one(landline) == landline, "{landline}");
    }
}
