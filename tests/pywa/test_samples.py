"""The sample bodies of `events/`, read by pywa: somebody else's reading of what Meta sends.

The simulator's bodies have the shape of these samples: `infra/local/simulator/tests/it/webhooks.rs` holds them to it.
"""

import unittest
import warnings
from pathlib import Path

from pywa import WhatsApp
from pywa.types.base_update import RawUpdate

EVENTS = Path(__file__).parents[2] / "events"
# pywa takes them for granted everywhere. Meta writes none in a `system` message and in a failed status; whether an echo
# has them is not known.
WITHOUT_CONTACTS = {
    "phone-app-echo",
    "phone-app-echo-image",
    "status-failed",
    "system-identity-changed",
}
# Fields pywa has no reader for.
NOT_READ = {
    "history",
    "messaging-handover",
    "messaging-handover-taken",
    "standby",
    "standby-agent",
    "unknown-field",
    "user-id-update",
}


def read(body: bytes) -> str | None:
    """The kind of update pywa makes of a body; none where it has no reader for it."""
    client = WhatsApp(phone_id="100000000000001", token="none", server=None, verify_token="none", filter_updates=False)
    update = RawUpdate(body, hmac_header=None, update_hash="none")
    handler = client._get_handler_type(update)
    if handler is None:
        return None
    made = client._handlers_to_updates[handler].from_update(client=client, update=update)
    return type(made).__name__


class Samples(unittest.TestCase):
    """What pywa makes of each sample."""

    def test_each_sample_is_read_as_what_it_is(self) -> None:
        """Every body has a reader and all that this reader asks for."""
        warnings.simplefilter("ignore")  # It warns of what is newer than itself.
        names = sorted(path.stem.removeprefix("whatsapp-") for path in EVENTS.glob("whatsapp-*.json"))
        self.assertGreater(len(names), 40)
        for name in names:
            body = (EVENTS / f"whatsapp-{name}.json").read_bytes()
            with self.subTest(name):
                if name in WITHOUT_CONTACTS:
                    with self.assertRaisesRegex(KeyError, "contacts"):
                        read(body)
                    continue
                self.assertEqual(read(body) is None, name in NOT_READ)


if __name__ == "__main__":
    unittest.main()
