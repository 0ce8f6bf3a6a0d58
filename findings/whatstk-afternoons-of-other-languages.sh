#!/usr/bin/env bash
# whatstk 0.9.1 (PyPI, reads exported WhatsApp chats): where the phone writes afternoons as `p.m.` or, as CLDR has it in
# Spanish, `p. m.`, hours and messages are wrong and nothing says so. Its own description of the header format takes "p.m."
# (https://whatstk.readthedocs.io: `%P`), and yet 3:30 p.m. becomes 03:30; and in a chat that has mornings as well as
# `p. m.`, every afternoon message becomes part of the one before it, sender and all. CLDR's words for Spanish:
# https://www.unicode.org/cldr/charts/latest/summary/es.html (dayPeriods, abbreviated). An exported chat has the clock of
# the phone that exported it.
# whatsapp-chat-parser 4.0.2 (npm) reads all three.
# Seen: the table below: of each chat the hour and the sender of every message. Ours reads webhooks, not exports.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install whatstk==0.9.1 pandas==3.1.1
cat > "$work/probe.py" <<'EOF'
from whatstk import WhatsAppChat

MARKS = {"AM PM": ("AM", "PM"), "a.m. p.m.": ("a.m.", "p.m."), "a. m. p. m.": ("a.\u00a0m.", "p.\u00a0m.")}
for number, (name, (morning, afternoon)) in enumerate(MARKS.items()):
    with open(f"{number}.txt", "w", encoding="utf-8") as file:
        file.write(f"5/3/2026, 9:30\u202f{morning} - Dana: hello\n13/3/2026, 3:30\u202f{afternoon} - Yossi: hi\n")
    read = WhatsAppChat.from_source(f"{number}.txt").df
    print("whatstk", f"{name}:", *[f"{date:%H:%M} {sender}" for date, sender in zip(read["date"], read["username"])])
EOF
cat > "$work/probe.cjs" <<'EOF'
const { readFileSync } = require('node:fs');
const { parseString } = require('whatsapp-chat-parser');

['AM PM', 'a.m. p.m.', 'a. m. p. m.'].forEach((name, number) => {
  const read = parseString(readFileSync(`${number}.txt`, 'utf8'), { daysFirst: true });
  console.log('whatsapp-chat-parser', `${name}:`, ...read.map(({ date, author }) => `${date.toTimeString().slice(0, 5)} ${author}`));
});
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts whatsapp-chat-parser@4.0.2
seen=$(venv/bin/python probe.py && node probe.cjs)
echo "$seen"
[ "$seen" = 'whatstk AM PM: 09:30 Dana 15:30 Yossi
whatstk a.m. p.m.: 09:30 Dana 03:30 Yossi
whatstk a. m. p. m.: 09:30 Dana
whatsapp-chat-parser AM PM: 09:30 Dana 15:30 Yossi
whatsapp-chat-parser a.m. p.m.: 09:30 Dana 15:30 Yossi
whatsapp-chat-parser a. m. p. m.: 09:30 Dana 15:30 Yossi' ] || { echo 'changed: an export is read otherwise'; exit 1; }
