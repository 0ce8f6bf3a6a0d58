//! A business with customers who write: the webhook's requests, the bus between the functions, the statuses after.

use crate::cost::Sizes;
use crate::instance::{Function, Instance, Invocation};
use crate::peers::{APP_SECRET, Call, Peer, Peers, locked};
use anyhow::{Context, Result, ensure};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

pub(crate) const NUMBER: &str = "100000000000001";
pub(crate) const BUSINESS: &str = "bench";

const PACE: Duration = Duration::from_millis(150);

/// The functions, as they were built.
#[derive(Clone, Debug)]
pub(crate) struct Functions {
    pub(crate) webhook: Function,
    pub(crate) reply: Function,
    pub(crate) summarizer: Function,
    pub(crate) call_start: Function,
    pub(crate) api: Function,
    pub(crate) bare_http: Function,
    pub(crate) bare_runtime: Function,
    pub(crate) bare_calls: Function,
}

impl Functions {
    /// Those of a folder; the bare ones stand beside those that are measured, whatever these are compared with.
    pub(crate) fn of(folder: &Path, bare: &Path) -> Result<Self> {
        let function = |name: &'static str| Function::of(if name.starts_with("bare") { bare } else { folder }, name);
        Ok(Self {
            webhook: function("webhook")?,
            reply: function("reply")?,
            summarizer: function("summarizer")?,
            call_start: function("call-start")?,
            api: function("api")?,
            bare_http: function("bare-http")?,
            bare_runtime: function("bare-runtime")?,
            bare_calls: function("bare-calls")?,
        })
    }
}

/// Two hundred Hebrew characters, with something worth remembering.
pub(crate) fn text() -> String {
    "היי, אני מעדיפה בוקר. אשמח לקבוע תור לתספורת בשבוע הבא ".chars().cycle().take(200).collect()
}

/// Writes route and settings of the business.
pub(crate) fn open(peers: &Peers, remembers: bool, quiet_ms: u32) -> Result<()> {
    let row = |row: Value| locked(&peers.table).put(row.as_object().cloned().unwrap_or_default());
    row(json!({"pk": {"S": format!("ROUTE#bench#{NUMBER}")}, "sk": {"S": "ROUTE"}, "business": {"S": BUSINESS}}))?;
    row(json!({
        "pk": {"S": format!("B#{BUSINESS}")}, "sk": {"S": "SETTINGS"}, "version": {"N": "1"},
        "settings": {"M": {
            "enable_customer_service": {"BOOL": remembers}, "quiet_ms": {"N": quiet_ms.to_string()},
            "instructions": {"S": "את נציגה של מספרה בדיזנגוף. תספורת 70 ש\"ח, צבע 180 ש\"ח. א-ה 9:00-19:00."},
        }},
    }))
}

/// A request of Meta's, as the HTTP API hands it on.
pub(crate) fn posted(body: &Value) -> Result<Value> {
    let body = body.to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes())?;
    mac.update(body.as_bytes());
    let mut event: Value = serde_json::from_str(include_str!("../../events/webhook-whatsapp-text-hebrew.json"))?;
    event["headers"]["x-hub-signature-256"] = json!(format!("sha256={}", hex::encode(mac.finalize().into_bytes())));
    event["pathParameters"]["connection"] = json!("bench");
    event["rawPath"] = json!("/webhooks/whatsapp/bench");
    event["body"] = json!(body);
    Ok(event)
}

fn delivery(what: &str, items: Value) -> Value {
    let metadata = json!({"display_phone_number": "12025550100", "phone_number_id": NUMBER});
    let mut value = json!({"messaging_product": "whatsapp", "metadata": metadata});
    value[what] = items;
    json!({"object": "whatsapp_business_account", "entry": [{
        "id": "200000000000001", "changes": [{"field": "messages", "value": value}],
    }]})
}

/// The real clock: the functions go by it.
#[expect(clippy::disallowed_methods, reason = "the functions go by the real clock, and so do their customers")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// A message of a customer, as Meta posts it.
pub(crate) fn message(phone: &str) -> Value {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let id = format!("wamid.BENCH{}", WRITTEN.fetch_add(1, Ordering::Relaxed));
    let user = format!("IL.{phone}");
    let mut posted = delivery(
        "messages",
        json!([{"from": phone, "from_user_id": user, "id": id, "timestamp": now().as_second().to_string(), "type": "text",
            "text": {"body": text()}}]),
    );
    posted["entry"][0]["changes"][0]["value"]["contacts"] =
        json!([{"profile": {"name": "דנה לוי"}, "wa_id": phone, "user_id": user}]);
    posted
}

fn status(phone: &str, tag: &str, of: &str) -> Value {
    let status = json!([{"id": "wamid.SENT", "status": of, "timestamp": now().as_second().to_string(), "recipient_id": phone,
        "biz_opaque_callback_data": tag, "pricing": {"billable": true, "category": "service"}}]);
    delivery("statuses", status)
}

/// Running instances of webhook and reply.
pub(crate) struct Shop {
    pub(crate) peers: Arc<Peers>,
    pub(crate) webhook: Instance,
    pub(crate) replies: Vec<Instance>,
}

/// What an exchange took.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) webhook: Invocation,
    pub(crate) reply: Invocation,
    pub(crate) calls: Vec<Call>,
}

impl Exchange {
    /// From the webhook's POST to the POST that answers the customer; the bus between them takes no time here.
    pub(crate) fn critical(&self) -> Result<Duration> {
        Ok(self.webhook.took + (self.sent()? - self.reply.began))
    }

    /// How much of that a peer had a request in hand, however many at once.
    pub(crate) fn peers(&self) -> Result<Duration> {
        let sent = self.sent()?;
        let posted = self.webhook.began + self.webhook.took;
        let within = |from: Instant, to: Instant| {
            let waited = self.calls.iter().filter(|call| call.peer != Peer::Typing);
            crate::peers::busy(waited.map(|call| (call.began.clamp(from, to), call.ended.clamp(from, to))))
        };
        Ok(within(self.webhook.began, posted) + within(self.reply.began, sent))
    }

    /// The calls one behind the other that the customer waits for, the webhook's and reply's: of several at once the
    /// one with the most bytes.
    fn waited(&self) -> Result<[Vec<&Call>; 2]> {
        let sent = self.sent()?;
        let mut calls: Vec<&Call> =
            self.calls.iter().filter(|call| call.peer != Peer::Typing && call.began <= sent).collect();
        calls.sort_by_key(|call| call.began);
        let (mut chain, mut until): (Vec<&Call>, _) = (Vec::new(), None);
        for call in calls {
            match chain.last_mut() {
                Some(last) if until.is_some_and(|until| call.began < until) => {
                    if call.asked + call.answered > last.asked + last.answered {
                        *last = call;
                    }
                }
                _ => chain.push(call),
            }
            until = until.max(Some(call.ended));
        }
        let (webhook, reply) = chain.into_iter().partition(|call| call.began < self.reply.began);
        Ok([webhook, reply])
    }

    /// The same bytes, one request after the other, sent by a function that does nothing else: how long that took from
    /// the first invocation to the last request, without what the peer had in hand.
    pub(crate) async fn replayed(&self, peers: &Peers, bare: &Instance) -> Result<Duration> {
        let [webhook, reply] = self.waited()?;
        let play = async |calls: &[&Call]| {
            let traffic: Vec<Value> =
                calls.iter().map(|call| json!({"send": call.asked, "receive": call.answered})).collect();
            bare.invoke(&json!({"to": format!("{}/bytes", peers.url), "calls": traffic})).await
        };
        peers.calls();
        let (webhook, reply) = (play(&webhook).await?, play(&reply).await?);
        let calls = peers.calls();
        let sent = calls.iter().map(|call| call.began).max().context("nothing was sent")?;
        let busy = crate::peers::busy(calls.iter().map(|call| (call.began, call.ended.min(sent))));
        Ok((webhook.took + (sent - reply.began)).saturating_sub(busy))
    }

    /// Round trips one behind the other from the bus to the question to the model, and from its answer on.
    pub(crate) fn trips(&self) -> Result<(usize, usize)> {
        let asked = self.call(Peer::Model)?.began;
        let waited = |call: &&Call| !matches!(call.peer, Peer::Model | Peer::Typing) && call.began > self.reply.began;
        let (before, after): (Vec<Call>, Vec<Call>) =
            self.calls.iter().filter(waited).cloned().partition(|call| call.began < asked);
        Ok((crate::peers::trips(&before), crate::peers::trips(&after)))
    }

    fn sent(&self) -> Result<Instant> {
        Ok(self.call(Peer::Graph)?.began)
    }

    fn call(&self, peer: Peer) -> Result<&Call> {
        self.calls.iter().find(|call| call.peer == peer).with_context(|| format!("{peer:?} was not called"))
    }
}

impl Shop {
    pub(crate) async fn start(
        peers: &Arc<Peers>,
        functions: &Functions,
        replies: usize,
        idle_s: u32,
        sizes: Option<Sizes>,
    ) -> Result<Self> {
        let webhook = Instance::start(&functions.webhook, peers, idle_s, sizes.map(|sizes| sizes.door_mb)).await?;
        let mut all = Vec::new();
        for _ in 0..replies {
            all.push(Instance::start(&functions.reply, peers, idle_s, sizes.map(|sizes| sizes.behind_mb)).await?);
        }
        Ok(Self { peers: Arc::clone(peers), webhook, replies: all })
    }

    /// As [`Shop::exchange`], and then a pause: more than a few messages a second no customer writes, and Meta's clock
    /// does not tell them apart.
    pub(crate) async fn paced(&self, phone: &str) -> Result<Exchange> {
        let exchange = self.exchange(phone).await?;
        tokio::time::sleep(PACE).await;
        Ok(exchange)
    }

    /// One message of a customer and its answer.
    pub(crate) async fn exchange(&self, phone: &str) -> Result<Exchange> {
        self.peers.calls();
        let (webhook, events) = self.post(&message(phone)).await?;
        let event = events.first().context("nothing is on the bus")?;
        let reply = self.replies.first().context("no reply runs")?.invoke(event).await?;
        Ok(Exchange { webhook, reply, calls: self.peers.calls() })
    }

    /// Lets an instance of reply meet the customer, so that its caches are filled and its connections stand.
    pub(crate) async fn warm(&self, reply: usize, phone: &str) -> Result<()> {
        let (_, events) = self.post(&message(phone)).await?;
        self.replies
            .get(reply)
            .context("no such reply")?
            .invoke(events.first().context("nothing is on the bus")?)
            .await?;
        self.peers.calls();
        Ok(())
    }

    /// What Meta posts, and what comes on the bus of it.
    pub(crate) async fn post(&self, body: &Value) -> Result<(Invocation, Vec<Value>)> {
        let webhook = self.webhook.invoke(&posted(body)?).await?;
        ensure!(webhook.answer["statusCode"] == 200, "the webhook answered {}", webhook.answer);
        Ok((webhook, self.peers.events()))
    }

    /// The three statuses of the message sent last: the webhook's invocations and, where one goes further, reply's.
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
