//! What an answer costs in tokens, and how much of it an endpoint that [keeps prefixes](https://platform.openai.com/docs/guides/prompt-caching)
//! has read before. Counted with the vocabulary `o200k_base` of GPT-4o and its successors; the marks between messages,
//! which differ by endpoint, are not counted.

use crate::{completion, endpoint, model_at, question};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer};
use zikaron_memory::document::LeadMemory;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language::Hebrew;
use zikaron_memory::merge::merge;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::{Candidate, Confidence, Profile, Source};
use zikaron_memory::session::{Channel, SessionId};
use zikaron_memory::spoken::Spoken;
use zikaron_memory::zone::Zone;
use zikaron_memory::{render, resume};
use zikaron_protocol::model::conversation::{Speaker, Utterance};
use zikaron_protocol::ports::{Model, ReplyRequest};

/// A hairdresser's, as long as a small business writes them.
const INSTRUCTIONS: &str = "אתה נציג השירות של מספרת הדמו ברחוב דיזנגוף בתל אביב. שעות הפתיחה: ראשון עד חמישי 9:00-20:00, \
    שישי 8:00-14:00, שבת סגור. מחירים: תספורת גברים 80 ש\"ח, תספורת נשים 150 ש\"ח, עיצוב זקן 40 ש\"ח, צבע החל מ-220 ש\"ח. \
    ענה בקצרה, בחום ולעניין. אל תמציא תורים או מחירים שאינם כתובים כאן; בקשה לתור מועברת לצוות, שחוזר ללקוח עם שעה.";

/// What the customer writes, and what they are answered.
const TURNS: [(&str, &str); 10] = [
    ("היי, אפשר לשאול משהו?", "בטח יוסי, מה תרצה לדעת?"),
    ("כמה עולה תספורת עם זקן?", "תספורת גברים 80 ש\"ח ועיצוב זקן 40, ביחד 120 ש\"ח."),
    ("מעולה. יש מקום השבוע?", "אעביר לצוות ויחזרו אליך עם שעה. נוח לך בבוקר?"),
    ("עדיף אחרי ארבע", "רשמתי: אחרי 16:00. יש יום שלא מתאים?"),
    ("לא ביום שלישי", "מצוין, לא ביום שלישי."),
    ("ואפשר גם לילד שלי?", "כמובן. בן כמה הוא?"),
    ("בן שבע, הוא קצת חושש ממכונה", "אין בעיה, נגזור לו במספריים."),
    ("כמה זמן זה לוקח?", "כחצי שעה לכל אחד."),
    ("יש חניה קרובה?", "יש חניון ממש ליד המספרה."),
    ("תודה רבה!", "בשמחה, להתראות!"),
];

fn begun() -> Timestamp {
    "2026-11-28T11:20:00Z".parse().unwrap()
}

/// A customer of some months: four fields, a summary, five notes, one of which is that summary.
fn memory() -> LeadMemory {
    let days = |days: i64| begun() - SignedDuration::from_hours(24 * days);
    let value = |field: &str, value: &str| Candidate {
        field: field.to_owned(),
        value: Some(value.to_owned()),
        source: Source::AiExtraction,
        confidence: Confidence::High,
        at: days(3),
        session: SessionId::new("s1"),
        position: 0,
        taken_back: None,
        transcribed: false,
        valid_until: None,
    };
    let told = [
        value("name", "יוסי כהן"),
        value("city", "תל אביב"),
        value("service_interest", "תספורת גברים ועיצוב זקן"),
        value("preferences", "שעות אחר הצהריים, אצל רון"),
    ];
    let profile = merge(&FieldList::standard(Hebrew), &Profile::default(), &told).profile;
    let mut memory = LeadMemory { customer_profile_json: profile, ..Default::default() };
    let summary = "נושא: תור לתספורת\nמה נדון: מחירים ושעות, הלקוח מעדיף אחר הצהריים\nתוצאה: הבקשה הועברה לצוות\n\
                   הצעד הבא: הצוות חוזר עם שעה ליום חמישי 26.11";
    let notes = [
        (3, NoteKind::ConversationSummary, summary),
        (9, NoteKind::Note, "לקוח VIP - תן עדיפות"),
        (30, NoteKind::CallSummary, "התקשר לברר מחירים, מעוניין בתספורת + זקן"),
        (52, NoteKind::ConversationSummary, "שאל על שעות פתיחה בשבת\nנאמר שסגור"),
        (80, NoteKind::ConversationSummary, "ביקש להזיז תור בשבוע\nנקבע ליום ראשון בבוקר"),
    ];
    for (ago, kind, text) in notes {
        memory.add_note(Note { id: format!("n{ago}"), kind, text: text.to_owned(), at: days(ago) });
    }
    memory.take_summary(summary, days(3), days(3), Channel::Whatsapp);
    memory
}

/// What the model is sent at each turn of a returning customer's session, as one text a turn: the first turn carries the
/// instruction for the question how to go on, the second one may start afresh.
async fn prompts(instructions: &str) -> Vec<String> {
    let server = MockServer::start().await;
    let answer = json!(json!({"answer": "בטח", "handover": false}).to_string());
    Mock::given(method("POST")).respond_with(completion(&answer)).mount(&server).await;
    let model = model_at(&format!("{}/v1", server.uri()), None);
    let zone = Zone::parse("Asia/Jerusalem").unwrap();
    let block = render::block(&memory(), &FieldList::standard(Hebrew), Hebrew, &zone, begun(), 6_000).unwrap();
    let question = resume::question(Some("יוסי"), Spoken::Hebrew);
    let mut said: Vec<Utterance> = Vec::new();
    for (turn, (asked, answered)) in TURNS.into_iter().enumerate() {
        let at = begun() + SignedDuration::from_mins(i64::try_from(turn).unwrap());
        said.push(Utterance { speaker: Speaker::Customer, text: asked.to_owned(), at });
        let instruction = (turn == 0).then(|| resume::instruction(&question, Hebrew));
        let parts = [Some(instructions.to_owned()), Some(block.clone()), instruction];
        let request = ReplyRequest {
            system: parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n"),
            now: Hebrew.now(&zone.at(at)),
            conversation: said[said.len().saturating_sub(12)..].to_vec(),
            pictures: Vec::new(),
            may_start_fresh: turn == 1,
            may_confirm: false,
            may_ask_number: false,
        };
        model.reply(&request).await.unwrap();
        said.push(Utterance { speaker: Speaker::Assistant, text: answered.to_owned(), at });
    }
    let requests = server.received_requests().await.unwrap();
    let text = |body: Value| -> String {
        let messages = body["messages"].as_array().unwrap().iter();
        messages.map(|message| message["content"].as_str().unwrap().to_owned() + "\n").collect()
    };
    requests.iter().map(|request| text(request.body_json().unwrap())).collect()
}

fn tokens(text: &str) -> Vec<u32> {
    tiktoken_rs::o200k_base_singleton().encode_ordinary(text)
}

#[tokio::test]
async fn from_the_third_turn_on_most_of_a_prompt_is_the_beginning_of_the_one_before() {
    let mut instructions = INSTRUCTIONS.to_owned();
    for number in 1.. {
        if tokens(&instructions).len() >= 2_000 {
            break;
        }
        instructions.push_str(&format!(
            "\nטיפול מספר {number} נמשך {} דקות ועולה {} ש\"ח.",
            number + 9,
            40 + 7 * number
        ));
    }
    let prompts: Vec<Vec<u32>> = prompts(&instructions).await.iter().map(|prompt| tokens(prompt)).collect();
    for (turn, both) in prompts.windows(2).enumerate().skip(1) {
        let [before, now] = both else { unreachable!() };
        let same = before.iter().zip(now).take_while(|(before, now)| before == now).count();
        let share = same * 100 / now.len();
        println!("turn {}: {} tokens, {same} of them as before ({share} %)", turn + 2, now.len());
        assert!(share >= 85, "turn {}: {share} %", turn + 2);
    }
}

#[tokio::test]
async fn a_turn_with_a_full_memory_keeps_within_its_tokens_and_says_nothing_twice() {
    for (turn, prompt) in prompts(INSTRUCTIONS).await.iter().enumerate() {
        let count = tokens(prompt).len();
        println!("turn {}: {count} tokens", turn + 1);
        assert!(count <= 735, "turn {}: {count} tokens", turn + 1);
        let mut seen = BTreeSet::new();
        let sentences = prompt.split(['\n', '.']).map(str::trim).filter(|sentence| sentence.chars().count() > 16);
        for sentence in sentences {
            assert!(seen.insert(sentence), "turn {}: twice: {sentence}", turn + 1);
        }
    }
}

#[tokio::test]
async fn whether_a_customer_books_is_asked_in_few_tokens_and_only_where_that_is_wanted() {
    let answer = json!({"answer": "נרשם.", "handover": false, "books": true}).to_string();
    let server = endpoint(completion(&json!(answer))).await;
    let model = model_at(&format!("{}/v1", server.uri()), None);
    for may_ask_number in [false, true] {
        let reply = model.reply(&ReplyRequest { may_ask_number, ..question() }).await.unwrap();
        assert_eq!((reply.text.as_str(), reply.books), ("נרשם.", true));
    }
    let requests = server.received_requests().await.unwrap();
    let bodies: Vec<Value> = requests.iter().map(|request| request.body_json().unwrap()).collect();
    let [without, with] = bodies.as_slice() else { panic!("{} requests", bodies.len()) };
    assert!(!without.to_string().contains("books"), "neither in the prompt nor in the schema");
    assert!(with["response_format"].to_string().contains("books"));
    let count = |body: &Value| tokens(body["messages"][0]["content"].as_str().unwrap()).len();
    let more = count(with) - count(without);
    println!("whether a customer books: {more} tokens");
    assert!((1..=80).contains(&more), "{more} tokens");
}
