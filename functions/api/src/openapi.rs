//! The OpenAPI document, from the code. What an operation takes and answers stands at its handler, and what a path, a
//! header or a version brings with it at its extractor (`LeadPath`, `Expected`, …); added here is what the
//! middleware and the readers of bodies and queries answer for every operation alike.
//!
//! The function serves it as it was written down in `openapi.json`, which a test holds against the code: what describes
//! every operation and every type is half a megabyte that no request needs.

use crate::Described;
use crate::json::Expected;
use crate::problem::{MEDIA_TYPE, Problem};
use crate::wire::LeadPath;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::{Response as Answer, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, Content, InfoBuilder, OpenApi, Ref, RefOr};
use utoipa::{IntoParams, IntoResponses, OpenApi as _, PartialSchema};

/// Where the document is served.
pub(crate) const PATH: &str = "/v1/openapi.json";

/// What an operation can answer, by status.
pub(crate) type Answers = BTreeMap<String, RefOr<Answer>>;

/// The document as `cargo run -q -p zikaron-api --example openapi` wrote it down.
const WRITTEN: &str = include_str!("../openapi.json");

pub(crate) async fn serve() -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], WRITTEN).into_response()
}

/// The document as the code has it, to be written down.
///
/// # Errors
/// Never, as far as is known: everything in it can be written as JSON.
pub fn described() -> serde_json::Result<String> {
    Ok(document().to_pretty_json()? + "\n")
}

fn document() -> OpenApi {
    let mut document = Described::openapi();
    document.info = InfoBuilder::new()
        .title("Zikaron staff API")
        .version("1")
        .description(Some(
            "What the people of a business do: correct the memory, answer in person, choose settings, export and erase.",
        ))
        .build();
    let components = document.components.get_or_insert_with(Components::new);
    components.schemas.insert("Problem".to_owned(), Problem::schema());
    // They are answered with other members beside them, which they would forbid.
    if let Some(RefOr::T(Schema::Object(settings))) = components.schemas.get_mut("Settings") {
        settings.additional_properties = None;
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme("staff", SecurityScheme::Http(bearer));
    for item in document.paths.paths.values_mut() {
        item.get.iter_mut().for_each(may_be_unchanged);
        if let Some(post) = &mut item.post {
            post.parameters.get_or_insert_default().push(RefOr::T(idempotency_key()));
            add(post, problems(&[("409", NOT_NOW), ("413", TOO_LONG), ("422", BREAKS_A_RULE)]));
        }
        for operation in operations(item) {
            complete(operation);
            describe(operation);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let all = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
    all.into_iter().filter_map(Option::as_mut)
}

const MALFORMED: &str = "Malformed; `field`, if there is one, names the place.";
const NOT_THERE: &str = "There is no such thing in this business.";
const NOT_NOW: &str = "Not possible as things stand.";
const TOO_LONG: &str = "The body is too long.";
const BREAKS_A_RULE: &str = "A value breaks a rule; `field` names it. Or the key was used for something else.";

/// What is refused whatever is asked, in front of the handler, and what the readers of bodies refuse.
fn complete(operation: &mut Operation) {
    let has_body = operation.request_body.is_some();
    add(
        operation,
        problems(&[
            ("400", MALFORMED),
            ("401", "No valid access token."),
            ("403", "The token's role may not do this, or it names no business."),
            ("429", "Too many requests: try again later."),
            ("503", "Something this needs does not answer: try again."),
        ]),
    );
    if has_body {
        let kind = ("415", "A body of another kind.");
        add(operation, problems(&[("413", TOO_LONG), kind, ("422", BREAKS_A_RULE)]));
    }
}

/// OpenAPI 3.1 wants a description of every response (<https://spec.openapis.org/oas/v3.1.0#response-object>); that of
/// an answer that went well is its status.
fn describe(operation: &mut Operation) {
    for (status, answer) in &mut operation.responses.responses {
        let RefOr::T(answer) = answer else { continue };
        if answer.description.is_empty() {
            let status = StatusCode::from_bytes(status.as_bytes()).ok();
            answer.description = status.and_then(|status| status.canonical_reason()).unwrap_or("Done").to_owned();
        }
    }
}

/// A list is not sent again to who has it ([`crate::unchanged`]); what has a version is.
fn may_be_unchanged(get: &mut Operation) {
    let answers = &mut get.responses.responses;
    if matches!(answers.get("200"), Some(RefOr::T(answer)) if answer.headers.contains_key("ETag")) {
        return;
    }
    let schema = ObjectBuilder::new().schema_type(Type::String);
    let told = "The `ETag` of what the caller has: where that still holds, the answer is 304.";
    get.parameters.get_or_insert_default().push(RefOr::T(header_parameter("If-None-Match", told, schema)));
    let answer = ResponseBuilder::new().description("It is what `If-None-Match` names.").build();
    answers.insert("304".to_owned(), answer.into());
}

/// Adds answers an operation does not describe by itself.
fn add(operation: &mut Operation, answers: Answers) {
    for (status, answer) in answers {
        operation.responses.responses.entry(status).or_insert(answer);
    }
}

fn problems(all: &[(&str, &str)]) -> Answers {
    all.iter().map(|(status, description)| ((*status).to_owned(), problem(status, description).into())).collect()
}

/// What is asked of one lead. Where it was joined into another, the answer is the way there.
pub(crate) fn of_lead() -> Answers {
    let mut answers = problems(&[("404", NOT_THERE), ("409", NOT_NOW)]);
    answers.insert("308".to_owned(), joined().into());
    answers
}

/// What is asked of one route.
pub(crate) fn of_route() -> Answers {
    problems(&[("404", NOT_THERE), ("409", NOT_NOW), ("422", BREAKS_A_RULE)])
}

/// What is asked of something there need not be one of.
pub(crate) struct NotThere;

impl IntoResponses for NotThere {
    fn responses() -> Answers {
        problems(&[("404", NOT_THERE)])
    }
}

impl IntoResponses for LeadPath {
    fn responses() -> Answers {
        of_lead()
    }
}

impl IntoParams for Expected {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^(\"[0-9]{1,15}\"|\\*)$"));
        vec![header_parameter("If-Match", "The `ETag` of what was read: changed since, nothing is written.", schema)]
    }
}

impl IntoResponses for Expected {
    fn responses() -> Answers {
        problems(&[("412", "It was changed since it was read.")])
    }
}

/// The customer turned out to be one the business knew already.
fn joined() -> Answer {
    let text = ObjectBuilder::new().schema_type(Type::String);
    ResponseBuilder::new()
        .description("The same person is another lead by now: ask there, in the same way.")
        .header("Location", HeaderBuilder::new().schema(Some(text)).build())
        .build()
}

fn problem(status: &str, description: &str) -> Answer {
    let content = Content::new(Some(RefOr::<Schema>::Ref(Ref::from_schema_name("Problem"))));
    let mut response = ResponseBuilder::new().description(description).content(MEDIA_TYPE, content);
    if matches!(status, "401" | "403" | "404" | "429" | "503") {
        // The gateway in front answers by itself, in its own words.
        response = response.content("application/json", Content::new(Some(ObjectBuilder::new())));
    }
    if status == "401" {
        let text = ObjectBuilder::new().schema_type(Type::String);
        response = response.header("WWW-Authenticate", HeaderBuilder::new().schema(Some(text)).build());
    }
    response.build()
}

fn idempotency_key() -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[!-~]+$"));
    header_parameter(
        "Idempotency-Key",
        "Sent again within a day with the same body, the request takes effect once.",
        schema,
    )
}

fn header_parameter(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, Result};
    use serde_json::Value;

    /// Every operation: its path, its method and what the document says of it.
    fn operations() -> Result<Vec<(String, String, Value)>> {
        let document = serde_json::to_value(document())?;
        assert_eq!(document["openapi"], "3.1.0");
        let mut all = Vec::new();
        for (path, item) in document["paths"].as_object().context("paths")? {
            for (method, operation) in item.as_object().context("operations")? {
                all.push((path.clone(), method.clone(), operation.clone()));
            }
        }
        assert!(all.len() > 20, "{}", all.len());
        Ok(all)
    }

    #[test]
    fn what_is_served_is_what_the_code_says() -> Result<()> {
        let hint = "write it anew: cargo run -q -p zikaron-api --example openapi";
        assert!(described()? == WRITTEN, "functions/api/openapi.json is of an earlier code; {hint}");
        Ok(())
    }

    #[test]
    fn every_operation_says_how_it_is_refused() -> Result<()> {
        for (path, method, operation) in operations()? {
            let mut expected = vec!["400", "401", "403", "429", "503"];
            let has = |part: &str| path.contains(part);
            expected.extend(has("{lead}").then_some(["308", "404", "409"]).into_iter().flatten());
            expected.extend(has("{number}").then_some(["404", "409", "422"]).into_iter().flatten());
            expected.extend((method == "post").then_some(["409", "413", "422"]).into_iter().flatten());
            let body = operation.get("requestBody").is_some();
            expected.extend(body.then_some(["413", "415", "422"]).into_iter().flatten());
            let all = operation["responses"].as_object().context("responses")?;
            assert!(
                all.values().all(|one| one["description"].as_str().is_some_and(|text| !text.is_empty())),
                "{all:?}"
            );
            let missing: Vec<_> =
                expected.iter().filter(|status| operation["responses"].get(**status).is_none()).collect();
            assert!(missing.is_empty(), "{method} {path} does not say {missing:?}");
        }
        Ok(())
    }

    #[test]
    fn a_patch_has_no_default_that_a_client_would_send_unasked() -> Result<()> {
        let document = serde_json::to_value(document())?;
        let schemas = document["components"]["schemas"].as_object().context("no schemas")?;
        let patches = schemas.iter().filter(|(name, _)| name.ends_with("Patch"));
        let properties = patches.filter_map(|(name, patch)| Some((name, patch["properties"].as_object()?)));
        let named = properties.flat_map(|(name, all)| all.iter().map(move |property| (name, property)));
        let with_default: Vec<_> = named.filter(|(_, (_, schema))| schema.get("default").is_some()).collect();
        assert!(with_default.is_empty(), "{with_default:?}");
        Ok(())
    }

    #[test]
    fn a_post_takes_a_key_and_a_document_with_a_version_is_changed_conditionally() -> Result<()> {
        for (path, method, operation) in operations()? {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let takes = |name: &str| parameters.iter().any(|one| one["name"] == name && one["in"] == "header");
            assert_eq!(takes("Idempotency-Key"), method == "post", "{method} {path}");
            let versioned = method == "patch" && operation["responses"]["200"]["headers"].get("ETag").is_some();
            assert_eq!(takes("If-Match"), versioned, "{method} {path}");
            assert_eq!(operation["responses"].get("412").is_some(), versioned, "{method} {path}");
        }
        Ok(())
    }

    #[test]
    fn an_operation_has_an_id_of_its_own_one_tag_and_one_role() -> Result<()> {
        let mut ids = std::collections::BTreeSet::new();
        for (path, method, operation) in operations()? {
            let id = operation["operationId"].as_str().with_context(|| format!("{method} {path}"))?.to_owned();
            assert!(ids.insert(id), "{method} {path}: its id is another's too");
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{method} {path}");
            assert!(operation["security"][0]["staff"][0].is_string(), "{method} {path}");
        }
        Ok(())
    }

    /// Everything an object of a document holds by name, wherever it stands, with the name.
    fn properties(part: &Value) -> Vec<(&str, &Value)> {
        let own = part["properties"].as_object().into_iter().flatten();
        let mut all: Vec<_> = own.map(|(name, schema)| (name.as_str(), schema)).collect();
        let within: Vec<&Value> = match part {
            Value::Object(members) => members.values().collect(),
            Value::Array(items) => items.iter().collect(),
            _ => Vec::new(),
        };
        all.extend(within.into_iter().flat_map(properties));
        all
    }

    /// As utoipa once described times, a generated client had text for them under a name that hid the language's own.
    #[test]
    fn a_time_is_a_time_and_no_component_has_the_name_of_a_basic_type() -> Result<()> {
        let document = serde_json::to_value(document())?;
        let schemas = document["components"]["schemas"].as_object().context("schemas")?;
        let basic = ["String", "Number", "Boolean", "Object", "Array", "Value", "Timestamp", "Map", "Date"];
        let hiding: Vec<_> = schemas.keys().filter(|name| basic.contains(&name.as_str())).collect();
        assert!(hiding.is_empty(), "{hiding:?}");
        let is_time = |name: &str| name == "at" || name == "until" || name.ends_with("_at");
        let mut times = 0;
        // A time of the day is no moment.
        let is_moment = |schema: &Value| schema.get("pattern").is_none();
        let named = properties(&document).into_iter().filter(|(name, schema)| is_time(name) && is_moment(schema));
        for (name, schema) in named {
            times += 1;
            let kind = &schema["type"];
            let kinds: Vec<_> = kind.as_array().map_or_else(|| vec![kind], |all| all.iter().collect());
            assert!(kinds.iter().any(|kind| **kind == "string"), "{name}: {schema}");
            assert!(kinds.iter().all(|kind| **kind == "string" || **kind == "null"), "{name}: {schema}");
            assert_eq!(schema["format"], "date-time", "{name}: {schema}");
        }
        assert!(times >= 15, "{times} times");
        Ok(())
    }
}
