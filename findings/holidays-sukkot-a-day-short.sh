#!/usr/bin/env bash
# holidays 0.109 (PyPI): in Israel the last of the days between the two feasts of Sukkot, Hoshana Raba, is a day like any
# other, also among the holidays of schools: the second of October 2026 is free to be booked, though it lies between days that
# are none. Sukkot lasts seven days by the library's own description, in Israel a feast and six half holidays, and the eighth
# day is Shmini Atzeret (https://github.com/vacanza/holidays/blob/dev/holidays/groups/hebrew.py, _add_sukkot;
# https://www.hebcal.com/holidays/sukkot-2026). Pesach has all of its own, which are five.
# @hebcal/core 6.9.3 and date-holidays 3.37.0 (npm) have the day.
# Seen: the lines below, how many days there are between the feasts of 2026, and the last. Ours rests on the feasts, not on
# the days between them (shared/memory/src/action/feasts.rs).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install holidays==0.109
cat > "$work/probe.py" <<'EOF'
from holidays import country_holidays

for category in ("optional", "school"):
    free = country_holidays("IL", years=2026, categories=(category,), language="en_US")
    for feast in ("Pesach", "Sukkot"):
        days = sorted(day.isoformat() for day, name in free.items() if f"{feast} holiday" in name)
        print("holidays", category, feast, len(days), days[-1])
EOF
cat > "$work/probe.mjs" <<'EOF'
import { HebrewCalendar } from '@hebcal/core';
import Holidays from 'date-holidays';

const between = HebrewCalendar.calendar({ year: 2026, il: true }).filter((event) => /(Pesach|Sukkot) [IV]+ \(/.test(event.getDesc()));
const listed = new Holidays('IL').getHolidays(2026, 'en').filter((day) => day.type === 'school');
for (const [feast, start] of [['Pesach', '2026-04-03'], ['Sukkot', '2026-09-27']]) {
  const days = between.filter((event) => event.getDesc().startsWith(feast)).map((event) => event.getDate().greg().toLocaleDateString('sv'));
  console.log('hebcal', feast, days.length, days.at(-1));
  const { end } = listed.find((day) => day.date.startsWith(start));
  console.log('date-holidays', feast, Math.floor((end - Date.parse(start)) / 86400000) + 1, end.toISOString().slice(0, 10));
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts @hebcal/core@6.9.3 date-holidays@3.37.0
seen=$(venv/bin/python probe.py && TZ=UTC node probe.mjs)
echo "$seen"
[ "$seen" = 'holidays optional Pesach 5 2026-04-07
holidays optional Sukkot 5 2026-10-01
holidays school Pesach 5 2026-04-07
holidays school Sukkot 5 2026-10-01
hebcal Pesach 5 2026-04-07
date-holidays Pesach 5 2026-04-07
hebcal Sukkot 6 2026-10-02
date-holidays Sukkot 6 2026-10-02' ] || { echo 'changed: Sukkot has other days'; exit 1; }
