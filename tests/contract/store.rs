//! The store's contract.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

use futures_util::future::join_all;
use jiff::Timestamp;
use jiff::civil::date;
use std::collections::BTreeMap;
use zikaron_memory::content::{Attachments, Content};
use zikaron_memory::document::LeadMemory;
use zikaron_memory::field::FieldList;
use zikaron_memory::handover::Cause;
use zikaron_memory::language::Language;
use zikaron_memory::merge::merge;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::Candidate;
use zikaron_memory::session::{Channel, SessionId};
use zikaron_protocol::model::alias::{AliasLookup, alias_keys};
use zikaron_protocol::model::amendment::{Amendment, Amends};
use zikaron_protocol::model::call::{Call, CallKey, CallName, Direction, Provider, Report, Spoken, Voice};
use zikaron_protocol::model::conversation::{Body, Button, Speaker};
use zikaron_protocol::model::figures::{Choice, Counted, Course};
use zikaron_protocol::model::ids::{Bsuid, CallId, CustomerAddress, E164, LeadId, LeadKey, MessageId};
use zikaron_protocol::model::lead_state::{ArrivalRange, Lease, State};
use zikaron_protocol::model::message::{End, Message, MessageKey, SendState, Sending};
use zikaron_protocol::model::notice::Notice;
use zikaron_protocol::model::outbox::{InFlight, Unsettled};
use zikaron_protocol::model::session::{Closed, Job, OpenSession, Resume, Session, Stage};
use zikaron_protocol::model::write::{Memory, Write};
use zikaron_protocol::ports::business_store::{ErasureReceipt, StaffStore};
use zikaron_protocol::ports::store::{CommitError, ConflictingItem, OpenSessions, Store};

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_760_000_000 + second).unwrap()
}

/// Addresses are unique per lead, so that runs on one table do not meet.
pub(crate) fn customer(key: &LeadKey) -> CustomerAddress {
    let digits: String = key.lead.as_str().bytes().rev().take(8).map(|b| char::from(b'0' + b % 10)).collect();
    CustomerAddress {
        phone: Some(E164::parse(format!("+97255{digits}")).unwrap()),
        bsuid: Some(Bsuid::parse(format!("IL.{}", key.lead)).unwrap()),
    }
}

pub(crate) fn state(key: &LeadKey, version: u64) -> State {
    State { version, ..State::new(customer(key), at(0)) }
}

pub(crate) fn message(id: &str, second: i64, version: u64) -> Message {
    Message {
        key: MessageKey { sent_at: at(second), id: MessageId::parse(id).unwrap() },
        version,
        arrival: 1,
        joined_from: None,
        speaker: Speaker::Customer,
        kind: "text".to_owned(),
        text: "שלום 👋🏽 \u{202e}".to_owned(),
        enclosed: Attachments {
            content: Some(Content::Form { answers: vec![("תאריך".to_owned(), String::new())] }),
            forwarded: true,
            ..Attachments::default()
        },
        quotes: Some(MessageId::parse("wamid.q").unwrap()),
        amends: Some(Amends { target: MessageId::parse("wamid.t").unwrap(), how: Amendment::React { emoji: None } }),
        edited_by: Some(MessageKey { sent_at: at(second), id: MessageId::parse("wamid.e").unwrap() }),
        revoked: true,
        reaction: None,
        session: Some(SessionId::new("s")),
        remembered: true,
        end: Some(End::Stale),
        sending: None,
        spent: None,
        pricing: None,
    }
}

pub(crate) fn call(key: &LeadKey, id: &str, version: u64) -> Call {
    let name = CallName { provider: Provider::Retell, call_id: CallId::parse(format!("{id}-{}", key.lead)).unwrap() };
    let said = Spoken { voice: Voice::Customer, text: "עדיף בערב".to_owned(), second: Some(6) };
    Call {
        key: CallKey { ended_at: at(30), name },
        version,
        remembered: true,
        session: Some(SessionId::new("s")),
        report: Report {
            direction: Direction::Outbound,
            started_at: at(0),
            transcript: vec![said.clone(), Spoken { voice: Voice::Agent, second: None, ..said }],
            voicemail: false,
            summary: Some("s".to_owned()),
            recording_url: None,
            ended_because: Some("hangup".to_owned()),
        },
    }
}

pub(crate) fn conflict(result: Result<(), CommitError>) -> ConflictingItem {
    match result {
        Err(CommitError::Conflict(part)) => part,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

pub(crate) async fn a_version_is_written_once<S: Store>(store: &S, key: LeadKey) {
    let write = async |version| store.commit(&key, vec![Write::State(state(&key, version))]).await;
    assert_eq!(conflict(write(2).await), ConflictingItem::State);
    write(1).await.unwrap();
    assert_eq!(conflict(write(1).await), ConflictingItem::State);
    write(2).await.unwrap();
    assert_eq!(conflict(write(2).await), ConflictingItem::State);
    assert_eq!(conflict(write(4).await), ConflictingItem::State);
    assert_eq!(store.state(&key).await.unwrap().unwrap().version, 2);
}

pub(crate) async fn a_commit_writes_all_or_nothing<S: Store>(store: &S, key: LeadKey) {
    store.commit(&key, vec![Write::State(state(&key, 1))]).await.unwrap();
    let items = vec![Write::Message(message("m1", 1, 1)), Write::State(state(&key, 7))];
    assert_eq!(conflict(store.commit(&key, items).await), ConflictingItem::State);
    assert_eq!(store.message(&key, &message("m1", 1, 1).key).await.unwrap(), None);
}

pub(crate) async fn a_repeated_message_outranks_every_other_conflict<S: Store>(store: &S, key: LeadKey) {
    let first = vec![Write::Message(message("m1", 1, 1)), Write::State(state(&key, 1))];
    store.commit(&key, first.clone()).await.unwrap();
    assert_eq!(conflict(store.commit(&key, first).await), ConflictingItem::Message);
}

pub(crate) async fn nothing_is_written_to_a_lead_that_is_not_there<S: Store>(store: &S, key: LeadKey) {
    assert_eq!(conflict(store.commit(&key, vec![Write::Message(message("m1", 1, 1))]).await), ConflictingItem::State);
    let memory = Memory { version: 1, ..Memory::default() };
    assert_eq!(conflict(store.commit(&key, vec![Write::Memory(Box::new(memory))]).await), ConflictingItem::State);
    assert_eq!(store.message(&key, &message("m1", 1, 1).key).await.unwrap(), None);
    assert_eq!(store.state_and_memory(&key).await.unwrap(), (None, Memory::default()));
}

pub(crate) async fn an_alias_points_to_the_lead_that_came_first<S: Store>(store: &S, key: LeadKey) {
    let whole = customer(&key);
    let by_phone = CustomerAddress { bsuid: None, ..whole.clone() };
    let items =
        |customer: &CustomerAddress, version| vec![Write::Alias(customer.clone()), Write::State(state(&key, version))];
    assert_eq!(store.find(&key.business, &whole, at(0)).await.unwrap().lead(), None);
    store.commit(&key, items(&by_phone, 1)).await.unwrap();
    let found = store.find(&key.business, &whole, at(0)).await.unwrap();
    assert_eq!((found.by_bsuid, found.by_phone), (None, Some(key.lead.clone())));
    let other = LeadKey { lead: LeadId::parse(format!("{}x", key.lead)).unwrap(), ..key.clone() };
    let taken = vec![Write::Alias(whole.clone()), Write::State(state(&other, 1))];
    assert_eq!(conflict(store.commit(&other, taken).await), ConflictingItem::Alias);
    assert_eq!(store.state(&other).await.unwrap(), None);
    let rest = CustomerAddress { phone: None, ..whole.clone() };
    store.commit(&key, items(&rest, 2)).await.unwrap();
    let found = store.find(&key.business, &whole, at(0)).await.unwrap();
    assert_eq!((found.by_bsuid, found.by_phone), (Some(key.lead.clone()), Some(key.lead.clone())));
}

pub(crate) async fn another_instance_gives_a_name_away<S: StaffStore>(ours: &S, theirs: &S, key: LeadKey) {
    let (customer, business) = (customer(&key), key.business.clone());
    let other = LeadKey { lead: LeadId::parse(format!("{}x", key.lead)).unwrap(), ..key.clone() };
    let found = async || ours.find_lead(&business, &customer, at(0)).await.unwrap();
    let named = |key: &LeadKey, arrivals| {
        let state = State { arrivals, ..state(key, 1) };
        vec![Write::Alias(customer.clone()), Write::State(state)]
    };
    ours.commit(&key, named(&key, 3)).await.unwrap();
    assert_eq!(found().await.1.map(|state| state.arrivals), Some(3));
    let names: Vec<String> = alias_keys(&customer).into_iter().flatten().collect();
    let receipt = ErasureReceipt {
        version: 1,
        erased_at: at(9),
        removed: None,
        counting: None,
        names: 2,
        fires: Vec::new(),
        joining: Vec::new(),
        joined_to: None,
        schedules: 0,
        finished: false,
    };
    theirs.begin_erasure(&key, &state(&key, 1), &Memory::default(), &names, &receipt).await.unwrap();
    assert_eq!(found().await, (AliasLookup::default(), None));
    theirs.commit(&other, named(&other, 7)).await.unwrap();
    // Even where the first lead has a state still.
    theirs.commit(&key, vec![Write::State(State { arrivals: 3, ..state(&key, 1) })]).await.unwrap();
    let (lead, state) = found().await;
    assert_eq!((lead.lead(), state.map(|state| state.arrivals)), (Some(&other.lead), Some(7)));
}

pub(crate) async fn a_call_is_stored_once_whoever_made_it<S: Store>(store: &S, key: LeadKey) {
    let first = call(&key, "call", 1);
    let name = first.key.name.clone();
    assert_eq!(store.find_call(&key.business, &name).await.unwrap(), None);
    assert_eq!(conflict(store.commit(&key, vec![Write::Call(Box::new(first.clone()))]).await), ConflictingItem::State);
    let items = |call: &Call, version| vec![Write::Call(Box::new(call.clone())), Write::State(state(&key, version))];
    store.commit(&key, items(&first, 1)).await.unwrap();
    let place = Some((key.lead.clone(), first.key.clone()));
    assert_eq!(store.find_call(&key.business, &name).await.unwrap(), place);
    assert_eq!(store.call(&key, &first.key).await.unwrap(), Some(first.clone()));
    assert_eq!(conflict(store.commit(&key, items(&first, 7)).await), ConflictingItem::Call, "it outranks the state");

    let later = Call { key: CallKey { ended_at: at(31), ..first.key.clone() }, ..first.clone() };
    assert_eq!(
        conflict(store.commit(&key, items(&later, 2)).await),
        ConflictingItem::Call,
        "another time is no other call"
    );
    let stranger = LeadKey { lead: LeadId::parse(format!("{}z", key.lead)).unwrap(), ..key.clone() };
    let taken = vec![Write::Call(Box::new(first.clone())), Write::State(state(&stranger, 1))];
    assert_eq!(conflict(store.commit(&stranger, taken).await), ConflictingItem::Call, "nor is another lead");
    assert_eq!(store.state(&stranger).await.unwrap(), None);

    let second = Call { version: 2, session: None, ..first.clone() };
    store.commit(&key, vec![Write::Call(Box::new(second.clone()))]).await.unwrap();
    assert_eq!(conflict(store.commit(&key, vec![Write::Call(Box::new(second.clone()))]).await), ConflictingItem::Call);
    assert_eq!(store.call(&key, &first.key).await.unwrap(), Some(second));
    assert_eq!(store.find_call(&key.business, &name).await.unwrap(), place);
}

pub(crate) async fn two_spellings_of_a_number_find_one_lead<S: Store>(store: &S, key: LeadKey) {
    let digits: String = key.lead.as_str().bytes().rev().take(8).map(|b| char::from(b'0' + b % 10)).collect();
    let of = |number: String| CustomerAddress { bsuid: None, phone: Some(E164::parse(number).unwrap()) };
    // Brazil, with the leading 9 and without; Mexico, with the 1 that WhatsApp keeps and without.
    let local = format!("8{}", &digits[1..]);
    for (version, written, asked) in [
        (1, format!("+5511{local}"), format!("+55119{local}")),
        (2, format!("+52155{digits}"), format!("+5255{digits}")),
    ] {
        let items = vec![Write::Alias(of(written)), Write::State(state(&key, version))];
        store.commit(&key, items).await.unwrap();
        assert_eq!(store.find(&key.business, &of(asked), at(0)).await.unwrap().by_phone, Some(key.lead.clone()));
    }
}

pub(crate) async fn messages_come_newest_first_within_their_bounds<S: Store>(store: &S, key: LeadKey) {
    let mut items = vec![Write::State(state(&key, 1))];
    items.extend((0..20).map(|second| Write::Message(message(&format!("m{second:02}"), second, 1))));
    store.commit(&key, items).await.unwrap();
    let seconds = async |from: Option<i64>, to: Option<i64>, most| {
        let found = store.messages(&key, from.map(at), to.map(at), most).await.unwrap();
        found.iter().map(|m| m.key.sent_at.as_second() - at(0).as_second()).collect::<Vec<_>>()
    };
    assert_eq!(seconds(None, None, 3).await, [19, 18, 17]);
    assert_eq!(seconds(Some(4), Some(6), 10).await, [6, 5, 4]);
    assert_eq!(seconds(Some(18), None, 10).await, [19, 18]);
    assert_eq!(seconds(None, None, 100).await.len(), 20);
}

pub(crate) async fn messages_from_a_time_or_behind_one_come_oldest_first<S: Store>(store: &S, key: LeadKey) {
    let mut items = vec![Write::State(state(&key, 1))];
    // Two of one second, and an id that begins as another one does.
    for (id, second) in [("b", 1), ("a", 1), ("ab", 1), ("c", 2), ("d", 0)] {
        items.push(Write::Message(message(id, second, 1)));
    }
    store.commit(&key, items).await.unwrap();
    let ids = async |from: Option<i64>, after: Option<&MessageKey>, most| {
        let found = store.messages_from(&key, from.map(at), after, most).await.unwrap();
        found.into_iter().map(|message| message.key).collect::<Vec<_>>()
    };
    let all = ids(None, None, 10).await;
    assert_eq!(all.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), ["d", "a", "ab", "b", "c"]);
    assert_eq!(ids(Some(1), None, 2).await, all[1..3]);
    for read in 0..all.len() {
        assert_eq!(ids(None, Some(&all[read]), 2).await, all[read + 1..all.len().min(read + 3)], "behind {read}");
    }
}

fn outgoing() -> Message {
    let buttons = vec![Button { id: "resume.fresh".to_owned(), title: "להתחיל מחדש".to_owned() }];
    Message {
        end: None,
        speaker: Speaker::Assistant,
        sending: Some(Sending {
            body: Body::Buttons { text: "להמשיך?".to_owned(), buttons },
            quotes: Some(MessageId::parse("wamid.q").unwrap()),
            state: SendState::Failed { retry_at: at(99) },
            answers: vec![1, 2, u64::from(u32::MAX) + 7],
            answer: 4,
            refusals: 2,
            channel_id: Some(MessageId::parse("wamid.out==").unwrap()),
            code: Some(131_056),
        }),
        ..message("01OUT", 5, 1)
    }
}

pub(crate) fn memory(key: &LeadKey) -> Memory {
    let value = |text: &str| Some(text.to_owned());
    let edit = |text, second| Candidate::manual("name", value(text), at(second), SessionId::new("edit"));
    let fields = FieldList::standard(Language::Hebrew);
    let profile = merge(&fields, &<_>::default(), &[edit("יוסי", 1), edit("יוסי כהן", 2)]).profile;
    let mut document = LeadMemory { customer_profile_json: profile, ..LeadMemory::default() };
    document.take_summary("שורה\nועוד שורה", at(3), at(4), Channel::Whatsapp);
    document.add_note(Note { id: key.lead.to_string(), kind: NoteKind::Note, text: "VIP".to_owned(), at: at(5) });
    Memory { version: 1, counted: true, document }
}

pub(crate) async fn every_item_reads_back_as_written<S: Store>(store: &S, key: LeadKey) {
    let mut whole = state(&key, 1);
    whole.session = Some(OpenSession {
        id: SessionId::new("s"),
        opened_at: at(0),
        first_sent_at: at(-1),
        last_at: at(9),
        generation: 3,
        armed: true,
        remembered: 2,
        opened_by: 1,
        resume: Resume::Asked,
        fresh_from: Some(2),
        confirm_asked: true,
        sent: true,
    });
    whole.record_interaction(at(9), Channel::Whatsapp);
    whole.lease = Some(Lease { until: at(40), holder: "01HOLDER".to_owned() });
    whole.reopened = vec![ArrivalRange { after: 1, through: 2 }];
    whole.add_notice(Notice::Handover { cause: Cause::NotDelivered, code: Some(131_047) });
    whole.add_notice(Notice::Uncertain(outgoing().key.id));
    let stages = [InFlight::Waiting, InFlight::Sending, InFlight::Retry { at: at(99) }, InFlight::Unknown];
    whole.unsettled = stages
        .map(|stage| Unsettled { key: outgoing().key, answer: 4, since: at(5), stage, staff: true, until: Some(at(9)) })
        .into();
    let closed = Closed { first_sent_at: at(-1), last_at: at(9), cut_off: 5, generation: 3 };
    let session = Session {
        id: SessionId::new("s"),
        version: 1,
        stage: Stage::Closing,
        opened_at: at(0),
        closed: Some(closed),
        job: Job::Call(call(&key, "c", 1).key),
        tries: 1,
        retry_at: Some(at(60)),
        changed_at: Some(at(30)),
        unpublished_changes: Some(vec!["name".to_owned()]),
        course: Course { handed_over: vec![Cause::AiAsked], choice: Some(Choice::Continued) },
        counted: Some(Counted { day: date(2026, 11, 30), tally: [("answers", 2)].into_iter().collect() }),
        spent: <_>::default(),
    };
    let merge = Session::due(SessionId::new("m"), Job::Merge(key.lead.clone()), None, at(0), at(60));
    let memory = memory(&key);
    let items = vec![
        Write::State(whole.clone()),
        Write::Session(session.clone()),
        Write::Session(merge.clone()),
        Write::Message(message("wamid.in==", 1, 1)),
        Write::Message(outgoing()),
        Write::Memory(Box::new(memory.clone())),
    ];
    store.commit(&key, items).await.unwrap();
    assert_eq!(store.state(&key).await.unwrap(), Some(whole.clone()));
    assert_eq!(store.memory(&key).await.unwrap(), memory);
    assert_eq!(store.state_and_memory(&key).await.unwrap(), (Some(whole), memory));
    assert_eq!(store.session(&key, &session.id).await.unwrap(), Some(session));
    assert_eq!(store.session(&key, &merge.id).await.unwrap(), Some(merge));
    assert_eq!(store.messages(&key, None, None, 9).await.unwrap(), [outgoing(), message("wamid.in==", 1, 1)]);
}

pub(crate) async fn racing_writers_are_told_so<S: Store>(store: &S, key: LeadKey) {
    store.commit(&key, vec![Write::State(state(&key, 1))]).await.unwrap();
    let race = (0..12).map(|n| {
        let items = vec![Write::Message(message(&format!("m{n}"), n, 1)), Write::State(state(&key, 2))];
        store.commit(&key, items)
    });
    let results = join_all(race).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(results.into_iter().filter(Result::is_err).all(|result| conflict(result) == ConflictingItem::State));
    assert_eq!(store.messages(&key, None, None, 99).await.unwrap().len(), 1);
}

pub(crate) async fn the_sweep_finds_sessions_until_they_are_digested_and_told_of<S: Store + OpenSessions>(
    store: &S,
    key: LeadKey,
) {
    let open = || Session::open(SessionId::new(key.lead.as_str()), at(0));
    let session = |version, stage, unpublished_changes| Session { version, stage, unpublished_changes, ..open() };
    let stands_in_index = async || {
        let mut found = false;
        for shard in 0..store.shards() {
            let mut after = None;
            loop {
                let (page, next) = store.open_sessions(shard, after.as_ref(), 2).await.unwrap();
                found |= page.iter().any(|(lead, id)| *lead == key && id.as_str() == key.lead.as_str());
                let Some(next) = next else { break };
                after = Some(next);
            }
        }
        found
    };
    let items = vec![Write::State(state(&key, 1)), Write::Session(session(1, Stage::Open, None))];
    store.commit(&key, items).await.unwrap();
    assert!(stands_in_index().await);
    store.commit(&key, vec![Write::Session(session(2, Stage::Closing, None))]).await.unwrap();
    assert!(stands_in_index().await);
    store.commit(&key, vec![Write::Session(session(3, Stage::Digested, Some(Vec::new())))]).await.unwrap();
    assert!(stands_in_index().await);
    store.commit(&key, vec![Write::Session(session(4, Stage::Digested, None))]).await.unwrap();
    assert!(!stands_in_index().await);
}

pub(crate) async fn the_sweep_goes_on_where_it_stopped<S: Store + OpenSessions>(store: &S, _key: LeadKey) {
    let cursors = BTreeMap::from([(0, "2026-11-22T10:00:00.000Z#a".to_owned()), (7, "b".to_owned())]);
    store.put_cursors(&cursors).await.unwrap();
    assert_eq!(store.cursors().await.unwrap(), cursors);
    store.put_cursors(&BTreeMap::new()).await.unwrap();
    assert_eq!(store.cursors().await.unwrap(), BTreeMap::new());
}
