#!/usr/bin/env python3
"""`make demo`: plays the story on the local stack that runs, which stays, or else on one of its own.

    demo.py CMD...    CMD plays it, in the environment of the stack

One of its own stays until Enter where somebody sits at a terminal, so that they can look at what is remembered; without
one (CI) it ends with the story.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import deploy
import instance as instances
import stack
from paths import Failure, target

# What a stack of another model or transcriber is known by: the story is written for the simulator's.
MADE_FOR = {"AI_BASE_URL": "AiBaseUrl", "AI_MODEL": "AiModel", "TRANSCRIPTION_BASE_URL": "TranscriptionBaseUrl"}


def read_environment(file: Path) -> dict[str, str]:
    """What `seed.write_environment` wrote."""
    lines = (line.partition("=") for line in file.read_text().splitlines())
    return {name: value for name, _, value in lines}


def is_made_for(known: dict[str, str], values: dict[str, str]) -> bool:
    """Whether a stack of this environment answers as one that is deployed with these parameters."""
    return all(known.get(name) == values[parameter] for name, parameter in MADE_FOR.items())


def admin(known: dict[str, str], *arguments: str) -> str:
    command = [str(target() / "admin"), "--business", known["BUSINESS_ID"], "settings", *arguments]
    done = subprocess.run(command, env={**os.environ, **known}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"admin settings {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout


def settings(known: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(admin(known, "get"))
    return found


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What has to be set for the settings to be again what they were; null is the default."""
    return {key: before.get(key) for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)}


def play(command: list[str], known: dict[str, str]) -> int:
    return subprocess.run(command, env={**os.environ, **known}, check=False).returncode


def on_standing(standing: instances.Instance, command: list[str]) -> int:
    """On the stack that runs: with the silence of the story meanwhile, afterwards as it was, but for the customers."""
    with standing.locked():
        # Building takes minutes where much has changed.
        if not standing.runs():
            raise Failure("the local stack was stopped meanwhile: start `make demo` again")
        before = read_environment(standing.folder / "env")
        chosen = settings(before)
        try:
            known = stack.stand_up(standing, {}, stack.idle_seconds())
            return play(command, known)
        finally:
            # Who stopped it meanwhile wants it stopped.
            if standing.runs():
                try:
                    for key, value in changed(chosen, settings(before)).items():
                        admin(before, "set", key, json.dumps(value))
                finally:
                    stack.stand_up(standing, {}, before["SESSION_IDLE_SECONDS"])


def keep() -> None:
    """Leaves somebody the time to look."""
    if sys.stdin is None or not sys.stdin.isatty():
        print("This stack ends here. After `make up` the story is played on one that stays.", flush=True)
        return
    try:
        input("\nThe stack stays until you press Enter. ")
    except EOFError:
        print(flush=True)


def demo(command: list[str]) -> int:
    standing = instances.standing(outlive=True)
    if not standing.runs():
        return stack.run(command, then=keep)
    values = deploy.parameters(standing, stack.idle_seconds(), {})
    if not is_made_for(read_environment(standing.folder / "env"), values):
        print("The local stack that runs asks a real model. The story is the simulator's: on a stack of its own.")
        return stack.run(command, then=keep)
    stack.build(standing)
    code = on_standing(standing, command)
    if code == 0:
        print("This is the local stack that ran already, and it stays.", flush=True)
    return code


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    return stack.as_command(lambda: demo(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
