#!/usr/bin/env bash
# webvtt-py 0.6.0 and pycaption 2.3.14 (PyPI), subtitle 4.2.2 (npm) read and write the WebVTT files in which transcribers hand
# out what was said and when. webvtt-py writes "under < 500 or over > 900" as it stands, takes what is between the two signs for
# a tag when it reads its own file, and "under  900" is left; `&amp;` it hands out as it came. In such a file `&` and `<` of the
# text are written as `&amp;` and `&lt;` and read back (https://www.w3.org/TR/webvtt1/#webvtt-cue-text-span,
# #webvtt-cue-text-parsing-rules). subtitle adds the name of a cue to the text of the one before it, and refuses a file whose
# first cue has a name or that has a style; a name may be any line without an arrow (#webvtt-cue-identifier), and a style may
# stand before the cues (#webvtt-style-block). Both it and pycaption begin anew behind 24 hours, subtitle with eight digits of
# milliseconds; hours may have more than two digits (#webvtt-timestamp). pycaption reads all of them right.
# Seen: the lines below. Ours takes the times of a transcript from JSON (shared/ai/src/timed.rs).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install webvtt-py==0.6.0 pycaption==2.3.14
cat > "$work/probe.py" <<'EOF'
import io

import webvtt
from pycaption import WebVTTReader, WebVTTWriter

FILE = "WEBVTT\n\n25:00:01.000 --> 25:00:02.000\nCohen &amp; Sons: under &lt; 500 or over &gt; 900\n"
captions = WebVTTReader().read(FILE)
print("webvtt-py reads:", webvtt.from_string(FILE)[0].text)
print("pycaption reads:", captions.get_captions("en-US")[0].get_text())
own = webvtt.WebVTT()
own.captions.append(webvtt.Caption("00:00:01.000", "00:00:02.000", "under < 500 or over > 900"))
file = io.StringIO()
own.write(file)
print("webvtt-py writes:", file.getvalue().splitlines()[3])
print("webvtt-py reads that:", webvtt.from_string(file.getvalue())[0].text)
print("pycaption writes:", WebVTTWriter().write(captions).splitlines()[2])
EOF
cat > "$work/probe.cjs" <<'EOF'
const { parseSync, stringifySync } = require('subtitle');

for (const head of ['', 'first\n', 'STYLE\n::cue { color: white }\n\n']) {
  const file = `WEBVTT\n\n${head}00:01.000 --> 00:02.000\nHello\n\nanswer\n00:03.000 --> 00:04.000\nShalom\n`;
  try {
    console.log('subtitle reads:', parseSync(file).flatMap(({ type, data }) => (type === 'cue' ? [JSON.stringify(data.text)] : [])).join(', '));
  } catch (error) {
    console.log('subtitle:', error.message);
  }
}
const late = { type: 'cue', data: { start: 90001000, end: 90002000, text: 'Shalom' } };
console.log('subtitle writes:', stringifySync([late], { format: 'WebVTT' }).split('\n')[3]);
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts subtitle@4.2.2
seen=$(venv/bin/python probe.py && node probe.cjs)
echo "$seen"
[ "$seen" = 'webvtt-py reads: Cohen &amp; Sons: under &lt; 500 or over &gt; 900
pycaption reads: Cohen & Sons: under < 500 or over > 900
webvtt-py writes: under < 500 or over > 900
webvtt-py reads that: under  900
pycaption writes: 01:00:01.000 --> 01:00:02.000
subtitle reads: "Hello\n\nanswer", "Shalom"
subtitle: expected timestamp at row 3, but received: "first"
subtitle: expected timestamp at row 3, but received: "STYLE"
subtitle writes: 01:00:01.86400000 --> 01:00:02.86400000' ] || { echo 'changed: a transcript is read or written otherwise'; exit 1; }
