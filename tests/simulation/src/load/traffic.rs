//! Customers who write all the time, the invocations this leads to, and the sweep beside them.

use super::measured::Measured;
use super::ports::Lean;
use super::shared::Traffic;
use super::{Load, SWEEP};
use crate::cast;
use crate::work::Work;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use zikaron_memory::content::Attachments;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Event, Incoming, MessageReceived, Purpose};
use zikaron_protocol::model::ids::{CustomerAddress, E164, ParentIds};
use zikaron_protocol::session::{close, sweep};
use zikaron_protocol::testing::in_memory_store::Lead;
use zikaron_protocol::turn;

/// How long the run goes on when nobody writes any more.
const REST: Duration = Duration::from_secs(3_600);
/// How long after an invocation failed it is repeated, in seconds; then every 18 minutes, as the failure queue does.
const RETRIES: [u64; 2] = [60, 120];
const REDRIVE: u64 = 1_080;

/// Plays a load to its end.
pub(super) async fn play(load: Load) -> Measured {
    let (traffic, mut asks) = Traffic::new(load);
    for (line, business) in cast::routes() {
        let settings = Settings { enable_customer_service: true, ..Settings::default() };
        traffic.store.put_settings(business.clone(), settings);
        traffic.store.put_route(line, business);
    }
    tokio::spawn(customers_come(Arc::clone(&traffic)));
    let asked = Arc::clone(&traffic);
    tokio::spawn(async move {
        while let Some((work, after)) = asks.recv().await {
            invoke(&asked, work, after);
        }
    });
    let recovers = load.dead_model.map_or(Duration::ZERO, |(_, to)| to);
    let ends = (load.lasts + load.gap * load.messages).max(recovers) + REST;
    while traffic.elapsed() < ends {
        tokio::time::sleep(SWEEP).await;
        invoke(&traffic, Work::Sweep, Duration::ZERO);
    }
    measured(&traffic)
}

/// One customer after the other.
async fn customers_come(traffic: Arc<Traffic>) {
    let every = Duration::from_secs_f64(1.0 / traffic.load.openings.max(1e-6));
    let mut customer = 0;
    while traffic.elapsed() < traffic.load.lasts {
        tokio::spawn(writes(Arc::clone(&traffic), customer));
        customer += 1;
        tokio::time::sleep_until(traffic.began + every * customer).await;
    }
}

async fn writes(traffic: Arc<Traffic>, customer: u32) {
    for number in 0..traffic.load.messages {
        if let Some(received) = message(&traffic, customer, number) {
            invoke(&traffic, Work::Event(Event::MessageReceived(received)), Duration::from_millis(200));
        }
        tokio::time::sleep(traffic.load.gap).await;
    }
}

fn message(traffic: &Traffic, customer: u32, number: u32) -> Option<MessageReceived> {
    let now = cast::epoch() + SignedDuration::try_from(traffic.elapsed()).ok()?;
    let message = Incoming {
        id: cast::wamid(&format!("in.c{customer}m{number}")),
        sent_at: Timestamp::from_second(now.as_second()).ok()?,
        speaker: Speaker::Customer,
        kind: "text".to_owned(),
        text: Some("אפשר לקבוע תור?".to_owned()),
        enclosed: Attachments::default(),
        button: None,
        quotes: None,
        purpose: Purpose::Ask,
    };
    let phone = E164::parse(format!("+97255{customer:07}")).ok()?;
    let customer = CustomerAddress { bsuid: None, phone: Some(phone) };
    Some(MessageReceived {
        line: cast::line_of(0),
        customer,
        parents: ParentIds::default(),
        profile_name: None,
        username: None,
        message,
    })
}

/// Starts a function after a while, again and again until it ends well.
fn invoke(traffic: &Arc<Traffic>, work: Work, after: Duration) {
    let traffic = Arc::clone(traffic);
    tokio::spawn(async move {
        tokio::time::sleep(after).await;
        for retry in 0..26 {
            if handled(&traffic, &work).await {
                return;
            }
            traffic.live().repeated += 1;
            let wait = RETRIES.get(retry).copied().unwrap_or(REDRIVE);
            let later = traffic.live().chance.millis(0, 10_000);
            tokio::time::sleep(Duration::from_secs(wait) + later).await;
        }
    });
}

async fn handled(traffic: &Arc<Traffic>, work: &Work) -> bool {
    let world = Lean { traffic: Arc::clone(traffic) }.world();
    match work {
        Work::Event(Event::MessageReceived(received)) => Box::pin(turn::answer(&world, received)).await.is_ok(),
        Work::Event(Event::TurnDue(hint)) => Box::pin(turn::hinted(&world, hint)).await.is_ok(),
        Work::Event(Event::SessionDue(hint)) => {
            close::hinted(&world, hint).await;
            true
        }
        Work::TimerFired(fire) => close::fire(&world, fire).await.is_ok(),
        Work::Sweep => {
            let began = traffic.elapsed();
            let swept = sweep::sweep(&world, traffic.load.swept_most).await.unwrap_or_default();
            let took = traffic.elapsed().saturating_sub(began);
            traffic.live().swept.push((swept, took));
            true
        }
        Work::Event(_) => true,
    }
}

fn measured(traffic: &Traffic) -> Measured {
    let now = cast::epoch() + SignedDuration::try_from(traffic.elapsed()).unwrap_or_default();
    let leads = traffic.store.leads();
    let mut waited = Vec::new();
    let (mut items, mut unanswered) = (0, 0);
    for lead in leads.values() {
        items += 2 + lead.messages.len() + lead.sessions.len() + lead.notes.len() + lead.changes.len();
        unanswered += waits_of(lead, now, &mut waited);
    }
    waited.sort_unstable();
    let share = |of: usize| waited.get(waited.len().saturating_sub(1) * of / 100).copied().unwrap_or_default();
    let live = traffic.live();
    // What is not found by now is found later still.
    let late = live.lost.iter().filter_map(|session| live.due.get(session));
    let found_after = late.map(|due| traffic.elapsed().saturating_sub(*due)).fold(live.found_after, Duration::max);
    let looked = live.swept.iter().map(|(swept, _)| swept.looked_at);
    Measured {
        items,
        messages: waited.len(),
        waited: [share(50), share(99), share(100)],
        unanswered,
        lost: live.lost.len(),
        found_after,
        sweeps: live.swept.len(),
        looked_at: (looked.clone().sum::<usize>() / live.swept.len().max(1), looked.max().unwrap_or(0)),
        swept_in: live.swept.iter().map(|(_, took)| *took).max().unwrap_or_default(),
        hints: live.swept.iter().map(|(swept, _)| swept.hints).sum(),
        open: live.most_open,
        repeated: live.repeated,
        asked_in_vain: live.asked_in_vain,
    }
}

/// How long each message of a lead waited until its answer was claimed; those without one until now. Answers how many
/// these are.
fn waits_of(lead: &Lead, now: Timestamp, waited: &mut Vec<Duration>) -> usize {
    let mut claimed = HashMap::new();
    for (message, sending) in lead.messages.values().filter_map(|message| Some((message, message.sending.as_ref()?))) {
        for arrival in &sending.answers {
            claimed.entry(*arrival).or_insert(message.key.sent_at);
        }
    }
    let customers = lead.messages.values().filter(|message| message.speaker == Speaker::Customer);
    let mut unanswered = 0;
    for message in customers {
        let until = claimed.get(&message.arrival).copied();
        unanswered += usize::from(until.is_none());
        waited.push(Duration::try_from(until.unwrap_or(now).duration_since(message.key.sent_at)).unwrap_or_default());
    }
    unanswered
}
