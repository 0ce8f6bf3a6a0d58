#!/usr/bin/env bash
# openapi-python-client 0.29.1 (PyPI): an OpenAPI 3.1 document in which one property has the schema `true` is refused whole,
# and no client is written. In JSON Schema 2020-12 every schema may be `true` (anything) or `false` (nothing)
# (https://json-schema.org/draft/2020-12/json-schema-core#section-4.3.2), and the Schema Object of OpenAPI 3.1 is a superset of
# that dialect (https://spec.openapis.org/oas/v3.1.0#schema-object). `{}`, which means the same as `true`, is read.
# The command's exit code is 1 and names the property, not the reason.
# Seen: "true: 1, no client" and "{}: 0, a client". Ours writes no boolean schemas.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install openapi-python-client==0.29.1
cd "$work"
tried() {
  cat > api.yaml <<EOF
openapi: 3.1.0
info: {title: Leads, version: "1"}
paths:
  /leads:
    get:
      operationId: listLeads
      responses:
        "200":
          description: one
          content: {application/json: {schema: {type: object, properties: {name: {type: string}, anything: $1}}}}
EOF
  local code=0
  venv/bin/openapi-python-client generate --path api.yaml --output-path "client" > /dev/null 2>&1 || code=$?
  if [ -d client ]; then echo "$1: $code, a client"; else echo "$1: $code, no client"; fi
  rm -rf client
}
seen=$(tried true && tried '{}')
echo "$seen"
[ "$seen" = 'true: 1, no client
{}: 0, a client' ] || { echo 'changed: a boolean schema is read otherwise'; exit 1; }
