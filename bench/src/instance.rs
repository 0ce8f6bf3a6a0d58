//! An instance of a function: its own bootstrap as a process, on a Lambda Runtime API that the bench plays
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>).

use crate::clock::now;
use crate::functions::Function;
use crate::peers::{Peers, locked};
use crate::quota::Quota;
use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::SignedDuration;
use serde_json::Value;
use std::io::Write;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};

/// Bytes CloudWatch Logs counts for each line beside its own
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>).
const LINE_OVERHEAD: u64 = 26;
/// How long anything may take before the bench gives up.
const TIMEOUT: Duration = Duration::from_secs(30);

/// When an invocation was answered, whether with an error, and the body.
type Answer = (Instant, bool, Bytes);

/// The Lambda Runtime API of one process.
struct RuntimeApi {
    /// Told of the first question for work.
    first_poll: Mutex<Option<oneshot::Sender<Instant>>>,
    work: tokio::sync::Mutex<mpsc::UnboundedReceiver<Bytes>>,
    answered: mpsc::UnboundedSender<Answer>,
    number: AtomicU64,
}

impl RuntimeApi {
    async fn serve(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
        if request.method() == Method::GET {
            let first = locked(&self.first_poll).take();
            if let Some(first) = first {
                let _ = first.send(Instant::now());
            }
            let work = self.work.lock().await.recv().await.context("nothing more to do")?;
            let deadline = now() + SignedDuration::try_from(TIMEOUT)?;
            let number = self.number.fetch_add(1, Ordering::Relaxed);
            return Ok(Response::builder()
                .header("Lambda-Runtime-Aws-Request-Id", format!("00000000-0000-4000-8000-{number:012}"))
                .header("Lambda-Runtime-Deadline-Ms", deadline.as_millisecond().to_string())
                .header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:bench")
                .header("Content-Type", "application/json")
                .body(Full::new(work))?);
        }
        let failed = !request.uri().path().ends_with("/response");
        let body = request.into_body().collect().await?.to_bytes();
        let _ = self.answered.send((Instant::now(), failed, body));
        Ok(Response::builder().status(StatusCode::ACCEPTED).body(Full::default())?)
    }
}

/// One invocation that was answered.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) began: Instant,
    pub(crate) took: Duration,
    /// Processor time of the whole process meanwhile.
    pub(crate) cpu: Duration,
    pub(crate) log_bytes: u64,
    pub(crate) answer: Value,
}

/// A running process.
pub(crate) struct Instance {
    pub(crate) name: &'static str,
    /// From the start of the process to its first question for work.
    pub(crate) first_poll: Duration,
    child: Child,
    work: mpsc::UnboundedSender<Bytes>,
    answers: tokio::sync::Mutex<mpsc::UnboundedReceiver<Answer>>,
    logged: Arc<AtomicU64>,
    /// Held until the process is gone.
    _quota: Option<Quota>,
}

impl Instance {
    /// Starts a process, with a whole processor or the share of so much memory, and waits until it asks for work.
    pub(crate) async fn start(function: &Function, peers: &Peers, idle_s: u32, memory_mb: Option<u64>) -> Result<Self> {
        let quota = memory_mb.map(|memory| Quota::of(memory).context("no control groups here")).transpose()?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut command = Command::new(&function.bootstrap);
        command.env_clear().envs(environment(peers, idle_s));
        command.env("AWS_LAMBDA_RUNTIME_API", listener.local_addr()?.to_string());
        command.stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
        let (work, todo) = mpsc::unbounded_channel();
        let (answered, answers) = mpsc::unbounded_channel();
        let (polled, first) = oneshot::channel();
        let api = Arc::new(RuntimeApi {
            first_poll: Mutex::new(Some(polled)),
            work: tokio::sync::Mutex::new(todo),
            answered,
            number: AtomicU64::new(0),
        });
        tokio::spawn(serve(listener, api));
        let began = Instant::now();
        let mut child = command.spawn().with_context(|| format!("{} does not start", function.name))?;
        if let (Some(quota), Some(process)) = (&quota, child.id()) {
            quota.hold(process)?;
        }
        let logged = Arc::new(AtomicU64::new(0));
        if let Some(lines) = child.stdout.take() {
            tokio::spawn(count(lines, Arc::clone(&logged)));
        }
        let first = tokio::time::timeout(TIMEOUT, first).await.context("no poll came")??;
        let answers = tokio::sync::Mutex::new(answers);
        Ok(Self { name: function.name, first_poll: first - began, child, work, answers, logged, _quota: quota })
    }

    /// Hands out one event and waits for its answer. A function that fails makes the bench fail.
    pub(crate) async fn invoke(&self, payload: &Value) -> Result<Invocation> {
        let mut answers = self.answers.lock().await;
        let (cpu, logged) = (self.cpu()?, self.logged.load(Ordering::Relaxed));
        let payload = Bytes::from(serde_json::to_vec(payload)?);
        let began = Instant::now();
        self.work.send(payload).ok().context("the process is gone")?;
        let answer = tokio::time::timeout(TIMEOUT, answers.recv()).await.context("no answer came")?;
        let (ended, failed, body) = answer.context("the process is gone")?;
        if failed {
            bail!("{} failed: {}", self.name, String::from_utf8_lossy(&body));
        }
        let answer = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body)? };
        let log_bytes = self.logged.load(Ordering::Relaxed) - logged;
        Ok(Invocation { began, took: ended - began, cpu: self.cpu()?.saturating_sub(cpu), log_bytes, answer })
    }

    /// The processor time of its threads so far.
    fn cpu(&self) -> Result<Duration> {
        let mut total = Duration::ZERO;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.process()?))? {
            // A thread may end while it is looked at.
            let Ok(stat) = std::fs::read_to_string(thread?.path().join("schedstat")) else { continue };
            let spent = stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
            total += Duration::from_nanos(spent);
        }
        Ok(total)
    }

    /// The most memory it ever held, in MB.
    pub(crate) fn peak_mb(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process()?))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        Ok(peak.context("no VmHWM")?.trim().parse::<f64>()? / 1024.0)
    }

    fn process(&self) -> Result<u32> {
        self.child.id().context("the process is gone")
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

async fn serve(listener: TcpListener, api: Arc<RuntimeApi>) {
    while let Ok((stream, _)) = listener.accept().await {
        let api = Arc::clone(&api);
        let _ = stream.set_nodelay(true);
        let answer = service_fn(move |request| {
            let api = Arc::clone(&api);
            async move { api.serve(request).await }
        });
        tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
    }
}

/// Adds up the bytes of the log lines as CloudWatch counts them.
async fn count(lines: impl tokio::io::AsyncRead + Unpin, logged: Arc<AtomicU64>) {
    let mut lines = BufReader::new(lines).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if std::env::var_os("BENCH_LOGS").is_some() {
            // There is nobody to tell that it failed.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
        logged.fetch_add(line.len() as u64 + LINE_OVERHEAD, Ordering::Relaxed);
    }
}

/// What `template.yaml` and Lambda give a function.
fn environment(peers: &Peers, idle_s: u32) -> Vec<(&'static str, String)> {
    let own = [
        ("AWS_CA_BUNDLE", peers.bundles.aws.display().to_string()),
        ("SSL_CERT_FILE", peers.bundles.system.display().to_string()),
        ("AWS_ENDPOINT_URL", peers.url.clone()),
        ("GRAPH_BASE_URL", format!("{}/graph", peers.url)),
        ("AI_BASE_URL", format!("{}/ai", peers.url)),
        ("SESSION_IDLE_SECONDS", idle_s.to_string()),
    ];
    let fixed = [
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "bench"),
        ("AWS_SECRET_ACCESS_KEY", "bench"),
        ("AWS_SESSION_TOKEN", "bench"),
        ("RUST_LOG", "info"),
        ("METRICS_NAMESPACE", "Zikaron/bench"),
        ("SECRET_PREFIX", "bench"),
        ("SETTINGS_CACHE_SECONDS", "60"),
        ("TABLE_NAME", "bench"),
        ("EVENT_BUS_NAME", "bench"),
        ("IMPORT_BUCKET", "bench"),
        ("WEBHOOK_TARGETS", "public"),
        ("CALL_WEBHOOK_URL", "https://localhost/webhooks/calls"),
        ("SCHEDULE_GROUP", "bench"),
        ("SCHEDULE_ROLE_ARN", "arn:aws:iam::123456789012:role/bench"),
        ("SUMMARIZER_ARN", "arn:aws:lambda:us-east-1:123456789012:function:bench-summarizer"),
        ("FAILURE_QUEUE_ARN", "arn:aws:sqs:us-east-1:123456789012:bench"),
        ("SCHEDULER_LEAD_SECONDS", "60"),
        ("MESSAGE_RETENTION_DAYS", "365"),
        ("CHANGE_RETENTION_DAYS", "400"),
        ("AI_MODEL", "bench"),
        ("OIDC_ISSUER", "https://localhost/issuer"),
        ("OIDC_AUDIENCE", "bench"),
        ("OIDC_BUSINESS_CLAIM", "business"),
        ("OIDC_ROLE_CLAIM", "role"),
    ];
    own.into_iter().chain(fixed.map(|(name, value)| (name, value.to_owned()))).collect()
}
