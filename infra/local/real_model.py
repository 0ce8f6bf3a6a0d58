#!/usr/bin/env python3
"""Forty messages in four languages to a real model, on a stack of its own, and what became of them.

real_model.py [gemma|smollm2]

The model is very small and answers badly: what is looked at is what the product makes of bad answers. It fails when a
bound is not kept.
"""

import json
import os
import shutil
import socket
import sys
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import aws
import deploy
import instance as instances
import model_verdict as verdict
import processes
import stack
import venvs
from model_recorder import Recorder
from paths import HERE, LOCAL, Failure, tail

MODELS = ("smollm2", "gemma")
TALK = HERE / "model_talk.json"
# How many customers write at once, and how long a customer waits before they write again all the same.
AT_ONCE, PATIENCE = 2, 100
# How many digests are written at once. They take their share of a processor from every reply (docs/operate.md).
DIGESTS = 1
# After which of their messages a customer falls silent until the session is over.
SILENT_AFTER = 3
IDLE_SECONDS = "8"
# For what the model still owes at the end: retries and the sweep; and the longest pause between two tries.
LAST_WAIT, COMES_BACK = 360, 45
START_SECONDS = 180


def call(url: str, body: dict[str, Any] | None = None, token: str = "") -> Any:
    """A request with JSON, or without a body a GET."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=data, headers=headers), timeout=60) as answer:
        text = answer.read()
    return json.loads(text) if text else None


class Talk:
    """The customers of `model_talk.json`, who write to a running stack."""

    def __init__(self, known: dict[str, str]):
        self.known = known
        self.said: list[verdict.Said] = []
        self.turn = threading.Semaphore(AT_ONCE)

    def sent(self, phone: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = call(f"{self.known['SIMULATOR_URL']}/sent?to={phone}")
        return found

    def mode(self, phone: str) -> str:
        query = urllib.parse.urlencode({"phone": f"+{phone}"})
        found = call(f"{self.known['API_URL']}/leads?{query}", token=self.known["API_TOKEN"])
        return str(found["leads"][0]["mode"]) if found["leads"] else ""

    def play(self) -> None:
        customers = [threading.Thread(target=self.customer, args=(one,)) for one in json.loads(TALK.read_text())]
        for thread in customers:
            thread.start()
        for thread in customers:
            thread.join()

    def customer(self, customer: dict[str, Any]) -> None:
        with self.turn:
            for number, text in enumerate(customer["says"], 1):
                self.say(customer, text)
                if number == SILENT_AFTER:
                    time.sleep(2 * int(IDLE_SECONDS))

    def say(self, customer: dict[str, Any], text: str) -> None:
        phone = customer["phone"]
        before = len(self.sent(phone))
        one = verdict.Said(customer["language"], phone, text, time.time())
        call(f"{self.known['SIMULATOR_URL']}/say", {"from": phone, "name": customer["name"], "text": text})
        self.said.append(one)
        while time.time() < one.at + PATIENCE and len(self.sent(phone)) == before:
            time.sleep(0.3)
        # An answer may come in several messages; a customer reads them, and a person who took over hands back.
        time.sleep(2)
        self.look(one, before)
        outcome = "a person" if one.handed else "answered" if one.answers else "no answer yet"
        print(f"{one.language} {phone}  {one.wait():5.1f} s  {outcome}", flush=True)
        if one.handed:
            call(f"{self.known['SIMULATOR_URL']}/page/mode", {"phone": phone, "mode": "ai"})

    def look(self, one: verdict.Said, before: int) -> None:
        """Takes down what the customer was sent since then."""
        for message in self.sent(one.phone)[before:]:
            one.answers.append(str(message["text"]))
            one.answered_at = one.answered_at or verdict.seconds(message["at"])
        one.handed = one.handed or self.mode(one.phone) == "human"

    def settle(self) -> None:
        """Waits for late answers and for the last digests."""
        for one in self.said:
            later = [next_one.at for next_one in self.said if next_one.phone == one.phone and next_one.at > one.at]
            while not one.answers and not one.handed and time.time() < one.at + LAST_WAIT:
                late = [m for m in self.sent(one.phone) if verdict.seconds(m["at"]) > one.at]
                one.answers = [str(message["text"]) for message in late[:1]]
                one.answered_at = verdict.seconds(late[0]["at"]) if late else 0.0
                one.together = bool(late and later and one.answered_at > min(later))
                time.sleep(0 if late else 2)
                one.handed = self.mode(one.phone) == "human"
        time.sleep(3 * int(IDLE_SECONDS))


def limit_digests(known_aws: aws.Aws) -> None:
    """`SummarizerConcurrency`, which the local stack does not take from the template.

    What finds no room AWS tries again for six hours, the local stack as often as any failure: here until the end.
    """
    function = f"functions/{deploy.STACK}-summarizer"
    for path, body in (
        (f"/2017-10-31/{function}/concurrency", {"ReservedConcurrentExecutions": DIGESTS}),
        (f"/2019-09-25/{function}/event-invoke-config", {"MaximumRetryAttempts": 40}),
    ):
        known_aws.request("lambda", path, json.dumps(body).encode(), method="PUT")


def wait_for_digests(recorder: Recorder) -> None:
    """Until none has been with the model for longer than it takes one that found no room to come back."""
    deadline = time.time() + LAST_WAIT
    while time.time() < deadline:
        ends = [one.ended or time.time() for one in recorder.exchanges if one.kind == "digest"]
        if time.time() - max(ends, default=0.0) > COMES_BACK:
            return
        time.sleep(2)


def digests(known_aws: aws.Aws) -> verdict.Digests:
    """What the summarizer logged of its digests."""
    group = f"/aws/lambda/{deploy.STACK}-summarizer"
    found = known_aws.call("logs", "FilterLogEvents", logGroupName=group, startTime=0, limit=10_000)
    return verdict.Digests.read([str(event["message"]) for event in found.get("events", [])])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(model: str, log: Path) -> tuple[processes.Process, int]:
    port = free_port()
    command = [venvs.install(venvs.MODEL) / "python", HERE / "model_server.py", model, port]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    server = processes.start(model, command, environment, log, outlive=False)
    if not aws.wait_for(f"http://127.0.0.1:{port}/health", server, START_SECONDS):
        server.stop()
        raise Failure(f"the model's server did not start; the end of {log}:\n{tail(log)}")
    return server, port


def run(model: str) -> int:
    os.environ["SESSION_IDLE_SECONDS"] = IDLE_SECONDS
    folder = LOCAL / "real-model"
    shutil.rmtree(folder, ignore_errors=True)
    server, port = start_server(model, folder / "server.log")
    standing = instances.passing()
    try:
        recorder = Recorder(port)
        known = stack.bring_up(
            standing, {"base_url": f"http://127.0.0.1:{recorder.port}/v1", "name": model, "key": "none"}
        )
        limit_digests(standing.aws)
        talk = Talk(known)
        talk.play()
        talk.settle()
        wait_for_digests(recorder)
        result = verdict.Result(talk.said, recorder.exchanges, digests(standing.aws))
    finally:
        standing.stop()
        server.stop()
        shutil.rmtree(standing.folder, ignore_errors=True)
    (folder / "talk.txt").write_text(result.transcript())
    (folder / "exchanges.json").write_text(json.dumps([vars(one) for one in recorder.exchanges], ensure_ascii=False))
    print(result.table(model))
    print(f"\nwho said what: {folder / 'talk.txt'}; what the model was asked: {folder / 'exchanges.json'}")
    return 1 if result.broken() else 0


def main(arguments: list[str]) -> int:
    models = arguments or [MODELS[0]]
    if len(models) != 1 or models[0] not in MODELS:
        print(__doc__, file=sys.stderr)
        return 2
    return stack.as_command(lambda: run(models[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
