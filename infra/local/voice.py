#!/usr/bin/env python3
"""The voice notes of events/ to a transcriber, by the product's own client (`make voice`): BASE_URL, MODEL and API_KEY.

Without BASE_URL it is Whisper base, started here. `voice.py serve [PORT]` starts it and leaves it running, for a local
stack with TRANSCRIPTION_BASE_URL.
"""

import os
import subprocess
import sys
from pathlib import Path

import aws
import processes
import real_model
import stack
import venvs
from paths import HERE, LOCAL, ROOT, Failure

# The weights are put together at the first start.
START_SECONDS = 120
PORT = "4569"


def command(port: int | str) -> list[str | Path | int]:
    return [venvs.install(venvs.VOICE) / "python", HERE / "voice_server.py", str(port)]


def hear(settings: dict[str, str]) -> int:
    notes = sorted(str(note) for note in (ROOT / "events").glob("voice-*.ogg"))
    example = ["cargo", "run", "-q", "-p", "zikaron-ai", "--example", "voice", "--", *notes]
    return subprocess.run(example, cwd=ROOT, env={**os.environ, **settings}).returncode


def run() -> int:
    if sys.argv[1:2] == ["serve"]:
        return subprocess.run(list(map(str, command(sys.argv[2] if len(sys.argv) > 2 else PORT)))).returncode
    if os.environ.get("BASE_URL"):
        return hear({})
    port, log = real_model.free_port(), LOCAL / "voice" / "server.log"
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    server = processes.start("transcriber", command(port), environment, log, outlive=False)
    try:
        if not aws.wait_for(f"http://127.0.0.1:{port}/health", server, START_SECONDS):
            raise Failure(f"the transcriber did not start: {log}")
        return hear({"MODEL": "whisper-base", "BASE_URL": f"http://127.0.0.1:{port}/v1", "API_KEY": ""})
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(stack.as_command(run))
