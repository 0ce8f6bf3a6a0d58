//! The file of a CRM: how it is read, and what makes it a bad one.

use super::template::{at, one_value, places, render};
use reqwest::header::HeaderName;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use zikaron_protocol::model::event::DOMAIN_EVENTS;

/// The CRMs there are.
const MAPPINGS: [(&str, &str); 1] = [("hubspot", include_str!("hubspot.json"))];
/// What staff ask for to see whether it works: every mapping has it.
const TEST: &str = "webhook.test";

/// Why a file is no mapping.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// It is not JSON of the form.
    #[error("a mapping is not of the form: {0}")]
    Form(#[from] serde_json::Error),
    /// A rule is broken at a place.
    #[error("{place}: {rule}")]
    Rule {
        /// The event and the step, or the member.
        place: String,
        /// The rule.
        rule: String,
    },
}

/// What a CRM is told of each event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// How the token is shown.
    pub(super) credential: Credential,
    /// The requests for each event, in order.
    events: BTreeMap<String, Vec<Step>>,
}

/// How the token is shown.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credential {
    /// In which header.
    pub(super) header: String,
    /// What stands before it there.
    #[serde(default)]
    pub(super) prefix: String,
}

/// A request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// What it does, for the log.
    pub(super) name: String,
    /// It is made where all of these hold: `place`, `!place` or `place=text`, where the text is a template.
    #[serde(default, rename = "if")]
    conditions: Vec<String>,
    /// Its method.
    pub(super) method: Method,
    /// Its path below the webhook's address; a template.
    pub(super) path: String,
    /// What stands behind the path: names, and templates, all of which have to be known.
    #[serde(default)]
    pub(super) query: BTreeMap<String, String>,
    /// Its body as JSON, whose texts are templates.
    pub(super) body: Option<Value>,
    /// The statuses after which the event is never taken, however often it is told: for what depends on the event alone. A
    /// search that is refused says something of the account, which somebody can mend.
    #[serde(default)]
    pub(super) never: Vec<u16>,
    /// Which item of the answer counts; the whole answer where this is missing.
    pick: Option<Pick>,
    /// What later steps need of it: a name and its JSON pointer there.
    #[serde(default)]
    take: BTreeMap<String, String>,
}

/// A method of HTTP.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// PATCH
    Patch,
}

/// An item of a list in an answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pick {
    /// The list, as a JSON pointer.
    from: String,
    /// The first item of which one of these pointers leads to what `is` says; the first of all where there is none.
    #[serde(default)]
    any_of: Vec<String>,
    /// A template.
    is: Option<String>,
}

impl Mapping {
    /// The mapping of this name, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (_, text) = MAPPINGS.iter().find(|(known, _)| *known == name)?;
        Self::parse(text).ok()
    }

    /// The names of all.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        MAPPINGS.iter().map(|(name, _)| *name).collect()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`MappingError`], with the place.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = serde_json::from_str(text)?;
        let bad = |place: &str, rule: &str| MappingError::Rule { place: place.to_owned(), rule: rule.to_owned() };
        if HeaderName::from_bytes(mapping.credential.header.as_bytes()).is_err() {
            return Err(bad("credential.header", "must be the name of a header"));
        }
        if !mapping.events.contains_key(TEST) {
            return Err(bad("events", "must say what is done for webhook.test"));
        }
        for (event, steps) in &mapping.events {
            if event != TEST && !DOMAIN_EVENTS.contains(&event.as_str()) {
                return Err(bad(event, "is no event that is for a business"));
            }
            let mut taken = BTreeSet::new();
            for step in steps {
                step.check(&taken).map_err(|rule| bad(&format!("{event}, {}", step.name), &rule))?;
                taken.extend(step.take.keys().map(String::as_str));
            }
        }
        Ok(mapping)
    }

    /// The events it does something for, the test apart.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.events.keys().map(String::as_str).filter(|event| *event != TEST)
    }

    /// The requests for an event.
    pub(super) fn steps(&self, event: &str) -> &[Step] {
        self.events.get(event).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Step {
    /// Whether it is to be made.
    pub(super) fn is_due(&self, known: &Value) -> bool {
        self.conditions.iter().all(|condition| {
            let (place, text, wanted) = condition_parts(condition);
            let found = at(place, known);
            // What is not known is equal to nothing, be it on either side.
            let holds = found.is_some() && text.is_none_or(|text| found == render(text, known));
            holds == wanted
        })
    }

    /// Whether anything of its answer is read.
    pub(super) fn takes(&self) -> bool {
        !self.take.is_empty()
    }

    /// Keeps what later steps need of an answer; false where the answer is not what it has to be.
    pub(super) fn keep(&self, answer: &Value, known: &mut Value) -> bool {
        let item = match &self.pick {
            None => answer,
            Some(pick) => match pick.item(answer, known) {
                Some(Some(item)) => item,
                Some(None) => return true,
                None => return false,
            },
        };
        for (name, pointer) in &self.take {
            match item.pointer(pointer).filter(|value| !value.is_null()) {
                Some(value) => known[name.as_str()] = value.clone(),
                // An item may be without it; the answer to a request that makes something may not.
                None if self.pick.is_none() => return false,
                None => {}
            }
        }
        true
    }

    /// The rule it breaks, where steps before it have taken these names.
    fn check(&self, taken: &BTreeSet<&str>) -> Result<(), String> {
        if !self.path.starts_with('/') || self.path.contains(['?', '#']) {
            return Err("path must begin with / and hold no ? or #".to_owned());
        }
        let mut templates: Vec<&str> = self.path.split('/').chain(self.query.values().map(String::as_str)).collect();
        if let Some(body) = &self.body {
            texts(body, &mut templates);
        }
        let pick = self.pick.as_ref();
        templates.extend(pick.and_then(|pick| pick.is.as_deref()));
        let conditions = || self.conditions.iter().map(|condition| condition_parts(condition));
        templates.extend(conditions().filter_map(|(_, text, _)| text));
        let mut named: Vec<&str> = conditions().map(|(place, ..)| place).collect();
        for template in templates {
            named.extend(places(template).ok_or_else(|| format!("{template} has a brace that is not closed"))?);
        }
        if let Some(unknown) = named.into_iter().find(|place| !is_known(place, taken)) {
            return Err(format!("there is no {{{unknown}}}"));
        }
        if pick.is_some_and(|pick| pick.is.is_none() != pick.any_of.is_empty()) {
            return Err("pick.any_of and pick.is need each other".to_owned());
        }
        let picked = pick.into_iter().flat_map(|pick| pick.any_of.iter().chain([&pick.from]));
        if let Some(bad) = self.take.values().chain(picked).find(|it| !it.is_empty() && !it.starts_with('/')) {
            return Err(format!("{bad} is no JSON pointer"));
        }
        match self.take.keys().find(|name| !is_word(name) || EVENT.contains(&name.as_str())) {
            Some(name) => Err(format!("{name} is no name for what is taken")),
            None => Ok(()),
        }
    }
}

impl Pick {
    /// The item, or that there is none; the outer none where the answer holds no such list.
    fn item<'a>(&self, answer: &'a Value, known: &Value) -> Option<Option<&'a Value>> {
        let items = answer.pointer(&self.from)?.as_array()?;
        let Some(wanted) = &self.is else { return Some(items.first()) };
        let wanted = render(wanted, known)?;
        let is_it =
            |place: &String, item: &Value| item.pointer(place).and_then(one_value).is_some_and(|it| it == wanted);
        Some(items.iter().find(|item| self.any_of.iter().any(|place| is_it(place, item))))
    }
}

/// What is known of an event before any step.
const EVENT: [&str; 5] = ["id", "type", "timestamp", "data", "customer"];

fn is_known(place: &str, taken: &BTreeSet<&str>) -> bool {
    match place.split_once('.') {
        None => taken.contains(place) || ["id", "type", "timestamp"].contains(&place),
        Some(("data", name)) => is_word(name),
        Some(("customer", name)) => {
            ["phone", "phone_national", "summary"].contains(&name) || name.strip_prefix("values.").is_some_and(is_word)
        }
        Some(_) => false,
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The place of a condition, the text that has to stand there, and whether it has to.
fn condition_parts(condition: &str) -> (&str, Option<&str>, bool) {
    let (condition, wanted) = condition.strip_prefix('!').map_or((condition, true), |rest| (rest, false));
    match condition.split_once('=') {
        Some((place, text)) => (place, Some(text), wanted),
        None => (condition, None, wanted),
    }
}

/// Every text in a body.
fn texts<'a>(body: &'a Value, found: &mut Vec<&'a str>) {
    match body {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| texts(member, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
