//! Everything the simulator remembers, until it is reset.

use crate::ai::AiRequest;
use crate::ai::script::Queue;
use crate::clock::now;
use crate::issuer::Issuer;
use crate::page::Backstage;
use crate::whatsapp::misbehave::Misbehaviour;
use crate::whatsapp::sent::{Sent, Typing};
use crate::whatsapp::written::Written;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// One WhatsApp number of a Meta app, and where that app's webhooks go.
#[derive(Clone, Serialize, Deserialize)]
pub struct Connection {
    /// The `phone_number_id`.
    pub number: String,
    /// Where webhooks go; without it nothing can be said to this number, and no statuses come.
    #[serde(default)]
    pub webhook_url: Option<String>,
    /// What webhooks are signed with.
    pub app_secret: String,
    /// What a send must bear.
    pub access_token: String,
    /// The number as people dial it.
    #[serde(default = "display_number")]
    pub display_number: String,
    /// Which statuses follow a send, in this order.
    #[serde(default = "statuses")]
    pub statuses: Vec<String>,
}

/// From the range kept free for fiction: nobody has it.
pub(crate) fn display_number() -> String {
    "12025550100".to_owned()
}

pub(crate) fn statuses() -> Vec<String> {
    vec!["sent".to_owned(), "delivered".to_owned()]
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("number", &self.number).finish_non_exhaustive()
    }
}

/// A customer as WhatsApp knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Customer {
    /// Digits only.
    pub(crate) phone: Option<String>,
    pub(crate) bsuid: Option<String>,
}

/// What is kept of the world.
#[derive(Default)]
pub(crate) struct Book {
    /// In the order they were made known; the first one is meant where none is named.
    pub(crate) connections: Vec<Connection>,
    pub(crate) sent: Vec<Sent>,
    /// What customers wrote by `/say`, in the order it was said.
    pub(crate) written: Vec<Written>,
    /// Accepted with 200 and never delivered, as Meta does with a user id in `to`.
    pub(crate) dropped: Vec<Sent>,
    pub(crate) typing: Vec<Typing>,
    /// When a customer (phone or user id) last wrote to a number: the free-form window counts from it.
    last_written: HashMap<(String, String), Timestamp>,
    /// Ids of the messages that went out through this program.
    delivered: HashSet<String>,
    /// When a number last marked a message as read that did not: somebody posts webhooks by hand.
    posted_by_hand: HashMap<String, Timestamp>,
    pub(crate) script: Queue,
    pub(crate) misbehaviour: Misbehaviour,
    pub(crate) ai_requests: Vec<AiRequest>,
    made: u64,
}

/// The book, shared by all requests, and a client to call webhooks with.
#[derive(Clone)]
pub(crate) struct World {
    book: Arc<Mutex<Book>>,
    changes: watch::Sender<()>,
    pub(crate) http: reqwest::Client,
    pub(crate) backstage: Arc<Option<Backstage>>,
    pub(crate) issuer: Arc<Issuer>,
}

impl World {
    pub(crate) fn new(http: reqwest::Client, issuer: Issuer, backstage: Option<Backstage>) -> Self {
        let (backstage, issuer) = (Arc::new(backstage), Arc::new(issuer));
        Self { book: Arc::default(), changes: watch::Sender::new(()), http, backstage, issuer }
    }

    /// The lock is never held across an await.
    pub(crate) fn book(&self) -> OpenBook<'_> {
        let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        OpenBook { book, changes: &self.changes, written_in: false }
    }

    /// Something changed that is not in the book.
    pub(crate) fn announce(&self) {
        self.changes.send_replace(());
    }

    /// Tells of every change from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }
}

/// The book while somebody reads or writes in it. Whoever may have changed something tells the watchers when done, so
/// that no change can be forgotten to be told.
pub(crate) struct OpenBook<'a> {
    book: MutexGuard<'a, Book>,
    changes: &'a watch::Sender<()>,
    written_in: bool,
}

impl Deref for OpenBook<'_> {
    type Target = Book;

    fn deref(&self) -> &Book {
        &self.book
    }
}

impl DerefMut for OpenBook<'_> {
    fn deref_mut(&mut self) -> &mut Book {
        self.written_in = true;
        &mut self.book
    }
}

impl Drop for OpenBook<'_> {
    fn drop(&mut self) {
        if self.written_in {
            self.changes.send_replace(());
        }
    }
}

impl Book {
    pub(crate) fn connect(&mut self, connection: Connection) {
        match self.connections.iter_mut().find(|known| known.number == connection.number) {
            Some(known) => *known = connection,
            None => self.connections.push(connection),
        }
    }

    /// The connection of a number; the first one where none is named.
    pub(crate) fn connection(&self, number: Option<&str>) -> Option<&Connection> {
        self.connections.iter().find(|known| number.is_none_or(|number| known.number == number))
    }

    /// An id no other message has, also after a restart.
    pub(crate) fn wamid(&mut self) -> String {
        self.made += 1;
        format!("wamid.SIM{:x}{:04X}", now().as_nanosecond(), self.made)
    }

    pub(crate) fn wrote(&mut self, number: &str, customer: &Customer, message_id: &str, at: Timestamp) {
        self.delivered.insert(message_id.to_owned());
        for id in [&customer.phone, &customer.bsuid].into_iter().flatten() {
            let last = self.last_written.entry((number.to_owned(), id.clone())).or_insert(at);
            *last = at.max(*last);
        }
    }

    /// A message was marked as read.
    pub(crate) fn read(&mut self, number: &str, message_id: &str, at: Timestamp) {
        if !self.delivered.contains(message_id) {
            self.posted_by_hand.insert(number.to_owned(), at);
        }
    }

    /// When the customer last wrote. Of one never heard of, when something was last written past this program, if
    /// ever: it may have been them.
    pub(crate) fn last_written(&self, number: &str, customer: &str) -> Option<Timestamp> {
        let heard = self.last_written.get(&(number.to_owned(), customer.to_owned()));
        heard.or_else(|| self.posted_by_hand.get(number)).copied()
    }

    /// Forgets everything but the connections and who wrote when: a customer does not have to say hello again.
    pub(crate) fn reset(&mut self) {
        self.sent.clear();
        self.written.clear();
        self.dropped.clear();
        self.typing.clear();
        self.script = Queue::default();
        self.misbehaviour = Misbehaviour::default();
        self.ai_requests.clear();
    }
}

/// The user id WhatsApp gives a phone's owner towards one business: always the same.
pub(crate) fn bsuid_of(number: &str, phone: &str) -> String {
    let digest = Sha256::digest(format!("{number} {phone}"));
    let digits: String = digest.iter().take(20).map(|byte| char::from(b'0' + byte % 10)).collect();
    format!("IL.{digits}")
}
