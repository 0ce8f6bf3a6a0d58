//! A business on ports in memory, whose stack digests what it is hinted at, and a model that learns what customers say in two
//! ways only.

use crate::writer::{Phone, words};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicU32, Ordering};
use zikaron_import::budget::{Budget, budget};
use zikaron_import::calls;
use zikaron_import::chat::{Chat, Line, Reading, Who, read};
use zikaron_import::digest::{Digest as Ended, digest};
use zikaron_import::plan::{Limits, Plan, plan, plan_calls};
use zikaron_import::store::store;
use zikaron_memory::evidence::{About, Extracted, Meant};
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::E164;
use zikaron_protocol::ports::{
    Clock, Digest, DigestRequest, EventBus, Model, ModelError, PortBundle, Reply, ReplyRequest, Unavailable,
};
use zikaron_protocol::session::close;
use zikaron_protocol::testing::in_memory_store::{InMemory, Lead};
use zikaron_testing::bus::RecordingBus;
use zikaron_testing::clock::ManualClock;
use zikaron_testing::ids::SequentialIds;
use zikaron_testing::media::KeptMedia;
use zikaron_testing::messenger::RecordingMessenger;
use zikaron_testing::model::ScriptedModel;
use zikaron_testing::people;
use zikaron_testing::scheduler::RecordingScheduler;
use zikaron_testing::transcriber::ScriptedTranscriber;

/// Silence that ends a session.
pub(crate) const IDLE: SignedDuration = SignedDuration::from_mins(15);
/// Now, in seconds since 1970: in January 2027.
pub(crate) const NOW: i64 = 1_800_000_000;

/// Learns names and towns; every summary ends with what was said last. So many digests fail first; so many were asked for.
#[derive(Debug, Default)]
pub(crate) struct Reader(pub(crate) ScriptedModel, pub(crate) AtomicU32, pub(crate) AtomicU32);

impl Model for Reader {
    async fn reply(&self, request: &ReplyRequest) -> Result<Reply, ModelError> {
        self.0.reply(request).await
    }

    async fn digest(&self, request: &DigestRequest) -> Result<Digest, ModelError> {
        self.2.fetch_add(1, Ordering::Relaxed);
        // It takes its time: others go on meanwhile.
        tokio::task::yield_now().await;
        let fails = self.1.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if fails.is_ok() {
            return Err(ModelError::Unavailable("it is ill".to_owned()));
        }
        let mut patch = Vec::new();
        for said in request.transcript.iter().filter(|said| said.speaker == Speaker::Customer) {
            for (mark, field) in [("קוראים לי ", "name"), ("אני גרה ב", "city")] {
                let Some((_, value)) = said.text.split_once(mark) else { continue };
                patch.push(Extracted {
                    field: field.to_owned(),
                    value: value.to_owned(),
                    line: None,
                    quote: said.text.clone(),
                    span: Some(value.to_owned()),
                    until: None,
                    about: Some(About::Customer),
                    meant: Some(Meant::States),
                    confidence: None,
                });
            }
        }
        let last = request.transcript.last().map(|said| said.text.replace('\n', " ")).unwrap_or_default();
        let summary = format!("נושא: שיחה\nמה נדון: תור\nתוצאה: אין\nהמשך: אין\n{last}");
        Ok(Digest { summary: Some(summary), patch, ..Digest::default() })
    }
}

type Ports = PortBundle<
    InMemory,
    RecordingBus,
    RecordingScheduler,
    Reader,
    RecordingMessenger,
    KeptMedia,
    ScriptedTranscriber,
    ManualClock,
    SequentialIds,
>;

/// The business.
pub(crate) struct Town {
    pub(crate) ports: Ports,
}

/// The stack at the other end of the bus: it digests at once.
struct Stack<'a>(&'a Ports);

impl EventBus for Stack<'_> {
    async fn publish(&self, events: &[Event]) -> Result<(), Unavailable> {
        for event in events {
            if let Event::SessionDue(hint) = event {
                close::hinted(self.0, hint).await;
            }
        }
        Ok(())
    }
}

impl Town {
    pub(crate) fn new() -> Self {
        let (memory, business) = (InMemory::default(), people::business());
        memory.put_route(people::line("main", "1000001"), business.clone());
        let settings = Settings { enable_customer_service: true, disclose_ai: false, ..Settings::default() };
        memory.put_settings(business, settings);
        let ports = PortBundle {
            store: memory,
            config: Config { idle: IDLE, ..Config::default() },
            bus: RecordingBus::default(),
            timer: RecordingScheduler::default(),
            model: Reader(ScriptedModel::saying("בשמחה."), AtomicU32::new(0), AtomicU32::new(0)),
            messenger: RecordingMessenger::default(),
            media: KeptMedia::default(),
            transcriber: ScriptedTranscriber::default(),
            clock: ManualClock::frozen_at_second(NOW),
            ids: SequentialIds::default(),
        };
        Self { ports }
    }

    pub(crate) async fn plan(&self, number: u16, lines: &[Line]) -> Plan {
        self.plan_since(number, lines, None).await
    }

    pub(crate) async fn plan_since(&self, number: u16, lines: &[Line], since: Option<Timestamp>) -> Plan {
        let limits = Limits { idle: IDLE, since };
        plan(&self.ports.store, &people::business(), phone(number), &[lines.to_vec(), lines.to_vec()], limits)
            .await
            .unwrap()
    }

    pub(crate) async fn store(&self, plan: &Plan) {
        let with = (&self.ports.store, &self.ports.clock, &self.ports.ids);
        store(with, &people::business(), plan).await.unwrap();
    }

    /// Everything, as the command does it.
    pub(crate) async fn import(&self, chats: &[(u16, Vec<Line>)], most: u64) -> Budget {
        let mut plans = Vec::new();
        for (number, lines) in chats {
            plans.push(self.plan(*number, lines).await);
        }
        self.carry_out(plans, most).await
    }

    async fn carry_out(&self, mut plans: Vec<Plan>, most: u64) -> Budget {
        let budget = budget(&mut plans, most);
        for plan in &plans {
            let with = (&self.ports.store, &self.ports.clock, &self.ports.ids);
            let key = store(with, &people::business(), plan).await.unwrap();
            for session in &plan.sessions {
                let with = (&self.ports.store, &Stack(&self.ports), &self.ports.clock);
                let ended = digest(with, &key, session).await.unwrap();
                assert_ne!(ended, Ended::Later);
            }
        }
        budget
    }

    /// Everything of a file of calls, as the command does it.
    pub(crate) async fn import_calls(&self, text: &str, most: u64) -> Budget {
        let mut plans = Vec::new();
        for (phone, call) in calls::read(text, self.ports.clock.now()).unwrap() {
            let limits = Limits { idle: IDLE, since: None };
            let calls = vec![call.clone(), call];
            plans.push(plan_calls(&self.ports.store, &people::business(), phone, calls, limits).await.unwrap());
        }
        self.carry_out(plans, most).await
    }

    /// The lead of a number.
    pub(crate) fn lead(&self, number: u16) -> Lead {
        let is_it = |lead: &Lead| {
            lead.state.as_ref().is_some_and(|state| state.customer.phone.as_ref() == Some(&phone(number)))
        };
        self.ports.store.leads().into_values().find(is_it).unwrap()
    }

    /// What is remembered of a field.
    pub(crate) fn value(&self, number: u16, field: &str) -> Option<String> {
        let document = self.lead(number).memory.document;
        document.customer_profile_json.get(field).and_then(|field| field.value().map(str::to_owned))
    }
}

pub(crate) fn phone(number: u16) -> E164 {
    people::customer(number).phone.unwrap()
}

/// A line so many minutes before now.
pub(crate) fn line(minutes_ago: i64, who: Who, text: &str) -> Line {
    Line { at: Timestamp::from_second(NOW - NOW % 60 - minutes_ago * 60).unwrap(), who, what: words(text) }
}

/// What a file of these lines says.
pub(crate) fn through_a_file(phone: &Phone, lines: &[Line], customer: &str) -> Chat {
    let zone = TimeZone::get("Asia/Jerusalem").unwrap();
    let text = phone.write(lines, &zone, customer, "My Salon");
    let now = Timestamp::from_second(NOW).unwrap();
    let reading = Reading {
        file: None,
        business_name: Some("My Salon"),
        date_order: Some(phone.order),
        zone: &zone,
        country: None,
        now,
    };
    read(&text, &reading).unwrap()
}
