#!/usr/bin/env bash
# moto 5.2.5 (PyPI, a stand-in for AWS): a rule of EventBridge that asks for a member of objects in a list never fires, and one
# that asks for the number 1 fires for `true`. Ruler, which AWS gives as what EventBridge matches with, leaves the list out, so
# that one of its objects is enough (https://github.com/aws/event-ruler#json-array-matching), and compares what stands in the
# JSON, where `true` is no number (#json-text-matching; https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html).
# Lists of texts and members of objects are matched right, so that a rule tried on moto looks right until an event has
# several of something.
# Seen: the table below: pattern, detail, right, how many messages came. Ours publishes no objects in lists (docs/events.md).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install 'moto[events,sqs]==5.2.5' boto3==1.43.11
cat > "$work/probe.py" <<'EOF'
import json
import os

import boto3
from moto import mock_aws

CASES = [
    ({"tags": ["vip"]}, {"tags": ["new", "vip"]}, 1),
    ({"lead": {"tag": ["vip"]}}, {"lead": {"tag": "vip"}}, 1),
    ({"leads": {"tag": ["vip"]}}, {"leads": [{"tag": "vip"}]}, 1),
    ({"leads": {"tag": ["vip"]}}, {"leads": [{"tag": "new"}, {"tag": "vip"}]}, 1),
    ({"count": [1]}, {"count": 1}, 1),
    ({"count": [1]}, {"count": True}, 0),
    ({"done": [False]}, {"done": 0}, 0),
]
os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="us-east-1")
with mock_aws():
    events, queues = boto3.client("events"), boto3.client("sqs")
    url = queues.create_queue(QueueName="heard")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for pattern, detail, right in CASES:
        events.put_rule(Name="rule", EventPattern=json.dumps({"detail": pattern}))
        events.put_targets(Rule="rule", Targets=[{"Id": "heard", "Arn": arn}])
        events.put_events(Entries=[{"Source": "shop", "DetailType": "told", "Detail": json.dumps(detail)}])
        heard = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in heard:
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        print(json.dumps(pattern), json.dumps(detail), f"right {right}: {len(heard)}")
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = '{"tags": ["vip"]} {"tags": ["new", "vip"]} right 1: 1
{"lead": {"tag": ["vip"]}} {"lead": {"tag": "vip"}} right 1: 1
{"leads": {"tag": ["vip"]}} {"leads": [{"tag": "vip"}]} right 1: 0
{"leads": {"tag": ["vip"]}} {"leads": [{"tag": "new"}, {"tag": "vip"}]} right 1: 0
{"count": [1]} {"count": 1} right 1: 1
{"count": [1]} {"count": true} right 0: 1
{"done": [false]} {"done": 0} right 0: 1' ] || { echo 'changed: a rule fires otherwise'; exit 1; }
