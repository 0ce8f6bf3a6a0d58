#!/usr/bin/env bash
# chrono-node 2.10.3 and @microsoft/recognizers-text-suite 1.3.1 (npm): a time that holds a half is read without it, or as
# the half alone, and what comes back is a moment like any other. "Two and a half hours ago" is half an hour ago to chrono
# and two hours ago to Recognizers, which says that it has read the whole phrase; "2.5 hours ago" is two hours to it as well,
# and Chinese half an hour from now is now. chrono does the same in French, Russian, Ukrainian and Chinese, and in French
# takes the day after tomorrow for tomorrow. It looks for dates within a text, so that `parse` shows which words it took;
# `parseDate` does not. chrono supports en, fr, ru and uk, zh in part (https://github.com/wanasit/chrono#readme); Recognizers
# supports numbers and times of English, French and Chinese fully (https://github.com/microsoft/Recognizers-Text#readme).
# A reminder by them comes an hour or a day off. dateparser 1.5.0 (PyPI) reads the Russian and the Ukrainian right.
# Seen, asked on the 11th of March 2026 at 10:00: the table below, phrase, right, chrono, Recognizers; "-" is no moment, or a
# language that is not known. Ours reads the words of a time by itself (shared/memory/src/action/when.rs); where they
# are not understood, a person is asked.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/probe.cjs" <<'PROBE'
const chrono = require('chrono-node');
const { recognizeDateTime } = require('@microsoft/recognizers-text-suite');

const NOW = new Date(2026, 2, 11, 10, 0);
const day = (date) => `${date.getDate()}`;
const clock = (date) => date.toTimeString().slice(0, 5);

// What Recognizers takes for one moment over the whole phrase; a length of time or a part of the phrase is none.
const recognized = (said, culture) => {
  const [found, more] = recognizeDateTime(said, culture, 0, NOW);
  if (more || found?.text !== said || found.resolution?.values.length !== 1) return undefined;
  const [{ type, value }] = found.resolution.values;
  return type === 'date' || type === 'datetime' ? new Date(value.includes(' ') ? value : `${value} 00:00`) : undefined;
};

for (const [language, culture, show, right, said] of [
  ['en', 'en-us', clock, '08:30', 'an hour and 30 minutes ago'],
  ['en', 'en-us', clock, '07:30', '2.5 hours ago'],
  ['en', 'en-us', clock, '07:30', 'two and a half hours ago'],
  ['en', 'en-us', clock, '08:30', 'one and a half hours ago'],
  ['en', 'en-us', clock, '11:30', 'in an hour and a half'],
  ['fr', 'fr-fr', clock, '11:30', 'dans une heure et demie'],
  ['fr', 'fr-fr', day, '13', 'après-demain'],
  ['fr', 'fr-fr', day, '9', 'avant-hier'],
  ['ru', undefined, clock, '08:30', 'полтора часа назад'],
  ['ru', undefined, clock, '09:30', 'полчаса назад'],
  ['uk', undefined, clock, '08:30', 'півтори години тому'],
  ['zh', 'zh-cn', clock, '10:30', '半小时后'],
  ['zh', 'zh-cn', clock, '11:30', '一个半小时后'],
]) {
  const dates = [chrono[language].parseDate(said, NOW), culture && recognized(said, culture)];
  console.log([said, right, ...dates.map((date) => (date ? show(date) : '-'))].join(', '));
}
PROBE
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts chrono-node@2.10.3 @microsoft/recognizers-text-suite@1.3.1
seen=$(node probe.cjs)
echo "$seen"
[ "$seen" = 'an hour and 30 minutes ago, 08:30, 08:30, -
2.5 hours ago, 07:30, 07:30, 08:00
two and a half hours ago, 07:30, 09:30, 08:00
one and a half hours ago, 08:30, 09:30, 09:00
in an hour and a half, 11:30, 11:00, 11:00
dans une heure et demie, 11:30, 11:00, -
après-demain, 13, 12, 13
avant-hier, 9, 10, 9
полтора часа назад, 08:30, 09:00, -
полчаса назад, 09:30, 09:30, -
півтори години тому, 08:30, 09:00, -
半小时后, 10:30, 10:30, 10:00
一个半小时后, 11:30, 10:30, -' ] || { echo 'changed: a half is read otherwise'; exit 1; }
