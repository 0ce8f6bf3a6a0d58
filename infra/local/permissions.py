#!/usr/bin/env python3
"""Takes each permission out of its role, one at a time, plays a customer's story, and expects it to be missed.

`make permissions` runs it on a local stack of its own. What `docs/permissions.md` marks with a dagger (what the local
stack does not check, or the story does not need) is taken out all at once, and must not be missed.
"""

import json
import os
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import boto3

import deploy
from paths import ROOT, Failure

DOCUMENT = ROOT / "docs" / "permissions.md"
# From a refusal to the last retry of what was refused.
QUIET_SECONDS = 3
STORY_SECONDS = 30
TEXTS = ("היי! קוראים לי יוסי כהן ואני מתל אביב", "כמה עולה תספורת גברים?")
# A policy must say something.
NOTHING = {"Effect": "Deny", "Action": "zikaron:Nothing", "Resource": "*"}
# A log line that says the story has come this far.
STEPS = ("answer sent", "[CUSTOMER-MEMORY] merged", "swept")
# One action on one resource; and a role's, by the policy they stand in.
Statement = dict[str, Any]
Policies = dict[str, list[Statement]]


def documented() -> Iterator[tuple[str, str, str, bool]]:
    """Role, action, resource and whether it is marked with a dagger, line by line of the document."""
    role = ""
    for line in DOCUMENT.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and ":" in cells[1] and "---" not in line:
            role = cells[0] or role
            marked = cells[1].endswith("†")
            for action in cells[1].removesuffix("†").split(","):
                yield from ((role, action.strip(), resource.strip(), marked) for resource in cells[2].split(","))


def is_marked(role: str, statement: Statement, marked: list[tuple[str, str, str]]) -> bool:
    """Whether the document marks it. One action may be needed on one resource and not on another."""

    def names(resource: str) -> bool:
        return "⟨stack⟩" not in resource or statement["Resource"].endswith(resource.partition("⟨stack⟩")[2])

    return any(
        role == owner and statement["Action"] == action and names(resource) for owner, action, resource in marked
    )


def some(value: Any) -> list[Any]:
    """What a policy names: one, or a list."""
    return value if isinstance(value, list) else [value]


def answered(count: int, lines: list[str]) -> bool:
    """Whether that many answers were sent."""
    return sum(STEPS[0] in line for line in lines) >= count


def finished(lines: list[str]) -> bool:
    """Whether the story is over."""
    return all(any(step in line for line in lines) for step in STEPS)


class Stack:
    """The deployed roles and functions, and what the functions log."""

    def __init__(self) -> None:
        self.iam, self.functions, self.logs = boto3.client("iam"), boto3.client("lambda"), boto3.client("logs")
        found = boto3.client("cloudformation").describe_stack_resources(StackName=deploy.STACK)["StackResources"]
        self.roles = {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in found
            if one["ResourceType"] == "AWS::IAM::Role"
        }
        self.customers = 0

    def policies(self, role: str) -> Policies:
        """The role's policies, each as a list of one action on one resource."""
        physical = self.roles[role]
        policies: Policies = {}
        for name in self.iam.list_role_policies(RoleName=physical)["PolicyNames"]:
            # It comes decoded from the JSON it is stored as.
            document: Any = self.iam.get_role_policy(RoleName=physical, PolicyName=name)["PolicyDocument"]
            policies[name] = [
                {**statement, "Action": action, "Resource": resource}
                for statement in document["Statement"]
                for action in some(statement["Action"])
                for resource in some(statement["Resource"])
            ]
        return policies

    def write(self, role: str, policies: Policies) -> None:
        for name, statements in policies.items():
            document = json.dumps({"Version": "2012-10-17", "Statement": statements or [NOTHING]})
            self.iam.put_role_policy(RoleName=self.roles[role], PolicyName=name, PolicyDocument=document)

    @contextmanager
    def without(self, taken: Callable[[str, Statement], bool]) -> Iterator[None]:
        """The stack while its roles lack what `taken(role, statement)` picks.

        An update ends the functions' processes: new ones know no secret yet.
        """
        before = {role: self.policies(role) for role in self.roles}
        for role, policies in before.items():
            self.write(
                role,
                {name: [one for one in statements if not taken(role, one)] for name, statements in policies.items()},
            )
        for name in deploy.FUNCTIONS:
            self.functions.update_function_configuration(FunctionName=f"{deploy.STACK}-{name}", MemorySize=256)
        try:
            yield
        finally:
            for role, policies in before.items():
                self.write(role, policies)
            self.settle()

    def lines(self, since: float) -> list[str]:
        """What the functions logged since then."""
        return [
            event["message"]
            for name in deploy.FUNCTIONS
            for event in self.logs.filter_log_events(
                logGroupName=f"/aws/lambda/{deploy.STACK}-{name}", startTime=int(since * 1000)
            ).get("events", [])
        ]

    def settle(self) -> None:
        """Waits until nothing that failed is tried again."""
        deadline = time.monotonic() + 20
        while self.lines(time.time() - QUIET_SECONDS) and time.monotonic() < deadline:
            time.sleep(0.5)

    def say(self, customer: str, text: str) -> None:
        body = json.dumps({"from": customer, "text": text}).encode()
        request = urllib.request.Request(
            os.environ["SIMULATOR_URL"] + "/say", body, {"content-type": "application/json"}
        )
        with suppress(OSError):  # the webhook refuses: the log says why
            urllib.request.urlopen(request, timeout=STORY_SECONDS).close()

    def missed(self, refusals_count: bool = True) -> str:
        """Plays the story: a conversation, silence, a digest, a sweep. Says what went wrong, or nothing.

        With `refusals_count`, a refused call is wrong even where the story goes on without it.
        """
        self.customers += 1
        customer, begun = f"97255500{1000 + self.customers}", time.time()
        self.functions.invoke(FunctionName=f"{deploy.STACK}-summarizer", Payload=b'{"task":"sweep"}')
        for count, text in enumerate(TEXTS, start=1):
            self.say(customer, text)
            wrong = self.wait(begun, refusals_count, partial(answered, count))
            if wrong:
                return wrong
        return self.wait(begun, refusals_count, finished)

    def wait(self, begun: float, refusals_count: bool, done: Callable[[list[str]], bool]) -> str:
        """Waits until what is logged says that it is done. Says what went wrong, or nothing."""
        while time.time() - begun < STORY_SECONDS:
            lines = self.lines(begun)
            refused = next((line for line in lines if "AccessDenied" in line), "")
            if refused and refusals_count:
                entry = json.loads(refused) if refused.startswith("{") else {}
                return str(entry.get("error") or entry.get("message") or refused.strip()[:120])
            if done(lines):
                return ""
            time.sleep(0.3)
        return f"the story is not over after {STORY_SECONDS} s"


def is_it(wanted: tuple[str, Statement], role: str, statement: Statement) -> bool:
    """Whether it is this statement of this role."""
    return (role, statement) == wanted


def check(stack: Stack, names: list[str]) -> int:
    """How many permissions are not missed though they should be, or the other way round."""
    marked = [(role, action, resource) for role, action, resource, dagger in documented() if dagger]
    wrong = stack.missed()
    if wrong:
        raise Failure(f"the story fails with every permission in place: {wrong}")
    print("nothing taken out: the story passes", flush=True)
    with stack.without(lambda role, one: is_marked(role, one, marked)):
        wrong = stack.missed(refusals_count=False)
    print(f"all that is marked taken out: {wrong or 'the story passes'}", flush=True)
    failures = int(bool(wrong))
    for role in stack.roles:
        for statement in [one for statements in stack.policies(role).values() for one in statements]:
            name = f"{role}:{statement['Action']} on {statement['Resource'].rpartition(':')[2]}"
            if is_marked(role, statement, marked) or (names and not any(part in name for part in names)):
                continue
            with stack.without(partial(is_it, (role, statement))):
                wrong = stack.missed()
            failures += not wrong
            print(f"{name}: {wrong or 'NOT MISSED'}", flush=True)
    return failures


def main(names: list[str]) -> int:
    try:
        failures = check(Stack(), names)
    except Failure as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 1
    print(f"{failures} of them are not as documented" if failures else "permissions: ok")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
