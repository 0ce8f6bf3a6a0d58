use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::settings::{ResumePrompt, Settings, SettingsError};

#[test]
fn the_defaults_are_those_of_the_specification() {
    let settings: Settings = serde_json::from_str("{}").unwrap();
    assert_eq!(settings, Settings::default());
    assert!(!settings.enable_customer_service);
    assert_eq!(settings.language, Language::Hebrew);
    assert_eq!((settings.resume_max_gap_days, settings.resume_prompt), (30, ResumePrompt::Buttons));
    assert_eq!((settings.quiet_ms, settings.max_wait_ms), (1500, 10_000));
    assert_eq!((settings.step_back_minutes, settings.quote_answered), (60, false));
    assert_eq!(settings.fields(), FieldList::standard(Language::Hebrew));
    assert_eq!(settings.validate(), Ok(()));
}

#[test]
fn an_unknown_setting_is_refused() {
    assert!(serde_json::from_str::<Settings>(r#"{"resume_days": 3}"#).is_err());
}

#[test]
fn every_setting_can_be_set_from_a_command_line() {
    let mut settings = Settings::default();
    let fields = r#"[{"name":"pet","label":"Pet","description":"d","max_chars":40,"list":true}]"#;
    for (key, value) in [
        ("enable_customer_service", "true"),
        ("name", "Dana's Salon"),
        ("instructions", "Be kind.\nBe brief."),
        ("language", "en"),
        ("country", "il"),
        ("time_zone", "america/new_york"),
        ("fields", fields),
        ("resume_max_gap_days", "7"),
        ("resume_prompt", "\"text\""),
        ("max_wait_ms", "8000"),
        ("quiet_ms", "0"),
        ("ask_early", "false"),
        ("step_back_minutes", "90"),
        ("disclose_ai", "false"),
        ("disclosure", "An AI answers here."),
        ("ask_number", "handover"),
        ("quote_answered", "true"),
        ("transcription_model", "whisper-1"),
        ("voice_minutes_per_day", "3"),
        ("key_words", r#"["Dana", "balayage"]"#),
        ("sees_images", "true"),
        ("daily_messages_budget", "500"),
        ("daily_tokens_budget", "2000000"),
        ("publish_reply_sent", "true"),
    ] {
        assert!(Settings::keys().iter().any(|known| known == key));
        assert_eq!(settings.set(key, value), Ok(()), "{key}");
    }
    insta::assert_json_snapshot!(settings, @r#"
    {
      "enable_customer_service": true,
      "name": "Dana's Salon",
      "instructions": "Be kind.\nBe brief.",
      "language": "en",
      "country": "IL",
      "time_zone": "America/New_York",
      "fields": [
        {
          "name": "pet",
          "label": "Pet",
          "description": "d",
          "max_chars": 40,
          "list": true
        }
      ],
      "resume_max_gap_days": 7,
      "resume_prompt": "text",
      "quiet_ms": 0,
      "max_wait_ms": 8000,
      "ask_early": false,
      "step_back_minutes": 90,
      "disclose_ai": false,
      "disclosure": "An AI answers here.",
      "ask_number": "handover",
      "quote_answered": true,
      "transcription_model": "whisper-1",
      "voice_minutes_per_day": 3,
      "key_words": [
        "Dana",
        "balayage"
      ],
      "sees_images": true,
      "daily_messages_budget": 500,
      "daily_tokens_budget": 2000000,
      "publish_reply_sent": true
    }
    "#);
    assert_eq!(settings.fields().iter().count(), 1);
    settings.set("fields", "null").unwrap();
    assert_eq!(settings.fields(), FieldList::standard(Language::English));
}

#[test]
fn the_time_zone_is_the_one_that_was_set_else_the_country_s_else_the_language_s() {
    let mut settings = Settings::default();
    let mut after = |key: &str, value: &str| {
        settings.set(key, value).unwrap();
        settings.zone().name().to_owned()
    };
    assert_eq!(after("language", "he"), "Asia/Jerusalem");
    assert_eq!(after("language", "en"), "UTC");
    assert_eq!(after("country", "DE"), "Europe/Berlin");
    assert_eq!(after("time_zone", "America/Los_Angeles"), "America/Los_Angeles");
    assert_eq!(after("time_zone", "null"), "Europe/Berlin");
}

#[test]
fn a_text_that_looks_like_json_is_still_a_text() {
    let mut settings = Settings::default();
    for name in ["2024", "true", "[1]"] {
        settings.set("name", name).unwrap();
        assert_eq!(settings.name, name);
    }
}

#[test]
fn a_refused_setting_changes_nothing_and_says_rule_and_way_out() {
    let mut settings = Settings::default();
    let long_word = format!("[{:?}]", "x".repeat(61));
    let told: Vec<String> = [
        ("colour", "red"),
        ("language", "fr"),
        ("enable_customer_service", "maybe"),
        ("quiet_ms", "-1"),
        ("quiet_ms", "12000"),
        ("max_wait_ms", "60000"),
        ("resume_max_gap_days", "99999"),
        ("resume_prompt", "voice"),
        ("time_zone", "Asia/Haifa"),
        ("voice_minutes_per_day", "1441"),
        ("key_words", "balayage"),
        ("key_words", &long_word),
        ("fields", r#"[{"name":"Pet","label":"","description":"","max_chars":5}]"#),
    ]
    .into_iter()
    .map(|(key, value)| settings.set(key, value).unwrap_err().to_string())
    .collect();
    assert_eq!(settings, Settings::default());
    insta::assert_snapshot!(told.join("\n"), @r#"
    there is no setting "colour": choose one of ask_early, ask_number, country, daily_messages_budget, daily_tokens_budget, disclose_ai, disclosure, enable_customer_service, fields, instructions, key_words, language, max_wait_ms, name, publish_reply_sent, quiet_ms, quote_answered, resume_max_gap_days, resume_prompt, sees_images, step_back_minutes, time_zone, transcription_model, voice_minutes_per_day
    language: unknown variant `fr`, expected `he` or `en`; write he or en
    enable_customer_service: invalid type: string "maybe", expected a boolean; write true or false
    quiet_ms: invalid value: integer `-1`, expected u32; write a whole number, not negative
    quiet_ms: is 12000 and must not exceed max_wait_ms, which is 10000: lower it or raise max_wait_ms first
    max_wait_ms: is 60000, allowed are at most 15000 milliseconds, else the customer waits in vain
    resume_max_gap_days: is 99999, allowed are at most 3650 days; 0 never asks
    resume_prompt: unknown variant `voice`, expected `buttons` or `text`; write buttons or text
    time_zone: there is no time zone "Asia/Haifa"; write a name such as Asia/Jerusalem, or null for that of the country
    voice_minutes_per_day: is 1441, allowed are at most 1440 minutes; 0 hears nothing
    key_words: invalid type: string "balayage", expected a sequence; write a JSON list of texts
    key_words: is 61, allowed are at most 60 characters a word: shorten it
    fields: the field name "Pet" is not allowed: use 1 to 40 lower-case letters a-z, digits and _; write null for the standard fields, or a JSON list of fields, each with name, label, description, max_chars
    "#);
    let long = settings.set("instructions", &"x".repeat(20_001)).unwrap_err();
    assert!(matches!(long, SettingsError::Invalid { key, .. } if key == "instructions"));
}
