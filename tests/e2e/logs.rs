//! What the functions log: metrics CloudWatch can read, and nothing of the customer (docs/rules.md#i5).

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;
use zikaron_aws::clock::SystemClock;
use zikaron_protocol::ports::Clock;
use zikaron_simulator::{client, wait};
use zikaron_tests::stage::Stage;

const FUNCTIONS: [&str; 3] = ["webhook", "reply", "summarizer"];
/// The service is read from it; the local stack checks no signature of an administrator.
const SCOPE: &str =
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0";
/// What an answer and the digest of its conversation must have been counted as.
const COUNTED: [&str; 3] = ["turns", "reply_model_ms", "digest_model_ms"];
/// What the line of a digest counts, and of this one how many; where that is not said here, it is what was learnt.
const DIGESTED: [(&str, Option<i64>); 13] = [
    ("summaries", Some(1)),
    ("candidates_accepted", None),
    ("candidates_rejected", None),
    ("candidates_dropped", None),
    ("conversations", Some(1)),
    ("ai_alone", Some(1)),
    ("handed_over", Some(0)),
    ("answers", Some(1)),
    ("answers_used", Some(0)),
    ("returning", Some(0)),
    ("named", None),
    ("ai_written", None),
    ("digest_lag_s", None),
];

#[tokio::test]
async fn log_lines_carry_metrics_and_nothing_of_the_customer() -> Result<()> {
    let stage = Stage::set()?;
    let begun = SystemClock.now();
    let mut customer = stage.customer();
    customer.exchange(&format!("שלום, קוראים לי רות לוי {}", customer.mark)).await?;
    customer.fall_silent(stage.env.idle).await?;
    let lead = customer.lead().await?["lead"].clone();
    let (lines, merged) = wait::until("everything to be counted", Duration::from_secs(20), async || {
        let lines = lines(&stage, begun).await?;
        let counted = |metric: &&str| lines.iter().any(|line| metrics(line).contains(&(*metric).to_owned()));
        let of_digest = |line: &&Value| line["lead"] == lead && line["message"] == "[CUSTOMER-MEMORY] merged";
        let merged = lines.iter().find(of_digest).cloned().filter(|_| COUNTED.iter().all(counted));
        Ok(merged.map(|merged| (lines, merged)))
    })
    .await?;
    for (metric, number) in DIGESTED {
        assert!(metrics(&merged).contains(&metric.to_owned()), "{metric} is no metric: {merged}");
        assert!(number.is_none_or(|number| merged[metric] == number), "{metric}: {merged}");
    }
    for line in &lines {
        for personal in [customer.phone.trim_start_matches('+'), customer.mark.as_str(), "רות לוי", "wamid."] {
            assert!(!line.to_string().contains(personal), "{line}");
        }
        let Some(embedded) = line.get("_aws") else { continue };
        assert!(embedded["Timestamp"].is_i64(), "{line}");
        assert_eq!(embedded["CloudWatchMetrics"][0]["Namespace"], "Zikaron/zikaron", "{line}");
        assert!(metrics(line).iter().all(|metric| line[metric].is_number()), "{line}");
    }
    Ok(())
}

/// What `make dev` prints. The line of a memory that was loaded counts its profile's fields, and from the first one on
/// that count once ended the reader and the stack with it.
#[tokio::test]
async fn the_log_reader_shows_a_customer_who_comes_back() -> Result<()> {
    let stage = Stage::set()?;
    let begun = SystemClock.now();
    let mut customer = stage.customer();
    customer.exchange(&format!("היי, קוראים לי דנה ואני מחיפה {}", customer.mark)).await?;
    customer.fall_silent(stage.env.idle).await?;
    customer.exchange("היי שוב").await?;
    let lead = customer.lead().await?["lead"].clone();
    let loaded = wait::until("the memory to be loaded", Duration::from_secs(20), async || {
        let lines = lines(&stage, begun).await?;
        let loaded = lines.into_iter().find(|line| line["lead"] == lead && line["fields"].as_u64() > Some(0));
        Ok(loaded)
    })
    .await?;
    let shown = read_by_a_person("reply", &[loaded.clone(), "no JSON at all".into(), json!(7), json!({"fields": {}})])?;
    let shown: Vec<&str> = shown.lines().collect();
    assert_eq!(shown.len(), 4, "{shown:#?}");
    let lead = format!("  lead={}  ", lead.as_str().context("no id")?);
    let fields = format!("  fields={}  ", loaded["fields"]);
    let told = ["[CUSTOMER-MEMORY] loaded  ", &lead, &fields];
    assert!(told.iter().all(|part| shown[0].contains(part)), "{shown:#?}");
    assert!(shown[3].ends_with("  fields={}"), "an object under that name is shown like everything else: {shown:#?}");
    Ok(())
}

/// The lines as `infra/local/logs.py` shows them.
fn read_by_a_person(function: &str, lines: &[Value]) -> Result<String> {
    let mut reader = Command::new("python3");
    reader.args([concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/local/logs.py"), function]);
    let mut reader = reader.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = reader.stdin.take().context("no standard input")?;
    for line in lines {
        writeln!(input, "{}", line.as_str().map_or_else(|| line.to_string(), str::to_owned))?;
    }
    drop(input);
    let answer = reader.wait_with_output()?;
    anyhow::ensure!(answer.status.success(), "the reader ended with {}", answer.status);
    Ok(String::from_utf8(answer.stdout)?)
}

fn metrics(line: &Value) -> Vec<String> {
    let listed = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array();
    listed.into_iter().flatten().filter_map(|metric| metric["Name"].as_str().map(str::to_owned)).collect()
}

/// Every line the functions logged since then, those that are no JSON as text.
async fn lines(stage: &Stage, since: Timestamp) -> Result<Vec<Value>> {
    let mut lines = Vec::new();
    for function in FUNCTIONS {
        let group = format!("/aws/lambda/{}-{function}", stage.env.secret_prefix);
        let request = client()?
            .post(&stage.env.aws_endpoint_url)
            .header("authorization", SCOPE)
            .header("x-amz-target", "Logs_20140328.FilterLogEvents")
            .header("content-type", "application/x-amz-json-1.1");
        let answer = request
            .body(json!({"logGroupName": group, "startTime": since.as_millisecond()}).to_string())
            .send()
            .await?;
        let found: Value = serde_json::from_slice(&answer.error_for_status()?.bytes().await?)?;
        for event in found["events"].as_array().context("no events")? {
            let text = event["message"].as_str().unwrap_or_default();
            lines.push(serde_json::from_str(text).unwrap_or_else(|_| text.into()));
        }
    }
    Ok(lines)
}
