//! What a business can choose.

use crate::country::Country;
use crate::field::FieldList;
use crate::language::Language;
use serde::{Deserialize, Serialize};

/// The longest name of a business, in characters.
const MAX_NAME_CHARS: usize = 100;
/// The longest instructions, in characters.
const MAX_INSTRUCTIONS_CHARS: usize = 20_000;
/// The longest gap after which one may be asked, in days: ten years.
const MAX_GAP_DAYS: usize = 3650;
/// The longest wait for quiet, in milliseconds: the
/// [typing indicator](https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators) lasts 25 s, and the
/// answer takes time too.
const MAX_WAIT_MS: usize = 15_000;

/// The longest time the AI steps back, in minutes: a week.
const MAX_STEP_BACK_MINUTES: usize = 7 * 24 * 60;

/// How the question to a returning customer is asked (docs/rules.md#e).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResumePrompt {
    /// With WhatsApp reply buttons.
    #[default]
    Buttons,
    /// As plain text.
    Text,
}

/// What a business chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The switch (docs/rules.md#f): off, the AI answers from the conversation alone.
    pub enable_customer_service: bool,
    /// The name of the business.
    pub name: String,
    /// The business's own instructions to the AI.
    pub instructions: String,
    /// The language of the memory block, the summaries and the product's own sentences.
    pub language: Language,
    /// The country whose national numbers callers may be shown with; none: that of the number they call.
    pub country: Option<Country>,
    /// The fields of the profile; none: the standard ones of the language.
    pub fields: Option<FieldList>,
    /// How old a conversation the returning customer is asked about, in days; 0: never asked.
    pub resume_max_gap_days: u32,
    /// How that is asked.
    pub resume_prompt: ResumePrompt,
    /// How long the customer must be quiet before the answer is written, in milliseconds.
    pub quiet_ms: u32,
    /// How long the answer waits for quiet at most, in milliseconds.
    pub max_wait_ms: u32,
    /// How long the AI leaves a conversation alone after a person of the business wrote in it from the phone app, in
    /// minutes; 0: not at all.
    pub step_back_minutes: u32,
    /// Whether an answer to several messages quotes the last of them.
    pub quote_answered: bool,
    /// Whether every message that was sent is told on the event bus (`reply.sent`); each costs a call.
    pub publish_reply_sent: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enable_customer_service: false,
            name: String::new(),
            instructions: String::new(),
            language: Language::default(),
            country: None,
            fields: None,
            resume_max_gap_days: 30,
            resume_prompt: ResumePrompt::default(),
            quiet_ms: 1500,
            max_wait_ms: 10_000,
            step_back_minutes: 60,
            quote_answered: false,
            publish_reply_sent: false,
        }
    }
}

/// Why a setting is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// There is no such setting.
    #[error("there is no setting {0:?}: choose one of {list}", list = Settings::KEYS.join(", "))]
    UnknownKey(String),
    /// The value breaks the setting's rule.
    #[error("{key}: {rule}")]
    Invalid {
        /// The name of the setting, one of [`Settings::KEYS`].
        key: &'static str,
        /// The rule it breaks and the way out.
        rule: String,
    },
}

impl Settings {
    /// Every setting.
    pub const KEYS: [&'static str; 13] = [
        "enable_customer_service",
        "name",
        "instructions",
        "language",
        "country",
        "fields",
        "resume_max_gap_days",
        "resume_prompt",
        "quiet_ms",
        "max_wait_ms",
        "step_back_minutes",
        "quote_answered",
        "publish_reply_sent",
    ];

    /// The fields of the profile.
    #[must_use]
    pub fn fields(&self) -> FieldList {
        self.fields.clone().unwrap_or_else(|| FieldList::standard(self.language))
    }

    /// Whether every setting keeps its rule.
    ///
    /// # Errors
    /// Names the first setting that does not, its rule and the way out.
    pub fn validate(&self) -> Result<(), SettingsError> {
        at_most("name", self.name.chars().count(), MAX_NAME_CHARS, "characters: shorten it")?;
        let instructions = self.instructions.chars().count();
        at_most("instructions", instructions, MAX_INSTRUCTIONS_CHARS, "characters: shorten them")?;
        let days = usize::try_from(self.resume_max_gap_days).unwrap_or(usize::MAX);
        at_most("resume_max_gap_days", days, MAX_GAP_DAYS, "days; 0 never asks")?;
        let longest = usize::try_from(self.max_wait_ms).unwrap_or(usize::MAX);
        at_most("max_wait_ms", longest, MAX_WAIT_MS, "milliseconds, else the customer waits in vain")?;
        let minutes = usize::try_from(self.step_back_minutes).unwrap_or(usize::MAX);
        at_most("step_back_minutes", minutes, MAX_STEP_BACK_MINUTES, "minutes; 0 never steps back")?;
        if self.quiet_ms > self.max_wait_ms {
            let rule = format!(
                "is {} and must not exceed max_wait_ms, which is {}: lower it or raise max_wait_ms first",
                self.quiet_ms, self.max_wait_ms
            );
            return Err(SettingsError::Invalid { key: "quiet_ms", rule });
        }
        Ok(())
    }

    /// Changes one setting, as a command line gives it: `value` is JSON or plain text; `null` is the default. Changes
    /// nothing when it is refused.
    ///
    /// # Errors
    /// If there is no such setting, or the value breaks a rule.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), SettingsError> {
        let known = Self::KEYS.into_iter().find(|known| *known == key);
        let key = known.ok_or_else(|| SettingsError::UnknownKey(key.to_owned()))?;
        let plain = serde_json::Value::String(value.to_owned());
        let parsed = serde_json::from_str(value).unwrap_or_else(|_| plain.clone());
        // A name such as 2024 or true reads as JSON but is meant as text.
        let changed = self.with(key, parsed).or_else(|reason| self.with(key, plain).map_err(|_| reason))?;
        changed.validate()?;
        *self = changed;
        Ok(())
    }

    /// Changes several settings at once, or none: `null` is the default.
    ///
    /// # Errors
    /// Names the first setting that is unknown or breaks a rule.
    pub fn patch(&self, changes: &serde_json::Map<String, serde_json::Value>) -> Result<Self, SettingsError> {
        let mut changed = self.clone();
        for (key, value) in changes {
            let known = Self::KEYS.into_iter().find(|known| known == key);
            changed = changed.with(known.ok_or_else(|| SettingsError::UnknownKey(key.clone()))?, value.clone())?;
        }
        changed.validate()?;
        Ok(changed)
    }

    fn with(&self, key: &'static str, value: serde_json::Value) -> Result<Self, SettingsError> {
        let invalid =
            |error: serde_json::Error| SettingsError::Invalid { key, rule: format!("{error}; {}", way_out(key)) };
        let mut all = serde_json::to_value(self).map_err(invalid)?;
        if let Some(all) = all.as_object_mut() {
            if value.is_null() {
                all.remove(key)
            } else {
                all.insert(key.to_owned(), value)
            };
        }
        serde_json::from_value(all).map_err(invalid)
    }
}

fn at_most(key: &'static str, is: usize, most: usize, unit: &str) -> Result<(), SettingsError> {
    if is <= most {
        return Ok(());
    }
    Err(SettingsError::Invalid { key, rule: format!("is {is}, allowed are at most {most} {unit}") })
}

fn way_out(key: &str) -> &'static str {
    match key {
        "enable_customer_service" | "quote_answered" | "publish_reply_sent" => "write true or false",
        "language" => "write he or en",
        "country" => "write the two letters of a country, such as IL, or null for that of the business's number",
        "resume_prompt" => "write buttons or text",
        "fields" => {
            "write null for the standard fields, or a JSON list of fields, each with name, label, description, max_chars"
        }
        "resume_max_gap_days" | "quiet_ms" | "max_wait_ms" | "step_back_minutes" => {
            "write a whole number, not negative"
        }
        _ => "write a text",
    }
}
