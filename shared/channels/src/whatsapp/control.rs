//! One change of the field `messaging_handovers`: who holds the conversation from now on, where several applications
//! share a number (Meta's own agent among them). It names the customer itself, and the business's number in
//! `recipient`; there is no list, no id and no `metadata`.
//!
//! Source: [messaging_handovers](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messaging-handovers/).
//! Whoever gives a conversation up is told `control_taken`, whoever gets one `control_passed`.

use super::identity::Person;
use super::notice::notice;
use super::set_aside::Reason;
use crate::lenient_json::text;
use serde_json::Value;
use zikaron_protocol::model::event::{MessageReceived, Purpose};
use zikaron_protocol::model::ids::{ConnectionId, Line, NumberId};

/// The change of hands as a notice in the customer's conversation. What the other application says of the conversation
/// (`metadata`, a summary) is not kept: nobody can tell whose words those are.
pub(super) fn handed_over(value: &Value, connection: &ConnectionId) -> Result<MessageReceived, Reason> {
    let number = ["/recipient/phone_number_id", "/metadata/phone_number_id"].iter().find_map(|name| text(value, name));
    let number = number.and_then(|id| NumberId::parse(id).ok()).ok_or(Reason::Missing("phone_number_id"))?;
    let line = Line { connection: connection.clone(), number };
    let is_told = |name: &str| value.get(name).is_some_and(Value::is_object);
    let is = |name: &str| text(value, "/type").as_deref() == Some(name) || is_told(name);
    let (kind, ours) = match (is("control_passed"), is("control_taken")) {
        // An application that only listens may hear of it too.
        (true, false) if text(value, "/control_passed/new_owner_role").as_deref() == Some("ai_agent") => {
            ("control_taken", false)
        }
        (true, false) => ("control_passed", true),
        (false, true) => ("control_taken", false),
        _ => return Err(Reason::Invalid("type")),
    };
    let by = |number| Person::read(value, ["/sender/user_id", number, "/sender/parent_user_id"]);
    let persons = ["/sender/phone_number", "/sender/wa_id"].map(by);
    let with_number = persons.iter().find(|person| person.address.phone.is_some());
    let person = with_number.unwrap_or(&persons[0]).clone();
    let parents = person.parents();
    let name = |pointer| text(value, pointer).unwrap_or_default();
    let told = [name("/sender/user_id"), name("/sender/phone_number"), name("/sender/wa_id"), ours.to_string()];
    let told = notice(value, &line, person.address, (kind, "control"), &told, Purpose::Control { ours })?;
    Ok(MessageReceived { parents, ..told })
}
