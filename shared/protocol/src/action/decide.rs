//! What is to become of an action now: pure, from what is known at this moment.

use super::template;
use crate::model::action::Action;
use crate::model::conversation::Body;
use crate::model::enqueue::MAX_UNSETTLED;
use crate::model::ids::E164;
use crate::model::lead_state::State;
use jiff::{SignedDuration, Timestamp};
use zikaron_memory::action::means::TemplateSpec;
use zikaron_memory::action::rules::{Permit, permit};
use zikaron_memory::action::{ActionEnd, ActionKind, Canceller, Refusal};
use zikaron_memory::settings::Settings;

/// WhatsApp takes free text for 24 hours after the customer wrote
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages>), less what the way there may take.
const WINDOW: SignedDuration = SignedDuration::from_mins(24 * 60 - 5);
/// When it is looked at again where the outbox is full.
const BUSY: SignedDuration = SignedDuration::from_mins(1);

/// What is to become of an action now.
pub(super) enum Next {
    /// It ends without anything being sent.
    End(ActionEnd),
    /// It is looked at again.
    At(Timestamp),
    /// It becomes a message, to be sent until then.
    Send(Body, Timestamp),
    /// The model writes the message, to be sent until then.
    Compose(Timestamp),
    /// It becomes a message made from an approved template, to be sent until then.
    Template(TemplateSpec, Timestamp),
    /// The customer is called at this number, not later than then.
    Call(E164, Timestamp),
}

pub(super) fn next(action: &Action, state: &State, settings: &Settings, is_spent: bool, now: Timestamp) -> Next {
    // A provider was asked for this call, and no report has come of it.
    if action.claimed_at.is_some() {
        return Next::End(ActionEnd::without(Refusal::Uncertain));
    }
    // The channel's clock has whole seconds.
    let wrote = state.line_at.is_some_and(|at| at.as_second() > action.made_at.as_second());
    if action.unless_they_write && wrote {
        return Next::End(ActionEnd::Cancelled(Canceller::Moot));
    }
    let until = match permit(action.kind, now, settings, &state.facts(action, is_spent)) {
        Permit::Refused(why) => return Next::End(ActionEnd::without(why)),
        Permit::At(at) => return Next::At(at),
        Permit::Until(until) => until,
    };
    match action.kind {
        ActionKind::Person => Next::End(ActionEnd::HandedToPerson(None)),
        ActionKind::Call if settings.caller.is_none() => Next::End(ActionEnd::without(Refusal::NoCaller)),
        ActionKind::Call => match &state.customer.phone {
            Some(number) => Next::Call(number.clone(), until),
            None => Next::End(ActionEnd::without(Refusal::NoNumber)),
        },
        ActionKind::Message => message(action, state, settings, until, now),
    }
}

/// What a message becomes: only while the customer may be written to, and has not too much on its way already.
fn message(action: &Action, state: &State, settings: &Settings, until: Timestamp, now: Timestamp) -> Next {
    if state.line.is_none() {
        return Next::End(ActionEnd::without(Refusal::NoConversation));
    }
    if action.composed && state.is_with_person(now) {
        // The AI says nothing beside the person who talks to the customer now; they know what was promised.
        return Next::End(ActionEnd::HandedToPerson(None));
    }
    if state.unsettled.len() >= MAX_UNSETTLED {
        return Next::At(now + BUSY);
    }
    if state.line_at.is_none_or(|at| now.duration_since(at) >= WINDOW) {
        let without = || Next::End(ActionEnd::without(Refusal::NoTemplate));
        return template::meant(action, settings).map_or_else(without, |template| Next::Template(template, until));
    }
    if action.composed { Next::Compose(until) } else { Next::Send(Body::Text(action.text.clone()), until) }
}
