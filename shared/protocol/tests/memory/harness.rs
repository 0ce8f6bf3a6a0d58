//! A business with one customer over ports without faults. Minutes are those since the first message of all.

use jiff::{SignedDuration, Timestamp};
use zikaron_memory::content::Attachments;
use zikaron_memory::evidence::{About, Extracted, Meant};
use zikaron_memory::merge::Verdict;
use zikaron_memory::profile::Profile;
use zikaron_memory::session::{Channel, SessionId};
use zikaron_memory::settings::Settings;
use zikaron_protocol::call::end;
use zikaron_protocol::model::call::CallCompleted;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::conversation::{Body, Button, Speaker};
use zikaron_protocol::model::event::{Event, Incoming, MessageReceived, Purpose, SessionClose};
use zikaron_protocol::model::ids::{BusinessId, CustomerAddress, LeadKey, Line, MessageId, ParentIds};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::business_store::ErasureReceipt;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{Clock, Digest, Ids, ModelError, PortBundle, ReplyRequest, SendError};
use zikaron_protocol::session::{close, outcome};
use zikaron_protocol::staff::{EditError, ErasurePorts, StaffService, erase};
use zikaron_protocol::testing::in_memory_store::{InMemory, Lead};
use zikaron_protocol::turn;
use zikaron_testing::bus::RecordingBus;
use zikaron_testing::caller::RecordingCaller;
use zikaron_testing::clock::ManualClock;
use zikaron_testing::ids::SequentialIds;
use zikaron_testing::media::KeptMedia;
use zikaron_testing::messenger::{RecordingMessenger, Taken};
use zikaron_testing::model::ScriptedModel;
use zikaron_testing::people;
use zikaron_testing::scheduler::RecordingScheduler;
use zikaron_testing::transcriber::ScriptedTranscriber;

/// Silence that ends a session, in minutes.
pub(crate) const IDLE: i64 = 15;

/// The business, and everything it runs on.
pub(crate) struct MemoryHarness {
    pub(crate) ports: PortBundle<
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
    /// Who calls customers.
    pub(crate) caller: RecordingCaller,
    pub(crate) line: Line,
    pub(crate) customer: CustomerAddress,
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
    /// A business whose AI does not say what it is: tests look at what it says beside that.
    pub(crate) fn new(settings: Settings) -> Self {
        Self::as_it_is(Settings { disclose_ai: false, ..settings })
    }

    pub(crate) fn as_it_is(settings: Settings) -> Self {
        let (store, business, line) = (InMemory::default(), people::business(), people::line("main", "1000001"));
        store.put_route(line.clone(), business.clone());
        store.put_settings(business, settings);
        let config = Config { idle: SignedDuration::from_mins(IDLE), ..Config::default() };
        let ports = PortBundle {
            store,
            config,
            bus: RecordingBus::default(),
            timer: RecordingScheduler::default(),
            model: ScriptedModel::saying("בשמחה."),
            messenger: RecordingMessenger::default(),
            media: KeptMedia::default(),
            transcriber: ScriptedTranscriber::default(),
            clock: ManualClock::frozen_at_second(0),
            ids: SequentialIds::default(),
        };
        Self { ports, caller: RecordingCaller::default(), line, customer: people::customer(1) }
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
        self.ports.clock.set_second(1_800_000_000 + second);
        self
    }

    /// The model's answer from now on.
    pub(crate) fn says(&self, text: &str) {
        self.ports.model.say(text);
    }

    /// What the business was told.
    pub(crate) fn told(&self) -> Vec<Event> {
        self.ports.bus.events()
    }

    /// How the model fails at its next answer.
    pub(crate) fn fails(&self, error: ModelError) {
        self.ports.model.fail(error);
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

    /// A message that is delivered now and was sent so many seconds ago.
    pub(crate) async fn late(&self, text: &str, seconds: i64) -> Exchange {
        let sent_at = self.ports.clock.now() - SignedDuration::from_secs(seconds);
        self.sent(sent_at, Some(text), None, None).await
    }

    async fn send(&self, text: Option<&str>, button: Option<&str>, quotes: Option<MessageId>) -> Exchange {
        self.sent(self.ports.clock.now(), text, button, quotes).await
    }

    async fn sent(
        &self,
        sent_at: Timestamp,
        text: Option<&str>,
        button: Option<&str>,
        quotes: Option<MessageId>,
    ) -> Exchange {
        let message = self.incoming(self.new_id(), text, Purpose::Ask);
        let received = self.received(Incoming { sent_at, button: button.map(str::to_owned), quotes, ..message });
        let outcome = Box::pin(turn::answer(&self.ports, &received)).await.unwrap();
        assert_eq!(outcome, turn::Outcome::Answered);
        let Taken { id, body, .. } = self.ports.messenger.taken().pop().unwrap();
        let buttons: Vec<Button> = match &body {
            Body::Text(_) | Body::NumberRequest { .. } | Body::Template { .. } => Vec::new(),
            Body::Buttons { buttons, .. } => buttons.clone(),
        };
        let shown = self.ports.model.shown().pop().unwrap();
        let buttons = buttons.into_iter().map(|button| button.id).collect();
        Exchange { shown, text: body.text().to_owned(), buttons, id }
    }

    pub(crate) fn new_id(&self) -> MessageId {
        MessageId::parse(format!("wamid.in{}", self.ports.ids.ulid())).unwrap()
    }

    /// A message the customer sends now.
    pub(crate) fn incoming(&self, id: MessageId, text: Option<&str>, purpose: Purpose) -> Incoming {
        Incoming {
            id,
            sent_at: self.ports.clock.now(),
            speaker: Speaker::Customer,
            kind: "text".to_owned(),
            text: text.map(str::to_owned),
            enclosed: Attachments::default(),
            button: None,
            quotes: None,
            purpose,
        }
    }

    pub(crate) fn received(&self, message: Incoming) -> MessageReceived {
        MessageReceived {
            line: self.line.clone(),
            customer: self.customer.clone(),
            parents: ParentIds::default(),
            profile_name: None,
            username: None,
            message,
        }
    }

    /// The phone app tells of a message to the customer that was sent now; ours too, for the channel echoes them.
    pub(crate) async fn echo(&self, id: &MessageId, text: &str) -> turn::Outcome {
        let message = Incoming { speaker: Speaker::Staff, ..self.incoming(id.clone(), Some(text), Purpose::Tell) };
        let received = self.received(message);
        Box::pin(turn::answer(&self.ports, &received)).await.unwrap()
    }

    /// The first so many sends are refused for now.
    pub(crate) fn refuses(&self, sends: usize) {
        let refuse = |number| self.ports.messenger.refuse(number, SendError::RefusedForNow { code: 131_056 });
        (1..=sends).for_each(refuse);
    }

    /// A message whose turn breaks off.
    pub(crate) async fn breaks_off(&self, text: &str) -> turn::TurnError {
        let received = self.received(self.incoming(self.new_id(), Some(text), Purpose::Ask));
        Box::pin(turn::answer(&self.ports, &received)).await.unwrap_err()
    }

    /// The sweep finds the turn due.
    pub(crate) async fn is_due(&self) -> turn::Outcome {
        Box::pin(turn::due(&self.ports, &self.key())).await.unwrap()
    }

    /// What the channel took last.
    pub(crate) fn last_taken(&self) -> Taken {
        self.ports.messenger.taken().pop().unwrap()
    }

    /// A delivery of something this customer sent `minute` minutes in, whoever they are.
    pub(crate) async fn delivery(&self, customer: &CustomerAddress, minute: i64, purpose: Purpose) -> turn::Outcome {
        let sent_at = Timestamp::from_second(1_800_000_000 + minute * 60).unwrap();
        let message = Incoming { sent_at, ..self.incoming(self.new_id(), Some("שלום"), purpose) };
        let received = MessageReceived { customer: customer.clone(), ..self.received(message) };
        Box::pin(turn::answer(&self.ports, &received)).await.unwrap()
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
        self.ports.model.digest_as(Digest { summary: Some(summary.to_owned()), patch, ..Digest::default() });
        let open = self.lead().state.unwrap().session.unwrap();
        let fire = TimerFired { key: self.key(), session: open.id, generation: open.generation };
        let ended = close::fire(&self.ports, &fire).await.unwrap();
        assert_eq!(ended, outcome::Ended::Closed(outcome::Digested::Written));
    }

    pub(crate) fn says_summary(&self, summary: &str) {
        self.ports.model.digest_as(Digest {
            summary: Some(summary.to_owned()),
            patch: Vec::new(),
            ..Digest::default()
        });
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
                    let fire = TimerFired { key: key.clone(), session, generation };
                    Box::pin(close::fire(&self.ports, &fire)).await.unwrap();
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
        self.try_erase(&self.key()).await.unwrap()
    }

    /// Everything about a lead goes, if nothing fails.
    pub(crate) async fn try_erase(&self, key: &LeadKey) -> Result<ErasureReceipt, EditError> {
        let (store, clock) = (&self.ports.store, &self.ports.clock);
        let with = ErasurePorts { store, clock, bus: &self.ports.bus, schedules: &self.ports.timer };
        erase(&with, key).await
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

    pub(crate) fn staff(&self) -> StaffService<'_, InMemory, ManualClock, SequentialIds> {
        StaffService { store: &self.ports.store, clock: &self.ports.clock, ids: &self.ports.ids }
    }

    pub(crate) fn business(&self) -> BusinessId {
        people::business()
    }

    /// The state of the customer's lead is this from now on.
    pub(crate) async fn write_state(&self, state: State) {
        self.ports.store.commit(&self.key(), vec![Write::State(state)]).await.unwrap();
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
    Extracted {
        field: field.to_owned(),
        value: value.to_owned(),
        line: None,
        quote: quote.to_owned(),
        span: None,
        about: Some(About::Customer),
        meant: Some(Meant::States),
        until: None,
        confidence: None,
    }
}
