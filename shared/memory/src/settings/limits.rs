//! The rules that settings keep, and what to write where one is broken.

use super::{Settings, SettingsError};
use crate::action::means::{self, CallerSpec};
use crate::action::quiet_days;
use serde_json::Value;

/// The longest name of a business, in characters.
const MAX_NAME_CHARS: usize = 100;
/// The longest instructions, in characters.
const MAX_INSTRUCTIONS_CHARS: usize = 20_000;
/// The longest sentence that says an AI answers, in characters.
const MAX_DISCLOSURE_CHARS: usize = 300;
/// The longest gap after which one may be asked, in days: ten years.
const MAX_GAP_DAYS: usize = 3650;
/// The longest wait for quiet, in milliseconds: the
/// [typing indicator](https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators) lasts 25 s, and the
/// answer takes time too.
const MAX_WAIT_MS: usize = 15_000;

/// The longest name of a transcription model, in characters.
const MAX_MODEL_CHARS: usize = 100;
/// The most words that voice notes are heard by, and the longest of them, in characters.
const MAX_KEY_WORDS: (usize, usize) = (50, 60);
/// The most minutes of one customer's voice that are heard a day: all of it.
const MAX_VOICE_MINUTES: usize = 24 * 60;

/// The longest time the AI steps back, in minutes: a week.
const MAX_STEP_BACK_MINUTES: usize = 7 * 24 * 60;

impl Settings {
    /// Whether every setting keeps its rule.
    ///
    /// # Errors
    /// Names the first setting that does not, its rule and the way out.
    pub fn validate(&self) -> Result<(), SettingsError> {
        at_most("name", self.name.chars().count(), MAX_NAME_CHARS, "characters: shorten it")?;
        let instructions = self.instructions.chars().count();
        at_most("instructions", instructions, MAX_INSTRUCTIONS_CHARS, "characters: shorten them")?;
        at_most("disclosure", self.disclosure.chars().count(), MAX_DISCLOSURE_CHARS, "characters: shorten it")?;
        let days = usize::try_from(self.resume_max_gap_days).unwrap_or(usize::MAX);
        at_most("resume_max_gap_days", days, MAX_GAP_DAYS, "days; 0 never asks")?;
        let longest = usize::try_from(self.max_wait_ms).unwrap_or(usize::MAX);
        at_most("max_wait_ms", longest, MAX_WAIT_MS, "milliseconds, else the customer waits in vain")?;
        let minutes = usize::try_from(self.step_back_minutes).unwrap_or(usize::MAX);
        at_most("step_back_minutes", minutes, MAX_STEP_BACK_MINUTES, "minutes; 0 never steps back")?;
        self.validate_voice()?;
        self.validate_prices()?;
        keeps("quiet_days", quiet_days::broken(self.quiet_days()))?;
        keeps("templates", means::broken(&self.templates))?;
        keeps("caller", self.caller.as_ref().and_then(CallerSpec::broken))?;
        if self.quiet_ms > self.max_wait_ms {
            let rule = format!(
                "is {} and must not exceed max_wait_ms, which is {}: lower it or raise max_wait_ms first",
                self.quiet_ms, self.max_wait_ms
            );
            return Err(SettingsError::Invalid { key: "quiet_ms".to_owned(), rule });
        }
        Ok(())
    }

    fn validate_prices(&self) -> Result<(), SettingsError> {
        let refused = |key: &str, rule: String| Err(SettingsError::Invalid { key: key.to_owned(), rule });
        if let Some(rule) = self.prices.fault() {
            return refused("prices", rule);
        }
        if self.currency.len() == 3 && self.currency.chars().all(|letter| letter.is_ascii_uppercase()) {
            return Ok(());
        }
        refused("currency", format!("is {:?}; write three capital letters, such as USD", self.currency))
    }

    fn validate_voice(&self) -> Result<(), SettingsError> {
        let model = self.transcription_model.chars().count();
        at_most("transcription_model", model, MAX_MODEL_CHARS, "characters: shorten it")?;
        let minutes = usize::try_from(self.voice_minutes_per_day).unwrap_or(usize::MAX);
        at_most("voice_minutes_per_day", minutes, MAX_VOICE_MINUTES, "minutes; 0 hears nothing")?;
        let (most, longest) = MAX_KEY_WORDS;
        at_most("key_words", self.key_words.len(), most, "words: leave the common ones out")?;
        let chars = self.key_words.iter().map(|word| word.chars().count()).max().unwrap_or_default();
        at_most("key_words", chars, longest, "characters a word: shorten it")
    }
}

fn at_most(key: &str, is: usize, most: usize, unit: &str) -> Result<(), SettingsError> {
    if is <= most {
        return Ok(());
    }
    Err(SettingsError::Invalid { key: key.to_owned(), rule: format!("is {is}, allowed are at most {most} {unit}") })
}

fn keeps(key: &str, broken: Option<&'static str>) -> Result<(), SettingsError> {
    let invalid = |rule: &str| SettingsError::Invalid { key: key.to_owned(), rule: rule.to_owned() };
    broken.map_or(Ok(()), |rule| Err(invalid(rule)))
}

/// What to write instead: by the setting's name where that matters, else by the kind of its default.
pub(super) fn way_out(key: &str, standard: Option<&Value>) -> &'static str {
    match (key, standard) {
        ("language", _) => "write he or en",
        ("country", _) => "write the two letters of a country, such as IL, or null for that of the business's number",
        ("ask_number", _) => "write never, handover or booking",
        ("time_zone", _) => "write a name such as Asia/Jerusalem, or null for that of the country",
        ("resume_prompt", _) => "write buttons or text",
        ("fields", _) => {
            "write null for the standard fields, or a JSON list of fields, each with name, label, description, max_chars"
        }
        ("quiet_hours", _) => r#"write {"from": "20:00", "until": "08:00"}; the same time twice is none"#,
        ("quiet_days", _) => "write null for those of the language, or a JSON list",
        ("key_words", _) => "write a JSON list of texts",
        ("templates", _) => "write a JSON list of templates, each with name, language, text, parameters",
        ("caller", _) => "write null for none, or a JSON object with connection, agent, number",
        ("prices", _) => r#"write a JSON object of numbers, such as {"tokens_in": 0.15}"#,
        (_, Some(Value::Bool(_))) => "write true or false",
        (_, Some(Value::Number(_))) => "write a whole number, not negative",
        _ => "write a text",
    }
}
