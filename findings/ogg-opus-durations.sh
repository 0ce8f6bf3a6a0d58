#!/usr/bin/env bash
# How long is a voice note? Of three valid Ogg Opus files mutagen 1.48.1 and tinytag 2.3.2 (PyPI) and music-metadata 11.16.1
# (npm) measure two wrongly, PyAV 18.1.0 (PyPI, FFmpeg's demuxer) and pymediainfo 7.0.1 (PyPI, MediaInfo) all three,
# soundfile 0.14.0 (PyPI, libsndfile) one.
# live: 2 seconds whose first page stands at 10 seconds. RFC 7845 lets a stream begin later than 0, so that one can join a
# live stream or cut a beginning off without writing every page anew (https://www.rfc-editor.org/rfc/rfc7845#section-4.5).
# cut: 2 seconds of which `pre-skip` drops one; cutting by `pre-skip` is named in section 4.2.
# chain: 2 seconds and 1 more behind them in the same file, which Ogg allows (https://www.rfc-editor.org/rfc/rfc3533#section-4):
# everybody measures the first link alone, FFmpeg the last. Whoever limits or charges by such lengths is out by any amount.
# Seen: the table below. Ours takes such a length for an estimate, which the transcriber's own corrects
# (shared/protocol/src/turn/sound.rs); WhatsApp's voice notes begin at 0 and are one stream.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install mutagen==1.48.1 tinytag==2.3.2 av==18.1.0 pymediainfo==7.0.1 soundfile==0.14.0
cat > "$work/make.py" <<'EOF'
import struct


def checksum(page):
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value


def page(packets, position, serial, number, kind):
    lengths = bytes(len(packet) for packet in packets)
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, kind, position, serial, number, 0, len(lengths)) + lengths
    whole = head + b"".join(packets)
    return whole[:22] + struct.pack("<I", checksum(whole)) + whole[26:]


def stream(frames, skipped=312, start=0, serial=1):
    """Silence: frames of 20 ms (960 samples) of 16 kHz mono speech, each a packet without sound in it, ten to a page."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, skipped, 16000, 0, 0)
    made = page([head], 0, serial, 0, 2) + page([b"OpusTags" + struct.pack("<I4sI", 4, b"test", 0)], 0, serial, 1, 0)
    for number in range(frames // 10):
        last = 4 if (number + 1) * 10 == frames else 0
        made += page([b"\x48"] * 10, start + (number + 1) * 9600, serial, number + 2, last)
    return made


for name, content in {"live": stream(100, start=480000), "cut": stream(100, skipped=48000),
                      "chain": stream(100) + stream(50, serial=2)}.items():
    with open(f"{name}.ogg", "wb") as file:
        file.write(content)
EOF
cat > "$work/measure.py" <<'EOF'
import av
import mutagen
import soundfile
from pymediainfo import MediaInfo
from tinytag import TinyTag

MEASURES = {
    "soundfile": lambda name: soundfile.info(name).duration,
    "mutagen": lambda name: mutagen.File(name).info.length,
    "tinytag": lambda name: TinyTag.get(name).duration,
    "av": lambda name: av.open(name).duration / 1e6,
    "pymediainfo": lambda name: MediaInfo.parse(name).audio_tracks[0].duration / 1000,
}
for library, measure in MEASURES.items():
    print(library, *[f"{name} {measure(name + '.ogg'):.2f}" for name in ("live", "cut", "chain")])
EOF
cat > "$work/measure.mjs" <<'EOF'
import { parseFile } from 'music-metadata';

const shown = [];
for (const name of ['live', 'cut', 'chain']) {
  const { format } = await parseFile(`${name}.ogg`, { duration: true });
  shown.push(name, format.duration.toFixed(2));
}
console.log('music-metadata', ...shown);
EOF
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts music-metadata@11.16.1
seen=$(venv/bin/python make.py && venv/bin/python measure.py && node measure.mjs)
echo "$seen"
[ "$seen" = 'soundfile live 1.99 cut 1.00 chain 1.99
mutagen live 11.99 cut 1.00 chain 1.99
tinytag live 11.99 cut 1.00 chain 1.99
av live 12.00 cut 2.00 chain 1.00
pymediainfo live 12.00 cut 2.00 chain 2.00
music-metadata live 11.99 cut 1.00 chain 1.99' ] || { echo 'changed: a length is measured otherwise'; exit 1; }
