//! Everybody a function talks to, over TLS on loopback: AWS, the model, WhatsApp. Each takes as long as it is told to.

use crate::calls::{Call, Delays, Peer};
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
use std::time::Instant;
use tokio::net::TcpListener;

/// What the functions have asked for so far.
#[derive(Debug, Default)]
struct Seen {
    calls: Vec<Call>,
    events: Vec<Value>,
    timer_input: Option<Value>,
    tag: Option<String>,
}

/// One server that plays all of them, told apart by path and target.
pub(crate) struct Peers {
    pub(crate) table: Mutex<Table>,
    pub(crate) bundles: Bundles,
    pub(crate) url: String,
    delays: Mutex<Delays>,
    seen: Mutex<Seen>,
    sent: AtomicU64,
}

/// Locks, also after another thread panicked while it held the lock.
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
                    // A function that is stopped breaks its connections off.
                    let _ = hyper::server::conn::http1::Builder::new().serve_connection(stream, answer).await;
                    Ok::<_, std::io::Error>(())
                });
            }
        });
        Ok(peers)
    }

    pub(crate) fn set_delays(&self, delays: Delays) {
        *locked(&self.delays) = delays;
    }

    /// The calls since they were last taken.
    pub(crate) fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut locked(&self.seen).calls)
    }

    /// The events since they were last taken, as the bus hands them on.
    pub(crate) fn take_events(&self) -> Vec<Value> {
        std::mem::take(&mut locked(&self.seen).events)
    }

    /// The input of the schedule that was set last: the summarizer is invoked with it.
    pub(crate) fn timer_input(&self) -> Option<Value> {
        locked(&self.seen).timer_input.clone()
    }

    /// The tag of the message sent last: every status of it repeats the tag.
    pub(crate) fn tag(&self) -> Option<String> {
        locked(&self.seen).tag.clone()
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
        let began = Instant::now();
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        let (target, path) = (target.unwrap_or_default().to_owned(), request.uri().path().to_owned());
        let receive = request.uri().query().and_then(|query| query.strip_prefix("receive=")?.parse().ok());
        let body = request.into_body().collect().await?.to_bytes();
        let request_bytes = body.len();
        if let Some(answer_bytes) = receive {
            self.note(Call {
                peer: Peer::Bytes,
                began,
                ended: Instant::now(),
                units: Units::default(),
                request_bytes,
                answer_bytes,
            });
            return Ok(Response::new(Full::new(Bytes::from(vec![b'.'; answer_bytes]))));
        }
        let is_json = body.first() == Some(&b'{');
        let asked: Value = if is_json { serde_json::from_slice(&body)? } else { Value::Null };
        let (peer, answer, units) = self.reply(&target, &path, &asked);
        let delay = locked(&self.delays).of(peer);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let (status, answer) = status_and_body(answer);
        let is_file = path.starts_with(FILES);
        let body = if is_file { Bytes::from_static(VOICE_NOTE) } else { Bytes::from(serde_json::to_vec(&answer)?) };
        let kind = if is_file { VOICE_TYPE } else { "application/x-amz-json-1.0" };
        let response = Response::builder().status(status).header(CONTENT_TYPE, kind);
        self.note(Call { peer, began, ended: Instant::now(), units, request_bytes, answer_bytes: body.len() });
        Ok(response.body(Full::new(body))?)
    }

    /// Where files lie, each under its id.
    pub(crate) fn files(&self) -> String {
        format!("{}{FILES}", self.url)
    }

    fn note(&self, call: Call) {
        locked(&self.seen).calls.push(call);
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
            locked(&self.seen).timer_input = input;
            return free(Peer::Scheduler, json!({"ScheduleArn": "arn:aws:scheduler:::schedule/bench"}));
        }
        match path {
            "/ai/chat/completions" => free(Peer::Model, completion(asked)),
            "/ai/audio/transcriptions" => free(Peer::Transcriber, json!({"text": SPOKEN})),
            _ if path.starts_with(FILES) => free(Peer::Media, Value::Null),
            _ if path.starts_with("/graph/MEDIA") => {
                let id = path.trim_start_matches("/graph/");
                free(
                    Peer::Media,
                    json!({"url": format!("{}{id}", self.files()), "mime_type": VOICE_TYPE,
                    "file_size": VOICE_NOTE.len(), "id": id}),
                )
            }
            _ if path.ends_with("/messages") && !asked["status"].is_null() => {
                free(Peer::Typing, json!({"success": true}))
            }
            _ if path.ends_with("/messages") => {
                locked(&self.seen).tag = asked["biz_opaque_callback_data"].as_str().map(str::to_owned);
                let number = self.sent.fetch_add(1, Ordering::Relaxed);
                free(
                    Peer::Graph,
                    json!({"messages": [{"id": format!("wamid.HBgMOTcyNTU1MDAwMDE0FQIAERgSU0VOVFNFTlRT{number:012}AA==")}]}),
                )
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

/// A refusal is DynamoDB's own (400); any other error is one of the bench, which no client repeats (501).
fn status_and_body(answer: Result<Value>) -> (StatusCode, Value) {
    match answer.map_err(anyhow::Error::downcast::<Refused>) {
        Ok(answer) => (StatusCode::OK, answer),
        Err(Ok(Refused(answer))) => (StatusCode::BAD_REQUEST, answer),
        Err(Err(error)) => {
            (StatusCode::NOT_IMPLEMENTED, json!({"__type": "NotOfTheBench", "message": format!("{error:#}")}))
        }
    }
}

/// Where files lie.
const FILES: &str = "/files/";
const VOICE_NOTE: &[u8] = include_bytes!("../../events/voice-he.ogg");
pub(crate) const VOICE_TYPE: &str = "audio/ogg; codecs=opus";
/// What the transcriber hears in it.
const SPOKEN: &str = "היי, אני מעדיפה בוקר. אשמח לקבוע תור לתספורת בשבוע הבא";

/// The secret that Meta's webhooks are signed with.
pub(crate) const APP_SECRET: &str = "bench-app-secret";

/// What the functions' secrets hold.
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

/// The model's answer: a reply, or a digest with one change; a digest is asked for with a schema that names `changes`.
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
