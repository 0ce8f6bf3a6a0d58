//! A function that sends and receives as many bytes as it is told, one request after the other, and does nothing else:
//! `{"to": url, "calls": [{"send": 100, "receive": 2000}]}`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "it follows no redirect: the bench sends none")]
async fn main() -> Result<(), Error> {
    let http = reqwest::Client::new();
    run(service_fn(async |event: LambdaEvent<Value>| {
        let to = event.payload["to"].as_str().unwrap_or_default();
        for call in event.payload["calls"].as_array().into_iter().flatten() {
            let body = vec![b'.'; usize::try_from(call["send"].as_u64().unwrap_or(0))?];
            http.post(format!("{to}?receive={}", call["receive"])).body(body).send().await?.bytes().await?;
        }
        Ok::<_, Error>(())
    }))
    .await
}
