use crate::support::*;
use zikaron_memory::evidence::{About, Extracted, Meant, Said, check};
use zikaron_memory::profile::Confidence::{self, High, Low, Medium};
use zikaron_memory::reason::Reason;
use zikaron_memory::session::SessionId;
use zikaron_memory::zone::Zone;

/// What the value `value`, quoted by itself, comes to in a message where the model says nothing of how it is meant.
fn alone(text: &str, value: &str) -> Result<Confidence, Reason> {
    come_to(text, value, None)
}

/// The same where it says that the customer states it.
fn meant(text: &str, value: &str) -> Result<Confidence, Reason> {
    come_to(text, value, Some(Meant::States))
}

fn come_to(text: &str, value: &str, meant: Option<Meant>) -> Result<Confidence, Reason> {
    let said = [Said::new(text, minute(0), 0)];
    let claim = Extracted {
        field: "city".into(),
        value: value.into(),
        line: None,
        quote: value.into(),
        span: None,
        about: Some(About::Customer),
        meant,
        until: None,
        confidence: Some(High),
    };
    let checked = check(&fields(), &said, &SessionId::new("s"), &[claim], High, &Zone::default());
    checked.candidates.first().map(|c| c.confidence).ok_or_else(|| checked.dropped[0].reason)
}

#[test]
fn a_hedged_statement_is_a_guess_even_if_the_quote_leaves_the_hedge_out() {
    for (text, value) in [
        ("אולי אני אעבור לחיפה", "חיפה"),
        ("נראה לי שחיפה", "חיפה"),
        ("אני לא בטוחה, חיפה", "חיפה"),
        ("מתלבט בין חיפה לעכו", "עכו"),
        ("I'm from Haifa, I think", "Haifa"),
        ("Maybe Haifa", "Haifa"),
        ("probably in Haifa", "Haifa"),
        ("может быть Haifa", "Haifa"),
        ("ربما Haifa", "Haifa"),
    ] {
        assert_eq!(meant(text, value), Ok(Low), "{text}");
    }
}

#[test]
fn a_hedge_in_another_sentence_does_not_count() {
    assert_eq!(meant("I'm from Haifa. Maybe I'll come on Sunday", "Haifa"), Ok(High));
    assert_eq!(meant("אני מחיפה!\nאולי אבוא מחר", "חיפה"), Ok(High));
}

#[test]
fn what_the_customer_denies_is_no_evidence() {
    for (text, value) in [
        ("אני לא מחיפה", "חיפה"),
        ("לא חיפה", "חיפה"),
        ("לא חיפה, עכו", "חיפה"),
        ("בלי זקן", "זקן"),
        ("I'm not from Haifa", "Haifa"),
        ("I don't live in Haifa", "Haifa"),
        ("a haircut without beard", "beard"),
        ("Never Haifa", "Haifa"),
        ("я не Haifa", "Haifa"),
    ] {
        assert_eq!(alone(text, value), Err(Reason::NoEvidence), "{text}");
        assert_eq!(meant(text, value), Ok(Medium), "words alone drop nothing that the model calls stated: {text}");
    }
}

#[test]
fn a_negation_elsewhere_in_the_clause_leaves_a_guess() {
    assert_eq!(alone("בחיפה אני כבר לא גר", "חיפה"), Ok(Low));
    assert_eq!(alone("I am not sure to be from the city of Haifa", "Haifa"), Ok(Low));
    assert_eq!(alone("Haifa is not my city", "Haifa"), Ok(Low));
    assert_eq!(meant("Haifa is not my city", "Haifa"), Ok(Medium));
}

#[test]
fn a_negation_of_something_else_changes_nothing() {
    for (text, value) in [
        ("לא, אני מחיפה", "חיפה"),
        ("לא אני מחיפה", "חיפה"),
        ("אני לא מעכו אלא מחיפה", "חיפה"),
        ("לא רק חיפה", "חיפה"),
        ("No I'm from Haifa", "Haifa"),
        ("not Acre but Haifa", "Haifa"),
        ("No problem Haifa works", "Haifa"),
        ("why not Haifa", "Haifa"),
        ("אני לא אוכלת בשר", "לא אוכלת בשר"),
    ] {
        assert_eq!(meant(text, value), Ok(High), "{text}");
    }
}

#[test]
fn a_value_that_is_denied_once_and_stated_once_is_stated() {
    assert_eq!(meant("not Haifa now. Yes, Haifa is right", "Haifa"), Ok(High));
}

#[test]
fn a_question_states_nothing_and_is_at_most_support() {
    assert_eq!(meant("כמה עולה תספורת גברים?", "תספורת גברים"), Ok(Medium));
    assert_eq!(meant("Are you in Haifa?", "Haifa"), Ok(Medium));
    assert_eq!(meant("Are you open? I am in Haifa", "Haifa"), Ok(High));
}

#[test]
fn what_is_of_another_matter_reaches_no_further_without_a_comma() {
    for (text, value) in [
        ("The code does not work deliver to Haifa", "Haifa"),
        ("we arrive around 9 in Haifa", "Haifa"),
        ("I'm in Haifa without a car", "Haifa"),
        ("I'm in Haifa not Acre", "Haifa"),
        ("we moved from Acre to Haifa", "Haifa"),
        ("I'm in Haifa, are you open?", "Haifa"),
        ("הקוד לא עובד תשלחו לחיפה", "חיפה"),
        ("домофон не работает привезите в Haifa", "Haifa"),
        ("الباب مش شغال ابعتوا على Haifa", "Haifa"),
    ] {
        assert_eq!(meant(text, value), Ok(High), "{text}");
    }
    for (text, value, most) in [
        ("don't deliver to Haifa", "Haifa", Medium),
        ("I don't really want Haifa", "Haifa", Medium),
        ("we moved from Haifa to Acre", "Haifa", Medium),
        ("somewhere around Haifa", "Haifa", Low),
        ("I live in Haifa no more", "Haifa", Medium),
        ("if you can deliver to Haifa", "Haifa", Medium),
        ("הבוט כתב לי שאני מעדיפה חיפה", "חיפה", Medium),
    ] {
        assert_eq!(meant(text, value), Ok(most), "{text}");
    }
}
