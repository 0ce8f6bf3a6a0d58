//! The files of the page, inside the program.

use crate::simulator::Simulator;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RANGE, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

/// Everything from this program and nothing from anywhere else; no script or style inside of the page, and (trusted
/// types) no way to make markup of a text: what a customer wrote stays a text, whatever it looks like.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; \
                      connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

const FILES: [(&str, &str, &str); 12] = [
    ("app.js", SCRIPT, include_str!("../../page/app.js")),
    ("call.js", SCRIPT, include_str!("../../page/call.js")),
    ("customers.js", SCRIPT, include_str!("../../page/customers.js")),
    ("dom.js", SCRIPT, include_str!("../../page/dom.js")),
    ("memory.js", SCRIPT, include_str!("../../page/memory.js")),
    ("phone.js", SCRIPT, include_str!("../../page/phone.js")),
    ("picture.js", SCRIPT, include_str!("../../page/picture.js")),
    ("voice.js", SCRIPT, include_str!("../../page/voice.js")),
    ("words.js", SCRIPT, include_str!("../../page/words.js")),
    ("page.css", STYLE, include_str!("../../page/page.css")),
    ("memory.css", STYLE, include_str!("../../page/memory.css")),
    ("icon.svg", "image/svg+xml", include_str!("../../page/icon.svg")),
];

/// `GET /`.
pub(crate) async fn page() -> Response {
    answer(HTML, include_str!("../../page/page.html"))
}

/// `GET /oidc/sign-in.css`.
pub(crate) async fn sign_in_style() -> Response {
    answer(STYLE, include_str!("../../page/sign-in.css"))
}

/// `GET /page/{file}`.
pub(crate) async fn file(Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(known, _, _)| *known == name) {
        Some((_, kind, text)) => answer(kind, *text),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /page/files/{id}`: the file that came with a message. What could hold a script is only bytes to a browser.
pub(crate) async fn message_file(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let state = simulator.state();
    let Some(file) = state.files.iter().find(|file| file.id == id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let is_picture = matches!(&*file.mime_type, "image/jpeg" | "image/png" | "image/webp");
    let shows = file.mime_type.starts_with("audio/") || is_picture;
    let kind = if shows { file.mime_type.as_str() } else { "application/octet-stream" };
    // A player asks for the end first, where an Ogg file says how long it is.
    let range = headers.get(RANGE).and_then(|range| part(range.to_str().ok()?, file.bytes.len()));
    let Some((first, last)) = range else {
        return ([(ACCEPT_RANGES, "bytes")], answer(kind, file.bytes.clone())).into_response();
    };
    let told = [(CONTENT_RANGE, format!("bytes {first}-{last}/{}", file.bytes.len()))];
    let bytes = file.bytes[first..=last].to_vec();
    (StatusCode::PARTIAL_CONTENT, told, answer(kind, bytes)).into_response()
}

/// The first and the last byte of a [range](https://www.rfc-editor.org/rfc/rfc9110#name-range), of as many.
fn part(range: &str, many: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let first: usize = first.parse().ok()?;
    let last = last.parse().ok().unwrap_or(usize::MAX).min(many.checked_sub(1)?);
    (first <= last).then_some((first, last))
}

fn answer(kind: &str, body: impl Into<Body>) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        // The next build may bring another page.
        (CACHE_CONTROL, "no-cache"),
    ];
    let headers = headers.map(|(name, value)| (name, value.to_owned()));
    (headers, body.into()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_a_part_of_the_file_or_none() {
        for (range, expected) in [
            ("bytes=0-", Some((0, 9))),
            ("bytes=4-5", Some((4, 5))),
            ("bytes=4-99", Some((4, 9))),
            ("bytes=10-", None),
            ("bytes=5-4", None),
            ("bytes=-3", None),
            ("lines=1-2", None),
        ] {
            assert_eq!(part(range, 10), expected, "{range}");
        }
        assert_eq!(part("bytes=0-", 0), None);
    }
}
