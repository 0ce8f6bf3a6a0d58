#!/usr/bin/env bash
# ministack 1.5.33 (PyPI, a stand-in for AWS): the time zone of a one-time schedule is kept, shown again and never used: every
# `at()` is read as UTC. AWS reads it in ScheduleExpressionTimezone
# (https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html#scheduler-CreateSchedule-request-ScheduleExpressionTimezone,
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time). So a reminder in Jerusalem comes hours
# late, one in New York at once, and a test of either on the stand-in says nothing about AWS.
# Seen, half a minute after three schedules, two for a moment soon and one for an hour later: "utc, soon: fired",
# "Asia/Jerusalem, soon: not fired, kept as Asia/Jerusalem", "America/New_York, in an hour: fired".
# Ours gives every schedule in UTC: shared/aws/src/timer.rs.
set -euo pipefail
work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2> /dev/null || true
  rm -rf "$work"
}
trap finish EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install ministack==1.5.33 boto3==1.43.106
cat > "$work/probe.py" <<'EOF'
import json
import sys
import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import boto3

AWS = {"region_name": "us-east-1", "endpoint_url": f"http://127.0.0.1:{sys.argv[1]}", "aws_access_key_id": "none",
       "aws_secret_access_key": "none"}
scheduler, sqs = boto3.client("scheduler", **AWS), boto3.client("sqs", **AWS)
for _ in range(60):
    try:
        queue = sqs.create_queue(QueueName="fired")["QueueUrl"]
        break
    except Exception:
        time.sleep(0.5)
arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
soon = datetime.now(timezone.utc) + timedelta(seconds=3)


def make(name, zone, moment):
    local = moment.astimezone(ZoneInfo(zone))
    scheduler.create_schedule(Name=name, ScheduleExpression=f"at({local:%Y-%m-%dT%H:%M:%S})",
                              ScheduleExpressionTimezone=zone, FlexibleTimeWindow={"Mode": "OFF"},
                              Target={"Arn": arn, "RoleArn": "arn:aws:iam::000000000000:role/none", "Input": json.dumps(name)})


make("utc", "UTC", soon)
make("jerusalem", "Asia/Jerusalem", soon)
make("new-york", "America/New_York", soon + timedelta(hours=1))
kept = scheduler.get_schedule(Name="jerusalem")["ScheduleExpressionTimezone"]
fired = set()
end = time.monotonic() + 30
while time.monotonic() < end:
    for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=2, MaxNumberOfMessages=10).get("Messages", []):
        fired.add(json.loads(message["Body"]))
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
say = {True: "fired", False: "not fired"}
print("utc, soon:", say["utc" in fired])
print(f"Asia/Jerusalem, soon: {say['jerusalem' in fired]}, kept as {kept}")
print("America/New_York, in an hour:", say["new-york" in fired])
EOF
port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd "$work"
BIND_HOST=127.0.0.1 GATEWAY_PORT=$port AWS_ENDPOINT_URL=http://127.0.0.1:$port venv/bin/python -m ministack > log 2>&1 &
server=$!
seen=$(venv/bin/python probe.py "$port")
echo "$seen"
[ "$seen" = 'utc, soon: fired
Asia/Jerusalem, soon: not fired, kept as Asia/Jerusalem
America/New_York, in an hour: fired' ] || { echo 'changed: the zone of a schedule is used'; exit 1; }
