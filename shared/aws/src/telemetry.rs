//! Log lines: JSON on standard output, where Lambda picks them up. Fields carry ids, never message text or phone
//! numbers.
//!
//! A field named `metric.<name>` is a metric as well: its line gets CloudWatch's embedded metric format, from which
//! CloudWatch makes the number without another call and almost without another byte. What is counted therefore stands
//! where it happens: `info!(lead = %key.lead, metric.turns = 1, "answer claimed")`.

use crate::clock::SystemClock;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::io::Write;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;
use tracing_subscriber::util::SubscriberInitExt;
use zikaron_protocol::ports::Clock;

const METRIC: &str = "metric.";

/// Installs the subscriber. `RUST_LOG` is the least level that is written (`info` without it); it takes no filters by
/// module, which would bring a regular-expression engine into every cold start. `METRICS_NAMESPACE` is where metrics
/// go; without it there are log lines only.
pub fn init() {
    let level = std::env::var("RUST_LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let namespace = std::env::var("METRICS_NAMESPACE").ok().filter(|name| !name.is_empty());
    registry().with(level).with(Lines { namespace }).init();
}

/// Writes each event as a line of its own.
struct Lines {
    namespace: Option<String>,
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let line = line(event, SystemClock.now(), self.namespace.as_deref());
        // One write: lines of several threads do not mix. There is nobody to tell that it failed.
        let _ = std::io::stdout().lock().write_all(&line);
    }
}

fn line(event: &Event<'_>, now: Timestamp, namespace: Option<&str>) -> Vec<u8> {
    let metadata = event.metadata();
    let mut members = Members(vec![
        ("timestamp", Value::String(now.to_string())),
        ("level", Value::String(metadata.level().to_string())),
    ]);
    event.record(&mut members);
    // Where in the code: of use where something is wrong, and a sixth of the bytes of a line that says all is well.
    if *metadata.level() <= Level::WARN {
        members.0.push(("target", Value::String(metadata.target().to_owned())));
    }
    let mut metrics = Vec::new();
    for (name, value) in &mut members.0 {
        if let Some(metric) = name.strip_prefix(METRIC) {
            *name = metric;
            metrics.extend(value.is_number().then_some(metric));
        }
    }
    if let Some(namespace) = namespace.filter(|_| !metrics.is_empty()) {
        members.0.push(("_aws", embedded(&metrics, namespace, now)));
    }
    let mut line = serde_json::to_vec(&members).unwrap_or_default();
    line.push(b'\n');
    line
}

/// What makes metrics of members of the line (CloudWatch embedded metric format). Without dimensions: each would be
/// paid for as a metric of its own.
fn embedded(metrics: &[&str], namespace: &str, now: Timestamp) -> Value {
    let unit = |name: &str| if name.ends_with("_ms") { "Milliseconds" } else { "Count" };
    let metrics: Vec<Value> = metrics.iter().map(|name| json!({"Name": name, "Unit": unit(name)})).collect();
    json!({
        "Timestamp": now.as_millisecond(),
        "CloudWatchMetrics": [{"Namespace": namespace, "Dimensions": [[]], "Metrics": metrics}],
    })
}

/// The members of a line, in the order they are read in.
struct Members(Vec<(&'static str, Value)>);

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Visit for Members {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.push((field.name(), value.into()));
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.push((field.name(), value.into()));
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.push((field.name(), value.into()));
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.push((field.name(), value.into()));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.into()));
    }
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push((field.name(), format!("{value:?}").into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex, PoisonError};
    use tracing::{info, subscriber, warn};

    /// Keeps the lines it would write.
    #[derive(Clone)]
    struct Kept(Option<&'static str>, Arc<Mutex<Vec<Value>>>);

    impl<S: Subscriber> Layer<S> for Kept {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let line = line(event, Timestamp::from_millisecond(1_794_816_000_123).unwrap(), self.0);
            assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1, "one line");
            self.1.lock().unwrap_or_else(PoisonError::into_inner).push(serde_json::from_slice(&line).unwrap());
        }
    }

    fn lines(namespace: Option<&'static str>, tell: impl FnOnce()) -> Vec<Value> {
        let kept = Kept(namespace, Arc::default());
        subscriber::with_default(registry().with(kept.clone()), tell);
        let lines = kept.1.lock().unwrap_or_else(PoisonError::into_inner);
        lines.clone()
    }

    #[test]
    fn a_line_says_when_how_bad_what_and_about_whom() {
        let told = lines(Some("Zikaron/test"), || {
            warn!(lead = %"01LEAD", count = 3_usize, late = true, reasons = ?["new"], age = 1.5, "two\nlines");
        });
        assert_eq!(
            told,
            [json!({
                "timestamp": "2026-11-16T08:00:00.123Z", "level": "WARN", "message": "two\nlines", "lead": "01LEAD",
                "count": 3, "late": true, "reasons": "[\"new\"]", "age": 1.5,
                "target": "zikaron_aws::telemetry::tests",
            })]
        );
    }

    /// The format's rules: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
    #[test]
    fn a_metric_is_a_member_of_its_line_in_the_embedded_metric_format() {
        let told = lines(Some("Zikaron/test"), || {
            info!(lead = %"01LEAD", metric.turns = 1, metric.reply_model_ms = 812_u64, chars = 5, "told");
        });
        let [line] = &told[..] else { panic!("{told:?}") };
        assert_eq!(
            line["_aws"],
            json!({
                "Timestamp": 1_794_816_000_123_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "Zikaron/test",
                    "Dimensions": [[]],
                    "Metrics": [{"Name": "turns", "Unit": "Count"}, {"Name": "reply_model_ms", "Unit": "Milliseconds"}],
                }],
            })
        );
        assert_eq!((&line["turns"], &line["reply_model_ms"]), (&json!(1), &json!(812)), "numbers at the root");
        assert_eq!((&line["message"], &line["lead"]), (&json!("told"), &json!("01LEAD")), "still the log line it was");
    }

    #[test]
    fn what_is_no_number_is_no_metric_and_without_a_namespace_nothing_is() {
        let tell = || info!(metric.turns = "many", metric.coalesced = f64::NAN, "told");
        let without = |line: &Value| line.get("_aws").is_none();
        assert!(lines(Some("Zikaron/test"), tell).iter().all(without));
        assert!(lines(None, || info!(metric.turns = 1, "told")).iter().all(|line| without(line) && line["turns"] == 1));
        assert!(lines(Some("Zikaron/test"), || info!(turns = 1, "told")).iter().all(without));
    }
}
