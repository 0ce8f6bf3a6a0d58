//! `GET /page/live`: everything about one customer, as server-sent events, each whole and sent when it is another one
//! than before: `about` (the business and the model), `phone`, `prompt`, `memory`.
//!
//! A page that comes back after the connection broke is told everything once more; there is nothing it can miss. The
//! phone and the prompts follow the book. The memory is looked at after every change in the book (it follows from
//! one, as a rule), every second while a session is open or being digested, and every five seconds otherwise, for
//! what an operator does at a terminal. No page, no looking: all of it happens while the stream is read.

use super::memory::Look;
use super::{Who, memory, named, phone, prompt};
use crate::clock::now;
use crate::fault::Fault;
use crate::world::{Customer, World};
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

/// Several changes within this time are looked at once: one answer makes half a dozen.
const GATHER: Duration = Duration::from_millis(300);
/// Between two looks while something is under way …
const BUSY: Duration = Duration::from_secs(1);
/// … and while nothing is.
const QUIET: Duration = Duration::from_secs(5);

type Told = Result<Event, axum::Error>;

pub(crate) async fn live(
    State(world): State<World>,
    Query(who): Query<Who>,
) -> Result<Sse<impl Stream<Item = Told>>, Fault> {
    let (number, customer) = who.customer(&world)?;
    let mut changes = world.changes();
    changes.mark_changed();
    let next_look = Instant::now();
    let (shown, waiting) = (HashMap::new(), VecDeque::new());
    let watcher = Watcher { world, number, customer, changes, shown, waiting, next_look, looking: None };
    let events = stream::unfold(watcher, |mut watcher| async move { Some((watcher.next().await, watcher)) });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

struct Watcher {
    world: World,
    number: String,
    customer: Customer,
    changes: watch::Receiver<()>,
    /// What the page was told last, by event.
    shown: HashMap<&'static str, Value>,
    waiting: VecDeque<Told>,
    next_look: Instant,
    /// A look that is under way: the phone does not wait for it.
    looking: Option<Pin<Box<dyn Future<Output = Found> + Send>>>,
}

/// What a look backstage found; the business only if it was asked for.
struct Found {
    about: Option<Value>,
    memory: Look,
}

impl Watcher {
    async fn next(&mut self) -> Told {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return event;
            }
            let Some(looking) = &mut self.looking else {
                // A change that is there already comes before a time that is over already.
                match timeout_at(self.next_look, self.changes.changed()).await {
                    Ok(_) => self.look_into_book(),
                    Err(_) => self.look_backstage(),
                }
                continue;
            };
            tokio::select! {
                biased;
                _ = self.changes.changed() => self.look_into_book(),
                found = looking => self.found(found),
            }
        }
    }

    fn look_into_book(&mut self) {
        self.next_look = self.next_look.min(Instant::now() + GATHER);
        let (phone, prompt) = {
            let book = self.world.book();
            let phone = phone::view(&book, &self.number, &self.customer, now());
            (phone, prompt::view(&book, &self.number, &self.customer))
        };
        self.tell("phone", phone);
        self.tell("prompt", prompt);
    }

    fn look_backstage(&mut self) {
        let (world, customer) = (self.world.clone(), self.customer.clone());
        let is_new = !self.shown.contains_key("about");
        self.next_look = Instant::now() + QUIET;
        self.looking = Some(Box::pin(async move {
            let Some(backstage) = world.backstage.as_ref() else {
                return Found { about: None, memory: Look::nowhere() };
            };
            let memory = memory::look(backstage, &named(&customer)).await;
            Found { about: if is_new { memory::about(backstage).await } else { None }, memory }
        }));
    }

    fn found(&mut self, found: Found) {
        self.looking = None;
        let pause = if found.memory.is_moving { BUSY } else { QUIET };
        self.next_look = self.next_look.min(Instant::now() + pause);
        if let Some(about) = found.about {
            self.tell("about", about);
        }
        self.tell("memory", found.memory.view);
    }

    fn tell(&mut self, name: &'static str, value: Value) {
        if self.shown.get(name) != Some(&value) {
            self.waiting.push_back(Event::default().event(name).json_data(&value));
            self.shown.insert(name, value);
        }
    }
}
