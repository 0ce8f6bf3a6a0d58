//! Message templates of the account, as WhatsApp has them.

use serde::{Deserialize, Serialize};

/// A template in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The name it is sent by.
    pub name: String,
    /// The language it was submitted in (`he`, `en_US`).
    pub language: String,
    /// The body, with its placeholders: `{{1}}`, `{{2}}`, or with names.
    pub text: String,
    /// How far it is.
    #[serde(default)]
    pub status: TemplateStatus,
    /// By what it is charged: `utility`, `marketing`, `authentication`.
    #[serde(default = "utility")]
    pub category: String,
}

/// How far a template is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TemplateStatus {
    /// Nobody has looked at it yet.
    Pending,
    /// It may be sent.
    #[default]
    Approved,
    /// It was not approved.
    Rejected,
    /// Customers complained: for some hours it may not be sent.
    Paused,
    /// It was paused too often.
    Disabled,
}

fn utility() -> String {
    "utility".to_owned()
}

impl Template {
    /// What stands between the braces, in the order of the text.
    pub(crate) fn placeholders(&self) -> Vec<&str> {
        let parts = self.text.split("{{").skip(1);
        parts.filter_map(|part| part.split_once("}}")).map(|(name, _)| name.trim()).collect()
    }

    /// The text as the customer reads it; `value` is what stands for the placeholder of that place and name.
    pub(crate) fn rendered(&self, value: impl Fn(usize, &str) -> String) -> String {
        let mut parts = self.text.split("{{");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for (place, part) in parts.enumerate() {
            match part.split_once("}}") {
                Some((name, rest)) => text.extend([value(place, name.trim()).as_str(), rest]),
                None => text.extend(["{{", part]),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_braces_is_put_in() {
        let template = |text: &str| Template {
            name: "visit_reminder".to_owned(),
            language: "he".to_owned(),
            text: text.to_owned(),
            status: TemplateStatus::Approved,
            category: utility(),
        };
        let numbered = template("היי {{1}}, מחכים לך {{2}}!");
        assert_eq!(numbered.placeholders(), ["1", "2"]);
        let values = ["דנה", "מחר ב-10:00"];
        assert_eq!(numbered.rendered(|place, _| values[place].to_owned()), "היי דנה, מחכים לך מחר ב-10:00!");
        assert_eq!(template("{{ name }}").rendered(|_, name| name.to_uppercase()), "NAME");
        assert_eq!(template("בלי").rendered(|_, _| String::new()), "בלי");
    }
}
