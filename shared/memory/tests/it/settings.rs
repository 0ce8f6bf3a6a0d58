use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::settings::{AskNumber, ResumePrompt, Settings, SettingsError};

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
    let templates = r#"[{"name":"visit_reminder","language":"he","text":"היי {{1}}","parameters":["name"]}]"#;
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
        ("enable_actions", "true"),
        ("quiet_hours", r#"{"from": "21:00", "until": "09:30"}"#),
        ("quiet_days", r#"["shabbat", "jewish_feasts", "friday", "12-25", "2027-05-12"]"#),
        ("templates", templates),
        ("caller", r#"{"connection": "calls-main", "agent": "agent_1", "number": "+12025550100"}"#),
        ("prices", r#"{"tokens_in": 0.15, "whatsapp.service.regular": 0.0034}"#),
        ("currency", "EUR"),
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
      "enable_actions": true,
      "quiet_hours": {
        "from": "21:00",
        "until": "09:30"
      },
      "quiet_days": [
        "shabbat",
        "jewish_feasts",
        "friday",
        "12-25",
        "2027-05-12"
      ],
      "templates": [
        {
          "name": "visit_reminder",
          "language": "he",
          "text": "היי {{1}}",
          "parameters": [
            "name"
          ]
        }
      ],
      "caller": {
        "connection": "calls-main",
        "agent": "agent_1",
        "number": "+12025550100"
      },
      "prices": {
        "tokens_in": 0.15,
        "whatsapp.service.regular": 0.0034
      },
      "currency": "EUR",
      "publish_reply_sent": true
    }
    "#);
    assert_eq!(settings.fields().iter().count(), 1);
    settings.set("fields", "null").unwrap();
    assert_eq!(settings.fields(), FieldList::standard(Language::English));
}

#[test]
fn a_number_is_asked_for_never_on_handover_or_on_booking() {
    let mut settings = Settings::default();
    assert_eq!(settings.ask_number, AskNumber::Never);
    for (word, chosen) in
        [("handover", AskNumber::Handover), ("booking", AskNumber::Booking), ("never", AskNumber::Never)]
    {
        assert_eq!(settings.set("ask_number", word), Ok(()), "{word}");
        assert_eq!(settings.ask_number, chosen);
    }
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
        ("ask_number", "always"),
        ("time_zone", "Asia/Haifa"),
        ("voice_minutes_per_day", "1441"),
        ("key_words", "balayage"),
        ("key_words", &long_word),
        ("templates", r#"[{"name":"visit","language":"he","text":"היי {{1}}"}]"#),
        ("templates", "visit"),
        ("caller", r#"{"connection":"a b","agent":"1","number":"2"}"#),
        ("caller", r#"{"connection":"a"}"#),
        ("prices", "0.15"),
        ("prices", r#"{"tokens": 1}"#),
        ("currency", "€"),
        ("fields", r#"[{"name":"Pet","label":"","description":"","max_chars":5}]"#),
    ]
    .into_iter()
    .map(|(key, value)| settings.set(key, value).unwrap_err().to_string())
    .collect();
    assert_eq!(settings, Settings::default());
    insta::assert_snapshot!(told.join("\n"), @r#"
    there is no setting "colour": choose one of ask_early, ask_number, caller, country, currency, daily_messages_budget, daily_tokens_budget, disclose_ai, disclosure, enable_actions, enable_customer_service, fields, instructions, key_words, language, max_wait_ms, name, prices, publish_reply_sent, quiet_days, quiet_hours, quiet_ms, quote_answered, resume_max_gap_days, resume_prompt, sees_images, step_back_minutes, templates, time_zone, transcription_model, voice_minutes_per_day
    language: unknown variant `fr`, expected `he` or `en`; write he or en
    enable_customer_service: invalid type: string "maybe", expected a boolean; write true or false
    quiet_ms: invalid value: integer `-1`, expected u32; write a whole number, not negative
    quiet_ms: is 12000 and must not exceed max_wait_ms, which is 10000: lower it or raise max_wait_ms first
    max_wait_ms: is 60000, allowed are at most 15000 milliseconds, else the customer waits in vain
    resume_max_gap_days: is 99999, allowed are at most 3650 days; 0 never asks
    resume_prompt: unknown variant `voice`, expected `buttons` or `text`; write buttons or text
    ask_number: unknown variant `always`, expected one of `never`, `handover`, `booking`; write never, handover or booking
    time_zone: there is no time zone "Asia/Haifa"; write a name such as Asia/Jerusalem, or null for that of the country
    voice_minutes_per_day: is 1441, allowed are at most 1440 minutes; 0 hears nothing
    key_words: invalid type: string "balayage", expected a sequence; write a JSON list of texts
    key_words: is 61, allowed are at most 60 characters a word: shorten it
    templates: there are as many parameters as placeholders in the text
    templates: invalid type: string "visit", expected a sequence; write a JSON list of templates, each with name, language, text, parameters
    caller: a connection has 1 to 64 letters, digits, - or _
    caller: missing field `agent`; write null for none, or a JSON object with connection, agent, number
    prices: invalid type: floating point `0.15`, expected a map; write a JSON object of numbers, such as {"tokens_in": 0.15}
    prices: there is none of "tokens": name tokens_in, tokens_cached, tokens_out (of a million) or whatsapp.<category>.<type> (of a message)
    currency: is "€"; write three capital letters, such as USD
    fields: the field name "Pet" is not allowed: use 1 to 40 lower-case letters a-z, digits and _; write null for the standard fields, or a JSON list of fields, each with name, label, description, max_chars
    "#);
    let long = settings.set("instructions", &"x".repeat(20_001)).unwrap_err();
    assert!(matches!(long, SettingsError::Invalid { key, .. } if key == "instructions"));
}

#[test]
fn quiet_times_that_cannot_be_kept_are_refused_and_the_way_out_is_said() {
    let refused = |key: &str, value: &str| Settings::default().set(key, value).unwrap_err().to_string();
    for (key, value, said) in [
        ("quiet_days", r#"["someday"]"#, "\"someday\" is no quiet day"),
        ("quiet_days", r#"["02-30"]"#, "is no quiet day"),
        ("quiet_days", r#"["2026-13-01"]"#, "is no quiet day"),
        ("quiet_days", "\"shabbat\"", "write null for those of the language, or a JSON list"),
        (
            "quiet_days",
            r#"["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "shabbat"]"#,
            "no day of the week is left",
        ),
        ("quiet_hours", r#"{"from": "8pm", "until": "08:00"}"#, "a time of the day is written as HH:MM"),
        ("quiet_hours", "\"20:00\"", "write {\"from\": \"20:00\", \"until\": \"08:00\"}"),
    ] {
        let told = refused(key, value);
        assert!(told.starts_with(key) && told.contains(said), "{told}");
    }
    let many = serde_json::to_string(&vec!["12-25"; 101]).unwrap();
    assert_eq!(refused("quiet_days", &many), "quiet_days: allowed are at most 100");
    let mut settings = Settings::default();
    settings.set("quiet_days", r#"["02-29"]"#).unwrap();
    assert_eq!(settings.quiet_days().len(), 1);
    settings.set("quiet_days", "null").unwrap();
    assert_eq!(settings.quiet_days().len(), 2, "Shabbat and the feasts in Hebrew");
    settings.set("language", "en").unwrap();
    assert!(settings.quiet_days().is_empty());
}
