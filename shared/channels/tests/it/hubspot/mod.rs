//! A HubSpot that takes what its documentation asks for and refuses everything else
//! (<https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts/guide>,
//! <https://developers.hubspot.com/docs/api-reference/search/guide>,
//! <https://developers.hubspot.com/docs/api-reference/crm-communications-v3/guide>,
//! <https://developers.hubspot.com/docs/api/crm/calls>). It stands in Israel: that is a number's country where it names
//! none.

mod reading;
mod rules;

use rules::{engagement, only, properties};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

pub(crate) const TOKEN: &str = "pat-eu1-00000000-0000-0000-0000-000000000000";

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// It is answered with this status, and nothing is done.
    Status(u16),
    /// It is done, and a gateway answers in its place.
    Lost,
    /// It is done, and half of the answer comes.
    Half,
    /// It is done, long after anybody waits.
    Slow,
}

type Properties = Map<String, Value>;

/// A record, and the contact it is associated with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub(crate) properties: Properties,
    pub(crate) contact: Option<String>,
    /// What was ever written: name and value, the first first.
    written: Vec<(String, Value)>,
}

impl Record {
    /// Takes values over; an empty one leaves nothing but its place in the history.
    fn write(&mut self, properties: Properties) {
        for (name, value) in properties {
            if value == "" {
                self.properties.remove(&name);
            } else {
                self.properties.insert(name.clone(), value.clone());
            }
            self.written.push((name, value));
        }
    }
}

/// By kind and id.
type Records = BTreeMap<(String, String), Record>;

#[derive(Default)]
pub(crate) struct Account {
    records: Records,
    /// How many there ever were.
    made: usize,
    /// What searches see, where they are behind.
    index: Option<Records>,
    /// How many requests came since the last fault was set.
    pub(crate) requests: usize,
    fault: Option<(usize, Fault)>,
}

/// The account, and the server in front of it.
pub(crate) struct HubSpot {
    pub(crate) server: MockServer,
    account: Arc<Mutex<Account>>,
}

struct Door(Arc<Mutex<Account>>);

/// Status and message of a refusal.
type Refusal = (u16, String);

impl HubSpot {
    pub(crate) async fn open() -> Self {
        let (server, account) = (MockServer::start().await, Arc::<Mutex<Account>>::default());
        Mock::given(any()).respond_with(Door(Arc::clone(&account))).mount(&server).await;
        Self { server, account }
    }

    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap()
    }

    /// A contact that a person of the business entered.
    pub(crate) fn enter(&self, properties: &Value) {
        let properties = properties.as_object().unwrap().clone();
        self.account().add("contacts", properties, None);
    }

    /// A person of the business changes a contact.
    pub(crate) fn correct(&self, id: &str, properties: &Value) {
        let key = ("contacts".to_owned(), id.to_owned());
        let properties = properties.as_object().unwrap().clone();
        self.account().records.get_mut(&key).unwrap().write(properties);
    }

    /// A person of the business deletes a contact.
    pub(crate) fn delete(&self, id: &str) {
        self.account().records.remove(&("contacts".to_owned(), id.to_owned())).unwrap();
    }

    /// From now on searches see what stands now: what is written takes a few moments to be found.
    pub(crate) fn lag(&self) {
        let mut account = self.account();
        account.index = Some(account.records.clone());
    }

    /// The next requests are well again but the one of this number, from 1 on.
    pub(crate) fn break_at(&self, number: usize, fault: Fault) {
        let mut account = self.account();
        (account.requests, account.fault) = (0, Some((number, fault)));
    }

    /// The records of a kind, in the order they were made in.
    pub(crate) fn all(&self, kind: &str) -> Vec<Record> {
        let account = self.account();
        account.records.iter().filter(|((of, _), _)| of == kind).map(|(_, record)| record.clone()).collect()
    }
}

impl Respond for Door {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut account = self.0.lock().unwrap();
        account.requests += 1;
        let fault = account.fault.filter(|(number, _)| *number == account.requests).map(|(_, fault)| fault);
        if let Some(Fault::Status(status)) = fault {
            return refusal((status, "as the test wants it".to_owned()));
        }
        let answer = account.answer(request);
        match (fault, answer) {
            (Some(Fault::Lost), _) => ResponseTemplate::new(502).set_body_string("<html>"),
            (Some(Fault::Half), Ok((status, body))) => {
                let text = body.to_string();
                ResponseTemplate::new(status)
                    .set_body_string(text.chars().take(text.chars().count() / 2).collect::<String>())
            }
            (Some(Fault::Slow), Ok((status, _))) => ResponseTemplate::new(status).set_delay(Duration::from_secs(5)),
            (_, Ok((status, body))) => ResponseTemplate::new(status).set_body_json(body),
            (_, Err(refused)) => refusal(refused),
        }
    }
}

fn refusal((status, message): Refusal) -> ResponseTemplate {
    let category = match status {
        401 => "INVALID_AUTHENTICATION",
        403 => "MISSING_SCOPES",
        429 => "RATE_LIMITS",
        _ => "VALIDATION_ERROR",
    };
    let body =
        json!({"status": "error", "message": message, "category": category, "policyName": "TEN_SECONDLY_ROLLING"});
    ResponseTemplate::new(status).set_body_json(body)
}

fn bad(message: impl Into<String>) -> Refusal {
    (400, message.into())
}

impl Account {
    fn add(&mut self, kind: &str, properties: Properties, contact: Option<String>) -> String {
        let id = (1_000 + self.made).to_string();
        self.made += 1;
        let mut record = Record { contact, ..Record::default() };
        record.write(properties);
        self.records.insert((kind.to_owned(), id.clone()), record);
        id
    }

    fn answer(&mut self, request: &Request) -> Result<(u16, Value), Refusal> {
        let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if header("authorization") != format!("Bearer {TOKEN}") {
            return Err((401, "Authentication credentials not found".to_owned()));
        }
        if header("content-type") != "application/json" {
            return Err((415, "Unsupported Media Type".to_owned()));
        }
        let body: Value = request.body_json().map_err(|error| bad(error.to_string()))?;
        let body = body.as_object().ok_or_else(|| bad("an object is expected"))?;
        let path = request.url.path().strip_prefix("/crm/v3/objects/").unwrap_or_default();
        let parts: Vec<&str> = path.split('/').collect();
        match (request.method.as_str(), &parts[..]) {
            ("POST", [kind, "search"]) if engagement(kind).is_some() || *kind == "contacts" => {
                if request.body.len() > 3_000 {
                    return Err(bad("a query may have 3,000 characters"));
                }
                Ok((200, reading::search(self.index.as_ref().unwrap_or(&self.records), kind, body)?))
            }
            ("POST", ["contacts", "batch", "read"]) => reading::batch(&self.records, body),
            ("POST", ["contacts"]) => {
                only(body, &["properties", "associations"])?;
                let properties = properties(body, "contacts")?;
                let named = ["email", "firstname", "lastname"].iter().any(|name| properties.contains_key(*name));
                if !named {
                    return Err(bad(format!("one of email, firstname, lastname is required: {properties:?}")));
                }
                let id = self.add("contacts", properties, None);
                Ok((201, self.shown("contacts", &id)))
            }
            ("PATCH", ["contacts", id]) => {
                only(body, &["properties"])?;
                let changed = properties(body, "contacts")?;
                let key = ("contacts".to_owned(), (*id).to_owned());
                let record = self.records.get_mut(&key).ok_or_else(|| (404, "resource not found".to_owned()))?;
                record.write(changed);
                Ok((200, self.shown("contacts", id)))
            }
            ("POST", [kind]) if engagement(kind).is_some() => {
                only(body, &["properties", "associations"])?;
                let (properties, contact) = (properties(body, kind)?, self.associated(body, kind)?);
                let id = self.add(kind, properties, Some(contact));
                Ok((201, self.shown(kind, &id)))
            }
            (method, _) => Err((404, format!("{method} {path}"))),
        }
    }

    /// The one contact an engagement is of.
    fn associated(&self, body: &Properties, kind: &str) -> Result<String, Refusal> {
        let all = body.get("associations").and_then(Value::as_array).ok_or_else(|| bad("associations"))?;
        let [Value::Object(one)] = &all[..] else { return Err(bad("one association is expected")) };
        only(one, &["to", "types"])?;
        let types = json!([{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": engagement(kind)}]);
        if one.get("types") != Some(&types) {
            return Err(bad("no such association"));
        }
        let to = one.get("to").and_then(Value::as_object).ok_or_else(|| bad("to"))?;
        only(to, &["id"])?;
        let id = to.get("id").and_then(Value::as_str).ok_or_else(|| bad("to.id"))?.to_owned();
        let is_there = self.records.contains_key(&("contacts".to_owned(), id.clone()));
        if is_there { Ok(id) } else { Err(bad("no such contact")) }
    }

    fn shown(&self, kind: &str, id: &str) -> Value {
        reading::shown(&self.records[&(kind.to_owned(), id.to_owned())], id)
    }
}
