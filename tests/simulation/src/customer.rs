//! The people of a run, doing what the scenario says.

use crate::calls;
use crate::cast;
use crate::instance::{Cause, Instance};
use crate::invocation::{self, Work};
use crate::model::{CITY, NAME};
use crate::scenario::{Act, Step, What};
use crate::universe::{Edit, Universe};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use zikaron_memory::resume;
use zikaron_memory::settings::Settings;
use zikaron_protocol::event::{Event, Incoming, MessageReceived};
use zikaron_protocol::ids::{CustomerAddress, LeadKey, MessageId};
use zikaron_protocol::staff::{Desk, EditError};
use zikaron_protocol::store::Store;

/// A message whose webhook was answered with 200.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) id: MessageId,
    pub(crate) customer: usize,
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
    let sent_at = Timestamp::from_second(universe.now().as_second()).unwrap_or_default();
    let serial = u64::try_from(number).unwrap_or(0);
    let to = cast::address(customer, serial);
    let mark = format!("c{customer}m{number}");
    let question = question(universe, customer);
    let (kind, text, button, quotes) = content(what, &mark, question);
    let message = Incoming {
        id: cast::wamid(&format!("in.{mark}")),
        sent_at,
        kind: kind.to_owned(),
        text,
        button,
        quotes,
        answerable: !matches!(what, What::Reaction),
    };
    let received = MessageReceived { line: cast::line(), customer: to, profile_name: None, message };
    universe.trace(|| format!("customer {customer} writes {mark} ({what:?}), delivered after {deliveries:?}"));
    let mut live = universe.live();
    live.counts.messages += 1;
    live.accepted.push(Accepted {
        id: received.message.id.clone(),
        customer,
        delivered: universe.elapsed() + deliveries.iter().min().copied().unwrap_or_default(),
        what,
        burst,
    });
    drop(live);
    for delay in deliveries {
        let event = Event::MessageReceived(received.clone());
        invocation::start_after(Arc::clone(universe), Work::Event(event), *delay);
    }
}

pub(crate) type Content = (&'static str, Option<String>, Option<String>, Option<MessageId>);

pub(crate) fn content(what: What, mark: &str, question: Option<MessageId>) -> Content {
    let words = |words: &str| Some(format!("{words} ({mark})"));
    match (what, question) {
        (What::Name(name), _) => ("text", words(&format!("{NAME}{name}")), None, None),
        (What::City(city), _) => ("text", words(&format!("{CITY}{city}")), None, None),
        (What::Picture { caption }, _) => ("image", words("ככה זה נראה").filter(|_| caption), None, None),
        (What::Reaction, _) => ("reaction", words("👍"), None, None),
        (What::Fresh, _) => ("text", words("בוא נתחיל מחדש"), None, None),
        (What::Tap { fresh }, Some(question)) => {
            let button = if fresh { resume::FRESH_BUTTON } else { resume::CONTINUE_BUTTON };
            ("interactive", words("כפתור"), Some(button.to_owned()), Some(question))
        }
        (What::Quote, Some(question)) => ("text", words("כן, על זה"), None, Some(question)),
        (What::Text | What::Tap { .. } | What::Quote, _) => ("text", words("אפשר לקבוע תור?"), None, None),
    }
}

/// The last question this customer got.
fn question(universe: &Universe, customer: usize) -> Option<MessageId> {
    let names = cast::address(customer, 0);
    let his = |to: &CustomerAddress| {
        (to.bsuid.is_some() && to.bsuid == names.bsuid) || (to.phone.is_some() && to.phone == names.phone)
    };
    let live = universe.live();
    live.channel.questions.iter().rev().find(|(to, _)| his(to)).map(|(_, id)| id.clone())
}

/// The lead of a customer, if there is one already.
async fn lead(universe: &Universe, customer: usize) -> Option<LeadKey> {
    let business = cast::business();
    let found = universe.store.find(&business, &cast::address(customer, 0)).await.ok()?;
    Some(LeadKey { business, lead: found.lead()?.clone() })
}

async fn staff(universe: &Arc<Universe>, customer: usize, act: &Act) {
    let Some(key) = lead(universe, customer).await else { return };
    if matches!(act, Act::Close) {
        invocation::start(universe, Work::Event(Event::SessionClose(key)));
        return;
    }
    // A person sees an error and tries again.
    for _ in 0..20 {
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
            Some(Err(error)) => instance.trace(|| format!("staff: {error}")),
            None => {}
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

async fn at_desk(instance: &Instance, key: &LeadKey, act: &Act) -> Result<Vec<Edit>, EditError> {
    let desk = Desk { store: instance, clock: instance, ids: instance };
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
        Act::Write { .. } | Act::Call { .. } | Act::Close | Act::Switch(_) => Ok(Vec::new()),
    }
}
