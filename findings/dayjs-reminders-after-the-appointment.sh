#!/usr/bin/env bash
# dayjs 1.11.23 (npm), its plugin for durations: a reminder a quarter of an hour before becomes one a quarter of an hour after.
# The minus before a duration is read and thrown away, also where dayjs wrote it itself: the negative duration of an hour and a
# half, as text, reads back as a positive one. Calendars tell when to remind in just that way, TRIGGER:-PT15M
# (https://www.rfc-editor.org/rfc/rfc5545#section-3.3.6, #section-3.8.6.3). And with a comma, which ISO 8601 allows as the mark
# of a fraction, half an hour is nothing: an appointment of PT0,5H ends when it begins. No error is raised, and the plugin is
# described as reading ISO 8601 (https://day.js.org/docs/en/durations/creating). moment 2.31.0 (npm), whose interface dayjs
# takes over, reads every one of them; luxon 3.7.2 (npm) has the signs right and calls the comma invalid.
# Seen: the table below: text, minutes by dayjs, moment and luxon, and the appointment at nine with it by dayjs. Ours counts
# with jiff.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/probe.cjs" <<'EOF'
const dayjs = require('dayjs');
const { Duration } = require('luxon');
const moment = require('moment');

dayjs.extend(require('dayjs/plugin/duration'));
dayjs.extend(require('dayjs/plugin/utc'));
const written = dayjs.duration(-90, 'minutes').toISOString();
for (const text of ['PT15M', '-PT15M', '-P1D', '-P1DT2H', written, 'PT0.5H', 'PT0,5H']) {
  const luxon = Duration.fromISO(text);
  const moved = dayjs.utc('2026-07-01T09:00Z').add(dayjs.duration(text)).format('D HH:mm');
  const minutes = [dayjs.duration(text).asMinutes(), moment.duration(text).asMinutes(), luxon.isValid ? luxon.as('minutes') : 'invalid'];
  console.log([text, ...minutes, moved].join(' | '));
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts dayjs@1.11.23 moment@2.31.0 luxon@3.7.2
seen=$(node probe.cjs)
echo "$seen"
[ "$seen" = 'PT15M | 15 | 15 | 15 | 1 09:15
-PT15M | 15 | -15 | -15 | 1 09:15
-P1D | 1440 | -1440 | -1440 | 2 09:00
-P1DT2H | 1560 | -1560 | -1560 | 2 11:00
-PT1H30M | 90 | -90 | -90 | 1 10:30
PT0.5H | 30 | 30 | 30 | 1 09:30
PT0,5H | 0 | 30 | invalid | 1 09:00' ] || { echo 'changed: a duration is read otherwise'; exit 1; }
