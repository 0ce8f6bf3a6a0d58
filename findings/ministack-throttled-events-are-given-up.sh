#!/usr/bin/env bash
# ministack 1.5.33 (PyPI, a stand-in for AWS): an asynchronous event that finds its function at its reserved concurrency is
# given up after the two retries that are meant for errors, in seconds. AWS counts no throttled try, and keeps the event for six
# hours (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). So work that waits for a slot on AWS
# is lost here, and a test of a function with few slots says that events go missing.
# Seen, two events to a function with one slot that takes eight seconds: "ran: first", "given up: 1 after less than 8 s".
# Ours sets the slots of `make model` by hand, with as many retries as take the whole run: infra/local/real_model.py.
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
import io
import json
import sys
import time
import zipfile
from pathlib import Path

import boto3

AWS = {"region_name": "us-east-1", "endpoint_url": f"http://127.0.0.1:{sys.argv[1]}", "aws_access_key_id": "none",
       "aws_secret_access_key": "none"}
SLOW = """
import time


def handler(event, context):
    with open(event["ran"], "a") as ran:
        ran.write(event["name"] + " ")
    time.sleep(8)
"""
functions, sqs = boto3.client("lambda", **AWS), boto3.client("sqs", **AWS)
for _ in range(60):
    try:
        queue = sqs.create_queue(QueueName="given-up")["QueueUrl"]
        break
    except Exception:
        time.sleep(0.5)
arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as archive:
    archive.writestr("slow.py", SLOW)
functions.create_function(FunctionName="slow", Runtime="python3.12", Role="arn:aws:iam::000000000000:role/none",
                          Handler="slow.handler", Code={"ZipFile": packed.getvalue()}, Timeout=30,
                          DeadLetterConfig={"TargetArn": arn})
functions.put_function_concurrency(FunctionName="slow", ReservedConcurrentExecutions=1)
ran = Path("ran")
began = time.monotonic()
for name in ("first", "second"):
    event = {"name": name, "ran": str(ran.resolve())}
    functions.invoke(FunctionName="slow", InvocationType="Event", Payload=json.dumps(event))
    while not ran.exists():
        time.sleep(0.1)
given_up = []
while time.monotonic() < began + 30:
    for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", []):
        given_up.append(time.monotonic() - began)
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
print("ran:", ran.read_text().strip())
print(f"given up: {len(given_up)} after {'less' if given_up and given_up[0] < 8 else 'more'} than 8 s")
EOF
port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd "$work"
BIND_HOST=127.0.0.1 GATEWAY_PORT=$port AWS_ENDPOINT_URL=http://127.0.0.1:$port venv/bin/python -m ministack > log 2>&1 &
server=$!
seen=$(venv/bin/python probe.py "$port")
echo "$seen"
[ "$seen" = 'ran: first
given up: 1 after less than 8 s' ] || { echo 'changed: throttled events are kept'; exit 1; }
