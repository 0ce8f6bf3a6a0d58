#!/usr/bin/env bash
# cloudevents 10.0.0 (npm) and the module cloudevents.v1 of cloudevents 2.2.0 (PyPI): an event whose subject is Hebrew cannot be
# sent by its headers, and one that another system sent arrives with its percent signs. In binary mode, where the attributes
# are headers, everything but printable ASCII, and the blank, the quotation mark and the percent sign, must be written by
# percent signs, and read back so
# (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values). Both
# write the attribute as it stands, which fetch and httpx 0.28.1 (PyPI) refuse to send, and hand out what they read as it
# came. A discount of 50% goes out with a bare percent sign, which the rule does not allow. In structured mode, where all of it
# is JSON, both are right, and cloudevents.core of the same 2.2.0 does both modes right.
# Seen: the lines below: subject, header written, what was read of the right header, and sent or not. Ours sends its events as
# JSON bodies (docs/events.md).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install cloudevents==2.2.0 httpx==0.28.1
cat > "$work/probe.py" <<'EOF'
import warnings

import httpx
from cloudevents.core.bindings.http import HTTPMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from cloudevents.v1 import conversion
from cloudevents.v1.http import CloudEvent as OldEvent
from cloudevents.v1.http import from_http

warnings.simplefilter("ignore")
head = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/crm", "ce-type": "lead", "content-type": "application/json"}
attributes = {"id": "1", "source": "/crm", "type": "lead"}
client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200)))


def sent(headers):
    try:
        client.post("http://example.com", headers=headers)
        return "sent"
    except UnicodeEncodeError:
        return "not sent"


for subject, right in (("lead-7", "lead-7"), ("דנה", "%D7%93%D7%A0%D7%94"), ("50% off", "50%25%20off")):
    arrived = head | {"ce-subject": right}
    headers = to_binary(CloudEvent(attributes | {"subject": subject}, {}), JSONFormat()).headers
    read = from_binary(HTTPMessage(arrived, b"{}"), JSONFormat()).get_subject()
    print("core (PyPI)", headers["ce-subject"], read, sent(headers), sep=" | ")
    headers, _ = conversion.to_binary(OldEvent(attributes | {"subject": subject}, {}), None)
    read = from_http(arrived, b"{}")["subject"]
    print("v1 (PyPI)", headers["ce-subject"], read, sent(headers), sep=" | ")
EOF
cat > "$work/probe.mjs" <<'EOF'
import { CloudEvent, HTTP } from 'cloudevents';

const head = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/crm', 'ce-type': 'lead', 'content-type': 'application/json' };
for (const [subject, right] of [['lead-7', 'lead-7'], ['דנה', '%D7%93%D7%A0%D7%94'], ['50% off', '50%25%20off']]) {
  const { headers } = HTTP.binary(new CloudEvent({ id: '1', source: '/crm', type: 'lead', subject, data: {} }));
  const read = HTTP.toEvent({ headers: { ...head, 'ce-subject': right }, body: '{}' }).subject;
  let sent = 'sent';
  try {
    new Request('http://example.com', { headers });
  } catch {
    sent = 'not sent';
  }
  console.log(['npm', headers['ce-subject'], read, sent].join(' | '));
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts cloudevents@10.0.0
seen=$(venv/bin/python probe.py && node probe.mjs)
echo "$seen"
[ "$seen" = 'core (PyPI) | lead-7 | lead-7 | sent
v1 (PyPI) | lead-7 | lead-7 | sent
core (PyPI) | %D7%93%D7%A0%D7%94 | דנה | sent
v1 (PyPI) | דנה | %D7%93%D7%A0%D7%94 | not sent
core (PyPI) | 50%25%20off | 50% off | sent
v1 (PyPI) | 50% off | 50%25%20off | sent
npm | lead-7 | lead-7 | sent
npm | דנה | %D7%93%D7%A0%D7%94 | not sent
npm | 50% off | 50%25%20off | sent' ] || { echo 'changed: a header is written or read otherwise'; exit 1; }
