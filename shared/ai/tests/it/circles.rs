//! Digests of a model that repeats itself, or closes the form before it has said anything.

use crate::{completion, conversation, endpoint, model_at, patient_model_at};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::body_partial_json;
use wiremock::{Mock, MockServer, ResponseTemplate};
use zikaron_ai::model::ChatModel;
use zikaron_protocol::ports::{DigestRequest, Model};

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
    let penalised = Mock::given(body_partial_json(json!({"frequency_penalty": 0.1}))).respond_with(varied);
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
        let server = server(usually, digest("נושא: תור וצבע", &[change()])).await;
        let digest = model(&server).digest(&conversation()).await.unwrap();
        assert_eq!((digest.summary.as_deref(), digest.patch.len()), (Some("נושא: תור וצבע"), 1));
        assert_eq!(asked(&server).await, [(None, 1_500), (Some(0.1), 1_500)]);
    }
}

#[tokio::test]
async fn what_it_said_first_stands_where_it_says_less_now() {
    let begun = format!(r#"{{"summary": "נושא: תור.\nמה נדון: צבע. {}"#, "עקסק".repeat(60));
    let shorter_circles = format!(r#"{{"summary": "נושא: תור וצבע ומחיר ועוד דברים רבים. {}"#, "עקסק".repeat(60));
    for worse in [
        circles(),
        ResponseTemplate::new(500),
        completion(&json!("no form at all")),
        digest("נושא: תור", &[]),
        cut(&shorter_circles),
    ] {
        let server = server(cut(&begun), worse).await;
        let digest = model(&server).digest(&conversation()).await.unwrap();
        assert_eq!(digest.summary.as_deref(), Some("נושא: תור.\nמה נדון: צבע."));
        assert_eq!(asked(&server).await.len(), 2, "and no third time");
    }
    let longer = digest("נושא: תור. מה נדון: צבע ומחיר. תוצאה: נקבע.", &[]);
    let server = server(cut(&begun), longer).await;
    let digest = model(&server).digest(&conversation()).await.unwrap();
    assert_eq!(digest.summary.as_deref(), Some("נושא: תור. מה נדון: צבע ומחיר. תוצאה: נקבע."));
}

#[tokio::test]
async fn what_was_claimed_and_asked_for_in_either_is_told_once() {
    let name = json!({"field": "name", "value": "דנה", "quote": "שמי דנה", "confidence": "high"});
    let call = |what: &str| json!({"quote": format!("תתקשרו מחר לגבי {what}"), "kind": "call", "what": what});
    let written = |summary: &str, changes: &[&Value], commitments: &[Value]| {
        completion(&json!(json!({"summary": summary, "changes": changes, "commitments": commitments}).to_string()))
    };
    let first = written("", &[&change()], &[call("תור")]);
    let second = written("נושא: תור", &[&change(), &name], &[call("תור"), call("צבע"), call("מחיר"), call("עוד")]);
    let server = server(first, second).await;
    let digest = model(&server).digest(&DigestRequest { commitments: true, ..conversation() }).await.unwrap();
    assert_eq!(digest.summary.as_deref(), Some("נושא: תור"));
    assert_eq!(digest.patch.iter().map(|claim| claim.field.as_str()).collect::<Vec<_>>(), ["city", "name"]);
    assert_eq!(digest.commitments.iter().map(|one| one.what.as_str()).collect::<Vec<_>>(), ["תור", "צבע", "מחיר"]);
}

#[tokio::test]
async fn what_is_asked_for_in_more_words_the_second_time_is_no_second_request() {
    let asks = |kind: &str, quote: &str, when: Option<&str>| json!({"quote": quote, "kind": kind, "when": when, "what": "מחיר"});
    let written = |summary: &str, commitments: &[Value]| {
        completion(&json!(json!({"summary": summary, "changes": [], "commitments": commitments}).to_string()))
    };
    let (quote, longer) = ("תשלחו לי את המחיר", "אז תשלחו לי את המחיר בבקשה");
    let (tomorrow, sunday) = (Some("מחר"), Some("ביום ראשון"));
    // What the first repeated takes no room.
    let thrice = vec![asks("message", quote, None); 3];
    for (first, second, kinds) in [
        (thrice.clone(), [asks("message", longer, None), asks("call", quote, None)], vec!["message", "call"]),
        (thrice, [asks("message", quote, tomorrow), asks("message", longer, sunday)], vec!["message"]),
        (
            vec![asks("message", quote, tomorrow)],
            [asks("message", longer, tomorrow), asks("message", longer, sunday)],
            vec!["message", "message"],
        ),
    ] {
        let server = server(written("", &first), written("נושא: מחיר", &second)).await;
        let digest = model(&server).digest(&DigestRequest { commitments: true, ..conversation() }).await.unwrap();
        assert_eq!(digest.summary.as_deref(), Some("נושא: מחיר"));
        assert_eq!(digest.commitments.iter().map(|one| json!(one.kind)).collect::<Vec<_>>(), kinds);
    }
}

#[tokio::test]
async fn what_is_called_off_or_asked_for_in_another_line_is_no_repetition() {
    let call = |line: u32, quote: &str, meant: &str| json!({"line": line, "quote": quote, "kind": "call", "when": "מחר", "what": "תור", "meant": meant});
    let asked_for = call(3, "תתקשרו אליי מחר", "asks");
    for other in [
        call(9, "אל תתקשרו אליי מחר", "takes_back"),
        call(3, "אל תתקשרו אליי מחר", "denies"),
        call(9, "תתקשרו אליי מחר", "asks"),
    ] {
        let both = json!({"summary": "נושא: תור", "changes": [], "commitments": [asked_for, other]}).to_string();
        let server = server(circles(), completion(&json!(both))).await;
        let digest = model(&server).digest(&DigestRequest { commitments: true, ..conversation() }).await.unwrap();
        assert_eq!(digest.commitments.len(), 2, "{other}");
    }
}

#[tokio::test]
async fn of_two_wordings_of_a_commitment_the_one_that_says_when_stands() {
    let call = |quote: &str, when: Option<&str>| json!({"line": 3, "quote": quote, "kind": "call", "when": when, "what": "תור"});
    let (bare, timed) = (call("תתקשרו אליי", None), call("תתקשרו אליי מחר בעשר", Some("מחר בעשר")));
    for (first, second) in [(&bare, &timed), (&timed, &bare)] {
        let written = |summary: &str, one: &Value| {
            completion(&json!(json!({"summary": summary, "changes": [], "commitments": [one]}).to_string()))
        };
        let server = server(written("", first), written("נושא: תור", second)).await;
        let digest = model(&server).digest(&DigestRequest { commitments: true, ..conversation() }).await.unwrap();
        let whens: Vec<_> = digest.commitments.iter().map(|one| one.when.as_deref()).collect();
        assert_eq!(whens, [Some("מחר בעשר")]);
    }
}

#[tokio::test]
async fn a_long_digest_in_circles_costs_nothing_of_a_short_one_that_was_good() {
    let short = cut(r#"{"summary": "נושא: תור\nמה נדון: צבע ומחיר\nמה מתא"#);
    let server = server(circles(), digest("never asked for", &[])).await;
    Mock::given(body_partial_json(json!({"max_tokens": 200})))
        .respond_with(short)
        .with_priority(2)
        .mount(&server)
        .await;
    let late = digest("late", &[]).set_delay(Duration::from_secs(9));
    let once = Mock::given(body_partial_json(json!({"max_tokens": 1_500}))).respond_with(late).up_to_n_times(1);
    once.with_priority(2).mount(&server).await;
    let long = cut(&format!(r#"{{"summary": "נושא: תור. {}"#, "עקסק".repeat(60)));
    let usual = Mock::given(body_partial_json(json!({"max_tokens": 1_500}))).respond_with(long);
    usual.with_priority(3).mount(&server).await;
    let model = patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(6));
    let told = model.digest(&conversation()).await.unwrap().summary.unwrap();
    assert!(told.contains("צבע ומחיר"), "{told}");
    assert_eq!(asked(&server).await, [(None, 1_500), (None, 200), (None, 1_500)]);
}

#[tokio::test]
async fn commitments_of_a_digest_without_summary_and_claims_are_not_lost() {
    let call = json!({"quote": "תתקשרו מחר", "kind": "call", "when": "מחר", "what": "תור"});
    let alone = json!({"summary": "", "changes": [], "commitments": [call]}).to_string();
    let whole = digest("נושא: תור", &[]);
    let begun = cut(&format!(r#"{{"summary": "נושא: תור. {}"#, "עקסק".repeat(60)));
    let alone = completion(&json!(alone));
    for (first, second) in [(alone.clone(), whole), (begun, alone)] {
        let server = server(first, second).await;
        let digest = model(&server).digest(&DigestRequest { commitments: true, ..conversation() }).await.unwrap();
        assert!(digest.summary.is_some_and(|summary| summary.starts_with("נושא: תור")));
        assert_eq!(digest.commitments.len(), 1);
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
    let named = |message: &str| json!({"error": {"message": message, "type": "invalid_request_error"}});
    for (status, refusal) in [
        (400, named("Unsupported parameter: 'frequency_penalty' is not supported with this model.")),
        (400, json!([{"error": {"code": 400, "message": "Penalty is not enabled for this model"}}])),
        (400, named("Model demo does not support parameter frequencyPenalty.")),
        (404, named("No endpoints found that can handle the requested parameters: response_format, frequency_penalty")),
        (422, named("frequency_penalty must be <= 0; known are model, messages, max_tokens")),
        (422, named("frequency_penalty: must be <= 0")),
        (422, json!({"detail": "Invalid request"})),
    ] {
        let server = server(circles(), ResponseTemplate::new(status).set_body_json(&refusal)).await;
        let model = model(&server);
        for _ in 0..2 {
            model.digest(&conversation()).await.unwrap_err();
        }
        let penalties: Vec<_> = asked(&server).await.into_iter().collect();
        let plain = (None, 1_500);
        assert_eq!(penalties, [plain, (Some(0.1), 1_500), plain, plain, plain], "{refusal}");
        let formats = crate::formats(&server.received_requests().await.unwrap());
        assert!(formats.iter().all(|format| format == "json_schema"), "it knows the form as before: {refusal}");
    }
}

#[tokio::test]
async fn a_refusal_that_was_not_of_the_penalty_leaves_it_in_use() {
    let long = json!({"error": {"message": "maximum context length is 2048 tokens", "type": "invalid_request_error"}});
    let denied = json!({"error": {"message": "Incorrect API key", "type": "invalid_request_error"}});
    for (status, refusal) in [(400, long), (401, denied)] {
        let server = endpoint(circles()).await;
        let model = model(&server);
        // Refuses the second request, penalised, and the same without the penalty.
        let first = Mock::given(wiremock::matchers::any()).respond_with(circles()).up_to_n_times(1);
        first.with_priority(1).mount(&server).await;
        let refuses = ResponseTemplate::new(status).set_body_json(&refusal);
        let twice = Mock::given(wiremock::matchers::any()).respond_with(refuses).up_to_n_times(2);
        twice.with_priority(1).mount(&server).await;
        let penalised = Mock::given(body_partial_json(json!({"frequency_penalty": 0.1})));
        penalised.respond_with(digest("נושא: תור", &[])).with_priority(2).mount(&server).await;
        let long = DigestRequest { transcript: vec![conversation().transcript[0].clone(); 8], ..conversation() };
        model.digest(&long).await.unwrap_err();
        assert_eq!(model.digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור"));
        let penalties: Vec<_> = asked(&server).await.into_iter().map(|(penalty, _)| penalty).collect();
        assert_eq!(penalties[..3], [None, Some(0.1), None]);
        assert_eq!(penalties[penalties.len() - 2..], [None, Some(0.1)], "and the next time it is asked for again");
    }
}

#[tokio::test]
async fn a_second_try_that_runs_out_of_time_is_asked_for_in_short_from_then_on() {
    let server = server(circles(), digest("late", &[]).set_delay(Duration::from_secs(9))).await;
    let model = patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(3));
    for _ in 0..2 {
        model.digest(&conversation()).await.unwrap_err();
    }
    assert_eq!(asked(&server).await, [(None, 1_500), (Some(0.1), 1_500), (None, 200), (Some(0.1), 200)]);
}

#[tokio::test]
async fn no_short_answer_is_begun_for_which_there_is_no_time() {
    let server = server(circles().set_delay(Duration::from_secs(9)), digest("never asked for", &[])).await;
    let late = circles().set_delay(Duration::from_millis(1_400));
    let short = Mock::given(body_partial_json(json!({"max_tokens": 200}))).respond_with(late);
    short.with_priority(2).mount(&server).await;
    let model = patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(3));
    model.digest(&conversation()).await.unwrap_err();
    assert_eq!(asked(&server).await, [(None, 1_500), (None, 200)]);
}

#[tokio::test]
async fn a_slow_model_that_goes_in_circles_is_known_to_be_slow() {
    // 1,500 tokens never come in a third of the time, and 200 take longer than their share of it.
    let late = |after: u64, answer: ResponseTemplate| answer.set_delay(Duration::from_millis(after));
    let server = server(late(9_000, circles()), late(300, digest("נושא: תור", &[]))).await;
    let short = Mock::given(body_partial_json(json!({"max_tokens": 200}))).respond_with(late(1_200, circles()));
    short.with_priority(2).mount(&server).await;
    let model = patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(6));
    for _ in 0..2 {
        assert_eq!(model.digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור"));
    }
    let (short, varied) = ((None, 200), (Some(0.1), 200));
    assert_eq!(asked(&server).await, [(None, 1_500), short, varied, short, varied]);
}

#[tokio::test]
async fn what_took_most_of_the_time_is_not_begun_again() {
    let server = server(circles().set_delay(Duration::from_millis(1_800)), digest("late", &[])).await;
    let thoughts = json!({"choices": [{"message": {"content": ""}, "finish_reason": "length"}]});
    let once = Mock::given(body_partial_json(json!({"max_tokens": 1_500})));
    let once = once.respond_with(ResponseTemplate::new(200).set_body_json(thoughts)).up_to_n_times(1);
    once.with_priority(2).mount(&server).await;
    let model = patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(3));
    model.digest(&conversation()).await.unwrap_err();
    assert_eq!(asked(&server).await, [(None, 1_500), (None, 6_000)], "a model that thinks has all the time there is");
}

#[tokio::test]
async fn dates_in_lines_of_one_kind_are_no_circles() {
    let day =
        |date: &str| format!("{date} בשעה 10:00 הגיעה דנה לטיפול פיזיותרפיה בברך ימין ושילמה במזומן במקום, בלי קבלה");
    let summary = format!("נושא: טיפולים\n{}\n{}\n{}\n{}", day("5.3"), day("12.3"), day("19.3"), day("26.3"));
    let server = server(digest(&summary, &[]), digest("never asked for", &[])).await;
    let told = model(&server).digest(&conversation()).await.unwrap().summary.unwrap();
    assert!(told.contains("26.3"), "{told}");
    assert_eq!(asked(&server).await.len(), 1);
}

#[tokio::test]
async fn a_slow_model_that_repeats_itself_is_not_asked_to_go_on_for_longer() {
    let no_summary = format!(r#"{{"summary": "", "changes": [{}, {{"field": "na"#, change());
    let begun = format!(r#"{{"summary": "נושא: תור. {}"#, "עקסק".repeat(60));
    for short in [circles(), cut(&begun), cut(&no_summary)] {
        let server = server(short, digest("נושא: תור וצבע", &[])).await;
        let usual = Mock::given(body_partial_json(json!({"max_tokens": 1_500})));
        usual.respond_with(circles().set_delay(Duration::from_secs(9))).with_priority(2).mount(&server).await;
        let model = patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(6));
        assert_eq!(model.digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור וצבע"));
        assert_eq!(asked(&server).await, [(None, 1_500), (None, 200), (Some(0.1), 1_500)]);
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
    let model = patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(6));
    assert_eq!(model.digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור"));
    assert_eq!(asked(&server).await, [(None, 1_500), (None, 200), (None, 1_500)]);
}

#[tokio::test]
async fn a_second_try_that_takes_too_long_costs_nothing_that_was_there() {
    let begun = cut(&format!(r#"{{"summary": "נושא: תור. {}"#, "עקסק".repeat(60)));
    let server = server(begun, digest("late", &[]).set_delay(Duration::from_secs(9))).await;
    let model = patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(3));
    assert_eq!(model.digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור."));
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
}
