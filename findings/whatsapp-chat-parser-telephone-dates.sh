#!/usr/bin/env bash
# whatsapp-chat-parser 4.0.2 (npm): one line of one message, a telephone number with opening hours behind it, turns day and
# month of every message of an exported chat around. The parser takes three groups of up to four digits with hyphens between
# them for a date, and lets anything but digits stand between a date and its time: "212-555-0123 (9:00 to 17:00)" is a
# message of its own, without a sender, of the year 169, and neither the number nor the first hour is left in any text. Then
# it is asked whether the day or the month comes first, and 212 is more than 12, so that the months of an American chat are
# its days: the 20th of March becomes the 3rd of August of the next year. An Israeli number does the same to a chat with the
# day first in which no day is above 12. A line that begins with a date and holds a time, as lists of appointments do, is cut
# off likewise. The same number without the hours stays text. How the order is found is said to be by the dates in the file
# (https://github.com/Pustur/whatsapp-chat-parser#options); told `daysFirst`, the dates stay right, the line is cut off
# still. WhatsApp describes no format, only the way to such a file (https://faq.whatsapp.com/1180414079177245); the first
# line shows brackets, separators and the clock of all others. chatpack 0.1.0 (PyPI, a parser in Rust) and whatstk 0.9.1
# (PyPI) keep the message whole and the dates right.
# Seen: the table below: day, sender and text of each message. Ours reads the form of all headers from the first, and a line
# that only resembles one stays text: shared/import/src/chat/header.rs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/package.json" <<'EOF'
{"type": "module"}
EOF
cat > "$work/american.txt" <<'EOF'
[3/5/26, 2:00:00 PM] Noa: Are you open?
[3/5/26, 2:05:00 PM] Salon: Please call
212-555-0123 (9:00 to 17:00)
[3/20/26, 9:00:00 AM] Noa: Thanks
EOF
sed 's/ (9:00 to 17:00)//' "$work/american.txt" > "$work/american-number-alone.txt"
cat > "$work/israeli.txt" <<'EOF'
05/03/2026, 14:00 - Noa: Are you open?
05/03/2026, 14:05 - Salon: Please call
03-555-0123 (9:00 to 17:00)
07/03/2026, 09:00 - Noa: Thanks
EOF
cat > "$work/appointments.txt" <<'EOF'
13/03/2026, 14:00 - Noa: When?
13/03/2026, 14:05 - Salon: Either
16.03.2026 at 10:30 with Dana
or the week after
14/03/2026, 09:00 - Noa: Thanks
EOF
cat > "$work/probe.js" <<'EOF'
import { readFileSync } from 'node:fs';
import { parseString } from 'whatsapp-chat-parser';

const show = (name, options) => {
  for (const { date, author, message } of parseString(readFileSync(`${name}.txt`, 'utf8').trimEnd(), options)) {
    const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].join('-');
    console.log(`${name}${options ? ', told' : ''}: ${day} ${author}: ${JSON.stringify(message)}`);
  }
};
show('american-number-alone');
show('american');
show('american', { daysFirst: false });
show('israeli');
show('appointments');
EOF
cat > "$work/probe.py" <<'EOF'
import logging

from chatpack import WhatsAppParser
from whatstk import WhatsAppChat

logging.disable()
for name in ("american", "israeli", "appointments"):
    packed = [message.timestamp[:10] for message in WhatsAppParser().parse(f"{name}.txt")]
    stuck = [str(day)[:10] for day in WhatsAppChat.from_source(f"{name}.txt").df["date"]]
    print(f"{name}: chatpack", *packed, "whatstk", *stuck)
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts whatsapp-chat-parser@4.0.2
python3 -m venv venv
venv/bin/pip -q install chatpack==0.1.0 whatstk==0.9.1
seen=$(TZ=UTC node probe.js && venv/bin/python probe.py)
echo "$seen"
[ "$seen" = 'american-number-alone: 2026-3-5 Noa: "Are you open?"
american-number-alone: 2026-3-5 Salon: "Please call\n212-555-0123"
american-number-alone: 2026-3-20 Noa: "Thanks"
american: 2026-5-3 Noa: "Are you open?"
american: 2026-5-3 Salon: "Please call"
american: 169-9-28 null: "to 17:00)"
american: 2027-8-3 Noa: "Thanks"
american, told: 2026-3-5 Noa: "Are you open?"
american, told: 2026-3-5 Salon: "Please call"
american, told: 142-2-6 null: "to 17:00)"
american, told: 2026-3-20 Noa: "Thanks"
israeli: 2026-5-3 Noa: "Are you open?"
israeli: 2026-5-3 Salon: "Please call"
israeli: 124-9-5 null: "to 17:00)"
israeli: 2026-7-3 Noa: "Thanks"
appointments: 2026-3-13 Noa: "When?"
appointments: 2026-3-13 Salon: "Either"
appointments: 2026-3-16 null: "with Dana\nor the week after"
appointments: 2026-3-14 Noa: "Thanks"
american: chatpack 2026-03-05 2026-03-05 2026-03-20 whatstk 2026-03-05 2026-03-05 2026-03-20
israeli: chatpack 2026-03-05 2026-03-05 2026-03-07 whatstk 2026-03-05 2026-03-05 2026-03-07
appointments: chatpack 2026-03-13 2026-03-13 2026-03-14 whatstk 2026-03-13 2026-03-13 2026-03-14' ] || { echo 'changed: a telephone number is taken for something else'; exit 1; }
