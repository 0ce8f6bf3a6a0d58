"""What schemathesis cannot know by itself: a media type, and things that are there."""

import os
from typing import Any

import schemathesis

LINES = "application/x-ndjson"
THERE = {"lead": "FUZZED_LEAD", "note": "FUZZED_NOTE", "connection": "FUZZED_CONNECTION"}


@schemathesis.serializer(LINES)
def lines(_context: Any, value: Any) -> bytes:
    """What is no text has no lines."""
    return value.encode(errors="replace") if isinstance(value, str) else b""


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any]) -> dict[str, Any]:
    """Mostly things that are there: an address of nobody says little. But nothing that is needed later is deleted."""
    if context.operation.method == "delete" or not path_parameters:
        return path_parameters
    for name, known in THERE.items():
        value = path_parameters.get(name)
        if isinstance(value, str) and len(value) % 3:
            path_parameters[name] = os.environ[known]
    return path_parameters
