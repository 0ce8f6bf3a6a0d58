#!/usr/bin/env python3
"""Prints where a Chromium is, for the browser tests; fails, and says how to get one, if there is none."""

import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The first Chromium on the PATH."""
    return next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    place = find()
    print(
        place
        or "no Chromium: the browser tests need one of "
        + ", ".join(NAMES)
        + " on the PATH (Debian: apt-get install chromium)"
    )
    sys.exit(0 if place else 1)
