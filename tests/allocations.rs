//! What the pure paths of a message take from the heap: allocations, which are the same on every machine and in every
//! run. Times are `make bench`'s.

#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

#[path = "allocations/paths.rs"]
mod paths;

use allocation_counter::measure;
use paths::{SENTENCE, candidates, claims, post, said};
use secrecy::SecretString;
use std::hint::black_box;
use zikaron_channels::signature::AppSignature;
use zikaron_channels::whatsapp::inbound::parse;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::evidence::check;
use zikaron_memory::field::FieldList;
use zikaron_memory::handover::wants_person;
use zikaron_memory::language::Language;
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Confidence, Profile};
use zikaron_memory::render::block;
use zikaron_memory::resume::wants_fresh;
use zikaron_memory::session::SessionId;
use zikaron_memory::zone::Zone;
use zikaron_protocol::model::ids::ConnectionId;

/// Allocations, the second time: the first fills what is kept for good.
fn allocations(path: impl Fn()) -> u64 {
    path();
    measure(path).count_total
}

/// Signature, parsing and events of a POST of so many messages.
fn webhook(messages: u64) -> u64 {
    let body = post(messages);
    let connection = ConnectionId::parse("bench").unwrap();
    let signature = AppSignature::new(&SecretString::from("secret")).unwrap();
    let header = signature.sign(&body);
    allocations(|| {
        assert!(signature.verify(&header, &body));
        let parsed = parse(&connection, &body).unwrap();
        assert_eq!(parsed.events.iter().filter_map(|event| event.detail().ok()).count() as u64, messages);
    })
}

#[test]
fn a_webhook_takes_as_much_for_each_update_however_many_there_are() {
    let (one, ten, hundred) = (webhook(1), webhook(10), webhook(100));
    let (of_ten, of_hundred) = ((ten - one) / 9, (hundred - ten) / 90);
    println!("a POST of one: {one}; each further one: {of_ten}, {of_hundred}");
    assert!(one <= 85 && of_hundred <= 42, "{one}, {of_hundred}");
    assert!(of_hundred <= of_ten + 1, "{of_ten}, {of_hundred}");
}

#[test]
fn a_message_is_held_against_the_phrases_without_taking_them_apart_again() {
    let text = SENTENCE.repeat(4);
    // The first message of a process reads the words.
    assert!(!wants_fresh(&text) && !wants_person(&text));
    let (fresh, person) = (allocations(|| assert!(!wants_fresh(&text))), allocations(|| assert!(!wants_person(&text))));
    println!("to start fresh: {fresh}; a person: {person}");
    assert!(fresh <= 240 && person <= 240, "{fresh}, {person}");
}

#[test]
fn a_merge_takes_as_much_however_long_the_history_was() {
    let fields = FieldList::standard(Language::Hebrew);
    let after = |history: i64| {
        let profile = merge(&fields, &Profile::default(), &candidates(0, history)).profile;
        let new = candidates(history, 5);
        allocations(|| drop(black_box(merge(&fields, &profile, &new))))
    };
    let (bound, long) = (after(80), after(800));
    println!("five candidates onto a full profile: {bound}; onto one with a long history: {long}");
    assert!(bound <= 2_000 && long <= bound + bound / 10, "{bound}, {long}");
}

#[test]
fn evidence_takes_as_much_for_each_message_however_many_there_are() {
    let fields = FieldList::standard(Language::Hebrew);
    let claims = claims();
    let of = |messages: u32| {
        let said = said(messages);
        allocations(|| {
            drop(black_box(check(&fields, &said, &SessionId::new("s"), &claims, Confidence::High, &Zone::default())))
        })
    };
    // The first of a process reads the words.
    of(1);
    let (ten, hundred) = (of(10), of(100));
    println!("five claims in ten messages: {ten}; in a hundred: {hundred}");
    assert!(ten <= 800 && hundred <= ten * 2, "{ten}, {hundred}");
}

#[test]
fn a_memory_is_rendered_with_as_much_as_it_shows() {
    let fields = FieldList::standard(Language::Hebrew);
    let now = candidates(801, 1)[0].at;
    let after = |history: i64| {
        let customer_profile_json = merge(&fields, &Profile::default(), &candidates(0, history)).profile;
        let memory = LeadMemory { customer_profile_json, ..LeadMemory::default() };
        allocations(|| assert!(block(&memory, &fields, Language::Hebrew, &Zone::default(), now, 4_000).is_some()))
    };
    let (short, long) = (after(5), after(800));
    println!("five fields: {short}; with a long history: {long}");
    assert!(short <= 100 && long <= short + 20, "{short}, {long}");
}
