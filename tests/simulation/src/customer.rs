//! The people of a run, doing what the scenario says.

use crate::instance::{Cause, Instance};
use crate::invocation::{self, Work};
use crate::model::{CITY, NAME};
use crate::scenario::{Act, Step, What};
use crate::universe::{Edit, Universe};
use crate::{calls, cast};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use zikaron_memory::content::Attachments;
use zikaron_memory::resume;
use zikaron_memory::settings::Settings;
use zikaron_protocol::identity::merge;
use zikaron_protocol::model::amendment::{Amendment, Amends};
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Event, Incoming, MessageReceived, Purpose, SessionClose};
use zikaron_protocol::model::ids::{CustomerAddress, LeadKey, MessageId};
use zikaron_protocol::model::message::MessageKey;
use zikaron_protocol::ports::EventBus;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::staff::{EditError, ErasurePorts, StaffService, erase};

/// How a customer asks for a person.
pub(crate) const PERSON: &str = "אני רוצה לדבר עם נציג";

/// A message whose webhook was answered with 200.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) id: MessageId,
    pub(crate) customer: usize,
    /// The names it tells of him.
    pub(crate) names: Vec<CustomerAddress>,
    /// When he wrote it, by the channel's clock.
    pub(crate) sent_at: Timestamp,
    /// When its first delivery came.
    pub(crate) delivered: Duration,
    pub(crate) what: What,
    pub(crate) burst: Option<u32>,
}

/// Does what a step says, when its time has come.
pub(crate) async fn perform(universe: &Arc<Universe>, number: usize, step: &Step) {
    universe.until(step.at).await;
    match (&step.act, step.customer) {
        (Act::Write { what, deliveries, burst }, Some(customer)) => {
            write(universe, number, customer, *what, deliveries, *burst);
        }
        (Act::Echo { deliveries }, Some(customer)) => {
            let id = cast::wamid(&format!("app.c{customer}m{number}"));
            universe.live().echoed.push(id.clone());
            let moves = universe.live().moves_of(customer);
            echo(universe, &id, &cast::address(customer, moves, 1), "כאן דנה מהמספרה", deliveries);
        }
        (Act::Call { said, withheld, reports }, Some(customer)) => {
            calls::place(universe, number, customer, said, *withheld, reports);
        }
        (Act::Switch(on), _) => {
            let now = universe.elapsed();
            let settings = Settings { enable_customer_service: *on, ..universe.plan.settings.clone() };
            universe.trace(|| format!("memory switched: {on}"));
            universe.live().settings.push((now, settings));
        }
        (act, Some(customer)) => staff(universe, customer, act).await,
        (_, None) => {}
    }
}

fn write(
    universe: &Arc<Universe>,
    number: usize,
    customer: usize,
    what: What,
    deliveries: &[Duration],
    burst: Option<u32>,
) {
    let mark = format!("c{customer}m{number}");
    let key = MessageKey { sent_at: seconds(universe), id: cast::wamid(&format!("in.{mark}")) };
    let serial = u64::try_from(number).unwrap_or(0);
    let moves = universe.live().moves_of(customer);
    let address = cast::address(customer, moves, serial);
    let (what, content) = content(universe, customer, what, &mark, &key);
    universe.trace(|| format!("customer {customer} writes {mark} ({what:?}), delivered after {deliveries:?}"));
    let message = Incoming {
        id: key.id.clone(),
        sent_at: key.sent_at,
        speaker: Speaker::Customer,
        kind: content.kind.to_owned(),
        text: content.text,
        enclosed: Attachments::default(),
        button: content.button,
        quotes: content.quotes,
        purpose: content.purpose,
    };
    let mut names = vec![address.clone()];
    if let Purpose::Moved { to } = &message.purpose {
        names.push(to.clone());
    }
    let received = MessageReceived { line: cast::line(), customer: address, profile_name: None, message };
    let mut live = universe.live();
    live.counts.messages += 1;
    live.truth.entry(key.id.clone()).or_default().plain = matches!(what, What::Text);
    live.accepted.push(Accepted {
        id: key.id,
        customer,
        names,
        sent_at: key.sent_at,
        delivered: universe.elapsed() + deliveries.iter().min().copied().unwrap_or_default(),
        what,
        burst,
    });
    drop(live);
    deliver(universe, &received, deliveries);
}

fn deliver(universe: &Arc<Universe>, received: &MessageReceived, deliveries: &[Duration]) {
    for delay in deliveries {
        let event = Event::MessageReceived(received.clone());
        invocation::start_after(Arc::clone(universe), Work::Event(event), *delay);
    }
}

/// The channel's clock has whole seconds.
fn seconds(universe: &Universe) -> Timestamp {
    Timestamp::from_second(universe.now().as_second()).unwrap_or_default()
}

/// The channel echoes what was sent to a customer: from the phone app or, with the id of one of our messages, by us.
pub(crate) fn echo(
    universe: &Arc<Universe>,
    id: &MessageId,
    to: &CustomerAddress,
    text: &str,
    deliveries: &[Duration],
) {
    let message = Incoming {
        id: id.clone(),
        sent_at: seconds(universe),
        speaker: Speaker::Staff,
        kind: "text".to_owned(),
        text: Some(text.to_owned()),
        enclosed: Attachments::default(),
        button: None,
        quotes: None,
        purpose: Purpose::Tell,
    };
    universe.trace(|| format!("echo of {id}, delivered after {deliveries:?}"));
    let received = MessageReceived { line: cast::line(), customer: to.clone(), profile_name: None, message };
    deliver(universe, &received, deliveries);
}

struct Content {
    kind: &'static str,
    text: Option<String>,
    button: Option<String>,
    quotes: Option<MessageId>,
    purpose: Purpose,
}

/// What is written, and what it is where it cannot be what was wanted.
fn content(universe: &Universe, customer: usize, what: What, mark: &str, key: &MessageKey) -> (What, Content) {
    let words = |words: &str| Some(format!("{words} ({mark})"));
    let plain = |text| Content { kind: "text", text, button: None, quotes: None, purpose: Purpose::Ask };
    let content = match (what, question(universe, customer)) {
        (What::Name(name), _) => plain(words(&format!("{NAME}{name}"))),
        (What::City(city), _) => plain(words(&format!("{CITY}{city}"))),
        (What::Picture { caption }, _) => {
            Content { kind: "image", ..plain(words("ככה זה נראה").filter(|_| caption)) }
        }
        (What::Moved, _) => {
            let mut live = universe.live();
            live.moved.insert(customer);
            live.counts.moved += 1;
            let to = cast::names(customer, live.moves_of(customer));
            Content { kind: "system", purpose: Purpose::Moved { to }, ..plain(None) }
        }
        (What::Fresh, _) => plain(words("בוא נתחיל מחדש")),
        (What::Person, _) => plain(words(PERSON)),
        (What::Tap { fresh }, Some(question)) => {
            let button = if fresh { resume::FRESH_BUTTON } else { resume::CONTINUE_BUTTON };
            let tap = plain(words("כפתור"));
            Content { kind: "interactive", button: Some(button.to_owned()), quotes: Some(question), ..tap }
        }
        (What::Quote, Some(question)) => Content { quotes: Some(question), ..plain(words("כן, על זה")) },
        (What::Edit | What::Revoke | What::Reaction { .. }, _) => match change(universe, customer, what, mark, key) {
            Some(change) => change,
            None => return (What::Text, plain(words("אפשר לקבוע תור?"))),
        },
        (What::Text, _) | (What::Tap { .. } | What::Quote, None) => plain(words("אפשר לקבוע תור?")),
    };
    (what, content)
}

/// A change of another message, and what that is from then on. None where there is nothing to change.
fn change(universe: &Universe, customer: usize, what: What, mark: &str, key: &MessageKey) -> Option<Content> {
    let last = |ids: &[(CustomerAddress, MessageId)]| {
        ids.iter().rev().find(|(to, _)| is_his(to, customer)).map(|(_, id)| id.clone())
    };
    let mut live = universe.live();
    let live = &mut *live;
    let own = live.accepted.iter().rev().filter(|accepted| accepted.customer == customer).map(|accepted| &accepted.id);
    let truth = &live.truth;
    let plain = own.filter(|id| truth.get(id).is_some_and(|truth| truth.plain && !truth.revoked));
    let plain: Vec<_> = plain.take(3).collect();
    let target = match what {
        What::Reaction { own: false, .. } => last(&live.channel.answers)?,
        _ => live.chance.one_of(&plain)?.clone(),
    };
    let truth = live.truth.entry(target.clone()).or_default();
    let (kind, text, how) = match what {
        What::Edit => {
            let of = target.as_str().trim_start_matches("wamid.in.");
            let edited = format!("{of}e{}", mark.rsplit_once('m').map_or("", |(_, number)| number));
            if truth.edit.as_ref().is_none_or(|(last, _)| last < key) {
                truth.edit = Some((key.clone(), edited.clone()));
            }
            ("edit", Some(format!("בעצם אפשר מחר? ({edited})")), Amendment::Edit)
        }
        What::Revoke => {
            truth.revoked = true;
            ("revoke", None, Amendment::Revoke)
        }
        _ => {
            let emoji = matches!(what, What::Reaction { emoji: true, .. }).then(|| "👍".to_owned());
            if truth.reaction.as_ref().is_none_or(|(last, _)| last < key) {
                truth.reaction = Some((key.clone(), emoji.clone()));
            }
            ("reaction", None, Amendment::React { emoji })
        }
    };
    Some(Content { kind, text, button: None, quotes: None, purpose: Purpose::Amend(Amends { target, how }) })
}

fn is_his(to: &CustomerAddress, customer: usize) -> bool {
    [0, 1]
        .map(|moves| cast::names(customer, moves))
        .iter()
        .any(|names| (to.bsuid.is_some() && to.bsuid == names.bsuid) || (to.phone.is_some() && to.phone == names.phone))
}

/// The last question this customer got.
fn question(universe: &Universe, customer: usize) -> Option<MessageId> {
    let live = universe.live();
    live.channel.questions.iter().rev().find(|(to, _)| is_his(to, customer)).map(|(_, id)| id.clone())
}

/// The lead of a customer, if there is one already.
async fn lead(universe: &Universe, customer: usize) -> Option<LeadKey> {
    let business = cast::business();
    let names = cast::names(customer, universe.live().moves_of(customer));
    let found = universe.store.find(&business, &names, Timestamp::MAX).await.ok()?;
    Some(LeadKey { business, lead: found.lead()?.clone() })
}

async fn staff(universe: &Arc<Universe>, customer: usize, act: &Act) {
    let Some(key) = lead(universe, customer).await else { return };
    if matches!(act, Act::Close) {
        let open = universe.store.state(&key).await.ok().flatten().and_then(|state| state.session);
        let asked = SessionClose { key, session: open.map(|open| open.id) };
        invocation::start(universe, Work::Event(Event::SessionClose(asked)));
        return;
    }
    // A person sees an error and tries again, with the lead the customer is by then.
    for _ in 0..20 {
        let Ok(key) = merge::resolve_lead(&universe.store, &key).await else { return };
        if matches!(act, Act::Erase) {
            universe.live().erased.insert(key.clone(), customer);
        }
        let instance = Instance::start(universe, Cause::Staff);
        instance.trace(|| format!("staff: {act:?}"));
        let done = tokio::select! {
            biased;
            () = instance.death() => None,
            done = Box::pin(at_desk(&instance, &key, act)) => Some(done),
        };
        match done {
            Some(Ok(edits)) => {
                instance.trace(|| "staff: done".to_owned());
                universe.live().edits.extend(edits);
                return;
            }
            // Erased meanwhile: there is nothing left to do.
            Some(Err(EditError::NoLead)) => return,
            Some(Err(error)) => instance.trace(|| format!("staff: {error}")),
            None => {}
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

async fn at_desk(instance: &Instance, key: &LeadKey, act: &Act) -> Result<Vec<Edit>, EditError> {
    let desk = StaffService { store: instance, clock: instance, ids: instance };
    match act {
        Act::Edit { field, value } => {
            let verdicts = desk.set_field(key, field, value.map(str::to_owned)).await?;
            let edit = |verdict: zikaron_memory::merge::Verdict| Edit {
                key: key.clone(),
                field: verdict.field,
                occasion: verdict.session.as_str().to_owned(),
            };
            Ok(verdicts.into_iter().map(edit).collect())
        }
        Act::Note => desk.add_note(key, "לקוח קבוע").await.map(|_| Vec::new()),
        Act::TakeOver => desk.take_over(key).await.map(|()| Vec::new()),
        Act::HandBack => desk.hand_back(key).await.map(|()| Vec::new()),
        Act::Send => match desk.send(key, "היי, כאן רוני", instance.universe.config.idle).await {
            Ok(_) => {
                instance.publish(&[Event::TurnDue(key.clone())]).await?;
                Ok(Vec::new())
            }
            // A person sees that too many messages are on their way, and waits.
            Err(EditError::Full) => Ok(Vec::new()),
            Err(error) => Err(error),
        },
        Act::Erase => {
            let with = ErasurePorts { store: instance, clock: instance, bus: instance, schedules: instance };
            erase(&with, key).await.map(|_| Vec::new())
        }
        Act::Write { .. } | Act::Echo { .. } | Act::Call { .. } | Act::Close | Act::Switch(_) => Ok(Vec::new()),
    }
}
