#!/usr/bin/env bash
# rrule 2.8.1 and its copy @markwhen/rrule 2.8.2 (npm): a series of appointments in Israel loses its last one, one in New York
# gets one too many. Where the first has a time zone, RFC 5545 wants the end of a series, UNTIL, in UTC, and what begins at
# that very moment still belongs to it (https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10). Both compare the hour in
# Jerusalem or New York with the hour in UTC as if they were of one clock: 09:00 is later than 07:00Z, the same moment, and
# 01:00 in New York earlier than 05:00Z, which is an hour before it. The README says that TZID is supported as in the RFC
# (https://github.com/jkbrzt/rrule#timezone-support). With a COUNT the same series is whole. rrule-temporal 2.2.8 and
# rrule-rust 3.1.1 (npm, the crate rrule) have every one right.
# Seen: the table below: first, rule, and of each library how many times. Ours repeats nothing by such rules.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/probe.mjs" <<'EOF'
import rrule from 'rrule';
import markwhen from '@markwhen/rrule';
import { RRuleSet } from 'rrule-rust';
import { RRuleTemporal } from 'rrule-temporal';

const series = [
  ['Asia/Jerusalem:20260101T090000', 'FREQ=DAILY;COUNT=3', 3],
  ['Asia/Jerusalem:20260101T090000', 'FREQ=DAILY;UNTIL=20260103T070000Z', 3],
  ['Asia/Jerusalem:20260104T090000', 'FREQ=WEEKLY;BYDAY=SU,TU;UNTIL=20260111T070000Z', 3],
  ['Asia/Jerusalem:20260101T230000', 'FREQ=DAILY;UNTIL=20260103T215959Z', 3],
  ['America/New_York:20260101T010000', 'FREQ=DAILY;UNTIL=20260103T060000Z', 3],
  ['America/New_York:20260101T010000', 'FREQ=DAILY;UNTIL=20260103T050000Z', 2],
];
for (const [start, rule, right] of series) {
  const text = `DTSTART;TZID=${start}\nRRULE:${rule}`;
  const found = {
    rrule: rrule.rrulestr(text).all(),
    markwhen: markwhen.rrulestr(text).all(),
    rust: RRuleSet.fromString(text).all(),
    temporal: new RRuleTemporal({ rruleString: text }).all(),
  };
  console.log(start, rule, `right ${right}:`, ...Object.entries(found).map(([name, all]) => `${name} ${all.length}`));
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts rrule@2.8.1 @markwhen/rrule@2.8.2 rrule-rust@3.1.1 rrule-temporal@2.2.8
seen=$(TZ=UTC node probe.mjs)
echo "$seen"
[ "$seen" = 'Asia/Jerusalem:20260101T090000 FREQ=DAILY;COUNT=3 right 3: rrule 3 markwhen 3 rust 3 temporal 3
Asia/Jerusalem:20260101T090000 FREQ=DAILY;UNTIL=20260103T070000Z right 3: rrule 2 markwhen 2 rust 3 temporal 3
Asia/Jerusalem:20260104T090000 FREQ=WEEKLY;BYDAY=SU,TU;UNTIL=20260111T070000Z right 3: rrule 2 markwhen 2 rust 3 temporal 3
Asia/Jerusalem:20260101T230000 FREQ=DAILY;UNTIL=20260103T215959Z right 3: rrule 2 markwhen 2 rust 3 temporal 3
America/New_York:20260101T010000 FREQ=DAILY;UNTIL=20260103T060000Z right 3: rrule 3 markwhen 3 rust 3 temporal 3
America/New_York:20260101T010000 FREQ=DAILY;UNTIL=20260103T050000Z right 2: rrule 3 markwhen 3 rust 2 temporal 2' ] || { echo 'changed: a series ends otherwise'; exit 1; }
