#!/usr/bin/env bash
# pywa 4.5.0 (PyPI): a status webhook without `contacts` raises KeyError instead of becoming a MessageStatus. Meta describes
# `contacts` in a `failed` status as left out
# (https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status), so the one
# status an operator must not miss, that a message was not delivered, is the one that pywa drops with an error.
# The same status with `contacts` is read. Also seen with `system` messages, which carry no `contacts` either.
# Seen: with contacts "MessageStatus failed", without "KeyError 'contacts'". Ours reads both: shared/channels/src/whatsapp/status.rs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install pywa==4.5.0 httpx==0.28.1
cat > "$work/probe.py" <<'EOF'
import json
import sys
import warnings

from pywa import WhatsApp
from pywa.types.base_update import RawUpdate

warnings.simplefilter("ignore")
value = {
    "messaging_product": "whatsapp",
    "metadata": {"display_phone_number": "12025550100", "phone_number_id": "100000000000001"},
    "contacts": [{"profile": {"name": "Dana"}, "wa_id": "972555000001"}],
    "statuses": [{"id": "wamid.A", "status": "failed", "timestamp": "1794816005", "recipient_id": "972555000001",
                  "errors": [{"code": 131026, "title": "Message undeliverable", "message": "Message undeliverable"}]}],
}
if sys.argv[1] == "without":
    del value["contacts"]
body = json.dumps({"object": "whatsapp_business_account",
                   "entry": [{"id": "200000000000001", "changes": [{"field": "messages", "value": value}]}]}).encode()
client = WhatsApp(phone_id="100000000000001", token="none", server=None, verify_token="none", filter_updates=False)
update = RawUpdate(body, hmac_header=None, update_hash="none")
kind = client._handlers_to_updates[client._get_handler_type(update)]
try:
    made = kind.from_update(client=client, update=update)
    print(type(made).__name__, made.status.value)
except KeyError as error:
    print("KeyError", error)
EOF
with=$("$work/venv/bin/python" "$work/probe.py" with)
without=$("$work/venv/bin/python" "$work/probe.py" without)
printf 'with contacts: %s\nwithout contacts: %s\n' "$with" "$without"
[ "$with" = "MessageStatus failed" ] || { echo 'changed: pywa 4.5.0 no longer reads the status with contacts'; exit 1; }
[ "$without" = "KeyError 'contacts'" ] || { echo 'changed: pywa 4.5.0 reads the status without contacts'; exit 1; }
