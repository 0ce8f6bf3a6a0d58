//! The offline digest: a short summary, and what the customer said about themselves.

use super::commitments;
use super::days;
use super::facts::{self, Fact};
use super::language::Language;
use super::prompt::{Prompt, Speaker};
use super::topics::{Topic, topics};
use jiff::civil::Date;
use serde_json::{Value, json};

/// The fields it reads whose values grow old.
const AGEING: [&str; 3] = ["city", "service_interest", "preferences"];
/// Longer quotations in a summary are cut.
const MAX_QUOTE_CHARS: usize = 60;

/// The JSON the prompt asks for: `summary` and `changes`, and `commitments` where they are looked for.
pub(crate) fn content(prompt: &Prompt) -> String {
    let transcript = prompt.transcript();
    let customer: Vec<&str> =
        transcript.iter().filter(|(speaker, ..)| *speaker == Speaker::Customer).map(|(.., text)| *text).collect();
    let mut wanted =
        transcript.iter().filter(|(speaker, ..)| *speaker == Speaker::Customer).filter_map(|(_, day, text)| {
            topics(text).contains(&Topic::Booking).then(|| days::meant(text, (*day)?).pop()).flatten()
        });
    let profile = prompt.profile();
    let held = |field: &'static str| Some((field, profile.get(field)?.as_str()?));
    let old: Vec<(&str, &str)> = AGEING.into_iter().filter(|field| prompt.is_old(field)).filter_map(held).collect();
    let mut facts = said(&transcript, &old);
    // What the profile says already is no change, unless it is old or the customer changed their mind in between.
    let is_old = |fact: &Fact| old.iter().any(|(field, _)| *field == fact.field);
    let known =
        |fact: &Fact| profile.get(fact.field).and_then(Value::as_str) == Some(fact.value.as_str()) && !is_old(fact);
    while let Some(place) = facts.iter().position(|fact| known(fact) && said_once(&facts, fact)) {
        facts.remove(place);
    }
    facts.retain(|fact| prompt.offers(fact.field));
    let mut digest = json!({
        "summary": summary(&customer, &facts, wanted.next_back(), prompt.summary_language()),
        "changes": facts.iter().map(change).collect::<Vec<_>>(),
    });
    if prompt.wants_commitments() {
        digest["commitments"] = customer.iter().flat_map(|text| commitments::asked(text)).collect();
    }
    digest.to_string()
}

/// What the customer said about themselves, and what of the old values they said yes to when they were asked for it.
fn said(transcript: &[(Speaker, Option<Date>, &str)], old: &[(&'static str, &str)]) -> Vec<Fact> {
    let (mut found, mut asked) = (Vec::new(), "");
    for (speaker, _, text) in transcript {
        if *speaker == Speaker::Business {
            asked = text;
            continue;
        }
        found.extend(facts::stated(text));
        let is_asked = |value: &str| asked.contains('?') && asked.contains(value) && facts::is_yes(text);
        let confirmed = old.iter().filter(|(_, value)| is_asked(value));
        found.extend(confirmed.map(|&(field, value)| Fact {
            field,
            value: value.to_owned(),
            quote: (*text).to_owned(),
        }));
        asked = "";
    }
    found
}

fn said_once(facts: &[Fact], fact: &Fact) -> bool {
    facts.iter().filter(|other| other.field == fact.field).all(|other| other.value == fact.value)
}

fn change(fact: &Fact) -> Value {
    // A yes holds nothing of the value.
    let span = if fact.quote.contains(&fact.value) { &fact.value } else { &fact.quote };
    json!({"field": fact.field, "quote": fact.quote, "span": span, "value": fact.value,
           "about": "customer", "meant": "states", "confidence": "high"})
}

/// Topic, what was discussed, what the customer said, outcome, next step; `wanted`: the day of an appointment.
fn summary(customer: &[&str], facts: &[Fact], wanted: Option<Date>, language: Language) -> String {
    let mut topics = topics(&customer.join("\n"));
    topics.retain(|topic| !matches!(topic, Topic::Greeting | Topic::Thanks));
    let discussed = topics.iter().map(|topic| topic.noun(language)).collect::<Vec<_>>().join(", ");
    let last = |field: &str| facts.iter().rev().find(|fact| fact.field == field).map(|fact| fact.value.as_str());
    let services = customer.iter().flat_map(|text| facts::services(text)).next_back();
    let subject = services.or(topics.first().map(|topic| topic.noun(language)));
    let wish = last("preferences").unwrap_or_else(|| customer.last().copied().unwrap_or_default());
    let books = topics.contains(&Topic::Booking);
    let (subject, wish) = (subject.map(short), short(wish));
    let wanted = wanted.map(|day| days::named(day, language)).unwrap_or_default();
    let wanted = |before: &str| if wanted.is_empty() { String::new() } else { format!(" {before}{wanted}") };
    match language {
        Language::Hebrew => [
            format!("נושא: {}", subject.as_deref().unwrap_or("פנייה כללית")),
            format!("מה נדון: {}", if discussed.is_empty() { "שיחה כללית" } else { &discussed }),
            format!("הלקוח ביקש: {wish}"),
            format!("תוצאה: {}", if books { "הבקשה לתור נרשמה" } else { "הלקוח קיבל תשובה" }),
            format!(
                "הצעד הבא: {}",
                if books {
                    format!("הצוות חוזר ללקוח עם שעה{}", wanted("ל"))
                } else {
                    "אין".to_owned()
                }
            ),
        ],
        Language::English => [
            format!("Topic: {}", subject.as_deref().unwrap_or("general enquiry")),
            format!("Discussed: {}", if discussed.is_empty() { "general conversation" } else { &discussed }),
            format!("The customer asked for: {wish}"),
            format!("Outcome: {}", if books { "the request for an appointment was noted" } else { "answered" }),
            format!(
                "Next step: {}",
                if books { format!("the team comes back with a time{}", wanted("for ")) } else { "none".to_owned() }
            ),
        ],
    }
    .join("\n")
}

fn short(text: &str) -> String {
    let cut: String = text.chars().take(MAX_QUOTE_CHARS).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(language: &str, profile: &Value, lines: &str) -> Value {
        let system = format!(
            "Return one JSON object\nsummary: in {language}, 5 lines\nFields:\n- name (שם): …\n- city (עיר): …\n\
             - service_interest (שירות): …\n- preferences (העדפות): …"
        );
        let user = format!("Current profile:\n{profile}\n\nConversation:\n{lines}");
        let request = json!({"messages": [{"role": "system", "content": system}, {"role": "user", "content": user}]});
        serde_json::from_str(&content(&Prompt::read(&request).unwrap())).unwrap()
    }

    #[test]
    fn a_digest_holds_five_lines_and_the_customer_s_own_words_only() {
        let lines = "[1] 10:05 customer: שמי דנה לוי / אפשר תור לתספורת?\n[2] 10:05 assistant: שמי בוטי\n[3] 29.11 00:01 customer: עדיף לי בבוקר\n\
                     [4] customer: בעצם עדיף לי בערב. אני אלרגית לאמוניה";
        let digest = asked("Hebrew", &json!({}), lines);
        assert_eq!(
            digest["summary"],
            "נושא: תספורת\nמה נדון: קביעת תור, שינוי בבקשה\nהלקוח ביקש: בערב\nתוצאה: הבקשה לתור נרשמה\nהצעד הבא: הצוות חוזר ללקוח עם שעה"
        );
        let change = |field: &str, value: &str, quote: &str| {
            json!({
                "field": field, "quote": quote, "span": value, "value": value,
                "about": "customer", "meant": "states", "confidence": "high",
            })
        };
        let expected = json!([
            change("name", "דנה לוי", "שמי דנה לוי"),
            change("service_interest", "תספורת", "אפשר תור לתספורת"),
            change("preferences", "בבוקר", "עדיף לי בבוקר"),
            change("preferences", "בערב", "בעצם עדיף לי בערב"),
        ]);
        assert_eq!(digest["changes"], expected);
    }

    #[test]
    fn what_is_known_is_no_change() {
        let digest =
            asked("English", &json!({"city": "Haifa"}), "[1] customer: I live in Haifa, how much is a haircut?");
        let fields: Vec<_> = digest["changes"].as_array().unwrap().iter().map(|change| &change["field"]).collect();
        assert_eq!(fields, ["service_interest"]);
        assert!(digest["summary"].as_str().unwrap().starts_with("Topic: haircut\nDiscussed: prices\n"), "{digest}");
    }

    #[test]
    fn what_is_old_and_said_again_or_said_yes_to_is_reported() {
        let profile = json!({"city": "חיפה", "preferences": "בבוקר"});
        let reported = |question: &str, answer: &str| {
            let old =
                "Old by now: city, preferences. If the customer says or confirms the value of one of these again, …";
            let said = format!("[1] customer: אפשר תור?\n[2] assistant: {question}\n[3] customer: {answer}");
            asked("Hebrew", &profile, &format!("{old}\n\n{said}"))["changes"].clone()
        };
        let yes = reported("נרשם. עדיין נוח לך בבוקר?", "כן, תודה");
        let expected = json!([{
            "field": "preferences", "quote": "כן, תודה", "span": "כן, תודה", "value": "בבוקר",
            "about": "customer", "meant": "states", "confidence": "high",
        }]);
        assert_eq!(yes, expected);
        for (question, answer) in [
            ("עדיין נוח לך בבוקר?", "לא"),
            ("עדיין נוח לך בבוקר?", "כן?"),
            ("עדיין נוח לך בבוקר?", "תודה"),
            ("נרשם: בבוקר.", "כן"),
            ("עוד משהו?", "כן"),
        ] {
            assert_eq!(reported(question, answer), json!([]), "{question} {answer}");
        }
        let again = reported("מתי נוח לך?", "עדיף לי בבוקר. אני גר בחיפה");
        let fields: Vec<_> = again.as_array().unwrap().iter().map(|change| &change["field"]).collect();
        assert_eq!(fields, ["preferences", "city"]);
    }

    #[test]
    fn a_day_is_named_by_its_date_counted_from_when_it_was_said() {
        let asked = |lines: &str| {
            let lines = format!("x\n\nConversation of יום שבת 28.11.2026, one message per line:\n{lines}");
            let summary = asked("Hebrew", &json!({}), &lines)["summary"].as_str().unwrap().to_owned();
            summary.lines().last().unwrap().to_owned()
        };
        assert_eq!(
            asked("[1] 13:00 customer: אפשר תור מחר ב-10?"),
            "הצעד הבא: הצוות חוזר ללקוח עם שעה ליום ראשון 29.11"
        );
        let night = "[1] 23:59 customer: היי\n[2] 29.11 00:01 customer: אפשר תור מחר?\n[3] 00:02 customer: מחר יגשם";
        assert_eq!(asked(night), "הצעד הבא: הצוות חוזר ללקוח עם שעה ליום שני 30.11");
    }

    #[test]
    fn a_conversation_about_nothing_still_has_a_summary() {
        let digest = asked("Hebrew", &json!({}), "[1] customer: 🙂");
        assert_eq!(digest["changes"], json!([]));
        assert!(digest["summary"].as_str().unwrap().lines().count() >= 5);
    }
}
