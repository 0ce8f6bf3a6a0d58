#!/usr/bin/env bash
# twilio 9.13.0 (PyPI), Twilio's own client: a message that is to go out at 9 in Jerusalem goes out at noon. Whatever time zone
# a datetime has, its hour is written down as it stands and a Z is put behind it; the zone is neither counted in nor refused.
# So too where calls are looked for by their time: those since nine in the evening in New York are asked for as those since
# nine in the evening in UTC, four hours too many. Z says UTC (https://www.rfc-editor.org/rfc/rfc3339#section-4.3), SendAt is
# a moment in ISO 8601 (https://www.twilio.com/docs/messaging/features/message-scheduling), and send_at takes a datetime, which
# is one moment whatever its zone (https://docs.python.org/3/library/datetime.html#aware-and-naive-objects). twilio 6.3.1
# (npm), the same house's other client, writes the moment that it is given. In UTC it is right, so that it shows only where
# somebody took care of the zone.
# Seen: the lines below. Ours sends nothing by Twilio, it only fetches calls (shared/channels/src/calls/twilio_calls.rs).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install twilio==9.13.0 tzdata==2026.6
cat > "$work/probe.py" <<'EOF'
from datetime import datetime
from zoneinfo import ZoneInfo

from twilio.http.response import Response
from twilio.rest import Client


class Wire:
    """Stands for the network: shows the times that would be sent."""

    def request(self, method, uri, params=None, data=None, **_):
        sent = data or params
        print(" ", method, *(f"{name} {sent[name]}" for name in ("SendAt", "StartTime>") if name in sent))
        if method == "POST":
            return Response(201, '{"sid": "SM0", "account_sid": "AC0"}')
        return Response(200, '{"calls": [], "page_size": 50}')


client = Client("AC" + "0" * 32, "none", http_client=Wire())
for zone, hour in (("UTC", 9), ("Asia/Jerusalem", 9), ("America/New_York", 21)):
    moment = datetime(2026, 7, 1, hour, 0, tzinfo=ZoneInfo(zone))
    print("PyPI,", moment.isoformat(), zone)
    client.messages.create(
        to="+12025550123", messaging_service_sid="MG" + "0" * 32, body="Today at ten", schedule_type="fixed", send_at=moment
    )
    client.calls.list(start_time_after=moment)
EOF
cat > "$work/probe.cjs" <<'EOF'
const twilio = require('twilio');

const httpClient = {
  request({ method, data = {} }) {
    console.log(' ', method.toUpperCase(), 'SendAt', data.SendAt);
    return Promise.resolve({ statusCode: 201, body: '{"sid": "SM0", "account_sid": "AC0"}' });
  },
};
const client = twilio(`AC${'0'.repeat(32)}`, 'none', { httpClient });
console.log('npm, 2026-07-01T09:00:00+03:00');
client.messages.create({
  to: '+12025550123',
  messagingServiceSid: `MG${'0'.repeat(32)}`,
  body: 'Today at ten',
  scheduleType: 'fixed',
  sendAt: new Date('2026-07-01T09:00:00+03:00'),
});
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts twilio@6.3.1
seen=$(venv/bin/python probe.py && node probe.cjs)
echo "$seen"
[ "$seen" = 'PyPI, 2026-07-01T09:00:00+00:00 UTC
  POST SendAt 2026-07-01T09:00:00Z
  GET StartTime> 2026-07-01T09:00:00Z
PyPI, 2026-07-01T09:00:00+03:00 Asia/Jerusalem
  POST SendAt 2026-07-01T09:00:00Z
  GET StartTime> 2026-07-01T09:00:00Z
PyPI, 2026-07-01T21:00:00-04:00 America/New_York
  POST SendAt 2026-07-01T21:00:00Z
  GET StartTime> 2026-07-01T21:00:00Z
npm, 2026-07-01T09:00:00+03:00
  POST SendAt 2026-07-01T06:00:00Z' ] || { echo 'changed: a time zone is counted otherwise'; exit 1; }
