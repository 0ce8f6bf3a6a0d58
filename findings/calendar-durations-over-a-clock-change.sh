#!/usr/bin/env bash
# A night of twelve hours, or a day, that begins before the clocks change: none of five libraries gets both ends right. RFC 5545
# tells the two apart: days and weeks go by the calendar, so that P1D ends at the same hour of the next day, whereas hours,
# minutes and seconds are exact, so that PT12H lasts twelve hours and PT24H ends an hour later than P1D where the clocks go
# forward (https://www.rfc-editor.org/rfc/rfc5545#section-3.3.6). icalendar 7.3.2, recurring-ical-events 3.8.2, ical 14.3.1
# (PyPI) and ical.js 2.2.1 (npm) count hours on the clock's face, so that the night has eleven; node-ical 0.26.1 (npm) counts a
# day as 24 hours.
# Seen, for an evening in Jerusalem before such a night, the 26th of March 2026, and for one a week earlier, in files that hold
# the zone's rules as the RFC wants: the table below, ends in UTC. Ours reads no calendars.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install icalendar==7.3.2 recurring-ical-events==3.8.2 ical==14.3.1
cat > "$work/zone.txt" <<'EOF'
BEGIN:VTIMEZONE
TZID:Asia/Jerusalem
BEGIN:DAYLIGHT
DTSTART:20130329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1FR
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20131027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
END:STANDARD
END:VTIMEZONE
EOF
event() {
  printf '%s\n' BEGIN:VCALENDAR PRODID:-//x//y VERSION:2.0 "$(cat "$work/zone.txt")" BEGIN:VEVENT UID:1 DTSTAMP:20260101T000000Z SUMMARY:x \
    "DTSTART;TZID=Asia/Jerusalem:202603$1T200000" "DURATION:$2" END:VEVENT END:VCALENDAR | sed 's/$/\r/' > "$work/$1-$2.ics"
}
for duration in PT12H PT24H P1D; do
  event 19 "$duration"
  event 26 "$duration"
done
cat > "$work/probe.py" <<'EOF'
from datetime import UTC, datetime

import icalendar
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream

RIGHT = {"19-PT12H": "20T06", "19-PT24H": "20T18", "19-P1D": "20T18", "26-PT12H": "27T06", "26-PT24H": "27T18", "26-P1D": "27T17"}
for name, right in RIGHT.items():
    with open(f"{name}.ics", newline="") as file:
        text = file.read()
    calendar = icalendar.Calendar.from_ical(text)
    repeated = recurring_ical_events.of(calendar).between(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    ends = {
        "icalendar": calendar.walk("VEVENT")[0].end,
        "recurring-ical-events": repeated[0]["DTEND"].dt,
        "ical": next(iter(IcsCalendarStream.calendar_from_ics(text).timeline)).end,
    }
    print(name, "right", right, *(f"{library} {end.astimezone(UTC):%dT%H}" for library, end in ends.items()))
EOF
cat > "$work/probe.mjs" <<'EOF'
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import nodeIcal from 'node-ical';

for (const name of ['19-PT12H', '19-PT24H', '19-P1D', '26-PT12H', '26-PT24H', '26-P1D']) {
  const text = readFileSync(`${name}.ics`, 'utf8');
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.register(calendar.getFirstSubcomponent('vtimezone'));
  const end = new ICAL.Event(calendar.getFirstSubcomponent('vevent')).endDate.toJSDate();
  const ends = { 'ical.js': end, 'node-ical': nodeIcal.sync.parseICS(text)['1'].end };
  console.log(name, ...Object.entries(ends).map(([library, time]) => `${library} ${time.toISOString().slice(8, 13)}`));
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts ical.js@2.2.1 node-ical@0.26.1
seen=$(venv/bin/python probe.py && TZ=UTC node probe.mjs)
echo "$seen"
[ "$seen" = '19-PT12H right 20T06 icalendar 20T06 recurring-ical-events 20T06 ical 20T06
19-PT24H right 20T18 icalendar 20T18 recurring-ical-events 20T18 ical 20T18
19-P1D right 20T18 icalendar 20T18 recurring-ical-events 20T18 ical 20T18
26-PT12H right 27T06 icalendar 27T05 recurring-ical-events 27T05 ical 27T05
26-PT24H right 27T18 icalendar 27T17 recurring-ical-events 27T17 ical 27T17
26-P1D right 27T17 icalendar 27T17 recurring-ical-events 27T17 ical 27T17
19-PT12H ical.js 20T06 node-ical 20T06
19-PT24H ical.js 20T18 node-ical 20T18
19-P1D ical.js 20T18 node-ical 20T18
26-PT12H ical.js 27T05 node-ical 27T06
26-PT24H ical.js 27T17 node-ical 27T18
26-P1D ical.js 27T17 node-ical 27T18' ] || { echo 'changed: an event ends otherwise'; exit 1; }
