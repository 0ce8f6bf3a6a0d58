//! What a customer writes, as far as it can be what the scenario wants.

use crate::cast;
use crate::scenario::What;
use crate::universe::{Answer, Universe};
use crate::words::{CALL_ME, CITY, NAME, PERSON, SEND_ME};
use zikaron_memory::resume;
use zikaron_protocol::model::amendment::{Amendment, Amends};
use zikaron_protocol::model::event::Purpose;
use zikaron_protocol::model::ids::{Line, MessageId};
use zikaron_protocol::model::message::MessageKey;

/// What a message says, and what it is for.
pub(super) struct Content {
    pub(super) kind: &'static str,
    pub(super) text: Option<String>,
    pub(super) button: Option<String>,
    pub(super) quotes: Option<MessageId>,
    pub(super) purpose: Purpose,
}

/// What is written, and what it is where it cannot be what was wanted.
pub(super) fn content(
    universe: &Universe,
    customer: usize,
    what: What,
    mark: &str,
    key: &MessageKey,
    line: &Line,
) -> (What, Content) {
    let words = |words: &str| Some(format!("{words} ({mark})"));
    let plain = |text| Content { kind: "text", text, button: None, quotes: None, purpose: Purpose::Ask };
    let content = match (what, question(universe, customer)) {
        (What::Name(name), _) => plain(words(&format!("{NAME}{name}"))),
        (What::City(city), _) => plain(words(&format!("{CITY}{city}"))),
        (What::Picture { caption }, _) => {
            Content { kind: "image", ..plain(words("ככה זה נראה").filter(|_| caption)) }
        }
        (What::Voice, _) => Content { kind: "audio", ..plain(None) },
        (What::Moved, _) => {
            let mut live = universe.live();
            live.moved.insert(customer);
            live.counts.moved += 1;
            let to = cast::names_at(customer, live.moves_of(customer), line);
            Content { kind: "system", purpose: Purpose::Moved { to }, ..plain(None) }
        }
        (What::Asks { call }, _) => plain(words(if call { CALL_ME } else { SEND_ME })),
        (What::Marketing { wanted }, _) => {
            Content { kind: "system", purpose: Purpose::Marketing { wanted }, ..plain(None) }
        }
        (What::Taken, _) => Content { kind: "system", purpose: Purpose::Control { ours: false }, ..plain(None) },
        (What::Passed, _) => Content { kind: "system", purpose: Purpose::Control { ours: true }, ..plain(None) },
        (What::Aside, _) => Content { purpose: Purpose::Tell, ..plain(words("תודה, אז מחר")) },
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
    let mut live = universe.live();
    let live = &mut *live;
    let own = live.accepted.iter().rev().filter(|accepted| accepted.customer == customer).map(|accepted| &accepted.id);
    let truth = &live.truth;
    let plain = own.filter(|id| truth.get(id).is_some_and(|truth| truth.plain && !truth.revoked));
    let plain: Vec<_> = plain.take(3).collect();
    let target = match what {
        What::Reaction { own: false, .. } => last(&live.channel.answers, customer)?,
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

/// The last of these that this customer got.
fn last(of: &[Answer], customer: usize) -> Option<MessageId> {
    let business = Some(cast::business_of(customer));
    let is_theirs = |answer: &&Answer| answer.business == business && cast::is_person(&answer.to, customer);
    of.iter().rev().find(is_theirs).map(|answer| answer.id.clone())
}

/// The last question this customer got.
fn question(universe: &Universe, customer: usize) -> Option<MessageId> {
    last(&universe.live().channel.questions, customer)
}
