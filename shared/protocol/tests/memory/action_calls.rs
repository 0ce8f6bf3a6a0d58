//! Calls that are placed, and templates that are sent, when an action is due.

use crate::actions::{minute, new, settings};
use crate::harness::MemoryHarness;
use jiff::Timestamp;
use zikaron_memory::action::means::{CallerSpec, TemplateSpec};
use zikaron_memory::action::quiet_hours::QuietHours;
use zikaron_memory::action::{ActionEnd, ActionKind, Refusal};
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;
use zikaron_protocol::action;
use zikaron_protocol::model::call::{CallCompleted, CallKey, CallName, Direction, Provider, Report};
use zikaron_protocol::model::conversation::{Body, Template, TemplateParameter};
use zikaron_protocol::model::event::Purpose;
use zikaron_protocol::model::ids::{Bsuid, BusinessId, CallId, ConnectionId, CustomerAddress, E164, Line, NumberId};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::{Caller, OutgoingCall, SendError};
use zikaron_protocol::session::outcome::Ended;
use zikaron_testing::people;

const AGENT: &str = "agent_1";

fn calls() -> Line {
    Line { connection: ConnectionId::parse("calls").unwrap(), number: NumberId::parse(AGENT).unwrap() }
}

fn calling() -> Settings {
    let text = str::to_owned;
    let caller = CallerSpec { connection: text("calls"), agent: text(AGENT), number: text("+12025550100") };
    Settings { enable_customer_service: true, disclose_ai: false, caller: Some(caller), ..settings() }
}

/// A business that has its customers called, and one who has written.
async fn harness() -> MemoryHarness {
    let harness = MemoryHarness::new(calling());
    harness.ports.store.put_route(calls(), people::business());
    harness.at(0).write("שלום").await;
    harness
}

/// A call that is due in half an hour.
async fn due(harness: &MemoryHarness) -> SessionId {
    harness.at(1).add(&new(ActionKind::Call, 30)).await.unwrap()
}

/// What the provider reports of the call of this tag.
fn report(tag: &str, routes: Vec<NumberId>, ended_at: Timestamp) -> CallCompleted {
    let name = CallName { provider: Provider::Retell, call_id: CallId::parse("call-9").unwrap() };
    CallCompleted {
        key: CallKey { ended_at, name },
        connection: calls().connection,
        routes,
        business_number: None,
        customer: None,
        tag: Some(tag.to_owned()),
        report: Report {
            direction: Direction::Outbound,
            started_at: ended_at,
            transcript: Vec::new(),
            voicemail: false,
            summary: None,
            recording_url: None,
            ended_because: None,
        },
    }
}

#[tokio::test]
async fn a_call_is_placed_when_it_is_due_with_what_is_known_and_what_it_is_about() {
    let harness = harness().await;
    let id = due(&harness).await;
    assert_eq!(harness.at(29).end(&id).await, None);
    assert_eq!(harness.caller.asked(), []);
    assert_eq!(harness.at(30).end(&id).await, Some(ActionEnd::Done));
    let [asked] = &harness.caller.asked()[..] else { panic!("{:?}", harness.caller.asked()) };
    assert_eq!((asked.connection.as_str(), asked.agent.as_str()), ("calls", AGENT));
    assert_eq!((asked.from.as_str(), asked.to.as_str()), ("+12025550100", "+972555000001"));
    let variable =
        |name: &str| asked.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(variable("call_reason"), Some(crate::actions::REMINDER));
    assert_eq!(variable("customer_name"), Some(""), "every name of a prompt is there");
    assert!(variable("memory").is_some());
    let done = harness.action(&id);
    assert_eq!(done.action().unwrap().call.as_ref().unwrap().call_id.as_str(), "call-1");
    assert_eq!(harness.fires(&id, 1).await, Ended::Nothing);
    assert_eq!((harness.caller.asked().len(), harness.told_of_actions()), (1, vec!["action.done"]));
}

#[tokio::test]
async fn a_call_nobody_knows_the_end_of_is_never_asked_for_again_and_is_a_persons_in_the_end() {
    let harness = harness().await;
    let id = due(&harness).await;
    harness.caller.fail_next(SendError::Unknown { reason: "no answer in time".to_owned() });
    assert_eq!(harness.at(30).end(&id).await, None);
    let watched = harness.action(&id);
    assert_eq!(harness.ports.timer.schedules().get(id.as_str()), Some(&minute(40)));
    assert_eq!(harness.at(35).fires(&id, 0).await, Ended::Nothing, "delivered again");
    let key = harness.key();
    assert!(harness.staff().cancel_action(&key, &id).await.is_err(), "it may be ringing");
    harness.at(40).fires(&id, watched.tries).await;
    let how = harness.action(&id).action().unwrap().ended.unwrap().how;
    assert_eq!(how, ActionEnd::HandedToPerson(Some(Refusal::Uncertain)));
    assert_eq!(harness.caller.asked().len(), 1);
}

#[tokio::test]
async fn the_report_of_a_call_settles_what_nobody_knew() {
    let harness = harness().await;
    let id = due(&harness).await;
    harness.caller.fail_next(SendError::Unknown { reason: "no answer in time".to_owned() });
    assert_eq!(harness.at(30).end(&id).await, None);
    let tag = harness.caller.asked().remove(0).tag;
    let called = async |tag: &str, routes: Vec<NumberId>| {
        action::called(&harness.ports, &report(tag, routes, minute(33))).await.unwrap();
        harness.action(&id).action().unwrap().ended.map(|ended| ended.how)
    };
    let elsewhere = Line { number: NumberId::parse("agent_2").unwrap(), ..calls() };
    harness.ports.store.put_route(elsewhere.clone(), BusinessId::parse("another").unwrap());
    assert_eq!(harness.at(33).told_of_actions(), Vec::<&str>::new());
    assert_eq!(called(&tag, vec![elsewhere.number]).await, None, "another business's account says nothing of ours");
    assert_eq!(called("what a customer said", vec![calls().number]).await, None);
    assert_eq!(called(&tag, vec![calls().number]).await, Some(ActionEnd::Done));
    assert_eq!(called(&tag, vec![calls().number]).await, Some(ActionEnd::Done), "told twice");
    let done = harness.action(&id);
    assert_eq!(done.action().unwrap().call.as_ref().unwrap().call_id.as_str(), "call-9");
    assert_eq!(harness.told_of_actions(), ["action.done"]);
}

#[tokio::test]
async fn the_report_finds_the_call_of_who_is_being_merged_meanwhile() {
    let names =
        |bsuid: &str, phone: &str| CustomerAddress { bsuid: Bsuid::parse(bsuid).ok(), phone: E164::parse(phone).ok() };
    let harness = MemoryHarness::new(calling());
    harness.ports.store.put_route(calls(), people::business());
    harness.at(0).delivery(&names("", "+972555000002"), 0, Purpose::Ask).await;
    let id = due(&harness).await;
    harness.caller.fail_next(SendError::Unknown { reason: "no answer in time".to_owned() });
    assert_eq!(harness.at(30).end(&id).await, None);
    harness.at(31).delivery(&names("IL.1", ""), 31, Purpose::Ask).await;
    harness.at(32).delivery(&names("IL.1", "+972555000002"), 32, Purpose::Ask).await;
    let tag = harness.caller.asked().remove(0).tag;
    action::called(&harness.at(33).ports, &report(&tag, vec![calls().number], minute(33))).await.unwrap();
    assert_eq!(harness.action(&id).action().unwrap().ended.map(|ended| ended.how), Some(ActionEnd::Done));
}

#[tokio::test]
async fn a_call_that_is_refused_for_now_is_asked_for_again_and_counts_once() {
    let harness = harness().await;
    let id = due(&harness).await;
    harness.caller.fail_next(SendError::RefusedForNow { code: 429 });
    assert_eq!(harness.at(30).end(&id).await, None);
    assert_eq!(harness.lead().state.unwrap().unasked_at, None, "nobody was called");
    let later = harness.action(&id).retry_at.unwrap();
    assert!(minute(31) <= later && later <= minute(62));
    harness.at(62);
    assert_eq!(harness.end(&id).await, Some(ActionEnd::Done));
    assert_eq!((harness.caller.asked().len(), harness.told_of_actions()), (2, vec!["action.done"]));
    let second = harness.add(&new(ActionKind::Call, 90)).await;
    assert!(second.is_err(), "one that nobody asked for is one of the day, however it is made");
}

/// A provider that refuses for now; while it is asked, something else is sent to the customer.
struct Meanwhile<'a>(&'a MemoryHarness, Timestamp);

impl Caller for Meanwhile<'_> {
    async fn call(&self, _: OutgoingCall<'_>) -> Result<CallName, SendError> {
        let state = self.0.lead().state.unwrap();
        self.0.write_state(State { unasked_at: Some(self.1), ..state.next() }).await;
        Err(SendError::RefusedForNow { code: 429 })
    }
}

#[tokio::test]
async fn a_call_that_did_not_come_about_leaves_the_message_of_the_day_counted() {
    let harness = harness().await;
    let id = due(&harness).await;
    let sent_at = minute(31);
    let fire = TimerFired { key: harness.key(), session: id, generation: 0 };
    let ended = action::fire(&harness.at(30).ports, &Meanwhile(&harness, sent_at), &fire).await.unwrap();
    assert_eq!((ended, harness.lead().state.unwrap().unasked_at), (Ended::Rearmed, Some(sent_at)));
}

#[tokio::test]
async fn what_a_provider_refuses_is_a_persons() {
    for (error, why) in [
        (SendError::RefusedForGood { code: 400 }, Refusal::NotAccepted),
        (SendError::RefusedUntilMended { code: 401 }, Refusal::NotAccepted),
        (SendError::RefusedUntilMended { code: 0 }, Refusal::NoCaller),
    ] {
        let harness = harness().await;
        let id = due(&harness).await;
        harness.caller.fail_next(error);
        assert_eq!(harness.at(30).end(&id).await, Some(ActionEnd::HandedToPerson(Some(why))));
    }
}

#[tokio::test]
async fn nobody_calls_without_an_account_of_their_own_or_a_number() {
    let refused = |why| Some(ActionEnd::HandedToPerson(Some(why)));
    let harness = harness().await;
    let id = due(&harness).await;
    harness.change(Settings { caller: None, ..calling() });
    assert_eq!(harness.at(30).end(&id).await, refused(Refusal::NoCaller));
    let id = harness.at(31).add(&new(ActionKind::Call, 40)).await.unwrap();
    harness.change(calling());
    harness.ports.store.put_route(calls(), BusinessId::parse("another").unwrap());
    assert_eq!(harness.at(40).end(&id).await, refused(Refusal::NoCaller), "the account is another's");
    assert_eq!(harness.caller.asked(), []);

    let mut hidden = MemoryHarness::new(calling());
    hidden.customer = CustomerAddress { bsuid: Bsuid::parse("IL.13491208655302741918").ok(), phone: None };
    hidden.ports.store.put_route(calls(), people::business());
    hidden.at(0).write("שלום").await;
    let id = due(&hidden).await;
    assert_eq!(hidden.at(30).end(&id).await, refused(Refusal::NoNumber));
}

#[tokio::test]
async fn nobody_is_called_in_quiet_hours() {
    let harness = harness().await;
    let id = due(&harness).await;
    let local = settings().zone().at(minute(30)).time();
    let from = local.saturating_sub(jiff::SignedDuration::from_mins(5)).round(jiff::Unit::Minute).unwrap();
    let until = local.saturating_add(jiff::SignedDuration::from_mins(60)).round(jiff::Unit::Minute).unwrap();
    harness.change(Settings { quiet_hours: QuietHours { from, until }, ..calling() });
    assert_eq!(harness.at(30).fires(&id, 0).await, Ended::Rearmed);
    assert_eq!(harness.caller.asked(), []);
    assert_eq!(harness.at(91).end(&id).await, Some(ActionEnd::Done));
}

fn reminder(name: &str, parameters: &[&str]) -> TemplateSpec {
    let text = match parameters.len() {
        1 => "שלום! {{1}}",
        _ => "היי {{1}}, {{2}}",
    };
    let parameters = parameters.iter().map(|&name| name.to_owned()).collect();
    TemplateSpec { name: name.to_owned(), language: "he".to_owned(), text: text.to_owned(), parameters }
}

#[tokio::test]
async fn a_day_after_the_customer_wrote_an_approved_template_says_it() {
    let templates = vec![reminder("named", &["name", "text"]), reminder("plain", &["text"])];
    let harness = MemoryHarness::new(Settings { templates, ..calling() });
    harness.at(0).write("שלום").await;
    let day = 24 * 60;
    let id = harness.add(&new(ActionKind::Message, day)).await.unwrap();
    let unnamed = harness.at(day).end(&id).await;
    assert_eq!(unnamed, Some(ActionEnd::HandedToPerson(Some(Refusal::NoTemplate))), "nobody knows their name");
    let key = harness.key();
    harness.staff().set_field(&key, "name", Some("יוסי כהן".to_owned())).await.unwrap();
    let id = harness.add(&new(ActionKind::Message, day + 1)).await.unwrap();
    assert_eq!(harness.at(day + 1).end(&id).await, Some(ActionEnd::Done));
    harness.is_due().await;
    let taken = harness.ports.messenger.taken().pop().unwrap();
    let Body::Template { template, text } = taken.body else { panic!("{:?}", taken.body) };
    assert_eq!(text, format!("היי יוסי כהן, {}", crate::actions::REMINDER));
    let parameter = |text: &str| TemplateParameter { name: None, text: text.to_owned() };
    let parameters = vec![parameter("יוסי כהן"), parameter(crate::actions::REMINDER)];
    assert_eq!(template, Template { name: "named".to_owned(), language: "he".to_owned(), parameters });
    let stored = harness.lead().messages.into_values().find(|message| message.text == text).unwrap();
    assert_eq!(stored.kind, "template");
}

#[tokio::test]
async fn the_template_an_action_names_is_the_one() {
    let templates = vec![reminder("named", &["name", "text"]), reminder("plain", &["text"])];
    let harness = MemoryHarness::new(Settings { templates, ..calling() });
    harness.at(0).write("שלום").await;
    let day = 24 * 60;
    let plain =
        zikaron_protocol::staff::NewAction { template: Some("plain".to_owned()), ..new(ActionKind::Message, day) };
    let id = harness.add(&plain).await.unwrap();
    assert_eq!(harness.at(day).end(&id).await, Some(ActionEnd::Done));
    harness.is_due().await;
    let text = harness.ports.messenger.taken().pop().unwrap().body.text().to_owned();
    assert_eq!(text, format!("שלום! {}", crate::actions::REMINDER));
    let gone =
        zikaron_protocol::staff::NewAction { template: Some("gone".to_owned()), ..new(ActionKind::Message, 2 * day) };
    let id = harness.add(&gone).await.unwrap();
    let end = harness.at(2 * day).end(&id).await;
    assert_eq!(end, Some(ActionEnd::HandedToPerson(Some(Refusal::NoTemplate))));
}
