use zikaron_memory::handover::{Cause, ChannelFailure, farewell, reason, wants_person};
use zikaron_memory::language::Language::{English, Hebrew};

#[test]
fn a_customer_who_asks_for_a_person_is_understood() {
    let asked = [
        "נציג",
        "נציג!",
        "נציגה בבקשה",
        "היי, נציג בבקשה",
        "נציג שירות",
        "אני רוצה לדבר עם בן אדם",
        "אני רוצה לדבר עם בנאדם",
        "אפשר לדבר עם מישהו?",
        "אפשר נציג?",
        "תעבירו אותי לנציג",
        "תעביר אותי לנציג אנושי בבקשה",
        "די, תנו לי לדבר עם אדם אמיתי",
        "אני צריכה מענה אנושי",
        "מבקשת לדבר עם המנהלת",
        "אתה לא עוזר לי תעביר אותי לנציג",
        "לא רוצה לדבר עם בוט אלא עם נציג",
        "לא, אני רוצה נציג",
        "למה אי אפשר לדבר עם נציג?",
        "שאלתי על המחיר. אבל עדיף לי לדבר עם בן אדם, תודה",
        "אשמח לשוחח עם מישהו מהצוות",
        "אפשר לקבל נציגה?",
        "human",
        "Human please",
        "agent",
        "I want to talk to a human",
        "can I speak with someone?",
        "Could you connect me to a real person",
        "please transfer me to an agent",
        "I need a representative",
        "let me speak to the manager",
        "get me a human being to talk to a human",
        "You are not helping. I'd like to speak to a person.",
        "no, I want an operator",
    ];
    let missed: Vec<_> = asked.into_iter().filter(|text| !wants_person(text)).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn words_about_persons_are_no_request_for_one() {
    let other = [
        "",
        "היי",
        "אני לא רוצה לדבר עם נציג",
        "לא צריך נציג",
        "אל תעבירו אותי לנציג",
        "אפשר בלי נציג?",
        "נציג? לא תודה",
        "דיברתי אתמול עם נציג שלכם",
        "הנציג היה מאוד נחמד",
        "אני מדבר עם בן אדם?",
        "אתה בן אדם או רובוט?",
        "תור לבן אדם אחד",
        "אני רוצה לקבוע תור לבן אדם נוסף",
        "כמה עולה לאדם?",
        "אדם",
        "קוראים לי אדם",
        "אני מנהל חברה ורוצה לקבוע פגישה",
        "I don't want to talk to a human",
        "I do not want to speak with an agent",
        "no need for an agent",
        "don't transfer me to a person",
        "a table for one person",
        "how much per person?",
        "I want to book for a person",
        "are you human?",
        "I spoke with an agent yesterday",
        "I need a travel agent",
        "someone told me you are open on Friday",
        "agent? no thanks",
        "without talking to an agent",
    ];
    let taken: Vec<_> = other.into_iter().filter(|text| wants_person(text)).collect();
    assert!(taken.is_empty(), "{taken:?}");
}

#[test]
fn every_reason_is_told_to_staff_in_their_language() {
    let table = [
        (131_047, ChannelFailure::WindowClosed),
        (131_021, ChannelFailure::Unreachable),
        (0, ChannelFailure::NotAuthorised),
        (131_042, ChannelFailure::Payment),
        (368, ChannelFailure::Account),
        (4, ChannelFailure::HeldBack),
        (100, ChannelFailure::Message),
        (1, ChannelFailure::Broken),
        (404, ChannelFailure::Other),
    ];
    let mut told = Vec::new();
    for failure in table {
        told.push(reason(Cause::NotSent, Some(failure), Hebrew));
        told.push(reason(Cause::NotDelivered, Some(failure), English));
    }
    let alone =
        [Cause::CustomerAsked, Cause::AiAsked, Cause::NotSent, Cause::NotDelivered, Cause::Unanswered, Cause::OptOut];
    for cause in alone {
        told.push(reason(cause, None, Hebrew));
        told.push(reason(cause, None, English));
    }
    told.push(farewell(Hebrew).to_owned());
    told.push(farewell(English).to_owned());
    insta::assert_snapshot!(told.join("\n"));
}
