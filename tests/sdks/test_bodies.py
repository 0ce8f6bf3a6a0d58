"""The sample bodies of calls in `events/` and what the simulator posts, read by the providers' own SDKs.

Bland has none, and Twilio's takes anything. A sample named `-odd` is wrong on purpose.
"""

import json
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from elevenlabs.types import GetConversationResponseModel
from pydantic import BaseModel
from retell.types import PhoneCallResponse
from vapi.types import ServerMessageAssistantRequest, ServerMessageEndOfCallReport, ServerMessageStatusUpdate

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
# What the simulator posts, as a test of its own keeps it.
SNAPSHOTS = ROOT / "infra/local/simulator/src/calls/snapshots"
# What an SDK has no model of: audio, and the questions at the start of a call.
NOT_READ = {"call-elevenlabs-audio", "call-start-elevenlabs", "call-start-retell"}
VAPI = {
    "assistant-request": ServerMessageAssistantRequest,
    "end-of-call-report": ServerMessageEndOfCallReport,
    "status-update": ServerMessageStatusUpdate,
}


def read(body: dict[str, Any]) -> BaseModel:
    """The SDK's model of a body. `model_validate`, because the SDKs themselves take anything."""
    if "data" in body:
        return GetConversationResponseModel.model_validate(body["data"])
    if "event" in body:
        return PhoneCallResponse.model_validate(body["call"])
    return VAPI[body["message"]["type"]].model_validate(body["message"])


def words(annotation: Any) -> set[str]:
    """The words an annotation lists. The SDKs write `Literal[...] | Any`, which lets every other word pass."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return set().union(*(words(part) for part in get_args(annotation)))


def unheard_of(found: Any) -> Iterator[str]:
    """Each word in a model that its SDK does not list."""
    if isinstance(found, list):
        for item in found:
            yield from unheard_of(item)
    if isinstance(found, BaseModel):
        for name, field in type(found).model_fields.items():
            value, listed = getattr(found, name), words(field.annotation)
            if isinstance(value, str) and listed and value not in listed:
                yield f"{name}: {value}"
            yield from unheard_of(value)


class Bodies(unittest.TestCase):
    """What the SDKs make of each body."""

    def check(self, body: dict[str, Any]) -> None:
        """The body has all that its SDK requires, and no word the SDK does not know."""
        self.assertEqual(list(unheard_of(read(body))), [])

    def test_each_sample_is_read_by_its_provider_s_sdk(self) -> None:
        """Every body has all that its SDK asks for."""
        paths = [path for name in ("elevenlabs", "retell", "vapi") for path in EVENTS.glob(f"call-*{name}*.json")]
        paths = [path for path in paths if path.stem not in NOT_READ and not path.stem.endswith("-odd")]
        self.assertGreater(len(paths), 8)
        for path in paths:
            with self.subTest(path.stem):
                self.check(json.loads(path.read_text()))

    def test_what_the_simulator_posts_is_read_by_the_provider_s_sdk(self) -> None:
        """Every report and Vapi's question; of the other questions no SDK has a model."""
        (snapshot,) = SNAPSHOTS.glob("*what_each_provider_posts.snap")
        bodies = json.loads(snapshot.read_text().split("---\n", 2)[2])
        bodies = {name: body for name, body in bodies.items() if "start" not in name or "vapi" in name}
        bodies = {name: body for name, body in bodies.items() if not name.startswith("twilio")}
        self.assertEqual(len(bodies), 10)
        for name, body in bodies.items():
            with self.subTest(name):
                self.check(body)


if __name__ == "__main__":
    unittest.main()
