#!/usr/bin/env bash
# Babel 2.18.0 (PyPI): parse_time does not read back what format_time of the same locale wrote. Half past midnight becomes
# half past noon, half past noon raises a ValueError, and an afternoon is recognised by the Latin letters `pm` alone: Arabic,
# Greek and Chinese afternoons become mornings and nothing says so. Babel describes parse_time as reading a time in the
# locale's own format (https://babel.pocoo.org/en/latest/api/dates.html#babel.dates.parse_time), and CLDR's pattern letter
# `h` counts 1 to 12, so that 12 AM is the hour 0 and 12 PM the hour 12
# (https://www.unicode.org/reports/tr35/tr35-dates.html#dfst-hour).
# A 12-hour clock is what exported WhatsApp chats have in these locales.
# Seen: the table below. Ours reads no times in words.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install babel==2.18.0
cat > "$work/probe.py" <<'EOF'
from datetime import time

from babel.dates import format_time, parse_time


def back(written, locale):
    try:
        return parse_time(written, locale=locale, format="short").strftime("%H:%M")
    except ValueError as error:
        return f"ValueError {error}"


for locale in ("en_US", "ar_EG", "el_GR", "zh_TW"):
    shown = []
    for hour in (0, 12, 15):
        shown.append(f"{hour:02}:30 -> {back(format_time(time(hour, 30), format='short', locale=locale), locale)}")
    print(locale, ", ".join(shown))
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = 'en_US 00:30 -> 12:30, 12:30 -> ValueError hour must be in 0..23, 15:30 -> 15:30
ar_EG 00:30 -> 12:30, 12:30 -> 12:30, 15:30 -> 03:30
el_GR 00:30 -> 12:30, 12:30 -> 12:30, 15:30 -> 03:30
zh_TW 00:30 -> 12:30, 12:30 -> 12:30, 15:30 -> 03:30' ] || { echo 'changed: Babel reads its times otherwise'; exit 1; }
