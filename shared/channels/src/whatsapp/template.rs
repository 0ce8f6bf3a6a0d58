//! A template on the wire. Parameters stand in the body alone: what is sent here is words, and a header or a button of a
//! template that needs some is one this product has nothing to fill with.
//!
//! Source: [sending](https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/template-messages),
//! [placeholders](https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview).

use super::limit::within;
use serde_json::{Value, json};
use zikaron_protocol::model::conversation::{Template, TemplateParameter};

/// Consecutive spaces in a parameter beyond which Meta refuses it (132018).
const MAX_SPACES: usize = 4;

/// `template` of the request, or the rule of Meta that it breaks.
pub(super) fn wire(template: &Template) -> Result<Value, &'static str> {
    let Template { name, language, parameters } = template;
    let is_name = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    within(name, 1, 512, "a template's name has 1 to 512 characters")?;
    within(language, 2, 10, "a template's language is a code such as he or en_US")?;
    if !is_name(name) {
        return Err("a template's name has lower-case letters, digits and _ only");
    }
    let named = parameters.iter().filter(|parameter| parameter.name.is_some()).count();
    if named != 0 && named != parameters.len() {
        return Err("the parameters of a template are either all named or all numbered");
    }
    let mut wire = json!({"name": name, "language": {"code": language}});
    if !parameters.is_empty() {
        let parameters = parameters.iter().map(parameter).collect::<Result<Vec<_>, _>>()?;
        wire["components"] = json!([{"type": "body", "parameters": parameters}]);
    }
    Ok(wire)
}

fn parameter(parameter: &TemplateParameter) -> Result<Value, &'static str> {
    let text = &parameter.text;
    within(text, 1, 1024, "a template's parameter has 1 to 1024 characters")?;
    if text.contains(['\n', '\r', '\t']) || text.contains(&" ".repeat(MAX_SPACES + 1)) {
        return Err("a template's parameter has no line break, no tab and no more than four spaces in a row");
    }
    let mut wire = json!({"type": "text", "text": text});
    if let Some(name) = &parameter.name {
        wire["parameter_name"] = json!(name);
    }
    Ok(wire)
}
