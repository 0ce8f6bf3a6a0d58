#!/usr/bin/env bash
# hubspot-api-client 12.0.0 (PyPI) and @hubspot/api-client 13.5.0 (npm), HubSpot's own clients: what they have for checking
# that a request comes from HubSpot says no to one that does, where the query holds an encoded character. Before the
# signature of version 3 is computed, twelve of them are decoded in the address, `%40` into `@`, `%3A` into `:` and so on
# (https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation, "Validate the v3
# request signature"); both clients take the address as it is given. An address with nothing to decode is right, so a webhook
# at a plain path never shows it. Decoding everything instead, by unquote or decodeURIComponent, mends the `@` and breaks an
# address that also holds one of the others, as the encoded blank or a Hebrew letter: they stay as they are.
# Seen, for requests signed by the documented rule: the table below: query, as it came, with everything decoded, with the
# twelve decoded. Ours gets no requests from HubSpot, it writes there only (shared/channels/src/crm).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install hubspot-api-client==12.0.0
cat > "$work/probe.py" <<'EOF'
import base64
import hashlib
import hmac
import json
import re
import time
from urllib.parse import unquote

from hubspot.utils.signature import Signature

SECRET = "invented"
TWELVE = {"%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")",
          "%2A": "*", "%2C": ",", "%3B": ";"}
moment = str(int(time.time() * 1000))
requests = []
for query in ("portalId=1", "email=noa%40salon.example", "email=noa%40salon.example&name=Noa%20Levi"):
    came = f"https://salon.example/card?{query}"
    twelve = re.sub("%[0-9A-F]{2}", lambda found: TWELVE.get(found[0], found[0]), came)
    digest = hmac.new(SECRET.encode(), f"GET{twelve}{moment}".encode(), hashlib.sha256).digest()
    requests.append([query, base64.b64encode(digest).decode(), [came, unquote(came), twelve]])
for query, signature, addresses in requests:
    seen = [Signature.is_valid(signature, SECRET, "", address, "GET", "v3", moment) for address in addresses]
    print("PyPI", query, *map(str.lower, map(str, seen)))
with open("requests.json", "w") as file:
    json.dump([SECRET, moment, requests], file)
EOF
cat > "$work/probe.cjs" <<'EOF'
const { readFileSync } = require('node:fs');
const { Signature } = require('@hubspot/api-client');

const [clientSecret, moment, requests] = JSON.parse(readFileSync('requests.json', 'utf8'));
for (const [query, signature, addresses] of requests) {
  const isValid = (url) => Signature.isValid({
    signature, clientSecret, requestBody: '', url, method: 'GET', signatureVersion: 'v3', timestamp: Number(moment),
  });
  console.log('npm', query, ...addresses.map(isValid));
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts @hubspot/api-client@13.5.0
seen=$(venv/bin/python probe.py && node probe.cjs)
echo "$seen"
[ "$seen" = 'PyPI portalId=1 true true true
PyPI email=noa%40salon.example false true true
PyPI email=noa%40salon.example&name=Noa%20Levi false false true
npm portalId=1 true true true
npm email=noa%40salon.example false true true
npm email=noa%40salon.example&name=Noa%20Levi false false true' ] || { echo 'changed: an encoded address is checked otherwise'; exit 1; }
