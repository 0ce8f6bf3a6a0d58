//! Bodies nobody has thought of: the samples, mutated as trees and as bytes. None may panic, stall the webhook, or leave
//! a customer waiting; and what is still a JSON object is taken apart item by item.

use crate::scene::{Scene, sample, samples};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestError, TestRunner};
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use zikaron_channels::whatsapp::inbound::{Malformed, parse};
use zikaron_protocol::json::readable;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::ConnectionId;

/// As many cases as take about a minute where CI runs them, and a moment elsewhere.
const CASES: u32 = 2_000;
const CASES_IN_CI: u32 = 100_000;
/// The longest an event may be: the bus takes 1 MB, its envelope included.
const MAX_EVENT_BYTES: usize = 900_000;
/// No body takes as long as this, on the slowest machine.
const STALL: Duration = Duration::from_secs(5);

static SAMPLES: LazyLock<Vec<Value>> =
    LazyLock::new(|| samples().iter().map(|name| serde_json::from_str(&readable(&sample(name))).unwrap()).collect());

/// One change of a tree: where, what, and with what.
type Twist = (u16, u8, u16);
/// One change of the bytes.
type Slip = (u16, u8, u8);

/// What is put in the place of something else.
fn atom(number: u16) -> Value {
    let atoms = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!(" \u{0} "),
        json!("972555000001"),
        json!("IL.13491208655302741918"),
        json!("wamid.TEXT1"),
        json!("wamid.OUT1"),
        json!("1794816000"),
        json!("99999999999999999999"),
        json!("2026-11-16T08:00:00Z"),
        json!("א\u{202E}#\u{FFFF}👨‍👩‍👧"),
        json!("x".repeat(70_000)),
        json!([]),
        json!({}),
        json!([[[[[[[[[]]]]]]]]]),
        json!(vec![json!({"id": "wamid.A"}); 300]),
        json!({"type": "text", "text": {"body": "נציג"}}),
    ];
    atoms[usize::from(number) % atoms.len()].clone()
}

/// Names that mean something somewhere.
const NAMES: [&str; 24] = [
    "messages",
    "message_echoes",
    "statuses",
    "contacts",
    "errors",
    "metadata",
    "type",
    "id",
    "from",
    "to",
    "from_user_id",
    "timestamp",
    "text",
    "body",
    "edit",
    "revoke",
    "reaction",
    "system",
    "context",
    "group_id",
    "interactive",
    "user_id_update",
    "value",
    "field",
];

fn nodes(tree: &Value) -> usize {
    1 + match tree {
        Value::Array(items) => items.iter().map(nodes).sum(),
        Value::Object(members) => members.values().map(nodes).sum(),
        _ => 0,
    }
}

/// The node with this number, counted from the root.
fn node(tree: &mut Value, number: usize) -> Option<&mut Value> {
    fn walk<'a>(tree: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
        if *left == 0 {
            return Some(tree);
        }
        *left -= 1;
        match tree {
            Value::Array(items) => items.iter_mut().find_map(|item| walk(item, left)),
            Value::Object(members) => members.values_mut().find_map(|member| walk(member, left)),
            _ => None,
        }
    }
    let mut left = number;
    walk(tree, &mut left)
}

fn twist(tree: &mut Value, (place, how, with): Twist) {
    let count = nodes(tree);
    let Some(found) = node(tree, usize::from(place) % count) else { return };
    let with_number = usize::from(with);
    match (how % 8, found) {
        (0, found) => *found = atom(with),
        (1, Value::Object(members)) => {
            let name = members.keys().nth(with_number % members.len().max(1)).cloned();
            name.map(|name| members.remove(&name));
        }
        (2, Value::Object(members)) => {
            let name = members.keys().nth(with_number % members.len().max(1)).cloned();
            let moved = name.and_then(|name| members.remove(&name));
            members.extend(moved.map(|value| (NAMES[with_number % NAMES.len()].to_owned(), value)));
        }
        (3, Value::Object(members)) => {
            drop(members.insert(NAMES[with_number % NAMES.len()].to_owned(), atom(with / 24)))
        }
        (4, Value::Array(items)) => {
            let copies: Vec<_> = items.iter().take(40).cloned().collect();
            items.extend(copies);
        }
        (5, found @ Value::String(_)) => {
            let number = found.as_str().and_then(|text| text.parse::<i64>().ok());
            *found = number.map_or_else(|| atom(with), |number| json!(number));
        }
        (6, found @ Value::Number(_)) => *found = json!(found.to_string()),
        (_, found) => {
            let mut other = SAMPLES[with_number % SAMPLES.len()].clone();
            let count = nodes(&other);
            if let Some(graft) = node(&mut other, usize::from(place) % count) {
                *found = graft.take();
            }
        }
    }
}

fn slip(bytes: &mut Vec<u8>, (place, how, with): Slip) {
    let place = usize::from(place) % (bytes.len() + 1);
    match how % 6 {
        0 => bytes.truncate(place),
        1 => bytes.insert(place, with),
        2 => drop(bytes.get_mut(place).map(|byte| *byte = with)),
        3 => drop(bytes.splice(place..place, *b"\\ud83d")),
        4 => drop(bytes.splice(place..place, [b'['; 300])),
        _ => {
            let end = (place + usize::from(with)).min(bytes.len());
            bytes.drain(place..end);
        }
    }
}

fn body() -> impl Strategy<Value = (Vec<u8>, bool)> {
    let twists = vec((any::<u16>(), any::<u8>(), any::<u16>()), 0..8);
    let slips = prop_oneof![2 => Just(Vec::new()), 1 => vec((any::<u16>(), any::<u8>(), any::<u8>()), 1..4)];
    (any::<u16>(), twists, slips).prop_map(|(which, twists, slips)| {
        let mut tree = SAMPLES[usize::from(which) % SAMPLES.len()].clone();
        twists.into_iter().for_each(|change| twist(&mut tree, change));
        let whole = tree.is_object() && slips.is_empty();
        let mut bytes = tree.to_string().into_bytes();
        slips.into_iter().for_each(|change| slip(&mut bytes, change));
        (bytes, whole)
    })
}

/// One body, from the webhook to the end of what it leads to.
fn taken(runtime: &tokio::runtime::Runtime, body: &[u8], whole: bool) -> Result<(), TestCaseError> {
    let begun = Instant::now();
    let parsed = parse(&ConnectionId::parse("demo").unwrap(), body);
    prop_assert!(begun.elapsed() < STALL, "a body of {} bytes took {:?}", body.len(), begun.elapsed());
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(Malformed) => {
            prop_assert!(!whole, "an object is never malformed as a whole");
            return Ok(());
        }
    };
    for event in &parsed.events {
        let json = serde_json::to_string(event).unwrap();
        prop_assert!(json.len() < MAX_EVENT_BYTES, "an event of {} bytes", json.len());
        prop_assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
    }
    let scene = Scene::remembering();
    runtime.block_on(scene.deal_with(&parsed.events[..parsed.events.len().min(20)]));
    for lead in scene.0.store.leads().into_values() {
        let state = lead.state.unwrap();
        prop_assert_eq!((state.pending, state.lease.is_some(), state.early.len() <= 8), (0, false, true));
    }
    Ok(())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

fn run(cases: u32) -> Result<(), TestError<(Vec<u8>, bool)>> {
    let runtime = runtime();
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config).run(&body(), |(body, whole)| taken(&runtime, &body, whole))
}

fn judge(result: Result<(), TestError<(Vec<u8>, bool)>>) {
    if let Err(TestError::Fail(why, (body, _))) = &result {
        panic!("{why}: {}", String::from_utf8_lossy(body));
    }
    result.unwrap();
}

#[test]
fn no_body_panics_stalls_or_leaves_a_customer_waiting() {
    let cases = if std::env::var_os("CI").is_some() { CASES_IN_CI } else { CASES };
    judge(run(cases));
}

/// `make fuzz MINUTES=60`: other bodies each time, and how many there were.
#[test]
#[ignore = "as long as FUZZ_SECONDS says"]
fn fuzz() {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let begun = Instant::now();
    let mut executions: u64 = 0;
    while begun.elapsed() < Duration::from_secs(seconds) {
        judge(run(10_000));
        executions += 10_000;
        println!("{executions} bodies in {} s", begun.elapsed().as_secs());
    }
}
