#!/usr/bin/env bash
# gcal 4.1 (Debian, package 4.1-3.1): some Jewish years have a day too few, and from Hanukkah until the next every feast is a
# day early: in 2028 Passover begins on the 10th of April in place of the 11th, Purim is a Saturday, the New Year a Wednesday
# and Yom Kippur a Friday, days on which none of them can fall; 2035 is as wrong. The New Year is put off by rule where it would
# be a Sunday, a Wednesday or a Friday (https://en.wikipedia.org/wiki/Hebrew_calendar#Rosh_Hashanah_postponement_rules), so that
# the year 5788 has 355 days. Besides, Israel's Independence Day is a Monday in 2024 and 2031, when by the law's change of 2004
# it is moved to Tuesday, with Memorial Day before it (https://www.hebcal.com/holidays/yom-haatzmaut). gcal reckons them by
# itself (`--hebrew-holidays`, https://www.gnu.org/software/gcal/manual/). @hebcal/core 6.9.3 (npm) and the Intl of Node.js
# agree with one another on each. A business that closes on gcal's days is open on Yom Kippur.
# Seen: the table below: year and feast, gcal, and hebcal where it is another day. Ours rests by a reckoning of its own
# (shared/memory/src/action/feasts.rs).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/apt/lists" "$work/apt/cache"
cd "$work"
apt=(apt-get -qq -o APT::Sandbox::User=root -o "Dir::State::Lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache")
"${apt[@]}" update
"${apt[@]}" download gcal=4.1-3.1
dpkg -x gcal_*.deb gcal
cat > probe.mjs <<'EOF'
import { execFileSync } from 'node:child_process';
import { HDate, HebrewCalendar } from '@hebcal/core';

const civil = (date) => `${date.toDateString().slice(0, 3)} ${date.getDate()}/${date.getMonth() + 1}`;
const hebrew = new Intl.DateTimeFormat('en-u-ca-hebrew', { day: 'numeric', month: 'long' });
const feasts = [
  ['Purim/', 'Purim', '14 Adar'],
  ['Pesach/', 'Pesach I', '15 Nisan'],
  ['Yom Ha Azmaut/', "Yom HaAtzma'ut"],
  ["Rosh Hashana/New Year's Day 5", /^Rosh Hashana \d+$/, '1 Tishri'],
  ['Yom Kippur/', 'Yom Kippur', '10 Tishri'],
];

for (const year of [2024, 2026, 2028, 2029, 2031, 2035]) {
  const options = { encoding: 'utf8', env: { LC_ALL: 'C', TZ: 'UTC' } };
  const text = execFileSync('gcal/usr/bin/gcal', ['--hebrew-holidays', '-n', '-H', 'no', String(year)], options);
  const events = HebrewCalendar.calendar({ year, isHebrewYear: false, il: true });
  for (const [line, name, day] of feasts) {
    const found = text.split('\n').find((row) => row.startsWith(line)).match(/, +(\w{3}) +(\d+)\w\w (\d{4})/);
    const gcal = new Date(`${found[1]} ${found[2]} ${found[3]} 12:00 UTC`);
    const right = events.find((event) => (name.test ? name.test(event.getDesc()) : event.getDesc() === name)).getDate().greg();
    if (day && hebrew.format(right).replace(' II', '') !== day) throw new Error(`Intl says ${hebrew.format(right)}`);
    const say = [civil(gcal), civil(right)];
    console.log(year, line.split('/')[0] + ':', say[0] === say[1] ? say[0] : `${say[0]}, hebcal ${say[1]}`);
  }
}
console.log('days of 5788:', HDate.daysInYear(5788));
EOF
npm install --silent --no-fund --no-audit --ignore-scripts @hebcal/core@6.9.3
seen=$(TZ=UTC node probe.mjs)
echo "$seen"
[ "$seen" = '2024 Purim: Sun 24/3
2024 Pesach: Tue 23/4
2024 Yom Ha Azmaut: Mon 13/5, hebcal Tue 14/5
2024 Rosh Hashana: Thu 3/10
2024 Yom Kippur: Sat 12/10
2026 Purim: Tue 3/3
2026 Pesach: Thu 2/4
2026 Yom Ha Azmaut: Wed 22/4
2026 Rosh Hashana: Sat 12/9
2026 Yom Kippur: Mon 21/9
2028 Purim: Sat 11/3, hebcal Sun 12/3
2028 Pesach: Mon 10/4, hebcal Tue 11/4
2028 Yom Ha Azmaut: Sun 30/4, hebcal Tue 2/5
2028 Rosh Hashana: Wed 20/9, hebcal Thu 21/9
2028 Yom Kippur: Fri 29/9, hebcal Sat 30/9
2029 Purim: Thu 1/3
2029 Pesach: Sat 31/3
2029 Yom Ha Azmaut: Thu 19/4
2029 Rosh Hashana: Mon 10/9
2029 Yom Kippur: Wed 19/9
2031 Purim: Sun 9/3
2031 Pesach: Tue 8/4
2031 Yom Ha Azmaut: Mon 28/4, hebcal Tue 29/4
2031 Rosh Hashana: Thu 18/9
2031 Yom Kippur: Sat 27/9
2035 Purim: Sat 24/3, hebcal Sun 25/3
2035 Pesach: Mon 23/4, hebcal Tue 24/4
2035 Yom Ha Azmaut: Sun 13/5, hebcal Tue 15/5
2035 Rosh Hashana: Wed 3/10, hebcal Thu 4/10
2035 Yom Kippur: Fri 12/10, hebcal Sat 13/10
days of 5788: 355' ] || { echo 'changed: a feast falls on another day'; exit 1; }
