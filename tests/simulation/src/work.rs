//! What a function is started with.

use crate::instance::Cause;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::timer::TimerFired;

/// What a function is started with.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all of it is events")]
pub(crate) enum Work {
    /// An event of the bus.
    Event(Event),
    /// A schedule.
    TimerFired(TimerFired),
    /// The rate rule.
    Sweep,
}

impl Work {
    /// What a process is started for.
    pub(crate) fn cause(&self) -> Cause {
        match self {
            Self::Event(Event::MessageStatus(_)) => Cause::Status,
            Self::Event(Event::CallCompleted(_) | Event::CallNoted(_)) => Cause::Call,
            Self::Event(Event::TurnDue(_)) => Cause::TurnDue,
            Self::Event(Event::SessionClose(_)) => Cause::Close,
            Self::TimerFired(_) | Self::Event(Event::SessionDue(_)) => Cause::TimerFired,
            Self::Sweep => Cause::Sweep,
            Self::Event(_) => Cause::Message,
        }
    }

    /// In a line of the trace.
    pub(crate) fn brief(&self) -> String {
        match self {
            Self::Event(Event::MessageReceived(received)) => format!("{}", received.message.id),
            Self::Event(Event::MessageStatus(status)) => format!("{:?} of {}", status.status, status.id),
            Self::Event(Event::CallCompleted(call)) => format!("{}", call.key.name),
            Self::Event(Event::CallNoted(remark)) => format!("a remark of {}", remark.name),
            Self::TimerFired(fire) | Self::Event(Event::SessionDue(fire)) => {
                format!("{}/{}", fire.session, fire.generation)
            }
            Self::Event(event) => event.name().to_owned(),
            Self::Sweep => String::new(),
        }
    }
}
