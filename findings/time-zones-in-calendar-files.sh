#!/usr/bin/env bash
# timezones-ical-library 2.3.2 and @touch4it/ical-timezones 1.9.0 (npm) hand out the rules of a time zone for a calendar file.
# For Israel both say that summer time begins on the last Friday of March. It begins on the Friday before the last Sunday, which
# is another Friday where March ends on a Friday or Saturday, as in 2028, 2029, 2034 and 2035: for a week an appointment stands
# an hour off in every calendar that keeps to the file. Gaza, Egypt and Chile are out by a week likewise, each in other years,
# and @touch4it/ical-timezones has Egypt, Jordan and Iran besides as they were years ago. RFC 5545: a time zone is defined by
# the rules of those who govern the place (https://www.rfc-editor.org/rfc/rfc5545#section-3.6.5); Israel's are in the file
# `asia` of the time zone database, rules Zion, the Friday from the 23rd of March on (https://www.iana.org/time-zones). A rule
# can say it, as the last line of the table does: a Friday that is one of the seven days from the 23rd to the 29th. icalendar
# 7.3.2 (PyPI) writes the same zones with every date by itself, and has each day right.
# Seen: the table below: on how many days noon is another moment than by tzdata 2026.6 (PyPI), and when nine o'clock on the
# 27th of March 2028 is. Ours writes no calendar files.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install icalendar==7.3.2 tzdata==2026.6
cat > "$work/blocks.cjs" <<'EOF'
const { tzlib_get_ical_block: block } = require('timezones-ical-library');
const { getVtimezoneComponent } = require('@touch4it/ical-timezones');

const zones = process.argv.slice(2);
console.log(JSON.stringify(zones.map((zone) => [zone, block(zone)[0], getVtimezoneComponent(zone)])));
EOF
cat > "$work/probe.py" <<'EOF'
import json
import os
import subprocess
from datetime import UTC, datetime, timedelta

import tzdata

os.environ["PYTHONTZPATH"] = os.path.join(os.path.dirname(tzdata.__file__), "zoneinfo")
from zoneinfo import ZoneInfo

from icalendar import Timezone

YEARS = range(2026, 2032)
zones = (
    "Asia/Jerusalem Asia/Gaza Asia/Beirut Africa/Cairo Asia/Amman Asia/Tehran America/Santiago "
    "America/New_York Europe/London"
).split()
blocks = json.loads(subprocess.run(["node", "blocks.cjs", *zones], capture_output=True, text=True, check=True).stdout)


def noons(zone, year):
    return [(datetime(year, 1, 1, 12) + timedelta(days=day)).replace(tzinfo=zone).utcoffset() for day in range(365)]


def off(zone, real):
    return [sum(one != other for one, other in zip(noons(zone, year), noons(real, year))) for year in YEARS]


print("days off in", *YEARS)
for name, first, second in blocks:
    real = ZoneInfo(name)
    read = [Timezone.from_ical(text).to_tz(lookup_tzid=False) for text in (first, second)]
    read.append(Timezone.from_tzid(name).to_tz(lookup_tzid=False))
    print(name, *(" ".join(map(str, off(zone, real))) for zone in read), sep=" | ")
    if name == "Asia/Jerusalem":
        rule = first.replace("BYDAY=-1FR", "BYDAY=FR;BYMONTHDAY=23,24,25,26,27,28,29")
        read.append(Timezone.from_ical(rule).to_tz(lookup_tzid=False))
        nine = [datetime(2028, 3, 27, 9, tzinfo=zone).astimezone(UTC).strftime("%H:%MZ") for zone in (real, *read)]
        said = " ".join(map(str, off(read[-1], real)))
print("Asia/Jerusalem, the Friday from the 23rd on", said, sep=" | ")
print("nine in the morning:", *nine)
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts timezones-ical-library@2.3.2 @touch4it/ical-timezones@1.9.0
seen=$(venv/bin/python probe.py)
echo "$seen"
[ "$seen" = 'days off in 2026 2027 2028 2029 2030 2031
Asia/Jerusalem | 0 0 7 7 0 0 | 0 0 7 7 0 0 | 0 0 0 0 0 0
Asia/Gaza | 7 0 0 7 0 0 | 7 0 0 0 7 7 | 0 0 0 0 0 0
Asia/Beirut | 0 0 0 0 0 0 | 0 0 0 0 0 0 | 0 0 0 0 0 0
Africa/Cairo | 0 0 0 0 7 0 | 189 182 182 182 189 189 | 0 0 0 0 0 0
Asia/Amman | 0 0 0 0 0 0 | 148 148 155 155 155 148 | 0 0 0 0 0 0
Asia/Tehran | 0 0 0 0 0 0 | 189 182 182 182 182 189 | 0 0 0 0 0 0
America/Santiago | 0 0 0 7 7 0 | 0 0 0 7 7 0 | 0 0 0 0 0 0
America/New_York | 0 0 0 0 0 0 | 0 0 0 0 0 0 | 0 0 0 0 0 0
Europe/London | 0 0 0 0 0 0 | 0 0 0 0 0 0 | 0 0 0 0 0 0
Asia/Jerusalem, the Friday from the 23rd on | 0 0 0 0 0 0
nine in the morning: 06:00Z 07:00Z 07:00Z 06:00Z 06:00Z' ] || { echo 'changed: a time zone is written otherwise'; exit 1; }
