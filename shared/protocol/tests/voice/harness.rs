//! A business that hears voice notes, on a clock that goes on by itself.

use jiff::{SignedDuration, Timestamp};
use zikaron_memory::content::{Attachments, Content, Media};
use zikaron_memory::settings::Settings;
use zikaron_memory::transcript::Transcript;
use zikaron_protocol::model::amendment::{Amendment, Amends};
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Incoming, MessageReceived, Purpose};
use zikaron_protocol::model::ids::{Line, MessageId, ParentIds};
use zikaron_protocol::model::message::Message;
use zikaron_protocol::ports::{Clock, PortBundle};
use zikaron_protocol::testing::in_memory_store::{InMemory, Lead};
use zikaron_protocol::turn::{self, Outcome, TurnError};
use zikaron_testing::bus::RecordingBus;
use zikaron_testing::clock::VirtualClock;
use zikaron_testing::ids::SequentialIds;
use zikaron_testing::media::KeptMedia;
use zikaron_testing::messenger::RecordingMessenger;
use zikaron_testing::model::ScriptedModel;
use zikaron_testing::people;
use zikaron_testing::scheduler::RecordingScheduler;
use zikaron_testing::transcriber::ScriptedTranscriber;

/// How long the customer must be quiet, in seconds.
pub(crate) const QUIET: i64 = 2;

pub(crate) type Ours = PortBundle<
    InMemory,
    RecordingBus,
    RecordingScheduler,
    ScriptedModel,
    RecordingMessenger,
    KeptMedia,
    ScriptedTranscriber,
    VirtualClock,
    SequentialIds,
>;

pub(crate) struct VoiceHarness {
    pub(crate) ports: Ours,
    pub(crate) clock: VirtualClock,
    line: Line,
}

/// A business that hears voice notes.
pub(crate) fn hearing() -> Settings {
    Settings {
        enable_customer_service: true,
        disclose_ai: false,
        transcription_model: "whisper".to_owned(),
        quiet_ms: 2_000,
        // What is held here is how hearing and the wait go together.
        ask_early: false,
        ..Settings::default()
    }
}

/// An Ogg file with Opus in it that says itself to be as long as this, and in the bytes of which the double hears `text`.
pub(crate) fn note(text: &str, seconds: u64) -> Vec<u8> {
    let page = |granule: u64| [b"OggS\0\0".as_slice(), &granule.to_le_bytes(), &[0; 14]].concat();
    [page(0), b"OpusHead".to_vec(), page(48_000 * seconds), text.as_bytes().to_vec()].concat()
}

impl VoiceHarness {
    pub(crate) fn new(settings: Settings) -> Self {
        let (store, business, line) = (InMemory::default(), people::business(), people::line("main", "1000001"));
        store.put_route(line.clone(), business.clone());
        store.put_settings(business, settings);
        let clock = VirtualClock::at_second(1_800_000_000);
        let ports = PortBundle {
            store,
            bus: RecordingBus::default(),
            timer: RecordingScheduler::default(),
            model: ScriptedModel::saying("בשמחה."),
            messenger: RecordingMessenger::default(),
            media: KeptMedia::default(),
            transcriber: ScriptedTranscriber::default(),
            clock: clock.clone(),
            ids: SequentialIds::default(),
            config: Config::default(),
        };
        Self { ports, clock, line }
    }

    /// Transcribing takes as long as this.
    pub(crate) fn slow(&self, seconds: i64) {
        self.ports.transcriber.take(&self.clock, SignedDuration::from_secs(seconds));
    }

    /// What the channel keeps under this id is heard to say this.
    pub(crate) fn kept(&self, id: &str, text: &str) {
        self.ports.media.keep(id, "audio/ogg; codecs=opus", text.as_bytes());
    }

    /// A voice note sent now, with the file the channel keeps under this id.
    pub(crate) fn voice(&self, id: &str, media: &str) -> MessageReceived {
        let media =
            Some(Media { id: media.to_owned(), mime_type: Some("audio/ogg".to_owned()), sha256: None, url: None });
        let enclosed = Attachments { content: Some(Content::Voice), media, ..Attachments::default() };
        self.received(Incoming { kind: "audio".to_owned(), enclosed, ..self.incoming(id, None) })
    }

    /// A picture sent now, with the file the channel keeps under this id, and words under it.
    pub(crate) fn picture(&self, id: &str, media: &str, caption: Option<&str>) -> MessageReceived {
        let media =
            Some(Media { id: media.to_owned(), mime_type: Some("image/jpeg".to_owned()), sha256: None, url: None });
        let enclosed = Attachments { content: Some(Content::Image), media, ..Attachments::default() };
        self.received(Incoming { kind: "image".to_owned(), enclosed, ..self.incoming(id, caption) })
    }

    pub(crate) fn text(&self, id: &str, text: &str) -> MessageReceived {
        self.received(self.incoming(id, Some(text)))
    }

    /// The customer changes an earlier message of theirs.
    pub(crate) fn change(&self, target: &str, how: Amendment, text: Option<&str>) -> MessageReceived {
        let amends = Amends { target: MessageId::parse(target).unwrap(), how };
        let id = format!("{target}.change");
        self.received(Incoming { purpose: Purpose::Amend(amends), ..self.incoming(&id, text) })
    }

    fn incoming(&self, id: &str, text: Option<&str>) -> Incoming {
        Incoming {
            id: MessageId::parse(id).unwrap(),
            sent_at: self.clock.now(),
            speaker: Speaker::Customer,
            kind: "text".to_owned(),
            text: text.map(str::to_owned),
            enclosed: Attachments::default(),
            button: None,
            quotes: None,
            purpose: Purpose::Ask,
        }
    }

    fn received(&self, message: Incoming) -> MessageReceived {
        let (line, customer) = (self.line.clone(), people::customer(1));
        MessageReceived { line, customer, parents: ParentIds::default(), profile_name: None, username: None, message }
    }

    /// A turn from its beginning to its end.
    pub(crate) async fn deliver(&self, received: &MessageReceived) -> Result<Outcome, TurnError> {
        self.clock.run(Box::pin(turn::answer(&self.ports, received))).await
    }

    /// The same with something that happens so many seconds later.
    pub(crate) async fn deliver_and(
        &self,
        received: &MessageReceived,
        seconds: i64,
        then: impl AsyncFnOnce(),
    ) -> Result<Outcome, TurnError> {
        let later = async {
            self.clock.sleep(SignedDuration::from_secs(seconds)).await;
            then().await;
        };
        let both = futures_util::future::join(Box::pin(turn::answer(&self.ports, received)), later);
        self.clock.run(both).await.0
    }

    /// What the model was last shown of the conversation.
    pub(crate) fn shown(&self) -> Vec<String> {
        let last = self.ports.model.shown().pop().unwrap();
        last.conversation.into_iter().map(|utterance| utterance.text).collect()
    }

    pub(crate) fn answers(&self) -> usize {
        self.ports.messenger.taken().len()
    }

    /// How often something was transcribed.
    pub(crate) fn heard(&self) -> usize {
        self.ports.transcriber.asked().len()
    }

    pub(crate) fn lead(&self) -> Lead {
        self.ports.store.leads().into_values().next().unwrap()
    }

    pub(crate) fn message(&self, id: &str) -> Message {
        self.lead().messages.into_values().find(|message| message.key.id.as_str() == id).unwrap()
    }

    pub(crate) fn transcript(&self, id: &str) -> Option<Transcript> {
        self.message(id).enclosed.transcript
    }

    /// How many seconds have passed.
    pub(crate) fn since(&self, started: Timestamp) -> i64 {
        self.clock.now().duration_since(started).as_secs()
    }
}
