#!/usr/bin/env bash
# moto 5.2.5 (PyPI, a stand-in for AWS): of several places in one list a projection answers with the last alone, and elements
# set behind the end of a list stand in the order of the expression. DynamoDB answers with every place that is named
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html), and sorts elements
# that one SET adds by their element number
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html#Expressions.UpdateExpressions.SET.AddingListElements).
# Maps are projected right: the same two members of a map both come.
# Seen: "l[0], l[2]: 2", "k[0].q, k[0].r: r", "m.x, m.y: x y", "SET l[10], l[9]: 0 1 2 ten nine".
# Ours reads and writes lists whole.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install 'moto[dynamodb]==5.2.5' boto3==1.43.11
cat > "$work/probe.py" <<'EOF'
import boto3
from moto import mock_aws

TEXTS = {"L": [{"S": "0"}, {"S": "1"}, {"S": "2"}]}
MAPS = {"L": [{"M": {"q": {"S": "how"}, "r": {"S": "so"}}}]}


@mock_aws
def main():
    client = boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    client.create_table(TableName="t", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
                        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
    key = {"p": {"S": "lead"}}
    client.put_item(TableName="t", Item={**key, "l": TEXTS, "k": MAPS, "m": {"M": {"x": {"S": "1"}, "y": {"S": "2"}}}})

    def projected(expression):
        return client.get_item(TableName="t", Key=key, ProjectionExpression=expression)["Item"]

    print("l[0], l[2]:", *[text["S"] for text in projected("l[0], l[2]")["l"]["L"]])
    print("k[0].q, k[0].r:", *projected("k[0].q, k[0].r")["k"]["L"][0]["M"])
    print("m.x, m.y:", *projected("m.x, m.y")["m"]["M"])
    after = client.update_item(TableName="t", Key=key, UpdateExpression="SET l[10] = :ten, l[9] = :nine",
                               ExpressionAttributeValues={":ten": {"S": "ten"}, ":nine": {"S": "nine"}},
                               ReturnValues="ALL_NEW")["Attributes"]
    print("SET l[10], l[9]:", *[text["S"] for text in after["l"]["L"]])


main()
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = 'l[0], l[2]: 2
k[0].q, k[0].r: r
m.x, m.y: x y
SET l[10], l[9]: 0 1 2 ten nine' ] || { echo 'changed: moto reads or writes lists otherwise'; exit 1; }
