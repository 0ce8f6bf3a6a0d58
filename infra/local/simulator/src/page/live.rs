//! `GET /page/live`: everything about one customer, as server-sent events: `about` (the business and the model),
//! `phone`, `prompt`, `memory`. Each holds the whole of its part, and is sent when that part has changed.
//!
//! A page that comes back after the connection broke is sent everything once more, so that it can miss nothing. The
//! phone and the prompts follow the simulator's state. The memory is read after every change in that state (it changes
//! because of one, as a rule), every second while a session is open or being digested, and every five seconds
//! otherwise, for what an operator does at a terminal. All of it happens while the stream is read: without a page,
//! nothing is.

use super::customer_query::{CustomerQuery, admin_flag};
use super::memory::MemoryView;
use super::{memory, phone, prompt};
use crate::api_error::ApiError;
use crate::clock::now;
use crate::simulator::Simulator;
use crate::state::Contact;
use axum::extract::{Query, State};
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{self, Stream};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// Changes within this time are read together: one answer makes half a dozen.
const GATHER: Duration = Duration::from_millis(300);
/// Between two reads of the memory while it is about to change …
const BUSY: Duration = Duration::from_secs(1);
/// … and while it is not.
const QUIET: Duration = Duration::from_secs(5);

/// An event that may not have become JSON.
type PageEvent = Result<Event, axum::Error>;

pub(crate) async fn live(
    State(simulator): State<Simulator>,
    Query(query): Query<CustomerQuery>,
) -> Result<Sse<impl Stream<Item = PageEvent>>, ApiError> {
    let (number, customer) = query.customer(&simulator)?;
    let mut changes = simulator.changes();
    changes.mark_changed();
    let next_read = Instant::now();
    let (shown, waiting) = (HashMap::new(), VecDeque::new());
    let watcher = Watcher { simulator, number, customer, changes, shown, waiting, next_read, reading: None };
    let events = stream::unfold(watcher, |mut watcher| async move { Some((watcher.next().await, watcher)) });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

struct Watcher {
    simulator: Simulator,
    number: String,
    customer: Contact,
    changes: watch::Receiver<()>,
    /// What the page was sent last, by event.
    shown: HashMap<&'static str, Value>,
    waiting: VecDeque<PageEvent>,
    next_read: Instant,
    /// The memory is being read: the phone does not wait for it.
    reading: Option<Pin<Box<dyn Future<Output = Found> + Send>>>,
}

/// What was read from the stack; `about` only once.
struct Found {
    about: Option<Value>,
    memory: MemoryView,
}

impl Watcher {
    async fn next(&mut self) -> PageEvent {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return event;
            }
            let Some(reading) = &mut self.reading else {
                // A change that has come already is looked at before a time that is over already.
                match timeout_at(self.next_read, self.changes.changed()).await {
                    Ok(_) => self.show_state(),
                    Err(_) => self.start_reading(),
                }
                continue;
            };
            tokio::select! {
                biased;
                _ = self.changes.changed() => self.show_state(),
                found = reading => self.found(found),
            }
        }
    }

    fn show_state(&mut self) {
        self.next_read = self.next_read.min(Instant::now() + GATHER);
        let (phone, prompt) = {
            let state = self.simulator.state();
            let phone = phone::view(&state, &self.number, &self.customer, now());
            (phone, prompt::view(&state, &self.number, &self.customer))
        };
        self.show("phone", phone);
        self.show("prompt", prompt);
    }

    fn start_reading(&mut self) {
        let (simulator, customer) = (self.simulator.clone(), self.customer.clone());
        let is_new = !self.shown.contains_key("about");
        self.next_read = Instant::now() + QUIET;
        self.reading = Some(Box::pin(async move {
            let Some(operator) = simulator.operator.as_ref() else {
                return Found { about: None, memory: MemoryView::without_stack() };
            };
            let memory = memory::read(operator, &admin_flag(&customer)).await;
            Found { about: if is_new { memory::about(operator).await } else { None }, memory }
        }));
    }

    fn found(&mut self, found: Found) {
        self.reading = None;
        let pause = if found.memory.expects_more { BUSY } else { QUIET };
        self.next_read = self.next_read.min(Instant::now() + pause);
        if let Some(about) = found.about {
            self.show("about", about);
        }
        self.show("memory", found.memory.view);
    }

    fn show(&mut self, name: &'static str, value: Value) {
        if self.shown.get(name) != Some(&value) {
            self.waiting.push_back(Event::default().event(name).json_data(&value));
            self.shown.insert(name, value);
        }
    }
}
