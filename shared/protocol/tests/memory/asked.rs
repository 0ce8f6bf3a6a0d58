//! A question in mid-call, answered from what is stored (docs/rules.md#g7).

use jiff::{SignedDuration, Timestamp};
use zikaron_memory::country::Country;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::merge::merge;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::{Candidate, Confidence, Profile, Source};
use zikaron_memory::session::{Channel, SessionId};
use zikaron_memory::settings::Settings;
use zikaron_protocol::call::ask::{Answer, Place, ask};
use zikaron_protocol::model::call::{Call, CallKey, CallName, Direction, Provider, Report, Spoken, Voice};
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::ids::{
    BusinessId, CallId, ConnectionId, CustomerAddress, E164, LeadId, LeadKey, Line, MessageId, NumberId, ShownNumber,
};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::message::{Message, MessageKey};
use zikaron_protocol::model::ongoing_call::OngoingCall;
use zikaron_protocol::model::session::{OpenSession, Resume};
use zikaron_protocol::model::write::{Memory, Write};
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::testing::in_memory_store::InMemory;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn business() -> BusinessId {
    BusinessId::parse("salon").unwrap()
}

fn key() -> LeadKey {
    LeadKey { business: business(), lead: LeadId::parse("lead").unwrap() }
}

fn call(from: &str) -> OngoingCall {
    OngoingCall {
        connection: ConnectionId::parse("calls").unwrap(),
        routes: vec![NumberId::parse("+12025550100").unwrap()],
        business_number: ShownNumber::parse("+12025550100").ok(),
        customer: ShownNumber::parse(from).ok(),
    }
}

/// A call that ended at five past eight.
fn held(id: &str, report: Report, remembered: bool) -> Call {
    let name = CallName { provider: Provider::Generic, call_id: CallId::parse(id).unwrap() };
    let key = CallKey { ended_at: at("2026-11-16T08:05:00Z"), name };
    Call { key, version: 1, remembered, session: None, report }
}

/// A call in which the customer said this, line by line.
fn report(lines: impl Iterator<Item = String>) -> Report {
    let said = |text| Spoken { voice: Voice::Customer, text, second: Some(1) };
    Report {
        direction: Direction::Inbound,
        started_at: at("2026-11-16T08:00:00Z"),
        transcript: lines.map(said).collect(),
        voicemail: false,
        summary: None,
        recording_url: None,
        ended_because: None,
    }
}

/// A customer with notes and an earlier call.
async fn salon(on: bool, is_fresh: bool) -> InMemory {
    let store = InMemory::default();
    let line = Line { connection: call("x").connection, number: call("x").routes[0].clone() };
    store.put_route(line, business());
    let country = Country::parse("IL").ok();
    store.put_settings(business(), Settings { enable_customer_service: on, country, ..Settings::default() });
    let customer = CustomerAddress { bsuid: None, phone: E164::parse("+972555000001").ok() };
    let key = key();
    let began = at("2026-11-16T08:00:00Z");
    let mut state = State::new(customer.clone(), began).next();
    state.record_interaction(began, Channel::Call);
    state.session = is_fresh.then(|| OpenSession {
        id: SessionId::new("s"),
        opened_at: began,
        first_sent_at: began,
        last_at: began,
        generation: 0,
        armed: true,
        remembered: 1,
        opened_by: 1,
        resume: Resume::No,
        fresh_from: Some(3),
        confirm_asked: false,
        sent: false,
    });
    let note = |id: &str, kind, text: &str| Note { id: id.to_owned(), kind, text: text.to_owned(), at: began };
    let summary = note("1", NoteKind::CallSummary, "נושא: צבע לשיער\nהלקוחה אלרגית לאמוניה");
    let by_staff = note("2", NoteKind::Note, "לתת לה תמיד כיסא ליד החלון");
    let said = |voice, text: &str, second| Spoken { voice, text: text.to_owned(), second: Some(second) };
    let report = Report {
        direction: Direction::Inbound,
        started_at: began,
        transcript: vec![
            said(Voice::Agent, "מתי נוח לך?", 0),
            said(Voice::Customer, "רק בימי שלישי, הילדים בגן עד ארבע", 5),
            said(Voice::Unknown, "גן אחר לגמרי", 9),
        ],
        voicemail: false,
        summary: None,
        recording_url: None,
        ended_because: None,
    };
    let earlier = held("c", report, true);
    let items = vec![
        Write::Alias(customer),
        Write::State(state),
        Write::Memory(Box::new(Memory { version: 1, ..Memory::default() })),
        Write::Note(summary),
        Write::Note(by_staff),
        Write::Call(Box::new(earlier)),
    ];
    store.commit(&key, items).await.unwrap();
    store
}

#[tokio::test]
async fn what_was_said_in_a_call_is_found_while_its_lead_is_being_merged() {
    let store = salon(true, false).await;
    let into = LeadKey { business: business(), lead: LeadId::parse("into").unwrap() };
    let state = store.state(&key()).await.unwrap().unwrap();
    let merging = State { joined_to: Some(into.lead.clone()), ..state.next() };
    let customer = state.customer.clone();
    let whole = State { joining: vec![key().lead], ..State::new(customer, at("2026-11-16T09:00:00Z")).next() };
    store.commit(&key(), vec![Write::State(merging)]).await.unwrap();
    let memory = Write::Memory(Box::new(Memory { version: 1, ..Memory::default() }));
    store.commit(&into, vec![Write::State(whole), memory]).await.unwrap();
    let answer = answer(&store, "055-500-0001", "עד מתי הילדים בגן?").await;
    assert_eq!(answer.found[0].place, Place::Call, "{}", answer.text);
}

async fn answer(store: &InMemory, from: &str, question: &str) -> Answer {
    let questions = [question.to_owned()];
    ask(store, &call(from), &questions, Timestamp::UNIX_EPOCH).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_question_is_answered_from_notes_summaries_and_calls_with_day_and_speaker() {
    let store = salon(true, false).await;
    for (question, line) in [
        ("יש לה אלרגיות?", "2026-11-16 summary: הלקוחה אלרגית לאמוניה"),
        ("איפה היא אוהבת לשבת, ליד חלון?", "2026-11-16 note: לתת לה תמיד כיסא ליד החלון"),
        ("עד מתי הילדים בגן?", "2026-11-16 call, customer: רק בימי שלישי, הילדים בגן עד ארבע"),
    ] {
        let answer = answer(&store, "055-500-0001", question).await;
        assert_eq!(answer.text.lines().next(), Some(line), "{question}");
    }
    let answer = answer(&store, "+972555000001", "עד מתי הילדים בגן?").await;
    assert!(!answer.text.contains("לגמרי"), "of whom nobody knows is nobody's word: {}", answer.text);
    let child = &answer.found[0];
    assert_eq!((child.place, child.speaker), (Place::Call, Some(Speaker::Customer)));
    assert_eq!(child.at, at("2026-11-16T08:00:05Z"));
}

#[tokio::test]
async fn nothing_is_found_of_a_stranger_nor_of_what_nobody_spoke_of_nor_with_the_memory_off() {
    let (on, off) = (salon(true, false).await, salon(false, false).await);
    for (store, from, question) in [
        (&on, "+972555000002", "יש לה אלרגיות?"),
        (&on, "anonymous", "יש לה אלרגיות?"),
        (&on, "+972555000001", "מה מספר הרכב?"),
        (&on, "+972555000001", ""),
        (&off, "+972555000001", "יש לה אלרגיות?"),
    ] {
        assert_eq!(answer(store, from, question).await, Answer::default(), "{from}: {question}");
    }
    let elsewhere = OngoingCall { routes: vec![NumberId::parse("1").unwrap()], ..call("+972555000001") };
    let questions = ["a".to_owned(), "b".to_owned()];
    let nothing = ask(&on, &elsewhere, &questions, Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(nothing, [Answer::default(), Answer::default()], "an answer for each question");
}

#[tokio::test]
async fn after_a_fresh_start_only_what_staff_wrote_is_found() {
    let store = salon(true, true).await;
    assert_eq!(answer(&store, "+972555000001", "יש לה אלרגיות?").await, Answer::default());
    assert_eq!(answer(&store, "+972555000001", "מה קורה עד ארבע?").await, Answer::default());
    assert_eq!(answer(&store, "+972555000001", "איזה כיסא?").await.found.len(), 1);
}

#[tokio::test]
async fn what_was_said_while_the_memory_was_off_or_was_taken_back_is_not_found() {
    for (remembered, revoked, found) in [(true, false, 2), (false, false, 0), (true, true, 1)] {
        let store = salon(true, false).await;
        let place = MessageKey { sent_at: at("2026-11-16T08:10:00Z"), id: MessageId::parse("wamid.1").unwrap() };
        let incoming = Message::incoming(place, Speaker::Customer, "text".to_owned());
        let message = Message { text: "יש לי כלב קטן".to_owned(), remembered, revoked, ..incoming };
        let spoken = report(["כלב גדול בבית".to_owned()].into_iter());
        let items = vec![Write::Message(message), Write::Call(Box::new(held("c2", spoken, remembered)))];
        store.commit(&key(), items).await.unwrap();
        let answer = answer(&store, "+972555000001", "יש לה כלב?").await;
        assert_eq!(answer.found.len(), found, "{remembered} {revoked}: {}", answer.text);
    }
}

#[tokio::test]
async fn however_long_calls_were_what_was_written_is_found() {
    let store = salon(true, false).await;
    let place = MessageKey { sent_at: at("2026-11-16T08:10:00Z"), id: MessageId::parse("wamid.1").unwrap() };
    let incoming = Message::incoming(place, Speaker::Customer, "text".to_owned());
    let message = Message { text: "יש לי כלב קטן".to_owned(), remembered: true, ..incoming };
    let spoken = report((0..5_000).map(|line| match line {
        3_000 => "יש לה חתול".to_owned(),
        4_999 => "יש לה תוכי".to_owned(),
        _ => format!("שורה {line}"),
    }));
    let items = vec![Write::Message(message), Write::Call(Box::new(held("b", spoken, true)))];
    store.commit(&key(), items).await.unwrap();
    assert_eq!(answer(&store, "+972555000001", "יש לה כלב?").await.found.len(), 1);
    assert_eq!(answer(&store, "+972555000001", "יש לה חתול?").await.found.len(), 1);
    assert_eq!(answer(&store, "+972555000001", "יש לה תוכי?").await, Answer::default(), "that is not searched");
}

#[tokio::test]
async fn a_doubtful_value_is_told_as_one() {
    let said_at = at("2026-11-16T08:00:00Z");
    for (confidence, days, line) in [
        (Confidence::High, 1, "2026-11-16 profile: העדפות: תורים בבוקר"),
        (Confidence::Low, 1, "2026-11-16 profile: העדפות (לא ודאי): תורים בבוקר"),
        (Confidence::High, 400, "2026-11-16 profile: העדפות (נכון ל-16.11.2026, ייתכן שהשתנה): תורים בבוקר"),
    ] {
        let store = salon(true, false).await;
        let candidate = Candidate {
            field: "preferences".to_owned(),
            value: Some("תורים בבוקר".to_owned()),
            source: Source::AiExtraction,
            confidence,
            at: said_at,
            session: SessionId::new("s"),
            position: 1,
            taken_back: None,
            transcribed: false,
            valid_until: None,
        };
        let profile = merge(&Settings::default().fields(), &Profile::default(), &[candidate]).profile;
        let document = LeadMemory { customer_profile_json: profile, ..LeadMemory::default() };
        let memory = Memory { version: 2, document, ..Memory::default() };
        store.commit(&key(), vec![Write::Memory(Box::new(memory))]).await.unwrap();
        let (questions, now) = (["אילו תורים היא מבקשת?".to_owned()], said_at + SignedDuration::from_hours(24 * days));
        let answer = ask(&store, &call("+972555000001"), &questions, now).await.unwrap().remove(0);
        assert_eq!(answer.text, line);
    }
}
