#!/usr/bin/env python3
"""The natural messages of tests/language to a model (`make language`), which MODEL, BASE_URL and API_KEY name.

Without BASE_URL it is a very small one that is started here, MODEL gemma or smollm2, and a sample of the messages.
"""

import os
import subprocess
import sys

import real_model
import stack
from paths import LOCAL, ROOT, Failure

# Ten minutes on a machine that has nothing else to do.
SAMPLE = "40"


def put(settings: dict[str, str]) -> int:
    # API_KEY goes through the environment: what stands in a command line every user of the machine can read.
    command = ["cargo", "run", "-q", "-p", "zikaron-ai", "--example", "language"]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}).returncode


def run() -> int:
    if os.environ.get("BASE_URL"):
        return put({})
    model = os.environ.get("MODEL") or real_model.MODELS[0]
    if model not in real_model.MODELS:
        raise Failure(f"to ask {model} name BASE_URL too; without it: MODEL={' or MODEL='.join(real_model.MODELS)}")
    server, port = real_model.start_server(model, LOCAL / "language" / "server.log")
    try:
        sample = os.environ.get("SAMPLE") or SAMPLE
        return put({"MODEL": model, "BASE_URL": f"http://127.0.0.1:{port}/v1", "API_KEY": "", "SAMPLE": sample})
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(stack.as_command(run))
