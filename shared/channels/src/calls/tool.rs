//! What a voice agent does in mid-call, by the tools that its provider calls for it: `recall` with a `question`, `remember`
//! with a `fact`. Who is on the line stands in the provider's own words or, where it says none, in what the tool was set up
//! to send.

use super::object::Object;
use super::on_the_line::{CallStartRequest, direction, sides};
use serde_json::{Value, json};
use zikaron_protocol::call::ask::Answer;
use zikaron_protocol::model::ongoing_call::OngoingCall;

/// The longest argument that is read, in characters.
pub(super) const MAX_CHARS: usize = 500;
/// Of so many calls of a tool in one request the argument is read: Vapi sends what its agent asks at once together.
pub(super) const MAX_CALLS: usize = 4;
/// What the agent is told where nothing is found: an empty answer invites it to make one up.
const NOTHING: &str = "Nothing that is stored about this customer speaks of that.";

/// The tools a voice agent is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Asks what is stored.
    Recall,
    /// Writes something down.
    Remember,
}

impl Tool {
    /// The name of its one argument.
    fn argument(self) -> &'static str {
        match self {
            Self::Recall => "question",
            Self::Remember => "fact",
        }
    }
}

/// A tool's request, in the provider's own words.
#[derive(Default)]
pub(super) struct ToolRequest {
    /// Who is on the line; `from` is the customer.
    pub(super) call: CallStartRequest,
    pub(super) call_id: Option<String>,
    /// What the tool is given, each with the id that its answer must name, where the provider gives one.
    pub(super) given: Vec<(Option<String>, String)>,
}

/// What a voice agent's tool was given, read of a request whose proof was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCalls {
    /// Who is on the line.
    pub call: OngoingCall,
    /// The call's id at the provider, where the request names it.
    pub call_id: Option<String>,
    /// The questions or facts, in order; empty where none was given.
    pub given: Vec<String>,
    /// The provider's ids of them, in the same order.
    pub ids: Vec<Option<String>>,
}

/// The one argument of a tool.
pub(super) fn argument(tool: Tool, arguments: &Object<'_>) -> Option<String> {
    arguments.text(tool.argument())
}

/// A request whose members are set up by whoever sets the tool up, as this crate's README says: the argument, `from`, `to`,
/// `call_id`, and `direction` or `inbound` of an outbound call.
pub(super) fn own(tool: Tool, whole: &Object<'_>, agent: Option<String>) -> ToolRequest {
    let is_outbound = whole.has("inbound") && !whole.flag("inbound");
    let way = if is_outbound { Some("outbound".to_owned()) } else { whole.text("direction") };
    let (customer, own) = sides(direction(way.as_deref()), whole.text("from"), whole.text("to"));
    ToolRequest {
        call: CallStartRequest { agent, from: customer, to: own },
        call_id: whole.first(&["call_id", "conversation_id"]),
        given: argument(tool, whole).map(|given| (None, given)).into_iter().collect(),
    }
}

/// What one question is answered with: lines for the agent, and the same piece by piece.
pub(super) fn result(answer: &Answer) -> Value {
    json!({"result": text(answer), "found": answer.found})
}

pub(super) fn text(answer: &Answer) -> &str {
    if answer.text.is_empty() { NOTHING } else { &answer.text }
}
