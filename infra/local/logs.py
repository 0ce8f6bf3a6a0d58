"""The functions' logs as a person reads them.

logs.py FUNCTION < LINES     the lines of one function, as `make dev` shows them
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import deploy
from aws import Aws
from paths import Failure

POLL_SECONDS = 0.5
# Lambda's own lines around each invocation.
PLATFORM = ("START RequestId", "END RequestId", "REPORT RequestId")
# What the head of a line says already, or only CloudWatch reads. Every other member is shown, whatever its name is:
# a line of ours is one flat object (shared/aws/src/telemetry.rs).
SHOWN_ELSEWHERE = {"_aws", "timestamp", "level", "target", "message"}


def render(function: str, line: str, milliseconds: int) -> str | None:
    """One line of a log, or nothing if it says nothing."""
    line = line.strip()
    if not line or line.startswith(PLATFORM):
        return None
    clock, text, level = time.strftime("%H:%M:%S", time.localtime(milliseconds / 1000)), line, "INFO"
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    if isinstance(entry, dict):
        level = str(entry.get("level", "INFO"))
        rest = (f"{name}={value}" for name, value in entry.items() if name not in SHOWN_ELSEWHERE)
        text = "  ".join([str(entry.get("message", "")), *rest]).strip()
    mark = "" if level == "INFO" else f"{level} "
    return f"{clock} {function:<10} {mark}{text}"


class Follower:
    """Reads what the functions logged since the last look, and what ministack says of those that did not start."""

    def __init__(self, aws: Aws, ministack_log: Path) -> None:
        self.aws = aws
        self.since = int(time.time() * 1000)
        self.seen: set[tuple[str, str, str | int]] = set()
        self.ministack_log = ministack_log
        self.read_to = ministack_log.stat().st_size

    def troubles(self) -> list[str]:
        with self.ministack_log.open(errors="replace") as log:
            log.seek(self.read_to)
            fresh = log.read()
            self.read_to = log.tell()
        return [line for line in fresh.splitlines() if " ERROR [lambda]" in line]

    def news(self) -> list[tuple[int, int, str, str]]:
        lines: list[tuple[int, int, str, str]] = []
        for function in deploy.FUNCTIONS:
            group = f"/aws/lambda/{deploy.STACK}-{function}"
            found = self.aws.call("logs", "FilterLogEvents", logGroupName=group, startTime=self.since)
            for place, event in enumerate(found.get("events", [])):
                mark = (group, event.get("logStreamName"), event.get("eventId") or place)
                if mark not in self.seen:
                    self.seen.add(mark)
                    lines.append((event["timestamp"], len(lines), function, event["message"]))
        return sorted(lines)

    def follow(self, still_running: Callable[[], bool]) -> None:
        """Prints until the stack stops."""
        while still_running():
            try:
                for line in self.troubles():
                    print(line, flush=True)
                for milliseconds, _, function, message in self.news():
                    shown = render(function, message, milliseconds)
                    if shown:
                        print(shown, flush=True)
            except Failure as reason:
                if still_running():
                    print(reason, file=sys.stderr)
            time.sleep(POLL_SECONDS)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    now = int(time.time() * 1000)
    for line in sys.stdin:
        shown = render(arguments[0], line, now)
        if shown:
            print(shown)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
