//! Everybody a function talks to, over TLS on loopback: AWS, the model, WhatsApp. Each takes as long as it is told to.

use crate::certificate::{self, Bundles};
use crate::table::{Refused, Table, Units};
use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// Who was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Table,
    Bus,
    Scheduler,
    Secrets,
    Model,
    Graph,
    /// Read mark and typing indicator: nothing waits for it.
    Typing,
    /// Takes bytes, and gives as many as it is asked for.
    Bytes,
}

impl Peer {
    /// Whether it counts as a call of AWS's.
    pub(crate) fn is_aws(self) -> bool {
        matches!(self, Self::Table | Self::Bus | Self::Scheduler | Self::Secrets)
    }
}

/// How long each of them takes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Delays {
    pub(crate) table: Duration,
    pub(crate) bus: Duration,
    pub(crate) scheduler: Duration,
    pub(crate) model: Duration,
    pub(crate) graph: Duration,
}

impl Delays {
    /// As they are in the same region, and a model of the quick kind.
    pub(crate) fn realistic() -> Self {
        let millis = Duration::from_millis;
        Self { table: millis(5), bus: millis(30), scheduler: millis(20), model: millis(800), graph: millis(100) }
    }

    fn of(self, peer: Peer) -> Duration {
        match peer {
            Peer::Table | Peer::Secrets => self.table,
            Peer::Bus => self.bus,
            Peer::Scheduler => self.scheduler,
            Peer::Model => self.model,
            Peer::Graph | Peer::Typing => self.graph,
            Peer::Bytes => Duration::ZERO,
        }
    }
}

/// A call that was answered.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) peer: Peer,
    pub(crate) began: Instant,
    pub(crate) ended: Instant,
    pub(crate) units: Units,
    /// The bytes of the request's body.
    pub(crate) asked: usize,
    /// Of the answer's.
    pub(crate) answered: usize,
}

/// What the functions left behind.
#[derive(Debug, Default)]
struct Seen {
    calls: Vec<Call>,
    events: Vec<Value>,
    fire: Option<Value>,
    tag: Option<String>,
}

/// All of them.
pub(crate) struct Peers {
    pub(crate) table: Mutex<Table>,
    pub(crate) bundles: Bundles,
    pub(crate) url: String,
    delays: Mutex<Delays>,
    seen: Mutex<Seen>,
    sent: AtomicU64,
}

pub(crate) fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Peers {
    pub(crate) async fn start(folder: &Path) -> Result<Arc<Self>> {
        let (acceptor, bundles) = certificate::acceptor(folder)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let peers = Arc::new(Self {
            table: Mutex::default(),
            bundles,
            url: format!("https://localhost:{}", listener.local_addr()?.port()),
            delays: Mutex::default(),
            seen: Mutex::default(),
            sent: AtomicU64::new(0),
        });
        let all = Arc::clone(&peers);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, peers) = (acceptor.clone(), Arc::clone(&all));
                tokio::spawn(async move {
                    stream.set_nodelay(true)?;
                    let stream = TokioIo::new(acceptor.accept(stream).await?);
                    let answer = service_fn(move |request| {
                        let peers = Arc::clone(&peers);
                        async move { peers.answer(request).await }
                    });
                    // Who is stopped breaks his connections off.
                    let _ = hyper::server::conn::http1::Builder::new().serve_connection(stream, answer).await;
                    Ok::<_, std::io::Error>(())
                });
            }
        });
        Ok(peers)
    }

    pub(crate) fn take(&self, delays: Delays) {
        *locked(&self.delays) = delays;
    }

    /// The calls since they were last taken.
    pub(crate) fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut locked(&self.seen).calls)
    }

    /// The events since they were last taken, as the bus hands them on.
    pub(crate) fn events(&self) -> Vec<Value> {
        std::mem::take(&mut locked(&self.seen).events)
    }

    /// What the schedule set last will fire with.
    pub(crate) fn fire(&self) -> Option<Value> {
        locked(&self.seen).fire.clone()
    }

    /// What every status of the message sent last will echo.
    pub(crate) fn tag(&self) -> Option<String> {
        locked(&self.seen).tag.clone()
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
        let began = Instant::now();
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        let (target, path) = (target.unwrap_or_default().to_owned(), request.uri().path().to_owned());
        let receive = request.uri().query().and_then(|query| query.strip_prefix("receive=")?.parse().ok());
        let body = request.into_body().collect().await?.to_bytes();
        if let Some(receive) = receive {
            let call = Call {
                peer: Peer::Bytes,
                began,
                ended: Instant::now(),
                units: Units::default(),
                asked: body.len(),
                answered: receive,
            };
            locked(&self.seen).calls.push(call);
            return Ok(Response::new(Full::new(Bytes::from(vec![b'.'; receive]))));
        }
        let sent = body.len();
        let asked: Value = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body)? };
        let (peer, answer, units) = self.reply(&target, &path, &asked);
        let delay = locked(&self.delays).of(peer);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let (status, answer) = match answer {
            Ok(answer) => (StatusCode::OK, answer),
            Err(error) => match error.downcast::<Refused>() {
                Ok(Refused(answer)) => (StatusCode::BAD_REQUEST, answer),
                Err(error) => {
                    (StatusCode::NOT_IMPLEMENTED, json!({"__type": "NotOfTheBench", "message": format!("{error:#}")}))
                }
            },
        };
        let body = Bytes::from(serde_json::to_vec(&answer)?);
        let response = Response::builder().status(status).header(CONTENT_TYPE, "application/x-amz-json-1.0");
        let call = Call { peer, began, ended: Instant::now(), units, asked: sent, answered: body.len() };
        locked(&self.seen).calls.push(call);
        Ok(response.body(Full::new(body))?)
    }

    fn reply(&self, target: &str, path: &str, asked: &Value) -> (Peer, Result<Value>, Units) {
        let free = |peer, answer| (peer, Ok(answer), Units::default());
        if let Some(operation) = target.strip_prefix("DynamoDB_20120810.") {
            return match locked(&self.table).answer(operation, asked) {
                Ok((answer, units)) => (Peer::Table, Ok(answer), units),
                Err(error) => (Peer::Table, Err(error), Units::default()),
            };
        }
        match target {
            "AWSEvents.PutEvents" => return (Peer::Bus, self.publish(asked), Units::default()),
            "secretsmanager.GetSecretValue" => return free(Peer::Secrets, secret(asked)),
            _ => {}
        }
        if path.starts_with("/schedules/") {
            let input = asked["Target"]["Input"].as_str().and_then(|input| serde_json::from_str(input).ok());
            locked(&self.seen).fire = input;
            return free(Peer::Scheduler, json!({"ScheduleArn": "arn:aws:scheduler:::schedule/bench"}));
        }
        match path {
            "/ai/chat/completions" => free(Peer::Model, completion(asked)),
            _ if path.ends_with("/messages") && !asked["status"].is_null() => {
                free(Peer::Typing, json!({"success": true}))
            }
            _ if path.ends_with("/messages") => {
                locked(&self.seen).tag = asked["biz_opaque_callback_data"].as_str().map(str::to_owned);
                let number = self.sent.fetch_add(1, Ordering::Relaxed);
                free(Peer::Graph, json!({"messages": [{"id": format!("wamid.SENT{number}")}]}))
            }
            _ => (Peer::Table, Err(anyhow::anyhow!("nobody answers {path} {target}")), Units::default()),
        }
    }

    fn publish(&self, asked: &Value) -> Result<Value> {
        let entries = asked["Entries"].as_array().context("no entries")?;
        let mut seen = locked(&self.seen);
        for entry in entries {
            let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap_or_default())?;
            seen.events.push(json!({
                "version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "source": entry["Source"],
                "detail-type": entry["DetailType"], "detail": detail,
            }));
        }
        let accepted: Vec<_> = entries.iter().map(|_| json!({"EventId": "1"})).collect();
        Ok(json!({"FailedEntryCount": 0, "Entries": accepted}))
    }
}

/// What the functions' secrets hold.
pub(crate) const APP_SECRET: &str = "bench-app-secret";

fn secret(asked: &Value) -> Value {
    let name = asked["SecretId"].as_str().unwrap_or_default();
    let held = match name.rsplit('/').next() {
        Some("ai") => json!({"api_key": "bench"}),
        Some("seal") => json!({"key": "bench-seal-key"}),
        Some("calls") => json!({"provider": "elevenlabs", "token": "bench-token", "signing_secret": "bench"}),
        _ => json!({"app_secret": APP_SECRET, "verify_token": "bench", "access_token": "bench"}),
    };
    json!({"ARN": "arn:aws:secretsmanager:::secret", "Name": name, "SecretString": held.to_string()})
}

/// A reply, or a digest with something learnt; the second is recognised by its schema.
fn completion(asked: &Value) -> Value {
    let digests = asked["response_format"].to_string().contains("changes");
    let content = if digests {
        let quote = "אני מעדיפה בוקר";
        json!({
            "summary": "נושא: תור לתספורת\nמה נאמר: הלקוחה מבקשת תור בשבוע הבא\nהעדפה: בוקר\nתוצאה: הוצע יום שלישי\nהמשך: לחכות לאישור",
            "changes": [{"field": "preferences", "value": "בוקר", "quote": quote, "confidence": "high"}],
        })
    } else {
        json!({"answer": "בשמחה! יש לנו תור פנוי ביום שלישי בעשר בבוקר. לקבוע?", "handover": false})
    };
    json!({"choices": [{"message": {"role": "assistant", "content": content.to_string()}, "finish_reason": "stop"}]})
}

/// How many round trips stand one behind the other: one that begins when another has ended counts as waiting for it.
pub(crate) fn trips(calls: &[Call]) -> usize {
    let mut moments: Vec<(Instant, bool)> = calls.iter().flat_map(|c| [(c.began, true), (c.ended, false)]).collect();
    moments.sort_by_key(|(at, _)| *at);
    let (mut trips, mut waits) = (0, true);
    for (_, begins) in moments {
        trips += usize::from(begins && waits);
        waits = !begins;
    }
    trips
}

/// How long at least one of these spans lasted.
pub(crate) fn busy(spans: impl Iterator<Item = (Instant, Instant)>) -> Duration {
    let mut spans: Vec<_> = spans.collect();
    spans.sort_unstable();
    let (mut total, mut until) = (Duration::ZERO, None);
    for (began, ended) in spans {
        let from = until.map_or(began, |until| began.max(until));
        total += ended.saturating_duration_since(from);
        until = Some(until.map_or(ended, |until| ended.max(until)));
    }
    total
}
