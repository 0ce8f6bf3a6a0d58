//! A run against an endpoint that is played.

use super::*;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// Table, lines of the cases, and how it ended.
async fn run(base_url: String, sample: &str) -> (String, String, Result<(), String>) {
    let variable = |name: &str| match name {
        "BASE_URL" => base_url.clone(),
        "MODEL" => "demo-model".to_owned(),
        "SAMPLE" => sample.to_owned(),
        _ => String::new(),
    };
    let (mut out, mut progress) = (Vec::new(), Vec::new());
    let ended = Settings::read(variable).unwrap().run(&mut out, &mut progress).await;
    (String::from_utf8(out).unwrap(), String::from_utf8(progress).unwrap(), ended)
}

async fn endpoint(answer: impl Fn(&Value) -> ResponseTemplate + Send + Sync + 'static) -> MockServer {
    let server = MockServer::start().await;
    let respond = move |request: &Request| answer(&request.body_json().unwrap());
    Mock::given(any()).respond_with(respond).mount(&server).await;
    server
}

fn completion(content: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "choices": [{"message": {"content": content.to_string()}}],
        "usage": {"prompt_tokens": 1_000, "completion_tokens": 50},
    }))
}

/// Says nothing of anybody, and hands nobody over.
fn empty(request: &Value) -> ResponseTemplate {
    let is_digest = request["response_format"].to_string().contains("summary");
    let digest = json!({"summary": "Topic: nothing was learnt in this conversation.", "changes": []});
    let reply = json!({"answer": "Hello!", "handover": false, "fresh": false});
    completion(if is_digest { &digest } else { &reply })
}

/// The cells of a row.
fn row(table: &str, name: &str) -> Vec<String> {
    let line = table.lines().find(|line| line.starts_with(&format!("| {name} |")));
    line.unwrap_or_default().split('|').skip(2).map(|cell| cell.trim().to_owned()).collect()
}

#[tokio::test]
async fn a_model_that_says_nothing_keeps_nothing_and_code_alone_sees_wishes() {
    let server = endpoint(empty).await;
    let (table, lines, ended) = run(format!("{}/v1", server.uri()), "60").await;
    assert_eq!(ended, Ok(()));
    assert_eq!((row(&table, "cases")[0].as_str(), lines.lines().count()), ("60", 60));
    assert!(row(&table, "false claims at high")[0].starts_with("0/"), "{table}");
    assert!(row(&table, "true facts lost, for the model did not say them")[0].ends_with(" 100 %"), "{table}");
    assert_eq!(row(&table, "resets seen"), row(&table, "resets seen by code alone"));
    let seen = row(&table, "resets seen");
    assert!(!seen[0].starts_with("0/") && seen[5] != seen[0], "{table}");
    // Only a wish that code sees by itself asks no model.
    let requests: usize = row(&table, "HTTP requests")[0].parse().unwrap();
    assert!(requests < 60 && requests == server.received_requests().await.unwrap().len(), "{table}");
}

/// Takes everybody for somebody of Haifa who wants everything.
fn eager(request: &Value) -> ResponseTemplate {
    let shown = request["messages"][1]["content"].as_str().unwrap_or_default();
    let quote = shown.rsplit("customer: ").next().unwrap_or_default();
    let claim = |value: &str| {
        json!({"field": "city", "value": value, "quote": quote, "span": value, "about": "customer", "meant": "states",
            "confidence": "high"})
    };
    let digest = json!({"summary": "Topic: where the customer lives.", "changes": [claim("חיפה"), claim("Haifa")]});
    let is_digest = request["response_format"].to_string().contains("summary");
    let reply = json!({"answer": "Hello!", "handover": true, "fresh": true});
    completion(if is_digest { &digest } else { &reply })
}

#[tokio::test]
async fn a_model_that_takes_everything_for_a_fact_and_a_wish_is_seen_through() {
    let server = endpoint(eager).await;
    let (table, _, ended) = run(server.uri(), "").await;
    assert_eq!(ended, Ok(()));
    for some in ["true facts at medium or high", "false claims the model made as stated facts", "false claims not kept"]
    {
        let [whole, hebrew, english, ..] = row(&table, some).try_into().unwrap_or([const { String::new() }; 7]);
        assert!([&whole, &hebrew, &english].iter().all(|cell| !cell.starts_with("0/")), "{some}: {table}");
    }
    for all in ["requests for a person falsely seen", "no resets, and handed to a person", "requests for a person seen"]
    {
        assert!(row(&table, all)[0].ends_with(" 100 %"), "{all}: {table}");
    }
    assert_eq!(row(&table, "resets falsely seen"), row(&table, "resets falsely seen by code alone"));
}

#[tokio::test]
async fn the_product_s_own_requests_are_sent() {
    let server = endpoint(empty).await;
    run(server.uri(), "").await.2.unwrap();
    let requests = server.received_requests().await.unwrap();
    let bodies: Vec<Value> = requests.iter().map(|request| request.body_json().unwrap()).collect();
    let with = |part: &str| bodies.iter().filter(|body| body.to_string().contains(part)).count();
    assert!(with("You keep a business's memory") > 250 && with("\\\"fresh\\\": true only if") > 50);
    // An answer stands behind its question, and a session's messages beside each other.
    assert!(with("assistant: מאיזו עיר אתם?\\n[2]") > 0 && with("customer: נראה לי\\n[3]") > 0);
}

#[tokio::test]
async fn what_leads_nowhere_says_what_to_do() {
    let table = [
        (401, json!({"error": {"code": "invalid_api_key"}}), "after 1 of 40 cases: ", "API_KEY"),
        (404, json!({"error": {"type": "not_found"}}), "after 1 of 40 cases: ", "MODEL"),
        (200, json!({"choices": [{"message": {"content": "Sure!"}}]}), "after 5 of 40 cases: ", "writes JSON"),
        (503, json!({}), "after 5 of 40 cases: ", "does a server run there"),
    ];
    for (status, body, when, hint) in table {
        let server = endpoint(move |_| ResponseTemplate::new(status).set_body_json(&body)).await;
        let (table, _, ended) = run(server.uri(), "40").await;
        let error = ended.unwrap_err();
        assert!(error.starts_with(when) && error.contains(hint), "{status}: {error}");
        assert_eq!(table, "", "{status}");
    }
    let nobody = run("http://127.0.0.1:9/v1".to_owned(), "40").await.2.unwrap_err();
    assert!(nobody.contains("no connection") && nobody.contains("127.0.0.1:9"), "{nobody}");
    assert!(run("http://127.0.0.1:9/v1".to_owned(), "2").await.2.unwrap_err().starts_with("after 2 of 2 cases"));
    let no_url = run("api.example".to_owned(), "1").await.2.unwrap_err();
    assert!(no_url.contains("https://") && no_url.contains("api.example"), "{no_url}");
}

#[test]
fn settings_that_are_missing_or_wrong_are_named() {
    let read = |base_url: &'static str, model: &'static str, sample: &'static str| {
        let variable = move |name: &str| match name {
            "BASE_URL" => base_url.to_owned(),
            "MODEL" => model.to_owned(),
            "SAMPLE" => sample.to_owned(),
            _ => String::new(),
        };
        Settings::read(variable).map(|settings| settings.sample)
    };
    assert!(read("", "m", "").unwrap_err().contains("BASE_URL"));
    assert!(read("http://x", " ", "").unwrap_err().contains("MODEL"));
    assert!(read("http://x", "m", "none").unwrap_err().contains("SAMPLE"));
    assert!(read("http://x", "m", "0").is_err());
    assert_eq!((read("http://x", "m", ""), read("http://x", "m", "7")), (Ok(usize::MAX), Ok(7)));
}

#[test]
fn one_bad_answer_says_nothing_of_the_next() {
    let (unusable, busy) = (ModelError::unusable(""), ModelError::Unavailable(String::new()));
    assert!(!hopeless(&unusable, 100, 1) && hopeless(&unusable, PATIENCE, 0));
    assert!(!hopeless(&busy, PATIENCE - 1, 9) && hopeless(&busy, PATIENCE, 9));
}
