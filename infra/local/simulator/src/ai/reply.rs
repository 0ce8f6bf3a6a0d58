//! The offline answer to a customer: a few sentences put together from what the model was writer.

use super::language::Language;
use super::prompt::Prompt;
use super::topics::{Topic, topics};
use super::{days, facts};

/// Fields it can speak about, with their Hebrew and English labels.
const FIELDS: [(&str, &str, &str); 4] = [
    ("name", "שם", "name"),
    ("city", "עיר", "city"),
    ("service_interest", "שירות", "service"),
    ("preferences", "העדפה", "preference"),
];

/// The answer in the form the prompt asks for: with the verdicts whether a person is needed, whether the customer books
/// and whether it asks if something old is still so, or plain.
pub(crate) fn content(prompt: &Prompt) -> String {
    let text = reply(prompt);
    if !prompt.wants_verdict {
        return text;
    }
    let latest = prompt.latest();
    let writer = Writer::new(prompt, &latest);
    let handover = writer.topics.contains(&Topic::Person);
    let mut content = serde_json::json!({"answer": text, "handover": handover});
    if let Some(question) = writer.confirmation().filter(|_| !handover) {
        content["answer"] = format!("{text} {question}").into();
        content["confirms"] = true.into();
    }
    if prompt.asks_whether_books() {
        content["books"] = writer.topics.contains(&Topic::Booking).into();
    }
    content.to_string()
}

/// Plain text in the customer's language; never empty.
pub(crate) fn reply(prompt: &Prompt) -> String {
    let latest = prompt.latest();
    let writer = Writer::new(prompt, &latest);
    let opening = writer.opening();
    let mut content: Vec<String> = writer.topics.iter().filter_map(|topic| writer.about(*topic)).collect();
    if content.is_empty() {
        content.push(match opening {
            Some(_) => writer.text("איך אפשר לעזור?", "How can I help?"),
            None => writer.text("קיבלתי. איך עוד אפשר לעזור?", "Got it. How else can I help?"),
        });
    }
    opening.into_iter().chain(content).collect::<Vec<_>>().join(" ")
}

/// Writes sentences about what the model was shown, in the customer's language.
struct Writer<'a> {
    prompt: &'a Prompt,
    language: Language,
    topics: Vec<Topic>,
    latest: &'a str,
}

impl<'a> Writer<'a> {
    fn new(prompt: &'a Prompt, latest: &'a str) -> Self {
        Self { prompt, language: prompt.language(), topics: topics(latest), latest }
    }

    fn text(&self, hebrew: &str, english: &str) -> String {
        match self.language {
            Language::Hebrew => hebrew.to_owned(),
            Language::English => english.to_owned(),
        }
    }

    /// What the customer said last about a field, or what is remembered of it.
    fn known(&self, field: &str) -> Option<String> {
        let stated = self.prompt.customer().rev().flat_map(|text| facts::stated(text).into_iter().rev());
        stated
            .into_iter()
            .find(|fact| fact.field == field)
            .map(|fact| fact.value)
            .or_else(|| self.prompt.remembered(field))
    }

    fn opening(&self) -> Option<String> {
        if self.prompt.is_return() {
            return None;
        }
        let introduced = facts::stated(self.latest).into_iter().find(|fact| fact.field == "name");
        if let Some(fact) = introduced {
            return Some(
                self.text(&format!("נעים מאוד, {}!", fact.value), &format!("Nice to meet you, {}!", fact.value)),
            );
        }
        let first = self.prompt.said.len() == 1 || self.topics.contains(&Topic::Greeting);
        match self.known("name") {
            Some(name) if first => Some(self.text(&format!("היי {name}!"), &format!("Hi {name}!"))),
            None if first => Some(self.text("היי!", "Hi!")),
            _ => None,
        }
    }

    fn about(&self, topic: Topic) -> Option<String> {
        match topic {
            Topic::Prices => Some(self.prices()),
            Topic::Hours => Some(self.hours()),
            Topic::Booking => Some(self.booking()),
            Topic::Memory => Some(self.memory()),
            Topic::ChangeOfMind => self.change(),
            Topic::StartOver => {
                Some(self.text("בשמחה, מתחילים מחדש. במה אפשר לעזור?", "Sure, a fresh start. How can I help?"))
            }
            Topic::Continue => Some(self.resume()),
            Topic::Person => Some(self.text("אעביר את הבקשה לצוות.", "I will pass that on to the team.")),
            Topic::Thanks => Some(self.text("בשמחה!", "You are welcome!")),
            Topic::Greeting => None,
        }
    }

    /// The business's own sentence that holds one of the words and a figure.
    fn fact(&self, words: &[&str]) -> Option<&str> {
        let sentences = self.prompt.about_business().split(['\n']).flat_map(|line| line.split(". "));
        let mut sentences = sentences.map(|text| text.trim().trim_end_matches('.'));
        sentences.find(|text| {
            let lower = text.to_ascii_lowercase();
            words.iter().any(|word| lower.contains(word)) && text.contains(|c: char| c.is_ascii_digit())
        })
    }

    fn prices(&self) -> String {
        let Some(list) = self.fact(&["מחיר", "price", "₪", "ש\"ח"]) else {
            return self.text("המחיר לא רשום אצלי, אשאל את הצוות.", "I have no price at hand, I will ask the team.");
        };
        let wanted = self.known("service_interest").unwrap_or_default();
        let items = list.split_once(':').map_or(list, |(_, items)| items).split(',').map(str::trim);
        let fits = |item: &&str| facts::services(&wanted).iter().any(|service| item.contains(service));
        let named: Vec<&str> = items.filter(fits).collect();
        if named.is_empty() || wanted.is_empty() { format!("{list}.") } else { format!("{}.", named.join(", ")) }
    }

    fn hours(&self) -> String {
        let of_day = || {
            let day = days::meant(self.latest, self.prompt.today?).into_iter().next()?;
            let (named, hours) = (days::named(day, self.language), days::hours(self.fact(&["שעות"])?, day)?);
            let open = hours.contains(|c: char| c.is_ascii_digit());
            Some(match (self.language, open) {
                (Language::Hebrew, true) => format!("ב{named} אנחנו פתוחים {hours}."),
                (Language::Hebrew, false) => format!("ב{named} אנחנו סגורים."),
                (Language::English, true) => format!("On {named} we are open {hours}."),
                (Language::English, false) => format!("On {named} we are closed."),
            })
        };
        if let Some(told) = of_day() {
            return told;
        }
        match self.fact(&["שעות", "hours", "open"]) {
            Some(hours) => format!("{hours}."),
            None => self.text("השעות לא רשומות אצלי, אשאל את הצוות.", "I have no hours at hand, I will ask the team."),
        }
    }

    fn booking(&self) -> String {
        let fields = ["service_interest", "preferences"];
        let day = self.prompt.today.and_then(|today| days::meant(self.latest, today).pop());
        let day = day.map(|day| days::named(day, self.language));
        let wishes: Vec<_> = fields.iter().filter_map(|field| self.known(field)).chain(day).collect();
        if wishes.is_empty() {
            return self.text("אשמח לעזור עם תור. לאיזה שירות ומתי נוח?", "Happy to help. Which service, and when?");
        }
        let wishes = wishes.join(", ");
        self.text(
            &format!("הבקשה לתור נרשמה ({wishes}), והצוות יחזור עם שעה."),
            &format!("Your request is noted ({wishes}); the team will come back with a time."),
        )
    }

    /// Whether an old preference is still so: it matters where an appointment is asked for, unless a newer one is said.
    fn confirmation(&self) -> Option<String> {
        let matters = self.topics.contains(&Topic::Booking) && self.prompt.may_confirm("preferences");
        if !matters || facts::stated(self.latest).iter().any(|fact| fact.field == "preferences") {
            return None;
        }
        let value = self.prompt.remembered("preferences")?;
        Some(self.text(&format!("עדיין נוח לך {value}?"), &format!("Do you still prefer {value}?")))
    }

    fn memory(&self) -> String {
        let labelled = FIELDS.iter().filter_map(|(field, hebrew, english)| {
            Some(format!("{}: {}", self.text(hebrew, english), self.known(field)?))
        });
        let facts = labelled.collect::<Vec<_>>().join("; ");
        if facts.is_empty() {
            return self.text("עדיין לא רשום אצלי דבר.", "I have nothing on record yet.");
        }
        self.text(&format!("רשום אצלי: {facts}."), &format!("On record: {facts}."))
    }

    fn change(&self) -> Option<String> {
        let changed = facts::stated(self.latest).pop()?.value;
        Some(self.text(&format!("אין בעיה, עדכנתי: {changed}."), &format!("No problem, updated: {changed}.")))
    }

    fn resume(&self) -> String {
        match self.prompt.last_summary() {
            Some(summary) => self.text(&format!("ממשיכים. {summary}."), &format!("Let us go on. {summary}.")),
            None => self.text("ממשיכים. במה אפשר לעזור?", "Let us go on. How can I help?"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SALON: &str = "אתה נציג של מספרת הדמו. שעות הפתיחה: ראשון עד חמישי 9:00-20:00, שבת סגור. \
                         מחירים: תספורת גברים 80 ש\"ח, עיצוב זקן 40 ש\"ח. ענה בקצרה.";
    const MEMORY: &str = "\n\n🧠 זיכרון לקוח (מכל הערוצים):\n\n📋 פרופיל לקוח:\n  • name: יוסי כהן\n  \
                          • service_interest: תספורת גברים\n\n📝 סיכום שיחה אחרונה:\n  הלקוח רוצה תור\n  (ערוץ: whatsapp)";

    fn answer(system: &str, said: &[&str]) -> String {
        let mut messages = vec![json!({"role": "system", "content": system})];
        for (text, role) in said.iter().zip(["user", "assistant"].iter().cycle()) {
            messages.push(json!({"role": role, "content": text}));
        }
        reply(&Prompt::read(&json!({"messages": messages})).unwrap())
    }

    #[test]
    fn it_answers_from_what_it_was_shown() {
        let memory = format!("{SALON}{MEMORY}");
        let returned = format!("{memory}\n\nהלקוח חזר. אל תפתח בברכה.");
        let table: [(&str, &[&str], &str); 10] = [
            (SALON, &["היי, קוראים לי דנה. כמה עולה תספורת גברים?"], "נעים מאוד, דנה! תספורת גברים 80 ש\"ח."),
            (SALON, &["עד מתי אתם פתוחים?"], "היי! שעות הפתיחה: ראשון עד חמישי 9:00-20:00, שבת סגור."),
            (
                SALON,
                &["קוראים לי דנה", "נעים מאוד", "אפשר לקבוע תור? עדיף לי בבוקר"],
                "הבקשה לתור נרשמה (בבוקר), והצוות יחזור עם שעה.",
            ),
            (&memory, &["היי, כמה עולה?"], "היי יוסי כהן! תספורת גברים 80 ש\"ח."),
            (&returned, &["היי, כמה עולה?"], "תספורת גברים 80 ש\"ח."),
            (&memory, &["מה אתם יודעים עליי?"], "היי יוסי כהן! רשום אצלי: שם: יוסי כהן; שירות: תספורת גברים."),
            (&memory, &["נמשיך מאיפה שעצרנו"], "היי יוסי כהן! ממשיכים. הלקוח רוצה תור."),
            (&memory, &["🙂"], "היי יוסי כהן! איך אפשר לעזור?"),
            ("", &["Hi, how much is a haircut?"], "Hi! I have no price at hand, I will ask the team."),
            ("", &["x", "y", "Actually I prefer mornings"], "No problem, updated: mornings."),
        ];
        for (system, said, expected) in table {
            assert_eq!(answer(system, said), expected, "{said:?}");
        }
    }

    #[test]
    fn it_asks_whether_an_old_preference_is_still_so_where_it_may_and_where_that_matters() {
        let old = MEMORY.replace("\n\n📝", "\n  • preferences: בבוקר (נכון ל-15.1.2027, ייתכן שהשתנה)\n\n📝");
        let may = "\n\nReturn also \"confirms\": true only if your answer asks that. JSON \"handover\"";
        let asked = |memory: &str, text: &str| {
            let messages = [("system", format!("{SALON}{memory}")), ("user", text.to_owned())];
            let messages = messages.map(|(role, content)| json!({"role": role, "content": content}));
            let content = content(&Prompt::read(&json!({"messages": messages})).unwrap());
            serde_json::from_str::<serde_json::Value>(&content).unwrap()
        };
        let told = "הבקשה לתור נרשמה (תספורת גברים, בבוקר), והצוות יחזור עם שעה.";
        let answer = asked(&format!("{old}{may}"), "אפשר תור?");
        assert_eq!(answer["answer"], format!("היי יוסי כהן! {told} עדיין נוח לך בבוקר?"));
        assert_eq!(answer["confirms"], true);
        let once = may.replace("\"confirms\"", "");
        for (memory, text) in [
            (format!("{old}{once}"), "אפשר תור?"),
            (format!("{MEMORY}{may}"), "אפשר תור?"),
            (format!("{old}{may}"), "כמה עולה?"),
            (format!("{old}{may}"), "אפשר תור? עדיף לי בערב"),
        ] {
            let answer = asked(&memory, text);
            assert!(answer["confirms"].is_null(), "{text}: {answer}");
        }
    }

    #[test]
    fn it_says_whether_the_customer_books_where_that_is_asked() {
        let books = |rules: &str, text: &str| {
            let messages = json!([{"role": "system", "content": rules}, {"role": "user", "content": text}]);
            let content = content(&Prompt::read(&json!({"messages": messages})).unwrap());
            serde_json::from_str::<serde_json::Value>(&content).unwrap()["books"].clone()
        };
        let asked = "Return JSON \"handover\", \"books\"";
        assert_eq!(books(asked, "אפשר לקבוע תור?"), true);
        assert_eq!(books(asked, "כמה עולה תספורת?"), false);
        assert!(books("Return JSON \"handover\"", "אפשר לקבוע תור?").is_null());
    }
}
