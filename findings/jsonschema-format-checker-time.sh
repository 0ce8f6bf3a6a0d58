#!/usr/bin/env bash
# jsonschema 4.26.0 (PyPI): FormatChecker() without arguments, which stands for every format that is known, refuses every
# right `time` and accepts one without a zone, also under a schema of draft 2020-12: the check of draft 3 is registered under
# the same name and wins over that of all later drafts. Since draft 7 `time` is RFC 3339's full-time, which ends with Z or an
# offset
# (https://json-schema.org/draft/2020-12/json-schema-validation#section-7.3.1, https://www.rfc-editor.org/rfc/rfc3339#section-5.6).
# The checker that the validator's own class carries, Draft202012Validator.FORMAT_CHECKER, has it right, so that the two ways
# of asking for formats contradict one another on every time there is
# (https://python-jsonschema.readthedocs.io/en/stable/validate/#validating-formats).
# Seen: the table below. Ours has times with a date only (`date-time`).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install jsonschema==4.26.0 rfc3339-validator==0.1.4
cat > "$work/probe.py" <<'EOF'
from jsonschema import Draft202012Validator, FormatChecker

SCHEMA = {"type": "string", "format": "time"}
for text in ("10:00:00Z", "10:00:00+02:00", "10:00:00"):
    general = Draft202012Validator(SCHEMA, format_checker=FormatChecker()).is_valid(text)
    own = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).is_valid(text)
    print(f"{text}: FormatChecker() {general}, Draft202012Validator.FORMAT_CHECKER {own}")
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = '10:00:00Z: FormatChecker() False, Draft202012Validator.FORMAT_CHECKER True
10:00:00+02:00: FormatChecker() False, Draft202012Validator.FORMAT_CHECKER True
10:00:00: FormatChecker() True, Draft202012Validator.FORMAT_CHECKER False' ] || { echo 'changed: a time is checked otherwise'; exit 1; }
