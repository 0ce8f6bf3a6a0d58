#!/usr/bin/env bash
# libphonenumber-js 1.13.16 (npm): of two telephone numbers with a comma or semicolon between them findPhoneNumbersInText finds
# one, and the head of the second is its extension; the number of guests or the opening hour behind a number is its extension
# too; and a number behind "Herzl 12," or "at 17:30," is not found at all. The README calls this function a port of Google's
# PhoneNumberMatcher (https://github.com/catamphetamine/libphonenumber-js#readme), and Google keeps two lists of marks that
# may stand before an extension: the comma is in the one for a number by itself, not in the one for a text
# (createExtnPattern in https://github.com/google/libphonenumber/blob/master/java/libphonenumber/src/com/google/i18n/phonenumbers/PhoneNumberUtil.java).
# phonenumbers 9.0.43 (PyPI), a port of the same, finds every number. An extension that is named, `ext. 5`, is read by both.
# Seen: the table below: the text, phonenumbers, libphonenumber-js. Ours finds numbers by itself
# (shared/protocol/src/model/phone).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install phonenumbers==9.0.43
cat > "$work/texts.txt" <<'EOF'
202-555-0101 and 202-555-0102
202-555-0101, 202-555-0102
+12025550101, 2025550102
202-555-0101; 202-555-0102
+1 202-555-0101, 4 people
+1 202-555-0101, 10:00 to 17:00
202-555-0101 ext. 5
12 Herzl St, 202-555-0101
Herzl 12, 202-555-0101
at 17:30, 202-555-0101
EOF
cat > "$work/probe.py" <<'EOF'
import json

import phonenumbers

E164 = phonenumbers.PhoneNumberFormat.E164
for line in open("texts.txt"):
    found = [match.number for match in phonenumbers.PhoneNumberMatcher(line.strip(), "US")]
    print(json.dumps([f"{phonenumbers.format_number(number, E164)} {number.extension or ''}".strip() for number in found]))
EOF
cat > "$work/probe.mjs" <<'EOF'
import { readFileSync } from 'node:fs';
import { findPhoneNumbersInText } from 'libphonenumber-js/max';

const python = readFileSync(0, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
for (const [index, text] of readFileSync('texts.txt', 'utf8').trim().split('\n').entries()) {
  const found = findPhoneNumbersInText(text, 'US').map(({ number }) => `${number.number} ${number.ext ?? ''}`.trim());
  console.log(`${text} | ${python[index].join(' & ')} | ${found.join(' & ') || '-'}`);
}
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts libphonenumber-js@1.13.16
seen=$(venv/bin/python probe.py | node probe.mjs)
echo "$seen"
[ "$seen" = '202-555-0101 and 202-555-0102 | +12025550101 & +12025550102 | +12025550101 & +12025550102
202-555-0101, 202-555-0102 | +12025550101 & +12025550102 | +12025550101 202
+12025550101, 2025550102 | +12025550101 & +12025550102 | +12025550101 202555010
202-555-0101; 202-555-0102 | +12025550101 & +12025550102 | +12025550101 202
+1 202-555-0101, 4 people | +12025550101 | +12025550101 4
+1 202-555-0101, 10:00 to 17:00 | +12025550101 | +12025550101 10
202-555-0101 ext. 5 | +12025550101 5 | +12025550101 5
12 Herzl St, 202-555-0101 | +12025550101 | +12025550101
Herzl 12, 202-555-0101 | +12025550101 | -
at 17:30, 202-555-0101 | +12025550101 | -' ] || { echo 'changed: a number is found otherwise'; exit 1; }
