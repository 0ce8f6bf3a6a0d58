#!/usr/bin/env bash
# vobject 0.9.9 (PyPI) names a time zone in a calendar file by its abbreviation, and keeps one zone per abbreviation for as long
# as the process lives: whoever comes first gives all others its rules. IST is Israel's, India's and Ireland's, EET Lebanon's,
# Egypt's and Kyiv's, so that behind an appointment in Jerusalem one at nine in Kolkata is written as half past eleven there,
# and behind one in Beirut one in Cairo is written in summer time, which has not begun there yet. With the order turned around
# it is the other that is wrong, and by itself each is right. Besides, Israel's summer time is written down until 2030 and then
# as the fifth Friday of March, so that it fails to come in every year that has four. What a TZID stands for must be the zone
# that it was said of: a time zone is defined by the rules of those who govern the place
# (https://www.rfc-editor.org/rfc/rfc5545#section-3.6.5), and TZID is the identifier of that definition
# (https://www.rfc-editor.org/rfc/rfc5545#section-3.8.3.1). icalendar 7.3.2 (PyPI), given the same, writes names of the time
# zone database, and each of them right. A server that writes invitations for several towns is such a process.
# Seen: the lines below: for each process, the zones in their order, the TZID of each and the moment of its nine o'clock. Ours
# writes no calendar files.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install vobject==0.9.9 icalendar==7.3.2 tzdata==2026.6 python-dateutil==2.9.0.post0
cat > "$work/probe.py" <<'EOF'
import os
import sys
from datetime import UTC, datetime

import tzdata

os.environ["PYTHONTZPATH"] = os.path.join(os.path.dirname(tzdata.__file__), "zoneinfo")
from zoneinfo import ZoneInfo

import icalendar
import vobject


def by_vobject(start):
    calendar = vobject.iCalendar()
    event = calendar.add("vevent")
    event.add("uid").value = "1"
    event.add("dtstart").value = start
    return calendar.serialize()


def by_icalendar(start):
    calendar, event = icalendar.Calendar(), icalendar.Event()
    event.add("uid", "1")
    event.add("dtstart", start)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical().decode()


def moment(file):
    """What the file itself says: its hour by the rules that stand in it."""
    calendar = icalendar.Calendar.from_ical(file)
    zone = calendar.walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    return calendar.walk("VEVENT")[0]["dtstart"].dt.replace(tzinfo=zone).astimezone(UTC).strftime("%H:%MZ")


year, month, day = map(int, sys.argv[1].split("-"))
print(sys.argv[1])
for name in sys.argv[2:]:
    start = datetime(year, month, day, 9, tzinfo=ZoneInfo(name))
    file = by_vobject(start)
    tzid = file.split("DTSTART;TZID=")[1].split(":")[0]
    right = start.astimezone(UTC).strftime("%H:%MZ")
    print(f"  {name}: right {right}, vobject {moment(file)} as {tzid}, icalendar {moment(by_icalendar(start))}")
EOF
cd "$work"
seen=$(
  venv/bin/python probe.py 2026-04-07 Asia/Kolkata
  venv/bin/python probe.py 2026-04-07 Asia/Jerusalem Asia/Kolkata Europe/Dublin
  venv/bin/python probe.py 2026-04-07 Europe/Dublin Asia/Jerusalem
  venv/bin/python probe.py 2026-04-07 Africa/Cairo Asia/Beirut
  venv/bin/python probe.py 2026-04-07 Asia/Beirut Africa/Cairo
  venv/bin/python probe.py 2030-07-01 Asia/Jerusalem
  venv/bin/python probe.py 2031-07-01 Asia/Jerusalem
)
echo "$seen"
[ "$seen" = '2026-04-07
  Asia/Kolkata: right 03:30Z, vobject 03:30Z as IST, icalendar 03:30Z
2026-04-07
  Asia/Jerusalem: right 06:00Z, vobject 06:00Z as IST, icalendar 06:00Z
  Asia/Kolkata: right 03:30Z, vobject 06:00Z as IST, icalendar 03:30Z
  Europe/Dublin: right 08:00Z, vobject 06:00Z as IST, icalendar 08:00Z
2026-04-07
  Europe/Dublin: right 08:00Z, vobject 08:00Z as IST, icalendar 08:00Z
  Asia/Jerusalem: right 06:00Z, vobject 08:00Z as IST, icalendar 06:00Z
2026-04-07
  Africa/Cairo: right 07:00Z, vobject 07:00Z as EET, icalendar 07:00Z
  Asia/Beirut: right 06:00Z, vobject 07:00Z as EET, icalendar 06:00Z
2026-04-07
  Asia/Beirut: right 06:00Z, vobject 06:00Z as EET, icalendar 06:00Z
  Africa/Cairo: right 07:00Z, vobject 06:00Z as EET, icalendar 07:00Z
2030-07-01
  Asia/Jerusalem: right 06:00Z, vobject 06:00Z as IST, icalendar 06:00Z
2031-07-01
  Asia/Jerusalem: right 06:00Z, vobject 07:00Z as IST, icalendar 06:00Z' ] || { echo 'changed: a time zone is written otherwise'; exit 1; }
