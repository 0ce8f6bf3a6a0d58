//! What a conversation leaves to be done: the digest's commitments become actions.

use crate::actions::{minute, settings};
use crate::harness::MemoryHarness;
use crate::meanwhile::Meanwhile;
use zikaron_memory::action::commitment::Claimed;
use zikaron_memory::action::quiet_hours::QuietHours;
use zikaron_memory::action::{ActionEnd, ActionKind, Canceller};
use zikaron_memory::evidence::{About, Meant};
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;
use zikaron_memory::zone::Zone;
use zikaron_protocol::action;
use zikaron_protocol::model::action::is_action;
use zikaron_protocol::model::amendment::{Amendment, Amends};
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Incoming, MessageReceived, Purpose};
use zikaron_protocol::model::figures::Period;
use zikaron_protocol::model::ids::{Bsuid, CustomerAddress, E164, LeadKey};
use zikaron_protocol::model::session::Session;
use zikaron_protocol::model::spent::BudgetDay;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::model::usage::Usage;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{Digest, ModelError, Reply};
use zikaron_protocol::session::{close, outcome};
use zikaron_protocol::testing::in_memory_store::Lead;
use zikaron_protocol::turn;
use zikaron_testing::ports::ending;

const SUMMARY: &str = "נושא: שיחה\nמה נדון: שיחה\nהלקוח ביקש: חזרה\nתוצאה: אין\nהצעד הבא: לחזור";
const ASKS_CALL: &str = "תתקשרו אליי מחר ב-10:00";
const ASKS_PRICE: &str = "תשלחו לי את המחירון";

fn harness() -> MemoryHarness {
    // It begins at eight in the morning, and with quiet hours at night ten is ten in the morning.
    let (time_zone, quiet_hours) = (Zone::parse("UTC").ok(), QuietHours::default());
    let settings = Settings { time_zone, quiet_hours, daily_tokens_budget: 1_000_000, ..settings() };
    MemoryHarness::new(Settings { enable_customer_service: true, ..settings })
}

fn claim(kind: ActionKind, quote: &str, when: Option<&str>, what: &str, meant: Meant) -> Claimed {
    Claimed {
        line: None,
        quote: quote.to_owned(),
        kind,
        when: when.map(str::to_owned),
        what: what.to_owned(),
        about: Some(About::Customer),
        meant: Some(meant),
    }
}

fn call(meant: Meant) -> Claimed {
    claim(ActionKind::Call, ASKS_CALL, Some("מחר ב-10:00"), "לחזור ללקוח", meant)
}

fn price() -> Claimed {
    claim(ActionKind::Message, ASKS_PRICE, None, "לשלוח את המחירון", Meant::States)
}

impl MemoryHarness {
    /// The open session is digested now, with these commitments.
    async fn leaves(&self, commitments: Vec<Claimed>) {
        let summary = Some(SUMMARY.to_owned());
        self.ports.model.digest_as(Digest { summary, commitments, ..Digest::default() });
        let open = self.lead().state.unwrap().session.unwrap();
        let fire = TimerFired { key: self.key(), session: open.id, generation: open.generation };
        let ended = close::fire(&self.ports, &fire).await.unwrap();
        assert_eq!(ended, outcome::Ended::Closed(outcome::Digested::Written));
    }

    fn actions(&self) -> Vec<Session> {
        self.lead().sessions.into_values().filter(|session| is_action(&session.id)).collect()
    }
}

fn how(session: &Session) -> Option<ActionEnd> {
    session.action().unwrap().ended.map(|ended| ended.how)
}

#[tokio::test]
async fn a_call_that_was_agreed_waits_for_its_hour_and_is_not_made_twice_by_who_says_it_again() {
    let harness = harness();
    harness.at(0).write(ASKS_CALL).await;
    harness.at(15).leaves(vec![call(Meant::States)]).await;
    let made = harness.actions();
    let action = made[0].action().unwrap();
    let tomorrow = minute(0).to_zoned(jiff::tz::TimeZone::UTC).date().tomorrow().unwrap();
    let ten = tomorrow.at(10, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    assert_eq!((made.len(), action.kind, action.due_at), (1, ActionKind::Call, ten));
    assert_eq!(action.asked.as_ref().unwrap().quote, ASKS_CALL);
    assert_eq!(harness.ports.timer.schedules().get(made[0].id.as_str()), Some(&ten));
    harness.at(20).write(ASKS_CALL).await;
    harness.at(35).leaves(vec![call(Meant::States)]).await;
    assert_eq!(harness.actions(), made, "it is agreed already");
    harness.at(40).write("בעצם אל תתקשרו אליי").await;
    let off = claim(ActionKind::Call, "אל תתקשרו אליי", None, "לא לחזור ללקוח", Meant::TakesBack);
    harness.at(55).leaves(vec![off]).await;
    assert_eq!(how(&harness.actions()[0]), Some(ActionEnd::Cancelled(Canceller::Customer)));
    assert_eq!(harness.told_of_actions(), ["action.cancelled"]);
}

#[tokio::test]
async fn what_is_to_be_sent_the_model_writes_from_the_customers_own_words_and_once() {
    let harness = harness();
    harness.at(0).write(ASKS_PRICE).await;
    harness.at(15).leaves(vec![price()]).await;
    let id = harness.actions()[0].id.clone();
    let usage = Usage { tokens_in: 70, tokens_cached: 0, tokens_out: 9 };
    harness
        .ports
        .model
        .queue(Reply { text: "מחיר תספורת: 120 ש\"ח".to_owned(), usage, ..Reply::default() });
    assert_eq!(harness.at(16).end(&id).await, Some(ActionEnd::Done));
    let asked = harness.ports.model.shown().pop().unwrap();
    assert_eq!(asked.conversation.last().unwrap().text, ASKS_PRICE);
    assert!(asked.system.contains("לשלוח את המחירון"), "{}", asked.system);
    harness.is_due().await;
    harness.fires(&id, 1).await;
    let sent = harness.ports.messenger.taken();
    assert_eq!(sent.iter().filter(|taken| taken.body.text().starts_with("מחיר")).count(), 1);
    let stored = harness.lead().messages.into_values().find(|message| message.text.starts_with("מחיר")).unwrap();
    assert_eq!((stored.speaker, stored.spent), (Speaker::Assistant, Some(usage)));
}

#[tokio::test]
async fn a_dead_model_is_asked_again_later_and_one_that_needs_a_person_gets_one() {
    let harness = harness();
    harness.at(0).write(ASKS_PRICE).await;
    harness.at(15).leaves(vec![price()]).await;
    let id = harness.actions()[0].id.clone();
    harness.fails(ModelError::Unavailable("503".to_owned()));
    assert_eq!(harness.at(16).fires(&id, 0).await, outcome::Ended::Rearmed);
    assert_eq!(harness.ports.timer.schedules().get(id.as_str()), Some(&minute(26)));
    let usage = Usage { tokens_in: 70, tokens_cached: 0, tokens_out: 9 };
    harness.fails(ModelError::unusable("empty").having_used(usage));
    assert_eq!(harness.at(26).end(&id).await, Some(ActionEnd::HandedToPerson(None)));
    let counted = harness.action(&id).counted.unwrap();
    let figures = harness.ports.store.all_figures();
    let days = figures.iter().filter(|((_, period), _)| *period == Period::Day(counted.day));
    assert_eq!(days.map(|(_, tally)| tally.get("tokens_in")).sum::<i64>(), 70, "it is paid for all the same");
    assert_eq!((counted.tally.get("tokens_in"), counted.tally.get("tokens_out")), (70, 9));
    let budget = BudgetDay { business: harness.business(), day: counted.day };
    assert_eq!(harness.ports.store.spent(&budget).await.unwrap().tokens, 79, "of the budget too");
}

#[tokio::test]
async fn what_is_in_doubt_is_a_persons_at_once() {
    let harness = harness();
    harness.at(0).write("תתקשרו אליי ביום ההוא").await;
    let vague = claim(ActionKind::Call, "תתקשרו אליי ביום ההוא", Some("ביום ההוא"), "לחזור ללקוח", Meant::States);
    harness.at(15).leaves(vec![vague]).await;
    let made = harness.actions().remove(0);
    let action = made.action().unwrap();
    assert_eq!((action.kind, action.text.as_str()), (ActionKind::Person, "לחזור ללקוח (ביום ההוא)"));
    assert_eq!(harness.end(&made.id).await, Some(ActionEnd::HandedToPerson(None)));
    assert_eq!(harness.told_of_actions(), ["action.due"]);
}

#[tokio::test]
async fn words_that_are_taken_back_leave_nothing_to_be_done() {
    let harness = harness();
    harness.at(0).write("שלום").await;
    let asks = harness.incoming(harness.new_id(), Some(ASKS_CALL), Purpose::Ask);
    let target = asks.id.clone();
    Box::pin(turn::answer(&harness.ports, &harness.received(asks))).await.unwrap();
    harness.at(15).leaves(vec![call(Meant::States)]).await;
    let session = session_of(&harness);
    let how_changed = Amends { target, how: Amendment::Revoke };
    let revoked = harness.incoming(harness.new_id(), None, Purpose::Amend(how_changed));
    Box::pin(turn::answer(&harness.at(16).ports, &harness.received(revoked))).await.unwrap();
    harness.ports.model.digest_as(Digest { summary: Some(SUMMARY.to_owned()), ..Digest::default() });
    let anew = TimerFired { key: harness.key(), session, generation: 1 };
    close::fire(&harness.at(20).ports, &anew).await.unwrap();
    assert_eq!(how(&harness.actions()[0]), Some(ActionEnd::Cancelled(Canceller::Customer)));
}

#[tokio::test]
async fn words_that_are_edited_ask_for_nothing_a_second_time_and_take_nothing_back() {
    for (asks, claimed, is_done) in [(ASKS_CALL, call(Meant::States), false), (ASKS_PRICE, price(), true)] {
        let harness = harness();
        harness.at(0).write("שלום").await;
        let incoming = harness.incoming(harness.new_id(), Some(asks), Purpose::Ask);
        let target = incoming.id.clone();
        Box::pin(turn::answer(&harness.ports, &harness.received(incoming))).await.unwrap();
        harness.at(15).leaves(vec![claimed.clone()]).await;
        let (session, id) = (session_of(&harness), harness.actions()[0].id.clone());
        if is_done {
            harness.ports.model.say("מחיר תספורת: 120 ש\"ח");
            assert_eq!(harness.at(16).end(&id).await, Some(ActionEnd::Done));
        }
        let how_changed = Amends { target, how: Amendment::Edit };
        let edited = harness.incoming(harness.new_id(), Some(&format!("היי, {asks}")), Purpose::Amend(how_changed));
        Box::pin(turn::answer(&harness.at(17).ports, &harness.received(edited))).await.unwrap();
        let summary = Some(SUMMARY.to_owned());
        harness.ports.model.digest_as(Digest { summary, commitments: vec![claimed], ..Digest::default() });
        let anew = TimerFired { key: harness.key(), session, generation: 1 };
        close::fire(&harness.at(21).ports, &anew).await.unwrap();
        let all = harness.actions();
        assert_eq!((all.len(), how(&all[0])), (1, is_done.then_some(ActionEnd::Done)), "{asks}");
    }
}

/// What is due is not kept waiting by a merge: it goes to the other lead ahead of its conversation, which may be digested
/// anew where it still stands.
#[tokio::test]
async fn what_went_ahead_to_the_other_lead_is_neither_made_again_nor_left_when_its_words_are_taken_back() {
    let number = E164::parse("+972555000002").ok();
    for (how_changed, left) in
        [(Amendment::Edit, None), (Amendment::Revoke, Some(ActionEnd::Cancelled(Canceller::Customer)))]
    {
        let harness = harness();
        harness.at(0).delivery(&names("", number.clone()), 0, Purpose::Ask).await;
        let from = harness.key();
        let of =
            |incoming: Incoming, customer: CustomerAddress| MessageReceived { customer, ..harness.received(incoming) };
        let asks = harness.incoming(harness.new_id(), Some(ASKS_CALL), Purpose::Ask);
        let target = asks.id.clone();
        Box::pin(turn::answer(&harness.ports, &of(asks, names("", number.clone())))).await.unwrap();
        harness.at(15).leaves(vec![call(Meant::States)]).await;
        let (session, action) = (session_of(&harness), harness.actions()[0].id.clone());
        harness.at(16).delivery(&names("IL.1", None), 16, Purpose::Ask).await;
        harness.at(17).delivery(&names("IL.1", number.clone()), 17, Purpose::Ask).await;
        let early = TimerFired { key: from.clone(), session: action.clone(), generation: 0 };
        action::fire(&harness.ports, &harness.caller, &early).await.unwrap();
        let all = || {
            let leads = harness.ports.store.leads();
            let of =
                |(key, lead): (LeadKey, Lead)| lead.sessions.into_values().map(move |session| (key.clone(), session));
            leads.into_iter().flat_map(of).filter(|(_, session)| is_action(&session.id)).collect::<Vec<_>>()
        };
        assert!(all().len() == 1 && all()[0].0 != from, "it went ahead");
        let text = (how_changed == Amendment::Edit).then(|| format!("היי, {ASKS_CALL}"));
        let claimed = text.iter().map(|_| call(Meant::States)).collect();
        let changed = Purpose::Amend(Amends { target, how: how_changed });
        let changed = harness.at(18).incoming(harness.new_id(), text.as_deref(), changed);
        Box::pin(turn::answer(&harness.ports, &of(changed, names("IL.1", number.clone())))).await.unwrap();
        harness.ports.model.digest_as(Digest {
            summary: Some(SUMMARY.to_owned()),
            commitments: claimed,
            ..Digest::default()
        });
        let anew = TimerFired { key: from, session, generation: 1 };
        close::fire(&harness.at(22).ports, &anew).await.unwrap();
        let all = all();
        assert_eq!((all.len(), how(&all[0].1)), (1, left));
        assert_eq!(harness.told_of_actions(), left.map(|_| "action.cancelled").into_iter().collect::<Vec<_>>());
    }
}

/// What becomes of one digest of the other lead.
#[derive(Clone, Copy, PartialEq)]
enum Goes {
    Well,
    /// It takes effect, and the answer is lost.
    Lost,
    /// It takes no effect; it is delivered again.
    Failed,
    /// Staff cancel the action between what is read and what is written.
    Staff,
}

#[tokio::test]
async fn what_waits_with_a_lead_that_is_being_merged_is_called_off_there_however_its_commit_goes() {
    let number = E164::parse("+972555000002").ok();
    for goes in [Goes::Well, Goes::Lost, Goes::Failed, Goes::Staff] {
        let harness = harness();
        let of = |incoming: Incoming, bsuid: &str| MessageReceived {
            customer: names(bsuid, number.clone()),
            ..harness.received(incoming)
        };
        harness.at(0).delivery(&names("", number.clone()), 0, Purpose::Ask).await;
        let from = harness.key();
        let asks = harness.incoming(harness.new_id(), Some(ASKS_CALL), Purpose::Ask);
        Box::pin(turn::answer(&harness.ports, &of(asks, ""))).await.unwrap();
        harness.at(15).leaves(vec![call(Meant::States)]).await;
        let action = harness.actions()[0].id.clone();
        harness.at(16).delivery(&names("IL.1", None), 16, Purpose::Ask).await;
        harness.at(17).delivery(&names("IL.1", number.clone()), 17, Purpose::Ask).await;
        let off = harness.at(18).incoming(harness.new_id(), Some("בעצם אל תתקשרו אליי"), Purpose::Ask);
        Box::pin(turn::answer(&harness.ports, &of(off, "IL.1"))).await.unwrap();
        let off = claim(ActionKind::Call, "אל תתקשרו אליי", None, "לא לחזור ללקוח", Meant::TakesBack);
        let digest = Digest { summary: Some(SUMMARY.to_owned()), commitments: vec![off], ..Digest::default() };
        harness.ports.model.digest_as(digest.clone());
        let leads = harness.ports.store.leads();
        let (into, lead) = leads.into_iter().find(|(key, _)| *key != from).unwrap();
        let open = lead.state.unwrap().session.unwrap();
        let fire = TimerFired { key: into, session: open.id, generation: open.generation };
        let of_an_action = |write: &Write| matches!(write, Write::Session(one) if is_action(&one.id));
        harness.at(34);
        if goes == Goes::Staff {
            // The close is one commit, the digest the next.
            let store = Meanwhile::at_a_commit_with(&harness.ports.store, of_an_action, async {
                harness.staff().cancel_action(&from, &action).await.unwrap();
            });
            let ports = ending(store, 1_800_000_000 + 34 * 60);
            ports.model.digest_as(digest);
            close::fire(&ports, &fire).await.unwrap();
            assert_eq!(ports.model.digested().len(), 2, "it is made again");
            drop(ports);
        } else if goes != Goes::Well {
            harness.ports.store.break_next(of_an_action, goes == Goes::Lost);
        }
        let first = close::fire(&harness.ports, &fire).await;
        assert_eq!(first.is_err(), goes == Goes::Failed);
        close::fire(&harness.at(40).ports, &fire).await.unwrap();
        let sessions = harness.ports.store.leads().remove(&from).unwrap().sessions;
        // Of what staff cancelled the business is told when it would have been due.
        let (by, told): (_, &[&str]) = match goes {
            Goes::Staff => (Canceller::Staff, &[]),
            _ => (Canceller::Customer, &["action.cancelled"]),
        };
        assert_eq!((how(&sessions[&action]), &*harness.told_of_actions()), (Some(ActionEnd::Cancelled(by)), told));
    }
}

fn names(bsuid: &str, phone: Option<E164>) -> CustomerAddress {
    CustomerAddress { bsuid: Bsuid::parse(bsuid).ok(), phone }
}

#[tokio::test]
async fn of_several_things_that_wait_a_person_asks_which_is_called_off() {
    let harness = harness();
    let (ten, noon) = ("תזכירו לי מחר ב-10:00", "תזכירו לי מחר ב-12:00");
    harness.at(0).write(ten).await;
    harness.at(1).write(noon).await;
    let remind = |quote| {
        claim(ActionKind::Message, quote, quote.split_once("לי ").map(|(_, when)| when), "להזכיר", Meant::States)
    };
    harness.at(16).leaves(vec![remind(ten), remind(noon)]).await;
    harness.at(20).write("לא צריך את התזכורת").await;
    let off = claim(ActionKind::Message, "לא צריך את התזכורת", None, "לא לשלוח תזכורת", Meant::TakesBack);
    harness.at(36).leaves(vec![off]).await;
    let all = harness.actions();
    let kinds: Vec<_> = all.iter().map(|session| (session.action().unwrap().kind, how(session))).collect();
    let (message, person) = ((ActionKind::Message, None), (ActionKind::Person, None));
    assert_eq!(kinds, [message, message, person]);
    assert_eq!(harness.end(&all[2].id).await, Some(ActionEnd::HandedToPerson(None)));
}

#[tokio::test]
async fn while_a_person_talks_to_the_customer_the_ai_writes_nothing_it_was_asked_for() {
    let harness = harness();
    harness.at(0).write(ASKS_PRICE).await;
    harness.at(15).leaves(vec![price()]).await;
    let id = harness.actions()[0].id.clone();
    let shown = harness.ports.model.shown().len();
    harness.staff().take_over(&harness.key()).await.unwrap();
    assert_eq!(harness.at(16).end(&id).await, Some(ActionEnd::HandedToPerson(None)));
    assert_eq!(harness.ports.model.shown().len(), shown, "it is not even asked");
}

/// The conversation that was digested.
fn session_of(harness: &MemoryHarness) -> SessionId {
    let mut all = harness.lead().sessions.into_values().filter(|session| !is_action(&session.id));
    all.next().unwrap().id
}

#[tokio::test]
async fn with_actions_off_nothing_is_looked_for() {
    let harness = MemoryHarness::new(Settings { enable_customer_service: true, ..Settings::default() });
    harness.at(0).write(ASKS_CALL).await;
    harness.at(15).leaves(Vec::new()).await;
    assert!(harness.actions().is_empty());
    assert!(harness.ports.model.digested().iter().all(|request| !request.commitments));
}
