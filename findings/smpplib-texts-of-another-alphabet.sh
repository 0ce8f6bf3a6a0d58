#!/usr/bin/env bash
# smpplib 2.2.4 (PyPI, sends SMS to an operator's gateway): in its table of the alphabet of SMS, by which make_parts writes unless
# told otherwise, the backtick stands in the place of the paragraph sign. A code between backticks, as WhatsApp marks one,
# arrives between paragraph signs; and a text with a paragraph sign, which the alphabet has, goes out in UCS-2, in three parts
# in place of one. A euro sign that falls on the end of a part is cut in two, as a note in the code admits: its escape stays
# behind, and the next part begins with the letter e. The alphabet has no backtick, its place 5F is the paragraph sign, and
# the euro sign is an escape and a second place (https://www.3gpp.org/dynareport/23038.htm, TS 23.038, sections 6.2.1 and
# 6.2.1.1). gsm0338 1.1.0 (PyPI) writes and reads the alphabet so, and sms-segments-calculator 1.3.0 (npm, Twilio's) begins a
# new part with the whole euro sign. An SMS is what is left where WhatsApp does not reach a customer.
# Seen: the lines below: what was sent, encoding (0 is the alphabet of SMS, 8 is UCS-2), and the parts as a phone reads them.
# Ours sends no SMS.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install smpplib==2.2.4 gsm0338==1.1.0
cat > "$work/probe.py" <<'EOF'
import gsm0338  # registers the codec
from smpplib.gsm import make_parts

HEADER = 6  # of each part of several
CODEC = {0: "gsm03.38", 8: "utf-16-be"}


def show(name, text):
    parts, encoding, _ = make_parts(text)
    bodies = [part[HEADER:] if len(parts) > 1 else part for part in parts]
    read = [body.decode(CODEC[encoding], errors="replace") for body in bodies]
    print(f"smpplib, {name}: {encoding}", *(part if len(part) < 30 else f"..{part[-12:]}" for part in read), sep=" | ")


show("code", "Your code: `0482`")
show("paragraph", "By § 5")
show("140 letters and a paragraph", "a" * 140 + " § 5")
show("euro at the end of a part", "a" * 152 + "€ per hour")
print("gsm0338:", "§".encode("gsm03.38").hex(), "€".encode("gsm03.38").hex())
try:
    "`".encode("gsm03.38")
except UnicodeEncodeError:
    print("gsm0338: has no backtick")
EOF
cat > "$work/probe.cjs" <<'EOF'
const { SegmentedMessage } = require('sms-segments-calculator');

const say = (text) => {
  const message = new SegmentedMessage(text);
  const parts = message.segments.map((part) => part.filter(({ raw }) => raw).map(({ raw }) => raw).join(''));
  console.log([`Twilio: ${message.encodingName}`, ...parts.map((part) => (part.length < 30 ? part : `..${part.slice(-12)}`))].join(' | '));
};
say('Your code: `0482`');
say(`${'a'.repeat(140)} § 5`);
say(`${'a'.repeat(152)}€ per hour`);
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts sms-segments-calculator@1.3.0
seen=$(venv/bin/python probe.py && node probe.cjs)
echo "$seen"
[ "$seen" = 'smpplib, code: 0 | Your code: §0482§
smpplib, paragraph: 8 | By § 5
smpplib, 140 letters and a paragraph: 8 | ..aaaaaaaaaaaa | ..aaaaaaaaaaaa | aaaaaa § 5
smpplib, euro at the end of a part: 0 | ..aaaaaaaaaaaa | e per hour
gsm0338: 5f 1b65
gsm0338: has no backtick
Twilio: UCS-2 | Your code: `0482`
Twilio: GSM-7 | ..aaaaaaaa § 5
Twilio: GSM-7 | ..aaaaaaaaaaaa | € per hour' ] || { echo 'changed: a text is sent otherwise'; exit 1; }
