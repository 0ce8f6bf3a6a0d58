#!/usr/bin/env bash
# ical.js 2.2.1 (npm, reads the calendars of Thunderbird and Nextcloud): events repeat on days and at hours that their rule
# does not name, two of them rules that RFC 5545 itself gives as examples, the 20th Monday of a year and the Monday of week 20
# (https://www.rfc-editor.org/rfc/rfc5545#section-3.8.5.3): both become every Monday there is, and the second does not even
# begin on its own first day. The last working day of a week becomes every working day. Twice a day on the first and third
# Thursday is, from the second month on, also in the afternoon of the 1st, whatever day that is. The 1st and 15th of every
# month are those of January. A date that a month does not have becomes the day after its end; the RFC says that it must be
# left out and not counted (https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10). No error is raised. rrule-temporal 2.2.8
# (npm) answers every one of them as the RFC does.
# Seen: the table below: the rule, and of each library the first four times. Ours repeats nothing by such rules.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/probe.mjs" <<'EOF'
import ICAL from 'ical.js';
import { RRuleTemporal } from 'rrule-temporal';

const rules = [
  ['19970519T090000Z', 'FREQ=YEARLY;BYDAY=20MO'],
  ['19970512T090000Z', 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO'],
  ['20260108T090000Z', 'FREQ=WEEKLY;WKST=SU;BYDAY=SU,MO,TU,WE,TH;BYSETPOS=-1'],
  ['20260115T100000Z', 'FREQ=MONTHLY;BYDAY=1TH,3TH;BYHOUR=10,16'],
  ['20260101T090000Z', 'FREQ=YEARLY;BYMONTHDAY=1,15'],
  ['20260831T090000Z', 'FREQ=YEARLY;BYMONTH=8,9'],
  ['20240229T090000Z', 'FREQ=YEARLY'],
  ['20260131T090000Z', 'FREQ=MONTHLY'],
];
const short = (text) => text.replaceAll(/[-:]/g, '').slice(2, 11);

for (const [start, rule] of rules) {
  const card = `BEGIN:VEVENT\r\nUID:1\r\nDTSTART:${start}\r\nRRULE:${rule}\r\nEND:VEVENT`;
  const days = new ICAL.Event(new ICAL.Component(ICAL.parse(card))).iterator();
  const found = [1, 2, 3, 4].map(() => short(days.next().toString()));
  const right = new RRuleTemporal({ rruleString: `DTSTART:${start}\nRRULE:${rule}` }).all((_, index) => index < 4);
  console.log(rule);
  console.log('  ical.js       ', ...found);
  console.log('  rrule-temporal', ...right.slice(0, 4).map((time) => short(time.toString())));
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts ical.js@2.2.1 rrule-temporal@2.2.8
seen=$(node probe.mjs)
echo "$seen"
[ "$seen" = 'FREQ=YEARLY;BYDAY=20MO
  ical.js        970519T09 970526T09 970602T09 970609T09
  rrule-temporal 970519T09 980518T09 990517T09 000515T09
FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO
  ical.js        970519T09 970526T09 970602T09 970609T09
  rrule-temporal 970512T09 980511T09 990517T09 000515T09
FREQ=WEEKLY;WKST=SU;BYDAY=SU,MO,TU,WE,TH;BYSETPOS=-1
  ical.js        260108T09 260111T09 260112T09 260113T09
  rrule-temporal 260108T09 260115T09 260122T09 260129T09
FREQ=MONTHLY;BYDAY=1TH,3TH;BYHOUR=10,16
  ical.js        260115T10 260115T16 260201T16 260205T10
  rrule-temporal 260115T10 260115T16 260205T10 260205T16
FREQ=YEARLY;BYMONTHDAY=1,15
  ical.js        260101T09 260115T09 270101T09 270115T09
  rrule-temporal 260101T09 260115T09 260201T09 260215T09
FREQ=YEARLY;BYMONTH=8,9
  ical.js        260831T09 261001T09 270831T09 271001T09
  rrule-temporal 260831T09 270831T09 280831T09 290831T09
FREQ=YEARLY
  ical.js        240229T09 250301T09 260301T09 270301T09
  rrule-temporal 240229T09 280229T09 320229T09 360229T09
FREQ=MONTHLY
  ical.js        260131T09 260331T09 260531T09 260731T09
  rrule-temporal 260131T09 260331T09 260531T09 260731T09' ] || { echo 'changed: an event repeats otherwise'; exit 1; }
