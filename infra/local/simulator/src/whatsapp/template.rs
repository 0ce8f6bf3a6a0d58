//! Templates: what is asked of one in a send, what Meta would refuse of it
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes>, 132000 and on), and
//! `POST /templates`, by which a test or a developer has one approved, paused, rejected, switched off or put into another
//! category.

use super::refusal::Refusal;
use super::text_rule::string;
use super::{delivery, envelope};
use crate::clock::now;
use crate::log::log;
use crate::simulator::Simulator;
use crate::state::{SimulatorState, Template, TemplateStatus};
use crate::wire::escaped;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// A template as a send names it, and what is to stand in its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TemplateRequest {
    pub(crate) name: String,
    language: String,
    /// Each with its name, where the placeholders have names.
    parameters: Vec<(Option<String>, String)>,
}

impl TemplateRequest {
    /// Reads `template` of a request.
    pub(super) fn parse(body: &Value) -> Result<Self, Refusal> {
        let name = string(&body["name"], "template['name']", 1, 512)?;
        let language = string(&body["language"]["code"], "template['language']['code']", 2, 10)?;
        let components = body["components"].as_array().map_or(&[][..], Vec::as_slice);
        let mut parameters = Vec::new();
        for component in components {
            if component["type"] != "body" {
                return Err(Refusal::parameter("template['components']: the simulator's templates have a body alone"));
            }
            let listed = component["parameters"].as_array().map_or(&[][..], Vec::as_slice);
            parameters = listed.iter().map(parameter).collect::<Result<_, _>>()?;
        }
        Ok(Self { name, language, parameters })
    }

    /// What the customer reads.
    pub(super) fn text(&self, state: &SimulatorState) -> Result<String, Refusal> {
        let is_meant = |known: &&Template| (&known.name, &known.language) == (&self.name, &self.language);
        let template = state.templates.iter().find(is_meant);
        let template = match template.map(|template| (template, template.status)) {
            Some((template, TemplateStatus::Approved)) => template,
            Some((_, TemplateStatus::Paused)) => return Err(Refusal::template(132_015, "Template is Paused")),
            Some((_, TemplateStatus::Disabled)) => return Err(Refusal::template(132_016, "Template is Disabled")),
            Some((_, TemplateStatus::Pending | TemplateStatus::Rejected)) | None => {
                return Err(Refusal::template(132_001, "Template name does not exist in the translation"));
            }
        };
        let placeholders = template.placeholders();
        if placeholders.len() != self.parameters.len() {
            return Err(Refusal::template(
                132_000,
                "Number of parameters does not match the expected number of params",
            ));
        }
        let is_named = |name: &str| name.parse::<usize>().is_err();
        let fits = placeholders.iter().all(|placeholder| {
            let given = self.parameters.iter().any(|(name, _)| name.as_deref() == Some(placeholder));
            given || !is_named(placeholder) && self.parameters.iter().all(|(name, _)| name.is_none())
        });
        if !fits {
            return Err(Refusal::template(132_012, "Parameter format does not match format in the created template"));
        }
        Ok(template.rendered(|place, placeholder| {
            let named = self.parameters.iter().find(|(name, _)| name.as_deref() == Some(placeholder));
            named.or_else(|| self.parameters.get(place)).map(|(_, text)| text.clone()).unwrap_or_default()
        }))
    }
}

fn parameter(body: &Value) -> Result<(Option<String>, String), Refusal> {
    if body["type"] != "text" {
        return Err(Refusal::parameter("a parameter's type is not one the simulator knows: text"));
    }
    let text = string(&body["text"], "a parameter's text", 1, 1024)?;
    if text.contains(['\n', '\t']) || text.contains("     ") {
        let rule = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
        return Err(Refusal::template(132_018, rule));
    }
    Ok((body["parameter_name"].as_str().map(str::to_owned), text))
}

/// `POST /templates`: submits a template, or changes what became of it; the webhook of every number is told.
pub(crate) async fn put(State(simulator): State<Simulator>, Json(template): Json<Template>) -> StatusCode {
    let before = simulator.state().put_template(template.clone());
    let connections = simulator.state().connections.clone();
    log(&format!("template {} ({}) is {:?}", template.name, template.language, template.status));
    for connection in connections.iter().filter(|connection| connection.webhook_url.is_some()) {
        for (field, value) in updates(before.as_ref(), &template) {
            let mut body = envelope::change(connection, field, value);
            // What is no message says here when it happened.
            body["entry"][0]["time"] = json!(now().as_second());
            delivery::post_until_taken(&simulator, connection, &escaped(&body), "a template").await;
        }
    }
    StatusCode::NO_CONTENT
}

/// What is told of a template, each with its field: another category
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/template_category_update>),
/// and how far it is, unless the category alone is another.
fn updates(before: Option<&Template>, template: &Template) -> Vec<(&'static str, Value)> {
    let category = template.category.to_uppercase();
    let named = json!({"message_template_id": 600_000_000_000_001_i64, "message_template_name": template.name,
        "message_template_language": template.language});
    let mut updates = Vec::new();
    if let Some(before) = before.filter(|before| before.category != template.category) {
        let mut value = named.clone();
        value["previous_category"] = json!(before.category.to_uppercase());
        value["new_category"] = json!(category);
        updates.push(("template_category_update", value));
    }
    if updates.is_empty() || before.is_some_and(|before| before.status != template.status) {
        let mut value = named;
        value["event"] = json!(json!(template.status).as_str().unwrap_or_default().to_uppercase());
        value["message_template_category"] = json!(category);
        value["reason"] = json!("NONE");
        updates.push(("message_template_status_update", value));
    }
    updates
}

/// `GET /templates`.
pub(crate) async fn list(State(simulator): State<Simulator>) -> Json<Vec<Template>> {
    Json(simulator.state().templates.clone())
}
