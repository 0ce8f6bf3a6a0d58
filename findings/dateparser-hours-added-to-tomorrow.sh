#!/usr/bin/env bash
# dateparser 1.5.0 (PyPI): tomorrow at 15 hours, as French, Russian, Ukrainian, Spanish, Portuguese and Dutch say the time of
# day, becomes this hour of tomorrow and 15 hours more: at ten in the morning, the day after at 01:00. Yesterday at 9 is this
# hour of yesterday less 9. In German the hour is lost, and the one of now stands in its place. Behind the 5th of May the 15
# is the year 2015, behind a Monday the 15th of the month, a Sunday. No error, no doubt: a datetime each time. CLDR writes
# hours so itself, `15 h` in French, `15 h 30` in Canada's, `15 Uhr` in German
# (https://www.unicode.org/cldr/charts/latest/by_type/date_&_time.gregorian.html; Intl.DateTimeFormat shows them), and all
# seven languages are among the supported (https://dateparser.readthedocs.io/en/latest/supported_locales.html). With a colon
# every one of them is read right.
# Seen, asked on Wednesday the 11th of March 2026 at 10:00: the table below. Ours reads the words of a time by itself
# (shared/memory/src/action/when.rs); where they are not understood, a person is asked.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install dateparser==1.5.0
cat > "$work/probe.py" <<'PROBE'
from datetime import datetime

import dateparser

NOW = datetime(2026, 3, 11, 10, 0)
SAID = {
    "fr": (
        "demain à 15:00",
        "demain à 15 heures",
        "demain à 15 h",
        "demain à 15 h 30",
        "hier à 9 heures",
        "5 mai à 15 heures",
        "lundi à 15 heures",
    ),
    "ru": (
        "завтра в 15:00",
        "завтра в 15 часов",
        "вчера в 9 часов",
        "5 мая в 15 часов",
        "в понедельник в 15 часов",
    ),
    "uk": ("завтра о 15:00", "завтра о 15 годині"),
    "es": ("mañana a las 15:00", "mañana a las 15 horas"),
    "pt": ("amanhã às 15:00", "amanhã às 15 horas"),
    "nl": ("morgen om 15:00", "morgen om 15 uur"),
    "de": ("morgen um 15:00", "morgen um 15 Uhr"),
}
for language, all_said in SAID.items():
    for said in all_said:
        read = dateparser.parse(said, languages=[language], settings={"RELATIVE_BASE": NOW})
        print(f"{said}: {read:%Y-%m-%d %H:%M}" if read else f"{said}: nothing")
PROBE
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = 'demain à 15:00: 2026-03-12 15:00
demain à 15 heures: 2026-03-13 01:00
demain à 15 h: 2026-03-13 01:00
demain à 15 h 30: 2026-03-13 01:00
hier à 9 heures: 2026-03-10 01:00
5 mai à 15 heures: 2015-05-05 00:00
lundi à 15 heures: 2026-03-15 00:00
завтра в 15:00: 2026-03-12 15:00
завтра в 15 часов: 2026-03-13 01:00
вчера в 9 часов: 2026-03-10 01:00
5 мая в 15 часов: 2015-05-05 00:00
в понедельник в 15 часов: 2026-03-15 00:00
завтра о 15:00: 2026-03-12 15:00
завтра о 15 годині: 2026-03-13 01:00
mañana a las 15:00: 2026-03-12 15:00
mañana a las 15 horas: 2026-03-13 01:00
amanhã às 15:00: 2026-03-12 15:00
amanhã às 15 horas: 2026-03-13 01:00
morgen om 15:00: 2026-03-12 15:00
morgen om 15 uur: 2026-03-13 01:00
morgen um 15:00: 2026-03-12 15:00
morgen um 15 Uhr: 2026-03-12 10:00' ] || { echo 'changed: the hour of a day is read otherwise'; exit 1; }
