#!/usr/bin/env bash
# vcf 2.1.2 and vcard-parser 1.0.0 (npm, read contact cards), vcf and vcards-js 2.11.1 (npm, write them): in a card a comma, a
# semicolon and a line break of a name or note stand behind a backslash; an address of the web is no such text and has none
# (https://www.rfc-editor.org/rfc/rfc2426#section-4; RFC 6350 has both in section 3.4 and 4.2). vcf hands the backslashes out,
# in the JSON it makes too, which by RFC 7095 has none (https://www.rfc-editor.org/rfc/rfc7095#section-3), parts a street at
# the semicolon within it, so that town and land move up by one, and writes what it is given as it is: of a note of two lines
# one is left, the break lost, and "Dana; Rachel" is two names for whoever reads the card. vcard-parser cuts an address of
# the web in two at its semicolon, vcards-js puts a backslash before its commas, so that the link leads elsewhere. ical.js
# 2.2.1 (npm) reads the same cards right.
# Seen: the lines below. Ours gets cards in pieces, as JSON.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/probe.mjs" <<'EOF'
import { createRequire } from 'node:module';
import ICAL from 'ical.js';
import vcardParser from 'vcard-parser';
import Vcf from 'vcf';

const vcards = createRequire(import.meta.url)('vcards-js');
const card = [
  'BEGIN:VCARD', 'VERSION:3.0', 'N:Cohen;Dana\\; Rachel;;;', 'FN:Dana Cohen\\, Haifa', 'NOTE:first\\nsecond\\, third',
  'ADR:;;Main St 1\\; Apt 2;Haifa;;;Israel', 'URL:https://example.com/map;z=7', 'END:VCARD', '',
].join('\r\n');
const names = ['n', 'fn', 'note', 'adr', 'url'];
const say = (library, values) => {
  for (const [index, value] of values.entries()) console.log(library, names[index], JSON.stringify(value));
};

const jcard = (text) => {
  const [, properties] = ICAL.parse(text);
  return names.map((name) => properties.find((property) => property[0] === name)?.[3]);
};
say('ical.js', jcard(card));
say('vcf', names.map((name) => new Vcf().parse(card).get(name).toJSON()[3]));
say('vcard-parser', names.map((name) => vcardParser.parse(card)[name][0].value));

const made = new Vcf();
made.set('n', ['Cohen', 'Dana; Rachel', '', '', '']);
made.set('fn', 'Dana Cohen, Haifa');
made.set('note', 'first\nsecond, third');
console.log('vcf wrote', JSON.stringify(made.toString('3.0').split('\r\n').filter((line) => /^(N|FN|NOTE):/.test(line))));

const other = vcards();
other.firstName = 'Dana';
other.url = 'https://example.com/@32.8,34.9,15z';
console.log('vcards-js wrote url, ical.js reads', jcard(other.getFormattedString())[4]);
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts vcf@2.1.2 vcard-parser@1.0.0 vcards-js@2.11.1 ical.js@2.2.1
seen=$(node probe.mjs)
echo "$seen"
[ "$seen" = 'ical.js n ["Cohen","Dana; Rachel","","",""]
ical.js fn "Dana Cohen, Haifa"
ical.js note "first\nsecond, third"
ical.js adr ["","","Main St 1; Apt 2","Haifa","","","Israel"]
ical.js url "https://example.com/map;z=7"
vcf n ["Cohen","Dana\\"," Rachel","","",""]
vcf fn "Dana Cohen\\, Haifa"
vcf note "first\\nsecond\\, third"
vcf adr ["","","Main St 1\\"," Apt 2","Haifa","","","Israel"]
vcf url "https://example.com/map;z=7"
vcard-parser n ["Cohen","Dana; Rachel","","",""]
vcard-parser fn "Dana Cohen, Haifa"
vcard-parser note "first\nsecond, third"
vcard-parser adr ["","","Main St 1; Apt 2","Haifa","","","Israel"]
vcard-parser url ["https://example.com/map","z=7"]
vcf wrote ["N:Cohen;Dana; Rachel;;;","FN:Dana Cohen, Haifa","NOTE:firstsecond, third"]
vcards-js wrote url, ical.js reads https://example.com/@32.8\,34.9\,15z' ] || { echo 'changed: a card is read or written otherwise'; exit 1; }
