//! Digests of a model that repeats itself, or closes the form before it has said anything.

use crate::{completion, conversation, endpoint, model_at, patient_model_at};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::body_partial_json;
use wiremock::{Mock, MockServer, ResponseTemplate};
use zikaron_ai::model::ChatModel;
use zikaron_protocol::ports::Model;

fn cut(content: &str) -> ResponseTemplate {
    let choice = json!({"message": {"content": content}, "finish_reason": "length"});
    ResponseTemplate::new(200).set_body_json(json!({"choices": [choice]}))
}

fn circles() -> ResponseTemplate {
    cut(&format!(r#"{{"summary": "{}"#, "12:12, ".repeat(80)))
}

fn change() -> Value {
    json!({"field": "city", "value": "חיפה", "quote": "אני גר בחיפה", "confidence": "high"})
}

fn digest(summary: &str, changes: &[Value]) -> ResponseTemplate {
    completion(&json!(json!({"summary": summary, "changes": changes}).to_string()))
}

/// An endpoint that answers `usually`, and `varied` to whoever wants no repetition.
async fn server(usually: ResponseTemplate, varied: ResponseTemplate) -> MockServer {
    let server = endpoint(usually).await;
    let penalised = Mock::given(body_partial_json(json!({"frequency_penalty": 0.5}))).respond_with(varied);
    penalised.with_priority(1).mount(&server).await;
    server
}

fn model(server: &MockServer) -> ChatModel<Option<SecretString>> {
    model_at(&format!("{}/v1", server.uri()), None)
}

/// The penalty and the bound of each request.
async fn asked(server: &MockServer) -> Vec<(Option<f64>, u64)> {
    let requests = server.received_requests().await.unwrap();
    let bodies = requests.iter().map(|request| request.body_json::<Value>().unwrap());
    bodies.map(|body| (body["frequency_penalty"].as_f64(), body["max_tokens"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn a_model_that_goes_in_circles_or_says_nothing_is_asked_once_more_without_repetition() {
    let whole_circles = format!("{} {}", "נושא: תור.", "עקסק".repeat(60));
    for usually in [
        circles(),
        digest("", &[]),
        digest("סגנון", &[]),
        completion(&json!("no form at all")),
        digest(&whole_circles, &[]),
    ] {
        let server = server(usually, digest("נושא: תור", &[change()])).await;
        let digest = model(&server).digest(&conversation()).await.unwrap();
        assert_eq!((digest.summary.as_deref(), digest.patch.len()), (Some("נושא: תור"), 1));
        assert_eq!(asked(&server).await, [(None, 1_500), (Some(0.5), 1_500)]);
    }
}

#[tokio::test]
async fn what_it_said_first_stands_where_it_says_less_now() {
    let said_first = digest("", &[change()]);
    let other = server(said_first.clone(), digest("נושא: תור", &[])).await;
    let told = model(&other).digest(&conversation()).await.unwrap();
    assert_eq!((told.summary.as_deref(), told.patch.len()), (Some("נושא: תור"), 1));

    let begun = format!(r#"{{"summary": "נושא: תור. {}"#, "עקסק".repeat(60));
    for worse in [circles(), ResponseTemplate::new(500), completion(&json!("no form at all"))] {
        let server = server(cut(&begun), worse).await;
        let digest = model(&server).digest(&conversation()).await.unwrap();
        assert_eq!(digest.summary.as_deref(), Some("נושא: תור."));
        assert_eq!(asked(&server).await.len(), 2, "and no third time");
    }
}

#[tokio::test]
async fn a_good_digest_is_asked_for_once_also_where_it_was_cut() {
    // Claims that come again and again are told once, and cost the summary nothing.
    let claims = vec![change(); 40];
    for good in [digest("נושא: תור", &[]), digest("נושא: תור", &claims), cut(r#"{"summary": "נושא: תור\nמה נדון: מחי"#)]
    {
        let server = server(good, ResponseTemplate::new(500)).await;
        model(&server).digest(&conversation()).await.unwrap();
        assert_eq!(asked(&server).await, [(None, 1_500)]);
    }
}

#[tokio::test]
async fn an_endpoint_that_takes_no_penalty_is_asked_again_without_and_sent_none_for_a_while() {
    let refusal = json!({"error": {"code": "unsupported_parameter", "param": "frequency_penalty",
        "message": "Unsupported parameter: 'frequency_penalty' is not supported with this model."}});
    let server = server(circles(), ResponseTemplate::new(400).set_body_json(refusal)).await;
    let model = model(&server);
    for _ in 0..2 {
        model.digest(&conversation()).await.unwrap_err();
    }
    let penalties: Vec<_> = asked(&server).await.into_iter().map(|(penalty, _)| penalty).collect();
    assert_eq!(penalties, [None, Some(0.5), None, None, None]);
}

#[tokio::test]
async fn a_slow_model_that_repeats_itself_is_not_asked_to_go_on_for_longer() {
    let no_summary = format!(r#"{{"summary": "", "changes": [{}, {{"field": "na"#, change());
    let begun = format!(r#"{{"summary": "נושא: תור. {}"#, "עקסק".repeat(60));
    for short in [circles(), cut(&begun), cut(&no_summary)] {
        let server = server(short, digest("נושא: תור", &[])).await;
        let usual = Mock::given(body_partial_json(json!({"max_tokens": 1_500})));
        usual.respond_with(circles().set_delay(Duration::from_secs(9))).with_priority(2).mount(&server).await;
        let model = patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(2));
        assert_eq!(model.digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור"));
        assert_eq!(asked(&server).await, [(None, 1_500), (None, 200), (Some(0.5), 1_500)]);
    }
}

#[tokio::test]
async fn a_short_digest_stands_where_the_long_one_says_less() {
    let short = cut(r#"{"summary": "נושא: תור\nמה נדון: מחי"#);
    let server = server(digest("סגנון", &[]), digest("never asked for", &[])).await;
    Mock::given(body_partial_json(json!({"max_tokens": 200})))
        .respond_with(short)
        .with_priority(2)
        .mount(&server)
        .await;
    let late = digest("late", &[]).set_delay(Duration::from_secs(9));
    let once = Mock::given(body_partial_json(json!({"max_tokens": 1_500}))).respond_with(late).up_to_n_times(1);
    once.with_priority(2).mount(&server).await;
    let model = patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(2));
    assert_eq!(model.digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור"));
    assert_eq!(asked(&server).await, [(None, 1_500), (None, 200), (None, 1_500)]);
}

#[tokio::test]
async fn a_second_try_that_takes_too_long_costs_nothing_that_was_there() {
    let begun = cut(&format!(r#"{{"summary": "נושא: תור. {}"#, "עקסק".repeat(60)));
    let server = server(begun, digest("late", &[]).set_delay(Duration::from_secs(9))).await;
    assert_eq!(model(&server).digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור."));
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
}
