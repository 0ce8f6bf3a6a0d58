#!/usr/bin/env python3
"""Tries a deployed stack out, without a customer: does each function start, read what it needs, and refuse strangers?

    smoke.py STACK

Credentials and region come by the environment; so does WEBHOOK_URL where it is not the stack's output (the local
stack). It changes nothing: the sweep runs anyway every five minutes, and the lead it asks for is nobody.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3

SECONDS = 30
NOBODY = {"business": "smoke-test", "lead": "00000000000000000000000000"}
TURN = {"version": "0", "source": "zikaron", "detail-type": "turn.due", "detail": NOBODY}


def answer(url: str, body: bytes | None = None) -> int:
    """The status a request gets."""
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answered:
            return int(answered.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def invoke(function: str, event: dict[str, Any]) -> str:
    """Nothing if the function ends well, else what it says."""
    done = boto3.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
    return done["Payload"].read().decode(errors="replace")[:300] if done.get("FunctionError") else ""


def main(stack: str) -> int:
    [found] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
    url = os.environ.get("WEBHOOK_URL") or outputs["WebhookUrl"]
    asks = f"{url}?hub.mode=subscribe&hub.verify_token=not-it&hub.challenge=1"
    checks: dict[str, Callable[[], str]] = {
        "webhook refuses a wrong verify token": lambda: expect(answer(asks), 403),
        "webhook refuses what is not signed": lambda: expect(answer(url, b"{}"), 401),
        "reply starts and reaches its table": lambda: invoke(f"{stack}-reply", TURN),
        "summarizer starts and sweeps": lambda: invoke(f"{stack}-summarizer", {"task": "sweep"}),
    }
    failed = 0
    for name, check in checks.items():
        wrong = check()
        failed += bool(wrong)
        print(f"{'FAILED' if wrong else 'ok    '} {name}{': ' + wrong if wrong else ''}", flush=True)
    return 1 if failed else 0


def expect(got: int, wanted: int) -> str:
    if got == 503:
        return "got 503: are the connection's secrets filled in?"
    return "" if got == wanted else f"got {got} instead of {wanted}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
