#!/usr/bin/env bash
# outlines-core 0.2.14 and lm-format-enforcer 0.11.3 (PyPI; they hold a model's answer to a JSON Schema): `pattern` is taken
# as if it had to cover the whole text, and outlines-core leaves a `^` without its `$` standing behind the opening quotation
# mark, where it can never hold: the grammar of "^05" admits no answer at all, and nothing says so. JSON Schema wants a
# pattern to be found anywhere in the text; only what anchors it anchors it, each end by itself
# (https://json-schema.org/draft/2020-12/json-schema-validation#section-6.3.3 and json-schema-core#section-6.4).
# llguidance 1.9.1 (PyPI) does that, and jsonschema 4.26.0, which only checks, finds the same.
# Seen, for the text "0501": outlines-core and lm-format-enforcer "^05 False, 50 False, ^0501$ True", the others three times
# True; outlines-core's regular expression for ^05 is ("^05"). Ours asks for no pattern: shared/ai/src/schema.rs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install outlines-core==0.2.14 lm-format-enforcer==0.11.3 llguidance==1.9.1 jsonschema==4.26.0
cat > "$work/probe.py" <<'EOF'
import json
import re

from jsonschema import Draft202012Validator
from llguidance import LLMatcher, LLTokenizer
from lmformatenforcer import JsonSchemaParser
from outlines_core.json_schema import build_regex_from_schema

TEXT = '"0501"'
TOKENIZER = LLTokenizer("byte")


def by_outlines(schema):
    return re.fullmatch(build_regex_from_schema(json.dumps(schema)), TEXT) is not None


def by_enforcer(schema):
    parser = JsonSchemaParser(schema)
    for character in TEXT:
        if character not in parser.get_allowed_characters():
            return False
        parser = parser.add_character(character)
    return parser.can_end()


def by_llguidance(schema):
    matcher = LLMatcher(TOKENIZER, LLMatcher.grammar_from_json_schema(schema))
    return matcher.consume_tokens(TOKENIZER.tokenize_str(TEXT)) and matcher.is_accepting()


def by_jsonschema(schema):
    return Draft202012Validator(schema).is_valid(json.loads(TEXT))


for name, reads in [("outlines-core", by_outlines), ("lm-format-enforcer", by_enforcer), ("llguidance", by_llguidance),
                    ("jsonschema", by_jsonschema)]:
    print(name, ", ".join(f"{p} {reads({'type': 'string', 'pattern': p})}" for p in ["^05", "50", "^0501$"]))
print(build_regex_from_schema('{"type": "string", "pattern": "^05"}'))
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
# shellcheck disable=SC2016  # the dollar is a pattern's
[ "$seen" = 'outlines-core ^05 False, 50 False, ^0501$ True
lm-format-enforcer ^05 False, 50 False, ^0501$ True
llguidance ^05 True, 50 True, ^0501$ True
jsonschema ^05 True, 50 True, ^0501$ True
("^05")' ] || { echo 'changed: a pattern is compiled otherwise'; exit 1; }
