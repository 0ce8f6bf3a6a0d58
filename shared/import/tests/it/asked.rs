//! A town with an import that its staff asked for through the API, and a stack that delivers events until nothing is left.

use crate::story::{essence, forty, phones};
use crate::town::{Town, phone, through_a_file};
use jiff::tz::TimeZone;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use zikaron_import::chat::Line;
use zikaron_import::worker::{Worked, due};
use zikaron_protocol::model::chat_import::{
    ChatImport, ChatImportId, ChatImportOptions, DayOrder, ImportDue, ImportFile, StagedFile,
};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::ports::{Clock, ImportStore};
use zikaron_protocol::session::outcome::EndError;
use zikaron_protocol::staff::{begin_chat_import, start_chat_import};
use zikaron_testing::people;
use zikaron_testing::staging::StagedFiles;

/// A town with an import of files, uploaded and started.
pub(crate) struct Asked {
    pub(crate) town: Town,
    pub(crate) staging: StagedFiles,
    pub(crate) due: ImportDue,
}

pub(crate) fn id(name: &str) -> ChatImportId {
    ChatImportId::parse(name).unwrap()
}

impl Asked {
    pub(crate) async fn new(files: &[(Option<u16>, String)], max_tokens: u64) -> Self {
        let asked = Self {
            town: Town::new(),
            staging: StagedFiles::default(),
            due: ImportDue { business: people::business(), import: id("01FIRST") },
        };
        asked.begin("01FIRST", files, max_tokens).await;
        asked
    }

    /// Asks for an import of these files, the customer's number with each where it is to be said.
    pub(crate) async fn begin(&self, name: &str, files: &[(Option<u16>, String)], max_tokens: u64) {
        let (store, business) = (&self.town.ports.store, people::business());
        let now = self.town.ports.clock.now();
        let options = ChatImportOptions {
            business_name: Some("My Salon".to_owned()),
            date_order: Some(DayOrder::Dmy),
            // The business is in Israel.
            time_zone: None,
            max_tokens,
        };
        let listed: Vec<ImportFile> = files
            .iter()
            .enumerate()
            .map(|(number, (customer, text))| ImportFile {
                name: Some(format!("chat {number}.txt")),
                bytes: text.len() as u64,
                phone: customer.map(phone),
                found: None,
            })
            .collect();
        begin_chat_import(store, &business, &id(name), (&options, &listed), now).await.unwrap();
        for (number, (_, text)) in files.iter().enumerate() {
            self.staging.upload(StagedFile { business: business.clone(), import: id(name), number }, text.as_bytes());
        }
        start_chat_import(store, &business, "staff", now).await.unwrap();
    }

    pub(crate) async fn work(&self) -> Result<Worked, EndError> {
        due(&self.town.ports, &self.staging, None, &self.due).await
    }

    /// Delivers the event, and again whenever that fails, and whatever is published, until there is nothing more.
    pub(crate) async fn deliver(&self) {
        let published =
            || self.town.ports.bus.events().iter().filter(|event| matches!(event, Event::ImportDue(_))).count();
        for _ in 0..1_000 {
            let before = published();
            if self.work().await.is_ok() && published() == before {
                return;
            }
        }
        panic!("it does not end");
    }

    pub(crate) async fn import(&self) -> ChatImport {
        self.town.ports.store.chat_import(&people::business()).await.unwrap().unwrap()
    }
}

/// The chats of so many customers, as a phone in Hebrew exports them.
pub(crate) fn files(customers: usize) -> Vec<(Option<u16>, String)> {
    let zone = TimeZone::get("Asia/Jerusalem").unwrap();
    let text = |lines: &[Line]| phones()[0].write(lines, &zone, "לקוחה", "My Salon");
    forty().into_iter().take(customers).map(|(customer, lines)| (Some(customer), text(&lines))).collect()
}

/// What the command makes of the same files.
pub(crate) async fn by_command(customers: usize) -> Town {
    let town = Town::new();
    let read = |lines: &[Line]| through_a_file(&phones()[0], lines, "לקוחה").lines;
    let chats: Vec<_> = forty().into_iter().take(customers).map(|(customer, lines)| (customer, read(&lines))).collect();
    Box::pin(town.import(&chats, u64::MAX)).await;
    town
}

pub(crate) fn assert_same(town: &Town, other: &Town, customers: u16) {
    for customer in 0..customers {
        assert_eq!(essence(&town.lead(customer)), essence(&other.lead(customer)), "customer {customer}");
    }
}

/// Lets go of it after it was asked so often whether it is done, as a process does that dies. Whether it was done by then.
pub(crate) async fn dies(work: impl Future, after: usize) -> bool {
    let mut work = pin!(work);
    for _ in 0..after {
        if poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await.is_ready() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}
