//! The pure paths a message takes, at several sizes: what grows with them, and how.
#![expect(clippy::expect_used, reason = "a measurement says what it expects")]

#[path = "../../tests/allocations/paths.rs"]
mod paths;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use paths::{candidates, claims, post, said};
use secrecy::SecretString;
use std::hint::black_box;
use std::time::Duration;
use zikaron_channels::signature::AppSignature;
use zikaron_channels::whatsapp::inbound::parse;
use zikaron_memory::evidence::check;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Confidence, Profile};
use zikaron_memory::session::SessionId;
use zikaron_memory::zone::Zone;
use zikaron_protocol::model::ids::ConnectionId;

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

fn merging(c: &mut Criterion) {
    let mut group = c.benchmark_group("merge of five candidates onto a history");
    let fields = FieldList::standard(Language::Hebrew);
    for history in [0, 10, 80, 800] {
        let profile = merge(&fields, &Profile::default(), &candidates(0, history)).profile;
        let new = candidates(history, 5);
        group.bench_with_input(BenchmarkId::from_parameter(history), &profile, |b, profile| {
            b.iter(|| black_box(merge(&fields, profile, &new)));
        });
    }
    group.finish();
}

fn evidence(c: &mut Criterion) {
    let mut group = c.benchmark_group("evidence of five claims in a session");
    let fields = FieldList::standard(Language::Hebrew);
    let claims = claims();
    for messages in [10_u32, 100, 1_000] {
        let said = said(messages);
        group.throughput(Throughput::Elements(messages.into()));
        group.bench_with_input(BenchmarkId::from_parameter(messages), &said, |b, said| {
            b.iter(|| {
                black_box(check(&fields, said, &SessionId::new("s"), &claims, Confidence::High, &Zone::default()))
            });
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
