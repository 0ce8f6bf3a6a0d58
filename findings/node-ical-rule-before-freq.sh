#!/usr/bin/env bash
# node-ical 0.26.1 (npm): of a rule by which an event repeats, everything that stands before FREQ is thrown away, and nothing
# is said. A course of three lessons goes on for ever, one every other week is every week, one on Mondays begins on the day of
# its first. RFC 5545 has a reader accept the parts in any order (https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10), and
# the examples of RFC 7529 begin with the calendar, RSCALE (https://www.rfc-editor.org/rfc/rfc7529#section-4.3): without it a
# birthday in Adar I is no event at all but an error about SKIP, which takes every other event of the file with it.
# rrule-temporal, which node-ical counts with, and ical.js 2.2.1 (npm) read the parts in any order.
# Seen: the table below: the rule, what node-ical makes of it, and how often the event comes in 2026, with node-ical, with
# ical.js. Ours repeats nothing by such rules.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/probe.mjs" <<'EOF'
import ICAL from 'ical.js';
import ical from 'node-ical';

const rules = [
  'FREQ=WEEKLY;COUNT=3',
  'COUNT=3;FREQ=WEEKLY',
  'UNTIL=20260115T100000Z;FREQ=WEEKLY',
  'FREQ=WEEKLY;INTERVAL=2',
  'INTERVAL=2;FREQ=WEEKLY',
  'BYDAY=MO,TH;FREQ=WEEKLY;COUNT=4',
  'RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD',
];
const [from, to] = [new Date('2026-01-01'), new Date('2027-01-01')];

for (const rule of rules) {
  const start = rule.startsWith('RSCALE') ? '20160217T100000Z' : '20260101T100000Z';
  const event = (uid, repeat) => `BEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:${start}\r\n${repeat}END:VEVENT\r\n`;
  const file = `BEGIN:VCALENDAR\r\nPRODID:-//x//y\r\nVERSION:2.0\r\n${event('a', `RRULE:${rule}\r\n`)}${event('b', '')}END:VCALENDAR\r\n`;
  let read;
  try {
    const { a } = ical.sync.parseICS(file);
    const kept = a.rrule.toString().split('RRULE:')[1];
    read = `${kept} ${ical.expandRecurringEvent(a, { from, to }).length}`;
  } catch (error) {
    read = `error: ${error.message}`;
  }
  let times = '-';
  if (!rule.startsWith('RSCALE')) {
    const all = new ICAL.Event(new ICAL.Component(ICAL.parse(file)).getFirstSubcomponent('vevent')).iterator();
    times = 0;
    for (let time = all.next(); time && time.toJSDate() < to; time = all.next()) times += 1;
  }
  console.log(`${rule} | ${read} | ${times}`);
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts node-ical@0.26.1 ical.js@2.2.1
seen=$(TZ=UTC node probe.mjs)
echo "$seen"
[ "$seen" = 'FREQ=WEEKLY;COUNT=3 | FREQ=WEEKLY;COUNT=3 3 | 3
COUNT=3;FREQ=WEEKLY | FREQ=WEEKLY 53 | 3
UNTIL=20260115T100000Z;FREQ=WEEKLY | FREQ=WEEKLY 53 | 3
FREQ=WEEKLY;INTERVAL=2 | FREQ=WEEKLY;INTERVAL=2 27 | 27
INTERVAL=2;FREQ=WEEKLY | FREQ=WEEKLY 53 | 27
BYDAY=MO,TH;FREQ=WEEKLY;COUNT=4 | FREQ=WEEKLY;COUNT=4 4 | 4
RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD | error: SKIP MUST NOT be present unless RSCALE is present | -' ] || { echo 'changed: a rule is read otherwise'; exit 1; }
