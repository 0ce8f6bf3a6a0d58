#!/usr/bin/env bash
# lm-format-enforcer 0.11.3 (PyPI, holds a model's answer to a JSON Schema): `oneOf` of anything but objects admits no answer
# at all, the longest length of a text that may also be null is not held, and a list that must be empty may have one item.
# JSON Schema: `oneOf` admits what exactly one of its schemas admits
# (https://json-schema.org/draft/2020-12/json-schema-core#section-10.2.1.3); `maxLength` holds for every text, whatever other
# types are allowed beside it, and `maxItems` may be 0
# (https://json-schema.org/draft/2020-12/json-schema-validation#section-6.3.1 and #section-6.4.1).
# Nothing is said where the schema is read. llguidance 1.9.1 (PyPI) and jsonschema 4.26.0 agree with the specification.
# Seen: the table below: schema, answer, what each of the three says of it. Ours sends schemas without all of these:
# shared/ai/src/schema.rs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install lm-format-enforcer==0.11.3 llguidance==1.9.1 jsonschema==4.26.0
cat > "$work/probe.py" <<'EOF'
import json
import logging

from jsonschema import Draft202012Validator
from llguidance import LLMatcher, LLTokenizer

logging.disable(logging.WARNING)
from lmformatenforcer import JsonSchemaParser  # noqa: E402

TOKENIZER = LLTokenizer("byte")
CASES = [
    ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, "2"),
    ({"type": ["string", "null"], "maxLength": 2}, '"abc"'),
    ({"type": "array", "items": {"type": "integer"}, "maxItems": 0}, "[1]"),
]


def by_enforcer(schema, text):
    parser = JsonSchemaParser(schema)
    for character in text:
        if character not in parser.get_allowed_characters():
            return False
        parser = parser.add_character(character)
    return parser.can_end()


def by_llguidance(schema, text):
    matcher = LLMatcher(TOKENIZER, LLMatcher.grammar_from_json_schema(schema))
    tokens = TOKENIZER.tokenize_str(text)
    return matcher.validate_tokens(tokens) == len(tokens) and matcher.consume_tokens(tokens) and matcher.is_accepting()


def by_jsonschema(schema, text):
    return Draft202012Validator(schema).is_valid(json.loads(text))


for schema, text in CASES:
    read = [by_enforcer(schema, text), by_llguidance(schema, text), by_jsonschema(schema, text)]
    print(", ".join(schema), text, *read)
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = 'oneOf 2 False True True
type, maxLength "abc" True False False
type, items, maxItems [1] True False False' ] || { echo 'changed: a schema is held otherwise'; exit 1; }
