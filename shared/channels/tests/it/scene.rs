//! A business and everything around it, played: the protocol over a store in memory, a model and a channel that keep
//! what they are given, and a clock that stands still unless somebody sleeps.

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use zikaron_channels::whatsapp::error_code;
use zikaron_channels::whatsapp::inbound::{Parsed, parse};
use zikaron_memory::handover::ChannelFailure;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::conversation::Body;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::{BusinessId, ConnectionId, Line, MessageId};
use zikaron_protocol::model::message::{Message, MessageKey};
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::{
    Clock, Digest, DigestRequest, EventBus, IdleTimer, Ids, Messenger, Model, ModelError, Outgoing, PortBundle, Reply,
    ReplyRequest, SendError, Unavailable,
};
use zikaron_protocol::testing::in_memory_store::{InMemory, Lead};
use zikaron_protocol::{status, turn};

/// When the samples were written.
pub(crate) const SAMPLES: i64 = 1_794_816_000;

pub(crate) fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/../../events/whatsapp-{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of all samples.
pub(crate) fn samples() -> Vec<String> {
    let folder = format!("{}/../../events", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let names = files.filter_map(|name| Some(name.strip_prefix("whatsapp-")?.strip_suffix(".json")?.to_owned()));
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

pub(crate) struct Time(Mutex<Timestamp>);

impl Clock for Time {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, duration: SignedDuration) {
        *self.0.lock().unwrap() += duration.max(SignedDuration::ZERO);
        // Twice: what runs beside a turn may use up one of them.
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
    }
}

#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Ids for Counter {
    fn ulid(&self) -> String {
        format!("{:026}", self.0.fetch_add(1, Ordering::Relaxed))
    }
}

#[derive(Default)]
pub(crate) struct Bus(pub(crate) Mutex<Vec<Event>>);

impl EventBus for Bus {
    async fn publish(&self, events: &[Event]) -> Result<(), Unavailable> {
        self.0.lock().unwrap().extend_from_slice(events);
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct Timer(pub(crate) Mutex<BTreeMap<String, Timestamp>>);

impl IdleTimer for Timer {
    async fn start(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        self.0.lock().unwrap().insert(fire.session.to_string(), at);
        Ok(())
    }

    async fn restart(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        self.start(fire, at).await
    }
}

/// Gives the answers it was told to, then always the same, and keeps what it was shown.
#[derive(Default)]
pub(crate) struct Answers {
    pub(crate) next: Mutex<Vec<Reply>>,
    pub(crate) shown: Mutex<Vec<ReplyRequest>>,
}

impl Model for Answers {
    async fn reply(&self, request: &ReplyRequest) -> Result<Reply, ModelError> {
        self.shown.lock().unwrap().push(request.clone());
        let usual = Reply { text: "בשמחה, במה אפשר לעזור?".to_owned(), handover: false };
        Ok(self.next.lock().unwrap().pop().unwrap_or(usual))
    }

    async fn digest(&self, _: &DigestRequest) -> Result<Digest, ModelError> {
        Err(ModelError::Refused("not asked here".to_owned()))
    }
}

/// A message as the channel took it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Taken {
    pub(crate) id: MessageId,
    pub(crate) body: Body,
    pub(crate) quotes: Option<MessageId>,
}

/// Takes everything, but for refusals it was told of.
#[derive(Default)]
pub(crate) struct Channel {
    pub(crate) refusals: Mutex<BTreeMap<usize, SendError>>,
    pub(crate) asked: AtomicU64,
    pub(crate) taken: Mutex<Vec<Taken>>,
}

impl Messenger for Channel {
    async fn send(&self, outgoing: Outgoing<'_>) -> Result<MessageId, SendError> {
        let number = usize::try_from(self.asked.fetch_add(1, Ordering::Relaxed)).unwrap() + 1;
        if let Some(refusal) = self.refusals.lock().unwrap().remove(&number) {
            return Err(refusal);
        }
        let mut taken = self.taken.lock().unwrap();
        let id = MessageId::parse(format!("wamid.OUT{}", taken.len() + 1)).unwrap();
        taken.push(Taken { id: id.clone(), body: outgoing.body.clone(), quotes: outgoing.quotes.cloned() });
        Ok(id)
    }

    async fn show_typing(&self, _: &Line, _: &MessageId) -> Result<(), SendError> {
        Ok(())
    }

    fn failure(&self, code: i64) -> ChannelFailure {
        error_code::failure(code)
    }
}

pub(crate) struct Scene(pub(crate) PortBundle<InMemory, Bus, Timer, Answers, Channel, Time, Counter>);

impl Scene {
    pub(crate) fn new(settings: Settings) -> Self {
        let store = InMemory::default();
        let line: Line = serde_json::from_value(json!({"connection": "demo", "number": "100000000000001"})).unwrap();
        let business = BusinessId::parse("demo-salon").unwrap();
        store.put_route(line, business.clone());
        store.put_settings(business, settings);
        let clock = Time(Mutex::new(Timestamp::from_second(SAMPLES + 1).unwrap()));
        Self(PortBundle {
            store,
            bus: Bus::default(),
            timer: Timer::default(),
            model: Answers::default(),
            messenger: Channel::default(),
            clock,
            ids: Counter::default(),
            config: Config::default(),
        })
    }

    /// A scene with the memory on.
    pub(crate) fn remembering() -> Self {
        Self::new(Settings { enable_customer_service: true, ..Settings::default() })
    }

    pub(crate) fn at(&self, second: i64) {
        *self.0.clock.0.lock().unwrap() = Timestamp::from_second(second).unwrap();
    }

    /// A webhook's body comes in, and everything in it is dealt with.
    pub(crate) async fn comes_in(&self, body: &[u8]) -> Parsed {
        let parsed = parse(&ConnectionId::parse("demo").unwrap(), body).unwrap();
        self.deal_with(&parsed.events).await;
        parsed
    }

    pub(crate) async fn deal_with(&self, events: &[Event]) {
        for event in events {
            match event {
                // Both are delivered again where they fail.
                Event::MessageReceived(received) => drop(Box::pin(turn::answer(&self.0, received)).await),
                Event::MessageStatus(told) => drop(Box::pin(status::settle(&self.0, told)).await),
                other => panic!("{other:?}"),
            }
        }
    }

    /// A webhook's body whose events are dealt with side by side.
    pub(crate) async fn come_in_at_once(&self, body: &[u8]) {
        let parsed = parse(&ConnectionId::parse("demo").unwrap(), body).unwrap();
        let received = parsed.events.iter().filter_map(|event| match event {
            Event::MessageReceived(received) => Some(turn::answer(&self.0, received)),
            _ => None,
        });
        join_all(received).await;
    }

    /// A message of the customer of the samples. `item` is its type, its body, and what else is to be in it.
    pub(crate) async fn writes(&self, id: &str, at: i64, kind: &str, item: serde_json::Value) {
        let mut body: serde_json::Value = serde_json::from_slice(&sample("text-hebrew")).unwrap();
        let message = &mut body["entry"][0]["changes"][0]["value"]["messages"][0];
        message.as_object_mut().unwrap().remove("text");
        message["id"] = json!(format!("wamid.{id}"));
        message["timestamp"] = json!(at.to_string());
        message["type"] = json!(kind);
        message[kind] = item;
        self.comes_in(body.to_string().as_bytes()).await;
    }

    pub(crate) async fn says(&self, id: &str, at: i64, text: &str) {
        self.writes(id, at, "text", json!({"body": text})).await;
    }

    pub(crate) fn lead(&self) -> Lead {
        let leads = self.0.store.leads();
        assert_eq!(leads.len(), 1, "one customer is one lead");
        leads.into_values().next().unwrap()
    }

    pub(crate) fn messages(&self) -> BTreeMap<MessageKey, Message> {
        self.0.store.leads().into_values().flat_map(|lead| lead.messages).collect()
    }

    pub(crate) fn message(&self, id: &str) -> Message {
        let id = format!("wamid.{id}");
        self.messages().into_values().find(|message| message.key.id.as_str() == id).unwrap()
    }

    /// What the model was shown the last time, line by line.
    pub(crate) fn shown(&self) -> Vec<String> {
        let shown = self.0.model.shown.lock().unwrap();
        let lines = shown.last().map(|request| request.conversation.clone()).unwrap_or_default();
        lines.into_iter().map(|said| format!("{:?}: {}", said.speaker, said.text)).collect()
    }

    pub(crate) fn sent(&self) -> Vec<String> {
        self.0.messenger.taken.lock().unwrap().iter().map(|taken| taken.body.text().to_owned()).collect()
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.0.bus.0.lock().unwrap().clone()
    }
}
