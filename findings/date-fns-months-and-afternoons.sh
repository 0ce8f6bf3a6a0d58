#!/usr/bin/env bash
# date-fns 4.4.0 (npm): parse does not read what format of the same locale wrote with the same pattern. June becomes January in
# Armenian, May in Kazakh; the Kazakh, Mongolian and Kurdish autumn goes to January or December; an afternoon becomes a morning
# in Serbian, Azerbaijani and Egypt's Arabic, a German one at night the afternoon, a Kurdish morning the evening. Each time what
# comes back is a valid date. Where nothing fits at all it is an invalid one: no month of Saudi Arabia's Arabic is read, no
# short weekday of Russian and no half of the day of Bulgarian. parse is described as reading a string by a pattern and a
# locale, with the same letters as format (https://date-fns.org/docs/parse), and CLDR's letters mean the same both ways
# (https://www.unicode.org/reports/tr35/tr35-dates.html#Date_Format_Patterns). Hebrew and English read back whole.
# Seen: the table below: locale, pattern, what was formatted and as what it was read, day/month and hour. Ours reads the words
# of a time by itself (shared/memory/src/action/when.rs).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/probe.mjs" <<'EOF'
import { format, parse } from 'date-fns';
import * as locales from 'date-fns/locale';

const short = (date) => (Number.isNaN(date.getTime()) ? 'invalid' : `${date.getDate()}/${date.getMonth() + 1} ${date.getHours()}h`);

for (const [name, pattern, month, hour] of [
  ['enUS', 'd MMMM yyyy', 6, 0],
  ['he', 'd MMMM yyyy', 6, 0],
  ['hy', 'd MMMM yyyy', 6, 0],
  ['kk', 'd MMMM yyyy', 6, 0],
  ['kk', 'd MMMM yyyy', 10, 0],
  ['mn', 'd MMM yyyy', 10, 0],
  ['ckb', 'd MMMM yyyy', 9, 0],
  ['arSA', 'd MMMM yyyy', 6, 0],
  ['ru', 'EEE d.M.yyyy', 6, 0],
  ['enUS', 'd.M.yyyy h a', 6, 15],
  ['he', 'd.M.yyyy h a', 6, 15],
  ['sr', 'd.M.yyyy h a', 6, 15],
  ['az', 'd.M.yyyy h a', 6, 15],
  ['ckb', 'd.M.yyyy h a', 6, 9],
  ['bg', 'd.M.yyyy h a', 6, 15],
  ['enUS', 'd.M.yyyy h B', 6, 19],
  ['he', 'd.M.yyyy h B', 6, 19],
  ['arEG', 'd.M.yyyy h B', 6, 19],
  ['de', 'd.M.yyyy h B', 6, 1],
]) {
  const locale = locales[name];
  const date = new Date(2026, month - 1, 8, hour);
  const text = format(date, pattern, { locale });
  console.log([name, pattern, text, short(date), short(parse(text, pattern, new Date(2026, 0, 1), { locale }))].join(' | '));
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts date-fns@4.4.0
seen=$(TZ=UTC node probe.mjs)
echo "$seen"
[ "$seen" = 'enUS | d MMMM yyyy | 8 June 2026 | 8/6 0h | 8/6 0h
he | d MMMM yyyy | 8 יוני 2026 | 8/6 0h | 8/6 0h
hy | d MMMM yyyy | 8 հունիս 2026 | 8/6 0h | 8/1 0h
kk | d MMMM yyyy | 8 маусым 2026 | 8/6 0h | 8/5 0h
kk | d MMMM yyyy | 8 қазан 2026 | 8/10 0h | 8/1 0h
mn | d MMM yyyy | 8 10-р сар 2026 | 8/10 0h | 8/1 0h
ckb | d MMMM yyyy | 8 ئەیلول 2026 | 8/9 0h | 8/12 0h
arSA | d MMMM yyyy | 8 يونيو 2026 | 8/6 0h | invalid
ru | EEE d.M.yyyy | пнд 8.6.2026 | 8/6 0h | invalid
enUS | d.M.yyyy h a | 8.6.2026 3 PM | 8/6 15h | 8/6 15h
he | d.M.yyyy h a | 8.6.2026 3 אחה״צ | 8/6 15h | 8/6 15h
sr | d.M.yyyy h a | 8.6.2026 3 ПМ | 8/6 15h | 8/6 3h
az | d.M.yyyy h a | 8.6.2026 3 PM | 8/6 15h | 8/6 3h
ckb | d.M.yyyy h a | 8.6.2026 9 پ-ن | 8/6 9h | 8/6 21h
bg | d.M.yyyy h a | 8.6.2026 3 след обяд | 8/6 15h | invalid
enUS | d.M.yyyy h B | 8.6.2026 7 in the evening | 8/6 19h | 8/6 19h
he | d.M.yyyy h B | 8.6.2026 7 בערב | 8/6 19h | 8/6 19h
arEG | d.M.yyyy h B | 8.6.2026 7 في المساء | 8/6 19h | 8/6 7h
de | d.M.yyyy h B | 8.6.2026 1 nachts | 8/6 1h | 8/6 13h' ] || { echo 'changed: a date is read back otherwise'; exit 1; }
