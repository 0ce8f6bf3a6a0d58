//! What a business can choose.

mod limits;

use crate::action::means::{CallerSpec, TemplateSpec};
use crate::action::quiet_days::QuietDay;
use crate::action::quiet_hours::QuietHours;
use crate::country::Country;
use crate::field::FieldList;
#[cfg(feature = "openapi")]
use crate::field::FieldSpec;
use crate::language::Language;
use crate::prices::Prices;
use crate::spoken::Spoken;
use crate::zone::Zone;
use limits::way_out;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How the question to a returning customer is asked (docs/rules.md#e).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ResumePrompt {
    /// With WhatsApp reply buttons.
    #[default]
    Buttons,
    /// As plain text.
    Text,
}

/// When a customer who came with a user id alone is asked for their phone number (docs/rules.md#h10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AskNumber {
    /// They hid it: the business can do without.
    #[default]
    Never,
    /// With the AI's last sentence before a person answers, who may want to call.
    Handover,
    /// Behind the answer to who books, whom the business may have to reach.
    Booking,
}

/// What a business chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The switch: off, the AI answers from the conversation alone and nothing is remembered (docs/rules.md#f).
    pub enable_customer_service: bool,
    /// The name of the business.
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub name: String,
    /// The business's own instructions to the AI.
    #[cfg_attr(feature = "openapi", schema(max_length = 20000))]
    pub instructions: String,
    /// The language of the memory block, the summaries and the product's own sentences.
    pub language: Language,
    /// The country in whose national form callers' numbers may be shown (`IL`); null: that of the number they call.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[A-Z]{2}$"))]
    pub country: Option<Country>,
    /// The time zone, by its name in the [IANA list](https://www.iana.org/time-zones) (`Asia/Jerusalem`); null: that of
    /// the country, or, without one, of the language.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub time_zone: Option<Zone>,
    /// The fields of the profile; null: the standard ones of the language.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<FieldSpec>>, max_items = 30))]
    pub fields: Option<FieldList>,
    /// How old a conversation the returning customer is asked about, in days; 0: never asked.
    #[cfg_attr(feature = "openapi", schema(maximum = 3650))]
    pub resume_max_gap_days: u32,
    /// How that is asked.
    pub resume_prompt: ResumePrompt,
    /// How long the customer must be quiet before an answer is written, in milliseconds; at most `max_wait_ms`.
    #[cfg_attr(feature = "openapi", schema(maximum = 15000))]
    pub quiet_ms: u32,
    /// How long the answer waits for quiet at most, in milliseconds.
    #[cfg_attr(feature = "openapi", schema(maximum = 15000))]
    pub max_wait_ms: u32,
    /// Whether the model may be asked before the customer has been quiet: they wait less, and an answer they make void by
    /// writing on costs a request of the model.
    pub ask_early: bool,
    /// How long the AI leaves a conversation alone after a person of the business wrote in it from the phone app, in
    /// minutes; 0: not at all.
    #[cfg_attr(feature = "openapi", schema(maximum = 10080))]
    pub step_back_minutes: u32,
    /// Whether the AI's first answer to a customer begins with a sentence that says an AI answers (docs/rules.md#h9).
    pub disclose_ai: bool,
    /// That sentence, whatever language the customer writes; empty: the product's own, in the customer's language.
    #[cfg_attr(feature = "openapi", schema(max_length = 300))]
    pub disclosure: String,
    /// When a customer whose phone number is not known is asked for it, once.
    pub ask_number: AskNumber,
    /// Whether an answer to several messages quotes the last of them.
    pub quote_answered: bool,
    /// The model that hears voice notes, by its endpoint's name of it (`whisper-1`); empty: they are not heard
    /// (docs/rules.md#p1).
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub transcription_model: String,
    /// How many minutes of a customer's voice are heard a day, by the business's time zone (docs/rules.md#p3).
    #[cfg_attr(feature = "openapi", schema(maximum = 1440))]
    pub voice_minutes_per_day: u32,
    /// Names and terms that customers say and a voice note may be misheard for: services, staff, products.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub key_words: Vec<String>,
    /// Whether the model that answers can see: then it is shown the newest pictures a customer sends (docs/rules.md#p5).
    pub sees_images: bool,
    /// So many messages the AI may send a day, by the business's time zone; 0: no bound (docs/rules.md#h13).
    pub daily_messages_budget: u32,
    /// So many tokens the model may use for answers a day, in and out; 0: no bound (docs/rules.md#h13).
    pub daily_tokens_budget: u64,
    /// Whether anything is done for customers at a time of its own: what they asked for, reminders, follow-ups
    /// (docs/rules.md#m). Off, nothing is sent that is no answer, and nothing is looked for in conversations.
    pub enable_actions: bool,
    /// The hours in which no customer is written to or called without having just written.
    pub quiet_hours: QuietHours,
    /// Days of the same: weekdays (`sunday`), `shabbat`, `jewish_feasts`, dates (`2026-12-25`), days of every year
    /// (`12-25`); null: Shabbat and the feasts in Hebrew, none in English.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>, max_items = 100))]
    pub quiet_days: Option<Vec<QuietDay>>,
    /// The templates the business has approved at WhatsApp: all that may be sent when the customer has not written for 24
    /// hours (docs/rules.md#m).
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub templates: Vec<TemplateSpec>,
    /// Who calls customers for the business; null: nobody does (docs/rules.md#m).
    pub caller: Option<CallerSpec>,
    /// What what is counted costs, by the name of the count: a million tokens (`tokens_in`, `tokens_cached`,
    /// `tokens_out`), a WhatsApp message (`whatsapp.<category>.<type>`); empty: costs are not reckoned.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, f64>))]
    pub prices: Prices,
    /// The currency of the prices, by the three letters of ISO 4217.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{3}$"))]
    pub currency: String,
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
            time_zone: None,
            fields: None,
            resume_max_gap_days: 30,
            resume_prompt: ResumePrompt::default(),
            quiet_ms: 1500,
            max_wait_ms: 10_000,
            ask_early: true,
            step_back_minutes: 60,
            disclose_ai: true,
            disclosure: String::new(),
            ask_number: AskNumber::default(),
            quote_answered: false,
            transcription_model: String::new(),
            voice_minutes_per_day: 10,
            key_words: Vec::new(),
            sees_images: false,
            daily_messages_budget: 0,
            daily_tokens_budget: 0,
            enable_actions: false,
            quiet_hours: QuietHours::default(),
            quiet_days: None,
            templates: Vec::new(),
            caller: None,
            prices: Prices::default(),
            currency: "USD".to_owned(),
            publish_reply_sent: false,
        }
    }
}

/// Why a setting is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// There is no such setting.
    #[error("there is no setting {0:?}: choose one of {list}", list = Settings::keys().join(", "))]
    UnknownKey(String),
    /// The value breaks the setting's rule.
    #[error("{key}: {rule}")]
    Invalid {
        /// The setting.
        key: String,
        /// The rule it breaks and the way out.
        rule: String,
    },
}

impl Settings {
    /// The names of all settings, in alphabetical order.
    #[must_use]
    pub fn keys() -> Vec<String> {
        let mut keys: Vec<_> = standard().keys().cloned().collect();
        keys.sort();
        keys
    }

    /// The fields of the profile.
    #[must_use]
    pub fn fields(&self) -> FieldList {
        self.fields.clone().unwrap_or_else(|| FieldList::standard(self.language))
    }

    /// The time zone: the one that was set, else that of the country, else that of the language.
    #[must_use]
    pub fn zone(&self) -> Zone {
        let by_default = || Zone::parse(self.country.map_or(self.language.words().zone, Country::zone));
        self.time_zone.clone().or_else(|| by_default().ok()).unwrap_or_default()
    }

    /// Whether the business has voice notes heard.
    #[must_use]
    pub fn hears(&self) -> bool {
        !self.transcription_model.trim().is_empty()
    }

    /// The AI's first answer to a customer, with the sentence that an AI answers.
    #[must_use]
    pub fn disclosed(&self, text: &str, spoken: Spoken) -> String {
        let own = self.disclosure.trim();
        let sentence = if own.is_empty() { spoken.disclosure() } else { own };
        format!("{sentence}\n\n{text}")
    }

    /// The days on which no customer is written to or called without having just written.
    #[must_use]
    pub fn quiet_days(&self) -> &[QuietDay] {
        self.quiet_days.as_deref().unwrap_or_else(|| QuietDay::of(self.language))
    }

    /// Whether there is a bound on what a day may cost.
    #[must_use]
    pub fn has_budget(&self) -> bool {
        self.daily_messages_budget > 0 || self.daily_tokens_budget > 0
    }

    /// Changes one setting, as a command line gives it: `value` is JSON or plain text; `null` is the default. Changes
    /// nothing when it is refused.
    ///
    /// # Errors
    /// If there is no such setting, or the value breaks a rule.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), SettingsError> {
        let plain = Value::String(value.to_owned());
        let parsed = serde_json::from_str(value).unwrap_or_else(|_| plain.clone());
        let change = |value: Value| self.patch(&Map::from_iter([(key.to_owned(), value)]));
        // A name such as 2024 or true reads as JSON but is meant as text.
        *self = change(parsed).or_else(|reason| change(plain).map_err(|_| reason))?;
        Ok(())
    }

    /// Changes several settings at once, or none, by a JSON merge patch (RFC 7396,
    /// <https://www.rfc-editor.org/rfc/rfc7396>): what is left out stays, `null` is the default.
    ///
    /// # Errors
    /// Names a setting that is unknown or breaks a rule, the rule and the way out.
    pub fn patch(&self, changes: &Map<String, Value>) -> Result<Self, SettingsError> {
        let standard = standard();
        if let Some(unknown) = changes.keys().find(|key| !standard.contains_key(*key)) {
            return Err(SettingsError::UnknownKey(unknown.clone()));
        }
        let mut all = Value::Object(members(self));
        json_patch::merge(&mut all, &Value::Object(changes.clone()));
        let changed: Self = serde_path_to_error::deserialize(all).map_err(|error| {
            let place = error.path().to_string();
            let key = place.split(['.', '[']).next().unwrap_or_default().to_owned();
            let rule = format!("{}; {}", error.inner(), way_out(&key, standard.get(&key)));
            SettingsError::Invalid { key, rule }
        })?;
        changed.validate()?;
        Ok(changed)
    }
}

/// The settings of a business that chose nothing, by name.
fn standard() -> Map<String, Value> {
    members(&Settings::default())
}

fn members(settings: &Settings) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}
