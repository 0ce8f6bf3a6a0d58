//! A customer as the demo and the end-to-end tests play one.

use crate::admin::Admin;
use crate::calls::{Call, CallResult, Line, Provider, Ring, RingResult, ToolUse};
use crate::clock::now;
use crate::driver::Driver;
use crate::sample;
use crate::state::{AiRequest, PlacedCall, SaidFile, Say, SayResult, Sent, text_of};
use crate::wait;
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// How long an answer may take: it waits a second and a half for more messages, and the machine may be slow.
const ANSWER: Duration = Duration::from_secs(30);
/// How long a digest may take, from the schedule's firing to the memory.
const DIGEST: Duration = Duration::from_secs(45);

/// Someone with a phone, who writes to one number of one business.
#[derive(Clone, Debug)]
pub struct Customer {
    driver: Driver,
    admin: Admin,
    number: String,
    /// Digits of the phone number.
    pub phone: String,
    /// A word for messages of this customer alone, so that their prompts can be told from others'.
    pub mark: String,
    received: usize,
}

impl Customer {
    /// Someone nobody knows yet: each has another phone number, from a range nobody has. A process counts on from the
    /// time of its first customer, so that a process started some seconds later uses other numbers; after 40 minutes
    /// they repeat.
    #[must_use]
    pub fn unknown(driver: &Driver, admin: &Admin, number: &str) -> Self {
        static NEXT: LazyLock<AtomicI64> = LazyLock::new(|| AtomicI64::new(now().as_millisecond() / 250));
        let digits = NEXT.fetch_add(1, Ordering::Relaxed).rem_euclid(10_000);
        Self {
            driver: driver.clone(),
            admin: admin.clone(),
            number: number.to_owned(),
            phone: format!("97255500{digits:04}"),
            mark: format!("סימן{digits:04}"),
            received: 0,
        }
    }

    /// The same person, writing to another business.
    #[must_use]
    pub fn at(&self, admin: &Admin, number: &str) -> Self {
        Self { admin: admin.clone(), number: number.to_owned(), received: 0, ..self.clone() }
    }

    /// A message of this customer, to be changed and sent by [`Self::send`].
    #[must_use]
    pub fn message(&self, text: &str) -> Say {
        Say {
            from: Some(self.phone.clone()),
            name: Some("פרופיל".to_owned()),
            number: Some(self.number.clone()),
            text: Some(text.to_owned()),
            ..Say::default()
        }
    }

    /// The same, written in the second after this one: WhatsApp's clock has whole seconds, and what is said in the
    /// second of an edit or an erasure counts as said before it.
    #[must_use]
    pub fn next_second(&self, text: &str) -> Say {
        Say { at: Some(now().as_second() + 1), ..self.message(text) }
    }

    /// A voice note in which this is said. Its file is this customer's alone: the offline transcriber tells files apart by
    /// their bytes.
    #[must_use]
    pub fn voice(&self, says: &str) -> Say {
        let sample = sample::bytes("voice-he.ogg").unwrap_or_default();
        let own = [sample, self.mark.as_bytes(), says.as_bytes()].concat();
        let media =
            SaidFile { data: Some(BASE64_STANDARD.encode(own)), says: Some(says.to_owned()), ..SaidFile::default() };
        Say { text: None, media: Some(media), ..self.message("") }
    }

    /// A picture of events/, with these words under it.
    #[must_use]
    pub fn picture(&self, file: &str, text: &str) -> Say {
        let media = SaidFile { file: Some(file.to_owned()), ..SaidFile::default() };
        Say { media: Some(media), ..self.message(text) }
    }

    /// Sends a message; comes back when the webhook has taken it.
    ///
    /// # Errors
    /// When the webhook did not take it.
    pub async fn send(&self, message: &Say) -> Result<SayResult> {
        self.driver.say(message).await
    }

    /// Writes a text.
    ///
    /// # Errors
    /// See [`Self::send`].
    pub async fn say(&self, text: &str) -> Result<SayResult> {
        self.send(&self.message(text)).await
    }

    /// A call of this customer, to be changed and placed by [`Driver::call`]: their words and the agent's in turn.
    #[must_use]
    pub fn calling(&self, provider: Provider, said: &[&str]) -> Call {
        let line = |speaker: &str, text: &str| Line { speaker: speaker.to_owned(), text: text.to_owned() };
        let lines = said.iter().flat_map(|text| [line("customer", text), line("agent", "רשמתי")]);
        Call { from: Some(self.phone.clone()), provider, lines: lines.collect(), ..Call::default() }
    }

    /// Calls, and says this.
    ///
    /// # Errors
    /// When a report of the call was not taken.
    pub async fn call(&self, provider: Provider, said: &[&str]) -> Result<CallResult> {
        self.driver.call(&self.calling(provider, said)).await
    }

    /// Waits until a call to this customer has been placed.
    ///
    /// # Errors
    /// When none is in time.
    pub async fn rings(&self) -> Result<PlacedCall> {
        let placed = async || Ok(self.driver.placed_calls(&self.phone).await?.pop());
        wait::until("a call to a customer", ANSWER, placed).await
    }

    /// Answers a call that was placed, and says this.
    ///
    /// # Errors
    /// When a report of the call was not taken.
    pub async fn answers(&self, placed: &PlacedCall, said: &[&str]) -> Result<CallResult> {
        let call = self.calling(Provider::default(), said);
        self.driver.call(&Call { placed: Some(placed.id.clone()), ..call }).await
    }

    /// What a voice agent is told when this customer's call begins.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn ring(&self, provider: Provider) -> Result<RingResult> {
        self.driver.ring(&Ring { from: Some(self.phone.clone()), provider }).await
    }

    /// What a voice agent that talks to them uses its tools with: nothing yet, in a call of this id.
    #[must_use]
    pub fn on_the_line(&self, provider: Provider, id: &str) -> ToolUse {
        ToolUse { from: Some(self.phone.clone()), provider, id: id.to_owned(), ..ToolUse::default() }
    }

    /// Has a voice agent that talks to them ask something.
    ///
    /// # Errors
    /// As for [`Self::ring`].
    pub async fn asked(&self, provider: Provider, question: &str) -> Result<RingResult> {
        let used = ToolUse { question: Some(question.to_owned()), ..self.on_the_line(provider, "asking") };
        self.driver.tool(&used).await
    }

    /// Waits until everything that was said, on any channel, is in the memory. Answers the lead.
    ///
    /// # Errors
    /// When that takes longer than it should.
    pub async fn digested(&self, calls: usize) -> Result<Value> {
        wait::until("the digest of a call", DIGEST, async || {
            // Before the first call is stored there may be no such customer.
            let Ok(lead) = self.lead().await else { return Ok(None) };
            let list = |name: &str| lead[name].as_array().cloned().unwrap_or_default();
            let done = list("sessions").iter().filter(is_conversation).all(|session| session["stage"] == "digested");
            Ok((list("calls").len() >= calls && done).then_some(()))
        })
        .await?;
        // Read once more, as in `fall_silent`.
        self.lead().await
    }

    /// Waits for the one message that is due now.
    ///
    /// # Errors
    /// When none comes in time, or more than one.
    pub async fn answer(&mut self) -> Result<Sent> {
        let wanted = self.received + 1;
        let mut all = self.driver.sent_at_least(&self.number, &self.phone, wanted, ANSWER).await?;
        ensure!(all.len() == wanted, "the customer got {} messages where one was due", all.len() - self.received);
        self.received = wanted;
        all.pop().context("no message")
    }

    /// Writes a text and waits for the one answer.
    ///
    /// # Errors
    /// See [`Self::answer`].
    pub async fn exchange(&mut self, text: &str) -> Result<Sent> {
        self.say(text).await?;
        self.answer().await
    }

    /// Everything this customer was sent, oldest first.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn inbox(&self) -> Result<Vec<Sent>> {
        self.driver.sent(&self.number, &self.phone).await
    }

    /// What the business holds of this customer, see [`Admin::lead`].
    ///
    /// # Errors
    /// When the business does not know the customer.
    pub async fn lead(&self) -> Result<Value> {
        self.admin.lead(&self.phone).await
    }

    /// Waits in silence until all that was said is in the memory. Answers the lead; the next message opens a session.
    ///
    /// # Errors
    /// When that takes longer than it should.
    pub async fn fall_silent(&self, idle: Duration) -> Result<Value> {
        wait::until("the session's end and its digest", idle + DIGEST, async || {
            let lead = self.lead().await?;
            let sessions = lead["sessions"].as_array().map_or(&[][..], Vec::as_slice);
            let mut conversations = sessions.iter().filter(is_conversation).peekable();
            let digested =
                conversations.peek().is_some() && conversations.all(|session| session["stage"] == "digested");
            Ok((digested && lead["state"]["session"].is_null()).then_some(()))
        })
        .await?;
        // WhatsApp's clock has whole seconds: a message of this very second would count as earlier.
        tokio::time::sleep(Duration::from_secs(1)).await;
        // Read once more: the memory above was read before the sessions, perhaps before the digest was written.
        self.lead().await
    }

    /// What the model was shown when the customer's newest message was this.
    ///
    /// # Errors
    /// When the model was never asked to answer it.
    pub async fn prompt_for(&self, text: &str) -> Result<AiRequest> {
        let newest = |request: &AiRequest| {
            let content = request.messages.last().and_then(text_of);
            content.is_some_and(|content| content.ends_with(text))
        };
        let requests = self.driver.ai_requests("reply", text).await?;
        requests.into_iter().rev().find(newest).context("the model was never asked to answer this")
    }
}

/// Whether a session was written or spoken, and is nothing that is to be done at a time.
fn is_conversation(session: &&Value) -> bool {
    session["action"].is_null()
}
