#!/usr/bin/env bash
# serverless-http 4.0.0 and @codegenie/serverless-express 4.17.1 (npm), apig-wsgi 2.20.0 (PyPI), which run web applications on
# AWS Lambda: a request with two Cookie headers reaches the application with both joined by a comma, so that the first cookie
# is called `session` and has the value "abc,lang=he", and there is no second. The event is the one that AWS shows for a load
# balancer with multi-value headers
# (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#multi-value-headers-request).
# HTTP/2 lets a browser send its cookies in several headers, and says that they are joined by "; " before an application sees
# them (https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3); a comma parts no cookies
# (https://www.rfc-editor.org/rfc/rfc6265#section-4.2.1). hono 4.13.19 (npm) joins them so.
# Seen: the table below. Ours reads no cookies.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install apig-wsgi==2.20.0
cat > "$work/event.json" <<'EOF'
{
  "requestContext": {
    "elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/probe/0123456789abcdef"}
  },
  "httpMethod": "GET", "path": "/leads", "multiValueQueryStringParameters": {}, "body": "", "isBase64Encoded": false,
  "multiValueHeaders": {
    "host": ["a.example"], "cookie": ["session=abc", "lang=he"], "x-forwarded-for": ["192.0.2.1"],
    "x-forwarded-port": ["443"], "x-forwarded-proto": ["https"]
  }
}
EOF
cat > "$work/probe.py" <<'EOF'
import json
from http.cookies import SimpleCookie

from apig_wsgi import make_lambda_handler


def application(environ, start_response):
    cookies = SimpleCookie(environ["HTTP_COOKIE"])
    print("apig-wsgi", json.dumps({name: cookie.value for name, cookie in cookies.items()}, separators=(",", ":")))
    start_response("204 No Content", [])
    return []


with open("event.json") as file:
    make_lambda_handler(application)(json.load(file), None)
EOF
cat > "$work/probe.cjs" <<'EOF'
const { readFileSync } = require('node:fs');
const { parse } = require('cookie');
const { Hono } = require('hono');
const { handle } = require('hono/aws-lambda');
const serverlessExpress = require('@codegenie/serverless-express');
const serverlessHttp = require('serverless-http');

const event = () => JSON.parse(readFileSync('event.json', 'utf8'));
const show = (name, header) => console.log(name, JSON.stringify(parse(header)));
const application = (name) => (request, response) => {
  show(name, request.headers.cookie);
  response.end();
};
const hono = new Hono();
hono.get('/leads', (context) => {
  show('hono', context.req.header('cookie'));
  return context.body(null, 204);
});
(async () => {
  await serverlessHttp(application('serverless-http'))(event(), {});
  await serverlessExpress({ app: application('@codegenie/serverless-express') })(event(), {});
  await handle(hono)(event(), {});
})();
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts serverless-http@4.0.0 @codegenie/serverless-express@4.17.1 \
  hono@4.13.19 cookie@1.0.2
seen=$(venv/bin/python probe.py && node probe.cjs)
echo "$seen"
[ "$seen" = 'apig-wsgi {"session":"abc,lang=he"}
serverless-http {"session":"abc, lang=he"}
@codegenie/serverless-express {"session":"abc,lang=he"}
hono {"session":"abc","lang":"he"}' ] || { echo 'changed: two Cookie headers are joined otherwise'; exit 1; }
