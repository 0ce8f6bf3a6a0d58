#!/usr/bin/env bash
# dictdiffer 0.10.0, jsondiff 2.2.1 and json-delta 2.0.2 (PyPI) tell what changed between two states of a record. Between 1 and
# true, and between 0 and false, they see no change: a customer's consent that was imported as 0 and is now false, or a flag
# that took the place of a number, is in no list of changes, and the patch leaves the old value. Beside another change it is
# left out all the same, and within a list as well. In JSON a number and `true` are values of two types
# (https://www.rfc-editor.org/rfc/rfc8259#section-3), and two values are equal only where their type is
# (https://www.rfc-editor.org/rfc/rfc6902#section-4.6); jsondiff and json-delta are for JSON by their descriptions
# (https://github.com/xlwings/jsondiff#readme, https://json-delta.readthedocs.io), and Python calls the two equal. jsonpatch
# 1.48 (PyPI) sees each of them, deepdiff 9.1.0 (PyPI) those that stand in no list.
# Seen: the table below: before, after, and what each makes of the first by its own changes, "right" where it is the second.
# Ours compares typed values in Rust.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install dictdiffer==0.10.0 jsondiff==2.2.1 json-delta==2.0.2 jsonpatch==1.48 deepdiff==9.1.0
cat > "$work/probe.py" <<'EOF'
import json
import warnings

import deepdiff
import dictdiffer
import json_delta
import jsondiff
import jsonpatch

warnings.simplefilter("ignore")
LIBRARIES = {
    "dictdiffer": lambda old, new: dictdiffer.patch(list(dictdiffer.diff(old, new)), old),
    "jsondiff": lambda old, new: jsondiff.patch(old, jsondiff.diff(old, new)),
    "json-delta": lambda old, new: json_delta.patch(old, json_delta.diff(old, new, verbose=False)),
    "jsonpatch": lambda old, new: jsonpatch.make_patch(old, new).apply(old),
    "deepdiff": lambda old, new: old + deepdiff.Delta(deepdiff.DeepDiff(old, new)),
}
print("before", "after", *LIBRARIES, sep=" | ")
for old, new in (
    ({"consent": 0}, {"consent": False}),
    ({"vip": 1}, {"vip": True}),
    ({"vip": True, "city": "Haifa"}, {"vip": 1, "city": "Acre"}),
    ({"answers": [1, 0, 2]}, {"answers": [True, False, 2]}),
    ({"vip": 2}, {"vip": True}),
):
    want = json.dumps(new)
    found = [json.dumps(patch(json.loads(json.dumps(old)), new)) for patch in LIBRARIES.values()]
    print(json.dumps(old), want, *("right" if made == want else made for made in found), sep=" | ")
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = 'before | after | dictdiffer | jsondiff | json-delta | jsonpatch | deepdiff
{"consent": 0} | {"consent": false} | {"consent": 0} | {"consent": 0} | {"consent": 0} | right | right
{"vip": 1} | {"vip": true} | {"vip": 1} | {"vip": 1} | {"vip": 1} | right | right
{"vip": true, "city": "Haifa"} | {"vip": 1, "city": "Acre"} | {"vip": true, "city": "Acre"} | {"vip": true, "city": "Acre"} | {"vip": true, "city": "Acre"} | right | right
{"answers": [1, 0, 2]} | {"answers": [true, false, 2]} | {"answers": [1, 0, 2]} | {"answers": [1, 0, 2]} | {"answers": [1, 0, 2]} | right | {"answers": [1, 0, 2]}
{"vip": 2} | {"vip": true} | right | right | right | right | right' ] || { echo 'changed: a change is seen otherwise'; exit 1; }
