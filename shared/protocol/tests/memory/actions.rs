//! What is done for a customer at a time: its one end, and what it is refused by.

use crate::harness::MemoryHarness;
use crate::meanwhile::Meanwhile;
use jiff::{SignedDuration, Timestamp};
use zikaron_memory::action::quiet_hours::QuietHours;
use zikaron_memory::action::{ActionEnd, ActionKind, Canceller, Refusal};
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;
use zikaron_protocol::action;
use zikaron_protocol::model::conversation::{Body, Speaker};
use zikaron_protocol::model::event::{Event, Purpose};
use zikaron_protocol::model::ids::{Bsuid, CustomerAddress, E164};
use zikaron_protocol::model::message::SendState;
use zikaron_protocol::model::session::Session;
use zikaron_protocol::model::spent::BudgetDay;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::session::outcome::Ended;
use zikaron_protocol::staff::{ActionChange, EditError, NewAction, actions};
use zikaron_testing::ports::ending;

pub(crate) const REMINDER: &str = "תזכורת: מחר ב-10:00 יש לך תור";

pub(crate) fn settings() -> Settings {
    Settings {
        enable_actions: true,
        quiet_hours: QuietHours::never(),
        quiet_days: Some(Vec::new()),
        ..Settings::default()
    }
}

fn harness() -> MemoryHarness {
    MemoryHarness::new(Settings { enable_customer_service: true, ..settings() })
}

pub(crate) fn minute(minute: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + minute * 60).unwrap()
}

pub(crate) fn new(kind: ActionKind, due: i64) -> NewAction {
    let text = REMINDER.to_owned();
    NewAction { kind, text, template: None, due_at: minute(due), latest: None, unless_they_write: false }
}

impl MemoryHarness {
    pub(crate) async fn add(&self, new: &NewAction) -> Result<SessionId, EditError> {
        Ok(self.staff().add_action(&self.key(), new).await?.id)
    }

    /// The schedule of this number fires.
    pub(crate) async fn fires(&self, id: &SessionId, generation: u32) -> Ended {
        let fire = TimerFired { key: self.key(), session: id.clone(), generation };
        action::fire(&self.ports, &self.caller, &fire).await.unwrap()
    }

    /// It is looked at now, and this is how it has ended.
    pub(crate) async fn end(&self, id: &SessionId) -> Option<ActionEnd> {
        self.fires(id, 0).await;
        self.action(id).action().unwrap().ended.map(|ended| ended.how)
    }

    pub(crate) fn action(&self, id: &SessionId) -> Session {
        let leads = self.ports.store.leads();
        leads.values().find_map(|lead| lead.sessions.get(id)).unwrap().clone()
    }

    pub(crate) fn told_of_actions(&self) -> Vec<&'static str> {
        let told = self.told();
        told.iter().map(Event::name).filter(|name| name.starts_with("action.")).collect()
    }
}

#[tokio::test]
async fn a_message_goes_out_when_it_is_due_and_once_and_leaves_the_conversation_to_the_ai() {
    let harness = harness();
    harness.at(0).write("שלום").await;
    let id = harness.add(&new(ActionKind::Message, 60)).await.unwrap();
    assert_eq!(harness.at(1).fires(&id, 0).await, Ended::Rearmed, "the hint of the API makes the schedule");
    assert_eq!(harness.ports.timer.schedules().get(id.as_str()), Some(&minute(60)));
    assert_eq!(harness.at(59).fires(&id, 0).await, Ended::Nothing, "a schedule of before");
    assert_eq!(harness.fires(&id, 1).await, Ended::Rearmed, "early");
    assert_eq!(harness.at(60).end(&id).await, Some(ActionEnd::Done));
    assert_eq!(harness.fires(&id, 2).await, Ended::Nothing, "it has ended");
    assert_eq!(harness.told_of_actions(), ["action.done"]);
    harness.is_due().await;
    let taken = harness.ports.messenger.taken();
    let sent: Vec<_> = taken.iter().filter(|taken| taken.body == Body::Text(REMINDER.to_owned())).collect();
    assert_eq!(sent.len(), 1);
    let stored = harness.lead().messages.into_values().find(|message| message.text == REMINDER).unwrap();
    assert_eq!((stored.speaker, stored.sending.unwrap().state), (Speaker::Staff, SendState::Sent));
    assert_eq!(harness.at(61).write("תודה").await.text, "בשמחה.", "nobody has taken over");
}

#[tokio::test]
async fn a_message_is_counted_in_the_budget_once_whether_or_not_its_end_can_be_told() {
    let harness = MemoryHarness::new(Settings { daily_messages_budget: 9, ..settings() });
    harness.at(0).write("שלום").await;
    let id = harness.add(&new(ActionKind::Message, 5)).await.unwrap();
    let fire = TimerFired { key: harness.key(), session: id.clone(), generation: 0 };
    harness.at(5).ports.bus.refuse(true);
    for _ in 0..2 {
        action::fire(&harness.ports, &harness.caller, &fire).await.unwrap_err();
    }
    harness.ports.bus.refuse(false);
    assert_eq!(harness.end(&id).await, Some(ActionEnd::Done));
    let day = settings().zone().at(minute(5)).date();
    let spent = harness.ports.store.spent(&BudgetDay { business: harness.business(), day }).await.unwrap();
    assert_eq!((spent.messages, harness.told_of_actions()), (2, vec!["action.done"]), "the answer and the reminder");
}

#[tokio::test]
async fn beyond_the_budget_of_the_day_a_person_has_to_do_it_and_the_next_day_is_another() {
    let harness = MemoryHarness::new(Settings { daily_messages_budget: 1, ..settings() });
    harness.at(0).write("שלום").await;
    let (today, tomorrow) = (new(ActionKind::Message, 5), new(ActionKind::Message, 20 * 60));
    let (today, tomorrow) = (harness.add(&today).await.unwrap(), harness.add(&tomorrow).await.unwrap());
    assert_eq!(harness.at(5).end(&today).await, Some(ActionEnd::HandedToPerson(Some(Refusal::Budget))));
    assert_eq!((harness.told_of_actions(), harness.ports.messenger.taken().len()), (vec!["action.due"], 1));
    assert_eq!(harness.at(20 * 60).end(&tomorrow).await, Some(ActionEnd::Done));
}

#[tokio::test]
async fn a_person_is_told_when_it_is_due_and_nothing_is_sent() {
    let harness = harness();
    harness.at(0).write("שלום").await;
    let id = harness.add(&new(ActionKind::Person, 10)).await.unwrap();
    assert_eq!(harness.at(10).end(&id).await, Some(ActionEnd::HandedToPerson(None)));
    assert_eq!(harness.told_of_actions(), ["action.due"]);
    assert_eq!(harness.ports.messenger.taken().len(), 1, "the answer alone");
}

#[tokio::test]
async fn a_day_after_the_customer_wrote_a_person_has_to_do_it() {
    let harness = harness();
    harness.at(0).write("שלום").await;
    let id = harness.add(&new(ActionKind::Message, 24 * 60)).await.unwrap();
    let end = harness.at(24 * 60).end(&id).await;
    assert_eq!(end, Some(ActionEnd::HandedToPerson(Some(Refusal::NoTemplate))));
}

#[tokio::test]
async fn a_follow_up_is_moot_once_the_customer_has_written() {
    let harness = harness();
    harness.at(0).write("שלום").await;
    let follow_up = |due| NewAction { unless_they_write: true, ..new(ActionKind::Message, due) };
    let id = harness.at(1).add(&follow_up(30)).await.unwrap();
    harness.at(20).write("עוד משהו").await;
    assert_eq!(harness.at(30).end(&id).await, Some(ActionEnd::Cancelled(Canceller::Moot)));
    let id = harness.at(31).add(&follow_up(60)).await.unwrap();
    assert_eq!(harness.at(60).end(&id).await, Some(ActionEnd::Done), "they were silent");
}

#[tokio::test]
async fn nobody_is_asked_to_follow_up_on_a_customer_who_writes_as_it_is_due() {
    for (writes, expected) in [(true, ActionEnd::Cancelled(Canceller::Moot)), (false, ActionEnd::HandedToPerson(None))]
    {
        let harness = harness();
        harness.at(0).write("שלום").await;
        let follow_up = NewAction { unless_they_write: true, ..new(ActionKind::Person, 30) };
        let id = harness.at(1).add(&follow_up).await.unwrap();
        let fire = TimerFired { key: harness.key(), session: id.clone(), generation: 0 };
        harness.at(30);
        let store = Meanwhile::new(&harness.ports.store, async {
            if writes {
                harness.write("עוד משהו").await;
            }
        });
        action::fire(&ending(store, minute(30).as_second()), &harness.caller, &fire).await.unwrap();
        assert_eq!(harness.action(&id).action().unwrap().ended.map(|ended| ended.how), Some(expected));
    }
}

#[tokio::test]
async fn a_second_message_of_the_day_that_nobody_asked_for_is_refused_and_one_of_the_next_day_is_not() {
    let harness = harness();
    harness.at(0).write("שלום").await;
    let (first, second) = (new(ActionKind::Message, 5), new(ActionKind::Message, 6));
    let (first, second) = (harness.add(&first).await.unwrap(), harness.add(&second).await.unwrap());
    assert_eq!(harness.at(5).end(&first).await, Some(ActionEnd::Done));
    assert_eq!(harness.at(6).end(&second).await, Some(ActionEnd::Refused(Refusal::OnceADay)));
    let today = harness.add(&new(ActionKind::Message, 7)).await.unwrap_err();
    assert!(matches!(today, EditError::NotAllowed(Refusal::OnceADay)), "and is refused when it is entered");
    assert!(harness.add(&new(ActionKind::Message, 24 * 60)).await.is_ok());
}

#[tokio::test]
async fn who_wants_none_gets_none_be_it_in_the_outbox() {
    let harness = harness();
    let names = harness.customer.clone();
    harness.at(0).write("שלום").await;
    let id = harness.add(&new(ActionKind::Message, 5)).await.unwrap();
    assert_eq!(harness.at(5).end(&id).await, Some(ActionEnd::Done));
    harness.delivery(&names, 5, Purpose::Marketing { wanted: false }).await;
    harness.is_due().await;
    let stored = harness.lead().messages.into_values().find(|message| message.text == REMINDER).unwrap();
    assert_eq!(stored.sending.unwrap().state, SendState::Refused);
    assert!(harness.ports.messenger.taken().iter().all(|taken| taken.body.text() != REMINDER));
    let refused = harness.add(&new(ActionKind::Message, 24 * 60)).await.unwrap_err();
    assert!(matches!(refused, EditError::NotAllowed(Refusal::OptedOut)));
    harness.at(7).delivery(&names, 7, Purpose::Marketing { wanted: true }).await;
    assert!(harness.add(&new(ActionKind::Message, 24 * 60)).await.is_ok());
}

#[tokio::test]
async fn in_quiet_hours_it_waits_until_they_are_over_and_what_was_not_sent_by_then_is_a_persons() {
    let harness = harness();
    harness.at(0).write("שלום").await;
    let local = settings().zone().at(minute(0));
    let hour =
        |ahead: i64| local.saturating_add(SignedDuration::from_hours(ahead)).time().round(jiff::Unit::Hour).unwrap();
    let quiet_hours = QuietHours { from: hour(2), until: hour(4) };
    harness.change(Settings { enable_customer_service: true, disclose_ai: false, quiet_hours, ..settings() });
    let id = harness.add(&new(ActionKind::Message, 180)).await.unwrap();
    let over = harness.action(&id).retry_at.unwrap();
    assert_eq!(settings().zone().at(over).time(), quiet_hours.until, "it says so at once");
    assert_eq!(harness.at(180).fires(&id, 0).await, Ended::Rearmed);
    assert_eq!(harness.ports.timer.schedules().get(id.as_str()), Some(&over));
    let second = harness.at(60).add(&new(ActionKind::Message, 61)).await.unwrap();
    assert_eq!(harness.at(61).end(&second).await, Some(ActionEnd::Done));
    // The hint is lost, and it is found in the quiet hours.
    harness.at(180).is_due().await;
    assert!(harness.ports.messenger.taken().iter().all(|taken| taken.body.text() != REMINDER));
    assert!(harness.told().iter().any(|event| event.name() == "handover.requested"));
}

#[tokio::test]
async fn staff_move_and_cancel_what_waits_and_nothing_that_has_ended() {
    let harness = harness();
    harness.at(0).write("שלום").await;
    let (key, id) = (harness.key(), harness.add(&new(ActionKind::Message, 30)).await.unwrap());
    let later = ActionChange { due_at: Some(minute(40)), text: Some("אחרת".to_owned()) };
    harness.staff().change_action(&key, &id, &later).await.unwrap();
    assert_eq!(harness.at(30).end(&id).await, None, "the schedule of before finds it moved");
    assert_eq!(harness.at(40).end(&id).await, Some(ActionEnd::Done));
    let late = harness.staff().cancel_action(&key, &id).await.unwrap_err();
    assert!(matches!(late, EditError::ActionOver));
    assert!(matches!(harness.staff().change_action(&key, &id, &later).await, Err(EditError::ActionOver)));
    let id = harness.add(&new(ActionKind::Person, 60)).await.unwrap();
    harness.staff().cancel_action(&key, &id).await.unwrap();
    let again = harness.staff().cancel_action(&key, &id).await.unwrap();
    assert_eq!(again.version, 2, "cancelled before, nothing is written");
    assert_eq!(harness.at(60).end(&id).await, Some(ActionEnd::Cancelled(Canceller::Staff)));
    assert_eq!(harness.told_of_actions(), ["action.done", "action.cancelled"]);
    let none = SessionId::new("action.none");
    assert!(matches!(harness.staff().cancel_action(&key, &none).await, Err(EditError::NoAction)));
}

#[tokio::test]
async fn the_newest_come_first_page_by_page_and_no_session_is_among_them() {
    let harness = harness();
    harness.at(0).write("שלום").await;
    let mut ids = Vec::new();
    for due in 0..5 {
        ids.push(harness.add(&new(ActionKind::Person, 60 + due)).await.unwrap());
    }
    ids.reverse();
    let (key, store) = (harness.key(), &harness.ports.store);
    let (first, next) = actions(store, &key, None, 3).await.unwrap();
    let (rest, end) = actions(store, &key, next.as_ref(), 3).await.unwrap();
    let found: Vec<_> = first.into_iter().chain(rest).map(|session| session.id).collect();
    assert_eq!((found, end), (ids, None));
}

#[tokio::test]
async fn an_action_goes_with_who_is_merged_and_is_done_for_them_by_its_old_schedule() {
    let harness = harness();
    let names =
        |bsuid: &str, phone: &str| CustomerAddress { bsuid: Bsuid::parse(bsuid).ok(), phone: E164::parse(phone).ok() };
    let number = "+972555000002";
    harness.at(0).delivery(&names("", number), 0, Purpose::Ask).await;
    let from = harness.key();
    let id = harness.add(&new(ActionKind::Message, 30)).await.unwrap();
    harness.at(1).delivery(&names("IL.1", ""), 1, Purpose::Ask).await;
    harness.at(2).delivery(&names("IL.1", number), 2, Purpose::Ask).await;
    let fire = TimerFired { key: from.clone(), session: id.clone(), generation: 0 };
    harness.at(30);
    action::fire(&harness.ports, &harness.caller, &fire).await.unwrap();
    let leads = harness.ports.store.leads();
    let holder = leads.iter().find(|(_, lead)| lead.sessions.contains_key(&id)).unwrap();
    assert_ne!(*holder.0, from, "it is not kept waiting by the merge");
    assert_eq!(holder.1.sessions[&id].action().unwrap().ended.unwrap().how, ActionEnd::Done);
}

#[tokio::test]
async fn erased_with_who_it_was_for() {
    let harness = harness();
    harness.at(0).write("שלום").await;
    let (key, id) = (harness.key(), harness.add(&new(ActionKind::Message, 30)).await.unwrap());
    harness.fires(&id, 0).await;
    let receipt = harness.erase().await;
    assert!(receipt.finished && receipt.schedules >= 1);
    assert!(!harness.ports.timer.schedules().contains_key(id.as_str()), "no schedule is left");
    harness.at(30);
    let fire = TimerFired { key, session: id, generation: 1 };
    assert_eq!(action::fire(&harness.ports, &harness.caller, &fire).await.unwrap(), Ended::Nothing);
}

#[tokio::test]
async fn switched_off_nothing_is_entered_and_what_was_is_refused() {
    let harness = harness();
    harness.at(0).write("שלום").await;
    let id = harness.add(&new(ActionKind::Message, 30)).await.unwrap();
    harness.change(Settings { enable_actions: false, ..settings() });
    assert_eq!(harness.at(30).end(&id).await, Some(ActionEnd::Refused(Refusal::SwitchedOff)));
    assert_eq!(harness.told_of_actions(), ["action.refused"]);
    let refused = harness.add(&new(ActionKind::Message, 40)).await.unwrap_err();
    assert!(matches!(refused, EditError::NotAllowed(Refusal::SwitchedOff)));
}
