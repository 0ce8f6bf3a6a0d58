//! Customers who call: what a provider tells of it, once or more often, in any order and with other times.

use crate::cast;
use crate::invocation;
use crate::scenario::{Telling, What};
use crate::universe::{Placed, Universe};
use crate::words::{CITY, NAME, remark, second_remark};
use crate::work::Work;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use zikaron_protocol::model::call::{CallCompleted, CallKey, CallName, Direction, Report, Spoken, Voice};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::{Line, ShownNumber};
use zikaron_protocol::model::ongoing_call::CallNoted;

/// The customer calls.
pub(crate) fn place(
    universe: &Arc<Universe>,
    number: usize,
    customer: usize,
    said: &[What],
    withheld: bool,
    reports: &[(Duration, Telling)],
) {
    let name = cast::call(&format!("call-{number}"));
    let mark = |place| format!("c{customer}k{number}t{place}");
    let texts: Vec<String> = said.iter().enumerate().map(|(place, what)| words(*what, &mark(place))).collect();
    universe.trace(|| format!("customer {customer} calls: {name}, says {said:?}, withheld {withheld}, {reports:?}"));
    let told = reports.iter().any(|(_, telling)| *telling != Telling::Bare);
    let mut live = universe.live();
    let moves = live.moves_of(customer);
    live.counts.phone_calls += 1;
    live.calls.push(Placed {
        name: name.clone(),
        customer,
        number: (!withheld).then(|| cast::names(customer, moves).phone).flatten(),
        withheld,
        marks: (0..texts.len()).filter(|_| told).map(mark).collect(),
        said: texts.iter().filter(|_| told).cloned().collect(),
    });
    drop(live);
    // To a number that stays theirs: its reports come to whose it is by then.
    let line = universe.plan.world.line(customer, number, false, universe.elapsed());
    let ended_at = Timestamp::from_millisecond(universe.now().as_millisecond()).unwrap_or_default();
    let shown = (!withheld).then(|| cast::shown(customer, moves, 0));
    note(universe, &line, &name, shown, reports.first().map_or(Duration::ZERO, |(after, _)| *after));
    for (place, (after, telling)) in reports.iter().enumerate() {
        let spelling = u64::try_from(place + number).unwrap_or(0);
        let moved = if *telling == Telling::Analyzed { SignedDuration::from_millis(400) } else { SignedDuration::ZERO };
        let event = CallCompleted {
            key: CallKey { ended_at: ended_at - moved, name: name.clone() },
            connection: line.connection.clone(),
            routes: vec![line.number.clone()],
            business_number: None,
            customer: (!withheld).then(|| cast::shown(customer, moves, spelling)),
            tag: None,
            report: report(ended_at, &texts, *telling),
        };
        invocation::start_after(Arc::clone(universe), Work::Event(Event::CallCompleted(Box::new(event))), *after);
    }
}

/// What the voice agent notes in the course of a call: told at once, shortly before its end is, and long after it.
fn note(universe: &Arc<Universe>, line: &Line, name: &CallName, shown: Option<ShownNumber>, ends: Duration) {
    let at = Timestamp::from_millisecond(universe.now().as_millisecond()).unwrap_or_default();
    let event = CallNoted {
        name: name.clone(),
        connection: line.connection.clone(),
        routes: vec![line.number.clone()],
        business_number: None,
        customer: shown,
        remark: remark(name),
        at,
    };
    for after in [Duration::ZERO, ends * 9 / 10, ends * 2] {
        invocation::start_after(Arc::clone(universe), Work::Event(Event::CallNoted(event.clone())), after);
    }
    let second = CallNoted { remark: second_remark(name), at: at + SignedDuration::from_secs(1), ..event };
    invocation::start_after(Arc::clone(universe), Work::Event(Event::CallNoted(second)), ends * 3);
}

/// What is said, with its mark.
fn words(what: What, mark: &str) -> String {
    match what {
        What::Name(name) => format!("{NAME}{name} ({mark})"),
        What::City(city) => format!("{CITY}{city} ({mark})"),
        _ => format!("אפשר לקבוע תור? ({mark})"),
    }
}

fn report(ended_at: Timestamp, texts: &[String], telling: Telling) -> Report {
    let said = texts.iter().flat_map(|text| {
        let turn = |voice, text: &str| Spoken { voice, text: text.to_owned(), second: None };
        [turn(Voice::Customer, text), turn(Voice::Agent, "רשמתי")]
    });
    Report {
        direction: Direction::Inbound,
        started_at: ended_at - SignedDuration::from_secs(120),
        transcript: if telling == Telling::Bare { Vec::new() } else { said.collect() },
        voicemail: false,
        summary: (telling == Telling::Analyzed).then(|| "what the provider made of it".to_owned()),
        recording_url: None,
        ended_because: None,
    }
}
