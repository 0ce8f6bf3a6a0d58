//! What the simulator remembers. Nothing here knows of HTTP: the handlers in `ai`, `calls`, `page` and `whatsapp` read
//! and write it.

mod ai_request;
mod answer_script;
mod connection;
mod contact;
mod conversation;
mod fault_script;
pub(crate) mod grant;
mod media;
mod placed_call;
mod say;
mod sent;
mod simulator_state;
mod template;
mod written;

pub(crate) use ai_request::text_of;
pub use ai_request::{AiRequest, OFFLINE_MODEL};
pub use answer_script::{Script, Step};
pub use connection::Connection;
pub(crate) use contact::{Contact, bsuid_of};
pub(crate) use conversation::Conversation;
pub use fault_script::{FaultScript, FaultStep};
pub use media::{FileFault, SaidFile};
pub(crate) use media::{KeptFile, LIFE};
pub use placed_call::PlacedCall;
pub use say::{Say, SayResult};
pub use sent::{Button, Sent, Typing};
pub(crate) use simulator_state::SimulatorState;
pub use template::{Template, TemplateStatus};
pub(crate) use written::{AmendmentKind, Written};
