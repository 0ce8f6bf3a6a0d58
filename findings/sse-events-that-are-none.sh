#!/usr/bin/env bash
# sseclient-py 1.9.0 and httpx-sse 0.4.3 (PyPI; they read the streamed answers of model servers): where a stream breaks off
# sseclient-py hands out the half event as a whole one, httpx-sse hands out an event that has a name and no data, and both
# lose the first event behind a byte order mark. The rules of server-sent events say: what is pending when the stream ends is
# discarded, an event whose data is empty is not dispatched, and the stream is decoded so that one leading mark goes away
# (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation, and #parsing-an-event-stream).
# The first is the one that hurts: a cut-off answer looks like JSON that somebody wrote wrongly, or like a whole text.
# Seen: the table below. Ours asks for answers in one piece.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q install sseclient-py==1.9.0 httpx-sse==0.4.3 httpx==0.28.1
cat > "$work/probe.py" <<'EOF'
import httpx
import httpx_sse
import sseclient

STREAMS = {
    "broken off": b'data: {"text": "one"}\n\ndata: {"text": "tw',
    "without data": b'event: ping\n\ndata: {"text": "one"}\n\n',
    "byte order mark": b'\xef\xbb\xbfdata: {"text": "one"}\n\ndata: {"text": "two"}\n\n',
}


def by_sseclient(stream):
    return [event.data for event in sseclient.SSEClient(iter([stream])).events()]


def by_httpx_sse(stream):
    def answer(_):
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=stream)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        with httpx_sse.connect_sse(client, "GET", "http://model.example/") as source:
            return [event.data for event in source.iter_sse()]


for name, stream in STREAMS.items():
    print(f"{name}: sseclient-py {by_sseclient(stream)}, httpx-sse {by_httpx_sse(stream)}")
EOF
seen=$("$work/venv/bin/python" "$work/probe.py")
echo "$seen"
[ "$seen" = "broken off: sseclient-py ['{\"text\": \"one\"}', '{\"text\": \"tw'], httpx-sse ['{\"text\": \"one\"}']
without data: sseclient-py ['{\"text\": \"one\"}'], httpx-sse ['', '{\"text\": \"one\"}']
byte order mark: sseclient-py ['{\"text\": \"two\"}'], httpx-sse ['{\"text\": \"two\"}']" ] ||
  { echo 'changed: a library reads the stream otherwise'; exit 1; }
