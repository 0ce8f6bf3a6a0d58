//! The webhook's body, taken apart item by item: what cannot be read spoils only itself.
//!
//! Source: [webhook reference](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages).

use super::call::missed;
use super::control::handed_over;
use super::identity::{Contact, phone};
use super::message::{Role, Surroundings, received};
use super::moved::moved;
use super::preference::preference;
use super::set_aside::{Part, Reason, SetAside};
use super::status::settled;
use super::template_update;
use crate::lenient_json::{Members, integer, items, members, text};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use zikaron_protocol::json::readable;
use zikaron_protocol::model::event::{Event, MessageReceived};
use zikaron_protocol::model::ids::{ConnectionId, Line, NumberId};

/// What a body holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// In the order of the body; [`Event::MessageReceived`], [`Event::MessageStatus`] and [`Event::TemplateChanged`] only.
    pub events: Vec<Event>,
    /// What gives no event, and why.
    pub set_aside: Vec<SetAside>,
}

/// The body is not a JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a JSON object")]
pub struct Malformed;

/// Reads the body of a webhook whose signature was checked.
///
/// # Errors
/// [`Malformed`]; nothing smaller is an error.
pub fn parse(connection: &ConnectionId, body: &[u8]) -> Result<Parsed, Malformed> {
    let body = readable(body);
    let raw: &RawValue = serde_json::from_str(&body).map_err(|_| Malformed)?;
    let whole = members(raw).ok_or(Malformed)?;
    let mut reader = Reader { connection, parsed: Parsed::default() };
    if whole.get("object").is_some_and(|object| object.get() != "\"whatsapp_business_account\"") {
        reader.set_aside(Part::Body, Reason::OtherObject);
        return Ok(reader.parsed);
    }
    for entry in reader.list(whole.get("entry").copied(), Part::Entry) {
        let Some(entry) = members(entry) else {
            reader.set_aside(Part::Entry, Reason::Unreadable);
            continue;
        };
        let account = entry.get("id").and_then(|id| serde_json::from_str::<Value>(id.get()).ok());
        for change in reader.list(entry.get("changes").copied(), Part::Change) {
            reader.change(change, account.as_ref());
        }
    }
    Ok(reader.parsed)
}

/// The fields whose items belong to a conversation with a customer.
#[derive(Clone, Copy)]
enum Conversation {
    Messages(Role),
    UserIds,
    Preferences,
    Calls,
}

impl Conversation {
    fn of(field: &str) -> Option<Self> {
        Some(match field {
            "messages" => Self::Messages(Role::Customer),
            "standby" => Self::Messages(Role::Standby),
            "smb_message_echoes" => Self::Messages(Role::Echo),
            "user_id_update" => Self::UserIds,
            "user_preferences" => Self::Preferences,
            "calls" => Self::Calls,
            _ => return None,
        })
    }

    /// The name of the list its items stand in.
    fn list(self) -> &'static str {
        match self {
            Self::Messages(Role::Customer | Role::Standby) => "messages",
            Self::Messages(Role::Echo | Role::Agent) => ECHOES,
            Self::UserIds => "user_id_update",
            Self::Preferences => "user_preferences",
            Self::Calls => "calls",
        }
    }
}

/// The list of messages the business's side sent.
const ECHOES: &str = "message_echoes";

/// The field that tells who holds a conversation.
const CONTROL: &str = "messaging_handovers";

/// Fields that are known, and of no consequence for a conversation.
const NOT_FOR_US: [&str; 19] = [
    "account_alerts",
    "account_review_update",
    "account_settings_update",
    "account_update",
    "business_capability_update",
    "business_username_updates",
    "flows",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "history",
    "message_template_components_update",
    "partner_solutions",
    "payment_configuration_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "smb_app_state_sync",
];

/// What another application wrote to the customer, in the form of a message. It stands in `message` as it was sent, beside
/// its id and its time; what it names as `recipient` may be a user id.
fn unwrapped(echo: &Value) -> Cow<'_, Value> {
    let (Value::Object(around), Some(Value::Object(sent))) = (echo, echo.get("message")) else {
        return Cow::Borrowed(echo);
    };
    let mut message = sent.clone();
    message.extend(
        around.iter().filter(|(name, _)| *name != "message").map(|(name, value)| (name.clone(), value.clone())),
    );
    if let Some(recipient) = sent.get("recipient") {
        // A number is none, and a user id is read where a number stands.
        message.entry("to").or_insert_with(|| recipient.clone());
        message.entry("to_user_id").or_insert_with(|| recipient.clone());
    }
    Cow::Owned(Value::Object(message))
}

fn not_for_us(field: &str) -> Reason {
    match NOT_FOR_US.into_iter().find(|known| *known == field) {
        Some(known) => Reason::NotForUs(known),
        None => {
            let name = field.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect();
            Reason::OtherField(name)
        }
    }
}

struct Reader<'a> {
    connection: &'a ConnectionId,
    parsed: Parsed,
}

impl Reader<'_> {
    fn set_aside(&mut self, what: Part, reason: Reason) {
        self.parsed.set_aside.push(SetAside { what, reason });
    }

    fn list<'a>(&mut self, raw: Option<&'a RawValue>, what: Part) -> Vec<&'a RawValue> {
        items(raw).unwrap_or_else(|| {
            self.set_aside(what, Reason::Unreadable);
            Vec::new()
        })
    }

    /// The readable items of a list.
    fn values(&mut self, raw: Option<&RawValue>, what: Part) -> Vec<Value> {
        let mut values = Vec::new();
        for item in self.list(raw, what) {
            match serde_json::from_str(item.get()) {
                Ok(value @ Value::Object(_)) => values.push(value),
                _ => self.set_aside(what, Reason::Unreadable),
            }
        }
        values
    }

    /// One change of an entry, whose id is the account at WhatsApp.
    fn change(&mut self, change: &RawValue, account: Option<&Value>) {
        let Some(change) = members(change) else { return self.set_aside(Part::Change, Reason::Unreadable) };
        let field = change.get("field").and_then(|field| serde_json::from_str::<String>(field.get()).ok());
        let Some(field) = field else { return self.set_aside(Part::Change, Reason::Missing("field")) };
        if field == CONTROL || template_update::FIELDS.contains(&field.as_str()) {
            let value = change.get("value").and_then(|value| serde_json::from_str::<Value>(value.get()).ok());
            let Some(value) = value else { return self.set_aside(Part::Change, Reason::Unreadable) };
            let event = match field.as_str() {
                CONTROL => handed_over(&value, self.connection).map(Event::MessageReceived),
                field => template_update::changed(field, &value, self.connection, account).map(Event::TemplateChanged),
            };
            return match event {
                Ok(event) => self.parsed.events.push(event),
                Err(reason) => self.set_aside(Part::Change, reason),
            };
        }
        let Some(list) = Conversation::of(&field) else {
            return self.set_aside(Part::Change, not_for_us(&field));
        };
        match change.get("value").and_then(|value| members(value)) {
            Some(value) => self.value(&value, list),
            None => self.set_aside(Part::Change, Reason::Unreadable),
        }
    }

    /// The `value` of a change that belongs to a conversation. What comes in `standby` stands
    /// [one level deeper](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/standby/);
    /// it is read on both.
    fn value(&mut self, value: &Members<'_>, of: Conversation) {
        let metadata: Value =
            value.get("metadata").and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        let is_standby = matches!(of, Conversation::Messages(Role::Standby));
        let inner = value.get("standby").filter(|_| is_standby).and_then(|inner| members(inner));
        let levels: Vec<&Members<'_>> = std::iter::once(value).chain(inner.as_ref()).collect();
        let contacts = self.all(&levels, "contacts", Part::Contact);
        let list = of.list();
        let messages = self.all(&levels, list, Part::Message);
        let echoes = if is_standby { self.all(&levels, ECHOES, Part::Message) } else { Vec::new() };
        let statuses = self.all(&levels, "statuses", Part::Status);
        for error in self.all(&levels, "errors", Part::Error) {
            self.set_aside(Part::Error, integer(&error, "/code").map_or(Reason::Unreadable, Reason::ChannelError));
        }
        let number = text(&metadata, "/phone_number_id").and_then(|id| NumberId::parse(id).ok());
        let Some(number) = number else {
            messages
                .iter()
                .chain(&echoes)
                .for_each(|_| self.set_aside(Part::Message, Reason::Missing("phone_number_id")));
            statuses.iter().for_each(|_| self.set_aside(Part::Status, Reason::Missing("phone_number_id")));
            return;
        };
        let line = Line { connection: self.connection.clone(), number };
        // Unreadable items count: one of them may be the contact's message.
        let of_level = |level: &Members<'_>, name| items(level.get(name).copied()).map_or(0, |items| items.len());
        let count = |name| levels.iter().map(|level| of_level(level, name)).sum::<usize>();
        let alone = count(list) == 1 && count("contacts") == 1;
        let contacts: Vec<Contact> = contacts.iter().map(Contact::read).collect();
        let around = |role| Surroundings { role, line: &line, contacts: &contacts, alone };
        match of {
            Conversation::Messages(role) => self.messages(&messages, |message| received(message, &around(role))),
            Conversation::Preferences => self.messages(&messages, |item| preference(item, &around(Role::Customer))),
            Conversation::UserIds => self.messages(&messages, |item| moved(item, &line)),
            Conversation::Calls => {
                let own = phone(&metadata, "/display_phone_number");
                self.messages(&messages, |item| missed(item, &around(Role::Customer), own.as_ref()));
            }
        }
        self.messages(&echoes, |echo| received(&unwrapped(echo), &around(Role::Agent)));
        self.statuses(&statuses, &line);
    }

    /// The readable items of a list, wherever it stands.
    fn all(&mut self, levels: &[&Members<'_>], name: &str, what: Part) -> Vec<Value> {
        levels.iter().flat_map(|level| self.values(level.get(name).copied(), what)).collect()
    }

    fn messages(&mut self, messages: &[Value], read: impl Fn(&Value) -> Result<MessageReceived, Reason>) {
        for message in messages {
            match read(message) {
                Ok(event) => self.parsed.events.push(Event::MessageReceived(event)),
                Err(reason) => self.set_aside(Part::Message, reason),
            }
        }
    }

    fn statuses(&mut self, statuses: &[Value], line: &Line) {
        for status in statuses {
            match settled(status, line) {
                Ok(Some(event)) => self.parsed.events.push(Event::MessageStatus(event)),
                Ok(None) => {}
                Err(reason) => self.set_aside(Part::Status, reason),
            }
        }
    }
}
