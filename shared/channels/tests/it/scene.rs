//! A business and everything around it, played: the protocol over a store in memory, a model and a channel that keep
//! what they are given, and a clock that stands still unless somebody sleeps.

use futures_util::future::join_all;
use serde_json::json;
use std::collections::BTreeMap;
use zikaron_channels::whatsapp::error_code;
use zikaron_channels::whatsapp::inbound::{Parsed, parse};
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::model::message::{Message, MessageKey};
use zikaron_protocol::ports::PortBundle;
use zikaron_protocol::testing::in_memory_store::{InMemory, Lead};
use zikaron_protocol::{status, turn};
use zikaron_testing::bus::RecordingBus;
use zikaron_testing::clock::ManualClock;
use zikaron_testing::ids::SequentialIds;
use zikaron_testing::media::KeptMedia;
use zikaron_testing::messenger::RecordingMessenger;
use zikaron_testing::model::ScriptedModel;
use zikaron_testing::people;
use zikaron_testing::scheduler::RecordingScheduler;
use zikaron_testing::transcriber::ScriptedTranscriber;

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

pub(crate) struct Scene(
    pub(crate)  PortBundle<
        InMemory,
        RecordingBus,
        RecordingScheduler,
        ScriptedModel,
        RecordingMessenger,
        KeptMedia,
        ScriptedTranscriber,
        ManualClock,
        SequentialIds,
    >,
);

impl Scene {
    pub(crate) fn new(settings: Settings) -> Self {
        let store = InMemory::default();
        let business = people::business();
        store.put_route(people::line("demo", "100000000000001"), business.clone());
        store.put_settings(business, Settings { disclose_ai: false, ..settings });
        Self(PortBundle {
            store,
            bus: RecordingBus::default(),
            timer: RecordingScheduler::default(),
            model: ScriptedModel::saying("בשמחה, במה אפשר לעזור?"),
            messenger: RecordingMessenger::with_meaning(error_code::failure),
            media: KeptMedia::default(),
            transcriber: ScriptedTranscriber::default(),
            clock: ManualClock::at_second(SAMPLES + 1),
            ids: SequentialIds::default(),
            config: Config::default(),
        })
    }

    /// A scene with the memory on.
    pub(crate) fn remembering() -> Self {
        Self::new(Settings { enable_customer_service: true, ..Settings::default() })
    }

    pub(crate) fn at(&self, second: i64) {
        self.0.clock.set_second(second);
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
                // The business's to know, of no conversation.
                Event::TemplateChanged(_) => {}
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
        let shown = self.0.model.shown();
        let lines = shown.last().map(|request| request.conversation.clone()).unwrap_or_default();
        lines.into_iter().map(|said| format!("{:?}: {}", said.speaker, said.text)).collect()
    }

    pub(crate) fn sent(&self) -> Vec<String> {
        self.0.messenger.taken().iter().map(|taken| taken.body.text().to_owned()).collect()
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.0.bus.events()
    }
}
