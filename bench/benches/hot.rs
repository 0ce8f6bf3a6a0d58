//! The pure paths a message takes, at several sizes: what grows with them, and how.
#![expect(clippy::expect_used, reason = "a measurement says what it expects")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Duration;
use zikaron_channels::signature::AppSignature;
use zikaron_channels::whatsapp::inbound::parse;
use zikaron_memory::evidence::{Extracted, Said, check};
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Candidate, Confidence, Profile, Source};
use zikaron_memory::session::SessionId;
use zikaron_protocol::ids::ConnectionId;

const TEXT: &str = "היי, אני מעדיפה בוקר, ואשמח לקבוע תור לתספורת בשבוע הבא";

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 50) + SignedDuration::from_mins(minutes)
}

/// One POST of so many messages.
fn post(messages: u64) -> Vec<u8> {
    let message = |n: u64| {
        json!({"from": format!("97255{n:07}"), "id": format!("wamid.{n}"), "timestamp": "1794816000",
            "type": "text", "text": {"body": TEXT}})
    };
    let value = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"},
        "messages": (0..messages).map(message).collect::<Vec<Value>>()});
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages",
        "value": value}]}]})
    .to_string()
    .into_bytes()
}

fn webhook(c: &mut Criterion) {
    let mut group = c.benchmark_group("signature, parse and events of a POST");
    let connection = ConnectionId::parse("bench").expect("a connection");
    let signature = AppSignature::new(&SecretString::from("secret")).expect("a secret");
    for updates in [1, 10, 100, 1_000] {
        let body = post(updates);
        let header = signature.sign(&body);
        group.throughput(Throughput::Elements(updates));
        group.bench_with_input(BenchmarkId::from_parameter(updates), &body, |b, body| {
            b.iter(|| {
                assert!(signature.verify(&header, body));
                let parsed = parse(&connection, body).expect("a body");
                let events: usize = parsed.events.iter().map(|event| event.detail().map_or(0, |text| text.len())).sum();
                black_box(events)
            });
        });
    }
    group.finish();
}

fn candidates(count: i64, from: i64) -> Vec<Candidate> {
    let names = ["name", "city", "service_interest", "preferences", "notes"];
    let candidate = |(n, field): (i64, &&str)| Candidate {
        field: (*field).to_owned(),
        value: Some(format!("ערך מספר {n}")),
        source: Source::AiExtraction,
        confidence: Confidence::Medium,
        at: at(n),
        session: SessionId::new(format!("s{n}")),
        position: 0,
    };
    (from..from + count).zip(names.iter().cycle()).map(candidate).collect()
}

fn merging(c: &mut Criterion) {
    let mut group = c.benchmark_group("merge of five candidates onto a history");
    let fields = FieldList::standard(Language::Hebrew);
    for history in [0, 10, 80, 800] {
        let profile = merge(&fields, &Profile::default(), &candidates(history, 0)).profile;
        let new = candidates(5, history);
        group.bench_with_input(BenchmarkId::from_parameter(history), &profile, |b, profile| {
            b.iter(|| black_box(merge(&fields, profile, &new)));
        });
    }
    group.finish();
}

fn evidence(c: &mut Criterion) {
    let mut group = c.benchmark_group("evidence of five claims in a session");
    let fields = FieldList::standard(Language::Hebrew);
    let claim = |field: &str| Extracted {
        field: field.to_owned(),
        value: "בוקר".to_owned(),
        quote: "אני מעדיפה בוקר".to_owned(),
        confidence: Some(Confidence::High),
    };
    let claims: Vec<_> = ["name", "city", "service_interest", "preferences", "notes"].map(claim).into();
    for messages in [10_u32, 100, 1_000] {
        let said: Vec<Said> =
            (0..messages).map(|n| Said { text: format!("{n} {TEXT}"), at: at(n.into()), position: n }).collect();
        group.throughput(Throughput::Elements(messages.into()));
        group.bench_with_input(BenchmarkId::from_parameter(messages), &said, |b, said| {
            b.iter(|| black_box(check(&fields, said, &SessionId::new("s"), &claims, Confidence::High)));
        });
    }
    group.finish();
}

criterion_group! {
    name = hot;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20);
    targets = webhook, merging, evidence
}
criterion_main!(hot);
