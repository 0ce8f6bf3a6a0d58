"""Where things are in this tree."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "infra" / "local"
LOCAL = ROOT / ".local"
TEMPLATE = ROOT / "template.yaml"


class Failure(Exception):
    """Something a person can mend; the text says what and how."""


def target() -> Path:
    """Cargo's folder for the quick profile, which the local stack runs on."""
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"


def tail(path: Path, lines: int = 20) -> str:
    """The end of a log, to stand under an error."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
