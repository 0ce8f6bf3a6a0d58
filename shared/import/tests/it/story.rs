//! Forty customers' years of chats become a memory, once, whatever happens on the way.

use crate::town::{NOW, Town, line, through_a_file};
use crate::writer::Phone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::time::Instant;
use zikaron_import::chat::{DateOrder, Line, Who};
use zikaron_import::plan::LeftOut;
use zikaron_memory::content::Attachments;
use zikaron_memory::session::Channel;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Incoming, MessageReceived, Purpose};
use zikaron_protocol::model::ids::{MessageId, ParentIds};
use zikaron_protocol::model::session::Stage;
use zikaron_protocol::ports::{Clock, ReplyRequest};
use zikaron_protocol::staff::{ErasurePorts, erase};
use zikaron_protocol::testing::in_memory_store::Lead;
use zikaron_protocol::turn;
use zikaron_testing::people;

const TOWNS: [&str; 5] = ["חיפה", "עכו", "תל אביב", "באר שבע", "אילת"];
const NAMES: [&str; 4] = ["דנה לוי", "יוסי כהן", "מיכל אברהם", "נועה פרץ"];

/// One customer's chat, and what must be known of them.
struct Told {
    lines: Vec<Line>,
    name: &'static str,
    city: &'static str,
    sessions: usize,
    last: String,
}

/// 125 messages in 25 conversations, some weeks apart; the town changes now and then.
fn told(customer: usize) -> Told {
    let (name, mut city) = (NAMES[customer % NAMES.len()], "");
    let (mut lines, mut last) = (Vec::new(), String::new());
    for session in 0..25_usize {
        // The later ones are nearer to now.
        let begins = 400_000 - 14_000 * session + 37 * customer;
        let minute = |number: usize| i64::try_from(begins - 3 * number).unwrap();
        let first = match session {
            0 => format!("שלום, קוראים לי {name}"),
            _ if session % 7 == 3 => {
                city = TOWNS[(customer + session) % TOWNS.len()];
                format!("אני גרה ב{city}")
            }
            _ => format!("אפשר תור מספר {session}?"),
        };
        lines.push(line(minute(0), Who::Customer, &first));
        lines.push(line(minute(1), Who::Business, "בטח\nמתי נוח לך?"));
        lines.push(line(minute(1), Who::Customer, "ביום ג׳"));
        lines.push(line(minute(2), Who::Customer, "בשעה 10:30: אפשר?"));
        last = format!("נקבע, {session}");
        lines.push(line(minute(3), Who::Business, &last));
    }
    Told { lines, name, city, sessions: 25, last }
}

/// How the phones of the business write, one after the other.
pub(crate) fn phones() -> [Phone; 4] {
    let english = Phone {
        order: DateOrder::MonthFirst,
        separator: "/",
        halves: Some(("AM", "PM")),
        gap: "\u{202F}",
        hebrew: false,
        ..Phone::ANDROID
    };
    [Phone::ANDROID, Phone::IPHONE, english, Phone { hebrew: false, ..Phone::IPHONE }]
}

pub(crate) fn forty() -> Vec<(u16, Vec<Line>)> {
    let chats = (0..40_u16).map(|customer| {
        let told = told(customer.into());
        let phone = &phones()[usize::from(customer) % 4];
        (customer, through_a_file(phone, &told.lines, "לקוחה").lines)
    });
    chats.collect()
}

/// Everything that must be equal, however an import went.
pub(crate) fn essence(lead: &Lead) -> impl PartialEq + std::fmt::Debug + use<> {
    let messages: Vec<_> =
        lead.messages.values().map(|m| (m.key.clone(), m.text.clone(), m.session.clone(), m.arrival)).collect();
    let sessions: Vec<_> = lead.sessions.values().map(|s| (s.id.clone(), s.stage, s.closed.clone())).collect();
    (messages, sessions, lead.memory.document.clone(), lead.notes.clone())
}

#[tokio::test]
async fn forty_customers_with_years_of_chats_are_remembered_and_nothing_else_happens() {
    let town = Town::new();
    let started = Instant::now();
    let chats = forty();
    let said: usize = chats.iter().map(|(_, lines)| lines.len()).sum();
    let budget = town.import(&chats, u64::MAX).await;
    println!("{said} messages, {} digests in {:?}", budget.sessions, started.elapsed());
    assert_eq!((said, budget.sessions, budget.left), (5_000, 1_000, 0));
    assert_eq!(town.ports.store.leads().len(), 40);
    for customer in 0..40 {
        let (told, lead) = (told(customer.into()), town.lead(customer));
        assert_eq!(lead.messages.len(), told.lines.len());
        assert_eq!(lead.sessions.len(), told.sessions);
        assert!(lead.sessions.values().all(|session| session.stage == Stage::Digested && !session.is_unfinished()));
        let value = |field: &str| town.value(customer, field);
        assert_eq!((value("name").as_deref(), value("city").as_deref()), (Some(told.name), Some(told.city)));
        let document = &lead.memory.document;
        assert!(document.last_summary.as_ref().unwrap().ends_with(&told.last), "{:?}", document.last_summary);
        assert_eq!(document.notes.len(), 5);
        let state = lead.state.unwrap();
        let last = told.lines.last().unwrap().at;
        assert_eq!((state.last_interaction_at, state.last_channel), (Some(last), Some(Channel::Whatsapp)));
        assert_eq!((state.pending, state.unsettled.len(), state.notices.len(), state.session), (0, 0, 0, None));
        let learnt = document.customer_profile_json.get("city").unwrap().updated_at();
        assert!(told.lines.iter().any(|line| line.at == learnt), "evidence is of the message's own time: {learnt}");
    }
    assert!(town.ports.timer.schedules().is_empty(), "no timer runs");
    assert!(town.ports.messenger.taken().is_empty(), "nobody is written to");
}

#[tokio::test]
async fn a_second_import_changes_nothing() {
    let town = Town::new();
    let chats: Vec<_> = forty().into_iter().take(4).collect();
    town.import(&chats, u64::MAX).await;
    let before = town.ports.store.leads();
    let again = town.import(&chats, u64::MAX).await;
    assert_eq!(again.sessions, 0);
    for (key, lead) in town.ports.store.leads() {
        let stood = &before[&key];
        assert_eq!((&lead.state, &lead.memory), (&stood.state, &stood.memory), "not even a version");
        assert_eq!((&lead.messages, &lead.sessions), (&stood.messages, &stood.sessions));
    }
    // The same chats from other phones, one of which knows no seconds.
    let others: Vec<_> =
        (0..4_u16).map(|n| (n, through_a_file(&phones()[0], &told(n.into()).lines, "לקוחה").lines)).collect();
    town.import(&others, u64::MAX).await;
    assert_eq!(town.lead(1).messages.len(), 125, "known by the minute");
}

#[tokio::test]
async fn an_import_that_died_goes_on_and_ends_the_same() {
    let (whole, broken) = (Town::new(), Town::new());
    let chats: Vec<_> = forty().into_iter().take(3).collect();
    whole.import(&chats, u64::MAX).await;
    // It dies after some commits of the first, then in the middle of the digests, then before the last chat.
    let mut plan = broken.plan(0, &chats[0].1).await;
    plan.new.truncate(61);
    broken.store(&plan).await;
    let third: u64 = broken.plan(0, &chats[0].1).await.sessions.iter().take(8).map(|session| session.tokens).sum();
    broken.import(&chats[..1], third).await;
    assert!(broken.lead(0).sessions.len() < 25);
    broken.import(&chats[..2], u64::MAX).await;
    broken.import(&chats, u64::MAX).await;
    for customer in 0..3 {
        assert_eq!(essence(&broken.lead(customer)), essence(&whole.lead(customer)), "customer {customer}");
    }
}

#[tokio::test]
async fn a_commit_that_took_effect_and_answered_an_error_is_no_second_message() {
    let town = Town::new();
    let told = told(0);
    town.ports.store.break_next(|write| matches!(write, zikaron_protocol::model::write::Write::Message(_)), true);
    let plan = town.plan(0, &told.lines).await;
    let with = (&town.ports.store, &town.ports.clock, &town.ports.ids);
    assert!(zikaron_import::store::store(with, &people::business(), &plan).await.is_err());
    // The stale plan is carried out again: what is stored is passed over.
    town.store(&plan).await;
    assert_eq!(town.lead(0).messages.len(), 125);
    town.store(&plan).await;
    assert_eq!(town.lead(0).messages.len(), 125);
}

#[tokio::test]
async fn digests_are_paid_for_from_the_oldest_on_and_the_rest_another_time() {
    let town = Town::new();
    let chats: Vec<_> = forty().into_iter().take(2).collect();
    let one = town.plan(0, &chats[0].1).await.sessions[0].tokens;
    let first = town.import(&chats, one * 5).await;
    assert!((3..=5).contains(&first.sessions) && first.tokens <= one * 5, "{first:?}");
    let digested = |customer| {
        let lead = town.lead(customer);
        assert_eq!(lead.messages.len(), 125, "the conversation is there, whatever is digested");
        lead.sessions.into_keys().collect::<BTreeSet<_>>()
    };
    let oldest: BTreeSet<_> =
        town.plan(0, &chats[0].1).await.sessions.iter().take(2).map(|session| session.id.clone()).collect();
    assert!(digested(0).is_superset(&oldest), "{:?}", digested(0));
    let rest = town.import(&chats, u64::MAX).await;
    assert_eq!(first.sessions + rest.sessions, 50);
}

/// A message of the customer, now.
async fn writes(town: &Town, number: u16, text: &str) -> ReplyRequest {
    let now = town.ports.clock.now();
    let message = Incoming {
        id: MessageId::parse(format!("wamid.{}", now.as_millisecond())).unwrap(),
        sent_at: now,
        speaker: Speaker::Customer,
        kind: "text".to_owned(),
        text: Some(text.to_owned()),
        enclosed: Attachments::default(),
        button: None,
        quotes: None,
        purpose: Purpose::Ask,
    };
    let received = MessageReceived {
        line: people::line("main", "1000001"),
        customer: people::customer(number),
        parents: ParentIds::default(),
        profile_name: None,
        username: None,
        message,
    };
    let outcome = Box::pin(turn::answer(&town.ports, &received)).await.unwrap();
    assert_eq!(outcome, turn::Outcome::Answered);
    town.ports.model.0.shown().pop().unwrap()
}

fn shows(request: &ReplyRequest, text: &str) -> bool {
    request.conversation.iter().any(|said| said.text.contains(text))
}

#[tokio::test]
async fn a_customer_who_returns_after_the_import_is_known_and_may_start_fresh() {
    let town = Town::new();
    let lines =
        [line(3_000, Who::Customer, "קוראים לי דנה לוי"), line(2_999, Who::Business, "נעים מאוד, נדבר על הצבע")];
    town.import(&[(1, lines.to_vec())], u64::MAX).await;
    let first = writes(&town, 1, "היי").await;
    assert!(shows(&first, "נדבר על הצבע"), "the conversation goes on");
    let asked = town.ports.messenger.taken().pop().unwrap().body.text().to_owned();
    assert!(asked.contains("היי דנה לוי") && asked.contains("שעצרנו"), "{asked}");
    town.ports.clock.set_second(NOW + 60);
    let fresh = writes(&town, 1, "מהתחלה").await;
    assert!(!shows(&fresh, "נדבר על הצבע"), "a fresh start hides what was imported");
}

#[tokio::test]
async fn what_the_stack_has_seen_itself_is_not_imported_and_wins() {
    let town = Town::new();
    writes(&town, 1, "אני גרה בעכו").await;
    town.ports.clock.set_second(NOW + 3_600);
    let open = town.lead(1).state.unwrap().session.unwrap();
    let key = town.ports.store.leads().into_keys().next().unwrap();
    let fire = zikaron_protocol::model::timer::TimerFired { key, session: open.id, generation: open.generation };
    zikaron_protocol::session::close::fire(&town.ports, &fire).await.unwrap();
    assert_eq!(town.value(1, "city").as_deref(), Some("עכו"));
    let lines = vec![
        line(9_000, Who::Customer, "קוראים לי דנה לוי"),
        line(8_999, Who::Customer, "אני גרה בחיפה"),
        line(0, Who::Customer, "אני גרה בעכו"),
        line(-1, Who::Business, "בשמחה."),
    ];
    let plan = town.plan(1, &lines).await;
    assert_eq!(plan.left_out, LeftOut { live: 2, ..LeftOut::default() });
    let before = town.lead(1).state.unwrap();
    town.import(&[(1, lines)], u64::MAX).await;
    assert_eq!(town.value(1, "city").as_deref(), Some("עכו"), "said later");
    assert_eq!(town.value(1, "name").as_deref(), Some("דנה לוי"), "nobody said otherwise");
    let after = town.lead(1).state.unwrap();
    assert_eq!(after.last_interaction_at, before.last_interaction_at);
    assert_eq!((after.arrivals, after.listed_at), (before.arrivals, before.listed_at));
    let summary = town.lead(1).memory.document.last_summary.unwrap();
    assert!(summary.contains("בשמחה"), "the last summary is of the last conversation: {summary}");
}

#[tokio::test]
async fn who_was_erased_stays_so_and_what_is_too_old_stays_out() {
    let town = Town::new();
    let lines = vec![line(9_000, Who::Customer, "קוראים לי דנה לוי"), line(50, Who::Customer, "שלום")];
    let since = Timestamp::from_second(NOW).unwrap() - SignedDuration::from_hours(24);
    let plan = town.plan_since(1, &lines, Some(since)).await;
    assert_eq!((plan.left_out.too_old, plan.new.len()), (1, 1));
    town.import(&[(1, lines.clone())], u64::MAX).await;
    let (store, clock) = (&town.ports.store, &town.ports.clock);
    let key = store.leads().into_keys().next().unwrap();
    let with = ErasurePorts { store, clock, bus: &town.ports.bus, schedules: &town.ports.timer };
    erase(&with, &key).await.unwrap();
    let plan = town.plan(1, &lines).await;
    assert_eq!((plan.left_out.erased, plan.new.len(), plan.sessions.len()), (2, 0, 0));
}

#[tokio::test]
async fn what_a_later_export_adds_to_a_digested_conversation_is_one_of_its_own() {
    let town = Town::new();
    let mut lines = vec![line(100, Who::Customer, "קוראים לי דנה לוי")];
    town.import(&[(1, lines.clone())], u64::MAX).await;
    lines.push(line(95, Who::Customer, "אני גרה בחיפה"));
    town.import(&[(1, lines.clone())], u64::MAX).await;
    assert_eq!(town.value(1, "city").as_deref(), Some("חיפה"));
    assert_eq!((town.lead(1).sessions.len(), town.lead(1).notes.len()), (2, 2));
    assert_eq!(town.import(&[(1, lines)], u64::MAX).await.sessions, 0);
}
