//! The model is asked beside the wait for quiet, and what a newer message makes void goes to nobody (docs/rules.md#j3).
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use futures_util::future::join_all;
use jiff::SignedDuration;
use zikaron_memory::content::{Attachments, Content, Media};
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Incoming, MessageReceived, Purpose};
use zikaron_protocol::model::ids::{MessageId, ParentIds};
use zikaron_protocol::ports::{Clock, PortBundle};
use zikaron_protocol::testing::in_memory_store::InMemory;
use zikaron_protocol::turn;
use zikaron_testing::bus::RecordingBus;
use zikaron_testing::clock::VirtualClock;
use zikaron_testing::ids::SequentialIds;
use zikaron_testing::media::KeptMedia;
use zikaron_testing::messenger::RecordingMessenger;
use zikaron_testing::model::ScriptedModel;
use zikaron_testing::people;
use zikaron_testing::scheduler::RecordingScheduler;
use zikaron_testing::transcriber::ScriptedTranscriber;

/// The wait for quiet, in milliseconds.
const QUIET: i64 = 1_600;
/// The same for a customer who writes one whole message at a time.
const SHORT: i64 = QUIET - QUIET / 8;
/// A model faster than that wait, and one slower.
const FAST: i64 = 800;
const SLOW: i64 = 2_000;

type Ours = PortBundle<
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

/// A business whose model takes some time.
struct Business {
    ports: Ours,
    written: usize,
}

/// What some messages led to.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    /// How long after the last message everything was over, in milliseconds.
    waited: i64,
    /// How often the model was asked.
    asked: usize,
    /// How many answers went out.
    answers: usize,
}

impl Business {
    fn new(model: i64, settings: Settings) -> Self {
        let (store, business, line) = (InMemory::default(), people::business(), people::line("main", "1000001"));
        store.put_route(line, business.clone());
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
        ports.model.take(&clock, SignedDuration::from_millis(model));
        Self { ports, written: 0 }
    }

    /// What the customer writes, each at so many milliseconds from now.
    async fn write(&mut self, messages: &[(i64, &str)]) -> Seen {
        let content = |text: &str| Attachments {
            content: text.is_empty().then_some(Content::Image),
            media: text.is_empty().then(|| Media { id: "1".to_owned(), mime_type: None, sha256: None, url: None }),
            ..Attachments::default()
        };
        let (asked, answered) = (self.ports.model.shown().len(), self.ports.messenger.taken().len());
        let clock = self.ports.clock.clone();
        let began = clock.now();
        let ports = &self.ports;
        let turns = messages.iter().zip(self.written..).map(|(&(after, text), number)| {
            let clock = clock.clone();
            async move {
                clock.sleep(SignedDuration::from_millis(after)).await;
                let message = Incoming {
                    id: MessageId::parse(format!("m{number}")).unwrap(),
                    sent_at: clock.now(),
                    speaker: Speaker::Customer,
                    kind: "text".to_owned(),
                    text: (!text.is_empty()).then(|| text.to_owned()),
                    enclosed: content(text),
                    button: None,
                    quotes: None,
                    purpose: Purpose::Ask,
                };
                let (line, customer) = (people::line("main", "1000001"), people::customer(1));
                let parents = ParentIds::default();
                let received = MessageReceived { line, customer, parents, profile_name: None, username: None, message };
                Box::pin(turn::answer(ports, &received)).await.unwrap();
            }
        });
        clock.run(Box::pin(join_all(turns))).await;
        self.written += messages.len();
        let last = messages.last().map_or(0, |(after, _)| *after);
        let waited = i64::try_from(clock.now().duration_since(began).as_millis()).unwrap() - last;
        let asked = self.ports.model.shown().len() - asked;
        Seen { waited, asked, answers: self.ports.messenger.taken().len() - answered }
    }

    /// The same, long after what came before.
    async fn write_later(&mut self, messages: &[(i64, &str)]) -> Seen {
        let clock = self.ports.clock.clone();
        clock.run(Box::pin(clock.sleep(SignedDuration::from_secs(60)))).await;
        self.write(messages).await
    }

    /// What the model was last shown of the conversation.
    fn shown(&self) -> Vec<String> {
        let last = self.ports.model.shown().pop().unwrap();
        last.conversation.into_iter().filter(|said| said.speaker == Speaker::Customer).map(|said| said.text).collect()
    }
}

fn settings() -> Settings {
    Settings { quiet_ms: u32::try_from(QUIET).unwrap(), disclose_ai: false, ..Settings::default() }
}

/// A question, another, and a third.
const BURST: [(i64, &str); 3] = [(0, "כמה עולה תספורת?"), (900, "לילד בן שש"), (1_900, "אפשר מחר?")];

#[tokio::test]
async fn the_model_is_asked_beside_the_wait_for_quiet() {
    for (model, waited) in [(FAST, SHORT), (SLOW, SLOW)] {
        let seen = Business::new(model, settings()).write(&[(0, "כמה עולה תספורת?")]).await;
        assert_eq!(seen, Seen { waited, asked: 1, answers: 1 });
    }
}

#[tokio::test]
async fn where_the_model_is_dear_it_is_asked_once_the_customer_is_quiet() {
    let settings = Settings { ask_early: false, ..settings() };
    let mut business = Business::new(FAST, settings);
    assert_eq!(business.write(&[(0, "כמה עולה תספורת?")]).await, Seen { waited: QUIET + FAST, asked: 1, answers: 1 });
    assert_eq!(business.write_later(&BURST).await, Seen { waited: QUIET + FAST, asked: 1, answers: 1 });
}

#[tokio::test]
async fn a_burst_costs_one_answer_that_nobody_gets() {
    for (model, waited) in [(FAST, QUIET), (SLOW, SLOW + 100)] {
        let mut business = Business::new(model, settings());
        assert_eq!(business.write(&BURST).await, Seen { waited, asked: 2, answers: 1 });
        assert_eq!(business.shown(), BURST.map(|(_, text)| text), "the answer has read all of it");
    }
}

#[tokio::test]
async fn nothing_is_asked_after_a_greeting_or_a_picture_before_what_follows() {
    for first in ["היי", "Hello", "רציתי לשאול,", ""] {
        let mut business = Business::new(FAST, settings());
        let seen = business.write(&[(0, first), (1_000, "כמה עולה תספורת?")]).await;
        assert_eq!(seen, Seen { waited: QUIET, asked: 1, answers: 1 }, "{first}");
    }
}

#[tokio::test]
async fn who_writes_in_bursts_is_waited_for() {
    let mut business = Business::new(FAST, settings());
    for asked in [2, 2, 1, 1] {
        let seen = business.write_later(&BURST).await;
        assert_eq!((seen.asked, seen.answers), (asked, 1));
    }
    // And the model is asked early again once they have written otherwise for a while.
    let mut waits = Vec::new();
    for _ in 0..7 {
        waits.push(business.write_later(&[(0, "כמה עולה תספורת?")]).await.waited);
    }
    let (late, early) = (QUIET + FAST, QUIET);
    assert_eq!(waits, [late, late, late, early, early, early, SHORT]);
}

#[tokio::test]
async fn of_a_burst_without_end_no_more_than_two_answers_are_void() {
    let many: Vec<(i64, &str)> = (0..9).map(|number| (number * 1_000, "ועוד משהו?")).collect();
    for model in [FAST, SLOW] {
        let seen = Business::new(model, settings()).write(&many).await;
        assert_eq!((seen.asked, seen.answers), (3, 1), "{model}: {seen:?}");
    }
}
