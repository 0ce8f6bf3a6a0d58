//! By what a business does things: the templates it has approved at WhatsApp, and who calls for it.

use serde::{Deserialize, Serialize};

/// The most templates a business names.
const MAX_TEMPLATES: usize = 50;
/// The longest body of a template, in characters
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview>).
const MAX_TEXT_CHARS: usize = 1024;
/// The longest text put in the place of a placeholder, in characters: WhatsApp's, less for the text around it.
const MAX_PARAMETER_CHARS: usize = 900;

/// Among the parameters of a template: what the action says.
pub const WORDS: &str = "text";
/// Among the parameters of a template: the name of the business.
pub const BUSINESS: &str = "business";

/// A template the business has approved at WhatsApp, as it stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TemplateSpec {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_]{1,512}$"))]
    pub name: String,
    /// The language it was approved in, by WhatsApp's code (`he`, `en_US`).
    #[cfg_attr(feature = "openapi", schema(min_length = 2, max_length = 10))]
    pub language: String,
    /// Its body with the placeholders (`{{1}}`, or with names): what the customer will read.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    pub text: String,
    /// What stands for each placeholder, in the order of the text: a field of the profile, `text` (what the action says) or
    /// `business` (the name of the business). Where there is no value, the template is not sent.
    #[serde(default)]
    pub parameters: Vec<String>,
}

/// A template with everything in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// What was put in, in order, with the placeholder's name where it has one.
    pub parameters: Vec<(Option<String>, String)>,
    /// What the customer reads.
    pub text: String,
}

/// Who calls customers for the business: an agent of an account at a call provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CallerSpec {
    /// The connection of the account; its secret names the provider and holds the key of its API.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
    pub connection: String,
    /// The agent that talks, by the provider's id (Bland: of a pathway).
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub agent: String,
    /// What is called from: a number in E.164 (Retell, Bland), or the provider's id of one (Vapi; ElevenLabs, with `sip:`
    /// before it where it is reached over a SIP trunk).
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub number: String,
}

impl TemplateSpec {
    /// The text with a value in the place of every placeholder, on one line each as WhatsApp wants them. `value` gives
    /// what stands for a name of [`Self::parameters`]; none where one is missing, or too long: cut, it might say
    /// something else.
    #[must_use]
    pub fn fill(&self, value: impl Fn(&str) -> Option<String>) -> Option<Filled> {
        let mut parts = self.text.split("{{");
        let mut filled = Filled { parameters: Vec::new(), text: parts.next()?.to_owned() };
        for (part, parameter) in parts.zip(&self.parameters) {
            let (name, rest) = part.split_once("}}")?;
            let value = value(parameter)?.split_whitespace().collect::<Vec<_>>().join(" ");
            if !(1..=MAX_PARAMETER_CHARS).contains(&value.chars().count()) {
                return None;
            }
            filled.text.extend([value.as_str(), rest]);
            let name = name.trim();
            filled.parameters.push((name.parse::<u32>().is_err().then(|| name.to_owned()), value));
        }
        Some(filled)
    }

    /// Whether every placeholder has a name of its own, or all are numbered as they come: the values are given to
    /// WhatsApp in the order of the text, and it puts them in by number or name.
    fn are_in_order(&self) -> bool {
        let parts = self.text.split("{{").skip(1).filter_map(|part| part.split_once("}}"));
        let names: Vec<&str> = parts.map(|(name, _)| name.trim()).collect();
        if names.iter().any(|name| name.bytes().all(|b| b.is_ascii_digit())) {
            names.iter().zip(1_u32..).all(|(name, number)| *name == number.to_string())
        } else {
            names.iter().enumerate().all(|(at, name)| !names.iter().take(at).any(|other| other == name))
        }
    }

    /// The rule it breaks.
    fn broken(&self) -> Option<&'static str> {
        let is_name = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let within = |text: &str, least: usize, most: usize| (least..=most).contains(&text.chars().count());
        let opened = self.text.matches("{{").count();
        let closed = self.text.split("{{").skip(1).filter(|part| part.split_once("}}").is_some()).count();
        match () {
            () if !within(&self.name, 1, 512) || !is_name(&self.name) => {
                Some("a name has lower-case letters, digits and _, as WhatsApp's")
            }
            () if !within(&self.language, 2, 10) => Some("a language is WhatsApp's code, such as he or en_US"),
            () if self.text.trim().is_empty() || !within(&self.text, 1, MAX_TEXT_CHARS) => {
                Some("a text has 1 to 1024 characters, as WhatsApp's")
            }
            () if opened != closed => Some("a placeholder is {{1}}, or has a name between the braces"),
            () if !self.are_in_order() => {
                Some("placeholders are named, or numbered {{1}}, {{2}} … in their order, each once")
            }
            () if opened != self.parameters.len() => Some("there are as many parameters as placeholders in the text"),
            () if self.parameters.iter().any(|name| !within(name, 1, 40) || !is_name(name)) => {
                Some("a parameter is the name of a field, text or business")
            }
            () => None,
        }
    }
}

impl CallerSpec {
    /// The rule it breaks.
    pub(crate) fn broken(&self) -> Option<&'static str> {
        let is_slug = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let is_id =
            |text: &str| (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
        let Self { connection, agent, number } = self;
        match () {
            () if !(1..=64).contains(&connection.len()) || !connection.bytes().all(is_slug) => {
                Some("a connection has 1 to 64 letters, digits, - or _")
            }
            () if !is_id(agent) => Some("an agent has 1 to 128 printable characters without spaces or #"),
            () if !is_id(number) => Some("a number has 1 to 128 printable characters without spaces or #"),
            () => None,
        }
    }
}

/// The rule a list of templates breaks.
pub(crate) fn broken(templates: &[TemplateSpec]) -> Option<&'static str> {
    let mut names: Vec<&str> = templates.iter().map(|template| template.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    match () {
        () if templates.len() > MAX_TEMPLATES => Some("allowed are at most 50"),
        () if names.len() < templates.len() => Some("two have the same name"),
        () => templates.iter().find_map(TemplateSpec::broken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str, parameters: &[&str]) -> TemplateSpec {
        let parameters = parameters.iter().map(|&name| name.to_owned()).collect();
        TemplateSpec { name: "visit_reminder".to_owned(), language: "he".to_owned(), text: text.to_owned(), parameters }
    }

    fn value(name: &str) -> Option<String> {
        match name {
            "name" => Some("יוסי כהן".to_owned()),
            "text" => Some("תזכורת:\n\tהתור  שלך מחר".to_owned()),
            "city" => Some(" ".to_owned()),
            _ => None,
        }
    }

    #[test]
    fn a_template_is_filled_in_order_by_number_or_by_name() {
        let filled = template("היי {{1}}, {{2}}!", &["name", "text"]).fill(value).unwrap();
        assert_eq!(filled.text, "היי יוסי כהן, תזכורת: התור שלך מחר!");
        let put: Vec<_> = filled.parameters.iter().map(|(name, text)| (name.as_deref(), text.as_str())).collect();
        assert_eq!(put, [(None, "יוסי כהן"), (None, "תזכורת: התור שלך מחר")]);
        let filled = template("{{ customer }} שלום", &["name"]).fill(value).unwrap();
        assert_eq!(filled.parameters, [(Some("customer".to_owned()), "יוסי כהן".to_owned())]);
        assert_eq!(template("בלי", &[]).fill(value).unwrap().text, "בלי");
    }

    #[test]
    fn a_template_without_a_value_for_everything_is_not_sent() {
        for parameter in ["service_interest", "city"] {
            assert_eq!(template("היי {{1}}", &[parameter]).fill(value), None, "{parameter}");
        }
        let long = |chars: usize| template("היי {{1}}", &["text"]).fill(|_| Some("א".repeat(chars)));
        assert_eq!(long(MAX_PARAMETER_CHARS).unwrap().text.chars().count(), MAX_PARAMETER_CHARS + 4);
        assert_eq!(long(MAX_PARAMETER_CHARS + 1), None, "nobody is sent half of it");
    }

    #[test]
    fn what_whatsapp_would_not_have_approved_is_refused() {
        let good = template("היי {{1}}", &["name"]);
        assert_eq!(broken(std::slice::from_ref(&good)), None);
        let bad = [
            TemplateSpec { name: "Visit".to_owned(), ..good.clone() },
            TemplateSpec { name: String::new(), ..good.clone() },
            TemplateSpec { language: "h".to_owned(), ..good.clone() },
            template(" ", &[]),
            template(&"א".repeat(1025), &[]),
            template("היי {{1}}", &[]),
            template("היי", &["name"]),
            template("היי {{1", &["name"]),
            template("היי {{1}}", &["name of theirs"]),
            template("שלום {{2}}, {{1}}", &["name", "text"]),
            template("{{1}}, כן, {{1}}", &["name", "name"]),
            template("היי {{2}}", &["name"]),
            template("היי {{01}}", &["name"]),
            template("היי {{}}", &["name"]),
            template("היי {{1}}, {{city}}", &["name", "city"]),
            template("{{a}}, כן, {{a}}", &["name", "name"]),
        ];
        for text in ["{{1}}, {{2}}", "{{customer}}, {{what}}"] {
            assert_eq!(broken(&[template(text, &["name", "text"])]), None, "{text}");
        }
        for template in bad {
            assert!(broken(std::slice::from_ref(&template)).is_some(), "{template:?}");
        }
        assert_eq!(broken(&[good.clone(), good.clone()]), Some("two have the same name"));
        let many = (0..51).map(|n| TemplateSpec { name: format!("t{n}"), ..good.clone() }).collect::<Vec<_>>();
        assert_eq!(broken(&many), Some("allowed are at most 50"));
    }

    #[test]
    fn a_caller_is_named_by_what_can_stand_in_a_key() {
        let good = CallerSpec {
            connection: "calls-main".to_owned(),
            agent: "agent_1".to_owned(),
            number: "sip:phnum_1".to_owned(),
        };
        assert_eq!(good.broken(), None);
        for bad in [
            CallerSpec { connection: "a b".to_owned(), ..good.clone() },
            CallerSpec { agent: String::new(), ..good.clone() },
            CallerSpec { number: "+972 55".to_owned(), ..good },
        ] {
            assert!(bad.broken().is_some(), "{bad:?}");
        }
    }
}
