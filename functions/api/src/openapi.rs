//! The OpenAPI document, from the code: what stands at each handler, and what is true of all of them.

use crate::Paths;
use crate::problem::{MEDIA_TYPE, Problem};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::{Response as Described, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, Content, InfoBuilder, OpenApi, Ref, RefOr};
use utoipa::{OpenApi as _, PartialSchema};

/// Where the document is served.
pub(crate) const PATH: &str = "/v1/openapi.json";

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_json().unwrap_or_default());

pub(crate) async fn serve() -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], DOCUMENT.as_str()).into_response()
}

/// The document.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = Paths::openapi();
    document.info = InfoBuilder::new()
        .title("Zikaron staff API")
        .version("1")
        .description(Some(
            "What the people of a business do: correct the memory, answer in person, choose settings, export and erase.",
        ))
        .build();
    let components = document.components.get_or_insert_with(Components::new);
    components.schemas.insert("Problem".to_owned(), Problem::schema());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme("staff", SecurityScheme::Http(bearer));
    for (path, item) in &mut document.paths.paths {
        let posts = item.post.is_some();
        for (operation, method) in operations(item) {
            complete(operation, path, posts && method == "post", method == "patch");
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&mut Operation, &'static str)> {
    let all = [
        (item.get.as_mut(), "get"),
        (item.post.as_mut(), "post"),
        (item.put.as_mut(), "put"),
        (item.patch.as_mut(), "patch"),
        (item.delete.as_mut(), "delete"),
    ];
    all.into_iter().filter_map(|(operation, method)| Some((operation?, method)))
}

/// What every operation, or every one of its kind, can answer.
fn complete(operation: &mut Operation, path: &str, posts: bool, patches: bool) {
    let has_body = operation.request_body.is_some();
    let has_query = operation.parameters.iter().flatten().any(|one| one.parameter_in == ParameterIn::Query);
    let mut answers = vec![
        ("401", "No valid access token."),
        ("403", "The token's role may not do this, or it names no business."),
        ("429", "Too many requests: try again later."),
        ("503", "Something this needs does not answer: try again."),
    ];
    if path.contains("{lead}") || path.contains("{number}") {
        answers.push(("404", "There is no such thing in this business."));
    }
    if path.contains("{lead}") || path.contains("{number}") || posts {
        answers.push(("409", "Not possible as things stand."));
    }
    if path.contains("{lead}") {
        operation.responses.responses.entry("308".to_owned()).or_insert_with(|| joined().into());
    }
    if posts {
        operation.parameters.get_or_insert_default().push(idempotency_key());
    }
    if patches && !path.contains("{note}") {
        operation.parameters.get_or_insert_default().push(if_match());
        answers.push(("412", "It was changed since it was read."));
    }
    if has_body || has_query || posts {
        answers.push(("400", "Malformed; `field` names the place."));
    }
    if has_body || posts || path.contains("{number}") {
        answers.push(("422", "A value breaks a rule; `field` names it. Or the key was used for something else."));
    }
    if has_body || posts {
        answers.push(("413", "The body is too long."));
    }
    if has_body {
        answers.push(("415", "A body of another kind."));
    }
    for (status, description) in answers {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| problem(status, description).into());
    }
}

/// The customer turned out to be one the business knew already.
fn joined() -> Described {
    let text = ObjectBuilder::new().schema_type(Type::String);
    ResponseBuilder::new()
        .description("The same person is another lead by now: ask there, in the same way.")
        .header("Location", HeaderBuilder::new().schema(text).build())
        .build()
}

fn problem(status: &str, description: &str) -> Described {
    let content = Content::new(Some(RefOr::<Schema>::Ref(Ref::from_schema_name("Problem"))));
    let mut response = ResponseBuilder::new().description(description).content(MEDIA_TYPE, content);
    if matches!(status, "401" | "403" | "404" | "429" | "503") {
        // The gateway in front answers by itself, in its own words.
        response = response.content("application/json", Content::new(Some(ObjectBuilder::new())));
    }
    if status == "401" {
        let text = ObjectBuilder::new().schema_type(Type::String);
        response = response.header("WWW-Authenticate", HeaderBuilder::new().schema(text).build());
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

fn if_match() -> Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^(\"[0-9]{1,15}\"|\\*)$"));
    header_parameter("If-Match", "The `ETag` of what was read: changed since, nothing is written.", schema)
}

fn header_parameter(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
