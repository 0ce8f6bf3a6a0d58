#!/usr/bin/env bash
# utoipa 6.0.0 (crates.io): a response that is declared without a description is written without the member
# `description`. OpenAPI 3.1 requires it in every Response Object (https://spec.openapis.org/oas/v3.1.0#response-object),
# and utoipa writes `"openapi": "3.1.0"` at the head of the same document, so strict readers refuse what it made.
# utoipa 5.5.0 wrote an empty text, which is valid; the step from 5 to 6 compiles unchanged and says nothing.
# Seen: 5.5.0 {"200":{"description":""}}, 6.0.0 {"200":{}}. Ours fills the gap in functions/api/src/openapi.rs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
responses() {
  mkdir -p "$work/$1/src"
  cat > "$work/$1/Cargo.toml" <<EOF
[package]
name = "probe"
version = "0.1.0"
edition = "2024"

[dependencies]
utoipa = "=$1"
serde_json = "1"
EOF
  cat > "$work/$1/src/main.rs" <<'EOF'
use utoipa::OpenApi;

#[utoipa::path(get, path = "/ping", responses((status = 200)))]
#[expect(dead_code, reason = "only described")]
fn ping() {}

#[derive(OpenApi)]
#[openapi(paths(ping))]
struct Document;

fn main() {
    let document = serde_json::to_value(Document::openapi()).unwrap();
    println!("{} {}", document["openapi"], document["paths"]["/ping"]["get"]["responses"]);
}
EOF
  (cd "$work/$1" && CARGO_TARGET_DIR="$work/target" cargo run -q)
}
old=$(responses 5.5.0)
new=$(responses 6.0.0)
printf 'utoipa 5.5.0: %s\nutoipa 6.0.0: %s\n' "$old" "$new"
[ "$old" = '"3.1.0" {"200":{"description":""}}' ] || { echo 'changed: utoipa 5.5.0 no longer writes an empty description'; exit 1; }
[ "$new" = '"3.1.0" {"200":{}}' ] || { echo 'changed: utoipa 6.0.0 no longer leaves the description out'; exit 1; }
