#!/usr/bin/env bash
# lambda_http 1.3.2 (crates.io): a header that a REST API's request holds twice arrives once. API Gateway gives every value in
# `multiValueHeaders` and one of them in `headers`
# (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#apigateway-multivalue-headers-and-parameters);
# lambda_http means to go by the first and then extends it by the second, and extending a HeaderMap by another replaces the
# values of every name that both have (https://docs.rs/http/1.5.0/http/header/struct.HeaderMap.html#method.extend). An event
# without `headers` keeps both. The query's repeated names are kept, so the same request has two `q` and one language.
# Seen: "both members: accept-language ar, q 2" and "multiValueHeaders alone: accept-language he ar, q 2".
# Ours takes events of HTTP APIs (payload 2.0), where API Gateway joins repeated headers by commas.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
cat > "$work/Cargo.toml" <<'EOF'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
lambda_http = { version = "=1.3.2", default-features = false, features = ["apigw_rest"] }
http = "=1.5.0"
EOF
cat > "$work/both.json" <<'EOF'
{
  "resource": "/leads", "path": "/leads", "httpMethod": "GET", "body": null, "isBase64Encoded": false,
  "headers": {"Accept-Language": "ar"}, "multiValueHeaders": {"Accept-Language": ["he", "ar"]},
  "queryStringParameters": {"q": "2"}, "multiValueQueryStringParameters": {"q": ["1", "2"]},
  "requestContext": {
    "accountId": "123456789012", "apiId": "probe", "stage": "prod", "requestId": "1", "httpMethod": "GET",
    "path": "/prod/leads", "resourcePath": "/leads", "protocol": "HTTP/1.1", "identity": {"sourceIp": "192.0.2.1"}
  }
}
EOF
sed 's/"headers": {"Accept-Language": "ar"}, //' "$work/both.json" > "$work/alone.json"
cat > "$work/src/main.rs" <<'EOF'
use lambda_http::RequestExt;

fn shown(event: &str) -> String {
    let request = lambda_http::request::from_str(event).unwrap();
    let languages: Vec<&str> = request.headers().get_all("accept-language").iter().map(|one| one.to_str().unwrap()).collect();
    let query = request.query_string_parameters();
    format!("accept-language {}, q {}", languages.join(" "), query.all("q").unwrap().len())
}

fn main() {
    println!("both members: {}", shown(include_str!("../both.json")));
    println!("multiValueHeaders alone: {}", shown(include_str!("../alone.json")));
}
EOF
seen=$(cd "$work" && cargo run -q)
echo "$seen"
[ "$seen" = 'both members: accept-language ar, q 2
multiValueHeaders alone: accept-language he ar, q 2' ] || { echo 'changed: lambda_http reads repeated headers otherwise'; exit 1; }
