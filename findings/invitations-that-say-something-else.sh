#!/usr/bin/env bash
# calendar-link 2.11.5, ics 3.12.0 and ical-generator 10.2.0 (npm), ics 0.7.3 (PyPI) write the file by which a customer puts an
# appointment into a calendar, and whoever reads it finds something else. calendar-link writes title and note as they are: the
# C:\new of the note becomes a line break, a title of two lines makes the file unreadable, and a whole day is written as a
# moment without an hour. A backslash, a comma, a semicolon and a line break stand behind a backslash in a text
# (https://www.rfc-editor.org/rfc/rfc5545#section-3.3.11), and a day needs VALUE=DATE (#section-3.8.2.4, #section-3.3.4). An
# address of the web is no text and has no backslashes (#section-3.3.13): ical-generator and ics (PyPI) put some into it, so
# that the link leads elsewhere. A name's quotation marks, as Hebrew initials have them, are written with a caret
# (https://www.rfc-editor.org/rfc/rfc6868#section-3): ics and ical-generator (npm) write them with backslashes, which ends the
# name there, ics (PyPI) writes them bare beside a comma, for which icalendar drops the organizer, as no quotation mark may
# stand in a parameter (#section-3.2 of RFC 5545). ics (npm) makes two categories of one that has a comma. datebook 8.0.1 (npm)
# and icalendar 7.3.2 (PyPI) write all that they take right.
# Seen: the lines below: writer, member, and what ical.js 2.2.1 (npm) reads of it where that is not what was given. Ours sends
# no such files.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install ics==0.7.3 icalendar==7.3.2 tzdata==2026.6
cat > "$work/write.py" <<'EOF'
import json
import sys
from datetime import UTC, datetime

import ics
import icalendar

given = json.load(sys.stdin)
start = datetime(2026, 7, 1, 6, tzinfo=UTC)
one = ics.Event(name=given["title"], begin=start, description=given["note"], url=given["link"])
one.organizer = ics.Organizer(email="dana@example.com", common_name=given["name"])
one.categories = {given["category"]}
other = icalendar.Event()
for name, value in (("summary", given["title"]), ("dtstart", start), ("description", given["note"]), ("url", given["link"])):
    other.add(name, value)
other.add("categories", [given["category"]])
organizer = icalendar.vCalAddress("mailto:dana@example.com")
organizer.params["CN"] = given["name"]
other.add("organizer", organizer)
calendar = icalendar.Calendar()
calendar.add_component(other)
file = ics.Calendar(events=[one]).serialize()
again = icalendar.Calendar.from_ical(file).walk("VEVENT")[0].get("organizer")
json.dump({"files": {"ics (PyPI)": file, "icalendar (PyPI)": calendar.to_ical().decode()}, "again": str(again)}, sys.stdout)
EOF
cat > "$work/probe.mjs" <<'EOF'
import { spawnSync } from 'node:child_process';
import * as link from 'calendar-link';
import { ICalendar } from 'datebook';
import ICAL from 'ical.js';
import generator from 'ical-generator';
import { createEvent } from 'ics';

const given = {
  title: 'Cut, color; wash',
  note: 'Bring C:\\new',
  link: 'https://example.com/a?x=1,2;3',
  name: 'Cohen, Dana "DC"',
  category: 'hair, long',
};
const [start, end] = ['2026-07-01T06:00:00Z', '2026-07-01T07:00:00Z'].map((text) => new Date(text));
const text = (uri) => decodeURIComponent(uri).replace(/^data:[^,]*,/, '');

function read(file) {
  const event = new ICAL.Component(ICAL.parse(file)).getFirstSubcomponent('vevent');
  const organizer = event.getFirstProperty('organizer');
  return {
    title: event.getFirstPropertyValue('summary'),
    note: event.getFirstPropertyValue('description'),
    link: event.getFirstPropertyValue('url') ?? undefined,
    name: organizer?.getParameter('cn'),
    category: event.getFirstProperty('categories')?.getValues().join(' + '),
  };
}

const python = JSON.parse(spawnSync('venv/bin/python', ['write.py'], { input: JSON.stringify(given), encoding: 'utf8' }).stdout);
const generated = generator();
generated.createEvent({
  start, end, summary: given.title, description: given.note, url: given.link,
  organizer: { name: given.name, email: 'dana@example.com' }, categories: [{ name: given.category }],
});
const files = {
  'calendar-link': text(link.ics({ title: given.title, description: given.note, url: given.link, start, end })),
  'ics (npm)': createEvent({
    start: start.getTime(), end: end.getTime(), title: given.title, description: given.note, url: given.link,
    organizer: { name: given.name, email: 'dana@example.com' }, categories: [given.category],
  }).value,
  'ical-generator': generated.toString(),
  datebook: new ICalendar({ title: given.title, description: given.note, start, end }).render(),
  ...python.files,
};
for (const [writer, file] of Object.entries(files)) {
  const found = read(file);
  const wrong = Object.keys(given).filter((key) => found[key] !== undefined && found[key] !== given[key]);
  console.log(`${writer}: ${wrong.map((key) => `${key} ${found[key].replace('\n', '[line break]')}`).join('; ') || 'right'}`);
}
console.log('ics (PyPI), the organizer to icalendar:', python.again);
const day = text(link.ics({ title: 'Cut', start: '2026-07-01', allDay: true }));
console.log('calendar-link, a whole day:', day.match(/DTSTART.*/)[0].trim());
try {
  console.log('calendar-link, two lines:', JSON.stringify(read(text(link.ics({ title: 'Cut\nand wash', start, end }))).title));
} catch (error) {
  console.log('calendar-link, two lines:', error.message);
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts calendar-link@2.11.5 ics@3.12.0 ical-generator@10.2.0 datebook@8.0.1 ical.js@2.2.1
seen=$(node probe.mjs)
echo "$seen"
[ "$seen" = 'calendar-link: note Bring C:[line break]ew
ics (npm): name Cohen, Dana \; category hair +  long
ical-generator: link https://example.com/a?x=1\,2\;3; name Cohen, Dana \
datebook: right
ics (PyPI): link https://example.com/a?x=1\,2\;3
icalendar (PyPI): right
ics (PyPI), the organizer to icalendar: None
calendar-link, a whole day: DTSTART:20260701
calendar-link, two lines: invalid line (no token ";" or ":") "and wash"' ] || { echo 'changed: an invitation is written otherwise'; exit 1; }
