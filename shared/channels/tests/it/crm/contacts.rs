//! What becomes of a contact that is there: what a person entered, corrected or cleared stands (docs/rules.md#n9).

use super::{PHONE, counts, dana, post, receiver, told};
use crate::hubspot::{Fault, HubSpot};
use serde_json::{Value, json};

/// The properties of all contacts, in the order they were made in.
fn contacts(hubspot: &HubSpot) -> Vec<Value> {
    hubspot.all("contacts").into_iter().map(|contact| Value::Object(contact.properties)).collect()
}

/// Of a customer of whom nothing but the number is known.
fn bare() -> Value {
    told("whatsapp", json!({"phone": PHONE, "summary": null, "values": {}}))
}

#[tokio::test]
async fn what_a_person_corrected_a_moment_ago_stands_although_searches_are_behind() {
    let receiver = receiver();
    let hubspot = HubSpot::open().await;
    hubspot.enter(&json!({"phone": "055-500-0001", "firstname": "Dena", "city": "Haifa"}));
    hubspot.lag();
    let corrected = json!({"phone": "+972 55 500 0001", "firstname": "Dana", "city": "Acre"});
    hubspot.correct("1000", &corrected);
    assert!(post(&receiver, &hubspot, &dana()).await.is_success());
    assert_eq!(contacts(&hubspot), [corrected]);
    assert_eq!(hubspot.all("communications").remove(0).contact.as_deref(), Some("1000"));
}

#[tokio::test]
async fn what_a_person_cleared_does_not_come_back() {
    let receiver = receiver();
    for cleared in [json!({"firstname": "", "city": ""}), json!({"firstname": "", "city": "", "lastname": "לוי"})] {
        let hubspot = HubSpot::open().await;
        assert!(post(&receiver, &hubspot, &dana()).await.is_success());
        hubspot.correct("1000", &cleared);
        let stands = contacts(&hubspot);
        assert!(post(&receiver, &hubspot, &dana()).await.is_success());
        assert_eq!(contacts(&hubspot), stands);
    }
}

#[tokio::test]
async fn a_name_goes_where_neither_first_nor_last_was_ever_entered() {
    let receiver = receiver();
    let table = [
        (json!({"email": "dana@example.com"}), json!({"firstname": "דנה לוי", "city": "חיפה"})),
        (json!({"lastname": "לוי"}), json!({"city": "חיפה"})),
        (json!({"firstname": "Dana", "city": "Acre"}), json!({})),
        // The number stays where it was found.
        (
            json!({"email": "dana@example.com", "mobilephone": PHONE, "phone": ""}),
            json!({"firstname": "דנה לוי", "city": "חיפה"}),
        ),
    ];
    for (entered, filled) in table {
        let hubspot = HubSpot::open().await;
        let mut contact = json!({"phone": PHONE});
        contact.as_object_mut().unwrap().extend(entered.as_object().unwrap().clone());
        hubspot.enter(&contact);
        let mut expected = contacts(&hubspot).remove(0);
        expected.as_object_mut().unwrap().extend(filled.as_object().unwrap().clone());
        assert!(post(&receiver, &hubspot, &dana()).await.is_success(), "{entered}");
        assert_eq!(contacts(&hubspot), [expected], "{entered}");
    }
}

#[tokio::test]
async fn a_number_that_stood_in_for_a_name_makes_room_for_it() {
    let receiver = receiver();
    let named = json!({"phone": PHONE, "firstname": "דנה לוי", "city": "חיפה"});
    for (entered, expected) in [
        (json!({}), named),
        (json!({"lastname": "Levi"}), json!({"phone": PHONE, "lastname": "Levi", "city": "חיפה"})),
        (json!({"lastname": ""}), json!({"phone": PHONE, "city": "חיפה"})),
        (json!({"firstname": "Dana"}), json!({"phone": PHONE, "firstname": "Dana", "lastname": PHONE, "city": "חיפה"})),
    ] {
        let hubspot = HubSpot::open().await;
        assert!(post(&receiver, &hubspot, &bare()).await.is_success());
        assert_eq!(contacts(&hubspot), [json!({"phone": PHONE, "lastname": PHONE})]);
        hubspot.correct("1000", &entered);
        assert!(post(&receiver, &hubspot, &dana()).await.is_success(), "{entered}");
        assert_eq!(contacts(&hubspot), [expected], "{entered}");
    }
}

#[tokio::test]
async fn what_breaks_off_while_a_contact_is_filled_in_is_finished_by_the_next_post() {
    let receiver = receiver();
    for fault in [Fault::Status(404), Fault::Status(500), Fault::Lost, Fault::Half] {
        for number in 1..=6 {
            let hubspot = HubSpot::open().await;
            hubspot.enter(&json!({"phone": PHONE, "email": "dana@example.com"}));
            hubspot.break_at(number, fault);
            assert!(!post(&receiver, &hubspot, &dana()).await.is_final(), "{fault:?} at {number}");
            assert!(post(&receiver, &hubspot, &dana()).await.is_success(), "{fault:?} at {number}");
            let filled = json!({"phone": PHONE, "email": "dana@example.com", "firstname": "דנה לוי", "city": "חיפה"});
            assert_eq!((contacts(&hubspot), counts(&hubspot)), (vec![filled], (1, 1, 0)), "{fault:?} at {number}");
        }
    }
}

#[tokio::test]
async fn one_that_was_deleted_a_moment_ago_is_made_anew() {
    let receiver = receiver();
    let hubspot = HubSpot::open().await;
    hubspot.enter(&json!({"phone": PHONE, "firstname": "Dana"}));
    hubspot.lag();
    hubspot.delete("1000");
    assert!(post(&receiver, &hubspot, &dana()).await.is_success());
    assert_eq!(contacts(&hubspot), [json!({"phone": PHONE, "firstname": "דנה לוי", "city": "חיפה"})]);
    assert_eq!(hubspot.all("communications").remove(0).contact.as_deref(), Some("1001"));
}

#[tokio::test]
async fn a_number_without_its_country_that_hubspot_has_not_completed_is_not_found_and_not_touched() {
    let receiver = receiver();
    let hubspot = HubSpot::open().await;
    let entered = json!({"phone": "55-500-0001", "email": "dana@example.com"});
    hubspot.enter(&entered);
    assert!(post(&receiver, &hubspot, &dana()).await.is_success());
    let made = json!({"phone": PHONE, "firstname": "דנה לוי", "city": "חיפה"});
    assert_eq!((contacts(&hubspot), counts(&hubspot)), (vec![entered, made], (2, 1, 0)));
    assert_eq!(hubspot.all("communications").remove(0).contact.as_deref(), Some("1001"));
}
