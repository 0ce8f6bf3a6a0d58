#!/usr/bin/env bash
# A birthday by the Hebrew calendar, or the first of Ramadan, as an event that repeats: RFC 7529 lets a rule name a calendar,
# RSCALE, and its months and days are then that calendar's (https://www.rfc-editor.org/rfc/rfc7529#section-4, Hebrew examples
# in 4.3). ical 14.3.1 (PyPI), ical.js 2.2.1 and rrule-rust 3.1.1 (npm, the crate rrule) take such a rule, pass over RSCALE and
# repeat the civil day, which is another Hebrew day each year; the ninth month, Ramadan, becomes September, and the leap month
# Adar I, 5L, is May to ical.js, an error to the other two. rrule-temporal 2.2.8 (npm), which promises RFC 7529, has the Hebrew
# ones right, but an Islamic year, which is not on its list of calendars
# (https://github.com/ggaabe/rrule-temporal#supported-calendars), is a civil one to it too. Nothing is said where a date is
# wrong. dateutil 2.9.0.post0 (PyPI) and rrule 2.8.1 (npm) say that they do not know RSCALE.
# Seen: the table below, for the 11th of Tishri, for the 8th of Adar I (in Adar where there is one Adar) and for the 1st of
# Ramadan by the arithmetic calendar. Ours repeats nothing by such rules.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install ical==14.3.1 python-dateutil==2.9.0.post0
cat > "$work/rules.txt" <<'EOF'
20260922 RSCALE=HEBREW;FREQ=YEARLY;COUNT=4
20140208 RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD;COUNT=4
20260218 RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1;COUNT=4
EOF
cat > "$work/probe.py" <<'EOF'
from dateutil.rrule import rrulestr
from ical.calendar_stream import IcsCalendarStream

CARD = "BEGIN:VCALENDAR\nPRODID:-//x//y\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\nSUMMARY:x\nDTSTART:{}\nRRULE:{}\nEND:VEVENT\nEND:VCALENDAR\n"


def read(start, rule):
    return [event.dtstart for event in IcsCalendarStream.calendar_from_ics(CARD.format(f"{start}T090000Z", rule)).timeline]


def reckon(start, rule):
    return list(rrulestr(f"DTSTART:{start}T090000Z\nRRULE:{rule}"))


for line in open("rules.txt"):
    start, rule = line.split()
    for name, days in (("ical", read), ("dateutil", reckon)):
        try:
            print(rule, name, *(day.strftime("%Y-%m-%d") for day in days(start, rule)))
        except Exception as error:
            print(rule, name, type(error).__name__)
EOF
cat > "$work/probe.mjs" <<'EOF'
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import rrule from 'rrule';
import { RRuleSet } from 'rrule-rust';
import { RRuleTemporal } from 'rrule-temporal';

const day = (text) => text.replace(/^(\d{4})-?(\d\d)-?(\d\d).*$/, '$1-$2-$3');
const calendars = { HEBREW: 'hebrew', 'ISLAMIC-CIVIL': 'islamic-civil' };
const wanted = [/^11 Tishri$/, /^8 Adar( I)?$/, /^1 Ramadan$/];

const right = (start, rule, name) => {
  const calendar = calendars[rule.match(/RSCALE=([A-Z-]+)/)[1]];
  const format = new Intl.DateTimeFormat(`en-u-ca-${calendar}`, { day: 'numeric', month: 'long', timeZone: 'UTC' });
  const found = [];
  for (let time = Date.parse(day(start)); found.length < 4; time += 86400000) {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    if (name.test(`${parts.day} ${parts.month}`)) found.push(new Date(time).toISOString());
  }
  return found;
};
const ical = (start, rule) => {
  const card = `BEGIN:VEVENT\r\nUID:1\r\nDTSTART:${start}T090000Z\r\nRRULE:${rule}\r\nEND:VEVENT`;
  const times = new ICAL.Event(new ICAL.Component(ICAL.parse(card))).iterator();
  const found = [];
  for (let time = times.next(); time; time = times.next()) found.push(time.toString());
  return found;
};

for (const [index, line] of readFileSync('rules.txt', 'utf8').trim().split('\n').entries()) {
  const [start, rule] = line.split(' ');
  const text = `DTSTART:${start}T090000Z\nRRULE:${rule}`;
  const found = {
    right: () => right(start, rule, wanted[index]),
    'ical.js': () => ical(start, rule),
    'rrule-rust': () => RRuleSet.fromString(text).all().map(String),
    'rrule-temporal': () => new RRuleTemporal({ rruleString: text }).all().map(String),
    rrule: () => rrule.rrulestr(text).all().map((time) => time.toISOString()),
  };
  for (const [name, days] of Object.entries(found)) {
    try {
      console.log(rule, name, ...days().map(day));
    } catch (error) {
      console.log(rule, name, error.constructor.name);
    }
  }
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts ical.js@2.2.1 rrule@2.8.1 rrule-rust@3.1.1 rrule-temporal@2.2.8
seen=$(TZ=UTC node probe.mjs && venv/bin/python probe.py)
echo "$seen"
[ "$seen" = 'RSCALE=HEBREW;FREQ=YEARLY;COUNT=4 right 2026-09-22 2027-10-12 2028-10-01 2029-09-20
RSCALE=HEBREW;FREQ=YEARLY;COUNT=4 ical.js 2026-09-22 2027-09-22 2028-09-22 2029-09-22
RSCALE=HEBREW;FREQ=YEARLY;COUNT=4 rrule-rust 2026-09-22 2027-09-22 2028-09-22 2029-09-22
RSCALE=HEBREW;FREQ=YEARLY;COUNT=4 rrule-temporal 2026-09-22 2027-10-12 2028-10-01 2029-09-20
RSCALE=HEBREW;FREQ=YEARLY;COUNT=4 rrule Error
RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD;COUNT=4 right 2014-02-08 2015-02-27 2016-02-17 2017-03-06
RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD;COUNT=4 ical.js 2014-05-08 2015-05-08 2016-05-08 2017-05-08
RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD;COUNT=4 rrule-rust Error
RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD;COUNT=4 rrule-temporal 2014-02-08 2015-02-27 2016-02-17 2017-03-06
RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD;COUNT=4 rrule Error
RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1;COUNT=4 right 2026-02-18 2027-02-08 2028-01-28 2029-01-16
RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1;COUNT=4 ical.js 2026-09-01 2027-09-01 2028-09-01 2029-09-01
RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1;COUNT=4 rrule-rust 2026-09-01 2027-09-01 2028-09-01 2029-09-01
RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1;COUNT=4 rrule-temporal 2026-09-01 2027-09-01 2028-09-01 2029-09-01
RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1;COUNT=4 rrule Error
RSCALE=HEBREW;FREQ=YEARLY;COUNT=4 ical 2026-09-22 2027-09-22 2028-09-22 2029-09-22
RSCALE=HEBREW;FREQ=YEARLY;COUNT=4 dateutil ValueError
RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD;COUNT=4 ical CalendarParseError
RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD;COUNT=4 dateutil ValueError
RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1;COUNT=4 ical 2026-09-01 2027-09-01 2028-09-01 2029-09-01
RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1;COUNT=4 dateutil ValueError' ] || { echo 'changed: a rule with a calendar is read otherwise'; exit 1; }
