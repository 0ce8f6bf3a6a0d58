#!/usr/bin/env bash
# openapi-python-client 0.28.4 and 0.29.1 (PyPI): a request body of `application/octet-stream` whose schema is a text without
# `format: binary` becomes a function whose parameter has the type `str` and whose body reads `body.payload`, an attribute that
# only the generator's `File` has: whoever passes what the type asks for gets an AttributeError before anything is sent. The
# schema is valid, and so is the way there: `content_type_overrides` maps a type the generator does not know, such as
# `application/x-ndjson`, to one it knows, and JSON lines are a text.
# (https://github.com/openapi-generators/openapi-python-client#content_type_overrides)
# Seen: "body: str, sends body.payload". Ours passes a `File`, which works (tests/clients).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > api.yaml <<'EOF'
openapi: 3.1.0
info: {title: Leads, version: "1"}
paths:
  /leads/import:
    post:
      operationId: importLeads
      tags: [leads]
      requestBody: {required: true, content: {application/x-ndjson: {schema: {type: string}}}}
      responses: {"204": {description: taken}}
EOF
cat > config.yaml <<'EOF'
content_type_overrides: {application/x-ndjson: application/octet-stream}
post_hooks: []
EOF
python3 -m venv venv
venv/bin/pip -q install openapi-python-client==0.28.4
venv/bin/openapi-python-client generate --path api.yaml --config config.yaml --meta none --output-path client > /dev/null
made=client/api/leads/import_leads.py
seen="body: $(sed -n 's/^ *body: \([a-zA-Z]*\),$/\1/p' "$made" | sort -u), sends $(sed -n 's/.*\["content"\] = \(.*\)$/\1/p' "$made")"
echo "$seen"
[ "$seen" = 'body: str, sends body.payload' ] || { echo 'changed: the body is typed or sent otherwise'; exit 1; }
