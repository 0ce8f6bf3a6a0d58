#!/usr/bin/env bash
# moto 5.2.5 (PyPI, a stand-in for AWS): TransactWriteItems sent a second time with the same ClientRequestToken is carried out
# a second time. DynamoDB promises that a token makes the call idempotent for ten minutes: the repetition succeeds and changes
# nothing, and the same token with other contents is refused with IdempotentParameterMismatchException
# (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_RequestParameters).
# Here the counter stands at 2 after two identical calls, and a third with other contents is taken too: a test of what
# a program does when the answer to a transaction is lost proves nothing with moto.
# Seen: "counter after the same call twice 2, other contents under that token: counter 12". Ours is tried out on ministack,
# which heeds the token.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install 'moto[dynamodb]==5.2.5' boto3==1.43.11
cat > "$work/probe.py" <<'EOF'
import boto3
from moto import mock_aws


@mock_aws
def main():
    client = boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    client.create_table(TableName="t", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
                        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
    key = {"p": {"S": "lead"}}

    def add(amount):
        update = {"TableName": "t", "Key": key, "UpdateExpression": "ADD n :n",
                  "ExpressionAttributeValues": {":n": {"N": amount}}}
        client.transact_write_items(TransactItems=[{"Update": update}], ClientRequestToken="one-and-the-same")
        return client.get_item(TableName="t", Key=key)["Item"]["n"]["N"]

    add("1")
    twice = add("1")
    try:
        other = f"counter {add('10')}"
    except client.exceptions.IdempotentParameterMismatchException:
        other = "refused"
    print(f"counter after the same call twice {twice}, other contents under that token: {other}")


main()
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = 'counter after the same call twice 2, other contents under that token: counter 12' ] ||
  { echo 'changed: moto heeds the token'; exit 1; }
