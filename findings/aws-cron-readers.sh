#!/usr/bin/env bash
# When does a schedule of EventBridge fire next? aws-cron-parser 1.1.12 (npm), pyawscron 1.0.7 and aws-croniter 2.1.1 (PyPI)
# answer valid AWS cron expressions with wrong dates, with an error, or with nothing. What counts is
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based and
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html: a day of the month is a day of it,
# so there is no 31st of February (aws-cron-parser says the 3rd of March, and the 1st for the 29th of a common year);
# `0/30 20-2` is an example on that page, hours over midnight; `L` in the day of the week is the last of the week, Saturday;
# `/` is allowed in the year.
# Seen: the table below: library, expression, asked on which day, right and found; "-" is an error or nothing. All three
# read the last Friday of a month (`6L`) rightly. Ours writes only `rate` and `at`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install pyawscron==1.0.7 aws-croniter==2.1.1
cat > "$work/cases.json" <<'EOF'
[
  ["0 10 31 * ? *", "2026-02-01", "2026-03-31T10:00"],
  ["0 10 29 2 ? *", "2026-03-01", "2028-02-29T10:00"],
  ["0/30 20-2 ? * MON-FRI *", "2026-11-30", "2026-11-30T00:00"],
  ["0 10 ? * L *", "2026-11-23", "2026-11-28T10:00"],
  ["0 10 1 1 ? 2027-2031/2", "2027-02-01", "2029-01-01T10:00"],
  ["0 10 ? * 6L *", "2026-11-01", "2026-11-27T10:00"]
]
EOF
cat > "$work/probe.py" <<'EOF'
import json
from datetime import datetime, timedelta, timezone

from aws_croniter import AwsCroniter
from pyawscron import AWSCron

LIBRARIES = {
    "pyawscron": lambda expression, start: AWSCron(expression).occurrence(start).next(),
    "aws-croniter": lambda expression, start: AwsCroniter(expression).get_next(start)[0],
}
with open("cases.json") as file:
    cases = json.load(file)
for library, after in LIBRARIES.items():
    for expression, day, right in cases:
        start = datetime.fromisoformat(day).replace(tzinfo=timezone.utc) - timedelta(seconds=1)
        try:
            found = after(expression, start).strftime("%Y-%m-%dT%H:%M")
        except Exception:
            found = "-"
        if found != right:
            print(library, f"({expression}) from {day}: {right}, found {found}")
EOF
cat > "$work/probe.cjs" <<'EOF'
const { readFileSync } = require('node:fs');
const { next, parse } = require('aws-cron-parser');

for (const [expression, day, right] of JSON.parse(readFileSync('cases.json', 'utf8'))) {
  let found = '-';
  try {
    found = next(parse(expression), new Date(Date.parse(`${day}T00:00:00Z`) - 1000)).toISOString().slice(0, 16);
  } catch { /* no answer */ }
  if (found !== right) console.log('aws-cron-parser', `(${expression}) from ${day}: ${right}, found ${found}`);
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts aws-cron-parser@1.1.12
seen=$(node probe.cjs && venv/bin/python probe.py)
echo "$seen"
[ "$seen" = 'aws-cron-parser (0 10 31 * ? *) from 2026-02-01: 2026-03-31T10:00, found 2026-03-03T10:00
aws-cron-parser (0 10 29 2 ? *) from 2026-03-01: 2028-02-29T10:00, found 2027-03-01T10:00
aws-cron-parser (0/30 20-2 ? * MON-FRI *) from 2026-11-30: 2026-11-30T00:00, found -
aws-cron-parser (0 10 ? * L *) from 2026-11-23: 2026-11-28T10:00, found -
pyawscron (0 10 31 * ? *) from 2026-02-01: 2026-03-31T10:00, found -
pyawscron (0 10 29 2 ? *) from 2026-03-01: 2028-02-29T10:00, found -
pyawscron (0/30 20-2 ? * MON-FRI *) from 2026-11-30: 2026-11-30T00:00, found -
pyawscron (0 10 ? * L *) from 2026-11-23: 2026-11-28T10:00, found -
aws-croniter (0 10 ? * L *) from 2026-11-23: 2026-11-28T10:00, found -
aws-croniter (0 10 1 1 ? 2027-2031/2) from 2027-02-01: 2029-01-01T10:00, found -' ] || { echo 'changed: a schedule is read otherwise'; exit 1; }
