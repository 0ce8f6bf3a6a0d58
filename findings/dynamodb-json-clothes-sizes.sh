#!/usr/bin/env bash
# dynamodb-json 1.4.2 (PyPI): the stock of a shirt by size, a map with the keys S, M and L, is read as the text "3", and the
# other sizes are gone: any map with a key that is spelt like one of DynamoDB's types is taken for a value of that type, at
# whatever depth, also where it stands beside others. A map of opening hours under the key S becomes the text of a Python
# dictionary, a compass with N and S is what S says, and {"M": 5} is 5. It reads so what it wrote itself, and says nothing.
# Whether an object is a type with its value or a map's content is told by where it stands: a map is the one member of
# an object named M (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html), and each key
# is allowed in it
# (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes).
# Numbers of a set come as texts, single ones as numbers. boto3 1.43.11 (PyPI) reads the same items right.
# Seen: the table below: the item, boto3, dynamodb-json, dynamodb-json of what it wrote. Ours reads with serde_dynamo
# (shared/aws).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install dynamodb-json==1.4.2 boto3==1.43.11
cat > "$work/probe.py" <<'EOF'
import json

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from dynamodb_json import json_util

ITEMS = [
    {"stock": {"XL": 3, "XXL": 5}},
    {"stock": {"S": 3, "M": 5, "L": 2}},
    {"stock": {"M": 5}},
    {"rows": [{"S": 3, "seat": 7}]},
    {"hours": {"S": {"from": 9}}},
    {"compass": {"N": 1, "S": 2}},
]
write, read = TypeSerializer().serialize, TypeDeserializer().deserialize
for item in ITEMS:
    typed = {name: write(value) for name, value in item.items()}
    boto = "right" if {name: read(value) for name, value in typed.items()} == item else "wrong"
    found = [json_util.loads(json.dumps(typed)), json_util.loads(json_util.dumps(item))]
    print(json.dumps(item), boto, *(json.dumps(each) for each in found))
numbers = json_util.loads('{"set": {"NS": ["1", "2.5"]}, "one": {"N": "2.5"}}')
print("set of", *sorted(json.dumps(number) for number in numbers["set"]), "and one", json.dumps(numbers["one"]))
EOF
seen=$("$work/venv/bin/python" "$work/probe.py" | tr -d "'")
echo "$seen"
[ "$seen" = '{"stock": {"XL": 3, "XXL": 5}} right {"stock": {"XL": 3, "XXL": 5}} {"stock": {"XL": 3, "XXL": 5}}
{"stock": {"S": 3, "M": 5, "L": 2}} right {"stock": "3"} {"stock": "3"}
{"stock": {"M": 5}} right {"stock": 5} {"stock": 5}
{"rows": [{"S": 3, "seat": 7}]} right {"rows": ["3"]} {"rows": ["3"]}
{"hours": {"S": {"from": 9}}} right {"hours": "{from: 9}"} {"hours": "{from: 9}"}
{"compass": {"N": 1, "S": 2}} right {"compass": "2"} {"compass": "2"}
set of "1" "2.5" and one 2.5' ] || { echo 'changed: an item is read otherwise'; exit 1; }
