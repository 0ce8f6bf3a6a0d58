#!/usr/bin/env python3
"""Runs each function with samples of `events/` by `cargo lambda invoke`, then shows what the table holds.

`make invoke` runs it in the environment of a local stack. The samples are of a fixed day, and a message of that day
would be stale: they are given the time of now and ids of their own, and signed anew.
"""

import contextlib
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import aws
import deploy
import processes
import venvs
from paths import ROOT, Failure, tail, target

EVENTS = ROOT / "events"
SAMPLE_TIME, SAMPLE_ISO, SAMPLE_ID = "1794816000", "2026-11-16T08:00:00Z", "wamid.TEXT1"
SAMPLE_LEAD, SAMPLE_PHONE = "01KA5S2Q0000000000000000D0", "+972555000001"
ANSWER_SECONDS = 20


def sample(name: str) -> str:
    return (EVENTS / name).read_text()


def fresh(text: str, mark: str) -> str:
    """The sample as if it came in now."""
    now = int(time.time())
    iso = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    return text.replace(SAMPLE_TIME, str(now)).replace(SAMPLE_ISO, iso).replace(SAMPLE_ID, f"wamid.{mark}{now}")


def signed(text: str) -> str:
    """The webhook's sample with the signature its changed body needs."""
    event = json.loads(text)
    digest = hmac.new(os.environ["WHATSAPP_APP_SECRET"].encode(), event["body"].encode(), hashlib.sha256).hexdigest()
    event["headers"]["x-hub-signature-256"] = f"sha256={digest}"
    event["headers"]["content-length"] = str(len(event["body"]))
    return json.dumps(event, ensure_ascii=False)


class CargoLambda:
    """`cargo lambda watch` with the three functions as the last build made them."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack):
        self.folder, self.log = folder, folder / "cargo-lambda.log"
        self.environment = {**os.environ, "PATH": f"{venvs.install('tools')}{os.pathsep}{os.environ['PATH']}"}
        self.port = free_port()
        watch = ["cargo", "lambda", "watch", "--only-lambda-apis", "-A", "127.0.0.1", "-P", self.port]
        self.start(stack, "watch", watch, {})
        self.wait_until_listening()
        for name in deploy.FUNCTIONS:
            self.start(
                stack,
                name,
                [target() / name],
                {
                    "AWS_LAMBDA_RUNTIME_API": f"http://127.0.0.1:{self.port}/.rt/{name}",
                    "AWS_LAMBDA_FUNCTION_NAME": name,
                    "AWS_LAMBDA_FUNCTION_VERSION": "1",
                    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
                    "RUST_LOG": "info",
                },
            )

    def start(self, stack: contextlib.ExitStack, name: str, command: processes.Command, more: dict[str, str]) -> None:
        process = processes.start(name, command, {**self.environment, **more}, self.log, outlive=False)
        stack.callback(process.stop)

    def wait_until_listening(self) -> None:
        deadline = time.monotonic() + 20
        while "starting Runtime server" not in tail(self.log):
            if time.monotonic() > deadline:
                raise Failure(f"cargo lambda watch did not start:\n{tail(self.log)}")
            time.sleep(0.1)

    def invoke(self, function: str, title: str, event: str) -> None:
        file = self.folder / "event.json"
        file.write_text(event)
        command = [
            "cargo",
            "lambda",
            "invoke",
            "-A",
            "127.0.0.1",
            "-P",
            str(self.port),
            function,
            "--data-file",
            str(file),
        ]
        print(f"\n$ cargo lambda invoke {function} --data-file events/{title}", flush=True)
        try:
            done = subprocess.run(
                command, env=self.environment, capture_output=True, text=True, check=False, timeout=ANSWER_SECONDS
            )
        except subprocess.TimeoutExpired:
            raise Failure(f"{function} did not answer; the end of its log:\n{tail(self.log)}") from None
        print((done.stdout or done.stderr).strip(), flush=True)
        if done.returncode:
            raise Failure(f"{function} failed; the end of its log:\n{tail(self.log)}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lead_shown(*more: str) -> str:
    command = [str(target() / "admin"), "lead", "show", "--phone", SAMPLE_PHONE, *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"admin lead show failed: {done.stderr.strip()}")
    return done.stdout


def answers() -> int:
    with urllib.request.urlopen(f"{os.environ['SIMULATOR_URL']}/sent", timeout=5) as sent:
        return len(json.load(sent))


def wait_for_answers(before: int, count: int) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while answers() < before + count:
        if time.monotonic() > deadline:
            raise Failure(f"no answer stood in {os.environ['SIMULATOR_URL']}/sent after {ANSWER_SECONDS} s")
        time.sleep(0.2)


def story(functions: CargoLambda) -> None:
    functions.invoke("webhook", "webhook-handshake.json", sample("webhook-handshake.json"))
    before = answers()
    name = "webhook-whatsapp-text-hebrew.json"
    functions.invoke("webhook", name, signed(fresh(sample(name), "INVOKE-A")))
    wait_for_answers(before, 1)
    name = "reply-message-received.json"
    functions.invoke("reply", name, fresh(sample(name), "INVOKE-B"))
    wait_for_answers(before, 2)
    lead = json.loads(lead_shown("--json"))["lead"]
    name = "summarizer-session-close.json"
    functions.invoke("summarizer", name, sample(name).replace(SAMPLE_LEAD, lead))
    print(f"\n$ admin lead show --phone {SAMPLE_PHONE}\n{lead_shown()}", flush=True)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    if not aws.answers(f"{os.environ.get('SIMULATOR_URL', '')}/health"):
        raise Failure("no local stack in the environment: use `make invoke`")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        story(CargoLambda(folder, stack))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as reason:
        sys.exit(f"error: {reason}")
