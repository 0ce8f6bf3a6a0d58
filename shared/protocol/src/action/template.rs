//! Which template an action is sent as, and its words: what is known of the customer, and what the action says, in the
//! places the business named.

use super::end::Due;
use crate::call::start::recall_lead;
use crate::model::action::Action;
use crate::model::conversation::{Body, Template, TemplateParameter};
use crate::ports::bundle::Ports;
use crate::ports::error::Unavailable;
use zikaron_memory::action::means::{BUSINESS, TemplateSpec, WORDS};
use zikaron_memory::settings::Settings;

/// The template an action names, or else the first that has room for its words.
pub(super) fn meant(action: &Action, settings: &Settings) -> Option<TemplateSpec> {
    let is_meant = |template: &&TemplateSpec| match &action.template {
        Some(name) => template.name == *name,
        // What it is about is not what the customer is to read.
        None if action.composed => false,
        None => template.parameters.iter().any(|parameter| parameter == WORDS),
    };
    settings.templates.iter().find(is_meant).cloned()
}

/// The message; none where something that belongs into it is not known.
pub(super) async fn filled<P: Ports>(p: &P, of: &Due, spec: &TemplateSpec) -> Result<Option<Body>, Unavailable> {
    let known = recall_lead(p.store(), &of.key, &of.settings, of.now, p.config().block_chars).await?;
    let value = |name: &str| match name {
        WORDS => Some(of.action.text.clone()),
        BUSINESS => Some(of.settings.name.clone()),
        field => known.value(field).map(str::to_owned),
    };
    let Some(filled) = spec.fill(value) else { return Ok(None) };
    let parameter = |(name, text)| TemplateParameter { name, text };
    let parameters = filled.parameters.into_iter().map(parameter).collect();
    let template = Template { name: spec.name.clone(), language: spec.language.clone(), parameters };
    Ok(Some(Body::Template { template, text: filled.text }))
}
