//! The tools: what each takes, and what it asks the API.

use axum::http::Method;
use rmcp::model::{Tool, ToolAnnotations};
use rmcp::schemars::{self, JsonSchema};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use zikaron_protocol::model::ids::LeadId;

/// A request to the API.
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

/// A tool.
trait Described {
    /// What it takes.
    type Takes: DeserializeOwned + JsonSchema + 'static;

    const NAME: &'static str;
    /// What it does, for the agent that chooses.
    const ABOUT: &'static str;
    /// Whether it changes nothing.
    const READS: bool;
    /// Whether what stood is gone.
    const REPLACES: bool = false;

    fn ask(taken: Self::Takes) -> Result<Ask, String>;
}

macro_rules! tools {
    ($($tool:ty),+) => {
        /// Every tool, with what it takes.
        pub(super) fn all() -> Vec<Tool> {
            vec![$(described::<$tool>()),+]
        }

        /// What a tool asks; none where there is no such tool.
        pub(super) fn ask(name: &str, arguments: Value) -> Option<Result<Ask, String>> {
            match name {
                $(<$tool>::NAME => Some(read::<$tool>(arguments)),)+
                _ => None,
            }
        }
    };
}

tools!(FindCustomer, ReadMemory, ReadConversation, AddNote, CorrectValue, AddAction, TakeOver, HandBack);

fn described<T: Described>() -> Tool {
    let schema = rmcp::handler::server::tool::schema_for_type::<T::Takes>();
    let hints = ToolAnnotations::new().read_only(T::READS).destructive(T::REPLACES).open_world(false);
    Tool::new(T::NAME, T::ABOUT, schema).with_annotations(hints)
}

fn read<T: Described>(arguments: Value) -> Result<Ask, String> {
    T::ask(serde_path_to_error::deserialize(arguments).map_err(|error| error.to_string())?)
}

fn of_lead(lead: &str, rest: &str) -> Result<String, String> {
    let lead = LeadId::parse(lead).map_err(|_| "lead: no id of a lead; find_customer answers it".to_owned())?;
    Ok(format!("/v1/leads/{lead}{rest}"))
}

fn get(path: String) -> Ask {
    Ask { method: Method::GET, path, body: None }
}

fn post(path: String, body: Option<Value>) -> Ask {
    Ask { method: Method::POST, path, body }
}

/// Of which customer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Lead {
    /// The customer's lead.
    lead: String,
}

/// Which customer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FindCustomer {
    /// Their phone number: in E.164, as +972555000001, or as it is dialled in the business's country.
    phone: Option<String>,
    /// Their whole name, as it stands in their profile.
    name: Option<String>,
    /// How many at most, 1 to 100; 25 if left out.
    limit: Option<u16>,
    /// Where the list before said to go on (`next`).
    cursor: Option<String>,
}

impl Described for FindCustomer {
    type Takes = Self;

    const NAME: &'static str = "find_customer";
    const ABOUT: &'static str = "Find a customer by phone number or name; without either, those who wrote or called last. Answers \
        their lead ids, when and by what they were last in touch, who answers them, and how many messages wait.";
    const READS: bool = true;

    fn ask(taken: Self::Takes) -> Result<Ask, String> {
        let limit = taken.limit.map(|limit| limit.to_string());
        let all = [("phone", taken.phone), ("name", taken.name), ("limit", limit), ("cursor", taken.cursor)];
        let given = all.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
        Ok(get(format!("/v1/leads?{query}")))
    }
}

struct ReadMemory;

impl Described for ReadMemory {
    type Takes = Lead;

    const NAME: &'static str = "read_memory";
    const ABOUT: &'static str = "What is remembered of a customer: each profile field with its source (manual is a person's), confidence \
        and time, the summary of the last conversation, and what waits to be accepted or dismissed.";
    const READS: bool = true;

    fn ask(taken: Self::Takes) -> Result<Ask, String> {
        Ok(get(of_lead(&taken.lead, "")?))
    }
}

/// Whose conversation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReadConversation {
    /// The customer's lead.
    lead: String,
    /// How many messages at most, 1 to 100; 25 if left out.
    limit: Option<u16>,
}

impl Described for ReadConversation {
    type Takes = Self;

    const NAME: &'static str = "read_conversation";
    const ABOUT: &'static str =
        "The last WhatsApp messages of a customer, of the business's AI and of its people, the newest first.";
    const READS: bool = true;

    fn ask(taken: Self::Takes) -> Result<Ask, String> {
        let limit = taken.limit.map(|limit| format!("?limit={limit}")).unwrap_or_default();
        Ok(get(of_lead(&taken.lead, &format!("/messages{limit}"))?))
    }
}

/// What to note, and of whom.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AddNote {
    /// The customer's lead.
    lead: String,
    /// The note, in the business's language.
    text: String,
}

impl Described for AddNote {
    type Takes = Self;

    const NAME: &'static str = "add_note";
    const ABOUT: &'static str =
        "Add a note to a customer. The business's AI sees the five newest when it answers them.";
    const READS: bool = false;

    fn ask(taken: Self::Takes) -> Result<Ask, String> {
        Ok(post(of_lead(&taken.lead, "/notes")?, Some(json!({"text": taken.text}))))
    }
}

/// Which value of whom.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CorrectValue {
    /// The customer's lead.
    lead: String,
    /// The field's name, as read_memory shows it or the business's settings list it.
    field: String,
    /// The right value; null takes it away.
    value: Option<String>,
}

impl Described for CorrectValue {
    type Takes = Self;

    const NAME: &'static str = "correct_value";
    const ABOUT: &'static str = "Enter or correct one value of a customer's profile, as a person of the business: the AI never overwrites \
        it. Null deletes the value; the AI may then only suggest one.";
    const READS: bool = false;
    const REPLACES: bool = true;

    fn ask(taken: Self::Takes) -> Result<Ask, String> {
        let change = Map::from_iter([(taken.field, taken.value.map_or(Value::Null, Value::String))]);
        let path = of_lead(&taken.lead, "/profile")?;
        Ok(Ask { method: Method::PATCH, path, body: Some(Value::Object(change)) })
    }
}

/// By what means something is done.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Means {
    /// A WhatsApp message.
    Message,
    /// A phone call by the business's voice agent.
    Call,
    /// A person of the business does it: they are told when it is due.
    Person,
}

/// What is to be done for whom, and when.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AddAction {
    /// The customer's lead.
    lead: String,
    /// By what means.
    kind: Means,
    /// Of a message its words, in the customer's language; of a call what it is about; of a person what they are to do.
    text: String,
    /// When, as 2026-12-01T08:00:00Z, within two years.
    due_at: String,
    /// After this it makes no sense any more: five minutes after due_at or later; four days after it if left out.
    latest: Option<String>,
    /// The template that is sent where the customer has not written for 24 hours, by its name in the business's settings.
    template: Option<String>,
    /// Whether it is moot as soon as the customer writes: a follow-up.
    #[serde(default)]
    unless_they_write: bool,
}

impl Described for AddAction {
    type Takes = Self;

    const NAME: &'static str = "add_action";
    const ABOUT: &'static str = "Have something done for a customer at a time: a message or call to them, or a task for a person of the \
        business. Quiet times move it to their end; a rule that forbids it (an opt-out, one unasked a day) refuses it by its name.";
    const READS: bool = false;

    fn ask(taken: Self::Takes) -> Result<Ask, String> {
        let path = of_lead(&taken.lead, "/actions")?;
        let action = json!({
            "kind": taken.kind, "text": taken.text, "due_at": taken.due_at, "latest": taken.latest,
            "template": taken.template, "unless_they_write": taken.unless_they_write,
        });
        Ok(post(path, Some(action)))
    }
}

struct TakeOver;

impl Described for TakeOver {
    type Takes = Lead;

    const NAME: &'static str = "take_over";
    const ABOUT: &'static str =
        "Silence the business's AI for a customer: from now on a person answers them, until hand_back.";
    const READS: bool = false;

    fn ask(taken: Self::Takes) -> Result<Ask, String> {
        Ok(post(of_lead(&taken.lead, "/takeover")?, None))
    }
}

struct HandBack;

impl Described for HandBack {
    type Takes = Lead;

    const NAME: &'static str = "hand_back";
    const ABOUT: &'static str =
        "Give a conversation back to the business's AI, which answers from the customer's next message on.";
    const READS: bool = false;

    fn ask(taken: Self::Takes) -> Result<Ask, String> {
        Ok(post(of_lead(&taken.lead, "/handback")?, None))
    }
}
