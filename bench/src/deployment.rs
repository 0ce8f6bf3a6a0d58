//! Running instances of the functions behind one business number, and the bus between them.

use crate::exchange::Exchange;
use crate::functions::Functions;
use crate::instance::{Instance, Invocation};
use crate::peers::{Peers, locked};
use crate::sizes::Sizes;
use crate::webhook_body::{NUMBER, Said, http_event, message, message_of, status};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

pub(crate) const BUSINESS: &str = "bench";

/// Between two messages of one customer.
const PACE: Duration = Duration::from_millis(150);

/// Writes route and settings of the business; with `remembers` false its memory is switched off.
pub(crate) fn seed(peers: &Peers, remembers: bool, quiet_ms: u32) -> Result<()> {
    seed_hearing(peers, remembers, quiet_ms, "")
}

/// The same for a business whose voice notes this model hears; empty: none does.
pub(crate) fn seed_hearing(peers: &Peers, remembers: bool, quiet_ms: u32, transcriber: &str) -> Result<()> {
    let row = |row: Value| locked(&peers.table).put(row.as_object().cloned().unwrap_or_default());
    row(json!({"pk": {"S": format!("ROUTE#bench#{NUMBER}")}, "sk": {"S": "ROUTE"}, "business": {"S": BUSINESS}}))?;
    let mut settings = json!({
        "enable_customer_service": {"BOOL": remembers}, "quiet_ms": {"N": quiet_ms.to_string()},
        "instructions": {"S": "את נציגה של מספרה בדיזנגוף. תספורת 70 ש\"ח, צבע 180 ש\"ח. א-ה 9:00-19:00."},
    });
    // The functions of another commit may not know these.
    if !transcriber.is_empty() {
        settings["transcription_model"] = json!({"S": transcriber});
        settings["voice_minutes_per_day"] = json!({"N": "1440"});
    }
    row(json!({
        "pk": {"S": format!("B#{BUSINESS}")}, "sk": {"S": "SETTINGS"}, "version": {"N": "1"},
        "settings": {"M": settings},
    }))
}

/// Running instances of webhook and reply.
pub(crate) struct Deployment {
    pub(crate) peers: Arc<Peers>,
    pub(crate) webhook: Instance,
    pub(crate) replies: Vec<Instance>,
}

impl Deployment {
    pub(crate) async fn start(
        peers: &Arc<Peers>,
        functions: &Functions,
        replies: usize,
        idle_s: u32,
        sizes: Option<Sizes>,
    ) -> Result<Self> {
        let webhook = Instance::start(&functions.webhook, peers, idle_s, sizes.map(|sizes| sizes.webhook_mb)).await?;
        let mut all = Vec::new();
        for _ in 0..replies {
            all.push(Instance::start(&functions.reply, peers, idle_s, sizes.map(|sizes| sizes.worker_mb)).await?);
        }
        Ok(Self { peers: Arc::clone(peers), webhook, replies: all })
    }

    /// As [`Deployment::exchange`], and then a pause: no customer writes more than a few messages a second, and Meta's
    /// clock, which has whole seconds, would not tell them apart.
    pub(crate) async fn paced(&self, phone: &str) -> Result<Exchange> {
        self.paced_of(phone, Said::Text).await
    }

    /// The same of a text or a voice note.
    pub(crate) async fn paced_of(&self, phone: &str, said: Said) -> Result<Exchange> {
        let exchange = self.exchange_of(phone, said).await?;
        tokio::time::sleep(PACE).await;
        Ok(exchange)
    }

    /// A text of a customer and its answer.
    pub(crate) async fn exchange(&self, phone: &str) -> Result<Exchange> {
        self.exchange_of(phone, Said::Text).await
    }

    async fn exchange_of(&self, phone: &str, said: Said) -> Result<Exchange> {
        self.peers.take_calls();
        let (webhook, events) = self.post(&message_of(phone, said, &self.peers.files())).await?;
        let event = events.first().context("nothing is on the bus")?;
        let reply = self.replies.first().context("no reply runs")?.invoke(event).await?;
        Ok(Exchange { webhook, reply, calls: self.peers.take_calls() })
    }

    /// Lets an instance of reply answer the customer once, so that its caches are filled and its connections open.
    pub(crate) async fn warm(&self, reply: usize, phone: &str) -> Result<()> {
        let (_, events) = self.post(&message(phone)).await?;
        self.replies
            .get(reply)
            .context("no such reply")?
            .invoke(events.first().context("nothing is on the bus")?)
            .await?;
        self.peers.take_calls();
        Ok(())
    }

    /// Hands the webhook what Meta posts. Gives its invocation and the events it published.
    pub(crate) async fn post(&self, body: &Value) -> Result<(Invocation, Vec<Value>)> {
        let webhook = self.webhook.invoke(&http_event(body)?).await?;
        ensure!(webhook.answer["statusCode"] == 200, "the webhook answered {}", webhook.answer);
        Ok((webhook, self.peers.take_events()))
    }

    /// The three statuses of the message sent last: the webhook's invocation for each and, where it publishes the
    /// status, reply's.
    pub(crate) async fn statuses(&self, phone: &str) -> Result<Vec<(Invocation, Option<Invocation>)>> {
        let tag = self.peers.tag().context("nothing was sent")?;
        let reply = self.replies.first().context("no reply runs")?;
        let mut all = Vec::new();
        for of in ["sent", "delivered", "read"] {
            let (webhook, events) = self.post(&status(phone, &tag, of)).await?;
            let handled = match events.first() {
                Some(event) => Some(reply.invoke(event).await?),
                None => None,
            };
            all.push((webhook, handled));
        }
        Ok(all)
    }

    pub(crate) async fn stop(self) -> Result<()> {
        self.webhook.stop().await?;
        for reply in self.replies {
            reply.stop().await?;
        }
        Ok(())
    }
}
