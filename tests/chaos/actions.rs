//! What is done for a customer at a time, while whoever does it fails (docs/rules.md#m): each action comes to one end, and
//! nobody is written to or called twice.

use crate::case::{Ground, QUIET, Row, quiet};
use crate::fault::{Effect, Fault, Injected};
use crate::killing::{self, Moment};
use crate::report;
use anyhow::{Result, ensure};
use futures_util::future::{join_all, try_join};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;
use std::time::Instant;
use zikaron_simulator::customer::Customer;
use zikaron_simulator::{FaultStep, Say, Step, Template, TemplateStatus, now, wait};
use zikaron_tests::desk::Desk;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Errand {
    /// A message that staff wrote.
    Message,
    /// One that the customer asked for, and the model writes.
    Composed,
    /// A message that staff wrote, to who has not written for a day: it goes as an approved template.
    Template,
    Call,
}

struct Case {
    name: &'static str,
    errand: Errand,
    fault: Fault,
    /// How it ends, and why where it was not simply done.
    end: (&'static str, Option<&'static str>),
    /// Whether it reaches the customer.
    reaches: bool,
}

/// Somebody for whom something is to be done, and what happened meanwhile.
struct Begun {
    customer: Customer,
    said: Vec<String>,
    /// How many messages they had before.
    before: usize,
    injected: Injected,
    killed: u64,
}

const DONE: (&str, Option<&str>) = ("done", None);
/// What the desk has configured (`Desk::of`), as it was approved.
const TEMPLATE: (&str, &str) = ("visit_reminder", "היי, {{1}}");
/// Later than the 24 hours in which free text is taken.
const A_DAY_AGO: SignedDuration = SignedDuration::from_hours(25);

fn all() -> Vec<Case> {
    use Errand::{Call, Composed, Message, Template};
    let case = |name, errand, fault, end, reaches| Case { name, errand, fault, end, reaches };
    let error = |status, code, accept| FaultStep { accept, status: Some(status), code, ..FaultStep::default() };
    let cut = FaultStep { cut: true, ..FaultStep::default() };
    let slow = FaultStep { delay_ms: 20_000, ..FaultStep::default() };
    let aws = |service, operation, effect, times| Fault::Aws { service, operation, effect, times };
    let person = |why| ("handed_to_person", Some(why));
    vec![
        case("action: kill while the call is placed", Call, Fault::Kill(Moment::Placing), DONE, true),
        case("action: kill while its message is written", Composed, Fault::Kill(Moment::Writing), DONE, true),
        case("action: message, WhatsApp 500, accepted", Message, Fault::Graph(vec![error(500, 2, true)]), DONE, true),
        case("action: message, answer lost", Message, Fault::Graph(vec![cut.clone()]), DONE, true),
        case("action: message, 130429 once", Message, Fault::Graph(vec![error(429, 130_429, false)]), DONE, true),
        case("action: message, 131026", Message, Fault::Graph(vec![error(400, 131_026, false)]), DONE, false),
        case("action: message, model 429 once", Composed, Fault::Replies(vec![Step::error(429)]), DONE, true),
        case("action: template, WhatsApp 500, accepted", Template, Fault::Graph(vec![error(500, 2, true)]), DONE, true),
        case("action: template, answer lost", Template, Fault::Graph(vec![cut.clone()]), DONE, true),
        // Done once it stands in the outbox; a person hears that it was refused.
        case("action: template, paused", Template, Fault::Graph(vec![error(400, 132_015, false)]), DONE, false),
        case("action: call, answer lost", Call, Fault::Calls(vec![cut]), DONE, true),
        case("action: call, answer later than anybody waits", Call, Fault::Calls(vec![slow]), DONE, true),
        case("action: call, 500, placed", Call, Fault::Calls(vec![error(500, 0, true)]), DONE, true),
        case(
            "action: call, 500, not placed",
            Call,
            Fault::Calls(vec![error(500, 0, false)]),
            person("uncertain"),
            false,
        ),
        case("action: call, 400", Call, Fault::Calls(vec![error(400, 0, false)]), person("not_accepted"), false),
        case("action: call, 429 once", Call, Fault::Calls(vec![error(429, 0, false)]), DONE, true),
        case(
            "action: call, TransactWriteItems reply lost",
            Call,
            aws("dynamodb", "TransactWriteItems", Effect::ReplyLost, 4),
            DONE,
            true,
        ),
        case(
            "action: message, TransactWriteItems throttled",
            Message,
            aws("dynamodb", "TransactWriteItems", Effect::Throttled, 4),
            DONE,
            true,
        ),
        case(
            "action: call, CreateSchedule reply lost",
            Call,
            aws("scheduler", "CreateSchedule", Effect::ReplyLost, 3),
            DONE,
            true,
        ),
        // One call with its three attempts: nothing else is scheduled for this customer, and the sweep has it done.
        case(
            "action: call, CreateSchedule throttled",
            Call,
            aws("scheduler", "CreateSchedule", Effect::Throttled, 3),
            DONE,
            true,
        ),
    ]
}

/// Plays those that are wanted.
pub(crate) async fn run(ground: &Ground, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Row>> {
    let cases: Vec<Case> = all().into_iter().filter(|case| is_wanted(case.name)).collect();
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let desk = Desk::of(&ground.stage).await?;
    desk.calls_by("vapi").await?;
    let (name, text) = (TEMPLATE.0.to_owned(), TEMPLATE.1.to_owned());
    let (language, category) = ("he".to_owned(), "utility".to_owned());
    let approved = Template { name, language, text, status: TemplateStatus::Approved, category };
    ground.stage.driver.put_template(&approved).await?;
    Ok(join_all(cases.iter().map(|case| case.run(ground, &desk))).await)
}

impl Case {
    async fn run(&self, ground: &Ground, desk: &Desk<'_>) -> Row {
        let end = self.end.1.map_or_else(|| self.end.0.to_owned(), |why| format!("{}, {why}", self.end.0));
        let mut row = Row { name: self.name, hits: 0, seconds: 0.0, verdict: Ok(end) };
        let mut begun = Instant::now();
        if let Err(error) = self.play(ground, desk, &mut begun, &mut row.hits).await {
            row.verdict = Err(format!("{error:#}"));
        }
        row.seconds = begun.elapsed().as_secs_f32();
        report::row(&row);
        row
    }

    async fn play(&self, ground: &Ground, desk: &Desk<'_>, begun: &mut Instant, hits: &mut u64) -> Result<()> {
        let Begun { customer, said, before, injected, killed } = if self.fault.is_for_everybody() {
            let _alone = ground.alone().await;
            *begun = Instant::now();
            self.begin(ground, desk).await?
        } else {
            let _turn = ground.turn().await?;
            *begun = Instant::now();
            self.begin(ground, desk).await?
        };
        let placed = async || ground.stage.driver.placed_calls(&customer.phone).await;
        if self.errand == Errand::Call && self.reaches {
            // Its report settles what the answer left open.
            let call = wait::until("a call to a customer", QUIET, async || Ok(placed().await?.pop())).await?;
            customer.answers(&call, &["הכול בסדר"]).await?;
        }
        let ended = desk.end(&customer, QUIET).await?;
        let lead = quiet(&customer, &said).await?;
        let (happened, wanted) = injected.hits(ground, &customer).await?;
        *hits = happened + killed;
        ensure!(happened == wanted && *hits > 0, "the fault hit {happened} of {wanted} times");
        let (end, reason) = (ended["end"].as_str(), ended["reason"].as_str());
        ensure!((end, reason) == (Some(self.end.0), self.end.1), "it ended as {ended}");
        let inbox = customer.inbox().await?;
        let reached = if self.errand == Errand::Call { placed().await?.len() } else { inbox.len() - before };
        ensure!(reached == usize::from(self.reaches), "it reached the customer {reached} times");
        if self.errand == Errand::Template {
            let is_made_from_it = inbox.iter().all(|sent| sent.template.as_deref() == Some(TEMPLATE.0));
            ensure!(is_made_from_it, "it went as free text");
        }
        // Staff see it once, and nothing else was made of it.
        let actions = desk.actions(&customer).await?.len();
        ensure!(actions == 1, "{actions} actions");
        let is_fine = lead["state"]["handed_over"].is_null();
        ensure!(is_fine == (self.errand == Errand::Call || self.reaches), "handed over: {is_fine}");
        Ok(())
    }

    /// Up to the fault, and to the death of whoever is to die.
    async fn begin(&self, ground: &Ground, desk: &Desk<'_>) -> Result<Begun> {
        let mut customer = ground.stage.customer();
        let driver = &ground.stage.driver;
        let text = match self.errand {
            Errand::Composed => format!("תשלחו לי בוואטסאפ את המחיר של תספורת גברים, תודה {}", customer.mark),
            Errand::Message | Errand::Template | Errand::Call => format!("היי {}", customer.mark),
        };
        let said = if self.errand == Errand::Template {
            // Nobody answers it: it is too old, and a person is told.
            let at = Some((now() - A_DAY_AGO).as_second());
            vec![customer.send(&Say { at, ..customer.message(&text) }).await?.id]
        } else {
            let id = customer.say(&text).await?.id;
            customer.answer().await?;
            vec![id]
        };
        let before = customer.inbox().await?.len();
        let asked = driver.ai_requests("reply", &customer.mark).await?.len();
        if self.errand != Errand::Composed {
            quiet(&customer, &said).await?;
        }
        let lead = customer.lead().await?;
        let needle = lead["lead"].as_str().unwrap_or(&customer.phone);
        // What staff enter while the table fails they are told of: it fails when the action is due.
        if matches!(self.fault, Fault::Aws { service: "dynamodb", .. }) {
            self.enter(desk, &customer).await?;
            let injected = self.fault.inject(ground, &customer, needle).await?;
            return Ok(Begun { customer, said, before, injected, killed: 0 });
        }
        let injected = self.fault.inject(ground, &customer, needle).await?;
        let mut killed = 0;
        if let Fault::Kill(moment) = self.fault {
            let strike = killing::strike(moment, ground, &customer, before, asked);
            ((), killed) = try_join(self.enter(desk, &customer), strike).await?;
        } else {
            self.enter(desk, &customer).await?;
        }
        Ok(Begun { customer, said, before, injected, killed })
    }

    /// Staff have it done: at once, or by a schedule where calls of AWS fail.
    async fn enter(&self, desk: &Desk<'_>, of: &Customer) -> Result<()> {
        let (kind, text) = match self.errand {
            Errand::Message | Errand::Template => ("message", "התור שלך מוכן"),
            Errand::Call => ("call", "לחזור ללקוחה"),
            // The customer has asked for it.
            Errand::Composed => return Ok(()),
        };
        let seconds = if matches!(self.fault, Fault::Aws { .. }) { 3 } else { 0 };
        let due_at = (now() + SignedDuration::from_secs(seconds)).to_string();
        let body = json!({"kind": kind, "text": text, "due_at": due_at});
        desk.ask(of, Method::POST, "", Some(body)).await.map(drop)
    }
}
