//! How long a caller waits: the start of a call beside a bare function, and the read of the memory beside a bare read
//! of the table, in one run on one stack. A measurement, printed as a table; `make bench`.
#![expect(clippy::print_stdout, reason = "a measurement that prints")]

#[path = "latency/imports.rs"]
mod imports;

use anyhow::Result;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use zikaron_aws::store::DynamoStore;
use zikaron_aws::{config, sdk};
use zikaron_protocol::call::start;
use zikaron_protocol::model::ids::{BusinessId, ConnectionId, LeadId, LeadKey, NumberId, ShownNumber};
use zikaron_protocol::model::ongoing_call::OngoingCall;
use zikaron_protocol::ports::store::Store;
use zikaron_tests::stage::Stage;

const REQUESTS: usize = 500;

fn row(what: &str, times: &mut [Duration]) -> Duration {
    times.sort();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("{what:<52}{:>10.1}{:>10.1}", millis(at(50)), millis(at(99)));
    at(50)
}

async fn timed<T>(work: impl Future<Output = Result<T>>) -> Result<Duration> {
    let began = Instant::now();
    work.await?;
    Ok(began.elapsed())
}

#[tokio::test]
#[ignore = "a measurement: make bench"]
async fn a_caller_waits_little_longer_than_for_a_bare_function() -> Result<()> {
    let stage = Stage::set()?;
    let mut dana = stage.customer();
    dana.exchange("שלום, קוראים לי דנה לוי, אני מעדיפה ערב").await?;
    let lead = dana.fall_silent(stage.env.idle).await?;
    let http = zikaron_simulator::client()?;
    let connection = format!("{}/elevenlabs/calls-elevenlabs", std::env::var("CALLS_URL")?);
    let (beginning, recall) = (format!("{connection}/start"), format!("{connection}/recall"));
    let (token, number) = (std::env::var("CALLS_TOKEN")?, std::env::var("CALLS_NUMBER")?);
    let bare = async || {
        // Nothing in it names anybody: the function answers as to a stranger, before it asks the table anything.
        let answer = http.post(&beginning).bearer_auth(&token).body("[]").send().await?;
        let answer: Value = answer.json().await?;
        assert_eq!(answer["dynamic_variables"]["customer_name"], "");
        Ok(())
    };
    let ring = async || {
        let asked = json!({"caller_id": format!("+{}", dana.phone), "agent_id": "a", "called_number": number});
        let answer: Value = http.post(&beginning).bearer_auth(&token).json(&asked).send().await?.json().await?;
        assert_eq!(answer["dynamic_variables"]["customer_name"], "דנה לוי");
        Ok(())
    };
    let store = DynamoStore::new(
        aws_sdk_dynamodb::Client::new(&sdk::load().await),
        config::table_name()?,
        Duration::from_secs(600),
    );
    let key = LeadKey {
        business: BusinessId::parse(stage.env.business.clone())?,
        lead: LeadId::parse(lead["lead"].as_str().unwrap())?,
    };
    let call = OngoingCall {
        connection: ConnectionId::parse("calls-elevenlabs")?,
        routes: vec![NumberId::parse(&*number)?],
        business_number: None,
        customer: Some(ShownNumber::parse(format!("+{}", dana.phone))?),
    };
    let read = async || {
        assert!(store.memory(&key).await?.version > 0);
        Ok(())
    };
    let memory = async || {
        assert!(!start::recall(&store, &call, jiff::Timestamp::UNIX_EPOCH, 6_000).await?.text.is_empty());
        Ok(())
    };
    let ask = async || {
        let asked = json!({"question": "מתי נוח לה?", "from": format!("+{}", dana.phone), "to": number});
        let answer: Value = http.post(&recall).bearer_auth(&token).json(&asked).send().await?.json().await?;
        assert!(answer["result"].as_str().is_some_and(|told| told.contains("ערב")), "{answer}");
        Ok(())
    };
    let mut times: [Vec<Duration>; 5] = Default::default();
    for round in 0..REQUESTS + 5 {
        // In turn, so that whatever else the machine does meets all of them alike; the first ones start things up.
        let measured = [
            timed(bare()).await?,
            Box::pin(timed(ring())).await?,
            Box::pin(timed(ask())).await?,
            timed(read()).await?,
            Box::pin(timed(memory())).await?,
        ];
        if round >= 5 {
            times.iter_mut().zip(measured).for_each(|(times, time)| times.push(time));
        }
    }
    println!("{:<52}{:>10}{:>10}", format!("{REQUESTS} requests each, in milliseconds"), "p50", "p99");
    let [bare, ring, ask, read, memory] = &mut times;
    row("a bare function (call-start, nothing to look up)", bare);
    row("start of a call (call-start, known caller)", ring);
    row("a question in mid-call (call-start, recall)", ask);
    let read = row("a bare read of the table (GetItem)", read);
    let memory = row("the memory of a caller (alias, then state + memory)", memory);
    println!("the memory takes {:.1} ms more than a bare read (p50)", (memory - read.min(memory)).as_secs_f64() * 1e3);
    Ok(())
}
