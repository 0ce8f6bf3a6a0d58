#!/usr/bin/env bash
# standardwebhooks 1.1.0 (PyPI): Webhook.sign() takes a datetime and signs another second than its moment where that is not
# written in UTC: the time zone is replaced (timestamp.replace(tzinfo=timezone.utc)) in place of the time being converted. Who
# passes datetime.now().astimezone(), and sends int(moment.timestamp()) as `webhook-timestamp` as the specification says
# (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Webhook headers"), is refused by
# the same library's verify(). In UTC it is right, so on most servers nobody sees it.
# Seen: in UTC "verified", in UTC+2 "No matching signature found". Ours signs the second that it sends:
# shared/channels/src/webhook/secret.rs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install standardwebhooks==1.1.0
cat > "$work/probe.py" <<'EOF'
import sys
from datetime import datetime, timedelta, timezone

from standardwebhooks import Webhook, WebhookVerificationError

hook = Webhook("whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")
zone = timezone(timedelta(hours=int(sys.argv[1])))
moment = datetime.now(tz=timezone.utc).replace(microsecond=0).astimezone(zone)
headers = {
    "webhook-id": "msg_1",
    "webhook-timestamp": str(int(moment.timestamp())),
    "webhook-signature": hook.sign("msg_1", moment, "{}"),
}
try:
    hook.verify("{}", headers)
    print("verified")
except WebhookVerificationError as reason:
    print(reason)
EOF
utc=$("$work/venv/bin/python" "$work/probe.py" 0)
local=$("$work/venv/bin/python" "$work/probe.py" 2)
printf 'in UTC: %s\nin UTC+2: %s\n' "$utc" "$local"
[ "$utc" = "verified" ] || { echo 'changed: standardwebhooks 1.1.0 no longer verifies its own signature in UTC'; exit 1; }
[ "$local" = "No matching signature found" ] || { echo 'changed: standardwebhooks 1.1.0 verifies it in UTC+2'; exit 1; }
