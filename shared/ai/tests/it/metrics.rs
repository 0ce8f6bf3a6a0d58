//! What is counted of every answer, so that cost and cut answers can be seen.

use crate::{conversation, endpoint, hasty_model_at, model_at, question};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Once;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use wiremock::ResponseTemplate;
use wiremock::matchers::method;
use zikaron_protocol::ports::Model;

/// The numbers of one line of the log.
#[derive(Default)]
struct Numbers(BTreeMap<&'static str, u64>);

impl Visit for Numbers {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name(), value);
    }
    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

thread_local! {
    /// The metrics of every line that was written on this thread, which is one test's.
    static LINES: RefCell<Vec<BTreeMap<&'static str, u64>>> = const { RefCell::new(Vec::new()) };
}

/// The last of them, so far.
fn last_line() -> BTreeMap<&'static str, u64> {
    LINES.with_borrow_mut(Vec::pop).unwrap()
}

/// Keeps them. One for all tests: what is switched on for one thread only is not always switched on.
struct Kept;

fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Kept).unwrap());
}

impl Subscriber for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("zikaron")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut numbers = Numbers::default();
        event.record(&mut numbers);
        numbers.0.retain(|name, _| name.starts_with("metric.") && !name.ends_with("_ms"));
        LINES.with_borrow_mut(|lines| lines.push(numbers.0));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn answer(reason: &str, content: &str, usage: &Value) -> ResponseTemplate {
    let choice = json!({"message": {"content": content}, "finish_reason": reason});
    ResponseTemplate::new(200).set_body_json(json!({"choices": [choice], "usage": usage}))
}

#[tokio::test]
async fn tokens_and_what_was_cut_or_filtered_are_counted() {
    keep();
    let usage = json!({"prompt_tokens": 1_040, "completion_tokens": 30, "total_tokens": 1_070,
        "prompt_tokens_details": {"cached_tokens": 900}});
    let few = json!({"prompt_tokens": 400, "completion_tokens": 600});
    let good = r#"{"answer": "כן", "handover": false, "summary": "נושא: תור"}"#;
    let tokens = |tokens: [u64; 2]| [("metric.tokens_in", tokens[0]), ("metric.tokens_out", tokens[1])];
    for (given, mut expected) in [
        (answer("stop", good, &usage), [&tokens([1_040, 30])[..], &[("metric.tokens_cached", 900)]].concat()),
        (answer("length", "Yes. We are", &few), [&tokens([400, 600])[..], &[("metric.model_cut", 1)]].concat()),
        // Asked twice, and paid for twice.
        (
            answer("content_filter", "Yes", &few),
            [&tokens([800, 1_200])[..], &[("metric.model_filtered", 2), ("metric.model_failures", 1)]].concat(),
        ),
        (answer("stop", good, &Value::Null), Vec::new()),
        (ResponseTemplate::new(401), vec![("metric.model_failures", 1)]),
    ] {
        let server = endpoint(given).await;
        model_at(&format!("{}/v1", server.uri()), None).reply(&question()).await.ok();
        expected.sort_unstable();
        assert_eq!(last_line().into_iter().collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_says_what_it_used() {
    let few = json!({"prompt_tokens": 400, "completion_tokens": 600});
    let server = endpoint(answer("stop", "{}", &few)).await;
    let model = model_at(&format!("{}/v1", server.uri()), None);
    let errors = [model.digest(&conversation()).await.unwrap_err(), model.reply(&question()).await.unwrap_err()];
    for used in errors.map(|error| error.usage()) {
        assert_eq!((used.tokens_in, used.tokens_out), (800, 1_200), "asked twice, and paid for twice");
    }
}

#[tokio::test]
async fn what_was_paid_for_is_counted_also_where_the_deadline_ends_it() {
    keep();
    let server = wiremock::MockServer::start().await;
    let few = json!({"prompt_tokens": 400, "completion_tokens": 600});
    let cut = answer("length", "", &few);
    wiremock::Mock::given(method("POST")).respond_with(cut).up_to_n_times(1).mount(&server).await;
    let late = answer("stop", "{}", &few).set_delay(std::time::Duration::from_secs(3));
    wiremock::Mock::given(method("POST")).respond_with(late).with_priority(10).mount(&server).await;
    hasty_model_at(&format!("{}/v1", server.uri())).digest(&conversation()).await.unwrap_err();
    assert_eq!(last_line()["metric.tokens_out"], 600);
}
