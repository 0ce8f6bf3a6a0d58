//! A business with one customer over ports without faults. Minutes are those since the first message of all.

use jiff::{SignedDuration, Timestamp};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use zikaron_memory::content::Attachments;
use zikaron_memory::evidence::Extracted;
use zikaron_memory::merge::Verdict;
use zikaron_memory::profile::Profile;
use zikaron_memory::session::{Channel, SessionId};
use zikaron_memory::settings::Settings;
use zikaron_protocol::call::end;
use zikaron_protocol::model::call::CallCompleted;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::conversation::{Body, Button, Speaker};
use zikaron_protocol::model::event::{Event, Incoming, MessageReceived, Purpose, SessionClose};
use zikaron_protocol::model::ids::{
    BusinessId, ConnectionId, CustomerAddress, E164, LeadKey, Line, MessageId, NumberId,
};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::business_store::ErasureReceipt;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{
    Clock, Digest, DigestRequest, EventBus, IdleTimer, Ids, Messenger, Model, ModelError, Outgoing, PortBundle, Reply,
    ReplyRequest, Schedules, SendError, Unavailable,
};
use zikaron_protocol::session::{close, outcome};
use zikaron_protocol::staff::{ErasurePorts, StaffService, erase};
use zikaron_protocol::testing::in_memory_store::{InMemory, Lead};
use zikaron_protocol::turn;

/// Silence that ends a session, in minutes.
pub(crate) const IDLE: i64 = 15;

/// A clock set by hand; waiting takes no time.
#[derive(Default)]
pub(crate) struct ManualClock(AtomicI64);

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
    async fn sleep(&self, _: SignedDuration) {}
}

/// Ids that count up, and so sort by time of making.
#[derive(Default)]
pub(crate) struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn ulid(&self) -> String {
        format!("01J{:023}", self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// The bus and the schedules, which nobody listens to.
pub(crate) struct NoListener;

impl EventBus for NoListener {
    async fn publish(&self, _: &[Event]) -> Result<(), Unavailable> {
        Ok(())
    }
}

impl Schedules for NoListener {
    async fn cancel(&self, _: &TimerFired) -> Result<bool, Unavailable> {
        Ok(false)
    }
}

impl IdleTimer for NoListener {
    async fn start(&self, _: &TimerFired, _: Timestamp) -> Result<(), Unavailable> {
        Ok(())
    }
    async fn restart(&self, _: &TimerFired, _: Timestamp) -> Result<(), Unavailable> {
        Ok(())
    }
}

/// A model that answers as the test says, and keeps what it was shown.
#[derive(Default)]
pub(crate) struct ScriptedModel {
    reply: Mutex<String>,
    digest: Mutex<Digest>,
    shown: Mutex<Vec<ReplyRequest>>,
}

impl Model for ScriptedModel {
    async fn reply(&self, request: &ReplyRequest) -> Result<Reply, ModelError> {
        self.shown.lock().unwrap().push(request.clone());
        Ok(Reply { text: self.reply.lock().unwrap().clone(), handover: false })
    }
    async fn digest(&self, _: &DigestRequest) -> Result<Digest, ModelError> {
        Ok(self.digest.lock().unwrap().clone())
    }
}

/// A channel that accepts everything, and keeps what the customer got.
#[derive(Default)]
pub(crate) struct RecordingMessenger(Mutex<Vec<(MessageId, Body)>>);

impl Messenger for RecordingMessenger {
    async fn send(&self, outgoing: Outgoing<'_>) -> Result<MessageId, SendError> {
        let mut got = self.0.lock().unwrap();
        let id = MessageId::parse(format!("wamid.out{}", got.len())).unwrap();
        got.push((id.clone(), outgoing.body.clone()));
        Ok(id)
    }
    async fn show_typing(&self, _: &Line, _: &MessageId) -> Result<(), SendError> {
        Ok(())
    }
}

/// The business, and everything it runs on.
pub(crate) struct MemoryHarness {
    ports: PortBundle<InMemory, NoListener, NoListener, ScriptedModel, RecordingMessenger, ManualClock, CountingIds>,
    line: Line,
    customer: CustomerAddress,
}

/// What one message of the customer led to.
pub(crate) struct Exchange {
    /// What the model was shown.
    pub(crate) shown: ReplyRequest,
    /// What the customer read.
    pub(crate) text: String,
    /// The ids of the buttons under it.
    pub(crate) buttons: Vec<String>,
    /// The channel's id of it.
    pub(crate) id: MessageId,
}

impl Exchange {
    pub(crate) fn asks(&self) -> bool {
        self.text.contains("שעצרנו") || self.text.contains("left off")
    }
}

impl MemoryHarness {
    pub(crate) fn new(settings: Settings) -> Self {
        let (store, business) = (InMemory::default(), BusinessId::parse("demo-salon").unwrap());
        let line =
            Line { connection: ConnectionId::parse("main").unwrap(), number: NumberId::parse("1000001").unwrap() };
        store.put_route(line.clone(), business.clone());
        store.put_settings(business, settings);
        let config = Config { idle: SignedDuration::from_mins(IDLE), ..Config::default() };
        let ports = PortBundle {
            store,
            config,
            bus: NoListener,
            timer: NoListener,
            model: ScriptedModel::default(),
            messenger: RecordingMessenger::default(),
            clock: ManualClock::default(),
            ids: CountingIds::default(),
        };
        let harness =
            Self { ports, line, customer: CustomerAddress { bsuid: None, phone: E164::parse("+972555000001").ok() } };
        harness.says("בשמחה.");
        harness
    }

    pub(crate) fn change(&self, settings: Settings) {
        self.ports.store.put_settings(self.key().business, settings);
    }

    pub(crate) fn remembering() -> Self {
        Self::new(Settings { enable_customer_service: true, ..Settings::default() })
    }

    /// From now on it is this minute.
    pub(crate) fn at(&self, minute: i64) -> &Self {
        self.at_second(minute * 60)
    }

    pub(crate) fn at_second(&self, second: i64) -> &Self {
        self.ports.clock.0.store(1_800_000_000 + second, Ordering::Relaxed);
        self
    }

    /// The model's answer from now on.
    pub(crate) fn says(&self, text: &str) {
        text.clone_into(&mut self.ports.model.reply.lock().unwrap());
    }

    pub(crate) async fn write(&self, text: &str) -> Exchange {
        self.send(Some(text), None, None).await
    }

    pub(crate) async fn tap(&self, button: &str) -> Exchange {
        self.send(Some("…"), Some(button), None).await
    }

    pub(crate) async fn quote(&self, quoted: &MessageId, text: &str) -> Exchange {
        self.send(Some(text), None, Some(quoted.clone())).await
    }

    async fn send(&self, text: Option<&str>, button: Option<&str>, quotes: Option<MessageId>) -> Exchange {
        let message = Incoming {
            id: MessageId::parse(format!("wamid.in{}", self.ports.ids.ulid())).unwrap(),
            sent_at: self.ports.clock.now(),
            speaker: Speaker::Customer,
            kind: "text".to_owned(),
            text: text.map(str::to_owned),
            enclosed: Attachments::default(),
            button: button.map(str::to_owned),
            quotes,
            purpose: Purpose::Ask,
        };
        let received =
            MessageReceived { line: self.line.clone(), customer: self.customer.clone(), profile_name: None, message };
        assert_eq!(turn::answer(&self.ports, &received).await.unwrap(), turn::Outcome::Answered);
        let (id, body) = self.ports.messenger.0.lock().unwrap().last().cloned().unwrap();
        let buttons: Vec<Button> = match &body {
            Body::Text(_) => Vec::new(),
            Body::Buttons { buttons, .. } => buttons.clone(),
        };
        let shown = self.ports.model.shown.lock().unwrap().last().cloned().unwrap();
        let buttons = buttons.into_iter().map(|button| button.id).collect();
        Exchange { shown, text: body.text().to_owned(), buttons, id }
    }

    /// A delivery of something this customer sent `minute` minutes in, whoever they are.
    pub(crate) async fn delivery(&self, customer: &CustomerAddress, minute: i64, purpose: Purpose) -> turn::Outcome {
        let message = Incoming {
            id: MessageId::parse(format!("wamid.in{}", self.ports.ids.ulid())).unwrap(),
            sent_at: Timestamp::from_second(1_800_000_000 + minute * 60).unwrap(),
            speaker: Speaker::Customer,
            kind: "text".to_owned(),
            text: Some("שלום".to_owned()),
            enclosed: Attachments::default(),
            button: None,
            quotes: None,
            purpose,
        };
        let (line, customer) = (self.line.clone(), customer.clone());
        turn::answer(&self.ports, &MessageReceived { line, customer, profile_name: None, message }).await.unwrap()
    }

    /// How many messages of customers each lead holds, in the order the leads were made.
    pub(crate) fn held(&self) -> Vec<usize> {
        let written = |lead: &Lead| lead.messages.values().filter(|m| m.speaker == Speaker::Customer).count();
        self.ports.store.leads().values().map(written).collect()
    }

    pub(crate) fn leads(&self) -> Vec<Lead> {
        self.ports.store.leads().into_values().collect()
    }

    /// The schedule fires now, and the model digests like this.
    pub(crate) async fn digest(&self, summary: &str, patch: Vec<Extracted>) {
        *self.ports.model.digest.lock().unwrap() = Digest { summary: Some(summary.to_owned()), patch };
        let open = self.lead().state.unwrap().session.unwrap();
        let fire = TimerFired { key: self.key(), session: open.id, generation: open.generation };
        let ended = close::fire(&self.ports, &fire).await.unwrap();
        assert_eq!(ended, outcome::Ended::Closed(outcome::Digested::Written));
    }

    pub(crate) fn says_summary(&self, summary: &str) {
        *self.ports.model.digest.lock().unwrap() = Digest { summary: Some(summary.to_owned()), patch: Vec::new() };
    }

    /// The session that is open.
    pub(crate) fn open(&self) -> SessionId {
        self.lead().state.unwrap().session.unwrap().id
    }

    /// Every session that is not finished is looked at, a few times over: digests are written, leads folded in.
    pub(crate) async fn settles(&self) {
        for _ in 0..3 {
            for (key, lead) in self.ports.store.leads() {
                let open = lead.state.and_then(|state| state.session).map(|open| (open.id, open.generation));
                let rest = lead.sessions.into_values().filter(|session| session.is_unfinished());
                for (session, generation) in open.into_iter().chain(rest.map(|session| (session.id, session.tries))) {
                    close::fire(&self.ports, &TimerFired { key: key.clone(), session, generation }).await.unwrap();
                }
            }
        }
    }

    /// Staff asked for this session to be closed.
    pub(crate) async fn close(&self, session: &SessionId) -> outcome::Ended {
        let asked = SessionClose { key: self.key(), session: Some(session.clone()) };
        close::close_now(&self.ports, &asked).await.unwrap()
    }

    /// Everything about the first customer goes.
    pub(crate) async fn erase(&self) -> ErasureReceipt {
        let (store, clock) = (&self.ports.store, &self.ports.clock);
        let with = ErasurePorts { store, clock, bus: &NoListener, schedules: &NoListener };
        erase(&with, &self.key()).await.unwrap()
    }

    /// A call that ended `minute` minutes in, from this number, is reported.
    pub(crate) async fn reported(&self, number: &str, minute: i64) -> end::CallEnded {
        let at = Timestamp::from_second(1_800_000_000 + minute * 60).unwrap();
        let event: CallCompleted = serde_json::from_value(serde_json::json!({
            "ended_at": at, "provider": "generic",
            "call_id": self.ports.ids.ulid(), "connection": self.line.connection, "routes": [self.line.number],
            "customer": number, "report": {"direction": "inbound", "started_at": at, "voicemail": false, "transcript": [
                {"voice": "customer", "text": "שלום", "second": 1}]},
        }))
        .unwrap();
        end::completed(&self.ports, &event).await.unwrap()
    }

    /// A phone call ended now.
    pub(crate) async fn call(&self) {
        let mut state: State = self.lead().state.unwrap().next();
        state.record_interaction(self.ports.clock.now(), Channel::Call);
        self.ports.store.commit(&self.key(), vec![Write::State(state)]).await.unwrap();
    }

    pub(crate) fn staff(&self) -> StaffService<'_, InMemory, ManualClock, CountingIds> {
        StaffService { store: &self.ports.store, clock: &self.ports.clock, ids: &self.ports.ids }
    }

    pub(crate) fn key(&self) -> LeadKey {
        self.ports.store.leads().into_keys().next().unwrap()
    }

    pub(crate) fn lead(&self) -> Lead {
        self.ports.store.leads().into_values().next().unwrap()
    }

    pub(crate) fn profile(&self) -> Profile {
        self.lead().memory.document.customer_profile_json
    }

    pub(crate) fn changes(&self) -> Vec<Verdict> {
        self.lead().changes
    }
}

/// A claim of the model, with the customer's words.
pub(crate) fn claim(field: &str, value: &str, quote: &str) -> Extracted {
    Extracted { field: field.to_owned(), value: value.to_owned(), quote: quote.to_owned(), confidence: None }
}
