#!/usr/bin/env bash
# moto 5.2.5 (PyPI, a stand-in for AWS): DynamoDB's numbers come back as they were typed, 1.0 as 1.0, 007 as 007 and 2.50 as
# 2.50, in sets as well, where DynamoDB trims zeros before and behind
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number):
# a program that takes what it reads for the text that it wrote, a house number or a price, passes its tests here and fails
# there. And where a condition or a filter asks whether a text is less than a number, the call ends in Python's TypeError, which
# is no answer of AWS; to DynamoDB a value of another type does not match
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExpectedAttributeValue.html), so that the condition fails
# and the filter leaves the item out. Whether the two are equal is answered right.
# Seen: the lines below. Ours writes and reads numbers by serde_dynamo (shared/aws), and its tests run on ministack.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install 'moto[dynamodb]==5.2.5' boto3==1.43.11
cat > "$work/probe.py" <<'EOF'
import os

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="us-east-1")
with mock_aws():
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="leads",
        KeySchema=[{"AttributeName": "n", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for typed in ("1", "1.0", "007", "2.50"):
        client.put_item(TableName="leads", Item={"n": {"N": "5"}, "value": {"N": typed}, "set": {"NS": [typed, "3"]}})
        item = client.get_item(TableName="leads", Key={"n": {"N": "5.0"}})["Item"]
        print(typed, "->", item["value"]["N"], *item["set"]["NS"])
    client.put_item(TableName="leads", Item={"n": {"N": "6"}, "size": {"S": "M"}})
    for sign in ("=", "<>", "<", ">="):
        condition = {"ExpressionAttributeNames": {"#s": "size"}, "ExpressionAttributeValues": {":one": {"N": "1"}}}
        answers = []
        for call in (
            lambda: client.update_item(
                TableName="leads",
                Key={"n": {"N": "6"}},
                UpdateExpression="SET seen = :one",
                ConditionExpression=f"#s {sign} :one",
                **condition,
            )
            and "done",
            lambda: client.scan(TableName="leads", FilterExpression=f"#s {sign} :one", **condition)["Count"],
        ):
            try:
                answers.append(str(call()))
            except ClientError as error:
                answers.append(error.response["Error"]["Code"])
            except TypeError:
                answers.append("TypeError")
        print("M", sign, "1:", *answers)
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = '1 -> 1 1 3
1.0 -> 1.0 1.0 3
007 -> 007 007 3
2.50 -> 2.50 2.50 3
M = 1: ConditionalCheckFailedException 0
M <> 1: done 2
M < 1: TypeError TypeError
M >= 1: TypeError TypeError' ] || { echo 'changed: a number is kept or compared otherwise'; exit 1; }
