#!/usr/bin/env bash
# When does Shabbat begin and end? hdate 1.2.2, jewcal 0.8.0 and hebrewcal 1.5.0 (PyPI) answer for one and the same Shabbat
# with hours of another day, each an ordinary datetime. What counts is the sun of the day that was asked for, at the place
# (NOAA's calculator takes both: https://gml.noaa.gov/grad/solcalc/). jewcal takes the sunset that falls into that date in
# UTC: in New York, where the summer sun sets behind midnight UTC, Friday's candles are Thursday's, and the same question
# in December is answered right. hdate and hebrewcal go wrong at the other end: Samoa's clock is 13 hours ahead of UTC, its
# islands lie at 172 degrees west, and Friday's candles come on Saturday. And where a summer night never gets dark enough for
# three stars (at the solstice from 58 degrees on), hdate's end of Shabbat is Friday at 15:00, before it began, so that
# motzei_shabbat_chag() calls it over at noon on Saturday; its `havdalah` is described as None where there is none
# (https://github.com/py-libhdate/py-libhdate/blob/main/hdate/zmanim.py). A timer that keeps a business silent by such times
# writes to its customers on Shabbat. zmanim 0.3.1 (PyPI), asked the same, has every one of them right.
# Seen, for the 19th and 20th of June and the 18th of December 2026: the table below. Ours asks no sun: it rests from 15:00
# on Friday to the end of Saturday (shared/memory/src/action/quiet_days.rs).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install hdate==1.2.2 jewcal==0.8.0 hebrewcal==1.5.0 zmanim==0.3.1 astral==3.2
cat > "$work/probe.py" <<'EOF'
from datetime import date, datetime
from zoneinfo import ZoneInfo

import hdate
from hebrewcal.astro.location import Location as HebrewcalLocation
from hebrewcal.calendars.gregorian import GregorianDate
from hebrewcal.religious.shabbat import candle_lighting, havdalah
from jewcal import JewCal
from jewcal.models.zmanim import Location as JewcalLocation
from zmanim.util.geo_location import GeoLocation
from zmanim.zmanim_calendar import ZmanimCalendar

PLACES = {
    "New York": (40.71, -74.01, "America/New_York"),
    "Helsinki": (60.17, 24.94, "Europe/Helsinki"),
    "Apia": (-13.83, -171.76, "Pacific/Apia"),
}


def by_zmanim(day, latitude, longitude, zone):
    calendar = ZmanimCalendar(geo_location=GeoLocation("", latitude, longitude, zone), date=day)
    return calendar.candle_lighting() if day.weekday() == 4 else calendar.tzais()


def by_hdate(day, latitude, longitude, zone):
    times = hdate.Zmanim(date=day, location=hdate.Location("", latitude, longitude, zone, 0, diaspora=True))
    return times.candle_lighting if day.weekday() == 4 else times.havdalah


def by_jewcal(day, latitude, longitude, _zone):
    times = JewCal(gregorian_date=day, location=JewcalLocation(latitude, longitude)).zmanim
    return times.hadlokas_haneiros if day.weekday() == 4 else times.tzeis_hakochavim


def by_hebrewcal(day, latitude, longitude, zone):
    ask = candle_lighting if day.weekday() == 4 else havdalah
    return ask(GregorianDate(day.year, day.month, day.day), HebrewcalLocation(latitude, longitude, timezone=zone))


def row(name, day, *readers):
    latitude, longitude, zone = PLACES[name]
    kind = "candles" if day.weekday() == 4 else "end"
    seen = []
    for reader in readers:
        moment = reader(day, latitude, longitude, zone)
        text = moment.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") if moment else "none"
        seen.append(f"{reader.__name__[3:]} {text}")
    print(f"{name}, {day:%a %d %b}, {kind}:", ", ".join(seen))


row("New York", date(2026, 6, 19), by_zmanim, by_hdate, by_hebrewcal, by_jewcal)
row("New York", date(2026, 12, 18), by_zmanim, by_hdate, by_hebrewcal, by_jewcal)
row("Helsinki", date(2026, 6, 19), by_zmanim, by_hdate, by_hebrewcal)
row("Helsinki", date(2026, 6, 20), by_zmanim, by_hdate, by_hebrewcal)
row("Apia", date(2026, 6, 19), by_zmanim, by_hdate, by_hebrewcal)
row("Apia", date(2026, 6, 20), by_zmanim, by_hdate, by_hebrewcal)
latitude, longitude, zone = PLACES["Helsinki"]
shabbat = hdate.Zmanim(date=date(2026, 6, 20), location=hdate.Location("", latitude, longitude, zone, 0, diaspora=True))
noon = datetime(2026, 6, 20, 12, tzinfo=ZoneInfo(zone))
print("Helsinki, Sat 20 Jun, 12:00, hdate: over", shabbat.motzei_shabbat_chag(noon))
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = 'New York, Fri 19 Jun, candles: zmanim Fri 20:12, hdate Fri 20:12, hebrewcal Fri 20:12, jewcal Thu 20:11
New York, Fri 18 Dec, candles: zmanim Fri 16:12, hdate Fri 16:12, hebrewcal Fri 16:12, jewcal Fri 16:12
Helsinki, Fri 19 Jun, candles: zmanim Fri 22:31, hdate Fri 22:30, hebrewcal Fri 22:31
Helsinki, Sat 20 Jun, end: zmanim none, hdate Fri 15:00, hebrewcal none
Apia, Fri 19 Jun, candles: zmanim Fri 17:49, hdate Sat 17:50, hebrewcal Sat 17:49
Apia, Sat 20 Jun, end: zmanim Sat 18:42, hdate Sun 18:43, hebrewcal Sun 18:42
Helsinki, Sat 20 Jun, 12:00, hdate: over True' ] || { echo 'changed: the times of Shabbat are told otherwise'; exit 1; }
