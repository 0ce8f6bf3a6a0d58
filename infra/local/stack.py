#!/usr/bin/env python3
"""The local stack: the real template on this machine, without AWS and without Docker.

    stack.py up             start in the background; write .local/env
    stack.py down           stop it, and whatever a crash left behind
    stack.py dev            start in the foreground and show the functions' logs until Ctrl-C
    stack.py run -- CMD     start a passing stack on free ports, run CMD with its environment, stop it
    stack.py chaos -- CMD   the same, with a proxy in front of AWS that injects faults (FAULTS_URL)
    stack.py status         say what runs
    stack.py install NAME…  make .local/venv-NAME; infra/local/venvs.py has the names

Settings by environment: PORT (4560; all ports count from it), SESSION_IDLE_SECONDS (900), and for a real model
OPENAI_API_KEY, AI_BASE_URL, AI_MODEL.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

import deploy
import instance as instances
import logs
import processes
import seed
import venvs
from paths import LOCAL, Failure

DEFAULT_MODEL_URL = "https://api.openai.com/v1"
DEFAULT_MODEL = "gpt-4o-mini"


def idle_seconds() -> str:
    text = os.environ.get("SESSION_IDLE_SECONDS", "900")
    if not text.isdigit() or int(text) < 1:
        raise Failure(f"SESSION_IDLE_SECONDS is {text!r}: a number of seconds from 1 up is needed")
    return text


def real_model() -> dict[str, str]:
    """The model the caller names; empty for the simulator's."""
    key, url = os.environ.get("OPENAI_API_KEY", ""), os.environ.get("AI_BASE_URL", "").rstrip("/")
    if not key and not url:
        return {}
    return {"base_url": url or DEFAULT_MODEL_URL, "name": os.environ.get("AI_MODEL", DEFAULT_MODEL), "key": key}


def bring_up(stack: instances.Instance, model: dict[str, str]) -> dict[str, str]:
    """Builds, then as `stand_up`."""
    build(stack)
    return stand_up(stack, model, idle_seconds())


def build(stack: instances.Instance) -> None:
    """Builds what the stack is made of, and installs what it runs on."""
    names = (*venvs.NAMES, venvs.FAULTS) if stack.faults_url else venvs.NAMES
    with venvs.installing(names):
        deploy.build()


def stand_up(stack: instances.Instance, model: dict[str, str], idle: str) -> dict[str, str]:
    """Starts what does not run, deploys and seeds what changed. Answers the stack's environment."""
    fresh = not stack.adopt()
    if fresh:
        stack.check_ports()
        stack.start_ministack()
        if stack.faults_url:
            stack.start_faults()
    values = deploy.parameters(stack, idle, model)
    outputs = deploy.deploy(stack, values)
    known = seed.environment(stack, outputs, values)
    token = seed.access_token(stack)
    seed.put_secrets(stack, token, model.get("key", ""))
    if fresh:
        stack.start_simulator({**known, "WHATSAPP_ACCESS_TOKEN": token})
    known["API_TOKEN"] = seed.api_token(stack)
    seed.seed_business(stack, known)
    seed.write_environment(stack, known)
    return known


def publish(stack: instances.Instance) -> None:
    """Puts the environment of the standing stack where everybody looks for it."""
    unpublish()
    (LOCAL / "env").symlink_to(stack.folder.relative_to(LOCAL) / "env")


def unpublish() -> None:
    (LOCAL / "env").unlink(missing_ok=True)


def show(known: dict[str, str], seconds: float) -> None:
    print(
        f"""
  webhook     {known["WEBHOOK_URL"]}
  page        {known["SIMULATOR_URL"]}/   write as a customer, see what is remembered
  console     {known["CONSOLE_URL"]}   what staff see: sign in as admin, without a password
  staff API   {known["API_URL"]}   (token: API_TOKEN in .local/env)
  AWS         {known["AWS_ENDPOINT_URL"]}   table {known["TABLE_NAME"]}
  model       {known["AI_MODEL"]} at {known["AI_BASE_URL"]}
  business    {known["BUSINESS_ID"]}, a session ends after {known["SESSION_IDLE_SECONDS"]} s of silence

  or by hand:
    curl -s {known["SIMULATOR_URL"]}/say -H 'content-type: application/json' \\
      -d '{{"from":"972555000001","name":"יוסי","text":"היי, כמה עולה תספורת?"}}'
    curl -s {known["SIMULATOR_URL"]}/sent

ready after {seconds:.1f} s""",
        flush=True,
    )


def up() -> int:
    """In the background. If it runs already, deploys what changed."""
    begun = time.monotonic()
    stack = instances.standing(outlive=True)
    with stack.locked():
        started = False
        try:
            known = bring_up(stack, real_model())
            started = True
        finally:
            if not started:
                stack.stop()
        publish(stack)
        show(known, time.monotonic() - begun)
    return 0


def dev() -> int:
    """In the foreground. Attached to a stack that runs already, it only shows the logs and leaves it running."""
    begun = time.monotonic()
    stack = instances.standing(outlive=False)
    mine = True
    with stack.locked():
        try:
            mine = not stack.adopt()
            known = bring_up(stack, real_model())
            publish(stack)
            show(known, time.monotonic() - begun)
            print("Ctrl-C stops it.\n" if mine else "It runs already: Ctrl-C leaves it running.\n", flush=True)
        except BaseException:
            if mine:
                stack.stop()
            raise
    try:
        logs.Follower(stack.aws, stack.log("ministack")).follow(lambda: all(one.alive() for one in stack.running))
    except KeyboardInterrupt:
        if mine:
            print("\nstopping", flush=True)
        return 0
    finally:
        if mine:
            stack.stop()
            unpublish()
    print("the stack was stopped by somebody else; its logs are in", stack.folder / "logs", flush=True)
    return 1


def run(command: list[str], *, faults: bool = False, then: Callable[[], None] = lambda: None) -> int:
    """A passing stack for one command, and for what is done once that succeeded. Always with the simulator's model:
    tests and the demo script it.
    """
    begun = time.monotonic()
    stack, code = instances.passing(faults=faults), 1
    try:
        known = bring_up(stack, {})
        print(f"local stack ready after {time.monotonic() - begun:.1f} s", flush=True)
        code = subprocess.run(command, env={**os.environ, **known}, check=False).returncode
        if code == 0:
            then()
    finally:
        stack.stop()
        if code == 0:
            shutil.rmtree(stack.folder, ignore_errors=True)
        else:
            kept = LOCAL / "last-failure"
            shutil.rmtree(kept, ignore_errors=True)
            stack.folder.rename(kept)
            print(f"the stack's logs are kept in {kept / 'logs'}", file=sys.stderr)
    return code


def down() -> int:
    stack = instances.standing(outlive=True)
    found = 0
    for folder in [stack.folder, *instances.left_behind()]:
        for process in reversed(processes.read(folder / "processes.json")[1]):
            found += process.alive()
            process.stop()
        (folder / "processes.json").unlink(missing_ok=True)
        if folder != stack.folder:
            shutil.rmtree(folder, ignore_errors=True)
    unpublish()
    print(f"stopped {found} processes" if found else "nothing was running")
    return 0


def status() -> int:
    running = processes.read(LOCAL / "dev" / "processes.json")[1]
    for process in running:
        print(f"{process.name:<10} {'running' if process.alive() else 'dead':<8} pid {process.pid}")
    if not running:
        print("not running")
    return 0 if running and all(one.alive() for one in running) else 1


def interrupted(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def as_command(work: Callable[[], int]) -> int:
    """Ended from outside (make, CI, a closed terminal), the work still clears up after itself."""
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGHUP, interrupted)
    try:
        return work()
    except (Failure, subprocess.CalledProcessError) as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def command(arguments: list[str]) -> int:
    plain = {"up": up, "down": down, "dev": dev, "status": status}
    if len(arguments) == 1 and arguments[0] in plain:
        return plain[arguments[0]]()
    if len(arguments) > 2 and arguments[:2] == ["run", "--"]:
        return run(arguments[2:])
    if len(arguments) > 2 and arguments[:2] == ["chaos", "--"]:
        return run(arguments[2:], faults=True)
    if len(arguments) > 1 and arguments[0] == "install" and set(arguments[1:]) <= set(venvs.ALL):
        with venvs.installing(arguments[1:]):
            return 0
    print(__doc__, file=sys.stderr)
    return 2


def main(arguments: list[str]) -> int:
    return as_command(lambda: command(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
