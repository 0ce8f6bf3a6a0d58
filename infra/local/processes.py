"""Processes of a local stack: started in groups of their own, written down, and stopped as a whole.

What is written down outlives a crash of the launcher, so that `make down` can find what it left behind.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

STOP_SECONDS = 10
# A program and its arguments; each becomes a text.
Command = Sequence[object]


@dataclass
class Process:
    """A process and when it began: a number alone may belong to somebody else by now."""

    name: str
    pid: int
    began: str

    def alive(self) -> bool:
        return bool(self.began) and began(self.pid) == self.began

    def stop(self) -> None:
        """Ends the process and whatever it started, gently first."""
        if began(self.pid) not in (self.began, ""):
            return  # the number has a new owner
        signal_group(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while self.alive() and time.monotonic() < deadline:
            reap(self.pid)
            time.sleep(0.05)
        signal_group(self.pid, signal.SIGKILL)
        reap(self.pid)


def began(pid: int) -> str:
    """When the process began, in the words of the system; empty if there is none (a zombie is none)."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] == "Z" else fields[19]
    shown = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, start = shown.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else start.strip()


def signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def reap(pid: int) -> None:
    """Takes note of a child's end; without it a dead child would look alive."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def die_with_parent() -> None:
    """Asks Linux to end this process when its parent dies, however that happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def start(name: str, command: Command, environment: dict[str, str], log: Path, *, outlive: bool) -> Process:
    """Starts a process group that writes to a log; it dies with us unless it is to outlive us."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as out:
        child = subprocess.Popen(
            [str(part) for part in command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=None if outlive else die_with_parent,
        )
    child.returncode = 0  # watched by its number from here on, not by this object
    return Process(name, child.pid, began(child.pid))


def myself() -> Process:
    return Process("launcher", os.getpid(), began(os.getpid()))


def write_down(file: Path, owner: Process | None, processes: list[Process]) -> None:
    """Writes down who runs; without an owner they run on their own."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"owner": owner and asdict(owner), "processes": [asdict(one) for one in processes]}, indent=1)
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(file)


def read(file: Path) -> tuple[Process | None, list[Process]]:
    """Owner (or None) and processes as written down, dead or alive."""
    try:
        known = json.loads(file.read_text())
    except (OSError, ValueError):
        return None, []
    owner = known.get("owner")
    return owner and Process(**owner), [Process(**one) for one in known.get("processes", [])]
