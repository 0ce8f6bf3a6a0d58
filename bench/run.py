#!/usr/bin/env python3
"""Builds the functions as they are deployed, and measures them beside a bare one and beside those of another commit.

    bench/run.py [COMMIT]

`make bench BEFORE=<commit>` runs it. Which crate a function is built from is asked of cargo in either tree, by the name
of its binary: names and places of crates change from commit to commit, the names of the binaries are those of the
deployed functions.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCAL = ROOT / ".local"
FUNCTIONS = ("webhook", "reply", "summarizer", "call-start", "api")
# Crates of this tree: what the functions are measured beside, and what measures.
BARE, BENCH = "zikaron-bare", "zikaron-bench"


class Failure(Exception):
    """Something a person can mend; the text says what."""


def run(*command: object, folder: Path = ROOT) -> None:
    """Runs a command that shows what it does by itself."""
    words = [str(word) for word in command]
    if subprocess.run(words, cwd=folder, check=False).returncode:
        raise Failure(f"{' '.join(words)} failed")


def answer(*command: object, folder: Path = ROOT) -> str:
    """What a command prints."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"{' '.join(words)} failed: {done.stderr.strip()}")
    return done.stdout


def metadata(tree: Path) -> dict[str, Any]:
    """What cargo knows of a tree without building it."""
    known: dict[str, Any] = json.loads(answer("cargo", "metadata", "--no-deps", "--format-version=1", folder=tree))
    return known


def crates(tree: Path) -> list[str]:
    """The crates the functions are built from, in the order of the functions."""
    found = {
        target["name"]: package["name"]
        for package in metadata(tree)["packages"]
        for target in package["targets"]
        if "bin" in target["kind"]
    }
    missing = [name for name in FUNCTIONS if name not in found]
    if missing:
        raise Failure(f"no crate of {tree} has the binary {' nor '.join(missing)}: there is nothing to measure beside")
    return [found[name] for name in FUNCTIONS]


def unpack(commit: str, tree: Path) -> None:
    """Lays a commit's files out."""
    full = answer("git", "rev-parse", "--verify", "--end-of-options", f"{commit}^{{commit}}").strip()
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    archive = tree.with_suffix(".tar")
    run("git", "archive", "--output", archive, full)
    shutil.unpack_archive(archive, tree)
    archive.unlink()


def build(tree: Path, target: Path, *more: str) -> Path:
    """Builds the functions of a tree as they are deployed. Answers the folder they are in."""
    built = target / "release"
    for name in FUNCTIONS:
        # What an earlier commit left here must not be taken for this one's.
        (built / name).unlink(missing_ok=True)
    names = [word for crate in [*crates(tree), *more] for word in ("-p", crate)]
    run("cargo", "build", "--release", "--target-dir", target, *names, folder=tree)
    return built


def main(commit: str = "") -> int:
    before: list[object] = []
    if commit:
        tree = LOCAL / "before"
        unpack(commit, tree)
        before = ["--before", build(tree, LOCAL / "before-target")]
    target = Path(metadata(ROOT)["target_directory"])
    functions = build(ROOT, target, BARE)
    run("cargo", "bench", "-q", "-p", BENCH, "--bench", "hot", "--", "--quiet")
    run("cargo", "run", "--release", "-q", "-p", BENCH, "--", functions, *before)
    stack = ROOT / "infra" / "local" / "stack.py"
    run(sys.executable, stack, "run", "--", "cargo", "test", "--test", "latency", "--", "--ignored", "--nocapture")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except Failure as reason:
        sys.exit(f"error: {reason}")
