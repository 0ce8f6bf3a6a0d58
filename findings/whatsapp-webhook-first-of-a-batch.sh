#!/usr/bin/env bash
# heyoo 0.1.2 and pywa 4.5.0 (PyPI), whatsapp-api-js 6.3.0 (npm): of a WhatsApp webhook that brings several messages only the
# first is read; the others leave no trace, and the answer 200 tells Meta that all were taken. Meta says that updates come
# in batches of up to 1000, and that nobody may count on their being batched either
# (https://developers.facebook.com/docs/graph-api/webhooks/getting-started#event-notifications): `entry`, `changes` and
# `messages` are lists, and every one may hold more than one. @kapso/whatsapp-cloud-api 0.3.0 (npm) reads all three.
# Seen: heyoo, pywa and whatsapp-api-js "first", kapso "first second third". Ours walks every list:
# shared/channels/src/whatsapp/inbound.rs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install heyoo==0.1.2 pywa==4.5.0 httpx==0.28.1
cat > "$work/probe.py" <<'EOF'
import json
import sys
import warnings

warnings.simplefilter("ignore")


def entry(*messages):
    contacts = [{"profile": {"name": name}, "wa_id": number, "user_id": f"US.{number[-4:]}"} for name, number, _ in messages]
    told = [{"from": number, "id": f"wamid.{text}", "timestamp": "1794816005", "type": "text", "text": {"body": text}}
            for _, number, text in messages]
    metadata = {"display_phone_number": "12025550100", "phone_number_id": "100000000000001"}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": contacts, "messages": told}
    return {"id": "200000000000001", "changes": [{"field": "messages", "value": value}]}


batch = {"object": "whatsapp_business_account",
         "entry": [entry(("Dana", "12025550101", "first"), ("Yossi", "12025550102", "second")),
                   entry(("Dana", "12025550101", "third"))]}
if sys.argv[1] == "write":
    print(json.dumps(batch))
elif sys.argv[1] == "heyoo":
    from heyoo import WhatsApp

    print("heyoo", WhatsApp("none", phone_number_id="100000000000001").get_message(batch))
else:
    from pywa import WhatsApp

    heard = []
    client = WhatsApp(phone_id="100000000000001", token="none", server=None, verify_token="none", filter_updates=False)
    client.on_message(lambda _, message: heard.append(message.text))
    answer = client.webhook_update_handler(json.dumps(batch).encode(), None)
    print("pywa", *heard, answer[1])
EOF
cat > "$work/probe.mjs" <<'EOF'
import { readFileSync } from 'node:fs';
import { WhatsAppAPI } from 'whatsapp-api-js';
import { normalizeWebhook } from '@kapso/whatsapp-cloud-api/server';

const batch = JSON.parse(readFileSync('batch.json', 'utf8'));
const api = new WhatsAppAPI({ token: 'none', appSecret: 'none', secure: false, v: 'v23.0' });
const heard = [];
api.on.message = ({ message }) => { heard.push(message.text.body); };
await api.post(batch);
console.log('whatsapp-api-js', ...heard);
console.log('kapso', ...normalizeWebhook(batch).messages.map((message) => message.text.body));
EOF
"$work/venv/bin/python" "$work/probe.py" write > "$work/batch.json"
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts whatsapp-api-js@6.3.0 @kapso/whatsapp-cloud-api@0.3.0
seen=$("$work/venv/bin/python" probe.py heyoo && "$work/venv/bin/python" probe.py pywa && node probe.mjs)
echo "$seen"
[ "$seen" = 'heyoo first
pywa first 200
whatsapp-api-js first
kapso first second third' ] || { echo 'changed: a library reads the batch otherwise'; exit 1; }
