//! Everything the simulator remembers, until it is reset.

use super::ai_request::AiRequest;
use super::answer_script::AnswerQueue;
use super::connection::Connection;
use super::contact::Contact;
use super::conversation::Conversation;
use super::fault_script::FaultQueue;
use super::grant::Grant;
use super::media::KeptFile;
use super::placed_call::PlacedCall;
use super::say::Say;
use super::sent::{Sent, Typing};
use super::template::Template;
use super::written::Written;
use crate::clock::now;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// What the simulator remembers.
#[derive(Default)]
pub(crate) struct SimulatorState {
    /// In the order they were made known; the first one is meant where none is named.
    pub(crate) connections: Vec<Connection>,
    /// Message templates, all approved or not by the account that the numbers are of.
    pub(crate) templates: Vec<Template>,
    /// What customers were sent, oldest first.
    pub(crate) sent: Vec<Sent>,
    /// Calls that providers were asked to place, oldest first.
    pub(crate) placed_calls: Vec<PlacedCall>,
    /// What customers wrote by `/say`, in the order in which it was posted.
    pub(crate) written: Vec<Written>,
    /// The files of those, under their media ids.
    pub(crate) files: Vec<KeptFile>,
    /// Accepted with 200 and never delivered, as Meta does with a user id in `to`.
    pub(crate) dropped: Vec<Sent>,
    /// Read marks and typing indicators, oldest first.
    pub(crate) typing: Vec<Typing>,
    /// When a customer (phone or user id) last wrote to a number. The time in which they may be answered freely counts
    /// from it.
    last_written: HashMap<(String, String), Timestamp>,
    /// The user id of each phone that named one, or whose owner shared it, by number.
    user_ids: HashMap<(String, String), String>,
    /// Ids of the messages this program posted to a webhook.
    posted: HashSet<String>,
    /// When a number last marked a message as read that this program did not post: a sign that somebody posts webhooks
    /// by hand.
    posted_by_hand: HashMap<String, Timestamp>,
    /// The model's answers to come.
    pub(crate) answers: AnswerQueue,
    /// WhatsApp's faults to come.
    pub(crate) faults: FaultQueue,
    /// The call providers' faults to come.
    pub(crate) call_faults: FaultQueue,
    /// What the model was asked, oldest first.
    pub(crate) ai_requests: Vec<AiRequest>,
    /// What was said in calls that Twilio keeps, by conversation.
    pub(crate) conversations: HashMap<String, Conversation>,
    /// Sign-ins that were approved and not fetched yet, by their code.
    pub(crate) grants: HashMap<String, Grant>,
    ids_made: u64,
}

impl SimulatorState {
    /// Makes a number known, or changes what is known of it.
    pub(crate) fn connect(&mut self, connection: Connection) {
        match self.connections.iter_mut().find(|known| known.number == connection.number) {
            Some(known) => *known = connection,
            None => self.connections.push(connection),
        }
    }

    /// Submits a template, or changes what has become of it. Answers what it was before.
    pub(crate) fn put_template(&mut self, template: Template) -> Option<Template> {
        let is_meant = |known: &Template| (&known.name, &known.language) == (&template.name, &template.language);
        let place = self.templates.iter().position(is_meant);
        let before = place.map(|place| self.templates.remove(place));
        self.templates.push(template);
        before
    }

    /// The connection of a number; the first one where none is named.
    pub(crate) fn connection(&self, number: Option<&str>) -> Option<&Connection> {
        self.connections.iter().find(|known| number.is_none_or(|number| known.number == number))
    }

    /// An id no other message has, also after a restart.
    pub(crate) fn new_message_id(&mut self) -> String {
        self.ids_made += 1;
        format!("wamid.SIM{:x}{:04X}", now().as_nanosecond(), self.ids_made)
    }

    /// A media id no other file has, also after a restart: digits, as Meta's are.
    pub(crate) fn new_file_id(&mut self) -> String {
        self.ids_made += 1;
        format!("{}{:04}", now().as_nanosecond(), self.ids_made)
    }

    /// Notes a message that is about to be posted to the webhook. It replaces an earlier one with its id.
    pub(crate) fn note_written(&mut self, say: &Say, number: &str, contact: &Contact, id: &str, at: Timestamp) {
        let written = Written::of(say, number, contact, id, at);
        match self.written.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = written,
            None => self.written.push(written),
        }
    }

    /// Notes what the webhook answered in the end.
    pub(crate) fn note_webhook_status(&mut self, id: &str, status: u16) {
        if let Some(written) = self.written.iter_mut().find(|written| written.id == id) {
            written.status = Some(status);
        }
    }

    /// A customer wrote to a number: from then on they may be answered freely for a day.
    pub(crate) fn note_customer_wrote(&mut self, number: &str, contact: &Contact, message_id: &str, at: Timestamp) {
        self.posted.insert(message_id.to_owned());
        if let Contact { phone: Some(phone), bsuid: Some(bsuid) } = contact {
            self.user_ids.insert((number.to_owned(), phone.clone()), bsuid.clone());
        }
        for id in [&contact.phone, &contact.bsuid].into_iter().flatten() {
            let last = self.last_written.entry((number.to_owned(), id.clone())).or_insert(at);
            *last = at.max(*last);
        }
    }

    /// A customer shared their phone number with a number: from then on they are reached by it too.
    pub(crate) fn note_shared_phone(&mut self, number: &str, contact: &Contact, phone: &str) {
        if let Some(bsuid) = &contact.bsuid {
            self.user_ids.insert((number.to_owned(), phone.to_owned()), bsuid.clone());
        }
    }

    /// The user id of the phone a message went to, as that number knows it.
    pub(crate) fn user_id(&self, number: &str, phone: &str) -> Option<String> {
        self.user_ids.get(&(number.to_owned(), phone.to_owned())).cloned()
    }

    /// A number marked a message as read.
    pub(crate) fn note_read(&mut self, number: &str, message_id: &str, at: Timestamp) {
        if !self.posted.contains(message_id) {
            self.posted_by_hand.insert(number.to_owned(), at);
        }
    }

    /// When the customer last wrote to the number. Of a customer never heard of, when a message was last seen that went
    /// to the webhook past this program, if ever: it may have been theirs.
    pub(crate) fn last_written(&self, number: &str, customer: &str) -> Option<Timestamp> {
        let of = |customer: String| self.last_written.get(&(number.to_owned(), customer));
        let known = of(customer.to_owned()).or_else(|| of(self.user_id(number, customer)?));
        known.or_else(|| self.posted_by_hand.get(number)).copied()
    }

    /// Forgets everything but the connections, the templates, and who wrote when: a customer does not have to write again
    /// to be answered.
    pub(crate) fn reset(&mut self) {
        self.sent.clear();
        self.written.clear();
        self.files.clear();
        self.dropped.clear();
        self.typing.clear();
        self.answers = AnswerQueue::default();
        self.faults = FaultQueue::default();
        self.call_faults = FaultQueue::default();
        self.placed_calls.clear();
        self.ai_requests.clear();
        self.conversations.clear();
    }
}
